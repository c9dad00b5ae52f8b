//! Whether a text can hold anything that a rule asks for: one automaton over all trigger words, so that a file without
//! any is never parsed.
//!
//! A hit in a comment does not count, nor does the scheme of a URL that is an identifier or leads to this machine.
//! In doubt a hit counts.

mod comments;
mod urls;

use crate::kind::{Kinds, Language};
use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};
use comments::Comments;
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::sync::Arc;
pub use urls::IdentifierUrls;

/// A text that a rule needs in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trigger {
    pub text: CompactString,
    /// The languages and formats in which it counts; none is all.
    pub languages: Vec<CompactString>,
    /// No letter, digit or `_` next to it.
    pub whole_word: bool,
    /// ASCII letters match in either case.
    pub ignore_case: bool,
}

/// The compiled trigger words. A clone is cheap.
#[derive(Clone, Debug)]
pub struct Prefilter {
    words: Arc<Words>,
    extra: Option<Arc<Words>>,
    languages: Arc<Vec<Language>>,
}

/// One automaton and what its patterns ask for.
#[derive(Debug)]
struct Words {
    automaton: AhoCorasick,
    /// By pattern: the triggers with this text, in lower case.
    triggers: Vec<Vec<Word>>,
}

#[derive(Debug)]
struct Word {
    text: CompactString,
    /// By the language's number in `Kinds`.
    languages: u64,
    alone: bool,
    ignore_case: bool,
}

/// A file that is being asked about.
struct Asked<'a> {
    text: &'a str,
    language: u64,
    identifiers: &'a IdentifierUrls,
}

impl Prefilter {
    /// Fails only where the words are too many for an automaton. Empty words are left out: they say nothing.
    pub fn new(words: &[Trigger], kinds: &Kinds) -> Result<Self, BuildError> {
        let languages = kinds.languages().to_vec();
        Ok(Self { words: Arc::new(Words::new(words, &languages)?), extra: None, languages: Arc::new(languages) })
    }

    /// The same with more words, in place of those of an earlier `with_extra`. For texts that the first words have
    /// already refused, a `Prefilter` of the new words alone says the same in less time.
    pub fn with_extra(&self, words: &[Trigger]) -> Result<Self, BuildError> {
        let extra = Arc::new(Words::new(words, &self.languages)?);
        Ok(Self { extra: Some(extra), ..self.clone() })
    }

    /// Whether some word stands in the text and counts. A language that `Kinds` does not know has no comments and only
    /// the words for all languages.
    pub fn wants(&self, language: &str, text: &str, identifiers: &IdentifierUrls) -> bool {
        let number = self.languages.iter().position(|known| known.name == language);
        let unknown = Language::default();
        let syntax = number.map_or(&unknown, |number| &self.languages[number]);
        let asked = Asked { text, language: mask(number), identifiers };
        let mut comments = Comments::new(text, syntax);
        let mut any = |words: &Words| words.any(&asked, &mut comments);
        any(&self.words) || self.extra.as_deref().is_some_and(any)
    }
}

/// The bit of a language; those beyond 62 and the unknown share the last one.
fn mask(number: Option<usize>) -> u64 {
    1 << number.map_or(63, |number| number.min(63))
}

impl Words {
    fn new(triggers: &[Trigger], languages: &[Language]) -> Result<Self, BuildError> {
        let mut texts: Vec<CompactString> = Vec::new();
        let mut by_text: Vec<Vec<Word>> = Vec::new();
        let mut numbers: FxHashMap<CompactString, usize> = FxHashMap::default();
        for trigger in triggers.iter().filter(|trigger| !trigger.text.is_empty()) {
            let lower = trigger.text.to_ascii_lowercase();
            let number = *numbers.entry(lower.clone()).or_insert(texts.len());
            if number == texts.len() {
                texts.push(lower);
                by_text.push(Vec::new());
            }
            add_word(&mut by_text[number], Word::new(trigger, languages));
        }
        let automaton = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            // Overlapping hits: a word that does not count must not hide one that does.
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&texts)?;
        Ok(Self { automaton, triggers: by_text })
    }

    fn any(&self, asked: &Asked<'_>, comments: &mut Comments<'_>) -> bool {
        self.automaton.find_overlapping_iter(asked.text).any(|hit| {
            let words = &self.triggers[hit.pattern().as_usize()];
            words.iter().any(|word| word.is_at(asked, hit.start(), hit.end()))
                && !(asked.text[..hit.end()].ends_with("://") && asked.identifiers.harmless(&asked.text[hit.end()..]))
                && !comments.cover(hit.start())
        })
    }
}

/// Words that differ in their languages alone become one.
fn add_word(words: &mut Vec<Word>, new: Word) {
    let same = words
        .iter_mut()
        .find(|word| word.text == new.text && word.alone == new.alone && word.ignore_case == new.ignore_case);
    match same {
        Some(word) => word.languages |= new.languages,
        None => words.push(new),
    }
}

impl Word {
    fn new(trigger: &Trigger, known: &[Language]) -> Self {
        let number = |name: &CompactString| known.iter().position(|language| language.name == *name);
        let languages = if trigger.languages.is_empty() {
            u64::MAX
        } else {
            trigger.languages.iter().map(|name| mask(number(name))).fold(0, |all, one| all | one)
        };
        let Trigger { text, whole_word, ignore_case, .. } = trigger.clone();
        Self { text, languages, alone: whole_word, ignore_case }
    }

    /// Whether a hit of this text, whatever its case, is one of this word.
    fn is_at(&self, asked: &Asked<'_>, start: usize, end: usize) -> bool {
        let text = asked.text.as_bytes();
        self.languages & asked.language != 0
            && (self.ignore_case || text[start..end] == *self.text.as_bytes())
            && (!self.alone || stands_alone(text, start, end))
    }
}

/// An end of the word that is no word character itself (`.verify`) needs nothing around it.
fn stands_alone(text: &[u8], start: usize, end: usize) -> bool {
    let joined = |left: Option<usize>, right: usize| {
        let is_word = |at: usize| text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        left.is_some_and(is_word) && is_word(right)
    };
    !joined(start.checked_sub(1), start) && !joined(end.checked_sub(1), end)
}

#[cfg(test)]
mod tests;

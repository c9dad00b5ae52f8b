//! Whether a text can hold anything that a rule asks for: one automaton over the trigger words of its language, so that
//! a file without any is never parsed.
//!
//! A hit in a comment does not count, nor does the scheme of a URL that is an identifier or leads to this machine.
//! In doubt a hit counts.

mod comments;
mod urls;
pub(crate) mod words;

use crate::kind::Language;
use comments::Comments;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
pub use urls::IdentifierUrls;
use words::Words;

/// A text that a rule needs in the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trigger {
    pub text: CompactString,
    /// No letter, digit or `_` next to it.
    pub whole_word: bool,
    /// ASCII letters match in either case.
    pub ignore_case: bool,
    /// Texts of which one must stand somewhere in the source as well; with none it says enough by itself.
    pub beside: Vec<CompactString>,
}

/// The trigger words of one language, compiled.
#[derive(Debug)]
pub struct Prefilter {
    language: Language,
    words: Words,
    /// By word, as many as there are texts.
    known: Vec<Known>,
}

/// What is asked about one text, in lower case.
#[derive(Debug, Default)]
struct Known {
    triggers: Vec<Asked>,
    /// Texts so written that must stand beside triggers, with the number by which they go.
    beside: Vec<(CompactString, usize)>,
}

/// A trigger, with the numbers of what must stand beside it.
#[derive(Debug)]
struct Asked {
    trigger: Trigger,
    beside: Vec<usize>,
}

/// The words of a prefilter while they are collected.
#[derive(Default)]
struct Collected {
    texts: Vec<CompactString>,
    known: Vec<Known>,
    numbers: FxHashMap<CompactString, usize>,
    beside: FxHashMap<CompactString, usize>,
}

impl Collected {
    fn known(&mut self, text: &CompactString) -> &mut Known {
        let lower = text.to_ascii_lowercase();
        let number = *self.numbers.entry(lower.clone()).or_insert(self.texts.len());
        if number == self.texts.len() {
            self.texts.push(lower);
            self.known.push(Known::default());
        }
        &mut self.known[number]
    }

    fn beside(&mut self, text: &CompactString) -> usize {
        let next = self.beside.len();
        let number = *self.beside.entry(text.clone()).or_insert(next);
        if number == next {
            self.known(text).beside.push((text.clone(), number));
        }
        number
    }
}

impl Prefilter {
    /// Empty words are left out: they say nothing.
    pub fn new(words: &[Trigger], language: Language) -> Self {
        let mut all = Collected::default();
        for trigger in words.iter().filter(|trigger| !trigger.text.is_empty()) {
            let beside = trigger.beside.iter().filter(|text| !text.is_empty());
            let beside = beside.map(|text| all.beside(text)).collect();
            all.known(&trigger.text).triggers.push(Asked { trigger: trigger.clone(), beside });
        }
        Self { language, words: Words::new(all.texts), known: all.known }
    }

    /// Whether some word stands in the text and counts.
    pub fn wants(&self, text: &str, identifiers: &IdentifierUrls) -> bool {
        let mut comments = Comments::new(text, &self.language);
        let mut stands: FxHashSet<usize> = FxHashSet::default();
        // What was met and says something only beside others.
        let mut waiting: Vec<&[usize]> = Vec::new();
        let says_it = self.words.any(text, |number, start, end| {
            let known = &self.known[number];
            let written = known.beside.iter().filter(|(word, _)| text[start..end] == **word);
            let fits = |asked: &&Asked| asked.trigger.is_at(text, start, end);
            let new = |beside: &[usize]| !waiting.iter().any(|other| std::ptr::eq(*other, beside));
            let met = known.triggers.iter().filter(fits).filter(|asked| new(&asked.beside));
            let (written, met): (Vec<usize>, Vec<&Asked>) =
                (written.map(|(_, number)| *number).collect(), met.collect());
            let nothing_new = met.is_empty() && written.iter().all(|number| stands.contains(number));
            if nothing_new
                || (text[..end].ends_with("://") && identifiers.harmless(&text[end..]))
                || comments.cover(start)
            {
                return false;
            }
            stands.extend(written);
            waiting.extend(met.iter().map(|asked| asked.beside.as_slice()));
            met.iter().any(|asked| asked.beside.is_empty())
        });
        says_it || waiting.iter().any(|beside| beside.iter().any(|number| stands.contains(number)))
    }
}

impl Trigger {
    /// Whether a hit of this text, whatever its case, is one of this trigger.
    fn is_at(&self, text: &str, start: usize, end: usize) -> bool {
        let bytes = text.as_bytes();
        (self.ignore_case || bytes[start..end] == *self.text.as_bytes())
            && (!self.whole_word || stands_alone(bytes, start, end))
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

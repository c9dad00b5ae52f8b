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
use rustc_hash::FxHashMap;
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
}

/// The trigger words of one language, compiled.
#[derive(Debug)]
pub struct Prefilter {
    language: Language,
    words: Words,
    /// By word: the triggers with this text, in lower case.
    triggers: Vec<Vec<Trigger>>,
}

impl Prefilter {
    /// Empty words are left out: they say nothing.
    pub fn new(words: &[Trigger], language: Language) -> Self {
        let mut texts: Vec<CompactString> = Vec::new();
        let mut triggers: Vec<Vec<Trigger>> = Vec::new();
        let mut numbers: FxHashMap<CompactString, usize> = FxHashMap::default();
        for trigger in words.iter().filter(|trigger| !trigger.text.is_empty()) {
            let lower = trigger.text.to_ascii_lowercase();
            let number = *numbers.entry(lower.clone()).or_insert(texts.len());
            if number == texts.len() {
                texts.push(lower);
                triggers.push(Vec::new());
            }
            triggers[number].push(trigger.clone());
        }
        Self { language, words: Words::new(texts), triggers }
    }

    /// Whether some word stands in the text and counts.
    pub fn wants(&self, text: &str, identifiers: &IdentifierUrls) -> bool {
        let mut comments = Comments::new(text, &self.language);
        self.words.any(text, |word, start, end| {
            self.triggers[word].iter().any(|trigger| trigger.is_at(text, start, end))
                && !(text[..end].ends_with("://") && identifiers.harmless(&text[end..]))
                && !comments.cover(start)
        })
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

//! Where words stand in texts: one by one in the first texts that are asked about, by an automaton from then on. To make
//! the automaton costs as much as to look for each word in some ten thousand bytes.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use compact_str::CompactString;
use memchr::memmem;
use std::ops::ControlFlow;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// So many bytes are looked through word by word.
const FEW: usize = 16 << 10;

/// Words in lower case, found in either case of ASCII letters; an empty one stands everywhere.
#[derive(Debug)]
pub(crate) struct Words {
    texts: Vec<CompactString>,
    looked_through: AtomicUsize,
    /// `None` where the words are more than an automaton can hold.
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Words {
    pub(crate) fn new(texts: Vec<CompactString>) -> Self {
        Self { texts, looked_through: AtomicUsize::new(0), automaton: OnceLock::new() }
    }

    /// Calls `hit` with the number, the start and the end of each word in the text, overlapping ones too, until it says to
    /// stop; says whether it did.
    pub(crate) fn any(&self, text: &str, mut hit: impl FnMut(usize, usize, usize) -> bool) -> bool {
        let before = self.looked_through.fetch_add(text.len(), Ordering::Relaxed);
        if before.saturating_add(text.len()) > FEW
            && let Some(automaton) = self.automaton.get_or_init(|| automaton(&self.texts))
        {
            let hits = automaton.find_overlapping_iter(text);
            return { hits }.any(|found| hit(found.pattern().as_usize(), found.start(), found.end()));
        }
        self.one_by_one(text, &mut hit).is_break()
    }

    fn one_by_one(&self, text: &str, hit: &mut impl FnMut(usize, usize, usize) -> bool) -> ControlFlow<()> {
        let lower = text.to_ascii_lowercase();
        for (number, word) in self.texts.iter().enumerate() {
            let mut from = 0;
            while let Some(rest) = lower.as_bytes().get(from..)
                && let Some(at) = memmem::find(rest, word.as_bytes())
            {
                let start = from + at;
                if hit(number, start, start + word.len()) {
                    return ControlFlow::Break(());
                }
                from = start + 1;
            }
        }
        ControlFlow::Continue(())
    }
}

fn automaton(texts: &[CompactString]) -> Option<AhoCorasick> {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        // Overlapping hits: a word that does not count must not hide one that does.
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .build(texts)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_texts_give_the_same() {
        let words = Words::new(["http://", "tp", "s", "verify"].map(CompactString::from).to_vec());
        let all = |text: &str| {
            let mut hits = Vec::new();
            words.any(text, |number, start, end| {
                hits.push((number, start, end));
                false
            });
            hits.sort_unstable();
            hits
        };
        let texts = ["", "HTTP://Sss", "x = 1", "ä httpverIFYs"];
        let few = texts.map(all);
        assert_eq!(few[1], [(0, 0, 7), (1, 2, 4), (2, 7, 8), (2, 8, 9), (2, 9, 10)]);
        assert!(words.automaton.get().is_none());
        assert!(!words.any(&"x".repeat(FEW), |_, _, _| true) && words.automaton.get().is_some());
        assert_eq!(few, texts.map(all));
    }
}

//! Which files are worth parsing: the prefilter with the words of the rules at hand.

use crate::kind::FileKind;
use crate::knowledge::Knowledge;
use crate::prefilter::{IdentifierUrls, Prefilter, Trigger};
use crate::rules::triggers::{block_triggers, code_triggers, setting_triggers};
use aho_corasick::AhoCorasick;
use camino::Utf8Path;
use compact_str::CompactString;
use globset::GlobSet;
use std::collections::BTreeSet;

/// The words of a rule set, ready to look for.
pub struct Filter {
    words: Prefilter,
    /// Keys of settings, folded.
    keys: Option<AhoCorasick>,
    /// How many of these are whole words; the others are only the ends of keys.
    whole: usize,
    identifiers: IdentifierUrls,
    /// The files that models name; their keys are not looked for in others.
    files: GlobSet,
}

impl Filter {
    /// Fails only where a rule set holds more words than an automaton can.
    pub fn new(knowledge: &Knowledge) -> Result<Self, aho_corasick::BuildError> {
        let mut triggers = code_triggers(knowledge.rules.models());
        for scheme in knowledge.protocols.open_schemes() {
            triggers.push(any_language(format!("{scheme}://")));
        }
        triggers.extend(knowledge.triggers.iter().map(|word| any_language(word.clone())));
        let blocks = block_triggers(knowledge.rules.models());
        let mut keys: BTreeSet<CompactString> =
            setting_triggers(knowledge.rules.models()).into_iter().filter(|key| key.len() > 2).collect();
        keys.extend(blocks.words);
        let whole = keys.len();
        let keys: Vec<CompactString> = keys.into_iter().chain(blocks.ends).collect();
        let prefixes: Vec<&str> = knowledge.protocols.identifier_prefixes().collect();
        Ok(Self {
            words: Prefilter::new(&triggers, &knowledge.kinds)?,
            keys: if keys.is_empty() { None } else { Some(AhoCorasick::new(&keys)?) },
            whole,
            identifiers: IdentifierUrls::new(&prefixes),
            files: knowledge.rules.named_files(),
        })
    }

    /// Whether a file may hold something that a rule asks for. One that a model names is read without a look at its words.
    pub fn wants(&self, path: &Utf8Path, kind: &FileKind, text: &str) -> bool {
        let named =
            !kind.code && (self.files.is_match(path) || path.file_name().is_some_and(|name| self.files.is_match(name)));
        named || self.words.wants(&kind.language, text, &self.identifiers) || (!kind.code && self.wants_keys(text))
    }

    fn wants_keys(&self, text: &str) -> bool {
        let Some(keys) = &self.keys else { return false };
        // Blanks stay, or words would run together.
        let folded: String = text.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
        let bytes = folded.as_bytes();
        let part_of_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        keys.find_overlapping_iter(folded.as_str()).any(|hit| {
            let before = hit.start().checked_sub(1).and_then(|at| bytes.get(at));
            let begins = hit.pattern().as_usize() >= self.whole || !part_of_word(before);
            begins && !part_of_word(bytes.get(hit.end()))
        })
    }

    /// A filter for the names of helpers alone.
    pub fn of_helpers(knowledge: &Knowledge, names: &BTreeSet<CompactString>) -> Option<Self> {
        let triggers: Vec<Trigger> = names
            .iter()
            .filter(|name| name.len() > 2)
            .map(|name| Trigger { text: name.clone(), languages: Vec::new(), whole_word: true, ignore_case: false })
            .collect();
        if triggers.is_empty() {
            return None;
        }
        let words = Prefilter::new(&triggers, &knowledge.kinds).ok()?;
        Some(Self { words, keys: None, whole: 0, identifiers: IdentifierUrls::new(&[]), files: GlobSet::empty() })
    }
}

fn any_language(text: impl Into<CompactString>) -> Trigger {
    Trigger { text: text.into(), languages: Vec::new(), whole_word: false, ignore_case: true }
}

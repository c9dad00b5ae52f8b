//! Which files are worth parsing: the prefilter with the words of the rules at hand.

use crate::kind::Language;
use crate::knowledge::Knowledge;
use crate::prefilter::{IdentifierUrls, Prefilter, Trigger};
use crate::rules::TELLING;
use crate::rules::model::Model;
use crate::rules::triggers::{block_triggers, code_triggers, setting_triggers};
use aho_corasick::AhoCorasick;
use camino::Utf8Path;
use compact_str::CompactString;
use globset::GlobSet;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The words of a rule set, by language; those of a language are compiled when a file of it first comes.
pub struct Filter<'a> {
    knowledge: &'a Knowledge,
    asks: Asks<'a>,
    languages: FxHashMap<CompactString, OnceLock<Words>>,
    identifiers: IdentifierUrls,
}

/// What a file must hold.
#[derive(Clone, Copy)]
enum Asks<'a> {
    /// Something that the rules speak of.
    Rules,
    /// The name of one of these functions.
    Helpers(&'a BTreeSet<CompactString>),
}

struct Words {
    words: Prefilter,
    keys: Option<Keys>,
    /// The files that models name; they are read without a look at their words.
    files: GlobSet,
}

/// Keys of settings, folded.
struct Keys {
    automaton: AhoCorasick,
    /// How many of them are whole words; the others are only the ends of keys.
    whole: usize,
}

impl<'a> Filter<'a> {
    /// A filter for what the rules speak of.
    pub fn new(knowledge: &'a Knowledge) -> Self {
        let prefixes: Vec<&str> = knowledge.protocols.identifier_prefixes().collect();
        Self::with(knowledge, Asks::Rules, IdentifierUrls::new(&prefixes))
    }

    /// A filter for the names of helpers alone; `None` where there are none.
    pub fn of_helpers(knowledge: &'a Knowledge, names: &'a BTreeSet<CompactString>) -> Option<Self> {
        let any = names.iter().any(|name| is_telling(name));
        any.then(|| Self::with(knowledge, Asks::Helpers(names), IdentifierUrls::new(&[])))
    }

    fn with(knowledge: &'a Knowledge, asks: Asks<'a>, identifiers: IdentifierUrls) -> Self {
        let known = knowledge.kinds.languages().iter();
        let languages = known.map(|language| (language.name.clone(), OnceLock::new())).collect();
        Self { knowledge, asks, languages, identifiers }
    }

    /// The words of which a file of a language must hold one, keys of settings aside.
    pub fn triggers(knowledge: &Knowledge, language: &str) -> Vec<Trigger> {
        let mut triggers = code_triggers(knowledge.rules.models_of(language));
        triggers.extend(knowledge.protocols.open_schemes().map(|scheme| anywhere(format!("{scheme}://"))));
        triggers.extend(knowledge.triggers.iter().map(|word| anywhere(word.clone())));
        triggers
    }

    /// Whether a file may hold something that is asked for. So does one of a language that no rule can know.
    pub fn wants(&self, path: &Utf8Path, language: &str, text: &str) -> bool {
        let Some(words) = self.languages.get(language) else { return true };
        let words = words.get_or_init(|| self.compile(language));
        words.names(path)
            || words.words.wants(text, &self.identifiers)
            || words.keys.as_ref().is_some_and(|keys| keys.any(text))
    }

    fn compile(&self, language: &str) -> Words {
        let known = self.knowledge.kinds.languages().iter().find(|known| known.name == language);
        let syntax: Language = known.cloned().unwrap_or_default();
        match self.asks {
            Asks::Rules => {
                let keys = Keys::new(self.knowledge.rules.models_of(language));
                let words = Prefilter::new(&Self::triggers(self.knowledge, language), syntax);
                Words { words, keys, files: self.knowledge.rules.named_files(language) }
            }
            Asks::Helpers(names) => {
                let whole = |name: &CompactString| Trigger { text: name.clone(), whole_word: true, ignore_case: false };
                let words: Vec<Trigger> = names.iter().filter(|name| is_telling(name)).map(whole).collect();
                Words { words: Prefilter::new(&words, syntax), keys: None, files: GlobSet::empty() }
            }
        }
    }
}

impl Words {
    fn names(&self, path: &Utf8Path) -> bool {
        self.files.is_match(path) || path.file_name().is_some_and(|name| self.files.is_match(name))
    }
}

impl Keys {
    fn new<'a>(models: impl Iterator<Item = &'a Model> + Clone) -> Option<Self> {
        let blocks = block_triggers(models.clone());
        let mut words: BTreeSet<CompactString> =
            setting_triggers(models).into_iter().filter(|key| is_telling(key)).collect();
        words.extend(blocks.words);
        let (ends, words): (Vec<_>, Vec<_>) = words.into_iter().partition(|key| key.len() >= TELLING);
        let whole = words.len();
        let all: Vec<CompactString> = words.into_iter().chain(ends).chain(blocks.ends).collect();
        let automaton = AhoCorasick::new(&all).ok().filter(|_| !all.is_empty())?;
        Some(Self { automaton, whole })
    }

    fn any(&self, text: &str) -> bool {
        // Blanks stay, or words would run together.
        let folded: String = text.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
        let bytes = folded.as_bytes();
        let part_of_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        self.automaton.find_overlapping_iter(folded.as_str()).any(|hit| {
            let before = hit.start().checked_sub(1).and_then(|at| bytes.get(at));
            let begins = hit.pattern().as_usize() >= self.whole || !part_of_word(before);
            begins && !part_of_word(bytes.get(hit.end()))
        })
    }
}

/// One or two letters stand in every file.
fn is_telling(word: &str) -> bool {
    word.len() > 2
}

fn anywhere(text: impl Into<CompactString>) -> Trigger {
    Trigger { text: text.into(), whole_word: false, ignore_case: true }
}

//! Which files are worth parsing: the prefilter with the words of the rules at hand.

use crate::frontend::documents;
use crate::judge::Helper;
use crate::kind::Language;
use crate::knowledge::Knowledge;
use crate::prefilter::words::Words;
use crate::prefilter::{IdentifierUrls, Prefilter, Trigger};
use crate::rules::TELLING;
use crate::rules::model::Model;
use crate::rules::triggers::{Sought, block_triggers, code_triggers, setting_triggers};
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
    languages: FxHashMap<CompactString, OnceLock<Asked>>,
    identifiers: IdentifierUrls,
}

/// What a file must hold.
#[derive(Clone, Copy)]
enum Asks<'a> {
    /// Something that the rules speak of.
    Rules(Sought),
    /// A call of one of these functions.
    Helpers(&'a BTreeSet<Helper>),
}

/// What a file of one language is asked for.
struct Asked {
    words: Prefilter,
    keys: Option<Keys>,
    /// The files that models name; they are read without a look at their words.
    files: GlobSet,
}

/// Keys of settings, folded.
struct Keys {
    words: Words,
    /// Which of them are whole words; the others may be the ends of longer ones.
    whole: Vec<bool>,
    /// What each text says by itself.
    alone: Vec<bool>,
    /// Texts that say something together: `net`, `tls` and `mode`.
    together: Vec<Vec<usize>>,
}

impl<'a> Filter<'a> {
    /// A filter for what the rules may find fault with.
    pub fn new(knowledge: &'a Knowledge) -> Self {
        Self::of(knowledge, Sought::Findings)
    }

    /// A filter for what the rules seek.
    pub fn of(knowledge: &'a Knowledge, sought: Sought) -> Self {
        let prefixes: Vec<&str> = knowledge.protocols.identifier_prefixes().collect();
        Self::with(knowledge, Asks::Rules(sought), IdentifierUrls::new(&prefixes))
    }

    /// A filter for calls of helpers alone; `None` where there are none.
    pub fn of_helpers(knowledge: &'a Knowledge, helpers: &'a BTreeSet<Helper>) -> Option<Self> {
        let any = helpers.iter().any(|helper| is_telling(&helper.called));
        any.then(|| Self::with(knowledge, Asks::Helpers(helpers), IdentifierUrls::new(&[])))
    }

    fn with(knowledge: &'a Knowledge, asks: Asks<'a>, identifiers: IdentifierUrls) -> Self {
        let known = knowledge.kinds.languages().iter();
        let languages = known.map(|language| (language.name.clone(), OnceLock::new())).collect();
        Self { knowledge, asks, languages, identifiers }
    }

    /// The words of which a file of a language must hold one, keys of settings aside.
    pub fn triggers(knowledge: &Knowledge, language: &str, sought: Sought) -> Vec<Trigger> {
        let mut triggers = code_triggers(knowledge.rules.models_of(language), sought);
        triggers.extend(knowledge.protocols.open_schemes().map(|scheme| anywhere(format!("{scheme}://"))));
        triggers.extend(knowledge.triggers.iter().map(|word| anywhere(word.clone())));
        triggers
    }

    /// Whether a file may hold something that is asked for. So does one of a language that no rule can know.
    pub fn wants(&self, path: &Utf8Path, language: &str, text: &str) -> bool {
        self.wants_as(path, language, text) || (!self.is_code(language) && self.wants_inside(path, language, text))
    }

    /// Whether a document inside the text may, read as what its name says.
    fn wants_inside(&self, path: &Utf8Path, language: &str, text: &str) -> bool {
        let folder = path.parent().unwrap_or(Utf8Path::new(""));
        let mut tried = BTreeSet::from([CompactString::from(language)]);
        documents::names(text, &self.knowledge.kinds).any(|(name, kind)| {
            self.words(&kind.language).is_some_and(|words| words.names(&folder.join(name)))
                || (tried.insert(kind.language.clone()) && self.wants_as(path, &kind.language, text))
        })
    }

    fn is_code(&self, language: &str) -> bool {
        self.knowledge.kinds.languages().iter().any(|known| known.name == language && known.code)
    }

    fn wants_as(&self, path: &Utf8Path, language: &str, text: &str) -> bool {
        let Some(words) = self.words(language) else { return true };
        words.names(Utf8Path::new(self.knowledge.kinds.plain(path.as_str())))
            || words.words.wants(text, &self.identifiers)
            || words.keys.as_ref().is_some_and(|keys| keys.any(text))
    }

    /// Compiles the words of a language before they are asked for.
    pub fn prepare(&self, language: &str) {
        let _ = self.words(language);
    }

    fn words(&self, language: &str) -> Option<&Asked> {
        let words = self.languages.get(language)?;
        Some(words.get_or_init(|| self.compile(language)))
    }

    fn compile(&self, language: &str) -> Asked {
        let known = self.knowledge.kinds.languages().iter().find(|known| known.name == language);
        let syntax: Language = known.cloned().unwrap_or_default();
        match self.asks {
            Asks::Rules(sought) => {
                let language = self.knowledge.kinds.rules_of(language);
                let keys = Keys::new(self.knowledge.rules.models_of(language));
                let words = Prefilter::new(&Self::triggers(self.knowledge, language, sought), syntax);
                Asked { words, keys, files: self.knowledge.rules.named_files(language) }
            }
            Asks::Helpers(helpers) => {
                let own = helpers.iter().filter(|helper| helper.language == language && is_telling(&helper.called));
                let words: Vec<Trigger> = own
                    .map(|helper| Trigger {
                        text: helper.called.clone(),
                        whole_word: true,
                        beside: helper.homes.clone(),
                        ..Trigger::default()
                    })
                    .collect();
                Asked { words: Prefilter::new(&words, syntax), keys: None, files: GlobSet::empty() }
            }
        }
    }
}

impl Asked {
    fn names(&self, path: &Utf8Path) -> bool {
        self.files.is_match(path) || path.file_name().is_some_and(|name| self.files.is_match(name))
    }
}

impl Keys {
    fn new<'a>(models: impl Iterator<Item = &'a Model> + Clone) -> Option<Self> {
        let blocks = block_triggers(models.clone());
        let mut keys = setting_triggers(models);
        keys.retain(|words| words.iter().any(|word| is_telling(word)));
        keys.extend(blocks.words.into_iter().map(|word| vec![word]));
        let words: BTreeSet<&CompactString> = keys.iter().flatten().collect();
        let words: Vec<&CompactString> = words.into_iter().collect();
        let number = |word: &CompactString| words.binary_search(&word).ok();
        let mut alone = vec![false; words.len()];
        let mut together = Vec::new();
        for key in &keys {
            let numbers: Vec<usize> = key.iter().filter_map(number).collect();
            match numbers.as_slice() {
                [one] => alone[*one] = true,
                _ => together.push(numbers),
            }
        }
        alone.resize(words.len() + blocks.ends.len(), true);
        let whole = words.iter().map(|word| word.len() < TELLING).chain(blocks.ends.iter().map(|_| false)).collect();
        let all: Vec<CompactString> = words.into_iter().chain(&blocks.ends).cloned().collect();
        (!all.is_empty()).then(|| Self { words: Words::new(all), whole, alone, together })
    }

    fn any(&self, text: &str) -> bool {
        // Blanks stay, or words would run together.
        let folded: String = text.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
        let bytes = folded.as_bytes();
        let part_of_word = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        let mut seen = vec![false; self.whole.len()];
        let says_it = self.words.any(&folded, |number, start, end| {
            let begins = !self.whole[number] || !part_of_word(start.checked_sub(1).and_then(|at| bytes.get(at)));
            if !begins || part_of_word(bytes.get(end)) {
                return false;
            }
            seen[number] = true;
            self.alone[number]
        });
        says_it || self.together.iter().any(|numbers| numbers.iter().all(|number| seen[*number]))
    }
}

/// One or two letters stand in every file.
fn is_telling(word: &str) -> bool {
    word.len() > 2
}

fn anywhere(text: impl Into<CompactString>) -> Trigger {
    Trigger { text: text.into(), ignore_case: true, ..Trigger::default() }
}

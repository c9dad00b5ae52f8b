//! The rule set: models, unpacked and indexed by language when a file of the language first comes. Checks and protocols have their own modules.

mod block;
pub mod load;
mod matchers;
pub mod model;
pub mod notation;
pub mod program;
mod raw;
mod schema;
pub mod triggers;
pub mod vocabulary;

use crate::commands::Programs;
use camino::Utf8Path;
use compact_str::CompactString;
use globset::{Glob, GlobSet, GlobSetBuilder};
use model::{Block, Evaluation, KeyPattern, Matches, Model, Packed, Rule};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;
pub(crate) use vocabulary::RuleRef;
use vocabulary::{EvaluationRef, Vocabulary};

/// The JSON schema of a model, for editors.
pub fn schema() -> String {
    let schema = schemars::schema_for!(raw::RawModel);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// All models of a run.
#[derive(Debug, Default)]
pub struct RuleSet {
    entries: Vec<Entry>,
    languages: FxHashMap<CompactString, OnceLock<Index>>,
    empty: Index,
    programs: OnceLock<Programs>,
}

#[derive(Debug)]
struct Entry {
    languages: Vec<CompactString>,
    packed: &'static [u8],
    model: OnceLock<Model>,
    /// The files that the model speaks of; `None` is every file of its formats.
    files: OnceLock<Option<GlobSet>>,
}

/// What the models of one language say, ready to be looked up.
#[derive(Debug, Default)]
struct Index {
    vocabulary: Vocabulary,
    /// Rules on settings by the last folded segment of their keys; `*` for those that end so.
    settings: FxHashMap<CompactString, Vec<(KeyPattern, RuleRef)>>,
    /// The environment form: the whole key without dots.
    flat: FxHashMap<CompactString, Vec<RuleRef>>,
    /// Models with blocks.
    blocks: Vec<u32>,
}

impl RuleSet {
    /// The models of the binary, and `extra` ones behind them.
    pub fn new(packed: Vec<Packed<'static>>, extra: Vec<Model>) -> Self {
        let built_in = packed.into_iter().map(|packed| Entry {
            languages: packed.languages,
            packed: packed.model,
            model: OnceLock::new(),
            files: OnceLock::new(),
        });
        let given = extra.into_iter().map(|model| Entry {
            languages: model.languages.clone(),
            packed: &[],
            model: OnceLock::from(model),
            files: OnceLock::new(),
        });
        let entries: Vec<Entry> = built_in.chain(given).collect();
        let names = entries.iter().flat_map(|entry| &entry.languages);
        let languages = names.map(|language| (language.clone(), OnceLock::new())).collect();
        Self { entries, languages, empty: Index::default(), programs: OnceLock::new() }
    }

    fn index(&self, language: &str) -> &Index {
        let Some(index) = self.languages.get(language) else { return &self.empty };
        index.get_or_init(|| {
            let mut index = Index::default();
            for (number, entry) in (0..).zip(&self.entries) {
                if entry.languages.iter().any(|known| known == language) {
                    index.add(number, entry.model());
                }
            }
            index
        })
    }

    /// The rules that a folded key path may match, each once. `words` are those of its last key: what a product puts in
    /// front of a telling name (`OAUTH2_PROXY_SSL_INSECURE_SKIP_VERIFY`) does not change what the name says.
    pub fn settings(&self, language: &str, path: &[CompactString], words: &[CompactString]) -> Vec<RuleRef> {
        let index = self.index(language);
        let mut found = Vec::new();
        // A list's element goes by the list's key.
        let trimmed: Vec<&CompactString> = path.iter().rev().skip_while(|key| key.starts_with('[')).collect();
        let Some(last) = trimmed.first() else { return found };
        // A rule of values alone asks for no key, and says nothing of this one.
        let mut told = false;
        for key in [last.as_str(), "*"] {
            for (pattern, reference) in index.settings.get(key).into_iter().flatten() {
                if pattern_fits(pattern, &trimmed) && !found.contains(reference) {
                    told |= pattern.anchored || pattern.segments.len() > 1 || key != "*";
                    found.push(*reference);
                }
            }
        }
        let whole = index.flat.get(last.as_str()).into_iter().flatten();
        for reference in whole {
            told = true;
            if !found.contains(reference) {
                found.push(*reference);
            }
        }
        if told {
            return found;
        }
        let ends = telling_ends(words);
        let singles = ends.iter().flat_map(|end| index.settings.get(end.as_str()).into_iter().flatten());
        let singles = singles.filter(|(pattern, _)| pattern.segments.len() == 1 && !pattern.anchored);
        let flat =
            std::iter::once(*last).chain(&ends).flat_map(|key| index.flat.get(key.as_str()).into_iter().flatten());
        for reference in flat.chain(singles.map(|(_, reference)| reference)) {
            if !found.contains(reference) {
                found.push(*reference);
            }
        }
        found
    }

    /// How much a rule asks of a setting that it speaks of: for certain files, and how many keys. The more, the better it
    /// knows what the setting means.
    pub fn precision(&self, rule: RuleRef, path: &[CompactString]) -> (bool, usize) {
        let (model, own) = self.rule(rule);
        let reversed: Vec<&CompactString> = path.iter().rev().skip_while(|key| key.starts_with('[')).collect();
        let Matches::Setting(keys, _) = &own.matches else { return (false, 0) };
        let whole = |key: &KeyPattern| reversed.first().is_some_and(|last| key.segments.concat() == last.as_str());
        let fits = keys.iter().filter(|key| pattern_fits(key, &reversed) || whole(key));
        (!model.files.is_empty(), fits.map(|key| key.segments.len()).max().unwrap_or_default())
    }

    /// The blocks that a file may hold, each with its model; those of models that ask for certain files come first.
    pub fn blocks(&self, language: &str, path: &Utf8Path) -> Vec<(&Model, &Block)> {
        let entries = self.index(language).blocks.iter().map(|number| &self.entries[*number as usize]);
        let models = entries.filter(|entry| entry.means(path)).map(Entry::model);
        let mut all: Vec<(&Model, &Block)> =
            models.flat_map(|model| model.blocks.iter().map(move |block| (model, block))).collect();
        all.sort_by_key(|(model, block)| {
            // The more a name says, the earlier it is asked.
            let longest = block.names.iter().map(CompactString::len).max();
            (model.files.is_empty(), std::cmp::Reverse(longest))
        });
        all
    }

    /// Whether the model of a rule means this file.
    pub fn file_fits(&self, rule: RuleRef, path: &Utf8Path) -> bool {
        self.entries[rule.model as usize].means(path)
    }

    /// The files that models of a language ask for by name.
    pub fn named_files(&self, language: &str) -> GlobSet {
        globs(self.models_of(language).flat_map(|model| &model.files))
    }

    pub fn models(&self) -> impl Iterator<Item = &Model> {
        self.entries.iter().map(Entry::model)
    }

    /// The models of one language or format.
    pub fn models_of(&self, language: &str) -> impl Iterator<Item = &Model> + Clone {
        self.entries.iter().filter(move |entry| entry.languages.iter().any(|known| known == language)).map(Entry::model)
    }

    /// What the models of command text know of programs.
    pub fn programs(&self) -> &Programs {
        let models = self.models_of(program::COMMANDS);
        self.programs.get_or_init(|| Programs::new(models.flat_map(|model| &model.programs)))
    }

    pub fn vocabulary(&self, language: &str) -> &Vocabulary {
        &self.index(language).vocabulary
    }

    pub fn rule(&self, rule: RuleRef) -> (&Model, &Rule) {
        let model = self.entries[rule.model as usize].model();
        (model, &model.rules[rule.rule as usize])
    }

    pub fn evaluation(&self, evaluation: EvaluationRef) -> &Evaluation {
        &self.entries[evaluation.model as usize].model().evaluates[evaluation.evaluation as usize]
    }
}

impl Entry {
    fn model(&self) -> &Model {
        self.model.get_or_init(|| postcard::from_bytes(self.packed).expect("build.rs wrote it from the same types"))
    }

    /// Whether a model that asks for certain files means this one.
    fn means(&self, path: &Utf8Path) -> bool {
        let Some(files) = self.files() else { return true };
        files.is_match(path) || path.file_name().is_some_and(|name| files.is_match(name))
    }

    fn files(&self) -> Option<&GlobSet> {
        self.files.get_or_init(|| Some(globs(&self.model().files)).filter(|set| !set.is_empty())).as_ref()
    }
}

impl Index {
    fn add(&mut self, number: u32, model: &Model) {
        self.vocabulary.add(number, model);
        if !model.blocks.is_empty() {
            self.blocks.push(number);
        }
        for (rule, reference) in model.rules.iter().zip((0..).map(|rule| RuleRef { model: number, rule })) {
            let Matches::Setting(keys, _) = &rule.matches else { continue };
            for key in keys {
                let last = key.segments.last().cloned().unwrap_or_default();
                self.settings.entry(last).or_default().push((key.clone(), reference));
                if key.segments.len() > 1 && !key.segments.iter().any(|segment| segment == "*") {
                    self.flat.entry(key.segments.concat().into()).or_default().push(reference);
                }
            }
        }
    }
}

fn globs<'a>(patterns: impl IntoIterator<Item = &'a String>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.into_iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// A folded key that is shorter says too little to be known behind other words.
pub const TELLING: usize = 9;

/// The telling names that the words of a key end with, without all of them and without what turns them round.
fn telling_ends(words: &[CompactString]) -> Vec<CompactString> {
    let turns =
        ["no", "not", "non", "dont", "disable", "disabled", "skip", "ignore", "without", "un", "never", "insecure"];
    let starts = (1..words.len()).take(16).filter(|start| !turns.contains(&words[*start - 1].as_str()));
    let ends = starts.map(|start| CompactString::from(words[start..].concat()));
    ends.filter(|end| end.len() >= TELLING).collect()
}

/// `reversed` is the key path from its end.
fn pattern_fits(pattern: &KeyPattern, reversed: &[&CompactString]) -> bool {
    let segments = &pattern.segments;
    if segments.len() > reversed.len() || (pattern.anchored && segments.len() != reversed.len()) {
        return false;
    }
    segments.iter().rev().zip(reversed).all(|(wanted, given)| wanted == "*" || wanted == *given)
}

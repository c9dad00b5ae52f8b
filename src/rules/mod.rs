//! The rule set: models, indexed by language. Checks and protocols have their own modules.

mod block;
pub mod model;
pub mod raw;
pub mod triggers;
pub mod vocabulary;

use camino::Utf8Path;
use compact_str::CompactString;
use globset::{Glob, GlobSet, GlobSetBuilder};
use model::{Block, Evaluation, KeyPattern, Matches, Model, Rule};
use rustc_hash::FxHashMap;
use vocabulary::{EvaluationRef, RuleRef, Vocabulary};

/// All models of a run.
#[derive(Debug, Default)]
pub struct RuleSet {
    models: Vec<Model>,
    vocabularies: FxHashMap<CompactString, Vocabulary>,
    empty: Vocabulary,
    /// Rules on settings by the last folded segment of their keys; `*` for those that end so.
    settings: FxHashMap<(CompactString, CompactString), Vec<(KeyPattern, RuleRef)>>,
    /// The environment form: the whole key without dots.
    flat: FxHashMap<(CompactString, CompactString), Vec<RuleRef>>,
    /// Models with blocks, by format.
    blocks: FxHashMap<CompactString, Vec<u32>>,
    files: FxHashMap<CompactString, GlobSet>,
}

impl RuleSet {
    pub fn new(models: Vec<Model>) -> Self {
        let mut vocabularies: FxHashMap<CompactString, Vocabulary> = FxHashMap::default();
        for (index, model) in models.iter().enumerate() {
            for language in &model.languages {
                vocabularies.entry(language.clone()).or_default().add(index as u32, model);
            }
        }
        let mut rules = Self { models, vocabularies, ..Self::default() };
        rules.index_settings();
        rules
    }

    fn index_settings(&mut self) {
        for (index, model) in self.models.iter().enumerate() {
            for language in model.languages.iter().filter(|_| !model.blocks.is_empty()) {
                self.blocks.entry(language.clone()).or_default().push(index as u32);
            }
            for (number, rule) in model.rules.iter().enumerate() {
                let Matches::Setting(keys, _) = &rule.matches else { continue };
                let reference = RuleRef { model: index as u32, rule: number as u32 };
                for language in &model.languages {
                    for key in keys {
                        let last = key.segments.last().cloned().unwrap_or_default();
                        self.settings.entry((language.clone(), last)).or_default().push((key.clone(), reference));
                        if key.segments.len() > 1 && !key.segments.iter().any(|segment| segment == "*") {
                            self.flat
                                .entry((language.clone(), key.segments.concat().into()))
                                .or_default()
                                .push(reference);
                        }
                    }
                }
            }
            if !model.files.is_empty() {
                self.files.insert(model.file.clone().into(), globs(&model.files));
            }
        }
    }

    /// The rules that a folded key path may match, each once.
    pub fn settings(&self, language: &str, path: &[CompactString]) -> Vec<RuleRef> {
        let mut found = Vec::new();
        let language = CompactString::from(language);
        // A list's element goes by the list's key.
        let trimmed: Vec<&CompactString> = path.iter().rev().skip_while(|key| key.starts_with('[')).collect();
        let Some(last) = trimmed.first() else { return found };
        for key in [(*last).clone(), CompactString::from("*")] {
            for (pattern, reference) in self.settings.get(&(language.clone(), key)).into_iter().flatten() {
                if pattern_fits(pattern, &trimmed) && !found.contains(reference) {
                    found.push(*reference);
                }
            }
        }
        for reference in self.flat.get(&(language, (*last).clone())).into_iter().flatten() {
            if !found.contains(reference) {
                found.push(*reference);
            }
        }
        found
    }

    /// The blocks of a format, each with its model; those of models that ask for certain files come first.
    pub fn blocks(&self, language: &str) -> Vec<(&Model, &Block)> {
        let models = self.blocks.get(language).into_iter().flatten().map(|index| &self.models[*index as usize]);
        let mut all: Vec<(&Model, &Block)> =
            models.flat_map(|model| model.blocks.iter().map(move |block| (model, block))).collect();
        all.sort_by_key(|(model, block)| (model.files.is_empty(), block.names.is_empty()));
        all
    }

    /// Whether a model that asks for certain files means this one.
    pub fn file_fits(&self, model: &Model, path: &Utf8Path) -> bool {
        let Some(set) = self.files.get(model.file.as_str()) else { return true };
        set.is_match(path) || path.file_name().is_some_and(|name| set.is_match(name))
    }

    /// The files that models ask for by name.
    pub fn named_files(&self) -> GlobSet {
        globs(self.models.iter().flat_map(|model| &model.files))
    }

    pub fn models(&self) -> &[Model] {
        &self.models
    }

    pub fn vocabulary(&self, language: &str) -> &Vocabulary {
        self.vocabularies.get(language).unwrap_or(&self.empty)
    }

    pub fn rule(&self, rule: RuleRef) -> (&Model, &Rule) {
        let model = &self.models[rule.model as usize];
        (model, &model.rules[rule.rule as usize])
    }

    pub fn evaluation(&self, evaluation: EvaluationRef) -> &Evaluation {
        &self.models[evaluation.model as usize].evaluates[evaluation.evaluation as usize]
    }
}

/// A pattern that is none matches nothing.
fn globs<'a>(patterns: impl IntoIterator<Item = &'a String>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.into_iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// `reversed` is the key path from its end.
fn pattern_fits(pattern: &KeyPattern, reversed: &[&CompactString]) -> bool {
    let segments = &pattern.segments;
    if segments.len() > reversed.len() || (pattern.anchored && segments.len() != reversed.len()) {
        return false;
    }
    segments.iter().rev().zip(reversed).all(|(wanted, given)| wanted == "*" || wanted == *given)
}

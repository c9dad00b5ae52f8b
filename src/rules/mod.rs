//! The rule set: models, indexed by language. Checks and protocols have their own modules.

pub mod model;
pub mod raw;
pub mod vocabulary;

use compact_str::CompactString;
use model::{Evaluation, Model, Rule};
use rustc_hash::FxHashMap;
use vocabulary::{EvaluationRef, RuleRef, Vocabulary};

/// All models of a run.
#[derive(Debug, Default)]
pub struct RuleSet {
    models: Vec<Model>,
    vocabularies: FxHashMap<CompactString, Vocabulary>,
    empty: Vocabulary,
}

impl RuleSet {
    pub fn new(models: Vec<Model>) -> Self {
        let mut vocabularies: FxHashMap<CompactString, Vocabulary> = FxHashMap::default();
        for (index, model) in models.iter().enumerate() {
            for language in &model.languages {
                vocabularies.entry(language.clone()).or_default().add(index as u32, model);
            }
        }
        Self { models, vocabularies, empty: Vocabulary::default() }
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

//! How much is known: libraries, calls, settings and files of each language and format, and the protocols.
//!
//! Counted from the compiled rules alone, so that no number of it is kept by hand anywhere.

use crate::endpoint::protocols::count::ProtocolCounts;
use crate::knowledge::Knowledge;
use crate::rules::model::{Matches, Model};
use compact_str::CompactString;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What the rules know, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    pub languages: Vec<LanguageCounts>,
    /// Of several formats together, where what they share counts once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formats: Option<LanguageCounts>,
    /// A library that is known in several languages counts once.
    pub libraries: usize,
    pub checks: usize,
    #[serde(flatten)]
    pub protocols: ProtocolCounts,
}

/// What is known of one language or format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LanguageCounts {
    pub name: CompactString,
    /// A programming language, not a configuration format.
    pub code: bool,
    pub libraries: usize,
    /// Calls, fields, overridden methods and annotations that rules look at.
    pub calls: usize,
    /// Keys that rules look at.
    pub settings: usize,
    /// Names and endings of files.
    pub files: usize,
}

impl Counts {
    /// Counts what is known; with a `language`, of that one alone.
    pub fn of(knowledge: &Knowledge, language: Option<&str>) -> Self {
        let wanted = |name: &str| language.is_none_or(|language| language == name);
        let mut languages = Vec::new();
        let mut libraries = BTreeSet::new();
        for kind in knowledge.kinds.languages().iter().filter(|kind| wanted(&kind.name)) {
            let models: Vec<&Model> = knowledge.rules.models_of(knowledge.kinds.rules_of(&kind.name)).collect();
            let own: BTreeSet<&str> = models.iter().map(|model| model.library.as_str()).collect();
            let mut counts = LanguageCounts {
                name: kind.name.clone(),
                code: kind.code,
                libraries: own.len(),
                calls: 0,
                settings: 0,
                files: kind.endings.len() + kind.names.len() + kind.patterns.len() + kind.prefixes.len(),
            };
            for model in models {
                counts.add(model);
            }
            libraries.extend(own);
            languages.push(counts);
        }
        let is_format = |name: &CompactString| languages.iter().any(|kind| !kind.code && kind.name == *name);
        let shared: Vec<&Model> =
            knowledge.rules.models().filter(|model| model.languages.iter().any(is_format)).collect();
        let own: BTreeSet<&str> = shared.iter().map(|model| model.library.as_str()).collect();
        let files = languages.iter().filter(|kind| !kind.code).map(|kind| kind.files).sum();
        let mut formats = LanguageCounts {
            name: "all formats".into(),
            code: false,
            libraries: own.len(),
            calls: 0,
            settings: 0,
            files,
        };
        for model in shared {
            formats.add(model);
        }
        languages.sort_by(|a, b| b.code.cmp(&a.code).then_with(|| a.name.cmp(&b.name)));
        let (libraries, checks) = (libraries.len(), knowledge.checks.iter().count());
        let formats = Some(formats).filter(|_| languages.iter().filter(|language| !language.code).count() > 1);
        Self { languages, formats, libraries, checks, protocols: knowledge.protocols.counts() }
    }

    /// A table, and a line for what belongs to no language.
    pub fn text(&self) -> String {
        let mut out =
            format!("{:<12} {:>9} {:>7} {:>8} {:>6}\n", "language", "libraries", "calls", "settings", "files");
        for language in self.languages.iter().chain(&self.formats) {
            let LanguageCounts { name, libraries, calls, settings, files, .. } = language;
            let _ = writeln!(out, "{name:<12} {libraries:>9} {calls:>7} {settings:>8} {files:>6}");
        }
        let ProtocolCounts { protocols, schemes, parameters, drivers } = self.protocols;
        let _ = writeln!(
            out,
            "\n{} libraries, {protocols} protocols, {schemes} schemes, {parameters} parameters, {drivers} drivers, {} checks",
            self.libraries, self.checks
        );
        out
    }
}

impl LanguageCounts {
    fn add(&mut self, model: &Model) {
        for rule in &model.rules {
            match &rule.matches {
                Matches::Call(names) | Matches::Set(names, _) | Matches::Use(names) | Matches::Annotation(names) => {
                    self.calls += names.len();
                }
                Matches::Override { methods, .. } => self.calls += methods.len(),
                Matches::Setting(keys, _) => self.settings += keys.len(),
            }
        }
        self.calls += model.evaluates.iter().map(|evaluation| evaluation.call.len()).sum::<usize>();
        self.settings += model.blocks.iter().map(|block| block.hosts.len()).sum::<usize>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend;
    use crate::rules::load::model_from_yaml;

    #[test]
    fn a_model_more_is_counted() {
        let text = "library: thalers\nlanguage: python\nreports:\n  - check: cleartext-http\n    call: [thalers.get, thalers.put]\n";
        let model = model_from_yaml("m.yml", text).expect("a right model");
        let of = |extra| Counts::of(&Knowledge::new(extra), Some("python"));
        let (before, after) = (of(Vec::new()), of(vec![model]));
        assert_eq!(after.libraries, before.libraries + 1);
        assert_eq!(after.languages[0].calls, before.languages[0].calls + 2);
        assert_eq!(after.languages[0].settings, before.languages[0].settings);
    }

    #[test]
    fn every_front_end_is_counted_and_has_files() {
        let counts = Counts::of(&Knowledge::new(Vec::new()), None);
        for frontend in frontend::ALL {
            let own = counts.languages.iter().find(|language| language.name == frontend.name());
            let own = own.unwrap_or_else(|| panic!("{} is missing", frontend.name()));
            assert!(own.files > 0 && own.calls + own.settings > 0, "{own:?}");
            assert!(counts.text().contains(&format!("\n{} ", frontend.name())), "{}", frontend.name());
        }
        assert!(counts.protocols.schemes > counts.protocols.protocols);
    }
}

//! The configuration: `barewire.yml` read, checked and joined with the command line, so that each value is known with
//! its origin. Pure: `cli` finds and reads the file.
//!
//! To add a setting: a field in `raw.rs`, the same in [`Config`], and its lines in `show.rs`.

mod check;
pub mod init;
mod raw;
mod show;
mod spans;

use crate::endpoint::{HostPattern, Zone};
use crate::gate::policy::{Allowance, CheckLevel, Override, Policy, PolicyFile, Thresholds};
use crate::gate::wires::{Demand, Exception, Unknown, WirePolicy};
use crate::grades::Confidence;
use crate::map::Named;
use crate::report::Severity;
use crate::source::Span;
use camino::Utf8PathBuf;
use compact_str::CompactString;
use std::collections::BTreeMap;

/// The names that a configuration file may have, relative to the folder that it is for. The first that exists is it.
pub const NAMES: [&str; 3] = ["barewire.yml", ".barewire.yml", ".github/barewire.yml"];

/// Who said a value. Later ones win.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    /// The configuration file, at this line.
    File(u32),
    CommandLine,
}

/// A value and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Valued<T> {
    pub value: T,
    pub origin: Origin,
}

/// What a run goes by.
#[derive(Clone, Debug)]
pub struct Config {
    /// The configuration file as it is shown, and its text.
    pub file: Option<(Utf8PathBuf, String)>,
    pub include: Vec<Valued<CompactString>>,
    pub exclude: Vec<Valued<CompactString>>,
    pub test_paths: Vec<Valued<CompactString>>,
    pub tests: Valued<bool>,
    pub strict: Valued<bool>,
    pub max_file_size: Valued<u64>,
    pub fail_on: Valued<Severity>,
    pub min_severity: Valued<Severity>,
    pub min_confidence: Valued<Confidence>,
    /// Folders of rule files; those of the file are relative to its root.
    pub rules: Vec<Valued<CompactString>>,
    pub checks: BTreeMap<CompactString, Valued<CheckLevel>>,
    pub allowed_hosts: Vec<Valued<Allowance>>,
    pub zones: Vec<Valued<(Zone, HostPattern)>>,
    pub components: Vec<Valued<NamedText>>,
    /// What becomes of connections of which nothing is shown.
    pub unknown: Valued<Unknown>,
    pub demands: Vec<Valued<Demand>>,
    pub exceptions: Vec<Valued<Exception>>,
    pub overrides: Vec<Valued<OverrideText>>,
}

/// An override with its patterns as they are written.
#[derive(Clone, Debug)]
pub struct OverrideText {
    pub paths: Vec<CompactString>,
    pub over: Override,
}

/// A component of the map with its patterns as they are written.
#[derive(Clone, Debug)]
pub struct NamedText {
    pub paths: Vec<CompactString>,
    pub named: Named,
}

/// What is wrong with a configuration file, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub message: String,
    pub help: Option<String>,
    pub span: Span,
}

impl<T> Valued<T> {
    fn default(value: T) -> Self {
        Self { value, origin: Origin::Default }
    }

    /// The command line's value, where it has one, takes the place of this one.
    pub fn set(&mut self, value: Option<T>) {
        if let Some(value) = value {
            *self = Self { value, origin: Origin::CommandLine };
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        let thresholds = Thresholds::default();
        Self {
            file: None,
            include: Vec::new(),
            exclude: Vec::new(),
            test_paths: Vec::new(),
            tests: Valued::default(false),
            strict: Valued::default(false),
            max_file_size: Valued::default(4 << 20),
            fail_on: Valued::default(thresholds.fail_on),
            min_severity: Valued::default(thresholds.min_severity),
            min_confidence: Valued::default(thresholds.min_confidence),
            rules: Vec::new(),
            checks: BTreeMap::new(),
            allowed_hosts: Vec::new(),
            zones: Vec::new(),
            components: Vec::new(),
            unknown: Valued::default(Unknown::default()),
            demands: Vec::new(),
            exceptions: Vec::new(),
            overrides: Vec::new(),
        }
    }
}

impl Config {
    /// Reads a configuration file. `checks` are the ids that exist.
    pub fn parse(path: Utf8PathBuf, text: String, checks: &[&str]) -> Result<Self, Mistake> {
        check::config(path, text, checks)
    }

    /// What of it is about findings.
    pub fn policy(&self) -> Policy {
        Policy {
            thresholds: Thresholds {
                min_severity: self.min_severity.value,
                min_confidence: self.min_confidence.value,
                fail_on: self.fail_on.value,
            },
            checks: self.checks.iter().map(|(check, level)| (check.clone(), level.value)).collect(),
            overrides: self.overrides.iter().map(|over| over.value.over.clone()).collect(),
            allowances: self.allowed_hosts.iter().map(|allowance| allowance.value.clone()).collect(),
            today: None,
            file: self.file.clone().map(|(path, text)| PolicyFile { path, text }),
        }
    }

    /// What of it is about connections.
    pub fn wires(&self) -> WirePolicy {
        WirePolicy {
            unknown: self.unknown.value,
            demands: self.demands.iter().map(|demand| demand.value.clone()).collect(),
            exceptions: self.exceptions.iter().map(|exception| exception.value.clone()).collect(),
        }
    }

    /// The components that it names.
    pub fn named(&self) -> Vec<Named> {
        self.components.iter().map(|component| component.value.named.clone()).collect()
    }

    /// The configuration as a file would say it, with the origin of each value as a comment.
    pub fn shown(&self) -> String {
        show::config(self)
    }
}

/// The JSON schema of a configuration file.
pub fn schema() -> String {
    let schema = schemars::schema_for!(raw::RawConfig);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;

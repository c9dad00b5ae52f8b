//! What a run says: findings (what is wrong), sightings of connections (what is there), problems (what could not be looked at).

use crate::endpoint::{Credentials, Edit, Open, Transport, Zone};
use crate::gate::baseline::Entry;
use crate::grades::Confidence;
pub use crate::grades::Severity;
use crate::map::Map;
use crate::map::compare::Comparison;
use crate::source::{FileId, Place, Source};
use crate::tree::ProblemKind;
use camino::Utf8PathBuf;
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One thing that is wrong, at one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The id of the check in `rules/checks/`.
    pub check: CompactString,
    pub severity: Severity,
    pub confidence: Confidence,
    /// What is wrong, in one sentence: "`verify=False` accepts any certificate".
    pub message: String,
    /// The exact bytes that decide.
    pub place: Place,
    /// The statement around them; a suppression on any of its lines holds.
    pub statement: Place,
    /// Other places that belong to it: where a value came from, where a URL is used.
    pub related: Vec<Related>,
    /// What to write instead, in words.
    pub help: String,
    /// What to write instead, as edits.
    pub fix: Option<Edits>,
    /// The library or format whose model found it.
    pub library: CompactString,
    /// The host of the connection that it is about, as in [`Sighting`]; `None` where it is about no endpoint.
    pub host: Option<CompactString>,
    /// The file is sample configuration, that of development, or test code.
    pub context: Context,
    /// Survives moved lines; unique within a run. 32 hexadecimal digits.
    pub fingerprint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Context {
    Production,
    /// Configuration that people copy: `.env.example`.
    Sample,
    /// Configuration of a developer's own machine: `docker-compose.override.yml`, the key `development`.
    Development,
    Test,
}

impl Context {
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sample => "sample",
            Self::Development => "development",
            Self::Test => "test",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    pub place: Place,
    pub message: String,
}

/// Edits to one file, in order and without overlap. Only [`Edits::new`] makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edits(Vec<Edit>);

impl Edits {
    pub fn new(mut edits: Vec<Edit>) -> Option<Self> {
        edits.sort_by_key(|edit| edit.place);
        let apart = edits
            .windows(2)
            .all(|pair| pair[0].place.file == pair[1].place.file && pair[0].place.span.end <= pair[1].place.span.start);
        (apart && !edits.is_empty()).then_some(Self(edits))
    }

    pub fn as_slice(&self) -> &[Edit] {
        &self.0
    }

    /// The text of the file with the edits made.
    pub fn apply(&self, text: &str) -> String {
        let (first, last) = (self.0.first(), self.0.last());
        let before = first.and_then(|first| text.get(..first.place.span.start as usize)).unwrap_or_default();
        let after = last.and_then(|last| text.get(last.place.span.end as usize..)).unwrap_or_default();
        [before, &self.replacement(text), after].concat()
    }

    /// What stands from the start of the first edit to the end of the last once the edits are made.
    pub fn replacement(&self, text: &str) -> String {
        let mut out = String::new();
        let mut from = None;
        for edit in &self.0 {
            let start = edit.place.span.start as usize;
            out.push_str(text.get(from.unwrap_or(start)..start).unwrap_or_default());
            out.push_str(&edit.text);
            from = Some(edit.place.span.end as usize);
        }
        out
    }
}

/// One place that speaks of a connection which the software opens or accepts, right or wrong. What several places say of
/// one connection is joined in [`crate::map`].
#[derive(Clone, Debug)]
pub struct Sighting {
    pub direction: Direction,
    /// `http`, `database`, `cache`, `broker`, `mail`, `directory`, `rpc`, `file-transfer`, `logging`, `ssh`, `name-service`, `other`.
    pub purpose: CompactString,
    pub protocol: CompactString,
    pub host: CompactString,
    pub zone: Zone,
    pub port: Option<u16>,
    pub driver: Option<CompactString>,
    /// The version or range of the driver that a manifest of the project states.
    pub version: Option<CompactString>,
    /// `None` is "not shown": the code does not say.
    pub transport: Option<Transport>,
    /// Why it is what it is, or why it is not known.
    pub reason: String,
    pub decided_by: Option<Place>,
    /// Nobody wrote it: a default decides.
    pub assumed: bool,
    /// Something beside the address decides, whatever the address says: the client accepts any certificate.
    pub weakened: bool,
    pub credentials: Credentials,
    pub place: Place,
    pub context: Context,
    /// As of [`crate::endpoint::Endpoint`].
    pub open: Option<Arc<Open>>,
    /// What is seen to pass over it beside the credentials of the address.
    pub carries: Vec<Sensitive>,
    /// In configuration, the keys of the setting that names it.
    pub key: Option<CompactString>,
}

/// Something that passes over a connection and that others must not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sensitive {
    /// `credentials`, `token`, `cookie`, `personal-data`, `payment-data`, `health-data`.
    pub kind: CompactString,
    /// The name that says so.
    pub word: CompactString,
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    Out,
    Listen,
}

/// A file that could not be looked at, or not whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileProblem {
    pub path: Utf8PathBuf,
    /// From 1; `None` where the whole file is meant.
    pub line: Option<u32>,
    pub kind: ProblemKind,
    pub message: String,
}

/// What a run counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Files that the walk gave.
    pub files: usize,
    pub bytes: u64,
    /// Files that were parsed; the others held nothing that a rule asks for.
    pub parsed: usize,
    pub parsed_bytes: u64,
    /// Files left out, by reason.
    pub left_out: LeftOut,
    /// Findings that were found and are not shown, by reason.
    pub hidden: Hidden,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// By the path patterns of the user. Folders that are left out as a whole are not counted.
    pub excluded: usize,
    pub tests: usize,
    pub vendored: usize,
    pub generated: usize,
    pub binary: usize,
    /// Not a language or format that barewire reads.
    pub other: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// By a comment.
    pub suppressed: usize,
    pub below_severity: usize,
    pub below_confidence: usize,
    pub test_code: usize,
    /// The configuration switches their check off.
    pub switched_off: usize,
    /// The configuration allows their host.
    pub allowed: usize,
    /// The policy of connections has an exception for them.
    pub excepted: usize,
    /// They stand in the baseline.
    pub baseline: usize,
    /// The change that was asked about neither touches nor causes them.
    pub unchanged: usize,
}

/// How the baseline of a run fared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BaselineUse {
    /// Entries whose finding no longer exists.
    pub gone: Vec<Entry>,
}

/// A suppression comment that is wrong or does nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionProblem {
    pub place: Place,
    pub message: String,
}

/// All that a run says. Findings are in the order path, place, check; so are sightings.
#[derive(Debug, Default)]
pub struct Report {
    /// The files that findings and connections speak of, and those that were parsed, by `FileId`.
    pub sources: Sources,
    pub findings: Vec<Finding>,
    pub sightings: Vec<Sighting>,
    /// What the sightings come to.
    pub map: Map,
    /// What has changed since an earlier map, where the run was asked about one.
    pub compared: Option<Comparison>,
    pub problems: Vec<FileProblem>,
    pub suppression_problems: Vec<SuppressionProblem>,
    pub statistics: Statistics,
    /// `None` where the run has no baseline.
    pub baseline: Option<BaselineUse>,
}

/// The sources of a run, by id. A file that was not parsed is not kept.
#[derive(Debug, Default)]
pub struct Sources(Vec<Option<Source>>);

impl Sources {
    pub fn insert(&mut self, source: Source) {
        let index = source.id.0 as usize;
        if self.0.len() <= index {
            self.0.resize_with(index + 1, || None);
        }
        self.0[index] = Some(source);
    }

    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.0.get(id.0 as usize)?.as_ref()
    }

    /// The first id that no source of the report has.
    pub fn next_id(&self) -> FileId {
        FileId(self.0.len() as u32)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.0.iter().flatten()
    }
}

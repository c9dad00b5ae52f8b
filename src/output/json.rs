//! Everything that a run says, for programs. Stable: a field may be added within one `schema_version`, none changes.
//!
//! Strings are those of the scanned files, with passwords masked; in the bytes every control character is escaped.

use super::place::{self, Location};
use super::{Format, Look, escape, mask};
use crate::gate::baseline::Entry;
use crate::grades::Confidence;
use crate::map::document;
use crate::report::{Context, Finding, Report, Severity, Statistics};
use crate::tree::ProblemKind;
use serde::Serialize;
use std::borrow::Cow;
use std::io;

/// `--output-format json`.
pub(super) struct Json;

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    tool: Tool<'a>,
    findings: Vec<JsonFinding<'a>>,
    connections: Vec<document::Connection>,
    problems: Vec<JsonProblem<'a>>,
    suppression_problems: Vec<Note<'a>>,
    statistics: &'a Statistics,
    /// `null` where the run has no baseline.
    baseline: Option<JsonBaseline<'a>>,
}

#[derive(Serialize)]
struct JsonBaseline<'a> {
    /// Entries whose finding no longer exists.
    gone: Vec<JsonEntry<'a>>,
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    path: &'a str,
    check: &'a str,
    fingerprint: &'a str,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    check: &'a str,
    /// `null` for a check that this run does not know.
    class: Option<&'static str>,
    severity: Severity,
    confidence: Confidence,
    message: Cow<'a, str>,
    help: Cow<'a, str>,
    #[serde(flatten)]
    location: Option<Location<'a>>,
    /// The text at the location; `null` where it is very long.
    snippet: Option<String>,
    related: Vec<Note<'a>>,
    /// Edits that mend it, in order and without overlap; `null` where there are none, or where they would repeat a password.
    fix: Option<Vec<JsonEdit<'a>>>,
    fingerprint: &'a str,
    context: Context,
    library: &'a str,
}

#[derive(Serialize)]
struct Note<'a> {
    #[serde(flatten)]
    location: Option<Location<'a>>,
    message: Cow<'a, str>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    location: Option<Location<'a>>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonProblem<'a> {
    path: &'a str,
    line: Option<u32>,
    kind: ProblemKind,
    message: Cow<'a, str>,
}

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let document = Document {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "barewire", version: look.version },
            findings: report.findings.iter().map(|finding| json_finding(report, look, finding)).collect(),
            connections: document::connections(report),
            problems: report.problems.iter().map(json_problem).collect(),
            suppression_problems: report
                .suppression_problems
                .iter()
                .map(|problem| note(report, problem.place, &problem.message))
                .collect(),
            statistics: &report.statistics,
            baseline: report
                .baseline
                .as_ref()
                .map(|baseline| JsonBaseline { gone: baseline.gone.iter().map(json_entry).collect() }),
        };
        escape::write_json(&document, to)
    }
}

fn json_finding<'a>(report: &'a Report, look: &Look<'_>, finding: &'a Finding) -> JsonFinding<'a> {
    let edits = place::printable(finding.fix.as_ref());
    JsonFinding {
        check: &finding.check,
        class: look.checks.get(&finding.check).map(|check| check.class.name()),
        severity: finding.severity,
        confidence: finding.confidence,
        message: mask::secrets(&finding.message),
        help: mask::secrets(&finding.help),
        location: place::location(report, finding.place),
        snippet: report.sources.get(finding.place.file).and_then(|source| place::snippet(source, finding.place)),
        related: finding.related.iter().map(|related| note(report, related.place, &related.message)).collect(),
        fix: edits.map(|edits| {
            let edit = |edit: &'a crate::endpoint::Edit| JsonEdit {
                location: place::location(report, edit.place),
                text: &edit.text,
            };
            edits.as_slice().iter().map(edit).collect()
        }),
        fingerprint: &finding.fingerprint,
        context: finding.context,
        library: &finding.library,
    }
}

fn json_problem(problem: &crate::report::FileProblem) -> JsonProblem<'_> {
    JsonProblem {
        path: problem.path.as_str(),
        line: problem.line,
        kind: problem.kind,
        message: mask::secrets(&problem.message),
    }
}

fn json_entry(entry: &Entry) -> JsonEntry<'_> {
    JsonEntry { path: &entry.path, check: &entry.check, fingerprint: &entry.fingerprint }
}

fn note<'a>(report: &'a Report, place: crate::source::Place, message: &'a str) -> Note<'a> {
    Note { location: place::location(report, place), message: mask::secrets(message) }
}

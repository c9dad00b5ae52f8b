//! Reviewdog's diagnostic format (rdjson): comments on the lines of a change, with the fix as a suggestion.

use super::words::{self, Level, sentence};
use super::{Format, Look, escape, mask, place};
use crate::report::{Edits, Finding, Report, Severity};
use crate::source::{Place, Source, Span};
use serde::Serialize;
use std::borrow::Cow;
use std::io;

/// `--output-format rdjson`.
pub(super) struct Rdjson;

/// The longest text that a suggestion replaces, in bytes.
const MAX_SUGGESTION: usize = 1000;

#[derive(Serialize)]
struct Document<'a> {
    source: Tool,
    diagnostics: Vec<Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    severity: &'static str,
    code: Code<'a>,
    location: Location<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    range: Range,
}

#[derive(Serialize)]
struct Related<'a> {
    message: String,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

/// The end is the first position that is no longer meant.
#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

/// Both from 1, the column in bytes.
#[derive(Serialize)]
struct Position {
    line: u32,
    column: u32,
}

impl Format for Rdjson {
    fn name(&self) -> &'static str {
        "rdjson"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let document = Document {
            source: Tool { name: "barewire", url: super::PAGE },
            diagnostics: report.findings.iter().filter_map(|finding| diagnostic(report, look, finding)).collect(),
        };
        escape::write_json(&document, to)
    }
}

/// `None` where the report does not hold the file, which it does for every finding.
fn diagnostic<'a>(report: &'a Report, look: &Look<'a>, finding: &'a Finding) -> Option<Diagnostic<'a>> {
    let related = finding.related.iter().filter_map(|related| {
        Some(Related { message: sentence(&related.message), location: location(report, look, related.place)? })
    });
    let page = look.checks.get(&finding.check).and_then(|check| check.references.first());
    Some(Diagnostic {
        message: words::message(finding),
        severity: severity(finding.severity),
        code: Code { value: &finding.check, url: page.map(String::as_str) },
        location: location(report, look, finding.place)?,
        suggestions: finding.fix.as_ref().and_then(|fix| suggestion(report, finding, fix)).into_iter().collect(),
        related_locations: related.collect(),
    })
}

fn location<'a>(report: &'a Report, look: &Look<'_>, place: Place) -> Option<Location<'a>> {
    let source = report.sources.get(place.file)?;
    Some(Location { path: place::relative(source.path.as_str(), look), range: range(source, place.span) })
}

fn range(source: &Source, span: Span) -> Range {
    let position = |byte: u32| {
        let line = source.position(byte).line;
        let start = source.line_span(line).map_or(byte, |line| line.start);
        Position { line, column: byte.saturating_sub(start) + 1 }
    };
    Range { start: position(span.start), end: position(span.end) }
}

/// Suggestions of one diagnostic are alternatives, so all edits of a fix become one. `None` for a fix of another file
/// than the finding's, and where the text would repeat a password.
fn suggestion(report: &Report, finding: &Finding, fix: &Edits) -> Option<Suggestion> {
    let (first, last) = (fix.as_slice().first()?.place, fix.as_slice().last()?.place);
    let source = report.sources.get(first.file).filter(|source| source.id == finding.place.file)?;
    let span = first.span.cover(last.span);
    let text = fix.replacement(source.text());
    (span.len() <= MAX_SUGGESTION && !mask::holds_secret(&text))
        .then(|| Suggestion { range: range(source, span), text })
}

fn severity(severity: Severity) -> &'static str {
    match Level::of(severity) {
        Level::Error => "ERROR",
        Level::Warning => "WARNING",
        Level::Note => "INFO",
    }
}

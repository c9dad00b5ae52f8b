//! GitLab Code Quality: the findings of a merge request, beside its lines.

use super::{Format, Look, escape, place, words};
use crate::report::{Finding, Report, Severity};
use serde::Serialize;
use std::borrow::Cow;
use std::io;

/// `--output-format gitlab`.
pub(super) struct Gitlab;

/// The fields that GitLab documents, and no more.
#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    /// Relative to the repository, without a leading `./`.
    path: Cow<'a, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

impl Format for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let issues = report.findings.iter().filter_map(|finding| issue(report, look, finding));
        escape::write_json(&issues.collect::<Vec<_>>(), to)
    }
}

/// `None` where the report does not hold the file, which it does for every finding.
fn issue<'a>(report: &'a Report, look: &Look<'_>, finding: &'a Finding) -> Option<Issue<'a>> {
    let source = report.sources.get(finding.place.file)?;
    Some(Issue {
        description: words::message(finding),
        check_name: &finding.check,
        fingerprint: &finding.fingerprint,
        severity: severity(finding.severity),
        location: Location {
            path: place::relative(source.path.as_str(), look),
            lines: Lines { begin: source.position(finding.place.span.start).line },
        },
    })
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}

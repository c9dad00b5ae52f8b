//! SARIF 2.1.0 (OASIS), as GitHub code scanning and other platforms read it.
//!
//! Connections that are fine are no results: they would become alerts.

mod model;
mod place;

use super::words::{self, Level, sentence};
use super::{Format, Look, escape};
use crate::checks::Check;
use crate::explain;
use crate::report::{FileProblem, Finding, Report, Severity};
use crate::tree::ProblemKind;
use model::{
    ArtifactChange, AutomationDetails, BaseLocation, Configuration, Content, Descriptor, Driver, Fix, Help, Invocation,
    Location, Log, Message, Notification, NotificationKind, Replacement, ResultProperties, Rule, RuleProperties, Run,
    RunProperties, SarifResult, Tool,
};
use std::collections::BTreeMap;
use std::io;

/// `--output-format sarif`.
pub(super) struct Sarif;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// GitHub shows no more results of one run.
const MAX_RESULTS: usize = 5000;
/// Problems beyond these are only counted.
const MAX_NOTIFICATIONS: usize = 1000;

/// What a notification can be about, by its index in the log: id, what happened, what to do about it.
const NOTIFICATIONS: [(&str, &str, &str); 7] = [
    (
        "syntax-error",
        "A part of a file was not understood; the rest was looked at.",
        "Check whether the file is valid. If it is, please report it.",
    ),
    (
        "gave-up",
        "A file nests too deep, is too long or takes too long; a part of it was not looked at.",
        "Exclude the file if it is generated, or divide it.",
    ),
    ("wrong-encoding", "Some bytes of a file are not UTF-8.", "Convert the file to UTF-8."),
    ("unreadable-file", "A file could not be read.", "Give the user of the scan the right to read it."),
    (
        "file-too-large",
        "A file is larger than the limit and was not looked at.",
        "Raise `--max-file-size`, or exclude the file.",
    ),
    ("suppression-problem", "A suppression comment is wrong or has no effect.", "Correct the comment or remove it."),
    (
        "left-out",
        "There was more than the log may hold.",
        "Mend the most severe findings first, or scan a part of the repository.",
    ),
];

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let run = Run {
            tool: Tool { driver: driver(look) },
            automation_details: AutomationDetails { id: "barewire/" },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications(report),
            }],
            original_uri_base_ids: BTreeMap::from([(place::ROOT, root(look))]),
            column_kind: "utf16CodeUnits",
            default_encoding: "utf-8",
            results: most_severe(&report.findings).map(|finding| result(report, look, finding)).collect(),
            properties: RunProperties { hidden: report.statistics.hidden.clone() },
        };
        escape::write_json(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, to)
    }
}

/// The findings that the log holds, in their order.
fn most_severe(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    let mut indices = (0..findings.len()).collect::<Vec<_>>();
    indices.sort_by_key(|index| words::rank(&findings[*index]));
    indices.truncate(MAX_RESULTS);
    indices.sort_unstable();
    indices.into_iter().map(|index| &findings[index])
}

fn root(look: &Look<'_>) -> BaseLocation {
    let uri = look.root.map(|root| {
        let uri = place::file_uri(root.as_str());
        if uri.ends_with('/') { uri } else { uri + "/" }
    });
    BaseLocation { uri, description: text("The folder that paths are relative to.") }
}

fn driver(look: &Look<'_>) -> Driver {
    Driver {
        name: "barewire",
        version: look.version.to_owned(),
        semantic_version: look.version.to_owned(),
        information_uri: super::PAGE,
        rules: look.checks.iter().map(rule).collect(),
        notifications: NOTIFICATIONS.map(notification_kind).into(),
    }
}

fn notification_kind((id, about, help): (&'static str, &str, &str)) -> NotificationKind {
    NotificationKind {
        id,
        name: pascal_case(id),
        short_description: text(about),
        full_description: text(about),
        help: text(help),
    }
}

fn rule(check: &Check) -> Rule {
    let mut tags = vec!["security".to_owned(), format!("class:{}", check.class.name())];
    tags.extend(check.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
    tags.extend(check.owasp.iter().map(|category| format!("OWASP-{category}")));
    tags.extend(check.tags.iter().map(ToString::to_string));
    Rule {
        id: check.id.to_string(),
        name: pascal_case(&check.id),
        short_description: text(&check.summary),
        full_description: text(&explain::reflow(&check.explanation)),
        help_uri: check.references.first().cloned(),
        help: Help { text: explain::reflow(&check.instead), markdown: explain::help(check) },
        default_configuration: Configuration { level: level(check.severity) },
        properties: RuleProperties {
            tags,
            precision: "high",
            security_severity: score(check.severity),
            problem_severity: problem_severity(check.severity),
        },
    }
}

/// `weak-cipher` is `WeakCipher`.
fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

fn result(report: &Report, look: &Look<'_>, finding: &Finding) -> SarifResult {
    SarifResult {
        rule_id: finding.check.to_string(),
        rule_index: look.checks.iter().position(|check| check.id == finding.check),
        level: level(finding.severity),
        // Platforms show every result, suppressed or unchanged; so those of the baseline are left out and counted.
        baseline_state: report.baseline.as_ref().map(|_| "new"),
        message: text(&words::message(finding)),
        locations: locations(report, finding),
        related_locations: related(report, finding),
        partial_fingerprints: BTreeMap::from([("barewire/v1", finding.fingerprint.clone())]),
        fixes: fix(report, finding).into_iter().collect(),
        properties: ResultProperties {
            severity: finding.severity.name(),
            security_severity: score(finding.severity),
            confidence: finding.confidence,
            context: finding.context,
            library: finding.library.to_string(),
        },
    }
}

fn locations(report: &Report, finding: &Finding) -> Vec<Location> {
    let Some(mut location) = place::location(report, finding.place) else {
        return Vec::new();
    };
    location.physical_location.context_region = report
        .sources
        .get(finding.place.file)
        .and_then(|source| place::context(source, finding.place.span, finding.statement.span));
    vec![location]
}

fn related(report: &Report, finding: &Finding) -> Vec<Location> {
    let known = finding.related.iter().filter_map(|related| Some((related, place::location(report, related.place)?)));
    known
        .enumerate()
        .map(|(index, (related, location))| Location {
            id: Some(index + 1),
            message: Some(text(&sentence(&related.message))),
            ..location
        })
        .collect()
}

fn fix(report: &Report, finding: &Finding) -> Option<Fix> {
    let edits = super::place::printable(finding.fix.as_ref())?.as_slice();
    let source = report.sources.get(edits.first()?.place.file)?;
    let replacements = edits.iter().map(|edit| Replacement {
        deleted_region: place::region(source, edit.place.span, false),
        inserted_content: Content { text: edit.text.clone() },
    });
    let described = match finding.help.trim() {
        "" => "Change it as the check says.".to_owned(),
        help => help.replace('\n', " "),
    };
    Some(Fix {
        description: text(&sentence(&described)),
        artifact_changes: vec![ArtifactChange {
            artifact_location: place::artifact(source.path.as_str()),
            replacements: replacements.collect(),
        }],
    })
}

fn notifications(report: &Report) -> Vec<Notification> {
    let problems = report.problems.iter().map(problem);
    let suppressions = report.suppression_problems.iter().map(|problem| Notification {
        locations: place::location(report, problem.place).into_iter().collect(),
        ..notification(5, "note", &problem.message)
    });
    let mut all = problems.chain(suppressions).take(MAX_NOTIFICATIONS).collect::<Vec<_>>();
    let more = (report.problems.len() + report.suppression_problems.len()).saturating_sub(all.len());
    if more > 0 {
        all.push(notification(6, "warning", &format!("{more} more problems are not listed.")));
    }
    let left_out = report.findings.len().saturating_sub(MAX_RESULTS);
    if left_out > 0 {
        let words = format!("The {MAX_RESULTS} most severe findings are listed; {left_out} more are not.");
        all.push(notification(6, "warning", &words));
    }
    all
}

fn problem(problem: &FileProblem) -> Notification {
    let (index, level) = match problem.kind {
        ProblemKind::SyntaxError => (0, "note"),
        ProblemKind::GaveUp => (1, "warning"),
        ProblemKind::Encoding => (2, "note"),
        ProblemKind::Unreadable => (3, "error"),
        ProblemKind::TooLarge => (4, "warning"),
    };
    Notification {
        locations: vec![place::line_of_file(problem.path.as_str(), problem.line)],
        ..notification(index, level, &problem.message)
    }
}

fn notification(index: usize, level: &'static str, message: &str) -> Notification {
    let descriptor = Descriptor { id: NOTIFICATIONS[index].0, index };
    Notification { descriptor, level, message: text(&sentence(message)), locations: Vec::new() }
}

fn text(text: &str) -> Message {
    Message { text: text.to_owned() }
}

fn level(severity: Severity) -> &'static str {
    match Level::of(severity) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn problem_severity(severity: Severity) -> &'static str {
    match Level::of(severity) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    }
}

/// GitHub's scale: from 9.0 critical, from 7.0 high, from 4.0 medium, below it low.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "3.0",
        Severity::Info => "1.0",
    }
}

//! What several formats say of a finding, in the same words: its sentence, its order, its level.

use super::{escape, mask};
use crate::report::{FileProblem, Finding, Report, Severity};
use std::cmp::Reverse;

/// Untrusted words as one sentence with a capital and a full stop, in which no link of SARIF or Markdown is left.
pub(super) fn sentence(words: &str) -> String {
    let mut sentence = ended(words);
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

/// The same without the capital.
fn ended(words: &str) -> String {
    let words = words.trim().replace('\n', " ");
    let mut ended = escape::line(&escape::shorten(&mask::secrets(&words))).replace("](", "] (");
    if !ended.is_empty() && !ended.ends_with(['.', '!', '?']) {
        ended.push('.');
    }
    ended
}

/// What is wrong and, where the finding says so, what to write instead, on one line.
pub(super) fn message(finding: &Finding) -> String {
    let wrong = sentence(&finding.message);
    match finding.help.trim() {
        "" => wrong,
        help => format!("{wrong} Instead: {}", ended(help)),
    }
}

/// Sorts the most severe findings to the front; where it is equal, a stable sort keeps the order of the report.
pub(super) fn rank(finding: &Finding) -> impl Ord + use<> {
    Reverse((finding.severity, finding.confidence))
}

/// The findings, the most severe first.
pub(super) fn by_severity(report: &Report) -> Vec<&Finding> {
    let mut findings = report.findings.iter().collect::<Vec<_>>();
    findings.sort_by_key(|finding| rank(finding));
    findings
}

/// `2 critical, 1 low`: the severities that occur, the worst first.
pub(super) fn severities<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Vec<(Severity, usize)> {
    let mut counts = Severity::ALL.map(|severity| (severity, 0));
    for finding in findings {
        counts[finding.severity as usize].1 += 1;
    }
    counts.into_iter().rev().filter(|(_, count)| *count > 0).collect()
}

/// The same as text.
pub(super) fn severity_counts<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> String {
    let counts = severities(findings);
    counts.iter().map(|(severity, count)| format!("{count} {}", severity.name())).collect::<Vec<_>>().join(", ")
}

/// `1 finding`, `3 findings`, `no findings`.
pub(super) fn findings(count: usize) -> String {
    match count {
        0 => "no findings".to_owned(),
        1 => "1 finding".to_owned(),
        _ => format!("{count} findings"),
    }
}

/// A file that was not looked at, or not whole: where and why, on one line.
pub(super) fn problem(problem: &FileProblem) -> String {
    let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
    let kind = super::problem_kind(problem.kind);
    let message = mask::secrets(&problem.message);
    format!("{}{line}: {kind}: {}", escape::line(problem.path.as_str()), escape::line(&message))
}

/// The three levels of SARIF, which GitHub and reviewdog have too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Error,
    Warning,
    Note,
}

impl Level {
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Error,
            Severity::Medium => Self::Warning,
            Severity::Low | Severity::Info => Self::Note,
        }
    }
}

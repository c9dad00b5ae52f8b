//! JUnit XML, for the test reports of CI servers: a suite for each file, a failed case for each finding.
//!
//! Holds no times, so that the same report is the same bytes.

use super::words::{self, sentence};
use super::{Format, Look, escape, mask, place};
use crate::report::{Finding, Report};
use crate::tree::ProblemKind;
use quick_junit::{NonSuccessKind, Report as Suites, TestCase, TestCaseStatus, TestSuite};
use std::io;

/// `--output-format junit`.
pub(super) struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let mut suites = Suites::new("barewire");
        for group in report.findings.chunk_by(|a, b| a.place.file == b.place.file) {
            suites.add_test_suite(file(report, look, group));
        }
        suites.add_test_suites(not_looked_at(report));
        if suites.test_suites.is_empty() {
            // Readers take a report without a case for a run that broke.
            let mut suite = TestSuite::new("barewire");
            suite.add_test_case(TestCase::new("no insecure connections", TestCaseStatus::success()));
            suites.add_test_suite(suite);
        }
        suites.serialize(to).map_err(io::Error::other)
    }
}

/// The findings of one file.
fn file(report: &Report, look: &Look<'_>, group: &[Finding]) -> TestSuite {
    let source = group.first().and_then(|first| report.sources.get(first.place.file));
    let path = source.map(|source| escape::line(&place::relative(source.path.as_str(), look)).into_owned());
    let path = path.unwrap_or_default();
    let mut suite = TestSuite::new(&path);
    for finding in group {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(finding.severity.name()).set_message(sentence(&finding.message));
        let mut name = escape::line(&finding.check).into_owned();
        let mut details = Vec::new();
        if let Some(source) = source {
            let at = source.position(finding.place.span.start);
            name = format!("{name} in line {}, column {}", at.line, at.column);
            details.push(format!("{path}:{}:{}", at.line, at.column));
            details.extend(place::snippet(source, finding.place).map(|snippet| escape::lines(&snippet)));
        }
        details.push(escape::lines(&mask::secrets(&finding.help)));
        details.retain(|detail| !detail.is_empty());
        status.set_description(details.join("\n"));
        let mut case = TestCase::new(name, status);
        case.set_classname(&path);
        case.extra.insert("file".into(), path.as_str().into());
        suite.add_test_case(case);
    }
    suite
}

/// Files that were not looked at, or not whole, as cases that were skipped.
fn not_looked_at(report: &Report) -> Option<TestSuite> {
    let mut suite = TestSuite::new("not looked at");
    for problem in &report.problems {
        // These two leave out a few lines or bytes only.
        if matches!(problem.kind, ProblemKind::SyntaxError | ProblemKind::Encoding) {
            continue;
        }
        let mut status = TestCaseStatus::skipped();
        status.set_message(words::problem(problem));
        suite.add_test_case(TestCase::new(escape::line(problem.path.as_str()), status));
    }
    (!suite.test_cases.is_empty()).then_some(suite)
}

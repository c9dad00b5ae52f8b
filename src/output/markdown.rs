//! A summary for the page of a CI run, in Markdown: what was found, the most severe first.
//!
//! GitHub refuses a step summary of more than 1 MiB whole, so this one stays below and says what was cut.

use super::{Format, Look, escape, mask, place, summary, words};
use crate::report::{Finding, Report};
use std::collections::BTreeSet;
use std::io;

/// `--output-format markdown`.
pub(super) struct Markdown;

/// The most bytes of the table and of the list of problems.
const MAX_TABLE: usize = 700 << 10;
const MAX_PROBLEMS: usize = 100 << 10;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        writeln!(to, "## barewire: {}\n", words::findings(report.findings.len()))?;
        if !report.findings.is_empty() {
            writeln!(to, "{}\n", words::severity_counts(&report.findings))?;
            write_table(report, look, to)?;
            write_checks(report, look, to)?;
        }
        for line in summary::lists(report) {
            writeln!(to, "- {line}")?;
        }
        writeln!(to, "- {}", summary::read(report))?;
        write_problems(report, to)
    }
}

fn write_table(report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    writeln!(to, "| severity | where | what is wrong | what to write instead |\n| --- | --- | --- | --- |")?;
    let rows = words::by_severity(report).into_iter().map(|finding| row(report, look, finding));
    let cut = write_within(MAX_TABLE, rows, to)?;
    if cut > 0 {
        writeln!(to, "\nNot listed, as this summary has no more room: {}.", words::findings(cut))?;
    }
    writeln!(to)
}

fn row(report: &Report, look: &Look<'_>, finding: &Finding) -> String {
    let place = report.sources.get(finding.place.file).map(|source| {
        let line = source.position(finding.place.span.start).line;
        escape::markdown_code(&format!("{}:{line}", place::relative(source.path.as_str(), look)))
    });
    let shown = |text: &str| escape::markdown(&escape::shorten(&mask::secrets(text)));
    format!(
        "| {} | {} | {}: {} | {} |",
        finding.severity.name(),
        place.unwrap_or_default(),
        escape::markdown_code(&finding.check),
        shown(&finding.message),
        shown(&finding.help.replace('\n', " ")),
    )
}

/// What the checks of the table mean, and where to read on.
fn write_checks(report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
    let ids = report.findings.iter().map(|finding| &finding.check).collect::<BTreeSet<_>>();
    writeln!(to, "<details><summary>What the checks mean</summary>\n")?;
    for check in ids.into_iter().filter_map(|id| look.checks.get(id)) {
        write!(to, "- {}: {}", escape::markdown_code(&check.id), escape::markdown(&check.summary))?;
        match check.references.first() {
            Some(address) => writeln!(to, " [More]({address})")?,
            None => writeln!(to)?,
        }
    }
    writeln!(to, "\n</details>\n")
}

fn write_problems(report: &Report, to: &mut dyn io::Write) -> io::Result<()> {
    if report.problems.is_empty() {
        return Ok(());
    }
    let count = report.problems.len();
    writeln!(to, "\n<details><summary>Files that were not looked at, or not whole: {count}</summary>\n")?;
    let lines = report.problems.iter().map(|problem| format!("- {}", escape::markdown(&words::problem(problem))));
    let cut = write_within(MAX_PROBLEMS, lines, to)?;
    if cut > 0 {
        writeln!(to, "- and {cut} more")?;
    }
    writeln!(to, "\n</details>")
}

/// Writes lines until they would take more than `room` bytes, and counts those that are left.
fn write_within(mut room: usize, lines: impl Iterator<Item = String>, to: &mut dyn io::Write) -> io::Result<usize> {
    let mut left = 0;
    for line in lines {
        if left > 0 || line.len() >= room {
            left += 1;
            continue;
        }
        room -= line.len() + 1;
        writeln!(to, "{line}")?;
    }
    Ok(left)
}

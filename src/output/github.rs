//! Annotations of GitHub Actions: workflow commands that put findings beside the lines of a change.

use super::words::{self, Level};
use super::{Format, Look, escape, place};
use crate::report::{Finding, Report};
use std::io;

/// `--output-format github`.
pub(super) struct Github;

/// GitHub shows ten annotations of each level of a step, and drops the rest without a word. With three levels that also
/// keeps within the fifty that it shows of a run.
const PER_LEVEL: usize = 10;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let findings = words::by_severity(report);
        let mut left_out = Vec::new();
        let mut written = [0; 3];
        for finding in &findings {
            let level = Level::of(finding.severity);
            // The last notice is kept for what is left out.
            let room = if level == Level::Note { PER_LEVEL - 1 } else { PER_LEVEL };
            if written[level as usize] < room {
                written[level as usize] += 1;
                write_annotation(report, look, finding, to)?;
            } else {
                left_out.push(*finding);
            }
        }
        if left_out.is_empty() {
            return Ok(());
        }
        let count = words::findings(left_out.len());
        let severities = words::severity_counts(left_out);
        writeln!(
            to,
            "::notice title=barewire::{count} more without an annotation: {severities}. The report lists them."
        )
    }
}

fn write_annotation(report: &Report, look: &Look<'_>, finding: &Finding, to: &mut dyn io::Write) -> io::Result<()> {
    let command = match Level::of(finding.severity) {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    write!(to, "::{command} ")?;
    if let Some(source) = report.sources.get(finding.place.file) {
        let path = escape::workflow_property(&place::relative(source.path.as_str(), look));
        let (start, end) = (source.position(finding.place.span.start), source.position(finding.place.span.end));
        write!(to, "file={path},line={},endLine={},", start.line, end.line)?;
        // GitHub takes columns only within one line.
        if start.line == end.line {
            write!(to, "col={},endColumn={},", start.column, end.column)?;
        }
    }
    let title = escape::workflow_property(&format!("{} ({})", finding.check, finding.severity.name()));
    writeln!(to, "title={title}::{}", escape::workflow_message(&words::message(finding)))
}

//! A table for spreadsheets: one row for each finding, comma-separated as RFC 4180 has it.

use super::{Format, Look, escape, mask, place};
use crate::report::{Finding, Report};
use std::io;

/// `--output-format csv`.
pub(super) struct Csv;

/// Columns are only added, at the end.
const COLUMNS: [&str; 13] = [
    "severity",
    "confidence",
    "check",
    "path",
    "line",
    "column",
    "end_line",
    "end_column",
    "message",
    "help",
    "library",
    "context",
    "fingerprint",
];

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(to);
        table.write_record(COLUMNS)?;
        for finding in &report.findings {
            let row = row(report, look, finding);
            table.write_record(row.iter().map(|text| escape::cell(text).into_owned()))?;
        }
        table.flush()
    }
}

fn row(report: &Report, look: &Look<'_>, finding: &Finding) -> [String; COLUMNS.len()] {
    let source = report.sources.get(finding.place.file);
    let path = source.map(|source| place::relative(source.path.as_str(), look).into_owned()).unwrap_or_default();
    let position = |byte| {
        let position = source.map(|source| source.position(byte));
        position.map(|position| (position.line.to_string(), position.column.to_string())).unwrap_or_default()
    };
    let (line, column) = position(finding.place.span.start);
    let (end_line, end_column) = position(finding.place.span.end);
    [
        finding.severity.name().to_owned(),
        finding.confidence.name().to_owned(),
        finding.check.to_string(),
        path,
        line,
        column,
        end_line,
        end_column,
        mask::secrets(&finding.message).into_owned(),
        mask::secrets(&finding.help).into_owned(),
        finding.library.to_string(),
        finding.context.name().to_owned(),
        finding.fingerprint.clone(),
    ]
}

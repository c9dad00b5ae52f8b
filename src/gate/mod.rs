//! The gate: what of a report is shown, and whether it fails the run. It counts what it hides.

pub mod suppress;

use crate::report::{Connection, Context, Finding, Report, Severity, Sources};
use crate::source::{FileId, Place};
use crate::text::Confidence;
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// The thresholds of a run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub min_severity: Severity,
    pub min_confidence: Confidence,
    /// A shown finding of this severity or worse fails the run.
    pub fail_on: Severity,
    /// Findings in test code are shown.
    pub tests: bool,
    /// Files that could not be looked at fail the run.
    pub strict: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            min_severity: Severity::Low,
            min_confidence: Confidence::Medium,
            fail_on: Severity::Medium,
            tests: false,
            strict: false,
        }
    }
}

/// Whether a report fails the run.
pub fn fails(report: &Report, options: &Options) -> bool {
    report.findings.iter().any(|finding| finding.severity >= options.fail_on)
        || (options.strict && !report.problems.is_empty())
}

/// At most this many related places are kept with a finding.
const RELATED: usize = 5;

/// One finding for one check at one place, in the order path, place, check, each with its fingerprint.
pub fn unique(mut findings: Vec<Finding>, sources: &Sources) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        (a.place, &a.check)
            .cmp(&(b.place, &b.check))
            .then(b.confidence.cmp(&a.confidence))
            .then(b.severity.cmp(&a.severity))
            .then(a.library.cmp(&b.library))
            .then(a.message.cmp(&b.message))
    });
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match out.last_mut() {
            Some(last) if last.place == finding.place && last.check == finding.check => {
                for related in finding.related {
                    if last.related.len() < RELATED && !last.related.contains(&related) {
                        last.related.push(related);
                    }
                }
            }
            _ => out.push(finding),
        }
    }
    out.sort_by(|a, b| {
        (path(sources, a.place), a.place.span, &a.check).cmp(&(path(sources, b.place), b.place.span, &b.check))
    });
    fingerprints(&mut out, sources);
    out
}

/// Each connection once, in the order path, place, protocol.
pub fn unique_connections(mut connections: Vec<Connection>, sources: &Sources) -> Vec<Connection> {
    connections.sort_by(|a, b| {
        (
            path(sources, a.place),
            a.place.span,
            &a.protocol,
            &a.host,
            a.port,
            a.direction,
            a.transport,
            &a.driver,
            &a.reason,
        )
            .cmp(&(
                path(sources, b.place),
                b.place.span,
                &b.protocol,
                &b.host,
                b.port,
                b.direction,
                b.transport,
                &b.driver,
                &b.reason,
            ))
    });
    connections.dedup_by(|a, b| {
        a.place == b.place
            && a.protocol == b.protocol
            && a.host == b.host
            && a.port == b.port
            && a.direction == b.direction
    });
    connections
}

fn path(sources: &Sources, place: Place) -> &str {
    sources.get(place.file).map_or("", |source| source.path.as_str())
}

/// The check, the file and the text of the statement without its white space; a number tells equal ones apart.
fn fingerprints(findings: &mut [Finding], sources: &Sources) {
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    for finding in findings {
        let Some(source) = sources.get(finding.place.file) else { continue };
        let statement: String = source.slice(finding.statement.span).split_whitespace().collect();
        let deciding = source.slice(finding.place.span);
        let key = format!("{}\0{}\0{statement}\0{deciding}", finding.check, source.path);
        let count = seen.entry(key.clone()).or_default();
        let hash = blake3::hash(format!("{key}\0{count}").as_bytes());
        *count += 1;
        hash.to_hex()[..32].clone_into(&mut finding.fingerprint);
    }
}

/// Takes out what is suppressed, in test code or below a threshold.
pub fn apply(report: &mut Report, options: &Options, checks: &[&str], complete: bool) {
    let mut files: BTreeMap<FileId, suppress::FileSuppressions> = BTreeMap::new();
    for source in report.sources.iter() {
        if memchr::memmem::find(source.text().as_bytes(), b"barewire:").is_some() {
            let mut found = suppress::parse(source);
            found.fully_analysed &= complete;
            files.insert(source.id, found);
        }
    }
    let applied = suppress::apply(std::mem::take(&mut report.findings), &files, &report.sources, checks);
    let hidden = &mut report.statistics.hidden;
    hidden.suppressed = applied.suppressed.len();
    report.suppression_problems = applied.problems;
    for finding in applied.shown {
        if finding.context == Context::Test && !options.tests {
            hidden.test_code += 1;
        } else if finding.confidence < options.min_confidence {
            hidden.below_confidence += 1;
        } else if finding.severity < options.min_severity {
            hidden.below_severity += 1;
        } else {
            report.findings.push(finding);
        }
    }
}

/// The ids of the checks that a report speaks of, with how often.
pub fn counts(report: &Report) -> BTreeMap<CompactString, usize> {
    let mut counts = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.check.clone()).or_default() += 1;
    }
    counts
}

//! The last lines of a report for people: what was found, hidden, left out, and not looked at.

use super::{Look, escape, terminal, words};
use crate::endpoint::Transport;
use crate::report::{Report, Statistics};
use codespan_reporting::term::termcolor::{ColorSpec, WriteColor};
use std::collections::BTreeMap;
use std::io;

pub(super) fn write(report: &Report, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    write_counts(report, to)?;
    write_checks(report, to)?;
    lists(report).iter().try_for_each(|list| writeln!(to, "{list}"))?;
    write_gone(report, look, to)?;
    write_problems(report, look, to)?;
    writeln!(to, "{}", read(report))
}

/// What was hidden, left out and connected, one line each, and none where there is nothing to say.
pub(super) fn lists(report: &Report) -> Vec<String> {
    let Statistics { hidden, left_out, .. } = &report.statistics;
    let hidden = [
        (hidden.suppressed, "suppressed"),
        (hidden.below_severity, "below the severity asked for"),
        (hidden.below_confidence, "below the confidence asked for"),
        (hidden.test_code, "in test code"),
        (hidden.switched_off, "of checks that are off"),
        (hidden.allowed, "of allowed hosts"),
        (hidden.excepted, "of excepted connections"),
        (hidden.baseline, "in the baseline"),
        (hidden.unchanged, "not of this change"),
    ];
    let left_out = [
        (left_out.excluded, "excluded"),
        (left_out.tests, "in tests and docs"),
        (left_out.vendored, "vendored"),
        (left_out.generated, "generated"),
        (left_out.binary, "binary"),
        (left_out.other, "of other kinds"),
    ];
    let lists = [list("connections", &connections(report)), list("hidden", &hidden), list("files left out", &left_out)];
    lists.into_iter().flatten().collect()
}

/// How much was looked at.
pub(super) fn read(report: &Report) -> String {
    format!("{} read, {} parsed", files(report.statistics.files), report.statistics.parsed)
}

fn write_counts(report: &Report, to: &mut dyn WriteColor) -> io::Result<()> {
    to.set_color(ColorSpec::new().set_bold(true))?;
    write!(to, "{}", words::findings(report.findings.len()))?;
    to.reset()?;
    for (index, (severity, count)) in words::severities(&report.findings).into_iter().enumerate() {
        write!(to, "{}", if index == 0 { ": " } else { ", " })?;
        to.set_color(ColorSpec::new().set_fg(Some(terminal::color(severity))))?;
        write!(to, "{count} {}", severity.name())?;
        to.reset()?;
    }
    writeln!(to)
}

/// The checks that found something, the most frequent first.
fn write_checks(report: &Report, to: &mut dyn WriteColor) -> io::Result<()> {
    let mut counts = BTreeMap::<&str, usize>::new();
    for finding in &report.findings {
        *counts.entry(&finding.check).or_default() += 1;
    }
    let mut counts = counts.into_iter().collect::<Vec<_>>();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts.iter().try_for_each(|(check, count)| writeln!(to, "{count:>6}  {}", escape::line(check)))
}

fn connections(report: &Report) -> [(usize, &'static str); 6] {
    let with = |wanted: Option<Transport>| report.sightings.iter().filter(|one| one.transport == wanted).count();
    [
        (with(Some(Transport::Cleartext)), "cleartext"),
        (with(Some(Transport::Opportunistic)), "opportunistic"),
        (with(Some(Transport::Unverified)), "unverified"),
        (with(Some(Transport::HostUnverified)), "host not verified"),
        (with(Some(Transport::Verified)), "verified"),
        (with(None), "not shown by the code"),
    ]
}

/// `title: 3 one, 1 other`, or nothing where all counts are 0.
fn list(title: &str, counts: &[(usize, &str)]) -> Option<String> {
    let parts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    let parts = parts.collect::<Vec<_>>();
    (!parts.is_empty()).then(|| format!("{title}: {}", parts.join(", ")))
}

/// Entries of the baseline that may go.
fn write_gone(report: &Report, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    let gone = report.baseline.as_ref().map_or(&[][..], |baseline| &baseline.gone);
    if gone.is_empty() {
        return Ok(());
    }
    let more = if look.verbose { "" } else { ", listed with --verbose" };
    let count = if gone.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", gone.len()) };
    writeln!(to, "baseline: {count} without a finding now (`barewire baseline --prune` takes out{more})")?;
    let listed = if look.verbose { gone } else { &[] };
    listed.iter().try_for_each(|entry| writeln!(to, "  {}: {}", escape::line(&entry.path), escape::line(&entry.check)))
}

fn write_problems(report: &Report, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    let mut lines = report.problems.iter().map(words::problem).collect::<Vec<_>>();
    let not_whole = lines.len();
    for suppression in &report.suppression_problems {
        let path = report.sources.get(suppression.place.file).map_or("", |source| source.path.as_str());
        let line =
            report.sources.get(suppression.place.file).map_or(0, |s| s.position(suppression.place.span.start).line);
        lines.push(format!("{}:{line}: {}", escape::line(path), escape::line(&suppression.message)));
    }
    let more = if look.verbose || lines.is_empty() { "" } else { " (listed with --verbose)" };
    if not_whole > 0 {
        writeln!(to, "problems: {not_whole} in files that could not be looked at, or not whole{more}")?;
    }
    if lines.len() > not_whole {
        writeln!(to, "suppressions: {} wrong or without effect{more}", lines.len() - not_whole)?;
    }
    let listed = if look.verbose { lines.as_slice() } else { &[] };
    listed.iter().try_for_each(|line| writeln!(to, "  {line}"))
}

fn files(count: usize) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

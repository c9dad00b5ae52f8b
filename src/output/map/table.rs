//! The map for people: by component, the worst wires first, totals at the end.

use super::graph::peer;
use crate::map::document::{Connection, Document, Location, Totals};
use crate::map::{ComponentKind, Verdict};
use crate::output::{Format, Look, escape};
use crate::report::{Direction, Report};
use codespan_reporting::term::termcolor::{Color, ColorSpec, WriteColor};
use std::io;

/// `barewire map --output-format terminal`.
pub(super) struct Table;

impl Format for Table {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let map = Document::new(report, look.version);
        look.colored(to, |to| write_map(&map, look, to))
    }
}

/// The columns between the verdict and the place.
const COLUMNS: usize = 4;

fn write_map(map: &Document, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    let rows: Vec<[String; COLUMNS]> = map.connections.iter().map(row).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let mut rows = rows.iter();
    if !look.quiet {
        for group in map.connections.chunk_by(|a, b| a.component == b.component) {
            heading(map, group, to)?;
            for (connection, row) in group.iter().zip(&mut rows) {
                write_row(connection, row, &widths, to)?;
                if look.verbose {
                    details(connection, to)?;
                }
            }
            writeln!(to)?;
        }
    }
    writeln!(to, "{}", totals(map.connections.len(), &map.totals))
}

fn heading(map: &Document, group: &[Connection], to: &mut dyn WriteColor) -> io::Result<()> {
    let Some(name) = group.first().map(|first| first.component.as_str()) else { return Ok(()) };
    let known = map.components.iter().find(|component| component.name == name);
    to.set_color(ColorSpec::new().set_bold(true).set_underline(true))?;
    match known {
        Some(component) if component.kind == ComponentKind::Rest => write!(to, "(no component)")?,
        _ => write!(to, "{}", escape::line(name))?,
    }
    to.reset()?;
    match known.and_then(|component| component.path.as_deref()) {
        Some(path) => writeln!(to, "  {}", escape::line(path)),
        None => writeln!(to),
    }
}

fn write_row(
    connection: &Connection,
    row: &[String; COLUMNS],
    widths: &[usize; COLUMNS],
    to: &mut dyn WriteColor,
) -> io::Result<()> {
    to.set_color(ColorSpec::new().set_fg(Some(color(connection.verdict))).set_bold(true))?;
    write!(to, "  {:<15}", connection.verdict.name())?;
    to.reset()?;
    for (text, width) in row.iter().zip(widths) {
        write!(to, "  {text:<width$}")?;
    }
    match connection.places.first() {
        Some(place) => writeln!(to, "  {}", at(place)),
        None => writeln!(to),
    }
}

/// Direction, protocol, peer, and what passes over the wire.
fn row(connection: &Connection) -> [String; COLUMNS] {
    let arrow = match connection.direction {
        Direction::Out => "->",
        Direction::Listen => "<-",
    };
    let mut carries: Vec<&str> = connection.sensitive.iter().map(|seen| seen.kind.as_str()).collect();
    carries.dedup();
    let texts = [arrow.to_owned(), spoken(connection), peer(connection), carries.join(", ")];
    texts.map(|text| escape::line(&text).into_owned())
}

/// The protocol, and with what it is spoken where a manifest says which version that is: `redis (redis-py 5.2.1)`.
pub(super) fn spoken(connection: &Connection) -> String {
    match (&connection.driver, &connection.version) {
        (Some(driver), Some(version)) => format!("{} ({driver} {version})", connection.protocol),
        _ => connection.protocol.clone(),
    }
}

/// Why, what others say, and every place.
fn details(connection: &Connection, to: &mut dyn WriteColor) -> io::Result<()> {
    writeln!(to, "      {}", escape::line(&connection.decided_by.reason))?;
    for other in &connection.otherwise {
        let place = other.because.place.as_ref().map(|place| format!(" ({})", at(place))).unwrap_or_default();
        writeln!(to, "      elsewhere {}: {}{place}", other.verdict.name(), escape::line(&other.because.reason))?;
    }
    for seen in &connection.sensitive {
        writeln!(to, "      {}: `{}` at {}", seen.kind, escape::line(&seen.word), at(&seen.place))?;
    }
    connection.places.iter().skip(1).try_for_each(|place| writeln!(to, "      also {}", at(place)))
}

pub(super) fn at(place: &Location) -> String {
    format!("{}:{}:{}", escape::line(&place.path), place.line, place.column)
}

/// `7 connections: 3 shown protected, 1 unverified, ...`.
pub(super) fn totals(count: usize, totals: &Totals) -> String {
    let parts = [
        (totals.verified, "shown protected"),
        (totals.unverified + totals.host_unverified, "unverified"),
        (totals.opportunistic, "opportunistic"),
        (totals.cleartext, "bare"),
        (totals.unknown, "not shown"),
    ];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let connections = if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") };
    if parts.is_empty() { connections } else { format!("{connections}: {}", parts.join(", ")) }
}

pub(super) fn color(verdict: Verdict) -> Color {
    match verdict {
        Verdict::Cleartext => Color::Red,
        Verdict::Opportunistic | Verdict::Unverified | Verdict::HostUnverified => Color::Yellow,
        Verdict::Unknown => Color::Magenta,
        Verdict::Verified => Color::Green,
    }
}

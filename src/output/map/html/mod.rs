//! The map as a page that needs nothing but a browser: picture, table, and for each connection the lines that decide.
//!
//! What the page does stands in `page.js`; the layout library beside it is as its project ships it. The page forbids itself
//! every request, and text of scanned files reaches it as JSON alone.

use crate::map::Connection;
use crate::map::document::{self, Document, Totals};
use crate::output::{Format, Look, escape, mask, snippet};
use crate::report::{Finding, Report, Severity};
use crate::source::Source;
use serde::Serialize;
use std::io;

/// `barewire map --output-format html`.
pub(super) struct Html;

const PAGE: &str = include_str!("page.html");

/// What takes the place of the marks of the page, in their order; `None` is the map.
const PARTS: [(&str, Option<&str>); 4] = [
    ("/*STYLE*/", Some(include_str!("page.css"))),
    ("/*MAP*/", None),
    ("/*LAYOUT*/", Some(include_str!("dagre.min.js"))),
    ("/*SCRIPT*/", Some(include_str!("page.js"))),
];

/// So many lines are shown behind the first one of a place.
const LINES: u32 = 5;
/// So many excerpts of files and findings are shown of one connection.
const EXCERPTS: usize = 3;

/// The map, and for each connection what the page shows of it.
#[derive(Serialize)]
struct Data {
    tool: document::Tool,
    connections: Vec<Shown>,
    totals: Totals,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    connection: document::Connection,
    lines: Vec<Excerpt>,
    findings: Vec<Instead>,
}

/// Some lines of a file.
#[derive(Serialize)]
struct Excerpt {
    path: String,
    /// The number of the first line.
    first: u32,
    text: Vec<String>,
}

/// A finding at a connection.
#[derive(Serialize)]
struct Instead {
    check: String,
    severity: Severity,
    message: String,
    help: String,
}

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let data = data(report, look);
        let mut rest = PAGE;
        for (mark, part) in PARTS {
            let (before, behind) = rest.split_once(mark).unwrap_or((rest, ""));
            to.write_all(before.as_bytes())?;
            match part {
                Some(part) => to.write_all(part.as_bytes())?,
                None => to.write_all(&data)?,
            }
            rest = behind;
        }
        to.write_all(rest.as_bytes())
    }
}

/// As JSON in which nothing ends the element that holds it: `<` only stands in strings.
fn data(report: &Report, look: &Look<'_>) -> Vec<u8> {
    let map = Document::new(report, look.version);
    let connections = map.connections.into_iter().zip(&report.map.connections);
    let shown = |(connection, own): (document::Connection, &Connection)| Shown {
        connection,
        lines: excerpts(report, own),
        findings: instead(report, look, own),
    };
    let data = Data { tool: map.tool, connections: connections.map(shown).collect(), totals: map.totals };
    let mut json = Vec::new();
    // Memory can always be written.
    let _ = escape::write_json(&data, &mut json);
    String::from_utf8_lossy(&json).replace('<', "\\u003c").into_bytes()
}

/// The lines of the place that decides and of the first places that speak of a connection. Those around them are not
/// shown: they may hold secrets of others, which nothing marks as such.
fn excerpts(report: &Report, connection: &Connection) -> Vec<Excerpt> {
    let mut excerpts: Vec<Excerpt> = Vec::new();
    for place in connection.decided_by.place.iter().chain(&connection.places) {
        let Some(source) = report.sources.get(place.file) else { continue };
        let (first, last) = snippet::lines_of(source, place.span);
        let path = source.path.as_str();
        let known = excerpts.iter().any(|one| one.path == path && one.holds(first));
        if !known && excerpts.len() < EXCERPTS {
            excerpts.push(excerpt(source, first, last.min(first + LINES)));
        }
    }
    excerpts
}

fn excerpt(source: &Source, first: u32, last: u32) -> Excerpt {
    let text = (first..=last).map_while(|line| source.line_span(line)).map(|span| {
        let line = snippet::masked(source, span);
        escape::line(&escape::shorten(line.trim_end())).into_owned()
    });
    Excerpt { path: source.path.to_string(), first, text: text.collect() }
}

impl Excerpt {
    fn holds(&self, line: u32) -> bool {
        line >= self.first && line - self.first < self.text.len() as u32
    }
}

/// What the findings at a connection say.
fn instead(report: &Report, look: &Look<'_>, connection: &Connection) -> Vec<Instead> {
    let said = |finding: &Finding| Instead {
        check: finding.check.to_string(),
        severity: finding.severity,
        message: mask::secrets(&finding.message).into_owned(),
        help: match finding.help.trim() {
            "" => look.checks.get(&finding.check).map(|check| check.instead.trim().to_owned()).unwrap_or_default(),
            help => mask::secrets(help).into_owned(),
        },
    };
    let about = |finding: &&Finding| connection.is_spoken_of_at(finding.place);
    report.findings.iter().filter(about).take(EXCERPTS).map(said).collect()
}

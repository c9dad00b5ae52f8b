//! The formats of what has changed since an earlier map. They are formats as the others are, with a list of their own.

mod json;
mod markdown;
mod terminal;

use crate::map::compare::{Change, Comparison};
use crate::map::document::Connection;
use crate::output::Format;
use crate::report::{Direction, Report};
use std::borrow::Cow;

/// Every format of changes, in the order in which help lists them. To add one: a file here, its `mod` line, its entry.
pub static ALL: &[&dyn Format] = &[&terminal::Terminal, &json::Json, &markdown::Markdown];

/// The comparison of a report; of a run without one, that nothing has changed.
fn compared(report: &Report) -> Cow<'_, Comparison> {
    report.compared.as_ref().map_or_else(|| Cow::Owned(Comparison::default()), Cow::Borrowed)
}

/// `web -> http pay.acme-bank.com`.
fn wire(connection: &Connection) -> String {
    let arrow = match connection.direction {
        Direction::Out => "->",
        Direction::Listen => "<-",
    };
    format!("{} {arrow} {} {}", connection.component, connection.protocol, super::graph::peer(connection))
}

/// The lists with their titles and, for each connection, what is to be said of its verdict.
fn lists(comparison: &Comparison) -> [(&'static str, Vec<(String, &Connection)>); 3] {
    let verdict = |connection: &Connection| connection.verdict.name().to_owned();
    let all = |connections| -> Vec<(String, &Connection)> {
        let connections: &Vec<Connection> = connections;
        connections.iter().map(|connection| (verdict(connection), connection)).collect()
    };
    let change = |change: &Change| format!("{} -> {}", change.before.name(), change.connection.verdict.name());
    let changed = comparison.changed.iter().map(|it| (change(it), &it.connection)).collect();
    [("appeared", all(&comparison.appeared)), ("changed", changed), ("vanished", all(&comparison.vanished))]
}

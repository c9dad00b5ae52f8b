//! The map as tables of Markdown, one for each component.

use super::graph::peer;
use super::table::spoken;
use crate::map::document::{Connection, Document};
use crate::output::{Format, Look, escape};
use crate::report::{Direction, Report};
use std::io;

/// `barewire map --output-format markdown`.
pub(super) struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let map = Document::new(report, look.version);
        writeln!(to, "# Connections\n\n{}", super::table::totals(map.connections.len(), &map.totals))?;
        for group in map.connections.chunk_by(|a, b| a.component == b.component) {
            let name = group.first().map(|first| first.component.as_str()).unwrap_or_default();
            writeln!(to, "\n## {}\n", escape::markdown(name))?;
            writeln!(to, "| verdict | direction | protocol | peer | carries | why | where |")?;
            writeln!(to, "| --- | --- | --- | --- | --- | --- | --- |")?;
            group.iter().try_for_each(|connection| writeln!(to, "{}", row(connection)))?;
        }
        Ok(())
    }
}

fn row(connection: &Connection) -> String {
    let direction = match connection.direction {
        Direction::Out => "out",
        Direction::Listen => "listen",
    };
    let mut kinds: Vec<&str> = connection.sensitive.iter().map(|seen| seen.kind.as_str()).collect();
    kinds.dedup();
    let place = connection.places.first().map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default();
    let cells = [
        connection.verdict.name().to_owned(),
        direction.to_owned(),
        escape::markdown(&spoken(connection)),
        escape::markdown(&peer(connection)),
        escape::markdown(&kinds.join(", ")),
        escape::markdown(&connection.decided_by.reason),
        escape::markdown(&place),
    ];
    format!("| {} |", cells.join(" | "))
}

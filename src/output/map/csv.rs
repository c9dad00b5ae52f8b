//! The map for spreadsheets: one row for each connection, comma-separated as RFC 4180 has it.

use crate::map::document::{Connection, Document};
use crate::output::{Format, Look, escape};
use crate::report::Report;
use std::io;

/// `barewire map --output-format csv`.
pub(super) struct Csv;

/// Columns are only added, at the end.
const COLUMNS: [&str; 18] = [
    "component",
    "direction",
    "purpose",
    "protocol",
    "host",
    "zone",
    "port",
    "peer_component",
    "driver",
    "version",
    "verdict",
    "reason",
    "credentials",
    "sensitive",
    "path",
    "line",
    "column",
    "context",
];

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(to);
        table.write_record(COLUMNS)?;
        for connection in &Document::new(report, look.version).connections {
            table.write_record(row(connection).iter().map(|text| escape::cell(text).into_owned()))?;
        }
        table.flush()
    }
}

fn row(connection: &Connection) -> [String; COLUMNS.len()] {
    // The names of the small sets are those that JSON has for them.
    let name = |value: serde_json::Result<serde_json::Value>| {
        value.ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
    };
    let peer = &connection.peer;
    let place = connection.places.first();
    let mut kinds: Vec<&str> = connection.sensitive.iter().map(|seen| seen.kind.as_str()).collect();
    kinds.dedup();
    [
        connection.component.clone(),
        name(serde_json::to_value(connection.direction)),
        connection.purpose.clone(),
        connection.protocol.clone(),
        peer.host.clone(),
        name(serde_json::to_value(peer.zone)),
        peer.port.map(|port| port.to_string()).unwrap_or_default(),
        peer.component.clone().unwrap_or_default(),
        connection.driver.clone().unwrap_or_default(),
        connection.version.clone().unwrap_or_default(),
        connection.verdict.name().to_owned(),
        connection.decided_by.reason.clone(),
        name(serde_json::to_value(connection.credentials)),
        kinds.join(" "),
        place.map(|place| place.path.clone()).unwrap_or_default(),
        place.map(|place| place.line.to_string()).unwrap_or_default(),
        place.map(|place| place.column.to_string()).unwrap_or_default(),
        connection.context.name().to_owned(),
    ]
}

//! Changes for programs: connections are the objects of the map.

use super::compared;
use crate::map::compare::Comparison;
use crate::output::{Format, Look, escape};
use crate::report::Report;
use serde::Serialize;
use std::io;

/// `barewire map --compare OLD --output-format json`.
pub(super) struct Json;

const SCHEMA_VERSION: u32 = 1;

#[derive(Serialize)]
struct Changes<'a> {
    schema_version: u32,
    tool: Tool<'a>,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'a str,
}

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let changes = Changes {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "barewire", version: look.version },
            comparison: &compared(report),
        };
        escape::write_json(&changes, to)
    }
}

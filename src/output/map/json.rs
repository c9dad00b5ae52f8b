//! The map for programs: the document of `schemas/map.schema.json`.

use crate::map::document::Document;
use crate::output::{Format, Look, escape};
use crate::report::Report;
use std::io;

/// `barewire map --output-format json`.
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        escape::write_json(&Document::new(report, look.version), to)
    }
}

//! Changes for the page of a pull request, in Markdown.

use super::{compared, lists, wire};
use crate::output::{Format, Look, escape};
use crate::report::Report;
use std::io;

/// `barewire map --compare OLD --output-format markdown`.
pub(super) struct Markdown;

/// GitHub refuses a step summary of more than 1 MiB whole, and the findings stand in it as well.
const MOST: usize = 300;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn write(&self, report: &Report, _look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let comparison = compared(report);
        writeln!(to, "## barewire: what has changed on the map\n\n{}", comparison.summary())?;
        for (title, list) in lists(&comparison).iter().filter(|(_, list)| !list.is_empty()) {
            writeln!(to, "\n### {title}\n\n| verdict | connection | why | where |\n| --- | --- | --- | --- |")?;
            for (verdict, connection) in list.iter().take(MOST) {
                let place = connection.places.first().map(|place| format!("{}:{}", place.path, place.line));
                let cells = [
                    escape::markdown(verdict),
                    escape::markdown(&wire(connection)),
                    escape::markdown(&escape::shorten(&connection.decided_by.reason)),
                    escape::markdown(&place.unwrap_or_default()),
                ];
                writeln!(to, "| {} |", cells.join(" | "))?;
            }
            if let Some(more) = list.len().checked_sub(MOST).filter(|more| *more > 0) {
                writeln!(to, "\nand {more} more")?;
            }
        }
        Ok(())
    }
}

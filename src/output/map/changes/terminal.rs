//! Changes for people.

use super::{compared, lists, wire};
use crate::output::map::table::{at, color};
use crate::output::{Format, Look, escape};
use crate::report::Report;
use codespan_reporting::term::termcolor::{ColorSpec, WriteColor};
use std::io;

/// `barewire map --compare OLD`.
pub(super) struct Terminal;

impl Format for Terminal {
    fn name(&self) -> &'static str {
        "terminal"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        look.colored(to, |to| write_changes(report, look, to))
    }
}

fn write_changes(report: &Report, look: &Look<'_>, to: &mut dyn WriteColor) -> io::Result<()> {
    let comparison = compared(report);
    let lists = lists(&comparison);
    let lists = lists.iter().filter(|(_, list)| !list.is_empty() && !look.quiet);
    for (title, list) in lists {
        to.set_color(ColorSpec::new().set_bold(true).set_underline(true))?;
        write!(to, "{title}")?;
        to.reset()?;
        writeln!(to)?;
        let width = list.iter().map(|(verdict, _)| verdict.len()).max().unwrap_or_default();
        for (verdict, connection) in list {
            to.set_color(ColorSpec::new().set_bold(true).set_fg(Some(color(connection.verdict))))?;
            write!(to, "  {verdict:<width$}")?;
            to.reset()?;
            let place = connection.places.first().map(|place| format!("  {}", at(place))).unwrap_or_default();
            writeln!(to, "  {}{place}", escape::line(&wire(connection)))?;
            if look.verbose {
                writeln!(to, "      {}", escape::line(&connection.decided_by.reason))?;
            }
        }
        writeln!(to)?;
    }
    writeln!(to, "{}", comparison.summary())
}

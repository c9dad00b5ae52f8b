//! `barewire map`: every connection, and what protects it.

use super::change::Change;
use super::check::{scanned, scanned_revision};
use super::error::Error;
use super::format::Target;
use super::print;
use super::selection::{Selection, Setup};
use super::write::{Detail, Targets};
use crate::map::compare::Comparison;
use crate::map::document::{self, Document};
use crate::rules::triggers::Sought;
use camino::Utf8PathBuf;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// How to print the map, and where: `json=FILE,terminal`. May be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]", value_delimiter = ',', default_value = "terminal", value_parser = Target::of_map)]
    output_format: Vec<Target>,
    /// Write the map to this file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print what has changed since an earlier map, instead of the map: a file that `--output-format json` has written, or a
    /// commit, tag or branch.
    #[arg(long, value_name = "FILE|REV", conflicts_with = "schema")]
    compare: Option<String>,
    /// Print the JSON schema of `--output-format json`.
    #[arg(long)]
    schema: bool,
    /// The totals alone.
    #[arg(long, short)]
    quiet: bool,
    /// Say of each connection why it is so, and every place that speaks of it.
    #[arg(long, short)]
    verbose: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    if arguments.schema {
        return print(document::schema().as_bytes());
    }
    let mut formats = arguments.output_format.clone();
    if arguments.compare.is_some() {
        let changes = formats.into_iter().map(Target::of_changes).collect::<Result<_, _>>();
        formats = changes.map_err(|message| Error::Argument { message: format!("with `--compare`, {message}") })?;
    }
    let targets = Targets::new(formats, arguments.output.as_deref())?;
    let mut setup = arguments.selection.setup()?;
    setup.sought = Sought::Wires;
    let whole = Change::default();
    let stdin_name = Utf8PathBuf::from("stdin");
    let mut report = scanned(&mut setup, &whole, arguments.selection.jobs, &stdin_name, !arguments.quiet)?;
    if let Some(earlier) = &arguments.compare {
        let before = earlier_map(&setup, earlier, arguments.selection.jobs, !arguments.quiet)?;
        report.compared = Some(Comparison::new(&before, &Document::new(&report, env!("CARGO_PKG_VERSION"))));
    }
    targets.write(&report, &setup.knowledge.checks, Detail { quiet: arguments.quiet, verbose: arguments.verbose })?;
    Ok(ExitCode::SUCCESS)
}

/// The map of a file, or else of a revision.
#[expect(clippy::disallowed_methods, reason = "the earlier map is an argument of the command line")]
fn earlier_map(setup: &Setup, earlier: &str, jobs: usize, progress: bool) -> Result<Document, Error> {
    if !Path::new(earlier).is_file() {
        let report = scanned_revision(setup, earlier, jobs, progress)?;
        return Ok(Document::new(&report, env!("CARGO_PKG_VERSION")));
    }
    let unreadable = |reason: String| Error::Unreadable { path: earlier.to_owned(), reason };
    let text = std::fs::read_to_string(earlier).map_err(|error| unreadable(error.to_string()))?;
    let map: Document = serde_json::from_str(&text)
        .map_err(|error| unreadable(format!("this is no map that `--output-format json` has written: {error}")))?;
    match map.schema_version {
        document::SCHEMA_VERSION => Ok(map),
        version => Err(unreadable(format!("this version of barewire does not read maps of schema {version}"))),
    }
}

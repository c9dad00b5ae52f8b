//! `barewire map`: every connection, and what protects it.

use super::change::Change;
use super::check::scanned;
use super::error::Error;
use super::format::Target;
use super::print;
use super::selection::Selection;
use super::write::{Detail, Targets};
use crate::map::document;
use camino::Utf8PathBuf;
use clap::Args;
use std::path::PathBuf;
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
    let targets = Targets::new(arguments.output_format.clone(), arguments.output.as_deref())?;
    let mut setup = arguments.selection.setup()?;
    let whole = Change::default();
    let stdin_name = Utf8PathBuf::from("stdin");
    let report = scanned(&mut setup, &whole, arguments.selection.jobs, &stdin_name, !arguments.quiet)?;
    targets.write(&report, &setup.knowledge.checks, Detail { quiet: arguments.quiet, verbose: arguments.verbose })?;
    Ok(ExitCode::SUCCESS)
}

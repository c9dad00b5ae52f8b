//! `barewire verify`: holds every connection of the map against the policy.

use super::change::Change;
use super::check::scanned;
use super::error::Error;
use super::format::Target;
use super::selection::Selection;
use super::write::{Detail, Targets};
use crate::gate::wires;
use crate::grades::{Confidence, Severity};
use crate::rules::triggers::Sought;
use camino::Utf8PathBuf;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// How to print the report, and where: `sarif=FILE,github,terminal`. May be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]", value_delimiter = ',', default_value = "terminal")]
    output_format: Vec<Target>,
    /// Write the report to this file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// One line for each connection that fails, and no summary.
    #[arg(long, short)]
    quiet: bool,
    /// List what is otherwise only counted.
    #[arg(long, short)]
    verbose: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let targets = Targets::new(arguments.output_format.clone(), arguments.output.as_deref())?;
    let mut setup = arguments.selection.setup()?;
    setup.sought = Sought::Wires;
    // Every finding may say what would satisfy the policy.
    let thresholds = &mut setup.options.gate.policy.thresholds;
    (thresholds.min_severity, thresholds.min_confidence) = (Severity::Info, Confidence::Low);
    let stdin_name = Utf8PathBuf::from("stdin");
    let whole = Change::default();
    let mut report = scanned(&mut setup, &whole, arguments.selection.jobs, &stdin_name, !arguments.quiet)?;
    wires::apply(&mut report, &setup.options.gate);
    targets.write(&report, &setup.knowledge.checks, Detail { quiet: arguments.quiet, verbose: arguments.verbose })?;
    let not_whole = setup.options.gate.strict && !report.problems.is_empty();
    Ok(if report.findings.is_empty() && !not_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

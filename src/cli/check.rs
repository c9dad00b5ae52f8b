//! `barewire check`: finds insecure connections in files and folders.

use super::baseline;
use super::environment::{width, working_folder};
use super::error::Error;
use super::format::Format;
use super::print;
use super::progress::watch;
use super::selection::{Selection, Setup};
use crate::filter::Filter;
use crate::gate;
use crate::knowledge::Knowledge;
use crate::output::Look;
use crate::report::Report;
use crate::scan::{self, Given, Progress};
use crate::walk;
use camino::Utf8PathBuf;
use clap::Args;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// How to print the report.
    #[arg(long, default_value = "terminal")]
    output_format: Format,
    /// Write the report to this file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The baseline; without it `.barewire-baseline.json` at the root is read where it exists.
    #[arg(long, value_name = "FILE", conflicts_with = "no_baseline")]
    baseline: Option<PathBuf>,
    /// Show also the findings that stand in the baseline.
    #[arg(long)]
    no_baseline: bool,
    /// The name that standard input goes by; it decides the language.
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    stdin_filename: Utf8PathBuf,
    /// One line for each finding, and no summary.
    #[arg(long, short)]
    quiet: bool,
    /// List what is otherwise only counted.
    #[arg(long, short)]
    verbose: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let mut setup = arguments.selection.setup()?;
    if !arguments.no_baseline {
        setup.options.gate.baseline = baseline::read(arguments.baseline.as_deref(), &setup.root)?;
    }
    let report = scanned(&setup, arguments.selection.jobs, &arguments.stdin_filename, !arguments.quiet)?;
    write(arguments, &setup.knowledge, &report)?;
    Ok(if gate::fails(&report, &setup.options.gate) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the paths of a run hold.
pub(super) fn scanned(setup: &Setup, jobs: usize, stdin_name: &Utf8PathBuf, progress: bool) -> Result<Report, Error> {
    let filter = Filter::new(&setup.knowledge);
    pool(jobs)?.install(|| report(&setup.knowledge, &filter, &setup.options, stdin_name, progress))
}

/// Threads with stacks that deep files do not overflow.
fn pool(jobs: usize) -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(64 << 20)
        .build()
        .map_err(|error| Error::Argument { message: format!("no threads can be started: {error}") })
}

fn report(
    knowledge: &Knowledge,
    filter: &Filter<'_>,
    options: &scan::Options,
    stdin_name: &Utf8PathBuf,
    progress_shown: bool,
) -> Result<Report, Error> {
    if options.walk.paths.iter().any(|path| path.as_os_str() == "-") {
        let mut bytes = Vec::new();
        io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Error::Unreadable { path: "standard input".to_owned(), reason: error.to_string() })?;
        return Ok(scan::scan_text(knowledge, Given { path: stdin_name.clone(), bytes }, options));
    }
    let walked =
        walk::walk(&options.walk, &knowledge.kinds).map_err(|error| Error::Argument { message: error.to_string() })?;
    if let Some(path) = walked.missing.first() {
        return Err(Error::Missing { path: path.clone() });
    }
    let progress = Progress::default();
    let finished = AtomicBool::new(false);
    Ok(std::thread::scope(|scope| {
        if progress_shown && io::stderr().is_terminal() {
            scope.spawn(|| watch(&progress, &finished));
        }
        let report = scan::scan(knowledge, filter, walked, options, &progress);
        finished.store(true, Ordering::Relaxed);
        report
    }))
}

fn write(arguments: &Arguments, knowledge: &Knowledge, report: &Report) -> Result<(), Error> {
    let to_terminal = arguments.output.is_none() && io::stdout().is_terminal();
    let root = working_folder();
    let look = Look {
        checks: &knowledge.checks,
        color: to_terminal && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never,
        verbose: arguments.verbose,
        quiet: arguments.quiet,
        width: width(),
        root: root.as_deref(),
        version: env!("CARGO_PKG_VERSION"),
    };
    let mut bytes = Vec::new();
    let unwritable = |path: String, error: &io::Error| Error::Unwritable { path, reason: error.to_string() };
    arguments
        .output_format
        .0
        .write(report, &look, &mut bytes)
        .map_err(|error| unwritable("the report".to_owned(), &error))?;
    match &arguments.output {
        Some(path) => std::fs::write(path, bytes).map_err(|error| unwritable(path.display().to_string(), &error)),
        None => print(&bytes).map(|_| ()),
    }
}

//! `barewire check`: finds insecure connections in files and folders.

use super::baseline;
use super::change::{Change, Files, Ground};
use super::error::Error;
use super::format::Target;
use super::progress::watch;
use super::selection::{Selection, Setup};
use super::write::{Detail, Targets};
use crate::filter::Filter;
use crate::gate;
use crate::knowledge::Knowledge;
use crate::report::Report;
use crate::scan::{self, Given, Progress};
use crate::walk::Disk;
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
    #[command(flatten)]
    change: Change,
    /// How to print the report, and where: `sarif=FILE,github,terminal`. May be given more than once.
    #[arg(long, value_name = "FORMAT[=FILE]", value_delimiter = ',', default_value = "terminal")]
    output_format: Vec<Target>,
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
    let targets = Targets::new(arguments.output_format.clone(), arguments.output.as_deref())?;
    let mut setup = arguments.selection.setup()?;
    if !arguments.no_baseline {
        setup.options.gate.baseline = baseline::read(arguments.baseline.as_deref(), &setup.home.root)?;
    }
    let report =
        scanned(&mut setup, &arguments.change, arguments.selection.jobs, &arguments.stdin_filename, !arguments.quiet)?;
    let detail = Detail { quiet: arguments.quiet, verbose: arguments.verbose };
    targets.write(&report, &setup.knowledge.checks, detail)?;
    Ok(if gate::fails(&report, &setup.options.gate) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the paths of a run hold.
pub(super) fn scanned(
    setup: &mut Setup,
    change: &Change,
    jobs: usize,
    stdin_name: &Utf8PathBuf,
    progress: bool,
) -> Result<Report, Error> {
    let pool = pool(jobs)?;
    if setup.options.walk.paths.iter().any(|path| path.as_os_str() == "-") {
        return pool.install(|| from_stdin(setup, stdin_name));
    }
    let filter = Filter::of(&setup.knowledge, setup.sought);
    let ground = Ground { home: &setup.home, walk: &setup.options.walk, knowledge: &setup.knowledge, filter: &filter };
    let mut files = pool.install(|| Files::find(change, ground))?;
    setup.options.gate.scope = std::mem::take(&mut files.scope);
    pool.install(|| Ok(report(&setup.knowledge, &setup.options, files, progress)))
}

/// What the paths of a run held in a revision.
pub(super) fn scanned_revision(setup: &Setup, rev: &str, jobs: usize, progress: bool) -> Result<Report, Error> {
    let pool = pool(jobs)?;
    let filter = Filter::of(&setup.knowledge, setup.sought);
    let ground = Ground { home: &setup.home, walk: &setup.options.walk, knowledge: &setup.knowledge, filter: &filter };
    let files = pool.install(|| Files::of_revision(rev, ground))?;
    pool.install(|| Ok(report(&setup.knowledge, &setup.options, files, progress)))
}

/// Threads with stacks that deep files do not overflow.
fn pool(jobs: usize) -> Result<rayon::ThreadPool, Error> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs)
        .stack_size(64 << 20)
        .build()
        .map_err(|error| Error::Argument { message: format!("no threads can be started: {error}") })
}

fn from_stdin(setup: &Setup, name: &Utf8PathBuf) -> Result<Report, Error> {
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|error| Error::Unreadable { path: "standard input".to_owned(), reason: error.to_string() })?;
    let disk = Disk { working: &setup.home.working, options: &setup.options.walk };
    Ok(scan::scan_text(&setup.knowledge, Given { path: name.clone(), bytes }, Some(&disk), &setup.options))
}

fn report(knowledge: &Knowledge, options: &scan::Options, files: Files<'_>, progress_shown: bool) -> Report {
    let progress = Progress::default();
    let finished = AtomicBool::new(false);
    std::thread::scope(|scope| {
        if progress_shown && io::stderr().is_terminal() {
            scope.spawn(|| watch(&progress, &finished));
        }
        let Files { walked, others, filter, beside, .. } = files;
        let report = scan::scan(knowledge, filter, walked, &others, Some(&*beside), options, &progress);
        finished.store(true, Ordering::Relaxed);
        report
    })
}

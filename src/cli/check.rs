//! `barewire check`: finds insecure connections in files and folders.

use super::environment::{width, working_folder};
use super::error::Error;
use super::format::Format;
use super::levels::{Certainty, Level};
use super::models::user_models;
use super::print;
use super::progress::watch;
use crate::filter::Filter;
use crate::gate;
use crate::knowledge::Knowledge;
use crate::output::Look;
use crate::report::Report;
use crate::scan::{self, Given, Progress};
use crate::walk::{self, WalkOptions};
use camino::Utf8PathBuf;
use clap::Args;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(super) struct Arguments {
    /// Files and folders to scan; `-` is standard input.
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,
    /// How to print the report.
    #[arg(long, default_value = "terminal")]
    output_format: Format,
    /// Write the report to this file.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The severity from which a shown finding fails the run.
    #[arg(long, value_name = "SEVERITY", default_value = "medium")]
    fail_on: Level,
    /// Show findings of this severity or worse.
    #[arg(long, value_name = "SEVERITY", default_value = "low")]
    min_severity: Level,
    /// Show findings of this confidence or better.
    #[arg(long, value_name = "CONFIDENCE", default_value = "medium")]
    min_confidence: Certainty,
    /// Look at test code, documentation and examples too.
    #[arg(long)]
    tests: bool,
    /// Fail when a file could not be looked at.
    #[arg(long)]
    strict: bool,
    /// Scan also what ignore files and the default exclusions leave out.
    #[arg(long)]
    no_ignore: bool,
    /// A folder of rule files of your own. May be given more than once.
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Read the paths to scan from a file, one on each line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// The name that standard input goes by; it decides the language.
    #[arg(long, value_name = "NAME", default_value = "stdin")]
    stdin_filename: Utf8PathBuf,
    /// Larger files are left out and reported. In bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 20)]
    max_file_size: u64,
    /// Threads; 0 is one for each processor.
    #[arg(long, short, default_value_t = 0)]
    jobs: usize,
    /// One line for each finding, and no summary.
    #[arg(long, short)]
    quiet: bool,
    /// List what is otherwise only counted.
    #[arg(long, short)]
    verbose: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let knowledge = Knowledge::new(user_models(&arguments.rules)?);
    let filter = Filter::new(&knowledge);
    let options = scan::Options {
        walk: WalkOptions {
            paths: paths(arguments)?,
            include_tests: arguments.tests,
            no_ignore: arguments.no_ignore,
            max_file_size: arguments.max_file_size,
            jobs: arguments.jobs,
            ..WalkOptions::default()
        },
        gate: gate::Options {
            min_severity: arguments.min_severity.into(),
            min_confidence: arguments.min_confidence.into(),
            fail_on: arguments.fail_on.into(),
            tests: arguments.tests,
            strict: arguments.strict,
        },
    };
    let report = pool(arguments.jobs)?.install(|| report(arguments, &knowledge, &filter, &options))?;
    write(arguments, &knowledge, &report)?;
    Ok(if gate::fails(&report, &options.gate) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
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
    arguments: &Arguments,
    knowledge: &Knowledge,
    filter: &Filter<'_>,
    options: &scan::Options,
) -> Result<Report, Error> {
    if options.walk.paths.iter().any(|path| path.as_os_str() == "-") {
        let mut bytes = Vec::new();
        io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Error::Unreadable { path: "standard input".to_owned(), reason: error.to_string() })?;
        return Ok(scan::scan_text(knowledge, Given { path: arguments.stdin_filename.clone(), bytes }, options));
    }
    let walked =
        walk::walk(&options.walk, &knowledge.kinds).map_err(|error| Error::Argument { message: error.to_string() })?;
    if let Some(path) = walked.missing.first() {
        return Err(Error::Missing { path: path.clone() });
    }
    let progress = Progress::default();
    let finished = AtomicBool::new(false);
    Ok(std::thread::scope(|scope| {
        if !arguments.quiet && io::stderr().is_terminal() {
            scope.spawn(|| watch(&progress, &finished));
        }
        let report = scan::scan(knowledge, filter, walked, options, &progress);
        finished.store(true, Ordering::Relaxed);
        report
    }))
}

#[expect(clippy::disallowed_methods, reason = "the list of paths is an argument of the command line")]
fn paths(arguments: &Arguments) -> Result<Vec<PathBuf>, Error> {
    let Some(file) = &arguments.files_from else { return Ok(arguments.paths.clone()) };
    let unreadable =
        |error: io::Error| Error::Unreadable { path: file.display().to_string(), reason: error.to_string() };
    let list = if file.as_os_str() == "-" {
        let mut list = String::new();
        io::stdin().read_to_string(&mut list).map_err(unreadable)?;
        list
    } else {
        std::fs::read_to_string(file).map_err(unreadable)?
    };
    Ok(list.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from).collect())
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

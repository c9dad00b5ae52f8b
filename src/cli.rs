//! The command line: arguments and environment in, bytes and an exit status out.
//!
//! Exit status: 0 nothing at or above the failing level, 1 findings, 2 the tool could not do its job.

use crate::explain;
use crate::filter::Filter;
use crate::gate;
use crate::knowledge::Knowledge;
use crate::output::{self, Look};
use crate::report::{Report, Severity};
use crate::rules::model::Model;
use crate::rules::raw::{RuleError, model_from_yaml};
use crate::scan::{self, Given, Progress};
use crate::text::Confidence;
use crate::walk::{self, WalkOptions};
use camino::Utf8PathBuf;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use miette::{Diagnostic, NamedSource, SourceSpan};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Finds insecure communications: connections that carry data unencrypted, or encrypted to whoever answers.
#[derive(Debug, Parser)]
#[command(name = "barewire", version, args_conflicts_with_subcommands = false)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Find insecure connections in files and folders.
    Check(CheckArguments),
    /// Explain a check: what it means, why it matters, what to write instead.
    Explain {
        /// The id of a check, such as `cleartext-http`.
        check: String,
    },
    /// List the checks, and the libraries and formats whose use they find.
    Rules {
        /// Only models of this language or format.
        #[arg(long)]
        language: Option<String>,
        /// Only models that report this check.
        #[arg(long)]
        check: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print a completion script for a shell.
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
struct CheckArguments {
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Certainty {
    Low,
    Medium,
    High,
}

/// The name of an output format; the list of formats is in `output`.
#[derive(Clone, Copy)]
struct Format(&'static dyn output::Format);

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        output::find(name).map(Self).ok_or_else(|| {
            let names: Vec<&str> = output::ALL.iter().map(|format| format.name()).collect();
            format!("the formats are {}", names.join(", "))
        })
    }
}

/// What stops a run.
#[derive(Debug, thiserror::Error, Diagnostic)]
enum Error {
    #[error("{path}: no such file or folder")]
    #[diagnostic(code(input::missing), help("give paths that exist; nothing was scanned"))]
    Missing { path: Utf8PathBuf },
    #[error("{path}: {reason}")]
    #[diagnostic(code(input::unreadable), help("check the path and its permissions"))]
    Unreadable { path: String, reason: String },
    #[error("{path}: the report cannot be written: {reason}")]
    #[diagnostic(code(output::unwritable), help("check the folder and its permissions, or leave `--output` out"))]
    Unwritable { path: String, reason: String },
    #[error("{message}")]
    #[diagnostic(code(rules::mistake), help("rules/README.md of the project describes the form"))]
    Rule {
        message: String,
        #[source_code]
        file: NamedSource<String>,
        #[label("here")]
        at: SourceSpan,
    },
    #[error("{message}")]
    #[diagnostic(code(rules::unknown_check))]
    UnknownCheck { message: String },
    #[error("{message}")]
    #[diagnostic(code(input::bad_argument))]
    Argument { message: String },
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let cli = Cli::parse_from(with_command(std::env::args_os().collect()));
    let worker = std::thread::Builder::new().stack_size(64 << 20).spawn(move || dispatch(cli.command));
    let Ok(Ok(result)) = worker.map(std::thread::JoinHandle::join) else { return ExitCode::from(2) };
    match result {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(anstream::stderr(), "{:?}", miette::Report::new(error));
            ExitCode::from(2)
        }
    }
}

/// `barewire PATHS` is `barewire check PATHS`.
fn with_command(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let command = Cli::command();
    let known = |word: &str| {
        command.get_subcommands().any(|known| known.get_name() == word)
            || matches!(word, "help" | "-h" | "--help" | "-V" | "--version")
    };
    let named = arguments.get(1).and_then(|first| first.to_str()).is_some_and(known);
    if !named && arguments.len() > 1 {
        arguments.insert(1, "check".into());
    }
    if arguments.len() <= 1 {
        arguments.push("check".into());
    }
    arguments
}

fn dispatch(command: Command) -> Result<ExitCode, Error> {
    match command {
        Command::Check(arguments) => check(&arguments),
        Command::Explain { check } => explain_check(&check),
        Command::Rules { language, check, json } => list_rules(language.as_deref(), check.as_deref(), json),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "barewire", &mut out);
            print(&out)
        }
    }
}

fn print(bytes: &[u8]) -> Result<ExitCode, Error> {
    match io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Error::Unwritable { path: "standard output".to_owned(), reason: error.to_string() })
        }
        _ => Ok(ExitCode::SUCCESS),
    }
}

fn explain_check(id: &str) -> Result<ExitCode, Error> {
    let knowledge = Knowledge::new(Vec::new());
    let check =
        explain::find(&knowledge.checks, id).map_err(|unknown| Error::UnknownCheck { message: unknown.to_string() })?;
    print(explain::text(check, width()).as_bytes())
}

fn list_rules(language: Option<&str>, check: Option<&str>, json: bool) -> Result<ExitCode, Error> {
    let knowledge = Knowledge::new(Vec::new());
    if let Some(check) = check {
        explain::find(&knowledge.checks, check)
            .map_err(|unknown| Error::UnknownCheck { message: unknown.to_string() })?;
    }
    let mut out = String::new();
    let mut listed = Vec::new();
    for model in knowledge.rules.models() {
        let checks = model.checks();
        let fits = language.is_none_or(|language| model.languages.iter().any(|known| known == language))
            && check.is_none_or(|check| checks.contains(check));
        if !fits {
            continue;
        }
        let languages: Vec<&str> = model.languages.iter().map(compact_str::CompactString::as_str).collect();
        let checks: Vec<&str> = checks.into_iter().collect();
        let _ = writeln!(out, "{:<28} {:<12} {}", model.library, languages.join(","), checks.join(" "));
        listed.push(serde_json::json!({ "library": model.library, "languages": languages, "checks": checks, "file": model.file }));
    }
    if json {
        out = serde_json::to_string_pretty(&listed).unwrap_or_default();
        out.push('\n');
    }
    print(out.as_bytes())
}

fn check(arguments: &CheckArguments) -> Result<ExitCode, Error> {
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
    arguments: &CheckArguments,
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

/// Draws a bar once a run has taken a second.
fn watch(progress: &Progress, finished: &AtomicBool) {
    let mut waited = Duration::ZERO;
    let step = Duration::from_millis(50);
    let mut bar: Option<indicatif::ProgressBar> = None;
    while !finished.load(Ordering::Relaxed) {
        std::thread::sleep(step);
        waited += step;
        if waited >= Duration::from_secs(1) {
            let total = progress.total.load(Ordering::Relaxed) as u64;
            let bar = bar.get_or_insert_with(|| indicatif::ProgressBar::new(total));
            bar.set_position(progress.done.load(Ordering::Relaxed) as u64);
        }
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
}

#[expect(clippy::disallowed_methods, reason = "the list of paths is an argument of the command line")]
fn paths(arguments: &CheckArguments) -> Result<Vec<PathBuf>, Error> {
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

/// Reads the rule folders that the user named.
#[expect(clippy::disallowed_methods, reason = "rule files are arguments of the command line, not scanned files")]
fn user_models(folders: &[PathBuf]) -> Result<Vec<Model>, Error> {
    let mut models = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry
                .map_err(|error| Error::Unreadable { path: folder.display().to_string(), reason: error.to_string() })?;
            if entry.file_type().is_file()
                && entry.path().extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
            {
                files.push(entry.into_path());
            }
        }
        for file in files {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Error::Unreadable { path: name.clone(), reason: error.to_string() })?;
            models.push(model_from_yaml(&name, &text).map_err(|error| rule_error(error, text))?);
        }
    }
    Ok(models)
}

fn rule_error(error: RuleError, text: String) -> Error {
    let line_start: usize = text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
    let line = text[line_start..].lines().next().unwrap_or_default().to_owned();
    let start = line_start + line.len() - line.trim_start().len();
    let at = SourceSpan::from((start, line.trim().len()));
    Error::Rule { message: error.message, file: NamedSource::new(error.file, text), at }
}

fn write(arguments: &CheckArguments, knowledge: &Knowledge, report: &Report) -> Result<(), Error> {
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

#[expect(clippy::disallowed_methods, reason = "cli.rs reads the environment")]
fn working_folder() -> Option<Utf8PathBuf> {
    std::env::current_dir().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok())
}

#[expect(clippy::disallowed_methods, reason = "cli.rs reads the environment")]
fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100)
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

impl From<Certainty> for Confidence {
    fn from(certainty: Certainty) -> Self {
        match certainty {
            Certainty::Low => Self::Low,
            Certainty::Medium => Self::Medium,
            Certainty::High => Self::High,
        }
    }
}

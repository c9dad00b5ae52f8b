//! The command line: arguments and environment in, bytes and an exit status out. One file for each subcommand.
//!
//! Exit status: 0 nothing at or above the failing level, 1 findings, 2 the tool could not do its job.

mod baseline;
mod before;
mod change;
mod check;
mod config;
mod environment;
mod error;
mod explain;
mod find;
mod format;
mod grades;
mod init;
mod man;
mod map;
mod models;
mod progress;
mod rules;
mod selection;
mod staged;
mod verify;
mod write;

use clap::{CommandFactory, Parser, Subcommand};
use error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

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
    Check(check::Arguments),
    /// Show every connection, and what protects it.
    Map(map::Arguments),
    /// Fail where a connection of the map has less than the policy demands. Allowed hosts, suppressions and baselines are for
    /// `check` alone; `verify` has exceptions of its own.
    Verify(verify::Arguments),
    /// Write down the findings of today, so that only new ones are shown.
    Baseline(baseline::Arguments),
    /// Write a configuration file with comments, from what there is in the repository.
    Init(init::Arguments),
    /// Show the configuration in force, with the origin of each value.
    Config(config::Arguments),
    /// Explain a check: what it means, why it matters, what to write instead.
    Explain {
        /// The id of a check, such as `cleartext-http`.
        check: String,
    },
    /// List the checks, and the libraries and formats whose use they find.
    Rules(rules::Arguments),
    /// Print a completion script for a shell.
    Completions { shell: clap_complete::Shell },
    /// Write the manual pages to a folder.
    #[command(hide = true)]
    Man(man::Arguments),
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
        Command::Check(arguments) => check::run(&arguments),
        Command::Map(arguments) => map::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Baseline(arguments) => baseline::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Config(arguments) => config::run(&arguments),
        Command::Explain { check } => explain::run(&check),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "barewire", &mut out);
            print(&out)
        }
        Command::Man(arguments) => man::run(&arguments, Cli::command()),
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

//! `barewire config`: the configuration in force, with the origin of each value.

use super::error::Error;
use super::print;
use super::selection::Selection;
use crate::config;
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Print the JSON schema of the file instead, for editors.
    #[arg(long)]
    schema: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    if arguments.schema {
        return print(config::schema().as_bytes());
    }
    let paths = arguments.selection.paths()?;
    let configured = arguments.selection.configuration(&paths)?;
    print(configured.config.shown().as_bytes())
}

//! `barewire man`: the manual pages, made from the same definitions as the help. For those who package barewire.

use super::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The folder to write the pages to.
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments, command: clap::Command) -> Result<ExitCode, Error> {
    let unwritable = |error: std::io::Error| Error::Unwritable {
        path: arguments.folder.display().to_string(),
        reason: error.to_string(),
    };
    std::fs::create_dir_all(&arguments.folder).map_err(unwritable)?;
    clap_mangen::generate_to(command, &arguments.folder).map_err(unwritable)?;
    Ok(ExitCode::SUCCESS)
}

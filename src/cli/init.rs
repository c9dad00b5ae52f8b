//! `barewire init`: a configuration file with comments, from what there is in the repository.

use super::change::Change;
use super::check::scanned;
use super::environment::shown;
use super::error::Error;
use super::print;
use super::selection::Selection;
use crate::config::NAMES;
use crate::config::init::Seen;
use crate::walk;
use camino::Utf8PathBuf;
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Replace a configuration file that is there.
    #[arg(long)]
    force: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let mut setup = arguments.selection.setup()?;
    let there = NAMES.iter().map(|name| setup.home.root.join(name)).find(|path| path.exists());
    let path = match there {
        Some(path) if !arguments.force => return Err(Error::Exists { path: shown(&path).to_string() }),
        Some(path) => path,
        None => setup.home.root.join(NAMES[0]),
    };
    let report = scanned(&mut setup, &Change::default(), arguments.selection.jobs, &Utf8PathBuf::from("stdin"), true)?;
    let walked = walk::walk(&setup.options.walk, &setup.knowledge.kinds)
        .map_err(|error| Error::Argument { message: error.to_string() })?;
    let seen = Seen::new(walked.files.into_iter().map(|file| file.kind.language), &report);
    std::fs::write(&path, seen.text())
        .map_err(|error| Error::Unwritable { path: path.to_string(), reason: error.to_string() })?;
    print(format!("{} written\n", shown(&path)).as_bytes())
}

//! `barewire baseline`: writes down the findings of today, so that only new ones are shown.

use super::change::Change;
use super::check::scanned;
use super::environment::shown;
use super::error::Error;
use super::print;
use super::selection::Selection;
use crate::gate::baseline::{Baseline, NAME};
use crate::report::Report;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// The baseline; without it `.barewire-baseline.json` at the root.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Only take out the entries whose finding no longer exists.
    #[arg(long)]
    prune: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    let mut setup = arguments.selection.setup()?;
    let path = place(arguments.baseline.as_deref(), &setup.home.root);
    if arguments.prune {
        setup.options.gate.baseline = Some(read_file(&path, &setup.home.root)?);
    }
    let report = scanned(&mut setup, &Change::default(), arguments.selection.jobs, &Utf8PathBuf::from("stdin"), true)?;
    let (baseline, said) = if let Some(old) = &setup.options.gate.baseline {
        pruned(old, &report)
    } else {
        let base = &setup.options.gate.base;
        let new = Baseline::of(&report.findings, &report.sources, |path| base.relative(path));
        let said = format!("{} written down", findings(new.len()));
        (new, said)
    };
    std::fs::write(&path, baseline.to_text())
        .map_err(|error| Error::Unwritable { path: path.to_string(), reason: error.to_string() })?;
    print(format!("{}: {said}\n", shown(&path)).as_bytes())
}

fn pruned(old: &Baseline, report: &Report) -> (Baseline, String) {
    let gone = report.baseline.as_ref().map_or(&[][..], |baseline| &baseline.gone);
    let new = old.without(gone);
    let said = format!("{} taken out, {} left", findings(gone.len()), new.len());
    (new, said)
}

fn findings(count: usize) -> String {
    if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") }
}

/// The baseline of a run: the named one, or the one at the root where there is one.
pub(super) fn read(named: Option<&Path>, root: &Utf8Path) -> Result<Option<Baseline>, Error> {
    let path = place(named, root);
    if named.is_none() && !path.is_file() {
        return Ok(None);
    }
    read_file(&path, root).map(Some)
}

fn place(named: Option<&Path>, root: &Utf8Path) -> Utf8PathBuf {
    named.map_or_else(|| root.join(NAME), |path| Utf8PathBuf::from(path.to_string_lossy().into_owned()))
}

#[expect(clippy::disallowed_methods, reason = "the baseline is an argument of the command line")]
fn read_file(path: &Utf8Path, root: &Utf8Path) -> Result<Baseline, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::Unreadable { path: path.to_string(), reason: error.to_string() })?;
    let mut baseline = Baseline::parse(&text).map_err(|error| Error::Baseline {
        path: path.to_string(),
        line: error.line,
        message: error.message,
    })?;
    baseline.look(|path| root.join(path).exists());
    Ok(baseline)
}

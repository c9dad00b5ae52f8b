//! Output formats: each turns a report into bytes and does nothing else.
//!
//! To add one: a file here, its `mod` line, and its entry in [`ALL`]. Text that comes from scanned files goes through
//! [`escape`], source lines through [`mask`] as well, so that no output repeats a password.

mod csv;
pub mod escape;
mod github;
mod gitlab;
mod json;
mod junit;
pub mod map;
mod markdown;
pub mod mask;
mod place;
mod rdjson;
mod sarif;
mod snippet;
mod summary;
mod terminal;
mod words;

use crate::checks::Checks;
use crate::report::Report;
use crate::tree::ProblemKind;
use camino::Utf8Path;
use codespan_reporting::term::termcolor::{Ansi, NoColor, WriteColor};
use std::io;

/// Where barewire is found.
const PAGE: &str = "https://crates.io/crates/barewire";

/// One output format.
pub trait Format: Sync {
    /// The name that `--output-format` takes.
    fn name(&self) -> &'static str;
    /// Writes the whole report. Same report, same look: same bytes.
    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()>;
}

/// Every format, in the order in which help lists them.
pub static ALL: &[&dyn Format] = &[
    &terminal::Terminal,
    &json::Json,
    &sarif::Sarif,
    &github::Github,
    &markdown::Markdown,
    &gitlab::Gitlab,
    &junit::Junit,
    &csv::Csv,
    &rdjson::Rdjson,
];

/// The format of that name.
pub fn find(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().find(|format| format.name() == name)
}

/// How a report is to look, and what a format knows beside it.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub checks: &'a Checks,
    /// Terminal colours.
    pub color: bool,
    /// Lists what is otherwise only counted.
    pub verbose: bool,
    /// One line for each finding and no summary.
    pub quiet: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// The absolute folder that the paths of the report are relative to, where it may be named.
    pub root: Option<&'a Utf8Path>,
    /// The version of barewire.
    pub version: &'a str,
}

impl Look<'_> {
    /// Writes with the colours of a terminal, or with none.
    fn colored(
        &self,
        to: &mut dyn io::Write,
        write: impl FnOnce(&mut dyn WriteColor) -> io::Result<()>,
    ) -> io::Result<()> {
        if self.color { write(&mut Ansi::new(to)) } else { write(&mut NoColor::new(to)) }
    }
}

/// What happened to a file, in words.
fn problem_kind(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::SyntaxError => "not understood",
        ProblemKind::GaveUp => "given up",
        ProblemKind::Encoding => "not UTF-8",
        ProblemKind::Unreadable => "unreadable",
        ProblemKind::TooLarge => "too large",
    }
}

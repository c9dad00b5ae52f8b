//! Front-ends: each parses one language or format and lowers it, and is the only code that knows its parser.

pub mod java;
#[cfg(test)]
pub(crate) mod print;
pub mod python;
pub(crate) mod treesitter;
pub mod rust;
pub(crate) mod collect;
pub mod embedded;
pub mod env;
pub mod ini;
pub mod interpolate;
pub mod json;
pub mod properties;
#[cfg(test)]
pub(crate) mod testing;
pub mod toml;
pub mod xml;
pub mod yaml;

use crate::settings::Settings;
use crate::source::Source;
use crate::tree::{Problem, Tree};

/// What a front-end makes of a file.
#[derive(Debug)]
pub enum Lowered {
    Code(Tree),
    Settings(Settings),
}

/// A language or format. To add one: a folder here, its `mod` line, and its entry in [`ALL`].
pub trait Frontend: Sync {
    /// The name that rules and the command line use: `python`, `yaml`.
    fn name(&self) -> &'static str;
    /// Never fails: what cannot be understood becomes an opaque node, or is read line by line, and a problem.
    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>);
}

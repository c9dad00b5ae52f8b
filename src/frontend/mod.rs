//! Front-ends: each parses one language or format and lowers it, and is the only code that knows its parser.

pub mod blocks;
pub(crate) mod collect;
pub mod cron;
pub mod directives;
pub mod dockerfile;
pub mod documents;
pub mod embedded;
pub mod env;
pub mod erlang;
pub mod gradle;
pub mod ini;
pub mod interpolate;
pub mod java;
pub mod json;
pub mod makefile;
pub mod ora;
#[cfg(test)]
pub(crate) mod print;
pub mod properties;
pub mod python;
pub mod rust;
pub mod shell;
pub mod stanzas;
pub(crate) mod statements;
pub mod systemd;
pub mod table;
pub mod templates;
#[cfg(test)]
pub(crate) mod testing;
pub mod toml;
pub(crate) mod treesitter;
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

/// Every front-end, by name.
pub static ALL: &[&dyn Frontend] = &[
    &blocks::Blocks,
    &cron::Cron,
    &directives::Directives,
    &dockerfile::Dockerfile,
    &env::Env,
    &erlang::Erlang,
    &gradle::Gradle,
    &ini::Ini,
    &java::Java,
    &json::Json,
    &makefile::Makefile,
    &ora::Ora,
    &properties::Properties,
    &python::Python,
    &rust::Rust,
    &shell::Shell,
    &stanzas::Stanzas,
    &systemd::Systemd,
    &table::Table,
    &toml::Toml,
    &xml::Xml,
    &yaml::Yaml,
];

/// The front-end of that name.
pub fn find(name: &str) -> Option<&'static dyn Frontend> {
    ALL.iter().copied().find(|frontend| frontend.name() == name)
}

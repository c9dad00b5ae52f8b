//! What a program's command line means: which options take a value, what its arguments are, what it runs in turn.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, serde and std.

use super::notation::{Mistake, expand, mistake};
use super::raw::Strings;
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format of command text, whatever kind of file it stands in.
pub const COMMANDS: &str = "shell";

/// One program, or one subcommand of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    pub options: Vec<OptionOf>,
    /// The names of its arguments, in order; what comes behind them goes by the last name if that repeats.
    pub arguments: Vec<CompactString>,
    pub repeats: bool,
    pub runs: Option<Runs>,
    /// A script that it is given to read, it runs.
    pub executes: bool,
    pub says: Says,
}

/// What the words of a program tell of connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Says {
    #[default]
    Something,
    /// `echo`
    Nothing,
    /// Nothing; but it tells whether a file is the one that is expected: what was fetched before is not taken on trust.
    Proof,
}

/// An option with all its spellings; rules know it by the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionOf {
    /// With their dashes.
    pub names: Vec<CompactString>,
    pub value: Takes,
}

/// What stands behind an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Takes {
    Nothing,
    Value,
    /// `-o name=value`, each a setting of its own below the option.
    Pairs,
}

/// Where the command stands that a program runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Runs {
    /// Behind so many arguments, word by word.
    From(u32),
    /// As text in the value of an option.
    Option(CompactString),
    /// As text that the arguments make up from this one on.
    Text(u32),
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawProgram {
    /// `-k --insecure`, `-o --output FILE`, `-c --config KEY=VALUE`: spellings, then what stands behind.
    #[serde(default)]
    options: Strings,
    /// Names of the arguments in order: `repository directory`, `url...`.
    #[serde(default)]
    arguments: String,
    /// The command that it runs begins behind so many arguments.
    runs: Option<u32>,
    /// The option whose value is a script, or the number of the argument from which on they are one.
    runs_text: Option<RawText>,
    /// A script that it is given to read, it runs.
    #[serde(default)]
    executes: bool,
    /// Its words say nothing of connections.
    #[serde(default)]
    quiet: bool,
    /// It tells whether a file is the one that is expected.
    #[serde(default)]
    proves: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum RawText {
    Argument(u32),
    Option(String),
}

/// All programs of a model by their whole names (`git remote add`).
pub(super) fn checked(raw: BTreeMap<String, RawProgram>) -> Result<Vec<(CompactString, Program)>, Mistake> {
    let mut all = Vec::new();
    for (names, raw) in raw {
        let runs = match (raw.runs, raw.runs_text) {
            (Some(_), Some(_)) => return mistake(names, "a program runs words or a text, not both"),
            (Some(skip), None) => Some(Runs::From(skip)),
            (None, Some(RawText::Argument(from))) => Some(Runs::Text(from)),
            (None, Some(RawText::Option(option))) => Some(Runs::Option(option.into())),
            (None, None) => None,
        };
        let mut options = Vec::new();
        for option in raw.options.into_vec() {
            options.push(option_of(&option)?);
        }
        let (arguments, repeats) = match raw.arguments.strip_suffix("...") {
            Some(arguments) => (arguments, true),
            None => (raw.arguments.as_str(), false),
        };
        let program = Program {
            options,
            arguments: arguments.split_whitespace().map(CompactString::from).collect(),
            repeats,
            executes: raw.executes || matches!(runs, Some(Runs::Option(_) | Runs::Text(_))),
            runs,
            says: match (raw.proves, raw.quiet) {
                (true, _) => Says::Proof,
                (false, true) => Says::Nothing,
                (false, false) => Says::Something,
            },
        };
        all.extend(expand(&names)?.into_iter().map(|name| (CompactString::from(name), program.clone())));
    }
    Ok(all)
}

fn option_of(text: &str) -> Result<OptionOf, Mistake> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let value = match words.last() {
        Some(last) if last.starts_with('-') => Takes::Nothing,
        Some(last) if last.contains('=') => Takes::Pairs,
        _ => Takes::Value,
    };
    if value != Takes::Nothing {
        words.pop();
    }
    if words.is_empty() || words.iter().any(|word| !word.starts_with('-')) {
        return mistake(
            text,
            format!("`{text}` is no option: `-k --insecure`, `-o --output FILE`, `-c --config KEY=VALUE`"),
        );
    }
    Ok(OptionOf { names: words.into_iter().map(CompactString::from).collect(), value })
}

impl OptionOf {
    /// The name that rules know it by.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", CompactString::as_str)
    }
}

impl Program {
    /// The option of this spelling.
    pub fn option(&self, spelling: &str) -> Option<&OptionOf> {
        self.options.iter().find(|option| option.names.iter().any(|name| name == spelling))
    }

    /// What the argument of this number is called.
    pub fn argument(&self, number: usize) -> Option<&str> {
        let last = self.arguments.last().filter(|_| self.repeats);
        self.arguments.get(number).or(last).map(CompactString::as_str)
    }

    /// The options that a letter says as well, and the arguments, which no word says.
    pub fn short_names(&self) -> impl Iterator<Item = &str> {
        let short = self.options.iter().filter(|option| option.names.iter().any(|name| name.len() == 2));
        short.map(OptionOf::name).chain(self.arguments.iter().map(CompactString::as_str))
    }
}

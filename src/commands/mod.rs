//! Command text: the commands of a script as front-ends read them, and what they mean as settings.
//!
//! A front-end knows where words begin and end. Which of them are options, which option takes a value and which program
//! runs another one is knowledge about programs, so it comes from the rules: [`understand`] makes settings of both. Each
//! command becomes a document of its own with keys of the form `program.subcommand.--option`.

mod invocation;
mod programs;
mod understand;
mod variables;

pub use programs::Programs;
pub use understand::understand;

use crate::source::{Place, Span};
use crate::text::Template;
use compact_str::CompactString;

/// The commands of one script, in the order in which they begin.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub commands: Vec<Command>,
    /// The variables that it is given by what runs it.
    pub given: Vec<(CompactString, Template)>,
    /// Part of it was too large or too deep to be read.
    pub gave_up: bool,
}

/// One command: `A=b program word > file`.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// What stands before the words; without any word, what the script itself sets.
    pub assigned: Vec<Assigned>,
    pub words: Vec<Word>,
    /// The file that what it writes goes to.
    pub saved: Option<Word>,
    /// The command of the script that reads what this one writes: the next one of a pipeline.
    pub piped_to: Option<usize>,
    /// The command in one of whose words it stands: `a "$(this)"`.
    pub within: Option<usize>,
    /// The way on which it stands that is taken only where somebody wants it: `if [ "$INSECURE" = true ]; then this`.
    pub wish: Option<u32>,
}

/// `NAME=value`; a list has several values.
#[derive(Clone, Debug)]
pub struct Assigned {
    pub name: CompactString,
    pub at: Place,
    pub values: Vec<Template>,
    pub span: Span,
}

/// One word, without its quotes.
#[derive(Clone, Debug, Default)]
pub struct Word {
    pub value: Template,
    /// With its quotes.
    pub span: Span,
    /// No part of it stands in quotes, so that a variable in it may be several words.
    pub bare: bool,
}

impl Script {
    /// One command of these words.
    pub fn of_words(words: Vec<Word>) -> Self {
        Self { commands: vec![Command { words, ..Command::default() }], ..Self::default() }
    }

    /// The commands of another one behind these.
    pub fn append(&mut self, other: Self) {
        let first = self.commands.len();
        self.gave_up |= other.gave_up;
        self.commands.extend(other.commands.into_iter().map(|command| Command {
            piped_to: command.piped_to.map(|to| to + first),
            within: command.within.map(|within| within + first),
            ..command
        }));
    }
}

#[cfg(test)]
mod tests;

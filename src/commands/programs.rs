//! What is known of programs, by their names.

use super::Word;
use super::invocation::program_name;
use crate::rules::program::Program;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// All programs of the rules.
#[derive(Debug, Default)]
pub struct Programs {
    known: FxHashMap<CompactString, Program>,
    /// The beginnings of names of several words.
    begins: FxHashSet<CompactString>,
}

impl Programs {
    /// What several models say of one program holds together.
    pub fn new<'a>(all: impl IntoIterator<Item = &'a (CompactString, Program)>) -> Self {
        let mut programs = Self::default();
        for (name, program) in all {
            for (at, _) in name.match_indices(' ') {
                programs.begins.insert(name[..at].into());
            }
            let known = programs.known.entry(name.clone()).or_default();
            let options = std::mem::take(&mut known.options);
            let arguments = std::mem::take(&mut known.arguments);
            let more = program.clone();
            *known = Program {
                options: options.into_iter().chain(more.options).collect(),
                arguments: if arguments.is_empty() { more.arguments } else { arguments },
                repeats: known.repeats || more.repeats,
                runs: known.runs.take().or(more.runs),
                executes: known.executes || more.executes,
                says: known.says.max(more.says),
            };
        }
        programs
    }

    /// Whether a word at the beginning of a command names one of them.
    pub fn know(&self, word: &Word) -> bool {
        program_name(&word.value, self).is_some_and(|name| self.goes_on(&name))
    }

    pub(super) fn get(&self, name: &str) -> Option<&Program> {
        self.known.get(name)
    }

    /// Whether more words may belong to the name.
    pub(super) fn goes_on(&self, name: &str) -> bool {
        self.known.contains_key(name) || self.begins.contains(name)
    }
}

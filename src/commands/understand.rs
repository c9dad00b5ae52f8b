//! From the commands of a script to settings: variables are followed, and each run of a program is a document of its own.

use super::invocation::{self, Given, Invocation, cut};
use super::variables::{Variables, names};
use super::{Assigned, Command, Programs, Script, Word};
use crate::frontend::{embedded, shell};
use crate::rules::program::Says;
use crate::settings::{Key, Scalar, Setting};
use crate::source::{Place, Span};
use crate::text::{Part, Template};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// Commands that run commands that run commands, and scripts within scripts, deeper than this are not looked at.
const MAX_DEPTH: usize = 8;
/// More keys of all commands of one file are not kept.
const MAX_KEYS: usize = 1 << 20;
/// The names of variables that one word may assign.
const MAX_NAME: usize = 200;
/// Commands of every shell that set variables of the environment, and those that set variables of the script.
const EXPORTS: [&str; 3] = ["export", "declare", "typeset"];
const SETS: [&str; 2] = ["local", "readonly"];

/// What reads the output of a command, joined with commas.
const PIPED: &str = "piped-to";
/// The file that the output goes to.
const SAVED: &str = "saved-as";
/// A later command proves what was fetched.
const PROVED: &str = "proved";

/// The settings of the commands of scripts, none of which knows the variables of another one.
pub fn understand(scripts: &[Script], programs: &Programs) -> Vec<Setting> {
    let mut reader = Understanding {
        programs,
        variables: Variables::default(),
        exported: FxHashSet::default(),
        set: Vec::new(),
        items: Vec::new(),
        document: 0,
        left: MAX_KEYS,
    };
    for script in scripts {
        reader.whole(script);
    }
    reader.items
}

/// The variables that a script uses itself: what they hold counts where it is used.
fn used(script: &Script) -> FxHashSet<CompactString> {
    let mut used = FxHashSet::default();
    for command in &script.commands {
        let words = command.words.iter().chain(&command.saved).map(|word| &word.value);
        words.chain(command.assigned.iter().flat_map(|one| &one.values)).for_each(|value| names(value, &mut used));
    }
    used
}

struct Understanding<'p> {
    programs: &'p Programs,
    variables: Variables,
    exported: FxHashSet<CompactString>,
    set: Vec<Assigned>,
    items: Vec<Setting>,
    document: u32,
    left: usize,
}

/// A command of the script at hand, as its programs take it: the outermost first.
struct Taken {
    name: CompactString,
    at: Place,
    given: Vec<Given>,
    environment: Vec<Assigned>,
    /// The number of the command.
    command: usize,
}

/// What the last program of a command is and does.
#[derive(Clone, Default)]
struct Innermost {
    name: CompactString,
    executes: bool,
    proves: bool,
}

impl Understanding<'_> {
    /// A script that nothing runs that is read here. What it sets for others stands together, behind its commands.
    fn whole(&mut self, script: &Script) {
        for (name, value) in &script.given {
            self.variables.set(name, vec![value.clone()]);
        }
        self.script(script, 0);
        let used = used(script);
        let exported = std::mem::take(&mut self.exported);
        self.variables = Variables::default();
        self.document += 1;
        for assigned in std::mem::take(&mut self.set) {
            if exported.contains(&assigned.name) || !used.contains(&assigned.name) {
                self.setting_of(&assigned);
            }
        }
    }

    fn script(&mut self, script: &Script, depth: usize) {
        let mut taken = Vec::new();
        let mut innermost = vec![Innermost::default(); script.commands.len()];
        for (number, command) in script.commands.iter().enumerate() {
            self.variables.go(command.wish);
            let assigned: Vec<Assigned> = command.assigned.iter().map(|one| self.filled(one)).collect();
            if command.words.is_empty() {
                for one in assigned {
                    self.assign(one);
                }
                continue;
            }
            let words: Vec<Word> = command.words.iter().flat_map(|word| self.variables.words(word)).collect();
            innermost[number] = self.command(&words, assigned, number, depth, &mut taken);
        }
        for one in taken {
            let command = &script.commands[one.command];
            let readers = readers(script, one.command, &innermost);
            let proved = innermost[one.command..].iter().any(|later| later.proves);
            self.emit(one, command, &readers, proved);
        }
    }

    fn filled(&self, assigned: &Assigned) -> Assigned {
        let values = assigned.values.iter().map(|value| self.variables.fill(value)).collect();
        Assigned { values, ..assigned.clone() }
    }

    fn assign(&mut self, assigned: Assigned) {
        self.variables.set(&assigned.name, assigned.values.clone());
        self.set.push(assigned);
    }

    /// Takes one command apart, and what it runs in turn.
    fn command(
        &mut self,
        words: &[Word],
        environment: Vec<Assigned>,
        number: usize,
        depth: usize,
        out: &mut Vec<Taken>,
    ) -> Innermost {
        let (mut words, mut environment) = (words, environment);
        let mut innermost = Innermost::default();
        for _ in 0..MAX_DEPTH {
            while let Some((assigned, rest)) =
                words.split_first().and_then(|(first, rest)| Some((of_word(first)?, rest)))
            {
                environment.push(assigned);
                words = rest;
            }
            let Some(read) = invocation::read(words, self.programs) else { break };
            let exports = EXPORTS.contains(&read.name.as_str());
            if exports || SETS.contains(&read.name.as_str()) {
                self.declare(&words[1..], exports);
                break;
            }
            innermost =
                Innermost { name: read.name.clone(), executes: read.executes, proves: read.says == Says::Proof };
            let Invocation { name, at, given, runs, script, says, .. } = read;
            if let Some(text) = script.filter(|_| depth < MAX_DEPTH) {
                self.script(&shell::read(text), depth + 1);
            }
            if says == Says::Something {
                let environment = if runs.is_empty() { std::mem::take(&mut environment) } else { Vec::new() };
                out.push(Taken { name, at, given, environment, command: number });
            }
            words = runs;
        }
        innermost
    }

    /// `export A=b C`
    fn declare(&mut self, words: &[Word], exports: bool) {
        for word in words {
            if let Some(assigned) = of_word(word) {
                if exports {
                    self.exported.insert(assigned.name.clone());
                }
                self.assign(assigned);
            } else if let Some(name) = word.value.as_known().filter(|_| exports) {
                self.exported.insert(name);
            }
        }
    }

    fn emit(&mut self, taken: Taken, command: &Command, readers: &str, proved: bool) {
        self.document += 1;
        let Taken { name, at, given, environment, .. } = taken;
        for assigned in environment {
            self.setting_of(&assigned);
        }
        let path: Vec<Key> = name.split(' ').map(|word| Key { text: word.into(), at }).collect();
        let saved = command.saved.as_ref().map(|word| (SAVED, word.value.clone()));
        let readers = (!readers.is_empty()).then(|| (PIPED, Template::literal(readers, at)));
        let proved = proved.then(|| (PROVED, Template::literal("true", at)));
        for (key, value) in saved.into_iter().chain(readers).chain(proved) {
            self.push(path.iter().cloned().chain([Key { text: key.into(), at }]), value, Scalar::Text, at.span);
        }
        for Given { keys, value, scalar, span } in given {
            let keys = keys.into_iter().map(|(text, at)| Key { text, at });
            self.push(path.iter().cloned().chain(keys), value, scalar, span);
        }
    }

    fn setting_of(&mut self, assigned: &Assigned) {
        let key = Key { text: assigned.name.clone(), at: assigned.at };
        for value in &assigned.values {
            let from = self.items.len();
            self.push([key.clone()].into_iter(), value.clone(), Scalar::Text, assigned.span);
            let options = self.items.get(from).map(embedded::options).unwrap_or_default();
            for option in options {
                self.push(option.path.into_iter(), option.value, option.scalar, option.span);
            }
        }
    }

    fn push(&mut self, path: impl Iterator<Item = Key>, value: Template, scalar: Scalar, span: Span) {
        let path: Vec<Key> = path.collect();
        let Some(left) = self.left.checked_sub(path.len()) else { return };
        self.left = left;
        self.items.push(Setting { path, value, scalar, span, document: self.document });
    }
}

/// Whoever reads what a command writes: the rest of its pipeline, and the program in whose words it stands.
fn readers(script: &Script, number: usize, innermost: &[Innermost]) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut at = number;
    while let Some(next) = script.commands[at].piped_to.filter(|next| *next > at && names.len() < MAX_DEPTH) {
        names.push(&innermost[next].name);
        at = next;
    }
    let around = script.commands[number].within.map(|within| &innermost[within]).filter(|around| around.executes);
    names.extend(around.map(|around| around.name.as_str()));
    names.join(",")
}

/// `NAME=value` as a word.
fn of_word(word: &Word) -> Option<Assigned> {
    let Some(Part::Literal { text, at }) = word.value.parts.first() else { return None };
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
    let good = (1..=MAX_NAME).contains(&length)
        && text.as_bytes().get(length) == Some(&b'=')
        && !text.starts_with(|c: char| c.is_ascii_digit());
    good.then(|| Assigned {
        name: text[..length].into(),
        at: *at,
        values: vec![cut(&word.value, length + 1)],
        span: word.span,
    })
}

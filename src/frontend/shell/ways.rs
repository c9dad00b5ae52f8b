//! Which commands of a script run only at somebody's wish: behind a test of a variable that nobody need set, or where an
//! option is read.

use crate::commands::{Command, Word};
use crate::text::{Part, Template};

/// Conditions within conditions deeper than this are not told apart.
const MAX_DEPTH: usize = 64;

/// The ways that are open at one place of a script. Each that is taken at a wish has a number.
#[derive(Debug, Default)]
pub(super) struct Ways {
    conditions: Vec<Condition>,
    /// Where a `case` reads an option.
    option: Option<u32>,
    /// The command before which a `!` stands.
    turned: Option<usize>,
    last: u32,
}

/// An `if`: its condition is read until `then` comes.
#[derive(Debug, Default)]
struct Condition {
    reading: bool,
    /// It holds for more than one reason.
    either: bool,
    wish: Option<u32>,
}

impl Ways {
    /// The outermost way that is taken at a wish.
    pub(super) fn wish(&self) -> Option<u32> {
        self.conditions.iter().find_map(|condition| condition.wish).or(self.option)
    }

    /// A word in front of a command says what becomes of it; `number` is that of the command.
    pub(super) fn steer(&mut self, word: &str, number: usize, commands: &[Command]) {
        let before = || commands.get(..number).and_then(<[Command]>::last);
        match word {
            "if" if self.conditions.len() < MAX_DEPTH => {
                self.conditions.push(Condition { reading: true, ..Condition::default() });
            }
            "elif" => self.top(|top| *top = Condition { reading: true, ..Condition::default() }),
            "then" => {
                let turned = number.checked_sub(1).is_some_and(|before| self.turned == Some(before));
                let wanted = !turned && before().is_some_and(is_wish);
                let next = self.last + 1;
                self.top(|top| {
                    top.wish = Some(next).filter(|_| top.reading && wanted && !top.either);
                    top.reading = false;
                });
                self.last = next;
            }
            "else" => self.top(|top| *top = Condition::default()),
            "fi" => drop(self.conditions.pop()),
            "esac" => self.option = None,
            "!" => self.turned = Some(number),
            _ => {}
        }
    }

    fn top(&mut self, change: impl FnOnce(&mut Condition)) {
        if let Some(top) = self.conditions.last_mut() {
            change(top);
        }
    }

    /// `||`: what comes next may be reached otherwise.
    pub(super) fn or(&mut self) {
        self.top(|top| top.either |= top.reading);
    }

    /// `&&` behind a command, which itself runs at the wish `own`: that of the next one.
    pub(super) fn and(&mut self, number: usize, commands: &[Command], own: Option<u32>) -> Option<u32> {
        if own.is_some() || self.turned == Some(number) || !commands.get(number).is_some_and(is_wish) {
            return own;
        }
        self.last += 1;
        Some(self.last)
    }

    /// The pattern of a `case` was read.
    pub(super) fn pattern(&mut self, pattern: Option<&Command>) {
        let word = pattern.and_then(|pattern| pattern.words.last());
        let option = word.is_some_and(|word| word.value.known_prefix().starts_with('-'));
        self.last += 1;
        self.option = Some(self.last).filter(|_| option);
    }

    /// `;;` of a `case`.
    pub(super) fn end_of_pattern(&mut self) {
        self.option = None;
    }
}

/// Whether a command is a test that holds only where somebody has set a variable: `[ "$INSECURE" = true ]`.
fn is_wish(command: &Command) -> bool {
    let known = |word: &Word| word.value.as_known();
    let Some((name, rest)) = command.words.split_first() else { return false };
    let asked = match (known(name).as_deref(), rest.split_last()) {
        (Some("["), Some((end, asked))) if known(end).as_deref() == Some("]") => asked,
        (Some("[["), Some((end, asked))) if known(end).as_deref() == Some("]]") => asked,
        (Some("test"), _) => rest,
        _ => return false,
    };
    match asked {
        [word] => default_of(&word.value).as_deref() == Some(""),
        [flag, word] => known(flag).as_deref() == Some("-n") && default_of(&word.value).as_deref() == Some(""),
        [a, operator, b] => {
            matches!(known(operator).as_deref(), Some("=" | "==" | "-eq")) && (differ(a, b) || differ(b, a))
        }
        _ => false,
    }
}

/// Whether a variable, where nobody sets it, is another text than the one that it is compared with.
fn differ(variable: &Word, text: &Word) -> bool {
    default_of(&variable.value).zip(text.value.as_known()).is_some_and(|(default, text)| default != text.as_str())
}

/// What a word that is one variable holds where nobody sets it.
fn default_of(value: &Template) -> Option<String> {
    match value.parts.as_slice() {
        [Part::Hole { default: None, .. }] => Some(String::new()),
        [Part::Hole { default: Some(default), .. }] => {
            Some(default.assumed().to_string()).filter(|text| !text.contains('\0'))
        }
        _ => None,
    }
}

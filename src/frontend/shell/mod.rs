//! Shell scripts: the words, variables, pipes and assignments of POSIX shells and bash.
//!
//! No shell's grammar is checked: text that a template fills in, or that no shell would take, is read as far as it goes.
//! What the words mean is not known here, see [`crate::commands`].

mod reader;
mod text;

use super::{Frontend, Lowered};
use crate::commands::Script;
use crate::settings::Settings;
use crate::source::{Source, Span};
use crate::text::Template;
use crate::tree::{Problem, ProblemKind};

/// More of a script than this is not looked at, in bytes.
const MAX_TEXT: usize = 4 << 20;

#[derive(Clone, Copy, Debug)]
pub struct Shell;

impl Frontend for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let whole = source.text();
        let mut end = whole.len().min(MAX_TEXT);
        while !whole.is_char_boundary(end) {
            end -= 1;
        }
        let start = whole.len() - whole.trim_start_matches('\u{feff}').len();
        let text = Template::literal(&whole[start..end], source.place(Span::new(start, end)));
        let script = read(text);
        let problems = problems(&script, end < whole.len());
        (Lowered::Settings(Settings { scripts: vec![script], ..Settings::default() }), problems)
    }
}

/// The commands of a text, in which holes are what is not known of it.
pub fn read(text: Template) -> Script {
    reader::Reader::new(&text::Text::new(text)).script()
}

fn problems(script: &Script, cut: bool) -> Vec<Problem> {
    let given_up = cut || script.gave_up;
    let message = "the script is too long or nests too deep; part of it was not looked at".to_owned();
    given_up.then_some(Problem { kind: ProblemKind::GaveUp, message, span: None }).into_iter().collect()
}

#[cfg(test)]
mod tests;

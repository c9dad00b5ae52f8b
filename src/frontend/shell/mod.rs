//! Shell scripts: the words, variables, pipes and assignments of POSIX shells and bash.
//!
//! No shell's grammar is checked: text that a template fills in, or that no shell would take, is read as far as it goes.
//! What the words mean is not known here, see [`crate::commands`].

mod reader;
mod text;
mod ways;

use super::{Frontend, Lowered};
use crate::commands::{Script, Word};
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
        lowered(source, |text, script| {
            let start = text.len() - text.trim_start_matches('\u{feff}').len();
            let body = Template::literal(&text[start..], source.place(Span::new(start, text.len())));
            script.append(read(body));
        })
    }
}

/// What a file of commands lowers to; `fill` reads as much of its text as is looked at.
pub(super) fn lowered(source: &Source, fill: impl FnOnce(&str, &mut Script)) -> (Lowered, Vec<Problem>) {
    let whole = source.text();
    let mut end = whole.len().min(MAX_TEXT);
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    let mut script = Script::default();
    fill(&whole[..end], &mut script);
    let problems = problems(&script, end < whole.len());
    (Lowered::Settings(Settings { scripts: vec![script], ..Settings::default() }), problems)
}

/// The text behind the first `from` bytes, which are no hole.
pub(super) fn behind(template: Template, from: usize) -> Template {
    let text = text::Text::new(template);
    Template { parts: text.copy(from..text.flat.len()) }
}

/// The words of a list in JSON; `None` where it is none.
pub(super) fn json_words(template: &Template) -> Option<Vec<Word>> {
    let text = text::Text::new(template.clone());
    let list: Vec<String> = serde_json::from_str(text.flat.trim()).ok()?;
    let mut from = 0;
    let words = list.into_iter().map(|word| {
        // Where it is written as it reads, its place is known exactly.
        let written = text.flat[from..].find(&word).map(|at| from + at..from + at + word.len());
        let place = text.place(written.clone().unwrap_or(from..text.flat.len()));
        from = written.map_or(from, |written| written.end);
        Word { value: Template::literal(word, place), span: place.span, bare: false }
    });
    Some(words.collect())
}

/// The commands of a text, in which holes are what is not known of it.
pub fn read(text: Template) -> Script {
    reader::Reader::new(&text::Text::new(text)).script()
}

pub(super) fn problems(script: &Script, cut: bool) -> Vec<Problem> {
    let given_up = cut || script.gave_up;
    let message = "the script is too long or nests too deep; part of it was not looked at".to_owned();
    given_up.then_some(Problem { kind: ProblemKind::GaveUp, message, span: None }).into_iter().collect()
}

#[cfg(test)]
pub(super) mod tests;

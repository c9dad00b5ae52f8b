//! Makefiles: the command text of recipes, with the variables of the file.

use super::collect::{lines, range_of};
use super::shell;
use super::{Frontend, Lowered};
use crate::commands::{Assigned, Command};
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Makefile;

impl Frontend for Makefile {
    fn name(&self) -> &'static str {
        "makefile"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        shell::lowered(source, |text, script| {
            let mut recipe = Template::default();
            let mut open = false;
            for (start, line) in lines(text) {
                let goes_on = open;
                open = line.trim_end().ends_with('\\');
                if line.starts_with('\t') || (goes_on && !recipe.parts.is_empty()) {
                    let body = if goes_on { line } else { line.trim_start_matches(['\t', ' ', '@', '-', '+']) };
                    let at = start + range_of(line, body).start;
                    expand(source, at, body, &mut recipe);
                    let end = source.place(Span::new(start + line.len(), start + line.len()));
                    recipe.parts.push(Part::Literal { text: "\n".into(), at: end });
                    continue;
                }
                if !recipe.parts.is_empty() {
                    script.append(shell::read(std::mem::take(&mut recipe)));
                }
                if !goes_on && let Some(assigned) = assignment(source, start, line) {
                    script.commands.push(Command { assigned: vec![assigned], ..Command::default() });
                }
            }
            script.append(shell::read(recipe));
        })
    }
}

/// `NAME := value`, also behind `export`.
fn assignment(source: &Source, start: usize, line: &str) -> Option<Assigned> {
    let body = line.strip_prefix("export ").unwrap_or(line);
    let sign = body.find('=')?;
    let name = body[..sign].trim_end_matches([':', '?', '+', '!']).trim();
    let good =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if !good {
        return None;
    }
    let value = body[sign + 1..].split(" #").next().unwrap_or_default().trim_end_matches('\\').trim();
    let (name_at, value_at) = (range_of(line, name), range_of(line, value));
    let mut template = Template::default();
    expand(source, start + value_at.start, value, &mut template);
    Some(Assigned {
        name: name.into(),
        at: source.place(Span::new(start + name_at.start, start + name_at.end)),
        values: vec![template],
        span: Span::new(start + name_at.start, start + value_at.end),
    })
}

/// Adds a text as the shell gets it: `$$` is a dollar, `$(NAME)` and `${NAME}` are variables of the file.
fn expand(source: &Source, start: usize, text: &str, out: &mut Template) {
    let place = |range: std::ops::Range<usize>| source.place(Span::new(start + range.start, start + range.end));
    let literal = |range: std::ops::Range<usize>, out: &mut Template| {
        if !range.is_empty() {
            out.parts.push(Part::Literal { text: text[range.clone()].into(), at: place(range) });
        }
    };
    let (mut from, mut at) = (0, 0);
    while let Some(offset) = memchr::memchr(b'$', &text.as_bytes()[at..]) {
        let dollar = at + offset;
        let close = match text.as_bytes().get(dollar + 1) {
            Some(b'(') => b')',
            Some(b'{') => b'}',
            Some(b'$') => {
                literal(from..dollar, out);
                out.parts.push(Part::Literal { text: "$".into(), at: place(dollar..dollar + 2) });
                (from, at) = (dollar + 2, dollar + 2);
                continue;
            }
            _ => {
                at = dollar + 1;
                continue;
            }
        };
        let Some(length) = memchr::memchr(close, &text.as_bytes()[dollar..]) else { break };
        let name = text[dollar + 2..dollar + length].split_whitespace().next().unwrap_or_default();
        literal(from..dollar, out);
        out.append(Template::hole(name, place(dollar..dollar + length + 1)));
        (from, at) = (dollar + length + 1, dollar + length + 1);
    }
    literal(from..text.len(), out);
}

#[cfg(test)]
mod tests {
    use crate::frontend::shell::tests::shown;

    #[test]
    fn recipes_are_commands() {
        for (text, expected) in [
            (
                "A := b # c\nD ?= $(A)/e\nall: x\n\t@f $(D) $$G \\\n\t  h\n\t-i\n",
                &["A=b", "D=${A}/e", "<f> <${D}> <${G}> <h>", "<i>"][..],
            ),
            ("export A = b c\nx:\n\td \"$$(e)\"\n", &["A=b c", "<d> <${e}>", "<e> in 1"]),
            ("ifeq ($(A),b)\nC=$(shell d e)\nendif\n", &["C=${shell}"]),
        ] {
            assert_eq!(shown(&super::Makefile, text), expected, "{text}");
        }
    }
}

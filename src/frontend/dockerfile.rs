//! Dockerfiles: the command text of their instructions, with the variables that `ENV` and `ARG` set.

use super::collect::{lines, range_of};
use super::shell;
use super::{Frontend, Lowered};
use crate::commands::{Assigned, Command, Script, Word};
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use crate::tree::Problem;

/// Instructions of which a command is the text, or the words in a list. `HEALTHCHECK` asks the container itself, by whatever
/// name it goes there.
const COMMANDS: [&str; 3] = ["RUN", "CMD", "ENTRYPOINT"];
/// Instructions that set variables.
const VARIABLES: [&str; 2] = ["ENV", "ARG"];
/// An instruction that goes by its own name, as if it were a program.
const FETCHES: &str = "ADD";

#[derive(Clone, Copy, Debug)]
pub struct Dockerfile;

impl Frontend for Dockerfile {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        shell::lowered(source, |text, script| {
            for instruction in instructions(source, text) {
                instruction.read(script);
            }
        })
    }
}

/// The name of an instruction, and what stands behind it: without comments, and with its line breaks.
struct Instruction<'a> {
    name: &'a str,
    rest: Template,
}

fn instructions<'a>(source: &Source, text: &'a str) -> Vec<Instruction<'a>> {
    let escape = if escaped_by_backtick(text) { '`' } else { '\\' };
    let mut all: Vec<Instruction<'a>> = Vec::new();
    // Whether the last line goes on, and the marks of here-documents that are not ended yet.
    let (mut open, mut marks) = (false, Vec::new());
    for (start, line) in lines(text) {
        let body = line.trim_start();
        let documents = !marks.is_empty();
        if !documents && (body.starts_with('#') || (open && body.is_empty())) {
            continue;
        }
        let mut rest = line;
        if !open && !documents {
            let Some(name) = body.split_whitespace().next() else { continue };
            rest = &line[range_of(line, name).end..];
            marks = heredocs(rest);
            all.push(Instruction { name, rest: Template::default() });
        } else if documents && marks.first().is_some_and(|mark: &String| body == mark) {
            marks.remove(0);
        }
        let at = start + range_of(line, rest).start;
        let place = source.place(Span::new(at, at + rest.len()));
        let ended = source.place(Span::new(start + line.len(), start + line.len()));
        if let Some(instruction) = all.last_mut() {
            let parts = &mut instruction.rest.parts;
            let goes_on = !documents && rest.trim_end().ends_with(escape);
            let kept = if goes_on { rest.trim_end().trim_end_matches(escape) } else { rest };
            let at = crate::text::span_within(rest, place, 0..kept.len());
            parts.push(Part::Literal { text: kept.into(), at });
            parts.push(Part::Literal { text: if goes_on { " " } else { "\n" }.into(), at: ended });
            open = goes_on;
        }
    }
    all
}

/// `# escape=` and a backtick, before anything else.
fn escaped_by_backtick(text: &str) -> bool {
    let mut head = text.lines().take_while(|line| line.starts_with('#'));
    head.any(|line| line.trim_start_matches('#').trim().replace(' ', "").eq_ignore_ascii_case("escape=`"))
}

/// The marks of the here-documents that begin on a line.
fn heredocs(line: &str) -> Vec<String> {
    let marks = line.split("<<").skip(1).filter(|rest| !rest.starts_with('<'));
    let word = |rest: &str| -> String {
        let rest = rest.trim_start_matches(['-', '"', '\'']);
        rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    marks.map(word).filter(|mark| !mark.is_empty()).collect()
}

impl Instruction<'_> {
    fn read(self, script: &mut Script) {
        let name = self.name.to_ascii_uppercase();
        if name == "ONBUILD" {
            let known = self.rest.known_prefix();
            let Some(inner) = known.split_whitespace().next() else { return };
            let rest = shell::behind(self.rest, range_of(&known, inner).end);
            return Instruction { name: inner, rest }.read(script);
        }
        if VARIABLES.contains(&name.as_str()) {
            script.append(variables(shell::read(self.rest)));
        } else if name == FETCHES {
            let mut fetch = shell::read(self.rest);
            if let Some(command) = fetch.commands.first_mut().filter(|command| !command.words.is_empty()) {
                let place = command.words[0].value.place().unwrap_or_default();
                let value = Template::literal(FETCHES, place);
                command.words.insert(0, Word { value, span: place.span, bare: true });
            }
            script.append(fetch);
        } else if COMMANDS.contains(&name.as_str()) {
            script.append(command(self.rest));
        }
    }
}

/// `ENV A b c` is `ENV A="b c"`.
fn variables(mut read: Script) -> Script {
    if let Some(Command { assigned, words, .. }) = read.commands.first_mut()
        && let Some((name, values)) =
            words.split_first().filter(|(_, values)| assigned.is_empty() && !values.is_empty())
        && let (Some(text), Some(at)) = (name.value.as_known(), name.value.place())
    {
        let value = values.iter().fold(Template::default(), |mut whole, word| {
            whole.append(word.value.clone());
            whole
        });
        let span = values.last().map_or(name.span, |last| name.span.cover(last.span));
        *assigned = vec![Assigned { name: text, at, values: vec![value], span }];
        words.clear();
    }
    read
}

/// A command line behind options of the instruction, or a list of words.
fn command(rest: Template) -> Script {
    let known = rest.known_prefix();
    let mut from = 0;
    while let Some(word) = known[from..].split_whitespace().next() {
        if !word.starts_with("--") {
            break;
        }
        from = range_of(&known, word).end;
    }
    let rest = shell::behind(rest, from);
    if rest.known_prefix().trim_start().starts_with('[')
        && let Some(words) = shell::json_words(&rest)
    {
        return Script::of_words(words);
    }
    shell::read(rest)
}

#[cfg(test)]
mod tests {
    use crate::frontend::shell::tests::shown;

    #[test]
    fn instructions_are_commands() {
        for (text, expected) in [
            ("FROM a AS b\nRUN a \\\n  # c\n  && d e\n", &["<a>", "<d> <e>"][..]),
            ("ENV A=b C=\"d e\"\nENV F g h\nARG I=j\n", &["A=b C=d e", "F=gh", "I=j"]),
            ("RUN --mount=type=cache a\nCMD [\"b\", \"c d\"]\n", &["<a>", "<b> <c d>"]),
            ("HEALTHCHECK --interval=5s CMD a -b\nONBUILD RUN c\n", &["<c>"]),
            ("ADD --chown=a http://b /c\nCOPY d e\n", &["<ADD> <--chown=a> <http://b> </c>"]),
            ("RUN <<EOF\na b\nEOF\nRUN c\n", &["<c>"]),
            ("# escape=`\nRUN a `\n  b\n", &["<a> <b>"]),
        ] {
            assert_eq!(shown(&super::Dockerfile, text), expected, "{text}");
        }
    }
}

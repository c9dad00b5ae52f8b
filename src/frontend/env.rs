//! `.env` files: `export`, the three kinds of quotes, comments behind values, and `${VAR:-default}`.

use super::collect::{Collector, lines, range_of};
use super::interpolate::{Dollar, interpolate_parts};
use super::{Frontend, Lowered};
use crate::settings::Scalar;
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use crate::tree::Problem;
use std::ops::Range;

#[derive(Clone, Copy, Debug)]
pub struct Env;

impl Frontend for Env {
    fn name(&self) -> &'static str {
        "env"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        let mut unclosed = Vec::new();
        let mut skip_to = 0;
        for (start, line) in lines(text) {
            if start < skip_to {
                continue;
            }
            let Some((name, value)) = entry(line) else {
                continue;
            };
            let key_at = start + range_of(line, name).start;
            let value_at = start + range_of(line, value).start;
            let (parts, end) = read(text, base, value_at..start + line.len(), &mut unclosed, &out);
            skip_to = end;
            let key = out.key(name, base + key_at, base + key_at + name.len());
            out.leaf_at(key, parts, Scalar::Text, Span::new(base + key_at, base + end));
        }
        out.finish()
    }
}

/// The name, and the rest of the line from the value on.
fn entry(line: &str) -> Option<(&str, &str)> {
    let body = line.trim_start();
    let body = body.strip_prefix("export ").map_or(body, str::trim_start);
    let at = body.find(['=', ':']).filter(|at| body[*at..].starts_with('=') || body[*at + 1..].starts_with(' '))?;
    let name = body[..at].trim_end();
    let good = !name.is_empty() && name.len() <= 256 && !name.starts_with('#') && !name.contains(char::is_whitespace);
    good.then(|| (name, body[at + 1..].trim_start()))
}

/// The value that begins at `range`, and where it ends; a quoted one may go on over the end of the line.
/// `unclosed` holds the quotes that nothing closes from here on, so that they are not looked for again.
fn read(
    text: &str,
    base: usize,
    range: Range<usize>,
    unclosed: &mut Vec<char>,
    out: &Collector<'_>,
) -> (Template, usize) {
    let quote = text[range.clone()].chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    if let Some(quote) = quote.filter(|quote| !unclosed.contains(quote)) {
        if let Some(end) = closing(text, range.start + 1, quote) {
            let (mut parts, inner) = (Vec::new(), range.start + 1..end);
            if quote == '"' {
                escapes(text, base, inner, out, &mut parts);
                return (interpolate_parts(Template { parts }, Dollar::Bare), end + 1);
            }
            push(&text[inner.clone()], base, inner, out, &mut parts);
            return (Template { parts }, end + 1);
        }
        unclosed.push(quote);
    }
    let line = &text[range.clone()];
    let comment = [" #", "\t#"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    let comment = if line.starts_with('#') { 0 } else { comment };
    let end = range.start + line[..comment].trim_end().len();
    let mut parts = Vec::new();
    push(&text[range.start..end], base, range.start..end, out, &mut parts);
    (interpolate_parts(Template { parts }, Dollar::Bare), end)
}

fn closing(text: &str, start: usize, quote: char) -> Option<usize> {
    let mut escaped = false;
    text[start..].char_indices().find_map(|(at, c)| {
        let closes = c == quote && !escaped;
        escaped = c == '\\' && quote == '"' && !escaped;
        closes.then_some(start + at)
    })
}

fn escapes(text: &str, base: usize, range: Range<usize>, out: &Collector<'_>, parts: &mut Vec<Part>) {
    let mut from = range.start;
    while let Some(offset) = text[from..range.end].find('\\') {
        let at = from + offset;
        push(&text[from..at], base, from..at, out, parts);
        let Some(kind) = text[at + 1..range.end].chars().next() else {
            from = at;
            break;
        };
        let end = at + 1 + kind.len_utf8();
        match kind {
            'n' => push("\n", base, at..end, out, parts),
            't' => push("\t", base, at..end, out, parts),
            'r' => push("\r", base, at..end, out, parts),
            '\n' => {}
            other => push(other.encode_utf8(&mut [0; 4]), base, at..end, out, parts),
        }
        from = end;
    }
    push(&text[from..range.end], base, from..range.end, out, parts);
}

fn push(reads: &str, base: usize, range: Range<usize>, out: &Collector<'_>, parts: &mut Vec<Part>) {
    if !reads.is_empty() {
        parts.push(Part::Literal { text: reads.into(), at: out.place(base + range.start, base + range.end) });
    }
}

#[cfg(test)]
mod tests {
    use super::Env;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn lines_become_settings() {
        for (text, expected) in [
            ("A=b\nexport C = d\r\nE=\n", "A = b\nC = d\nE = "),
            ("A=\"b # c\" # d\nE='$F' # g\nH=i#j # k\n", "A = b # c\nE = $F\nH = i#j"),
            ("K=\"a\nb=c\"\nL=1\n", "K = a\\nb=c\nL = 1"),
            ("U=http://${H:-h}:$P/x\n", "U = http://${H|h}:${P}/x"),
            ("# A=b\nnot a setting\n", ""),
            ("A=\"b\nC=d\n", "A = \"b\nC = d"),
            ("\u{feff}A=\"x\\ny\\\"z\"\n", "A = x\\ny\"z"),
            ("A: b\nB=`c`\n", "A = b\nB = c"),
        ] {
            assert_eq!(print(&Env, ".env", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "é=\"http://é\\n$P\" # c\r\nB=x # y\r\n";
        assert_eq!(spans(&Env, ".env", text), ["é=\"http://é\\n$P\" <http://é|\\n|$P>", "B=x <x>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["A=\"\\", "A=\"", "A='\n", "A=`b\n", "${"] {
            settings(&Env, ".env", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] =
        &["A=b\n", "export É=\"f\\ng\" # h\r\n", "I='j\nk'\n", "L=${M:-${N}}\n", "O=\"\n", "\\", "\u{feff}"];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Env, ".env", &text);
            settings(&Env, ".env", &mixed);
        }
    }
}

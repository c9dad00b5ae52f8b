//! Java properties, as `java.util.Properties.load` reads them, but in UTF-8.

use super::collect::{Collector, lines};
use super::interpolate::{Dollar, interpolate_parts};
use super::{Frontend, Lowered};
use crate::settings::{Key, Scalar};
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use crate::tree::Problem;
use std::ops::Range;

#[derive(Clone, Copy, Debug)]
pub struct Properties;

impl Frontend for Properties {
    fn name(&self) -> &'static str {
        "properties"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        let mut logical: Vec<Range<usize>> = Vec::new();
        for (start, line) in lines(text) {
            let body = line.trim_start_matches([' ', '\t', '\u{c}']);
            if logical.is_empty() && (body.is_empty() || body.starts_with(['#', '!'])) {
                continue;
            }
            let from = start + line.len() - body.len();
            let continues = body.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
            logical.push(from..start + line.len() - usize::from(continues));
            if !continues {
                entry(text, base, &logical, &mut out);
                logical.clear();
            }
        }
        entry(text, base, &logical, &mut out);
        out.finish()
    }
}

/// One logical line, given as its pieces on natural lines.
fn entry(text: &str, base: usize, pieces: &[Range<usize>], out: &mut Collector<'_>) {
    let Some(first) = pieces.first() else { return };
    let key_end = first.start + key_length(&text[first.clone()]);
    let mut key_parts = Vec::new();
    unescape(text, base, first.start..key_end, out, &mut key_parts);
    let key: String = key_parts.iter().map(literal).collect();
    let value_start = key_end + separator_length(&text[key_end..first.end]);
    let mut parts = Vec::new();
    unescape(text, base, value_start..first.end, out, &mut parts);
    for piece in &pieces[1..] {
        unescape(text, base, piece.clone(), out, &mut parts);
    }
    trim_end(&mut parts);
    if key.is_empty() {
        return;
    }
    let value = Template { parts };
    let end = value.place().map_or(base + value_start, |place| place.span.end as usize);
    out.path = vec![Key { text: key.into(), at: out.place(base + first.start, base + key_end) }];
    out.leaf(interpolate_parts(value, Dollar::Braced), Scalar::Text, Span::new(base + first.start, end));
}

fn literal(part: &Part) -> &str {
    match part {
        Part::Literal { text, .. } => text,
        Part::Hole { .. } => "",
    }
}

/// Up to the first `=`, `:` or blank that no backslash escapes.
fn key_length(line: &str) -> usize {
    let mut escaped = false;
    for (offset, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'=' | b':' | b' ' | b'\t' | 0xc => return offset,
            _ => {}
        }
    }
    line.len()
}

fn separator_length(rest: &str) -> usize {
    let blanks = [' ', '\t', '\u{c}'];
    let after = rest.trim_start_matches(blanks);
    let after = after.strip_prefix(['=', ':']).unwrap_or(after).trim_start_matches(blanks);
    rest.len() - after.len()
}

/// Literals and escapes of a range; an escape is a part of its own.
fn unescape(text: &str, base: usize, range: Range<usize>, out: &Collector<'_>, parts: &mut Vec<Part>) {
    let mut push = |reads: &str, from: usize, to: usize| {
        if !reads.is_empty() {
            parts.push(Part::Literal { text: reads.into(), at: out.place(base + from, base + to) });
        }
    };
    let mut from = range.start;
    while let Some(offset) = text[from..range.end].find('\\') {
        let at = from + offset;
        push(&text[from..at], from, at);
        let (reads, length) = escape(&text[at..range.end]);
        push(&reads, at, at + length);
        from = at + length;
    }
    push(&text[from..range.end], from, range.end);
}

/// What an escape at the beginning of `text` reads as, and its length.
fn escape(text: &str) -> (String, usize) {
    let Some(kind) = text[1..].chars().next() else {
        return (String::new(), 1);
    };
    let code = text.get(2..6).filter(|_| kind == 'u').and_then(|digits| u32::from_str_radix(digits, 16).ok());
    if let Some(code) = code {
        return (char::from_u32(code).unwrap_or('\u{fffd}').to_string(), 6);
    }
    let reads = match kind {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'f' => '\u{c}',
        other => other,
    };
    (reads.to_string(), 1 + kind.len_utf8())
}

fn trim_end(parts: &mut Vec<Part>) {
    if let Some(Part::Literal { text, at }) = parts.last_mut() {
        let kept = text.trim_end_matches([' ', '\t', '\r']).len();
        if text.len() == at.span.len() {
            at.span.end = at.span.start + kept as u32;
            text.truncate(kept);
        }
        if kept == 0 && at.span.is_empty() {
            parts.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Properties;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn lines_become_settings() {
        for (text, expected) in [
            ("a.b=c\nd : e\nf g\n", "a.b = c\nd = e\nf = g"),
            ("# x=y\n ! z=1\n\n  k=v\r\n", "k = v"),
            ("a=b,\\\n   c,\\\r\n  d\ne=f", "a = b,c,d\ne = f"),
            ("u=jdbc\\:pg\\://h\\u00e9\\tx\n", "u = jdbc:pg://hé\\tx"),
            ("a\\ b\\=c = d", "a b=c = d"),
            ("u=${DB_URL:jdbc:h2://x}/@ENV@\n", "u = ${DB_URL|jdbc:h2://x}/${ENV}"),
            ("\u{feff}a=\nb\n=c\n", "a = \nb = "),
            ("a=b\\", "a = b"),
            ("a=b\rc=d\r", "a = b\nc = d"),
        ] {
            assert_eq!(print(&Properties, "a.properties", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "é = http\\://h:${P} \r\nb=c\\\n  d";
        assert_eq!(spans(&Properties, "a", text), ["é = http\\://h:${P} <http|\\:|//h:|${P}>", "b=c\\\n  d <c|d>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["\\\n", "\\", "=", "${", "a=b\n"] {
            settings(&Properties, "a", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] =
        &["a=b\n", "c\\=\\u00e9 : é\r\n", "d \\\n  e\n", "# f\n", "u=${X:http://y}\n", "\\", "\\u00"];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Properties, "a", &text);
            settings(&Properties, "a", &mixed);
        }
    }
}

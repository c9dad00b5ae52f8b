//! Tables of words: each line is a record `[n]`, its columns `column-1`, `column-2`, ... apart by blanks.
//!
//! What has a name of its own is no column: `name=value`, `--flag value`, and options in brackets (`[trusted=yes]`).
//! `#` begins a comment, a backslash at the end of a line goes on with the record.

use super::collect::{Collector, fill, lines, range_of};
use super::interpolate::{Dollar, interpolate, name_of};
use super::{Frontend, Lowered};
use crate::settings::Scalar;
use crate::source::{Source, Span};
use crate::text::Template;
use crate::tree::Problem;
use compact_str::CompactString;
use std::ops::Range;

#[derive(Clone, Copy, Debug)]
pub struct Table;

/// A longer name of an option is none.
const MAX_NAME: usize = 100;
/// More variables of one file stay unknown.
const MAX_VARIABLES: usize = 200;

impl Frontend for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        let mut record: Vec<Range<usize>> = Vec::new();
        let mut number = 0_usize;
        for (start, line) in lines(text) {
            let (body, goes_on) = match line.trim_end().strip_suffix('\\') {
                Some(body) => (body, true),
                None => (line, false),
            };
            words(body, start, &mut record);
            if !goes_on && !record.is_empty() {
                add(text, base, &record, number, &mut out);
                number += 1;
                record.clear();
            }
        }
        add(text, base, &record, number, &mut out);
        out.path.clear();
        out.fill_holes(&variables(text, base, &out));
        out.finish()
    }
}

/// `@name = value`, which later lines mean by `{{name}}`.
fn variables(text: &str, base: usize, out: &Collector<'_>) -> Vec<(CompactString, Template)> {
    let variable = |(start, line): (usize, &str)| {
        let (name, value) = line.trim_start().strip_prefix('@')?.split_once('=')?;
        let value = value.trim();
        let start = base + start + range_of(line, value).start;
        let value = interpolate(value, out.place(start, start + value.len()), Dollar::Braced);
        Some((name_of(name.trim()).into(), value))
    };
    let mut all: Vec<(CompactString, Template)> = Vec::new();
    for (name, mut value) in lines(text).filter_map(variable).take(MAX_VARIABLES) {
        // One may be built from those above it.
        fill(&mut value, &all);
        all.push((name, value));
    }
    all
}

/// The words of a line; quotes hold blanks together, a bracket that opens a word stands alone.
fn words(line: &str, start: usize, to: &mut Vec<Range<usize>>) {
    let mut at = 0;
    loop {
        at += line[at..].len() - line[at..].trim_start().len();
        let rest = &line[at..];
        if rest.is_empty() || rest.starts_with('#') {
            return;
        }
        let length = if rest.starts_with(['[', ']']) { 1 } else { word_length(rest) };
        to.push(start + at..start + at + length);
        at += length;
    }
}

/// Up to a blank outside of quotes. A bracket ends the last word of options.
fn word_length(rest: &str) -> usize {
    let mut quote = None;
    for (offset, c) in rest.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' => quote = Some(c),
            None if c.is_whitespace() => return offset,
            None if c == ']' && !rest[..offset].contains('[') => return offset.max(1),
            None => {}
        }
    }
    // A quote that nothing closes is a character like any other.
    if quote.is_some() { rest.find(char::is_whitespace).unwrap_or(rest.len()) } else { rest.len() }
}

/// The settings of one record.
fn add(text: &str, base: usize, record: &[Range<usize>], number: usize, out: &mut Collector<'_>) {
    let (Some(first), Some(last)) = (record.first(), record.last()) else { return };
    out.path = vec![out.key(format!("[{number}]"), base + first.start, base + last.end)];
    let mut column = 0;
    let mut rest = record.iter().peekable();
    while let Some(word) = rest.next() {
        let written = &text[word.clone()];
        if let "[" | "]" = written {
            continue;
        }
        let flag = written.starts_with('-') && written.trim_start_matches('-').starts_with(char::is_alphabetic);
        if let Some(name) = option_name(written) {
            let value = word.start + name + 1..word.end;
            setting(text, base, &(word.start..word.start + name), &value, word.end, out);
        } else if flag {
            let value = rest.next_if(|next| !text[(*next).clone()].starts_with('-'));
            let (value, end) = value.map_or((word.end..word.end, word.end), |value| (value.clone(), value.end));
            setting(text, base, word, &value, end, out);
        } else {
            column += 1;
            let key = out.key(format!("column-{column}"), base + word.start, base + word.end);
            let value = value(text, base, word, out);
            out.leaf_at(key, value, Scalar::Text, Span::new(base + word.start, base + word.end));
        }
    }
}

/// `name` of `name=value`, as its length.
fn option_name(word: &str) -> Option<usize> {
    let at = word.find('=')?;
    let name = &word[..at];
    let good = name.trim_start_matches('-').starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() <= MAX_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !word[at + 1..].starts_with('=');
    good.then_some(at)
}

fn setting(text: &str, base: usize, name: &Range<usize>, value: &Range<usize>, end: usize, out: &mut Collector<'_>) {
    let key = out.key(&text[name.clone()], base + name.start, base + name.end);
    let alone = value.is_empty() && value.start == name.end;
    let scalar = if alone { Scalar::Bool(true) } else { Scalar::Text };
    let value = self::value(text, base, value, out);
    out.leaf_at(key, value, scalar, Span::new(base + name.start, base + end));
}

/// A word without its quotes.
fn value(text: &str, base: usize, word: &Range<usize>, out: &Collector<'_>) -> Template {
    let written = &text[word.clone()];
    let inner = written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let (inner, start) = inner.map_or((written, word.start), |inner| (inner, word.start + 1));
    interpolate(inner, out.place(base + start, base + start + inner.len()), Dollar::Braced)
}

#[cfg(test)]
mod tests {
    use super::Table;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn lines_become_records() {
        for (text, expected) in [
            (
                "# c\nhost  all \"my db\"\t10.0.0.0/8 ldap ldaptls=1 # c\r\n\nlocal all\n",
                "[0].column-1 = host\n[0].column-2 = all\n[0].column-3 = my db\n[0].column-4 = 10.0.0.0/8\n\
                 [0].column-5 = ldap\n[0].ldaptls = 1\n[1].column-1 = local\n[1].column-2 = all",
            ),
            (
                "deb [ trusted=yes arch=amd64 ] http://x y\ndeb [a=b] z\n",
                "[0].column-1 = deb\n[0].trusted = yes\n[0].arch = amd64\n[0].column-2 = http://x\n[0].column-3 = y\n\
                 [1].column-1 = deb\n[1].a = b\n[1].column-2 = z",
            ),
            (
                "--index-url=http://x\n-i http://y --pre\na==1 \\\n  --hash=sha256:b\nc @ git+http://z\n",
                "[0].--index-url = http://x\n[1].-i = http://y\n[1].--pre =  (bool)\n[2].column-1 = a==1\n\
                 [2].--hash = sha256:b\n[3].column-1 = c\n[3].column-2 = @\n[3].column-3 = git+http://z",
            ),
            ("a \"b c\n\\\n", "[0].column-1 = a\n[0].column-2 = \"b\n[0].column-3 = c"),
            (
                "@H.x-y = http://a\nGET {{H.x-y}}/b {{z}}\n",
                "[0].column-1 = @H.x-y\n[0].column-2 = =\n[0].column-3 = http://a\n[1].column-1 = GET\n[1].column-2 = ${y|http://a}/b\n[1].column-3 = ${z}",
            ),
            ("a[b] ${X}\n", "[0].column-1 = a[b]\n[0].column-2 = ${X}"),
        ] {
            assert_eq!(print(&Table, "pg_hba.conf", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}hôst \"é\" a=http://é\r\n-i x\n";
        assert_eq!(
            spans(&Table, "pg_hba.conf", text),
            ["hôst <hôst>", "\"é\" <é>", "a=http://é <http://é>", "-i x <x>"]
        );
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["a ", "\"", "[", "]a", "a\\\n", "-a ", "a=b ", "\"a\n", "#"] {
            settings(&Table, "pg_hba.conf", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] = &["host é \"a b\"\r\n", "[x=y z]", "--f=g \\\n", "-h i # j\n", "\u{feff}", "k==l"];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Table, "pg_hba.conf", &text);
            settings(&Table, "pg_hba.conf", &mixed);
        }
    }
}

//! TOML 1.0; what does not parse is read like an INI file with dotted sections.

use super::collect::Collector;
use super::interpolate::{Dollar, interpolate_parts};
use super::{Frontend, Lowered, ini};
use crate::settings::Scalar;
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use crate::tree::Problem;
use std::ops::Range;
use toml_edit::{Document, Item, Key, TableLike, Value};

#[derive(Clone, Copy, Debug)]
pub struct Toml;

impl Frontend for Toml {
    fn name(&self) -> &'static str {
        "toml"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        match Document::parse(text) {
            Ok(document) => {
                table(Texts { text, base }, document.as_table(), &mut out);
                out.sort_by_place();
            }
            Err(error) => {
                let at = error.span().unwrap_or_default().start.min(text.len());
                let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                out.syntax_error(format!("not TOML: {}", error.message()), base + at, base + at);
                ini::read(&mut out, false, |section| {
                    section.split('.').map(|key| key.trim().trim_matches('"')).collect()
                });
            }
        }
        out.finish()
    }
}

#[derive(Clone, Copy)]
struct Texts<'a> {
    text: &'a str,
    base: usize,
}

/// The parser bounds the depth.
fn table(texts: Texts<'_>, table: &dyn TableLike, out: &mut Collector<'_>) {
    for (name, _) in table.iter() {
        let Some((key, inner)) = table.get_key_value(name) else {
            continue;
        };
        if !out.may_enter() {
            return;
        }
        let range = key_range(texts, key).unwrap_or_default();
        let name = out.key(key.get(), texts.base + range.start, texts.base + range.end);
        address(texts, key.get(), range.clone(), out);
        out.path.push(name);
        item(texts, inner, key.span().map_or(range.start, |written| written.start), out);
        out.path.pop();
    }
}

/// A table that is called after an address (`[host."http://a"]`) says where its program goes.
fn address(texts: Texts<'_>, name: &str, range: Range<usize>, out: &mut Collector<'_>) {
    let holder =
        out.path.last().filter(|_| name.contains("://") && texts.text.get(range.clone()) == Some(name)).cloned();
    let Some(holder) = holder else { return };
    let place = out.place(texts.base + range.start, texts.base + range.end);
    let parts = vec![Part::Literal { text: name.into(), at: place }];
    out.leaf_at(holder, interpolate_parts(Template { parts }, Dollar::Braced), Scalar::Text, place.span);
}

/// The text of a key in the file, without quotes.
fn key_range(texts: Texts<'_>, key: &Key) -> Option<Range<usize>> {
    let range = key.span()?;
    let written = texts.text.get(range.clone())?;
    let quoted = written.len() > 1 && written.starts_with(['"', '\'']);
    Some(if quoted { range.start + 1..range.end - 1 } else { range })
}

fn item(texts: Texts<'_>, item: &Item, from: usize, out: &mut Collector<'_>) {
    match item {
        Item::None => {}
        Item::Table(inner) => table(texts, inner, out),
        Item::ArrayOfTables(tables) => {
            for (index, inner) in tables.iter().enumerate() {
                element(texts, index, inner.span(), out, |out| {
                    table(texts, inner, out);
                });
            }
        }
        Item::Value(inner) => value(texts, inner, Some(from), out),
    }
}

fn element(
    texts: Texts<'_>,
    index: usize,
    range: Option<Range<usize>>,
    out: &mut Collector<'_>,
    inner: impl FnOnce(&mut Collector<'_>),
) {
    if !out.may_enter() {
        return;
    }
    let range = range.unwrap_or_default();
    let key = out.key(format!("[{index}]"), texts.base + range.start, texts.base + range.end);
    out.path.push(key);
    inner(out);
    out.path.pop();
}

fn value(texts: Texts<'_>, written: &Value, from: Option<usize>, out: &mut Collector<'_>) {
    let scalar = match written {
        Value::InlineTable(inner) => return table(texts, inner, out),
        Value::Array(array) => {
            for (index, inner) in array.iter().enumerate() {
                element(texts, index, inner.span(), out, |out| {
                    value(texts, inner, None, out);
                });
            }
            return;
        }
        Value::Boolean(bool) => Scalar::Bool(*bool.value()),
        Value::Integer(_) | Value::Float(_) => Scalar::Number,
        Value::String(_) | Value::Datetime(_) => Scalar::Text,
    };
    let Some(range) = written.span() else { return };
    let parts = parts(texts, range.clone(), out);
    let start = from.filter(|from| *from <= range.start).unwrap_or(range.start);
    let span = Span::new(texts.base + start, texts.base + range.end);
    out.leaf(interpolate_parts(Template { parts }, Dollar::Braced), scalar, span);
}

/// The literals and escapes of a value as written.
fn parts(texts: Texts<'_>, range: Range<usize>, out: &Collector<'_>) -> Vec<Part> {
    let written = texts.text.get(range.clone()).unwrap_or_default();
    let (quotes, escapes) = match written.as_bytes() {
        [b'"', b'"', b'"', _, _, _, ..] => (3, true),
        [b'\'', b'\'', b'\'', _, _, _, ..] => (3, false),
        [b'"', _, ..] => (1, true),
        [b'\'', _, ..] => (1, false),
        _ => (0, false),
    };
    let mut inner = range.start + quotes..range.end - quotes;
    // The line break right behind `"""` is no part of the text.
    let body = texts.text.get(inner.clone()).unwrap_or_default();
    let first_break = if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
    inner.start += if quotes == 3 { first_break } else { 0 };
    unescape(texts, inner, escapes, out)
}

fn unescape(texts: Texts<'_>, range: Range<usize>, escapes: bool, out: &Collector<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut push = |reads: &str, from: usize, to: usize| {
        if !reads.is_empty() {
            parts.push(Part::Literal { text: reads.into(), at: out.place(texts.base + from, texts.base + to) });
        }
    };
    let mut from = range.start;
    while let Some(offset) = texts.text.get(from..range.end).filter(|_| escapes).and_then(|text| text.find('\\')) {
        let at = from + offset;
        push(&texts.text[from..at], from, at);
        let (reads, length) = escape(&texts.text[at..range.end]);
        push(&reads, at, at + length);
        from = at + length;
    }
    push(texts.text.get(from..range.end).unwrap_or_default(), from, range.end);
    parts
}

/// What an escape at the beginning of `text` reads as, and its length.
fn escape(text: &str) -> (String, usize) {
    let Some(kind) = text[1..].chars().next() else {
        return (String::new(), 1);
    };
    let digits = match kind {
        'u' => 4,
        'U' => 8,
        'x' => 2,
        _ => 0,
    };
    if digits > 0 {
        let code = text.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let length = if code.is_some() { 2 + digits } else { 2 };
        return (code.and_then(char::from_u32).map(String::from).unwrap_or_default(), length);
    }
    let reads = match kind {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'e' => '\u{1b}',
        c if c.is_whitespace() => {
            return (String::new(), text.len() - text[1..].trim_start().len());
        }
        other => other,
    };
    (reads.to_string(), 1 + kind.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::Toml;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn values_become_settings() {
        for (text, expected) in [
            (
                "a = 'b'\n[c.d]\ne.f = 1\ng = [true, 2.5]\n",
                "a = b\nc.d.e.f = 1 (number)\nc.d.g.[0] = true (bool)\nc.d.g.[1] = 2.5 (number)",
            ),
            ("[[x]]\na = 1\n[[x]]\na = {b = 'c'}\n", "x.[0].a = 1 (number)\nx.[1].a.b = c"),
            ("a = \"x\\ty\\u00e9\"\r\nb = '''\r\nl'm'''\r\n", "a = x\\tyé\nb = l'm"),
            ("a = \"\"\"\nx \\\n  y\n\"\"\"\n", "a = x y\\n"),
            ("u = \"http://${H:-h}\" # c\n", "u = http://${H|h}"),
            ("\u{feff}\"é k\" = 1979-05-27\n", "é k = 1979-05-27"),
            ("[a.b]\nc = \"d\"\ne = = 1\n", "a.b.c = d\na.b.e = = 1\n! syntax"),
            ("a = ''\n", "a = "),
        ] {
            assert_eq!(print(&Toml, "a.toml", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}'é' = \"http://é\\n\" # c\r\n\"b\" = [ 'x' ]\r\nc=1";
        assert_eq!(spans(&Toml, "a", text), ["'é' = \"http://é\\n\" <http://é|\\n>", "'x' <x>", "c=1 <1>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["a=[", "[", "a.", "[[a]]\n", "a={b=", "\"", "x='''"] {
            settings(&Toml, "a", &unit.repeat(20_000));
        }
        settings(&Toml, "a", &format!("a={}", "[".repeat(100_000)));
    }

    const SNIPPETS: &[&str] = &[
        "[é.\"b\"]\r\n",
        "a = \"c\\u00e9\"\n",
        "d = '''\ne'''\n",
        "[[f]]\n",
        "g = {h = 1, i.j = [2]}\n",
        "k = \"\"\"\\\n l\"\"\"\n",
        "m = ${N}\n",
    ];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Toml, "a", &text);
            settings(&Toml, "a", &mixed);
        }
    }
}

//! JSON, with comments and trailing commas where they are written; what does not parse is read token by token.

mod text;
mod tolerant;

use super::collect::Collector;
use super::interpolate::{Dollar, interpolate_parts};
use super::{Frontend, Lowered};
use crate::settings::{Key, Scalar};
use crate::source::{Source, Span};
use crate::text::Template;
use crate::tree::Problem;
use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use std::ops::Range;

/// So many lines are parsed to know whether a file is one of lines.
const LINES: usize = 8;

#[derive(Clone, Copy, Debug)]
pub struct Json;

impl Frontend for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        match parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
            Ok(parsed) => {
                if let Some(value) = &parsed.value {
                    walk(text, base, value, None, &mut out);
                }
            }
            // One record a line: data, and nobody's settings.
            Err(_) if is_lines(text) => {}
            Err(error) => {
                let range = error.range();
                let (start, end) = (boundary(text, range.start), boundary(text, range.end));
                // A template of JSON is none before it is filled.
                if !is_template(text) {
                    out.syntax_error(format!("not JSON: {}", error.kind()), base + start, base + end.max(start));
                }
                tolerant::read(text, base, &mut out);
            }
        }
        out.finish()
    }
}

fn is_template(text: &str) -> bool {
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| text.split_once(open).is_some_and(|(_, rest)| rest.contains(close)))
}

/// Whether each line is a document of its own, and there are several.
fn is_lines(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let whole = |line: &str| line.starts_with('{') && line.ends_with('}');
    let first: Vec<&str> = lines.by_ref().take(LINES).collect();
    let parses = |line: &&str| parse_to_ast(line, &CollectOptions::default(), &ParseOptions::default()).is_ok();
    first.len() > 1 && first.iter().all(parses) && first.into_iter().chain(lines).all(whole)
}

fn boundary(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// `from` is where the key of the value begins. The parser bounds the depth.
fn walk(text: &str, base: usize, value: &Value<'_>, from: Option<usize>, out: &mut Collector<'_>) {
    let range = value.range();
    let span_start = from.unwrap_or(range.start);
    match value {
        Value::Object(object) => {
            for property in &object.properties {
                let (range, quoted) = match &property.name {
                    ObjectPropName::String(name) => (name.range, true),
                    ObjectPropName::Word(name) => (name.range, false),
                };
                let range = range.start..range.end;
                if !out.may_enter() {
                    return;
                }
                let key = key(text, base, &range, quoted, out);
                out.path.push(key);
                walk(text, base, &property.value, Some(range.start), out);
                out.path.pop();
            }
        }
        Value::Array(array) => {
            for (index, element) in array.elements.iter().enumerate() {
                if !out.may_enter() {
                    return;
                }
                let at = element.range();
                let key = out.key(format!("[{index}]"), base + at.start, base + at.end);
                out.path.push(key);
                walk(text, base, element, None, out);
                out.path.pop();
            }
        }
        Value::StringLit(_) => leaf(text, base, &(range.start..range.end), (span_start, Scalar::Text), out),
        Value::NumberLit(_) => leaf(text, base, &(range.start..range.end), (span_start, Scalar::Number), out),
        Value::BooleanLit(bool) => {
            leaf(text, base, &(range.start..range.end), (span_start, Scalar::Bool(bool.value)), out);
        }
        Value::NullKeyword(_) => leaf(text, base, &(range.start..range.end), (span_start, Scalar::Null), out),
    }
}

fn key(text: &str, base: usize, range: &Range<usize>, quoted: bool, out: &Collector<'_>) -> Key {
    let inner = if quoted { text::inside(text, range) } else { range.clone() };
    let name = Template { parts: text::parts(text, base, inner.clone(), out) }.as_known().unwrap_or_default();
    out.key(name, base + inner.start, base + inner.end)
}

/// A value as it is written in `range`, and where the setting begins.
fn leaf(text: &str, base: usize, range: &Range<usize>, (from, scalar): (usize, Scalar), out: &mut Collector<'_>) {
    let inner = if scalar == Scalar::Text { text::inside(text, range) } else { range.clone() };
    let parts = text::parts(text, base, inner, out);
    let value = interpolate_parts(Template { parts }, Dollar::Braced);
    out.leaf(value, scalar, Span::new(base + from, base + range.end));
}

#[cfg(test)]
mod tests {
    use super::Json;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn values_become_settings() {
        for (text, expected) in [
            ("{\"a\": \"http://b\"}\n{\"a\": \"http://c\"}\n", ""),
            (
                r#"{"a": {"b": "c", "d": [1, true, null]}}"#,
                "a.b = c\na.d.[0] = 1 (number)\na.d.[1] = true (bool)\na.d.[2] = null (null)",
            ),
            ("// x\n{\"a\": 'b', /* y */ c: 2,}\r\n", "a = b\nc = 2 (number)"),
            (r#"{"a\u00e9": "x\ty\ud83d\ude00", "": ""}"#, "aé = x\\ty😀\n = "),
            (r#"{"u": "http://${H:-h}/{{ p }}"}"#, "u = http://${H|h}/${p}"),
            (
                r#"[{"name": "K", "value": "v"}, {"Key": "x y", "Value": "z"}]"#,
                "[0].name = K\nK = v\n[0].value = v\n[1].Key = x y\n[1].Value = z",
            ),
            (
                r#"{"command": ["a", "--tls=false"]}"#,
                "command.[0] = a\ncommand.[1] = --tls=false\ncommand.--tls = false",
            ),
            ("\u{feff}{\"é\": \"ü\"}", "é = ü"),
            ("", ""),
        ] {
            assert_eq!(print(&Json, "a.json", text), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_parse_is_read_by_tokens() {
        for (text, expected) in [
            (
                r#"{"a": {"b": "c", "d": [1 2, "e"], "f": tru}"#,
                "a.b = c\na.d.[0] = 1 (number)\na.d.[1] = 2 (number)\na.d.[2] = e\na.f = tru\n! syntax",
            ),
            ("{\"a\": {{ .x }}, \"b\": \"c\n\"d\": false", "a = ${x}\nb = c\nd = false (bool)"),
            ("{\"a\": 1} {\"a\": 2}", "a = 1 (number)\na = 2 (number)\n! syntax"),
            ("}{]\"a\":\"b\"", "a = b\n! syntax"),
        ] {
            assert_eq!(print(&Json, "a.json", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}{\"é\": \"http:\\/\\/é\",\r\n \"b\": [12]}";
        assert_eq!(spans(&Json, "a", text), ["\"é\": \"http:\\/\\/é\" <http:|\\/|\\/|é>", "12 <12>"]);
        let broken = format!("{text}}}");
        assert_eq!(spans(&Json, "a", &broken), spans(&Json, "a", text));
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["[", "{\"a\":", "\"", "\\", "/*", "[\"${", "{", "a:", "\"a\" "] {
            settings(&Json, "a", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] = &[
        "{\"a\": ",
        "\"é\\u00e9\\n\"",
        ", ",
        "}",
        "[1, ",
        "]",
        "// c\r\n",
        "/* d */",
        "'e'",
        "f: true",
        "{{ .g }}",
        "\"\\ud83d\\ude00\"",
    ];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Json, "a", &text);
            settings(&Json, "a", &mixed);
        }
    }
}

//! Reads YAML that does not parse, line by line: `key: value` nested by indentation, and `- item`.

use super::scalar::plain_type;
use crate::frontend::collect::{Collector, MAX_PATH, lines, range_of};
use crate::frontend::interpolate::{Dollar, interpolate};
use crate::settings::{Key, Scalar};
use crate::source::Span;
use std::ops::Range;

/// A key that is longer is no key.
const MAX_KEY: usize = 256;

/// One open level: its column, its key, and the number of list items below it.
struct Level {
    column: usize,
    key: Key,
    items: usize,
}

/// Adds what can be read of `text`, which begins at `base` in the file.
pub(super) fn read(text: &str, base: usize, out: &mut Collector<'_>) {
    let mut open: Vec<Level> = Vec::new();
    let mut top_items = 0;
    for (start, line) in lines(text) {
        let body = line.trim();
        if body.is_empty() || body.starts_with('#') || body == "---" {
            continue;
        }
        let mut at = range_of(line, body).start;
        let mut rest = &line[at..];
        let item = body.starts_with("- ");
        let deeper = |level: &&Level| level.column < at || (item && level.column == at && !is_index(level));
        open.truncate(open.iter().take_while(deeper).count().min(MAX_PATH - 2));
        while let Some(item) = rest.strip_prefix("- ").filter(|_| open.len() < MAX_PATH - 2) {
            let items = open.last_mut().map_or(&mut top_items, |level| &mut level.items);
            let offset = base + start + at;
            let key = out.key(format!("[{items}]"), offset, base + start + line.trim_end().len());
            *items += 1;
            open.push(Level { column: at, key, items: 0 });
            at = line.len() - item.trim_start().len();
            rest = &line[at..];
        }
        out.path = open.iter().map(|level| level.key.clone()).collect();
        entry(rest.trim_end(), base + start + at, at, &mut open, out);
    }
    out.path.clear();
}

fn is_index(level: &Level) -> bool {
    level.key.text.starts_with('[')
}

fn entry(text: &str, offset: usize, column: usize, open: &mut Vec<Level>, out: &mut Collector<'_>) {
    let Some((key, value)) = split(text) else {
        if out.path.last().is_some_and(|key| key.text.starts_with('[')) {
            leaf(text, offset, offset, out);
        }
        return;
    };
    let name = key.trim_end().trim_matches(['"', '\'']);
    let at = range_of(text, name);
    let key = out.key(name, offset + at.start, offset + at.end);
    let value_at = range_of(text, value).start;
    if value.is_empty() || value.starts_with(['|', '>']) {
        open.push(Level { column, key, items: 0 });
        return;
    }
    out.path.push(key.clone());
    if !list(value, offset + value_at, out) {
        leaf(value, offset + value_at, offset, out);
    }
    open.push(Level { column, key, items: 0 });
}

/// `[a, "b", c]` on one line: each element by itself. Whether it is such a list.
fn list(text: &str, offset: usize, out: &mut Collector<'_>) -> bool {
    let text = text.split(" #").next().unwrap_or(text).trim_end();
    let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else { return false };
    if inner.contains(['[', '{']) {
        return false;
    }
    let (mut quote, mut from, mut number) = (None, 0, 0);
    for (at, byte) in inner.bytes().chain([b',']).enumerate() {
        match (quote, byte) {
            (Some(open), _) if open == byte => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (_, b',') if quote.is_none() || at == inner.len() => {
                element(inner, from..at, number, offset + 1, out);
                (from, number) = (at + 1, number + 1);
            }
            _ => {}
        }
    }
    true
}

/// One element of such a list, which begins at `offset` in the file.
fn element(list: &str, range: Range<usize>, number: usize, offset: usize, out: &mut Collector<'_>) {
    let written = list.get(range).unwrap_or_default().trim();
    if written.is_empty() || out.path.len() >= MAX_PATH - 2 {
        return;
    }
    let at = offset + range_of(list, written).start;
    let key = out.key(format!("[{number}]"), at, at + written.len());
    out.path.push(key);
    leaf(written, at, at, out);
    out.path.pop();
}

/// `key: value` or `key:`.
fn split(text: &str) -> Option<(&str, &str)> {
    let colon = text.match_indices(':').map(|(at, _)| at).take(8).find(|at| {
        let after = &text[at + 1..];
        after.is_empty() || after.starts_with([' ', '\t'])
    })?;
    let (key, value) = (&text[..colon], text[colon + 1..].trim());
    let good = !key.is_empty() && key.len() <= MAX_KEY && !key.starts_with(['{', '[', '#', '*', '|']);
    good.then_some((key, value))
}

fn leaf(text: &str, offset: usize, span_start: usize, out: &mut Collector<'_>) {
    let (value, quoted) = unquoted(text);
    let at = range_of(text, value);
    let place = out.place(offset + at.start, offset + at.end);
    let template = interpolate(value, place, Dollar::Bare);
    let scalar = if quoted || template.has_holes() { Scalar::Text } else { plain_type(value) };
    out.leaf(template, scalar, Span::new(span_start, offset + at.end + usize::from(quoted)));
}

/// The value without its quotes or the comment behind it.
fn unquoted(text: &str) -> (&str, bool) {
    for quote in ['"', '\''] {
        let inner = text.strip_prefix(quote).and_then(|rest| rest.find(quote).map(|end| &rest[..end]));
        if let Some(inner) = inner {
            return (inner, true);
        }
    }
    (text.split(" #").next().unwrap_or(text).trim_end(), false)
}

//! Reads what is almost JSON: keys, values and brackets as they come, without asking that they match.

use crate::frontend::collect::{Collector, MAX_PATH};
use crate::settings::{Key, Scalar};
use std::ops::Range;

/// An open bracket.
struct Level {
    list: bool,
    items: usize,
    /// Whether it added a key to the path.
    named: bool,
}

/// The key that waits for its value, and where it begins.
type Pending = Option<(Key, usize)>;

/// Adds what can be read of `text`, which begins at `base` in the file.
pub(super) fn read(text: &str, base: usize, out: &mut Collector<'_>) {
    let mut open = vec![Level { list: false, items: 0, named: false }];
    let mut pending: Pending = None;
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if let Some(length) = comment(rest) {
            at += length;
            continue;
        }
        match c {
            '{' if action(rest).is_some() => {
                let length = action(rest).unwrap_or(1);
                value(text, base, at..at + length, Scalar::Text, &mut open, &mut pending, out);
                at += length;
            }
            '{' | '[' => {
                enter(c == '[', base + at, &mut open, &mut pending, out);
                at += 1;
            }
            '}' | ']' => {
                leave(&mut open, out);
                pending = None;
                at += 1;
            }
            ',' | ':' | ';' => {
                at += 1;
                if c != ':' {
                    pending = None;
                }
            }
            c if c.is_whitespace() => at += c.len_utf8(),
            _ => at = token(text, base, at, &mut open, &mut pending, out),
        }
    }
    out.path.clear();
}

/// The length of `{{ ... }}`, where one begins here.
fn action(rest: &str) -> Option<usize> {
    let window = &rest.as_bytes()[..rest.len().min(512)];
    let end = memchr::memmem::find(window, b"}}").filter(|_| window.starts_with(b"{{"))?;
    Some(end + 2)
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let inner = rest.strip_prefix("/*")?;
    Some(inner.find("*/").map_or(rest.len(), |end| end + 4))
}

fn enter(list: bool, at: usize, open: &mut Vec<Level>, pending: &mut Pending, out: &mut Collector<'_>) {
    let key = pending.take().map(|(key, _)| key).or_else(|| next_index(open, at, at + 1, out));
    let named = key.is_some() && open.len() < MAX_PATH && out.may_enter();
    if let Some(key) = key.filter(|_| named) {
        out.path.push(key);
    }
    open.push(Level { list, items: 0, named });
}

fn leave(open: &mut Vec<Level>, out: &mut Collector<'_>) {
    if open.len() > 1 && open.pop().is_some_and(|level| level.named) {
        out.path.pop();
    }
}

/// The key of the next element, in a list.
fn next_index(open: &mut [Level], start: usize, end: usize, out: &Collector<'_>) -> Option<Key> {
    let level = open.last_mut().filter(|level| level.list)?;
    level.items += 1;
    Some(out.key(format!("[{}]", level.items - 1), start, end))
}

/// A string or a bare word: a key if a colon follows. Gives where to go on.
fn token(
    text: &str,
    base: usize,
    at: usize,
    open: &mut [Level],
    pending: &mut Pending,
    out: &mut Collector<'_>,
) -> usize {
    let quoted = text[at..].starts_with(['"', '\'']);
    let end = at + if quoted { quoted_length(&text[at..]) } else { word_length(&text[at..]) };
    let follows = text[end..].trim_start_matches([' ', '\t', '\r', '\n']);
    if follows.starts_with(':') && pending.is_none() {
        let key = super::key(text, base, &(at..end), quoted, out);
        *pending = Some((key, at));
        return end;
    }
    let scalar = match &text[at..end] {
        _ if quoted => Scalar::Text,
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        "null" => Scalar::Null,
        word if word.parse::<f64>().is_ok() => Scalar::Number,
        _ => Scalar::Text,
    };
    value(text, base, at..end, scalar, open, pending, out);
    end
}

fn value(
    text: &str,
    base: usize,
    range: Range<usize>,
    scalar: Scalar,
    open: &mut [Level],
    pending: &mut Pending,
    out: &mut Collector<'_>,
) {
    let (key, from) = match pending.take() {
        Some((key, from)) => (Some(key), from),
        None => (next_index(open, base + range.start, base + range.end, out), range.start),
    };
    let Some(key) = key.filter(|_| open.len() < MAX_PATH) else {
        return;
    };
    if !out.may_enter() {
        return;
    }
    out.path.push(key);
    super::leaf(text, base, &range, (from, scalar), out);
    out.path.pop();
}

/// Up to the closing quote; a string that is not closed on its line ends there.
fn quoted_length(text: &str) -> usize {
    let quote = text.as_bytes()[0];
    let mut escaped = false;
    for (offset, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            b'\n' => return text[..offset].trim_end_matches('\r').len(),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            byte if byte == quote => return offset + 1,
            _ => {}
        }
    }
    text.len()
}

fn word_length(text: &str) -> usize {
    let first = text.chars().next().map_or(1, char::len_utf8);
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '{' | '}' | '[' | ']' | '"' | '\'' | ';');
    text[first..].find(ends).map_or(text.len(), |at| first + at)
}

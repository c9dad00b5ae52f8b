//! `key=value` in all its separators: queries, `;` lists of ADO.NET, ODBC and PDO, blanks of libpq, Oracle's brackets.

use super::flat::Flat;
use super::judge::{Said, Value};
use super::protocols::folded;
use compact_str::CompactString;
use percent_encoding::percent_decode_str;
use std::ops::Range;

/// More pairs than this are not read.
const MAX_PAIRS: usize = 128;

/// One `key=value` of a flat text.
#[derive(Clone)]
pub(super) struct Pair {
    /// Folded.
    pub(super) key: CompactString,
    pub(super) value: String,
    pub(super) whole: Range<usize>,
    pub(super) value_range: Range<usize>,
}

impl Pair {
    pub(super) fn said(&self, flat: &Flat<'_>) -> Said {
        let value = match flat.hole_in(&self.value_range) {
            Some(name) => Value::Hole(name.into()),
            None => Value::Known(self.value.clone()),
        };
        Said {
            key: self.key.clone(),
            shown: flat.shown(&self.whole, &[]),
            value,
            place: flat.place(&self.whole),
            value_place: flat.exact_place(&self.value_range),
            assumed: flat.assumed_in(&self.whole).map(CompactString::from),
        }
    }
}

/// The parameters of a URL: separated by `&` or `;`, percent-encoded; a key alone means `true`.
pub(super) fn query(text: &str, range: Range<usize>) -> Vec<Pair> {
    split(text, range, |byte| matches!(byte, b'&' | b';'))
        .filter_map(|part| pair(text, part, true))
        .take(MAX_PAIRS)
        .collect()
}

/// `key=value;key=value`; a value may be quoted, or in braces as in ODBC.
pub(super) fn semicolons(text: &str, range: Range<usize>) -> Vec<Pair> {
    quoted_split(text, range, |byte| byte == b';')
        .into_iter()
        .filter_map(|part| pair(text, part, false))
        .take(MAX_PAIRS)
        .collect()
}

/// `key=value key=value`; `None` where some word is no pair.
pub(super) fn blanks(text: &str, range: Range<usize>) -> Option<Vec<Pair>> {
    quoted_split(text, range, |byte| byte.is_ascii_whitespace())
        .into_iter()
        .filter(|part| !part.is_empty())
        .take(MAX_PAIRS)
        .map(|part| pair(text, part, false))
        .collect()
}

/// The `(KEY=value)` leaves of an Oracle descriptor, in order.
pub(super) fn brackets(text: &str, range: Range<usize>) -> Vec<Pair> {
    split(text, range, |byte| matches!(byte, b'(' | b')'))
        .filter_map(|part| pair(text, part, false))
        .filter(|pair| !pair.value.is_empty())
        .take(MAX_PAIRS)
        .collect()
}

fn pair(text: &str, part: Range<usize>, url: bool) -> Option<Pair> {
    let whole = trimmed(text, part);
    let written = text.get(whole.clone())?;
    let encoded = || written.find("%3D").or_else(|| written.find("%3d")).filter(|_| url).map(|at| (at, 3));
    let (key, value_range) = match written.find('=').map(|at| (at, 1)).or_else(encoded) {
        Some((at, length)) => (&written[..at], trimmed(text, whole.start + at + length..whole.end)),
        None if url && !written.is_empty() => (written, whole.end..whole.end),
        None => return None,
    };
    let value_range = unquoted(text, value_range);
    let value = text.get(value_range.clone())?;
    let decode =
        |text: &str| if url { percent_decode_str(text).decode_utf8_lossy().into_owned() } else { text.to_owned() };
    let key_length = key.len();
    let key = folded(&decode(key));
    let is_key =
        !key.is_empty() && key.chars().all(|character| character.is_alphanumeric() || "/@$[]".contains(character));
    let value = if url && written.len() == key_length { "true".to_owned() } else { decode(value) };
    is_key.then_some(Pair { key, value, whole, value_range })
}

fn split(text: &str, range: Range<usize>, at: impl Fn(u8) -> bool) -> impl Iterator<Item = Range<usize>> {
    let mut from = range.start;
    let mut done = range.start > range.end || range.end > text.len();
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let next = text.as_bytes()[from..range.end].iter().position(|byte| at(*byte));
        let end = next.map_or(range.end, |offset| from + offset);
        let part = from..end;
        done = next.is_none();
        from = end + 1;
        Some(part)
    })
}

/// As [`split`], but not within quotes or braces. A quote without an end is an ordinary character.
fn quoted_split(text: &str, range: Range<usize>, at: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut from, mut position) = (range.start, range.start);
    while position < range.end && position < bytes.len() {
        let byte = bytes[position];
        if at(byte) {
            parts.push(from..position);
            from = position + 1;
        } else if position > from && bytes[position - 1] == b'=' {
            position = end_of_quote(bytes, position, range.end).unwrap_or(position);
        }
        position += 1;
    }
    parts.push(from..range.end.max(from));
    parts
}

fn end_of_quote(bytes: &[u8], start: usize, end: usize) -> Option<usize> {
    let close = match bytes.get(start)? {
        b'{' => b'}',
        quote @ (b'"' | b'\'') => *quote,
        _ => return None,
    };
    bytes.get(start + 1..end)?.iter().position(|byte| *byte == close).map(|offset| start + 1 + offset)
}

/// The range without blanks at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + (part.len() - part.trim_start().len());
    start..(start + part.trim().len())
}

fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let pair = (part.as_bytes().first(), part.as_bytes().last());
    let quoted = matches!(pair, (Some(b'"'), Some(b'"')) | (Some(b'\''), Some(b'\'')) | (Some(b'{'), Some(b'}')));
    if quoted && part.len() > 1 { range.start + 1..range.end - 1 } else { range }
}

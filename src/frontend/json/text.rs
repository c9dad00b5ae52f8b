//! The written form of a JSON string (RFC 8259, section 7; JSON5's escapes too) as parts with exact places.

use crate::frontend::collect::Collector;
use crate::text::Part;
use std::ops::Range;

/// The range without the quotes around it.
pub(super) fn inside(text: &str, range: &Range<usize>) -> Range<usize> {
    let written = text.get(range.clone()).unwrap_or_default();
    let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return range.clone();
    };
    let closed = written.len() > 1 && written.ends_with(quote);
    range.start + 1..range.end - usize::from(closed)
}

/// The literals and escapes of a range.
pub(super) fn parts(text: &str, base: usize, range: Range<usize>, out: &Collector<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut push = |reads: &str, from: usize, to: usize| {
        if !reads.is_empty() {
            parts.push(Part::Literal { text: reads.into(), at: out.place(base + from, base + to) });
        }
    };
    let mut from = range.start;
    while let Some(offset) = text.get(from..range.end).and_then(|text| text.find('\\')) {
        let at = from + offset;
        push(&text[from..at], from, at);
        let (reads, length) = escape(&text[at..range.end]);
        push(&reads, at, at + length);
        from = at + length;
    }
    push(text.get(from..range.end).unwrap_or_default(), from, range.end);
    parts
}

/// What an escape at the beginning of `text` reads as, and its length.
fn escape(text: &str) -> (String, usize) {
    let Some(kind) = text[1..].chars().next() else {
        return ("\\".to_owned(), 1);
    };
    let reads = match kind {
        'u' | 'x' => return code(text, if kind == 'u' { 4 } else { 2 }),
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\n' => return (String::new(), 2),
        other => other,
    };
    (reads.to_string(), 1 + kind.len_utf8())
}

/// `\u00e9`, `\ud83d\ude00`, `\xe9`.
fn code(text: &str, digits: usize) -> (String, usize) {
    let unit = |at: usize| text.get(at..at + digits).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(first) = unit(2) else {
        return (String::new(), 2);
    };
    let second = text.get(2 + digits..4 + digits).filter(|mark| *mark == "\\u").and_then(|_| unit(4 + digits));
    if let (Some(second), 0xd800..=0xdbff) = (second, first)
        && let Ok(both) = String::from_utf16(&[first, second])
    {
        return (both, 4 + 2 * digits);
    }
    (char::from_u32(u32::from(first)).unwrap_or('\u{fffd}').to_string(), 2 + digits)
}

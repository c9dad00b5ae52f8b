//! The written form of a YAML scalar, turned into parts with exact places (YAML 1.2, chapters 7 and 8).
//!
//! Structure (quotes, escapes, line ends) is read from the masked text, content from the original one.

use crate::settings::Scalar;
use crate::source::{Place, Source, Span};
use crate::text::{Part, Template};
use std::ops::Range;

/// Both forms of one YAML chunk and where it begins in the file.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    pub(super) source: &'a Source,
    pub(super) original: &'a str,
    pub(super) masked: &'a str,
    pub(super) base: usize,
}

impl Texts<'_> {
    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        self.source.place(self.span(range))
    }

    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.base + range.start, self.base + range.end)
    }

    /// Adds the original text of a range as a literal.
    fn literal(&self, range: Range<usize>, parts: &mut Vec<Part>) {
        if let Some(text) = self.original.get(range.clone()).filter(|text| !text.is_empty()) {
            parts.push(Part::Literal { text: text.into(), at: self.place(&range) });
        }
    }

    /// Adds text that is written in another way than it reads.
    fn escape(&self, text: &str, range: &Range<usize>, parts: &mut Vec<Part>) {
        if !text.is_empty() {
            parts.push(Part::Literal { text: text.into(), at: self.place(range) });
        }
    }
}

/// The range without a leading anchor and tag.
pub(super) fn without_properties(masked: &str, mut range: Range<usize>) -> Range<usize> {
    while let Some(text) = masked.get(range.clone()).filter(|text| text.starts_with(['&', '!'])) {
        let word = text.find(char::is_whitespace).unwrap_or(text.len());
        let rest = &text[word..];
        range.start += word + rest.len() - rest.trim_start().len();
    }
    range
}

pub(super) fn plain(texts: Texts<'_>, range: Range<usize>) -> Template {
    let text = texts.masked.get(range.clone()).unwrap_or_default();
    let end = range.start + text.trim_end().len();
    let mut parts = Vec::new();
    flow_lines(texts, range.start..end, &mut parts);
    Template { parts }
}

/// Text over several lines: one line break reads as a space, `n` more as `n` line breaks.
fn flow_lines(texts: Texts<'_>, range: Range<usize>, parts: &mut Vec<Part>) {
    let mut at = range.start;
    while let Some(line_break) = texts.masked[at..range.end].find('\n') {
        let line_end = at + texts.masked[at..at + line_break].trim_end().len();
        let rest = &texts.masked[at + line_break..range.end];
        let next = range.end - rest.trim_start().len();
        let breaks = texts.masked[line_end..next].matches('\n').count();
        texts.literal(at..line_end, parts);
        let reads = if breaks == 1 { " ".to_owned() } else { "\n".repeat(breaks - 1) };
        texts.escape(&reads, &(line_end..next), parts);
        at = next;
    }
    texts.literal(at..range.end, parts);
}

pub(super) fn single_quoted(texts: Texts<'_>, range: Range<usize>) -> Template {
    let (mut parts, mut from) = (Vec::new(), range.start + 1);
    let mut at = from;
    while let Some(offset) = texts.masked.get(at..range.end).and_then(|text| text.find('\'')) {
        let quote = at + offset;
        flow_lines(texts, from..quote, &mut parts);
        if texts.masked.as_bytes().get(quote + 1) != Some(&b'\'') {
            break;
        }
        texts.escape("'", &(quote..quote + 2), &mut parts);
        (from, at) = (quote + 2, quote + 2);
    }
    Template { parts }
}

pub(super) fn double_quoted(texts: Texts<'_>, range: Range<usize>) -> Template {
    let (mut parts, mut from) = (Vec::new(), range.start + 1);
    while let Some(offset) = texts.masked.get(from..range.end).and_then(|text| text.find(['"', '\\'])) {
        let at = from + offset;
        flow_lines(texts, from..at, &mut parts);
        if texts.masked.as_bytes()[at] == b'"' {
            break;
        }
        let (reads, length) = escape(&texts.masked[at..range.end]);
        texts.escape(&reads, &(at..at + length), &mut parts);
        from = at + length;
    }
    Template { parts }
}

/// What an escape at the beginning of `text` reads as, and its length.
fn escape(text: &str) -> (String, usize) {
    let Some(kind) = text[1..].chars().next() else {
        return (String::new(), 1);
    };
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let code = text.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
        return match code.map(|code| char::from_u32(code).unwrap_or('\u{fffd}')) {
            Some(c) => (c.to_string(), 2 + digits),
            None => (kind.to_string(), 2),
        };
    }
    let reads = match kind {
        'n' => '\n',
        't' | '\t' => '\t',
        'r' => '\r',
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'e' => '\u{1b}',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        '\n' | '\r' => return (String::new(), text.len() - text[1..].trim_start().len()),
        other => other,
    };
    (reads.to_string(), 1 + kind.len_utf8())
}

/// `|` and `>`: a literal for each line. `value` is what the parser read, for the line breaks at its end.
pub(super) fn block(texts: Texts<'_>, range: Range<usize>, indent: usize, folded: bool, value: &str) -> Template {
    let text = texts.masked.get(range.clone()).unwrap_or_default();
    let content = range.start + text.trim_end().len().max(content_length(texts, &range));
    let mut parts = Vec::new();
    let mut at = range.start;
    while at < content {
        let line_end = texts.original[at..content].find('\n').map_or(content, |offset| at + offset);
        let line = texts.original[at..line_end].trim_end_matches('\r');
        let skip = if at == range.start { 0 } else { leading_blanks(line).min(indent) };
        texts.literal(at + skip..at + line.len(), &mut parts);
        let next = (line_end + 1).min(content);
        let blank = |line: &str| line.trim().is_empty();
        let following = texts.original[next..content].lines().next().unwrap_or_default();
        let reads = if folded && !blank(line) && !blank(following) { " " } else { "\n" };
        if line_end < content || value.ends_with('\n') {
            let break_end = (line_end + 1).min(range.end.max(line_end));
            texts.escape(reads, &(at + line.len()..break_end), &mut parts);
        }
        at = line_end + 1;
    }
    Template { parts }
}

/// The length of a block's text up to its last line that holds something, an action included.
fn content_length(texts: Texts<'_>, range: &Range<usize>) -> usize {
    texts.original.get(range.clone()).unwrap_or_default().trim_end().len()
}

fn leading_blanks(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

/// The type of an unquoted scalar: the core schema of YAML 1.2, and the words that YAML 1.1 readers take as booleans.
pub(super) fn plain_type(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Scalar::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        _ if is_number(text) => Scalar::Number,
        _ => Scalar::Text,
    }
}

pub(super) fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+']);
    if let Some(hex) = digits.strip_prefix("0x") {
        return !hex.is_empty() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(octal) = digits.strip_prefix("0o") {
        return !octal.is_empty() && octal.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    matches!(digits, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN")
        || (digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && text.parse::<f64>().is_ok())
}

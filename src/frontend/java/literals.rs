//! Strings, text blocks, characters and numbers (JLS 3.10).

use super::Lowering;
use super::parse::{child_of_kind, children, first_child, span};
use crate::source::Span;
use crate::tree::{Kind, TextPart};
use compact_str::CompactString;
use std::ops::Range;
use tree_sitter::Node;

/// An integer in any of Java's bases; `None` for fractions and what does not fit.
pub(super) fn number(text: &str) -> Kind {
    let digits = text.trim_end_matches(['l', 'L']).replace('_', "").to_ascii_lowercase();
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some(_) if digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits.as_str()),
    };
    Kind::Number(i64::from_str_radix(digits, radix).ok())
}

impl<'t> Lowering<'t> {
    /// A string or text block; `\{expression}` in it is a hole.
    pub(super) fn string(&mut self, node: Node<'t>) -> Kind {
        let range = node.byte_range();
        let text = &self.text[range.clone()];
        let quote = if text.starts_with("\"\"\"") { 3 } else { 1 };
        let closed = text.len() >= 2 * quote && text.ends_with('"');
        let inside = range.start + quote.min(text.len())..range.end - if closed { quote } else { 0 };
        let holes = self.holes(node);
        let mut reader = Reader { text: self.text, holes: &holes, at: inside.start, parts: Vec::new() };
        if quote == 3 {
            reader.block(inside);
        } else {
            reader.run(inside.end);
        }
        Kind::Text(reader.parts)
    }

    /// `'x'`: the text between the quotes.
    pub(super) fn character(&mut self, node: Node<'t>) -> Kind {
        let range = node.byte_range();
        let end = range.end.saturating_sub(1).max(range.start + 1);
        let mut reader = Reader { text: self.text, holes: &[], at: range.start + 1, parts: Vec::new() };
        reader.run(end);
        Kind::Text(reader.parts)
    }

    /// Text outside a whole literal, as it stands: a piece of a string that is not closed.
    pub(super) fn fragment(&self, node: Node<'t>) -> Kind {
        let text = self.text_of(node).into();
        Kind::Text(vec![TextPart::Literal { text, span: span(node) }])
    }

    fn holes(&mut self, node: Node<'t>) -> Vec<Hole> {
        if child_of_kind(node, "string_interpolation").is_none() {
            return Vec::new();
        }
        let interpolations = children(node).into_iter().filter(|child| child.kind() == "string_interpolation");
        interpolations.filter_map(|child| Some((child.byte_range(), self.lower(first_child(child)?)))).collect()
    }
}

/// Where an interpolation stands, and its expression.
type Hole = (Range<usize>, crate::tree::NodeId);

/// Reads the inside of a literal into parts. All offsets are offsets in the file.
struct Reader<'a> {
    text: &'a str,
    holes: &'a [Hole],
    at: usize,
    parts: Vec<TextPart>,
}

impl Reader<'_> {
    /// Reads up to `end`, across escapes and holes.
    fn run(&mut self, end: usize) {
        while self.at < end {
            if let Some((range, hole)) = self.hole_here() {
                self.parts.push(TextPart::Hole(hole));
                self.at = range.end.max(self.at + 1);
            } else if self.text.as_bytes()[self.at] == b'\\' {
                let (text, len) = escape(&self.text[self.at..end]);
                self.part(text, self.at + len);
            } else {
                let rest = &self.text[self.at..end];
                let len = rest.find('\\').unwrap_or(rest.len());
                self.part(rest[..len].into(), self.at + len);
            }
        }
    }

    fn hole_here(&self) -> Option<Hole> {
        let found = self.holes.binary_search_by_key(&self.at, |(range, _)| range.start).ok()?;
        Some(self.holes[found].clone())
    }

    fn part(&mut self, text: CompactString, end: usize) {
        self.parts.push(TextPart::Literal { text, span: Span::new(self.at, end) });
        self.at = end;
    }

    /// JLS 3.10.6: the text begins on the line after the opening quotes; the indentation that all lines share, and
    /// white space at the ends of lines, are no part of it. A line and its line break are one part where they can be.
    fn block(&mut self, inside: Range<usize>) {
        let text = &self.text[inside.clone()];
        let Some(first_break) = text.find('\n') else {
            return self.run(inside.end);
        };
        let body = &text[first_break + 1..];
        let indent = shared_indent(body);
        let mut start = inside.start + first_break + 1;
        for line in body.split_inclusive('\n') {
            let end = start + line.len();
            self.line(start, line, indent);
            start = end;
        }
    }

    fn line(&mut self, start: usize, line: &str, indent: usize) {
        let end = start + line.len();
        let trimmed = start + line.trim_ascii_end().len();
        // An interpolation may have ended within this line, or after it.
        self.at = self.at.max(start + indent.min(line.trim_ascii_end().len()));
        let continued = line.ends_with('\n') && ends_in_escape(line.trim_ascii_end());
        self.run(if continued { trimmed - 1 } else { trimmed });
        if self.at >= end || !line.ends_with('\n') {
            return;
        }
        if continued {
            self.part(CompactString::default(), end);
        } else if trimmed + 1 == end && self.extend_last(end) {
            self.at = end;
        } else {
            self.part("\n".into(), end);
        }
    }

    /// Adds the line break to the literal that ends where it begins, unless that is an escape.
    fn extend_last(&mut self, end: usize) -> bool {
        let at = self.at as u32;
        match self.parts.last_mut() {
            Some(TextPart::Literal { text, span })
                if span.end == at && text.len() == span.len() && !text.ends_with('\n') =>
            {
                text.push('\n');
                span.end = end as u32;
                true
            }
            _ => false,
        }
    }
}

/// The least indentation of the lines that are not blank, and of the last line, in bytes.
fn shared_indent(body: &str) -> usize {
    let count = body.split('\n').count();
    let lines = body.split('\n').enumerate();
    let significant = lines.filter(|(index, line)| index + 1 == count || !line.trim_ascii().is_empty());
    significant.map(|(_, line)| line.len() - line.trim_ascii_start().len()).min().unwrap_or(0)
}

/// Whether the line ends in a backslash that is not itself escaped: the line break is no part of the text.
fn ends_in_escape(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The text of the escape sequence at the beginning of `rest`, and its length in bytes (JLS 3.10.7 and 3.3). An
/// unknown one stands for itself.
fn escape(rest: &str) -> (CompactString, usize) {
    let Some(letter) = rest[1..].chars().next() else {
        return (rest.into(), rest.len());
    };
    let simple = match letter {
        'n' => "\n",
        't' => "\t",
        'r' => "\r",
        'b' => "\u{8}",
        'f' => "\u{c}",
        's' => " ",
        '"' => "\"",
        '\'' => "'",
        '\\' => "\\",
        'u' => return unicode_escape(rest),
        '0'..='7' => return octal_escape(rest),
        _ => {
            let len = 1 + letter.len_utf8();
            return (rest[..len].into(), len);
        }
    };
    (simple.into(), 2)
}

fn octal_escape(rest: &str) -> (CompactString, usize) {
    let most = if matches!(rest.as_bytes()[1], b'0'..=b'3') { 3 } else { 2 };
    let digits = rest.bytes().skip(1).take(most).take_while(|byte| matches!(byte, b'0'..=b'7'));
    let (value, count) = digits.fold((0u32, 0), |(value, count), byte| (value * 8 + u32::from(byte - b'0'), count + 1));
    (char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER).into_text(), 1 + count)
}

/// `\u0041`, with any number of `u`; two that make a surrogate pair are one character.
fn unicode_escape(rest: &str) -> (CompactString, usize) {
    let Some((first, len)) = utf16_unit(rest) else {
        return (rest[..2].into(), 2);
    };
    let pair = utf16_unit(&rest[len..]).filter(|_| (0xD800..0xDC00).contains(&first));
    if let Some((second, more)) = pair
        && let Some(Ok(character)) = char::decode_utf16([first, second]).next()
    {
        return (character.into_text(), len + more);
    }
    (char::from_u32(first.into()).unwrap_or(char::REPLACEMENT_CHARACTER).into_text(), len)
}

fn utf16_unit(rest: &str) -> Option<(u16, usize)> {
    let letters = rest.strip_prefix('\\')?;
    let after = letters.trim_start_matches('u');
    let before = rest.len() - after.len();
    let digits = after.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    let unit = u16::from_str_radix(digits, 16).ok()?;
    (before > 1).then_some((unit, before + 4))
}

trait IntoText {
    fn into_text(self) -> CompactString;
}

impl IntoText for char {
    fn into_text(self) -> CompactString {
        let mut text = CompactString::default();
        text.push(self);
        text
    }
}

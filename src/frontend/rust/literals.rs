//! Literals: text with its escape sequences, and format strings.

use crate::source::Span;
use compact_str::{CompactString, ToCompactString};

/// A part of a literal's text. `exact` parts have the bytes of the source; others are escape sequences.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) text: CompactString,
    pub(super) span: Span,
    pub(super) exact: bool,
}

/// A part of a format string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Formatted {
    Piece(Piece),
    /// `{name}`: the name and its place.
    Capture(CompactString, Span),
}

/// The parts of a string or character literal, as written with prefix and quotes, that begins at `start`.
pub(super) fn decode(literal: &str, start: usize) -> Vec<Piece> {
    let prefix = literal.find(['"', '\'', '#']).unwrap_or(literal.len());
    let raw = literal[..prefix].ends_with('r');
    let bare = literal[prefix..].trim_start_matches('#');
    let open = literal.len() - bare.len();
    let quote = if bare.starts_with('\'') { '\'' } else { '"' };
    let Some(close) = literal.rfind(quote).filter(|close| *close > open) else {
        return Vec::new();
    };
    let mut out = Pieces { out: Vec::new(), base: start };
    let inside = &literal[open + 1..close];
    let specials: &[char] = if raw { &['\r'] } else { &['\\', '\r'] };
    let mut at = 0;
    while let Some(found) = inside[at..].find(specials) {
        out.exact(inside, at, at + found, open + 1);
        at += found;
        let (text, length) = escape(&inside[at..]);
        out.push(text, at + open + 1, length);
        at += length;
    }
    out.exact(inside, at, inside.len(), open + 1);
    out.out
}

struct Pieces {
    out: Vec<Piece>,
    base: usize,
}

impl Pieces {
    fn exact(&mut self, inside: &str, from: usize, to: usize, shift: usize) {
        if from < to {
            let span = Span::new(self.base + shift + from, self.base + shift + to);
            self.out.push(Piece { text: inside[from..to].into(), span, exact: true });
        }
    }

    fn push(&mut self, text: CompactString, at: usize, length: usize) {
        let span = Span::new(self.base + at, self.base + at + length);
        self.out.push(Piece { text, span, exact: false });
    }
}

/// What the escape sequence or line break at the beginning of `text` means, and its length (Rust reference, "Tokens").
fn escape(text: &str) -> (CompactString, usize) {
    if text.starts_with('\r') {
        let length = if text.starts_with("\r\n") { 2 } else { 1 };
        return ("\n".into(), length);
    }
    let Some(second) = text[1..].chars().next() else {
        return ("\\".into(), 1);
    };
    let simple = |text: &str| (text.into(), 2);
    match second {
        'n' => simple("\n"),
        'r' => simple("\r"),
        't' => simple("\t"),
        '0' => simple("\0"),
        '\\' => simple("\\"),
        '\'' => simple("'"),
        '"' => simple("\""),
        '\n' | '\r' => ("".into(), text.len() - text[1..].trim_start_matches([' ', '\t', '\n', '\r']).len()),
        'x' => numeric(text.get(2..4).unwrap_or_default(), 4).unwrap_or_else(|| unknown(second)),
        'u' => {
            let inside = text[2..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
            inside
                .filter(|(digits, _)| digits.len() <= 12)
                .and_then(|(digits, _)| numeric(digits, digits.len() + 4))
                .unwrap_or_else(|| unknown(second))
        }
        other => unknown(other),
    }
}

fn unknown(second: char) -> (CompactString, usize) {
    (second.to_compact_string(), 1 + second.len_utf8())
}

fn numeric(digits: &str, length: usize) -> Option<(CompactString, usize)> {
    let digits: String = digits.chars().filter(|digit| *digit != '_').collect();
    let value = u32::from_str_radix(&digits, 16).ok()?;
    Some((char::from_u32(value)?.to_compact_string(), length))
}

/// The parts of a format string (the grammar of `std::fmt`): captured names; `{{` as one brace; a placeholder for an
/// argument as the text `{}` or `{0}`. `None` where the text is no format string or has nothing of this.
pub(super) fn format(pieces: &[Piece]) -> Option<Vec<Formatted>> {
    let mut out = Vec::new();
    for piece in pieces {
        if piece.exact {
            format_piece(piece, &mut out)?;
        } else {
            out.push(Formatted::Piece(piece.clone()));
        }
    }
    (out.len() > pieces.len() || pieces.iter().any(|piece| piece.exact && piece.text.contains('{'))).then_some(out)
}

fn format_piece(piece: &Piece, out: &mut Vec<Formatted>) -> Option<()> {
    let text = piece.text.as_str();
    let span = |from: usize, to: usize| {
        let start = piece.span.start as usize;
        Span::new(start + from, start + to)
    };
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '}']) {
        let brace = at + found;
        push_exact(out, &text[at..brace], span(at, brace));
        let doubled = &text[brace..=brace];
        if text[brace + 1..].starts_with(doubled) {
            let piece = Piece { text: doubled.into(), span: span(brace, brace + 2), exact: false };
            out.push(Formatted::Piece(piece));
            at = brace + 2;
            continue;
        }
        let inside = text[brace..].strip_prefix('{')?;
        let inside = &inside[..inside.find('}')?];
        let end = brace + inside.len() + 2;
        out.push(placeholder(inside, span(brace, end))?);
        at = end;
    }
    push_exact(out, &text[at..], span(at, text.len()));
    Some(())
}

fn push_exact(out: &mut Vec<Formatted>, text: &str, span: Span) {
    if !text.is_empty() {
        out.push(Formatted::Piece(Piece { text: text.into(), span, exact: true }));
    }
}

fn placeholder(inside: &str, span: Span) -> Option<Formatted> {
    let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
    let name = name.trim();
    if spec.contains(['{', '"', '\n']) || spec.len() > 40 {
        return None;
    }
    if name.chars().all(|c| c.is_ascii_digit()) {
        let text = compact_str::format_compact!("{{{name}}}");
        let exact = text.len() == span.len();
        return Some(Formatted::Piece(Piece { text, span, exact }));
    }
    let word = name.strip_prefix("r#").unwrap_or(name);
    let mut chars = word.chars();
    let begins = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic());
    (begins && chars.all(|c| c == '_' || c.is_alphanumeric())).then(|| Formatted::Capture(word.into(), span))
}

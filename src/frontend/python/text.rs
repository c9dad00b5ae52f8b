//! String literals: prefixes, escapes, implicit concatenation, and the holes of f-strings.

use super::Walk;
use crate::frontend::treesitter::{field, named, span};
use crate::source::Span;
use crate::tree::{Kind, NodeId, TextPart};
use compact_str::{CompactString, ToCompactString};
use tree_sitter::Node;

/// What stands for a character that the escape names but that is not looked up, or that is none.
const UNKNOWN: char = char::REPLACEMENT_CHARACTER;

/// What the letters before the quotes say.
#[derive(Clone, Copy)]
struct Prefix {
    raw: bool,
}

/// Whether a node is a string in which nothing is computed.
pub(super) fn is_plain(node: Node) -> bool {
    match node.kind() {
        "string" => {
            named(node).iter().all(|part| matches!(part.kind(), "string_start" | "string_content" | "string_end"))
        }
        "concatenated_string" => named(node).into_iter().all(|piece| piece.kind() == "string" && is_plain(piece)),
        _ => false,
    }
}

impl Walk<'_> {
    pub(super) fn string(&mut self, node: Node) -> NodeId {
        if self.text(node).starts_with('`') {
            return self.push(Kind::Opaque(Vec::new()), node);
        }
        let mut parts = Vec::new();
        if node.kind() == "concatenated_string" {
            for piece in named(node) {
                self.string_parts(piece, &mut parts);
            }
        } else {
            self.string_parts(node, &mut parts);
        }
        self.push(Kind::Text(parts), node)
    }

    fn string_parts(&mut self, node: Node, parts: &mut Vec<TextPart>) {
        let children = named(node);
        let start = children.first().map_or("", |first| self.text(*first));
        let prefix = Prefix { raw: start.contains(['r', 'R']) };
        for child in children {
            match child.kind() {
                "string_content" => self.content(child, prefix, parts),
                "interpolation" => self.hole(child, parts),
                "string_start" | "string_end" => {}
                _ => parts.push(TextPart::Hole(self.lower(child))),
            }
        }
    }

    fn content(&self, node: Node, prefix: Prefix, parts: &mut Vec<TextPart>) {
        let mut from = node.start_byte();
        for escape in named(node) {
            let value = match escape.kind() {
                "escape_interpolation" => self.text(escape)[..1].into(),
                "escape_sequence" if !prefix.raw => unescape(self.text(escape)),
                _ => continue,
            };
            self.literal(Span::new(from, escape.start_byte()), parts);
            parts.push(TextPart::Literal { text: value, span: span(escape) });
            from = escape.end_byte();
        }
        self.literal(Span::new(from, node.end_byte()), parts);
    }

    fn literal(&self, span: Span, parts: &mut Vec<TextPart>) {
        let text = self.source.get(span.range()).unwrap_or_default();
        if !text.is_empty() {
            parts.push(TextPart::Literal { text: text.into(), span });
        }
    }

    /// `{value}`; `{value=}` is the text `value=` and the hole.
    fn hole(&mut self, node: Node, parts: &mut Vec<TextPart>) {
        let mut cursor = node.walk();
        let equals = node.children(&mut cursor).find(|child| child.kind() == "=");
        if let Some(equals) = equals {
            let after = self.source.get(equals.end_byte()..node.end_byte()).unwrap_or_default();
            let end = node.end_byte() - after.trim_start().len();
            self.literal(Span::new(node.start_byte() + 1, end), parts);
        }
        let value = self.lower_needed(node, "expression");
        let computed: Vec<Node> = field(node, "format_specifier")
            .map(named)
            .unwrap_or_default()
            .into_iter()
            .filter(|n| n.kind() == "format_expression")
            .collect();
        if computed.is_empty() {
            parts.push(TextPart::Hole(value));
            return;
        }
        let mut children = vec![value];
        for format in computed {
            children.push(self.lower_needed(format, "expression"));
        }
        parts.push(TextPart::Hole(self.push(Kind::Opaque(children), node)));
    }
}

/// The text that an escape sequence stands for (Python's reference, "String and Bytes literals"). Names of characters
/// are not looked up. A line break after the backslash is nothing.
fn unescape(escape: &str) -> CompactString {
    let body = escape.strip_prefix('\\').unwrap_or(escape);
    let known = match body.chars().next() {
        Some('a') => '\u{7}',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('v') => '\u{b}',
        Some('x' | 'u' | 'U') => code_point(&body[1..], 16),
        Some('N') => UNKNOWN,
        Some('0'..='7') => return octal(body),
        Some('\r' | '\n') => return CompactString::default(),
        Some(c @ ('\\' | '\'' | '"')) => c,
        _ => return escape.into(),
    };
    known.to_compact_string()
}

fn code_point(digits: &str, radix: u32) -> char {
    u32::from_str_radix(digits, radix).ok().and_then(char::from_u32).unwrap_or(UNKNOWN)
}

/// Up to three octal digits; the grammar also lets an 8 and a 9 follow, which are text.
fn octal(body: &str) -> CompactString {
    let end = body.find(|c| !('0'..='7').contains(&c)).unwrap_or(body.len());
    let mut text = code_point(&body[..end], 8).to_compact_string();
    text.push_str(&body[end..]);
    text
}

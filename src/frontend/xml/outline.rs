//! The elements of an XML text with the places of their names, attributes and texts; tolerant of what is not well-formed.

use crate::frontend::collect::MAX_PATH;
use std::ops::Range;

#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) elements: Vec<Element>,
    pub(super) roots: Vec<usize>,
    /// `<!DOCTYPE ...>`, empty where there is none.
    pub(super) doctype: Range<usize>,
    /// Some declaration has no end.
    unclosed: bool,
}

#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: Range<usize>,
    pub(super) attributes: Vec<Attribute>,
    /// The texts directly in the element, in order.
    pub(super) texts: Vec<Text>,
    pub(super) children: Vec<usize>,
    /// From `<` to `>` of the end tag.
    pub(super) range: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: Range<usize>,
    /// Without its quotes.
    pub(super) value: Range<usize>,
    pub(super) quoted: bool,
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) range: Range<usize>,
    /// In `<![CDATA[`: `&` means itself.
    pub(super) literal: bool,
}

impl Outline {
    pub(super) fn read(text: &str) -> Self {
        let mut outline = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let start = memchr::memchr(b'<', &text.as_bytes()[at..]).map_or(text.len(), |offset| at + offset);
            outline.text(&open, at..start, false);
            at = outline.markup(text, start, &mut open);
        }
        while let Some(id) = open.pop() {
            outline.elements[id].range.end = text.len();
        }
        outline
    }

    fn text(&mut self, open: &[usize], range: Range<usize>, literal: bool) {
        if let Some(id) = open.last().filter(|_| !range.is_empty()) {
            self.elements[*id].texts.push(Text { range, literal });
        }
    }

    /// What begins with `<` at `start`; gives where to go on.
    fn markup(&mut self, text: &str, start: usize, open: &mut Vec<usize>) -> usize {
        let rest = &text[start..];
        let after = |mark: &str, close: &str| {
            let body = rest.strip_prefix(mark)?;
            Some(body.find(close).map_or((text.len(), text.len()), |at| {
                let end = start + mark.len() + at;
                (end, end + close.len())
            }))
        };
        if let Some((_, end)) = after("<!--", "-->").or_else(|| after("<?", "?>")) {
            return end;
        }
        if let Some((inner, end)) = after("<![CDATA[", "]]>") {
            self.text(open, start + 9..inner, true);
            return end;
        }
        if rest.starts_with("<!") {
            let end = start + self.declaration(rest);
            if self.doctype.is_empty() && rest.starts_with("<!DOCTYPE") {
                self.doctype = start..end;
            }
            return end;
        }
        if rest.starts_with("</") {
            return self.close(text, start, open);
        }
        self.open(text, start, open)
    }

    /// The length of `<!DOCTYPE x [ ... ]>`, `<!ELEMENT ...>`. Once one was not closed, the others end at the next `>`.
    fn declaration(&mut self, text: &str) -> usize {
        let end = if self.unclosed { None } else { declaration_end(text) };
        self.unclosed |= end.is_none();
        end.or_else(|| text.find('>')).map_or(text.len(), |at| at + 1)
    }

    fn open(&mut self, text: &str, start: usize, open: &mut Vec<usize>) -> usize {
        let name = start + 1..start + 1 + name_length(&text[(start + 1).min(text.len())..]);
        if name.is_empty() {
            self.text(open, start..(start + 1).min(text.len()), false);
            return start + 1;
        }
        let (attributes, end, empty) = attributes(text, name.end);
        let id = self.elements.len();
        self.elements.push(Element { name, attributes, texts: Vec::new(), children: Vec::new(), range: start..end });
        match open.last() {
            Some(parent) => self.elements[*parent].children.push(id),
            None => self.roots.push(id),
        }
        if !empty && open.len() < MAX_PATH + 1 {
            open.push(id);
        }
        end
    }

    /// An end tag closes the nearest element of its name; a stray one closes nothing.
    fn close(&mut self, text: &str, start: usize, open: &mut Vec<usize>) -> usize {
        let rest = &text[start + 2..];
        let name = &rest[..name_length(rest)];
        let end = rest.find('>').map_or(text.len(), |at| start + 2 + at + 1);
        let matching = open.iter().rposition(|id| text.get(self.elements[*id].name.clone()) == Some(name));
        if let Some(level) = matching {
            for id in open.drain(level..) {
                self.elements[id].range.end = end;
            }
        }
        end
    }
}

fn name_length(text: &str) -> usize {
    let ends = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '/' | '=' | '"' | '\'' | '&');
    text.find(ends).unwrap_or(text.len())
}

/// The attributes from `at` on, the end of the tag, and whether it is an empty element. A comment inside the tag is no
/// XML, but people write it, and the attributes after it belong to the element all the same.
fn attributes(text: &str, mut at: usize) -> (Vec<Attribute>, usize, bool) {
    let mut found = Vec::new();
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            let end = comment.find("-->").map_or(rest.len(), |end| "<!--".len() + end + "-->".len());
            at += end;
            continue;
        }
        if rest.is_empty() || rest.starts_with('<') {
            return (found, at, false);
        }
        if rest.starts_with("/>") {
            return (found, at + 2, true);
        }
        if rest.starts_with('>') {
            return (found, at + 1, false);
        }
        let name = at..at + name_length(rest);
        if name.is_empty() {
            at += rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        at = name.end;
        let after = text[at..].trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            continue;
        };
        let start = text.len() - value.len();
        let (value, quoted) = value_range(text, start);
        at = value.end + usize::from(quoted);
        found.push(Attribute { name, value, quoted });
    }
}

/// A value in quotes goes up to its quote, or to the next tag where there is none; another one to the next blank.
fn value_range(text: &str, start: usize) -> (Range<usize>, bool) {
    let rest = &text[start..];
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = start + 1;
        let end = text[inner..].find([quote, '<']).map_or(text.len(), |at| inner + at);
        return (inner..end, text[end..].starts_with(quote));
    }
    (start..start + name_length(rest), false)
}

/// The offset of the `>` that is outside of quotes, brackets and comments.
fn declaration_end(text: &str) -> Option<usize> {
    let (mut quote, mut brackets, mut skip_to) = (None, 0_usize, 0);
    for (offset, byte) in text.bytes().enumerate() {
        if offset < skip_to {
            continue;
        }
        match (quote, byte) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != byte),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => brackets += 1,
            (None, b']') => brackets = brackets.saturating_sub(1),
            (None, b'>') if brackets == 0 => return Some(offset),
            (None, b'<') if text[offset..].starts_with("<!--") => {
                skip_to = offset + text[offset..].find("-->")?;
            }
            _ => {}
        }
    }
    None
}

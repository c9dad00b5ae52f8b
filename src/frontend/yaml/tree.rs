//! The events of the parser as a small tree, and the walk over it that yields settings.

use super::joined::joined;
use super::scalar::{self, Texts};
use crate::frontend::collect::Collector;
use crate::frontend::interpolate::{Dollar, interpolate, interpolate_parts, is_control};
use crate::settings::{Key, Scalar};
use crate::source::Span;
use crate::text::{Part, Template};
use rustc_hash::{FxHashMap, FxHashSet};
use saphyr_parser::{Event, Parser, ScalarStyle};
use std::ops::Range;

/// How many nodes of a file may be reached through aliases.
pub(super) const MAX_EXPANDED: usize = 20_000;

pub(super) struct Failure {
    pub(super) message: String,
    /// In bytes from the beginning of the document.
    pub(super) at: usize,
}

/// A node of the tree; ranges are bytes of the document.
struct Node {
    kind: Kind,
    range: Range<usize>,
}

/// What a tag says of a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tagged {
    Not,
    /// `!!str`: of which type it is.
    Type,
    /// `!Ref`: what the program that reads the file does with it.
    Locally,
}

enum Kind {
    Scalar {
        value: String,
        style: ScalarStyle,
        column: usize,
        tag: Tagged,
    },
    Map(Vec<(usize, usize)>),
    List(Vec<usize>),
    /// The node that is meant, where it is known.
    Alias(Option<usize>),
}

/// Adds the settings of one document.
pub(super) fn read(texts: Texts<'_>, expansions: &mut usize, out: &mut Collector<'_>) -> Result<(), Failure> {
    let parsed = parse(texts.masked);
    let parsed = parsed.or_else(|failure| parse(&joined(texts.masked)).map_err(|_| failure));
    let Parsed { nodes, roots } = parsed?;
    let mut walk = Walk { texts, nodes: &nodes, expansions };
    for root in roots {
        walk.node(root, None, false, out);
        out.document += 1;
    }
    Ok(())
}

struct Parsed {
    nodes: Vec<Node>,
    roots: Vec<usize>,
}

/// What stands open while events come in.
struct Open {
    node: usize,
    key: Option<usize>,
}

fn parse(text: &str) -> Result<Parsed, Failure> {
    let offsets = Offsets::new(text);
    let mut parsed = Parsed { nodes: Vec::new(), roots: Vec::new() };
    let mut open: Vec<Open> = Vec::new();
    let mut anchors: FxHashMap<usize, usize> = FxHashMap::default();
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| Failure {
            message: format!("not YAML: {}", error.info()),
            at: offsets.byte(error.marker().index()),
        })?;
        let range =
            offsets.byte(span.start.index())..offsets.byte(span.end.index()).max(offsets.byte(span.start.index()));
        let (kind, anchor) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                let tag = tag.map_or(Tagged::Not, |tag| if tag.handle == "!" { Tagged::Locally } else { Tagged::Type });
                (Kind::Scalar { value: value.into_owned(), style, column: span.start.col(), tag }, anchor)
            }
            Event::MappingStart(anchor, _) => (Kind::Map(Vec::new()), anchor),
            Event::SequenceStart(anchor, _) => (Kind::List(Vec::new()), anchor),
            Event::Alias(anchor) => (Kind::Alias(anchors.get(&anchor).copied()), 0),
            Event::MappingEnd | Event::SequenceEnd => {
                if let Some(closed) = open.pop() {
                    parsed.nodes[closed.node].range.end = range.end;
                }
                continue;
            }
            _ => continue,
        };
        let container = matches!(kind, Kind::Map(_) | Kind::List(_));
        let node = parsed.nodes.len();
        parsed.nodes.push(Node { kind, range });
        if anchor > 0 {
            anchors.insert(anchor, node);
        }
        attach(&mut parsed, &mut open, node);
        if container {
            open.push(Open { node, key: None });
        }
    }
    Ok(parsed)
}

fn attach(parsed: &mut Parsed, open: &mut [Open], node: usize) {
    let Some(parent) = open.last_mut() else {
        parsed.roots.push(node);
        return;
    };
    match &mut parsed.nodes[parent.node].kind {
        Kind::List(items) => items.push(node),
        Kind::Map(entries) => match parent.key.take() {
            Some(key) => entries.push((key, node)),
            None => parent.key = Some(node),
        },
        Kind::Scalar { .. } | Kind::Alias(_) => {}
    }
}

/// From the parser's character counts to byte offsets.
struct Offsets {
    /// Empty where every character is one byte.
    bytes: Vec<u32>,
    length: usize,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let bytes = if text.is_ascii() { Vec::new() } else { text.char_indices().map(|(at, _)| at as u32).collect() };
        Self { bytes, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            return character.min(self.length);
        }
        self.bytes.get(character).map_or(self.length, |at| *at as usize)
    }
}

struct Walk<'a, 'e> {
    texts: Texts<'a>,
    nodes: &'a [Node],
    expansions: &'e mut usize,
}

impl Walk<'_, '_> {
    /// `key` is the range of the key that the node belongs to; `aliased` where an alias led here.
    fn node(&mut self, id: usize, key: Option<Range<usize>>, aliased: bool, out: &mut Collector<'_>) {
        if aliased && !self.expand() {
            return;
        }
        let node = &self.nodes[id];
        match &node.kind {
            Kind::Scalar { .. } => self.scalar(node, key, None, out),
            Kind::Alias(Some(target)) => self.alias(node, *target, key, out),
            Kind::Alias(None) => {}
            Kind::Map(entries) => self.map(entries, aliased, &mut FxHashSet::default(), out),
            Kind::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    if !out.may_enter() {
                        return;
                    }
                    let at = self.item_range(*item);
                    out.path.push(Key { text: format!("[{index}]").into(), at: self.texts.place(&at) });
                    self.node(*item, None, aliased, out);
                    out.path.pop();
                }
            }
        }
    }

    fn expand(&mut self) -> bool {
        let left = self.expansions.checked_sub(1);
        *self.expansions = left.unwrap_or(0);
        left.is_some()
    }

    /// `key: *name`.
    fn alias(&mut self, alias: &Node, target: usize, key: Option<Range<usize>>, out: &mut Collector<'_>) {
        let node = &self.nodes[target];
        match node.kind {
            Kind::Scalar { .. } if self.expand() => {
                self.scalar(node, Some(key.unwrap_or(alias.range.clone())), Some(&alias.range), out);
            }
            Kind::Scalar { .. } => {}
            _ => self.node(target, key, true, out),
        }
    }

    /// The keys of a map, then those merged into it that it does not set itself.
    fn map(
        &mut self,
        entries: &[(usize, usize)],
        aliased: bool,
        seen: &mut FxHashSet<String>,
        out: &mut Collector<'_>,
    ) {
        let mut merged = Vec::new();
        for (key, value) in entries {
            if self.is_merge(*key) {
                merged.push(*value);
                continue;
            }
            let (name, range) = self.key(*key);
            if !out.may_enter() {
                return;
            }
            out.path.push(Key { text: name.as_str().into(), at: self.texts.place(&range) });
            self.node(*value, Some(range), aliased, out);
            out.path.pop();
            seen.insert(name);
        }
        for value in merged {
            self.merge(value, seen, 0, out);
        }
    }

    fn merge(&mut self, value: usize, seen: &mut FxHashSet<String>, nesting: usize, out: &mut Collector<'_>) {
        if nesting > 8 || !self.expand() {
            return;
        }
        match &self.nodes[value].kind {
            Kind::Alias(Some(target)) => self.merge(*target, seen, nesting + 1, out),
            Kind::List(items) => items.iter().for_each(|item| self.merge(*item, seen, nesting + 1, out)),
            Kind::Map(entries) if out.path.len() < crate::frontend::collect::MAX_PATH => {
                for (key, inner) in entries {
                    if !self.expand() {
                        return;
                    }
                    if self.is_merge(*key) {
                        self.merge(*inner, seen, nesting + 1, out);
                    } else {
                        self.merged_entry(*key, *inner, seen, out);
                    }
                }
            }
            _ => {}
        }
    }

    fn merged_entry(&mut self, key: usize, value: usize, seen: &mut FxHashSet<String>, out: &mut Collector<'_>) {
        let (name, range) = self.key(key);
        if seen.contains(&name) {
            return;
        }
        out.path.push(Key { text: name.as_str().into(), at: self.texts.place(&range) });
        self.node(value, Some(range), true, out);
        out.path.pop();
        seen.insert(name);
    }

    fn is_merge(&self, key: usize) -> bool {
        matches!(&self.nodes[key].kind, Kind::Scalar { value, style: ScalarStyle::Plain, .. } if value == "<<")
    }

    /// A key's text and the range of that text. A key that is no scalar is `?`.
    fn key(&self, id: usize) -> (String, Range<usize>) {
        let node = &self.nodes[id];
        match &node.kind {
            Kind::Scalar { value, style, .. } => {
                let range =
                    self.inside_quotes(*style, scalar::without_properties(self.texts.masked, node.range.clone()));
                let written = self.texts.original.get(range.clone()).unwrap_or_default();
                let hidden = self.texts.masked.get(range.clone()) != Some(written);
                let name = if hidden { without_steering(written) } else { value.clone() };
                (name, range)
            }
            Kind::Alias(Some(target)) if matches!(self.nodes[*target].kind, Kind::Scalar { .. }) => {
                (self.key(*target).0, node.range.clone())
            }
            _ => ("?".to_owned(), node.range.clone()),
        }
    }

    fn inside_quotes(&self, style: ScalarStyle, range: Range<usize>) -> Range<usize> {
        let text = self.texts.masked.get(range.clone()).unwrap_or_default();
        let trimmed = text.trim_end();
        let end = range.start + trimmed.len();
        let quote = if style == ScalarStyle::DoubleQuoted { b'"' } else { b'\'' };
        match style {
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let last = closing_quote(trimmed, quote).map_or(end, |at| range.start + at);
                (range.start + 1).min(last)..last
            }
            _ => range.start..end,
        }
    }

    /// Where a key begins with the quote that opens it.
    fn before_quote(&self, start: usize) -> usize {
        let before = self.texts.masked.get(..start).unwrap_or_default();
        start - usize::from(before.ends_with(['"', '\'']))
    }

    /// An element of a list as its key's place: a scalar's text, else the whole.
    fn item_range(&self, id: usize) -> Range<usize> {
        let range = self.nodes[id].range.clone();
        let text = self.texts.masked.get(range.clone()).unwrap_or_default();
        range.start..range.start + text.trim_end().len()
    }

    /// A leaf; `alias` is where it is used, if that is elsewhere.
    fn scalar(&self, node: &Node, key: Option<Range<usize>>, alias: Option<&Range<usize>>, out: &mut Collector<'_>) {
        let Kind::Scalar { value, style, column, tag } = &node.kind else {
            return;
        };
        let range = scalar::without_properties(self.texts.masked, node.range.clone());
        let shifted = range.start != node.range.start;
        let template = match style {
            ScalarStyle::Plain if range.is_empty() => self.hidden_value(range.start),
            ScalarStyle::Plain => scalar::plain(self.texts, range.clone()),
            ScalarStyle::SingleQuoted => scalar::single_quoted(self.texts, range.clone()),
            ScalarStyle::DoubleQuoted => scalar::double_quoted(self.texts, range.clone()),
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let (range, column) =
                    if shifted { after_header(self.texts.masked, range.clone()) } else { (range.clone(), *column) };
                scalar::block(self.texts, range, column, *style == ScalarStyle::Folded, value)
            }
        };
        let plain = *style == ScalarStyle::Plain && *tag == Tagged::Not && !has_actions(&template);
        let scalar = if plain { scalar::plain_type(value) } else { Scalar::Text };
        let start = key.map_or(range.start, |key| self.before_quote(key.start));
        let span = self.span_of(start, *style, range, &template, alias);
        let template = if *tag == Tagged::Locally { looked_up(template) } else { template };
        out.leaf(interpolate_parts(template, Dollar::Bare), scalar, span);
    }

    fn span_of(
        &self,
        start: usize,
        style: ScalarStyle,
        range: Range<usize>,
        template: &Template,
        alias: Option<&Range<usize>>,
    ) -> Span {
        if let Some(alias) = alias {
            return self.texts.span(&(start..alias.end.max(start)));
        }
        let quoted = matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted);
        let inside = self.inside_quotes(style, range);
        let end = inside.end + usize::from(quoted && inside.end < self.texts.masked.len());
        let value_end = template.place().map_or(0, |place| (place.span.end as usize).saturating_sub(self.texts.base));
        self.texts.span(&(start..end.max(value_end)))
    }

    /// An action that is all of a value was hidden as blanks: the original text after the key brings it back.
    fn hidden_value(&self, at: usize) -> Template {
        let (original, masked) = (&self.texts.original[at..], &self.texts.masked[at..]);
        let start = original.len() - original.trim_start_matches([':', ' ', '\t', '\r', '\n']).len();
        let line = original[start..].lines().next().unwrap_or_default();
        let hidden = masked.get(start..start + 2) == Some("  ") && line.starts_with(['{', '<']);
        let steers = line.get(2..).is_some_and(is_control);
        if !hidden || steers {
            return Template::default();
        }
        let close = ["}}", "%}", "%>"].iter().filter_map(|close| line.rfind(close)).max();
        let text = close.map_or("", |close| &line[..close + 2]);
        let from = at + start;
        let part = Part::Literal { text: text.into(), at: self.texts.place(&(from..from + text.len())) };
        Template { parts: if text.is_empty() { Vec::new() } else { vec![part] } }
    }
}

/// A value with a tag of the program that reads the file: a word is what it looks up (`!Ref Database`, `!secret token`), and so
/// is a text that only it can decrypt; other texts are templates (`!Sub "https://${Host}/"`).
fn looked_up(template: Template) -> Template {
    let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte));
    match (template.as_known(), template.place()) {
        (Some(text), Some(at)) if word(&text) || text.starts_with("$ANSIBLE_VAULT") => Template::hole(text, at),
        _ => template,
    }
}

/// The lines of a block scalar whose range begins at its `|`, and their column.
fn after_header(masked: &str, range: Range<usize>) -> (Range<usize>, usize) {
    let text = masked.get(range.clone()).unwrap_or_default();
    let lines = text.find('\n').map_or(text.len(), |at| at + 1);
    let body = text[lines..].trim_start_matches(['\n', '\r', ' ']);
    let start = range.start + text.len() - body.len();
    let column = start - masked[..start].rfind('\n').map_or(0, |at| at + 1);
    (start..range.end, column)
}

fn has_actions(template: &Template) -> bool {
    template.parts.iter().any(|part| match part {
        Part::Literal { text, .. } => text.contains("{{") || text.contains("<%") || text.contains('$'),
        Part::Hole { .. } => true,
    })
}

/// A key that holds actions: those that only steer are no part of it.
fn without_steering(written: &str) -> String {
    let at = crate::source::Place::default();
    let steering = ["{{", "{%", "<%"].iter().any(|open| written.split(open).skip(1).any(is_control));
    if !steering {
        return written.to_owned();
    }
    let template = interpolate(written, at, Dollar::Braced);
    let parts = template.parts.iter().map(|part| match part {
        Part::Literal { text, .. } => text.to_string(),
        Part::Hole { name, .. } => format!("{{{{ {name} }}}}"),
    });
    parts.collect::<String>().trim().to_owned()
}

/// The offset of the quote that closes a scalar; what is behind it may be a comment with quotes of its own.
fn closing_quote(text: &str, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        let escapes = match quote {
            b'"' => *byte == b'\\',
            _ => *byte == b'\'' && bytes.get(at + 1) == Some(&b'\''),
        };
        if escapes {
            at += 2;
        } else if *byte == quote {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

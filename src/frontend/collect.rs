//! What the configuration front-ends share: collecting settings within bounds, and reading a text line by line.

use super::Lowered;
use super::embedded;
use crate::settings::{Key, Scalar, Setting, Settings};
use crate::source::{Place, Source, Span};
use crate::text::{Part, Template};
use crate::tree::{Problem, ProblemKind};
use compact_str::CompactString;

/// Settings that lie deeper than this many keys are not looked at.
pub(crate) const MAX_PATH: usize = 100;
/// More of a file than this is not looked at, in bytes.
const MAX_TEXT: usize = 4 << 20;
/// Values within values deeper than this stay unknown.
const MAX_NESTING: usize = 4;
/// The keys of all paths of one file together; a long key counts as several.
const MAX_KEYS: usize = 1 << 21;

/// Gathers the settings of one file and what went wrong.
pub(crate) struct Collector<'a> {
    pub(crate) source: &'a Source,
    pub(crate) path: Vec<Key>,
    pub(crate) document: u32,
    /// As [`Settings::markup`].
    pub(crate) markup: bool,
    items: Vec<Setting>,
    problems: Vec<Problem>,
    left: usize,
    gave_up: bool,
}

impl<'a> Collector<'a> {
    pub(crate) fn new(source: &'a Source) -> Self {
        let mut collector = Self {
            source,
            path: Vec::new(),
            document: 0,
            markup: false,
            items: Vec::new(),
            problems: Vec::new(),
            left: MAX_KEYS,
            gave_up: false,
        };
        if source.text().len() > MAX_TEXT {
            collector.give_up("only the first 4 MiB of the file were looked at");
        }
        collector
    }

    /// The text to look at and the offset at which it begins: without a byte order mark, and bounded.
    pub(crate) fn text(&self) -> (&'a str, usize) {
        let text = self.source.text();
        let mut end = text.len().min(MAX_TEXT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let body = text.strip_prefix('\u{feff}').unwrap_or(text);
        (body, text.len() - body.len())
    }

    pub(crate) fn place(&self, start: usize, end: usize) -> Place {
        self.source.place(Span::new(start, end))
    }

    pub(crate) fn key(&self, text: impl Into<CompactString>, start: usize, end: usize) -> Key {
        Key { text: text.into(), at: self.place(start, end) }
    }

    /// A setting at the current path.
    pub(crate) fn leaf(&mut self, value: Template, scalar: Scalar, span: Span) {
        let cost: usize = self.path.iter().map(|key| 1 + key.text.len() / 32).sum();
        if !self.spend(cost) {
            return;
        }
        let (path, document) = (self.path.clone(), self.document);
        self.items.push(Setting { path, value, scalar, span, document });
    }

    /// A setting below the current path.
    pub(crate) fn leaf_at(&mut self, key: Key, value: Template, scalar: Scalar, span: Span) {
        self.path.push(key);
        self.leaf(value, scalar, span);
        self.path.pop();
    }

    /// Whether `cost` more keys may be kept; says so once when not.
    pub(crate) fn spend(&mut self, cost: usize) -> bool {
        let Some(left) = self.left.checked_sub(cost) else {
            self.give_up("the file holds more settings than are looked at");
            return false;
        };
        self.left = left;
        true
    }

    /// Whether the current path may grow by one key.
    pub(crate) fn may_enter(&mut self) -> bool {
        if self.path.len() >= MAX_PATH {
            self.give_up("settings nest deeper than is looked at");
        }
        self.path.len() < MAX_PATH
    }

    fn give_up(&mut self, message: &str) {
        if !self.gave_up {
            self.problems.push(Problem { kind: ProblemKind::GaveUp, message: message.to_owned(), span: None });
        }
        self.gave_up = true;
    }

    pub(crate) fn syntax_error(&mut self, message: impl Into<String>, start: usize, end: usize) {
        let span = Some(Span::new(start, end));
        self.problems.push(Problem { kind: ProblemKind::SyntaxError, message: message.into(), span });
    }

    /// Gives holes without a default the value that the file itself has for their name.
    pub(crate) fn fill_holes(&mut self, values: &[(CompactString, Template)]) {
        if values.is_empty() {
            return;
        }
        for item in &mut self.items {
            fill(&mut item.value, values);
        }
    }

    pub(crate) fn sort_by_place(&mut self) {
        self.items.sort_by_key(|item| item.span.start);
    }

    pub(crate) fn finish(mut self) -> (Lowered, Vec<Problem>) {
        embedded::add(&mut self.items, &mut self.left);
        (Lowered::Settings(Settings { items: self.items, markup: self.markup, ..Settings::default() }), self.problems)
    }
}

/// Gives holes without a default the last value of their name, unless that would nest ever deeper.
pub(crate) fn fill(template: &mut Template, values: &[(CompactString, Template)]) {
    for part in &mut template.parts {
        if let Part::Hole { name, default: default @ None, .. } = part {
            let known = values.iter().rev().find(|(known, _)| known == name);
            *default = known.map(|(_, value)| value).filter(|value| depth(value) < MAX_NESTING).cloned().map(Box::new);
        }
    }
}

/// How deep defaults nest; never asked of more than [`MAX_NESTING`] and those that a text holds itself.
fn depth(template: &Template) -> usize {
    let inner = template.parts.iter().map(|part| match part {
        Part::Hole { default: Some(default), .. } => 1 + depth(default),
        _ => 0,
    });
    inner.max().unwrap_or(0)
}

/// The lines of a text with their offsets, without their line breaks. A carriage return alone ends a line where nothing
/// else does.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    let end = if memchr::memchr(b'\n', text.as_bytes()).is_some() { '\n' } else { '\r' };
    text.split_inclusive(end).map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

/// The range of `inner`, which is a slice of `outer`.
pub(crate) fn range_of(outer: &str, inner: &str) -> std::ops::Range<usize> {
    let start = (inner.as_ptr() as usize).saturating_sub(outer.as_ptr() as usize);
    start..start + inner.len()
}

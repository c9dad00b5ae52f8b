//! Text whose content is known in part: literals with their places, and holes.

use crate::source::{Place, Span};
use compact_str::CompactString;

/// A string as a list of parts. `"http://" + host + "/v1"` is literal, hole, literal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Template {
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Known text. Where `text` and `at` have the same length, offsets in one are offsets in the other; an escape
    /// sequence is a part of its own, so that the literals around it keep this property.
    Literal { text: CompactString, at: Place },
    /// Text that is not known here. `name` is what the source calls it (`host`, `DB_PASSWORD`), for messages and
    /// for the guesses that may be made from a name; `default` is what it becomes when nobody sets it.
    Hole { name: CompactString, default: Option<Box<Template>>, at: Place },
}

impl Template {
    pub fn literal(text: impl Into<CompactString>, at: Place) -> Self {
        Self { parts: vec![Part::Literal { text: text.into(), at }] }
    }

    pub fn hole(name: impl Into<CompactString>, at: Place) -> Self {
        Self { parts: vec![Part::Hole { name: name.into(), default: None, at }] }
    }

    /// The whole text, where no part of it is a hole.
    pub fn as_known(&self) -> Option<CompactString> {
        match self.parts.as_slice() {
            [] => Some(CompactString::default()),
            [Part::Literal { text, .. }] => Some(text.clone()),
            parts => parts
                .iter()
                .map(|part| match part {
                    Part::Literal { text, .. } => Some(text.as_str()),
                    Part::Hole { .. } => None,
                })
                .collect(),
        }
    }

    /// The literal text at the very beginning, up to the first hole.
    pub fn known_prefix(&self) -> CompactString {
        self.parts
            .iter()
            .map_while(|part| match part {
                Part::Literal { text, .. } => Some(text.as_str()),
                Part::Hole { .. } => None,
            })
            .collect()
    }

    /// The text as it is when nobody sets anything; what is not known even then is one character that no text has.
    pub fn assumed(&self) -> CompactString {
        let mut out = CompactString::default();
        for part in &self.parts {
            match part {
                Part::Literal { text, .. } => out.push_str(text),
                Part::Hole { default: Some(default), .. } => out.push_str(&default.assumed()),
                Part::Hole { default: None, .. } => out.push('\0'),
            }
        }
        out
    }

    /// The text with nothing known of what a variable gives, whatever default stands beside its name. What was found out about
    /// a hole from elsewhere stays.
    #[must_use]
    pub fn without_written_defaults(&self) -> Self {
        let mut template = self.clone();
        for part in &mut template.parts {
            let Part::Hole { default, at, .. } = part else { continue };
            let inside = |inner: Place| {
                inner.file == at.file && at.span.contains(inner.span) && inner.span.len() < at.span.len()
            };
            let written = |default: &Template| default.place().is_none_or(inside);
            if default.as_deref().is_some_and(written) {
                *default = None;
            }
        }
        template
    }

    /// A URL that is written over several lines, each but the first with a parameter of it, without what is between them;
    /// `None` where the text is no such.
    pub fn unwrapped(&self) -> Option<Self> {
        let whole = self.assumed();
        let body = whole.trim_end();
        let (scheme, rest) = body.split_once(':')?;
        let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
        let lines: Vec<&str> = rest.split_ascii_whitespace().collect();
        let parameters = lines.len() > 1 && lines[1..].iter().all(|line| line.starts_with(['?', '&', ';']));
        if !is_scheme || !parameters || rest.starts_with(|c: char| c.is_ascii_whitespace()) {
            return None;
        }
        let parts = self.parts.iter().flat_map(|part| match part {
            Part::Literal { text, at } => words_of(text, *at),
            hole @ Part::Hole { .. } => vec![hole.clone()],
        });
        Some(Self { parts: parts.collect() })
    }

    /// How many holes stand within each other at most.
    pub fn depth(&self) -> usize {
        let of = |part: &Part| match part {
            Part::Hole { default, .. } => 1 + default.as_deref().map_or(0, Self::depth),
            Part::Literal { .. } => 0,
        };
        self.parts.iter().map(of).max().unwrap_or(0)
    }

    pub fn has_holes(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Hole { .. }))
    }

    pub fn append(&mut self, other: Template) {
        self.parts.extend(other.parts);
    }

    /// Where it is written, as [`Place::stretch`] has it.
    pub fn place(&self) -> Option<Place> {
        Place::stretch(self.parts.iter().map(Part::place))
    }
}

impl Part {
    pub fn place(&self) -> Place {
        match self {
            Part::Literal { at, .. } | Part::Hole { at, .. } => *at,
        }
    }
}

/// The words of a literal, each with its place.
fn words_of(text: &str, at: Place) -> Vec<Part> {
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_ascii_whitespace()
        .map(|word| Part::Literal {
            text: word.into(),
            at: span_within(text, at, start(word)..start(word) + word.len()),
        })
        .collect()
}

/// The span in the file of the bytes `range` of a literal's text; the whole literal where the two differ in length.
pub fn span_within(text: &str, at: Place, range: std::ops::Range<usize>) -> Place {
    if text.len() != at.span.len() {
        return at;
    }
    let start = at.span.start as usize;
    Place { file: at.file, span: Span::new(start + range.start, start + range.end) }
}

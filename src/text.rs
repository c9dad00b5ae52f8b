//! Text whose content is known in part: literals with their places, and holes.

use crate::source::{Place, Span};
use compact_str::CompactString;
use serde::{Deserialize, Serialize};

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

    pub fn has_holes(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Hole { .. }))
    }

    pub fn append(&mut self, other: Template) {
        self.parts.extend(other.parts);
    }

    /// A place that covers the parts which lie in the file of the first part.
    pub fn place(&self) -> Option<Place> {
        let first = self.parts.first()?.place();
        let span = self
            .parts
            .iter()
            .map(Part::place)
            .filter(|place| place.file == first.file)
            .fold(first.span, |span, place| span.cover(place.span));
        Some(Place { file: first.file, span })
    }
}

impl Part {
    pub fn place(&self) -> Place {
        match self {
            Part::Literal { at, .. } | Part::Hole { at, .. } => *at,
        }
    }
}

/// The span in the file of the bytes `range` of a literal's text; the whole literal where the two differ in length.
pub fn span_within(text: &str, at: Place, range: std::ops::Range<usize>) -> Place {
    if text.len() != at.span.len() {
        return at;
    }
    let start = at.span.start as usize;
    Place { file: at.file, span: Span::new(start + range.start, start + range.end) }
}

/// How sure barewire is that what it says is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

//! A template as one flat text, with the way back from its bytes to places and holes.

use crate::source::{Place, Span};
use crate::text::{Part, Template, span_within};
use std::borrow::Cow;
use std::ops::Range;

/// Longer texts are no endpoints; the bound keeps hostile input cheap.
const MAX_BYTES: usize = 16 * 1024;
/// Defaults within defaults that are followed.
const MAX_DEPTH: usize = 4;
/// Stands for a hole in the flat text. It has no meaning in any syntax; what is a hole is told by the pieces.
pub(super) const HOLE: &str = "\u{FFFC}";

/// The text of a template. A hole with a default is that default, a hole without is one character.
pub(super) struct Flat<'a> {
    pub(super) text: Cow<'a, str>,
    pieces: Vec<Piece<'a>>,
}

struct Piece<'a> {
    /// In the flat text.
    range: Range<usize>,
    at: Place,
    /// Bytes of the flat text are bytes of the source.
    exact: bool,
    hole: Option<&'a str>,
    /// The variable whose default this is, and its whole placeholder.
    assumed: Option<(&'a str, Place)>,
}

impl<'a> Flat<'a> {
    /// `None` where there is no text, or too much of it.
    pub(super) fn of(template: &'a Template) -> Option<Self> {
        let mut flat = Flat { text: Cow::Borrowed(""), pieces: Vec::new() };
        flat.push(template, None, 0)?;
        (!flat.text.is_empty()).then_some(flat)
    }

    fn push(&mut self, template: &'a Template, assumed: Option<(&'a str, Place)>, depth: usize) -> Option<()> {
        for part in &template.parts {
            match part {
                Part::Literal { text, at } => self.piece(text, *at, None, assumed)?,
                Part::Hole { name, default: Some(default), at } if depth < MAX_DEPTH => {
                    // Of defaults within defaults the outermost placeholder is the one that stands in the text.
                    let whole = assumed.map_or(*at, |(_, whole)| whole);
                    self.push(default, Some((name, whole)), depth + 1)?;
                }
                Part::Hole { name, at, .. } => self.piece(HOLE, *at, Some(name), assumed)?,
            }
        }
        Some(())
    }

    fn piece(
        &mut self,
        text: &'a str,
        at: Place,
        hole: Option<&'a str>,
        assumed: Option<(&'a str, Place)>,
    ) -> Option<()> {
        let start = self.text.len();
        if start + text.len() > MAX_BYTES {
            return None;
        }
        if start == 0 {
            self.text = Cow::Borrowed(text);
        } else {
            self.text.to_mut().push_str(text);
        }
        let exact = hole.is_none() && at.span.len() == text.len();
        self.pieces.push(Piece { range: start..start + text.len(), at, exact, hole, assumed });
        Some(())
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    fn within(&self, range: &Range<usize>) -> impl Iterator<Item = &Piece<'a>> {
        let range = range.clone();
        self.pieces.iter().filter(move |piece| piece.range.start < range.end && range.start < piece.range.end)
    }

    /// The name of the first hole in the range.
    pub(super) fn hole_in(&self, range: &Range<usize>) -> Option<&'a str> {
        self.within(range).find_map(|piece| piece.hole)
    }

    /// Whether the range is one hole, and nothing else.
    pub(super) fn is_hole(&self, range: &Range<usize>) -> bool {
        let mut pieces = self.within(range);
        pieces.next().is_some_and(|piece| piece.hole.is_some()) && pieces.next().is_none()
    }

    /// The variable whose default some of the range is.
    pub(super) fn assumed_in(&self, range: &Range<usize>) -> Option<&'a str> {
        self.within(range).find_map(|piece| piece.assumed).map(|(name, _)| name)
    }

    /// Where the bytes of the range are written, as [`Place::stretch`] has it.
    pub(super) fn place(&self, range: &Range<usize>) -> Place {
        // A default is underlined alone where it is all that is asked for, else with its placeholder.
        let alone = self.within(range).nth(1).is_none();
        let place = |piece: &Piece<'_>| match piece.assumed {
            Some((_, whole)) if !alone => whole,
            _ => piece.place(range),
        };
        let first = || self.pieces.first().map_or(Place::default(), |piece| piece.at);
        Place::stretch(self.within(range).map(place)).unwrap_or_else(first)
    }

    /// The place of the range where an edit of it is an edit of exactly these bytes.
    pub(super) fn exact_place(&self, range: &Range<usize>) -> Option<Place> {
        let mut pieces = self.within(range);
        let piece = pieces.next().filter(|piece| piece.exact)?;
        pieces.next().is_none().then(|| piece.place(range))
    }

    /// The range for people: holes as `${name}`, masked ranges as `***`.
    pub(super) fn shown(&self, range: &Range<usize>, masks: &[Range<usize>]) -> String {
        let mut out = String::new();
        let mut from = range.start;
        let mut masks: Vec<&Range<usize>> = masks.iter().filter(|mask| mask.start < mask.end).collect();
        masks.sort_by_key(|mask| mask.start);
        for mask in masks {
            if mask.start >= from && mask.end <= range.end {
                self.show(&mut out, &(from..mask.start));
                out.push_str("***");
                from = mask.end;
            }
        }
        self.show(&mut out, &(from..range.end));
        out
    }

    fn show(&self, out: &mut String, range: &Range<usize>) {
        for piece in self.within(range) {
            if let Some(name) = piece.hole {
                out.push_str("${");
                out.push_str(name);
                out.push('}');
            } else {
                let start = range.start.max(piece.range.start);
                out.push_str(self.slice(start..range.end.min(piece.range.end)));
            }
        }
    }
}

impl Piece<'_> {
    fn place(&self, range: &Range<usize>) -> Place {
        if !self.exact {
            return self.at;
        }
        let start = range.start.max(self.range.start) - self.range.start;
        let end = range.end.min(self.range.end) - self.range.start;
        Place {
            file: self.at.file,
            span: Span::new(self.at.span.start as usize + start, self.at.span.start as usize + end),
        }
    }
}

/// The place of bytes of a literal that stands alone.
pub(super) fn literal_place(template: &Template) -> Option<Place> {
    match template.parts.as_slice() {
        [Part::Literal { text, at }] if at.span.len() == text.len() => Some(span_within(text, *at, 0..text.len())),
        _ => None,
    }
}

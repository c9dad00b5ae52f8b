//! The text of a script with the parts that it came from: what is read in it keeps its exact place in the file.

use crate::source::Place;
use crate::text::{Part, Template, span_within};
use std::ops::Range;

/// Stands for a hole in the flat text; no shell gives it a meaning.
const HOLE: char = '\u{1}';

/// Decoded text; each hole of the template is one character in it.
pub(super) struct Text {
    pub(super) flat: String,
    /// Where each part begins in `flat`.
    starts: Vec<usize>,
    parts: Vec<Part>,
}

impl Text {
    pub(super) fn new(template: Template) -> Self {
        let mut text = Self { flat: String::new(), starts: Vec::new(), parts: template.parts };
        for part in &text.parts {
            text.starts.push(text.flat.len());
            match part {
                Part::Literal { text: literal, .. } => text.flat.push_str(literal),
                Part::Hole { .. } => text.flat.push(HOLE),
            }
        }
        text
    }

    fn end_of(&self, index: usize) -> usize {
        self.starts.get(index + 1).copied().unwrap_or(self.flat.len())
    }

    /// The parts that make up a range of the text, cut to it.
    pub(super) fn copy(&self, range: Range<usize>) -> Vec<Part> {
        let first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let mut out = Vec::new();
        for index in (first..self.parts.len()).take_while(|index| self.starts[*index] < range.end) {
            let (start, end) = (self.starts[index], self.end_of(index));
            match &self.parts[index] {
                hole @ Part::Hole { .. } if start >= range.start => out.push(hole.clone()),
                Part::Hole { .. } => {}
                Part::Literal { at, .. } => {
                    let cut = range.start.max(start)..range.end.min(end);
                    if let Some(text) = self.flat.get(cut.clone()).filter(|text| !text.is_empty()) {
                        let within = cut.start - start..cut.end - start;
                        out.push(Part::Literal {
                            text: text.into(),
                            at: span_within(&self.flat[start..end], *at, within),
                        });
                    }
                }
            }
        }
        out
    }

    /// The place of a range of the text.
    pub(super) fn place(&self, range: Range<usize>) -> Place {
        let whole = Place::stretch(self.copy(range).iter().map(Part::place));
        whole.or_else(|| self.parts.first().map(Part::place)).unwrap_or_default()
    }
}

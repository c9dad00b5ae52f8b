//! The few source lines that a finding shows: masked, escaped, and cut where they are long.
//!
//! Offsets in a [`Snippet`] are offsets in what is shown; it maps the spans of the source to them.

use super::{escape, mask};
use crate::source::{Position, Source, Span};
use codespan_reporting::files::{Error, Files, Location};
use std::collections::BTreeSet;
use std::ops::Range;

/// A span over more lines than this is shown by its first line only.
const MAX_LINES: u32 = 6;
/// Bytes of one line that are shown; a longer line is cut around what is underlined.
const MAX_BYTES: usize = 200;
/// Bytes that stay before the underlined ones in a line that is cut.
const BEFORE: usize = 60;
/// Bytes around a cut that are looked at to know whether it holds a password.
const AROUND: usize = 2048;

/// Source lines as they are shown, and where the spans lie in them.
pub(super) struct Snippet {
    name: String,
    text: String,
    lines: Vec<Line>,
    position: Position,
}

struct Line {
    /// From 0.
    number: usize,
    /// In the shown text, with the line break.
    shown: Range<usize>,
    /// Offset in the source and offset in the shown text of every character, and of the end.
    offsets: Vec<(usize, usize)>,
}

impl Snippet {
    /// The lines of `spans`; the first is the one whose position stands above the lines.
    pub(super) fn new(source: &Source, spans: &[Span]) -> Self {
        let mut snippet = Self {
            name: escape::line(source.path.as_str()).into_owned(),
            text: String::new(),
            lines: Vec::new(),
            position: source.position(spans.first().map_or(0, |span| span.start)),
        };
        for number in line_numbers(source, spans) {
            snippet.push_line(source, number, spans);
        }
        snippet
    }

    /// Where a span lies in the shown text. What is not shown is cut off.
    pub(super) fn shown(&self, source: &Source, span: Span) -> Range<usize> {
        let (first, last) = lines_of(source, span);
        let start = self.offset(first, span.start as usize);
        let end = if last - first < MAX_LINES {
            self.offset(last, span.end as usize)
        } else {
            self.offset(first, usize::MAX)
        };
        start..end.max(start)
    }

    fn offset(&self, number: u32, offset: usize) -> usize {
        let wanted = number as usize - 1;
        let Ok(index) = self.lines.binary_search_by_key(&wanted, |line| line.number) else {
            return 0;
        };
        let offsets = &self.lines[index].offsets;
        let at = offsets.partition_point(|(source, _)| *source < offset);
        offsets.get(at).or(offsets.last()).map_or(0, |(_, shown)| *shown)
    }

    fn push_line(&mut self, source: &Source, number: u32, spans: &[Span]) {
        let Some(whole) = source.line_span(number) else {
            return;
        };
        let cut = window(source.text(), whole, spans);
        let masked = masked(source, cut);
        let from = self.text.len();
        if cut.start > whole.start {
            self.text.push('…');
        }
        let mut offsets = Vec::with_capacity(masked.len() + 1);
        for (at, character) in masked.char_indices() {
            let offset = cut.start as usize + at;
            offsets.push((offset, self.text.len()));
            match character {
                '\u{feff}' if offset == 0 => {}
                '\t' => self.text.push('\t'),
                _ => escape::push(&mut self.text, character),
            }
        }
        offsets.push((cut.end as usize, self.text.len()));
        if cut.end < whole.end {
            self.text.push('…');
        }
        self.text.push('\n');
        self.lines.push(Line { number: number as usize - 1, shown: from..self.text.len(), offsets });
    }
}

/// The first and the last line of a span, from 1. A span that ends with a line break ends on that line.
pub(super) fn lines_of(source: &Source, span: Span) -> (u32, u32) {
    let first = source.position(span.start).line;
    let last = source.position(span.end.saturating_sub(1).max(span.start)).line;
    (first, last.max(first))
}

/// The numbers of the lines to show. One line between two others is shown too, since a gap would take as much room.
fn line_numbers(source: &Source, spans: &[Span]) -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    for span in spans {
        let (first, last) = lines_of(source, *span);
        numbers.extend(first..=if last - first < MAX_LINES { last } else { first });
    }
    let between = numbers.iter().filter(|number| numbers.contains(&(*number + 2))).map(|number| number + 1);
    let between = between.collect::<Vec<_>>();
    numbers.extend(between);
    numbers
}

/// The part of a line that is shown: all of it, or what is around the first span that lies on it.
fn window(text: &str, line: Span, spans: &[Span]) -> Span {
    if line.len() <= MAX_BYTES {
        return line;
    }
    let on_line = spans.iter().find(|span| span.start <= line.end && span.end >= line.start);
    let anchor = on_line.map_or(line.start, |span| span.start.max(line.start)) as usize;
    let start = anchor.saturating_sub(BEFORE).max(line.start as usize);
    let end = (start + MAX_BYTES).min(line.end as usize);
    Span::new(boundary(text, start), boundary(text, end))
}

/// The text under a span with its passwords masked, also where the span cuts through one. As long as the span.
pub(super) fn masked(source: &Source, span: Span) -> String {
    let text = source.text();
    let from = boundary(text, (span.start as usize).saturating_sub(AROUND));
    let to = boundary(text, (span.end as usize).saturating_add(AROUND));
    let context = mask::secrets(text.get(from..to).unwrap_or_default());
    let (start, end) = (boundary(text, span.start as usize), boundary(text, span.end as usize));
    context.get(start - from..end - from).unwrap_or_default().to_owned()
}

/// The last character boundary that is not after `at`.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

impl<'a> Files<'a> for Snippet {
    type FileId = ();
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.name)
    }

    fn source(&'a self, (): ()) -> Result<&'a str, Error> {
        Ok(&self.text)
    }

    fn line_index(&'a self, (): (), byte_index: usize) -> Result<usize, Error> {
        let at = self.lines.partition_point(|line| line.shown.end <= byte_index);
        self.lines.get(at).or(self.lines.last()).map(|line| line.number).ok_or(Error::FileMissing)
    }

    fn line_range(&'a self, (): (), line_index: usize) -> Result<Range<usize>, Error> {
        let found = self.lines.binary_search_by_key(&line_index, |line| line.number);
        found
            .map(|at| self.lines[at].shown.clone())
            .map_err(|_| Error::LineTooLarge { given: line_index, max: self.lines.len() })
    }

    /// The position of the first span, which is the only one that is shown.
    fn location(&'a self, (): (), _: usize) -> Result<Location, Error> {
        let Position { line, column } = self.position;
        Ok(Location { line_number: line as usize, column_number: column as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    /// The shown text, and what each span (start, end) underlines.
    fn show(text: &str, spans: &[(usize, usize)]) -> (String, Vec<String>) {
        let source = Source::new(FileId(0), "a", text.as_bytes().to_vec());
        let spans = spans.iter().map(|(start, end)| Span::new(*start, *end)).collect::<Vec<_>>();
        let snippet = Snippet::new(&source, &spans);
        let labels = spans.iter().map(|span| snippet.text[snippet.shown(&source, *span)].to_owned());
        let labels = labels.collect();
        (snippet.text, labels)
    }

    #[test]
    fn spans_find_their_text_again() {
        let cases = [
            ("\u{feff}a = 1\nb\nc = 2\n", vec![(3, 4), (11, 12)], "a = 1\nb\nc = 2\n", vec!["a", "c"]),
            ("x\u{1b}[0m http\n", vec![(6, 10)], "x\\x1b[0m http\n", vec!["http"]),
            ("r://u:pw@h?ssl=no\r\n", vec![(11, 17)], "r://u:**@h?ssl=no\n", vec!["ssl=no"]),
            ("a\nb\n", vec![(0, 2)], "a\n", vec!["a"]),
            ("", vec![(0, 0)], "\n", vec![""]),
        ];
        for (text, spans, shown, labels) in cases {
            let seen = show(text, &spans);
            assert_eq!((seen.0.as_str(), seen.1), (shown, labels.into_iter().map(str::to_owned).collect()));
        }
    }

    #[test]
    fn long_lines_and_long_spans_stay_small() {
        let long = format!("{}http://{}", "é".repeat(50_000), "x".repeat(50_000));
        let at = 100_000;
        let (shown, labels) = show(&long, &[(at, at + 4)]);
        assert_eq!(labels, ["http"]);
        assert!(shown.len() < 300 && shown.starts_with('…') && shown.ends_with("…\n"), "{shown}");
        let (shown, labels) = show(&"line\n".repeat(100), &[(0, 400)]);
        assert_eq!((shown.as_str(), labels), ("line\n", vec!["line".to_owned()]));
    }

    #[test]
    fn half_a_password_is_masked_too() {
        let source = Source::new(FileId(0), "a", b"redis://u:secret@h".to_vec());
        assert_eq!(masked(&source, Span::new(12, 17)), "****@");
    }
}

//! The bytes of one file as text, its line index, and the places in it.
//!
//! Nothing here touches the file system: `walk` reads, this module holds.

use camino::Utf8PathBuf;
use line_index::{LineIndex, TextSize};
use serde::{Deserialize, Serialize};

/// A half-open range of byte offsets in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end.max(start) as u32 }
    }

    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The number of a file within one run, given in path order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A span in a file of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub file: FileId,
    pub span: Span,
}

/// Between the parts of one text stand no more bytes than this: quotes, an operator, a line break with its indentation.
const NEAR: u32 = 160;

impl Place {
    /// The stretch that the parts of a text make up, as far as they follow the first one in its file, each close behind
    /// the last. What a constant of another line holds is part of the text and not of the stretch.
    pub fn stretch(parts: impl IntoIterator<Item = Self>) -> Option<Self> {
        parts.into_iter().reduce(|whole, part| {
            let follows = part.file == whole.file
                && part.span.start >= whole.span.start
                && part.span.start <= whole.span.end.saturating_add(NEAR);
            if follows { Self { file: whole.file, span: whole.span.cover(part.span) } } else { whole }
        })
    }
}

/// One file: its path as it is shown, its text, and its lines.
///
/// The text is the file's bytes where they are UTF-8; other bytes were replaced one for one by `?`, so that
/// every offset in `text` is the same offset in the file. A byte order mark stays in the text.
#[derive(Debug)]
pub struct Source {
    pub id: FileId,
    pub path: Utf8PathBuf,
    text: String,
    /// Whether some bytes were not UTF-8.
    pub lossy: bool,
    lines: LineIndex,
}

/// A position for people: line and column from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Position {
    pub line: u32,
    pub column: u32,
}

impl Source {
    pub fn new(id: FileId, path: impl Into<Utf8PathBuf>, bytes: Vec<u8>) -> Self {
        let (text, lossy) = match String::from_utf8(bytes) {
            Ok(text) => (text, false),
            Err(error) => (replace_invalid(error.as_bytes()), true),
        };
        let lines = LineIndex::new(&text);
        Self { id, path: path.into(), text, lossy, lines }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text under a span, or an empty string where the span does not fall on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    pub fn place(&self, span: Span) -> Place {
        Place { file: self.id, span }
    }

    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let at = self.lines.line_col(TextSize::new(offset as u32));
        let line_start = offset - at.col as usize;
        let column = self.text[line_start..offset].chars().count() as u32;
        Position { line: at.line + 1, column: column + 1 }
    }

    /// The number of lines; a text without a line break has one.
    pub fn line_count(&self) -> u32 {
        self.lines.line_col(TextSize::of(self.text.as_str())).line + 1
    }

    /// The span of a line (from 1), without its line break.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let range = self.lines.line(line.checked_sub(1)?)?;
        let span = Span { start: range.start().into(), end: range.end().into() };
        let text = self.slice(span).trim_end_matches(['\n', '\r']);
        Some(Span { start: span.start, end: span.start + text.len() as u32 })
    }
}

/// One `?` for each byte that is no part of a character, so that offsets stay.
fn replace_invalid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_survive_invalid_bytes() {
        let source = Source::new(FileId(0), "a", b"ab\xff\xfe\ncd".to_vec());
        assert!(source.lossy);
        assert_eq!(source.text(), "ab??\ncd");
        assert_eq!(source.position(5), Position { line: 2, column: 1 });
    }

    #[test]
    fn columns_count_characters() {
        let source = Source::new(FileId(0), "a", "é=1\r\nx".into());
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.line_span(1).map(|span| source.slice(span)), Some("é=1"));
        assert_eq!(source.line_span(2).map(|span| source.slice(span)), Some("x"));
        assert_eq!(source.line_span(3), None);
    }
}

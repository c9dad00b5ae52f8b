//! Where the keys and values of a configuration stand: what the YAML front-end says of every scanned file as well.

use crate::frontend::{self, Lowered};
use crate::settings::{Setting, Settings};
use crate::source::{FileId, Source, Span};

/// The places of one file.
pub(super) struct Spans {
    settings: Settings,
    source: Source,
}

impl Spans {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let source = Source::new(FileId(0), path, text.as_bytes().to_vec());
        let lowered = frontend::find("yaml").map(|frontend| frontend.lower(&source).0);
        let settings = match lowered {
            Some(Lowered::Settings(settings)) => settings,
            _ => Settings::default(),
        };
        Self { settings, source }
    }

    /// The value behind these keys; the first below them where there are several, nothing where there is none.
    pub(super) fn value(&self, keys: &[&str]) -> Span {
        self.setting(keys).and_then(|setting| setting.value.place()).map_or(Span::default(), |place| place.span)
    }

    /// The last of these keys.
    pub(super) fn key(&self, keys: &[&str]) -> Span {
        self.setting(keys)
            .and_then(|setting| setting.path.get(keys.len() - 1))
            .map_or(Span::default(), |key| key.at.span)
    }

    /// The line, from 1.
    pub(super) fn line(&self, span: Span) -> u32 {
        self.source.position(span.start).line
    }

    /// The line's text without the blanks around it, by its number and column from 1; from the column on where that
    /// is in the text.
    pub(super) fn rest_of_line(&self, line: usize, column: usize) -> Span {
        let Some(whole) = self.source.line_span(line as u32) else { return Span::default() };
        let text = self.source.slice(whole);
        let indent = text.len() - text.trim_start().len();
        let from = text.char_indices().nth(column.saturating_sub(1)).map_or(indent, |(at, _)| at.max(indent));
        let to = text.trim_end().len().max(from);
        Span::new(whole.start as usize + from, whole.start as usize + to)
    }

    fn setting(&self, keys: &[&str]) -> Option<&Setting> {
        self.settings.items.iter().find(|setting| {
            setting.path.len() >= keys.len() && setting.path.iter().zip(keys).all(|(key, wanted)| key.text == *wanted)
        })
    }
}

/// How the front-end calls an element of a list.
pub(super) fn element(index: usize) -> String {
    format!("[{index}]")
}

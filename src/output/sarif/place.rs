//! Places as SARIF has them: percent-encoded URIs, columns in UTF-16 code units, masked snippets.

use super::model::{ArtifactLocation, Content, Location, PhysicalLocation, Region};
use crate::output::snippet;
use crate::report::Report;
use crate::source::{Place, Source, Span};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The name that stands for the scanned folder.
pub(super) const ROOT: &str = "%SRCROOT%";

/// What a path segment may hold unescaped: the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
/// The longest snippet of a region and of its context, in bytes.
const MAX_SNIPPET: usize = 1000;
/// The most lines of a context.
const MAX_CONTEXT_LINES: u32 = 12;

pub(super) fn artifact(path: &str) -> ArtifactLocation {
    let path = path.replace('\\', "/");
    let relative = path.strip_prefix("./").unwrap_or(&path);
    if is_absolute(relative) {
        return ArtifactLocation { uri: file_uri(relative), uri_base_id: None };
    }
    ArtifactLocation { uri: utf8_percent_encode(relative, SEGMENT).to_string(), uri_base_id: Some(ROOT) }
}

/// `/srv/a b` is `file:///srv/a%20b`, `C:/a` is `file:///C:/a`.
pub(super) fn file_uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let encoded = utf8_percent_encode(&path, SEGMENT).to_string();
    if path.starts_with('/') {
        format!("file://{encoded}")
    } else {
        format!("file:///{}", encoded.replacen("%3A", ":", 1))
    }
}

fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes().get(..3).is_some_and(|start| start[0].is_ascii_alphabetic() && &start[1..] == b":/");
    path.starts_with('/') || drive
}

/// A place with its snippet; `None` where the report does not hold the file.
pub(super) fn location(report: &Report, place: Place) -> Option<Location> {
    let source = report.sources.get(place.file)?;
    let physical_location = PhysicalLocation {
        artifact_location: artifact(source.path.as_str()),
        region: Some(region(source, place.span, true)),
        context_region: None,
    };
    Some(Location { id: None, physical_location, message: None })
}

/// A whole file, or a line of it, that the report need not hold.
pub(super) fn line_of_file(path: &str, line: Option<u32>) -> Location {
    let region = line.map(|start_line| Region {
        start_line,
        start_column: None,
        end_line: None,
        end_column: None,
        snippet: None,
    });
    let physical_location = PhysicalLocation { artifact_location: artifact(path), region, context_region: None };
    Location { id: None, physical_location, message: None }
}

pub(super) fn region(source: &Source, span: Span, with_snippet: bool) -> Region {
    let (start, end) = (point(source, span.start), point(source, span.end));
    let snippet = (with_snippet && !span.is_empty() && span.len() <= MAX_SNIPPET)
        .then(|| Content { text: snippet::masked(source, span) });
    Region { start_line: start.0, start_column: Some(start.1), end_line: Some(end.0), end_column: Some(end.1), snippet }
}

/// The whole lines of the statement, or the region's own lines and their neighbours where these are no more than the
/// region. `None` where even the second are many or long.
pub(super) fn context(source: &Source, place: Span, statement: Span) -> Option<Region> {
    let (first, last) = snippet::lines_of(source, place.cover(statement));
    let (own_first, own_last) = snippet::lines_of(source, place);
    let around = (own_first.saturating_sub(1).max(1), (own_last + 1).min(source.line_count()));
    [(first, last), around].into_iter().find_map(|(first, last)| {
        let span = source.line_span(first)?.cover(source.line_span(last)?);
        let small = last - first < MAX_CONTEXT_LINES && span.len() <= MAX_SNIPPET;
        (small && span.contains(place) && span != place).then(|| region(source, span, true))
    })
}

/// Line and column, both from 1. A byte order mark is no column.
fn point(source: &Source, offset: u32) -> (u32, u32) {
    let position = source.position(offset);
    let Some(line) = source.line_span(position.line) else {
        return (position.line, position.column);
    };
    let before = source.slice(Span { start: line.start, end: offset.max(line.start) });
    // A character that takes four bytes in UTF-8 takes two units in UTF-16, every other one.
    let wide = before.bytes().filter(|byte| *byte >= 0xf0).count() as u32;
    let mark = u32::from(line.start == 0 && position.column > 1 && source.text().starts_with('\u{feff}'));
    (position.line, position.column + wide - mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn columns_count_utf16_units() {
        let source = Source::new(FileId(0), "a", "\u{feff}é𝄞x\n𝄞y".into());
        let columns = |start, end| {
            let region = region(&source, Span::new(start, end), false);
            (region.start_line, region.start_column, region.end_line, region.end_column)
        };
        assert_eq!(columns(3, 5), (1, Some(1), Some(1), Some(2)));
        assert_eq!(columns(9, 10), (1, Some(4), Some(1), Some(5)));
        assert_eq!(columns(15, 16), (2, Some(3), Some(2), Some(4)));
    }

    #[test]
    fn paths_become_uris() {
        let cases = [
            ("./a b/%41#?.py", "a%20b/%2541%23%3F.py", true),
            ("x:y/ü", "x%3Ay/%C3%BC", true),
            ("/srv/a", "file:///srv/a", false),
            ("C:\\a b", "file:///C:/a%20b", false),
        ];
        for (path, uri, relative) in cases {
            let artifact = artifact(path);
            assert_eq!((artifact.uri.as_str(), artifact.uri_base_id.is_some()), (uri, relative));
        }
    }
}

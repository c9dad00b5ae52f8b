//! Where something is, for formats that machines read.

use super::{Look, snippet};
use crate::report::{Edits, Report};
use crate::source::{Place, Position, Source};
use serde::Serialize;
use std::borrow::Cow;

/// A place as JSON has it.
#[derive(Serialize)]
pub(super) struct Location<'a> {
    pub(super) path: &'a str,
    pub(super) start: Point,
    pub(super) end: Point,
}

/// Line and column count from 1, the column in characters; the byte counts from 0 in the file.
#[derive(Serialize)]
pub(super) struct Point {
    line: u32,
    column: u32,
    byte: u32,
}

/// The longest text under a span that is repeated in an output, in bytes.
const MAX_SNIPPET: usize = 1000;

/// `None` where the report does not hold the file.
pub(super) fn location(report: &Report, place: Place) -> Option<Location<'_>> {
    let source = report.sources.get(place.file)?;
    let point = |byte: u32| {
        let Position { line, column } = source.position(byte);
        Point { line, column, byte }
    };
    Some(Location { path: source.path.as_str(), start: point(place.span.start), end: point(place.span.end) })
}

/// A path as platforms compare it with their own: relative to the root where it lies below it, `/` between its parts.
pub(super) fn relative<'a>(path: &'a str, look: &Look<'_>) -> Cow<'a, str> {
    let below = look.root.and_then(|root| path.strip_prefix(root.as_str())?.strip_prefix(['/', '\\']));
    let path = below.unwrap_or(path);
    let path = path.strip_prefix("./").or_else(|| path.strip_prefix(".\\")).unwrap_or(path);
    // On a system whose paths are parted by `/`, a `\` belongs to a name.
    if cfg!(windows) { Cow::Owned(path.replace('\\', "/")) } else { Cow::Borrowed(path) }
}

/// The text at a place, passwords masked; `None` where it is too long to repeat.
pub(super) fn snippet(source: &Source, place: Place) -> Option<String> {
    (place.span.len() <= MAX_SNIPPET).then(|| snippet::masked(source, place.span))
}

/// Edits that may be written down. `None` where the new text would repeat a password of the file: such a fix can
/// only be made in place.
pub(super) fn printable(edits: Option<&Edits>) -> Option<&Edits> {
    edits.filter(|edits| !edits.as_slice().iter().any(|edit| super::mask::holds_secret(&edit.text)))
}

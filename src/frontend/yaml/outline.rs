//! Where block scalars lie, found by lines alone: for what must be known before the text is fit for the parser.

use crate::frontend::collect::lines;
use std::ops::Range;

/// The lines of the text's block scalars, in order and apart: from behind the line with the `|` or `>` on.
pub(super) fn block_scalars(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open: Option<(Range<usize>, usize)> = None;
    for (offset, line) in lines(text) {
        let end = (offset + line.len() + 1).min(text.len());
        if let Some((range, column)) = &mut open {
            if line.trim().is_empty() || column_of(line) > *column || is_action(line) {
                range.end = end;
                continue;
            }
            found.extend(open.take().map(|(range, _)| range));
        }
        open = opens(line).map(|column| (end..end, column));
    }
    found.extend(open.map(|(range, _)| range));
    found
}

/// Whether a line holds nothing but an action of a template language, which steers from any column.
fn is_action(line: &str) -> bool {
    let line = line.trim();
    [("{{", "}}"), ("{%", "%}"), ("<%", "%>")]
        .iter()
        .any(|(open, close)| line.starts_with(open) && line.ends_with(close))
}

/// The column that a block scalar's lines lie behind, where `line` ends with its header.
fn opens(line: &str) -> Option<usize> {
    let (before, _) = header(line)?;
    let before = before.trim_end();
    let items = before.len() - before.trim_start_matches([' ', '-']).len();
    let item = before.trim_start().strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    let entry = before.ends_with(':');
    let column = column_of(line);
    match (entry, item) {
        (true, true) => Some(items),
        (true, false) => Some(column),
        // `- |`: behind the last dash.
        (false, true) if items == before.len() => before.rfind('-'),
        (false, _) => None,
    }
}

/// What stands before the header of a block scalar (`|`, `>-`, `|+2`, with a tag or an anchor before it) at the end of a line,
/// and where that header begins.
pub(super) fn header(line: &str) -> Option<(&str, usize)> {
    let text = line.split(" #").next().unwrap_or(line).trim_end();
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-')).len().checked_sub(1)?;
    let good = matches!(text.as_bytes()[start], b'|' | b'>') && text.len() - start <= 3;
    let mut before = text.get(..start)?.strip_suffix(' ')?.trim_end();
    while let Some((rest, last)) = before.rsplit_once(' ') {
        if !last.starts_with(['&', '!']) {
            break;
        }
        before = rest.trim_end();
    }
    good.then_some((before, start))
}

fn column_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn block_scalars_end_where_the_indent_does() {
        for (text, expected) in [
            ("a: |\n  b\n\n  c\nd: e\n", vec!["  b\n\n  c\n"]),
            ("a:\n- |-\n b\n- c: >2 # d\n   e\n  f: g\n", vec![" b\n", "   e\n"]),
            ("a: &x !y |\n  b\n{{ if }}\n  c\nd: a | b\ne: x |\n  f\n", vec!["  b\n{{ if }}\n  c\n"]),
            ("a: |", vec![""]),
        ] {
            let found: Vec<&str> = block_scalars(text).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}

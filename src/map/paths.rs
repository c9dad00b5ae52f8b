//! Paths of keys with `*` in them, as the data of `rules/map/` names what a deployment says.

use crate::settings::{Key, Setting};
use compact_str::CompactString;

/// How many keys a pattern has.
pub(super) fn length(pattern: &str) -> usize {
    if pattern.is_empty() { 0 } else { pattern.split('.').count() }
}

/// Whether the first keys are those of the pattern.
pub(super) fn begins(path: &[Key], pattern: &str) -> bool {
    let mut keys = path.iter();
    pattern.is_empty() || pattern.split('.').all(|part| keys.next().is_some_and(|key| part == "*" || key.text == part))
}

/// The settings whose whole path, from the key number `from` on, is that of one of the patterns.
pub(super) fn found<'a>(
    items: &'a [&'a Setting],
    from: usize,
    patterns: &'a [CompactString],
) -> impl Iterator<Item = &'a Setting> {
    patterns.iter().flat_map(move |pattern| {
        items.iter().copied().filter(move |item| {
            let path = item.path.get(from..).unwrap_or_default();
            path.len() == length(pattern) && begins(path, pattern)
        })
    })
}

/// The settings one key below one of the patterns, elements of lists aside.
pub(super) fn below<'a>(
    items: &'a [&'a Setting],
    from: usize,
    patterns: &'a [CompactString],
) -> impl Iterator<Item = (&'a CompactString, &'a Setting)> {
    patterns.iter().flat_map(move |pattern| {
        items.iter().copied().filter_map(move |item| {
            let path = item.path.get(from..).unwrap_or_default();
            let last = path.last().filter(|key| !key.text.starts_with('['))?;
            (path.len() == length(pattern) + 1 && begins(path, pattern)).then_some((&last.text, item))
        })
    })
}

//! What of a file is for tests alone, and so are the findings in it.

use crate::kind::Kinds;
use crate::report::{Context, Finding, Sighting};
use crate::settings::{Setting, Settings};
use crate::source::{FileId, Span};
use crate::tree::Tree;
use std::collections::BTreeMap;

/// Findings in code that is only compiled for tests are test findings.
pub(super) fn mark_tests(findings: &mut [Finding], sightings: &mut [Sighting], tests: &BTreeMap<FileId, Vec<Span>>) {
    for finding in findings.iter_mut().filter(|finding| in_test(tests, finding.place)) {
        finding.context = Context::Test;
    }
    for sighting in sightings.iter_mut().filter(|sighting| in_test(tests, sighting.place)) {
        sighting.context = Context::Test;
    }
}

pub(super) fn in_test(tests: &BTreeMap<FileId, Vec<Span>>, place: crate::source::Place) -> bool {
    tests.get(&place.file).is_some_and(|spans| spans.iter().any(|span| span.contains(place.span)))
}

/// What of a file of code, of which `all` is the whole, is for tests alone.
pub(super) fn code_for_tests(kinds: &Kinds, language: &str, tree: &Tree, all: Span) -> Vec<Span> {
    if tree.imports.iter().any(|import| kinds.is_test_import(language, &import.path)) {
        return vec![all];
    }
    tree.test_spans.clone()
}

/// What of a configuration stands below a key that is for tests alone.
pub(super) fn spans_for_tests(kinds: &Kinds, settings: &Settings) -> Vec<Span> {
    let for_tests = |setting: &&Setting| {
        setting.path.iter().enumerate().any(|(depth, key)| kinds.is_test_key(&key.text, depth == 0))
    };
    settings.items.iter().filter(for_tests).map(|setting| setting.span).collect()
}

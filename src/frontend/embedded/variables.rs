//! Variables that a file gives itself: what a `name: X` with its `value:` says, `$(X)` elsewhere in the file means, and so
//! with `{{ X }}` or `${X}` and a setting `X`.

use crate::frontend::collect::fill;
use crate::settings::Setting;
use crate::text::{Part, Template};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// More variables of one file stay unknown.
const MAX_VARIABLES: usize = 2_000;

/// A map whose entries are variables of what stands beside it, and below.
const VARIABLES: &str = "vars";

/// The settings that holes elsewhere may mean: those of the file, by all of their keys, and entries of `vars`. Of an action
/// such as `{{ .Values.db.host }}` only the last word is known, so that a word alone must be an entry of `vars`.
pub(super) fn of_settings(items: &[Setting]) -> Vec<(CompactString, Template)> {
    let asked: FxHashSet<&str> = items.iter().flat_map(|item| holes(&item.value)).collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let named = items.iter().filter_map(|item| {
        let below = item.path.iter().rposition(|key| key.text == VARIABLES).map(|at| at + 1);
        let keys: Vec<&str> = item.path[below.unwrap_or(0)..].iter().map(|key| key.text.as_str()).collect();
        let name = keys.join(".");
        let telling = below.is_some() || name.contains(['_', '.']);
        (telling && asked.contains(name.as_str())).then(|| (name.into(), item.value.clone()))
    });
    named.collect()
}

/// The names of the holes of a text that have no default.
fn holes(template: &Template) -> impl Iterator<Item = &str> {
    template.parts.iter().filter_map(|part| match part {
        Part::Hole { name, default: None, .. } if !name.is_empty() => Some(name.as_str()),
        _ => None,
    })
}

/// Fills the holes of settings that bear the name of one of these variables, where the file has one value for it.
pub(super) fn resolve<'a>(items: impl Iterator<Item = &'a mut Setting>, mut given: Vec<(CompactString, Template)>) {
    given.truncate(MAX_VARIABLES);
    given.sort_by(|a, b| a.0.cmp(&b.0));
    given.dedup_by(|a, b| a.0 == b.0 && text(&a.1) == text(&b.1));
    let alone = |at: usize| {
        let same = |other: Option<&(CompactString, Template)>| other.is_some_and(|other| other.0 == given[at].0);
        !same(at.checked_sub(1).and_then(|before| given.get(before))) && !same(given.get(at + 1))
    };
    let known: Vec<(CompactString, Template)> =
        (0..given.len()).filter(|at| alone(*at)).map(|at| given[at].clone()).collect();
    if known.is_empty() {
        return;
    }
    for item in items {
        for part in &mut item.value.parts {
            rename(part, &known);
        }
        fill(&mut item.value, &known);
    }
}

/// A variable that is filled with what Kubernetes knows of the machine goes by the name of that.
fn rename(part: &mut Part, known: &[(CompactString, Template)]) {
    let Part::Hole { name, default: None, .. } = part else { return };
    let Ok(at) = known.binary_search_by(|(known, _)| known.cmp(name)) else { return };
    if let [Part::Hole { name: other, default: None, .. }] = known[at].1.parts.as_slice() {
        name.clone_from(other);
    }
}

fn text(template: &Template) -> CompactString {
    template.assumed()
}

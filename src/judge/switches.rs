//! What a configuration switches off: nothing reads the settings of a map that holds `enabled: false` or `state: absent`.

use super::matching::truth_word;
use super::settings::traced;
use crate::flow::value::Value;
use crate::settings::{Setting, Settings};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// A key that switches its map on or off, folded, and the words that mean off.
const SWITCHES: [(&str, &[&str]); 3] = [
    ("enabled", &[]),
    ("enable", &[]),
    // What tools of deployment are told to remove, or to write as a comment.
    ("state", &["absent", "removed", "comment", "hidden", "ignore"]),
];

/// The settings of maps that are switched off, but for the switch itself, and those that were read out of such a map.
pub(super) fn off(settings: &Settings, keys: &[Vec<CompactString>]) -> FxHashSet<usize> {
    let mut switches: FxHashMap<(u32, &[CompactString]), [bool; SWITCHES.len()]> = FxHashMap::default();
    for (setting, path) in settings.items.iter().zip(keys) {
        let Some((last, holder)) = path.split_last() else { continue };
        let switch = SWITCHES.iter().position(|(name, _)| last == name).filter(|_| !holder.is_empty());
        if let Some(switch) = switch {
            switches.entry((setting.document, holder)).or_default()[switch] = is_off(setting, SWITCHES[switch].1);
        }
    }
    switches.retain(|_, off| off.contains(&true));
    if switches.is_empty() {
        return FxHashSet::default();
    }
    let holder_of = |index: usize| {
        let (document, path) = (settings.items[index].document, &keys[index]);
        let own = usize::from(path.last().is_some_and(|last| SWITCHES.iter().any(|(name, _)| last == name)));
        (1..path.len().saturating_sub(own)).find(|end| switches.contains_key(&(document, &path[..*end])))
    };
    let mut all: FxHashSet<usize> = (0..keys.len()).filter(|index| holder_of(*index).is_some()).collect();
    let places: FxHashSet<u32> = all.iter().map(|index| settings.items[*index].span.start).collect();
    // `name: A` beside `value: b` is read as `A: b` as well, which is no part of the map by its path.
    all.extend((0..keys.len()).filter(|index| places.contains(&settings.items[*index].span.start)));
    all
}

fn is_off(setting: &Setting, words: &[&str]) -> bool {
    let value = match &traced(setting).value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) => text.as_known().and_then(|text| match words {
            [] => truth_word(&text),
            words => Some(!words.contains(&text.as_str())),
        }),
        _ => None,
    };
    value == Some(false)
}

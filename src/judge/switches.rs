//! What a configuration switches off: nothing reads the settings of a map that holds `enabled: false`.

use super::matching::truth_word;
use super::settings::traced;
use crate::flow::value::Value;
use crate::settings::Settings;
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// The settings of maps that hold `enabled: false`, but for that switch itself.
pub(super) fn off(settings: &Settings, keys: &[Vec<CompactString>]) -> FxHashSet<usize> {
    let mut switches: FxHashMap<(u32, &[CompactString]), bool> = FxHashMap::default();
    for (setting, path) in settings.items.iter().zip(keys) {
        let Some((last, holder)) = path.split_last() else { continue };
        if last == "enabled" && !holder.is_empty() {
            let value = match &traced(setting).value {
                Value::Bool(value) => Some(*value),
                Value::Text(text) => text.as_known().and_then(|text| truth_word(&text)),
                _ => None,
            };
            switches.insert((setting.document, holder), value != Some(false));
        }
    }
    if switches.values().all(|on| *on) {
        return FxHashSet::default();
    }
    let is_off = |(index, path): (usize, &Vec<CompactString>)| {
        let document = settings.items[index].document;
        let own = usize::from(path.last().is_some_and(|last| last == "enabled"));
        let off =
            (1..path.len().saturating_sub(own)).any(|end| switches.get(&(document, &path[..end])) == Some(&false));
        off.then_some(index)
    };
    keys.iter().enumerate().filter_map(is_off).collect()
}

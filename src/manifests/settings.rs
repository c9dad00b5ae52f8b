//! What the readers of structured formats share: the settings of a file, by the front-end of its format.

use crate::frontend::{Frontend, Lowered};
use crate::settings::{Key, Setting};
use crate::source::{Place, Source, Span};
use compact_str::CompactString;
use std::collections::BTreeMap;

/// The settings of a file.
pub(super) fn settings(frontend: &dyn Frontend, source: &Source) -> Vec<Setting> {
    match frontend.lower(source).0 {
        Lowered::Settings(settings) => settings.items,
        Lowered::Code(_) => Vec::new(),
    }
}

/// The keys of a setting, to be matched.
pub(super) fn keys(setting: &Setting) -> Vec<&str> {
    setting.path.iter().map(|key| key.text.as_str()).collect()
}

/// A value as it is written; a variable in it stays `${name}`.
pub(super) fn written(setting: &Setting, source: &Source) -> CompactString {
    let as_written = || setting.value.place().map(|place| CompactString::from(source.slice(place.span)));
    setting.value.as_known().or_else(as_written).unwrap_or_default()
}

/// One element, table or object, by the place of its key: its members by name, each with the place of its value.
#[derive(Debug, Default)]
pub(super) struct Record {
    members: BTreeMap<CompactString, (CompactString, Span)>,
}

impl Record {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.members.get(name).map(|(value, _)| value.as_str())
    }

    /// Where the first of these members stands.
    pub(super) fn at(&self, names: &[&str]) -> Span {
        names.iter().find_map(|name| self.members.get(*name)).map_or(Span::default(), |(_, span)| *span)
    }
}

/// The records of which a key satisfies `is_record`, in the order of the file. Members lie directly below the record; those
/// one deeper go by `a.b`.
pub(super) fn records(items: &[Setting], source: &Source, is_record: impl Fn(&[Key]) -> bool) -> Vec<Record> {
    let mut found: BTreeMap<Place, Record> = BTreeMap::new();
    for setting in items {
        let Some(end) = (1..setting.path.len()).rev().find(|end| is_record(&setting.path[..*end])) else { continue };
        let (above, members) = setting.path.split_at(end);
        if members.len() > 2 {
            continue;
        }
        let record = found.entry(above[end - 1].at).or_default();
        let name: Vec<&str> = members.iter().map(|key| key.text.as_str()).collect();
        let at = setting.value.place().map_or(setting.span, |place| place.span);
        record.members.entry(name.join(".").into()).or_insert_with(|| (written(setting, source), at));
    }
    found.into_values().collect()
}

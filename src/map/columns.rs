//! Columns of stores that code names: what they are called says what passes over the connections to the store.

use super::knowledge::MapKnowledge;
use super::system::System;
use super::{Component, Connection, Sensitive};
use crate::endpoint::protocols::words;
use crate::report::{Direction, Sources};
use crate::source::{Source, Span};
use compact_str::CompactString;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// Of one component, so many of each kind are noted.
const MOST: usize = 5;

/// A stretch of text is looked at so far.
const MAX_STRETCH: usize = 1200;

/// Notes what the code of each component names on its connections of a purpose.
pub(super) fn note(knowledge: &MapKnowledge, system: &System<'_>, sources: &Sources, connections: &mut [Connection]) {
    let stores = |one: &&mut Connection| one.direction == Direction::Out && one.purpose == "database";
    let asked: BTreeSet<CompactString> =
        connections.iter_mut().filter(stores).map(|one| one.component.clone()).collect();
    let forms: Vec<Regex> = knowledge.columns.iter().filter_map(|form| Regex::new(form).ok()).collect();
    if asked.is_empty() || forms.is_empty() {
        return;
    }
    let mut found: BTreeMap<CompactString, Vec<Sensitive>> = BTreeMap::new();
    for source in sources.iter() {
        let columns = columns(knowledge, &forms, source);
        if columns.is_empty() {
            continue;
        }
        for Component { name, .. } in system.of_file(&source.path).into_iter().filter(|one| asked.contains(&one.name)) {
            let all = found.entry(name).or_default();
            for column in &columns {
                let of_kind = all.iter().filter(|known| known.kind == column.kind);
                let known = all.iter().any(|known| known.word == column.word);
                if !known && of_kind.count() < MOST {
                    all.push(column.clone());
                }
            }
        }
    }
    for connection in connections.iter_mut().filter(stores) {
        connection.sensitive.extend(found.get(&connection.component).into_iter().flatten().cloned());
    }
}

/// The columns of a file whose names tell of something.
fn columns(knowledge: &MapKnowledge, forms: &[Regex], source: &Source) -> Vec<Sensitive> {
    let text = source.text();
    let mut all: Vec<Sensitive> = Vec::new();
    for group in forms.iter().flat_map(|form| form.captures_iter(text)).filter_map(|found| found.get(1)) {
        let end = group.as_str().char_indices().nth(MAX_STRETCH).map_or(group.len(), |(at, _)| at);
        let names =
            group.as_str()[..end].split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|name| !name.is_empty());
        for name in names {
            let Some(kind) = knowledge.sensitive(&words(name)) else { continue };
            let start = name.as_ptr() as usize - text.as_ptr() as usize;
            if !all.iter().any(|known| known.word == name) {
                let place = source.place(Span::new(start, start + name.len()));
                all.push(Sensitive { kind: kind.clone(), word: name.into(), place });
            }
        }
    }
    all
}

//! Files that hold nothing but constants, on which calls in other files depend: `get(url, verify=settings.CHECKED)`.
//!
//! No word of a rule need stand in `CHECKED = False`, so that such a file is passed over until somebody seeks the name.

use super::{Parsed, last_name, parse};
use crate::judge::Sought;
use crate::knowledge::Knowledge;
use crate::source::{FileId, Source};
use crate::walk::{Candidate, Content, WalkOptions, read};
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Of the files that were passed over, in their order, those that are called like a home of a name that is sought; with
/// these names.
pub(super) fn holders<'s>(
    sought: &'s BTreeSet<Sought>,
    passed: &[usize],
    files: &[Candidate],
) -> Vec<(usize, BTreeSet<&'s CompactString>)> {
    let mut homes: FxHashMap<&str, Vec<&Sought>> = FxHashMap::default();
    for one in sought {
        for home in &one.homes {
            homes.entry(home).or_default().push(one);
        }
    }
    if homes.is_empty() {
        return Vec::new();
    }
    let names = |index: &usize| {
        let file = &files[*index];
        let all = homes.get(last_name(&file.path)).filter(|_| file.kind.code)?;
        let names = all.iter().filter(|one| one.language == file.kind.language).map(|one| &one.name);
        let names: BTreeSet<&CompactString> = names.collect();
        (!names.is_empty()).then_some((*index, names))
    };
    passed.iter().filter_map(names).collect()
}

/// Reads and parses a file, where one of the names stands in it.
pub(super) fn read_holder(
    knowledge: &Knowledge,
    index: usize,
    candidate: &Candidate,
    names: &BTreeSet<&CompactString>,
    options: &WalkOptions,
) -> Option<Parsed> {
    let Ok(Content::Text(bytes)) = read(candidate, options, &knowledge.kinds) else { return None };
    let source = Source::new(FileId(index as u32), candidate.path.clone(), bytes);
    let holds = names.iter().any(|name| source.text().contains(name.as_str()));
    holds.then(|| parse(knowledge, source, candidate.kind.clone(), candidate.context))
}

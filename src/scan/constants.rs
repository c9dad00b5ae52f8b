//! Files that hold nothing but constants, on which calls in other files depend: `get(url, verify=settings.CHECKED)`.
//!
//! No word of a rule need stand in `CHECKED = False`, so that such a file is passed over until somebody seeks the name.

use super::{Parsed, last_name, parse};
use crate::judge::Sought;
use crate::knowledge::Knowledge;
use crate::source::{FileId, Source};
use crate::walk::{Candidate, Content, WalkOptions, read};
use compact_str::CompactString;
use memchr::memmem;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Between a name and its value stands no longer type.
const NEAR: usize = 80;

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

/// Reads and parses a file, where one of the names gets a value in it.
pub(super) fn read_holder(
    knowledge: &Knowledge,
    index: usize,
    candidate: &Candidate,
    names: &BTreeSet<&CompactString>,
    options: &WalkOptions,
) -> Option<Parsed> {
    let Ok(Content::Text(bytes)) = read(candidate, options, &knowledge.kinds) else { return None };
    let source = Source::new(FileId(index as u32), candidate.path.clone(), bytes);
    let holds = names.iter().any(|name| defines(source.text(), name));
    holds.then(|| parse(knowledge, source, candidate.kind.clone(), candidate.context))
}

/// Whether a text gives a name a value: `CHECKED = False`, `pub const SKIP: bool = true;`.
fn defines(text: &str, name: &str) -> bool {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    memmem::find_iter(text.as_bytes(), name.as_bytes()).any(|at| {
        let rest = &text.as_bytes()[at + name.len()..];
        let whole = !rest.first().is_some_and(|byte| part(*byte)) && (at == 0 || !part(text.as_bytes()[at - 1]));
        let end = rest.iter().take(NEAR).position(|byte| b"=\n;(){},".contains(byte));
        whole && end.is_some_and(|end| rest[end] == b'=' && rest.get(end + 1) != Some(&b'='))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_defined_where_it_gets_a_value() {
        for (text, expected) in [
            ("SKIP = True", true),
            ("pub const SKIP: bool = true;", true),
            ("static final boolean SKIP=true;", true),
            ("NO_SKIP = 1\nSKIPPED = 1", false),
            ("if SKIP == 1:\n  x = 2", false),
            ("SKIP(1),\nOTHER = 2", false),
            ("", false),
        ] {
            assert_eq!(defines(text, "SKIP"), expected, "{text}");
        }
    }
}

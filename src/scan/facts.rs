//! Files that a run does not report on and reads for what others need of them: those that define what the asked files
//! use, and those that use what the asked files define.
//!
//! Reading a whole repository for one changed file would cost more than all the rest. So what a file uses is looked for
//! by the names of files alone, and its users are looked for only where something that others can see stands on a line
//! that is asked for.

use super::{Parsed, last_name, parse};
use crate::filter::Filter;
use crate::flow::shape::children;
use crate::frontend::Lowered;
use crate::gate::scope::{Asked, Scope};
use crate::knowledge::Knowledge;
use crate::source::{FileId, Source, Span};
use crate::tree::{Kind, NodeId, Tree};
use crate::walk::{Candidate, Content, WalkOptions, peek, read};
use aho_corasick::AhoCorasick;
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// A constant may be built from one of another file, and that from one of a third.
const DEPTH: usize = 3;

/// The files around those that a run is asked about.
#[derive(Default)]
pub struct Others<'a> {
    /// As they are shown.
    pub paths: &'a [Utf8PathBuf],
    /// Some of them, by their numbers, to be read; `None` for one that the run leaves out.
    pub take: Option<&'a (dyn Fn(&[usize]) -> Vec<Option<Candidate>> + Sync)>,
    /// The folder that the paths are relative to, to look into files that may be older than those that `take` gives.
    pub working: Utf8PathBuf,
}

/// What is needed to read them.
pub(super) struct Around<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) filter: &'a Filter<'a>,
    pub(super) options: &'a WalkOptions,
    pub(super) scope: &'a Scope,
    pub(super) base: &'a crate::paths::Base,
    pub(super) others: &'a Others<'a>,
    /// The ids of other files begin here.
    pub(super) first: usize,
}

/// What the asked files define on lines that are asked for.
#[derive(Default)]
pub(super) struct Defined {
    /// Variables, fields, and functions whose returned value is asked about.
    values: BTreeSet<CompactString>,
    /// All functions that have such lines.
    functions: BTreeSet<CompactString>,
    /// By language, what a file must name to speak of one of them: the file or the folder that they stand in.
    homes: FxHashMap<CompactString, BTreeSet<CompactString>>,
}

/// What a file may use of others.
struct Needs<'a> {
    words: FxHashSet<&'a str>,
    folder: &'a Utf8Path,
    language: &'a str,
}

impl<'a> Needs<'a> {
    /// `None` where it is no code.
    fn of(file: &'a Parsed, imports_only: bool) -> Option<Self> {
        let Some(Lowered::Code(tree)) = &file.lowered else { return None };
        let words = if imports_only {
            tree.imports.iter().flat_map(|import| import.path.split('.').chain([import.name.as_str()])).collect()
        } else {
            file.source.text().split(|c: char| !c.is_alphanumeric() && c != '_').collect()
        };
        let folder = file.source.path.parent().unwrap_or(Utf8Path::new(""));
        Some(Self { words, folder, language: &file.kind.language })
    }
}

impl Around<'_> {
    /// The files that define what these use, by their names, and what those use in turn.
    pub(super) fn providers(&self, asked: &[Parsed]) -> Vec<Parsed> {
        let mut taken = FxHashSet::default();
        let mut found: Vec<Parsed> = Vec::new();
        let mut from = 0;
        for depth in 0..DEPTH {
            let new = if depth == 0 { asked } else { &found[from..] };
            let needs: Vec<Needs<'_>> = new.iter().filter_map(|file| Needs::of(file, depth > 0)).collect();
            if needs.is_empty() {
                break;
            }
            let paths = self.others.paths.iter().enumerate();
            let meant = |(_, path): &(usize, &Utf8PathBuf)| needs.iter().any(|needs| self.meant(needs, path));
            let wanted: Vec<usize> =
                paths.filter(meant).map(|(index, _)| index).filter(|index| taken.insert(*index)).collect();
            from = found.len();
            let read = self.read_all(&wanted, true);
            found.extend(read);
        }
        found
    }

    /// Whether a file has a name that stands in another one, and lies where that one can mean it.
    fn meant(&self, needs: &Needs<'_>, path: &Utf8Path) -> bool {
        let home = path.parent().unwrap_or(Utf8Path::new(""));
        needs.words.contains(last_name(path))
            && (needs.folder.starts_with(home) || home.file_name().is_some_and(|name| needs.words.contains(name)))
            && self.language(path).is_some_and(|language| language == needs.language)
    }

    /// The files that use what is defined on lines that are asked for, and may hold something that a rule asks for.
    pub(super) fn users(&self, defined: &Defined, taken: &[Parsed]) -> Vec<Parsed> {
        let taken = taken.iter().map(|file| file.source.id).collect();
        self.naming(defined, &defined.values, &taken, |path, language, text| self.filter.wants(path, language, text))
    }

    /// The files that call one of these helpers, which the asked files define on lines that are asked for.
    pub(super) fn callers(
        &self,
        defined: &Defined,
        taken: &FxHashSet<FileId>,
        helpers: &BTreeSet<CompactString>,
    ) -> Vec<Parsed> {
        let names = defined.functions.intersection(helpers).cloned().collect();
        self.naming(defined, &names, taken, |_, _, _| true)
    }

    fn naming(
        &self,
        defined: &Defined,
        names: &BTreeSet<CompactString>,
        taken: &FxHashSet<FileId>,
        wants: impl Fn(&Utf8Path, &str, &str) -> bool + Sync,
    ) -> Vec<Parsed> {
        let names: Vec<&CompactString> = names.iter().filter(|name| name.len() > 2).collect();
        let Some(words) = automaton(names) else { return Vec::new() };
        let homes: FxHashMap<&CompactString, AhoCorasick> =
            defined.homes.iter().filter_map(|(language, homes)| Some((language, automaton(homes)?))).collect();
        let holds = |index: &usize| {
            let path = &self.others.paths[*index];
            let Some(language) = self.language(path) else { return false };
            let Some(homes) = homes.get(&language) else { return false };
            let real = self.others.working.join(path);
            let Some(bytes) = peek(&real, self.options) else { return false };
            // First what costs least; what is read here may be older than what is staged.
            whole_word(&words, &bytes)
                && whole_word(homes, &bytes)
                && wants(path, &language, &String::from_utf8_lossy(&bytes))
        };
        let indices: Vec<usize> =
            (0..self.others.paths.len()).filter(|index| !taken.contains(&self.id(*index))).collect();
        let users: Vec<usize> = indices.into_par_iter().filter(holds).collect();
        self.read_all(&users, false)
    }

    pub(super) fn defined(&self, asked: &[Parsed]) -> Defined {
        let mut defined = Defined::default();
        let Scope::Lines(scope) = self.scope else { return defined };
        for file in asked {
            let Some(Lowered::Code(tree)) = &file.lowered else { continue };
            let Some(lines) = scope.get(&self.base.relative(file.source.path.as_str())) else { continue };
            definitions(tree, &file.source, lines, &mut defined);
            let homes = defined.homes.entry(file.kind.language.clone()).or_default();
            homes.insert(last_name(&file.source.path).into());
            homes.extend(file.source.path.parent().and_then(Utf8Path::file_name).map(CompactString::from));
        }
        defined
    }

    /// By its name: what only its content tells is no part of a program.
    fn language(&self, path: &Utf8Path) -> Option<CompactString> {
        self.knowledge.kinds.of_path(path.as_str()).filter(|kind| kind.code).map(|kind| kind.language)
    }

    fn id(&self, index: usize) -> FileId {
        FileId((self.first + index) as u32)
    }

    /// Reads and parses them; those alone that the filter of the run wants, where it is asked.
    fn read_all(&self, indices: &[usize], filtered: bool) -> Vec<Parsed> {
        let candidates = self.others.take.map(|take| take(indices)).unwrap_or_default();
        let one = |(number, index): (usize, &usize)| {
            let candidate = candidates.get(number)?.clone()?;
            let Ok(Content::Text(bytes)) = read(&candidate, self.options, &self.knowledge.kinds) else { return None };
            let source = Source::new(self.id(*index), candidate.path, bytes);
            let wanted = !filtered || self.filter.wants(&source.path, &candidate.kind.language, source.text());
            wanted.then(|| parse(source, candidate.kind, candidate.context))
        };
        indices.par_iter().enumerate().filter_map(one).collect()
    }
}

/// Adds the names that others can see and that stand on lines that are asked for.
fn definitions(tree: &Tree, source: &Source, asked: &Asked, out: &mut Defined) {
    let meets = |span: Span| {
        let last = span.end.saturating_sub(1).max(span.start);
        asked.meets(source.position(span.start).line, source.position(last).line)
    };
    let mut functions: Vec<(CompactString, Span)> = Vec::new();
    let mut returns: Vec<Span> = Vec::new();
    // With whether a name that is given a value there is one that others can see.
    let mut open: Vec<(NodeId, bool)> = tree.top.iter().map(|node| (*node, true)).collect();
    while let Some((node, shared)) = open.pop() {
        let span = tree.span(node);
        if !meets(span) {
            continue;
        }
        let mut inside = false;
        match tree.kind(node) {
            Kind::Function(function) => {
                functions.extend(function.name.as_ref().map(|name| (name.text.clone(), function.span.cover(span))));
            }
            Kind::Declare { target, .. } | Kind::Assign { target, .. } if shared => match tree.kind(*target) {
                Kind::Name(name) => out.values.extend([name.clone()]),
                Kind::Member { name, .. } => out.values.extend([name.text.clone()]),
                _ => {}
            },
            Kind::Return(Some(_)) => returns.push(span),
            Kind::Class(_) | Kind::Block(_) | Kind::If { .. } | Kind::Try { .. } => inside = shared,
            _ => {}
        }
        open.extend(children(tree, node).into_iter().map(|child| (child, inside)));
    }
    for (name, span) in functions {
        if returns.iter().any(|returned| span.contains(*returned)) {
            out.values.insert(name.clone());
        }
        out.functions.insert(name);
    }
}

fn automaton<'a>(words: impl IntoIterator<Item = &'a CompactString>) -> Option<AhoCorasick> {
    let words: Vec<&str> = words.into_iter().map(CompactString::as_str).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { None } else { AhoCorasick::new(words).ok() }
}

fn whole_word(words: &AhoCorasick, bytes: &[u8]) -> bool {
    let part = |at: Option<&u8>| at.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    words
        .find_overlapping_iter(bytes)
        .any(|hit| !part(hit.start().checked_sub(1).and_then(|at| bytes.get(at))) && !part(bytes.get(hit.end())))
}

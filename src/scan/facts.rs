//! Files that a run does not report on and reads for what others need of them: those that define what the asked files
//! use, and those that use what the asked files define.
//!
//! Reading a whole repository for one changed file would cost more than all the rest. So what a file uses is looked for
//! by the names of files alone, and its users are looked for only where something stands on a line that is asked for
//! that others can see and whose value is known, or that their arguments decide.

use super::{Parsed, last_name, parse, variables};
use crate::filter::Filter;
use crate::flow::shape::children;
use crate::frontend::Lowered;
use crate::gate::scope::{Asked, Scope};
use crate::judge::Reach;
use crate::knowledge::Knowledge;
use crate::source::{FileId, Source, Span};
use crate::tree::{Kind, NodeId, Tree};
use crate::walk::{Candidate, Content, WalkOptions, peek, read};
use aho_corasick::AhoCorasick;
use camino::Utf8Path;
use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};

/// A constant may be built from one of another file, and that from one of a third.
const DEPTH: usize = 3;

/// The files around those that a run is asked about. They are listed and read only where somebody asks for them.
pub trait Others: Sync {
    fn count(&self) -> usize;
    /// One of them as it is shown, by its number, which is below the count.
    fn path(&self, number: usize) -> &Utf8Path;
    /// Some of them, by their numbers, to be read; `None` for one that the run leaves out.
    fn take(&self, indices: &[usize]) -> Vec<Option<Candidate>>;
}

/// A run that knows of no files around.
pub struct Alone;

impl Others for Alone {
    fn count(&self) -> usize {
        0
    }

    fn path(&self, _: usize) -> &Utf8Path {
        Utf8Path::new("")
    }

    fn take(&self, _: &[usize]) -> Vec<Option<Candidate>> {
        Vec::new()
    }
}

/// What is needed to read them.
pub(super) struct Around<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) filter: &'a Filter<'a>,
    pub(super) options: &'a WalkOptions,
    pub(super) scope: &'a Scope,
    pub(super) base: &'a crate::paths::Base,
    pub(super) others: &'a dyn Others,
    /// The ids of other files begin here.
    pub(super) first: usize,
}

/// What the asked files define on lines that are asked for.
#[derive(Default)]
pub(super) struct Defined {
    names: BTreeSet<CompactString>,
    /// By language, what a file must name to speak of one of them: the file or the folder that they stand in.
    homes: FxHashMap<CompactString, BTreeSet<CompactString>>,
}

/// What is looked for in the files around.
struct Sought {
    names: AhoCorasick,
    /// The names of values; the others are those of helpers, and stand before them.
    values_from: usize,
    homes: FxHashMap<CompactString, AhoCorasick>,
}

/// What a file may use of others.
struct Needs<'a> {
    words: FxHashSet<&'a str>,
    /// What its imports say right before a name; nothing for a name that one of them begins with.
    before: FxHashMap<&'a str, Option<BTreeSet<&'a str>>>,
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
        let mut before: FxHashMap<&str, Option<BTreeSet<&str>>> = FxHashMap::default();
        for import in &tree.imports {
            let mut last = "";
            for part in import.path.split('.') {
                let said = before.entry(part).or_insert_with(|| Some(BTreeSet::new()));
                match said {
                    Some(said) if !last.is_empty() => {
                        said.insert(last);
                    }
                    _ => *said = None,
                }
                last = part;
            }
        }
        let folder = file.source.path.parent().unwrap_or(Utf8Path::new(""));
        Some(Self { words, before, folder, language: &file.kind.language })
    }

    /// Whether its imports say in which folder a file lies, wherever they speak of one of that name.
    fn says_where(&self, file: &Utf8Path) -> bool {
        let folder = file.parent().and_then(Utf8Path::file_name);
        let said = self.before.get(last_name(file)).and_then(Option::as_ref);
        said.zip(folder).is_some_and(|(said, folder)| said.contains(folder))
    }

    /// How many folders of a path it names, from the innermost on, without those that it lies in itself.
    fn said(&self, home: &Utf8Path) -> usize {
        let mut said = 0;
        for folder in home.ancestors() {
            if self.folder.starts_with(folder) {
                return usize::MAX;
            }
            if !folder.file_name().is_some_and(|name| self.words.contains(name)) {
                break;
            }
            said += 1;
        }
        said
    }
}

impl Around<'_> {
    /// The files that define what these use, by their names, and what those use in turn; those aside that have been read.
    pub(super) fn providers(&self, asked: &[Parsed], read: &[Parsed]) -> Vec<Parsed> {
        let mut found: Vec<Parsed> = Vec::new();
        let is_code = |file: &Parsed| matches!(file.lowered, Some(Lowered::Code(_)));
        if !asked.iter().any(is_code) || self.others.count() == 0 {
            return found;
        }
        let mut from = 0;
        let mut taken: FxHashSet<usize> = read.iter().map(|file| file.source.id.0 as usize - self.first).collect();
        for depth in 0..DEPTH {
            let new = if depth == 0 { asked } else { &found[from..] };
            let needs: Vec<Needs<'_>> = new.iter().filter_map(|file| Needs::of(file, depth > 0)).collect();
            if needs.is_empty() {
                break;
            }
            let named = named(self.others, &needs);
            let mut wanted = BTreeSet::new();
            for need in &needs {
                for found in need.words.iter().filter_map(|word| named.get(word)) {
                    self.meant(need, found, &mut wanted);
                }
            }
            let wanted: Vec<usize> = wanted.into_iter().filter(|index| taken.insert(*index)).collect();
            from = found.len();
            let read = self.read_all(&wanted, true);
            found.extend(read);
        }
        found
    }

    /// Adds which of the files, whose name stands in another one, that one can mean: those beside or above it, unless its
    /// imports name the folder of another, and of those in folders of one name the ones of whose path it says most.
    fn meant(&self, needs: &Needs<'_>, files: &[usize], wanted: &mut BTreeSet<usize>) {
        let mut elsewhere: BTreeMap<&str, (usize, Vec<usize>)> = BTreeMap::new();
        let path = |index: &usize| self.others.path(*index);
        let same = |index: &&usize| self.language(path(index)).is_some_and(|language| language == needs.language);
        let files: Vec<&usize> = files.iter().filter(same).collect();
        let told = files.iter().any(|index| needs.says_where(path(index)));
        for index in files {
            let path = path(index);
            if told && !needs.says_where(path) {
                continue;
            }
            let home = path.parent().unwrap_or(Utf8Path::new(""));
            if needs.folder.starts_with(home) {
                wanted.insert(*index);
                continue;
            }
            let Some(folder) = home.file_name().filter(|name| needs.words.contains(name)) else { continue };
            let said = needs.said(home);
            let best = elsewhere.entry(folder).or_default();
            if said > best.0 {
                *best = (said, Vec::new());
            }
            if said == best.0 {
                best.1.push(*index);
            }
        }
        wanted.extend(elsewhere.into_values().flat_map(|(_, indices)| indices));
    }

    /// The files that use what the asked files define on lines that are asked for: that call one of the helpers, or name
    /// one of the values and may hold something that a rule asks for.
    pub(super) fn users(&self, defined: &Defined, taken: &FxHashSet<FileId>, reach: &Reach) -> Vec<Parsed> {
        let Some(sought) = Sought::new(defined, reach) else { return Vec::new() };
        let free: Vec<usize> = (0..self.others.count()).filter(|index| !taken.contains(&self.id(*index))).collect();
        let uses = |buffer: &mut Vec<u8>, index: &usize| {
            let path = self.others.path(*index);
            let homes = self.language(path).and_then(|language| Some((sought.homes.get(&language)?, language)));
            let Some((homes, language)) = homes else { return false };
            // What is read here is that on disk, and may be older than what is staged.
            peek(path, self.options, buffer)
                && match sought.found(buffer) {
                    None => false,
                    Some(_) if !whole_words(homes, buffer).any(|_| true) => false,
                    Some(Use::Calls) => true,
                    Some(Use::Names) => self.filter.wants(path, &language, &String::from_utf8_lossy(buffer)),
                }
        };
        let users = free.into_par_iter().map_init(Vec::new, |buffer, index| uses(buffer, &index).then_some(index));
        let users: Vec<usize> = users.flatten().collect();
        self.read_all(&users, false)
    }

    /// The files that set variables of others.
    pub(super) fn variables(&self, rules: &variables::Rules<'_>) -> Vec<Parsed> {
        let set: Vec<usize> = (0..self.others.count()).filter(|index| rules.sets(self.others.path(*index))).collect();
        self.read_all(&set, false)
    }

    pub(super) fn defined(&self, asked: &[Parsed]) -> Defined {
        let mut defined = Defined::default();
        let Scope::Lines(scope) = self.scope else { return defined };
        for file in asked {
            let Some(Lowered::Code(tree)) = &file.lowered else { continue };
            let Some(lines) = scope.get(&self.base.relative(file.source.path.as_str())) else { continue };
            definitions(tree, &file.source, lines, &mut defined.names);
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
    pub(super) fn read_all(&self, indices: &[usize], filtered: bool) -> Vec<Parsed> {
        if indices.is_empty() {
            return Vec::new();
        }
        let candidates = self.others.take(indices);
        let one = |(number, index): (usize, &usize)| {
            let candidate = candidates.get(number)?.clone()?;
            let Ok(Content::Text(bytes)) = read(&candidate, self.options, &self.knowledge.kinds) else { return None };
            let source = Source::new(self.id(*index), candidate.path, bytes);
            let wanted = !filtered || self.filter.wants(&source.path, &candidate.kind.language, source.text());
            wanted.then(|| parse(self.knowledge, source, candidate.kind, candidate.context))
        };
        indices.par_iter().enumerate().filter_map(one).collect()
    }
}

/// The files whose names are needed, by name.
fn named<'a>(others: &'a dyn Others, needs: &[Needs<'_>]) -> FxHashMap<&'a str, Vec<usize>> {
    let words: FxHashSet<&str> = needs.iter().flat_map(|needs| &needs.words).copied().collect();
    let mut named: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for index in 0..others.count() {
        let name = last_name(others.path(index));
        if words.contains(name) {
            named.entry(name).or_default().push(index);
        }
    }
    named
}

/// How a file uses what is sought.
enum Use {
    Calls,
    Names,
}

impl Sought {
    /// `None` where there is nothing to look for.
    fn new(defined: &Defined, reach: &Reach) -> Option<Self> {
        let telling = |name: &&CompactString| name.len() > 2 && defined.names.contains(*name);
        let helpers = reach.helpers.iter().filter(|helper| telling(&&helper.name));
        let mut names: Vec<&CompactString> = helpers.map(|helper| &helper.called).collect();
        let values_from = names.len();
        names.extend(reach.values.iter().filter(telling));
        let homes = defined.homes.iter().filter_map(|(language, homes)| Some((language.clone(), automaton(homes)?)));
        Some(Self { names: automaton(names)?, values_from, homes: homes.collect() })
    }

    fn found(&self, text: &[u8]) -> Option<Use> {
        let mut found = None;
        for pattern in whole_words(&self.names, text) {
            if pattern < self.values_from {
                return Some(Use::Calls);
            }
            found = Some(Use::Names);
        }
        found
    }
}

/// Adds the names that others can see and that have lines that are asked for.
fn definitions(tree: &Tree, source: &Source, asked: &Asked, out: &mut BTreeSet<CompactString>) {
    let meets = |span: Span| {
        let last = span.end.saturating_sub(1).max(span.start);
        asked.meets(source.position(span.start).line, source.position(last).line)
    };
    // With whether a name that is given a value there is one that others can see.
    let mut open: Vec<(NodeId, bool)> = tree.top.iter().map(|node| (*node, true)).collect();
    while let Some((node, shared)) = open.pop() {
        if !meets(tree.span(node)) {
            continue;
        }
        let mut inside = false;
        match tree.kind(node) {
            Kind::Function(function) => out.extend(function.name.as_ref().map(|name| name.text.clone())),
            Kind::Declare { target, .. } | Kind::Assign { target, .. } => match tree.kind(*target) {
                Kind::Name(name) if shared => out.extend([name.clone()]),
                Kind::Member { name, .. } => out.extend([name.text.clone()]),
                _ => {}
            },
            Kind::Class(_) | Kind::Block(_) | Kind::If { .. } | Kind::Try { .. } => inside = shared,
            _ => {}
        }
        open.extend(children(tree, node).into_iter().map(|child| (child, inside)));
    }
}

fn automaton<'a>(words: impl IntoIterator<Item = &'a CompactString>) -> Option<AhoCorasick> {
    let words: Vec<&str> = words.into_iter().map(CompactString::as_str).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { None } else { AhoCorasick::new(words).ok() }
}

/// Which of the words stand in the text, each time that one does.
fn whole_words<'a>(words: &'a AhoCorasick, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let part = |at: Option<&u8>| at.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    words
        .find_overlapping_iter(text)
        .filter(move |hit| !part(hit.start().checked_sub(1).and_then(|at| text.get(at))) && !part(text.get(hit.end())))
        .map(|hit| hit.pattern().as_usize())
}

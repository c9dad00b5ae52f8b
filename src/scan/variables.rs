//! Variables of one file that others set: `.env` beside a compose file, the defaults of a role, what a play found out.
//!
//! Which files set variables, and for which others, is data of `rules/kinds.yml`. A hole gets the value that stands in the
//! nearest such file, as its default; a name that has several values stays unknown.

use super::{Parsed, parse};
use crate::charts;
use crate::frontend::Lowered;
use crate::kind::{Kinds, VariableFiles};
use crate::knowledge::Knowledge;
use crate::paths::PathSet;
use crate::settings::{Setting, Settings};
use crate::source::{FileId, Source};
use crate::text::{Part, Template};
use crate::walk::{Candidate, Content, WalkOptions, read};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Values within values deeper than this stay unknown.
const MAX_NESTING: usize = 3;

/// The files that set variables, by their paths.
pub(super) struct Rules<'a> {
    all: Vec<(PathSet, &'a VariableFiles)>,
}

/// What is known of variables.
#[derive(Default)]
pub(super) struct Variables {
    said: Scopes,
    /// What holds where nothing is said.
    defaults: Scopes,
    /// The defaults of charts, whose templates have their values from them.
    charts: BTreeSet<Utf8PathBuf>,
}

#[derive(Default)]
struct Scopes {
    /// By the folder below which it holds.
    folders: FxHashMap<Utf8PathBuf, Values>,
    /// For files for which no nearer one says it.
    shared: Values,
}

#[derive(Default)]
struct Values(FxHashMap<CompactString, Option<Template>>);

impl<'a> Rules<'a> {
    pub(super) fn new(kinds: &'a Kinds) -> Self {
        let all = kinds.variables().iter().filter_map(|files| Some((PathSet::new(&files.files).ok()?, files)));
        Self { all: all.collect() }
    }

    /// Whether the file sets variables of others.
    pub(super) fn sets(&self, path: &Utf8Path) -> bool {
        self.all.iter().any(|(paths, _)| paths.contains(path.as_str()))
    }

    /// What the files say.
    pub(super) fn read<'f>(&self, files: impl Iterator<Item = (&'f Utf8Path, &'f Settings)>) -> Variables {
        let mut variables = Variables::default();
        for (path, settings) in files {
            if charts::values_of(path).is_some_and(|values| values == path) {
                variables.charts.insert(path.to_owned());
            }
            for (_, rule) in self.all.iter().filter(|(paths, _)| paths.contains(path.as_str())) {
                let Some(scope) = path.ancestors().nth(rule.up + 1) else { continue };
                let scopes = if rule.gives_way { &mut variables.defaults } else { &mut variables.said };
                let nearest = scopes.folders.entry(scope.to_owned()).or_default();
                // What is empty is there to be filled in.
                for setting in settings.items.iter().filter(|setting| !is_blank(&setting.value)) {
                    let Some(name) = name(setting, &rule.below) else { continue };
                    nearest.add(name.clone(), &setting.value);
                    if rule.shared {
                        scopes.shared.add(name, &setting.value);
                    }
                }
            }
        }
        variables
    }
}

/// Files that were not parsed for themselves, and give others their values: the defaults of charts of which a template was,
/// and variables where names are asked for.
pub(super) fn providers(
    parsed: &[Parsed],
    files: &[Candidate],
    passed: &[usize],
    variables: Option<&Rules<'_>>,
    options: &WalkOptions,
    knowledge: &Knowledge,
) -> Vec<Parsed> {
    let wanted: BTreeSet<Utf8PathBuf> = parsed.iter().filter_map(|file| charts::values_of(&file.source.path)).collect();
    let gives = |path: &Utf8PathBuf| wanted.contains(path) || variables.is_some_and(|rules| rules.sets(path));
    let missing = passed.par_iter().filter(|index| gives(&files[**index].path));
    missing
        .filter_map(|index| {
            let candidate = &files[*index];
            match read(candidate, options, &knowledge.kinds) {
                Ok(Content::Text(bytes)) => {
                    let source = Source::new(FileId(*index as u32), candidate.path.clone(), bytes);
                    Some(parse(knowledge, source, candidate.kind.clone(), candidate.context))
                }
                _ => None,
            }
        })
        .collect()
}

/// What the setting is called as a variable: by its keys, those behind one of `below` where there are such.
fn name(setting: &Setting, below: &[CompactString]) -> Option<CompactString> {
    let from = match below {
        [] => 0,
        below => setting.path.iter().position(|key| below.contains(&key.text))? + 1,
    };
    let keys: Vec<&str> = setting.path.get(from..)?.iter().map(|key| key.text.as_str()).collect();
    (!keys.is_empty()).then(|| keys.join(".").into())
}

/// Whether there are open holes in files that are parsed.
pub(super) fn asks(parsed: &[Parsed]) -> bool {
    let settings = parsed.iter().filter_map(|file| match &file.lowered {
        Some(Lowered::Settings(settings)) => Some(settings),
        _ => None,
    });
    let mut parts = settings.flat_map(|settings| &settings.items).flat_map(|item| &item.value.parts);
    parts.any(|part| open(part).is_some())
}

/// The name of a hole of which nothing is known.
fn open(part: &Part) -> Option<&CompactString> {
    match part {
        Part::Hole { name, default: None, .. } if is_telling(name) => Some(name),
        _ => None,
    }
}

/// Whether a text is empty, whatever it is made of.
fn is_blank(text: &Template) -> bool {
    text.parts.iter().all(|part| match part {
        Part::Literal { text, .. } => text.trim().is_empty(),
        Part::Hole { default, .. } => default.as_deref().is_some_and(is_blank),
    })
}

/// Of an action such as `{{ .Values.db.host }}` only the last word is known: a word alone may mean anything.
fn is_telling(name: &str) -> bool {
    name.contains(['_', '.']) || (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase()))
}

impl Values {
    fn add(&mut self, name: CompactString, value: &Template) {
        let known = self.0.entry(name).or_insert_with(|| Some(value.clone()));
        if known.as_ref().is_some_and(|known| known.assumed() != value.assumed()) {
            *known = None;
        }
    }
}

impl Scopes {
    /// What holds for a file, the nearest first.
    fn of<'a>(&'a self, path: &'a Utf8Path) -> impl Iterator<Item = &'a Values> {
        let near = path.ancestors().skip(1).filter_map(|folder| self.folders.get(folder));
        near.chain([&self.shared])
    }
}

impl Variables {
    pub(super) fn is_empty(&self) -> bool {
        self.said.folders.is_empty() && self.defaults.folders.is_empty()
    }

    /// Fills the holes of one file.
    pub(super) fn fill(&self, path: &Utf8Path, settings: &mut Settings) {
        if charts::values_of(path).is_some_and(|values| self.charts.contains(&values)) {
            return;
        }
        let places: Vec<&Values> = self.said.of(path).chain(self.defaults.of(path)).collect();
        for part in settings.items.iter_mut().flat_map(|item| &mut item.value.parts) {
            fill_part(&places, part, 0);
        }
    }
}

fn fill_part(places: &[&Values], part: &mut Part, nesting: usize) {
    let Some(name) = open(part).filter(|_| nesting < MAX_NESTING).cloned() else { return };
    let Some(mut value) = places.iter().find_map(|values| values.0.get(&name)).cloned().flatten() else { return };
    for inner in &mut value.parts {
        fill_part(places, inner, nesting + 1);
    }
    // It is there to be filled in.
    if is_blank(&value) {
        return;
    }
    if let Part::Hole { default, .. } = part {
        *default = Some(Box::new(value));
    }
}

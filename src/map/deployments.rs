//! What deployments say: which workloads run, under which names they are reached, and which variables they get.

use super::knowledge::{MapKnowledge, WorkloadForm};
use super::paths::{begins, below, found, length};
use super::workload::{Reached, Variable, Workload, joined, labels, text, variable};
use crate::report::Sources;
use crate::settings::{Setting, Settings};
use crate::source::{FileId, Place, Source, Span};
use crate::text::{Part, Template};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// Holes within holes deeper than this are not filled.
const MAX_FILLED: usize = 4;

/// All that the deployments of a run say.
#[derive(Debug, Default)]
pub struct Deployments {
    pub(super) workloads: Vec<Workload>,
    pub(super) reached: Vec<Reached>,
    /// By name, the variables that workloads may take in.
    sources: BTreeMap<CompactString, Vec<Variable>>,
    /// By the path of the file.
    files: BTreeMap<Utf8PathBuf, Vec<Variable>>,
    /// The dotted keys of files of settings that all applications may get.
    keys: BTreeMap<FileId, Vec<(Span, String)>>,
    /// Names of files of variables beside a deployment; the first that is there counts.
    beside: Vec<CompactString>,
}

impl Deployments {
    pub fn read<'a>(
        knowledge: &MapKnowledge,
        files: impl Iterator<Item = (FileId, &'a str, &'a Settings)>,
        sources: &Sources,
    ) -> Self {
        let mut all = Self { beside: knowledge.variable_files.beside.clone(), ..Self::default() };
        for (file, format, settings) in files {
            let Some(source) = sources.get(file) else { continue };
            if source.path.file_stem().is_some_and(|stem| knowledge.served.shared.iter().any(|name| name == stem)) {
                all.keys.insert(file, settings.items.iter().map(|item| (item.span, item.dotted())).collect());
            }
            if format == knowledge.variable_files.format {
                let variables =
                    settings.items.iter().filter_map(|item| Some(variable(&item.path.last()?.text, item, source)));
                all.files.insert(source.path.clone(), variables.collect());
            } else if knowledge.wants(format, source.text()) {
                all.file(knowledge, format, settings, source);
            }
        }
        all.take_in();
        all
    }

    fn file(&mut self, knowledge: &MapKnowledge, format: &str, settings: &Settings, source: &Source) {
        let speaks = |formats: &[CompactString]| formats.iter().any(|known| known == format);
        let mut documents: BTreeMap<u32, Vec<&Setting>> = BTreeMap::new();
        for item in &settings.items {
            documents.entry(item.document).or_default().push(item);
        }
        for items in documents.values() {
            let kind = items.iter().find(|item| item.path.len() == 1 && item.path[0].text == "kind");
            let kind = kind.and_then(|kind| kind.value.as_known()).unwrap_or_default();
            for form in knowledge.workloads.iter().filter(|form| speaks(&form.formats)) {
                match &form.at {
                    Some(at) => self.maps(form, at, items, source),
                    None if form.kinds.contains(&kind) => {
                        let name = found(items, 0, std::slice::from_ref(&form.name)).find_map(text);
                        self.workloads.extend(name.map(|name| Workload::read(form, name, items, 0, source)));
                    }
                    None => {}
                }
            }
            for form in knowledge.reached.iter().filter(|form| speaks(&form.formats) && form.kinds.contains(&kind)) {
                let name = found(items, 0, std::slice::from_ref(&form.name)).find_map(text);
                let selector = labels(items, 0, std::slice::from_ref(&form.selector));
                let port_names = found(items, 0, &form.port_names).filter_map(text).collect();
                self.reached.extend(name.map(|name| Reached { name, port_names, selector }));
            }
            for form in knowledge.variables.iter().filter(|form| speaks(&form.formats) && form.kinds.contains(&kind)) {
                let Some(name) = found(items, 0, std::slice::from_ref(&form.name)).find_map(text) else { continue };
                let variables = below(items, 0, &form.data).map(|(name, item)| variable(name, item, source));
                self.sources.entry(name).or_default().extend(variables);
            }
        }
    }

    /// The workloads that are maps below a path.
    fn maps(&mut self, form: &WorkloadForm, at: &str, items: &[&Setting], source: &Source) {
        let depth = length(at);
        let inside = items.iter().filter(|item| item.path.len() > depth && begins(&item.path, at));
        let mut maps: Vec<(&CompactString, Vec<&Setting>)> = Vec::new();
        for item in inside {
            let name = &item.path[depth - 1].text;
            match maps.iter_mut().find(|(known, _)| *known == name) {
                Some((_, items)) => items.push(item),
                None => maps.push((name, vec![item])),
            }
        }
        // What stands below a key up to the next one is said by it, whoever has read it.
        let starts: BTreeSet<u32> =
            items.iter().filter_map(|item| Some(item.path.get(depth - 1)?.at.span.start)).collect();
        let tops = items
            .iter()
            .filter(|item| !begins(&item.path, at))
            .filter_map(|item| Some(item.path.first()?.at.span.start));
        let tops: BTreeSet<u32> = tops.collect();
        for (name, items) in maps.iter().filter(|(name, _)| !name.starts_with('[')) {
            let mut workload = Workload::read(form, (*name).clone(), items, depth, source);
            if let Some(key) = items.first().and_then(|item| item.path.get(depth - 1)) {
                let start = key.at.span.start;
                let next = starts.iter().chain(&tops).copied().filter(|other| *other > start).min();
                let end = next.unwrap_or(source.text().len() as u32);
                workload.places.push(source.place(Span { start: key.at.span.end, end }));
            }
            self.workloads.push(workload);
        }
    }

    /// Gives the workloads the variables of the files and maps that they name, and finds out what the variables in what they
    /// say stand for. What adds to no workload is none.
    fn take_in(&mut self) {
        let mut workloads = std::mem::take(&mut self.workloads);
        let known: BTreeSet<(Utf8PathBuf, CompactString)> = workloads
            .iter()
            .filter(|workload| workload.whole)
            .map(|workload| (workload.base().to_owned(), workload.name.clone()))
            .collect();
        workloads.retain(|one| one.whole || known.contains(&(one.base().to_owned(), one.name.clone())));
        let takers = takers(&workloads);
        for workload in &mut workloads {
            let files = workload.files.iter().filter_map(|path| self.files.get(path)).flatten();
            let is_own = |name: &&CompactString| takers.get(*name) == Some(&1);
            let (own, shared): (Vec<_>, Vec<_>) = workload.sources.iter().partition(is_own);
            let of = |names: Vec<&CompactString>| -> Vec<Variable> {
                names.into_iter().filter_map(|name| self.sources.get(name)).flatten().cloned().collect()
            };
            let shared = of(shared);
            let own = of(own);
            let referred = workload.references.iter().filter_map(|[name, of, key]| {
                let found = self.sources.get(of)?.iter().find(|variable| variable.name == *key)?;
                Some(Variable { name: name.clone(), ..found.clone() })
            });
            let more: Vec<Variable> = files.cloned().chain(own).chain(referred).collect();
            workload.environment.extend(more);
            workload.shared = shared;
            let shelves = workload.shelves.iter().filter_map(|name| self.sources.get(name)).flatten();
            workload.places.extend(shelves.map(|variable| variable.place));
            workload.image = workload.written.image.as_ref().and_then(|image| self.told(workload, image));
            let mounts = workload.written.mounts.iter().filter_map(|mount| self.told(workload, mount));
            let base = workload.base();
            workload.mounts = mounts.filter_map(|mount| mounted(base, &mount)).collect();
        }
        let built: Vec<Option<(Utf8PathBuf, Utf8PathBuf)>> =
            workloads.iter().map(|workload| self.built(workload)).collect();
        // Where one folder is the context of different recipes, each takes what lies beside it.
        let recipes = |context: &Utf8Path| {
            let of_context = built.iter().flatten().filter(|(other, _)| *other == context);
            of_context.map(|(_, recipe)| recipe).collect::<BTreeSet<_>>().len()
        };
        for (workload, built) in workloads.iter_mut().zip(&built) {
            let Some((context, recipe)) = built else { continue };
            workload.folder = Some(if recipes(context) > 1 { recipe.clone() } else { context.clone() });
        }
        self.workloads = workloads;
    }

    /// The folder whose files the image of a workload may take in, and that of its recipe.
    fn built(&self, workload: &Workload) -> Option<(Utf8PathBuf, Utf8PathBuf)> {
        let context = self.told(workload, workload.written.context.as_ref()?)?;
        let context = joined(workload.base(), &context);
        let recipe = workload.written.recipe.as_ref().and_then(|recipe| self.told(workload, recipe));
        let recipe = recipe.map(|recipe| joined(&context, &recipe));
        let beside = recipe.as_deref().and_then(Utf8Path::parent).unwrap_or(&context).to_owned();
        Some((context, beside))
    }

    /// What a deployment says, with what its variables stand for.
    fn told(&self, workload: &Workload, written: &Template) -> Option<CompactString> {
        Some(self.interpolated(workload, written, 0).assumed()).filter(|text| !text.is_empty())
    }

    /// A text of a deployment with the holes filled that the files of variables beside it know of.
    pub(super) fn interpolated(&self, workload: &Workload, written: &Template, depth: usize) -> Template {
        let mut parts = Vec::with_capacity(written.parts.len());
        for part in &written.parts {
            let known = match part {
                Part::Hole { name, .. } if depth < MAX_FILLED => self.filled(workload, name),
                _ => None,
            };
            match known.filter(|variable| !variable.value.parts.is_empty()) {
                Some(variable) => parts.extend(self.interpolated(workload, &variable.value, depth + 1).parts),
                None => parts.push(part.clone()),
            }
        }
        Template { parts }
    }

    /// Whether a file holds variables and nothing else.
    pub(super) fn is_of_variables(&self, path: &Utf8Path) -> bool {
        self.files.contains_key(path)
    }

    /// The key of the setting at a place of a file that all applications may get.
    pub(super) fn key(&self, place: Place) -> Option<&str> {
        let mut keys = self.keys.get(&place.file)?.iter();
        let meets = |span: Span| span.start <= place.span.start && place.span.start <= span.end;
        keys.find(|(span, _)| meets(*span)).map(|(_, key)| key.as_str())
    }

    /// The value that a file of variables beside the deployment gives a name.
    pub(super) fn filled(&self, workload: &Workload, name: &str) -> Option<&Variable> {
        let variables = self.beside.iter().find_map(|name| self.files.get(&workload.base().join(name.as_str())))?;
        variables.iter().rev().find(|variable| variable.name == name)
    }

    /// Whether a name reaches a workload.
    pub(super) fn reaches(reached: &Reached, workload: &Workload) -> bool {
        !reached.selector.is_empty() && reached.selector.is_subset(&workload.labels)
    }
}

/// The file or folder of the repository that a mount takes in: `./conf/app.yml:/etc/app.yml:ro`.
fn mounted(base: &Utf8Path, mount: &str) -> Option<Utf8PathBuf> {
    let host = mount.split(':').next().unwrap_or(mount);
    host.starts_with('.').then(|| joined(base, host))
}

/// How many workloads take in each map of variables as a whole. A deployment that is written down twice counts once.
fn takers(workloads: &[Workload]) -> BTreeMap<CompactString, usize> {
    let mut names: BTreeMap<CompactString, BTreeSet<&CompactString>> = BTreeMap::new();
    for workload in workloads {
        for source in &workload.sources {
            names.entry(source.clone()).or_default().insert(&workload.name);
        }
    }
    names.into_iter().map(|(source, names)| (source, names.len())).collect()
}

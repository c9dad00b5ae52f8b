//! What deployments say: which workloads run, under which names they are reached, and which variables they get.

use super::knowledge::{MapKnowledge, WorkloadForm};
use super::paths::{begins, below, found, length};
use crate::report::Sources;
use crate::settings::{Setting, Settings};
use crate::source::{FileId, Place, Source, Span};
use crate::text::Template;
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// All that the deployments of a run say.
#[derive(Debug, Default)]
pub struct Deployments {
    pub(super) workloads: Vec<Workload>,
    pub(super) reached: Vec<Reached>,
    /// By name, the variables that workloads may take in.
    sources: BTreeMap<CompactString, Vec<Variable>>,
    /// By the path of the file.
    files: BTreeMap<Utf8PathBuf, Vec<Variable>>,
    /// Names of files of variables beside a deployment; the first that is there counts.
    beside: Vec<CompactString>,
}

/// Something that runs.
#[derive(Clone, Debug)]
pub(super) struct Workload {
    pub(super) name: CompactString,
    /// The file that says so.
    pub(super) path: Utf8PathBuf,
    /// As [`WorkloadForm::by_folder`].
    pub(super) by_folder: bool,
    pub(super) names: Vec<CompactString>,
    pub(super) image: Option<CompactString>,
    /// The folder that it is built from.
    pub(super) folder: Option<Utf8PathBuf>,
    pub(super) environment: Vec<Variable>,
    files: Vec<Utf8PathBuf>,
    sources: Vec<CompactString>,
    labels: BTreeSet<(CompactString, CompactString)>,
    /// What it says, where.
    places: Vec<Place>,
}

/// A variable of the environment, and its value.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub(super) name: CompactString,
    pub(super) value: Template,
    pub(super) place: Place,
}

/// A name under which the workloads with these labels are reached.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    pub(super) name: CompactString,
    pub(super) port_names: Vec<CompactString>,
    selector: BTreeSet<(CompactString, CompactString)>,
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
                        self.workloads.extend(name.map(|name| workload(form, name, items, 0, source)));
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
        for (name, items) in maps.iter().filter(|(name, _)| !name.starts_with('[')) {
            let is_one = form.has.is_empty() || found(items, depth, &form.has).next().is_some();
            if is_one {
                self.workloads.push(workload(form, (*name).clone(), items, depth, source));
            }
        }
    }

    /// Gives the workloads the variables of the files and maps that they name.
    fn take_in(&mut self) {
        for workload in &mut self.workloads {
            let files = workload.files.iter().filter_map(|path| self.files.get(path)).flatten();
            let sources = workload.sources.iter().filter_map(|name| self.sources.get(name)).flatten();
            let more: Vec<Variable> = files.chain(sources).cloned().collect();
            workload.environment.extend(more);
        }
    }

    /// The value that a file of variables beside the deployment gives a name.
    pub(super) fn filled(&self, workload: &Workload, name: &str) -> Option<&Variable> {
        let folder = workload.path.parent().unwrap_or(Utf8Path::new(""));
        let variables = self.beside.iter().find_map(|name| self.files.get(&folder.join(name.as_str())))?;
        variables.iter().rev().find(|variable| variable.name == name)
    }

    /// Whether a name reaches a workload.
    pub(super) fn reaches(reached: &Reached, workload: &Workload) -> bool {
        !reached.selector.is_empty() && reached.selector.is_subset(&workload.labels)
    }
}

impl Workload {
    /// Whether some of what it says stands at a place.
    pub(super) fn says(&self, place: Place) -> bool {
        let meets = |own: &Place| {
            own.file == place.file
                && own.span.start < place.span.end.max(place.span.start + 1)
                && place.span.start < own.span.end.max(own.span.start + 1)
        };
        self.places.iter().any(meets) || self.environment.iter().any(|variable| meets(&variable.place))
    }
}

fn workload(form: &WorkloadForm, name: CompactString, items: &[&Setting], depth: usize, source: &Source) -> Workload {
    let base = source.path.parent().unwrap_or(Utf8Path::new(""));
    let folder = found(items, depth, &form.folder).find_map(text).map(|folder| joined(base, &folder));
    let place = |item: &&Setting| source.place(item.value.place().map_or(item.span, |place| place.span));
    Workload {
        names: found(items, depth, &form.names).filter_map(text).collect(),
        image: found(items, depth, &form.image)
            .find_map(|item| Some(item.value.assumed()).filter(|text| !text.is_empty())),
        folder,
        environment: environment(form, items, depth, source),
        files: found(items, depth, &form.files).filter_map(text).map(|path| joined(base, &path)).collect(),
        sources: found(items, depth, &form.sources).filter_map(text).collect::<BTreeSet<_>>().into_iter().collect(),
        labels: labels(items, depth, &form.labels),
        places: items.iter().map(place).collect(),
        path: source.path.clone(),
        by_folder: form.by_folder,
        name,
    }
}

/// The variables, those without a value as well: they are handed on from what starts the workload.
fn environment(form: &WorkloadForm, items: &[&Setting], depth: usize, source: &Source) -> Vec<Variable> {
    let mut all: Vec<Variable> =
        below(items, depth, &form.environment).map(|(name, item)| variable(name, item, source)).collect();
    for own in all.iter_mut().filter(|own| own.value.parts.is_empty()) {
        own.value = Template::hole(own.name.clone(), own.place);
    }
    let elements: Vec<CompactString> = form.environment.iter().map(|path| format!("{path}.*").into()).collect();
    let named = found(items, depth, &elements).filter_map(|item| {
        let name = text(item).filter(|_| item.path.last().is_some_and(|key| key.text.starts_with('[')))?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let place = source.place(item.value.place().map_or(item.span, |place| place.span));
        is_name.then(|| Variable { value: Template::hole(name.clone(), place), name, place })
    });
    all.extend(named.filter(|_| form.by_folder));
    all
}

fn variable(name: &CompactString, item: &Setting, source: &Source) -> Variable {
    let at: Span = item.value.place().map_or(item.span, |place| place.span);
    Variable { name: name.clone(), value: item.value.clone(), place: source.place(at) }
}

fn labels(items: &[&Setting], depth: usize, patterns: &[CompactString]) -> BTreeSet<(CompactString, CompactString)> {
    below(items, depth, patterns).filter_map(|(name, item)| Some((name.clone(), text(item)?))).collect()
}

fn text(item: &Setting) -> Option<CompactString> {
    item.value.as_known().filter(|text| !text.is_empty())
}

/// A path as a file writes it, seen from where the run was started.
fn joined(base: &Utf8Path, path: &str) -> Utf8PathBuf {
    let mut whole = base.to_owned();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if whole.file_name().is_some_and(|name| name != "..") => _ = whole.pop(),
            part => whole.push(part),
        }
    }
    whole
}

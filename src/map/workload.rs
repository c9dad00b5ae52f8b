//! Something that runs, as a deployment writes it down.

use super::knowledge::WorkloadForm;
use super::paths::{below, found, length};
use crate::settings::{Key, Setting};
use crate::source::{Place, Source, Span};
use crate::text::Template;
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::BTreeSet;

/// Something that runs.
#[derive(Clone, Debug)]
pub(super) struct Workload {
    pub(super) name: CompactString,
    /// The file that says so.
    pub(super) path: Utf8PathBuf,
    /// As [`WorkloadForm::by_folder`].
    pub(super) by_folder: bool,
    /// It says what it is made from; another one only adds to one of its name.
    pub(super) whole: bool,
    pub(super) names: Vec<CompactString>,
    pub(super) environment: Vec<Variable>,
    pub(super) written: Written,
    pub(super) image: Option<CompactString>,
    /// The folder that it is built from.
    pub(super) folder: Option<Utf8PathBuf>,
    /// Files and folders that it takes in.
    pub(super) mounts: Vec<Utf8PathBuf>,
    /// The protocol that it is asked in whether it lives.
    pub(super) probed: Option<CompactString>,
    pub(super) files: Vec<Utf8PathBuf>,
    pub(super) sources: Vec<CompactString>,
    pub(super) shelves: Vec<CompactString>,
    /// The name of a variable, the map that it is taken from, and its name there.
    pub(super) references: Vec<[CompactString; 3]>,
    /// Variables that others take in as well, with all that stands beside them: which of them it uses is not said.
    pub(super) shared: Vec<Variable>,
    pub(super) labels: BTreeSet<(CompactString, CompactString)>,
    /// What it says, where.
    pub(super) places: Vec<Place>,
}

/// What a workload says with variables in it, which are known once all files are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    pub(super) image: Option<Template>,
    /// The folder whose files its image may take in.
    pub(super) context: Option<Template>,
    /// The file that says how its image is made, seen from the context.
    pub(super) recipe: Option<Template>,
    pub(super) mounts: Vec<Template>,
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
    pub(super) selector: BTreeSet<(CompactString, CompactString)>,
}

impl Workload {
    pub(super) fn read(
        form: &WorkloadForm,
        name: CompactString,
        items: &[&Setting],
        depth: usize,
        source: &Source,
    ) -> Self {
        let base = source.path.parent().unwrap_or(Utf8Path::new(""));
        let place = |item: &&Setting| source.place(item.value.place().map_or(item.span, |place| place.span));
        let first = |patterns: &[CompactString]| {
            found(items, depth, patterns).map(|item| item.value.clone()).find(|value| !value.parts.is_empty())
        };
        let probed = form.probes.iter().find(|probe| {
            let says = |item: &Setting| probe.word.is_empty() || item.value.assumed().contains(probe.word.as_str());
            found(items, depth, &probe.at).any(says)
        });
        Self {
            whole: form.has.is_empty() || found(items, depth, &form.has).next().is_some(),
            names: found(items, depth, &form.names).filter_map(text).collect(),
            environment: environment(form, items, depth, source),
            written: Written {
                image: first(&form.image),
                context: first(&form.folder),
                recipe: first(&form.recipe),
                mounts: found(items, depth, &form.mounts).map(|item| item.value.clone()).collect(),
            },
            image: None,
            folder: None,
            mounts: Vec::new(),
            probed: probed.map(|probe| probe.protocol.clone()),
            files: found(items, depth, &form.files).filter_map(text).map(|path| joined(base, &path)).collect(),
            sources: found(items, depth, &form.sources).filter_map(text).collect::<BTreeSet<_>>().into_iter().collect(),
            shelves: found(items, depth, &form.shelves).filter_map(text).collect::<BTreeSet<_>>().into_iter().collect(),
            references: references(form, items, depth),
            shared: Vec::new(),
            labels: labels(items, depth, &form.labels),
            places: items.iter().map(place).collect(),
            path: source.path.clone(),
            by_folder: form.by_folder,
            name,
        }
    }

    /// Whether some of what it says stands at a place.
    pub(super) fn says(&self, place: Place) -> bool {
        let meets = |own: &Place| {
            own.file == place.file
                && own.span.start < place.span.end.max(place.span.start + 1)
                && place.span.start < own.span.end.max(own.span.start + 1)
        };
        self.places.iter().any(meets) || self.environment.iter().any(|variable| meets(&variable.place))
    }

    /// Where its deployment is written.
    pub(super) fn base(&self) -> &Utf8Path {
        self.path.parent().unwrap_or(Utf8Path::new(""))
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

/// The variables that are taken out of maps one by one.
fn references(form: &WorkloadForm, items: &[&Setting], depth: usize) -> Vec<[CompactString; 3]> {
    let mut all = Vec::new();
    for reference in &form.references {
        let of = [CompactString::from(format!("{}.{}", reference.at, reference.of))];
        let length = length(&reference.at) + depth;
        for map in found(items, depth, &of) {
            let beside = |key: &str| {
                let mut inside = items.iter().filter(|item| item.path.get(..length) == map.path.get(..length));
                inside.find(|item| item.path.len() > length && joined_keys(&item.path[length..]) == key)
            };
            let said = |key: &str| beside(key).and_then(|item| text(item));
            if let (Some(name), Some(of), Some(key)) = (said(&reference.name), text(map), said(&reference.key)) {
                all.push([name, of, key]);
            }
        }
    }
    all
}

fn joined_keys(path: &[Key]) -> String {
    path.iter().map(|key| key.text.as_str()).collect::<Vec<_>>().join(".")
}

pub(super) fn variable(name: &CompactString, item: &Setting, source: &Source) -> Variable {
    let at: Span = item.value.place().map_or(item.span, |place| place.span);
    Variable { name: name.clone(), value: item.value.clone(), place: source.place(at) }
}

pub(super) fn labels(
    items: &[&Setting],
    depth: usize,
    patterns: &[CompactString],
) -> BTreeSet<(CompactString, CompactString)> {
    below(items, depth, patterns).filter_map(|(name, item)| Some((name.clone(), text(item)?))).collect()
}

pub(super) fn text(item: &Setting) -> Option<CompactString> {
    item.value.as_known().filter(|text| !text.is_empty())
}

/// A path as a file writes it, seen from where the run was started.
pub(super) fn joined(base: &Utf8Path, path: &str) -> Utf8PathBuf {
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

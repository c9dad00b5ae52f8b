//! The system that the deployments describe: whose a place is, who answers to a name, and what a variable holds.

use super::build::Input;
use super::deployments::Deployments;
use super::homes::{Application, Homes, REST};
use super::knowledge::MapKnowledge;
use super::workload::{Variable, Workload};
use super::{Component, ComponentKind, Named};
use crate::endpoint::Endpoints;
use crate::endpoint::protocols::folded;
use crate::knowledge::Knowledge;
use crate::paths::Base;
use crate::report::Sources;
use crate::source::Place;
use crate::text::{Part, Template};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Holes within holes deeper than this are not filled.
const MAX_FILLED: usize = 4;

pub(super) struct System<'a> {
    whole: &'a Knowledge,
    pub(super) knowledge: &'a MapKnowledge,
    pub(super) deployments: &'a Deployments,
    sources: &'a Sources,
    homes: &'a Homes,
    base: &'a Base,
    named: &'a [Named],
    /// The components of the workloads, in their order.
    components: Vec<Component>,
    /// The workloads that answer to a name.
    names: FxHashMap<CompactString, Vec<usize>>,
}

impl<'a> System<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let Input { knowledge: whole, deployments, sources, homes, base, named, .. } = *input;
        let components: Vec<Component> =
            deployments.workloads.iter().map(|workload| component(input, workload, &deployments.workloads)).collect();
        let mut names: FxHashMap<CompactString, Vec<usize>> = FxHashMap::default();
        // Who says what it is made from tells more than who adds to it.
        let (wholes, others): (Vec<usize>, Vec<usize>) =
            (0..deployments.workloads.len()).partition(|index| deployments.workloads[*index].whole);
        for index in wholes.into_iter().chain(others) {
            let workload = &deployments.workloads[index];
            let reached = deployments.reached.iter().filter(|reached| Deployments::reaches(reached, workload));
            let reached = reached.map(|reached| &reached.name);
            let application = homes.application(workload);
            for name in workload.names.iter().chain(reached).chain(application).chain([&workload.name]) {
                let known = names.entry(name.to_lowercase()).or_default();
                if !known.contains(&index) {
                    known.push(index);
                }
            }
        }
        Self { whole, knowledge: &whole.map, deployments, sources, homes, base, named, components, names }
    }

    /// The components that a place belongs to; one file may be part of several.
    pub(super) fn owners(&self, place: Place) -> BTreeSet<Component> {
        let indices = 0..self.deployments.workloads.len();
        let says = |index: &usize| {
            let workload = &self.deployments.workloads[*index];
            workload.says(place) || self.fills(workload, place)
        };
        let owners: BTreeSet<Component> = indices.filter(says).map(|index| self.components[index].clone()).collect();
        if !owners.is_empty() {
            return owners;
        }
        let path = self.sources.get(place.file).map_or(Utf8Path::new(""), |source| source.path.as_path());
        if let Some(named) = self.configured(path) {
            return BTreeSet::from([named]);
        }
        let served = self.homes.served(&self.knowledge.served, path, |client| self.asks(client, place));
        if served.is_empty() {
            return self.by_path(path);
        }
        served.into_iter().flat_map(|file| self.by_path(file)).collect()
    }

    /// The components that a file belongs to as a whole.
    pub(super) fn of_file(&self, path: &Utf8Path) -> BTreeSet<Component> {
        self.configured(path).map_or_else(|| self.by_path(path), |named| BTreeSet::from([named]))
    }

    /// What the configuration of barewire calls the component of a file.
    fn configured(&self, path: &Utf8Path) -> Option<Component> {
        let path = self.base.relative(path.as_str());
        let named = self.named.iter().rev().find(|named| named.paths.contains(&path))?;
        Some(Component { name: named.name.clone(), kind: ComponentKind::Configured, path: None })
    }

    /// Whether an application uses what a setting that is served to all configures.
    fn asks(&self, client: &Application, place: Place) -> bool {
        let Some(key) = self.deployments.key(place) else { return true };
        let concerns =
            self.knowledge.served.asked.iter().find(|asked| asked.keys.iter().any(|word| key.contains(word.as_str())));
        concerns.is_none_or(|asked| asked.words.iter().any(|word| client.uses(word)))
    }

    /// By the file or folder that a workload takes in, the folder that it is built from or that its image is called as, or the
    /// nearest manifest. Manifests and what is hidden are for those who build it.
    fn by_path(&self, path: &Utf8Path) -> BTreeSet<Component> {
        let home = self.homes.of(path);
        let is_manifest = path.file_name().is_some_and(|name| self.knowledge.is_for_builders(name));
        for step in path.ancestors() {
            let inside = path.strip_prefix(step).unwrap_or(path);
            let runs = !is_manifest && !is_hidden(inside);
            let name = step.file_name().filter(|_| step != path).map(folded);
            let takes = |index: &usize| {
                let workload = &self.deployments.workloads[*index];
                workload.mounts.iter().any(|mount| mount == step)
                    || match &workload.folder {
                        Some(own) => own == step && step != path,
                        None => name.as_ref().is_some_and(|name| called(workload).any(|called| called == *name)),
                    }
            };
            let found: BTreeSet<Component> = (0..self.components.len())
                .filter(|index| runs && takes(index))
                .map(|index| self.components[index].clone())
                .collect();
            if !found.is_empty() {
                return found;
            }
            if let Some((_, component)) = home.filter(|(own, _)| *own == step && !self.is_module(own)) {
                return BTreeSet::from([component.clone()]);
            }
        }
        let rest = || Component { name: REST.into(), kind: ComponentKind::Rest, path: None };
        BTreeSet::from([home.map_or_else(rest, |(_, component)| component.clone())])
    }

    /// Whether a place speaks to those who build the software and to their machines: a manifest of dependencies, what is hidden,
    /// files of variables aside.
    pub(super) fn is_of_builders(&self, place: Place) -> bool {
        let Some(source) = self.sources.get(place.file) else { return false };
        let path = Utf8PathBuf::from(self.base.relative(source.path.as_str()));
        let is_manifest = path.file_name().is_some_and(|name| self.knowledge.is_for_builders(name));
        let seen = if self.deployments.is_of_variables(&source.path) { path.parent() } else { Some(path.as_path()) };
        is_manifest || seen.is_some_and(is_hidden)
    }

    /// Whether a workload of the component takes in the file of a place.
    pub(super) fn takes_in(&self, component: &CompactString, place: Place) -> bool {
        let Some(source) = self.sources.get(place.file) else { return false };
        let mut mounts = self.workloads(component).flat_map(|workload| &workload.mounts);
        mounts.any(|mount| source.path.starts_with(mount))
    }

    /// Whether a folder holds a part of a build that ends in a workload: one of its folders above has a manifest of the same
    /// kind, and is what a workload is built from.
    fn is_module(&self, folder: &Utf8Path) -> bool {
        let kind = self.homes.manifest(folder);
        let is_built = |above: &Utf8Path| {
            let mut built = self.deployments.workloads.iter().filter_map(|workload| workload.folder.as_deref());
            built.any(|own| own == above) && self.homes.manifest(above) == kind
        };
        kind.is_some() && folder.ancestors().skip(1).any(is_built)
    }

    /// Whether the place is the value that fills a hole of this workload's environment.
    fn fills(&self, workload: &Workload, place: Place) -> bool {
        let holes = workload.environment.iter().flat_map(|variable| holes(&variable.value));
        holes.filter_map(|name| self.deployments.filled(workload, name)).any(|variable| meets(variable.place, place))
    }

    /// The workload that answers to a host, seen from a component.
    pub(super) fn peer(&self, host: &str, from: &CompactString) -> Option<(&Component, &Workload)> {
        let host = host.to_lowercase();
        let named = self.names.get(host.as_str()).cloned().or_else(|| {
            let (name, rest) = host.split_once('.')?;
            let parts: Vec<&str> = rest.split('.').collect();
            let inside = matches!(parts.as_slice(), [_] | [_, "svc", ..]) && !rest.is_empty();
            // A service of Kubernetes is called with its namespace; one of a compose file has one name.
            let spaced = |index: &usize| inside && !self.deployments.workloads[*index].by_folder;
            Some(self.names.get(name)?.iter().copied().filter(spaced).collect())
        })?;
        let folder = self.workloads(from).next().and_then(|workload| workload.path.parent());
        let near = named.iter().find(|index| self.deployments.workloads[**index].path.parent() == folder);
        let index = *near.or_else(|| named.first())?;
        Some((&self.components[index], &self.deployments.workloads[index]))
    }

    /// The workloads of a component; a deployment that is written down twice has several.
    pub(super) fn workloads(&self, component: &CompactString) -> impl Iterator<Item = &'a Workload> {
        let own = self.components.iter().zip(&self.deployments.workloads);
        let component = component.clone();
        own.filter(move |(known, _)| known.name == component).map(|(_, workload)| workload)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&Component, &'a Workload)> {
        self.components.iter().zip(&self.deployments.workloads)
    }

    /// What a component's environment gives a variable; the case of its name does not count.
    pub(super) fn variable(&self, component: &CompactString, name: &str) -> Option<(&'a Workload, &'a Variable)> {
        self.workloads(component).find_map(|workload| {
            let mut all = workload.environment.iter().chain(&workload.shared);
            Some((workload, all.find(|variable| variable.name.eq_ignore_ascii_case(name))?))
        })
    }

    /// A value of a deployment with its holes filled from its variables, from defaults where those say nothing.
    pub(super) fn text(&self, workload: &Workload, value: &Template) -> Option<String> {
        let mut used = Vec::new();
        let text = self.filled(workload, value, true, &mut used, 0).assumed();
        (!text.contains('\0')).then(|| text.into())
    }

    /// A text that stands at a place and belongs to a component, with the holes filled of which its deployment knows; `used`
    /// are the places that told.
    pub(super) fn told(
        &self,
        component: &CompactString,
        place: Place,
        text: &Template,
        used: &mut Vec<Place>,
    ) -> Template {
        self.workloads(component).fold(text.clone(), |text, workload| {
            let deploys = workload.says(place) || self.fills(workload, place);
            self.filled(workload, &text, deploys, used, 0)
        })
    }

    /// `deploys`: the text is the deployment's own, which sees what starts it before what it gives to the workload.
    fn filled(
        &self,
        workload: &Workload,
        text: &Template,
        deploys: bool,
        used: &mut Vec<Place>,
        depth: usize,
    ) -> Template {
        let mut parts = Vec::with_capacity(text.parts.len());
        for part in &text.parts {
            let Part::Hole { name, default, at } = part else {
                parts.push(part.clone());
                continue;
            };
            let started = || self.deployments.filled(workload, name).filter(|_| deploys);
            let own = || {
                let called = folded(name);
                let is_it = |variable: &&Variable| folded(&variable.name) == called && variable.value != *text;
                workload.environment.iter().chain(&workload.shared).find(is_it)
            };
            let known = started().or_else(own).filter(|variable| !variable.value.parts.is_empty());
            if let Some(variable) = known.filter(|_| depth < MAX_FILLED) {
                if !used.contains(&variable.place) {
                    used.push(variable.place);
                }
                parts.extend(self.filled(workload, &variable.value, true, used, depth + 1).parts);
                continue;
            }
            let inner = default.as_ref().filter(|_| depth < MAX_FILLED);
            let inner = inner.map(|inner| self.filled(workload, inner, deploys, used, depth + 1));
            let default = inner.map(Box::new).or_else(|| default.clone());
            parts.push(Part::Hole { name: name.clone(), default, at: *at });
        }
        Template { parts }
    }

    pub(super) fn purpose(&self, protocol: &str) -> CompactString {
        self.whole.protocols.purpose(protocol).into()
    }

    /// The classifier that judged the sightings.
    pub(super) fn endpoints(&self) -> Endpoints<'a> {
        self.whole.endpoints()
    }
}

/// Whether a file or folder is hidden, or lies in a hidden one.
fn is_hidden(path: &Utf8Path) -> bool {
    path.components().any(|part| part.as_str().starts_with('.') && !matches!(part.as_str(), "." | ".."))
}

/// Whether two places have bytes in common.
fn meets(one: Place, other: Place) -> bool {
    one.file == other.file && one.span.start <= other.span.end && other.span.start <= one.span.end
}

/// The names of the holes of a value.
pub(super) fn holes(value: &Template) -> impl Iterator<Item = &str> {
    value.parts.iter().filter_map(|part| match part {
        Part::Hole { name, .. } => Some(name.as_str()),
        Part::Literal { .. } => None,
    })
}

/// What a workload and its image are called, folded.
fn called(workload: &Workload) -> impl Iterator<Item = CompactString> {
    let image = workload.image.as_deref().and_then(|image| image.rsplit('/').next());
    let image = image.map(|image| image.split([':', '@']).next().unwrap_or(image));
    image.into_iter().chain([workload.name.as_str()]).map(folded)
}

fn component(input: &Input<'_>, workload: &Workload, all: &[Workload]) -> Component {
    let built = workload.folder.as_ref().map(|folder| input.base.relative(folder.join("_").as_str()));
    let named = |built: &String| input.named.iter().rev().find(|named| named.paths.contains(built));
    if let Some(named) = built.as_ref().and_then(named) {
        let path = Some(workload.path.clone());
        return Component { name: named.name.clone(), kind: ComponentKind::Configured, path };
    }
    let folder = |workload: &Workload| workload.path.parent().unwrap_or(Utf8Path::new("")).to_owned();
    let own = folder(workload);
    let other = |other: &&Workload| other.by_folder && other.name == workload.name && folder(other) != own;
    let name = match own.file_name() {
        Some(folder) if workload.by_folder && all.iter().any(|one| other(&one)) => {
            format!("{folder}/{}", workload.name).into()
        }
        _ => workload.name.clone(),
    };
    Component { name, kind: ComponentKind::Workload, path: Some(workload.path.clone()) }
}

//! The system that the deployments describe: whose a place is, who answers to a name, and what a variable holds.

use super::deployments::{Deployments, Variable, Workload};
use super::homes::{Homes, REST};
use super::knowledge::MapKnowledge;
use super::{Component, ComponentKind};
use crate::endpoint::Zone;
use crate::endpoint::protocols::folded;
use crate::knowledge::Knowledge;
use crate::report::Sources;
use crate::source::Place;
use crate::text::{Part, Template};
use camino::Utf8Path;
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
    /// The components of the workloads, in their order.
    components: Vec<Component>,
    /// The workloads that answer to a name.
    names: FxHashMap<CompactString, Vec<usize>>,
}

impl<'a> System<'a> {
    pub(super) fn new(
        whole: &'a Knowledge,
        deployments: &'a Deployments,
        sources: &'a Sources,
        homes: &'a Homes,
    ) -> Self {
        let components: Vec<Component> =
            deployments.workloads.iter().map(|workload| component(workload, &deployments.workloads)).collect();
        let mut names: FxHashMap<CompactString, Vec<usize>> = FxHashMap::default();
        for (index, workload) in deployments.workloads.iter().enumerate() {
            let reached = deployments.reached.iter().filter(|reached| Deployments::reaches(reached, workload));
            let reached = reached.map(|reached| &reached.name);
            for name in workload.names.iter().chain(reached).chain([&workload.name]) {
                let known = names.entry(name.to_lowercase()).or_default();
                if !known.contains(&index) {
                    known.push(index);
                }
            }
        }
        Self { whole, knowledge: &whole.map, deployments, sources, homes, components, names }
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
        self.by_path(path)
    }

    /// By the folder that a workload is built from, the folder that its image is called as, or the nearest manifest.
    fn by_path(&self, path: &Utf8Path) -> BTreeSet<Component> {
        let home = self.homes.of(path);
        for folder in path.ancestors().skip(1) {
            let name = folder.file_name().map(folded);
            let built = |index: &usize| {
                let workload = &self.deployments.workloads[*index];
                match &workload.folder {
                    Some(own) => own == folder,
                    None => name.as_ref().is_some_and(|name| called(workload).any(|called| called == *name)),
                }
            };
            let found: BTreeSet<Component> =
                (0..self.components.len()).filter(built).map(|index| self.components[index].clone()).collect();
            if !found.is_empty() {
                return found;
            }
            if let Some((_, component)) = home.filter(|(own, _)| *own == folder) {
                return BTreeSet::from([component.clone()]);
            }
        }
        BTreeSet::from([Component { name: REST.into(), kind: ComponentKind::Rest, path: None }])
    }

    /// Whether the place is the value that fills a hole of this workload's environment.
    fn fills(&self, workload: &Workload, place: Place) -> bool {
        let holes = workload.environment.iter().flat_map(|variable| holes(&variable.value));
        holes.filter_map(|name| self.deployments.filled(workload, name)).any(|variable| {
            variable.place.file == place.file
                && variable.place.span.start <= place.span.start
                && place.span.end <= variable.place.span.end
        })
    }

    /// Where a host is.
    pub(super) fn zone(&self, host: &str) -> Zone {
        self.whole.endpoints().zone_of_host(host)
    }

    /// The workload that answers to a host, seen from a component.
    pub(super) fn peer(&self, host: &str, from: &CompactString) -> Option<(&Component, &Workload)> {
        let host = host.to_lowercase();
        let named = self.names.get(host.as_str()).or_else(|| {
            let (name, rest) = host.split_once('.')?;
            let parts: Vec<&str> = rest.split('.').collect();
            let inside = matches!(parts.as_slice(), [_] | [_, "svc", ..]) && !rest.is_empty();
            self.names.get(name).filter(|_| inside)
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
            let variable = workload.environment.iter().find(|variable| variable.name.eq_ignore_ascii_case(name))?;
            Some((workload, variable))
        })
    }

    /// A value with its holes filled from the variables of the deployment, from defaults where those say nothing.
    pub(super) fn text(&self, workload: &Workload, value: &Template) -> Option<String> {
        self.filled(workload, value, 0)
    }

    fn filled(&self, workload: &Workload, value: &Template, depth: usize) -> Option<String> {
        if depth > MAX_FILLED {
            return None;
        }
        let mut out = String::new();
        for part in &value.parts {
            match part {
                Part::Literal { text, .. } => out.push_str(text),
                Part::Hole { name, default, .. } => {
                    let own = workload.environment.iter().find(|variable| variable.name == *name);
                    let own = own.map(|variable| &variable.value).filter(|own| *own != value);
                    let filled = self.deployments.filled(workload, name).map(|variable| &variable.value);
                    let inner = filled.or(own).or(default.as_deref())?;
                    out.push_str(&self.filled(workload, inner, depth + 1)?);
                }
            }
        }
        Some(out)
    }
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

fn component(workload: &Workload, all: &[Workload]) -> Component {
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

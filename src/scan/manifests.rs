//! The manifests around the files whose verdicts depend on a version. Which those are is only known when they are judged,
//! so that nothing is read where no version matters.

use crate::manifests::known::Versions;
use crate::manifests::shelf::Shelf;
use crate::manifests::{BELOW, Beside, speaks_of};
use crate::paths::Base;
use crate::report::Sources;
use crate::source::{FileId, Source};
use crate::versions::Ecosystem;
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// A requirement file may name another one, and a build its parent.
const MAX_STEPS: usize = 4;
/// Folders above a file that are looked into.
const MAX_FOLDERS: usize = 64;

/// The packages that each file asks for.
pub(super) type Asked = BTreeMap<FileId, BTreeSet<CompactString>>;

/// What is needed to find manifests.
pub(super) struct Around<'a> {
    pub(super) beside: &'a dyn Beside,
    pub(super) base: &'a Base,
    /// The folders that the user named; manifests above them count where they lie below the root.
    pub(super) named: Vec<Utf8PathBuf>,
}

/// Manifests that the run has not read are numbered from here until all files have their numbers.
pub(super) const FIRST: u32 = 1 << 31;

/// The manifests of one reading.
struct Reading<'a> {
    around: &'a Around<'a>,
    ecosystems: Vec<Ecosystem>,
    shelf: Shelf,
    ids: BTreeMap<Utf8PathBuf, FileId>,
    next: u32,
}

impl Around<'_> {
    /// The same with the manifests of before the change, where the run is asked about one.
    pub(super) fn before(&self) -> Option<Around<'_>> {
        Some(Around { beside: self.beside.before()?, base: self.base, named: self.named.clone() })
    }

    /// The versions that each file is built with. Adds the manifests that were read, and are no sources yet.
    pub(super) fn versions(
        &self,
        asked: &Asked,
        sources: &Sources,
        read: &mut Vec<Source>,
    ) -> BTreeMap<FileId, Versions> {
        let folders: BTreeMap<FileId, Vec<Utf8PathBuf>> =
            asked.keys().filter_map(|file| Some((*file, self.folders(&sources.get(*file)?.path)))).collect();
        let ecosystems: BTreeSet<Ecosystem> =
            asked.values().flatten().filter_map(|package| Ecosystem::of(package)).collect();
        let mut reading = Reading {
            around: self,
            ecosystems: ecosystems.into_iter().collect(),
            shelf: Shelf::default(),
            ids: sources.iter().chain(&*read).map(|source| (source.path.clone(), source.id)).collect(),
            next: FIRST + read.len() as u32,
        };
        let all: BTreeSet<&Utf8PathBuf> = folders.values().flatten().collect();
        for folder in all {
            reading.folder(folder);
        }
        let shelf = reading.shelf;
        let of = |(file, packages): (&FileId, &BTreeSet<CompactString>)| {
            let mut versions = Versions::default();
            for package in packages {
                if let Some(known) = shelf.known(folders.get(file)?, package) {
                    versions.insert(package.clone(), known);
                }
            }
            (!versions.is_empty()).then_some((*file, versions))
        };
        let versions = asked.iter().filter_map(of).collect();
        let new = FIRST + read.len() as u32;
        let mut manifests: Vec<Source> = shelf.into_sources().filter(|source| source.id.0 >= new).collect();
        // What counts for several folders was put on the shelf for each.
        manifests.sort_by_key(|source| source.id);
        manifests.dedup_by_key(|source| source.id);
        read.append(&mut manifests);
        versions
    }

    /// The folders above a file, the nearest first: up to the root, or to the folder that the user named.
    fn folders(&self, path: &Utf8Path) -> Vec<Utf8PathBuf> {
        let below_root = self.base.below(path.as_str()).map(|below| below.matches('/').count() + 1);
        let mut folder = path.parent().unwrap_or(Utf8Path::new("")).to_owned();
        let mut all = vec![folder.clone()];
        while all.len() < below_root.unwrap_or(MAX_FOLDERS).min(MAX_FOLDERS) {
            let Some(above) = above(&folder) else { break };
            if below_root.is_none() && !self.named.iter().any(|named| above.starts_with(named)) {
                break;
            }
            folder = above;
            all.push(folder.clone());
        }
        all
    }
}

/// The folder around a folder; `..` is around the working folder.
fn above(folder: &Utf8Path) -> Option<Utf8PathBuf> {
    if folder.as_str().is_empty() || folder.file_name().is_none() && folder.is_relative() {
        return Some(folder.join(".."));
    }
    folder.parent().map(Utf8Path::to_owned)
}

impl Reading<'_> {
    fn folder(&mut self, folder: &Utf8Path) {
        let mut names = self.around.beside.names(folder);
        names.sort();
        let below: Vec<&str> = BELOW.into_iter().filter(|below| names.iter().any(|name| name == below)).collect();
        for below in below {
            let mut inner = self.around.beside.names(&folder.join(below));
            inner.sort();
            names.extend(inner.into_iter().map(|name| format!("{below}/{name}")));
        }
        names.retain(|name| speaks_of(name, &self.ecosystems));
        for name in names {
            self.file(folder, &name);
        }
    }

    /// A manifest, and those that count as part of it.
    fn file(&mut self, folder: &Utf8Path, name: &str) {
        let mut open = vec![(folder.join(name), 0)];
        let mut seen = BTreeSet::new();
        while let Some((path, steps)) = open.pop() {
            if steps > MAX_STEPS || !seen.insert(path.clone()) {
                continue;
            }
            let Some(bytes) = self.around.beside.text(&path) else { continue };
            let next = &mut self.next;
            let id = *self.ids.entry(path.clone()).or_insert_with(|| {
                *next += 1;
                FileId(*next - 1)
            });
            let beside = path.parent().unwrap_or(Utf8Path::new("")).to_owned();
            let others = self.shelf.put(folder, name, Source::new(id, path, bytes));
            open.extend(others.into_iter().map(|other| (joined(&beside, &other), steps + 1)));
        }
    }
}

/// A path from a folder, without `.` and `..` where the text says what they mean.
fn joined(folder: &Utf8Path, path: &str) -> Utf8PathBuf {
    let mut out = folder.to_owned();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => match above(&out) {
                Some(above) => out = above,
                None => break,
            },
            part => out.push(part),
        }
    }
    out
}

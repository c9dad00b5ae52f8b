//! Manifests and lock files: which package a project uses, in which version or range, and where that is written.
//!
//! One small reader a format; to add one: its file, its `mod` line, and its entry in [`ALL`]. A reader never fails: what it
//! does not understand says nothing. Which manifest counts for a file is decided in [`shelf`].

mod cargo;
mod catalog;
mod composer;
mod docker;
mod gem;
mod go;
mod gradle;
pub mod known;
mod npm;
mod npm_lock;
mod nuget;
mod pip;
mod pipfile;
mod pnpm;
mod pom;
mod pyproject;
mod runtime;
mod settings;
mod setup;
pub mod shelf;
#[cfg(test)]
mod tests;
mod toml_lock;
mod yarn;

use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use camino::Utf8Path;
use compact_str::CompactString;

/// More statements of one file are not looked at.
const MAX_STATED: usize = 100_000;

/// Where manifests are looked for. Paths are as they are shown; the empty one is the working folder.
pub trait Beside: Send + Sync {
    /// What lies in a folder, in any order; nothing where there is no such folder.
    fn names(&self, folder: &Utf8Path) -> Vec<String>;
    /// The text of a file; `None` where it is none, or too large.
    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>>;
    /// The manifests as they were before the change that the run is asked about, where it is asked about one.
    fn before(&self) -> Option<&dyn Beside> {
        None
    }
}

/// What one file says.
#[derive(Debug, Default)]
pub struct Manifest {
    pub stated: Vec<Stated>,
    /// Names for versions, which this file and those below its folder may use as `${name}`.
    pub variables: Vec<Variable>,
    /// Other manifests that count as part of this one, as paths from its folder.
    pub others: Vec<String>,
}

/// A name for a version, and where it gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: CompactString,
    pub value: CompactString,
    pub at: Span,
}

/// A package is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    pub package: CompactString,
    /// The version or range as the ecosystem writes it, with `${name}` where a variable stands; `None` where the file says none.
    pub version: Option<CompactString>,
    pub at: Span,
    /// It is what was resolved, and not what is asked for.
    pub locked: bool,
}

impl Manifest {
    fn say(&mut self, package: CompactString, version: Option<&str>, at: Span, locked: bool) {
        if self.stated.len() < MAX_STATED {
            self.stated.push(Stated { package, version: version.map(CompactString::from), at, locked });
        }
    }

    fn define(&mut self, name: impl Into<CompactString>, value: impl Into<CompactString>, at: Span) {
        if self.variables.len() < MAX_STATED {
            self.variables.push(Variable { name: name.into(), value: value.into(), at });
        }
    }
}

/// A format of manifests or lock files.
trait Format: Sync {
    /// Of whose packages it speaks.
    fn ecosystems(&self) -> &'static [Ecosystem];
    /// Whether a file is of this format. The path begins at the folder that the file counts for: `pom.xml`,
    /// `gradle/libs.versions.toml`.
    fn fits(&self, path: &str) -> bool;
    fn read(&self, source: &Source, out: &mut Manifest);
}

static ALL: &[&dyn Format] = &[
    &cargo::Cargo,
    &catalog::Catalog,
    &composer::Composer,
    &composer::ComposerLock,
    &docker::Docker,
    &gem::Gems,
    &gem::GemLock,
    &go::Go,
    &gradle::Gradle,
    &gradle::GradleLock,
    &gradle::GradleProperties,
    &npm::Npm,
    &npm_lock::NpmLock,
    &nuget::Nuget,
    &nuget::NugetLock,
    &pip::Requirements,
    &pipfile::Pipfile,
    &pipfile::PipfileLock,
    &pnpm::Pnpm,
    &pom::Pom,
    &pyproject::Pyproject,
    &runtime::VersionFile,
    &setup::SetupCfg,
    &setup::SetupPy,
    &toml_lock::TomlLock,
    &yarn::Yarn,
];

/// Folders whose manifests count for the folder around them.
pub const BELOW: [&str; 3] = ["gradle", "requirements", "requires"];

/// Whether a file, by its path from a folder, may speak of packages of one of these ecosystems.
pub fn speaks_of(path: &str, ecosystems: &[Ecosystem]) -> bool {
    ALL.iter().any(|format| format.fits(path) && format.ecosystems().iter().any(|one| ecosystems.contains(one)))
}

/// Reads a manifest.
pub fn read(path: &str, source: &Source) -> Manifest {
    let mut out = Manifest::default();
    for format in ALL.iter().filter(|format| format.fits(path)) {
        format.read(source, &mut out);
    }
    out
}

/// The folder that a manifest counts for, and its path from there; `None` for what is no manifest.
pub fn place_of(path: &Utf8Path) -> Option<(&Utf8Path, &str)> {
    let folder = path.parent()?;
    let above = folder.file_name().filter(|name| BELOW.contains(name)).and(folder.parent());
    let from = |folder: &Utf8Path| {
        let start = if folder.as_str().is_empty() { 0 } else { folder.as_str().len() + 1 };
        path.as_str().get(start..).filter(|name| is_manifest(name))
    };
    let own = || Some((folder, from(folder)?));
    above.and_then(|above| Some((above, from(above)?))).or_else(own)
}

/// Whether a file of this name may be a manifest of anything.
fn is_manifest(path: &str) -> bool {
    speaks_of(path, &Ecosystem::ALL)
}

/// The name of the file at the end of a path.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

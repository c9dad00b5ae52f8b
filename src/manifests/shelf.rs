//! The manifests of a run by folder, and the one that counts for a file: the nearest that speaks of a package, with what
//! was locked where that agrees with what is asked for.

use super::known::Known;
use super::{Manifest, Stated, Variable, read};
use crate::source::{FileId, Source, Span};
use crate::versions::{Ecosystem, Range, ranges, short};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::BTreeMap;

/// A variable may be named by another one.
const MAX_STEPS: usize = 8;

#[derive(Debug, Default)]
pub struct Shelf {
    folders: BTreeMap<Utf8PathBuf, Vec<Shelved>>,
}

#[derive(Debug)]
struct Shelved {
    source: Source,
    manifest: Manifest,
}

/// Statements about one package in one folder, which hold together.
struct Agreed<'a> {
    range: Range,
    /// Where the first one has its version from.
    file: &'a Shelved,
    at: Span,
    version: CompactString,
}

impl Shelf {
    /// Puts a manifest, by its path from the folder that it counts for. Gives the manifests that count as part of it, as
    /// paths from its own folder.
    pub fn put(&mut self, folder: &Utf8Path, path: &str, source: Source) -> Vec<String> {
        let mut manifest = read(path, &source);
        let others = std::mem::take(&mut manifest.others);
        self.folders.entry(folder.to_owned()).or_default().push(Shelved { source, manifest });
        others
    }

    pub fn into_sources(self) -> impl Iterator<Item = Source> {
        self.folders.into_values().flatten().map(|shelved| shelved.source)
    }

    /// The file that a path was read as.
    pub fn id_of(&self, path: &Utf8Path) -> Option<FileId> {
        self.folders.values().flatten().map(|shelved| &shelved.source).find(|source| source.path == path).map(|s| s.id)
    }

    /// What the folders of a file, the nearest first, say of a package.
    pub fn known(&self, folders: &[Utf8PathBuf], package: &str) -> Option<Known> {
        let ecosystem = Ecosystem::of(package)?;
        let levels: Vec<&[Shelved]> =
            folders.iter().map(|folder| self.folders.get(folder).map_or(&[][..], Vec::as_slice)).collect();
        let wanted = levels.iter().find_map(|level| agreed(level, &levels, ecosystem, package));
        let wanted = wanted.filter(|wanted| wanted.range != Range::full());
        let locked = levels.iter().find_map(|level| locked(level, ecosystem, package, wanted.as_ref()));
        let speaks = |level: &&[Shelved]| {
            [false, true].into_iter().any(|locked| statements(level, package, locked).next().is_some())
        };
        let distance = levels.iter().position(speaks)?;
        locked.or(wanted).map(|agreed| agreed.known(package, distance))
    }
}

impl Agreed<'_> {
    fn known(self, package: &str, distance: usize) -> Known {
        let source = &self.file.source;
        let version = match self.range.as_singleton() {
            Some(_) => self.version.trim_start_matches(['=', 'v', ' ']).into(),
            None => self.version,
        };
        Known {
            shown: format!("{} {version}", short(package)),
            version,
            at: format!("{}:{}", source.path, source.position(self.at.start).line),
            place: source.place(self.at),
            range: self.range,
            distance,
        }
    }
}

/// What one folder asks for: where several statements contradict each other, any of them may hold.
fn agreed<'a>(
    level: &'a [Shelved],
    levels: &[&'a [Shelved]],
    ecosystem: Ecosystem,
    package: &str,
) -> Option<Agreed<'a>> {
    let mut all: Option<Agreed<'a>> = None;
    for (file, stated) in statements(level, package, false) {
        let found = stated.version.as_deref().and_then(|version| resolved(version, levels));
        let Some(Resolved { version, at }) = found else { continue };
        let Some(range) = ranges::parse(ecosystem, &version) else { continue };
        let (file, at) = at.unwrap_or((file, stated.at));
        all = Some(match all {
            None => Agreed { range, file, at, version },
            Some(first) => {
                let both = first.range.intersection(&range);
                let range = if both.is_empty() { first.range.union(&range) } else { both };
                Agreed { range, ..first }
            }
        });
    }
    all
}

/// What one folder has locked, of it what is asked for.
fn locked<'a>(
    level: &'a [Shelved],
    ecosystem: Ecosystem,
    package: &str,
    wanted: Option<&Agreed<'_>>,
) -> Option<Agreed<'a>> {
    let mut all: Option<Agreed<'a>> = None;
    for (file, stated) in statements(level, package, true) {
        let Some(version) = stated.version.clone() else { continue };
        let Some(range) = ranges::parse(ecosystem, &version) else { continue };
        if wanted.is_some_and(|wanted| wanted.range.is_disjoint(&range)) {
            continue;
        }
        all = Some(match all {
            None => Agreed { range, file, at: stated.at, version },
            Some(first) => Agreed { range: first.range.union(&range), ..first },
        });
    }
    all
}

fn statements<'a>(
    level: &'a [Shelved],
    package: &str,
    locked: bool,
) -> impl Iterator<Item = (&'a Shelved, &'a Stated)> {
    level.iter().flat_map(move |file| {
        let fits = move |stated: &&Stated| stated.locked == locked && stated.package == package;
        file.manifest.stated.iter().filter(fits).map(move |stated| (file, stated))
    })
}

/// A version with its variables filled in, and where the last of them gets its value.
struct Resolved<'a> {
    version: CompactString,
    at: Option<(&'a Shelved, Span)>,
}

/// Fills in the variables; the nearest folder that defines one wins. `None` where one is not known.
fn resolved<'a>(version: &str, levels: &[&'a [Shelved]]) -> Option<Resolved<'a>> {
    let mut found = Resolved { version: version.into(), at: None };
    for _ in 0..MAX_STEPS {
        let text = &found.version;
        let Some(start) = text.find("${") else { return Some(found) };
        let end = text[start..].find('}')? + start;
        let (file, variable) = variable(&text[start + 2..end], levels)?;
        let version = format!("{}{}{}", &text[..start], variable.value, &text[end + 1..]).into();
        found = Resolved { version, at: Some((file, variable.at)) };
    }
    None
}

/// `versions.db` and `rootProject.ext.db` are defined as `db` where nothing has the whole name.
fn variable<'a>(name: &str, levels: &[&'a [Shelved]]) -> Option<(&'a Shelved, &'a Variable)> {
    let named = |name: &str| {
        let files = levels.iter().flat_map(|level| *level);
        let mut all = files.flat_map(|file| file.manifest.variables.iter().map(move |variable| (file, variable)));
        all.find(|(_, variable)| variable.name == name)
    };
    named(name).or_else(|| named(name.rsplit('.').next()?))
}

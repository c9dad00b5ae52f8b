//! Components by manifest: the nearest folder above a file that holds a manifest of dependencies.

use super::knowledge::{MapKnowledge, Served};
use super::workload::Workload;
use super::{Component, ComponentKind};
use crate::settings::Settings;
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// What the nameless rest of a repository is called.
pub(super) const REST: &str = ".";

/// The components that manifests make, by their folders.
#[derive(Debug, Default)]
pub struct Homes {
    folders: BTreeMap<Utf8PathBuf, Component>,
    /// Which of the manifests that are known each folder holds.
    manifests: BTreeMap<Utf8PathBuf, usize>,
    applications: Vec<Application>,
    /// Files of settings that may be served.
    settings: Vec<Utf8PathBuf>,
}

/// Software that a setting names.
#[derive(Debug)]
pub(super) struct Application {
    name: CompactString,
    folder: Utf8PathBuf,
    /// The file that names it.
    path: Utf8PathBuf,
    /// What its manifest says.
    depends: Vec<CompactString>,
}

impl Application {
    /// Whether a word is part of what its manifest says; where there is none, it may be.
    pub(super) fn uses(&self, word: &str) -> bool {
        self.depends.is_empty() || self.depends.iter().any(|text| text.contains(word))
    }
}

impl Homes {
    /// The manifests that matter to some of the files of a run. `read` gives the settings of a manifest.
    pub fn find<'a>(
        knowledge: &MapKnowledge,
        all: impl Iterator<Item = &'a Utf8Path>,
        asked: impl Iterator<Item = &'a Utf8Path>,
        read: impl Fn(&Utf8Path) -> Option<Settings>,
    ) -> Self {
        let mut known: BTreeMap<&Utf8Path, (usize, &Utf8Path)> = BTreeMap::new();
        let (mut named, mut settings) = (Vec::new(), Vec::new());
        for path in all {
            named.extend(named_by(knowledge, path).map(|(folder, form)| (folder, form, path)));
            let ends = |ending: &str| knowledge.served.endings.iter().any(|known| known == ending);
            settings.extend(path.extension().is_some_and(ends).then_some(path));
            let Some(manifest) = path.file_name().and_then(|name| knowledge.manifest(name)) else { continue };
            let found = known.entry(folder(path)).or_insert((manifest, path));
            *found = (*found).min((manifest, path));
        }
        let applications = applications(knowledge, &named, &known, &read);
        let nearest = |path: &'a Utf8Path| folder(path).ancestors().find(|folder| known.contains_key(folder));
        let wanted: BTreeSet<&Utf8Path> = asked.filter_map(nearest).collect();
        let component = |folder: &Utf8Path| {
            let (manifest, path) = known.get(folder)?;
            let manifest = &knowledge.manifests[*manifest];
            let said = if manifest.name.is_empty() { None } else { read(path) };
            let said = said.and_then(|settings| value(&settings, &manifest.name));
            let said = match said {
                Some(said) if manifest.last_part => said.rsplit('/').next().map(CompactString::from),
                said => said,
            };
            let own = if manifest.stem { path.file_stem() } else { folder.file_name() };
            let application = applications.iter().find(|application| application.folder == *folder);
            let said = application.map(|application| application.name.clone()).or(said);
            let name = said.filter(|name| !name.is_empty()).or_else(|| own.map(CompactString::from));
            let name = name.unwrap_or_else(|| REST.into());
            Some(Component { name, kind: ComponentKind::Manifest, path: Some((*path).to_owned()) })
        };
        let folders = wanted.into_iter().filter_map(|folder| Some((folder.to_owned(), component(folder)?))).collect();
        let manifests = known.iter().map(|(folder, (manifest, _))| ((*folder).to_owned(), *manifest));
        let is_own = |path: &&&Utf8Path| applications.iter().any(|one| Some(one.name.as_str()) == path.file_stem());
        let settings = settings.iter().filter(is_own).map(|path| (*path).to_owned()).collect();
        Self { manifests: manifests.collect(), folders, applications, settings }
    }

    /// What the software that a workload is built from calls itself.
    pub(super) fn application(&self, workload: &Workload) -> Option<&CompactString> {
        let folder = workload.folder.as_deref()?;
        self.applications.iter().find(|application| application.folder == folder).map(|application| &application.name)
    }

    /// Of the applications that get a file of settings from another one, the files that name them; empty where nobody gets it.
    pub(super) fn served(
        &self,
        knowledge: &Served,
        path: &Utf8Path,
        heeds: impl Fn(&Application) -> bool,
    ) -> Vec<&Utf8Path> {
        let is_one = path.extension().is_some_and(|ending| knowledge.endings.iter().any(|known| known == ending));
        let Some(stem) = path.file_stem().filter(|_| is_one) else { return Vec::new() };
        let serves = |application: &&Application| path.starts_with(&application.folder);
        let server =
            self.applications.iter().filter(serves).max_by_key(|application| application.folder.as_str().len());
        let clients = || self.applications.iter().filter(|one| server.is_none_or(|server| server.folder != one.folder));
        let own = |stem: &str| -> Vec<&Utf8Path> {
            clients().filter(|one| one.name == stem).map(|one| one.path.as_path()).collect()
        };
        let whole = own(stem);
        let mut shared = knowledge.shared.iter();
        if !whole.is_empty() {
            whole
        } else if shared.any(|name| name == stem) && clients().any(|one| self.lies_beside(path, &one.name)) {
            clients().filter(|one| heeds(one)).map(|one| one.path.as_path()).collect()
        } else {
            stem.rsplit_once('-').map(|(name, _profile)| own(name)).unwrap_or_default()
        }
    }

    /// Whether the folder of a file holds settings of an application as well.
    fn lies_beside(&self, path: &Utf8Path, application: &str) -> bool {
        let same = |other: &Utf8PathBuf| other.parent() == path.parent() && other.file_stem() == Some(application);
        self.settings.iter().any(same)
    }

    /// Which manifest a folder holds.
    pub(super) fn manifest(&self, folder: &Utf8Path) -> Option<usize> {
        self.manifests.get(folder).copied()
    }

    /// The component that a file belongs to, and its folder.
    pub(super) fn of(&self, path: &Utf8Path) -> Option<(&Utf8Path, &Component)> {
        folder(path).ancestors().find_map(|folder| {
            let (folder, component) = self.folders.get_key_value(folder)?;
            Some((folder.as_path(), component))
        })
    }
}

fn folder(path: &Utf8Path) -> &Utf8Path {
    path.parent().unwrap_or(Utf8Path::new(""))
}

/// The value of the first of the keys that is there.
fn value(settings: &Settings, keys: &[CompactString]) -> Option<CompactString> {
    keys.iter().find_map(|key| {
        let setting = settings.items.iter().find(|setting| setting.dotted() == key.as_str())?;
        setting.value.as_known()
    })
}

/// The folder that a file of settings may name, and the number of the form.
fn named_by<'a>(knowledge: &MapKnowledge, path: &'a Utf8Path) -> Option<(&'a Utf8Path, usize)> {
    knowledge.applications.iter().enumerate().find_map(|(number, form)| {
        let fits = |file: &CompactString| {
            let front = path.as_str().strip_suffix(file.as_str())?;
            (front.is_empty() || front.ends_with('/')).then(|| Utf8Path::new(front.trim_end_matches('/')))
        };
        Some((form.files.iter().find_map(fits)?, number))
    })
}

fn applications(
    knowledge: &MapKnowledge,
    named: &[(&Utf8Path, usize, &Utf8Path)],
    manifests: &BTreeMap<&Utf8Path, (usize, &Utf8Path)>,
    read: &impl Fn(&Utf8Path) -> Option<Settings>,
) -> Vec<Application> {
    let mut all: Vec<Application> = Vec::new();
    for (folder, form, path) in named {
        if all.iter().any(|known| known.folder == *folder) {
            continue;
        }
        let name = read(path).and_then(|settings| value(&settings, &knowledge.applications[*form].name));
        let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
        let manifest = manifests.get(folder).and_then(|(_, path)| read(path));
        let depends = manifest.map(|settings| settings.items.iter().map(|item| item.value.assumed()).collect());
        let (folder, path) = ((*folder).to_owned(), (*path).to_owned());
        all.push(Application { name, folder, path, depends: depends.unwrap_or_default() });
    }
    all
}

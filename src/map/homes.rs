//! Components by manifest: the nearest folder above a file that holds a manifest of dependencies.

use super::knowledge::MapKnowledge;
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
        for path in all {
            let Some(manifest) = path.file_name().and_then(|name| knowledge.manifest(name)) else { continue };
            let found = known.entry(folder(path)).or_insert((manifest, path));
            *found = (*found).min((manifest, path));
        }
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
            let name = said.filter(|name| !name.is_empty()).or_else(|| own.map(CompactString::from));
            let name = name.unwrap_or_else(|| REST.into());
            Some(Component { name, kind: ComponentKind::Manifest, path: Some((*path).to_owned()) })
        };
        let folders = wanted.into_iter().filter_map(|folder| Some((folder.to_owned(), component(folder)?)));
        Self { folders: folders.collect() }
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

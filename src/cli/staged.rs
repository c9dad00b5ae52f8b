//! The manifests that are staged, in place of those on disk.

use super::change::near;
use crate::git::Objects;
use crate::manifests::{Beside, place_of};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The manifests of the index. Git is only started when one of them is read.
pub(super) struct Staged<'a> {
    root: &'a Utf8Path,
    objects: OnceLock<Option<Objects>>,
    /// The objects that hold their texts, by the path as it is shown.
    blobs: BTreeMap<Utf8PathBuf, String>,
}

impl<'a> Staged<'a> {
    pub(super) fn new(root: &'a Utf8Path, index: &[(Utf8PathBuf, String)], top: &Utf8Path, working: &Utf8Path) -> Self {
        let manifests = index.iter().filter(|(path, _)| place_of(path).is_some());
        let blobs = manifests.map(|(path, blob)| (near(&top.join(path), working), blob.clone())).collect();
        Self { root, objects: OnceLock::new(), blobs }
    }
}

impl Beside for Staged<'_> {
    fn names(&self, folder: &Utf8Path) -> Vec<String> {
        let below = |path: &Utf8PathBuf| {
            let rest = path.strip_prefix(folder).ok()?;
            rest.components().next().map(|first| first.as_str().to_owned())
        };
        self.blobs.keys().filter_map(below).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>> {
        let blob = self.blobs.get(path)?;
        let objects = self.objects.get_or_init(|| Objects::open(self.root).ok()).as_ref()?;
        objects.texts(std::slice::from_ref(blob)).ok()?.pop()?
    }
}

//! The manifests of a change: as they are, and as they were before it.

use super::change::near;
use crate::git::{Changed, Objects};
use crate::manifests::{Beside, place_of};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// The manifests after a change, which know those before it.
pub(super) struct Changing<'a> {
    now: Arc<dyn Beside + 'a>,
    before: Before<'a>,
}

/// Git is only started when one of those that were changed is read.
struct Before<'a> {
    now: Arc<dyn Beside + 'a>,
    root: &'a Utf8Path,
    objects: OnceLock<Option<Objects>>,
    /// The objects that held the changed manifests, by the path as it is shown; `None` for what is new.
    was: BTreeMap<Utf8PathBuf, Option<String>>,
}

impl<'a> Changing<'a> {
    pub(super) fn new(
        now: Arc<dyn Beside + 'a>,
        changed: &[Changed],
        root: &'a Utf8Path,
        top: &Utf8Path,
        working: &Utf8Path,
    ) -> Self {
        let manifests = changed.iter().filter(|file| place_of(&file.path).is_some());
        let was = manifests.map(|file| (near(&top.join(&file.path), working), file.was.clone())).collect();
        Self { before: Before { now: Arc::clone(&now), root, objects: OnceLock::new(), was }, now }
    }
}

impl Beside for Changing<'_> {
    fn names(&self, folder: &Utf8Path) -> Vec<String> {
        self.now.names(folder)
    }

    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>> {
        self.now.text(path)
    }

    fn before(&self) -> Option<&dyn Beside> {
        (!self.before.was.is_empty()).then_some(&self.before)
    }
}

impl Beside for Before<'_> {
    fn names(&self, folder: &Utf8Path) -> Vec<String> {
        let mut names: BTreeSet<String> = self.now.names(folder).into_iter().collect();
        for (path, blob) in self.was.iter().filter(|(path, _)| path.parent() == Some(folder)) {
            let Some(name) = path.file_name() else { continue };
            if blob.is_some() {
                names.insert(name.to_owned());
            } else {
                names.remove(name);
            }
        }
        names.into_iter().collect()
    }

    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>> {
        let Some(blob) = self.was.get(path) else { return self.now.text(path) };
        let blob = blob.as_ref()?;
        let objects = self.objects.get_or_init(|| Objects::open(self.root).ok()).as_ref()?;
        objects.texts(&[blob]).ok()?.pop()?
    }
}

//! The files of the index or of a revision, in place of those on disk.

use crate::git::{Index, Objects};
use crate::manifests::Beside;
use camino::{Utf8Path, Utf8PathBuf};
use std::sync::{Arc, OnceLock};

/// The manifests of the index. Git is only started when one of them is read.
pub(super) struct Staged<'a> {
    root: &'a Utf8Path,
    objects: OnceLock<Option<Objects>>,
    index: Arc<Index>,
    top: Utf8PathBuf,
    working: &'a Utf8Path,
}

impl<'a> Staged<'a> {
    pub(super) fn new(root: &'a Utf8Path, index: Arc<Index>, top: &Utf8Path, working: &'a Utf8Path) -> Self {
        Self { root, objects: OnceLock::new(), index, top: top.to_owned(), working }
    }

    /// The path in the index; `None` for what lies elsewhere.
    fn indexed(&self, shown: &Utf8Path) -> Option<String> {
        let whole = self.working.join(shown);
        Some(whole.strip_prefix(&self.top).ok()?.as_str().trim_end_matches('/').to_owned())
    }
}

impl Beside for Staged<'_> {
    fn names(&self, folder: &Utf8Path) -> Vec<String> {
        let folder = self.indexed(folder);
        folder.iter().flat_map(|folder| self.index.names(folder)).map(str::to_owned).collect()
    }

    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>> {
        let number = self.index.number(&self.indexed(path)?)?;
        let objects = self.objects.get_or_init(|| Objects::open(self.root).ok()).as_ref()?;
        objects.texts(&[self.index.object(number)]).ok()?.pop()?
    }
}

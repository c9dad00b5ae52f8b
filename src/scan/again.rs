//! What depends on a version is judged once more when it is known which one is used. Which files that is shows the first
//! judgement, so that no manifest is read where no version matters.

use super::{Subject, manifests};
use crate::judge::Judgement;
use crate::manifests::known::Versions;
use crate::report::{Finding, Sources};
use crate::source::{FileId, Source};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What was judged, the file that it lies in, and what that gave.
pub(super) type Judged = (Subject, (FileId, Judgement));

/// Judges again what depends on versions. Adds the manifests that were read for it, and are no sources yet.
pub(super) fn with_versions(
    all: &mut [Judged],
    judged: &(impl Fn(Subject, &Versions) -> Option<(FileId, Judgement)> + Sync),
    around: Option<&manifests::Around<'_>>,
    untouched: &BTreeSet<FileId>,
    sources: &Sources,
    read: &mut Vec<Source>,
) {
    let mut asked = asked(all);
    let versions = match around.filter(|_| !asked.is_empty()) {
        Some(around) => around.versions(&asked, sources, read),
        None => return forget(all, untouched),
    };
    all.par_iter_mut().for_each(|(subject, (file, judgement))| {
        let Some(versions) = versions.get(file) else { return };
        if judgement.asked.iter().any(|package| versions.get(package).is_some()) {
            if let Some((_, again)) = judged(*subject, versions) {
                *judgement = again;
            }
        } else {
            judgement.show(versions);
        }
    });
    asked.retain(|file, _| untouched.contains(file));
    let before = around.and_then(manifests::Around::before);
    let before = before.map(|around| around.versions(&asked, sources, &mut Vec::new())).unwrap_or_default();
    let unknown = Versions::default();
    // Of what a version decides in files that nobody touched, that alone is new which was otherwise before.
    all.par_iter_mut().filter(|(_, (file, _))| untouched.contains(file)).for_each(|(subject, (file, judgement))| {
        let depends = asked.contains_key(file) && !judgement.findings.is_empty();
        let was = depends.then(|| judged(*subject, before.get(file).unwrap_or(&unknown))).flatten();
        let was = was.map(|(_, judgement)| judgement.findings);
        let new = |finding: &Finding| was.as_ref().is_some_and(|was| !was.iter().any(|old| same(old, finding)));
        judgement.findings.retain(new);
    });
}

/// The packages that the files ask for, whether they decide or are only shown.
fn asked(all: &[Judged]) -> manifests::Asked {
    let mut asked = manifests::Asked::default();
    for (_, (file, judgement)) in all {
        let shown = judgement.shown.iter().flat_map(|(_, packages)| packages);
        let mut packages = judgement.asked.iter().chain(shown).peekable();
        if packages.peek().is_some() {
            asked.entry(*file).or_default().extend(packages.cloned());
        }
    }
    asked
}

/// No version decides anything in the files that nobody touched.
fn forget(all: &mut [Judged], untouched: &BTreeSet<FileId>) {
    for (_, (_, judgement)) in all.iter_mut().filter(|(_, (file, _))| untouched.contains(file)) {
        judgement.findings.clear();
    }
}

/// One fault at one place, whatever is said of it.
fn same(a: &Finding, b: &Finding) -> bool {
    a.check == b.check && a.place == b.place
}

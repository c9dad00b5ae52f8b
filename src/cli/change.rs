//! What a run is asked about: everything that its paths hold, the files that are named, or a change; and the files
//! around those.

use super::before::Changing;
use super::error::Error;
use super::selection::Home;
use super::staged::Staged;
use crate::filter::Filter;
use crate::gate::scope::{Asked, Scope};
use crate::git::{self, Changed, Objects, Repository};
use crate::knowledge::Knowledge;
use crate::manifests::Beside;
use crate::scan::Others;
use crate::walk::{self, Candidate, Disk, Lister, WalkOptions, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, OnceLock};

#[derive(Debug, Default, Args)]
pub(super) struct Change {
    /// Show only what the change since a commit, tag or branch touches or causes.
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    since: Option<String>,
    /// Show only what the staged change touches or causes; the staged texts are read, not those on disk.
    #[arg(long)]
    staged: bool,
}

/// Where a run looks for files, and by what.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    pub(super) home: &'a Home,
    pub(super) walk: &'a WalkOptions,
    pub(super) knowledge: &'a Knowledge,
    pub(super) filter: &'a Filter<'a>,
}

/// The files of a run, and what of them is asked for.
pub(super) struct Files<'a> {
    pub(super) walked: Walked,
    pub(super) scope: Scope,
    pub(super) others: Around<'a>,
    pub(super) filter: &'a Filter<'a>,
    /// Where manifests are looked for.
    pub(super) beside: Box<dyn Beside + 'a>,
}

/// The files around those of a run.
pub(super) enum Around<'a> {
    None,
    /// Those on disk besides the files of the run; listed when they are first asked for.
    Disk {
        ground: Ground<'a>,
        known: BTreeSet<Utf8PathBuf>,
        listed: OnceLock<(Vec<Utf8PathBuf>, Vec<Candidate>)>,
    },
    /// Those of the index, as they are staged or as they are on disk.
    Index {
        working: &'a Utf8Path,
        lister: Box<Lister<'a>>,
        paths: Vec<Utf8PathBuf>,
        staged: Option<(Objects, Vec<String>)>,
    },
}

impl<'a> Files<'a> {
    /// Finds them.
    pub(super) fn find(change: &Change, ground: Ground<'a>) -> Result<Self, Error> {
        if change.staged || change.since.is_some() {
            return Self::changed(change, ground);
        }
        let walked = walk(ground.walk, ground.knowledge)?;
        let base = &ground.walk.base;
        let below = |file: &Candidate| base.below(file.path.as_str()).is_some();
        let only_files = !ground.walk.paths.iter().any(|path| path.is_dir());
        let (mut scope, mut others) = (Scope::Everything, Around::None);
        if ground.home.anchored && only_files && !walked.files.is_empty() && walked.files.iter().all(below) {
            let asked = walked.files.iter().map(|file| (base.relative(file.path.as_str()), Asked::whole())).collect();
            scope = Scope::Lines(asked);
            let known = walked.files.iter().map(|file| file.path.clone()).collect();
            others = Around::Disk { ground, known, listed: OnceLock::new() };
        }
        Ok(Self { walked, scope, others, filter: ground.filter, beside: Box::new(disk(ground)) })
    }

    /// All files of a revision, as they would be found if it were checked out.
    pub(super) fn of_revision(rev: &str, ground: Ground<'a>) -> Result<Self, Error> {
        let Home { root, working, .. } = ground.home;
        let repository = Repository::open(root).map_err(Error::git)?;
        let mut files = repository.files_of(rev).map_err(Error::git)?;
        let top = repository.top();
        let manifests = Staged::new(root, &files, top, working);
        files.retain(|(path, _)| is_below(&top.join(path), ground.walk));
        let blobs: Vec<String> = files.iter().map(|(_, blob)| blob.clone()).collect();
        let texts = Objects::open(root).and_then(|objects| objects.texts(&blobs)).map_err(Error::git)?;
        let texts = texts.into_iter().map(|text| text.map(Into::into));
        let files = files.iter().zip(texts).filter(|(_, text)| text.is_some());
        let walked = lister(ground)?.list(files.map(|((path, _), text)| (top.join(path).into(), text)).collect());
        let (scope, others) = (Scope::Everything, Around::None);
        Ok(Self { walked, scope, others, filter: ground.filter, beside: Box::new(manifests) })
    }

    fn changed(change: &Change, ground: Ground<'a>) -> Result<Self, Error> {
        let Home { root, working, .. } = ground.home;
        let index = git::index(root);
        let staged = change.staged.then(|| git::staged(root));
        let objects = if change.staged { Some(Objects::open(root).map_err(Error::git)?) } else { None };
        let repository = Repository::open(root).map_err(Error::git)?;
        let mut changed = match (staged, &change.since) {
            (Some(staged), _) => staged.wait(),
            (None, rev) => repository.since(rev.as_deref().unwrap_or_default()),
        }
        .map_err(Error::git)?;
        let top = repository.top();
        let all = changed.clone();
        changed.retain(|file| file.blob.is_some() && is_below(&top.join(&file.path), ground.walk));
        let (found, ()) = rayon::join(
            || -> Result<_, Error> {
                let texts = texts(objects.as_ref(), &changed)?;
                let files = changed.iter().zip(texts).map(|(file, text)| (top.join(&file.path).into(), text)).collect();
                let lister = Box::new(lister(ground)?);
                let walked = lister.list(files);
                let index = index.wait().map_err(Error::git)?;
                let staged = objects.is_some().then(|| Staged::new(root, &index, top, working));
                Ok((walked, lister, staged, around(index, &changed, top, working)))
            },
            || prepare(&changed, ground),
        );
        let (walked, lister, manifests, (paths, blobs)) = found?;
        let base = &ground.walk.base;
        let asked = changed.iter().map(|file| (base.relative(top.join(&file.path).as_str()), asked(file)));
        let scope = Scope::Lines(asked.collect());
        let staged = objects.map(|objects| (objects, blobs));
        let now: Arc<dyn Beside> = match manifests {
            Some(staged) => Arc::new(staged),
            None => Arc::new(disk(ground)),
        };
        let beside = Box::new(Changing::new(now, &all, root, top, working));
        let others = Around::Index { working, lister, paths, staged };
        Ok(Self { walked, scope, others, filter: ground.filter, beside })
    }
}

impl Others for Around<'_> {
    fn paths(&self) -> &[Utf8PathBuf] {
        match self {
            Self::None => &[],
            Self::Disk { ground, known, listed } => &listed.get_or_init(|| beside(*ground, known)).0,
            Self::Index { paths, .. } => paths,
        }
    }

    fn take(&self, indices: &[usize]) -> Vec<Option<Candidate>> {
        match self {
            Self::None => Vec::new(),
            Self::Disk { ground, known, listed } => {
                let (_, files) = listed.get_or_init(|| beside(*ground, known));
                indices.iter().map(|index| files.get(*index).cloned()).collect()
            }
            Self::Index { working, lister, paths, staged } => {
                let texts = staged.as_ref().and_then(|(objects, blobs)| {
                    let ids: Vec<String> = indices.iter().filter_map(|index| blobs.get(*index).cloned()).collect();
                    objects.texts(&ids).ok()
                });
                // What git does not have is read from the disk.
                let mut texts = texts.unwrap_or_default().into_iter();
                let candidate = |index: &usize| {
                    let text = texts.next().flatten().map(Arc::from);
                    lister.list(vec![(working.join(&paths[*index]).into(), text)]).files.pop()
                };
                indices.iter().map(candidate).collect()
            }
        }
    }
}

/// All files below the root that are not files of the run.
fn beside(ground: Ground<'_>, known: &BTreeSet<Utf8PathBuf>) -> (Vec<Utf8PathBuf>, Vec<Candidate>) {
    let root = near(&ground.home.root, &ground.home.working).into_std_path_buf();
    let all = WalkOptions { paths: vec![root], ..ground.walk.clone() };
    // Its patterns have been read before.
    let walked = walk::walk(&all, &ground.knowledge.kinds).unwrap_or_default();
    let files: Vec<Candidate> = walked.files.into_iter().filter(|file| !known.contains(&file.path)).collect();
    (files.iter().map(|file| file.path.clone()).collect(), files)
}

/// The staged texts of a change; of none where there are no objects.
fn texts(objects: Option<&Objects>, changed: &[Changed]) -> Result<Vec<Option<Arc<[u8]>>>, Error> {
    let Some(objects) = objects else { return Ok(vec![None; changed.len()]) };
    let ids: Vec<String> = changed.iter().filter_map(|file| file.blob.clone()).collect();
    let texts = objects.texts(&ids).map_err(Error::git)?;
    Ok(texts.into_iter().map(|text| text.map(Into::into)).collect())
}

/// Compiles what the languages of a change are filtered by, while git is still at work.
fn prepare(changed: &[Changed], ground: Ground<'_>) {
    let kinds = &ground.knowledge.kinds;
    let languages = changed.iter().filter_map(|file| kinds.of_path(file.path.as_str())).map(|kind| kind.language);
    let languages: BTreeSet<_> = languages.collect();
    languages.into_par_iter().for_each(|language| ground.filter.prepare(&language));
}

/// The files of the index without those of the change, as they are shown, and their objects.
fn around(
    index: Vec<(Utf8PathBuf, String)>,
    changed: &[Changed],
    top: &Utf8Path,
    working: &Utf8Path,
) -> (Vec<Utf8PathBuf>, Vec<String>) {
    // As texts: to compare paths part by part costs more.
    let known: FxHashSet<&str> = changed.iter().map(|file| file.path.as_str()).collect();
    let at_top = top == working;
    let shown = |path: Utf8PathBuf| if at_top { path } else { near(&top.join(path), working) };
    let others = index.into_iter().filter(|(path, _)| !known.contains(path.as_str()));
    others.map(|(path, blob)| (shown(path), blob)).unzip()
}

fn disk(ground: Ground<'_>) -> Disk<'_> {
    Disk { working: &ground.home.working, options: ground.walk }
}

fn lister(ground: Ground<'_>) -> Result<Lister<'_>, Error> {
    Lister::new(ground.walk, &ground.knowledge.kinds, &ground.home.working).map_err(pattern)
}

pub(super) fn walk(options: &WalkOptions, knowledge: &Knowledge) -> Result<Walked, Error> {
    let walked = walk::walk(options, &knowledge.kinds).map_err(pattern)?;
    match walked.missing.first() {
        Some(path) => Err(Error::Missing { path: path.clone() }),
        None => Ok(walked),
    }
}

fn pattern(error: crate::paths::PatternError) -> Error {
    Error::Argument { message: error.to_string() }
}

fn asked(file: &Changed) -> Asked {
    Asked { whole: file.lines.whole, lines: file.lines.new.clone(), gaps: file.lines.gaps.clone() }
}

/// Whether a file lies below one of the paths of the command line.
fn is_below(file: &Utf8Path, walk: &WalkOptions) -> bool {
    let inside = |path: &Path| {
        let path = walk.base.relative(&path.to_string_lossy());
        let file = walk.base.relative(file.as_str());
        path.is_empty() || Utf8Path::new(&file).starts_with(&path)
    };
    walk.paths.iter().any(|path| inside(path))
}

/// From the working folder where it lies below.
pub(super) fn near(path: &Utf8Path, working: &Utf8Path) -> Utf8PathBuf {
    match path.strip_prefix(working) {
        Ok(below) if below.as_str().is_empty() => Utf8PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

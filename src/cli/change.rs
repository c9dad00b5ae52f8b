//! What a run is asked about: everything that its paths hold, the files that are named, or a change; and the files
//! around those.

use super::before::Changing;
use super::error::Error;
use super::selection::Home;
use super::staged::Staged;
use crate::filter::Filter;
use crate::gate::scope::{Asked, Scope};
use crate::git::{self, Changed, Index, Objects, Repository};
use crate::knowledge::Knowledge;
use crate::manifests::Beside;
use crate::scan::Others;
use crate::walk::{self, Candidate, Disk, Lister, WalkOptions, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use rayon::prelude::*;
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
        listed: OnceLock<Vec<Candidate>>,
    },
    /// Those of the index, as they are staged or as they are on disk.
    Index {
        working: &'a Utf8Path,
        lister: Box<Lister<'a>>,
        index: Arc<Index>,
        /// The numbers of those that the change does not touch.
        numbers: Vec<usize>,
        /// Their paths as they are shown, where that is not from the top.
        shown: Option<Vec<Utf8PathBuf>>,
        objects: Option<Objects>,
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
        let index = Arc::new(repository.files_of(rev).map_err(Error::git)?);
        let top = repository.top();
        let paths = (0..index.len()).map(|number| (number, top.join(index.path(number))));
        let (numbers, paths): (Vec<_>, Vec<_>) = paths.filter(|(_, path)| is_below(path, ground.walk)).unzip();
        let objects: Vec<&str> = numbers.iter().map(|number| index.object(*number)).collect();
        let texts = Objects::open(root).and_then(|git| git.texts(&objects)).map_err(Error::git)?;
        let texts = texts.into_iter().map(|text| text.map(Into::into));
        let files = paths.into_iter().map(Into::into).zip(texts).filter(|(_, text)| text.is_some());
        let walked = lister(ground)?.list(files.collect());
        let manifests = Staged::new(root, index, top, working);
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
                Ok((walked, lister, Arc::new(index.wait().map_err(Error::git)?)))
            },
            || prepare(&changed, ground),
        );
        let (walked, lister, index) = found?;
        let base = &ground.walk.base;
        let asked = changed.iter().map(|file| (base.relative(top.join(&file.path).as_str()), asked(file)));
        let scope = Scope::Lines(asked.collect());
        let now: Arc<dyn Beside> = if objects.is_some() {
            Arc::new(Staged::new(root, Arc::clone(&index), top, working))
        } else {
            Arc::new(disk(ground))
        };
        let beside = Box::new(Changing::new(now, &all, root, top, working));
        let numbers = untouched(&index, &changed);
        let shown = |number: &usize| near(&top.join(index.path(*number)), working);
        let shown = (top != working).then(|| numbers.iter().map(shown).collect());
        let others = Around::Index { working, lister, index, numbers, shown, objects };
        Ok(Self { walked, scope, others, filter: ground.filter, beside })
    }
}

impl Around<'_> {
    /// Those on disk besides the files of the run; none for other kinds of surroundings.
    fn on_disk(&self) -> &[Candidate] {
        match self {
            Self::Disk { ground, known, listed } => listed.get_or_init(|| beside(*ground, known)),
            Self::None | Self::Index { .. } => &[],
        }
    }
}

impl Others for Around<'_> {
    fn count(&self) -> usize {
        match self {
            Self::Index { numbers, .. } => numbers.len(),
            Self::None | Self::Disk { .. } => self.on_disk().len(),
        }
    }

    fn path(&self, number: usize) -> &Utf8Path {
        match self {
            Self::Index { shown: Some(shown), .. } => &shown[number],
            Self::Index { index, numbers, .. } => index.path(numbers[number]),
            Self::None | Self::Disk { .. } => &self.on_disk()[number].path,
        }
    }

    fn take(&self, wanted: &[usize]) -> Vec<Option<Candidate>> {
        let Self::Index { working, lister, index, numbers, objects, .. } = self else {
            return wanted.iter().map(|number| self.on_disk().get(*number).cloned()).collect();
        };
        let texts = objects.as_ref().and_then(|objects| {
            let ids: Vec<&str> = wanted.iter().map(|number| index.object(numbers[*number])).collect();
            objects.texts(&ids).ok()
        });
        // What git does not have is read from the disk.
        let mut texts = texts.unwrap_or_default().into_iter();
        let candidate = |number: &usize| {
            let text = texts.next().flatten().map(Arc::from);
            lister.list(vec![(working.join(self.path(*number)).into(), text)]).files.pop()
        };
        wanted.iter().map(candidate).collect()
    }
}

/// All files below the root that are not files of the run.
fn beside(ground: Ground<'_>, known: &BTreeSet<Utf8PathBuf>) -> Vec<Candidate> {
    let root = near(&ground.home.root, &ground.home.working).into_std_path_buf();
    let all = WalkOptions { paths: vec![root], ..ground.walk.clone() };
    // Its patterns have been read before.
    let walked = walk::walk(&all, &ground.knowledge.kinds).unwrap_or_default();
    walked.files.into_iter().filter(|file| !known.contains(&file.path)).collect()
}

/// The staged texts of a change; of none where there are no objects.
fn texts(objects: Option<&Objects>, changed: &[Changed]) -> Result<Vec<Option<Arc<[u8]>>>, Error> {
    let Some(objects) = objects else { return Ok(vec![None; changed.len()]) };
    let ids: Vec<&str> = changed.iter().filter_map(|file| file.blob.as_deref()).collect();
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

/// The files of the index that a change does not touch.
fn untouched(index: &Index, changed: &[Changed]) -> Vec<usize> {
    let touched: BTreeSet<usize> = changed.iter().filter_map(|file| index.number(file.path.as_str())).collect();
    (0..index.len()).filter(|number| !touched.contains(number)).collect()
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

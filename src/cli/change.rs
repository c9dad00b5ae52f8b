//! What a run is asked about: everything that its paths hold, the files that are named, or a change; and the files
//! around those.

use super::error::Error;
use super::selection::Setup;
use crate::gate::scope::{Asked, Scope};
use crate::git::{Changed, Repository};
use crate::scan::Others;
use crate::walk::{self, Candidate, Lister, Walked};
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[derive(Debug, Default, Args)]
pub(super) struct Change {
    /// Show only what the change since a commit, tag or branch touches or causes.
    #[arg(long, value_name = "REV", conflicts_with = "staged")]
    since: Option<String>,
    /// Show only what the staged change touches or causes; the staged texts are read, not those on disk.
    #[arg(long)]
    staged: bool,
}

/// Where the files around come from.
enum Source {
    None,
    Disk(Vec<Candidate>),
    Index(Repository, Vec<String>),
}

/// The files of a run.
pub(super) struct Files {
    pub(super) walked: Walked,
    paths: Vec<Utf8PathBuf>,
    source: Source,
    working: Utf8PathBuf,
}

impl Files {
    /// Finds them, and sets what is asked for.
    pub(super) fn find(change: &Change, setup: &mut Setup) -> Result<Self, Error> {
        if change.staged || change.since.is_some() {
            return Self::changed(change, setup);
        }
        let walked = walk(setup)?;
        let base = &setup.options.gate.base;
        let below = |file: &Candidate| base.below(file.path.as_str()).is_some();
        let only_files = !setup.options.walk.paths.iter().any(|path| path.is_dir());
        if !setup.anchored || !only_files || walked.files.is_empty() || !walked.files.iter().all(below) {
            let (paths, source, working) = (Vec::new(), Source::None, setup.working.clone());
            return Ok(Self { walked, paths, source, working });
        }
        let asked = walked.files.iter().map(|file| (base.relative(file.path.as_str()), Asked::whole())).collect();
        setup.options.gate.scope = Scope::Lines(asked);
        let mut all = setup.options.walk.clone();
        all.paths = vec![near(&setup.root, &setup.working).into_std_path_buf()];
        let around = walk::walk(&all, &setup.knowledge.kinds).map_err(pattern)?;
        let known: BTreeSet<&Utf8PathBuf> = walked.files.iter().map(|file| &file.path).collect();
        let around: Vec<Candidate> = around.files.into_iter().filter(|file| !known.contains(&file.path)).collect();
        let paths = around.iter().map(|file| file.path.clone()).collect();
        Ok(Self { paths, source: Source::Disk(around), working: setup.working.clone(), walked })
    }

    fn changed(change: &Change, setup: &mut Setup) -> Result<Self, Error> {
        let repository = Repository::open(&setup.root).map_err(Error::git)?;
        let changed = || match &change.since {
            Some(rev) => repository.since(rev),
            None => repository.staged(),
        };
        let (changed, index) = rayon::join(changed, || repository.index());
        let (mut changed, index) = (changed.map_err(Error::git)?, index.map_err(Error::git)?);
        changed.retain(|file| file.blob.is_some() && is_below(&repository.top().join(&file.path), setup));
        let base = &setup.options.gate.base;
        let asked = changed.iter().map(|file| (base.relative(repository.top().join(&file.path).as_str()), asked(file)));
        setup.options.gate.scope = Scope::Lines(asked.collect::<BTreeMap<_, _>>());
        let texts: Vec<Option<Arc<[u8]>>> = if change.staged {
            let ids: Vec<String> = changed.iter().filter_map(|file| file.blob.clone()).collect();
            let blobs = repository.blobs(&ids).map_err(Error::git)?;
            blobs.into_iter().map(|blob| blob.map(Into::into)).collect()
        } else {
            changed.iter().map(|_| None).collect()
        };
        let listed = changed.iter().zip(texts).map(|(file, text)| (repository.top().join(&file.path).into(), text));
        let walked = lister(setup)?.list(listed.collect());
        let known: BTreeSet<&Utf8PathBuf> = changed.iter().map(|file| &file.path).collect();
        let at_top = repository.top() == setup.working;
        let (paths, blobs): (Vec<Utf8PathBuf>, Vec<String>) = index
            .into_iter()
            .filter(|(path, _)| !known.contains(path))
            .map(
                |(path, blob)| {
                    if at_top { (path, blob) } else { (near(&repository.top().join(path), &setup.working), blob) }
                },
            )
            .unzip();
        let blobs = if change.staged { blobs } else { Vec::new() };
        Ok(Self { walked, paths, source: Source::Index(repository, blobs), working: setup.working.clone() })
    }

    /// Hands the files on: those of the run, and those around them.
    pub(super) fn scan<T>(self, setup: &Setup, scan: impl FnOnce(Walked, &Others<'_>) -> T) -> Result<T, Error> {
        let Self { walked, paths, source, working } = self;
        let lister = lister(setup)?;
        let take = |indices: &[usize]| taken(&source, &lister, &paths, indices, &working);
        Ok(scan(walked, &Others { paths: &paths, take: Some(&take), working: working.clone() }))
    }
}

fn lister(setup: &Setup) -> Result<Lister<'_>, Error> {
    Lister::new(&setup.options.walk, &setup.knowledge.kinds, &setup.working).map_err(pattern)
}

fn taken(
    source: &Source,
    lister: &Lister<'_>,
    paths: &[Utf8PathBuf],
    indices: &[usize],
    working: &Utf8Path,
) -> Vec<Option<Candidate>> {
    let (repository, blobs) = match source {
        Source::None => return Vec::new(),
        Source::Disk(files) => return indices.iter().map(|index| files.get(*index).cloned()).collect(),
        Source::Index(repository, blobs) => (repository, blobs),
    };
    let ids: Vec<String> = indices.iter().filter_map(|index| blobs.get(*index).cloned()).collect();
    let mut texts = repository.blobs(&ids).unwrap_or_default().into_iter();
    let candidate = |index: &usize| {
        // Without ids the texts are those on disk.
        let text = texts.next().flatten().map(Arc::from);
        lister.list(vec![(PathBuf::from(working.join(&paths[*index])), text)]).files.pop()
    };
    indices.iter().map(candidate).collect()
}

pub(super) fn walk(setup: &Setup) -> Result<Walked, Error> {
    let walked = walk::walk(&setup.options.walk, &setup.knowledge.kinds).map_err(pattern)?;
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
fn is_below(file: &Utf8Path, setup: &Setup) -> bool {
    let base = &setup.options.gate.base;
    let inside = |path: &Path| {
        let path = base.relative(&path.to_string_lossy());
        let file = base.relative(file.as_str());
        path.is_empty() || Utf8Path::new(&file).starts_with(&path)
    };
    setup.options.walk.paths.iter().any(|path| inside(path))
}

/// From the working folder where it lies below.
fn near(path: &Utf8Path, working: &Utf8Path) -> Utf8PathBuf {
    match path.strip_prefix(working) {
        Ok(below) if below.as_str().is_empty() => Utf8PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

//! The readers: which files a run looks at, and their bytes. Nothing else in the analysis touches the file system.
//!
//! The walk honours ignore files, looks into hidden folders, follows no link it meets, and counts or reports whatever it
//! does not hand on. The order of its results depends on the paths alone.
#![expect(clippy::disallowed_methods, reason = "this module is the reader")]

use crate::config;
use crate::gate::baseline;
use crate::kind::{FileKind, HEAD, Kinds};
use crate::manifests::Beside;
use crate::paths::{Base, PathSet, PatternError};
use crate::report::{Context, FileProblem, LeftOut};
use crate::tree::ProblemKind;
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

/// The folders in which version control keeps its own files; never looked into.
const METADATA_FOLDERS: [&str; 5] = [".git", ".hg", ".svn", ".jj", ".bzr"];

/// A NUL byte among this many first bytes makes a file binary, as in git.
const BINARY_HEAD: usize = 8192;

/// A span is 32 bits wide.
const LARGEST: u64 = (u32::MAX / 2) as u64;

/// What to look at.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// Files and folders, as the user named them.
    pub paths: Vec<PathBuf>,
    /// Look at test code, documentation and examples too.
    pub include_tests: bool,
    /// Look at what ignore files leave out, and at vendored and generated files.
    pub no_ignore: bool,
    /// In bytes.
    pub max_file_size: u64,
    /// Threads; 0 is one for each processor.
    pub jobs: usize,
    /// What the path patterns of the user are relative to.
    pub base: Base,
    /// Path patterns of tests besides those in the data; one with a leading `!` is of production code.
    pub test_paths: Vec<CompactString>,
    /// Path patterns: where there are some, only what matches one is looked at.
    pub include: Vec<CompactString>,
    /// Path patterns of what the user leaves out.
    pub exclude: Vec<CompactString>,
    /// A file that the user named is left out for the reasons for which a file that was found is, ignore files aside.
    pub force_exclude: bool,
}

impl Default for WalkOptions {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            include_tests: false,
            no_ignore: false,
            max_file_size: 4 << 20,
            jobs: 0,
            base: Base::default(),
            test_paths: Vec::new(),
            include: Vec::new(),
            exclude: Vec::new(),
            force_exclude: false,
        }
    }
}

/// A file to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// As shown: below the path that the user gave, without a leading `./`, bad UTF-8 replaced.
    pub path: Utf8PathBuf,
    /// As the system knows it.
    pub real: PathBuf,
    pub kind: FileKind,
    pub context: Context,
    /// The user named this very file.
    pub explicit: bool,
    /// The text, where it is not the one on disk.
    pub content: Option<Arc<[u8]>>,
}

#[derive(Debug, Default)]
pub struct Walked {
    /// In the order of their shown paths; no file twice.
    pub files: Vec<Candidate>,
    pub left_out: LeftOut,
    pub problems: Vec<FileProblem>,
    /// Given paths that do not exist.
    pub missing: Vec<Utf8PathBuf>,
}

/// What a file turns out to be once it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    Text(Vec<u8>),
    Binary,
    /// A comment at its start says that a program wrote it.
    Generated,
}

/// Finds the files. The error is a path pattern of `options` that is no pattern.
pub fn walk(options: &WalkOptions, kinds: &Kinds) -> Result<Walked, PatternError> {
    let areas = Areas::new(options, kinds)?;
    let (to, outcomes) = mpsc::channel();
    for path in &options.paths {
        walk_root(path, &areas, &to)?;
    }
    drop(to);
    Ok(collect(outcomes))
}

/// Files of a list, as if the walk had met them. Made once: to compile the path patterns costs more than to ask them.
pub struct Lister<'a> {
    areas: Areas<'a>,
    working: &'a Utf8Path,
}

impl<'a> Lister<'a> {
    /// The error is a path pattern of `options` that is no pattern.
    pub fn new(options: &'a WalkOptions, kinds: &'a Kinds, working: &'a Utf8Path) -> Result<Self, PatternError> {
        Ok(Self { areas: Areas::new(options, kinds)?, working })
    }

    /// Absolute paths, and the texts that are not those on disk.
    pub fn list(&self, files: Vec<(PathBuf, Option<Arc<[u8]>>)>) -> Walked {
        collect(files.into_iter().filter_map(|(path, content)| listed_file(path, content, &self.areas, self.working)))
    }
}

fn listed_file(path: PathBuf, content: Option<Arc<[u8]>>, areas: &Areas<'_>, working: &Utf8Path) -> Option<Outcome> {
    let from_working = shown(path.strip_prefix(working).unwrap_or(&path));
    let rooted = areas.options.base.relative(from_working.as_str());
    if is_our_own(&rooted) {
        return None;
    }
    let kind = match &content {
        Some(content) => areas.kind_of(&path, false, || Ok(content[..content.len().min(HEAD)].to_vec())),
        None => areas.kind(&path, false),
    };
    let kind = match kind {
        Ok(Some(kind)) => kind,
        Ok(None) => return Some(Outcome::Leave(Reason::Other)),
        Err(error) => return Some(Outcome::Problem(unreadable(&path, &error))),
    };
    if let Some(reason) = areas.leaves(&areas.user.exclude, &rooted, &rooted) {
        return Some(Outcome::Leave(reason));
    }
    let context = areas.context(&rooted, &rooted, &kind);
    let candidate = Candidate { path: from_working, real: path.clone(), kind, context, explicit: false, content };
    Some(Outcome::Take(candidate, path))
}

/// Reads one file, all of it or nothing.
pub fn read(candidate: &Candidate, options: &WalkOptions, kinds: &Kinds) -> Result<Content, FileProblem> {
    let refused = |kind, message: String| file_problem(&candidate.real, kind, message);
    let limit = options.max_file_size.min(LARGEST);
    let bytes = match &candidate.content {
        Some(content) => content.to_vec(),
        None => read_bounded(&candidate.real, limit.saturating_add(1))
            .map_err(|error| refused(ProblemKind::Unreadable, error.to_string()))?,
    };
    if bytes.len() as u64 > limit {
        return Err(refused(ProblemKind::TooLarge, format!("larger than {limit} bytes")));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(refused(ProblemKind::Encoding, "UTF-16 text is not read; save the file as UTF-8".to_owned()));
    }
    if memchr::memchr(0, &bytes[..bytes.len().min(BINARY_HEAD)]).is_some() {
        return Ok(Content::Binary);
    }
    if !candidate.explicit && !options.no_ignore && kinds.is_generated(&bytes) {
        return Ok(Content::Generated);
    }
    Ok(Content::Text(bytes))
}

/// Reads a file for a first look into a buffer that is used again; says whether it can be had. Asks the system for as
/// little as it can, as whole repositories are looked through.
pub fn peek(path: &Utf8Path, options: &WalkOptions, buffer: &mut Vec<u8>) -> bool {
    let Ok(metadata) = fs::metadata(path) else { return false };
    if !metadata.is_file() || metadata.len() > options.max_file_size.min(LARGEST) {
        return false;
    }
    buffer.resize(metadata.len() as usize, 0);
    File::open(path).and_then(|mut file| file.read_exact(buffer)).is_ok()
}

/// The folders on disk, as the working folder sees them.
#[derive(Clone, Copy, Debug)]
pub struct Disk<'a> {
    pub working: &'a Utf8Path,
    pub options: &'a WalkOptions,
}

impl Beside for Disk<'_> {
    fn names(&self, folder: &Utf8Path) -> Vec<String> {
        let entries = fs::read_dir(self.working.join(folder)).into_iter().flatten().filter_map(Result::ok);
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }

    fn text(&self, path: &Utf8Path) -> Option<Vec<u8>> {
        let mut text = Vec::new();
        peek(&self.working.join(path), self.options, &mut text).then_some(text)
    }
}

/// The path patterns in force.
struct Areas<'a> {
    options: &'a WalkOptions,
    kinds: &'a Kinds,
    tests: PathSet,
    deployments: PathSet,
    development: PathSet,
    vendored: PathSet,
    generated: PathSet,
    user: UserPaths,
}

/// The path patterns of the user.
struct UserPaths {
    tests: PathSet,
    production: PathSet,
    /// `None` is everything.
    include: Option<PathSet>,
    exclude: PathSet,
}

enum Outcome {
    /// With the place on disk, by which a file that was reached twice is known.
    Take(Candidate, PathBuf),
    Leave(Reason),
    Problem(FileProblem),
    Missing(Utf8PathBuf),
}

#[derive(Clone, Copy)]
enum Reason {
    Excluded,
    Test,
    Vendored,
    Generated,
    Other,
}

impl<'a> Areas<'a> {
    fn new(options: &'a WalkOptions, kinds: &'a Kinds) -> Result<Self, PatternError> {
        Ok(Self {
            options,
            kinds,
            tests: PathSet::new(kinds.tests())?,
            deployments: PathSet::new(kinds.deployments())?,
            development: PathSet::new(kinds.development())?,
            vendored: PathSet::new(kinds.vendored())?,
            generated: PathSet::new(kinds.generated())?,
            user: UserPaths::new(options)?,
        })
    }

    /// Why a file below a given folder is not looked at.
    fn leaves(&self, exclude: &PathSet, relative: &str, rooted: &str) -> Option<Reason> {
        if exclude.contains(rooted) || self.user.does_not_include(rooted) {
            return Some(Reason::Excluded);
        }
        if !self.options.no_ignore && self.vendored.contains(relative) {
            return Some(Reason::Vendored);
        }
        if !self.options.no_ignore && self.generated.contains(relative) {
            return Some(Reason::Generated);
        }
        (!self.options.include_tests && self.is_test(relative, rooted)).then_some(Reason::Test)
    }

    fn is_test(&self, relative: &str, rooted: &str) -> bool {
        self.user.is_test(rooted).unwrap_or_else(|| self.tests.contains(relative) && !self.is_deployment(relative))
    }

    /// Whether a file of configuration lies below a folder of deployments, or is named as one, and no folder above that is of
    /// tests.
    fn is_deployment(&self, relative: &str) -> bool {
        if !self.deployments.contains(relative) || self.kinds.of_path(relative).is_none_or(|kind| kind.code) {
            return false;
        }
        let folders = relative.split('/').take_while(|name| !self.deployments.has_folder(name));
        let length: usize = folders.map(|name| name.len() + 1).sum();
        let above = &relative[..length.min(relative.rfind('/').map_or(0, |at| at + 1))];
        !self.tests.contains(&format!("{above}values.yaml"))
    }

    fn context(&self, relative: &str, rooted: &str, kind: &FileKind) -> Context {
        if self.is_test(relative, rooted) {
            Context::Test
        } else if kind.sample {
            Context::Sample
        } else if self.development.contains(relative) {
            Context::Development
        } else {
            Context::Production
        }
    }

    /// By name, and by content where the name leaves it open. The error is that of reading the content.
    fn kind(&self, path: &Path, explicit: bool) -> io::Result<Option<FileKind>> {
        self.kind_of(path, explicit, || read_bounded(path, HEAD as u64))
    }

    fn kind_of(
        &self,
        path: &Path,
        explicit: bool,
        head: impl FnOnce() -> io::Result<Vec<u8>>,
    ) -> io::Result<Option<FileKind>> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let by_name = self.kinds.of_path(&path.to_string_lossy());
        let open = match &by_name {
            Some(kind) => kind.gives_way,
            None => explicit || !name.contains('.'),
        };
        if !open {
            return Ok(by_name);
        }
        let by_content = self.kinds.of_content(&head()?);
        Ok(match (by_content, by_name) {
            (Some(found), Some(named)) => Some(FileKind { sample: named.sample, ..found }),
            (found, named) => found.or(named),
        })
    }
}

impl UserPaths {
    fn new(options: &WalkOptions) -> Result<Self, PatternError> {
        let (production, tests): (Vec<&str>, Vec<&str>) =
            options.test_paths.iter().map(CompactString::as_str).partition(|pattern| pattern.starts_with('!'));
        let production: Vec<&str> = production.iter().map(|pattern| &pattern[1..]).collect();
        Ok(Self {
            tests: PathSet::new(&tests)?,
            production: PathSet::new(&production)?,
            include: if options.include.is_empty() { None } else { Some(PathSet::new(&options.include)?) },
            exclude: PathSet::new(&options.exclude)?,
        })
    }

    fn does_not_include(&self, rooted: &str) -> bool {
        self.include.as_ref().is_some_and(|include| !include.contains(rooted))
    }

    /// `None` where the user says nothing of it.
    fn is_test(&self, rooted: &str) -> Option<bool> {
        if self.production.contains(rooted) {
            return Some(false);
        }
        self.tests.contains(rooted).then_some(true)
    }
}

fn walk_root(path: &Path, areas: &Areas<'_>, to: &Sender<Outcome>) -> Result<(), PatternError> {
    let outcome = match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            walk_folder(&Root::new(path, areas)?, areas, to);
            return Ok(());
        }
        Ok(metadata) if metadata.is_file() => explicit_file(path, areas),
        Ok(_) => Outcome::Problem(not_regular(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Outcome::Missing(shown(path)),
        Err(error) => Outcome::Problem(unreadable(path, &error)),
    };
    send(to, outcome);
    Ok(())
}

/// A folder that the user named.
struct Root<'a> {
    path: &'a Path,
    on_disk: PathBuf,
    /// What the user leaves out below it: whoever names a folder wants to see it, so a pattern of it, or of a folder
    /// around it, says nothing.
    exclude: PathSet,
}

impl<'a> Root<'a> {
    fn new(path: &'a Path, areas: &Areas<'_>) -> Result<Self, PatternError> {
        let on_disk = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let options = areas.options;
        if options.force_exclude {
            return Ok(Self { path, on_disk, exclude: areas.user.exclude.clone() });
        }
        let inside = format!("{}/.", options.base.relative(shown(path).as_str()));
        let mut exclude = Vec::new();
        for pattern in &options.exclude {
            if !pattern.ends_with('/') || !PathSet::new(&[pattern])?.contains(&inside) {
                exclude.push(pattern);
            }
        }
        Ok(Self { path, on_disk, exclude: PathSet::new(&exclude)? })
    }
}

fn explicit_file(path: &Path, areas: &Areas<'_>) -> Outcome {
    let force = areas.options.force_exclude;
    let kind = match areas.kind(path, !force) {
        Ok(Some(kind)) => kind,
        Ok(None) => return Outcome::Leave(Reason::Other),
        Err(error) => return Outcome::Problem(unreadable(path, &error)),
    };
    let relative = shown(path);
    let rooted = areas.options.base.relative(relative.as_str());
    // Folders above a file that is below neither the current folder nor the root say nothing about it.
    let inside = relative.is_relative() && !relative.starts_with("..");
    let told = if inside { Some(relative.to_string()) } else { areas.options.base.below(relative.as_str()) };
    let told = told.unwrap_or_else(|| relative.file_name().unwrap_or_default().to_owned());
    if force && let Some(reason) = areas.leaves(&areas.user.exclude, &told, &rooted) {
        return Outcome::Leave(reason);
    }
    let context = areas.context(&told, &rooted, &kind);
    let on_disk = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    Outcome::Take(
        Candidate { path: relative, real: path.to_owned(), kind, context, explicit: !force, content: None },
        on_disk,
    )
}

fn walk_folder(root: &Root<'_>, areas: &Areas<'_>, to: &Sender<Outcome>) {
    let excluded_folders = root.exclude.clone();
    let mut builder = WalkBuilder::new(root.path);
    builder
        .standard_filters(!areas.options.no_ignore)
        // What is ignored must not depend on the machine.
        .git_global(false)
        .require_git(false)
        .hidden(false)
        .follow_links(false)
        .threads(areas.options.jobs)
        .filter_entry(move |entry| entry.depth() == 0 || !is_pruned(entry, &excluded_folders));
    builder.build_parallel().run(|| {
        let to = to.clone();
        Box::new(move |entry| {
            match entry {
                Ok(entry) => {
                    if let Some(outcome) = look(&entry, root, areas) {
                        send(&to, outcome);
                    }
                }
                Err(error) => send(&to, Outcome::Problem(walk_problem(&error, root.path))),
            }
            WalkState::Continue
        })
    });
}

fn is_pruned(entry: &DirEntry, excluded: &PathSet) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name().to_string_lossy();
    is_folder && (METADATA_FOLDERS.contains(&name.as_ref()) || excluded.has_folder(&name))
}

fn look(entry: &DirEntry, root: &Root<'_>, areas: &Areas<'_>) -> Option<Outcome> {
    let file_type = entry.file_type()?;
    if file_type.is_dir() || file_type.is_symlink() {
        return None;
    }
    let path = entry.path();
    if !file_type.is_file() {
        return Some(Outcome::Problem(not_regular(path)));
    }
    let below = path.strip_prefix(root.path).unwrap_or(path);
    let relative = with_slashes(below);
    let shown = shown(path);
    let rooted = areas.options.base.relative(shown.as_str());
    if is_our_own(&rooted) {
        return None;
    }
    let kind = match areas.kind(path, false) {
        Ok(Some(kind)) => kind,
        Ok(None) => return Some(Outcome::Leave(Reason::Other)),
        Err(error) => return Some(Outcome::Problem(unreadable(path, &error))),
    };
    if let Some(reason) = areas.leaves(&root.exclude, &relative, &rooted) {
        return Some(Outcome::Leave(reason));
    }
    let context = areas.context(&relative, &rooted, &kind);
    let candidate = Candidate { path: shown, real: path.to_owned(), kind, context, explicit: false, content: None };
    Some(Outcome::Take(candidate, root.on_disk.join(below)))
}

/// Our own configuration and baseline, which name what others must not do.
fn is_our_own(rooted: &str) -> bool {
    config::NAMES.contains(&rooted) || rooted == baseline::NAME
}

fn collect(outcomes: impl IntoIterator<Item = Outcome>) -> Walked {
    let mut walked = Walked::default();
    let mut taken = Vec::new();
    for outcome in outcomes {
        match outcome {
            Outcome::Take(candidate, on_disk) => taken.push((on_disk, candidate)),
            Outcome::Leave(Reason::Excluded) => walked.left_out.excluded += 1,
            Outcome::Leave(Reason::Test) => walked.left_out.tests += 1,
            Outcome::Leave(Reason::Vendored) => walked.left_out.vendored += 1,
            Outcome::Leave(Reason::Generated) => walked.left_out.generated += 1,
            Outcome::Leave(Reason::Other) => walked.left_out.other += 1,
            Outcome::Problem(problem) => walked.problems.push(problem),
            Outcome::Missing(path) => walked.missing.push(path),
        }
    }
    // Of a file that was reached twice, the one that the user named stays.
    taken.sort_by(|(a_disk, a), (b_disk, b)| (a_disk, !a.explicit, &a.path).cmp(&(b_disk, !b.explicit, &b.path)));
    taken.dedup_by(|(later, _), (first, _)| later == first);
    walked.files = taken.into_iter().map(|(_, candidate)| candidate).collect();
    walked.files.sort_by(|a, b| (&a.path, &a.real).cmp(&(&b.path, &b.real)));
    walked.problems.sort();
    walked.problems.dedup();
    walked.missing.sort();
    walked.missing.dedup();
    walked
}

/// The first bytes of a regular file; a pipe would block and a device never end.
fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let file = File::open(path)?;
    let mut bytes = Vec::with_capacity(file.metadata()?.len().min(limit) as usize);
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Patterns are written with `/` on every system.
fn with_slashes(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn shown(path: &Path) -> Utf8PathBuf {
    let text = path.to_string_lossy();
    let trimmed = text.trim_start_matches("./");
    Utf8PathBuf::from(if trimmed.is_empty() { &text } else { trimmed })
}

fn file_problem(path: &Path, kind: ProblemKind, message: String) -> FileProblem {
    FileProblem { path: shown(path), line: None, kind, message }
}

fn unreadable(path: &Path, error: &io::Error) -> FileProblem {
    file_problem(path, ProblemKind::Unreadable, error.to_string())
}

fn not_regular(path: &Path) -> FileProblem {
    file_problem(path, ProblemKind::Unreadable, "not a regular file".to_owned())
}

fn walk_problem(error: &ignore::Error, root: &Path) -> FileProblem {
    let message = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    file_problem(path_of(error).unwrap_or(root), ProblemKind::Unreadable, message)
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// The receiver outlives every sender, so that nothing is lost.
fn send(to: &Sender<Outcome>, outcome: Outcome) {
    let _ = to.send(outcome);
}

#[cfg(all(test, unix))]
mod tests;

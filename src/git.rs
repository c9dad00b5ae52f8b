//! The reader of version control: what has changed, and what is staged, as the `git` program says it. Nothing else
//! starts a process.
//!
//! To start a process costs as much as most answers, so that what can be asked beside each other is.

mod index;
mod objects;

pub use index::Index;
pub use objects::Objects;

use camino::{Utf8Path, Utf8PathBuf};
use std::io;
use std::process::{Command, Stdio};
use std::thread::JoinHandle;

/// A work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    top: Utf8PathBuf,
}

/// An answer of git that is still to come.
pub struct Answer<T> {
    process: JoinHandle<Result<Vec<u8>, GitError>>,
    read: fn(Vec<u8>) -> T,
}

impl<T> Answer<T> {
    fn start(folder: &Utf8Path, arguments: Vec<&'static str>, read: fn(Vec<u8>) -> T) -> Self {
        let folder = folder.to_owned();
        Self { process: std::thread::spawn(move || run(&folder, &arguments)), read }
    }

    /// Waits for it.
    pub fn wait(self) -> Result<T, GitError> {
        let out = self.process.join().unwrap_or_else(|_| Err(GitError::NoProgram("its reader stopped".to_owned())))?;
        Ok((self.read)(out))
    }
}

/// What the index has that the last commit has not, in the work tree that a folder lies in.
pub fn staged(folder: &Utf8Path) -> Answer<Vec<Changed>> {
    Answer::start(folder, [&DIFF[..], &["--cached", "--"]].concat(), |out| changes(&out))
}

/// The files of the index, by their paths from the top of the work tree.
pub fn index(folder: &Utf8Path) -> Answer<Index> {
    Answer::start(folder, vec!["ls-files", "-z", "--stage", "--full-name", ":/"], |out| Index::read(out, 1))
}

/// A file that a change touches, by its path from the top of the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub path: Utf8PathBuf,
    /// The object that holds the new text; all zeros where only the work tree has it, `None` where it is no file.
    pub blob: Option<String>,
    /// The object that held the text before; `None` where there was no such file.
    pub was: Option<String>,
    pub lines: Lines,
}

/// Which lines of the new text are new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// All of them.
    pub whole: bool,
    /// First and last, from 1, both included.
    pub new: Vec<(u32, u32)>,
    /// Lines behind which something was taken out; 0 is before the first.
    pub gaps: Vec<u32>,
}

/// Why git could not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    #[error("the program `git` cannot be started: {0}")]
    NoProgram(String),
    #[error("{0} is in no git work tree")]
    NoWorkTree(Utf8PathBuf),
    #[error("there is no revision `{rev}` here")]
    NoRevision { rev: String, shallow: bool },
    #[error("`git {command}` failed: {said}")]
    Failed { command: String, said: String },
}

impl Repository {
    /// The work tree that a folder lies in.
    pub fn open(folder: &Utf8Path) -> Result<Self, GitError> {
        let out = run(folder, &["rev-parse", "--show-toplevel"]).map_err(|error| match error {
            GitError::Failed { .. } => GitError::NoWorkTree(folder.to_owned()),
            other => other,
        })?;
        let top = String::from_utf8_lossy(&out).trim_end_matches(['\r', '\n']).to_owned();
        if top.is_empty() { Err(GitError::NoWorkTree(folder.to_owned())) } else { Ok(Self { top: top.into() }) }
    }

    pub fn top(&self) -> &Utf8Path {
        &self.top
    }

    /// What the work tree has that the last commit shared with a revision has not; where no shared commit is known,
    /// as in a shallow clone, what the revision itself has not.
    pub fn since(&self, rev: &str) -> Result<Vec<Changed>, GitError> {
        let others = ["ls-files", "-z", "--others", "--exclude-standard"];
        let others = Answer::start(&self.top, others.to_vec(), |out| paths(&out).collect::<Vec<_>>());
        let commit = self.commit(rev)?;
        let shared = run(&self.top, &["merge-base", &commit, "HEAD"]).ok();
        let from = shared.map_or(commit, |shared| String::from_utf8_lossy(&shared).trim().to_owned());
        let mut changed = self.diff(&from)?;
        for path in others.wait()? {
            let lines = Lines { whole: true, ..Lines::default() };
            changed.push(Changed { path, blob: Some("0".repeat(40)), was: None, lines });
        }
        Ok(changed)
    }

    /// The files of a revision, by their paths from the top.
    pub fn files_of(&self, rev: &str) -> Result<Index, GitError> {
        let commit = self.commit(rev)?;
        Ok(Index::read(run(&self.top, &["ls-tree", "-r", "-z", "--full-tree", &commit])?, 2))
    }

    /// A revision as git takes it, once there is one.
    fn commit(&self, rev: &str) -> Result<String, GitError> {
        let commit = format!("{rev}^{{commit}}");
        if run(&self.top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).is_ok() {
            return Ok(commit);
        }
        let shallow = run(&self.top, &["rev-parse", "--is-shallow-repository"])?.starts_with(b"true");
        Err(GitError::NoRevision { rev: rev.to_owned(), shallow })
    }

    fn diff(&self, from: &str) -> Result<Vec<Changed>, GitError> {
        Ok(changes(&run(&self.top, &[&DIFF[..], &[from, "--"]].concat())?))
    }
}

/// A diff whose paths are those from the top of the work tree, wherever it is asked for.
const DIFF: [&str; 11] = [
    "diff",
    "--raw",
    "--no-abbrev",
    "-p",
    "-z",
    "--unified=0",
    "-M",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules=all",
];

fn paths(out: &[u8]) -> impl Iterator<Item = Utf8PathBuf> + '_ {
    let named = out.split(|byte| *byte == 0).filter(|path| !path.is_empty());
    named.map(|path| String::from_utf8_lossy(path).into_owned().into())
}

/// Reads `git diff --raw -p -z --unified=0`: first a record for each file, then, behind an empty one, the patch with a
/// section for each file in the same order.
fn changes(out: &[u8]) -> Vec<Changed> {
    let (records, patch) = match memchr::memmem::find(out, b"\0\0") {
        Some(at) => (&out[..at], &out[at + 2..]),
        None => (out, &[][..]),
    };
    let mut fields = records.split(|byte| *byte == 0).map(String::from_utf8_lossy);
    let mut changed: Vec<(Changed, usize)> = Vec::new();
    while let Some(head) = fields.next() {
        let words: Vec<&str> = head.trim_start_matches(':').split(' ').collect();
        let [mode_before, mode, before, blob, status] = words.as_slice() else { continue };
        let Some(mut path) = fields.next() else { break };
        if status.starts_with(['R', 'C']) {
            let Some(new) = fields.next() else { break };
            path = new;
        }
        // A changed type is shown as a file gone and a file come; an unmerged file has no section.
        let sections = if status.starts_with('T') { 2 } else { usize::from(!status.starts_with('U')) };
        let lines = Lines { whole: sections != 1, ..Lines::default() };
        let of_file = |mode: &str, blob: &str| mode.starts_with("100").then(|| blob.to_owned());
        let (blob, was) = (of_file(mode, blob), of_file(mode_before, before));
        changed.push((Changed { path: path.into_owned().into(), blob, was, lines }, sections));
    }
    read_patch(patch, &mut changed);
    changed.into_iter().map(|(changed, _)| changed).collect()
}

fn read_patch(patch: &[u8], changed: &mut [(Changed, usize)]) {
    let mut owners: Vec<usize> = Vec::new();
    for (index, (_, sections)) in changed.iter().enumerate() {
        owners.extend(std::iter::repeat_n(index, *sections));
    }
    let mut section = 0usize;
    for line in patch.split(|byte| *byte == b'\n') {
        // Lines of text begin with `+`, `-` or `\`; only the patch's own begin with a letter or `@`.
        if line.starts_with(b"diff --git ") {
            section += 1;
        } else if line.starts_with(b"@@ ")
            && let Some(owner) = section.checked_sub(1).and_then(|number| owners.get(number))
            && let Some((first, count)) = hunk(line)
        {
            let lines = &mut changed[*owner].0.lines;
            if count == 0 {
                lines.gaps.push(first);
            } else {
                lines.new.push((first, first + count - 1));
            }
        }
    }
    if section != owners.len() {
        // Not the patch that was expected: better too much than too little.
        for (changed, _) in changed {
            changed.lines.whole = true;
        }
    }
}

/// First line and number of lines on the new side: `@@ -3,0 +4,2 @@`.
fn hunk(line: &[u8]) -> Option<(u32, u32)> {
    let text = String::from_utf8_lossy(line);
    let new = text.split(' ').find_map(|word| word.strip_prefix('+'))?;
    let (first, count) = new.split_once(',').unwrap_or((new, "1"));
    Some((first.parse().ok()?, count.parse().ok()?))
}

fn run(folder: &Utf8Path, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let output = git(folder, arguments).stdin(Stdio::null()).output().map_err(no_program)?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(GitError::Failed { command: arguments.first().copied().unwrap_or_default().to_owned(), said })
}

fn git(folder: &Utf8Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(folder)
        .args(["-c", "diff.relative=false"])
        .args(arguments)
        // Another git may be at work on the index: this one only reads.
        .env("GIT_OPTIONAL_LOCKS", "0")
        // An object that a partial clone lacks is not fetched.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("LC_ALL", "C");
    command
}

fn no_program(error: io::Error) -> GitError {
    GitError::NoProgram(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_change_are_read() {
        let raw = format!(
            ":100644 000000 {a} {z} D\0gone.py\0:100644 100644 {a} {b} R090\0old.py\0new \"name\".py\0:100644 100644 {a} {b} M\0x.py\0\0",
            a = "a".repeat(40),
            b = "b".repeat(40),
            z = "0".repeat(40)
        );
        let patch = "diff --git a/gone.py b/gone.py\n@@ -1 +0,0 @@\n-x\ndiff --git a/old.py \"b/new\"\n@@ -2 +2,3 @@ def f\n-diff --git\n+@@ -1 +1 @@\n+b\n+c\ndiff --git a/x.py b/x.py\n@@ -5,2 +4,0 @@\n-x\n-y\n@@ -9 +7 @@\n-a\n+b\n";
        let changed = changes(format!("{raw}{patch}").as_bytes());
        let lines = |new: &[(u32, u32)], gaps: &[u32]| Lines { whole: false, new: new.to_vec(), gaps: gaps.to_vec() };
        let got: Vec<_> =
            changed.iter().map(|one| (one.path.as_str(), one.blob.is_some(), one.lines.clone())).collect();
        assert_eq!(
            got,
            [
                ("gone.py", false, lines(&[], &[0])),
                ("new \"name\".py", true, lines(&[(2, 4)], &[])),
                ("x.py", true, lines(&[(7, 7)], &[4]))
            ]
        );
    }

    #[test]
    fn a_patch_that_does_not_fit_makes_all_lines_new() {
        let raw = format!(":100644 100644 {0} {0} M\0x.py\0\0nothing", "a".repeat(40));
        assert!(changes(raw.as_bytes())[0].lines.whole);
        assert_eq!(changes(b""), []);
    }
}

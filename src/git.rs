//! The reader of version control: what has changed, and what is staged, as the `git` program says it. Nothing else
//! starts a process.

use camino::{Utf8Path, Utf8PathBuf};
use std::io::{self, Write};
use std::process::{Command, Stdio};

/// A work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    top: Utf8PathBuf,
}

/// A file that a change touches, by its path from the top of the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub path: Utf8PathBuf,
    /// The object that holds the new text; all zeros where only the work tree has it, `None` where it is no file.
    pub blob: Option<String>,
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

    /// What the index has that the last commit has not.
    pub fn staged(&self) -> Result<Vec<Changed>, GitError> {
        self.diff(&["--cached"])
    }

    /// What the work tree has that the last commit shared with a revision has not; where no shared commit is known,
    /// as in a shallow clone, what the revision itself has not.
    pub fn since(&self, rev: &str) -> Result<Vec<Changed>, GitError> {
        let commit = format!("{rev}^{{commit}}");
        let Ok(_) = run(&self.top, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]) else {
            let shallow = run(&self.top, &["rev-parse", "--is-shallow-repository"])?.starts_with(b"true");
            return Err(GitError::NoRevision { rev: rev.to_owned(), shallow });
        };
        let shared = run(&self.top, &["merge-base", &commit, "HEAD"]).ok();
        let from = shared.map_or(commit, |shared| String::from_utf8_lossy(&shared).trim().to_owned());
        let mut changed = self.diff(&[&from])?;
        for path in paths(&run(&self.top, &["ls-files", "-z", "--others", "--exclude-standard"])?) {
            let lines = Lines { whole: true, ..Lines::default() };
            changed.push(Changed { path, blob: Some("0".repeat(40)), lines });
        }
        Ok(changed)
    }

    /// The files of the index with the objects that hold their text; links and submodules are none.
    pub fn index(&self) -> Result<Vec<(Utf8PathBuf, String)>, GitError> {
        let out = run(&self.top, &["ls-files", "-z", "--stage"])?;
        let file = |record: &[u8]| {
            let text = String::from_utf8_lossy(record);
            let (head, path) = text.split_once('\t')?;
            let mut fields = head.split(' ');
            let (mode, blob) = (fields.next()?, fields.next()?);
            mode.starts_with("100").then(|| (Utf8PathBuf::from(path), blob.to_owned()))
        };
        Ok(out.split(|byte| *byte == 0).filter_map(file).collect())
    }

    /// The content of objects, in their order; `None` for one that is missing.
    pub fn blobs(&self, ids: &[String]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        let mut out = Vec::with_capacity(ids.len());
        if ids.is_empty() {
            return Ok(out);
        }
        let asked = ids.join("\n") + "\n";
        let answer = run_with(&self.top, &["cat-file", "--batch", "--buffer"], asked.into_bytes())?;
        let mut rest = answer.as_slice();
        for _ in ids {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = rest.get(end + 1..).unwrap_or_default();
            let size = head.rsplit_once(' ').filter(|_| !head.ends_with(" missing")).and_then(|(_, n)| n.parse().ok());
            let Some(size) = size else {
                out.push(None);
                continue;
            };
            let size: usize = size;
            out.push(rest.get(..size).map(<[u8]>::to_vec));
            rest = rest.get(size + 1..).unwrap_or_default();
        }
        Ok(out)
    }

    fn diff(&self, what: &[&str]) -> Result<Vec<Changed>, GitError> {
        let mut arguments = vec!["diff", "--raw", "--no-abbrev", "-p", "-z", "--unified=0", "-M", "--no-color"];
        arguments.extend(["--no-ext-diff", "--no-textconv", "--ignore-submodules=all"]);
        arguments.extend(what);
        arguments.push("--");
        Ok(changes(&run(&self.top, &arguments)?))
    }
}

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
        let [_, mode, _, blob, status] = words.as_slice() else { continue };
        let Some(mut path) = fields.next() else { break };
        if status.starts_with(['R', 'C']) {
            let Some(new) = fields.next() else { break };
            path = new;
        }
        // A changed type is shown as a file gone and a file come; an unmerged file has no section.
        let sections = if status.starts_with('T') { 2 } else { usize::from(!status.starts_with('U')) };
        let is_file = mode.starts_with("100");
        let lines = Lines { whole: sections != 1, ..Lines::default() };
        let blob = is_file.then(|| (*blob).to_owned());
        changed.push((Changed { path: path.into_owned().into(), blob, lines }, sections));
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
    run_with(folder, arguments, Vec::new())
}

fn run_with(folder: &Utf8Path, arguments: &[&str], input: Vec<u8>) -> Result<Vec<u8>, GitError> {
    let no_program = |error: io::Error| GitError::NoProgram(error.to_string());
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        // Another git may be at work on the index: this one only reads.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("LC_ALL", "C")
        .stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(no_program)?;
    // Written beside the reading, or both sides would wait for each other.
    let writer = child.stdin.take().map(|mut stdin| std::thread::spawn(move || stdin.write_all(&input)));
    let output = child.wait_with_output().map_err(no_program)?;
    if let Some(writer) = writer {
        let _ = writer.join();
    }
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(GitError::Failed { command: arguments.first().copied().unwrap_or_default().to_owned(), said })
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

//! Texts of objects, from one git process that answers as long as it is asked.

use super::{GitError, git, no_program};
use camino::Utf8Path;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

/// So many ids fit into the smallest pipe, so that git can take them all before it answers the first.
const AT_ONCE: usize = 50;

/// The objects of a repository.
#[derive(Debug)]
pub struct Objects(Mutex<Process>);

#[derive(Debug)]
struct Process {
    child: Child,
    /// `None` tells git that nothing more is asked.
    to: Option<ChildStdin>,
    from: Option<BufReader<ChildStdout>>,
}

impl Objects {
    /// Starts git in the work tree that a folder lies in.
    pub fn open(folder: &Utf8Path) -> Result<Self, GitError> {
        let mut command = git(folder, &["cat-file", "--batch"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(no_program)?;
        let (to, from) = (child.stdin.take(), child.stdout.take().map(BufReader::new));
        Ok(Self(Mutex::new(Process { child, to, from })))
    }

    /// The texts of objects, in the order of their ids; `None` for one that is missing.
    pub fn texts(&self, ids: &[&str]) -> Result<Vec<Option<Vec<u8>>>, GitError> {
        // A lock that is poisoned belongs to a thread that failed; the next answer shows whether git still fits.
        let mut process = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        process.texts(ids).map_err(|error| GitError::Failed { command: "cat-file".to_owned(), said: error.to_string() })
    }
}

impl Process {
    fn texts(&mut self, ids: &[&str]) -> io::Result<Vec<Option<Vec<u8>>>> {
        let (Some(to), Some(from)) = (&mut self.to, &mut self.from) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut texts = Vec::with_capacity(ids.len());
        for ids in ids.chunks(AT_ONCE) {
            to.write_all((ids.join("\n") + "\n").as_bytes())?;
            for _ in ids {
                texts.push(text(from)?);
            }
        }
        Ok(texts)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.to = None;
        self.from = None;
        let _ = self.child.wait();
    }
}

/// One answer: `ID TYPE SIZE`, the text and an end of line; or `ID missing`.
fn text(from: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let mut head = String::new();
    if from.read_line(&mut head)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let size = head.trim_end().rsplit_once(' ').filter(|(_, last)| *last != "missing");
    let Some(size) = size.and_then(|(_, size)| size.parse::<u64>().ok()) else { return Ok(None) };
    let mut text = Vec::new();
    from.take(size).read_to_end(&mut text)?;
    from.read_exact(&mut [0])?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_one_after_the_other() {
        let mut answers = &b"aa blob 3\nx\ny\nbb missing\ncc blob 0\n\n"[..];
        let mut next = || text(&mut answers).ok();
        assert_eq!([next(), next(), next()], [Some(Some(b"x\ny".to_vec())), Some(None), Some(Some(Vec::new()))]);
        assert_eq!(next(), None, "git has ended");
    }
}

//! The baseline: findings that were there when barewire came, which are counted and not shown.
//!
//! One line for each, a JSON object as a whole. The fingerprints are the keys, so that entries of two branches rarely
//! meet on neighbouring lines; the version stands last, so that every entry ends with a comma and none is changed by
//! another one.

use crate::report::{Finding, Sources};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The name of the file, beside the configuration.
pub const NAME: &str = ".barewire-baseline.json";

const VERSION: u64 = 1;

/// Findings that are known, by fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
    /// Paths of entries at which there is no file any more.
    missing: BTreeSet<String>,
}

/// One finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Below the root.
    pub path: String,
    pub check: String,
    pub fingerprint: String,
}

/// Why a text is no baseline.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct BaselineError {
    /// From 1.
    pub line: usize,
    pub message: String,
}

impl Baseline {
    /// Every finding of a report; `path` gives the path of a source below the root.
    pub fn of(findings: &[Finding], sources: &Sources, path: impl Fn(&str) -> String) -> Self {
        let entry = |finding: &Finding| {
            let source = sources.get(finding.place.file)?;
            Some(Entry {
                path: path(source.path.as_str()),
                check: finding.check.to_string(),
                fingerprint: finding.fingerprint.clone(),
            })
        };
        Self::from_entries(findings.iter().filter_map(entry))
    }

    pub fn from_entries(entries: impl IntoIterator<Item = Entry>) -> Self {
        let entries = entries.into_iter().map(|entry| (entry.fingerprint.clone(), entry)).collect();
        Self { entries, missing: BTreeSet::new() }
    }

    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let map: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| BaselineError { line: error.line(), message: said(text, &error) })?;
        let mut entries = Vec::new();
        for (key, value) in &map {
            if key == "version" {
                continue;
            }
            let wrong = || BaselineError {
                line: text.lines().position(|line| line.contains(key.as_str())).map_or(1, |index| index + 1),
                message: format!("`{key}` is no entry: a fingerprint and a text of path and check are"),
            };
            let is_fingerprint = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
            let (path, check) =
                value.as_str().filter(|_| is_fingerprint).and_then(|v| v.rsplit_once(": ")).ok_or_else(wrong)?;
            entries.push(Entry { path: path.to_owned(), check: check.to_owned(), fingerprint: key.clone() });
        }
        if map.get("version").and_then(Value::as_u64) == Some(VERSION) {
            return Ok(Self::from_entries(entries));
        }
        let message = format!("this is no baseline of version {VERSION}: write a new one with `barewire baseline`");
        Err(BaselineError { line: text.lines().count().max(1), message })
    }

    /// Tells which of the paths of the entries no file has any more.
    pub fn look(&mut self, exists: impl Fn(&str) -> bool) {
        let paths: BTreeSet<&String> = self.entries.values().map(|entry| &entry.path).collect();
        self.missing = paths.into_iter().filter(|path| !exists(path)).cloned().collect();
    }

    pub fn contains(&self, fingerprint: &str) -> bool {
        self.entries.contains_key(fingerprint)
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entries whose finding is gone: not among those met, although its file was looked at or is no more. In the
    /// order path, check, fingerprint.
    pub fn gone(&self, met: &BTreeSet<String>, looked_at: impl Fn(&str) -> bool) -> Vec<Entry> {
        let unmet = self.entries.values().filter(|entry| !met.contains(&entry.fingerprint));
        let mut gone: Vec<Entry> =
            unmet.filter(|entry| self.missing.contains(&entry.path) || looked_at(&entry.path)).cloned().collect();
        gone.sort();
        gone
    }

    /// The same without some entries.
    #[must_use]
    pub fn without(&self, entries: &[Entry]) -> Self {
        let mut rest = self.clone();
        for entry in entries {
            rest.entries.remove(&entry.fingerprint);
        }
        rest
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut text = "{\n".to_owned();
        for (fingerprint, Entry { path, check, .. }) in &self.entries {
            let value = Value::String(format!("{path}: {check}"));
            let _ = writeln!(text, "\"{fingerprint}\": {value},");
        }
        let _ = writeln!(text, "\"version\": {VERSION}\n}}");
        text
    }
}

fn said(text: &str, error: &serde_json::Error) -> String {
    if text.lines().any(|line| line.starts_with("<<<<<<< ")) {
        return "there are marks of a merge conflict in it: keep the lines of both sides, without the marks".to_owned();
    }
    format!("this is no JSON object: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(letter: char, path: &str) -> Entry {
        Entry { path: path.to_owned(), check: "cleartext-http".to_owned(), fingerprint: letter.to_string().repeat(32) }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let baseline = Baseline::from_entries([entry('b', "src/a \"b\": c.py"), entry('a', "src/z.py")]);
        let text = baseline.to_text();
        assert_eq!(Baseline::parse(&text).expect("its own text"), baseline);
        assert_eq!(
            text.lines().nth(1),
            Some(format!("\"{}\": \"src/z.py: cleartext-http\",", "a".repeat(32)).as_str())
        );
    }

    #[test]
    fn an_entry_more_is_a_line_more() {
        let one = Baseline::from_entries([entry('b', "b.py")]).to_text();
        let two = Baseline::from_entries([entry('b', "b.py"), entry('c', "c.py"), entry('a', "a.py")]).to_text();
        assert!(one.lines().all(|line| two.lines().any(|other| other == line)));
        assert_eq!(two.lines().count(), one.lines().count() + 2);
    }

    #[test]
    fn what_is_no_baseline_says_why() {
        for (text, line, word) in [
            ("[]", 1, "JSON object"),
            ("{}", 1, "version 1"),
            ("{\n\"version\": 2\n}", 3, "version 1"),
            ("{\n\"abc\": \"a.py: x\",\n\"version\": 1\n}", 2, "`abc`"),
            ("{\n<<<<<<< ours\n\"version\": 1\n}", 2, "merge conflict"),
        ] {
            let error = Baseline::parse(text).expect_err(text);
            assert_eq!(error.line, line, "{text}");
            assert!(error.message.contains(word), "{text}: {}", error.message);
        }
    }

    #[test]
    fn gone_is_what_was_looked_for_and_not_met() {
        let mut baseline = Baseline::from_entries([
            entry('a', "met.py"),
            entry('b', "mended.py"),
            entry('c', "deleted.py"),
            entry('d', "elsewhere.py"),
        ]);
        baseline.look(|path| path != "deleted.py");
        let gone = baseline.gone(&["a".repeat(32)].into(), |path| path == "met.py" || path == "mended.py");
        let paths: Vec<&str> = gone.iter().map(|entry| entry.path.as_str()).collect();
        assert_eq!(paths, ["deleted.py", "mended.py"]);
        assert_eq!(baseline.without(&gone).len(), 2);
    }
}

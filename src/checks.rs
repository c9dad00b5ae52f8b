//! Checks: what a user sees, suppresses and configures. One YAML file each in `rules/checks/`.
//!
//! `build.rs` includes this file to compile the checks into the binary, so it names nothing but the grades, std, serde,
//! `serde_yaml` and `compact_str`, and reads no file itself.

use crate::grades::Severity;
use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of weakness a check is about. Coarser than the check, and the same in every language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// An address whose scheme is plain: `http://`, `ws://`, `ftp://`.
    CleartextUrl,
    /// A client that opens a connection without TLS, or gives TLS up when asked to.
    CleartextClient,
    /// A listener without TLS.
    CleartextServer,
    /// A database, cache or broker reached without TLS.
    DatabasePlaintext,
    /// The same, with TLS that does not show who answers.
    DatabaseUnverified,
    CertUnverified,
    HostnameUnverified,
    WeakProtocol,
    WeakCipher,
    /// A platform's or browser's protection that is switched off.
    TransportPolicy,
    /// Code that is fetched where it can be changed on the way.
    InsecureDownload,
}

/// One check, as its file says it. Only [`Check::from_yaml`] makes one from text, and it has looked at every field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Words that name the wrong state: `unverified-certificate`. The file's name too.
    pub id: CompactString,
    pub class: Class,
    pub title: String,
    /// What a finding has where nothing raises or lowers it.
    pub severity: Severity,
    /// Numbers of the Common Weakness Enumeration, the best first.
    pub cwe: Vec<u16>,
    /// Categories of the OWASP Top 10 with their year: `A02:2021`.
    pub owasp: Vec<CompactString>,
    /// One sentence: what is so.
    pub summary: String,
    /// Markdown: why it matters.
    pub explanation: String,
    /// Markdown: what to write instead.
    pub instead: String,
    /// Addresses, all `https://`.
    pub references: Vec<String>,
    pub tags: Vec<CompactString>,
    /// Checks that have nothing to add where one client has both.
    pub includes: Vec<CompactString>,
}

/// A mistake in a rule file. Line and column count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// All checks, in the order of their ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks(Vec<Check>);

/// The file as it is written; says nothing about whether the values make sense.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCheck {
    check: CompactString,
    class: Class,
    title: String,
    severity: Severity,
    cwe: Vec<u16>,
    owasp: Vec<CompactString>,
    summary: String,
    explanation: String,
    instead: String,
    references: Vec<String>,
    #[serde(default)]
    tags: Vec<CompactString>,
    #[serde(default)]
    includes: Vec<CompactString>,
}

impl Check {
    /// Reads the text of `file`, whose stem must be the check's id.
    pub fn from_yaml(file: &str, text: &str) -> Result<Self, RuleError> {
        let raw: RawCheck = serde_yaml::from_str(text).map_err(|error| {
            let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            RuleError { file: file.to_owned(), line, column, message: error.to_string() }
        })?;
        match raw.mistake(file) {
            None => Ok(raw.into_check()),
            Some((key, message)) => {
                Err(RuleError { file: file.to_owned(), line: line_of(text, key), column: 1, message })
            }
        }
    }
}

impl RawCheck {
    /// The first value that makes no sense: its key, and what is wrong with it.
    fn mistake(&self, file: &str) -> Option<(&'static str, String)> {
        let stem = file.rsplit(['/', '\\']).next().and_then(|name| name.split('.').next()).unwrap_or_default();
        let texts = [
            ("title", &self.title),
            ("summary", &self.summary),
            ("explanation", &self.explanation),
            ("instead", &self.instead),
        ];
        if !is_words(&self.check) {
            return Some(("check", format!("`{}` is not lower-case words joined with `-`", self.check)));
        }
        if self.check != stem {
            return Some(("check", format!("the check `{}` belongs in a file named `{0}.yml`", self.check)));
        }
        if let Some((key, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Some((key, format!("`{key}` is empty")));
        }
        if self.title.trim_end().ends_with('.') {
            return Some(("title", "a title is no sentence: drop its full stop".to_owned()));
        }
        if !self.summary.trim_end().ends_with('.') || self.summary.trim().contains('\n') {
            return Some(("summary", "the summary must be one sentence on one line, with a full stop".to_owned()));
        }
        self.mistake_in_lists()
    }

    fn mistake_in_lists(&self) -> Option<(&'static str, String)> {
        if self.cwe.is_empty() || self.cwe.contains(&0) {
            return Some(("cwe", "name the number of at least one weakness, such as `[319]`".to_owned()));
        }
        if let Some(wrong) = self.owasp.iter().find(|name| !is_owasp(name)) {
            return Some(("owasp", format!("`{wrong}` is not of the form `A02:2021`")));
        }
        if self.references.is_empty() {
            return Some(("references", "name at least one page to read on".to_owned()));
        }
        if let Some(wrong) = self.references.iter().find(|address| !is_https(address)) {
            return Some(("references", format!("`{wrong}` is not an https:// address")));
        }
        let wrong = |list: &[CompactString]| list.iter().find(|word| !is_words(word)).cloned();
        let (key, wrong) =
            wrong(&self.tags).map(|tag| ("tags", tag)).or_else(|| Some(("includes", wrong(&self.includes)?)))?;
        Some((key, format!("`{wrong}` is not lower-case words joined with `-`")))
    }

    fn into_check(self) -> Check {
        Check {
            id: self.check,
            class: self.class,
            title: self.title.trim().to_owned(),
            severity: self.severity,
            cwe: self.cwe,
            owasp: self.owasp,
            summary: self.summary.trim().to_owned(),
            explanation: self.explanation.trim().to_owned(),
            instead: self.instead.trim().to_owned(),
            references: self.references,
            tags: self.tags,
            includes: self.includes,
        }
    }
}

/// The line of a top-level key, from 1; 1 where there is none.
fn line_of(text: &str, key: &str) -> usize {
    let at = text.lines().position(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    at.map_or(1, |index| index + 1)
}

fn is_words(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('-')
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
}

fn is_owasp(text: &str) -> bool {
    let shape = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.bytes().map(shape).eq(*b"A00:0000")
}

fn is_https(address: &str) -> bool {
    address.strip_prefix("https://").is_some_and(|rest| rest.contains('.'))
        && address.bytes().all(|byte| byte.is_ascii_graphic())
}

impl Checks {
    /// Sorts them. Fails with the id that two of them share.
    pub fn new(mut checks: Vec<Check>) -> Result<Self, CompactString> {
        checks.sort_by(|a, b| a.id.cmp(&b.id));
        match checks.windows(2).find(|pair| pair[0].id == pair[1].id) {
            Some(pair) => Err(pair[0].id.clone()),
            None => Ok(Self(checks)),
        }
    }

    pub fn get(&self, id: &str) -> Option<&Check> {
        let index = self.0.binary_search_by(|check| check.id.as_str().cmp(id)).ok()?;
        self.0.get(index)
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Check> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Class {
    pub const ALL: [Self; 11] = [
        Self::CleartextUrl,
        Self::CleartextClient,
        Self::CleartextServer,
        Self::DatabasePlaintext,
        Self::DatabaseUnverified,
        Self::CertUnverified,
        Self::HostnameUnverified,
        Self::WeakProtocol,
        Self::WeakCipher,
        Self::TransportPolicy,
        Self::InsecureDownload,
    ];

    /// Encrypted, to whoever answers.
    pub fn is_unverified(self) -> bool {
        matches!(self, Self::DatabaseUnverified | Self::CertUnverified | Self::HostnameUnverified)
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::CleartextUrl => "cleartext-url",
            Self::CleartextClient => "cleartext-client",
            Self::CleartextServer => "cleartext-server",
            Self::DatabasePlaintext => "database-plaintext",
            Self::DatabaseUnverified => "database-unverified",
            Self::CertUnverified => "cert-unverified",
            Self::HostnameUnverified => "hostname-unverified",
            Self::WeakProtocol => "weak-protocol",
            Self::WeakCipher => "weak-cipher",
            Self::TransportPolicy => "transport-policy",
            Self::InsecureDownload => "insecure-download",
        }
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}:{}:{}: {}", self.file, self.line, self.column, self.message)
    }
}

impl std::error::Error for RuleError {}

#[cfg(test)]
#[path = "checks_tests.rs"]
mod tests;

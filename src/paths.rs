//! Sets of path patterns: which paths are tests, vendored, generated or excluded.
//!
//! A pattern `name/` is a folder at any depth, `*.min.js` a file at any depth, `a/b.py` a path at any depth; a leading
//! `/` pins it to the scanned root. `*`, `?`, `[...]`, `{a,b}` and `**` have the meaning that globs have.

use camino::Utf8Path;
use compact_str::CompactString;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rustc_hash::FxHashSet;

/// Compiled patterns. Paths are asked for relative to the scanned root, with `/` between their parts.
#[derive(Clone, Debug, Default)]
pub struct PathSet {
    /// Plain folder names, which most patterns are.
    folders: FxHashSet<CompactString>,
    globs: GlobSet,
}

/// The folder that the paths of the configuration and of the baseline are relative to, and the one in which the run
/// was started. Knows paths by their text alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base {
    root: String,
    working: String,
}

impl Base {
    /// Both absolute.
    pub fn new(root: &Utf8Path, working: &Utf8Path) -> Self {
        let joined = |path: &Utf8Path| normal(&slashed(path.as_str())).trim_end_matches('/').to_owned();
        Self { root: joined(root), working: joined(working) }
    }

    /// A path as it is shown, seen from the root, with `/` between its parts; as it is where it does not lie below.
    pub fn relative(&self, shown: &str) -> String {
        self.below(shown).unwrap_or_else(|| normal(&slashed(shown)))
    }

    /// The same; `None` where it does not lie below the root, or the root is not known.
    pub fn below(&self, shown: &str) -> Option<String> {
        let shown = slashed(shown);
        let is_absolute = Utf8Path::new(&shown).is_absolute();
        let whole = if is_absolute { normal(&shown) } else { normal(&format!("{}/{shown}", self.working)) };
        whole.strip_prefix(&self.root).filter(|_| !self.root.is_empty())?.strip_prefix('/').map(str::to_owned)
    }

    /// A path below the root as it is shown: from the working folder where it lies below that, else whole.
    pub fn shown(&self, relative: &str) -> String {
        let whole = format!("{}/{relative}", self.root);
        let below = whole.strip_prefix(&self.working).and_then(|rest| rest.strip_prefix('/'));
        below.map(str::to_owned).unwrap_or(whole)
    }
}

fn slashed(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

/// Without `.`, `..` and doubled slashes, as far as the text says what they mean.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let start = if path.starts_with('/') { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

/// A pattern that is no glob.
#[derive(Debug, thiserror::Error)]
#[error("`{pattern}` is not a path pattern: {reason}")]
pub struct PatternError {
    pub pattern: String,
    pub reason: String,
}

impl PathSet {
    pub fn new<P: AsRef<str>>(patterns: &[P]) -> Result<Self, PatternError> {
        let mut folders = FxHashSet::default();
        let mut globs = GlobSetBuilder::new();
        for pattern in patterns.iter().map(AsRef::as_ref) {
            match plain_folder(pattern) {
                Some(name) => {
                    folders.insert(name.into());
                }
                None => {
                    globs.add(glob(pattern)?);
                }
            }
        }
        let globs = globs.build().map_err(|error| PatternError::new("", &error))?;
        Ok(Self { folders, globs })
    }

    /// Whether a file is in the set, by its own name or a folder above it.
    pub fn contains(&self, relative: &str) -> bool {
        let folders = relative.rsplit_once('/').map_or("", |(folders, _)| folders);
        folders.split('/').any(|name| self.folders.contains(name)) || self.globs.is_match(relative)
    }

    /// Whether a plain folder name is in the set: all that is below such a folder is.
    pub fn has_folder(&self, name: &str) -> bool {
        self.folders.contains(name)
    }
}

impl PatternError {
    fn new(pattern: &str, error: &globset::Error) -> Self {
        Self { pattern: pattern.to_owned(), reason: error.kind().to_string() }
    }
}

fn plain_folder(pattern: &str) -> Option<&str> {
    let name = pattern.strip_suffix('/')?;
    (!name.is_empty() && !name.contains(['/', '*', '?', '[', '{', '\\'])).then_some(name)
}

fn glob(pattern: &str) -> Result<globset::Glob, PatternError> {
    let below = if pattern.ends_with('/') { "**" } else { "" };
    let full = match pattern.strip_prefix('/') {
        Some(pinned) => format!("{pinned}{below}"),
        None => format!("**/{}{below}", pattern.trim_start_matches("**/")),
    };
    GlobBuilder::new(&full).literal_separator(true).build().map_err(|error| PatternError::new(pattern, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_the_promised_meaning() {
        for (pattern, path, expected) in [
            ("tests/", "tests/a.py", true),
            ("tests/", "x/tests/y/a.py", true),
            ("tests/", "tests", false),
            ("tests/", "mytests/a.py", false),
            ("src/test/", "mod/src/test/java/A.java", true),
            ("src/test/", "mod/src/tests/A.java", false),
            ("*Test.java", "a/FooTest.java", true),
            ("*Test.java", "a/Latest.java", false),
            ("*_test.*", "a_test.py", true),
            ("*_test.*", "x_test.d/a.py", false),
            ("/build/", "build/a", true),
            ("/build/", "x/build/a", false),
            ("gen*/", "x/generated/a", true),
            ("**/a/*.py", "a/b.py", true),
            ("a/*.py", "x/a/b.py", true),
            ("a/*.py", "x/a/c/b.py", false),
        ] {
            let set = PathSet::new(&[pattern]).expect(pattern);
            assert_eq!(set.contains(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn shown_paths_are_seen_from_the_root() {
        let base = Base::new("/home/shop".into(), "/home/shop/api".into());
        for (shown, relative) in [
            ("a.py", "api/a.py"),
            ("./src//a.py", "api/src/a.py"),
            ("../web/a.py", "web/a.py"),
            ("/home/shop/web/a.py", "web/a.py"),
            ("/home/shopping/a.py", "/home/shopping/a.py"),
            ("../../other/a.py", "../../other/a.py"),
        ] {
            assert_eq!(base.relative(shown), relative, "{shown}");
        }
        assert_eq!(Base::default().relative("./src/a.py"), "src/a.py");
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let error = PathSet::new(&["ok/", "a[b"]).expect_err("unclosed class");
        assert_eq!(error.pattern, "a[b");
    }
}

//! `setup.py` and `setup.cfg`, as far as they say their requirements literally.

use super::pip::requirement;
use super::{Format, Manifest};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct SetupPy;
pub(super) struct SetupCfg;

static LISTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:install_requires|tests_require|extras_require)\s*=\s*[\[({]").expect("a fixed pattern")
});
static PYTHON: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"python_requires\s*=\s*["']?([^"'\r\n]+)"#).expect("a fixed pattern"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"["']([A-Za-z0-9][^"'\r\n]*)["']|[\])}]\s*,?\s*\r?\n\s*[a-z_]+\s*="#).expect("a fixed pattern")
});

fn python(source: &Source, out: &mut Manifest) {
    if let Some(found) = PYTHON.captures(source.text()).and_then(|found| found.get(1)) {
        let at = Span::new(found.start(), found.end());
        out.say(Ecosystem::Runtime.package("python"), Some(found.as_str().trim()), at, false);
    }
}

impl Format for SetupPy {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Pypi, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "setup.py"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        python(source, out);
        for list in LISTS.find_iter(source.text()) {
            let rest = source.text().get(list.end()..).unwrap_or_default();
            for found in QUOTED.captures_iter(rest) {
                // The end of the list, and the next argument.
                let Some(text) = found.get(1) else { break };
                let at = Span::new(list.end() + text.start(), list.end() + text.end());
                requirement(text.as_str(), at, out);
            }
        }
    }
}

impl Format for SetupCfg {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Pypi, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "setup.cfg"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        python(source, out);
        let mut inside = false;
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let text = line.split('#').next().unwrap_or_default().trim();
            let start = offset + line.find(text).unwrap_or_default();
            offset += line.len();
            let indented = line.starts_with([' ', '\t']);
            if indented && inside {
                requirement(text, Span::new(start, start + text.len()), out);
            } else if let Some((key, value)) = text.split_once('=').filter(|_| !indented) {
                inside = matches!(key.trim(), "install_requires" | "tests_require");
                if inside {
                    requirement(value.trim(), Span::new(start, start + text.len()), out);
                }
            } else if !text.is_empty() {
                inside = false;
            }
        }
    }
}

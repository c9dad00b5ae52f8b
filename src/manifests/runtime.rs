//! Files that name the version of a language and nothing else: `.python-version`, `.java-version`, `runtime.txt`.

use super::{Format, Manifest, file_name};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;

pub(super) struct VersionFile;

impl Format for VersionFile {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        matches!(path, ".python-version" | ".java-version" | ".ruby-version" | ".node-version" | "runtime.txt")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let Some(line) = source.text().lines().find(|line| !line.trim().is_empty()) else { return };
        let name = file_name(source.path.as_str());
        let of_file = name.strip_prefix('.').and_then(|name| name.strip_suffix("-version"));
        // `runtime.txt` holds `python-3.11.4`, as `.ruby-version` may.
        let told = line.trim().split_once('-').filter(|(_, version)| version.starts_with(|c: char| c.is_ascii_digit()));
        let (language, version) = match (of_file, told) {
            (_, Some((language, version))) => (language, version),
            (Some(language), None) => (language, line.trim()),
            (None, None) => return,
        };
        let start = source.text().find(line).unwrap_or_default();
        out.say(Ecosystem::Runtime.package(language), Some(version), Span::new(start, start + line.len()), true);
    }
}

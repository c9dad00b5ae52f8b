//! Lock files that are lists of `[[package]]` tables with a name and a version: Cargo, Poetry, PDM and uv; `pylock.toml`
//! calls them `[[packages]]`.

use super::settings::{records, settings};
use super::{Format, Manifest, file_name};
use crate::frontend::toml::Toml;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct TomlLock;

impl Format for TomlLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Cargo, Ecosystem::Pypi]
    }

    fn fits(&self, path: &str) -> bool {
        matches!(path, "Cargo.lock" | "poetry.lock" | "pdm.lock" | "uv.lock" | "pylock.toml")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let rust = file_name(source.path.as_str()) == "Cargo.lock";
        let ecosystem = if rust { Ecosystem::Cargo } else { Ecosystem::Pypi };
        let is_package = |path: &[crate::settings::Key]| {
            path.len() == 2 && matches!(path[0].text.as_str(), "package" | "packages") && path[1].text.starts_with('[')
        };
        for package in records(&settings(&Toml, source), source, is_package) {
            let (Some(name), Some(version)) = (package.get("name"), package.get("version")) else { continue };
            // What Cargo would read as "this or any later one".
            let exactly = format!("={version}");
            let version = if rust { exactly.as_str() } else { version };
            out.say(ecosystem.package(name), Some(version), package.at(&["version"]), true);
        }
    }
}

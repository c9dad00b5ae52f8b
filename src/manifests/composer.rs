//! Composer: `composer.json` and `composer.lock`.

use super::settings::{keys, records, settings, written};
use super::{Format, Manifest};
use crate::frontend::json::Json;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct Composer;
pub(super) struct ComposerLock;

impl Format for Composer {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Composer, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "composer.json"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Json, source) {
            let value = written(&setting, source);
            match keys(&setting).as_slice() {
                ["require", "php"] => out.say(Ecosystem::Runtime.package("php"), Some(&value), setting.span, false),
                ["require" | "require-dev", name] => {
                    out.say(Ecosystem::Composer.package(name), Some(&value), setting.span, false);
                }
                _ => {}
            }
        }
    }
}

impl Format for ComposerLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Composer]
    }

    fn fits(&self, path: &str) -> bool {
        path == "composer.lock"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let is_package = |path: &[crate::settings::Key]| {
            path.len() == 2 && matches!(path[0].text.as_str(), "packages" | "packages-dev")
        };
        for package in records(&settings(&Json, source), source, is_package) {
            if let (Some(name), Some(version)) = (package.get("name"), package.get("version")) {
                out.say(Ecosystem::Composer.package(name), Some(version), package.at(&["version"]), true);
            }
        }
    }
}

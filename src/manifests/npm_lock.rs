//! `package-lock.json` and `npm-shrinkwrap.json`, of all versions of the format: the packages at the top.

use super::settings::{keys, settings, written};
use super::{Format, Manifest};
use crate::frontend::json::Json;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct NpmLock;

impl Format for NpmLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Npm]
    }

    fn fits(&self, path: &str) -> bool {
        matches!(path, "package-lock.json" | "npm-shrinkwrap.json")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Json, source) {
            let name = match keys(&setting).as_slice() {
                ["packages", path, "version"] => match path.strip_prefix("node_modules/") {
                    Some(name) if !name.contains("node_modules/") => name.to_owned(),
                    _ => continue,
                },
                ["dependencies", name, "version"] => (*name).to_owned(),
                _ => continue,
            };
            out.say(Ecosystem::Npm.package(&name), Some(&written(&setting, source)), setting.span, true);
        }
    }
}

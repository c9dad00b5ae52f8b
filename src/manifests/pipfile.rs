//! `Pipfile` and `Pipfile.lock`.

use super::settings::{keys, settings, written};
use super::{Format, Manifest};
use crate::frontend::json::Json;
use crate::frontend::toml::Toml;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct Pipfile;
pub(super) struct PipfileLock;

impl Format for Pipfile {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Pypi, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "Pipfile"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Toml, source) {
            let value = written(&setting, source);
            match keys(&setting).as_slice() {
                ["packages" | "dev-packages", name] | ["packages" | "dev-packages", name, "version"] => {
                    out.say(Ecosystem::Pypi.package(name), Some(&value), setting.span, false);
                }
                ["requires", "python_version" | "python_full_version"] => {
                    out.say(Ecosystem::Runtime.package("python"), Some(&value), setting.span, false);
                }
                _ => {}
            }
        }
    }
}

impl Format for PipfileLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Pypi]
    }

    fn fits(&self, path: &str) -> bool {
        path == "Pipfile.lock"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Json, source) {
            if let ["default" | "develop", name, "version"] = keys(&setting).as_slice() {
                out.say(Ecosystem::Pypi.package(name), Some(&written(&setting, source)), setting.span, true);
            }
        }
    }
}

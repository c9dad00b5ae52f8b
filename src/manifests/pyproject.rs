//! `pyproject.toml`: PEP 621 and 735, Poetry, PDM and uv.

use super::pip::requirement;
use super::settings::{keys, settings, written};
use super::{Format, Manifest};
use crate::frontend::toml::Toml;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct Pyproject;

impl Format for Pyproject {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Pypi, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "pyproject.toml"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Toml, source) {
            let (value, at) = (written(&setting, source), setting.span);
            match keys(&setting).as_slice() {
                ["project", "dependencies", _]
                | ["project", "optional-dependencies", _, _]
                | ["dependency-groups", _, _]
                | ["tool", "pdm", "dev-dependencies", _, _]
                | ["tool", "uv", "dev-dependencies", _] => requirement(&value, at, out),
                ["project", "requires-python"]
                | ["tool", "poetry", "dependencies", "python"]
                | ["tool", "poetry", "dependencies", "python", "version"] => {
                    out.say(Ecosystem::Runtime.package("python"), Some(&value), at, false);
                }
                ["tool", "poetry", "dependencies" | "dev-dependencies", name]
                | ["tool", "poetry", "dependencies" | "dev-dependencies", name, "version"]
                | ["tool", "poetry", "group", _, "dependencies", name]
                | ["tool", "poetry", "group", _, "dependencies", name, "version"] => {
                    out.say(Ecosystem::Pypi.package(name), Some(&value), at, false);
                }
                _ => {}
            }
        }
    }
}

//! `package.json`.

use super::settings::{keys, settings, written};
use super::{Format, Manifest};
use crate::frontend::json::Json;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct Npm;

impl Format for Npm {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Npm, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "package.json"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Json, source) {
            let value = written(&setting, source);
            match keys(&setting).as_slice() {
                ["dependencies" | "devDependencies" | "optionalDependencies" | "peerDependencies", name] => {
                    // `npm:other@1.2` is another package by this name.
                    let aliased = value.strip_prefix("npm:").and_then(|other| other.rsplit_once('@'));
                    let (name, range) = aliased.unwrap_or((name, &value));
                    out.say(Ecosystem::Npm.package(name), Some(range), setting.span, false);
                }
                ["engines", "node"] => out.say(Ecosystem::Runtime.package("node"), Some(&value), setting.span, false),
                _ => {}
            }
        }
    }
}

//! `Cargo.toml`: dependencies of packages and of workspaces.

use super::settings::{keys, settings, written};
use super::{Format, Manifest};
use crate::frontend::toml::Toml;
use crate::source::Source;
use crate::versions::Ecosystem;
use compact_str::CompactString;
use std::collections::BTreeMap;

pub(super) struct Cargo;

impl Format for Cargo {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Cargo]
    }

    fn fits(&self, path: &str) -> bool {
        path == "Cargo.toml"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let items = settings(&Toml, source);
        // `db = { package = "tokio-postgres", .. }` is called otherwise here.
        let mut renamed: BTreeMap<CompactString, CompactString> = BTreeMap::new();
        for setting in &items {
            if let [.., name, "package"] = keys(setting).as_slice() {
                renamed.insert((*name).into(), written(setting, source));
            }
        }
        for setting in &items {
            let keys = keys(setting);
            let (table, name, version) = match keys.as_slice() {
                [table @ .., name, "version"] => (table, name, true),
                [table @ .., name, "workspace"] => (table, name, false),
                [table @ .., name] => (table, name, true),
                [] => continue,
            };
            let lists = ["dependencies", "dev-dependencies", "build-dependencies"];
            if table.last().is_some_and(|last| lists.contains(last)) {
                let package = Ecosystem::Cargo.package(renamed.get(*name).map_or(name, CompactString::as_str));
                let value = written(setting, source);
                out.say(package, version.then_some(value.as_str()), setting.span, false);
            }
        }
    }
}

//! Version catalogs of Gradle: `libs.versions.toml`.

use super::settings::{keys, settings, written};
use super::{Format, Manifest, file_name};
use crate::frontend::toml::Toml;
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use compact_str::CompactString;
use std::collections::BTreeMap;

pub(super) struct Catalog;

/// A library of the catalog.
#[derive(Default)]
struct Library {
    module: CompactString,
    group: CompactString,
    name: CompactString,
    version: Option<CompactString>,
    at: Span,
}

impl Format for Catalog {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Maven]
    }

    fn fits(&self, path: &str) -> bool {
        file_name(path).ends_with(".versions.toml")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut versions: BTreeMap<CompactString, (CompactString, Span)> = BTreeMap::new();
        let mut libraries: BTreeMap<CompactString, Library> = BTreeMap::new();
        for setting in settings(&Toml, source) {
            let (value, keys) = (written(&setting, source), keys(&setting));
            if let ["versions", name] | ["versions", name, "strictly" | "require" | "prefer"] = keys.as_slice() {
                versions.insert((*name).into(), (value, setting.span));
                continue;
            }
            let ["libraries", name, rest @ ..] = keys.as_slice() else { continue };
            let library = libraries.entry((*name).into()).or_default();
            match rest {
                [] => {
                    let mut parts = value.splitn(3, ':');
                    library.group = parts.next().unwrap_or_default().into();
                    library.name = parts.next().unwrap_or_default().into();
                    library.version = parts.next().map(CompactString::from);
                    library.at = setting.span;
                }
                ["module"] => library.module = value,
                ["group"] => library.group = value,
                ["name"] => library.name = value,
                ["version", "ref"] => {
                    // The line that holds the number, where there is one.
                    (library.version, library.at) = match versions.get(&value) {
                        Some((version, at)) => (Some(version.clone()), *at),
                        None => (None, setting.span),
                    };
                }
                ["version"] | ["version", "strictly" | "require" | "prefer"] => {
                    library.version = Some(value);
                    library.at = setting.span;
                }
                _ => {}
            }
        }
        for library in libraries.into_values() {
            let Library { module, group, name, version, at } = library;
            let module = if module.is_empty() { format!("{group}:{name}").into() } else { module };
            out.say(Ecosystem::Maven.package(&module), version.as_deref(), at, false);
        }
    }
}

//! NuGet: project files, central package management, `packages.config` and `packages.lock.json`.

use super::settings::{keys, records, settings, written};
use super::{Format, Manifest, file_name};
use crate::frontend::json::Json;
use crate::frontend::xml::Xml;
use crate::source::Source;
use crate::versions::Ecosystem;

pub(super) struct Nuget;
pub(super) struct NugetLock;

impl Format for Nuget {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Nuget]
    }

    fn fits(&self, path: &str) -> bool {
        let name = file_name(path);
        matches!(name, "Directory.Packages.props" | "Directory.Build.props" | "packages.config")
            || [".csproj", ".fsproj", ".vbproj"].iter().any(|ending| name.ends_with(ending))
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let items = settings(&Xml, source);
        for setting in &items {
            if let ["Project", "PropertyGroup", name] = keys(setting).as_slice() {
                out.define(*name, with_braces(&written(setting, source)), setting.span);
            }
        }
        let is_package = |path: &[crate::settings::Key]| {
            path.last()
                .is_some_and(|key| matches!(key.text.as_str(), "PackageReference" | "PackageVersion" | "package"))
        };
        for package in records(&items, source, is_package) {
            let any = |names: &[&str]| names.iter().find_map(|name| package.get(name)).map(with_braces);
            let Some(name) = any(&["@Include", "@Update", "@id"]) else { continue };
            let version = any(&["@VersionOverride", "@Version", "Version", "@version"]);
            let at = package.at(&["@VersionOverride", "@Version", "Version", "@version", "@Include", "@Update", "@id"]);
            out.say(Ecosystem::Nuget.package(&name), version.as_deref(), at, false);
        }
    }
}

/// `$(Name)` of MSBuild as `${Name}`.
fn with_braces(text: &str) -> String {
    if text.contains("$(") { text.replace("$(", "${").replace(')', "}") } else { text.to_owned() }
}

impl Format for NugetLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Nuget]
    }

    fn fits(&self, path: &str) -> bool {
        path == "packages.lock.json"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for setting in settings(&Json, source) {
            if let ["dependencies", _, name, "resolved"] = keys(&setting).as_slice() {
                out.say(Ecosystem::Nuget.package(name), Some(&written(&setting, source)), setting.span, true);
            }
        }
    }
}

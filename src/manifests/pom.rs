//! `pom.xml`: dependencies and managed dependencies, properties, the parent, and bills of materials of the same repository.

use super::settings::{Record, keys, records, settings, written};
use super::{Format, Manifest};
use crate::frontend::xml::Xml;
use crate::source::Source;
use crate::versions::Ecosystem;
use camino::Utf8Path;

pub(super) struct Pom;

impl Format for Pom {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Maven, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "pom.xml"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let items = settings(&Xml, source);
        for setting in &items {
            let value = written(setting, source);
            match keys(setting).as_slice() {
                ["project", "properties", name] | ["project", "profiles", "profile", "properties", name] => {
                    if matches!(*name, "maven.compiler.release" | "java.version") {
                        out.say(Ecosystem::Runtime.package("java"), Some(&value), setting.span, false);
                    }
                    out.define(*name, value, setting.span);
                }
                ["project", "version"] => out.define("project.version", value, setting.span),
                ["project", "parent", "version"] => {
                    out.define("project.parent.version", value.clone(), setting.span);
                    out.define("project.version", value, setting.span);
                }
                ["project", "parent", "relativePath"] if !value.trim().is_empty() => {
                    out.others.push(pom_at(value.trim()));
                }
                _ => {}
            }
        }
        let is_dependency = |path: &[crate::settings::Key]| {
            let beside = |name: &str| path.iter().any(|key| key.text == name);
            path.last().is_some_and(|key| key.text == "dependency") && !beside("plugin") && !beside("exclusion")
        };
        for dependency in records(&items, source, is_dependency) {
            self::dependency(&dependency, out);
        }
    }
}

fn dependency(dependency: &Record, out: &mut Manifest) {
    let (Some(group), Some(artifact)) = (dependency.get("groupId"), dependency.get("artifactId")) else { return };
    if dependency.get("scope") == Some("import") {
        // A list of versions; it may be a module beside this one.
        out.others.push(format!("{artifact}/pom.xml"));
        out.others.push(format!("../{artifact}/pom.xml"));
        return;
    }
    let package = Ecosystem::Maven.package(&format!("{group}:{artifact}"));
    out.say(package, dependency.get("version"), dependency.at(&["version", "artifactId"]), false);
}

/// A parent may be named by its folder.
fn pom_at(path: &str) -> String {
    if Utf8Path::new(path).extension() == Some("xml") {
        path.to_owned()
    } else {
        format!("{}/pom.xml", path.trim_end_matches('/'))
    }
}

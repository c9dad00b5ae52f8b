//! Gradle: coordinates in build scripts, the variables that hold their versions, `gradle.properties` and lock files.

use super::{Format, Manifest, file_name};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct Gradle;
pub(super) struct GradleLock;
pub(super) struct GradleProperties;

/// `"group:artifact:version"`, `"group:artifact:" + variable`, `"group:artifact"`.
static COORDINATES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"["']([A-Za-z][\w.-]*):([A-Za-z][\w.-]*)(?::([^"':@\s]*)[^"'\r\n]*)?["'](?:[ \t]*\+[ \t]*([A-Za-z_][\w.]*))?"#,
    )
    .expect("a fixed pattern")
});
/// `group: "g", name: "a", version: "v"`, in Kotlin with `=`.
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["']\s*,\s*version\s*[:=]\s*(?:["']([^"'\s]+)["']|([A-Za-z_][\w.]*))"#,
    )
    .expect("a fixed pattern")
});
/// `name = "1.2"`, `name: "1.2"`, `extra["name"] = "1.2"`, `set("name", "1.2")`.
static VARIABLES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"([A-Za-z_][\w.-]*)["']?\]?\s*[:=,]\s*["'](\d[\w.+-]*)["']"#).expect("a fixed pattern")
});
/// `$name`, `$versions.name`.
static BARE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\$([A-Za-z_][\w.]*)").expect("a fixed pattern"));

impl Format for Gradle {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Maven]
    }

    fn fits(&self, path: &str) -> bool {
        path.ends_with(".gradle") || path.ends_with(".gradle.kts")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            if !line.trim_start().starts_with("//") {
                self::line(line, offset, out);
            }
            offset += line.len();
        }
    }
}

fn line(line: &str, offset: usize, out: &mut Manifest) {
    for found in COORDINATES.captures_iter(line) {
        let (whole, group, artifact) = (found.get(0), &found[1], &found[2]);
        let version = match (found.get(3).map_or("", |version| version.as_str()), found.get(4)) {
            ("", Some(name)) => Some(format!("${{{}}}", name.as_str())),
            ("", None) => None,
            (written, _) => Some(BARE.replace_all(written, "$${$1}").into_owned()),
        };
        let span = whole.map_or(Span::default(), |whole| Span::new(offset + whole.start(), offset + whole.end()));
        out.say(Ecosystem::Maven.package(&format!("{group}:{artifact}")), version.as_deref(), span, false);
    }
    for found in PARTS.captures_iter(line) {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        let by_name = found.get(4).map(|name| format!("${{{}}}", name.as_str()));
        let written = found.get(3).map(|written| BARE.replace_all(written.as_str(), "$${$1}").into_owned());
        let package = Ecosystem::Maven.package(&format!("{}:{}", &found[1], &found[2]));
        let span = Span::new(offset + whole.start, offset + whole.end);
        out.say(package, written.or(by_name).as_deref(), span, false);
    }
    for found in VARIABLES.captures_iter(line) {
        let whole = found.get(0).map_or(0..0, |whole| whole.range());
        out.define(&found[1], &found[2], Span::new(offset + whole.start, offset + whole.end));
    }
}

impl Format for GradleLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Maven]
    }

    fn fits(&self, path: &str) -> bool {
        let name = file_name(path);
        name == "gradle.lockfile" || name.ends_with(".lockfile")
    }

    /// `group:artifact:version=configurations`.
    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            let Some((coordinates, _)) = line.split_once('=').filter(|_| !line.starts_with('#')) else { continue };
            if let [group, artifact, version] = coordinates.split(':').collect::<Vec<_>>().as_slice() {
                let package = Ecosystem::Maven.package(&format!("{group}:{artifact}"));
                out.say(package, Some(version), Span::new(start, start + coordinates.len()), true);
            }
        }
    }
}

impl Format for GradleProperties {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Maven]
    }

    fn fits(&self, path: &str) -> bool {
        path == "gradle.properties"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            if let Some((name, value)) = line.split_once('=').filter(|_| !line.trim_start().starts_with('#')) {
                out.define(name.trim(), value.trim(), Span::new(start, start + line.trim_end().len()));
            }
        }
    }
}

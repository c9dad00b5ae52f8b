//! `Dockerfile`: the language that an image brings along: `FROM python:3.11-slim`.

use super::{Format, Manifest, file_name};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct Docker;

static FROM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?mi)^FROM[ \t]+(?:--\S+[ \t]+)*(?:\S*/)?(python|node|golang|ruby|php|openjdk|eclipse-temurin):(\d+(?:\.\d+)*)")
        .expect("a fixed pattern")
});

impl Format for Docker {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        let name = file_name(path);
        name.starts_with("Dockerfile") || name.ends_with(".Dockerfile") || name == "Containerfile"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for found in FROM.captures_iter(source.text()) {
            let whole = found.get(0).map_or(0..0, |whole| whole.range());
            let language = match &found[1] {
                "golang" => "go",
                "openjdk" | "eclipse-temurin" => "java",
                language => language,
            };
            let at = Span::new(whole.start, whole.end);
            out.say(Ecosystem::Runtime.package(language), Some(&found[2]), at, false);
        }
    }
}

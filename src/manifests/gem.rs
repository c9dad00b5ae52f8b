//! Bundler: `Gemfile`, `*.gemspec` and `Gemfile.lock`.

use super::{Format, Manifest, file_name};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct Gems;
pub(super) struct GemLock;

/// `gem "name", "~> 1.2", ">= 1.2.3"`, `spec.add_dependency "name", "~> 1.2"`.
static GEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?m)^[ \t]*(?:gem|\w+\.add(?:_runtime|_development)?_dependency)[ \t(]+["']([\w.-]+)["']((?:[ \t]*,[ \t]*["'][^"'\r\n]+["'])*)"#,
    )
    .expect("a fixed pattern")
});
/// `    name (1.2.3)`: four blanks; those with more are what a gem asks for.
static LOCKED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^    ([\w.-]+) \((\d[^)\s]*)\)").expect("a fixed pattern"));

impl Format for Gems {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Gem]
    }

    fn fits(&self, path: &str) -> bool {
        matches!(path, "Gemfile" | "gems.rb") || path.ends_with(".gemspec")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for found in GEM.captures_iter(source.text()) {
            let whole = found.get(0).map_or(0..0, |whole| whole.range());
            let range = found[2].replace(['"', '\''], "");
            let range = range.trim_start_matches([',', ' ', '\t']);
            let start = whole.end - source.slice(Span::new(whole.start, whole.end)).trim_start().len();
            let said = (!range.is_empty()).then_some(range);
            out.say(Ecosystem::Gem.package(&found[1]), said, Span::new(start, whole.end), false);
        }
    }
}

impl Format for GemLock {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Gem]
    }

    fn fits(&self, path: &str) -> bool {
        matches!(file_name(path), "Gemfile.lock" | "gems.locked")
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        for found in LOCKED.captures_iter(source.text()) {
            let whole = found.get(0).map_or(0..0, |whole| whole.range());
            out.say(Ecosystem::Gem.package(&found[1]), Some(&found[2]), Span::new(whole.start + 4, whole.end), true);
        }
    }
}

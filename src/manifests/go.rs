//! `go.mod`. What it asks for is what is used: the build takes the lowest version that all agree on.

use super::{Format, Manifest};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;

pub(super) struct Go;

impl Format for Go {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Go, Ecosystem::Runtime]
    }

    fn fits(&self, path: &str) -> bool {
        path == "go.mod"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut inside = false;
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let text = line.split("//").next().unwrap_or_default().trim();
            let start = offset + line.find(text).unwrap_or_default();
            offset += line.len();
            let at = Span::new(start, start + text.len());
            let words: Vec<&str> = text.split_whitespace().collect();
            match words.as_slice() {
                ["require", "("] => inside = true,
                [")"] => inside = false,
                ["require", module, version] => out.say(Ecosystem::Go.package(module), Some(version), at, true),
                [module, version] if inside => out.say(Ecosystem::Go.package(module), Some(version), at, true),
                ["go", version] => out.say(Ecosystem::Runtime.package("go"), Some(version), at, false),
                _ => {}
            }
        }
    }
}

//! `pnpm-lock.yaml`: the keys of its packages say name and version.

use super::{Format, Manifest};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct Pnpm;

/// `/name/1.2.3:`, `/@scope/name@1.2.3:`, `name@1.2.3(peer@1.0):`.
static PACKAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^  ['"]?/?((?:@[^/@\s]+/)?[^@/\s'"]+)[@/](\d[^('":\s_/]*)"#).expect("a fixed pattern")
});

impl Format for Pnpm {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Npm]
    }

    fn fits(&self, path: &str) -> bool {
        path == "pnpm-lock.yaml"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut inside = false;
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                inside = line.starts_with("packages:") || line.starts_with("snapshots:");
            } else if let Some(found) = PACKAGE.captures(line).filter(|_| inside) {
                let whole = found.get(0).map_or(0..0, |whole| whole.range());
                let at = Span::new(offset + whole.start + 2, offset + whole.end);
                out.say(Ecosystem::Npm.package(&found[1]), Some(&found[2]), at, true);
            }
            offset += line.len();
        }
    }
}

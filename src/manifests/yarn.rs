//! `yarn.lock`, of the classic and of the current form.

use super::{Format, Manifest};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;

pub(super) struct Yarn;

impl Format for Yarn {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Npm]
    }

    fn fits(&self, path: &str) -> bool {
        path == "yarn.lock"
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut name = None;
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let start = offset;
            offset += line.len();
            if !line.starts_with([' ', '#', '\n', '\r']) {
                name = package(line);
                continue;
            }
            let version =
                line.trim().strip_prefix("version").map(|rest| rest.trim_start_matches(':').trim().trim_matches('"'));
            if let (Some(version), Some(name)) = (version, name) {
                let indent = line.len() - line.trim_start().len();
                out.say(
                    Ecosystem::Npm.package(name),
                    Some(version),
                    Span::new(start + indent, start + line.trim_end().len()),
                    true,
                );
            }
        }
    }
}

/// The name in `"@scope/name@^1.0", "@scope/name@npm:^1.1":`.
fn package(line: &str) -> Option<&str> {
    let first = line.trim_end().trim_end_matches(':').split(',').next()?.trim().trim_matches('"');
    let end = first.get(1..)?.find('@')? + 1;
    Some(&first[..end])
}

//! Requirement files of pip, and the requirements of PEP 508 that other formats hold as text.

use super::{Format, Manifest, file_name};
use crate::source::{Source, Span};
use crate::versions::Ecosystem;
use camino::Utf8Path;

pub(super) struct Requirements;

impl Format for Requirements {
    fn ecosystems(&self) -> &'static [Ecosystem] {
        &[Ecosystem::Pypi]
    }

    fn fits(&self, path: &str) -> bool {
        let name = file_name(path);
        let text = matches!(Utf8Path::new(name).extension(), Some("txt" | "in"));
        let told = path.starts_with("requirements/") || path.starts_with("requires/");
        text && (told || name.contains("requirements") || name.starts_with("constraints"))
    }

    fn read(&self, source: &Source, out: &mut Manifest) {
        let mut offset = 0;
        for line in source.text().split_inclusive('\n') {
            let text = line.split(" #").next().unwrap_or_default().trim();
            let start = offset + line.find(text).unwrap_or_default();
            offset += line.len();
            if let Some(other) = option(text, &["-r", "--requirement", "-c", "--constraint"]) {
                out.others.push(other.to_owned());
            } else if !text.starts_with(['-', '#']) {
                let text = text.split([' ', '\t']).take_while(|word| !word.starts_with("--") && *word != "\\");
                requirement(&text.collect::<Vec<_>>().join(" "), Span::new(start, start + text_length(line)), out);
            }
        }
    }
}

/// Up to hashes, comments and the end of the line.
fn text_length(line: &str) -> usize {
    let text = line.trim();
    let end = [" --", " #", " \\"].iter().filter_map(|mark| text.find(mark)).min().unwrap_or(text.len());
    text[..end].trim_end().len()
}

/// The value of an option, by one of its names.
fn option<'a>(text: &'a str, names: &[&str]) -> Option<&'a str> {
    let rest = names.iter().find_map(|name| text.strip_prefix(name))?;
    let value = rest.trim_start_matches(['=', ' ', '\t']).trim();
    (rest.len() > value.len() && !value.is_empty() && !value.contains("://")).then_some(value)
}

/// `name[extra] >=1.0,<2 ; marker` of PEP 508.
pub(super) fn requirement(text: &str, at: Span, out: &mut Manifest) {
    let text = text.split(';').next().unwrap_or_default().trim();
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) || rest.starts_with([':', '/', '+']) {
        return;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(rest, |(_, rest)| rest);
    let range = rest.trim().trim_start_matches('(').trim_end_matches(')').trim();
    let said = (!range.is_empty() && !range.starts_with('@')).then_some(range);
    out.say(Ecosystem::Pypi.package(name), said, at, false);
}

//! YAML: several documents, anchors, aliases and merge keys, and files that are templates of YAML.
//!
//! Each document is parsed by itself, so that one which does not parse is read line by line and the others are not. So is each
//! template that the file only defines for others, whose text need not be YAML.

mod joined;
mod lines;
mod mask;
mod outline;
mod scalar;
mod tree;
mod variables;

use super::collect::Collector;
use super::{Frontend, Lowered};
use crate::source::Source;
use crate::tree::Problem;
use scalar::Texts;

#[derive(Clone, Copy, Debug)]
pub struct Yaml;

impl Frontend for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        let masked = mask::mask(text);
        let masked = masked.as_deref().unwrap_or(text);
        let mut expansions = tree::MAX_EXPANDED;
        for range in documents(text, masked) {
            let texts = Texts {
                source,
                original: &text[range.clone()],
                masked: &masked[range.clone()],
                base: base + range.start,
            };
            if let Err(error) = tree::read(texts, &mut expansions, &mut out) {
                let at = base + range.start + error.at;
                if !(defines(texts.original) || is_shared(source)) {
                    out.syntax_error(error.message, at, at);
                }
                lines::read(texts.original, texts.base, &mut out);
                out.document += 1;
            }
        }
        variables::read(text, base, &mut out);
        out.finish()
    }
}

/// The ranges of the documents: each begins at a line `---`, or at the directives before it, or where a template is defined.
fn documents(text: &str, masked: &str) -> Vec<std::ops::Range<usize>> {
    let (mut ranges, mut start, mut holds) = (Vec::new(), 0, false);
    for (offset, line) in super::collect::lines(masked) {
        let marker = line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
        let defines = text.get(offset..).is_some_and(defines);
        if defines || (marker && holds) {
            ranges.push(start..offset);
            (start, holds) = (offset, false);
        }
        holds |= marker || !(line.trim().is_empty() || line.starts_with(['#', '%']));
    }
    ranges.push(start..text.len());
    ranges
}

/// Whether a file holds what templates share: outside of what it defines for them there are only remarks.
fn is_shared(source: &Source) -> bool {
    let path = &source.path;
    path.extension() == Some("tpl") && path.file_name().is_some_and(|name| name.starts_with('_'))
}

/// Whether a text begins with an action that defines a template.
fn defines(text: &str) -> bool {
    let action = text.strip_prefix("{{").map(|action| action.strip_prefix('-').unwrap_or(action).trim_start());
    action.is_some_and(|action| action.starts_with("define "))
}

#[cfg(test)]
mod tests;

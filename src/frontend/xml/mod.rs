//! XML: attributes as keys `@name`, text as the path of its element, and the pairs by which XML files say `name = value`.
//!
//! `roxmltree` says whether the file is XML; the outline is read from the bytes, so that every value keeps its exact
//! place and a file that is not well-formed is read all the same. So is a template of XML.

mod mask;
mod outline;
mod pairs;
mod value;

use super::collect::Collector;
use super::{Frontend, Lowered};
use crate::settings::{Key, Scalar};
use crate::source::{Source, Span};
use crate::tree::Problem;
use outline::{Element, Outline};
use std::ops::Range;
use value::Entities;

#[derive(Clone, Copy, Debug)]
pub struct Xml;

/// How many nodes `roxmltree` may make.
const MAX_NODES: u32 = 1 << 20;

impl Frontend for Xml {
    fn name(&self) -> &'static str {
        "xml"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        out.markup = true;
        let (text, base) = out.text();
        let options = roxmltree::ParsingOptions { allow_dtd: true, nodes_limit: MAX_NODES, ..Default::default() };
        let masked = mask::mask(text);
        // What a template does before its first line, a declaration included, leaves no blanks.
        let lead = if masked == text { 0 } else { masked.len() - masked.trim_start().len() };
        if let Err(error) = roxmltree::Document::parse_with_options(&masked[lead..], options) {
            let at = base + lead + line_start(&masked[lead..], error.pos().row);
            out.syntax_error(format!("not XML: {error}"), at, at);
        }
        let outline = Outline::read(&masked);
        let mut file = File { text, base, outline: &outline, entities: Entities::read(text, outline.doctype.clone()) };
        for root in &outline.roots {
            element(&mut file, *root, &mut out);
        }
        out.finish()
    }
}

/// One file and its outline; ranges are bytes of `text`, which begins at `base` in the file.
struct File<'a> {
    text: &'a str,
    base: usize,
    outline: &'a Outline,
    entities: Entities<'a>,
}

impl<'a> File<'a> {
    fn slice(&self, range: &Range<usize>) -> &'a str {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn element(&self, id: usize) -> &'a Element {
        &self.outline.elements[id]
    }

    fn name(&self, id: usize) -> &'a str {
        self.slice(&self.element(id).name)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.base + start, self.base + end)
    }
}

/// The offset at which a line (from 1) begins.
fn line_start(text: &str, row: u32) -> usize {
    let before = row.saturating_sub(1) as usize;
    if before == 0 {
        return 0;
    }
    text.match_indices('\n').nth(before - 1).map_or(text.len(), |(at, _)| at + 1)
}

/// The outline bounds the depth.
fn element(file: &mut File<'_>, id: usize, out: &mut Collector<'_>) {
    pairs::add(file, id, out);
    if !out.may_enter() {
        return;
    }
    let element = file.element(id);
    let key = out.key(file.slice(&element.name), file.base + element.name.start, file.base + element.name.end);
    out.path.push(key);
    for attribute in &element.attributes {
        let name = file.slice(&attribute.name);
        if name == "xmlns" || name.starts_with("xmlns:") {
            continue;
        }
        let key = out.key(format!("@{name}"), file.base + attribute.name.start, file.base + attribute.name.end);
        let value = value::attribute(file, &attribute.value, out);
        let end = attribute.value.end + usize::from(attribute.quoted);
        out.leaf_at(key, value, Scalar::Text, file.span(attribute.name.start, end));
    }
    if let Some(value) = value::text(file, element, out) {
        out.leaf(value, Scalar::Text, file.span(element.range.start, element.range.end));
    }
    for (index, child) in element.children.iter().enumerate() {
        let key = index.checked_sub(1).and_then(|before| property_key(file, element.children[before], *child, out));
        let named = key.is_some() && out.may_enter();
        out.path.extend(key.filter(|_| named));
        self::element(file, *child, out);
        if named {
            out.path.pop();
        }
    }
    out.path.pop();
}

/// The key that stands before a `dict` or `array` of a property list.
fn property_key(file: &mut File<'_>, before: usize, child: usize, out: &Collector<'_>) -> Option<Key> {
    if file.name(before) != "key" || !matches!(file.name(child), "dict" | "array") {
        return None;
    }
    let name = value::text(file, file.element(before), out)?;
    Some(Key { text: name.as_known()?, at: name.place()? })
}

#[cfg(test)]
mod tests;

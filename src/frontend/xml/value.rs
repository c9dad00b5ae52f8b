//! Attribute values and texts as parts: an entity is a part of its own.

use super::File;
use super::outline::Element;
use crate::frontend::collect::Collector;
use crate::frontend::interpolate::{Dollar, interpolate_parts};
use crate::text::{Part, Template};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The bytes that a file's own entities may add.
const MAX_EXPANDED: usize = 1 << 20;

/// The entities that the file declares, one level deep.
pub(super) struct Entities<'a> {
    declared: FxHashMap<&'a str, &'a str>,
    left: usize,
}

impl<'a> Entities<'a> {
    pub(super) fn read(text: &'a str, doctype: Range<usize>) -> Self {
        let mut declared = FxHashMap::default();
        for declaration in text.get(doctype).unwrap_or_default().split("<!ENTITY").skip(1) {
            let mut words = declaration.trim_start().splitn(2, char::is_whitespace);
            let (Some(name), Some(rest)) = (words.next(), words.next()) else {
                continue;
            };
            let rest = rest.trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            if let Some(value) = rest[1..].split(quote).next() {
                declared.entry(name).or_insert(value);
            }
        }
        Self { declared, left: MAX_EXPANDED }
    }

    fn value(&mut self, name: &str) -> Option<&'a str> {
        let value = self.declared.get(name).copied()?;
        self.left = self.left.checked_sub(value.len())?;
        Some(value)
    }
}

pub(super) fn attribute(file: &mut File<'_>, range: &Range<usize>, out: &Collector<'_>) -> Template {
    let mut parts = Vec::new();
    decode(file, range.clone(), out, &mut parts);
    interpolate_parts(Template { parts }, Dollar::Braced)
}

/// The text of an element without the blanks around it; `None` where it holds nothing else.
pub(super) fn text(file: &mut File<'_>, element: &Element, out: &Collector<'_>) -> Option<Template> {
    let blank = |range: &Range<usize>| file.slice(range).trim().is_empty();
    let first = element.texts.iter().position(|text| !blank(&text.range))?;
    let last = element.texts.iter().rposition(|text| !blank(&text.range))?;
    let mut parts = Vec::new();
    for index in first..=last {
        let text = &element.texts[index];
        let mut range = text.range.clone();
        let written = file.slice(&range);
        if index == first {
            range.start += written.len() - written.trim_start().len();
        }
        if index == last {
            range.end -= written.len() - written.trim_end().len();
        }
        if text.literal {
            push(file, file.slice(&range), &range, out, &mut parts);
        } else {
            decode(file, range, out, &mut parts);
        }
    }
    Some(interpolate_parts(Template { parts }, Dollar::Braced))
}

fn push(file: &File<'_>, reads: &str, range: &Range<usize>, out: &Collector<'_>, parts: &mut Vec<Part>) {
    if !reads.is_empty() {
        parts.push(Part::Literal { text: reads.into(), at: out.place(file.base + range.start, file.base + range.end) });
    }
}

fn decode(file: &mut File<'_>, range: Range<usize>, out: &Collector<'_>, parts: &mut Vec<Part>) {
    let mut from = range.start;
    let mut at = from;
    while let Some(offset) = file.text.get(at..range.end).and_then(|text| text.find('&')) {
        at += offset;
        let window = &file.text.as_bytes()[at..range.end.min(at + 64)];
        let entity = memchr::memchr(b';', window).map(|length| at..at + length + 1);
        let reads = entity.clone().and_then(|entity| reads(file, &entity));
        if let (Some(entity), Some(reads)) = (entity, reads) {
            push(file, &file.text[from..at], &(from..at), out, parts);
            push(file, &reads, &entity, out, parts);
            (from, at) = (entity.end, entity.end);
        } else {
            at += 1;
        }
    }
    push(file, file.text.get(from..range.end).unwrap_or_default(), &(from..range.end), out, parts);
}

/// What `&name;` stands for.
fn reads(file: &mut File<'_>, entity: &Range<usize>) -> Option<String> {
    let name = file.text.get(entity.start + 1..entity.end - 1)?;
    let code = name.strip_prefix("#x").or_else(|| name.strip_prefix("#X")).map(|hex| u32::from_str_radix(hex, 16));
    let code = code.or_else(|| name.strip_prefix('#').map(str::parse));
    if let Some(code) = code {
        return code.ok().and_then(char::from_u32).map(String::from);
    }
    let known = match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => file.entities.value(name)?,
    };
    Some(known.to_owned())
}

//! The pairs by which XML files say `name = value`: they become settings of that name beside the element.

use super::outline::{Attribute, Element};
use super::{File, value};
use crate::frontend::collect::Collector;
use crate::settings::{Key, Scalar};
use crate::text::Template;
use std::ops::Range;

/// A longer name is none.
const MAX_NAME: usize = 200;

/// Adds the pair that the element makes, and those among its children.
pub(super) fn add(file: &mut File<'_>, id: usize, out: &mut Collector<'_>) {
    let element = file.element(id);
    if let Some((name, value)) = named_by_attribute(file, element, out) {
        setting(&name, value, file.span(element.range.start, element.range.end), out);
    } else if let Some((name, value, range)) = named_by_child(file, element, out) {
        setting(&name, value, file.span(range.start, range.end), out);
    }
    property_list(file, element, out);
}

fn setting(name: &Template, value: Template, span: crate::source::Span, out: &mut Collector<'_>) {
    let (Some(text), Some(at)) = (name.as_known(), name.place()) else {
        return;
    };
    if text.is_empty() || text.len() > MAX_NAME || !out.may_enter() {
        return;
    }
    out.leaf_at(Key { text, at }, value, Scalar::Text, span);
}

/// `<property name="X" value="Y"/>`, `<property name="X"><value>Y</value></property>`, `<entry key="X">Y</entry>`.
fn named_by_attribute(file: &mut File<'_>, element: &Element, out: &Collector<'_>) -> Option<(Template, Template)> {
    let name = attribute(file, element, &["name", "key"])?;
    let name = value::attribute(file, &name.value, out);
    let found = match attribute(file, element, &["value"]) {
        Some(written) => value::attribute(file, &written.value, out),
        None => match child(file, element, &["value"]) {
            Some(written) => value::text(file, written, out)?,
            None => value::text(file, element, out)?,
        },
    };
    Some((name, found))
}

/// `<property><name>X</name><value>Y</value></property>`, `<param-name>`, `<param-value>`: and where the two stand.
fn named_by_child(
    file: &mut File<'_>,
    element: &Element,
    out: &Collector<'_>,
) -> Option<(Template, Template, Range<usize>)> {
    [("name", "value"), ("key", "value"), ("param-name", "param-value"), ("env-entry-name", "env-entry-value")]
        .into_iter()
        .find_map(|(name, value)| {
            let name = child(file, element, &[name])?;
            let written = child(file, element, &[value])?;
            let range = name.range.start.min(written.range.start)..name.range.end.max(written.range.end);
            Some((value::text(file, name, out)?, value::text(file, written, out)?, range))
        })
}

/// Apple's property lists: `<key>X</key><string>Y</string>`, `<key>X</key><true/>`, one behind the other. The
/// walk adds the keys of nested ones to the path, in which the `dict`s themselves say nothing.
fn property_list(file: &mut File<'_>, element: &Element, out: &mut Collector<'_>) {
    if file.slice(&element.name) != "dict" || element.children.len() < 2 {
        return;
    }
    let path = out.path.clone();
    out.path.retain(|key| key.text != "dict");
    for pair in element.children.windows(2) {
        if file.name(pair[0]) != "key" || file.name(pair[1]) == "key" {
            continue;
        }
        let (key, written) = (file.element(pair[0]), file.element(pair[1]));
        let Some(name) = value::text(file, key, out) else {
            continue;
        };
        let range = written.name.clone();
        let found = match file.slice(&range) {
            word @ ("true" | "false") => {
                Some(Template::literal(word, out.place(file.base + range.start, file.base + range.end)))
            }
            "dict" | "array" => None,
            _ => value::text(file, written, out),
        };
        if let Some(found) = found {
            setting(&name, found, file.span(key.range.start, written.range.end), out);
        }
    }
    out.path = path;
}

fn attribute<'a>(file: &File<'_>, element: &'a Element, names: &[&str]) -> Option<&'a Attribute> {
    element.attributes.iter().find(|attribute| names.contains(&file.slice(&attribute.name)))
}

fn child<'a>(file: &File<'a>, element: &Element, names: &[&str]) -> Option<&'a Element> {
    let id = element.children.iter().take(16).find(|id| names.contains(&file.name(**id)))?;
    Some(file.element(*id))
}

//! Names of types, packages and imports as dotted text. Nothing here recurses: names may be as long as the file.

use super::parse::{children, field, first_child};
use crate::tree::TypeName;
use compact_str::CompactString;
use tree_sitter::Node;

/// The dotted name of a type without generics and dimensions; `Optional<T>` is `T`. `None` for `var` and `void`.
pub(super) fn type_name(text: &str, node: Node<'_>) -> Option<TypeName> {
    let mut parts = Vec::new();
    let mut next = Some(node);
    while let Some(node) = next {
        next = match node.kind() {
            "array_type" => field(node, "element"),
            "annotated_type" => children(node).last().copied(),
            "generic_type" => inside_optional(text, node).or_else(|| first_child(node)),
            "scoped_type_identifier" => {
                let names = children(node);
                parts.extend(names.last().map(|last| text_of(text, *last)));
                (names.len() > 1).then(|| names[0])
            }
            _ => {
                parts.push(text_of(text, node));
                None
            }
        };
    }
    match parts.as_slice() {
        ["var" | "void"] => None,
        _ => Some(join_reversed(&parts)),
    }
}

fn inside_optional<'t>(text: &str, node: Node<'t>) -> Option<Node<'t>> {
    let parts = children(node);
    let [name, arguments] = parts.as_slice() else {
        return None;
    };
    let argument = first_child(*arguments).filter(|argument| argument.kind() != "wildcard")?;
    matches!(text_of(text, *name), "Optional" | "java.util.Optional").then_some(argument)
}

/// `a.b.C` of nested scoped identifiers.
pub(super) fn dotted(text: &str, node: Node<'_>) -> CompactString {
    let mut parts = Vec::new();
    let mut next = Some(node);
    while let Some(node) = next {
        let scoped = node.kind() == "scoped_identifier";
        let name = if scoped { field(node, "name") } else { Some(node) };
        parts.extend(name.map(|name| text_of(text, name)));
        next = if scoped { field(node, "scope") } else { None };
    }
    join_reversed(&parts)
}

pub(super) fn text_of<'s>(text: &'s str, node: Node<'_>) -> &'s str {
    text.get(node.byte_range()).unwrap_or_default()
}

fn join_reversed(parts: &[&str]) -> CompactString {
    let mut name = CompactString::default();
    for part in parts.iter().rev() {
        if !name.is_empty() {
            name.push('.');
        }
        name.push_str(part);
    }
    name
}

//! Type annotations, reduced to the one name that matters.

use crate::tree::TypeName;

/// Types whose argument says more than they do: wrappers and collections of one kind of element, from `typing`,
/// `collections.abc` and the built-in names.
const TRANSPARENT: [&str; 35] = [
    "Annotated",
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "ClassVar",
    "Collection",
    "Coroutine",
    "Deque",
    "Final",
    "FrozenSet",
    "Generator",
    "InitVar",
    "Iterable",
    "Iterator",
    "List",
    "MutableSequence",
    "MutableSet",
    "NotRequired",
    "Optional",
    "ReadOnly",
    "Required",
    "Reversible",
    "Sequence",
    "Set",
    "Tuple",
    "TypeGuard",
    "TypeIs",
    "Union",
    "Unpack",
    "deque",
    "frozenset",
    "list",
    "set",
    "tuple",
];

/// How many wrappers are taken off before the type counts as unknown.
const MAX_WRAPPERS: usize = 16;

/// The dotted name of a type as written: `Optional[a.B]`, `a.B | None`, `list[a.B]` and `"a.B"` are all `a.B`.
pub(super) fn reduce(text: &str) -> Option<TypeName> {
    let mut text = text;
    for _ in 0..MAX_WRAPPERS {
        text = first_alternative(unquoted(text), '|').trim();
        let Some((head, arguments)) = generic(text) else {
            break;
        };
        if !TRANSPARENT.contains(&head.rsplit('.').next().unwrap_or(head)) {
            text = head;
            break;
        }
        text = first_alternative(arguments, ',');
    }
    let name: TypeName = text.trim().into();
    is_dotted_name(&name).then_some(name)
}

/// Whether the type forbids another assignment (`typing.Final`, PEP 591).
pub(super) fn is_final(text: &str) -> bool {
    let head = generic(text.trim()).map_or(text.trim(), |(head, _)| head);
    head.rsplit('.').next() == Some("Final")
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\'', '(', ')']).trim()
}

fn generic(text: &str) -> Option<(&str, &str)> {
    let (head, rest) = text.split_once('[')?;
    Some((head.trim(), rest.strip_suffix(']').unwrap_or(rest)))
}

/// The first of the parts between `separator` that is not `None`; brackets hold together what is in them.
fn first_alternative(text: &str, separator: char) -> &str {
    let (mut from, mut open) = (0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '[' | '(' => open += 1,
            ']' | ')' => open = open.saturating_sub(1),
            _ if c == separator && open == 0 => {
                let part = text[from..at].trim();
                if part != "None" {
                    return part;
                }
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    text[from..].trim()
}

fn is_dotted_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

//! Which names of a file hold something that is known of itself, so that what others make of them depends on it.

use super::eval::Outcome;
use super::value::{Object, Traced, Value};
use crate::facts::Fact;
use crate::text::Part;
use compact_str::CompactString;
use std::collections::BTreeSet;

/// Objects inside objects, and lists inside lists, are looked at no deeper.
const DEPTH: u32 = 4;

/// The simple names of variables, fields and functions with a known value.
pub fn names(outcome: &Outcome) -> BTreeSet<CompactString> {
    let known = known_objects(&outcome.objects);
    let set = outcome.facts.iter().filter_map(|fact| match fact {
        Fact::Set(set) if is_known(&set.value, &known, 0) => set.path.rsplit('.').next().map(CompactString::from),
        _ => None,
    });
    let returned = outcome.returned.iter().filter(|(_, value)| is_known(value, &known, 0));
    set.chain(returned.map(|(name, _)| name.clone())).collect()
}

/// By object, whether something known is in it. Each round looks one object further, so the work is linear in all of them.
fn known_objects(objects: &[Object]) -> Vec<bool> {
    let mut known = vec![false; objects.len()];
    for _ in 0..DEPTH {
        let next: Vec<bool> = objects
            .iter()
            .zip(&known)
            .map(|(object, already)| {
                let mut values = object.arguments.iter().map(|argument| &argument.value).chain(object.fields.values());
                *already || values.any(|value| is_known(value, &known, 0))
            })
            .collect();
        if next == known {
            break;
        }
        known = next;
    }
    known
}

fn is_known(value: &Traced, objects: &[bool], depth: u32) -> bool {
    let known = |inner: &Traced| depth < DEPTH && is_known(inner, objects, depth + 1);
    value.options().any(|option| match &option.value {
        Value::Unknown | Value::Parameter(_) | Value::Function(_) | Value::Class(_) | Value::AnyOf(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Path(_) => true,
        Value::Text(text) => !text.parts.iter().all(|part| matches!(part, Part::Hole { default: None, .. })),
        Value::List(list) => list.iter().any(known),
        Value::Complement(inner) => known(inner),
        // What made it says nothing here: it is judged where it was made.
        Value::Object(id) => objects.get(id.0 as usize).is_some_and(|known| *known),
    })
}

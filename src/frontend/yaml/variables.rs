//! Addresses that the variables of a template hold: `{{- $url := printf "http://%s" .host }}` is a setting `url`.

use super::mask::actions;
use crate::frontend::collect::{Collector, range_of};
use crate::frontend::interpolate::{Dollar, interpolate, with_filled};
use crate::settings::Scalar;
use crate::source::Span;
use crate::text::{Part, Template};
use compact_str::CompactString;

/// Adds the variables of `text`, which begins at `base` in the file.
pub(super) fn read(text: &str, base: usize, out: &mut Collector<'_>) {
    if !text.contains(":=") {
        return;
    }
    for action in actions(text) {
        let Some((name, value)) = assignment(&text[action.clone()]) else { continue };
        let (name_at, value_at) = (range_of(text, name), range_of(text, value));
        let key = out.key(name, base + name_at.start, base + name_at.end);
        let place = out.place(base + value_at.start, base + value_at.end);
        let span = Span::new(base + name_at.start, base + value_at.end + 1);
        // What the chart says of the action is known by where it begins.
        let hole = Part::Hole {
            name: CompactString::default(),
            default: Some(Box::new(with_filled(interpolate(value, place, Dollar::Braced)))),
            at: out.place(base + action.start, base + action.end),
        };
        out.leaf_at(key, Template { parts: vec![hole] }, Scalar::Text, span);
    }
}

/// The name of the variable, and the first address among what it is made of.
fn assignment(action: &str) -> Option<(&str, &str)> {
    let (name, expression) = action.split_once(":=")?;
    let name = name.trim_start_matches(['{', '-', ' ']).strip_prefix('$')?.trim_end();
    let word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = expression.split('"').skip(1).step_by(2).find(|text| text.contains("://"))?;
    word.then_some((name, value))
}

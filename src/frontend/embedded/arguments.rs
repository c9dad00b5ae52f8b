//! Arguments of a module in one text: `get_url: url=http://x dest=/y` is read as `get_url: {url: http://x, dest: /y}`.

use super::{below, covered, cut, is_index, split, unquoted};
use crate::frontend::collect::MAX_PATH;
use crate::settings::{Key, Scalar, Setting};
use crate::text::{Part, span_within};

/// A name that is longer is no argument's.
const MAX_NAME: usize = 40;

/// The arguments that the setting holds, if it is a text that begins with one, under a key of a list's element.
pub(super) fn read(item: &Setting) -> Vec<Setting> {
    let [.., element, module] = item.path.as_slice() else { return Vec::new() };
    let word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.');
    let is_module = !module.text.is_empty() && module.text.bytes().all(word);
    let begins =
        matches!(item.value.parts.first(), Some(Part::Literal { text, .. }) if name(text.trim_start()).is_some());
    if !is_index(element) || !is_module || !begins || item.path.len() >= MAX_PATH {
        return Vec::new();
    }
    let arguments = split(&item.value).into_iter().filter_map(|word| {
        let Some(Part::Literal { text, at }) = word.parts.first() else { return None };
        let name = name(text)?;
        let key = Key { text: name.into(), at: span_within(text, *at, 0..name.len()) };
        let value = unquoted(cut(&word, name.len() + 1));
        let span = covered(&word, item.span);
        Some(Setting { path: below(&item.path, key)?, value, scalar: Scalar::Text, span, document: item.document })
    });
    arguments.collect()
}

/// The name in `name=value`.
fn name(text: &str) -> Option<&str> {
    let name = &text[..text.bytes().take(MAX_NAME + 1).position(|byte| byte == b'=')?];
    let word = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (word && !name.is_empty()).then_some(name)
}

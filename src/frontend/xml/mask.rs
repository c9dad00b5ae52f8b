//! Hides the tags of ERB and EPP from the XML readers without moving a byte: they are `<` of a kind that XML does not know.

use std::borrow::Cow;

/// The text with `<% .. %>` as blanks and `<%= .. %>` as letters; line breaks stay.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let mut bytes: Option<Vec<u8>> = None;
    let mut at = 0;
    while let Some(start) = text[at..].find("<%").map(|offset| at + offset) {
        let Some(end) = text[start..].find("%>").map(|length| start + length + 2) else { break };
        let yields = text[start..].starts_with("<%=");
        let bytes = bytes.get_or_insert_with(|| text.as_bytes().to_vec());
        for byte in bytes[start..end].iter_mut().filter(|byte| **byte != b'\n') {
            *byte = if yields { b'x' } else { b' ' };
        }
        at = end;
    }
    match bytes.map(String::from_utf8) {
        Some(Ok(masked)) => Cow::Owned(masked),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn tags_are_hidden_in_place() {
        for (text, expected) in [
            ("<% é\n -%>\n<a>b<%= c %></a>", "     \n    \n<a>bxxxxxxxx</a>"),
            ("<a><% b</a>", "<a><% b</a>"),
            ("<a/>", "<a/>"),
        ] {
            assert_eq!(mask(text), expected, "{text}");
        }
    }
}

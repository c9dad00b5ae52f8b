//! Programs that are written as templates: `deploy.py.tpl`, `Main.java.j2`. What a template language puts between the lines of
//! the program is hidden before it is parsed, without moving a byte.
//!
//! Actions within a text stay: they are parts of it. Elsewhere one that stands alone on its lines becomes blanks, another one
//! a name.

use crate::source::Source;

/// What opens an action, and what closes it.
const ACTIONS: [(&str, &str); 4] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("<%", "%>")];
/// An action longer than this many bytes is none.
const MAX_ACTION: usize = 8192;

/// The source with its actions hidden; `None` where there are none.
pub fn hidden(source: &Source) -> Option<Source> {
    let text = source.text();
    let mut bytes = text.as_bytes().to_vec();
    let mut line = Line::default();
    let mut any = false;
    while let Some(range) = next_action(text, line.read) {
        line.read_on(text, range.start);
        let (within_text, leads) = (line.quote.is_some(), line.blank);
        line.read_on(text, range.end);
        if within_text {
            continue;
        }
        any = true;
        let rest = text[range.end..].trim_start_matches([' ', '\t', '\r']);
        let alone = leads && (rest.is_empty() || rest.starts_with('\n'));
        for byte in &mut bytes[range] {
            match (alone, *byte) {
                (_, b'\n' | b'\r') => {}
                (true, _) => *byte = b' ',
                (false, _) => *byte = b'x',
            }
        }
    }
    any.then(|| Source::new(source.id, source.path.clone(), bytes))
}

/// What is known of a line as far as it is read. It is read on and never again, as a line may be the whole file.
struct Line {
    read: usize,
    /// The quote that stands open.
    quote: Option<u8>,
    /// Nothing but blanks so far.
    blank: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self { read: 0, quote: None, blank: true }
    }
}

impl Line {
    fn read_on(&mut self, text: &str, until: usize) {
        let bytes = text.as_bytes();
        while self.read < until {
            let byte = bytes[self.read];
            self.read += 1;
            if byte == b'\n' {
                (self.quote, self.blank) = (None, true);
                continue;
            }
            self.blank &= byte.is_ascii_whitespace();
            match (self.quote, byte) {
                (Some(_), b'\\') if bytes.get(self.read) != Some(&b'\n') => self.read += 1,
                (Some(quote), byte) if quote == byte => self.quote = None,
                (None, b'"' | b'\'') => self.quote = Some(byte),
                _ => {}
            }
        }
    }
}

fn next_action(text: &str, from: usize) -> Option<std::ops::Range<usize>> {
    let mut at = from;
    loop {
        let start = at + memchr::memchr2(b'{', b'<', &text.as_bytes()[at..])?;
        let closed = ACTIONS.iter().find(|(open, _)| text[start..].starts_with(open)).and_then(|(open, close)| {
            let mut limit = text.len().min(start + MAX_ACTION);
            while !text.is_char_boundary(limit) {
                limit -= 1;
            }
            let inner = text.get(start + open.len()..limit)?;
            // A comment may speak of actions: `{{/* {{ if }} */}}`.
            let comment = inner.trim_start_matches(['-', ' ']).starts_with("/*");
            let skipped = if comment { inner.find("*/").unwrap_or(0) } else { 0 };
            inner[skipped..].find(close).map(|length| start + open.len() + skipped + length + close.len())
        });
        match closed {
            Some(end) => return Some(start..end),
            None => at = start + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn actions_between_the_lines_are_hidden() {
        for (text, expected) in [
            ("{{- if .a }}\nb = 1\n{{ end }}\n", Some("            \nb = 1\n         \n")),
            ("{{/*\n{{ x }} */}}\nb\n", Some("    \n            \nb\n")),
            ("a = {{ .b }} + 1\n", Some("a = xxxxxxxx + 1\n")),
            ("a = \"{{ .b }}\"\n", None),
            ("a = 'it\\'s {{ .b }}' + <%= é %>\n", Some("a = 'it\\'s {{ .b }}' + xxxxxxxxx\n")),
            ("a = {1: 2}\n", None),
            ("{{ a", None),
        ] {
            let hidden = hidden(&Source::new(FileId(0), "a.py.tpl", text.into()));
            assert_eq!(hidden.as_ref().map(Source::text), expected, "{text}");
        }
        let long = |text: &str| hidden(&Source::new(FileId(0), "a.py.tpl", text.repeat(200_000).into()));
        assert!(long("{{").is_none());
        assert!(long("{{a}}").is_some(), "each is looked at once");
    }
}

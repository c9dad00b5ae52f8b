//! Oracle Net files: `NAME = value`, where a value in parentheses may reach over many lines.
//!
//! The whole descriptor is the value, as a connection string would write it; a plain list stands without its parentheses.

use super::collect::{Collector, lines, range_of};
use super::interpolate::{Dollar, interpolate};
use super::{Frontend, Lowered};
use crate::settings::Scalar;
use crate::source::{Source, Span};
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Ora;

/// A longer name is none.
const MAX_NAME: usize = 256;

impl Frontend for Ora {
    fn name(&self) -> &'static str {
        "ora"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        let mut open: Option<Entry<'_>> = None;
        for (start, line) in lines(text) {
            if line.trim_start().starts_with('#') {
                continue;
            }
            // An entry begins at the start of a line; a value goes on where a line is indented or brackets are open.
            let begins = !line.starts_with([' ', '\t', '(', ')']) && open.as_ref().is_none_or(|entry| entry.depth <= 0);
            if begins && let Some(entry) = Entry::new(line, start) {
                close(open.replace(entry), text, base, &mut out);
            } else if let Some(entry) = &mut open {
                entry.extend(line, start);
            }
        }
        close(open, text, base, &mut out);
        out.finish()
    }
}

/// A name and the range of the value that was read so far.
struct Entry<'a> {
    name: &'a str,
    name_at: usize,
    value: std::ops::Range<usize>,
    depth: i64,
}

impl<'a> Entry<'a> {
    fn new(line: &'a str, start: usize) -> Option<Self> {
        let equals = line.find('=')?;
        let name = line[..equals].trim();
        if name.is_empty() || name.len() > MAX_NAME || name.contains(['(', ')']) {
            return None;
        }
        let at = start + equals + 1;
        let mut entry = Self { name, name_at: start + range_of(line, name).start, value: at..at, depth: 0 };
        entry.extend(&line[equals + 1..], at);
        Some(entry)
    }

    fn extend(&mut self, line: &str, start: usize) {
        let body = line.split('#').next().unwrap_or(line).trim();
        if body.is_empty() {
            return;
        }
        let at = start + range_of(line, body).start;
        if self.value.is_empty() {
            self.value.start = at;
        }
        self.value.end = at + body.len();
        self.depth += body.bytes().map(|byte| i64::from(byte == b'(') - i64::from(byte == b')')).sum::<i64>();
    }
}

fn close(entry: Option<Entry<'_>>, text: &str, base: usize, out: &mut Collector<'_>) {
    let Some(Entry { name, name_at, value: range, .. }) = entry else { return };
    let written = &text[range.clone()];
    let list = written.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).filter(|inner| !inner.contains('='));
    let value = list.unwrap_or(written);
    let at = base + range.start + range_of(written, value).start;
    let key = out.key(name, base + name_at, base + name_at + name.len());
    let value = interpolate(value, out.place(at, at + value.len()), Dollar::Braced);
    out.leaf_at(key, value, Scalar::Text, Span::new(base + name_at, base + range.end));
}

#[cfg(test)]
mod tests {
    use super::Ora;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn entries_become_settings() {
        for (text, expected) in [
            (
                "# c\nSHOP.X =\n  (DESCRIPTION =\n    # c\n    (ADDRESS = (PROTOCOL = TCP)(HOST = h)) # d\n  )\n\nB=c\n",
                "SHOP.X = (DESCRIPTION =\\n    # c\\n    (ADDRESS = (PROTOCOL = TCP)(HOST = h)) # d\\n  )\nB = c",
            ),
            ("A.T = (AES256, RC4_128)\r\nD = NO # e\r\n", "A.T = AES256, RC4_128\nD = NO"),
            ("A=(\n(B=C)\n)\nD=E\n", "A = (\\n(B=C)\\n)\nD = E"),
            ("no entry\n=x\n", ""),
            ("A=\nB=c\n", "A = \nB = c"),
        ] {
            assert_eq!(print(&Ora, "tnsnames.ora", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}é = (A=é)\r\nL=(b)\n";
        assert_eq!(spans(&Ora, "tnsnames.ora", text), ["é = (A=é) <(A=é)>", "L=(b) <b>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["(", ")", "a=(\n", "a=b\n", "=", "#", " (a=b)\n"] {
            settings(&Ora, "tnsnames.ora", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] = &["é = (A = (B=c))\r\n", "  (d=e)\n", ")\n", "F=(g, h)\n", "# i\n", "\u{feff}", "j="];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Ora, "tnsnames.ora", &text);
            settings(&Ora, "tnsnames.ora", &mixed);
        }
    }
}

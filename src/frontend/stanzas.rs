//! Stanzas in the manner of Debian's control files: `Key: value`, lines that begin with a blank go on with it, and an
//! empty line begins the next record `[n]`. The words of a value are its elements.

use super::collect::{Collector, lines, range_of};
use super::interpolate::{Dollar, interpolate};
use super::{Frontend, Lowered};
use crate::settings::{Key, Scalar};
use crate::source::{Source, Span};
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Stanzas;

/// A longer key is no key.
const MAX_KEY: usize = 256;

impl Frontend for Stanzas {
    fn name(&self) -> &'static str {
        "stanzas"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        let mut record = 0_usize;
        let mut key: Option<(Key, usize)> = None;
        for (start, line) in lines(text) {
            if line.starts_with('#') {
                continue;
            }
            if line.trim().is_empty() {
                record += usize::from(key.take().is_some());
                continue;
            }
            let offset = base + start;
            if !line.starts_with([' ', '\t']) {
                key = field(line).map(|name| (out.key(name, offset, offset + name.len()), 0));
            }
            let Some((key, count)) = &mut key else { continue };
            let value = if line.starts_with([' ', '\t']) { line } else { &line[key.text.len() + 1..] };
            out.path = vec![out.key(format!("[{record}]"), offset, offset), key.clone()];
            for word in value.split_whitespace() {
                add(key, *count, word, offset + range_of(line, word).start, &mut out);
                *count += 1;
            }
        }
        out.path.clear();
        out.finish()
    }
}

/// The name before the `:` of a line.
fn field(line: &str) -> Option<&str> {
    let name = &line[..line.find(':')?];
    (!name.is_empty() && name.len() <= MAX_KEY && !name.contains(char::is_whitespace)).then_some(name)
}

/// One word of a field. The first is underlined together with its key, where both stand on one line.
fn add(key: &Key, count: usize, word: &str, at: usize, out: &mut Collector<'_>) {
    let end = at + word.len();
    let start = key.at.span.start as usize;
    let beside = count == 0 && !out.source.slice(Span::new(start, end)).contains('\n');
    let index = out.key(format!("[{count}]"), at, end);
    let value = interpolate(word, out.place(at, end), Dollar::Braced);
    out.leaf_at(index, value, Scalar::Text, Span::new(if beside { start } else { at }, end));
}

#[cfg(test)]
mod tests {
    use super::Stanzas;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn fields_become_settings() {
        for (text, expected) in [
            (
                "# c\nTypes: deb\nURIs: http://x http://y\n  https://z\nTrusted: yes\r\n\r\n\nTypes: deb\n",
                "[0].Types.[0] = deb\n[0].URIs.[0] = http://x\n[0].URIs.[1] = http://y\n[0].URIs.[2] = https://z\n\
                 [0].Trusted.[0] = yes\n[1].Types.[0] = deb",
            ),
            ("Signed-By:\n -----BEGIN\n .\n", "[0].Signed-By.[0] = -----BEGIN\n[0].Signed-By.[1] = ."),
            (" stray\nno field\n: x\nA:b\n", "[0].A.[0] = b"),
        ] {
            assert_eq!(print(&Stanzas, "debian.sources", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}É: http://é x\r\n y\nZ:\n w\n";
        assert_eq!(spans(&Stanzas, "debian.sources", text), ["É: http://é <http://é>", "x <x>", "y <y>", "w <w>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["a:", "a: b\n", " c\n", "\n", "a:\n\n", "x "] {
            settings(&Stanzas, "debian.sources", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] = &["É: f g\r\n", " h\n", "\n", "# i\n", "J:\n", "\u{feff}", "k"];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Stanzas, "debian.sources", &text);
            settings(&Stanzas, "debian.sources", &mixed);
        }
    }
}

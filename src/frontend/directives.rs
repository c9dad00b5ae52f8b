//! Server files of directives: a key, a blank, and the rest of the line as its value.
//!
//! `=` or `: ` may stand between the two, a key alone is a flag, a value in quotes stands without them, and a line that
//! ends in `{` opens a block, as `<name>` does; what the block is for (`<match far>`) is its entry `$of`. `::` parts the keys of a path (`Acquire::https::Verify-Peer`).

use super::collect::{Collector, lines, range_of};
use super::interpolate::{Dollar, interpolate};
use super::{Frontend, Lowered};
use crate::settings::{Key, Scalar};
use crate::source::{Source, Span};
use crate::text::Template;
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Directives;

/// A longer key is no key.
const MAX_KEY: usize = 256;
/// Under which an opened block says what it is for.
const OF: &str = "$of";

impl Frontend for Directives {
    fn name(&self) -> &'static str {
        "directives"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let (text, base) = out.text();
        // How many keys each open block has added.
        let mut open: Vec<usize> = Vec::new();
        for (start, line) in lines(text) {
            let body = without_comment(line.trim());
            let offset = base + start + range_of(line, body).start;
            if body.starts_with('}') || body.starts_with("</") {
                let keys = open.pop().unwrap_or_default();
                out.path.truncate(out.path.len().saturating_sub(keys));
            } else if let Some(name) = opens(body) {
                let offset = base + start + range_of(line, name).start;
                let first = name.split_whitespace().next().unwrap_or(name);
                let keys = keys(if name.contains("::") { name } else { first }, offset, &out);
                if out.path.len() + keys.len() < super::collect::MAX_PATH && out.may_enter() {
                    // What the block is for: `backend far {`, `<match far>`, `http://shop {`.
                    let rest = name[first.len()..].trim_start();
                    let value = if rest.is_empty() { name } else { rest };
                    let at = offset + range_of(name, value).start;
                    open.push(keys.len());
                    out.path.extend(keys);
                    if !value.is_empty() {
                        let key = out.key(OF, at, at + value.len());
                        let value = Template::literal(value, out.place(at, at + value.len()));
                        out.leaf_at(key, value, Scalar::Text, Span::new(offset, offset + name.len()));
                    }
                } else {
                    open.push(0);
                }
            } else if !body.is_empty() {
                directive(body, offset, &mut out);
            }
        }
        out.path.clear();
        out.finish()
    }
}

/// The name that stands before `{`, or in `<name>`.
fn opens(body: &str) -> Option<&str> {
    let inner = body.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.filter(|name| !name.contains(['<', '>'])).or_else(|| body.strip_suffix('{')).map(str::trim)
}

fn directive(body: &str, offset: usize, out: &mut Collector<'_>) {
    let key = &body[..key_length(body)];
    let rest = body[key.len()..].trim_start();
    let rest = rest.strip_prefix(['=', ':']).map_or(rest, str::trim_start);
    let (value, quoted) = unquoted(rest.trim_end_matches(';').trim_end());
    let mut keys = keys(key, offset, out);
    if key.len() > MAX_KEY || keys.len() + out.path.len() > super::collect::MAX_PATH {
        return;
    }
    let Some(last) = keys.pop() else { return };
    let value_at = offset + range_of(body, value).start;
    let end = if rest.is_empty() { offset + key.len() } else { value_at + value.len() + usize::from(quoted) };
    let scalar = if rest.is_empty() && key.len() == body.len() { Scalar::Bool(true) } else { Scalar::Text };
    let value = interpolate(value, out.place(value_at, value_at + value.len()), Dollar::Braced);
    let before = out.path.len();
    out.path.extend(keys);
    out.leaf_at(last, value, scalar, Span::new(offset, end));
    out.path.truncate(before);
}

/// Up to a blank, `=`, or a `:` before a blank.
fn key_length(body: &str) -> usize {
    let mut characters = body.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let ends_key = c == ':' && characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if c.is_whitespace() || c == '=' || ends_key {
            return at;
        }
    }
    body.trim_end_matches(';').len()
}

/// The keys of `a::b`; none of an empty name.
fn keys(name: &str, offset: usize, out: &Collector<'_>) -> Vec<Key> {
    let parts = name.split("::").filter(|part| !part.is_empty()).take(super::collect::MAX_PATH);
    parts
        .map(|part| {
            let at = range_of(name, part);
            out.key(part, offset + at.start, offset + at.end)
        })
        .collect()
}

/// A text in one pair of quotes without them, and whether it had any.
fn unquoted(value: &str) -> (&str, bool) {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner.filter(|inner| !inner.contains(quote)) {
            return (inner, true);
        }
    }
    (value, false)
}

/// `#` or `//` at the start of a line, and `#` behind a blank, begin a comment.
fn without_comment(line: &str) -> &str {
    if line.starts_with(['#', ';']) || line.starts_with("//") {
        return &line[..0];
    }
    let end = [" #", "\t#"].iter().filter_map(|mark| line.find(mark)).min().unwrap_or(line.len());
    line[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::Directives;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn lines_become_settings() {
        for (text, expected) in [
            ("port 6379\nbind 127.0.0.1 ::1 # c\n# tls-port 1\n", "port = 6379\nbind = 127.0.0.1 ::1"),
            ("requirepass \"a b\"\r\nsave \"\"\n", "requirepass = a b\nsave = "),
            (
                "insecure\n--proxy=http://x\nurl = \"http://y\"\nuser: z\n",
                "insecure =  (bool)\n--proxy = http://x\nurl = http://y\nuser = z",
            ),
            (
                "A::b::C \"false\";\nD { \n e {\n f g;\n };\n}\nh i\n",
                "A.b.C = false\nD.$of = D\nD.e.$of = e\nD.e.f = g\nh = i",
            ),
            (
                "<match a.**>\n @type forward\n <server>\n  host h\n </server>\n</match>\nb c\n",
                "match.$of = a.**\nmatch.@type = forward\nmatch.server.$of = server\nmatch.server.host = h\nb = c",
            ),
            (
                "http://a.net {\n reverse_proxy b:80 {\n  c\n }\n}\n",
                "http://a.net.$of = http://a.net\nhttp://a.net.reverse_proxy.$of = b:80\nhttp://a.net.reverse_proxy.c =  (bool)",
            ),
            ("}\n{\na b\n}\n} c\nd\n", "a = b\nd =  (bool)"),
            ("k ${X:-y}\n", "k = ${X|y}"),
        ] {
            assert_eq!(print(&Directives, "redis.conf", text), expected, "{text}");
        }
    }

    #[test]
    fn spans_are_exact() {
        let text = "\u{feff}é \"http://é\" # c\r\n\tA::b = c ;\nflag\n";
        assert_eq!(spans(&Directives, "redis.conf", text), ["é \"http://é\" <http://é>", "A::b = c <c>", "flag <>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["a {\n", "}\n", "::", "a::", "\"", "a b\n", " #", "{"] {
            settings(&Directives, "redis.conf", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] = &["é \"f\"\r\n", "A::b {\n", "};\n", "c = d # e\n", "f: 'g\n", "\u{feff}", "h;\n"];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Directives, "redis.conf", &text);
            settings(&Directives, "redis.conf", &mixed);
        }
    }
}

//! INI and its relatives: sections, `key = value`, `key: value`, and `key value` in `.conf` files.
//!
//! A section is one key of the path, dots and all. An indented line without a separator continues the value above it;
//! any other single word in a section is a flag.

use super::collect::{Collector, lines, range_of};
use super::interpolate::{Dollar, interpolate_parts};
use super::{Frontend, Lowered};
use crate::settings::{Key, Scalar};
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use crate::tree::Problem;

#[derive(Clone, Copy, Debug)]
pub struct Ini;

/// A longer key is no key.
const MAX_KEY: usize = 256;

impl Frontend for Ini {
    fn name(&self) -> &'static str {
        "ini"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let mut out = Collector::new(source);
        let blanks = match source.path.extension() {
            Some(ending) => matches!(ending, "conf" | "cnf" | "config"),
            None => source.path.file_name().is_some_and(|name| !name.starts_with('.')),
        };
        read(&mut out, blanks, |section| vec![section]);
        out.finish()
    }
}

/// A setting that later lines may continue.
struct Pending {
    indent: usize,
    /// `Name:` alone, which is the name of a stanza if settings follow that are further in.
    opens: bool,
    /// `@scope` of `@scope:key`.
    scope: Option<Key>,
    key: Key,
    parts: Vec<Part>,
    start: usize,
    end: usize,
}

/// Adds the settings of the file. `split` makes the keys of a section's name; `blanks` allows `key value`.
pub(crate) fn read(out: &mut Collector<'_>, blanks: bool, split: fn(&str) -> Vec<&str>) {
    let (text, base) = out.text();
    let mut pending: Option<Pending> = None;
    // The indent of a stanza's name, while its lines are read.
    let mut stanza: Option<usize> = None;
    for (start, line) in lines(text) {
        let body = line.trim();
        if body.is_empty() || body.starts_with([';', '#']) {
            continue;
        }
        let indent = range_of(line, body).start;
        let offset = base + start + indent;
        if let Some(section) = section(body) {
            flush(pending.take(), out);
            stanza = None;
            out.path = split(section)
                .into_iter()
                .take(super::collect::MAX_PATH - 1)
                .map(|name| {
                    let at = range_of(body, name);
                    out.key(name, offset + at.start, offset + at.end)
                })
                .collect();
        } else if let Some((key, value, quoted)) = entry(body, blanks) {
            if stanza.is_some_and(|name| indent <= name) {
                flush(pending.take(), out);
                out.path.pop();
                stanza = None;
            }
            match pending.take() {
                Some(name) if name.opens && indent > name.indent && stanza.is_none() && out.may_enter() => {
                    stanza = Some(name.indent);
                    out.path.push(name.key);
                }
                before => flush(before, out),
            }
            let (at, value_at) = (range_of(body, key), range_of(body, value));
            let scope = key.split_once(':').filter(|_| key.starts_with('@')).map(|(scope, _)| scope);
            let name = scope.map_or(key, |scope| &key[scope.len() + 1..]);
            let scope = scope.map(|scope| out.key(scope, offset + at.start, offset + at.start + scope.len()));
            let key = out.key(name, offset + at.end - name.len(), offset + at.end);
            let parts = part(value, offset + value_at.start, out).into_iter().collect();
            let end = offset + value_at.end + usize::from(quoted);
            let opens = value.is_empty() && body.ends_with(':');
            pending = Some(Pending { indent, opens, scope, key, parts, start: offset + at.start, end });
        } else if let Some(open) = pending.as_mut().filter(|open| indent > open.indent) {
            let value = without_comment(body);
            let break_at = out.place(open.end, offset);
            if !open.parts.is_empty() {
                open.parts.push(Part::Literal { text: "\n".into(), at: break_at });
            }
            open.parts.extend(part(value, offset, out));
            open.end = offset + value.len();
        } else if let Some(name) = flag(body).filter(|_| !out.path.is_empty()) {
            flush(pending.take(), out);
            let key = out.key(name, offset, offset + name.len());
            out.leaf_at(key, Template::default(), Scalar::Bool(true), Span::new(offset, offset + name.len()));
        }
    }
    flush(pending, out);
    out.path.clear();
}

fn flush(pending: Option<Pending>, out: &mut Collector<'_>) {
    let Some(Pending { scope, key, parts, start, end, .. }) = pending else {
        return;
    };
    let before = out.path.len();
    out.path.extend(scope);
    let value = interpolate_parts(Template { parts }, Dollar::Braced);
    out.leaf_at(key, value, Scalar::Text, Span::new(start, end));
    out.path.truncate(before);
}

fn part(value: &str, offset: usize, out: &Collector<'_>) -> Option<Part> {
    let at = out.place(offset, offset + value.len());
    (!value.is_empty()).then(|| Part::Literal { text: value.into(), at })
}

/// The name in `[name]`, also in TOML's `[[name]]`.
fn section(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?;
    let inner = &inner[..inner.find(']')?];
    let after = line[inner.len() + 2..].trim_start_matches(']').trim_start();
    let whole = after.is_empty() || after.starts_with([';', '#']);
    (whole && !inner.contains('=')).then(|| inner.trim_start_matches('[').trim())
}

/// Key, value without quotes and comment, and whether it was in quotes.
fn entry(line: &str, blanks: bool) -> Option<(&str, &str, bool)> {
    let equals = line.find('=');
    let colon = line.find(':').filter(|at| line[at + 1..].is_empty() || line[at + 1..].starts_with([' ', '\t']));
    let at = match (equals, colon) {
        (Some(equals), Some(colon)) => equals.min(colon),
        (Some(at), None) | (None, Some(at)) => at,
        (None, None) if blanks => return words(line),
        (None, None) => return None,
    };
    let key = line[..at].trim_end().trim_matches(['"', '\'']);
    if key.split_whitespace().count() > 3 && blanks {
        return None;
    }
    if key.split_whitespace().count() > 1 && blanks && !line[..at].ends_with([' ', '\t']) {
        return words(line);
    }
    let good = !key.is_empty() && key.len() <= MAX_KEY;
    let (value, quoted) = unquoted(line[at + 1..].trim());
    good.then_some((key, value, quoted))
}

/// `skip-ssl`: a word alone says that something is so.
fn flag(line: &str) -> Option<&str> {
    let name = without_comment(line);
    let good = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.len() <= MAX_KEY
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    good.then_some(name)
}

/// `key value`: exactly two words, a word and a text in quotes, or any words up to the `;` that ends the line, or behind a
/// directive of Apache.
fn words(line: &str) -> Option<(&str, &str, bool)> {
    let (key, rest) = line.split_once([' ', '\t'])?;
    // `set $upstream http://api;` gives a variable a value.
    let variable = rest.trim_start().strip_prefix('$').filter(|_| key == "set");
    let (key, rest) = variable.and_then(|rest| rest.split_once([' ', '\t'])).unwrap_or((key, rest));
    let (value, quoted) = unquoted(rest.trim());
    let one = quoted || line.ends_with(';') || !value.contains(char::is_whitespace) || is_directive(key);
    (one && !value.is_empty() && key.len() <= MAX_KEY).then_some((key, value.trim_end_matches(';'), quoted))
}

/// `SSLProtocol`, `ProxyPass`: words that are written together, each with a capital letter.
fn is_directive(key: &str) -> bool {
    let capitals = key.bytes().filter(u8::is_ascii_uppercase).count();
    key.starts_with(|c: char| c.is_ascii_uppercase())
        && (2..key.len()).contains(&capitals)
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn unquoted(value: &str) -> (&str, bool) {
    for quote in ['"', '\''] {
        let inner =
            value.strip_prefix(quote).and_then(|rest| rest.find(quote).map(|end| (&rest[..end], &rest[end + 1..])));
        if let Some((inner, after)) = inner {
            let after = after.trim();
            if after.is_empty() || after.starts_with([';', '#', ',']) {
                return (inner, true);
            }
        }
    }
    (without_comment(value), false)
}

/// A comment behind a value needs a blank before it.
fn without_comment(value: &str) -> &str {
    if value.starts_with([';', '#']) {
        return &value[..0];
    }
    let end = [" ;", " #", "\t;", "\t#"].iter().filter_map(|mark| value.find(mark)).min().unwrap_or(value.len());
    value[..end].trim_end()
}

#[cfg(test)]
mod tests {
    use super::Ini;
    use crate::frontend::testing::{mutated, print, settings, spans};
    use proptest::prelude::*;

    #[test]
    fn lines_become_settings() {
        for (text, expected) in [
            ("a=b\n[s.t]\nc = d ; x\ne: f # y\n", "a = b\ns.t.c = d\ns.t.e = f"),
            ("[s]\r\nk = \"v ; w\" ; c\r\n", "s.k = v ; w"),
            (
                "[remote \"o\"]\n\turl = http://x:80/;y\n\tfetch = +a:b\n",
                "remote \"o\".url = http://x:80/;y\nremote \"o\".fetch = +a:b",
            ),
            ("a =\n  http://b\n  http://c\nd=e\n", "a = http://b\\nhttp://c\nd = e"),
            ("; a=b\n# c=d\nplain line\n", ""),
            ("a:\n  b=c\n  d=e\nf=g\nh:\n  i\n", "a.b = c\na.d = e\nf = g\nh = i"),
            ("@a:b=c\n", "@a.b = c"),
            ("x\n[s]\nskip-ssl # c\nhost.name\nk=v\n more\n", "s.skip-ssl =  (bool)\ns.k = v\\nmore"),
            ("u = ${H}:%(port)s %PORT%\n", "u = ${H}:%(port)s ${PORT}"),
            ("\u{feff}é=ü\n[x] ; c\ny=\n", "é = ü\nx.y = "),
        ] {
            assert_eq!(print(&Ini, "a.ini", text), expected, "{text}");
        }
        assert_eq!(
            print(
                &Ini,
                "a.conf",
                "tls-port 6379\nbind a b\nSSLProtocol all -SSLv3\nurl http://x?a=b\npass \"a b\"\nca file = c\nset $up \"d\";\n"
            ),
            "tls-port = 6379\nSSLProtocol = all -SSLv3\nurl = http://x?a=b\npass = a b\nca file = c\nup = d"
        );
        assert_eq!(print(&Ini, "a.ini", "tls-port 6379\n"), "");
    }

    #[test]
    fn spans_are_exact() {
        let text = "[s]\r\né = http://é:${P}/ ; c\r\nq='v' \r\n";
        assert_eq!(spans(&Ini, "a.ini", text), ["é = http://é:${P}/ <http://é:|${P}|/>", "q='v' <v>"]);
    }

    #[test]
    fn hostile_text_ends() {
        for unit in ["[", "a=\n b\n", " ", "=", "[a]\nb=c\n", "a=b\n  c\n"] {
            settings(&Ini, "a.conf", &unit.repeat(100_000));
        }
    }

    const SNIPPETS: &[&str] =
        &["[é]\r\n", "a = b ; c\n", "  d\n", "e \"f\"\n", "g: 'h\n", "[[i.j]]\n", "k=${L:-m}\n", "\u{feff}"];

    proptest! {
        #[test]
        fn any_text_is_survived(text in "\\PC*", mixed in mutated(SNIPPETS)) {
            settings(&Ini, "a.conf", &text);
            settings(&Ini, "a.ini", &mixed);
        }
    }
}

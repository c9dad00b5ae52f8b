//! Placeholders inside configuration values: `${VAR:-default}`, `{{ .Values.x }}`, `%VAR%` and their kin become holes.
//!
//! Nothing is looked up here; a hole keeps its name, its default and its exact place. Work is linear in the text.

use crate::source::Place;
use crate::text::{Part, Template, span_within};
use std::ops::Range;

/// Whether a bare `$NAME` is a placeholder: in shells, `.env` files and compose files it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dollar {
    Bare,
    Braced,
}

/// A placeholder longer than this many bytes is taken literally.
const MAX_HOLE: usize = 1024;
/// Defaults within defaults deeper than this are taken literally.
const MAX_NESTING: usize = 6;
/// The words that begin a template action which yields no text of its own.
const CONTROL: [&str; 23] = [
    "if",
    "else",
    "elif",
    "elsif",
    "elseif",
    "end",
    "endif",
    "endfor",
    "endunless",
    "for",
    "range",
    "with",
    "endwith",
    "define",
    "block",
    "endblock",
    "break",
    "continue",
    "set",
    "unless",
    "macro",
    "endmacro",
    "do",
];

/// The raw text of a value, without escapes, that stands at `at`.
pub fn interpolate(text: &str, at: Place, dollar: Dollar) -> Template {
    interpolate_parts(Template::literal(text, at), dollar)
}

/// A value whose literals and escapes are already parts; placeholders may reach over several of them.
pub fn interpolate_parts(template: Template, dollar: Dollar) -> Template {
    let flat = Flat::new(template);
    if !flat.text.bytes().any(|byte| matches!(byte, b'$' | b'%' | b'{' | b'@' | b'#' | b'<')) {
        return Template { parts: flat.copy(0..flat.text.len()) };
    }
    let mut budget = flat.text.len() * 8 + MAX_HOLE;
    Template { parts: scan(&flat, 0..flat.text.len(), dollar, 0, &mut budget) }
}

/// The name of what a template expression yields: its last identifier, or the last one in its quotes where only a
/// function's name stands outside of them (`lookup('env', 'DB_HOST')`).
pub fn name_of(expression: &str) -> String {
    let head = expression.split(" | ").next().unwrap_or(expression);
    let head = split_outside_quotes(head, '|');
    let (outside, inside) = identifiers(head);
    let name = match (outside.as_slice(), inside.last()) {
        ([] | [_], Some(inner)) => inner,
        ([.., last], _) => last,
        ([], None) => "",
    };
    name.to_owned()
}

/// Whether a template action (the text between its braces) only steers: `if`, `end`, a comment.
pub fn is_control(expression: &str) -> bool {
    let text = expression.trim_start_matches(['-', '~', '+', '=']).trim();
    if text.starts_with("/*") || text.starts_with('#') || text.starts_with('!') {
        return true;
    }
    let word: &str = text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    CONTROL.contains(&word) || text.split_once(":=").is_some_and(|(name, _)| name.trim_start().starts_with('$'))
}

/// Decoded text with the parts that it came from.
struct Flat {
    text: String,
    /// Where each part begins in `text`.
    starts: Vec<usize>,
    parts: Vec<Part>,
}

impl Flat {
    fn new(template: Template) -> Self {
        let mut flat = Self { text: String::new(), starts: Vec::new(), parts: template.parts };
        for part in &flat.parts {
            flat.starts.push(flat.text.len());
            if let Part::Literal { text, .. } = part {
                flat.text.push_str(text);
            }
        }
        flat
    }

    fn end_of(&self, index: usize) -> usize {
        self.starts.get(index + 1).copied().unwrap_or(self.text.len())
    }

    /// The parts that make up a range of the text, cut to it.
    fn copy(&self, range: Range<usize>) -> Vec<Part> {
        let first = self.starts.partition_point(|start| *start <= range.start).saturating_sub(1);
        let mut out = Vec::new();
        for index in first..self.parts.len() {
            if self.starts[index] >= range.end && !(range.is_empty() && index == first) {
                break;
            }
            match &self.parts[index] {
                hole @ Part::Hole { .. } if self.starts[index] >= range.start => {
                    out.push(hole.clone());
                }
                Part::Hole { .. } => {}
                Part::Literal { .. } => {
                    let cut = range.start.max(self.starts[index])..range.end.min(self.end_of(index));
                    if let Some(text) = self.text.get(cut.clone()).filter(|text| !text.is_empty()) {
                        out.push(Part::Literal { text: text.into(), at: self.place_in(index, &cut) });
                    }
                }
            }
        }
        out
    }

    /// The place of a range of the text that lies within one part.
    fn place_in(&self, index: usize, range: &Range<usize>) -> Place {
        let at = self.parts[index].place();
        let start = self.starts[index];
        let whole = &self.text[start..self.end_of(index)];
        crate::text::span_within(whole, at, range.start - start..range.end - start)
    }

    /// The place of any non-empty range of the text.
    fn place(&self, range: &Range<usize>) -> Place {
        let parts = self.copy(range.clone());
        Template { parts }.place().unwrap_or_else(|| self.parts.first().map(Part::place).unwrap_or_default())
    }
}

/// What a placeholder says, in offsets of the flat text.
struct Found {
    end: usize,
    name: String,
    default: Option<Range<usize>>,
    /// A steering action: no text at all.
    silent: bool,
    /// The default is a pattern of `printf`.
    fills: bool,
}

fn scan(flat: &Flat, range: Range<usize>, dollar: Dollar, nesting: usize, budget: &mut usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (range.start, range.start);
    let bytes = flat.text.as_bytes();
    while at < range.end {
        if !matches!(bytes[at], b'$' | b'%' | b'{' | b'@' | b'#' | b'<') {
            at += 1;
            continue;
        }
        let limit = range.end.min(at + MAX_HOLE);
        let Some(found) = find(&flat.text, at, limit, dollar, budget) else {
            at += if flat.text[at..range.end].starts_with("$$") { 2 } else { 1 };
            continue;
        };
        parts.extend(flat.copy(from..at));
        if !found.silent {
            if let Some(key) = query_key(&flat.text[at..found.end]).filter(|_| found.default.is_none()) {
                parts.extend(flat.copy(at + key.start..at + key.end));
            }
            let default = found
                .default
                .filter(|_| nesting < MAX_NESTING)
                .map(|inner| Template { parts: scan(flat, inner, dollar, nesting + 1, budget) })
                .map(|default| Box::new(if found.fills { with_filled(default) } else { default }));
            parts.push(Part::Hole { name: found.name.into(), default, at: flat.place(&(at..found.end)) });
        }
        (from, at) = (found.end, found.end);
    }
    parts.extend(flat.copy(from..range.end));
    parts
}

/// The name of a parameter that an expression may add to a URL, with the `?` and `=` around it: `{{ '?sslmode=' ~ mode }}`,
/// `${TLS:+&tls=true}`. It is known that the parameter is spoken of; what it is set to is not.
fn query_key(expression: &str) -> Option<Range<usize>> {
    let bytes = expression.as_bytes();
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
    (1..bytes.len()).find_map(|at| {
        let opens = b"?&".contains(&bytes[at]) && b"'\"+`".contains(&bytes[at - 1]);
        let name = bytes[at + 1..].iter().take_while(|byte| part(byte)).count();
        (opens && name > 1 && bytes.get(at + 1 + name) == Some(&b'=')).then(|| at..at + name + 2)
    })
}

fn find(text: &str, at: usize, limit: usize, dollar: Dollar, budget: &mut usize) -> Option<Found> {
    let bytes = text.get(at..)?.as_bytes().get(..limit - at)?;
    match bytes {
        [b'$', b'{', b'{', ..] => expression(text, at + 3, limit, "}}", budget),
        [b'$', b'{', ..] => braced(text, at + 2, limit, budget),
        [b'$', b'(', ..] => parenthesised(text, at + 2, limit, budget),
        [b'$', first, ..] if dollar == Dollar::Bare && is_name_start(*first) => bare(text, at + 1, limit),
        [b'{', b'{', ..] => expression(text, at + 2, limit, "}}", budget),
        [b'{', b'%', ..] => expression(text, at + 2, limit, "%}", budget),
        [b'<', b'%', ..] => expression(text, at + 2, limit, "%>", budget),
        [b'#', b'{', ..] => expression(text, at + 2, limit, "}", budget),
        // Hiera, Logstash.
        [b'%', b'{', ..] => expression(text, at + 2, limit, "}", budget),
        [b'%', ..] => percent(text, at + 1, limit, budget),
        [b'@', ..] => at_signs(text, at + 1, limit),
        _ => None,
    }
}

/// `${VAR}` and its defaults: `:-d`, `-d`, `:=d`, `:d`; `?` and `+` forms have none.
fn braced(text: &str, start: usize, limit: usize, budget: &mut usize) -> Option<Found> {
    let end = closing_brace(text, start, limit, budget)?;
    let inner = &text[start..end];
    let shell_name = inner.bytes().take_while(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_')).count();
    let name_end = match inner.as_bytes().get(shell_name) {
        Some(b'-' | b'=' | b'?' | b'+') if shell_name > 0 => shell_name,
        _ => inner.find(':').unwrap_or(inner.len()),
    };
    let (name, rest) = inner.split_at(name_end);
    // `${env:NAME}` and `${sys:name}` (log4j, serverless, VS Code) are names with a kind before them.
    if let (true, Some(variable)) = (is_kind(name), rest.strip_prefix(':')) {
        let cut = variable.find([':', ',']).unwrap_or(variable.len());
        let default = (cut < variable.len()).then(|| default_range(start + name_end + 1 + cut, end, &variable[cut..]));
        return named(end + 1, variable[..cut].trim_matches('}'), default.flatten());
    }
    named(end + 1, name, default_range(start + name_end, end, rest))
}

fn is_kind(name: &str) -> bool {
    matches!(name, "env" | "sys" | "ENV" | "file" | "ssm" | "self" | "opt" | "param" | "secret" | "secrets" | "vault")
}

/// The range of a default that is written as `rest` (`:-d`, `,d`) before `end`.
fn default_range(start: usize, end: usize, rest: &str) -> Option<Range<usize>> {
    let skip = match rest.as_bytes() {
        [b':', b'-' | b'=', ..] => 2,
        [b':', b'?' | b'+', ..] | [b'?' | b'+', ..] | [] => return None,
        _ => 1,
    };
    let blanks = if rest.starts_with(',') { rest[skip..].len() - rest[skip..].trim_start().len() } else { 0 };
    Some(start + skip + blanks..end)
}

fn named(end: usize, name: &str, default: Option<Range<usize>>) -> Option<Found> {
    let name = name.trim();
    let good = !name.is_empty() && !name.contains(|c: char| c.is_control());
    good.then(|| Found { end, name: name.to_owned(), default, silent: false, fills: false })
}

/// The offset of the `}` that closes what began before `start`, on the same line.
fn closing_brace(text: &str, start: usize, limit: usize, budget: &mut usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in text.as_bytes().get(start..limit)?.iter().enumerate() {
        *budget = budget.checked_sub(1)?;
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(start + offset),
            b'}' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

/// `$(NAME)` of Kubernetes and MSBuild, and a shell's `$(command ...)`, which is named by its command.
fn parenthesised(text: &str, start: usize, limit: usize, budget: &mut usize) -> Option<Found> {
    let mut depth = 0_usize;
    for (offset, byte) in text.as_bytes().get(start..limit)?.iter().enumerate() {
        *budget = budget.checked_sub(1)?;
        match byte {
            b'(' => depth += 1,
            b')' if depth == 0 => {
                let word = text[start..start + offset].split_whitespace().next().unwrap_or_default();
                return named(start + offset + 1, word, None);
            }
            b')' => depth -= 1,
            b'\n' => return None,
            _ => {}
        }
    }
    None
}

fn bare(text: &str, start: usize, limit: usize) -> Option<Found> {
    let length = text.as_bytes()[start..limit].iter().take_while(|byte| is_name_byte(**byte)).count();
    named(start + length, &text[start..start + length], None)
}

/// `%VAR%` of Windows, `%name%` and `%env(NAME)%` of Symfony; not the `%40` of a URL.
fn percent(text: &str, start: usize, limit: usize, budget: &mut usize) -> Option<Found> {
    let bytes = text.as_bytes().get(start..limit)?;
    if !is_name_start(*bytes.first()?) {
        return None;
    }
    let plain = |byte: &u8| is_name_byte(*byte) || matches!(byte, b'.' | b'(' | b')' | b':');
    let length = bytes.iter().take_while(|byte| plain(byte)).count();
    *budget = budget.checked_sub(length + 1)?;
    let inner = &text[start..start + length];
    // `%s:%s` of a pattern.
    if matches!(inner.as_bytes(), [b's' | b'd' | b'v' | b'q', rest @ ..] if !rest.iter().any(|byte| is_name_byte(*byte)))
    {
        return None;
    }
    let percent_encoded = length == 2 && inner.bytes().all(|byte| byte.is_ascii_hexdigit());
    if bytes.get(length) != Some(&b'%') || length < 2 || percent_encoded {
        return None;
    }
    let name = inner.strip_prefix("env(").map_or(inner, |call| call.trim_end_matches(')'));
    let name = name.rsplit(':').next().unwrap_or(name);
    named(start + length + 1, name, None)
}

/// `@VAR@` of Maven and autoconf, upper case only: `user@HOST` and addresses must stay text.
fn at_signs(text: &str, start: usize, limit: usize) -> Option<Found> {
    let bytes = text.as_bytes().get(start..limit)?;
    let length = bytes.iter().take_while(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_')).count();
    let closes = bytes.get(length) == Some(&b'@') && bytes.first().is_some_and(u8::is_ascii_uppercase);
    if closes { named(start + length + 1, &text[start..start + length], None) } else { None }
}

/// An action of a template language between its delimiters.
fn expression(text: &str, start: usize, limit: usize, close: &str, budget: &mut usize) -> Option<Found> {
    let bytes = text.as_bytes().get(start..limit)?;
    if *budget == 0 {
        return None;
    }
    let length = memchr::memmem::find(bytes, close.as_bytes());
    *budget = budget.saturating_sub(length.unwrap_or(bytes.len()) + 1);
    let length = length?;
    let inner = text.get(start..start + length)?;
    let statement = close == "%}" || (close == "%>" && !inner.starts_with('='));
    let silent = statement || (close != "}" && is_control(inner));
    let name = name_of(inner);
    if name.is_empty() && !silent {
        return None;
    }
    let pattern = if default_in(inner).is_none() { pattern_in(inner) } else { None };
    let fills = pattern.is_some();
    // What a pattern yields is computed: nothing has it as a default that one could name.
    let name = if fills { String::new() } else { name };
    let default = default_in(inner).or_else(|| constant_in(inner)).or(pattern);
    let default = default.map(|range| start + range.start..start + range.end);
    Some(Found { end: start + length + close.len(), name, default, silent, fills })
}

/// A constant that is all of an expression stands for itself: `OpenSSL::SSL::VERIFY_NONE`.
fn constant_in(inner: &str) -> Option<Range<usize>> {
    let path = inner.trim_start_matches(['=', '-']).trim_end_matches('-').trim();
    let part = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase()) && part.bytes().all(is_name_byte);
    let constant = path.contains("::") && path.split("::").all(part);
    let start = inner.len() - inner.trim_start_matches(['=', '-']).trim_start().len();
    constant.then(|| start..start + path.len())
}

/// A pattern whose verbs (`%s`, `%d`) are holes.
pub(super) fn with_filled(pattern: Template) -> Template {
    let mut parts = Vec::new();
    for part in pattern.parts {
        let Part::Literal { text, at } = &part else {
            parts.push(part);
            continue;
        };
        let mut from = 0;
        for (verb, _) in text.match_indices('%') {
            if verb >= from && text[verb + 1..].starts_with(['s', 'd', 'v', 'q']) {
                let literal = span_within(text, *at, from..verb);
                parts.extend((verb > from).then(|| Part::Literal { text: text[from..verb].into(), at: literal }));
                let place = span_within(text, *at, verb..verb + 2);
                parts.push(Part::Hole { name: "value".into(), default: None, at: place });
                from = verb + 2;
            }
        }
        let rest = span_within(text, *at, from..text.len());
        parts.extend((from < text.len()).then(|| Part::Literal { text: text[from..].into(), at: rest }));
    }
    Template { parts }
}

/// The address that an expression fills in: `printf "http://%s:%d" .host .port`.
pub(super) fn pattern_in(expression: &str) -> Option<Range<usize>> {
    let start = expression.find("printf \"")? + "printf \"".len();
    let length = expression[start..].find('"')?;
    expression[start..start + length].contains("://").then_some(start..start + length)
}

/// The quoted text that an expression falls back to: `default "x"`, `default('x')`, `|| 'x'`, `?: 'x'`, `or "x"`.
fn default_in(expression: &str) -> Option<Range<usize>> {
    ["default", "||", "?:", "??", " or ", "fetch("].iter().find_map(|mark| {
        let after = expression.find(mark)? + mark.len();
        let rest = &expression[after..];
        let rest = if *mark == "fetch(" { &rest[rest.find(',')? + 1..] } else { rest };
        let value = rest.trim_start_matches([' ', '(', '\t']);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
        let start = expression.len() - value.len() + 1;
        let length = value[1..].find(quote)?;
        Some(start..start + length)
    })
}

/// What stands before the first `mark` that is not in quotes.
fn split_outside_quotes(text: &str, mark: char) -> &str {
    let mut quote = None;
    for (offset, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, c) if c == mark => return &text[..offset],
            _ => {}
        }
    }
    text
}

/// The identifiers outside and inside of quotes.
fn identifiers(text: &str) -> (Vec<&str>, Vec<&str>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    for (index, piece) in text.split(['"', '\'', '`']).enumerate() {
        let into = if index % 2 == 0 { &mut outside } else { &mut inside };
        let words = piece.split(|c: char| !c.is_alphanumeric() && c != '_');
        into.extend(words.filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_')));
    }
    (outside, inside)
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frontend::testing::show;
    use crate::source::{FileId, Span};

    fn shown(text: &str) -> String {
        let at = Place { file: FileId(0), span: Span::new(0, text.len()) };
        let template = interpolate(text, at, Dollar::Bare);
        for part in &template.parts {
            if let Part::Literal { text: literal, at } = part {
                assert_eq!(&text[at.span.range()], literal.as_str());
            }
        }
        show(&template)
    }

    #[test]
    fn every_form_becomes_a_hole() {
        for (text, expected) in [
            ("http://${HOST}:80", "http://${HOST}:80"),
            ("${A:-http://b}/c", "${A|http://b}/c"),
            ("${A-b} ${A:=b} ${a.b-c:http://d:1}", "${A|b} ${A|b} ${a.b-c|http://d:1}"),
            ("${A:?must} ${env:HOST} ${env:H, 'x'}", "${A} ${HOST} ${H|'x'}"),
            ("$HOST/x $$HOST", "${HOST}/x $$HOST"),
            ("$(HOST) $(hostname -f)", "${HOST} ${hostname}"),
            ("%HOST%:%env(resolve:DB)% 100%", "${HOST}:${DB} 100%"),
            ("p%40x%C3%A9", "p%40x%C3%A9"),
            ("a://%{hiera('x::host')}:%{lookup(\"port\")}/%{+YYYY}", "a://${host}:${port}/${YYYY}"),
            ("{{ printf \"http://%s.%s:%d\" .a .b | quote }}", "${|http://${value}.${value}:${value}}"),
            ("{{ printf \"%s-x\" .a }}", "${a}"),
            ("@HOST@ a@b.c@d", "${HOST} a@b.c@d"),
            ("${{ secrets.X }}", "${X}"),
            ("db/x{{ '?tls=' ~ mode if on }} ${TLS:+&tls=true}", "db/x?tls=${on} &tls=${TLS}"),
            ("${{ inputs.url || 'http://x' }}", "${url|http://x}"),
            ("{{ .Values.db.host | default \"x\" | quote }}", "${host|x}"),
            ("{{ host | default('http://y') }}/", "${host|http://y}/"),
            ("{{ lookup('env', 'DB_HOST') }}", "${DB_HOST}"),
            ("a{{ if .x }}b{{- end -}}c{# no #}", "abc{# no #}"),
            ("<%= ENV['HOST'] %><% end %>", "${HOST}"),
            ("<%= ENV.fetch('HOST', 'h') %>", "${fetch|h}"),
            ("<%= OpenSSL::SSL::VERIFY_NONE %>", "${VERIFY_NONE|OpenSSL::SSL::VERIFY_NONE}"),
            ("#{ENV['A']}", "${A}"),
            ("${A:-${B:-c}}", "${A|${B|c}}"),
            ("${ {{ ${", "${ {{ ${"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn hostile_text_is_linear() {
        for unit in ["${", "{{", "${A:-", "%A", "$(", "<%", "${A:-${B}"] {
            let text = unit.repeat(200_000);
            assert!(!shown(&text).is_empty());
        }
    }
}

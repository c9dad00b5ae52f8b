//! Building text from patterns: `%s`, `{}` and their arguments.

use super::value::{Traced, Value};
use crate::source::Place;
use crate::text::{Part, Template, span_within};
use compact_str::CompactString;

/// The address that values make: a text as it is, host and port, the four bytes or eight groups of an IP address, or one
/// list of these.
pub(crate) fn address(values: &[Traced]) -> Option<Template> {
    if let Some(text) = ip_address(values) {
        return Some(Template::literal(text, values.first()?.at.unwrap_or_default()));
    }
    let (first, rest) = values.split_first()?;
    let host = match &first.value {
        Value::Text(text) => (**text).clone(),
        Value::List(list) => address(list)?,
        _ => return None,
    };
    let Some(port) = rest.first() else { return Some(host) };
    let at = port.at.unwrap_or_default();
    let port = match &port.value {
        Value::Number(port) => Template::literal(port.to_string(), at),
        Value::Text(_) | Value::List(_) | Value::Null | Value::Bool(_) => return None,
        _ => Template::hole("port", at),
    };
    let bare = host.as_known().is_some_and(|host| host.contains(':') && !host.starts_with('['));
    let mut whole = Template::default();
    let literal = |text: &str| Template::literal(text, at);
    whole.append(literal(if bare { "[" } else { "" }));
    whole.append(host);
    whole.append(literal(if bare { "]:" } else { ":" }));
    whole.append(port);
    Some(whole)
}

/// The address that a socket was bound to. A bare IPv6 address with a port (`::1:0`) gets its brackets.
pub(super) fn bound(to: &Traced) -> Option<Template> {
    let template = address(std::slice::from_ref(to))?;
    let bracketed = template.as_known().and_then(|text| {
        let (host, port) = text.rsplit_once(':')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        Some(Template::literal(format!("[{host}]:{port}"), to.at.unwrap_or_default()))
    });
    Some(bracketed.unwrap_or(template))
}

/// Four bytes, signed or not, or eight groups of sixteen bits.
fn ip_address(values: &[Traced]) -> Option<String> {
    let numbers = values.iter().take(9).map_while(|value| match value.value {
        Value::Number(number) => Some(number),
        _ => None,
    });
    let numbers: Vec<i64> = numbers.collect();
    if let ([a, b, c, d], 4) = (numbers.as_slice(), values.len())
        && numbers.iter().all(|number| (-128..256).contains(number))
    {
        return Some(format!("{}.{}.{}.{}", a & 0xff, b & 0xff, c & 0xff, d & 0xff));
    }
    let groups: Vec<u16> = numbers.iter().filter_map(|number| u16::try_from(*number).ok()).collect();
    <[u16; 8]>::try_from(groups).ok().map(|groups| std::net::Ipv6Addr::from(groups).to_string())
}

/// Fills `%s`, `%d`, `%(name)s`, `%1$s` with the arguments in turn. `%%` is a percent sign.
pub(super) fn printf(pattern: &Template, mut argument: impl FnMut(Option<&str>, usize) -> Template) -> Template {
    fill(
        pattern,
        |text| {
            let at = text.find('%')?;
            let rest = &text[at + 1..];
            if rest.starts_with('%') {
                return Some((at, at + 2, Hole::Text("%")));
            }
            let (name, skip) = match rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                Some((name, _)) => (Some(name.to_owned()), name.len() + 2),
                None => (None, 0),
            };
            let end = rest[skip..].find(|c: char| c.is_ascii_alphabetic()).map_or(rest.len(), |end| skip + end + 1);
            if rest[skip..end].contains(char::is_whitespace) {
                return Some((at, at + 1, Hole::Text("%")));
            }
            let position = rest[..end]
                .split_once('$')
                .and_then(|(number, _)| number.parse::<usize>().ok())
                .map(|number| number.saturating_sub(1));
            Some((at, at + 1 + end, Hole::Argument(name, position)))
        },
        &mut argument,
    )
}

/// Fills `{}`, `{0}`, `{name}`, `{name:>8}` with the arguments. `{{` and `}}` are braces.
pub(super) fn braces(pattern: &Template, mut argument: impl FnMut(Option<&str>, usize) -> Template) -> Template {
    fill(
        pattern,
        |text| {
            let at = text.find(['{', '}'])?;
            let rest = &text[at..];
            if rest.starts_with("{{") {
                return Some((at, at + 2, Hole::Text("{")));
            }
            if rest.starts_with('}') {
                return Some((at, at + if rest.starts_with("}}") { 2 } else { 1 }, Hole::Text("}")));
            }
            let Some(close) = rest.find('}') else { return Some((at, at + 1, Hole::Text("{"))) };
            let inside = rest[1..close].split([':', '!']).next().unwrap_or_default();
            let hole = if inside.is_empty() {
                Hole::Argument(None, None)
            } else if let Ok(position) = inside.parse() {
                Hole::Argument(None, Some(position))
            } else {
                Hole::Argument(Some(inside.to_owned()), None)
            };
            Some((at, at + close + 1, hole))
        },
        &mut argument,
    )
}

enum Hole {
    Text(&'static str),
    Argument(Option<String>, Option<usize>),
}

fn fill(
    pattern: &Template,
    find: impl Fn(&str) -> Option<(usize, usize, Hole)>,
    argument: &mut impl FnMut(Option<&str>, usize) -> Template,
) -> Template {
    let mut out = Template::default();
    let mut next = 0;
    for part in &pattern.parts {
        let Part::Literal { text, at } = part else {
            out.parts.push(part.clone());
            continue;
        };
        let mut from = 0;
        while let Some((start, end, hole)) = find(&text[from..]) {
            let (start, end) = (from + start, (from + end).min(text.len()));
            push(&mut out, text, *at, from..start);
            match hole {
                Hole::Text(literal) => {
                    out.parts.push(Part::Literal { text: literal.into(), at: span_within(text, *at, start..end) });
                }
                Hole::Argument(name, position) => {
                    let index = position.unwrap_or(next);
                    next += usize::from(position.is_none() && name.is_none());
                    let placeholder = span_within(text, *at, start..end);
                    let mut filled = argument(name.as_deref(), index);
                    if filled.parts.is_empty() {
                        let name: CompactString = name.map_or_else(|| "value".into(), CompactString::from);
                        filled = Template::hole(name, placeholder);
                    }
                    // What is not known stands where the pattern leaves room for it.
                    for part in &mut filled.parts {
                        if let Part::Hole { default: None, at, .. } = part {
                            *at = placeholder;
                        }
                    }
                    out.append(filled);
                }
            }
            from = end;
        }
        push(&mut out, text, *at, from..text.len());
    }
    out
}

fn push(out: &mut Template, text: &str, at: Place, range: std::ops::Range<usize>) {
    if !range.is_empty() {
        out.parts.push(Part::Literal { text: text[range.clone()].into(), at: span_within(text, at, range) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn shown(template: &Template) -> String {
        template
            .parts
            .iter()
            .map(|part| match part {
                Part::Literal { text, .. } => text.to_string(),
                Part::Hole { name, .. } => format!("<{name}>"),
            })
            .collect()
    }

    fn pattern(text: &str) -> Template {
        Template::literal(text, Place { file: crate::source::FileId(0), span: Span::new(0, text.len()) })
    }

    #[test]
    fn patterns_are_filled() {
        let arguments = |name: Option<&str>, index: usize| {
            Template::hole(name.map_or(format!("a{index}"), str::to_owned), Place::default())
        };
        for (text, expected) in [
            ("http://%s:%d/x", "http://<a0>:<a1>/x"),
            ("%(user)s@%(host)s", "<user>@<host>"),
            ("100%% of %2$s", "100% of <a1>"),
            ("50% off", "50% off"),
            ("%", "<a0>"),
        ] {
            assert_eq!(shown(&printf(&pattern(text), arguments)), expected, "{text}");
        }
        for (text, expected) in [
            ("http://{}:{}/{{x}}", "http://<a0>:<a1>/{x}"),
            ("{1}{0}{name:>8}", "<a1><a0><name>"),
            ("{", "{"),
            ("}", "}"),
        ] {
            assert_eq!(shown(&braces(&pattern(text), arguments)), expected, "{text}");
        }
    }
}

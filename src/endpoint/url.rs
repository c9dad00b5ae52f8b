//! The parts of a text that begins with a scheme: user information, hosts, path and parameters, as ranges of the text.

use super::flat::HOLE;
use super::pairs::{Pair, query};
use std::ops::Range;

/// More hosts in one authority are not read.
const MAX_HOSTS: usize = 64;

/// What stands behind the scheme.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) user: Option<Range<usize>>,
    pub(super) password: Option<Range<usize>>,
    pub(super) hosts: Vec<HostPort>,
    pub(super) path: Range<usize>,
    /// Path, query and fragment.
    pub(super) tail: Range<usize>,
    pub(super) pairs: Vec<Pair>,
    pub(super) has_query: bool,
    /// Parameters stand there that are not written out: `?${options}`.
    pub(super) hidden: bool,
    /// Where one more parameter would stand: behind the query, before the fragment.
    pub(super) end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostPort {
    pub(super) host: Range<usize>,
    pub(super) port: Option<u16>,
    /// A port is written, even if it is a hole or nonsense.
    pub(super) has_port: bool,
}

/// Splits `range`, which starts behind `//`. `None` where the authority is none.
pub(super) fn parts(text: &str, range: Range<usize>, jdbc: bool) -> Option<Parts> {
    let authority = range.start..authority_end(text, &range);
    // A scheme before a whole URL: `http://https://...` is what a check for the prefix makes of its other case.
    if text[authority.clone()].ends_with(':') && text[authority.end..range.end].starts_with("//") {
        return None;
    }
    if is_pattern(&text[range.clone()]) {
        return None;
    }
    let mut parts = Parts::default();
    let hosts = user_information(text, authority.clone(), &mut parts);
    parts.hosts = host_list(text, hosts)?;
    parts.tail = authority.end..range.end;
    behind_authority(text, authority.end..range.end, jdbc, &mut parts);
    Some(parts)
}

/// A regular expression for URLs: `git://code.acme-bank.net/(?P<repo>.*)$`.
fn is_pattern(text: &str) -> bool {
    ["(?:", "(?P<", "([^", ".*)", ".+)"].iter().any(|mark| text.contains(mark))
}

/// Path, query and fragment.
pub(super) fn behind_authority(text: &str, range: Range<usize>, jdbc: bool, parts: &mut Parts) {
    let rest = text.get(range.clone()).unwrap_or_default();
    let (before_fragment, fragment) = match rest.find('#') {
        Some(at) => (&rest[..at], Some(range.start + at + 1..range.end)),
        None => (rest, None),
    };
    let query_at = before_fragment
        .find('?')
        .or_else(|| before_fragment.find(|character| character == ';' || (jdbc && character == ':')))
        .unwrap_or(before_fragment.len());
    let end = range.start + before_fragment.len();
    parts.end = end;
    parts.path = range.start..range.start + query_at;
    parts.has_query = query_at < before_fragment.len();
    if parts.has_query {
        parts.pairs = query(text, range.start + query_at + 1..end);
        parts.hidden = has_unwritten(&before_fragment[query_at..]);
    }
    if let Some(fragment) = fragment {
        parts.pairs.extend(query(text, fragment));
    }
}

/// Whether a hole stands where a parameter begins.
fn has_unwritten(query: &str) -> bool {
    query.match_indices(HOLE).any(|(at, _)| query[..at].ends_with(['?', '&', ';']))
}

/// User and password up to the last `@` of the authority; the rest is returned.
fn user_information(text: &str, authority: Range<usize>, parts: &mut Parts) -> Range<usize> {
    let written = text.get(authority.clone()).unwrap_or_default();
    let Some(at) = written.rfind('@').filter(|at| at + 1 < written.len() || *at > 0) else {
        return authority;
    };
    let end = authority.start + at;
    match written[..at].find(':') {
        Some(colon) => {
            parts.user = Some(authority.start..authority.start + colon);
            parts.password = Some(authority.start + colon + 1..end);
        }
        None => parts.user = Some(authority.start..end),
    }
    end + 1..authority.end
}

fn authority_end(text: &str, range: &Range<usize>) -> usize {
    let bytes = text.as_bytes();
    let mut position = range.start;
    while position < range.end {
        match bytes[position] {
            b'{' if bytes.get(position + 1) == Some(&b'{') => position = behind_braces(bytes, position, range.end),
            b'/' | b'?' | b'#' | b';' | b'\\' | b'"' | b'\'' | b'`' => return position,
            byte if byte.is_ascii_whitespace() => return position,
            _ => position += 1,
        }
    }
    range.end
}

/// Behind `}}`, or behind the two braces where they are not closed.
pub(super) fn behind_braces(bytes: &[u8], start: usize, end: usize) -> usize {
    let inner = bytes.get(start + 2..end).unwrap_or_default();
    inner.windows(2).position(|pair| pair == b"}}").map_or(start + 2, |offset| start + 4 + offset)
}

/// `a:1,b:2`, `[::1]:80`; `None` where a member cannot be a host.
pub(super) fn host_list(text: &str, range: Range<usize>) -> Option<Vec<HostPort>> {
    let written = text.get(range.clone())?;
    let mut start = range.start;
    let mut hosts = Vec::new();
    for member in written.split(',').take(MAX_HOSTS) {
        hosts.push(host_port(text, super::pairs::trimmed(text, start..start + member.len()))?);
        start += member.len() + 1;
    }
    Some(hosts)
}

fn host_port(text: &str, range: Range<usize>) -> Option<HostPort> {
    let written = text.get(range.clone())?;
    let split = match written.strip_prefix('[') {
        Some(inner) => inner.find(']')? + 2,
        None if written.matches(':').count() > 1 && written.parse::<std::net::Ipv6Addr>().is_ok() => written.len(),
        None => written.find(':').unwrap_or(written.len()),
    };
    let (host, port) = written.split_at_checked(split)?;
    let has_port = port.len() > 1;
    if !(port.is_empty() || port.starts_with(':')) || !is_host(host) {
        return None;
    }
    let port = port.get(1..).and_then(|digits| digits.split(':').next()).and_then(|digits| digits.parse().ok());
    Some(HostPort { host: range.start..range.start + split, port, has_port })
}

/// Whether the text may be a host, a hole in one or a placeholder; regular expressions and prose are not.
fn is_host(host: &str) -> bool {
    if host.starts_with('[') {
        return host.ends_with(']')
            && host[1..host.len() - 1].bytes().all(|byte| byte.is_ascii_alphanumeric() || b":.%_-{}$".contains(&byte));
    }
    let template = host.contains("{{") || host.starts_with('<') || host.contains("$(") || host.contains("%(");
    let odd =
        |character: char| "()[]\\^|\"'`!,".contains(character) || character.is_whitespace() || character.is_control();
    let wildcard = host.contains(['*', '+']) && host.len() > 1;
    let dots_only = !host.is_empty() && host.bytes().all(|byte| byte == b'.');
    template || !(host.contains(odd) || wildcard || dots_only || host.ends_with('$'))
}

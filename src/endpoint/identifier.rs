//! URLs that name something and are never dialled: namespaces, licences, schemas.

use super::protocols::Protocols;
use super::{NameHint, Zone};

/// What is asked of a URL.
pub(super) struct Candidate<'a> {
    /// Lower case.
    pub(super) host: &'a str,
    pub(super) zone: Zone,
    /// With its query and fragment.
    pub(super) path: &'a str,
    /// There are a port, credentials or a query: then no shape makes it an identifier.
    pub(super) dressed: bool,
    pub(super) name: NameHint,
}

pub(super) fn is_identifier(protocols: &Protocols, candidate: &Candidate<'_>) -> bool {
    if candidate.name == NameHint::Identifier {
        return true;
    }
    if is_listed(protocols, candidate) || is_wildcard(candidate) {
        return true;
    }
    candidate.zone == Zone::Public
        && !candidate.dressed
        && (has_shape(protocols, candidate) && candidate.name != NameHint::Endpoint || is_member(candidate))
}

/// `http://units.corp.net/vocabulary#Volt` is a word of a vocabulary, whatever holds it: nobody sends a fragment. Pages
/// that find their way in the fragment have a path there.
fn is_member(candidate: &Candidate<'_>) -> bool {
    let Some((_, member)) = candidate.path.split_once('#') else { return false };
    !member.is_empty() && member.chars().all(|it| it.is_alphanumeric() || matches!(it, '-' | '_' | '.' | '\0'))
}

/// `http://media.corp.net/video/*` is a pattern that addresses are compared with.
fn is_wildcard(candidate: &Candidate<'_>) -> bool {
    candidate.path.contains('*') || (candidate.host.contains('*') && candidate.zone == Zone::Public)
}

/// By the list of host and path prefixes, which is sorted: the longest entry that is not after the candidate can only
/// be among its own prefixes, so each `/` and the end are looked up.
fn is_listed(protocols: &Protocols, candidate: &Candidate<'_>) -> bool {
    let host = candidate.host.strip_prefix("www.").unwrap_or(candidate.host);
    let prefixes = &protocols.identifiers.prefixes;
    let start = prefixes.partition_point(|prefix| prefix.as_str() < host);
    let rest = candidate.path.to_ascii_lowercase();
    prefixes[start..].iter().take_while(|prefix| prefix.starts_with(host)).any(|prefix| {
        let path = &prefix[host.len()..];
        path.is_empty() || (path.starts_with('/') && rest.starts_with(path))
    })
}

fn has_shape(protocols: &Protocols, candidate: &Candidate<'_>) -> bool {
    let known = &protocols.identifiers;
    let path = candidate.path.to_ascii_lowercase();
    known.host_starts.iter().any(|start| candidate.host.starts_with(start.as_str()))
        || known.path_ends.iter().any(|end| path.ends_with(end.as_str()))
        || known.path_contains.iter().any(|piece| path.contains(piece.as_str()))
}

//! Where a host is, by its name or address, in every spelling that a resolver takes.

use super::protocols::{Hosts, Protocols};
use super::{Host, Zone};
use compact_str::{CompactString, ToCompactString};
use percent_encoding::percent_decode_str;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What marks a host as written by a template language or a formatter, when no hole stands for it.
const TEMPLATE_MARKS: [&str; 7] = ["{", "${", "$(", "%s", "%v", "#{", "__"];

/// The zone of a host as written: with or without brackets, percent-encoded, in any case.
pub(super) fn zone_of_host(protocols: &Protocols, host: &str) -> Zone {
    let name = plain(host);
    if name.is_empty() {
        return Zone::Unspecified;
    }
    if is_path(&name) {
        return Zone::UnixSocket;
    }
    if is_template(&name) {
        return Zone::Templated;
    }
    match address(&name) {
        Some(address) => by_address(protocols, &name, address),
        None => by_name(protocols, &name),
    }
}

/// The host in `[scheme://][user@]host[:port][/path]`; a path of a socket stays whole.
pub(super) fn host_part(address: &str) -> &str {
    let address = address.trim();
    if is_path(address) {
        return address;
    }
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    let bare = bare.split('/').next().unwrap_or(bare);
    let bare = bare.rsplit('@').next().unwrap_or(bare);
    match bare.rsplit_once(':') {
        Some((host, _)) if host.ends_with(']') || !host.contains(':') => host,
        _ => bare,
    }
}

/// As [`zone_of_host`], for a URL with a path that may say that plain HTTP is meant.
pub(super) fn zone_of_url(protocols: &Protocols, host: &str, path: &str) -> Zone {
    with_path(protocols, zone_of_host(protocols, host), path)
}

/// The zone of a host, for a URL with such a path.
pub(super) fn with_path(protocols: &Protocols, zone: Zone, path: &str) -> Zone {
    let path = path.to_ascii_lowercase();
    let public = zone == Zone::Public;
    let by_path = |hosts: &&Hosts| {
        hosts.path_starts.iter().any(|start| path.starts_with(start.as_str()))
            || public && hosts.path_ends.iter().any(|end| path.ends_with(end.as_str()))
    };
    protocols.hosts.iter().find(by_path).map_or(zone, |hosts| hosts.zone)
}

/// Whether names that end with `text`, which begins with a dot, are in a zone for that.
pub(super) fn is_suffix(protocols: &Protocols, text: &str) -> bool {
    protocols.hosts.iter().any(|hosts| hosts.suffixes.iter().any(|suffix| suffix == text))
}

/// The host for people, and its zone.
pub(super) fn host(protocols: &Protocols, written: &str, path: &str) -> Host {
    Host { name: plain(written), zone: zone_of_url(protocols, written, path) }
}

/// `http://API_HOST/`: no name on the web is written so.
pub(super) fn is_blank(written: &str) -> bool {
    written.contains('_') && written.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// Lower case, decoded, without brackets, zone id and the root's dot.
pub(super) fn plain(host: &str) -> CompactString {
    let decoded = percent_decode_str(host.trim()).decode_utf8_lossy();
    let bare = decoded.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(&decoded);
    let bare = match bare.split_once('%') {
        Some((address, _)) if address.contains(':') => address,
        _ => bare,
    };
    let bare = if bare.len() > 1 { bare.strip_suffix('.').unwrap_or(bare) } else { bare };
    bare.to_lowercase().to_compact_string()
}

fn is_path(name: &str) -> bool {
    name.starts_with('/')
        || (name.starts_with('@') && name.len() > 1 && !name.ends_with('@'))
        || name.starts_with("unix:")
}

fn is_template(name: &str) -> bool {
    let wrapped = name.len() > 2 && ["%", "@"].iter().any(|mark| name.starts_with(mark) && name.ends_with(mark));
    wrapped || name.starts_with('$') || name.starts_with("%(") || TEMPLATE_MARKS.iter().any(|mark| name.contains(mark))
}

/// IPv4 in dotted, short, decimal, octal and hexadecimal form, IPv6 in all its forms.
pub(super) fn address(name: &str) -> Option<IpAddr> {
    if name.contains(':') {
        return name.parse::<Ipv6Addr>().ok().map(IpAddr::V6);
    }
    let last = name.rsplit('.').next()?;
    if !last.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    match url::Host::parse(name).ok()? {
        url::Host::Ipv4(address) => Some(IpAddr::V4(address)),
        url::Host::Ipv6(address) => Some(IpAddr::V6(address)),
        url::Host::Domain(_) => None,
    }
}

fn by_address(protocols: &Protocols, name: &str, address: IpAddr) -> Zone {
    let matches = |hosts: &&Hosts| {
        hosts.names.iter().any(|known| known == name) || hosts.networks.iter().any(|network| network.contains(address))
    };
    protocols.hosts.iter().find(matches).map_or(Zone::Public, |hosts| hosts.zone)
}

fn by_name(protocols: &Protocols, name: &str) -> Zone {
    if let Some(address) = embedded(protocols, name) {
        return by_address(protocols, name, address);
    }
    let matches = |hosts: &&Hosts| {
        hosts.names.iter().any(|known| known == name)
            || hosts
                .suffixes
                .iter()
                .any(|suffix| name.ends_with(suffix.as_str()) || name == &suffix[1..] && suffix[1..].contains('.'))
            || hosts.ends.iter().any(|end| name.ends_with(end.as_str()))
            || hosts.starts.iter().any(|start| name.starts_with(start.as_str()))
    };
    match protocols.hosts.iter().find(matches) {
        Some(hosts) => hosts.zone,
        None => by_last_label(protocols, name),
    }
}

/// A name under a top-level domain is public. `orders` and `orders.shop` are what a network of containers calls a service
/// (alone, and with its namespace); a longer name under no public domain is of somebody's own network.
fn by_last_label(protocols: &Protocols, name: &str) -> Zone {
    let Some((rest, last)) = name.rsplit_once('.') else { return Zone::Cluster };
    // A name that is not written in ASCII can only be one of the world.
    let public =
        !last.is_ascii() || protocols.public_domains.binary_search_by(|known| known.as_str().cmp(last)).is_ok();
    if public {
        return Zone::Public;
    }
    let labelled = |hosts: &&Hosts| name.split('.').any(|label| hosts.labels.iter().any(|known| known == label));
    match protocols.hosts.iter().find(labelled) {
        Some(hosts) => hosts.zone,
        None if rest.contains('.') => Zone::Private,
        None => Zone::Cluster,
    }
}

/// The address in `app.127.0.0.1.nip.io` and `app-127-0-0-1.sslip.io`.
fn embedded(protocols: &Protocols, name: &str) -> Option<IpAddr> {
    let rest =
        protocols.address_domains.iter().find_map(|domain| name.strip_suffix(domain.as_str())?.strip_suffix('.'))?;
    let numbers: Vec<&str> = rest.rsplit(['.', '-']).take(4).collect();
    let octets: Vec<u8> = numbers.iter().rev().map_while(|number| number.parse().ok()).collect();
    let octets: [u8; 4] = octets.try_into().ok()?;
    Some(IpAddr::V4(Ipv4Addr::from(octets)))
}

//! From a text to endpoints: which shape it has, what its parts are, and then the judgement.

use super::flat::Flat;
use super::identifier::{Candidate, is_identifier};
use super::judge::{Case, Insertion, Outcome, Said, SaidScheme, Value};
use super::protocols::{Driver, Protocol, Protocols, Scheme, folded};
use super::url::{HostPort, Parts};
use super::version::Choice;
use super::{
    Classified, Classifier, Credentials, Endpoint, Hints, Host, Judged, Made, NameHint, Open, Parameter, Switch, Zone,
    assemble, shapes, version, weight, zone,
};
use crate::grades::Confidence;
use crate::manifests::known::Versions;
use crate::source::{Place, Span};
use crate::text::{Part, Template};
use crate::versions::Ecosystem;
use std::ops::Range;
use std::sync::Arc;

/// The classifier over one set of data.
#[derive(Clone, Copy, Debug)]
pub struct Endpoints<'a> {
    pub(super) protocols: &'a Protocols,
    /// Of the drivers of the file that the text stands in.
    pub(super) versions: Option<&'a Versions>,
    /// Whose packages that file can use, where it is known.
    pub(super) ecosystem: Option<Ecosystem>,
}

/// One connection as a shape found it in a flat text.
pub(super) struct Found<'p> {
    pub(super) protocol: &'p Protocol,
    pub(super) scheme: Option<(&'p Scheme, Range<usize>)>,
    pub(super) driver: Option<&'p Driver>,
    pub(super) parts: Parts,
    pub(super) whole: Range<usize>,
    pub(super) shape: Shape,
}

/// How the text joins its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Url,
    Semicolons,
    Blanks,
    /// In brackets, or in no way that one could add to.
    Other,
}

impl<'a> Endpoints<'a> {
    pub fn new(protocols: &'a Protocols) -> Self {
        Self { protocols, versions: None, ecosystem: None }
    }

    /// The same for a file that is built with these versions.
    #[must_use]
    pub fn with(self, versions: &'a Versions) -> Self {
        Self { versions: Some(versions), ..self }
    }

    /// The same for a file that can use no other packages than these.
    #[must_use]
    pub fn of(self, ecosystem: Option<Ecosystem>) -> Self {
        Self { ecosystem, ..self }
    }

    /// Where a host is, as the program that names it sees it.
    pub fn zone_of_host(&self, host: &str) -> Zone {
        zone::zone_of_host(self.protocols, host)
    }

    /// As [`Self::zone_of_host`], of an address as calls take it: `[scheme://][user@]host[:port][/path]`.
    pub fn zone_of_address(&self, address: &str) -> Zone {
        zone::zone_of_host(self.protocols, zone::host_part(address))
    }

    /// What a switch of this name, or one that is compared with such a text, is about.
    pub fn switch(&self, name: &str) -> Option<Switch> {
        // A dot is the name of a machine only where one is asked for; `localhost:` is the beginning of an address.
        let host = name.strip_suffix(':').unwrap_or(name);
        let local = || host.len() > 1 && self.zone_of_host(host) == Zone::Loopback;
        self.protocols.switch(name).or_else(|| local().then_some(Switch::Local))
    }

    /// What the name of a variable or key says of a URL in it.
    pub fn name_says(&self, name: &str) -> NameHint {
        self.protocols.name_says(name)
    }

    /// The protocol that the hints name, by itself or by a driver of it.
    pub(super) fn hinted(&self, hints: &Hints<'_>) -> Option<(&'a Protocol, Option<&'a Scheme>)> {
        let by_driver = || self.protocols.driver(hints.driver?).map(|(protocol, _)| (protocol, None));
        hints.protocol.and_then(|name| self.protocols.protocol(name)).or_else(by_driver)
    }

    /// The endpoints of one connection: one for each of its hosts.
    pub(super) fn endpoints(&self, flat: &Flat<'_>, found: Found<'a>, hints: &Hints<'_>) -> Classified {
        let name = hints.name.map_or(NameHint::Neutral, |name| self.name_says(name));
        let mut found = found;
        self.hosts_of_parameters(flat, &mut found.parts);
        let said: Vec<Said> = found.parts.pairs.iter().map(|pair| pair.said(flat)).collect();
        let credentials = self.credentials(&found.parts);
        let shown = flat.shown(&found.whole, &self.masks(&found.parts));
        let place = flat.place(&found.whole);
        let driver = speaks_as(self.protocols, found.protocol, self.driver(hints, &found), &said);
        let mut endpoints = Vec::new();
        for at in found.parts.hosts.clone() {
            let Some(host) = self.host(flat, &found, &at) else {
                continue;
            };
            let topic = || flat.hole_in(&at.host).is_some_and(|hole| self.name_says(hole) == NameHint::Identifier);
            if !hints.dialled && (self.identifies(flat, &found, &host, &at, name) || topic()) {
                return Classified::Identifier;
            }
            let case = |driver| Case {
                protocol: found.protocol,
                driver,
                scheme: found.scheme.as_ref().map(|(scheme, range)| SaidScheme {
                    scheme,
                    written: Some(flat.slice(range.clone()).into()),
                    place: Some(flat.place(range)),
                    exact: flat.exact_place(range),
                    assumed: flat.assumed_in(range).map(Into::into),
                }),
                said: &said,
                hidden: found.parts.hidden || is_descriptor(flat, found.protocol, &at),
                port: at.port,
                whole: place,
                insertion: insertion(flat, &found),
            };
            let driver = Choice { protocol: found.protocol, driver, listening: hints.listening };
            let judgement = version::judged(&driver, self, |driver| case(driver).judge());
            let flaws = weight::flaws(&case(judgement.driver), self.protocols);
            let (transport, host) = finished(judgement.outcome, host, name);
            endpoints.push(Endpoint {
                protocol: found.protocol.id.clone(),
                host,
                port: at.port,
                credentials,
                transport,
                driver: judgement.driver.map(|driver| driver.id.clone()),
                version: judgement.version,
                flaws,
                place,
                shown: shown.clone(),
                open: None,
            });
        }
        if endpoints.is_empty() { Classified::Other } else { Classified::Endpoints(endpoints) }
    }

    fn driver(&self, hints: &Hints<'_>, found: &Found<'a>) -> Option<&'a Driver> {
        let keys = &self.protocols.keys.driver;
        let named = found.parts.pairs.iter().filter(|pair| keys.contains(&pair.key)).map(|pair| pair.value.as_str());
        let of_protocol = |name: &str| {
            let (protocol, driver) = self.protocols.driver(name)?;
            let speaks = protocol.id == found.protocol.id || found.protocol.other_drivers.contains(&driver.id);
            speaks.then_some(driver)
        };
        hints.driver.into_iter().chain(named).find_map(of_protocol).or(found.driver)
    }

    /// Hosts that stand in the parameters: `jdbc:sqlserver://;serverName=db`, `mysql:host=db`.
    fn hosts_of_parameters(&self, flat: &Flat<'_>, parts: &mut Parts) {
        let bare = parts.hosts.iter().all(|at| at.host.is_empty() && !at.has_port);
        if !bare {
            return;
        }
        let keys = &self.protocols.keys;
        let port =
            parts.pairs.iter().find(|pair| keys.port.contains(&pair.key)).and_then(|pair| pair.value.parse().ok());
        let hosts: Vec<HostPort> = parts
            .pairs
            .iter()
            .filter(|pair| keys.host.contains(&pair.key) && !pair.value.is_empty())
            .flat_map(|pair| shapes::server(&flat.text, pair.value_range.clone()))
            .map(|at| HostPort { port: at.port.or(port), ..at })
            .collect();
        if !hosts.is_empty() {
            parts.hosts = hosts;
        } else if parts.hosts.is_empty() {
            parts.hosts = vec![HostPort { host: 0..0, port, has_port: port.is_some() }];
        }
    }

    fn host(&self, flat: &Flat<'_>, found: &Found<'a>, at: &HostPort) -> Option<Host> {
        if at.host.is_empty() {
            let local =
                found.scheme.as_ref().is_some_and(|(scheme, _)| scheme.is == super::protocols::kinds::Verdict::Local);
            let zone = match found.protocol.without_host {
                _ if at.has_port => Zone::Unspecified,
                _ if local => Zone::Loopback,
                zone => zone?,
            };
            return Some(Host { name: "".into(), zone });
        }
        let path = if found.protocol.is_web() { flat.slice(found.parts.path.clone()) } else { "" };
        if flat.hole_in(&at.host).is_none() {
            let written = flat.slice(at.host.clone());
            let host = zone::host(self.protocols, written, path);
            let blank = found.protocol.is_web() && zone::is_blank(written);
            return Some(if blank { Host { zone: Zone::Reserved, ..host } } else { host });
        }
        let name = flat.shown(&at.host, &[]);
        let zone = zone::with_path(self.protocols, templated(self.protocols, flat, at), path);
        Some(Host { zone, name: name.into() })
    }

    fn identifies(&self, flat: &Flat<'_>, found: &Found<'a>, host: &Host, at: &HostPort, name: NameHint) -> bool {
        let parts = &found.parts;
        let candidate = Candidate {
            host: &host.name,
            zone: host.zone,
            path: flat.slice(parts.tail.clone()),
            dressed: at.has_port || parts.user.is_some() || parts.has_query,
            name,
        };
        found.protocol.is_web() && is_identifier(self.protocols, &candidate)
    }

    fn credentials(&self, parts: &Parts) -> Credentials {
        let keys = &self.protocols.keys;
        let says = |of: &[compact_str::CompactString]| {
            parts.pairs.iter().any(|pair| of.contains(&pair.key) && !pair.value_range.is_empty())
        };
        if parts.password.as_ref().is_some_and(|range| !range.is_empty()) || says(&keys.secret) {
            Credentials::Secret
        } else if parts.user.as_ref().is_some_and(|range| !range.is_empty()) || says(&keys.user) {
            Credentials::User
        } else {
            Credentials::None
        }
    }

    /// What must not be shown.
    fn masks(&self, parts: &Parts) -> Vec<Range<usize>> {
        let secrets = parts.pairs.iter().filter(|pair| self.protocols.keys.secret.contains(&pair.key));
        parts.password.iter().cloned().chain(secrets.map(|pair| pair.value_range.clone())).collect()
    }
}

/// A host with a hole: what is known of its ends, or the name of the hole, may still say where it is.
fn templated(protocols: &Protocols, flat: &Flat<'_>, at: &HostPort) -> Zone {
    let written = flat.slice(at.host.clone());
    let first = written.char_indices().find_map(|(offset, character)| {
        let start = at.host.start + offset;
        Some((offset, flat.hole_in(&(start..start + character.len_utf8()))?))
    });
    let (start, name) = first.map_or(("", ""), |(offset, name)| (&written[..offset], name));
    if start.ends_with(char::is_alphanumeric) {
        // What is added to the whole name of this machine is a port or a path: `http://localhost{path}`.
        let zone = zone::zone_of_host(protocols, start);
        let last = name.rsplit(['.', '_', '-']).next().unwrap_or_default().to_lowercase();
        if zone == Zone::Loopback || protocols.holes.behind.iter().any(|word| *word == last) {
            return zone;
        }
    }
    if start.is_empty() && protocols.is_beside(name) {
        return Zone::Cluster;
    }
    let hole = written.char_indices().rev().find(|(offset, character)| {
        let start = at.host.start + offset;
        flat.hole_in(&(start..start + character.len_utf8())).is_some()
    });
    let known = hole.map_or("", |(offset, character)| &written[offset + character.len_utf8()..]);
    let zone = known
        .strip_prefix('.')
        .filter(|rest| rest.contains('.') || zone::is_suffix(protocols, known))
        .map(|_| zone::zone_of_host(protocols, &format!("x{known}")));
    match zone {
        Some(zone @ (Zone::Cluster | Zone::Private | Zone::Reserved | Zone::ByDesign)) => zone,
        _ => Zone::Templated,
    }
}

/// The driver, or the one that a parameter puts in its place.
pub(super) fn speaks_as<'a>(
    protocols: &'a Protocols,
    protocol: &Protocol,
    driver: Option<&'a Driver>,
    said: &[Said],
) -> Option<&'a Driver> {
    let named = protocol.parameters.iter().filter(|rule| !rule.drivers.is_empty()).find_map(|rule| {
        said.iter().filter(|said| rule.keys.contains(&said.key)).find_map(|said| match &said.value {
            Value::Known(value) => rule.drivers.get(&folded(value)),
            Value::Hole(_) => None,
        })
    });
    named.and_then(|name| protocols.driver(name)).map_or(driver, |(_, driver)| Some(driver))
}

/// Whether all that stands for the host may be a whole descriptor, `(DESCRIPTION=(ADDRESS=(PROTOCOL=tcps)..`, that comes from
/// elsewhere.
fn is_descriptor(flat: &Flat<'_>, protocol: &Protocol, at: &HostPort) -> bool {
    let behind = flat.text.get(at.host.end..).unwrap_or_default();
    protocol.descriptor && flat.is_hole(&at.host) && !behind.starts_with(['/', ':'])
}

/// Where a parameter may be added, if the text is written in one piece there.
fn insertion(flat: &Flat<'_>, found: &Found<'_>) -> Option<Insertion> {
    let end = match found.shape {
        Shape::Url => found.parts.end,
        Shape::Semicolons | Shape::Blanks => found.whole.end,
        Shape::Other => return None,
    };
    let last = flat.exact_place(&(end.checked_sub(1)?..end))?;
    let at = last.span.end as usize;
    let written = flat.slice(found.whole.start..end);
    let jdbc = found.scheme.as_ref().is_some_and(|(scheme, _)| scheme.name.contains(':'));
    let joiner = found.protocol.joined_by.as_deref().filter(|_| jdbc).unwrap_or("?");
    let before = match found.shape {
        Shape::Blanks => " ",
        Shape::Semicolons if written.ends_with(';') => "",
        Shape::Semicolons => ";",
        _ if written.ends_with(['?', '&', ';']) => "",
        _ if !found.parts.has_query => joiner,
        _ if joiner == "?" => "&",
        _ => ";",
    };
    // Db2 ends each parameter with a semicolon.
    let after = if joiner == ":" && found.shape == Shape::Url { ";" } else { "" };
    Some(Insertion { place: Place { file: last.file, span: Span::new(at, at) }, before: before.into(), after })
}

/// The judgement as the host and the name of the variable leave it.
pub(super) fn finished(outcome: Outcome, host: Host, name: NameHint) -> (Judged, Host) {
    let mut judged = match outcome {
        Outcome::Judged(judged) => judged,
        Outcome::Local => {
            let zone = if host.zone == Zone::UnixSocket { Zone::UnixSocket } else { Zone::Loopback };
            return (Judged::Unknown { why: "it never leaves the machine".into() }, Host { zone, ..host });
        }
    };
    let most = match (name, host.zone) {
        (NameHint::Document, _) => Confidence::Low,
        (_, Zone::Templated) => Confidence::Medium,
        _ => Confidence::High,
    };
    if let Judged::Known { decided_by, .. } = &mut judged {
        decided_by.confidence = decided_by.confidence.min(most);
    }
    (judged, host)
}

impl Classifier for Endpoints<'_> {
    fn classify(&self, text: &Template, hints: &Hints<'_>) -> Classified {
        let hinted = hints.protocol.is_some() || hints.driver.is_some();
        if !(hinted || may_be_endpoint(text, 0)) {
            return Classified::Other;
        }
        let unwrapped = text.unwrapped();
        let Some(flat) = Flat::of(unwrapped.as_ref().unwrap_or(text)) else { return Classified::Other };
        let mut classified = self.text(&flat, hints);
        if let Classified::Endpoints(all) = &mut classified {
            let holes = text.has_holes();
            let mut open = None;
            for endpoint in all.iter_mut().filter(|endpoint| endpoint.is_open(holes)) {
                let made = || Open::of(Made::OfText, text, None, &[]);
                endpoint.open = Some(Arc::clone(open.get_or_insert_with(made)));
            }
        }
        classified
    }

    fn assemble(
        &self,
        hints: &Hints<'_>,
        host: Option<&Template>,
        port: Option<u16>,
        parameters: &[Parameter],
        place: Place,
    ) -> Option<Endpoint> {
        let mut endpoint = assemble::assemble(self, hints, host, port, parameters, place)?;
        let holes = |host: &Template| host.has_holes() || parameters.iter().any(|one| one.value.has_holes());
        let open = host.filter(|host| endpoint.is_open(holes(host)));
        endpoint.open = open.map(|host| Open::of(Made::OfParts, host, port, parameters));
        Some(endpoint)
    }
}

/// Every shape has a colon, an equals sign or `)/`; most texts of a program have none.
fn may_be_endpoint(text: &Template, depth: usize) -> bool {
    text.parts.iter().any(|part| match part {
        Part::Literal { text, .. } => memchr::memchr2(b':', b'=', text.as_bytes()).is_some() || text.contains(")/"),
        Part::Hole { default: Some(default), .. } => depth < 4 && may_be_endpoint(default, depth + 1),
        Part::Hole { .. } => false,
    })
}

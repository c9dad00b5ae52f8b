//! From sightings and deployments to connections.

use super::deployments::Deployments;
use super::homes::Homes;
use super::system::System;
use super::variables;
use super::{Component, Connection, Map, Peer, Reason, Sensitive, Verdict};
use crate::endpoint::Credentials;
use crate::knowledge::Knowledge;
use crate::report::{Context, Direction, Sighting, Sources};
use crate::source::Place;
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What the map is made from.
pub struct Input<'a> {
    pub knowledge: &'a Knowledge,
    pub sources: &'a Sources,
    pub sightings: &'a [Sighting],
    pub homes: &'a Homes,
    pub deployments: &'a Deployments,
    /// Whether what only tests speak of belongs to the map.
    pub tests: bool,
}

/// Makes the map of a run.
pub fn build(input: &Input<'_>) -> Map {
    let system = System::new(input.knowledge, input.deployments, input.sources, input.homes);
    let mut drafts = Vec::new();
    let seen = |sighting: &&Sighting| input.tests || sighting.context != Context::Test;
    for sighting in input.sightings.iter().filter(seen) {
        for component in system.owners(sighting.place) {
            let connection = connection(sighting, &component, &system);
            drafts.push((component, connection, sighting.assumed));
        }
    }
    let mut known: FxHashMap<_, Vec<Place>> = FxHashMap::default();
    for sighting in input.sightings {
        known.entry(sighting.place.file).or_default().push(sighting.place);
    }
    let is_known = |place: Place| {
        let meets = |other: &Place| other.span.start < place.span.end && place.span.start < other.span.end;
        known.get(&place.file).is_some_and(|places| places.iter().any(meets))
    };
    let named = variables::connections(input.knowledge, &system, &is_known);
    drafts.extend(named.into_iter().map(|(component, connection)| (component, connection, true)));
    joined(input.knowledge, &system, drafts)
}

/// What makes two drafts one connection.
type Key = (CompactString, Direction, CompactString, CompactString, Option<u16>);

/// A connection, and whether its verdict only follows from a default.
type Draft = (Connection, bool);

fn joined(knowledge: &Knowledge, system: &System<'_>, drafts: Vec<(Component, Connection, bool)>) -> Map {
    let mut groups: BTreeMap<Key, Draft> = BTreeMap::new();
    let mut components = BTreeSet::new();
    for (component, connection, assumed) in drafts {
        // Its own name is in the environment of a store, for those who read the same variables.
        if connection.direction == Direction::Out && connection.peer.component.as_ref() == Some(&connection.component) {
            continue;
        }
        components.insert(component);
        let key = key(knowledge, &connection);
        match groups.remove(&key) {
            Some(draft) => _ = groups.insert(key, join(draft, (connection, assumed))),
            None => _ = groups.insert(key, (connection, assumed)),
        }
    }
    let mut connections: Vec<Connection> = groups.into_values().map(|(connection, _)| connection).collect();
    connections.sort_by(|a, b| (&a.component, a.verdict).cmp(&(&b.component, b.verdict)));
    let peers: BTreeSet<&CompactString> =
        connections.iter().filter_map(|connection| connection.peer.component.as_ref()).collect();
    let answers = system.all().map(|(component, _)| component).filter(|component| peers.contains(&component.name));
    components.extend(answers.cloned());
    // The same component may be named by several files.
    let mut components: Vec<Component> = components.into_iter().collect();
    components.dedup_by(|a, b| a.name == b.name);
    Map { components, connections }
}

fn key(knowledge: &Knowledge, connection: &Connection) -> Key {
    let peer = &connection.peer;
    let who = peer.component.as_ref().unwrap_or(&peer.host);
    let port = peer.port.or_else(|| knowledge.protocols.default_port(&connection.protocol));
    (connection.component.clone(), connection.direction, connection.protocol.clone(), who.clone(), port)
}

fn connection(sighting: &Sighting, component: &Component, system: &System<'_>) -> Connection {
    let (mut host, mut port, mut zone) = (sighting.host.clone(), sighting.port, sighting.zone);
    let mut places = vec![sighting.place];
    let mut unset = None;
    if let Some(name) = hole(&sighting.host).filter(|_| sighting.direction == Direction::Out) {
        match system.variable(&component.name, name) {
            Some((workload, variable)) => {
                places.push(variable.place);
                if let Some((name, own)) = system.text(workload, &variable.value).as_deref().and_then(authority) {
                    host = name.to_lowercase().into();
                    port = own.or(port);
                    zone = system.zone(&host);
                }
            }
            None => unset = Some(name),
        }
    }
    let verdict = Verdict::of(sighting.transport);
    let text = match unset {
        Some(name) if verdict == Verdict::Unknown => {
            format!("the address comes from `{name}`, which nothing in the repository sets")
        }
        _ => sighting.reason.clone(),
    };
    let peer = match sighting.direction {
        Direction::Out => system.peer(&host, &component.name).map(|(peer, _)| peer.name.clone()),
        Direction::Listen => None,
    };
    Connection {
        component: component.name.clone(),
        direction: sighting.direction,
        purpose: sighting.purpose.clone(),
        protocol: sighting.protocol.clone(),
        peer: Peer { host, zone, port, component: peer },
        driver: sighting.driver.clone(),
        version: sighting.version.clone(),
        verdict,
        decided_by: Reason { text, place: sighting.decided_by },
        otherwise: Vec::new(),
        credentials: sighting.credentials,
        sensitive: sensitive(sighting),
        places,
        context: sighting.context,
    }
}

/// What the places that speak of a connection show to pass over it.
fn sensitive(sighting: &Sighting) -> Vec<Sensitive> {
    let secret = sighting.credentials == Credentials::Secret;
    let kind = CompactString::from("credentials");
    secret.then(|| Sensitive { word: kind.clone(), kind, place: sighting.place }).into_iter().collect()
}

/// The name of the one hole that a host is.
fn hole(host: &str) -> Option<&str> {
    host.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains('$'))
}

/// Host and port of a URL or an address.
fn authority(text: &str) -> Option<(&str, Option<u16>)> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#', ',']).next()?;
    let rest = rest.rsplit('@').next()?;
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, port.parse().ok()),
        _ => (rest, None),
    };
    (!host.is_empty()).then_some((host, port))
}

/// What another place says of the same connection. What is written beats a default, and the worse verdict a better one;
/// what does not hold is kept beside it.
fn join((mut one, assumed): Draft, (mut other, other_assumed): Draft) -> Draft {
    let rank =
        |connection: &Connection, assumed: bool| (connection.verdict == Verdict::Unknown, assumed, connection.verdict);
    let mut assumed = assumed;
    if rank(&other, other_assumed) < rank(&one, assumed) {
        std::mem::swap(&mut one.verdict, &mut other.verdict);
        std::mem::swap(&mut one.decided_by, &mut other.decided_by);
        std::mem::swap(&mut one.peer, &mut other.peer);
        assumed = other_assumed;
    }
    let told = |verdict: Verdict| one.otherwise.iter().any(|(known, _)| *known == verdict);
    if other.verdict != one.verdict && other.verdict != Verdict::Unknown && !told(other.verdict) {
        one.otherwise.push((other.verdict, other.decided_by));
    }
    one.peer.port = one.peer.port.or(other.peer.port);
    one.driver = one.driver.take().or(other.driver);
    one.credentials = one.credentials.max(other.credentials);
    one.context = one.context.min(other.context);
    for seen in other.sensitive {
        if !one.sensitive.contains(&seen) {
            one.sensitive.push(seen);
        }
    }
    for place in other.places {
        if !one.places.contains(&place) {
            one.places.push(place);
        }
    }
    (one, assumed)
}

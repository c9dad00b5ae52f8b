//! From sightings and deployments to connections.

use super::clients::{Clients, is_client, waits};
use super::deployments::Deployments;
use super::homes::Homes;
use super::system::System;
use super::{Component, Connection, Map, Named, Reason, Verdict};
use super::{columns, layers, seen, variables};
use crate::knowledge::Knowledge;
use crate::paths::Base;
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
    /// From where paths are seen.
    pub base: &'a Base,
    /// Components that the configuration of barewire names.
    pub named: &'a [Named],
    /// Whether what only tests speak of belongs to the map.
    pub tests: bool,
}

/// Makes the map of a run.
pub fn build(input: &Input<'_>) -> Map {
    let system = System::new(input);
    let mut drafts: Vec<(Component, Connection, bool)> = Vec::new();
    let seen = |sighting: &&Sighting| {
        // What holds signs of a pattern is no host that one could connect to.
        let pattern = sighting.direction == Direction::Out && is_pattern(&sighting.host);
        !pattern && (input.tests || sighting.context != Context::Test)
    };
    let mut owned: Vec<(&Sighting, BTreeSet<Component>)> =
        input.sightings.iter().filter(seen).map(|sighting| (sighting, system.owners(sighting.place))).collect();
    layers::drop_replaced(&mut owned, &system);
    let clients = Clients::of(&owned);
    // Clients without an address that an address was found for.
    let mut met: BTreeSet<(CompactString, CompactString)> = BTreeSet::new();
    for (sighting, owners) in owned.iter().filter(|(sighting, _)| !is_client(sighting)) {
        for component in owners {
            let speaking = clients.speaking(&component.name, &sighting.protocol);
            let speaking = if waits(sighting) { speaking } else { &[] };
            if !speaking.is_empty() {
                met.insert((component.name.clone(), sighting.protocol.clone()));
            }
            let seen = seen::connections(sighting, component, &system, speaking);
            drafts.extend(seen.into_iter().map(|(connection, assumed)| (component.clone(), connection, assumed)));
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
    let mut listens = variables::Listens::default();
    for (_, connection, _) in &drafts {
        listens.add(connection);
    }
    let named = variables::connections(input.knowledge, &system, &listens, &clients, &is_known);
    for (_, connection) in named.iter().filter(|(_, connection)| connection.driver.is_some()) {
        met.insert((connection.component.clone(), connection.protocol.clone()));
    }
    drafts.extend(named.into_iter().map(|(component, connection)| (component, connection, true)));
    let addressed: BTreeSet<_> = drafts.iter().filter_map(|(_, connection, _)| driven(connection)).collect();
    for (sighting, owners) in owned.iter().filter(|(sighting, _)| is_client(sighting)) {
        let alone = |owner: &&Component| {
            let speaks = (owner.name.clone(), sighting.protocol.clone());
            let driver = sighting.driver.clone().unwrap_or_default();
            !met.contains(&speaks) && !addressed.contains(&(speaks.0, speaks.1, driver))
        };
        for component in owners.iter().filter(alone) {
            let seen = seen::connections(sighting, component, &system, &[]);
            drafts.extend(seen.into_iter().map(|(connection, assumed)| (component.clone(), connection, assumed)));
        }
    }
    let mut map = joined(input.knowledge, &system, drafts);
    columns::note(&input.knowledge.map, &system, input.sources, &mut map.connections);
    map
}

/// Who speaks what through which driver.
fn driven(connection: &Connection) -> Option<(CompactString, CompactString, CompactString)> {
    let driver = connection.driver.clone().filter(|_| connection.direction == Direction::Out)?;
    Some((connection.component.clone(), connection.protocol.clone(), driver))
}

/// `*.acme.com`, `{}`: text that stands for many hosts, holes aside.
fn is_pattern(host: &str) -> bool {
    let mut rest = host.to_owned();
    while let Some(start) = rest.find("${") {
        let end = rest[start..].find('}').map_or(rest.len(), |end| start + end + 1);
        rest.replace_range(start..end, "");
    }
    rest.contains(['*', '{', '}', '<', '>', '%', '|'])
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
    let connections = with_ports(knowledge, groups).into_iter().map(|(connection, _)| connection).collect();
    let mut connections = layers::without_defaults(told_apart(connections), system);
    for connection in &mut connections {
        plain(connection, system);
    }
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

/// What is encrypted if the peer offers it is plain where the peer does not.
fn plain(connection: &mut Connection, system: &System<'_>) {
    let Some(peer) = connection.peer.component.as_ref().filter(|_| connection.verdict == Verdict::Opportunistic) else {
        return;
    };
    let images = system.workloads(peer).filter_map(|workload| workload.image.as_ref());
    if let Some(image) = images.filter(|image| system.knowledge.is_plain(image)).min() {
        let text = format!("`{image}` offers no encryption");
        let reason = Reason { text, place: connection.decided_by.place };
        let before = std::mem::replace(&mut connection.decided_by, reason);
        connection.otherwise.push((connection.verdict, before));
        connection.verdict = Verdict::Cleartext;
    }
}

/// A place that names the peer alone speaks of the connection to it whose port another place tells, if there is one such.
fn with_ports(knowledge: &Knowledge, groups: BTreeMap<Key, Draft>) -> Vec<Draft> {
    let portless = |(one, _): &Draft| one.peer.port.is_none() && one.peer.component.is_some();
    let (bare, mut told): (Vec<Draft>, Vec<Draft>) = groups.into_values().partition(portless);
    for draft in bare {
        let same = |(other, _): &Draft| {
            let wire = |one: &Connection| (one.component.clone(), one.direction, one.protocol.clone());
            wire(other) == wire(&draft.0) && other.peer.component == draft.0.peer.component && other.peer.port.is_some()
        };
        let mut all = (0..told.len()).filter(|index| same(&told[*index]));
        match (all.next(), all.next()) {
            (Some(index), None) => {
                let known = told.remove(index);
                let port = known.0.peer.port;
                let mut whole = join(known, draft);
                whole.0.peer.port = port;
                told.insert(index, whole);
            }
            _ => told.push(draft),
        }
    }
    told.sort_by_cached_key(|(one, _)| key(knowledge, one));
    told
}

/// Without those of which nothing is known but the peer, where the component has another one to that peer: they are places
/// that speak of it.
fn told_apart(connections: Vec<Connection>) -> Vec<Connection> {
    let (bare, mut told): (Vec<Connection>, Vec<Connection>) =
        connections.into_iter().partition(|one| one.protocol == variables::UNTOLD && one.verdict == Verdict::Unknown);
    for one in bare {
        let same = |other: &&mut Connection| {
            let ports = (one.peer.port, other.peer.port);
            other.component == one.component
                && other.direction == one.direction
                && other.peer.component.is_some()
                && other.peer.component == one.peer.component
                && (ports.0.is_none() || ports.1.is_none() || ports.0 == ports.1)
        };
        match told.iter_mut().find(same) {
            Some(other) => {
                other.peer.port = other.peer.port.or(one.peer.port);
                other.places.extend(one.places);
            }
            None => told.push(one),
        }
    }
    told
}

/// What another place says of the same connection. What is written beats a default, and the worse verdict a better one;
/// what does not hold is kept beside it.
fn join((mut one, assumed): Draft, (mut other, other_assumed): Draft) -> Draft {
    // A default of a driver that is known is worth more than that of any.
    let rank = |connection: &Connection, assumed: bool| {
        let nobody = assumed && connection.driver.is_none();
        (connection.verdict == Verdict::Unknown, assumed, nobody, connection.verdict)
    };
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

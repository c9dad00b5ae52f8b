//! Connections that variables of a deployment name without a URL: `REDIS_ADDR: cache:6379`, `DB_HOST: db`.

use super::clients::{Client, Clients};
use super::deployments::Deployments;
use super::system::System;
use super::workload::{Variable, Workload};
use super::{Component, Connection, Peer, Reason, Verdict};
use crate::endpoint::protocols::words;
use crate::endpoint::{Classifier, Credentials, Endpoint, Hints, Judged, Zone};
use crate::knowledge::Knowledge;
use crate::report::{Context, Direction};
use crate::source::Place;
use crate::text::Template;
use compact_str::CompactString;
use std::collections::BTreeMap;

/// What is spoken where nothing tells it.
pub(super) const UNTOLD: &str = "tcp";

/// The connections that the environments of workloads name and that are not `known` by their places already.
pub(super) fn connections(
    knowledge: &Knowledge,
    system: &System<'_>,
    listens: &Listens,
    clients: &Clients,
    known: &dyn Fn(Place) -> bool,
) -> Vec<(Component, Connection)> {
    let mut found = Vec::new();
    for (component, workload) in system.all() {
        for variable in workload.environment.iter().filter(|variable| !known(variable.place)) {
            let Some(text) = system.text(workload, &variable.value) else { continue };
            for (host, port) in text.split(',').filter_map(address) {
                let Some((peer, answers)) = system.peer(host, &component.name) else { continue };
                if peer.name == component.name || !is_address(system, variable, port) {
                    continue;
                }
                let mut ports = match port {
                    Some(port) => vec![(Some(port), variable)],
                    None => ports_beside(system, workload, variable),
                };
                if ports.is_empty() {
                    ports.push((None, variable));
                }
                for (port, tells) in ports {
                    let said = protocol(system, (peer, answers), [variable, tells], port, listens);
                    let speaking = said.map(|said| clients.speaking(&component.name, &said.into()));
                    let client = match speaking {
                        Some([client]) => Some(client),
                        _ => None,
                    };
                    let mut one = connection(knowledge, component, (host, port, peer), (said, client), variable);
                    one.places.extend(Some(tells.place).filter(|place| *place != variable.place));
                    found.push((component.clone(), one));
                }
            }
        }
    }
    found
}

/// `host` or `host:port`, without a scheme or path.
fn address(text: &str) -> Option<(&str, Option<u16>)> {
    let text = text.trim();
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port.parse().ok()?)),
        None => (text, None),
    };
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    (!host.is_empty() && host.chars().all(good)).then_some((host, port))
}

/// Whether a variable that holds the name of a workload means its address, and not a user or database of that name.
fn is_address(system: &System<'_>, variable: &Variable, port: Option<u16>) -> bool {
    let words = words(&variable.name);
    let named = words.last().is_some_and(|last| system.knowledge.address_words.contains(last));
    named || port.is_some()
}

/// `DB_PORT` beside `DB_HOST`, or the ports that tell themselves apart: `JAEGER_UI_PORT`, `JAEGER_PORT_GRPC`.
fn ports_beside<'a>(
    system: &System<'_>,
    workload: &'a Workload,
    variable: &'a Variable,
) -> Vec<(Option<u16>, &'a Variable)> {
    let front = words(&variable.name);
    let front = &front[..front.len().saturating_sub(1)];
    let is_port = |other: &&Variable| {
        let all = words(&other.name);
        let rest = all.strip_prefix(front).filter(|_| !front.is_empty());
        rest.is_some_and(|rest| rest.len() <= 2 && rest.iter().any(|word| word == "port"))
    };
    // `FLAG_UI_PORT` beside `FLAG_UI_HOST` is not that of `FLAG_HOST`.
    let last = words(&variable.name).pop().unwrap_or_default();
    let has_host = |other: &&Variable| {
        let all = words(&other.name);
        let own = all.iter().map(|word| if word == "port" { last.clone() } else { word.clone() });
        let own: Vec<CompactString> = own.collect();
        workload.environment.iter().any(|host| host.name != variable.name && words(&host.name) == own)
    };
    let number = |other: &Variable| system.text(workload, &other.value)?.parse().ok();
    let found = workload.environment.iter().filter(is_port).filter(|other| !has_host(other));
    found.filter_map(|other| Some((Some(number(other)?), other))).collect()
}

/// The port in the variable beside the one that holds the host, where there is one.
pub(super) fn port_beside(system: &System<'_>, workload: &Workload, variable: &Variable) -> Option<u16> {
    match ports_beside(system, workload, variable).as_slice() {
        [(port, _)] => *port,
        _ => None,
    }
}

/// The image that answers tells it best, then what is heard of its side, the name of the variable, the number of the port,
/// and what such variables mostly hold.
fn protocol<'a>(
    system: &System<'a>,
    answers: (&Component, &'a Workload),
    names: [&Variable; 2],
    port: Option<u16>,
    listens: &'a Listens,
) -> Option<&'a str> {
    let data = system.knowledge;
    let (peer, workload) = answers;
    let reached = system.deployments.reached.iter().filter(|reached| Deployments::reaches(reached, workload));
    let by_port_name = || {
        let mut names = reached.flat_map(|reached| &reached.port_names);
        names.find_map(|name| words(name).first().and_then(|word| data.port_names.get(word)))
    };
    let own = || system.workloads(&peer.name);
    let by_image = own().find_map(|workload| data.image(workload.image.as_deref()?));
    let by_probe = || own().find_map(|workload| workload.probed.as_deref());
    let by_name = || names.iter().rev().find_map(|variable| data.spoken(&words(&variable.name)));
    let by_port = || port.and_then(|port| data.ports.get(&port)).map(CompactString::as_str);
    let mostly = || data.mostly_spoken(&words(&names[0].name)).filter(|_| port.is_some());
    by_image
        .or_else(|| by_port_name().map(CompactString::as_str))
        .or_else(|| listens.protocol(&peer.name, port))
        .or_else(by_probe)
        .or_else(by_name)
        .or_else(by_port)
        .or_else(mostly)
}

/// What components are seen to listen for.
#[derive(Debug, Default)]
pub(super) struct Listens(BTreeMap<CompactString, Vec<(CompactString, Option<u16>)>>);

impl Listens {
    /// A connection that a component accepts, or that it opens to itself: what it asks to see whether it lives.
    pub(super) fn add(&mut self, connection: &Connection) {
        let own = connection.direction == Direction::Out && connection.peer.zone == Zone::Loopback;
        if connection.direction != Direction::Listen && (!own || connection.peer.port.is_none()) {
            return;
        }
        let heard = (connection.protocol.clone(), connection.peer.port);
        self.0.entry(connection.component.clone()).or_default().push(heard);
    }

    /// What is spoken at a port; any of a component that speaks one language alone.
    fn protocol(&self, component: &CompactString, port: Option<u16>) -> Option<&str> {
        let all = self.0.get(component)?;
        let at_port = all.iter().find(|(_, own)| own.is_some() && *own == port);
        let (first, _) = all.first()?;
        let alone = all.iter().all(|(protocol, own)| protocol == first && (own.is_none() || port.is_none()));
        at_port.map(|(protocol, _)| protocol).or(Some(first).filter(|_| alone)).map(CompactString::as_str)
    }
}

fn connection(
    knowledge: &Knowledge,
    component: &Component,
    (host, port, peer): (&str, Option<u16>, &Component),
    (protocol, client): (Option<&str>, Option<&Client>),
    variable: &Variable,
) -> Connection {
    let endpoints = knowledge.endpoints();
    let driver = client.map(|client| client.driver.as_str());
    let hints = Hints { protocol, driver, dialled: true, ..Hints::default() };
    let name = Template::literal(host, variable.place);
    let endpoint = protocol.and_then(|_| endpoints.assemble(&hints, Some(&name), port, &[], variable.place));
    let (verdict, text) = verdict(endpoint.as_ref(), &variable.name);
    let protocol = endpoint.as_ref().map_or(UNTOLD.into(), |endpoint| endpoint.protocol.clone());
    Connection {
        component: component.name.clone(),
        direction: Direction::Out,
        purpose: knowledge.protocols.purpose(&protocol).into(),
        peer: Peer {
            host: host.to_lowercase().into(),
            zone: endpoints.zone_of_host(host),
            port: port.or_else(|| knowledge.protocols.default_port(&protocol)),
            component: Some(peer.name.clone()),
        },
        protocol,
        driver: driver.map(CompactString::from),
        version: client.and_then(|client| client.version.clone()),
        verdict,
        decided_by: Reason { text, place: Some(variable.place) },
        otherwise: Vec::new(),
        credentials: Credentials::None,
        sensitive: Vec::new(),
        places: std::iter::once(variable.place)
            .chain(client.into_iter().flat_map(|client| client.places.iter().copied()))
            .collect(),
        context: Context::Production,
    }
}

fn verdict(endpoint: Option<&Endpoint>, name: &str) -> (Verdict, String) {
    match endpoint.map(|endpoint| &endpoint.transport) {
        Some(Judged::Known { transport, decided_by }) => (Verdict::of(Some(*transport)), decided_by.reason.clone()),
        Some(Judged::Unknown { why }) => (Verdict::Unknown, why.to_string()),
        None => (Verdict::Unknown, format!("`{name}` names the peer, and nothing says what is spoken")),
    }
}

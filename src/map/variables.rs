//! Connections that variables of a deployment name without a URL: `REDIS_ADDR: cache:6379`, `DB_HOST: db`.

use super::deployments::{Deployments, Variable, Workload};
use super::system::System;
use super::{Component, Connection, Peer, Reason, Verdict};
use crate::endpoint::protocols::words;
use crate::endpoint::{Classifier, Credentials, Endpoint, Hints, Judged};
use crate::knowledge::Knowledge;
use crate::report::{Context, Direction};
use crate::source::Place;
use crate::text::Template;

/// The connections that the environments of workloads name and that are not `known` by their places already.
pub(super) fn connections(
    knowledge: &Knowledge,
    system: &System<'_>,
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
                let port = port.or_else(|| port_beside(system, workload, variable));
                let said = protocol(system, answers, variable, port);
                let peer = (host, port, peer);
                found.push((component.clone(), connection(knowledge, component, peer, said, variable)));
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

/// `DB_PORT` beside `DB_HOST`.
fn port_beside(system: &System<'_>, workload: &Workload, variable: &Variable) -> Option<u16> {
    let (front, _) = variable.name.rsplit_once(['_', '.'])?;
    let beside = workload.environment.iter().find(|other| {
        let rest = other.name.strip_prefix(front).and_then(|rest| rest.strip_prefix(['_', '.']));
        rest.is_some_and(|rest| rest.eq_ignore_ascii_case("port"))
    })?;
    system.text(workload, &beside.value)?.parse().ok()
}

/// The image that answers tells it best, then the name of its port, of the variable, and the number of the port.
fn protocol<'a>(system: &System<'a>, answers: &Workload, variable: &Variable, port: Option<u16>) -> Option<&'a str> {
    let data = system.knowledge;
    let reached = system.deployments.reached.iter().filter(|reached| Deployments::reaches(reached, answers));
    let by_port_name = || {
        let mut names = reached.flat_map(|reached| &reached.port_names);
        names.find_map(|name| words(name).first().and_then(|word| data.port_names.get(word)))
    };
    let by_name = || data.spoken(&words(&variable.name));
    let by_port = || port.and_then(|port| data.ports.get(&port)).map(compact_str::CompactString::as_str);
    let by_image = answers.image.as_deref().and_then(|image| data.image(image));
    by_image.or_else(|| by_port_name().map(compact_str::CompactString::as_str)).or_else(by_name).or_else(by_port)
}

fn connection(
    knowledge: &Knowledge,
    component: &Component,
    (host, port, peer): (&str, Option<u16>, &Component),
    protocol: Option<&str>,
    variable: &Variable,
) -> Connection {
    let endpoints = knowledge.endpoints();
    let hints = Hints { protocol, dialled: true, ..Hints::default() };
    let name = Template::literal(host, variable.place);
    let endpoint = protocol.and_then(|_| endpoints.assemble(&hints, Some(&name), port, &[], variable.place));
    let (verdict, text) = verdict(endpoint.as_ref(), &variable.name);
    let protocol = endpoint.as_ref().map_or("tcp".into(), |endpoint| endpoint.protocol.clone());
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
        driver: None,
        version: None,
        verdict,
        decided_by: Reason { text, place: Some(variable.place) },
        otherwise: Vec::new(),
        credentials: Credentials::None,
        sensitive: Vec::new(),
        places: vec![variable.place],
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

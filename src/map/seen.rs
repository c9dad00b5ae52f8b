//! From a place that speaks of a connection to the connections that it is in a component: the holes of what it says are
//! filled with what the deployment knows, and the whole is judged anew.

use super::clients::Client;
use super::system::System;
use super::{Component, Connection, Peer, Reason, Sensitive, Verdict, variables};
use crate::endpoint::{
    Classified, Classifier, Credentials, Endpoint, EvidenceKind, Hints, Judged, Made, Open, Parameter,
};
use crate::report::{Context, Direction, Sighting};
use crate::source::Place;
use crate::text::{Part, Template};
use compact_str::CompactString;

/// The connections of a component that a place speaks of, and whether a default decides; `speaking` are the clients of the
/// component that may be who speaks there.
pub(super) fn connections(
    sighting: &Sighting,
    component: &Component,
    system: &System<'_>,
    speaking: &[Client],
) -> Vec<(Connection, bool)> {
    let mut used = Vec::new();
    let mut all = told(sighting, component, system, None, &mut used);
    if !speaking.is_empty() {
        all = speaking.iter().flat_map(|client| told(sighting, component, system, Some(client), &mut used)).collect();
    }
    all
}

fn told(
    sighting: &Sighting,
    component: &Component,
    system: &System<'_>,
    client: Option<&Client>,
    used: &mut Vec<Place>,
) -> Vec<(Connection, bool)> {
    let driver = client.map(|client| client.driver.as_str()).or(sighting.driver.as_deref());
    let open = sighting.open.as_deref();
    let endpoints = open.and_then(|open| anew(open, (sighting, driver), component, system, used));
    let mut all: Vec<(Connection, bool)> = match endpoints.as_deref() {
        None | Some([]) => vec![(as_written(sighting, component, system), sighting.assumed)],
        Some(endpoints) => {
            let of = |endpoint: &Endpoint| of_endpoint(endpoint, sighting, component, system, used);
            endpoints.iter().map(of).collect()
        }
    };
    for (connection, _) in &mut all {
        let Some(client) = client else { continue };
        connection.driver = Some(client.driver.clone());
        connection.version.clone_from(&client.version);
        connection.places.extend(&client.places);
        connection.sensitive.extend(client.carries.iter().cloned());
    }
    all
}

/// The endpoints of a text with its holes filled; `None` where nothing fills them.
fn anew(
    open: &Open,
    (sighting, driver): (&Sighting, Option<&str>),
    component: &Component,
    system: &System<'_>,
    used: &mut Vec<Place>,
) -> Option<Vec<Endpoint>> {
    let text = system.told(&component.name, sighting.place, &open.text, used);
    let fill = |parameter: &Parameter, used: &mut Vec<Place>| Parameter {
        value: system.told(&component.name, sighting.place, &parameter.value, used),
        ..parameter.clone()
    };
    let parameters: Vec<Parameter> = open.parameters.iter().map(|parameter| fill(parameter, used)).collect();
    if used.is_empty() && driver == sighting.driver.as_deref() {
        return None;
    }
    let hints = Hints {
        protocol: Some(&sighting.protocol),
        driver,
        listening: sighting.direction == Direction::Listen,
        dialled: true,
        ..Hints::default()
    };
    let port = open.port.or_else(|| port_beside(&open.text, component, system));
    let endpoints = system.endpoints();
    let of_text = || match endpoints.classify(&text, &hints) {
        Classified::Endpoints(all) => all,
        Classified::Identifier | Classified::Other => Vec::new(),
    };
    Some(match open.made {
        Made::OfText => of_text(),
        Made::OfParts => {
            endpoints.assemble(&hints, Some(&text), port, &parameters, sighting.place).into_iter().collect()
        }
        Made::Fixed => {
            let mut all = of_text();
            for endpoint in &mut all {
                endpoint.transport = said(sighting);
            }
            all
        }
    })
}

/// What was said of the protection where the place was judged.
fn said(sighting: &Sighting) -> Judged {
    match (sighting.transport, sighting.decided_by) {
        (Some(transport), Some(place)) => Judged::Known {
            transport,
            decided_by: crate::endpoint::Evidence {
                place,
                kind: if sighting.assumed { EvidenceKind::Default } else { EvidenceKind::Parameter },
                reason: sighting.reason.clone(),
                advice: String::new(),
                fix: None,
                confidence: crate::grades::Confidence::High,
                weight: 0,
            },
        },
        _ => Judged::Unknown { why: sighting.reason.as_str().into() },
    }
}

/// The port in the variable beside the one that holds the host.
fn port_beside(text: &Template, component: &Component, system: &System<'_>) -> Option<u16> {
    let [Part::Hole { name, .. }] = text.parts.as_slice() else { return None };
    let (workload, variable) = system.variable(&component.name, name)?;
    variables::port_beside(system, workload, variable)
}

fn of_endpoint(
    endpoint: &Endpoint,
    sighting: &Sighting,
    component: &Component,
    system: &System<'_>,
    used: &[Place],
) -> (Connection, bool) {
    let (verdict, decided_by, assumed) = match &endpoint.transport {
        Judged::Known { transport, decided_by } => {
            let reason = Reason { text: decided_by.reason.clone(), place: Some(decided_by.place) };
            (Verdict::of(Some(*transport)), reason, decided_by.kind == EvidenceKind::Default)
        }
        Judged::Unknown { why } => {
            let text = unset(&endpoint.host.name).unwrap_or_else(|| why.to_string());
            (Verdict::Unknown, Reason { text, place: None }, false)
        }
    };
    // The version of the driver was known where the place was judged.
    let same = assumed
        && sighting.assumed
        && endpoint.protocol == sighting.protocol
        && (endpoint.driver == sighting.driver || endpoint.driver.is_none());
    let before = Verdict::of(sighting.transport);
    let weaker = sighting.weakened && before < verdict && verdict != Verdict::Unknown;
    let (verdict, decided_by) = if same || weaker {
        (before, Reason { text: sighting.reason.clone(), place: sighting.decided_by })
    } else {
        (verdict, decided_by)
    };
    let mut connection = as_written(sighting, component, system);
    let peer = match sighting.direction {
        Direction::Out => system.peer(&endpoint.host.name, &component.name).map(|(peer, _)| peer.name.clone()),
        Direction::Listen => None,
    };
    let (host, zone) = (endpoint.host.name.clone(), endpoint.host.zone);
    connection.peer = Peer { host, zone, port: endpoint.port, component: peer };
    if connection.protocol != endpoint.protocol {
        connection.purpose = system.purpose(&endpoint.protocol);
        connection.protocol.clone_from(&endpoint.protocol);
    }
    connection.verdict = verdict;
    connection.decided_by = decided_by;
    connection.credentials = endpoint.credentials;
    connection.sensitive = sensitive(endpoint.credentials, sighting);
    connection.places.extend(used.iter().filter(|place| **place != sighting.place));
    (connection, assumed && !weaker)
}

fn as_written(sighting: &Sighting, component: &Component, system: &System<'_>) -> Connection {
    let verdict = Verdict::of(sighting.transport);
    let unset = unset(&sighting.host).filter(|_| verdict == Verdict::Unknown && sighting.direction == Direction::Out);
    let peer = match sighting.direction {
        Direction::Out => system.peer(&sighting.host, &component.name).map(|(peer, _)| peer.name.clone()),
        Direction::Listen => None,
    };
    Connection {
        component: component.name.clone(),
        direction: sighting.direction,
        purpose: sighting.purpose.clone(),
        protocol: sighting.protocol.clone(),
        peer: Peer { host: sighting.host.clone(), zone: sighting.zone, port: sighting.port, component: peer },
        driver: sighting.driver.clone(),
        version: sighting.version.clone(),
        verdict,
        decided_by: Reason { text: unset.unwrap_or_else(|| sighting.reason.clone()), place: sighting.decided_by },
        otherwise: Vec::new(),
        credentials: sighting.credentials,
        sensitive: sensitive(sighting.credentials, sighting),
        places: vec![sighting.place],
        context: if system.is_of_builders(sighting.place) && sighting.context == Context::Production {
            Context::Development
        } else {
            sighting.context
        },
    }
}

/// What is missing where a host is a variable.
fn unset(host: &str) -> Option<String> {
    let name = host.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains('$'))?;
    Some(format!("the address comes from `{name}`, which nothing in the repository sets"))
}

/// What the places that speak of a connection show to pass over it.
fn sensitive(credentials: Credentials, sighting: &Sighting) -> Vec<Sensitive> {
    let secret = credentials == Credentials::Secret;
    let kind = CompactString::from("credentials");
    let own = secret.then(|| Sensitive { word: kind.clone(), kind, place: sighting.place });
    own.into_iter().chain(sighting.carries.iter().cloned()).collect()
}

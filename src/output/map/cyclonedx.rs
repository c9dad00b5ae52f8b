//! The map as a `CycloneDX` 1.6 bill of materials: components are services, and so is each wire, below its component, with
//! its endpoint, what passes over it, and whether it leaves the trust boundary of the cluster.

use super::graph::peer;
use crate::endpoint::{Credentials, Zone};
use crate::map::document::{Connection, Document};
use crate::output::{Format, Look, escape};
use crate::report::{Direction, Report};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;

/// `barewire map --output-format cyclonedx`.
pub(super) struct CycloneDx;

/// What no IRI holds.
const NOT_IN_IRI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bom<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    bom_format: &'static str,
    spec_version: &'static str,
    version: u32,
    metadata: Metadata<'a>,
    services: Vec<Service<'a>>,
    dependencies: Vec<Dependency>,
}

#[derive(Serialize)]
struct Metadata<'a> {
    tools: Tools<'a>,
}

#[derive(Serialize)]
struct Tools<'a> {
    components: [Tool<'a>; 1],
}

#[derive(Serialize)]
struct Tool<'a> {
    r#type: &'static str,
    name: &'static str,
    version: &'a str,
}

#[derive(Serialize)]
struct Service<'a> {
    #[serde(rename = "bom-ref")]
    reference: String,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    endpoints: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticated: Option<bool>,
    #[serde(rename = "x-trust-boundary", skip_serializing_if = "Option::is_none")]
    boundary: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    data: Vec<Data<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    properties: Vec<Property>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    services: Vec<Service<'a>>,
}

#[derive(Serialize)]
struct Data<'a> {
    flow: &'static str,
    classification: &'a str,
}

#[derive(Serialize)]
struct Property {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Dependency {
    r#ref: String,
    #[serde(rename = "dependsOn")]
    depends_on: BTreeSet<String>,
}

impl Format for CycloneDx {
    fn name(&self) -> &'static str {
        "cyclonedx"
    }

    fn write(&self, report: &Report, look: &Look<'_>, to: &mut dyn io::Write) -> io::Result<()> {
        let map = Document::new(report, look.version);
        let numbered: Vec<(usize, &Connection)> = map.connections.iter().enumerate().collect();
        let own = |name: &str| -> Vec<(usize, &Connection)> {
            numbered.iter().filter(|(_, connection)| connection.component == name).copied().collect()
        };
        let names: Vec<&str> = map.components.iter().map(|component| component.name.as_str()).collect();
        let bom = Bom {
            schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
            bom_format: "CycloneDX",
            spec_version: "1.6",
            version: 1,
            metadata: Metadata {
                tools: Tools { components: [Tool { r#type: "application", name: "barewire", version: look.version }] },
            },
            services: names.iter().map(|name| component(name, &own(name))).collect(),
            dependencies: names.iter().map(|name| dependency(name, &names, &own(name))).collect(),
        };
        escape::write_json(&bom, to)
    }
}

fn component<'a>(name: &str, connections: &[(usize, &'a Connection)]) -> Service<'a> {
    let listens = connections.iter().filter(|(_, connection)| connection.direction == Direction::Listen);
    Service {
        reference: reference(name),
        name: name.to_owned(),
        endpoints: listens.map(|(_, connection)| endpoint(connection)).collect(),
        authenticated: None,
        boundary: None,
        data: Vec::new(),
        properties: Vec::new(),
        services: connections.iter().map(|(number, connection)| wire(*number, connection)).collect(),
    }
}

fn wire(number: usize, connection: &Connection) -> Service<'_> {
    let out = connection.direction == Direction::Out;
    let inside = matches!(
        connection.peer.zone,
        Zone::Loopback | Zone::UnixSocket | Zone::Machine | Zone::Cluster | Zone::Unspecified
    );
    let property = |name, value: String| Property { name, value };
    let mut properties = vec![
        property("barewire:direction", if out { "out" } else { "listen" }.to_owned()),
        property("barewire:protocol", connection.protocol.clone()),
        property("barewire:verdict", connection.verdict.name().to_owned()),
        property("barewire:reason", connection.decided_by.reason.clone()),
    ];
    let place = |place: &crate::map::document::Location| format!("{}:{}:{}", place.path, place.line, place.column);
    properties.extend(connection.places.iter().map(|at| property("barewire:place", place(at))));
    let kinds: BTreeSet<&str> = connection.sensitive.iter().map(|seen| seen.kind.as_str()).collect();
    Service {
        reference: format!("wire:{number}"),
        name: format!("{} {}", connection.protocol, peer(connection)),
        endpoints: vec![endpoint(connection)],
        authenticated: (connection.credentials != Credentials::None).then_some(true),
        boundary: Some(!inside),
        data: kinds.into_iter().map(|classification| Data { flow: "bi-directional", classification }).collect(),
        properties,
        services: Vec::new(),
    }
}

/// Who needs whom among the components; the wires are part of theirs.
fn dependency(name: &str, names: &[&str], connections: &[(usize, &Connection)]) -> Dependency {
    let peers = connections.iter().filter_map(|(_, connection)| connection.peer.component.as_deref());
    let peers = peers.filter(|peer| names.contains(peer) && *peer != name).map(reference);
    Dependency { r#ref: reference(name), depends_on: peers.collect() }
}

fn reference(component: &str) -> String {
    format!("component:{component}")
}

fn endpoint(connection: &Connection) -> String {
    let peer = &connection.peer;
    let host = if peer.host.contains(':') { format!("[{}]", peer.host) } else { peer.host.clone() };
    let port = peer.port.map(|port| format!(":{port}")).unwrap_or_default();
    let whole = format!("{}://{host}{port}", connection.protocol);
    utf8_percent_encode(&whole, NOT_IN_IRI).to_string()
}

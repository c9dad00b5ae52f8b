//! The map as other programs read it: owned, with paths and lines in place of offsets. Its JSON schema is made from these
//! types, and `barewire map --compare` reads old maps with them.
//!
//! Stable: a field may be added within one `schema_version`, none changes. Text of the scanned files is shown with its
//! passwords masked.

use super::{ComponentKind, Verdict};
use crate::endpoint::{Credentials, Zone};
use crate::output::mask;
use crate::report::{Context, Direction, Report};
use crate::source::Place;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const SCHEMA_VERSION: u32 = 1;

/// The map of the connections of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "barewire map")]
pub struct Document {
    pub schema_version: u32,
    pub tool: Tool,
    /// The parts of the software that talk, by name.
    pub components: Vec<Component>,
    /// Every connection, by component, worst first.
    pub connections: Vec<Connection>,
    pub totals: Totals,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    pub name: String,
    pub version: String,
}

/// How many connections have each verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Totals {
    pub cleartext: usize,
    pub opportunistic: usize,
    pub unverified: usize,
    pub host_unverified: usize,
    pub unknown: usize,
    pub verified: usize,
}

/// A part of the software that opens or accepts connections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    pub name: String,
    /// What makes it one.
    pub kind: ComponentKind,
    /// The manifest that makes it one, or `null`.
    pub path: Option<String>,
}

/// One connection that a component opens or accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Connection {
    /// The name of the component that opens or accepts it.
    pub component: String,
    pub direction: Direction,
    /// `http`, `database`, `cache`, `broker`, `mail`, `directory`, `rpc`, `file-transfer`, `logging`, `ssh`, `name-service` or `other`.
    pub purpose: String,
    pub protocol: String,
    pub peer: Peer,
    /// The library that speaks, where it is known.
    pub driver: Option<String>,
    /// The version of the driver, where a manifest fixes it.
    pub version: Option<String>,
    /// How far the wire is shown to be protected; `unknown` where the repository does not show it.
    pub verdict: Verdict,
    pub decided_by: Reason,
    /// What other places say of the same connection, where they differ.
    pub otherwise: Vec<Otherwise>,
    /// What the client proves itself with.
    pub credentials: Credentials,
    /// What is seen to pass over the wire and is not for others.
    pub sensitive: Vec<Sensitive>,
    /// Every place that speaks of it.
    pub places: Vec<Location>,
    pub context: Context,
}

/// The other end; for a connection that is accepted, the address that is listened on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Peer {
    /// Holes as `${name}`; empty where nothing is said.
    pub host: String,
    /// `loopback`, `unix-socket`, `machine`, `by-design`, `reserved`, `unspecified`, `cluster`, `private`, `public` or `templated`.
    #[schemars(with = "String")]
    pub zone: Zone,
    pub port: Option<u16>,
    /// The name of the component that answers there, where it is one of this map.
    pub component: Option<String>,
}

/// Why a verdict is what it is, with the place that decides, where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    pub reason: String,
    pub place: Option<Location>,
}

/// Another verdict on the same connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Otherwise {
    pub verdict: Verdict,
    #[serde(flatten)]
    pub because: Reason,
}

/// Something sensitive, and where it is seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sensitive {
    /// `credentials`; more kinds may be added.
    pub kind: String,
    /// The word that says so.
    pub word: String,
    #[serde(flatten)]
    pub place: Location,
}

/// A place in a file; line and column count from 1, the column in characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    pub path: String,
    pub line: u32,
    pub column: u32,
}

impl Document {
    /// The map of a report, as a version of barewire makes it.
    pub fn new(report: &Report, version: &str) -> Self {
        let mut totals = Totals::default();
        for connection in &report.map.connections {
            *totals.of(connection.verdict) += 1;
        }
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool { name: "barewire".to_owned(), version: version.to_owned() },
            components: report.map.components.iter().map(component).collect(),
            connections: connections(report),
            totals,
        }
    }
}

impl Totals {
    fn of(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Cleartext => &mut self.cleartext,
            Verdict::Opportunistic => &mut self.opportunistic,
            Verdict::Unverified => &mut self.unverified,
            Verdict::HostUnverified => &mut self.host_unverified,
            Verdict::Unknown => &mut self.unknown,
            Verdict::Verified => &mut self.verified,
        }
    }
}

/// The connections of a report's map.
pub fn connections(report: &Report) -> Vec<Connection> {
    report.map.connections.iter().map(|connection| of(report, connection)).collect()
}

/// The JSON schema of the whole.
pub fn schema() -> String {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Document)).unwrap_or_default();
    text.push('\n');
    text
}

fn component(component: &super::Component) -> Component {
    Component {
        name: component.name.to_string(),
        kind: component.kind,
        path: component.path.as_ref().map(ToString::to_string),
    }
}

fn of(report: &Report, connection: &super::Connection) -> Connection {
    let reason = |reason: &super::Reason| Reason {
        reason: mask::secrets(&reason.text).into_owned(),
        place: reason.place.and_then(|place| location(report, place)),
    };
    let sensitive = |seen: &super::Sensitive| {
        Some(Sensitive {
            kind: seen.kind.to_string(),
            word: seen.word.to_string(),
            place: location(report, seen.place)?,
        })
    };
    let otherwise = connection.otherwise.iter();
    Connection {
        component: connection.component.to_string(),
        direction: connection.direction,
        purpose: connection.purpose.to_string(),
        protocol: connection.protocol.to_string(),
        peer: Peer {
            host: connection.peer.host.to_string(),
            zone: connection.peer.zone,
            port: connection.peer.port,
            component: connection.peer.component.as_ref().map(ToString::to_string),
        },
        driver: connection.driver.as_ref().map(ToString::to_string),
        version: connection.version.as_ref().map(ToString::to_string),
        verdict: connection.verdict,
        decided_by: reason(&connection.decided_by),
        otherwise: otherwise
            .map(|(verdict, because)| Otherwise { verdict: *verdict, because: reason(because) })
            .collect(),
        credentials: connection.credentials,
        sensitive: connection.sensitive.iter().filter_map(sensitive).collect(),
        places: connection.places.iter().filter_map(|place| location(report, *place)).collect(),
        context: connection.context,
    }
}

fn location(report: &Report, place: Place) -> Option<Location> {
    let source = report.sources.get(place.file)?;
    let at = source.position(place.span.start);
    Some(Location { path: source.path.to_string(), line: at.line, column: at.column })
}

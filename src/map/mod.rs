//! The map: which clients and servers talk, and whether each wire is shown to be protected.
//!
//! The report's sightings are places; here those that speak of one connection become one [`Connection`] with one verdict
//! and all its places. What the places say differently is kept beside the verdict, and what nobody says is a verdict of
//! its own. Pure; the same report gives the same map.

mod build;
mod clients;
mod columns;
pub mod compare;
mod deployments;
pub mod document;
mod homes;
pub mod knowledge;
mod layers;
mod paths;
mod seen;
mod system;
mod variables;
mod workload;

pub use build::{Input, build};
pub use deployments::Deployments;
pub use homes::Homes;

use crate::endpoint::{Credentials, Transport, Zone};
use crate::paths::PathSet;
pub use crate::report::Sensitive;
use crate::report::{Context, Direction};
use crate::source::Place;
use camino::Utf8PathBuf;
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who talks, and over what.
#[derive(Debug, Default)]
pub struct Map {
    /// By name; those alone that have a connection or are the peer of one.
    pub components: Vec<Component>,
    /// By component, worst first.
    pub connections: Vec<Connection>,
}

/// A part of the software that opens or accepts connections.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Component {
    pub name: CompactString,
    pub kind: ComponentKind,
    /// The manifest or file that makes it one, as it is shown; `None` where nothing does.
    pub path: Option<Utf8PathBuf>,
}

/// A component by the paths of what belongs to it.
#[derive(Clone, Debug)]
pub struct Named {
    pub name: CompactString,
    pub paths: PathSet,
}

/// What makes something a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// The configuration of barewire names it.
    Configured,
    /// A workload of a deployment: a service of a compose file, a deployment of Kubernetes.
    Workload,
    /// A manifest of dependencies.
    Manifest,
    /// Nothing: what belongs to no other component.
    Rest,
}

/// One connection that a component opens or accepts.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The name of a [`Component`].
    pub component: CompactString,
    pub direction: Direction,
    /// `http`, `database`, `cache`, `broker`, `mail`, `directory`, `rpc`, `file-transfer`, `logging`, `ssh`, `name-service`, `other`.
    pub purpose: CompactString,
    pub protocol: CompactString,
    pub peer: Peer,
    pub driver: Option<CompactString>,
    /// The version of the driver, where a manifest fixes it.
    pub version: Option<CompactString>,
    pub verdict: Verdict,
    /// What the verdict follows from.
    pub decided_by: Reason,
    /// Other verdicts that other places give, each with what it follows from.
    pub otherwise: Vec<(Verdict, Reason)>,
    pub credentials: Credentials,
    /// What is seen to pass over it, by kind and place.
    pub sensitive: Vec<Sensitive>,
    /// Every place that speaks of it, the ones that say most first.
    pub places: Vec<Place>,
    pub context: Context,
}

/// The other end of a connection; for one that is listened on, the address itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Holes as `${name}`; empty where nothing is said.
    pub host: CompactString,
    pub zone: Zone,
    pub port: Option<u16>,
    /// The component of this map that answers there.
    pub component: Option<CompactString>,
}

/// How far a wire is shown to be protected, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nothing is encrypted.
    Cleartext,
    /// Encrypted if the peer offers it: an attacker in the middle can strip it.
    Opportunistic,
    /// Encrypted to whoever answers: the certificate is not checked.
    Unverified,
    /// The certificate chain is checked, the name in it is not.
    HostUnverified,
    /// Not shown: the repository does not say.
    Unknown,
    /// Encrypted, chain and name checked.
    Verified,
}

/// Why a verdict is what it is, or what would have to be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub text: String,
    pub place: Option<Place>,
}

impl Connection {
    /// Whether a place meets one that decides or speaks of it.
    pub fn is_spoken_of_at(&self, place: Place) -> bool {
        let meets = |own: &Place| {
            own.file == place.file && own.span.start <= place.span.end && place.span.start <= own.span.end
        };
        self.decided_by.place.iter().chain(&self.places).any(meets)
    }
}

/// Host and port of the other end, for people.
pub fn shown_peer(host: &str, port: Option<u16>, direction: Direction) -> String {
    let host = match host {
        "" if direction == Direction::Listen => "all interfaces",
        "" => "?",
        host => host,
    };
    port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl Verdict {
    /// All of them, worst first.
    pub const ALL: [Self; 6] =
        [Self::Cleartext, Self::Opportunistic, Self::Unverified, Self::HostUnverified, Self::Unknown, Self::Verified];

    pub fn of(transport: Option<Transport>) -> Self {
        match transport {
            Some(Transport::Cleartext) => Self::Cleartext,
            Some(Transport::Opportunistic) => Self::Opportunistic,
            Some(Transport::Unverified) => Self::Unverified,
            Some(Transport::HostUnverified) => Self::HostUnverified,
            Some(Transport::Verified) => Self::Verified,
            None => Self::Unknown,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Cleartext => "cleartext",
            Self::Opportunistic => "opportunistic",
            Self::Unverified => "unverified",
            Self::HostUnverified => "host-unverified",
            Self::Unknown => "unknown",
            Self::Verified => "verified",
        }
    }
}

impl Map {
    /// How many connections have each verdict, worst first; those with none are left out.
    pub fn totals(&self) -> Vec<(Verdict, usize)> {
        let count = |verdict| self.connections.iter().filter(|connection| connection.verdict == verdict).count();
        Verdict::ALL.into_iter().map(|verdict| (verdict, count(verdict))).filter(|(_, count)| *count > 0).collect()
    }
}

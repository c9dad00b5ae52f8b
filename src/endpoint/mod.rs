//! Endpoints: every URL, DSN, JDBC string, `key=value` connection string and host/port/option set becomes one typed
//! value, judged by the data of `rules/protocols/`. This folder is the only author of [`Endpoint`].

mod assemble;
mod classify;
mod flat;
mod identifier;
mod judge;
mod pairs;
mod pattern;
pub mod protocols;
mod shapes;
pub mod strength;
mod url;
mod version;
mod weight;
mod zone;

#[cfg(test)]
mod tests;

pub use assemble::Says;
pub use classify::Endpoints;
pub use pattern::HostPattern;
pub use protocols::Protocols;
pub use protocols::kinds::{NameHint, Strengths, Switch, Transport, Zone};

use crate::grades::Confidence;
use crate::manifests::known::Dependence;
use crate::source::Place;
use crate::text::Template;
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One end of a wire, and how the wire is protected.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The id of the protocol in `rules/protocols/`: `http`, `postgresql`, `kafka`.
    pub protocol: CompactString,
    pub host: Host,
    pub port: Option<u16>,
    pub credentials: Credentials,
    pub transport: Judged,
    /// The id of the driver that was judged, where it is known.
    pub driver: Option<CompactString>,
    /// What its version has to do with the judgement.
    pub version: Option<Dependence>,
    /// What else is wrong with it: old versions of TLS and weak ciphers that it allows.
    pub flaws: Vec<Flaw>,
    /// Where the endpoint is written.
    pub place: Place,
    /// The whole as text for people: the secret part masked by `***`, holes as `${name}`.
    pub shown: String,
    /// What it was made from, where some of that comes from elsewhere, or a default decides and nothing tells the driver: who
    /// knows more can judge it anew.
    pub open: Option<Arc<Open>>,
}

impl Endpoint {
    /// Whether somebody who knows more may judge it anew: where it has holes, or a default decides and nothing tells the driver.
    fn is_open(&self, holes: bool) -> bool {
        let by_default = match &self.transport {
            Judged::Known { decided_by, .. } => decided_by.kind == EvidenceKind::Default,
            Judged::Unknown { .. } => true,
        };
        holes || (self.driver.is_none() && by_default)
    }
}

/// What an endpoint was made from.
#[derive(Clone, Debug)]
pub struct Open {
    pub made: Made,
    /// The whole text, or the host alone.
    pub text: Template,
    pub port: Option<u16>,
    pub parameters: Vec<Parameter>,
}

/// How an endpoint came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// By [`Classifier::classify`].
    OfText,
    /// By [`Classifier::assemble`].
    OfParts,
    /// Of a text that does not decide how the wire is protected: the client knows only one way to speak, or its options are
    /// out of sight.
    Fixed,
}

impl Open {
    pub fn of(made: Made, text: &Template, port: Option<u16>, parameters: &[Parameter]) -> Arc<Self> {
        Arc::new(Self { made, text: text.clone(), port, parameters: parameters.to_vec() })
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// The host as written, lower case, without brackets; holes as `${name}`. Empty where there is none.
    pub name: CompactString,
    pub zone: Zone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Credentials {
    None,
    /// A user name alone.
    User,
    /// A password, token or key travels over this connection.
    Secret,
}

/// What is known of the protection of one connection. Not knowing is no point on the scale from bare to verified.
#[derive(Clone, Debug)]
pub enum Judged {
    Known { transport: Transport, decided_by: Evidence },
    Unknown { why: CompactString },
}

impl Judged {
    /// Whether nothing is said, so that a default decides.
    pub fn is_by_default(&self) -> bool {
        matches!(self, Self::Known { decided_by, .. } if decided_by.kind == EvidenceKind::Default)
    }
}

/// The bytes that decide, and what to write instead.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// `http` of a URL, `sslmode=prefer` of a DSN; the whole endpoint where a default decides.
    pub place: Place,
    pub kind: EvidenceKind,
    /// A sentence for people: "`sslmode=prefer` encrypts only if the server offers it".
    pub reason: String,
    /// What to write instead, for people: "`sslmode=verify-full`".
    pub advice: String,
    /// The same as an edit of the source, where one edit does it.
    pub fix: Option<Edit>,
    pub confidence: Confidence,
    /// Steps of severity that other parameters add (or, below zero, take away).
    pub weight: i8,
}

/// A weak member of a list of TLS versions or ciphers.
#[derive(Clone, Debug)]
pub struct Flaw {
    pub of: Strengths,
    pub decided_by: Evidence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceKind {
    Scheme,
    Parameter,
    /// Nothing is said, so the driver's default holds.
    Default,
}

/// Replace the bytes at `place` by `text`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub place: Place,
    pub text: String,
}

/// What is known of a string from where it stands. All fields may be left at their default.
#[derive(Clone, Debug, Default)]
pub struct Hints<'a> {
    /// The protocol that the call or setting speaks: a text without a scheme is then `host[:port]` or a DSN of it.
    pub protocol: Option<&'a str>,
    /// The driver in `rules/protocols/`, whose defaults hold: `libpq`, `pgjdbc`.
    pub driver: Option<&'a str>,
    /// The address is listened on.
    pub listening: bool,
    /// The name of the variable, key or parameter that holds the text.
    pub name: Option<&'a str>,
    /// The text is known to reach a client: identifiers by host list are endpoints after all.
    pub dialled: bool,
}

/// One option of a connection that is described by separate keys or arguments.
#[derive(Clone, Debug)]
pub struct Parameter {
    pub key: CompactString,
    pub value: Template,
    /// Key and value together, where they stand.
    pub place: Place,
}

/// What a text is.
#[derive(Clone, Debug)]
pub enum Classified {
    /// No URL, DSN or address.
    Other,
    /// Looks like a URL and is never dialled: a namespace, a licence, a schema.
    Identifier,
    /// One endpoint or several (a cluster's members, a failover list).
    Endpoints(Vec<Endpoint>),
}

/// What [`crate::endpoint`] offers to the judge.
///
/// `classify(text, hints)` judges one text. `assemble(hints, host, port, parameters, place)` judges a connection that is
/// described in parts; both end in the same judgement.
pub trait Classifier: Sync {
    fn classify(&self, text: &Template, hints: &Hints<'_>) -> Classified;
    fn assemble(
        &self,
        hints: &Hints<'_>,
        host: Option<&Template>,
        port: Option<u16>,
        parameters: &[Parameter],
        place: Place,
    ) -> Option<Endpoint>;
}

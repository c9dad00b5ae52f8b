//! The policy of wires: what each connection of the map must be shown to have, by where it leads and what it is for.
//! Those that have less become the findings of the report.

use super::date::Date;
use super::policy::CheckLevel;
use super::{Options, configuration};
use crate::endpoint::{Edit, HostPattern, Zone};
use crate::grades::Confidence;
use crate::judge::severity::of_connection;
use crate::map::{Connection, Verdict, shown_peer};
use crate::report::{Direction, Edits, Finding, Related, Report, SuppressionProblem};
use crate::source::{Place, Span};
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check of a connection that has less than is demanded.
const TOO_WEAK: &str = "underprotected-connection";
/// The check of a connection of which nothing is shown.
const NOT_SHOWN: &str = "unproven-connection";

/// The checks that speak of connections as a whole.
pub const CHECKS: [&str; 2] = [TOO_WEAK, NOT_SHOWN];

/// What is demanded of connections. Without any of it, whatever leaves the machine must be verified, and what is not
/// shown fails.
#[derive(Clone, Debug, Default)]
pub struct WirePolicy {
    /// What is not shown.
    pub unknown: Unknown,
    /// Where several are for a connection, the last one holds.
    pub demands: Vec<Demand>,
    pub exceptions: Vec<Exception>,
}

/// What becomes of a connection of which nothing is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    #[default]
    Forbidden,
    Allowed,
}

/// What a connection must at least be shown to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// No demand.
    Nothing,
    /// Encrypted, whoever answers.
    Encrypted,
    /// Encrypted, and the chain of the certificate is checked.
    HostUnverified,
    /// Encrypted, chain and name checked.
    Verified,
}

/// What some connections need. An empty list is no restriction; of zones, those that leave the machine.
#[derive(Clone, Debug)]
pub struct Demand {
    pub purposes: Vec<CompactString>,
    pub zones: Vec<Zone>,
    pub components: Vec<CompactString>,
    pub directions: Vec<Direction>,
    pub needs: Need,
    pub unknown: Option<Unknown>,
}

/// Connections that are accepted as they are. One of host and component is there.
#[derive(Clone, Debug)]
pub struct Exception {
    pub host: Option<HostPattern>,
    pub component: Option<CompactString>,
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Its host or component in the configuration file.
    pub span: Span,
}

impl Unknown {
    pub fn name(self) -> &'static str {
        match self {
            Self::Forbidden => "forbidden",
            Self::Allowed => "allowed",
        }
    }
}

impl Need {
    pub fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Encrypted => "encrypted",
            Self::HostUnverified => "host-unverified",
            Self::Verified => "verified",
        }
    }

    /// `None` where nothing is known.
    fn met_by(self, verdict: Verdict) -> Option<bool> {
        let strength = match verdict {
            Verdict::Unknown => return (self == Self::Nothing).then_some(true),
            Verdict::Cleartext | Verdict::Opportunistic => 0,
            Verdict::Unverified => 1,
            Verdict::HostUnverified => 2,
            Verdict::Verified => 3,
        };
        let needed = match self {
            Self::Nothing => 0,
            Self::Encrypted => 1,
            Self::HostUnverified => 2,
            Self::Verified => 3,
        };
        Some(strength >= needed)
    }

    /// What would satisfy it, in words.
    fn satisfied_by(self) -> &'static str {
        match self {
            Self::Nothing => "nothing is demanded",
            Self::Encrypted => "encrypt the connection, and do not fall back where the peer offers no TLS",
            Self::HostUnverified => "encrypt the connection and verify the chain of the peer's certificate",
            Self::Verified => {
                "encrypt the connection and verify the peer: the chain of its certificate and the name in it"
            }
        }
    }
}

impl Demand {
    fn is_for(&self, connection: &Connection) -> bool {
        let zone = connection.peer.zone;
        let in_zone = if self.zones.is_empty() { zone.leaves_the_machine() } else { self.zones.contains(&zone) };
        in_zone
            && (self.purposes.is_empty() || self.purposes.contains(&connection.purpose))
            && (self.components.is_empty() || self.components.contains(&connection.component))
            && (self.directions.is_empty() || self.directions.contains(&connection.direction))
    }
}

impl Exception {
    fn is_for(&self, connection: &Connection) -> bool {
        let peer = &connection.peer;
        let named = |pattern: &HostPattern| {
            pattern.covers(&peer.host) || peer.component.as_ref().is_some_and(|name| pattern.covers(name))
        };
        self.host.as_ref().is_none_or(named)
            && self.component.as_ref().is_none_or(|component| *component == connection.component)
    }

    fn has_ended(&self, today: Option<Date>) -> bool {
        matches!((self.until, today), (Some(until), Some(today)) if until < today)
    }
}

impl WirePolicy {
    /// What is demanded of a connection, and whether it fails where nothing is shown.
    fn demand(&self, connection: &Connection) -> (Need, Unknown) {
        match self.demands.iter().rev().find(|demand| demand.is_for(connection)) {
            Some(demand) => (demand.needs, demand.unknown.unwrap_or(self.unknown)),
            None if connection.peer.zone.leaves_the_machine() => (Need::Verified, self.unknown),
            None => (Need::Nothing, Unknown::Allowed),
        }
    }

    /// The check that fails a connection, and what it needs.
    fn fails(&self, connection: &Connection) -> Option<(&'static str, Need)> {
        let (need, unknown) = self.demand(connection);
        match need.met_by(connection.verdict) {
            Some(true) => None,
            Some(false) => Some((TOO_WEAK, need)),
            None if unknown == Unknown::Allowed => None,
            None => Some((NOT_SHOWN, need)),
        }
    }
}

/// Puts a finding for each connection that fails the policy in the place of the report's findings; what those said of its
/// places is what would mend it.
pub fn apply(report: &mut Report, options: &Options) {
    let policy = &options.wires;
    let file = if policy.exceptions.is_empty() { None } else { configuration(&options.policy, report) };
    let place = |exception: &Exception| file.map(|file| Place { file, span: exception.span });
    let found = std::mem::take(&mut report.findings);
    let mut used = vec![false; policy.exceptions.len()];
    let mut excepted = 0;
    let mut failing = Vec::new();
    for connection in &report.map.connections {
        let Some((check, need)) = policy.fails(connection) else { continue };
        let level = options.policy.level(check, &path(report, options, connection));
        if level == CheckLevel::Off {
            report.statistics.hidden.switched_off += 1;
            continue;
        }
        let mut finding = finding(connection, check, need, &found);
        if let CheckLevel::At(severity) = level {
            finding.severity = severity;
        }
        let named = |number: &usize| policy.exceptions[*number].is_for(connection);
        let named: Vec<usize> = (0..used.len()).filter(named).collect();
        for number in &named {
            used[*number] = true;
        }
        let (ended, holding): (Vec<usize>, Vec<usize>) =
            named.into_iter().partition(|number| policy.exceptions[*number].has_ended(options.policy.today));
        if holding.is_empty() {
            let ended = ended.iter().map(|number| &policy.exceptions[*number]);
            finding.related.extend(ended.filter_map(|it| Some(Related { place: place(it)?, message: over(it) })));
            failing.push((connection_key(connection), finding));
        } else {
            excepted += 1;
        }
    }
    for (exception, used) in policy.exceptions.iter().zip(used) {
        let message = if exception.has_ended(options.policy.today) {
            format!("{}: remove it, or give it a new day", over(exception))
        } else if used {
            continue;
        } else {
            "no connection that fails needs this exception: remove it".to_owned()
        };
        let place = place(exception);
        report.suppression_problems.extend(place.map(|place| SuppressionProblem { place, message }));
    }
    report.statistics.hidden.excepted = excepted;
    failing.sort_by(|(_, a), (_, b)| {
        let at = |finding: &Finding| (super::path(&report.sources, finding.place).to_owned(), finding.place.span);
        (at(a), &a.check, &a.message).cmp(&(at(b), &b.check, &b.message))
    });
    report.findings = numbered(failing);
}

fn path(report: &Report, options: &Options, connection: &Connection) -> String {
    options.base.relative(super::path(&report.sources, decided_at(connection)))
}

fn over(exception: &Exception) -> String {
    let until = exception.until.map(|until| until.to_string()).unwrap_or_default();
    format!("this exception held until {until} ({})", exception.reason)
}

fn finding(connection: &Connection, check: &'static str, need: Need, found: &[Finding]) -> Finding {
    let place = decided_at(connection);
    let said = found.iter().find(|finding| connection.is_spoken_of_at(finding.place));
    let help = said.map(|finding| finding.help.trim()).filter(|help| !help.is_empty());
    let edits = said.and_then(|finding| finding.fix.as_ref()).map(|fix| fix.as_slice().to_vec());
    let around = |other: &Place| other.file == place.file && other.span.contains(place.span);
    let others = connection.places.iter().filter(|other| !around(other)).take(super::RELATED);
    Finding {
        check: check.into(),
        severity: of_connection(connection),
        confidence: if connection.verdict == Verdict::Unknown { Confidence::Medium } else { Confidence::High },
        message: message(connection, need),
        place,
        statement: place,
        related: others
            .map(|place| Related { place: *place, message: "this speaks of the same connection".to_owned() })
            .collect(),
        help: help.map_or_else(|| need.satisfied_by().to_owned(), str::to_owned),
        fix: edits.and_then(|edits: Vec<Edit>| Edits::new(edits)),
        library: connection.driver.clone().unwrap_or_else(|| connection.protocol.clone()),
        host: Some(connection.peer.host.clone()),
        context: connection.context,
        fingerprint: String::new(),
    }
}

/// Where the verdict is decided; else the first place that speaks of the connection.
fn decided_at(connection: &Connection) -> Place {
    let nowhere = Place { file: crate::source::FileId(u32::MAX), span: Span::default() };
    connection.decided_by.place.or_else(|| connection.places.first().copied()).unwrap_or(nowhere)
}

fn message(connection: &Connection, need: Need) -> String {
    let peer = shown_peer(&connection.peer.host, connection.peer.port, connection.direction);
    let wire = match connection.direction {
        Direction::Out => format!("`{}` from `{}` to `{peer}`", connection.protocol, connection.component),
        Direction::Listen => format!("`{}` that `{}` accepts at `{peer}`", connection.protocol, connection.component),
    };
    let is = match connection.verdict {
        Verdict::Unknown => "is not shown to be protected".to_owned(),
        verdict => format!("is {}", verdict.name()),
    };
    let demanded = match need {
        Need::HostUnverified => "a verified chain",
        need => need.name(),
    };
    format!("{wire} {is}, and the policy demands {demanded}: {}", connection.decided_by.text)
}

/// What tells a connection from all others, wherever it is written.
fn connection_key(connection: &Connection) -> String {
    let peer = &connection.peer;
    let who = peer.component.as_ref().unwrap_or(&peer.host);
    let (component, protocol) = (&connection.component, &connection.protocol);
    format!("{component}\0{:?}\0{protocol}\0{who}\0{:?}", connection.direction, peer.port)
}

/// Gives the findings their fingerprints; a number tells equal ones apart.
fn numbered(failing: Vec<(String, Finding)>) -> Vec<Finding> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let mut findings = Vec::with_capacity(failing.len());
    for (key, mut finding) in failing {
        let key = format!("{}\0{key}", finding.check);
        let count = seen.entry(key.clone()).or_default();
        let hash = blake3::hash(format!("{key}\0{count}").as_bytes());
        *count += 1;
        hash.to_hex()[..32].clone_into(&mut finding.fingerprint);
        findings.push(finding);
    }
    findings
}

#[cfg(test)]
#[path = "wires_tests.rs"]
mod tests;

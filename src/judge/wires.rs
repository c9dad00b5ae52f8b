//! Endpoints on their way into the report: as a connection always, as a finding where the wire is not protected.

use super::matching::local;
use super::severity::{Beside, Wire};
use super::{Draft, Judgement, Maker};
use crate::checks::Class;
use crate::endpoint::{Credentials, Endpoint, Evidence, EvidenceKind, Flaw, Judged, Transport, Zone};
use crate::grades::Confidence;
use crate::manifests::known::Dependence;
use crate::report::{Direction, Finding, Related, Sensitive, Severity, Sighting};
use crate::source::Place;
use compact_str::CompactString;

/// What the place where an endpoint stands adds to what the text says.
#[derive(Clone)]
pub(super) struct Around<'a> {
    pub(super) statement: Place,
    pub(super) library: CompactString,
    pub(super) listening: bool,
    /// The address is that of a proxy: only the password is at stake, if it asks for one.
    pub(super) proxy: bool,
    /// The check that the rule names in place of the protocol's own.
    pub(super) check: Option<&'a str>,
    pub(super) confidence: Confidence,
    pub(super) driver: Option<CompactString>,
    /// Where a client uses it, where that is known.
    pub(super) used: Option<(Place, &'a str)>,
    pub(super) instead: Option<&'a str>,
    pub(super) severity: Option<Severity>,
    /// Of the library whose rule it is.
    pub(super) version: Option<&'a Dependence>,
    /// As of [`Sighting`].
    pub(super) carries: Vec<Sensitive>,
    /// As of [`Sighting`].
    pub(super) key: Option<CompactString>,
}

impl Maker<'_> {
    /// Adds one endpoint to the judgement.
    pub(super) fn wire(&self, endpoint: &Endpoint, around: &Around<'_>, out: &mut Judgement) {
        // What a policy trusts is no connection of the software's own.
        let policy = around.check.and_then(|check| self.knowledge.checks.get(check));
        if policy.is_none_or(|check| check.class != Class::TransportPolicy) {
            self.connection(endpoint, around, out);
        }
        if around.proxy && endpoint.credentials != Credentials::Secret {
            return;
        }
        out.findings.extend(self.wire_finding(endpoint, around));
        out.findings.extend(endpoint.flaws.iter().filter_map(|flaw| self.flaw(endpoint, flaw, around)));
    }

    /// Adds one endpoint to the map alone.
    pub(super) fn connection(&self, endpoint: &Endpoint, around: &Around<'_>, out: &mut Judgement) {
        match &endpoint.version {
            // Where no driver is told, the project may tell it.
            Some(version) if version.matters || endpoint.driver.is_none() => {
                out.asked.extend(version.packages.iter().cloned());
            }
            Some(version) => out.shown.push((out.sightings.len(), version.packages.clone())),
            None => {}
        }
        let by_default = |evidence: &Evidence| evidence.kind == EvidenceKind::Default;
        let assumed = matches!(&endpoint.transport, Judged::Known { decided_by, .. } if by_default(decided_by));
        let (transport, mut reason, decided_by) = match &endpoint.transport {
            Judged::Known { transport, decided_by } => {
                (Some(*transport), decided_by.reason.clone(), Some(decided_by.place))
            }
            Judged::Unknown { why } => (None, why.to_string(), None),
        };
        if let Some(version) = deciding(endpoint, around) {
            reason.push_str(&version.said());
        }
        let known = endpoint.version.as_ref().or(around.version).and_then(|version| version.known.as_ref());
        out.sightings.push(Sighting {
            direction: if around.listening { Direction::Listen } else { Direction::Out },
            purpose: self.knowledge.protocols.purpose(&endpoint.protocol).into(),
            protocol: endpoint.protocol.clone(),
            host: endpoint.host.name.clone(),
            zone: endpoint.host.zone,
            port: endpoint.port,
            driver: endpoint.driver.clone().or_else(|| around.driver.clone()),
            version: known.map(|known| known.version.clone()),
            transport,
            reason,
            decided_by,
            assumed,
            weakened: false,
            credentials: endpoint.credentials,
            place: endpoint.place,
            context: self.context(endpoint.place),
            open: endpoint.open.clone(),
            carries: around.carries.clone(),
            key: around.key.clone(),
        });
    }

    /// An old version or weak cipher that a connection allows which leaves the machine.
    fn flaw(&self, endpoint: &Endpoint, flaw: &Flaw, around: &Around<'_>) -> Option<Finding> {
        let decided_by = &flaw.decided_by;
        let bare = matches!(&endpoint.transport, Judged::Known { transport: Transport::Cleartext, .. });
        if local(endpoint.host.zone) || endpoint.host.zone == Zone::Reserved || bare {
            return None;
        }
        self.finding(Draft {
            check: self.knowledge.protocols.strength_check(&endpoint.protocol, flaw.of)?,
            base: None,
            wire: None,
            confidence: decided_by.confidence.min(around.confidence),
            message: Some(message(endpoint, decided_by)),
            help: advice(&decided_by.advice),
            place: decided_by.place,
            statement: statement(around, decided_by.place, endpoint),
            related: Vec::new(),
            fix: None,
            library: around.library.clone(),
            version: None,
        })
    }

    /// Whether the file declares the host itself, or the host is a variable that the cluster fills with a service's address.
    fn beside(&self, host: &str) -> Beside {
        let hole = host.trim_start_matches(['$', '{']).trim_end_matches('}');
        if self.neighbours.contains(host) || (hole.len() < host.len() && self.knowledge.protocols.is_beside(hole)) {
            Beside::Declared
        } else if host.contains(['$', ':'])
            || host.matches('.').count() > 1 && host.parse::<std::net::IpAddr>().is_err()
        {
            Beside::Unknown
        } else {
            Beside::Named
        }
    }

    fn wire_finding(&self, endpoint: &Endpoint, around: &Around<'_>) -> Option<Finding> {
        let Judged::Known { transport, decided_by } = &endpoint.transport else { return None };
        let zone = endpoint.host.zone;
        if *transport == Transport::Verified || local(zone) || self.on_the_runner.contains(&endpoint.host.name) {
            return None;
        }
        if zone == Zone::Reserved && around.used.is_none() {
            return None;
        }
        // Whoever dials the address of all interfaces reaches the own machine (RFC 1122, 3.2.1.3).
        let everywhere = zone == Zone::Unspecified && !endpoint.host.name.is_empty();
        if everywhere && !around.listening {
            return None;
        }
        let check = match around.check {
            Some(check) => check,
            None => self.knowledge.protocols.check(&endpoint.protocol, *transport, around.listening)?,
        };
        let mut related = Vec::new();
        if let Some((place, by)) = around.used {
            let elsewhere = place.file != decided_by.place.file || !place.span.contains(decided_by.place.span);
            if elsewhere {
                related.push(Related { place, message: format!("used here by `{by}`") });
            }
        }
        let confidence = decided_by.confidence.min(around.confidence);
        let mut base = around.severity;
        if decided_by.kind == EvidenceKind::Default {
            // What nobody wrote is a step less certain to matter than what somebody did.
            let own = self.knowledge.checks.get(check).map(|check| check.severity);
            base = base.or(own);
        }
        let fix = decided_by.fix.clone().map(|edit| vec![edit]);
        // Names of fields and headers are weaker than a password that is seen: they weigh where the host is somebody's outside.
        let carried = zone == Zone::Public && !around.carries.is_empty();
        let finding = self.finding(Draft {
            check,
            base,
            wire: Some(Wire {
                zone,
                secret: endpoint.credentials == Credentials::Secret || carried,
                transport: *transport,
                web: self.knowledge.protocols.purpose(&endpoint.protocol) == "http",
                weight: decided_by.weight,
                beside: self.beside(&endpoint.host.name),
                explicit: decided_by.kind == EvidenceKind::Parameter,
            }),
            confidence,
            message: Some(message(endpoint, decided_by)),
            help: around.instead.map(str::to_owned).or_else(|| advice(&decided_by.advice)),
            place: decided_by.place,
            statement: statement(around, decided_by.place, endpoint),
            related,
            fix,
            library: around.library.clone(),
            version: deciding(endpoint, around),
        })?;
        Some(Finding { host: Some(endpoint.host.name.clone()), ..finding })
    }
}

/// The version without which the verdict would be another one.
fn deciding<'e>(endpoint: &'e Endpoint, around: &Around<'e>) -> Option<&'e Dependence> {
    around.version.or_else(|| endpoint.version.as_ref().filter(|version| version.matters))
}

/// The statement around, where it is of the file in which the deciding bytes lie.
fn statement(around: &Around<'_>, decided_by: Place, endpoint: &Endpoint) -> Place {
    if around.statement.file == decided_by.file { around.statement } else { endpoint.place }
}

/// What protocols advise is the name of a thing.
fn advice(thing: &str) -> Option<String> {
    (!thing.is_empty()).then(|| format!("use {thing}"))
}

fn message(endpoint: &Endpoint, decided_by: &Evidence) -> String {
    match endpoint.shown.as_str() {
        "" => decided_by.reason.clone(),
        shown => format!("`{shown}`: {}", decided_by.reason),
    }
}

//! Texts that no rule of a library looks at: what stands around them says whether they are endpoints.

use super::calls::Judge;
use super::wires::Around;
use crate::endpoint::{Classified, Classifier, Credentials, Endpoint, Hints, Judged, NameHint};
use crate::facts::{self, Fact, Position};
use crate::flow::value::Value;
use crate::grades::Confidence;
use crate::source::Place;
use crate::text::{Part, Template};
use rustc_hash::FxHashSet;

/// Who gets the texts of a unit.
#[derive(Default)]
pub(super) struct Handed {
    /// Given to calls that take them apart.
    parsed: FxHashSet<Place>,
    /// Given to anybody else, whole or as a part of another text.
    on: FxHashSet<Place>,
}

impl Handed {
    pub(super) fn of(facts: &[Fact]) -> Self {
        let mut handed = Self::default();
        for fact in facts {
            let Fact::Text(text) = fact else { continue };
            match text.position {
                Position::Parsed => handed.parsed.extend(text.value.at),
                // The variable is read in the same function or nowhere.
                Position::Assigned if text.function.is_some() => {}
                _ => {
                    handed.on.extend(text.value.at);
                    if let Value::Text(template) = &text.value.value {
                        handed.on.extend(template.parts.iter().map(Part::place));
                    }
                }
            }
        }
        handed
    }

    /// The program takes the text apart and looks at it, and hands it to nobody who could connect.
    fn only_parsed(&self, text: &facts::Text) -> bool {
        text.value.at.is_some_and(|at| self.parsed.contains(&at) && !self.on.contains(&at))
    }
}

impl<'a> Judge<'a> {
    /// Whether others choose between this bare endpoint and a protected one of the same host.
    pub(super) fn left_to_others(&self, text: &Template, endpoint: &Endpoint, hints: &Hints<'_>) -> bool {
        let better = |transport: &Judged| match (transport, &endpoint.transport) {
            (Judged::Known { transport, .. }, Judged::Known { transport: own, .. }) => transport > own,
            _ => false,
        };
        let others = text.parts.first().and_then(|first| self.outcome.alternatives.get(&first.place()));
        others.into_iter().flatten().any(|other| {
            let Value::Text(other) = &other.value else { return false };
            let Classified::Endpoints(list) = self.knowledge.endpoints().classify(other, hints) else { return false };
            list.iter().any(|other| other.host == endpoint.host && better(&other.transport))
        })
    }

    /// Text that is not known to reach a client: what its name and place say of it decides.
    pub(super) fn text(&mut self, text: &'a facts::Text) {
        let Value::Text(template) = &text.value.value else { return };
        if text.overwritten || text.value.at.is_some_and(|at| self.spoken.contains(&at)) {
            return;
        }
        let name = text.name.as_deref();
        let says = name.map_or(NameHint::Neutral, |name| self.maker.endpoints().name_says(name));
        if matches!(says, NameHint::Document | NameHint::Identifier) {
            return;
        }
        let hints = Hints { name, ..Hints::default() };
        let Classified::Endpoints(list) = self.maker.endpoints().classify(template, &hints) else { return };
        let confidence = match (&text.position, says) {
            (Position::Parsed, _) => Confidence::Low,
            (Position::Assigned, _) if self.handed.only_parsed(text) => Confidence::Low,
            (_, NameHint::Endpoint) => Confidence::Medium,
            (Position::Assigned | Position::Field | Position::Entry | Position::Default, _) => Confidence::Medium,
            (Position::Argument(_) | Position::Returned, _) => Confidence::Low,
        };
        for endpoint in &list {
            // Addresses of pages and of sockets stand in many texts that nothing dials.
            let web = matches!(self.knowledge.protocols.purpose(&endpoint.protocol), "http" | "other");
            let unsure = web && says != NameHint::Endpoint || self.left_to_others(template, endpoint, &hints);
            let around = Around {
                version: None,
                statement: text.statement,
                library: endpoint.protocol.clone(),
                listening: false,
                check: None,
                confidence: if unsure { confidence.min(Confidence::Low) } else { confidence },
                driver: None,
                used: None,
                instead: None,
                severity: None,
            };
            // Of a proxy only the password is at stake, if it asks for one. The hole of a host bears the name of what fills it.
            let names = [name.unwrap_or_default(), endpoint.host.name.as_str()];
            let proxy = web && names.iter().any(|name| self.knowledge.protocols.is_proxy(name));
            if proxy && endpoint.credentials != Credentials::Secret {
                self.maker.connection(endpoint, &around, &mut self.out);
                continue;
            }
            self.maker.wire(endpoint, &around, &mut self.out);
        }
    }
}

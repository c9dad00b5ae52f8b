//! Texts that no rule of a library looks at: what stands around them says whether they are endpoints.

use super::calls::Judge;
use super::wires::Around;
use crate::endpoint::{Classified, Classifier, Hints, NameHint};
use crate::facts::{self, Fact, Position};
use crate::flow::value::Value;
use crate::grades::Confidence;
use crate::source::Place;
use crate::text::Part;
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
            let around = Around {
                version: None,
                statement: text.statement,
                library: endpoint.protocol.clone(),
                listening: false,
                check: None,
                confidence: if web && says != NameHint::Endpoint {
                    confidence.min(Confidence::Low)
                } else {
                    confidence
                },
                driver: None,
                used: None,
                instead: None,
                severity: None,
            };
            self.maker.wire(endpoint, &around, &mut self.out);
        }
    }
}

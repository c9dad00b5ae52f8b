//! Texts that no rule of a library looks at: what stands around them says whether they are endpoints.

use super::calls::Judge;
use super::wires::Around;
use crate::endpoint::{Classified, Classifier, Endpoint, Hints, Judged, NameHint, Switch, Zone};
use crate::facts::{self, Fact, Position};
use crate::flow::value::{Traced, Value};
use crate::grades::Confidence;
use crate::source::Place;
use crate::text::{Part, Template};
use crate::tree::{Kind, NodeId, TextPart};
use rustc_hash::FxHashSet;

/// Who gets the texts of a unit.
#[derive(Default)]
pub(super) struct Handed {
    /// Given to calls that take them apart.
    parsed: FxHashSet<Place>,
    /// Given to anybody else, whole or as a part of another text.
    on: FxHashSet<Place>,
    /// What holds them is called after a proxy.
    proxies: FxHashSet<Place>,
    /// A rule of a library says that they are addresses of proxies, and it alone speaks of them.
    ruled: FxHashSet<Place>,
    /// Opened in the browser of whoever sits there.
    shown: FxHashSet<Place>,
    /// Given to other calls.
    given: FxHashSet<Place>,
}

impl Handed {
    pub(super) fn of(facts: &[Fact], is_proxy: impl Fn(&str) -> bool, shows: impl Fn(&str) -> bool) -> Self {
        let mut handed = Self::default();
        for fact in facts {
            let Fact::Text(text) = fact else { continue };
            if text.name.as_deref().is_some_and(&is_proxy) {
                handed.proxies.extend(text.value.at);
            }
            match &text.position {
                Position::Argument(method) if shows(method) => handed.shown.extend(text.value.at),
                Position::Argument(_) => handed.given.extend(text.value.at),
                _ => {}
            }
            match text.position {
                Position::Parsed => handed.parsed.extend(text.value.at),
                // The variable is read in the same function or nowhere.
                Position::Assigned if text.function.is_some() => {}
                // What the function does with it is written down there.
                Position::Argument(_) if text.followed => {}
                _ => {
                    handed.on.extend(text.value.at);
                    if let Value::Text(template) = &text.value.value {
                        let links: Vec<bool> = follows_attribute(template);
                        let parts = template.parts.iter().map(Part::place).zip(links);
                        let (links, others): (Vec<_>, Vec<_>) = parts.partition(|(_, link)| *link);
                        handed.parsed.extend(links.into_iter().map(|(place, _)| place));
                        handed.on.extend(others.into_iter().map(|(place, _)| place));
                    }
                }
            }
        }
        handed
    }

    pub(super) fn add_proxies(&mut self, value: &Traced) {
        self.ruled.extend(value.options().filter_map(|option| option.at));
    }

    pub(super) fn is_proxy(&self, value: &Traced) -> bool {
        value.options().any(|option| option.at.is_some_and(|at| self.proxies.contains(&at)))
    }

    pub(super) fn is_ruled(&self, value: &Traced) -> bool {
        value.options().any(|option| option.at.is_some_and(|at| self.ruled.contains(&at)))
    }

    /// A link that a person follows: the program opens it in a browser, and gives it to nobody else.
    fn only_shown(&self, text: &facts::Text) -> bool {
        text.value.at.is_some_and(|at| self.shown.contains(&at) && !self.given.contains(&at))
    }

    /// The program takes the text apart and looks at it, and hands it to nobody who could connect.
    fn only_parsed(&self, text: &facts::Text) -> bool {
        let first = match &text.value.value {
            Value::Text(template) => template.parts.first().map(Part::place),
            _ => None,
        };
        // What was taken out of it shares its beginning: only the whole is handed on.
        let parsed = text.value.at.into_iter().chain(first).any(|at| self.parsed.contains(&at));
        parsed && text.value.at.is_some_and(|at| !self.on.contains(&at))
    }
}

/// For each part of a text, whether it is what an attribute of an element links to: `<a href="` stands in front of it.
fn follows_attribute(template: &Template) -> Vec<bool> {
    let mut after = false;
    let each = template.parts.iter().map(|part| {
        let link = after;
        after = matches!(part, Part::Literal { text, .. } if LINKS.iter().any(|start| text.ends_with(start)));
        link
    });
    each.collect()
}

/// How an attribute that links to something begins.
const LINKS: [&str; 4] = ["href=\"", "href='", "src=\"", "src='"];

impl<'a> Judge<'a> {
    /// Whether others choose between this bare endpoint and a protected one of the same host.
    pub(super) fn left_to_others(&self, text: &Template, endpoint: &Endpoint, hints: &Hints<'_>) -> bool {
        let Some((first, rest)) = text.parts.split_first() else { return false };
        let chosen = |place: Place| self.outcome.alternatives.get(&place).into_iter().flatten();
        let chosen_first = || chosen(first.place());
        let whole = chosen_first().filter_map(|other| Some((template_of(&other.value)?, other.switched)));
        // Only the beginning was chosen, and the rest put behind it: `(tls ? "ssl" : "tcp") + "://host"`.
        let begun = match first {
            Part::Hole { default: Some(default), .. } => default.parts.first(),
            _ => None,
        };
        let begun = begun.into_iter().flat_map(|begun| chosen(begun.place()));
        let begun = begun.chain(chosen_first()).filter_map(|other| {
            let mut whole = template_of(&other.value)?;
            whole.parts.extend_from_slice(rest);
            Some((whole, other.switched))
        });
        self.has_twin(first)
            || whole.chain(begun).any(|(other, switched)| self.is_better(&other, endpoint, hints, switched))
    }

    /// Whether a text begins with a scheme that has a name, and the protected form of it has one beside it:
    /// `PLAIN = "redis://"` and `SECURE = "rediss://"`. Who completes them has chosen.
    fn has_twin(&self, first: &Part) -> bool {
        let Part::Literal { text, at } = first else { return false };
        let Some(scheme) = text.strip_suffix("://") else { return false };
        let Some(unit) = self.project.units.iter().find(|unit| unit.file == at.file) else { return false };
        let tree = &unit.tree;
        let scheme_of = |node: &NodeId| {
            let (Kind::Declare { value: Some(value), .. } | Kind::Assign { value, .. }) = tree.kind(*node) else {
                return None;
            };
            match tree.kind(*value) {
                Kind::Text(parts) => match parts.as_slice() {
                    [TextPart::Literal { text, span }] => Some((text.strip_suffix("://")?, *span)),
                    _ => None,
                },
                _ => None,
            }
        };
        let bodies = tree.kinds().filter_map(|kind| match kind {
            Kind::Class(class) => Some(&class.body),
            _ => None,
        });
        std::iter::once(&tree.top).chain(bodies).any(|body| {
            let schemes: Vec<_> = body.iter().filter_map(scheme_of).collect();
            schemes.iter().any(|(_, span)| *span == at.span)
                && schemes.iter().any(|(other, _)| self.knowledge.protocols.is_protected_form(scheme, other))
        })
    }

    /// Whether a text is a protected endpoint, of the same host unless it is a switch of encryption that chooses.
    fn is_better(&self, other: &Template, endpoint: &Endpoint, hints: &Hints<'_>, switched: bool) -> bool {
        let better = |transport: &Judged| match (transport, &endpoint.transport) {
            (Judged::Known { transport, .. }, Judged::Known { transport: own, .. }) => transport > own,
            _ => false,
        };
        let Classified::Endpoints(list) = self.knowledge.endpoints().classify(other, hints) else { return false };
        list.iter().any(|other| (switched || other.host == endpoint.host) && better(&other.transport))
    }

    /// Whether a switch of encryption chooses between two texts that the same variable gets in two places.
    fn is_switched(&self, text: &facts::Text, endpoint: &Endpoint, hints: &Hints<'_>) -> bool {
        const MOST: usize = 16;
        if text.name.is_none() {
            return false;
        }
        // `secureAddress()` beside `plainAddress()`: who calls one of them has chosen.
        let twins = |other: &facts::Text| {
            other.position == Position::Returned
                && text.position == Position::Returned
                && other.function != text.function
                && other.name.as_deref().is_some_and(|name| {
                    matches!(self.knowledge.protocols.switch(name), Some(Switch::Encryption | Switch::Plain))
                })
        };
        let others = self.outcome.facts.iter().filter_map(|fact| match fact {
            Fact::Text(other)
                if other.asked.encryption && other.function == text.function && other.name == text.name =>
            {
                Some(other)
            }
            Fact::Text(other) if twins(other) => Some(other),
            _ => None,
        });
        let others = others.filter(|other| other.statement != text.statement).take(MOST);
        others.into_iter().any(|other| match &other.value.value {
            Value::Text(other) => self.is_better(other, endpoint, hints, true),
            _ => false,
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
            (Position::Assigned | Position::Argument(_), _) if self.handed.only_parsed(text) => Confidence::Low,
            _ if self.handed.only_shown(text) => Confidence::Low,
            (_, NameHint::Endpoint) => Confidence::Medium,
            (Position::Assigned | Position::Field | Position::Entry | Position::Default, _) => Confidence::Medium,
            (Position::Argument(_) | Position::Returned, _) => Confidence::Low,
        };
        // On the way for this machine, a host that nothing names is this machine.
        let named = |endpoint: &&Endpoint| !text.asked.local || endpoint.host.zone != Zone::Templated;
        for endpoint in list.iter().filter(named) {
            // Addresses of pages and of sockets stand in many texts that nothing dials.
            let web = matches!(self.knowledge.protocols.purpose(&endpoint.protocol), "http" | "other");
            let form = self.knowledge.protocols.purpose(&endpoint.protocol) == "database" && is_form(template);
            let unsure = form
                || web && says != NameHint::Endpoint
                || self.left_to_others(template, endpoint, &hints)
                || self.is_switched(text, endpoint, &hints);
            // The hole of a host bears the name of what fills it.
            let proxy = self.handed.is_proxy(&text.value) || self.knowledge.protocols.is_proxy(&endpoint.host.name);
            let around = Around {
                version: None,
                carries: Vec::new(),
                key: None,
                proxy: web && proxy,
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
            let before = self.out.findings.len();
            self.maker.wire(endpoint, &around, &mut self.out);
            // What is not shown by default says nothing of what is.
            let shown = |index: &usize| self.out.findings[*index].confidence > Confidence::Low;
            self.unruled.extend((before..self.out.findings.len()).filter(shown));
        }
    }
}

fn template_of(value: &Traced) -> Option<Template> {
    match &value.value {
        Value::Text(text) => Some((**text).clone()),
        _ => None,
    }
}

/// Nothing but a scheme, alone or with all that is filled in: `jdbc:db2://${host}:${port}/${name}`. Who fills it in may add
/// parameters.
fn is_form(text: &Template) -> bool {
    let Some((Part::Literal { text: scheme, .. }, rest)) = text.parts.split_first() else { return false };
    let holes = rest.iter().filter(|part| matches!(part, Part::Hole { .. })).count();
    scheme.ends_with(['/', '@', ':'])
        && (holes == 0 || holes >= 3)
        && rest.iter().all(|part| match part {
            Part::Literal { text, .. } => !text.contains(char::is_alphanumeric),
            Part::Hole { default, .. } => default.is_none(),
        })
}

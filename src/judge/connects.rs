//! Connections that a call makes or accepts: their endpoints, from one text or from the parts that the call is given.

use super::calls::{Event, Judge};
use super::matching::{Fit, Found};
use super::wires::Around;
use crate::endpoint::{
    Classified, Classifier, Credentials, Endpoint, Evidence, EvidenceKind, Hints, Host, Judged, Made, Open, Parameter,
    Transport, Zone,
};
use crate::flow::eval::object_in;
use crate::flow::value::{Traced, Value};
use crate::grades::Confidence;
use crate::manifests::known::Dependence;
use crate::report::Severity;
use crate::rules::model::{Connects, FixedTransport, Model};
use crate::source::Place;
use crate::text::{Part, Template};
use compact_str::CompactString;

impl<'a> Judge<'a> {
    pub(super) fn connects(
        &mut self,
        (model, connects): (&'a Model, &'a Connects),
        event: &Event<'a>,
        fit: Fit,
        version: Option<&Dependence>,
    ) {
        let mut confidence = connects.confidence.unwrap_or(Confidence::High);
        if fit == Fit::Sometimes {
            confidence = confidence.min(Confidence::Medium);
        }
        let hints = Hints {
            protocol: connects.protocol.as_deref(),
            driver: connects.driver.as_deref(),
            listening: connects.listening,
            name: None,
            dialled: true,
        };
        let severity = match (fit, &connects.check) {
            (Fit::Sometimes, Some(check)) => self.sometimes(connects.severity, check),
            _ => connects.severity,
        };
        let given = match (&connects.endpoint, event.value) {
            (Some(slot), _) => match self.find(slot, event) {
                Found::Value { value, whole, .. } => Some((value, whole)),
                Found::Absent | Found::Unknown => None,
            },
            (None, Some(value)) if connects.host.is_none() => Some((value, event.place)),
            (None, Some(_)) => None,
            (None, None) => None,
        };
        if !connects.proxy && given.is_some_and(|(value, _)| self.handed.is_ruled(value)) {
            return;
        }
        let proxy = given.is_some_and(|(value, _)| self.handed.is_proxy(value));
        let carries = if connects.listening { Vec::new() } else { self.carried(event) };
        let around = |place: Place| Around {
            statement: event.statement,
            library: model.library.clone(),
            listening: connects.listening,
            proxy: connects.proxy || proxy,
            check: connects.check.as_deref(),
            confidence,
            driver: connects.driver.clone(),
            used: Some((place, event.name)),
            instead: connects.instead.as_deref(),
            severity,
            version,
            carries: carries.clone(),
            key: None,
        };
        if let Some((value, _)) = given
            && (matches!(value.value, Value::Parameter(_)) || holds_parameter(value))
        {
            self.helper(event);
        }
        if let Some(fixed) = connects.transport {
            let host = given.or_else(|| self.slot_value(connects.host.as_ref(), event));
            self.fixed(fixed, connects, host.map(|(value, _)| value), event, &around(event.place));
            return;
        }
        let around = around(event.place);
        let Some(parameters) = self.parameters(connects, &hints, event) else {
            if let Some((value, _)) = given.filter(|_| connects.options.is_some()) {
                self.said(value, &hints, &around);
            }
            return;
        };
        let Some((value, _)) = given else {
            self.assembled(connects, &hints, event, &around, &parameters);
            return;
        };
        let place = Place { file: event.callee.file, span: event.callee.span };
        let port = self.port(connects, event);
        let mut texts = Vec::new();
        texts_of(value, &mut texts);
        let told = !texts.is_empty();
        // Where the address comes from elsewhere, what the call says of the connection counts all the same.
        if !told && !parameters.is_empty() {
            texts.push(Template::hole("address", event.place));
        }
        for text in texts {
            let endpoints = if parameters.is_empty() {
                match self.maker.endpoints().classify(&text, &hints) {
                    Classified::Endpoints(list) => list,
                    _ => Vec::new(),
                }
            } else {
                let whole = self.maker.endpoints().assemble(&hints, Some(&text), port, &parameters, place);
                whole.into_iter().collect()
            };
            let nothing_known = parameters.is_empty() && connects.options.is_none();
            if endpoints.is_empty() && nothing_known && is_unknown(&text) {
                self.unseen(connects, &text, event, &around);
            }
            for endpoint in &endpoints {
                if (nothing_known || !told) && endpoint.transport.is_by_default() && is_unknown(&text) {
                    let transport = Judged::Unknown { why: "the whole address comes from elsewhere".into() };
                    self.maker.connection(&Endpoint { transport, ..endpoint.clone() }, &around, &mut self.out);
                    continue;
                }
                let unsure = self.left_to_others(&text, endpoint, &hints);
                let confidence = if unsure { Confidence::Low } else { around.confidence };
                self.maker.wire(endpoint, &Around { confidence, ..around.clone() }, &mut self.out);
            }
        }
    }

    /// A client whose address comes from elsewhere. Of the web only those are shown whose address is a variable of the
    /// environment: the others are too many, and too often helpers.
    fn unseen(&mut self, connects: &Connects, text: &Template, event: &Event<'a>, around: &Around<'_>) {
        let protocols = &self.knowledge.protocols;
        let variable = match text.parts.as_slice() {
            [Part::Hole { name, .. }] => Some(name).filter(|name| !name.contains(|c: char| c.is_ascii_lowercase())),
            _ => None,
        };
        let by_driver = || protocols.spoken_by(connects.driver.as_deref()?).map(CompactString::from);
        let protocol = connects.protocol.clone().or_else(by_driver);
        let protocol = protocol.or_else(|| variable.map(|_| "tcp".into()));
        let Some(protocol) = protocol else { return };
        let web = protocols.purpose(&protocol) == "http" && variable.is_none();
        if around.listening || around.proxy || web {
            return;
        }
        let host = variable.map_or_else(|| "${address}".into(), |name| format!("${{{name}}}").into());
        let endpoint = Endpoint {
            protocol,
            host: Host { name: host, zone: Zone::Templated },
            port: None,
            credentials: Credentials::None,
            driver: connects.driver.clone(),
            version: None,
            flaws: Vec::new(),
            transport: Judged::Unknown { why: "the address comes from elsewhere".into() },
            place: event.callee,
            shown: String::new(),
            open: variable.map(|_| Open::of(Made::OfText, text, None, &[])),
        };
        self.maker.connection(&endpoint, around, &mut self.out);
    }

    /// A text beside options that may say anything: what it says itself counts, what a default would decide does not.
    fn said(&mut self, value: &Traced, hints: &Hints<'_>, around: &Around<'_>) {
        let mut texts = Vec::new();
        texts_of(value, &mut texts);
        for text in texts {
            let Classified::Endpoints(list) = self.knowledge.endpoints().classify(&text, hints) else { continue };
            for mut endpoint in list {
                if endpoint.transport.is_by_default() {
                    endpoint.transport = Judged::Unknown { why: "its options come from elsewhere".into() };
                    endpoint.open = Some(Open::of(Made::Fixed, &text, None, &[]));
                }
                self.maker.wire(&endpoint, around, &mut self.out);
            }
        }
    }

    /// What is so on some ways only, or until somebody configures it, weighs a step less.
    pub(super) fn sometimes(&self, base: Option<Severity>, check: &str) -> Option<Severity> {
        self.maker.lowered(base, check)
    }

    fn slot_value(
        &self,
        slot: Option<&'a crate::rules::model::Slot>,
        event: &Event<'a>,
    ) -> Option<(&'a Traced, Place)> {
        match self.find(slot?, event) {
            Found::Value { value, whole, .. } => Some((value, whole)),
            Found::Absent | Found::Unknown => None,
        }
    }

    /// What the other arguments say of the connection; nothing where one of them is not known.
    pub(super) fn parameters(
        &self,
        connects: &'a Connects,
        hints: &Hints<'_>,
        event: &Event<'a>,
    ) -> Option<Vec<Parameter>> {
        let mut parameters = Vec::new();
        let mut add = |name: &CompactString, value: &Traced, place: Place| -> bool {
            match as_text(value) {
                Some(text) => parameters.push(Parameter { key: name.clone(), value: text, place }),
                None => return matches!(value.value, Value::Null),
            }
            true
        };
        for (name, slot) in &connects.parameters {
            match self.find(slot, event) {
                Found::Value { value, whole, .. } => {
                    if !add(name, value, whole) {
                        return None;
                    }
                }
                Found::Unknown => return None,
                Found::Absent => {}
            }
        }
        if let Some((value, _)) = self.slot_value(connects.options.as_ref(), event) {
            let id = object_in(value)?;
            let object = &self.outcome.objects[id.0 as usize];
            // What somebody else made, and nobody here filled, is not known to be empty.
            let strange = object.fields.is_empty() && object.made_by != "dict";
            if object.open || strange {
                return None;
            }
            let mut fields: Vec<_> = object.fields.iter().collect();
            fields.sort_by_key(|(name, _)| (*name).clone());
            for (name, value) in fields {
                let known = add(name, value, value.at.unwrap_or(event.place));
                if !known && self.knowledge.endpoints().may_decide(hints, name) {
                    return None;
                }
            }
        }
        Some(parameters)
    }

    fn port(&self, connects: &'a Connects, event: &Event<'a>) -> Option<u16> {
        self.slot_value(connects.port.as_ref(), event).and_then(|(value, _)| match value.value {
            Value::Number(number) => u16::try_from(number).ok(),
            _ => None,
        })
    }

    /// A connection that the call describes in parts.
    fn assembled(
        &mut self,
        connects: &'a Connects,
        hints: &Hints<'_>,
        event: &Event<'a>,
        around: &Around<'_>,
        parameters: &[Parameter],
    ) {
        if connects.host.is_none() && connects.parameters.is_empty() && connects.options.is_none() {
            return;
        }
        let host = self.slot_value(connects.host.as_ref(), event);
        if host.is_none() && event.open {
            return;
        }
        let host_text = host.map(|(value, whole)| as_text(value).unwrap_or_else(|| Template::hole("host", whole)));
        let port = self.port(connects, event);
        let place = Place { file: event.callee.file, span: event.callee.span };
        if let Some(endpoint) = self.maker.endpoints().assemble(hints, host_text.as_ref(), port, parameters, place) {
            self.maker.wire(&endpoint, around, &mut self.out);
        }
    }

    /// What of a call decides how it speaks: an argument, or the call as such.
    fn decisive<'n>(&self, connects: &Connects, event: &Event<'n>) -> (&'n str, Place)
    where
        'a: 'n,
    {
        let found = connects
            .decided_by
            .as_ref()
            .map(|slot| self.matching().find(slot, event.arguments, event.open, event.receiver));
        let Some(Found::Value { value, whole, .. }) = found else { return (event.name, event.callee) };
        let name = match &value.value {
            Value::Object(id) => Some(self.outcome.objects[id.0 as usize].origin.as_str()),
            Value::Path(path) => Some(path.as_str()),
            _ => None,
        };
        (name.unwrap_or(event.name), whole)
    }

    /// A client or server that knows only one way to speak.
    fn fixed(
        &mut self,
        fixed: FixedTransport,
        connects: &Connects,
        host: Option<&Traced>,
        event: &Event<'a>,
        around: &Around<'_>,
    ) {
        let named = host.and_then(|host| {
            host.options().find_map(|option| match &option.value {
                Value::Text(text) => Some((**text).clone()),
                Value::List(list) => list.first().and_then(as_text),
                _ => None,
            })
        });
        let endpoints = self.maker.endpoints();
        let assumed = named.as_ref().map(Template::assumed);
        let known = assumed.filter(|text| !text.contains('\0'));
        let (name, zone) = match (&known, &named) {
            (Some(known), _) => {
                let socket = ["unix:", "unix-abstract:"].iter().any(|scheme| known.starts_with(scheme))
                    || known.starts_with('/');
                let bare = known.split_once("://").map_or(known.as_str(), |(_, rest)| rest.trim_start_matches('/'));
                let bare = bare.split('/').next().unwrap_or(bare);
                if socket {
                    return;
                }
                (
                    CompactString::from(bare),
                    if bare.is_empty() { Zone::Unspecified } else { endpoints.zone_of_address(bare) },
                )
            }
            (None, Some(_)) => ("${host}".into(), Zone::Templated),
            (None, None) if connects.listening => (CompactString::default(), Zone::Unspecified),
            (None, None) => ("${host}".into(), Zone::Templated),
        };
        let transport = match fixed {
            FixedTransport::Cleartext => Transport::Cleartext,
            FixedTransport::Verified => Transport::Verified,
        };
        let protocol = connects.protocol.clone().unwrap_or_else(|| "tcp".into());
        let port = connects.port.as_ref().and_then(|slot| match self.find(slot, event) {
            Found::Value { value: Traced { value: Value::Number(number), .. }, .. } => u16::try_from(*number).ok(),
            _ => None,
        });
        let title = self.knowledge.protocols.title(&protocol).unwrap_or(&protocol).to_owned();
        let (decides, place) = self.decisive(connects, event);
        let endpoint = Endpoint {
            protocol,
            host: Host { name: name.clone(), zone },
            port: port.filter(|port| *port != 0),
            credentials: Credentials::None,
            driver: connects.driver.clone(),
            version: None,
            flaws: Vec::new(),
            transport: Judged::Known {
                transport,
                decided_by: Evidence {
                    place,
                    kind: EvidenceKind::Default,
                    reason: format!("`{decides}` speaks {title} without encryption"),
                    advice: String::new(),
                    fix: None,
                    confidence: Confidence::High,
                    weight: 0,
                },
            },
            place,
            shown: if name.is_empty() { "all interfaces".to_owned() } else { name.to_string() },
            open: named.as_ref().map(|named| Open::of(Made::Fixed, named, port, &[])),
        };
        self.maker.wire(&endpoint, around, &mut self.out);
    }
}

/// Whether nothing of a text is written here, not even what it is by default.
fn is_unknown(text: &Template) -> bool {
    text.parts.iter().all(|part| matches!(part, Part::Hole { default: None, .. }))
}

fn holds_parameter(value: &Traced) -> bool {
    value.options().any(|option| matches!(option.value, Value::Parameter(_)))
}

fn texts_of(value: &Traced, out: &mut Vec<Template>) {
    for option in value.options() {
        match &option.value {
            Value::Text(text) => out.push((**text).clone()),
            Value::List(list) => list.iter().take(32).for_each(|element| texts_of(element, out)),
            _ => {}
        }
    }
}

/// Scalars as text.
fn as_text(value: &Traced) -> Option<Template> {
    let at = value.at.unwrap_or_default();
    match &value.value {
        Value::Text(text) => Some((**text).clone()),
        Value::Number(number) => Some(Template::literal(number.to_string(), at)),
        Value::Bool(value) => Some(Template::literal(if *value { "true" } else { "false" }, at)),
        Value::Path(path) => Some(Template::literal(path.rsplit('.').next().unwrap_or(path), at)),
        Value::AnyOf(list) => list.iter().find_map(|option| match &option.value {
            Value::Text(text) if text.parts.iter().all(|part| matches!(part, Part::Literal { .. })) => {
                Some((**text).clone())
            }
            _ => None,
        }),
        _ => None,
    }
}

//! How far a connection is protected: parameters in their precedence, then the scheme, then the driver's default; then
//! what raises and what weakens. Every shape of text and every set of arguments ends here.

use super::protocols::kinds::Verdict;
use super::protocols::{Driver, Protocol, Rule, Scheme, folded};
use super::weight;
use super::{Edit, Evidence, EvidenceKind, Judged, Transport};
use crate::grades::Confidence;
use crate::source::Place;
use compact_str::{CompactString, format_compact};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One parameter as it is written.
pub(super) struct Said {
    /// Folded.
    pub(super) key: CompactString,
    pub(super) shown: String,
    pub(super) value: Value,
    pub(super) place: Place,
    /// Where the value may be replaced.
    pub(super) value_place: Option<Place>,
    /// The variable whose default it is.
    pub(super) assumed: Option<CompactString>,
}

pub(super) enum Value {
    Known(String),
    /// The name of the hole.
    Hole(CompactString),
}

/// The scheme as it is written; `place` is empty-handed (`None`) where a hint stands for it.
#[derive(Clone)]
pub(super) struct SaidScheme<'a> {
    pub(super) scheme: &'a Scheme,
    /// In the source's own case.
    pub(super) written: Option<CompactString>,
    pub(super) place: Option<Place>,
    pub(super) exact: Option<Place>,
    pub(super) assumed: Option<CompactString>,
}

/// Everything that is known of one connection, but for its host.
pub(super) struct Case<'a> {
    pub(super) protocol: &'a Protocol,
    pub(super) driver: Option<&'a Driver>,
    pub(super) scheme: Option<SaidScheme<'a>>,
    pub(super) said: &'a [Said],
    /// There are parameters besides that are not known.
    pub(super) hidden: bool,
    pub(super) port: Option<u16>,
    pub(super) whole: Place,
    pub(super) insertion: Option<Insertion>,
}

/// Where a parameter may be added to the text, and what must stand around it there.
pub(super) struct Insertion {
    pub(super) place: Place,
    pub(super) before: CompactString,
    pub(super) after: &'static str,
}

/// The outcome: a judgement, or that the connection stays on the machine.
pub(super) enum Outcome {
    Judged(Judged),
    Local,
}

/// A verdict on its way, with what decided it.
struct State {
    transport: Transport,
    decided_by: Evidence,
    settled: bool,
}

enum Base {
    State(State),
    Local,
    Unknown(CompactString),
}

impl Case<'_> {
    pub(super) fn judge(&self) -> Outcome {
        match self.base() {
            Base::Local => Outcome::Local,
            Base::Unknown(why) => Outcome::Judged(Judged::Unknown { why }),
            Base::State(mut state) => {
                let open = self.raise(&mut state).or_else(|| self.weaken(&mut state));
                weight::weigh(self, state.transport, &mut state.decided_by);
                Outcome::Judged(match open {
                    Some(why) => Judged::Unknown { why },
                    None => Judged::Known { transport: state.transport, decided_by: state.decided_by },
                })
            }
        }
    }

    fn base(&self) -> Base {
        if let Some(base) = self.by_parameter() {
            return base;
        }
        let decides = self.protocol.parameters.iter().any(|rule| !rule.decides.is_empty());
        match self.by_scheme().unwrap_or_else(|| self.by_default()) {
            Base::State(state) if self.hidden && decides && state.transport < Transport::Verified => {
                Base::Unknown("its parameters come from elsewhere".into())
            }
            base => base,
        }
    }

    /// The rules of the protocol with what is said to them.
    pub(super) fn spoken(&self) -> impl Iterator<Item = (&Rule, &Said)> {
        let rules = self.protocol.parameters.iter();
        rules
            .flat_map(|rule| {
                self.said.iter().filter(|said| rule.keys.contains(&said.key)).map(move |said| (rule, said))
            })
            .filter(|(_, said)| self.driver.is_none_or(|driver| !driver.ignores.contains(&said.key)))
    }

    fn by_parameter(&self) -> Option<Base> {
        self.spoken().filter(|(rule, _)| !rule.decides.is_empty()).find_map(|(rule, said)| {
            let value = match &said.value {
                Value::Known(value) => value,
                Value::Hole(name) => {
                    return Some(Base::Unknown(format_compact!("`{name}` decides")));
                }
            };
            let of_driver = self.driver.and_then(|driver| driver.values.get(&said.key));
            let by_driver = of_driver.and_then(|values| looked_up(values, value));
            match by_driver.or_else(|| looked_up(&rule.decides, value)) {
                None => Some(Base::Unknown(format_compact!("the value of `{}` is not known", said.shown))),
                Some(Verdict::Unknown) => Some(Base::Unknown(format_compact!("`{}` is decided elsewhere", said.shown))),
                Some(Verdict::Local) => Some(Base::Local),
                Some(verdict) => {
                    let transport = verdict.transport()?;
                    let settled = rule.finals.contains(&folded(value));
                    Some(Base::State(State { transport, decided_by: by_said(rule, said, transport), settled }))
                }
            }
        })
    }

    fn by_scheme(&self) -> Option<Base> {
        let said = self.scheme.as_ref()?;
        let by_driver = self.driver.and_then(|driver| driver.schemes.get(&said.scheme.name)).copied();
        let verdict = by_driver.unwrap_or(said.scheme.is);
        let transport = match verdict {
            Verdict::Local => return Some(Base::Local),
            Verdict::Unknown => {
                return Some(Base::Unknown(format_compact!("`{}` does not say", said.scheme.name)));
            }
            verdict => verdict.transport()?,
        };
        let written = said.written.as_deref().unwrap_or(&said.scheme.name);
        let mut reason = format!("`{written}` {}", phrase(transport));
        if let (Some(driver), Some(_)) = (self.driver, by_driver) {
            reason = format!("{} with {}", reason, driver.title);
        }
        if let Some(port) =
            self.port.filter(|port| self.protocol.tls_ports.contains(port) && transport < Transport::Unverified)
        {
            let _ = write!(reason, ", though port {port} is usually one with TLS");
        }
        let secure = said.scheme.secure.as_ref().filter(|_| said.scheme.advised && transport != Transport::Verified);
        let edit = |place| secure.map(|text| Edit { place, text: in_style_of(written, text) });
        let addition = || self.addition().filter(|_| secure.is_none() && transport != Transport::Verified);
        let decided_by = Evidence {
            place: said.place.unwrap_or(self.whole),
            kind: if said.place.is_some() { EvidenceKind::Scheme } else { EvidenceKind::Default },
            reason: assumed_reason(reason, said.assumed.as_ref()),
            advice: secure.map_or_else(|| self.advice(), |secure| format!("`{secure}`")),
            fix: said.exact.and_then(edit).or_else(addition),
            confidence: confidence(said.assumed.as_ref()),
            weight: 0,
        };
        Some(Base::State(State { transport, decided_by, settled: false }))
    }

    fn by_default(&self) -> Base {
        let own = self.driver.map(|driver| driver.default).filter(|verdict| *verdict != Verdict::Open);
        let transport = match own.unwrap_or(self.protocol.default) {
            Verdict::Local => return Base::Local,
            verdict => verdict.transport(),
        };
        let Some(transport) = transport else {
            return Base::Unknown("nothing is said of TLS, and the driver's default is not known".into());
        };
        let tls_port = self.port.filter(|port| self.protocol.tls_ports.contains(port));
        if let Some(port) = tls_port.filter(|_| transport != Transport::Verified) {
            return Base::Unknown(format_compact!("nothing is said of TLS, and port {port} is usually one with TLS"));
        }
        let who = match (self.driver, own) {
            (Some(driver), Some(_)) => driver.title.as_str(),
            _ => "the usual driver",
        };
        let decided_by = Evidence {
            place: self.whole,
            kind: EvidenceKind::Default,
            reason: format!("nothing is said of TLS, and {who} then {}", phrase(transport)),
            advice: self.advice(),
            fix: self.addition().filter(|_| transport != Transport::Verified),
            confidence: if own.is_some() { Confidence::High } else { Confidence::Medium },
            weight: 0,
        };
        Base::State(State { transport, decided_by, settled: false })
    }

    fn advice(&self) -> String {
        self.driver.and_then(|driver| driver.advice.as_ref()).unwrap_or(&self.protocol.advice).clone()
    }

    /// The edit that adds the parameter which the driver, or the protocol, would have.
    fn addition(&self) -> Option<Edit> {
        let at = self.insertion.as_ref()?;
        let parameter = self.driver.and_then(|driver| driver.add.as_ref()).or(self.protocol.add.as_ref())?;
        Some(Edit { place: at.place, text: format!("{}{parameter}{}", at.before, at.after) })
    }

    /// The name of a hole that leaves the outcome open.
    fn raise(&self, state: &mut State) -> Option<CompactString> {
        for (rule, said) in self.spoken() {
            let applies = state.transport >= rule.raises_from && !rule.raises.is_empty();
            let value = match &said.value {
                Value::Known(value) => value,
                Value::Hole(name) if applies && rule.weakens.is_empty() && !rule.raises.contains_key("*") => {
                    return Some(format_compact!("`{name}` decides"));
                }
                Value::Hole(_) => "*",
            };
            let raised = looked_up(&rule.raises, value);
            let written = state.decided_by.kind == EvidenceKind::Parameter;
            if raised == Some(Verdict::Unknown) && applies && !written && state.transport != Transport::Verified {
                return Some(format_compact!("`{}` may turn TLS on", said.shown));
            }
            let raised = raised.and_then(Verdict::transport);
            if let Some(transport) = raised.filter(|transport| applies && *transport > state.transport) {
                state.transport = transport;
                state.decided_by = by_said(rule, said, transport);
            }
        }
        None
    }

    /// As [`Case::raise`]. Of what weakens equally, what is written last in the rules is shown.
    fn weaken(&self, state: &mut State) -> Option<CompactString> {
        if state.settled {
            return None;
        }
        for (rule, said) in self.spoken().filter(|(rule, _)| !rule.weakens.is_empty()) {
            let value = match &said.value {
                Value::Known(value) => value,
                Value::Hole(name) => {
                    let worse =
                        rule.weakens.values().filter_map(|verdict| verdict.transport()).any(|to| to < state.transport);
                    if worse {
                        return Some(format_compact!("`{name}` decides"));
                    }
                    continue;
                }
            };
            let weaker = looked_up(&rule.weakens, value).and_then(Verdict::transport);
            if let Some(transport) = weaker.filter(|transport| *transport <= state.transport) {
                state.transport = transport;
                state.decided_by = by_said(rule, said, transport);
            }
        }
        None
    }
}

fn by_said(rule: &Rule, said: &Said, transport: Transport) -> Evidence {
    let reason = format!("`{}` {}", said.shown, phrase(transport));
    let written = match &said.value {
        Value::Known(value) => value.as_str(),
        Value::Hole(_) => "",
    };
    let better = rule.fix.as_deref().filter(|fix| transport != Transport::Verified && folded(fix) != folded(written));
    let fix = better.zip(said.value_place).map(|(text, place)| Edit { place, text: in_style_of(written, text) });
    Evidence {
        place: said.place,
        kind: EvidenceKind::Parameter,
        reason: assumed_reason(reason, said.assumed.as_ref()),
        advice: rule.advice.clone(),
        fix,
        confidence: confidence(said.assumed.as_ref()),
        weight: 0,
    }
}

/// `true` beside `False` is `True`, beside `FALSE` `TRUE`.
fn in_style_of(written: &str, text: &str) -> String {
    let mut letters = written.chars();
    let first_upper = letters.next().is_some_and(|first| first.is_ascii_uppercase());
    let rest_lower = letters.as_str().chars().any(|letter| letter.is_ascii_lowercase());
    if !first_upper {
        return text.to_owned();
    }
    if !rest_lower {
        return text.to_ascii_uppercase();
    }
    let mut out = text.to_owned();
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out
}

pub(super) fn confidence(assumed: Option<&CompactString>) -> Confidence {
    if assumed.is_some() { Confidence::Medium } else { Confidence::High }
}

pub(super) fn assumed_reason(reason: String, assumed: Option<&CompactString>) -> String {
    match assumed {
        Some(name) if name.is_empty() => format!("{reason}; the template yields it by default"),
        Some(name) => format!("{reason}; it is the default value of {name}"),
        None => reason,
    }
}

fn phrase(transport: Transport) -> &'static str {
    match transport {
        Transport::Cleartext => "encrypts nothing",
        Transport::Opportunistic => "encrypts only if the server offers it",
        Transport::Unverified => "encrypts without checking the certificate",
        Transport::HostUnverified => "checks the certificate but not the name in it",
        Transport::Verified => "encrypts and checks the server",
    }
}

fn looked_up(values: &BTreeMap<CompactString, Verdict>, value: &str) -> Option<Verdict> {
    exact(values, value).or_else(|| values.get("*").copied().filter(|_| !value.is_empty()))
}

/// By the folded value, or by the truth that it spells.
pub(super) fn exact<T: Copy>(values: &BTreeMap<CompactString, T>, value: &str) -> Option<T> {
    let value = folded(value);
    let truth = match value.as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" | "enable" | "enabled" => Some("true"),
        "false" | "0" | "no" | "off" | "f" | "n" | "disable" | "disabled" => Some("false"),
        _ => None,
    };
    values.get(&value).or_else(|| values.get(truth?)).copied()
}

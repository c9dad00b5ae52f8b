//! What other parameters add to a judged connection: how much worse or better it makes the finding, and weak members
//! of the lists of TLS versions and ciphers that it allows.

use super::judge::{Case, Said, Value, assumed_reason, confidence, exact};
use super::protocols::{Protocols, Rule};
use super::strength::{weak_ciphers, weak_tls_versions};
use super::{Evidence, EvidenceKind, Flaw, Strengths, Transport};
use std::fmt::Write as _;

/// Adds the weight of each parameter that has one at this transport, and says why.
pub(super) fn weigh(case: &Case<'_>, transport: Transport, decided_by: &mut Evidence) {
    for (rule, said) in case.spoken().filter(|(rule, _)| transport <= rule.weighs_up_to) {
        let Value::Known(value) = &said.value else { continue };
        let Some(steps) = exact(&rule.weighs, value) else { continue };
        decided_by.weight += steps;
        if let Some(note) = &rule.note {
            decided_by.reason.push_str("; ");
            if !decided_by.reason.contains(&said.shown) {
                let _ = write!(decided_by.reason, "`{}`: ", said.shown);
            }
            decided_by.reason.push_str(note);
        }
    }
}

/// The weak members of what the connection lists.
pub(super) fn flaws(case: &Case<'_>, protocols: &Protocols) -> Vec<Flaw> {
    case.spoken().filter_map(|(rule, said)| flaw(rule, said, protocols)).collect()
}

fn flaw(rule: &Rule, said: &Said, protocols: &Protocols) -> Option<Flaw> {
    let of = rule.lists?;
    let Value::Known(value) = &said.value else { return None };
    let weak = match of {
        Strengths::Versions => weak_version(protocols, value)?,
        Strengths::Ciphers => weak_ciphers(protocols, value).into_iter().map(|range| &value[range]).next()?,
    };
    let allows = match of {
        Strengths::Versions => "allows a version of TLS that is broken",
        Strengths::Ciphers => "allows a cipher that is broken",
    };
    let decided_by = Evidence {
        place: said.place,
        kind: EvidenceKind::Parameter,
        reason: assumed_reason(format!("`{weak}` in `{}` {allows}", said.shown), said.assumed.as_ref()),
        advice: rule.advice.clone(),
        fix: None,
        confidence: confidence(said.assumed.as_ref()),
        weight: 0,
    };
    Some(Flaw { of, decided_by })
}

/// The first weak version; a bare number (`1.0`) is one of TLS here.
fn weak_version<'v>(protocols: &Protocols, value: &'v str) -> Option<&'v str> {
    let bare = |word: &str| weak_tls_versions(protocols, &format!("TLS{word}")).is_empty();
    let numbers = value.split([',', ' ']).filter(|word| word.starts_with(|first: char| first.is_ascii_digit()));
    let named = || weak_tls_versions(protocols, value).into_iter().map(|range| &value[range]).next();
    named().or_else(|| numbers.into_iter().find(|word| !bare(word)))
}

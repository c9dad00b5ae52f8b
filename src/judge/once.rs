//! Of one fault that several places tell of, one weighs; the others are where else it shows.
//!
//! The methods of a class that accepts anybody and the calls that are given the class are one fault. So is a client that
//! checks neither the certificate nor the name in it: a check says itself which others it includes.

use super::uses::{add, site_of};
use super::{Judgement, Site};
use crate::checks::Checks;
use crate::facts::Owner;
use crate::flow::value::{ClassRef, ObjectId};
use crate::report::{Context, Finding, Related, Severity};
use crate::source::{FileId, Place};
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

type Fault = (CompactString, ClassRef);
/// What of a run a finding is: no two share both.
type Key = (CompactString, Place);
/// The finding that tells of the same, and what the other adds to it.
type Told = BTreeMap<Key, (Key, &'static str)>;
type Seen<'a> = (&'a Finding, &'a Site);

/// Lets the first place of each fault weigh, and the others say what they add to it.
pub(super) fn tell(checks: &Checks, judgements: &mut [(FileId, Judgement)]) {
    let mut told = of_classes(judgements);
    let clients = of_clients(checks, judgements, &told);
    let mut adds: BTreeMap<Key, Vec<(Place, &str)>> = BTreeMap::new();
    for (other, (first, how)) in told.iter().chain(&clients) {
        adds.entry(first.clone()).or_default().push((other.1, how));
    }
    let names: BTreeSet<Key> = clients.keys().cloned().collect();
    told.extend(clients);
    for finding in judgements.iter_mut().flat_map(|(_, judgement)| &mut judgement.findings) {
        if let Some(((_, first), _)) = told.get(&key(finding)) {
            finding.severity = finding.severity.min(Severity::Low);
            finding.related.insert(0, Related { place: *first, message: "it is one fault with this".to_owned() });
            if names.contains(&key(finding)) {
                "Neither the certificate nor the name in it is checked.".clone_into(&mut finding.message);
            }
        }
        for (place, how) in adds.get(&key(finding)).into_iter().flatten() {
            add(finding, *place, how);
        }
    }
}

fn key(finding: &Finding) -> Key {
    (finding.check.clone(), finding.place)
}

fn sited(judgements: &[(FileId, Judgement)]) -> impl Iterator<Item = Seen<'_>> {
    judgements.iter().flat_map(|(_, judgement)| {
        judgement.findings.iter().filter_map(|finding| Some((finding, site_of(&judgement.sites, finding)?)))
    })
}

/// Of the methods of one class and the calls that are given the class, the first method stands for all.
fn of_classes(judgements: &[(FileId, Judgement)]) -> Told {
    let mut firsts: FxHashMap<Fault, (Place, Context)> = FxHashMap::default();
    for (finding, site) in sited(judgements) {
        let Some(class) = site.defines else { continue };
        let first = firsts.entry((finding.check.clone(), class)).or_insert((finding.place, finding.context));
        if finding.place < first.0 {
            *first = (finding.place, finding.context);
        }
    }
    let again = sited(judgements).filter_map(|(finding, site)| {
        let (first, how) = first_of(&firsts, finding, site)?;
        Some((key(finding), ((finding.check.clone(), first), how)))
    });
    again.collect()
}

/// The method that tells of the same fault as a finding, and what this adds to it.
fn first_of(
    firsts: &FxHashMap<Fault, (Place, Context)>,
    finding: &Finding,
    site: &Site,
) -> Option<(Place, &'static str)> {
    let classes = site.given.iter().filter_map(|owner| match owner {
        Owner::Class(class) => Some(*class),
        Owner::Function(_) | Owner::Variable(_) => None,
    });
    let how = if site.defines.is_some() { "so does this one" } else { "it is put to use here" };
    site.defines.into_iter().chain(classes).find_map(|class| {
        let (place, context) = firsts.get(&(finding.check.clone(), class))?;
        // What stands in test code is not shown.
        (*place != finding.place && *context == finding.context).then_some((*place, how))
    })
}

/// What one function, or the value of one variable, says of one client: who does not check the certificate cares for no name
/// in it. It is one client where both are told to one thing, and where each is told once unless there are two things of one
/// type.
fn of_clients(checks: &Checks, judgements: &[(FileId, Judgement)], told: &Told) -> Told {
    let mut functions: BTreeMap<(usize, u32), BTreeMap<CompactString, BTreeMap<Place, Vec<Seen<'_>>>>> =
        BTreeMap::new();
    for (finding, site) in sited(judgements) {
        let variable = site.within.variable.map(|variable| (variable.unit, variable.node));
        let Some((unit, node)) = site.within.function.map(|function| (function.unit, function.node)).or(variable)
        else {
            continue;
        };
        let first = told.get(&key(finding)).map_or(finding.place, |((_, first), _)| *first);
        let places = functions.entry((unit, node.0)).or_default();
        places.entry(finding.check.clone()).or_default().entry(first).or_default().push((finding, site));
    }
    let mut folded = Told::new();
    for places in functions.values() {
        for (check, certificates) in places {
            let included = checks.get(check).map(|check| check.includes.as_slice()).unwrap_or_default();
            for other in included {
                let Some(names) = places.get(other) else { continue };
                let alone = certificates.len() == 1 && names.len() == 1;
                for (name, named) in names {
                    let mut firsts = certificates.iter();
                    if let Some((first, _)) = firsts.find(|(_, about)| one_client(about, named, alone)) {
                        let how = "nor is the name in it checked";
                        folded.insert((other.clone(), *name), ((check.clone(), *first), how));
                    }
                }
            }
        }
    }
    folded
}

/// Whether what is said of the certificate and of the name in it is about one client, and the first weighs no less.
fn one_client(certificate: &[Seen<'_>], name: &[Seen<'_>], alone: bool) -> bool {
    let worst = |seen: &[Seen<'_>]| seen.iter().map(|(finding, _)| finding.severity).max();
    let things = |seen: &[Seen<'_>]| -> Vec<(CompactString, ObjectId)> {
        seen.iter().filter_map(|(_, site)| site.object.clone()).collect()
    };
    let (some, others) = (things(certificate), things(name));
    let same = some.iter().any(|thing| others.contains(thing));
    let alike = some.iter().any(|(kind, _)| others.iter().any(|(other, _)| other == kind));
    worst(certificate) >= worst(name) && (same || alone && !alike)
}

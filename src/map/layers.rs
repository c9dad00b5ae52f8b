//! What a deployment replaces: of a key that several files give, the value in a file that the workload takes in counts, and
//! where it names a store, the store on this machine that is the default is not asked.

use super::system::System;
use super::{Component, Connection};
use crate::endpoint::Zone;
use crate::report::{Direction, Sighting};
use compact_str::CompactString;
use std::collections::BTreeSet;

/// Takes away the owners of settings that a file which their workload takes in gives another value.
pub(super) fn drop_replaced(owned: &mut Vec<(&Sighting, BTreeSet<Component>)>, system: &System<'_>) {
    let named = |sighting: &Sighting, owner: &Component| {
        let key = sighting.key.clone()?;
        Some((owner.name.clone(), sighting.direction, sighting.purpose.clone(), key))
    };
    let taken: BTreeSet<_> = owned
        .iter()
        .flat_map(|(sighting, owners)| owners.iter().map(move |owner| (*sighting, owner)))
        .filter(|(sighting, owner)| sighting.key.is_some() && system.takes_in(&owner.name, sighting.place))
        .filter_map(|(sighting, owner)| named(sighting, owner))
        .collect();
    if taken.is_empty() {
        return;
    }
    for (sighting, owners) in owned.iter_mut() {
        owners.retain(|owner| {
            let replaced = named(sighting, owner).is_some_and(|name| taken.contains(&name));
            !replaced || system.takes_in(&owner.name, sighting.place)
        });
    }
    owned.retain(|(_, owners)| !owners.is_empty());
}

/// Without stores on this machine where a workload has one of the kind elsewhere: in its container there is none.
pub(super) fn without_defaults(connections: Vec<Connection>, system: &System<'_>) -> Vec<Connection> {
    let elsewhere: BTreeSet<(CompactString, CompactString)> = connections
        .iter()
        .filter(|one| one.direction == Direction::Out && one.peer.component.is_some())
        .map(|one| (one.component.clone(), one.protocol.clone()))
        .collect();
    let is_default = |one: &Connection| {
        one.direction == Direction::Out
            && one.peer.zone == Zone::Loopback
            && one.purpose != "http"
            && system.workloads(&one.component).next().is_some()
            && elsewhere.contains(&(one.component.clone(), one.protocol.clone()))
    };
    connections.into_iter().filter(|one| !is_default(one)).collect()
}

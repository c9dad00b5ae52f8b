//! Clients whose address the code does not know, and addresses whose client the settings do not know: where a component has
//! both of one protocol, they are one connection, or one client for several of them.

use super::{Component, Sensitive};
use crate::endpoint::Zone;
use crate::report::{Direction, Sighting};
use crate::source::Place;
use compact_str::CompactString;
use std::collections::{BTreeMap, BTreeSet};

/// A client as its code shows it.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) driver: CompactString,
    pub(super) version: Option<CompactString>,
    pub(super) places: Vec<Place>,
    pub(super) carries: Vec<Sensitive>,
}

/// The clients without an address, by component and protocol.
#[derive(Debug, Default)]
pub(super) struct Clients(BTreeMap<(CompactString, CompactString), Vec<Client>>);

impl Clients {
    pub(super) fn of(owned: &[(&Sighting, BTreeSet<Component>)]) -> Self {
        let mut this = Self::default();
        for (sighting, owners) in owned.iter().filter(|(sighting, _)| is_client(sighting)) {
            let Some(driver) = &sighting.driver else { continue };
            for owner in owners {
                let all = this.0.entry((owner.name.clone(), sighting.protocol.clone())).or_default();
                match all.iter_mut().find(|client| client.driver == *driver) {
                    Some(client) => client.places.push(sighting.place),
                    None => all.push(Client {
                        driver: driver.clone(),
                        version: sighting.version.clone(),
                        places: vec![sighting.place],
                        carries: sighting.carries.clone(),
                    }),
                }
            }
        }
        this
    }

    /// The clients of a component that speak a protocol, one for each driver.
    pub(super) fn speaking(&self, component: &CompactString, protocol: &CompactString) -> &[Client] {
        self.0.get(&(component.clone(), protocol.clone())).map_or(&[], Vec::as_slice)
    }
}

/// A client of a store or broker, of a known driver, whose address comes from somewhere else as a whole. A variable that
/// nothing sets is an address of its own.
pub(super) fn is_client(sighting: &Sighting) -> bool {
    let host = &sighting.host;
    let hole = host.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains("${"));
    let unknown = host.is_empty() || hole.is_some_and(|name| name.contains(|c: char| c.is_ascii_lowercase()));
    sighting.direction == Direction::Out
        && sighting.purpose != "http"
        && sighting.driver.is_some()
        && unknown
        && sighting.zone == Zone::Templated
}

/// An address that waits for somebody to tell who speaks there.
pub(super) fn waits(sighting: &Sighting) -> bool {
    sighting.direction == Direction::Out && sighting.driver.is_none() && sighting.assumed && !is_client(sighting)
}

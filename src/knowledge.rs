//! All that barewire knows: models, checks, protocols and kinds of files, as compiled into the binary by `build.rs`.

use crate::checks::Checks;
use crate::endpoint::protocols::Protocols;
use crate::endpoint::{Endpoints, HostPattern, Zone};
use crate::kind::Kinds;
use crate::map::knowledge::MapKnowledge;
use crate::rules::RuleSet;
use crate::rules::model::Model;
use compact_str::CompactString;

/// The knowledge of a run. Made once, then only read.
#[derive(Debug)]
pub struct Knowledge {
    pub rules: RuleSet,
    pub checks: Checks,
    pub protocols: Protocols,
    pub kinds: Kinds,
    pub map: MapKnowledge,
    /// Words without which there is no connection string that lacks a scheme.
    pub triggers: Vec<CompactString>,
}

static MODELS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/models.bin"));
static CHECKS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/checks.bin"));
static PROTOCOLS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/protocols.bin"));
static TRIGGERS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/triggers.bin"));
static MAP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/map.bin"));
static KINDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/kinds.bin"));

const WRITTEN: &str = "build.rs wrote it from the same types";

/// The checks alone.
pub fn checks() -> Checks {
    postcard::from_bytes(CHECKS).expect(WRITTEN)
}

impl Knowledge {
    /// The built-in knowledge with `extra` models behind it.
    pub fn new(extra: Vec<Model>) -> Self {
        Self {
            rules: RuleSet::new(postcard::from_bytes(MODELS).expect(WRITTEN), extra),
            checks: checks(),
            protocols: postcard::from_bytes(PROTOCOLS).expect(WRITTEN),
            kinds: postcard::from_bytes(KINDS).expect(WRITTEN),
            map: postcard::from_bytes(MAP).expect(WRITTEN),
            triggers: postcard::from_bytes(TRIGGERS).expect(WRITTEN),
        }
    }

    pub fn endpoints(&self) -> Endpoints<'_> {
        Endpoints::new(&self.protocols)
    }

    /// Puts hosts into a zone, whatever they were in.
    pub fn place(&mut self, zone: Zone, hosts: &HostPattern) {
        match hosts {
            HostPattern::Exact(name) | HostPattern::Domain(name) => self.protocols.place(zone, vec![name.clone()], &[]),
            HostPattern::Network(net) => self.protocols.place(zone, Vec::new(), &[(net.addr(), net.prefix_len())]),
        }
    }
}

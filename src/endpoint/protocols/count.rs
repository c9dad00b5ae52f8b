//! How many protocols, schemes, parameters and drivers there are.

use super::Protocols;
use serde::Serialize;

/// Numbers of what the data of `rules/protocols/` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ProtocolCounts {
    pub protocols: usize,
    /// Names in front of `://`, those that mean something only where the protocol is known included.
    pub schemes: usize,
    /// Keys that decide how far a connection is protected.
    pub parameters: usize,
    pub drivers: usize,
}

impl Protocols {
    pub fn counts(&self) -> ProtocolCounts {
        let all = || self.protocols.iter();
        ProtocolCounts {
            protocols: self.protocols.len(),
            schemes: all().map(|protocol| protocol.schemes.len()).sum(),
            parameters: all().flat_map(|protocol| &protocol.parameters).map(|rule| rule.keys.len()).sum(),
            drivers: all().map(|protocol| protocol.drivers.len()).sum(),
        }
    }
}

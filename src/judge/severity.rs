//! How bad a finding is: the one place that weighs check, zone, credentials and place.

use crate::endpoint::{Credentials, Transport, Zone};
use crate::report::{Context, Severity};

/// What is known of a connection that a finding is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    pub(crate) zone: Zone,
    pub(crate) credentials: Credentials,
    pub(crate) transport: Transport,
    /// What passes is the web's, and not the records of a store or broker.
    pub(crate) web: bool,
    /// The other end is declared in the same file as a machine of the same network.
    pub(crate) neighbour: bool,
    /// Steps that other parameters of the connection add.
    pub(crate) weight: i8,
}

/// The severity of the check, raised by a secret that passes in the clear, lowered by the distance that the wire spans.
pub(crate) fn of(base: Severity, wire: Option<Wire>, context: Context) -> Severity {
    let mut steps = match context {
        Context::Sample | Context::Development => 1,
        Context::Production | Context::Test => 0,
    };
    if let Some(wire) = wire {
        let secret = wire.credentials == Credentials::Secret;
        let bare = matches!(wire.transport, Transport::Cleartext | Transport::Opportunistic);
        steps += match wire.zone {
            Zone::Public => 0,
            Zone::Templated | Zone::Unspecified | Zone::Private => 1,
            Zone::Cluster if !wire.web => 1,
            Zone::Cluster | Zone::Reserved => 2,
            Zone::Loopback | Zone::UnixSocket | Zone::Machine | Zone::ByDesign => 4,
        };
        steps += i8::from(wire.neighbour && wire.zone == Zone::Cluster) - i8::from(secret && bare) - wire.weight;
    }
    let lowered = base.lowered(steps);
    // What leaves the machine in the clear is worth a line, however near the other end is.
    let leaves = wire.is_none_or(|wire| !super::matching::local(wire.zone));
    if leaves { lowered.max(Severity::Low.min(base)) } else { lowered }
}

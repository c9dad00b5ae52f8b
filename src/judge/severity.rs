//! How bad a finding is: the one place that weighs check, zone, credentials and place.

use crate::endpoint::{Transport, Zone};
use crate::map::{Connection, Verdict};
use crate::report::{Context, Direction, Severity};

/// What is known of a connection that a finding is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wire {
    pub(crate) zone: Zone,
    /// Credentials or something else that others must not read is seen to pass.
    pub(crate) secret: bool,
    pub(crate) transport: Transport,
    /// What passes is the web's, and not the records of a store or broker.
    pub(crate) web: bool,
    pub(crate) beside: Beside,
    /// A parameter says so, and no default.
    pub(crate) explicit: bool,
    /// Steps that other parameters of the connection add.
    pub(crate) weight: i8,
}

/// Whether the other end is a machine of the same small network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beside {
    Unknown,
    /// It goes by one word, or by that and the name of its network, as only neighbours do.
    Named,
    /// The same file declares it.
    Declared,
}

/// The severity of the check, raised by a secret that passes in the clear, lowered by the distance that the wire spans.
pub(crate) fn of(base: Severity, wire: Option<Wire>, context: Context) -> Severity {
    let mut steps = match context {
        Context::Sample | Context::Development => 1,
        Context::Production | Context::Test => 0,
    };
    if let Some(wire) = wire {
        let bare = matches!(wire.transport, Transport::Cleartext | Transport::Opportunistic);
        let raised = i8::from(wire.secret && bare) + wire.weight;
        steps += match (wire.zone, wire.beside) {
            (Zone::Public, _) => -raised,
            (Zone::Templated | Zone::Unspecified | Zone::Private, _) => 1 - raised,
            // Who spells it out that nothing is encrypted may mean more than one small network.
            (Zone::Cluster, Beside::Named) if !wire.web && bare && wire.explicit => 1,
            (Zone::Cluster, Beside::Named | Beside::Declared) if !wire.web => (2 - raised).max(1),
            (Zone::Cluster, _) if !wire.web => 1 - raised,
            (Zone::Cluster | Zone::Reserved, _) => 2 - raised,
            (Zone::Loopback | Zone::UnixSocket | Zone::Machine | Zone::ByDesign, _) => 4 - raised,
        };
    }
    let lowered = base.lowered(steps);
    // What leaves the machine in the clear is worth a line, however near the other end is.
    let leaves = wire.is_none_or(|wire| !super::matching::local(wire.zone));
    if leaves { lowered.max(Severity::Low.min(base)) } else { lowered }
}

/// Of a connection that is less than a policy demands: what is seen to pass over it raises it, and that it stays inside
/// lowers it.
pub(crate) fn of_connection(connection: &Connection) -> Severity {
    let sensitive = !connection.sensitive.is_empty();
    let inside = matches!(connection.peer.zone, Zone::Cluster | Zone::Private);
    match connection.verdict {
        Verdict::Unknown | Verdict::HostUnverified => Severity::Medium,
        _ if connection.direction == Direction::Listen => Severity::Medium,
        Verdict::Cleartext if sensitive && !inside => Severity::Critical,
        _ if sensitive || !inside => Severity::High,
        _ => Severity::Medium,
    }
}

//! What makes two connections the same, and what tells that something has changed.

use super::*;
use crate::endpoint::{Credentials, Zone};
use crate::map::document::{Peer, Reason, Tool, Totals};
use crate::report::Context;

fn connection(component: &str, host: &str, verdict: Verdict) -> Connection {
    Connection {
        component: component.to_owned(),
        direction: Direction::Out,
        purpose: "http".to_owned(),
        protocol: "http".to_owned(),
        peer: Peer { host: host.to_owned(), zone: Zone::Public, port: None, component: None },
        driver: None,
        version: None,
        verdict,
        decided_by: Reason { reason: "because".to_owned(), place: None },
        otherwise: Vec::new(),
        credentials: Credentials::None,
        sensitive: Vec::new(),
        places: Vec::new(),
        context: Context::Production,
    }
}

fn document(connections: &[Connection]) -> Document {
    Document {
        schema_version: 1,
        tool: Tool { name: "barewire".to_owned(), version: "0".to_owned() },
        components: Vec::new(),
        connections: connections.to_vec(),
        totals: Totals::default(),
    }
}

#[test]
fn what_appeared_vanished_and_changed_is_told() {
    let kept = connection("web", "kept.acme-bank.com", Verdict::Verified);
    let gone = connection("web", "gone.acme-bank.com", Verdict::Cleartext);
    let new = connection("api", "gone.acme-bank.com", Verdict::Cleartext);
    let before = connection("web", "pay.acme-bank.com", Verdict::Verified);
    let after = Connection { verdict: Verdict::Unknown, ..before.clone() };
    let old = document(&[kept.clone(), gone.clone(), before]);
    let today = document(&[new.clone(), kept, after.clone()]);
    let compared = Comparison::new(&old, &today);
    assert_eq!(compared.appeared, [new]);
    assert_eq!(compared.vanished, [gone]);
    assert_eq!(compared.changed, [Change { before: Verdict::Verified, connection: after }]);
    assert_eq!(compared.summary(), "connections: 1 appeared, 1 vanished, 1 changed, 1 for the worse");
    assert!(Comparison::new(&old, &old).is_empty());
}

#[test]
fn of_two_that_are_alike_only_the_second_one_vanished() {
    let twin = connection("web", "twin.acme-bank.com", Verdict::Cleartext);
    let compared = Comparison::new(&document(&[twin.clone(), twin.clone()]), &document(&[twin]));
    assert_eq!((compared.appeared.len(), compared.vanished.len(), compared.changed.len()), (0, 1, 0));
}

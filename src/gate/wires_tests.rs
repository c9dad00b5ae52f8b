//! What the policy demands of which connection.

use super::*;
use crate::endpoint::Credentials;
use crate::map::{Peer, Reason};
use crate::report::Context;
use crate::source::FileId;

fn connection(purpose: &str, host: &str, zone: Zone, verdict: Verdict) -> Connection {
    let place = Place { file: FileId(0), span: Span::new(0, 4) };
    Connection {
        component: "web".into(),
        direction: Direction::Out,
        purpose: purpose.into(),
        protocol: "http".into(),
        peer: Peer { host: host.into(), zone, port: None, component: None },
        driver: None,
        version: None,
        verdict,
        decided_by: Reason { text: "because".to_owned(), place: Some(place) },
        otherwise: Vec::new(),
        credentials: Credentials::None,
        sensitive: Vec::new(),
        places: vec![place],
        context: Context::Production,
    }
}

fn demand(purposes: &[&str], zones: &[Zone], needs: Need, unknown: Option<Unknown>) -> Demand {
    let purposes = purposes.iter().map(|purpose| CompactString::from(*purpose)).collect();
    Demand { purposes, zones: zones.to_vec(), components: Vec::new(), directions: Vec::new(), needs, unknown }
}

fn failed(policy: &WirePolicy, connection: &Connection) -> Option<&'static str> {
    policy.fails(connection).map(|(check, _)| check)
}

#[test]
fn without_a_policy_only_what_stays_on_the_machine_needs_no_proof() {
    let policy = WirePolicy::default();
    for (zone, verdict, check) in [
        (Zone::Loopback, Verdict::Cleartext, None),
        (Zone::Loopback, Verdict::Unknown, None),
        (Zone::Cluster, Verdict::Cleartext, Some(TOO_WEAK)),
        (Zone::Private, Verdict::HostUnverified, Some(TOO_WEAK)),
        (Zone::Public, Verdict::Verified, None),
        (Zone::Templated, Verdict::Unknown, Some(NOT_SHOWN)),
        (Zone::Unspecified, Verdict::Cleartext, Some(TOO_WEAK)),
    ] {
        assert_eq!(failed(&policy, &connection("http", "a", zone, verdict)), check, "{zone:?} {verdict:?}");
    }
}

#[test]
fn the_last_demand_that_is_for_a_connection_holds() {
    let demands = vec![
        demand(&[], &[Zone::Cluster], Need::Encrypted, None),
        demand(&["database"], &[Zone::Cluster], Need::Verified, None),
        demand(&["logging"], &[], Need::Nothing, None),
        demand(&["broker"], &[], Need::HostUnverified, Some(Unknown::Allowed)),
    ];
    let policy = WirePolicy { demands, ..WirePolicy::default() };
    for (purpose, zone, verdict, check) in [
        ("http", Zone::Cluster, Verdict::Unverified, None),
        ("http", Zone::Cluster, Verdict::Opportunistic, Some(TOO_WEAK)),
        ("database", Zone::Cluster, Verdict::Unverified, Some(TOO_WEAK)),
        ("http", Zone::Public, Verdict::Unverified, Some(TOO_WEAK)),
        ("logging", Zone::Public, Verdict::Cleartext, None),
        ("logging", Zone::Public, Verdict::Unknown, None),
        ("broker", Zone::Private, Verdict::HostUnverified, None),
        ("broker", Zone::Private, Verdict::Unknown, None),
        ("mail", Zone::Private, Verdict::Unknown, Some(NOT_SHOWN)),
    ] {
        let wire = connection(purpose, "a", zone, verdict);
        assert_eq!(failed(&policy, &wire), check, "{purpose} {zone:?} {verdict:?}");
    }
}

#[test]
fn an_exception_is_for_all_that_it_names() {
    let exception = |host: Option<&str>, component: Option<&str>| Exception {
        host: host.and_then(|host| HostPattern::parse(host).ok()),
        component: component.map(CompactString::from),
        reason: "lab".to_owned(),
        until: Date::parse("2027-03-31"),
        span: Span::default(),
    };
    let wire = connection("http", "a.lab.acme-bank.com", Zone::Public, Verdict::Cleartext);
    for (host, component, holds) in [
        (Some("*.lab.acme-bank.com"), None, true),
        (Some("*.lab.acme-bank.com"), Some("web"), true),
        (Some("*.lab.acme-bank.com"), Some("worker"), false),
        (Some("b.acme-bank.com"), Some("web"), false),
        (None, Some("web"), true),
    ] {
        assert_eq!(exception(host, component).is_for(&wire), holds, "{host:?} {component:?}");
    }
    assert!(!exception(None, Some("web")).has_ended(Date::parse("2027-03-31")));
    assert!(exception(None, Some("web")).has_ended(Date::parse("2027-04-01")));
}

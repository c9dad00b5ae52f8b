//! Addresses as calls take them. The zones of hosts are examples of `rules/protocols/hosts.yml`.

use super::{all, endpoints};
use crate::endpoint::{Hints, Zone};

#[test]
fn an_address_is_where_its_host_is() {
    let cases = [
        ("localhost:143", Zone::Loopback),
        ("127.0.0.1:3000", Zone::Loopback),
        ("[::1]:50051", Zone::Loopback),
        ("::1", Zone::Loopback),
        ("http://shop@localhost:8080/v1", Zone::Loopback),
        ("mail.acme-bank.com:143", Zone::Public),
        ("shop@mail.acme-bank.com", Zone::Public),
        ("/var/run/shop.sock", Zone::UnixSocket),
    ];
    for (address, expected) in cases {
        assert_eq!(endpoints().zone_of_address(address), expected, "{address}");
    }
}

#[test]
fn who_issues_certificates_asks_over_plain_http() {
    let zone = |url: &str| all(url, &Hints::default()).first().map(|endpoint| endpoint.host.zone);
    for (url, expected) in [
        ("http://www.acme-bank.net/.well-known/acme-challenge/token", Zone::ByDesign),
        ("http://${HOST}/.well-known/acme-challenge/token", Zone::ByDesign),
        ("http://www.acme-bank.net/.well-known/jwks.json", Zone::Public),
        ("http://${HOST}/a/.well-known/acme-challenge/token", Zone::Templated),
    ] {
        assert_eq!(zone(url), Some(expected), "{url}");
    }
}

//! Zones of hosts in every spelling, and of names made to look like them.

use super::endpoints;
use crate::endpoint::Zone::{
    self, ByDesign, Cluster, Loopback, Machine, Private, Public, Reserved, Templated, UnixSocket, Unspecified,
};

const ZONES: &[(&str, Zone)] = &[
    ("localhost", Loopback),
    ("LOCALHOST", Loopback),
    ("localhost.", Loopback),
    ("app.localhost", Loopback),
    ("127.0.0.1", Loopback),
    ("127.1", Loopback),
    ("0x7f000001", Loopback),
    ("0x7f.1", Loopback),
    ("2130706433", Loopback),
    ("017700000001", Loopback),
    ("[::1]", Loopback),
    ("::1", Loopback),
    ("0:0:0:0:0:0:0:1", Loopback),
    ("::ffff:127.0.0.1", Loopback),
    ("[::ffff:7f00:1]", Loopback),
    ("a.lvh.me", Loopback),
    ("app.127.0.0.1.nip.io", Loopback),
    ("app-127-0-0-1.sslip.io", Loopback),
    ("10.0.0.1.nip.io", Private),
    ("8.8.8.8.nip.io", Public),
    ("localhost.evil.test", Reserved),
    ("localhost.evil.net", Public),
    ("127.0.0.1.evil.example", Reserved),
    ("127.0.0.1.evil.net", Public),
    ("evillocalhost", Cluster),
    ("notlvh.me", Public),
    ("evilnip.io", Public),
    ("/var/run/x.sock", UnixSocket),
    ("%2Fvar%2Frun%2Fx.sock", UnixSocket),
    ("@abstract", UnixSocket),
    ("169.254.169.254", ByDesign),
    ("[fd00:ec2::254]", ByDesign),
    ("metadata.google.internal", ByDesign),
    ("abc.onion", ByDesign),
    ("ocsp.vendor.net", ByDesign),
    ("host.docker.internal", Machine),
    ("172.17.0.1", Machine),
    ("10.0.2.2", Machine),
    ("example.com", Reserved),
    ("api.example.org", Reserved),
    ("example.com.evil.net", Public),
    ("notexample.com", Public),
    ("192.0.2.7", Reserved),
    ("[2001:db8::1]", Reserved),
    ("<host>", Reserved),
    ("changeme", Reserved),
    ("0.0.0.0", Unspecified),
    ("::", Unspecified),
    ("*", Unspecified),
    ("", Unspecified),
    ("db", Cluster),
    ("orders.prod.svc.cluster.local", Cluster),
    ("orders.prod.svc", Cluster),
    ("10.1.2.3", Private),
    ("172.31.255.255", Private),
    ("172.32.0.1", Public),
    ("192.168.1.1", Private),
    ("100.64.0.1", Private),
    ("[fe80::1%25eth0]", Private),
    ("fe80::1%eth0", Private),
    ("dc.corp", Private),
    ("nas.local", Private),
    ("8.8.8.8", Public),
    ("[2001:4860:4860::8888]", Public),
    ("api.corp.net", Public),
    ("bücher.net", Public),
    ("{host}", Templated),
    ("%s", Templated),
    ("$HOST", Templated),
    ("__HOST__", Templated),
    ("%HOST%", Templated),
    ("{{ host }}.corp.net", Templated),
];

#[test]
fn zones() {
    let wrong: Vec<String> = ZONES
        .iter()
        .map(|(host, expected)| (host, expected, endpoints().zone_of_host(host)))
        .filter(|(_, expected, zone)| *expected != zone)
        .map(|(host, expected, zone)| format!("{host}: expected {expected:?}, is {zone:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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

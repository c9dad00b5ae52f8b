//! Addresses as calls take them. The zones of hosts are examples of `rules/protocols/hosts.yml`.

use super::endpoints;
use crate::endpoint::Zone;

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

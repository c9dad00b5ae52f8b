//! What a text is made of: its members, its secrets, and hosts that are plain by design.

use super::all;
use crate::endpoint::{Credentials, Hints, Zone};

#[test]
fn each_member_is_an_endpoint() {
    let hints = Hints::default();
    let hosts = |text: &str| {
        all(text, &hints)
            .iter()
            .map(|endpoint| format!("{}:{:?}", endpoint.host.name, endpoint.port))
            .collect::<Vec<_>>()
    };
    assert_eq!(hosts("mongodb://a:b@M1:1,m2/x"), ["m1:Some(1)", "m2:None"]);
    assert_eq!(hosts("http://a:1;http://b:2"), ["a:Some(1)", "b:Some(2)"]);
    assert_eq!(hosts("http://[2001:4860::1]:80/"), ["2001:4860::1:Some(80)"]);
    assert_eq!(
        hosts("(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=a)(PORT=1))(ADDRESS=(PROTOCOL=TCP)(HOST=b)(PORT=2)))"),
        ["a:Some(1)", "b:Some(2)"]
    );
    assert_eq!(hosts("Server=tcp:db.corp.net,1433;Database=x;Encrypt=no"), ["db.corp.net:Some(1433)"]);
    assert_eq!(hosts("mysql:host=db;port=3307;dbname=x"), ["db:Some(3307)"]);
}

#[test]
fn secrets_are_known_and_not_shown() {
    let rows = [
        ("http://api.corp.net", Credentials::None, "http://api.corp.net"),
        ("http://me@api.corp.net/", Credentials::User, "http://me@api.corp.net/"),
        ("http://me:pw@api.corp.net/", Credentials::Secret, "http://me:***@api.corp.net/"),
        ("http://me:p@w:x@api.corp.net/", Credentials::Secret, "http://me:***@api.corp.net/"),
        ("http://me:@api.corp.net/", Credentials::User, "http://me:@api.corp.net/"),
        (
            "http://api.corp.net/?a=1&access_token=abc&b=2",
            Credentials::Secret,
            "http://api.corp.net/?a=1&access_token=***&b=2",
        ),
        ("a:b@tcp(db)/x", Credentials::Secret, "a:***@tcp(db)/x"),
        ("Server=db;Database=x;Uid=a;Pwd={p;w}", Credentials::Secret, "Server=db;Database=x;Uid=a;Pwd={***}"),
    ];
    for (text, credentials, shown) in rows {
        let endpoints = all(text, &Hints::default());
        assert_eq!(endpoints.len(), 1, "{text}");
        assert_eq!((endpoints[0].credentials, endpoints[0].shown.as_str()), (credentials, shown), "{text}");
    }
}

#[test]
fn what_is_plain_by_design() {
    for text in ["http://169.254.169.254/latest/meta-data", "http://ocsp.vendor.net", "http://pki.vendor.net/root.crl"]
    {
        assert_eq!(all(text, &Hints::default())[0].host.zone, Zone::ByDesign, "{text}");
    }
}

//! Texts with holes and defaults, edits, connections in parts, and what the data itself promises.

use super::{all, endpoints, literal, place, shipped, word};
use crate::endpoint::protocols::kinds::NameHint;
use crate::endpoint::{
    Classified, Classifier, Credentials, Endpoint, EvidenceKind, Hints, Judged, Parameter, Protocols, Transport, Zone,
};
use crate::grades::Confidence;
use crate::source::FileId;
use crate::text::{Part, Template};

/// `http://{host}/x`: what stands in braces is a hole, `{name=default}` one with a default.
fn template(pattern: &str) -> Template {
    let mut parts = Vec::new();
    let mut at = 100;
    for (index, piece) in pattern.split(['{', '}']).enumerate() {
        let here = place(at, piece.len());
        at += piece.len();
        let part = match (index % 2, piece.split_once('=')) {
            (0, _) => Part::Literal { text: piece.into(), at: here },
            (_, None) => Part::Hole { name: piece.into(), default: None, at: here },
            (_, Some((name, default))) => {
                let inner = place(100 + at - default.len() - 100, default.len());
                Part::Hole { name: name.into(), default: Some(Box::new(Template::literal(default, inner))), at: here }
            }
        };
        if !piece.is_empty() {
            parts.push(part);
        }
    }
    Template { parts }
}

fn one(text: &Template, hints: &Hints<'_>) -> Endpoint {
    match endpoints().classify(text, hints) {
        Classified::Endpoints(mut all) if all.len() == 1 => all.remove(0),
        other => panic!("{text:?}: {other:?}"),
    }
}

fn known(endpoint: &Endpoint) -> (&'static str, Confidence) {
    match &endpoint.transport {
        Judged::Known { transport, decided_by } => (word(*transport), decided_by.confidence),
        Judged::Unknown { .. } => ("unknown", Confidence::Low),
    }
}

#[test]
fn holes() {
    let rows = [
        ("http://{host}:{port}/v1", "cleartext", Confidence::Medium, "http://${host}:${port}/v1"),
        ("http://api.corp.net/{path}", "cleartext", Confidence::High, "http://api.corp.net/${path}"),
        (
            "postgres://{u}:{p}@{h}/{d}?sslmode=disable",
            "cleartext",
            Confidence::Medium,
            "postgres://${u}:***@${h}/${d}?sslmode=disable",
        ),
        ("postgres://a@db/x?sslmode={mode}", "unknown", Confidence::Low, "postgres://a@db/x?sslmode=${mode}"),
        (
            "postgres://a@db/x?sslmode={mode=disable}",
            "cleartext",
            Confidence::Medium,
            "postgres://a@db/x?sslmode=disable",
        ),
        ("{URL=http://api.corp.net}", "cleartext", Confidence::Medium, "http://api.corp.net"),
        ("host={h} user=a sslmode=disable", "cleartext", Confidence::Medium, "host=${h} user=a sslmode=disable"),
        (
            "Server={s};Database=x;Encrypt=True;TrustServerCertificate={trust}",
            "unknown",
            Confidence::Low,
            "Server=${s};Database=x;Encrypt=True;TrustServerCertificate=${trust}",
        ),
    ];
    for (pattern, verdict, confidence, shown) in rows {
        let endpoint = one(&template(pattern), &Hints::default());
        assert_eq!((known(&endpoint), endpoint.shown.as_str()), ((verdict, confidence), shown), "{pattern}");
    }
}

#[test]
fn hosts_with_holes() {
    let zone = |pattern| one(&template(pattern), &Hints::default()).host.zone;
    assert_eq!(zone("http://{host}/"), Zone::Templated);
    assert_eq!(zone("http://{service}.prod.svc.cluster.local/"), Zone::Cluster);
    assert_eq!(zone("http://localhost.{domain}/"), Zone::Templated);
    assert_eq!(zone("http://{HOST=localhost}:8080/"), Zone::Loopback);
    assert_eq!(zone("http://orders{path}"), Zone::Cluster);
    assert_eq!(zone("http://api.acme-bank.net{request_path}"), Zone::Public);
    assert_eq!(zone("http://orders{suffix}"), Zone::Templated);
    assert_eq!(zone("http://{ORDERS_SERVICE_HOST}:{ORDERS_SERVICE_PORT}/"), Zone::Cluster);
    assert_eq!(zone("http://{listen_addr}:{port}/"), Zone::Cluster);
    for pattern in [
        "http://http://{url}",
        "git://code.corp.net/(?:p/)?([^/]*)$",
        "{scheme}://api.corp.net",
        "http{s}://api.corp.net",
        "{host}",
    ] {
        assert!(matches!(endpoints().classify(&template(pattern), &Hints::default()), Classified::Other), "{pattern}");
    }
}

#[test]
fn a_default_is_named() {
    let endpoint = one(&template("{API_URL=http://api.corp.net}"), &Hints::default());
    let Judged::Known { decided_by, .. } = endpoint.transport else { panic!("known") };
    assert!(decided_by.reason.contains("API_URL"), "{}", decided_by.reason);
}

/// The text with the edit of its first endpoint made.
fn mended(text: &str) -> Option<String> {
    let Judged::Known { decided_by, .. } = all(text, &Hints::default()).remove(0).transport else {
        return None;
    };
    let edit = decided_by.fix?;
    let (start, end) = (edit.place.span.start as usize - 100, edit.place.span.end as usize - 100);
    Some(format!("{}{}{}", &text[..start], edit.text, &text[end..]))
}

#[test]
fn edits() {
    let rows = [
        ("http://api.corp.net/", Some("https://api.corp.net/")),
        ("ftp://f.corp.net/", Some("ftps://f.corp.net/")),
        ("valkey://c/", Some("valkeys://c/")),
        ("postgres://db/x?sslmode=disable&a=b", Some("postgres://db/x?sslmode=verify-full&a=b")),
        ("jdbc:mysql://db/x?sslMode=REQUIRED", Some("jdbc:mysql://db/x?sslMode=VERIFY_IDENTITY")),
        (
            "Server=db;Database=x;Encrypt=True;TrustServerCertificate=True",
            Some("Server=db;Database=x;Encrypt=True;TrustServerCertificate=False"),
        ),
        ("Host=db;Username=a;SSL Mode=Disable", Some("Host=db;Username=a;SSL Mode=Verify-full")),
        ("postgres://db/x", Some("postgres://db/x?sslmode=verify-full")),
        ("postgres://db/x?application_name=a", Some("postgres://db/x?application_name=a&sslmode=verify-full")),
        ("mongodb://a:b@m1,m2/x?replicaSet=r", Some("mongodb://a:b@m1,m2/x?replicaSet=r&tls=true")),
        ("Host=db;Username=a", Some("Host=db;Username=a;SslMode=VerifyFull")),
        ("Host=db;Username=a;", Some("Host=db;Username=a;SslMode=VerifyFull")),
        ("host=db user=a", Some("host=db user=a sslmode=verify-full")),
        ("a:b@tcp(db:3306)/x", Some("a:b@tcp(db:3306)/x?tls=true")),
        ("jdbc:mariadb://db/x?useSsl=true&trustServerCertificate", None),
        ("https://api.corp.net/", None),
        ("tftp://f.corp.net/", None),
    ];
    for (text, expected) in rows {
        assert_eq!(mended(text).as_deref(), expected, "{text}");
    }
}

/// An edit may not be made in a text that is not written as it is read.
#[test]
fn no_edit_of_escaped_text() {
    let text = Template::literal("http://api.corp.net", place(100, 50));
    let Judged::Known { decided_by, .. } = one(&text, &Hints::default()).transport else { panic!("known") };
    assert_eq!((decided_by.fix, decided_by.place), (None, place(100, 50)));
}

fn assembled(protocol: &str, host: &str, parameters: &[(&str, &str)]) -> Endpoint {
    let hints = Hints { protocol: Some(protocol), ..Hints::default() };
    let host = literal(host);
    let parameters: Vec<Parameter> = parameters
        .iter()
        .map(|(key, value)| Parameter { key: (*key).into(), value: literal(value), place: place(7, 9) })
        .collect();
    endpoints().assemble(&hints, Some(&host), Some(1), &parameters, place(0, 5)).unwrap()
}

#[test]
fn connections_in_parts() {
    let rows: &[(&str, &str, &[(&str, &str)], &str)] = &[
        ("postgresql", "db", &[], "opportunistic"),
        ("postgresql", "db", &[("sslmode", "disable")], "cleartext"),
        ("postgresql", "db", &[("ssl_mode", "verify-full")], "verified"),
        ("redis", "cache", &[], "cleartext"),
        ("redis", "cache", &[("ssl", "True")], "verified"),
        ("redis", "cache", &[("ssl", "True"), ("ssl_cert_reqs", "none")], "unverified"),
        ("redis", "rediss://cache", &[("ssl_cert_reqs", "none")], "unverified"),
        ("elasticsearch", "https://es.corp.net:9200", &[("verify_certs", "False")], "unverified"),
        ("elasticsearch", "http://es.corp.net:9200", &[("verify_certs", "True")], "cleartext"),
        ("kafka", "k1:9092,k2:9092", &[("security.protocol", "SASL_SSL")], "verified"),
        (
            "kafka",
            "k1:9092",
            &[("security.protocol", "SSL"), ("ssl.endpoint.identification.algorithm", "")],
            "host-unverified",
        ),
        ("https", "api.corp.net", &[], "verified"),
        ("sqlserver", "db", &[("encrypt", "yes"), ("TrustServerCertificate", "yes")], "unverified"),
    ];
    for (protocol, host, parameters, expected) in rows {
        assert_eq!(known(&assembled(protocol, host, parameters)).0, *expected, "{protocol} {host} {parameters:?}");
    }
}

#[test]
fn parts_keep_places_and_secrets() {
    let endpoint = assembled("postgresql", "db", &[("password", "x"), ("sslmode", "prefer")]);
    assert_eq!((endpoint.credentials, endpoint.shown.as_str()), (Credentials::Secret, "db:1"));
    let Judged::Known { decided_by, .. } = endpoint.transport else { panic!("known") };
    assert_eq!((decided_by.kind, decided_by.place), (EvidenceKind::Parameter, place(7, 9)));
    assert_eq!(decided_by.fix.map(|edit| (edit.place, edit.text)), Some((place(100, 6), "verify-full".to_owned())));
    assert_eq!(endpoint.place.file, FileId(0));
}

#[test]
fn names_of_variables() {
    let rows = [
        ("apiBaseURL", NameHint::Endpoint),
        ("API_URL", NameHint::Endpoint),
        ("docs_url", NameHint::Document),
        ("homepage", NameHint::Document),
        ("xmlns", NameHint::Identifier),
        ("SOAP_NAMESPACE", NameHint::Identifier),
        ("x", NameHint::Neutral),
        ("", NameHint::Neutral),
    ];
    for (name, expected) in rows {
        assert_eq!(endpoints().name_says(name), expected, "{name}");
    }
}

#[test]
fn checks_by_family() {
    let check = |protocol, transport| shipped().check(protocol, transport, false);
    assert_eq!(check("http", Transport::Cleartext), Some("cleartext-http"));
    assert_eq!(check("postgresql", Transport::Opportunistic), Some("opportunistic-database-tls"));
    assert_eq!(check("redis", Transport::Cleartext), Some("cleartext-cache"));
    assert_eq!(check("git", Transport::Cleartext), Some("insecure-download"));
    assert_eq!(check("http", Transport::Verified), None);
    assert_eq!(check("nonsense", Transport::Cleartext), None);
    assert_eq!(shipped().check("kafka", Transport::Cleartext, true), Some("cleartext-server"));
    assert_eq!(shipped().purpose("mongodb"), "database");
}

/// The build script stores the data so.
#[test]
fn the_data_survives_storing() {
    let bytes = postcard::to_stdvec(shipped()).unwrap();
    let back: Protocols = postcard::from_bytes(&bytes).unwrap();
    assert_eq!(postcard::to_stdvec(&back).unwrap(), bytes);
}

#[test]
fn mistakes_in_the_data() {
    let family = "families: { f: { cleartext: a, listening: a, opportunistic: a, unverified: a, host-unverified: a, versions: a, ciphers: a } }\n";
    let rows = [
        ("nonsense: 1\n", 1, "unknown field"),
        ("protocols:\n  - { id: a, title: A, purpose: http, family: g }\n", 2, "no family `g`"),
        ("protocols:\n  - { id: a, title: A, purpose: lunch, family: f }\n", 2, "no purpose"),
        (
            "protocols:\n  - id: a\n    title: A\n    purpose: http\n    family: f\n    dialects: { x: y }\n",
            6,
            "no driver `y`",
        ),
        ("hosts:\n  - zone: public\n    networks: [10.0.0.0/99]\n", 3, "no range"),
        ("hosts:\n  - zone: public\n    suffixes: [corp]\n", 3, "start with a dot"),
    ];
    for (text, line, message) in rows {
        let errors = Protocols::from_yaml(&[("families.yml", family), ("x.yml", text)]).unwrap_err();
        assert_eq!((errors[0].file.as_str(), errors[0].line), ("x.yml", line), "{errors:?}");
        assert!(errors[0].message.contains(message), "{errors:?}");
    }
}

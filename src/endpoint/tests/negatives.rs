//! Texts that are no endpoint, and URLs that only name something.

use super::{all, verdict};
use crate::endpoint::{Hints, Judged};
use crate::grades::Confidence;

#[test]
fn no_endpoints() {
    let texts = [
        "",
        " ",
        "hello: world",
        "a=b",
        "see http://www.corp.net/docs for details",
        "(&(objectClass=posixAccount)(|(host=posix:all)(host=a.corp.net)))",
        "http://",
        "https://",
        "http:///path",
        "http://.*",
        "^http://",
        "https?://",
        "http://[^/]+/",
        r"http://(\w+)/",
        "http://*.corp.net",
        "://x",
        "mailto:me@corp.net",
        "data:text/plain;base64,aGk=",
        "urn:oid:1.2.3",
        "unknown://host/path",
        "C:\\path\\file",
        "redis:6379",
        "localhost:8080",
        "key=value; other=thing",
        "charset=utf-8; boundary=x",
        "name=a;version=2",
        "SELECT * FROM x WHERE a=1",
        "host = name",
        "(a=b)(c=d)",
        "Content-Type: text/html; charset=utf-8",
        "10:30:00",
        "a:b@c",
        "std::collections::HashMap",
        "Mozilla/5.0 (compatible; Bot; +http://bot.corp.net/info)",
        "color=red user=1x",
        "path=/a;charset=utf8;encrypt=false",
    ];
    for text in texts {
        assert_eq!(verdict(text, &Hints::default()).0, "other", "{text}");
    }
}

#[test]
fn identifiers() {
    let texts = [
        "http://www.w3.org/1999/xhtml",
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://java.sun.com/xml/ns/javaee",
        "http://purl.org/dc/elements/1.1/",
        "http://www.apache.org/licenses/LICENSE-2.0",
        "http://xml.org/sax/features/external-general-entities",
        "http://schemas.acme-corp.net/app/1",
        "http://acme-corp.net/dtd/a.dtd",
        "http://acme-corp.net/thing#",
        "http://json-schema.org/draft-07/schema#",
    ];
    for text in texts {
        assert_eq!(verdict(text, &Hints::default()).0, "identifier", "{text}");
        let dialled = Hints { dialled: true, ..Hints::default() };
        assert_eq!(verdict(text, &dialled).0, "cleartext", "{text}");
    }
}

#[test]
fn names_that_only_look_like_identifiers() {
    let texts = [
        "http://www.w3.org.attacker.net/1999/",
        "http://attacker.net/www.w3.org/1999/xhtml",
        "http://java.sun.company.net/xml/",
        "http://tempuri.org.attacker.net/x",
        "http://api.corp.net/schemas",
        "http://registry:8081/xsd/a.xsd",
    ];
    for text in texts {
        assert_eq!(verdict(text, &Hints::default()).0, "cleartext", "{text}");
    }
}

#[test]
fn the_name_of_the_variable_matters() {
    let named = |name| Hints { name: Some(name), ..Hints::default() };
    let confidence = |name| match &all("http://www.corp.net/a", &named(name))[0].transport {
        Judged::Known { decided_by, .. } => decided_by.confidence,
        Judged::Unknown { .. } => panic!("known"),
    };
    assert_eq!(confidence("docs_url"), Confidence::Low);
    assert_eq!(confidence("API_URL"), Confidence::High);
    assert_eq!(verdict("http://www.corp.net/a", &named("targetNamespace")).0, "identifier");
    assert_eq!(verdict("http://acme-corp.net/thing#", &named("endpoint")).0, "cleartext");
}

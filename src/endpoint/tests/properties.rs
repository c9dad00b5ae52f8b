//! What holds for every text.

use super::{endpoints, literal, place, shipped};
use crate::endpoint::strength::{weak_ciphers, weak_tls_versions};
use crate::endpoint::{Classified, Classifier, Hints, Judged, Parameter};
use crate::text::{Part, Template};
use proptest::prelude::*;

/// Pieces of endpoints in any order, and anything else.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "http",
        "://",
        "jdbc:",
        "postgresql",
        "jdbc:sqlserver:",
        "failover:(",
        ")",
        "(DESCRIPTION=",
        "=",
        ";",
        "&",
        "?",
        "#",
        "@",
        ":",
        "/",
        "[",
        "]",
        "{",
        "}",
        "{{",
        "}}",
        "%2F",
        "%",
        "localhost",
        "127.0.0.1",
        "::1",
        "a:b@tcp(",
        "Server",
        "host",
        " ",
        ",",
        "sslmode",
        "é",
        "\\",
        "'",
        "\"",
        "{p",
        "jdbc:p6spy:",
        "jdbc:oracle:thin:@",
        "tls",
        "SSLv3",
        "!",
        "\u{FFFC}",
        ".",
        "-",
    ];
    prop_oneof![
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..14).prop_map(|pieces| pieces.concat()),
        any::<String>(),
    ]
}

fn hints() -> impl Strategy<Value = Hints<'static>> {
    let protocol =
        prop::sample::select(vec![None, Some("redis"), Some("postgresql"), Some("oracle"), Some("http"), Some("none")]);
    let driver = prop::sample::select(vec![None, Some("libpq"), Some("npgsql")]);
    (protocol, driver, any::<bool>()).prop_map(|(protocol, driver, dialled)| Hints {
        protocol,
        driver,
        dialled,
        ..Hints::default()
    })
}

proptest! {
    #[test]
    fn spans_lie_within_the_text(text in text(), hints in hints()) {
        let whole = place(100, text.len()).span;
        if let Classified::Endpoints(all) = endpoints().classify(&literal(&text), &hints) {
            prop_assert!(!all.is_empty());
            for endpoint in all {
                prop_assert!(whole.contains(endpoint.place.span));
                if let Judged::Known { decided_by, .. } = endpoint.transport {
                    let span = decided_by.place.span;
                    prop_assert!(whole.contains(span));
                    prop_assert!(text.get(span.start as usize - 100..span.end as usize - 100).is_some());
                    prop_assert!(decided_by.fix.is_none_or(|edit| whole.contains(edit.place.span)));
                }
            }
        }
    }

    #[test]
    fn holes_anywhere_are_taken(pieces in prop::collection::vec((text(), any::<bool>()), 0..5), hints in hints()) {
        let mut parts = Vec::new();
        for (index, (text, hole)) in pieces.into_iter().enumerate() {
            let at = place(index * 1000, 10);
            if hole {
                let default = index.is_multiple_of(2).then(|| Box::new(Template::literal(text.as_str(), at)));
                parts.push(Part::Hole { name: text.into(), default, at });
            } else {
                parts.push(Part::Literal { text: text.into(), at });
            }
        }
        let template = Template { parts };
        endpoints().classify(&template, &hints);
        let parameter = Parameter { key: "ssl mode".into(), value: template.clone(), place: place(0, 1) };
        endpoints().assemble(&hints, Some(&template), None, &[parameter], place(0, 1));
    }

    #[test]
    fn words_and_hosts_of_any_text(text in text()) {
        for range in weak_ciphers(shipped(), &text).into_iter().chain(weak_tls_versions(shipped(), &text)) {
            prop_assert!(text.get(range).is_some_and(|word| !word.is_empty()));
        }
        endpoints().zone_of_host(&text);
        endpoints().name_says(&text);
    }
}

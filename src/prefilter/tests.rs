//! Which texts are wanted.

use super::*;

use crate::kind::Kinds;

fn word(text: &str) -> Trigger {
    Trigger { text: text.into(), ..Trigger::default() }
}

/// A prefilter for a language of the shipped data, or for one without comments.
fn prefilter(language: &str) -> Prefilter {
    let kinds = Kinds::from_yaml(include_str!("../../rules/kinds.yml")).expect("the shipped data is right");
    let known = kinds.languages().iter().find(|known| known.name == language);
    let words = [
        Trigger { ignore_case: true, ..word("http://") },
        word("verify"),
        Trigger { whole_word: true, ..word("ssl") },
        Trigger { whole_word: true, ..word(".insecure(") },
        word("sslmode"),
        word(""),
    ];
    Prefilter::new(&words, known.cloned().unwrap_or_default())
}

#[test]
fn words_count_where_they_should() {
    let identifiers = IdentifierUrls::new(&["www.w3.org", "schemas.example.org/spring/", "WWW.Apache.org"]);
    for (language, text, expected) in [
        ("python", "", false),
        ("python", "x = 1", false),
        ("python", "get(u, verify=False)", true),
        ("python", "get(u, VERIFY=False)", false),
        ("unknown", "# http://a.b", true),
        ("python", "import ssl", true),
        ("python", "import ssl2, my_ssl", false),
        ("python", "sslmode", true),
        ("python", "a.insecure(b)", true),
        ("yaml", "u: HTTP://a.b", true),
        ("xml", "<a x='http://www.w3.org/2001'/>", false),
        ("xml", "<a x='http://www.w3.org'/>", false),
        ("xml", "<a x='http://www.w3.org.evil.test'/>", true),
        ("xml", "<a x='http://www.w3.org@evil.test'/>", true),
        ("xml", "<a x='http://www.w3.org:pw@evil.test'/>", true),
        ("xml", "<a x='http://www.apache.org/licenses'/>", false),
        ("xml", "<a x='http://schemas.example.org/spring/beans'/>", false),
        ("xml", "<a x='http://schemas.example.org/other'/>", true),
        ("xml", "<a x='http://www.w3.org/1' y='http://a.b'/>", true),
        ("env", "U=http://localhost:8080/a", false),
        ("env", "U=http://localhost", false),
        ("env", "U=http://localhost.evil.test", true),
        ("env", "U=http://localhost:a@evil.test", true),
        ("env", "U=http://localhost\\@evil.test", true),
        ("env", "U=http://127.1.2.3:80", false),
        ("env", "U=http://127.0.0.1.evil.test", true),
        ("env", "U=http://[::1]:80/", false),
        ("env", "U=http://[::1].evil.test/", true),
        ("env", "U=http://0.0.0.0:80", false),
        ("env", "U=http://$HOST", true),
        ("env", "U=http://", true),
    ] {
        assert_eq!(prefilter(language).wants(text, &identifiers), expected, "{language}: {text}");
    }
}

#[test]
fn a_word_in_a_comment_hides_no_other() {
    let none = IdentifierUrls::default();
    for (language, text, expected) in [
        ("python", "# verify\nx = 1", false),
        ("python", "# verify\nverify", true),
        ("yaml", "a: 1 # http://a.b", false),
        ("yaml", "# http://a.b\nb: http://a.b#http", true),
    ] {
        assert_eq!(prefilter(language).wants(text, &none), expected, "{language}: {text}");
    }
}

#[test]
fn a_word_may_need_another_one() {
    let kinds = Kinds::from_yaml(include_str!("../../rules/kinds.yml")).expect("the shipped data is right");
    let java = kinds.languages().iter().find(|known| known.name == "java").cloned().unwrap_or_default();
    let words = [
        Trigger { whole_word: true, beside: vec!["acme".into(), "Ledger".into()], ..word("protocol") },
        Trigger { whole_word: true, beside: vec!["acme".into()], ..word("Ledger") },
    ];
    let prefilter = Prefilter::new(&words, java);
    for (text, expected) in [
        ("a.protocol(1);", false),
        ("import com.acmebank.x; a.protocol(1);", true),
        ("a.protocol(1); new Ledger();", true),
        ("new Ledger();", false),
        ("new Ledger(acme);", true),
        ("// acme\na.protocol(1); // protocol acme", false),
        ("// protocol\nb.protocol(1, /* acme */ acme);", true),
        ("acme; protocols", false),
        ("ACME; protocol", false),
    ] {
        assert_eq!(prefilter.wants(text, &IdentifierUrls::default()), expected, "{text}");
    }
}

#[test]
fn hostile_text_comes_to_an_end() {
    // Quadratic time would take hours here.
    let none = IdentifierUrls::default();
    for (language, piece) in [
        ("java", "/* \"\"\" http://localhost "),
        ("java", "// http://a \n"),
        ("rust", "/* r#\" http://localhost "),
        ("python", "''' http://localhost \"\"\" # "),
        ("xml", "<!-- <![CDATA[ http://localhost "),
        ("yaml", "' http://localhost # "),
        ("env", "# http://localhost "),
    ] {
        let text = piece.repeat((1 << 20) / piece.len());
        assert!(!prefilter(language).wants(&text, &none), "{language}: {piece}");
    }
}

//! Which texts are wanted.

use super::*;

fn kinds() -> Kinds {
    Kinds::from_yaml(include_str!("../../rules/kinds.yml")).expect("the shipped data is right")
}

fn word(text: &str) -> Trigger {
    Trigger { text: text.into(), ..Trigger::default() }
}

fn prefilter() -> Prefilter {
    let words = [
        Trigger { ignore_case: true, ..word("http://") },
        Trigger { languages: vec!["python".into()], ..word("verify") },
        Trigger { languages: vec!["java".into()], ..word("TrustManager") },
        Trigger { whole_word: true, ..word("ssl") },
        Trigger { whole_word: true, ..word(".insecure(") },
        word("sslmode"),
        word(""),
    ];
    Prefilter::new(&words, &kinds()).expect("few words")
}

#[test]
fn words_count_where_they_should() {
    let prefilter = prefilter();
    let identifiers = IdentifierUrls::new(&["www.w3.org", "schemas.example.org/spring/", "WWW.Apache.org"]);
    for (language, text, expected) in [
        ("python", "", false),
        ("python", "x = 1", false),
        ("python", "get(u, verify=False)", true),
        ("python", "get(u, VERIFY=False)", false),
        ("java", "verify", false),
        ("unknown", "verify", false),
        ("unknown", "# http://a.b", true),
        ("java", "X509TrustManager", true),
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
        assert_eq!(prefilter.wants(language, text, &identifiers), expected, "{language}: {text}");
    }
}

#[test]
fn a_word_in_a_comment_hides_no_other() {
    let prefilter = prefilter();
    let none = IdentifierUrls::default();
    for (language, text, expected) in [
        ("python", "# verify\nx = 1", false),
        ("python", "# verify\nverify", true),
        ("yaml", "a: 1 # http://a.b", false),
        ("yaml", "# http://a.b\nb: http://a.b#http", true),
    ] {
        assert_eq!(prefilter.wants(language, text, &none), expected, "{language}: {text}");
    }
}

#[test]
fn extra_words_are_added() {
    let none = IdentifierUrls::default();
    let first = prefilter();
    let second = first.with_extra(&[word("open_session")]).expect("few words");
    assert!(!first.wants("python", "open_session()", &none));
    assert!(second.wants("python", "open_session()", &none));
    assert!(!second.wants("python", "# open_session()", &none));
    assert!(second.wants("python", "x # open_session()\nverify", &none));
    let third = second.with_extra(&[word("other")]).expect("few words");
    assert!(!third.wants("python", "open_session()", &none));
}

#[test]
fn hostile_text_takes_linear_time() {
    let prefilter = prefilter();
    let none = IdentifierUrls::default();
    let start = std::time::Instant::now();
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
        prefilter.wants(language, &text, &none);
    }
    assert!(start.elapsed().as_secs() < 60, "quadratic time would take hours");
}

//! The form of the checks, and every file of `rules/checks/`.
#![expect(clippy::disallowed_methods, reason = "the tests read the rule files of this package")]

use super::*;

const GOOD: &str = r#"check: bare-wire
class: cleartext-url
title: A bare wire
severity: high
cwe: [319]
owasp: ["A02:2021"]
summary: A wire is bare.
explanation: Somebody touches it.
instead: Insulate it.
references:
  - https://cwe.mitre.org/data/definitions/319.html
"#;

fn load() -> Checks {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/checks");
    let checks = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("the folder can be listed"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let text = std::fs::read_to_string(entry.path()).expect("a check can be read");
            Check::from_yaml(&entry.path().to_string_lossy(), &text).unwrap_or_else(|error| panic!("{error}"))
        })
        .collect();
    Checks::new(checks).unwrap_or_else(|id| panic!("two checks are named `{id}`"))
}

#[test]
fn every_file_is_a_check_and_every_class_has_one() {
    let checks = load();
    for class in Class::ALL {
        assert!(checks.iter().any(|check| check.class == class), "no check is of the class {}", class.name());
    }
    for check in checks.iter() {
        assert_eq!(checks.get(&check.id), Some(check));
        let sentences = check.explanation.matches(['.', ':', '?']).count();
        assert!(sentences >= 2, "{}: the explanation is too short", check.id);
    }
    assert_eq!(checks.get("no-such-check"), None);
}

#[test]
fn checks_survive_postcard() {
    let checks = load();
    let bytes = postcard::to_stdvec(&checks).expect("checks are plain data");
    assert_eq!(postcard::from_bytes::<Checks>(&bytes), Ok(checks));
}

#[test]
fn class_names_are_those_of_the_files() {
    for class in Class::ALL {
        assert_eq!(serde_yaml::from_str::<Class>(class.name()).ok(), Some(class));
    }
}

#[test]
fn mistakes_are_named_with_their_line() {
    let cases = [
        ("title: A bare wire", "titel: A bare wire", 3, "unknown field"),
        ("check: bare-wire", "check: Bare_Wire", 1, "lower-case"),
        ("check: bare-wire", "check: other-wire", 1, "other-wire.yml"),
        ("class: cleartext-url", "class: naked-url", 2, "unknown variant"),
        ("is bare.", "is bare", 7, "full stop"),
        ("cwe: [319]", "cwe: []", 5, "weakness"),
        ("A02:2021", "A2:2021", 6, "A02:2021"),
        ("https://cwe", "http://cwe", 10, "https"),
        ("instead: Insulate it.", "instead: ''", 9, "empty"),
    ];
    assert!(Check::from_yaml("rules/checks/bare-wire.yml", GOOD).is_ok());
    for (from, to, line, words) in cases {
        let text = GOOD.replacen(from, to, 1);
        let error = Check::from_yaml("rules/checks/bare-wire.yml", &text).expect_err(to);
        assert_eq!(error.line, line, "{to}: {error}");
        assert!(error.message.contains(words), "{to}: {error}");
    }
}

#[test]
fn two_checks_of_one_name_are_refused() {
    let check = Check::from_yaml("bare-wire.yml", GOOD).expect("the sample is good");
    assert_eq!(Checks::new(vec![check.clone(), check]), Err("bare-wire".into()));
}

#[test]
fn severities_stop_at_both_ends() {
    assert_eq!(Severity::Low.lowered(i8::MAX), Severity::Info);
    assert_eq!(Severity::High.lowered(i8::MIN), Severity::Critical);
    assert_eq!(Severity::High.lowered(1), Severity::Medium);
}

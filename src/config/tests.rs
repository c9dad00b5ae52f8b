//! What a configuration file means, and how its mistakes are told.

use super::*;
use crate::gate::date::Date;

const CHECKS: [&str; 3] = ["cleartext-http", "unverified-certificate", "weak-cipher"];

fn parse(text: &str) -> Result<Config, Mistake> {
    Config::parse("barewire.yml".into(), text.to_owned(), &CHECKS)
}

#[test]
fn every_value_knows_its_line() {
    let config = parse("fail-on: high\nexclude:\n  - third_party/\n  - '*.gen.py'\nchecks:\n  weak-cipher: off\n")
        .expect("right");
    assert_eq!(config.fail_on, Valued { value: Severity::High, origin: Origin::File(1) });
    assert_eq!(config.min_severity.origin, Origin::Default);
    assert_eq!(config.exclude[1], Valued { value: "*.gen.py".into(), origin: Origin::File(4) });
    assert_eq!(config.checks["weak-cipher"], Valued { value: CheckLevel::Off, origin: Origin::File(6) });
}

#[test]
fn an_empty_file_says_nothing() {
    for text in ["", "# nothing\n", "---\n", "{}\n"] {
        let config = parse(text).expect(text);
        assert_eq!(config.shown(), Config { file: config.file.clone(), ..Config::default() }.shown(), "{text}");
    }
}

#[test]
fn allowances_are_read_whole() {
    let text = "allowed-hosts:\n  - host: '*.lab.acme-bank.com'\n    reason: lab\n    until: 2027-03-31\n    checks: [weak-cipher]\n";
    let config = parse(text).expect("right");
    let allowance = &config.allowed_hosts[0].value;
    assert!(allowance.host.covers("db.lab.acme-bank.com"));
    assert_eq!(allowance.until, Date::parse("2027-03-31"));
    assert_eq!(&text[allowance.span.range()], "*.lab.acme-bank.com");
}

/// The text, what is underlined in it, words of the message, and the help.
#[test]
fn a_mistake_is_underlined_and_helped() {
    for (text, underlined, message, help) in [
        ("fail-on: high\nexlude: [a/]\n", "exlude: [a/]", "unknown field `exlude`", "did you mean `exclude`?"),
        ("fail-on: hihg\n", "hihg", "unknown variant `hihg`", "did you mean `high`?"),
        (
            "checks:\n  cleartext-htp: off\n",
            "cleartext-htp",
            "no check `cleartext-htp`",
            "did you mean `cleartext-http`?",
        ),
        ("checks:\n  quux: off\n", "quux", "no check `quux`", "`barewire rules` lists the checks"),
        ("checks:\n  weak-cipher: offf\n", "offf", "unknown variant `offf`", "did you mean `off`?"),
        ("allowed-hosts:\n  - host: a.b\n    reason: ' '\n", " ", "reason is empty", "say why"),
        ("allowed-hosts:\n  - host: a.b\n", "host: a.b", "missing field `reason`", ""),
        ("allowed-hosts:\n  - host: a.b\n    reason: x\n    until: soon\n", "soon", "`soon` is no date", "2027-03-31"),
        ("allowed-hosts:\n  - host: http://a.b/\n    reason: x\n", "http://a.b/", "no pattern of hosts", "not a URL"),
        ("zones:\n  private: ['*.com']\n", "*.com", "no pattern of hosts", "too wide"),
        ("overrides:\n  - paths: ['a[b']\n    fail-on: low\n", "a[b", "not a path pattern", ""),
        ("exclude: 'a\n", "", "", ""),
    ] {
        let mistake = parse(text).expect_err(text);
        assert_eq!(&text[mistake.span.range()], underlined, "{text}: {mistake:?}");
        assert!(mistake.message.contains(message), "{text}: {}", mistake.message);
        assert!(mistake.help.clone().unwrap_or_default().contains(help), "{text}: {:?}", mistake.help);
    }
}

#[test]
fn what_is_shown_is_a_configuration() {
    let text = "include: [src/]\nfail-on: high\nrules: [tools/rules]\nchecks:\n  weak-cipher: off\nallowed-hosts:\n  - host: 10.2.0.0/16\n    reason: 'old: \"x\"'\n    until: '2027-03-31'\n    checks: [weak-cipher]\nzones:\n  private: ['*.corp.acme-bank.com']\noverrides:\n  - paths: [legacy/]\n    min-severity: high\n    checks: {weak-cipher: info}\n";
    let shown = parse(text).expect("right").shown();
    let again = parse(&shown).unwrap_or_else(|mistake| panic!("{mistake:?}\n{shown}"));
    let without_origins = |shown: &str| -> Vec<String> {
        shown.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim_end().to_owned()).collect()
    };
    assert_eq!(without_origins(&again.shown()), without_origins(&shown));
    assert!(shown.contains("# barewire.yml:2"), "{shown}");
    assert!(shown.contains("# default"), "{shown}");
}

#[test]
fn the_first_file_is_a_configuration_that_changes_nothing() {
    let mut seen = init::Seen::default();
    seen.files.insert("python".into(), 3);
    seen.checks.insert("cleartext-http".into(), 2);
    seen.hosts.insert("pay.acme-bank.com".into(), 2);
    let text = seen.text();
    let config = parse(&text).unwrap_or_else(|mistake| panic!("{mistake:?}\n{text}"));
    let plain = Config { file: config.file.clone(), ..Config::default() };
    assert_eq!(format!("{:?}", config.policy()), format!("{:?}", plain.policy()));
    // What stands in comments is right as well once the marks are taken away.
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("# ").or(Some(line)).filter(|line| line.starts_with(' ') || line.ends_with([':', ']']))
        })
        .collect();
    parse(&lines.join("\n")).unwrap_or_else(|mistake| panic!("{mistake:?}\n{}", lines.join("\n")));
}

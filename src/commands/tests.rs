use super::understand;
use crate::frontend::shell::read;
use crate::frontend::testing::show;
use crate::knowledge::Knowledge;
use crate::rules::load::model_from_yaml;
use crate::settings::Scalar;
use crate::source::{FileId, Place, Span};
use crate::text::Template;

const PROGRAMS: &str = "
library: tools
format: shell
programs:
  fetch: { options: [-q --quiet, -O --output FILE, -s --set KEY=VALUE, -plain], arguments: url... }
  tool: { options: [--debug] }
  'tool remote add': { arguments: name url }
  sudo: { options: [-u --user NAME], runs: 0 }
  limit: { arguments: seconds, runs: 1 }
  sh: { options: [-e --errexit, -c --command TEXT], arguments: script..., runs-text: --command }
  say: { quiet: true }
  prove: { proves: true, quiet: true }
";

/// Each setting, with the number of its command.
fn settings(text: &str) -> Vec<String> {
    let place = Place { file: FileId(0), span: Span::new(0, text.len()) };
    let script = read(Template::literal(text, place));
    let knowledge = Knowledge::new(vec![model_from_yaml("m.yml", PROGRAMS).expect("a right model")]);
    let items = understand(&[script], knowledge.rules.programs());
    let value = |item: &crate::settings::Setting| match item.scalar {
        Scalar::Bool(value) => value.to_string(),
        _ => show(&item.value),
    };
    items.iter().map(|item| format!("{} {} = {}", item.document, item.dotted(), value(item))).collect()
}

#[test]
fn options_and_arguments_have_names() {
    for (text, expected) in [
        (
            "fetch -qO- http://a b",
            &["1 fetch.--quiet = true", "1 fetch.--output = -", "1 fetch.url = http://a", "1 fetch.url = b"][..],
        ),
        ("fetch -O f --quiet=no -- -q", &["1 fetch.--output = f", "1 fetch.--quiet = no", "1 fetch.url = -q"]),
        ("fetch -sA=b -s 'C d' -plain", &["1 fetch.--set.A = b", "1 fetch.--set.C = d", "1 fetch.-plain = true"]),
        (
            "tool --debug remote add a http://b",
            &["1 tool.remote.add.--debug = true", "1 tool.remote.add.name = a", "1 tool.remote.add.url = http://b"],
        ),
        (
            "odd --a b --c=d --e -fg h",
            &["1 odd.--a = b", "1 odd.--c = d", "1 odd.--e = true", "1 odd.-fg = true", "1 odd.arguments = h"],
        ),
        ("/usr/bin/fetch2 a", &["1 fetch.url = a"]),
        ("say a b; say c", &[]),
    ] {
        assert_eq!(settings(text), expected, "{text}");
    }
}

#[test]
fn commands_run_commands() {
    for (text, expected) in [
        (
            "sudo -u a B=c limit 5 fetch d",
            &["1 sudo.--user = a", "2 limit.seconds = 5", "3 B = c", "3 fetch.url = d"][..],
        ),
        ("sh -ec 'fetch a'", &["1 fetch.url = a", "2 sh.--errexit = true"]),
        ("fetch a | sudo sh", &["1 fetch.piped-to = sh", "1 fetch.url = a"]),
        ("sh -c \"$(fetch a)\"", &["3 fetch.piped-to = sh", "3 fetch.url = a"]),
        ("fetch a > b && prove b", &["1 fetch.saved-as = b", "1 fetch.proved = true", "1 fetch.url = a"]),
    ] {
        assert_eq!(settings(text), expected, "{text}");
    }
}

#[test]
fn variables_are_followed() {
    for (text, expected) in [
        ("A=b\nB=$A/c\nfetch $B \"${D:-e}\"", &["1 fetch.url = b/c", "1 fetch.url = ${D|e}"][..]),
        ("A='-q x'\nfetch $A", &["1 fetch.--quiet = true", "1 fetch.url = x"]),
        ("A=(-q x)\nfetch \"${A[@]}\"", &["1 fetch.--quiet = true", "1 fetch.url = x"]),
        ("A=b\nexport C=d\nfetch $C", &["1 fetch.url = d", "2 A = b", "2 C = d"]),
    ] {
        assert_eq!(settings(text), expected, "{text}");
    }
}

#[test]
fn growth_is_bounded() {
    let text = format!("A=x{}\nfetch $A\n", "\nA=$A$A$A".repeat(200));
    assert!(settings(&text).len() < 3);
    let nested = format!("{}a{}", "sh -c 'sh -c \"".repeat(20), "\"'".repeat(20));
    settings(&nested);
    settings(&"sudo ".repeat(5_000));
}

#[test]
fn options_that_somebody_must_want_are_none_by_default() {
    let none = "1 fetch.url = http://b";
    let some = ["1 fetch.--quiet = true", none];
    for script in [
        "[ \"$QUIET\" = true ] && FLAGS=-q\nfetch $FLAGS http://b",
        "FLAGS=''\nif [[ -n \"${QUIET:-}\" ]]; then\n  FLAGS=\"-q\"\nfi\nfetch $FLAGS http://b",
        "FLAGS=''\nwhile [ $# -gt 0 ]; do case \"$1\" in\n--quiet) FLAGS=-q ;;\n*) shift ;;\nesac; done\nfetch $FLAGS http://b",
        "FLAGS=''\ntest \"${QUIET:-0}\" -eq 1 && [ -n \"$URL\" ] && FLAGS=-q\nfetch $FLAGS http://b",
    ] {
        let found = settings(script);
        assert!(
            found.iter().all(|item| !item.contains("--quiet")) && found.iter().any(|item| item.contains("http://b")),
            "{script}: {found:?}"
        );
    }
    for script in [
        "[ \"$LOUD\" != true ] && FLAGS=-q\nfetch $FLAGS http://b",
        "if [ \"$LOUD\" = true ]; then FLAGS=''; else FLAGS=-q; fi\nfetch $FLAGS http://b",
        "if [ -x ./odd ] || [ -n \"$QUIET\" ]; then FLAGS=-q; fi\nfetch $FLAGS http://b",
        "if ! [ -n \"$LOUD\" ]; then FLAGS=-q; fi\nfetch $FLAGS http://b",
        "if [ \"${QUIET:-true}\" = true ]; then FLAGS=-q; fi\nfetch $FLAGS http://b",
        "if [ -n \"$QUIET\" ]; then FLAGS=-q; fetch $FLAGS http://b; fi",
    ] {
        let found = settings(script);
        let found: Vec<&str> = found.iter().map(|item| item.split_once(' ').map_or("", |(_, item)| item)).collect();
        let expected: Vec<&str> = some.iter().map(|item| item.split_once(' ').map_or("", |(_, item)| item)).collect();
        assert_eq!(found, expected, "{script}");
    }
}

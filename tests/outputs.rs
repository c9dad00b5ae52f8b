//! How every format looks, over one small fixed report with hostile names and a password in it.
#![expect(clippy::disallowed_methods, reason = "the tests read the rule files of this package")]

use barewire::checks::{Check, Checks};
use barewire::endpoint::{Credentials, Edit, Transport, Zone};
use barewire::explain;
use barewire::gate::baseline::Entry;
use barewire::grades::Confidence;
use barewire::knowledge::Knowledge;
use barewire::map;
use barewire::output::{self, Look};
use barewire::report::{
    BaselineUse, Context, Direction, Edits, FileProblem, Finding, Hidden, LeftOut, Related, Report, Severity, Sighting,
    Statistics, SuppressionProblem,
};
use barewire::source::{FileId, Place, Source, Span};
use barewire::tree::ProblemKind;

const PYTHON: &str = "\
import requests

API = \"http://api.bank.test/v1\"  # 𝄞 é
CACHE = \"redis://cache:s3cr3t-Pa55@cache.bank.test/0?ssl=off\"

requests.get(API, verify=False, timeout=3)
";
const YAML_PATH: &str = "deploy/::error::a b\u{1b}[31m\u{202e}#.yml";
const YAML: &str = "# \u{1b}[2Jhello ##[error]x\ndb:\n  url: postgres://app@db.bank.test/shop?sslmode=prefer\n";

fn checks() -> Checks {
    let ids = ["cleartext-http", "cleartext-cache", "opportunistic-database-tls", "unverified-certificate"];
    let read = |id: &str| {
        let path = format!("{}/rules/checks/{id}.yml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("the check is there");
        Check::from_yaml(&path, &text).unwrap_or_else(|error| panic!("{error}"))
    };
    Checks::new(ids.map(read).into()).expect("the ids differ")
}

/// The place of `words` in file 0 (Python) or 1 (YAML).
fn at(file: u32, words: &str) -> Place {
    let text = [PYTHON, YAML][file as usize];
    let start = text.find(words).unwrap_or_else(|| panic!("no `{words}` in file {file}"));
    Place { file: FileId(file), span: Span::new(start, start + words.len()) }
}

fn fix(place: Place, text: &str) -> Option<Edits> {
    Edits::new(vec![Edit { place, text: text.to_owned() }])
}

fn finding(check: &str, severity: Severity, place: Place, statement: Place, message: &str) -> Finding {
    Finding {
        check: check.into(),
        severity,
        confidence: Confidence::High,
        message: message.to_owned(),
        place,
        statement,
        related: Vec::new(),
        help: String::new(),
        fix: None,
        library: "requests".into(),
        host: None,
        context: Context::Production,
        fingerprint: format!("{:032x}", place.span.start + 7919 * place.file.0),
    }
}

fn findings() -> Vec<Finding> {
    let line = |file, words: &str| at(file, words);
    vec![
        Finding {
            related: vec![
                Related { place: at(0, "requests.get(API"), message: "the address is used here".into() },
                Related { place: at(1, "url"), message: "and overridden here".into() },
            ],
            help: "use `https://api.bank.test/v1`".into(),
            fix: fix(at(0, "http"), "https"),
            ..finding(
                "cleartext-http",
                Severity::High,
                at(0, "http"),
                line(0, "API = \"http://api.bank.test/v1\""),
                "`http://api.bank.test/v1` is not encrypted",
            )
        },
        Finding {
            help: "use `rediss://cache:s3cr3t-Pa55@cache.bank.test/0`".into(),
            fix: fix(
                at(0, "redis://cache:s3cr3t-Pa55@cache.bank.test/0?ssl=off"),
                "rediss://cache:s3cr3t-Pa55@cache.bank.test/0",
            ),
            ..finding(
                "cleartext-cache",
                Severity::Critical,
                at(0, "redis://cache:s3cr3t-Pa55@cache.bank.test/0?ssl=off"),
                line(0, "CACHE = \"redis://cache:s3cr3t-Pa55@cache.bank.test/0?ssl=off\""),
                "a password goes to `redis://cache:s3cr3t-Pa55@cache.bank.test/0` in the clear",
            )
        },
        Finding {
            fix: fix(at(0, ", verify=False"), ""),
            ..finding(
                "unverified-certificate",
                Severity::Low,
                at(0, "verify=False"),
                line(0, "requests.get(API, verify=False, timeout=3)"),
                "`verify=False` accepts any certificate\n::error::\u{1b}[31m[click](https://evil.test)\u{202e} ##[error]",
            )
        },
        Finding {
            confidence: Confidence::Medium,
            context: Context::Sample,
            library: "libpq".into(),
            help: "write `sslmode=verify-full`\nand give `sslrootcert`".into(),
            ..finding(
                "opportunistic-database-tls",
                Severity::Medium,
                at(1, "sslmode=prefer"),
                line(1, "url: postgres://app@db.bank.test/shop?sslmode=prefer"),
                "`sslmode=prefer` encrypts only if the server offers it",
            )
        },
        finding("house-rule", Severity::Info, at(1, "db:"), at(1, "db:"), "a check that is not in the list"),
    ]
}

fn connection(place: Place, host: &str, transport: Option<Transport>) -> Sighting {
    Sighting {
        direction: Direction::Out,
        purpose: "http".into(),
        protocol: "http".into(),
        host: host.into(),
        zone: Zone::Reserved,
        port: transport.map(|_| 80),
        driver: None,
        version: None,
        transport,
        reason: "the scheme is `http`".into(),
        decided_by: transport.map(|_| place),
        assumed: false,
        weakened: false,
        credentials: Credentials::None,
        place,
        context: Context::Production,
        open: None,
        carries: Vec::new(),
        key: None,
    }
}

fn report() -> Report {
    let mut report = Report {
        findings: findings(),
        sightings: vec![
            connection(at(0, "http"), "api.bank.test", Some(Transport::Cleartext)),
            connection(at(1, "postgres"), "${HOST}", None),
        ],
        problems: vec![
            FileProblem {
                path: "big\u{1b}]0;x\u{7}.json".into(),
                line: None,
                kind: ProblemKind::TooLarge,
                message: "9000000 bytes, the limit is 5000000".into(),
            },
            FileProblem {
                path: "src/a.py".into(),
                line: Some(7),
                kind: ProblemKind::SyntaxError,
                message: "unexpected `::error::`\nhere".into(),
            },
        ],
        suppression_problems: vec![SuppressionProblem { place: at(1, "db:"), message: "no check is named `x`".into() }],
        statistics: Statistics {
            files: 12,
            bytes: 34_567,
            parsed: 4,
            parsed_bytes: 1234,
            left_out: LeftOut { excluded: 6, tests: 3, vendored: 20, generated: 0, binary: 2, other: 5 },
            hidden: Hidden {
                suppressed: 1,
                below_severity: 2,
                below_confidence: 0,
                test_code: 4,
                switched_off: 3,
                allowed: 1,
                excepted: 0,
                baseline: 7,
                unchanged: 2,
            },
        },
        baseline: Some(BaselineUse {
            gone: vec![Entry {
                path: "src/old\u{1b}[2J.py".to_owned(),
                check: "cleartext-http".to_owned(),
                fingerprint: "0123456789abcdef0123456789abcdef".to_owned(),
            }],
        }),
        ..Report::default()
    };
    report.sources.insert(Source::new(FileId(0), "app/settings.py", PYTHON.into()));
    report.sources.insert(Source::new(FileId(1), YAML_PATH, YAML.into()));
    report.map = map::build(&map::Input {
        knowledge: &Knowledge::new(Vec::new()),
        deployments: &map::Deployments::default(),
        sources: &report.sources,
        sightings: &report.sightings,
        homes: &map::Homes::default(),
        base: &barewire::paths::Base::default(),
        named: &[],
        tests: false,
    });
    report
}

fn look(checks: &Checks) -> Look<'_> {
    Look { checks, color: false, verbose: false, quiet: false, width: 100, root: None, version: "1.2.3" }
}

/// The only line of these tests that knows how a report is written.
fn write(format: &str, report: &Report, look: &Look<'_>) -> String {
    let mut bytes = Vec::new();
    let format = output::find(format).expect("the format is in the list");
    format.write(report, look, &mut bytes).expect("a vector takes everything");
    String::from_utf8(bytes).expect("every format is text")
}

#[test]
fn every_format() {
    let checks = checks();
    for format in output::ALL {
        let written = write(format.name(), &report(), &look(&checks));
        insta::assert_snapshot!(format.name(), written);
    }
}

#[test]
fn every_format_of_the_map() {
    let (report, checks) = (report(), checks());
    for format in output::map::ALL {
        let mut bytes = Vec::new();
        format.write(&report, &look(&checks), &mut bytes).expect("memory can be written");
        let written = String::from_utf8(bytes).expect("every format is text");
        let written = if format.name() == "html" { data_of_page(&written) } else { written };
        insta::assert_snapshot!(format!("map_{}", format.name()), written);
    }
}

/// The map in the page; what stands around it is the same in every page.
fn data_of_page(page: &str) -> String {
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "the page is whole");
    let (_, data) = page.split_once("id=\"map\">").expect("the page holds its map");
    let (data, code) = data.split_once("</script>").expect("the element of the map ends");
    assert!(!data.contains('<') && !data.contains("/*"), "nothing in the map ends its element");
    assert!(code.contains("dagre") && !code.contains("/*SCRIPT*/"), "layout and script follow");
    data.to_owned()
}

#[test]
fn terminal_verbose() {
    let checks = checks();
    insta::assert_snapshot!(write("terminal", &report(), &Look { verbose: true, width: 60, ..look(&checks) }));
}

#[test]
fn terminal_quiet() {
    let checks = checks();
    insta::assert_snapshot!(write("terminal", &report(), &Look { quiet: true, ..look(&checks) }));
}

#[test]
fn terminal_color() {
    let checks = checks();
    let mut report = report();
    report.findings.truncate(1);
    let written = write("terminal", &report, &Look { color: true, ..look(&checks) });
    insta::assert_snapshot!(written.replace('\u{1b}', "␛"));
}

#[test]
fn terminal_empty() {
    let checks = checks();
    insta::assert_snapshot!(write("terminal", &Report::default(), &look(&checks)));
}

#[test]
fn explain_text() {
    let checks = checks();
    let check = explain::find(&checks, "cleartext-http").expect("the check is there");
    insta::assert_snapshot!(explain::text(check, 80));
}

#[test]
fn explain_markdown() {
    let checks = checks();
    let check = explain::find(&checks, "cleartext-http").expect("the check is there");
    insta::assert_snapshot!(explain::markdown(check));
}

/// What a terminal or a CI log would act on.
fn acts(character: char) -> bool {
    character != '\n' && output::escape::is_unsafe(character)
}

#[test]
fn no_format_repeats_a_password_or_an_escape_or_a_workflow_command() {
    let checks = checks();
    for format in output::ALL {
        for look in [look(&checks), Look { verbose: true, ..look(&checks) }, Look { quiet: true, ..look(&checks) }] {
            let written = write(format.name(), &report(), &look);
            assert!(!written.contains("s3cr3t"), "{} shows the password", format.name());
            assert!(!written.contains(acts), "{} passes a control character on", format.name());
            assert!(!written.contains("##["), "{} passes a workflow command on", format.name());
            let command = written.lines().find(|line| line.trim_start().starts_with("::") && !is_annotation(line));
            assert_eq!(command, None, "{}", format.name());
        }
    }
}

/// The workflow commands that the format for GitHub writes itself.
fn is_annotation(line: &str) -> bool {
    let properties = ["::error ", "::warning ", "::notice "].iter().find_map(|command| line.strip_prefix(command));
    let Some((properties, _)) = properties.and_then(|rest| rest.split_once("::")) else { return false };
    let known = ["file", "line", "endLine", "col", "endColumn", "title"];
    properties.split(',').all(|property| property.split_once('=').is_some_and(|(name, _)| known.contains(&name)))
}

/// As many findings as the severities say, all at one place.
fn many(severities: &[(Severity, usize)]) -> Report {
    let mut report = report();
    let one = |severity| finding("cleartext-http", severity, at(0, "http"), at(0, "http"), "m");
    report.findings = severities.iter().flat_map(|(severity, count)| vec![one(*severity); *count]).collect();
    report
}

#[test]
fn annotations_stay_within_the_limits_of_github() {
    let counts = [(Severity::Low, 30), (Severity::High, 12), (Severity::Medium, 10), (Severity::Critical, 3)];
    let written = write("github", &many(&counts), &look(&checks()));
    let level = |command: &str| written.lines().filter(|line| line.starts_with(command)).count();
    assert_eq!((level("::error"), level("::warning"), level("::notice")), (10, 10, 10));
    assert_eq!(written.lines().filter(|line| line.contains("(critical)")).count(), 3);
    let last = written.lines().last().expect("there are lines");
    assert!(last.ends_with("26 findings more without an annotation: 5 high, 21 low. The report lists them."), "{last}");
}

#[test]
fn a_step_summary_stays_below_what_github_takes() {
    let mut report = many(&[(Severity::High, 9000), (Severity::Critical, 1)]);
    for finding in &mut report.findings {
        finding.message = "`x` ".repeat(100);
    }
    report.problems = vec![report.problems[0].clone(); 5000];
    let written = write("markdown", &report, &look(&checks()));
    assert!(written.len() < 900 << 10, "{} bytes", written.len());
    assert!(written.contains("Not listed, as this summary has no more room: "), "it does not say what was cut");
    let first = written.lines().find(|line| line.contains("app/settings.py")).expect("a row");
    assert!(first.starts_with("| critical |"), "{first}");
}

/// The fields that GitLab documents for a report of Code Quality, and their values.
#[test]
fn code_quality_has_the_fields_that_gitlab_documents() {
    let written = write("gitlab", &report(), &look(&checks()));
    let issues: Vec<serde_json::Value> = serde_json::from_str(&written).expect("a list");
    assert_eq!(issues.len(), report().findings.len());
    let mut fingerprints = std::collections::BTreeSet::new();
    for issue in &issues {
        let text = |field: &str| issue[field].as_str().unwrap_or_else(|| panic!("`{field}` is no text in {issue}"));
        assert!(!text("description").is_empty() && !text("check_name").is_empty());
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&text("severity")));
        assert!(fingerprints.insert(text("fingerprint").to_owned()), "a fingerprint stands for one finding");
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(!path.is_empty() && !path.starts_with(['/', '.']), "{path} is not relative to the repository");
        assert!(issue["location"]["lines"]["begin"].as_u64().is_some_and(|line| line > 0));
    }
}

#[test]
fn platforms_get_paths_that_are_relative_to_the_repository() {
    let checks = checks();
    let look = Look { root: Some("/home/ci/a b".into()), ..look(&checks) };
    for (path, shown) in
        [("/home/ci/a b/x/y.py", "x/y.py"), ("./x/y.py", "x/y.py"), ("/home/ci/a by.py", "/home/ci/a by.py")]
    {
        let mut report = report();
        report.findings.truncate(1);
        report.findings[0].related.clear();
        report.sources.insert(Source::new(FileId(0), path, PYTHON.into()));
        for format in ["github", "gitlab", "junit", "csv", "rdjson", "markdown"] {
            let written = write(format, &report, &look);
            assert!(written.contains(shown) && (shown == path || !written.contains(path)), "{format}: {written}");
        }
    }
}

#[test]
fn a_clean_run_is_a_passed_case() {
    let written = write("junit", &Report::default(), &look(&checks()));
    assert!(written.contains("tests=\"1\" failures=\"0\" errors=\"0\"") && written.contains("<testcase"), "{written}");
}

#[test]
fn a_fix_of_several_edits_is_one_suggestion() {
    let mut report = report();
    report.findings.truncate(1);
    let edit = |words: &str, text: &str| Edit { place: at(0, words), text: text.to_owned() };
    report.findings[0].fix = Edits::new(vec![edit("/v1", "/v2"), edit("http", "https")]);
    let written: serde_json::Value = serde_json::from_str(&write("rdjson", &report, &look(&checks()))).expect("JSON");
    let suggestions = &written["diagnostics"][0]["suggestions"];
    assert_eq!(suggestions.as_array().map(Vec::len), Some(1));
    assert_eq!(suggestions[0]["text"], "https://api.bank.test/v2");
}

fn keys(value: &serde_json::Value) -> Vec<String> {
    match value {
        serde_json::Value::Object(fields) => {
            fields.iter().flat_map(|(key, value)| [vec![key.clone()], keys(value)].concat()).collect()
        }
        serde_json::Value::Array(items) => items.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_field_of_the_json_is_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/output-json.md");
    let page = std::fs::read_to_string(path).expect("the page is there");
    let json = write("json", &report(), &look(&checks()));
    for key in keys(&serde_json::from_str(&json).expect("JSON")) {
        assert!(page.contains(&format!("`{key}`")), "docs/output-json.md does not name `{key}`");
    }
}

#[test]
fn sarif_indices_point_at_their_descriptors() {
    let log: serde_json::Value =
        serde_json::from_str(&write("sarif", &report(), &look(&checks()))).expect("SARIF is JSON");
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    for result in run["results"].as_array().expect("there are results") {
        if let Some(index) = result["ruleIndex"].as_u64() {
            assert_eq!(driver["rules"][index as usize]["id"], result["ruleId"]);
        }
    }
    for notification in run["invocations"][0]["toolExecutionNotifications"].as_array().expect("there are some") {
        let descriptor = &notification["descriptor"];
        let index = descriptor["index"].as_u64().expect("it has an index");
        assert_eq!(driver["notifications"][index as usize]["id"], descriptor["id"]);
    }
}

#[test]
fn sarif_keeps_the_most_severe_results() {
    let checks = checks();
    let report = many(&[(Severity::Low, 1500), (Severity::High, 4500)]);
    let log: serde_json::Value = serde_json::from_str(&write("sarif", &report, &look(&checks))).expect("SARIF is JSON");
    let results = log["runs"][0]["results"].as_array().expect("there are results");
    let notes = results.iter().filter(|result| result["level"] == "note").count();
    assert_eq!((results.len(), notes), (5000, 500));
    let notifications = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(notifications.contains("1000 more are not"), "{notifications}");
}

#[test]
fn a_minified_file_makes_a_small_report() {
    let checks = checks();
    let text = "a(\"http://h.test\");".repeat(20_000);
    let mut report = Report::default();
    let place = Place { file: FileId(0), span: Span::new(190_003, 190_007) };
    report.findings = vec![finding("cleartext-http", Severity::High, place, place, "m")];
    report.findings[0].statement.span = Span::new(0, text.len());
    report.sources.insert(Source::new(FileId(0), "a.min.js", text.into_bytes()));
    for format in ["terminal", "json"] {
        let written = write(format, &report, &look(&checks));
        assert!(written.len() < 3000, "{format}: {} bytes", written.len());
    }
    assert!(!write("sarif", &report, &look(&checks)).contains(&"a(\"http://h.test\");".repeat(20)));
}

proptest::proptest! {
    /// Spans may lie anywhere, and lines may hold anything.
    #[test]
    fn no_place_is_too_odd(
        text in "(\u{feff})?([a-z:/@\"é𝄞\r\n\t\u{1b}\u{202e}]|://|\n\n){0,60}",
        spans in proptest::collection::vec((0usize..120, 0usize..80), 1..4),
    ) {
        let checks = checks();
        let mut report = Report::default();
        let places = spans.iter().map(|(start, length)| Place { file: FileId(0), span: Span::new(*start, start + length) });
        let places = places.collect::<Vec<_>>();
        let mut odd = finding("cleartext-http", Severity::High, places[0], places[places.len() - 1], "m");
        odd.related = places.iter().skip(1).map(|place| Related { place: *place, message: "r".into() }).collect();
        odd.fix = fix(places[0], "x");
        report.findings = vec![odd];
        report.sources.insert(Source::new(FileId(0), "a", text.into_bytes()));
        for format in output::ALL {
            let written = write(format.name(), &report, &look(&checks));
            let tab_or_unsafe = written.chars().find(|character| *character != '\t' && acts(*character));
            proptest::prop_assert_eq!(tab_or_unsafe, None);
        }
    }
}

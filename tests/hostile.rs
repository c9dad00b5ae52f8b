//! Hostile input: nothing panics, hangs or is silently dropped, whatever a stranger puts into a repository.

mod common;

use barewire::endpoint::{Classifier, Hints};
use barewire::frontend;
use barewire::knowledge::Knowledge;
use barewire::source::{FileId, Place, Source, Span};
use barewire::text::Template;
use camino::Utf8PathBuf;
use common::scan_all;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

static KNOWLEDGE: LazyLock<Knowledge> = LazyLock::new(|| Knowledge::new(Vec::new()));

/// The examples of every model: file name and text.
static EXAMPLES: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let models = KNOWLEDGE.rules.models().flat_map(|model| &model.examples);
    let named = models.map(|example| (common::file_name("example", example), example.text.clone()));
    named.collect()
});

fn lower_everywhere(bytes: &[u8]) {
    for frontend in frontend::ALL {
        let source = Source::new(FileId(0), Utf8PathBuf::from("hostile"), bytes.to_vec());
        let _ = frontend.lower(&source);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        lower_everywhere(&bytes);
    }

    #[test]
    fn arbitrary_punctuation_is_survived(text in "[\\[\\]{}()<>\"'`:=,;#/\\\\*&|@$%!?.\\-\n\t a-c0-1\u{e9}\u{1f512}]{0,400}") {
        lower_everywhere(text.as_bytes());
    }

    #[test]
    fn mutated_examples_are_survived(
        which in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
        length in 0..80_usize,
        put in prop_oneof![Just(String::new()), "[{}()\\[\\]\"'#:$%\\\\\n ]{1,8}", Just("\u{0}\u{feff}\u{202e}".to_owned())],
        twice in any::<bool>(),
    ) {
        let (name, text) = which.get(&EXAMPLES);
        let mut chars: Vec<char> = text.chars().collect();
        let from = from.index(chars.len() + 1);
        let to = (from + length).min(chars.len());
        let cut: Vec<char> = chars[from..to].to_vec();
        let filling = if twice { cut.iter().chain(&cut).copied().chain(put.chars()).collect::<Vec<_>>() } else { put.chars().collect() };
        chars.splice(from..to, filling);
        let text: String = chars.into_iter().collect();
        let report = scan_all(&KNOWLEDGE, name, &text);
        for finding in &report.findings {
            let source = report.sources.get(finding.place.file).expect("a finding lies in a file that was read");
            prop_assert!(source.text().get(finding.place.span.start as usize..finding.place.span.end as usize).is_some());
        }
    }

    #[test]
    fn any_text_is_some_endpoint_or_none(
        scheme in prop_oneof![Just(""), Just("http://"), Just("jdbc:"), Just("jdbc:oracle:thin:@"), Just("postgres://"), Just("Server="), Just("redis://"), Just("mongodb+srv://"), Just("tcp(")],
        rest in "\\PC{0,120}",
    ) {
        let text = format!("{scheme}{rest}");
        let place = Place { file: FileId(0), span: Span { start: 0, end: text.len() as u32 } };
        let template = Template::literal(text, place);
        let _ = KNOWLEDGE.endpoints().classify(&template, &Hints::default());
    }
}

fn barewire(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_barewire"));
    command.env_clear().current_dir(folder).args(["check", "--output-format", "json"]).args(arguments);
    command.output().expect("the program was built for this test")
}

/// The JSON report of a run, and its exit status.
fn json(folder: &Path, arguments: &[&str]) -> (serde_json::Value, Option<i32>) {
    let output = barewire(folder, arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"));
    (report, output.status.code())
}

/// The kinds of the problems that a run reports of a file.
fn problems(report: &serde_json::Value, path: &str) -> Vec<String> {
    let all = report["problems"].as_array().expect("a list");
    all.iter().filter(|one| one["path"] == path).filter_map(|one| one["kind"].as_str().map(str::to_owned)).collect()
}

const BARE: &str = "import requests\nrequests.get('http://api.acme-bank.com')\n";

#[test]
fn deep_nesting_is_given_up_and_said() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let deep = 100_000;
    // With an address, so that the file is parsed.
    for (name, before, open, close, after) in [
        ("a.py", "u = 'http://api.acme-bank.com'\nx = ", "(", ")", ""),
        ("a.rs", "const U: &str = \"http://api.acme-bank.com\"; const X: u8 = ", "(", ")", ";"),
        ("A.java", "class A { String u = \"http://api.acme-bank.com\"; Object x = ", "(", ")", ";}"),
        ("a.json", "{\"u\": \"http://api.acme-bank.com\", \"x\": ", "[", "]", "}"),
        ("a.yaml", "u: http://api.acme-bank.com\nx: ", "[", "]", ""),
        ("a.toml", "u = \"http://api.acme-bank.com\"\nx = ", "[", "]", ""),
        ("a.xml", "<u v='http://api.acme-bank.com'>", "<a>", "</a>", "</u>"),
        ("a.sh", "curl http://api.acme-bank.com ", "$(", ")", ""),
    ] {
        let text = format!("{before}{}{}{after}", open.repeat(deep), close.repeat(deep));
        fs::write(folder.path().join(name), text).expect("the folder can be written");
    }
    let (report, code) = json(folder.path(), &["."]);
    assert_ne!(code, Some(2));
    assert_eq!(report["statistics"]["files"], 8);
    for name in ["a.py", "a.rs", "A.java", "a.json", "a.yaml", "a.toml", "a.xml", "a.sh"] {
        assert!(!problems(&report, name).is_empty(), "{name} is passed over in silence");
    }
    assert_eq!(barewire(folder.path(), &["--strict", "."]).status.code(), Some(1), "--strict fails the run");
}

#[test]
fn scripts_in_scripts_are_bounded() {
    let quoted = |depth: usize| {
        (0..depth).fold("curl -k https://api.acme-bank.com".to_owned(), |inner, _| format!("sh -c {inner:?}"))
    };
    let grown = (0..200).fold("A=http://api.acme-bank.com\n".to_owned(), |text, _| text + "A=$A$A$A\n") + "curl $A\n";
    for text in [quoted(10), "sudo ".repeat(50_000), "a | ".repeat(50_000), "a=(".repeat(50_000), grown] {
        let workflow =
            format!("jobs:\n  a:\n    steps:\n      - run: |\n          {}\n", text.replace('\n', "\n          "));
        assert!(scan_all(&KNOWLEDGE, "a.yml", &workflow).findings.len() < 10);
        assert!(scan_all(&KNOWLEDGE, "a.sh", &text).findings.len() < 10);
    }
}

#[test]
fn things_made_of_all_things_before_are_looked_at_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut text = String::from("import requests\nclass Option:\n    pass\n");
    for number in 0..150 {
        let before: Vec<String> = (0..number).map(|before| format!("o{before}")).collect();
        let _ = writeln!(text, "o{number} = Option({})", before.join(", "));
    }
    text.push_str("def all():\n    return o149\nrequests.get('http://api.acme-bank.com', verify=False)\n");
    fs::write(folder.path().join("a.py"), text).expect("the folder can be written");
    let (report, _) = json(folder.path(), &["."]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "{report}");
}

#[test]
fn odd_encodings_are_read_or_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write =
        |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("the folder can be written");
    write("crlf.py", BARE.replace('\n', "\r\n").as_bytes());
    write("bom.py", format!("\u{feff}{BARE}").as_bytes());
    write("latin.py", &[b"# caf\xe9\n", BARE.as_bytes()].concat());
    write("nul.py", &[BARE.as_bytes(), b"\0"].concat());
    let wide: Vec<u8> = BARE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    write("wide.py", &[b"\xff\xfe".as_slice(), &wide].concat());
    let (report, _) = json(folder.path(), &["."]);
    let findings = report["findings"].as_array().expect("a list");
    let found: Vec<&str> = findings.iter().filter_map(|finding| finding["path"].as_str()).collect();
    assert_eq!(found, ["bom.py", "crlf.py", "latin.py"]);
    assert_eq!(problems(&report, "latin.py"), ["encoding"]);
    assert_eq!(problems(&report, "wide.py"), ["encoding"]);
    assert_eq!(report["statistics"]["left_out"]["binary"], 1);
}

#[test]
fn a_large_file_is_refused_unless_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let line = "# nothing to see in this line of a very long file indeed\n";
    let text = format!("{}{BARE}", line.repeat((50 << 20) / line.len()));
    fs::write(folder.path().join("large.py"), text).expect("the folder can be written");
    let (report, code) = json(folder.path(), &["."]);
    assert_eq!(problems(&report, "large.py"), ["too-large"]);
    assert_eq!(code, Some(0));
    assert_eq!(barewire(folder.path(), &["--strict", "."]).status.code(), Some(1));
    let (report, code) = json(folder.path(), &["--max-file-size", "60000000", "."]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(code, Some(1));
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let made = Command::new("mkfifo").arg(path("pipe.py")).status().expect("mkfifo is part of every Unix");
    assert!(made.success());
    std::os::unix::fs::symlink(".", path("loop")).expect("the folder can be written");
    std::os::unix::fs::symlink("nowhere.py", path("dangling.py")).expect("the folder can be written");
    fs::write(path("a.py"), BARE).expect("the folder can be written");
    let (report, code) = json(folder.path(), &["."]);
    assert_eq!(problems(&report, "pipe.py"), ["unreadable"]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "a loop of links is walked once");
    assert_eq!(code, Some(1));
    assert_eq!(barewire(folder.path(), &["nowhere.py"]).status.code(), Some(2));
}

/// Reading the memory of a process from its start is refused to everybody, the superuser included.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_is_reported() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let list = folder.path().join("list");
    fs::write(&list, "/proc/self/mem\na.py\n").expect("the folder can be written");
    fs::write(folder.path().join("a.py"), BARE).expect("the folder can be written");
    let (report, code) = json(folder.path(), &["--files-from", "list"]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1), "the run goes on");
    assert_eq!(code, Some(1));
    assert_eq!(problems(&report, "/proc/self/mem"), ["unreadable"]);
}

#[test]
fn one_thread_and_two_say_the_same_bytes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let run = |jobs: &str| barewire(root, &["--jobs", jobs, "--tests", "test-corpus", "src"]).stdout;
    let one = run("1");
    assert!(one.len() > 1000);
    assert_eq!(one, run("2"));
    assert_eq!(one, run("8"));
}

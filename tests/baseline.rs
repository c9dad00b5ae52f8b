//! The baseline over the life of a file: what is known stays known, what is new is shown.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const FIRST: &str = r#"import requests


def pay(order):
    return requests.post("http://pay.acme-bank.com/v1", json=order, timeout=3)


def ask():
    return requests.get("https://ask.acme-bank.com/v1", verify=False)
"#;

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_barewire")).current_dir(folder).args(arguments).output().expect("it runs")
}

/// A folder whose only file has the text, and a baseline of it.
fn known(text: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("app.py"), text).expect("written");
    assert!(run(folder.path(), &["baseline"]).status.success());
    folder
}

/// How many findings the text has beside those that are known of another one, and how many entries are gone.
fn new_and_gone(before: &str, after: &str) -> (usize, usize) {
    let folder = known(before);
    fs::write(folder.path().join("app.py"), after).expect("written");
    let output = run(folder.path(), &["check", "--output-format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let count = |value: &serde_json::Value| value.as_array().map_or(0, Vec::len);
    (count(&report["findings"]), count(&report["baseline"]["gone"]))
}

#[test]
fn moved_lines_are_known() {
    assert_eq!(new_and_gone(FIRST, &format!("# A new head.\n\n{FIRST}")), (0, 0));
    let (head, tail) = FIRST.split_at(FIRST.find("def ask").expect("it is there"));
    let (imports, pay) = head.split_at(head.find("def pay").expect("it is there"));
    assert_eq!(new_and_gone(FIRST, &format!("{imports}{tail}\n\n{pay}")), (0, 0), "two functions change places");
}

#[test]
fn reformatted_lines_are_known() {
    let after = FIRST
        .replace(
            "requests.post(\"http://pay.acme-bank.com/v1\", json=order, timeout=3)",
            "requests.post(\n        'http://pay.acme-bank.com/v1',\n        json=order,\n        timeout=3,\n    )",
        )
        .replace("verify=False)", "verify = False )");
    assert_eq!(new_and_gone(FIRST, &after), (0, 0));
}

#[test]
fn an_unrelated_name_does_not_matter() {
    assert_eq!(new_and_gone(FIRST, &FIRST.replace("def ask", "def inquire")), (0, 0));
    assert_eq!(new_and_gone(FIRST, &format!("{FIRST}\n\ndef more():\n    return 1\n")), (0, 0));
    let java = "class Trust implements javax.net.ssl.X509TrustManager {\n  public void checkClientTrusted(java.security.cert.X509Certificate[] c, String t) {}\n  public void checkServerTrusted(java.security.cert.X509Certificate[] c, String t) {}\n  public java.security.cert.X509Certificate[] getAcceptedIssuers() { return null; }\n  String name() { return \"x\"; }\n}\n";
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("Trust.java"), java).expect("written");
    assert!(!run(folder.path(), &["check"]).status.success());
    assert!(run(folder.path(), &["baseline"]).status.success());
    fs::write(folder.path().join("Trust.java"), java.replace("String name()", "String label()")).expect("written");
    assert!(run(folder.path(), &["check"]).status.success(), "another method of the class");
}

#[test]
fn one_more_of_the_same_is_new() {
    let line = "requests.get(\"http://old.acme-bank.com/v1\")\n";
    let twice = format!("import requests\n{line}{line}");
    assert_eq!(new_and_gone(&twice, &format!("{twice}{line}")), (1, 0));
    assert_eq!(new_and_gone(&twice, &format!("import requests\n{line}")), (0, 1));
    assert_eq!(new_and_gone(&twice, &twice.replacen("old", "new", 1)), (1, 1));
}

#[test]
fn what_is_gone_is_taken_out() {
    let folder = known(FIRST);
    let path = folder.path().join("app.py");
    fs::write(&path, FIRST.replace("http://pay", "https://pay").replace("ask.acme", "other.acme")).expect("written");
    assert!(run(folder.path(), &["baseline", "--prune"]).status.success());
    fs::write(&path, FIRST).expect("written");
    let output = run(folder.path(), &["check", "--quiet"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("http://pay"), "{text}");
    fs::remove_file(&path).expect("removed");
    fs::write(folder.path().join("b.py"), "import os\n").expect("written");
    assert!(run(folder.path(), &["baseline"]).status.success());
}

#[test]
fn paths_are_seen_from_the_root() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir_all(folder.path().join("src")).expect("created");
    fs::write(folder.path().join("src/app.py"), FIRST).expect("written");
    fs::write(folder.path().join("barewire.yml"), "fail-on: low\n").expect("written");
    assert!(run(folder.path(), &["baseline"]).status.success());
    for (from, path) in [(".", "."), (".", "src"), (".", "src/app.py"), ("src", "."), ("src", "app.py"), ("src", "..")]
    {
        let output = run(&folder.path().join(from), &["check", path]);
        assert!(output.status.success(), "{from} {path}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

//! `--since` and `--staged` with the real git, and files that are named alone.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=n", "-c", "user.email=n@acme-bank.com", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("created");
        fs::write(path, text).expect("written");
    }
}

fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), files);
    git(folder.path(), &["add", "--all"]);
    git(folder.path(), &["commit", "--quiet", "-m", "first"]);
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_barewire")).current_dir(folder).args(arguments).output().expect("it runs")
}

/// The places of the findings, `path:line`, and the exit status.
fn check(folder: &Path, arguments: &[&str]) -> (Vec<String>, Option<i32>) {
    let output = run(folder, &[&["check", "--quiet"], arguments].concat());
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let place = |line: &str| line.splitn(3, ':').take(2).collect::<Vec<_>>().join(":");
    (text.lines().map(place).collect(), output.status.code())
}

fn found(places: &[&str]) -> (Vec<String>, Option<i32>) {
    (places.iter().map(|place| (*place).to_owned()).collect(), Some(i32::from(!places.is_empty())))
}

const OLD: &str = "import requests\n\nrequests.get(\"http://old.acme-bank.com/v1\")\n";

#[test]
fn only_the_staged_lines_are_asked_about() {
    let folder = repository(&[("app.py", OLD)]);
    let path = folder.path();
    assert_eq!(check(path, &["--staged"]), found(&[]));
    write(path, &[("app.py", &format!("{OLD}requests.get(\"http://new.acme-bank.com/v1\")\n"))]);
    assert_eq!(check(path, &["--staged"]), found(&[]), "nothing is staged yet");
    git(path, &["add", "app.py"]);
    assert_eq!(check(path, &["--staged"]), found(&["app.py:4"]));
    write(path, &[("app.py", OLD)]);
    assert_eq!(check(path, &["--staged"]), found(&["app.py:4"]), "the staged text counts, not the one on disk");
    let summary = run(path, &["check", "--staged"]);
    assert!(String::from_utf8_lossy(&summary.stdout).contains("1 not of this change"));
}

#[test]
fn a_first_commit_can_be_asked_about() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git(folder.path(), &["init", "--quiet"]);
    write(folder.path(), &[("sp ace \u{fc}.py", OLD)]);
    git(folder.path(), &["add", "--all"]);
    assert_eq!(check(folder.path(), &["--staged"]), found(&["sp ace \u{fc}.py:3"]));
}

#[test]
fn a_constant_that_changes_is_found_at_its_use() {
    let user = "import requests\nfrom shop.settings import LEDGER\n\n\ndef book():\n    return requests.get(LEDGER)\n";
    let settings = "LEDGER = \"https://ledger.acme-bank.com/v1\"\nOTHER = \"x\"\n";
    let folder = repository(&[("shop/settings.py", settings), ("shop/book.py", user), ("shop/rest.py", OLD)]);
    let path = folder.path();
    write(path, &[("shop/settings.py", &settings.replace("https", "http"))]);
    git(path, &["add", "--all"]);
    let (places, code) = check(path, &["--staged"]);
    assert_eq!((places.as_slice(), code), (["shop/settings.py:1".to_owned()].as_slice(), Some(1)));
    assert_eq!(check(path, &["--since", "HEAD"]), (places, code));
}

#[test]
fn a_use_that_changes_is_found_with_the_constant_elsewhere() {
    let settings = "LEDGER = \"http://ledger.acme-bank.com/v1\"\n";
    let folder = repository(&[("shop/settings.py", settings), ("shop/book.py", "import json\n"), ("rest.py", OLD)]);
    let path = folder.path();
    let before = check(path, &[]).0;
    let user = "import requests\nfrom shop.settings import LEDGER\n\nrequests.post(LEDGER, verify=False)\n";
    write(path, &[("shop/book.py", user)]);
    git(path, &["add", "--all"]);
    let (all, _) = check(path, &[]);
    let caused: Vec<String> = all.iter().filter(|place| !before.contains(place)).cloned().collect();
    assert!(!caused.is_empty(), "{all:?}");
    let (staged, _) = check(path, &["--staged"]);
    assert!(caused.iter().all(|place| staged.contains(place)), "{caused:?} {staged:?}");
    assert!(!staged.contains(&"rest.py:3".to_owned()), "{staged:?}");
    let (named, _) = check(path, &["shop/book.py"]);
    assert_eq!(named, staged, "a named file sees the same constant");
}

/// A file that others use, before and after, and one that uses it.
const CAUSES: &[(&str, [&str; 3], [&str; 2])] = &[
    (
        "a function whose local variable changes",
        ["shop/settings.py", "def ledger():\n    url = 'https://l.acme-bank.com'\n    return url\n", "http://l"],
        ["shop/book.py", "import requests\nfrom shop.settings import ledger\n\nrequests.get(ledger())\n"],
    ),
    (
        "a switch",
        ["shop/settings.py", "import requests\nCHECKED = True\n", "= False"],
        [
            "shop/book.py",
            "import requests\nfrom shop.settings import CHECKED\nrequests.get('https://l.acme-bank.com', verify=CHECKED)\n",
        ],
    ),
    (
        "a field of a class",
        ["shop/settings.py", "class Settings:\n    LEDGER = 'https://l.acme-bank.com'\n", "http://l"],
        ["shop/book.py", "import requests\nfrom shop.settings import Settings\n\nrequests.get(Settings.LEDGER)\n"],
    ),
    (
        "a helper that callers hand a value to",
        [
            "shop/web.py",
            "import requests\n\ndef fetch(path):\n    return requests.get(path, verify=True)\n",
            "verify=False",
        ],
        ["shop/book.py", "from shop.web import fetch\n\nfetch('https://l.acme-bank.com')\n"],
    ),
    (
        "a Java constant",
        [
            "src/com/acme/Settings.java",
            "package com.acme;\nclass Settings {\n  static final String LEDGER = \"https://l.acme-bank.com\";\n}\n",
            "http://l",
        ],
        [
            "src/com/acme/Book.java",
            "package com.acme;\nclass Book {\n  void book() throws Exception {\n    new java.net.URL(Settings.LEDGER).openConnection();\n  }\n}\n",
        ],
    ),
    (
        "a Rust constant",
        ["src/settings.rs", "pub const LEDGER: &str = \"https://l.acme-bank.com\";\n", "http://l"],
        ["src/book.rs", "use crate::settings::LEDGER;\n\nfn book() {\n    reqwest::blocking::get(LEDGER);\n}\n"],
    ),
];

#[test]
fn a_staged_change_shows_what_a_whole_check_newly_finds() {
    for (what, [path, before, change], [user, text]) in CAUSES {
        let whole = match *change {
            "http://l" => before.replace("https://l", "http://l"),
            "= False" => before.replace("= True", change),
            change => before.replace("verify=True", change),
        };
        for committed in [true, false] {
            let first = if committed { vec![(*path, *before), (*user, *text)] } else { vec![(*user, *text)] };
            let folder = repository(&first);
            let old = check(folder.path(), &["--min-confidence", "low"]).0;
            write(folder.path(), &[(path, &whole)]);
            git(folder.path(), &["add", "--all"]);
            let (all, code) = check(folder.path(), &["--min-confidence", "low"]);
            let new: Vec<String> = all.into_iter().filter(|place| !old.contains(place)).collect();
            assert!(!new.is_empty(), "{what}");
            let staged = check(folder.path(), &["--min-confidence", "low", "--staged"]);
            assert_eq!(staged, (new, code), "{what}, committed before: {committed}");
        }
    }
}

#[test]
fn what_is_taken_out_counts() {
    let safe =
        "import requests\n\nrequests.get(\n    \"https://a.acme-bank.com\",\n    timeout=3,\n    verify=False,\n)\n";
    let folder = repository(&[("app.py", safe)]);
    write(folder.path(), &[("app.py", &safe.replace("    timeout=3,\n", ""))]);
    assert_eq!(check(folder.path(), &["--since", "HEAD"]), found(&["app.py:5"]));
}

#[test]
fn since_a_branch_means_since_it_was_left() {
    let folder = repository(&[("app.py", OLD)]);
    let path = folder.path();
    git(path, &["checkout", "--quiet", "-b", "work"]);
    write(path, &[("work.py", OLD)]);
    git(path, &["add", "--all"]);
    git(path, &["commit", "--quiet", "-m", "work"]);
    git(path, &["checkout", "--quiet", "main"]);
    write(path, &[("app.py", "import requests\n")]);
    git(path, &["commit", "--quiet", "-am", "mended"]);
    git(path, &["checkout", "--quiet", "work"]);
    write(path, &[("untracked.py", OLD)]);
    assert_eq!(check(path, &["--since", "main"]), found(&["untracked.py:3", "work.py:3"]));
}

#[test]
fn a_version_that_is_bumped_back_shows_the_calls_that_it_makes_unsafe() {
    let app = "import asyncpg\n\n\nasync def ledger():\n    return await asyncpg.connect(\"postgresql://db.acme-bank.com/x\")\n";
    let folder = repository(&[
        ("app/db.py", app),
        ("app/requirements.txt", "asyncpg==0.29.0\nrequests==2.32.3\n"),
        ("other/db.py", app),
    ]);
    let path = folder.path();
    let since = |requirements: &str| {
        write(path, &[("app/requirements.txt", requirements)]);
        let found = check(path, &["--since", "HEAD"]);
        git(path, &["add", "--all"]);
        assert_eq!(check(path, &["--staged"]), found, "{requirements}");
        found
    };
    assert_eq!(since("asyncpg==0.21.0\nrequests==2.32.3\n"), found(&["app/db.py:5"]));
    assert_eq!(since("asyncpg==0.28.0\nrequests==2.32.3\n"), found(&[]), "it was no safer before");
    assert_eq!(since("asyncpg==0.29.0\nrequests==2.31.0\n"), found(&[]), "another package");
    git(path, &["reset", "--quiet", "--hard"]);
    write(path, &[("app/requirements.txt", "asyncpg==0.20.0\n")]);
    git(path, &["commit", "--quiet", "-am", "old"]);
    assert_eq!(since("asyncpg==0.21.0\n"), found(&[]), "it was as bad before");
}

#[test]
fn a_property_of_a_parent_that_is_bumped_back_shows_the_calls_of_its_modules() {
    let parent = |version: &str| {
        format!(
            "<project>\n<properties>\n<amqp.version>{version}</amqp.version>\n</properties>\n<dependencyManagement><dependencies>\n<dependency><groupId>com.rabbitmq</groupId><artifactId>amqp-client</artifactId>\n<version>${{amqp.version}}</version></dependency>\n</dependencies></dependencyManagement>\n</project>\n"
        )
    };
    let module = "<project>\n<parent><groupId>g</groupId><artifactId>p</artifactId><version>1</version></parent>\n<dependencies>\n<dependency><groupId>com.rabbitmq</groupId><artifactId>amqp-client</artifactId></dependency>\n</dependencies>\n</project>\n";
    let java = "import com.rabbitmq.client.ConnectionFactory;\n\nclass Orders {\n    void open() throws Exception {\n        ConnectionFactory factory = new ConnectionFactory();\n        factory.useSslProtocol();\n    }\n}\n";
    let folder =
        repository(&[("pom.xml", &parent("5.34.0")), ("orders/pom.xml", module), ("orders/src/Orders.java", java)]);
    let path = folder.path();
    write(path, &[("pom.xml", &parent("5.32.0"))]);
    assert_eq!(check(path, &["--since", "HEAD"]), found(&["orders/src/Orders.java:6"]));
    let said = run(path, &["check", "--quiet", "--since", "HEAD"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("(amqp-client 5.32.0, pom.xml:3)"), "{said}");
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let folder = repository(&[("app.py", OLD)]);
    write(folder.path(), &[("app.py", "import requests\n")]);
    git(folder.path(), &["commit", "--quiet", "-am", "second"]);
    let clones = tempfile::tempdir().expect("a temporary folder");
    let from = format!("file://{}", folder.path().display());
    git(clones.path(), &["clone", "--quiet", "--depth=1", &from, "clone"]);
    let clone = clones.path().join("clone");
    write(&clone, &[("new.py", OLD)]);
    assert_eq!(check(&clone, &["--since", "HEAD"]), found(&["new.py:3"]));
    let output = run(&clone, &["check", "--since", "HEAD~1"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no revision `HEAD~1`") && said.contains("shallow"), "{said}");
}

#[test]
fn outside_a_work_tree_it_says_so() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), &[("app.py", OLD)]);
    let output = run(folder.path(), &["check", "--staged"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no git work tree"));
}

#[test]
fn a_map_is_compared_with_that_of_a_revision() {
    let compose = "services:\n  web:\n    build: .\n    environment:\n      REDIS_URL: rediss://cache.acme-bank.com\n      PAY_URL: https://pay.acme-bank.com/v1\n";
    let folder = repository(&[("compose.yaml", compose)]);
    let path = folder.path();
    let changes = |old: &str| String::from_utf8_lossy(&run(path, &["map", "--compare", old]).stdout).into_owned();
    assert_eq!(changes("HEAD"), "no connection appeared, vanished or changed\n");
    run(path, &["map", "--output-format", "json=old.json"]);
    let bare = compose.replace("rediss", "redis").replace("PAY_URL: https://pay", "LEDGER_URL: https://ledger");
    write(path, &[("compose.yaml", &bare)]);
    let expected = "appeared\n  verified  web -> http ledger.acme-bank.com  compose.yaml:6:19\n\n\
                    changed\n  verified -> cleartext  web -> redis cache.acme-bank.com  compose.yaml:5:18\n\n\
                    vanished\n  verified  web -> http pay.acme-bank.com  compose.yaml:6:16\n\n\
                    connections: 1 appeared, 1 vanished, 1 changed, 1 for the worse\n";
    assert_eq!(changes("HEAD"), expected);
    assert_eq!(changes("old.json"), expected);
    for wrong in ["no-such-revision", "compose.yaml"] {
        assert_eq!(run(path, &["map", "--compare", wrong]).status.code(), Some(2), "{wrong}");
    }
}

//! `barewire check --staged` beside `git status`, whole processes, in a repository of 10,000 files of which one is changed:
//! `cargo bench --bench staged [-- RUNS]`. `git` must be on the PATH.
//!
//! Both run by turns, so that what else the machine does hits both; the ratio of the medians is what counts, and 1.5 is
//! what a hook may cost.
#![expect(clippy::print_stdout, reason = "a program for whoever measures")]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const AREAS: usize = 100;
const FILES: usize = 100;

/// What is measured, the number of the file that is changed in the first area, and what is written behind it.
const CHANGES: [(&str, usize, &str); 3] = [
    ("a call", 10, "\n\ndef late(session, order):\n    session.post('http://late.acme-bank.com', order)\n"),
    ("a constant that others may use", 10, "\nLATE = 'http://late.acme-bank.com'\n"),
    ("a setting", 14, "late:\n  url: http://late.acme-bank.com/v1\n"),
];

fn main() {
    // Cargo itself hands over `--bench`.
    let runs = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(21);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let folder = folder.path();
    for area in 0..AREAS {
        fs::create_dir_all(folder.join(format!("src/area{area:02}"))).expect("a folder can be made");
        for number in 0..FILES {
            let (name, text) = file(area, number);
            fs::write(folder.join(format!("src/area{area:02}/{name}")), text).expect("a file can be written");
        }
    }
    git(folder, &["init", "--quiet"]);
    git(folder, &["add", "--all"]);
    git(folder, &["-c", "user.name=n", "-c", "user.email=n@acme-bank.com", "commit", "--quiet", "-m", "first"]);
    for (what, number, more) in CHANGES {
        let (name, text) = file(0, number);
        fs::write(folder.join("src/area00").join(name), text + more).expect("a file can be written");
        git(folder, &["add", "--all"]);
        measure(folder, what, runs);
        git(folder, &["reset", "--quiet", "--hard"]);
    }
}

/// Three files of five are Python, one is Java and one YAML; each uses another.
fn file(area: usize, number: usize) -> (String, String) {
    let (next, other) = ((area + 1) % AREAS, (number + 5) % FILES);
    let mut text = String::new();
    let mut line = |line: String| writeln!(text, "{line}").expect("text can be written");
    let name = match number % 5 {
        3 => {
            line(format!("package com.acme.area{area};\n\npublic class Service{number:02} {{"));
            line(format!("    static final String BASE = \"https://service{number}.acme-bank.com\";"));
            for call in 0..12 {
                line(format!("    public String call{call}(Order order) throws Exception {{"));
                line("        return new URL(BASE + \"/orders\").openConnection().getContentType();\n    }".to_owned());
            }
            line("}".to_owned());
            format!("Service{number:02}.java")
        }
        4 => {
            for key in 0..20 {
                line(format!("key_{key}:\n  name: value{key}\n  url: https://service{key}.acme-bank.com/v1"));
            }
            format!("config_{number:02}.yml")
        }
        _ => {
            line(format!("import requests\nfrom src.area{next:02}.client_{other:02} import LIMIT_{other}\n"));
            line(format!("BASE_{number} = \"https://service{number}.acme-bank.com/v1\""));
            for call in 0..12 {
                line(format!("\n\ndef call_{call}(session, order):\n    \"\"\"Books an order.\"\"\""));
                line(format!("    answer = session.post(BASE_{number} + \"/orders\", json=order, timeout=3)"));
                line("    answer.raise_for_status()\n    return answer.json()".to_owned());
            }
            format!("client_{number:02}.py")
        }
    };
    (name, text)
}

fn measure(folder: &Path, what: &str, runs: usize) {
    let mut status = Command::new("git");
    status.arg("status");
    let mut check = Command::new(env!("CARGO_BIN_EXE_barewire"));
    check.args(["check", "--staged"]);
    let (mut git, mut barewire) = (Vec::new(), Vec::new());
    // The first turn only warms the cache.
    for run in 0..=runs {
        let times = (time(&mut status, folder), time(&mut check, folder));
        if run > 0 {
            git.push(times.0);
            barewire.push(times.1);
        }
    }
    let (git, barewire) = (median(&mut git), median(&mut barewire));
    println!("{} files, {what} is new, median of {runs} runs", AREAS * FILES);
    println!("git status        {:>8.1} ms", git.as_secs_f64() * 1e3);
    println!("check --staged    {:>8.1} ms", barewire.as_secs_f64() * 1e3);
    println!("ratio             {:>8.2}", barewire.as_secs_f64() / git.as_secs_f64());
}

fn git(folder: &Path, arguments: &[&str]) {
    let status = Command::new("git").current_dir(folder).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "git {arguments:?}");
}

/// How long a process takes, whatever it answers.
fn time(command: &mut Command, folder: &Path) -> Duration {
    let start = Instant::now();
    let status = command.current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

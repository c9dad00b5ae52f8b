//! Whole processes on a tree of your own, beside a text search for the same words:
//! `cargo bench --bench against_rg -- DIR [RUNS]`. `rg` must be on the PATH.
//!
//! Both run by turns, so that what else the machine does hits both; the ratio of the medians is what counts.
#![expect(clippy::print_stdout, reason = "a program for whoever measures")]

use barewire::filter::Filter;
use barewire::frontend;
use barewire::knowledge::Knowledge;
use barewire::rules::triggers::Sought;
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

fn main() {
    // Cargo itself hands over `--bench`.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let Some(folder) = arguments.next() else {
        println!("against_rg: give a folder to measure on: cargo bench --bench against_rg -- DIR [RUNS]");
        return;
    };
    let runs = arguments.next().and_then(|runs| runs.parse().ok()).unwrap_or(7);
    let words = tempfile::NamedTempFile::new().expect("a temporary file can be made");
    let triggers = trigger_words();
    std::fs::write(words.path(), triggers.join("\n")).expect("a temporary file can be written");
    let mut search = Command::new("rg");
    search.args(["--count", "--ignore-case", "--fixed-strings", "--hidden", "--file"]).arg(words.path()).arg(&folder);
    let mut check = Command::new(env!("CARGO_BIN_EXE_barewire"));
    check.args(["check", "--tests", "--quiet"]).arg(&folder);
    let (mut rg, mut barewire) = (Vec::new(), Vec::new());
    // The first turn only warms the cache.
    for run in 0..=runs {
        let times = (time(&mut search), time(&mut check));
        if run > 0 {
            rg.push(times.0);
            barewire.push(times.1);
        }
    }
    let (rg, barewire) = (median(&mut rg), median(&mut barewire));
    println!("{} words, median of {runs} runs on {folder}", triggers.len());
    println!("rg --count        {:>8.1} ms", rg.as_secs_f64() * 1e3);
    println!("barewire check    {:>8.1} ms", barewire.as_secs_f64() * 1e3);
    println!("ratio             {:>8.2}", barewire.as_secs_f64() / rg.as_secs_f64());
}

/// The trigger words of every language and format.
fn trigger_words() -> Vec<String> {
    let knowledge = Knowledge::new(Vec::new());
    let words: BTreeSet<String> = frontend::ALL
        .iter()
        .flat_map(|frontend| Filter::triggers(&knowledge, frontend.name(), Sought::Findings))
        .map(|trigger| trigger.text.to_lowercase().into())
        .collect();
    words.into_iter().collect()
}

/// How long a process takes, whatever it answers.
fn time(command: &mut Command) -> Duration {
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    start.elapsed()
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() / 2]
}

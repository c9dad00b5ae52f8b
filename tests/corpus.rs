//! Whole projects: the findings are those that the files announce, the connections those of `connections.txt`.

#![expect(clippy::disallowed_methods, reason = "the test reads the corpus")]

mod common;

use barewire::filter::Filter;
use barewire::knowledge::Knowledge;
use barewire::report::{Direction, Report, Sighting};
use barewire::rules::triggers::Sought;
use barewire::scan::{Alone, Options, Progress, scan};
use barewire::walk::{Disk, WalkOptions, walk};
use camino::{Utf8Path, Utf8PathBuf};
use common::{Marker, markers};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

fn projects() -> Vec<Utf8PathBuf> {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("test-corpus");
    let entries = root.read_dir_utf8().expect("the corpus is part of the project");
    let mut all: Vec<Utf8PathBuf> = entries.filter_map(Result::ok).map(|entry| entry.path().to_owned()).collect();
    all.retain(|path| path.is_dir());
    all.sort();
    all
}

/// What `barewire check` would see, or `barewire map`.
fn seen(knowledge: &Knowledge, project: &Utf8Path, sought: Sought) -> Report {
    let walk_options = WalkOptions { paths: vec![project.into()], ..WalkOptions::default() };
    let mut options = Options { walk: walk_options, ..common::options() };
    options.gate.tests = false;
    let walked = walk(&options.walk, &knowledge.kinds).expect("no patterns are given");
    let disk = Disk { working: Utf8Path::new(""), options: &options.walk };
    scan(knowledge, &Filter::of(knowledge, sought), walked, &Alone, Some(&disk), &options, &Progress::default())
}

type Announced = BTreeSet<(String, Marker)>;

fn found(report: &Report, project: &Utf8Path) -> Announced {
    let marker = |finding: &barewire::report::Finding| {
        let source = report.sources.get(finding.place.file).expect("a finding lies in a file that was read");
        let text = source.slice(finding.place.span).lines().next().unwrap_or_default().to_owned();
        let line = source.position(finding.place.span.start).line;
        (relative(&source.path, project), Marker { line, check: finding.check.to_string(), text })
    };
    report.findings.iter().map(marker).collect()
}

/// The markers of the files that a run reads.
fn announced(project: &Utf8Path) -> Announced {
    let mut all = Announced::new();
    for entry in walkdir::WalkDir::new(project).into_iter().filter_map(Result::ok) {
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let path = Utf8Path::from_path(entry.path()).expect("the corpus has UTF-8 names");
        all.extend(markers(&text).into_iter().map(|marker| (relative(path, project), marker)));
    }
    all
}

fn relative(path: &Utf8Path, project: &Utf8Path) -> String {
    path.strip_prefix(project).unwrap_or(path).as_str().replace('\\', "/")
}

fn connections(report: &Report, project: &Utf8Path) -> String {
    let mut out = String::new();
    for sighting in &report.sightings {
        let _ = writeln!(out, "{}", connection_line(sighting, report, project));
    }
    out
}

fn connection_line(sighting: &Sighting, report: &Report, project: &Utf8Path) -> String {
    let source = report.sources.get(sighting.place.file).expect("a connection lies in a file that was read");
    let line = source.position(sighting.place.span.start).line;
    let direction = match sighting.direction {
        Direction::Out => "to",
        Direction::Listen => "at",
    };
    let port = sighting.port.map(|port| format!(":{port}")).unwrap_or_default();
    let transport =
        sighting.transport.map_or("not shown".to_owned(), |transport| format!("{transport:?}").to_lowercase());
    let path = relative(&source.path, project);
    format!("{path}:{line} {} {direction} {}{port}: {transport}", sighting.protocol, sighting.host)
}

/// `component -> protocol peer: verdict (what passes)`, one line for each connection of the map.
fn map(report: &Report) -> String {
    let mut out = String::new();
    for connection in &report.map.connections {
        let arrow = if connection.direction == Direction::Out { "->" } else { "<-" };
        let peer = connection.peer.component.as_ref().unwrap_or(&connection.peer.host);
        let port = connection.peer.port.map(|port| format!(":{port}")).unwrap_or_default();
        let carries: BTreeSet<&str> = connection.sensitive.iter().map(|seen| seen.kind.as_str()).collect();
        let carries: Vec<&str> = carries.into_iter().collect();
        let carries = if carries.is_empty() { String::new() } else { format!(" ({})", carries.join(", ")) };
        let (component, protocol, verdict) = (&connection.component, &connection.protocol, connection.verdict.name());
        let _ = writeln!(out, "{component} {arrow} {protocol} {peer}{port}: {verdict}{carries}");
    }
    out
}

#[test]
fn projects_hold() {
    let knowledge = Knowledge::new(Vec::new());
    let update = std::env::var_os("BAREWIRE_UPDATE").is_some();
    let mut wrong = String::new();
    let projects = projects();
    assert!(projects.len() > 3, "the corpus is incomplete");
    for project in projects {
        let report = seen(&knowledge, &project, Sought::Findings);
        let (found, announced) = (found(&report, &project), announced(&project));
        for (path, marker) in announced.difference(&found) {
            let _ = writeln!(wrong, "{project}: not found: {path}:{} {}: {}", marker.line, marker.check, marker.text);
        }
        for (path, marker) in found.difference(&announced) {
            let _ =
                writeln!(wrong, "{project}: not announced: {path}:{} {}: {}", marker.line, marker.check, marker.text);
        }
        let whole = project.join("map.txt");
        let map = if whole.exists() { map(&seen(&knowledge, &project, Sought::Wires)) } else { String::new() };
        if update && whole.exists() {
            fs::write(&whole, &map).expect("the corpus can be written");
        } else if fs::read_to_string(&whole).is_ok_and(|text| text != map) {
            let _ = writeln!(wrong, "{whole} differs; it would be:\n{map}");
        }
        let list = project.join("connections.txt");
        let connections = connections(&report, &project);
        if update {
            fs::write(&list, &connections).expect("the corpus can be written");
        } else if fs::read_to_string(&list).unwrap_or_default() != connections {
            let _ = writeln!(wrong, "{list} differs; it would be:\n{connections}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

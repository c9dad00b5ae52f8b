//! The `examples` of `rules/protocols/`, one case a line: `<hint> text -> verdict: deciding bytes`.
//!
//! The hint is a driver (`driver 1.2` is that version of it) or a protocol, the bytes are left out where the whole decides (a default). `{a,b}` makes a
//! case for each; several such groups of one length on a line go together. `<host> name -> zone` asks where a host is.

use super::{all_with, endpoints, folded, shipped, verdict_with};
use crate::endpoint::protocols::DriverVersion;
use crate::endpoint::protocols::kinds::Verdict;
use crate::endpoint::{Endpoints, Hints, Judged};
use crate::manifests::known::{Known, Versions};
use crate::source::Place;
use crate::versions::{Range, Version, ranges};
use compact_str::CompactString;
use std::fmt::Write as _;

/// A line with its groups written out.
struct Case {
    file: String,
    hint: Option<String>,
    /// What is known of the version of the driver.
    versions: Versions,
    text: String,
    verdict: String,
    bytes: String,
}

fn cases() -> Vec<Case> {
    let files = super::files();
    let lines = files.iter().flat_map(|(path, text)| {
        let file: serde_yaml::Value = serde_yaml::from_str(text).expect("a file that the build has read");
        let examples = file.get("examples").and_then(serde_yaml::Value::as_str).unwrap_or_default().to_owned();
        let lines: Vec<String> = examples.lines().map(str::to_owned).collect();
        lines.into_iter().map(move |line| (path.clone(), line))
    });
    let is_case = |line: &str| !(line.trim().is_empty() || line.starts_with('#'));
    lines
        .filter(|(_, line)| is_case(line))
        .flat_map(|(path, line)| written_out(&line).into_iter().map(move |line| case(&path, &line)))
        .collect()
}

fn case(path: &str, line: &str) -> Case {
    let (left, right) = line.rsplit_once("->").unwrap_or_else(|| panic!("{path}: `{line}` has no `->`"));
    let (verdict, bytes) = right.split_once(": ").unwrap_or((right, ""));
    let (hint, text) = match left.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
        Some((hint, text)) => (Some(hint), text),
        None => (None, left),
    };
    let (hint, version) = hint.map_or((None, None), |hint| {
        hint.split_once(' ').map_or((Some(hint), None), |(hint, version)| (Some(hint), Some(version)))
    });
    Case {
        file: path.to_owned(),
        hint: hint.map(str::to_owned),
        versions: hint.zip(version).map(|(driver, version)| versions(driver, version)).unwrap_or_default(),
        text: text.trim().to_owned(),
        verdict: verdict.trim().to_owned(),
        bytes: bytes.trim().to_owned(),
    }
}

/// One version of a driver, or of one of its packages: `1.2`, `pypi/name@1.2`.
fn versions(driver: &str, version: &str) -> Versions {
    let (of, version) = version.rsplit_once('@').map_or((None, version), |(of, version)| (Some(of), version));
    let mut versions = Versions::default();
    let known = Known {
        range: Range::singleton(Version::parse(version).unwrap_or_else(|| panic!("{version} is no version"))),
        shown: format!("{driver} {version}"),
        version: version.into(),
        at: "manifest:1".to_owned(),
        place: Place::default(),
        distance: 0,
    };
    let (_, driver) = shipped().driver(driver).unwrap_or_else(|| panic!("{driver} is no driver"));
    let named = |package: &&CompactString| of.is_none_or(|of| package.as_str() == of);
    for package in driver.packages.iter().filter(named) {
        versions.insert(package.clone(), known.clone());
    }
    versions
}

/// `{a,b}://x -> is: {a,b}` as `a://x -> is: a` and `b://x -> is: b`.
fn written_out(line: &str) -> Vec<String> {
    let group = |line: &str| {
        let mut from = 0;
        while let Some(open) = line[from..].find('{').map(|at| from + at) {
            let close = open + line[open..].find('}')?;
            if line[open..close].contains(',') && !line[open + 1..close].contains('{') {
                return Some((open, close));
            }
            from = open + 1;
        }
        None
    };
    let Some((open, close)) = group(line) else { return vec![line.to_owned()] };
    let count = line[open..close].matches(',').count() + 1;
    (0..count)
        .map(|choice| {
            let mut out = line.to_owned();
            while let Some((open, close)) = group(&out) {
                let chosen = out[open + 1..close].split(',').nth(choice).expect("groups of one length").to_owned();
                out.replace_range(open..=close, &chosen);
            }
            out
        })
        .collect()
}

impl Case {
    fn hints(&self) -> Hints<'_> {
        let hint = self.hint.as_deref();
        let is_driver = hint.is_some_and(|hint| shipped().has_driver(hint));
        assert!(
            is_driver || hint.is_none_or(|hint| shipped().has_protocol(hint)),
            "{}: there is no driver or protocol {hint:?}",
            self.file
        );
        Hints { driver: hint.filter(|_| is_driver), protocol: hint.filter(|_| !is_driver), ..Hints::default() }
    }

    fn endpoints(&self) -> Endpoints<'_> {
        endpoints().with(&self.versions)
    }

    fn is_host(&self) -> bool {
        self.hint.as_deref() == Some("host")
    }

    /// What is wrong with the case, or nothing.
    fn wrong(&self) -> Option<String> {
        let (verdict, bytes) = if self.is_host() {
            (endpoints().zone_of_host(&self.text).name().to_owned(), String::new())
        } else {
            verdict_with(self.endpoints(), &self.text, &self.hints())
        };
        let bytes = if bytes == "*" { String::new() } else { bytes };
        let mut said = String::new();
        if (verdict.as_str(), bytes.as_str()) != (self.verdict.as_str(), self.bytes.as_str()) {
            let hint = self.hint.as_deref().unwrap_or("no hint");
            let _ = write!(
                said,
                "{}: {} ({hint})\n    expected {}: {}\n    is       {verdict}: {bytes}",
                self.file, self.text, self.verdict, self.bytes
            );
        }
        (!said.is_empty()).then_some(said)
    }

    /// What is wrong with the edit that mends the case: it must be better than before, and decide where it stands.
    fn wrong_fix(&self) -> Option<String> {
        if self.is_host() {
            return None;
        }
        let hints = self.hints();
        all_with(self.endpoints(), &self.text, &hints).into_iter().find_map(|endpoint| {
            let Judged::Known { transport, decided_by } = endpoint.transport else { return None };
            let edit = decided_by.fix?;
            let span = edit.place.span;
            let mut mended = self.text.clone();
            mended.replace_range(span.start as usize - 100..span.end as usize - 100, &edit.text);
            let better = all_with(self.endpoints(), &mended, &hints).iter().any(|endpoint| match &endpoint.transport {
                Judged::Known { transport: after, .. } => *after > transport,
                Judged::Unknown { .. } => true,
            });
            (!better).then(|| format!("{}: {}\n    mended it is no better: {mended}", self.file, self.text))
        })
    }
}

#[test]
fn examples_hold() {
    let wrong: Vec<String> = cases().iter().filter_map(Case::wrong).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn edits_mend() {
    let wrong: Vec<String> = cases().iter().filter_map(Case::wrong_fix).collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// What the data says and no example shows: schemes, parameters with each value, drivers with what they do.
#[test]
fn the_data_is_shown_by_examples() {
    let cases = cases();
    let texts: Vec<(&Case, String)> = cases.iter().map(|case| (case, folded(&case.text).to_string())).collect();
    let mut missing = Vec::new();
    for protocol in shipped().all() {
        for scheme in protocol.schemes() {
            let start = format!("{}:", scheme.name);
            let shown = cases.iter().any(|case| {
                let text = case.text.to_ascii_lowercase();
                let nested = scheme.nested.is_some() && text.starts_with(&format!("{}+", scheme.name));
                nested
                    || text.starts_with(&start)
                    || text.contains(&format!("@{start}"))
                    || text.contains(&format!("={start}"))
            });
            if !shown {
                missing.push(format!("{}: the scheme {}", protocol.id, scheme.name));
            }
        }
        for rule in &protocol.parameters {
            let shown = |key: &str, value: &str| {
                let pair = format!("{key}={value}");
                texts.iter().any(|(_, text)| text.contains(&pair) || (value == "true" && text.contains(key)))
            };
            for key in rule.keys.iter().filter(|key| !shown(key, "")) {
                missing.push(format!("{}: the parameter {key}", protocol.id));
            }
            let values = rule.decides.keys().chain(rule.weakens.keys()).chain(rule.raises.keys());
            for value in values.filter(|value| *value != "*") {
                if !rule.keys.iter().any(|key| shown(key, value)) {
                    missing.push(format!("{}: {}={value}", protocol.id, rule.keys[0]));
                }
            }
        }
        for driver in protocol.drivers() {
            let speaks = driver.default != Verdict::Open || !(driver.values.is_empty() && driver.schemes.is_empty());
            let shown = cases.iter().any(|case| case.hint.as_deref() == Some(driver.id.as_str()));
            if speaks && !shown {
                missing.push(format!("{}: the driver {}", protocol.id, driver.id));
            }
            for DriverVersion { packages, range, .. } in &driver.versions {
                let held = |case: &Case| {
                    let of_driver = case.hint.as_deref() == Some(driver.id.as_str());
                    let known = case.versions.any(packages).filter(|_| of_driver);
                    known.zip(ranges::of_rule(range)).is_some_and(|(known, range)| known.range.subset_of(&range))
                };
                if !cases.iter().any(held) {
                    missing.push(format!("{}: the driver {} {range}", protocol.id, driver.id));
                }
            }
        }
    }
    assert!(missing.is_empty(), "{} without an example:\n{}", missing.len(), missing.join("\n"));
}

//! The effective configuration as a file would say it, with the origin of each value.

use super::{Config, Origin, OverrideText, Valued};
use crate::endpoint::HostPattern;
use crate::endpoint::Zone;
use crate::gate::policy::{Allowance, CheckLevel};
use crate::gate::wires::{Demand, Exception};
use crate::grades::Confidence;
use crate::report::{Direction, Severity};
use compact_str::CompactString;
use std::fmt::{self, Write};

/// Comments begin at this column, where the value leaves room.
const COLUMN: usize = 40;

struct Shown<'a> {
    text: String,
    file: &'a str,
}

pub(super) fn config(config: &Config) -> String {
    let file = config.file.as_ref().map_or("", |(path, _)| path.as_str());
    let mut out = Shown { text: String::new(), file };
    out.list("include", &config.include);
    out.list("exclude", &config.exclude);
    out.list("test-paths", &config.test_paths);
    out.line(&format!("tests: {}", config.tests.value), config.tests.origin);
    out.line(&format!("strict: {}", config.strict.value), config.strict.origin);
    out.line(&format!("max-file-size: {}", config.max_file_size.value), config.max_file_size.origin);
    out.line(&format!("fail-on: {}", config.fail_on.value.name()), config.fail_on.origin);
    out.line(&format!("min-severity: {}", config.min_severity.value.name()), config.min_severity.origin);
    out.line(&format!("min-confidence: {}", certainty(config.min_confidence.value)), config.min_confidence.origin);
    out.list("rules", &config.rules);
    out.head("checks", config.checks.is_empty());
    for (check, level) in &config.checks {
        out.line(&format!("  {check}: {}", switch(level.value)), level.origin);
    }
    out.head("allowed-hosts", config.allowed_hosts.is_empty());
    for allowance in &config.allowed_hosts {
        out.allowance(&allowance.value, allowance.origin);
    }
    out.zones(&config.zones);
    out.head("components", config.components.is_empty());
    for component in &config.components {
        let paths: Vec<String> = component.value.paths.iter().map(|path| quoted(path)).collect();
        out.line(&format!("  - name: {}", quoted(&component.value.named.name)), component.origin);
        out.put(format_args!("    paths: [{}]\n", paths.join(", ")));
    }
    out.verify(config);
    out.head("overrides", config.overrides.is_empty());
    for over in &config.overrides {
        out.over(&over.value, over.origin);
    }
    out.text
}

impl Shown<'_> {
    fn line(&mut self, text: &str, origin: Origin) {
        let origin = match origin {
            Origin::Default => "default".to_owned(),
            Origin::File(line) => format!("{}:{line}", self.file),
            Origin::CommandLine => "command line".to_owned(),
        };
        self.put(format_args!("{text:<COLUMN$} # {origin}\n"));
    }

    fn put(&mut self, text: fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(text);
    }

    /// A key whose values stand on the lines below; `[]` or `{}` would say the same as nothing.
    fn head(&mut self, key: &str, empty: bool) {
        if empty {
            let nothing = if matches!(key, "checks" | "zones") { "{}" } else { "[]" };
            self.line(&format!("{key}: {nothing}"), Origin::Default);
        } else {
            self.put(format_args!("{key}:\n"));
        }
    }

    fn list(&mut self, key: &str, values: &[Valued<CompactString>]) {
        self.head(key, values.is_empty());
        for value in values {
            self.line(&format!("  - {}", quoted(&value.value)), value.origin);
        }
    }

    fn allowance(&mut self, allowance: &Allowance, origin: Origin) {
        self.line(&format!("  - host: {}", quoted(&host(&allowance.host))), origin);
        self.put(format_args!("    reason: {}\n", quoted(&allowance.reason)));
        if let Some(until) = allowance.until {
            self.put(format_args!("    until: \"{until}\"\n"));
        }
        if let Some(checks) = &allowance.checks {
            self.put(format_args!("    checks: [{}]\n", checks.join(", ")));
        }
    }

    fn zones(&mut self, zones: &[Valued<(Zone, HostPattern)>]) {
        self.head("zones", zones.is_empty());
        for (zone, key) in [(Zone::Cluster, "cluster"), (Zone::Private, "private"), (Zone::Public, "public")] {
            let mut hosts = zones.iter().filter(|one| one.value.0 == zone).peekable();
            if hosts.peek().is_some() {
                self.put(format_args!("  {key}:\n"));
            }
            for one in hosts {
                self.line(&format!("    - {}", quoted(&host(&one.value.1))), one.origin);
            }
        }
    }

    fn verify(&mut self, config: &Config) {
        self.put(format_args!("verify:\n"));
        self.line(&format!("  unknown: {}", config.unknown.value.name()), config.unknown.origin);
        self.head("  demands", config.demands.is_empty());
        for demand in &config.demands {
            self.demand(&demand.value, demand.origin);
        }
        self.head("  exceptions", config.exceptions.is_empty());
        for exception in &config.exceptions {
            self.exception(&exception.value, exception.origin);
        }
    }

    fn demand(&mut self, demand: &Demand, origin: Origin) {
        self.line(&format!("    - needs: {}", demand.needs.name()), origin);
        let directions = demand.directions.iter().map(|direction| match direction {
            Direction::Out => "out".to_owned(),
            Direction::Listen => "listen".to_owned(),
        });
        let lists: [(&str, Vec<String>); 4] = [
            ("purposes", demand.purposes.iter().map(ToString::to_string).collect()),
            ("zones", demand.zones.iter().map(|zone| zone.name().to_owned()).collect()),
            ("components", demand.components.iter().map(|name| quoted(name)).collect()),
            ("directions", directions.collect()),
        ];
        for (key, values) in lists.iter().filter(|(_, values)| !values.is_empty()) {
            self.put(format_args!("      {key}: [{}]\n", values.join(", ")));
        }
        if let Some(unknown) = demand.unknown {
            self.put(format_args!("      unknown: {}\n", unknown.name()));
        }
    }

    fn exception(&mut self, exception: &Exception, origin: Origin) {
        let host = exception.host.as_ref().map(|pattern| format!("host: {}", quoted(&host(pattern))));
        let component = exception.component.as_ref().map(|name| format!("component: {}", quoted(name)));
        for (number, text) in host.into_iter().chain(component).enumerate() {
            match number {
                0 => self.line(&format!("    - {text}"), origin),
                _ => self.put(format_args!("      {text}\n")),
            }
        }
        self.put(format_args!("      reason: {}\n", quoted(&exception.reason)));
        if let Some(until) = exception.until {
            self.put(format_args!("      until: \"{until}\"\n"));
        }
    }

    fn over(&mut self, over: &OverrideText, origin: Origin) {
        let paths: Vec<String> = over.paths.iter().map(|path| quoted(path)).collect();
        self.line(&format!("  - paths: [{}]", paths.join(", ")), origin);
        let severities = [("fail-on", over.over.fail_on), ("min-severity", over.over.min_severity)];
        for (key, severity) in severities {
            if let Some(severity) = severity {
                self.put(format_args!("    {key}: {}\n", severity.name()));
            }
        }
        if let Some(confidence) = over.over.min_confidence {
            self.put(format_args!("    min-confidence: {}\n", certainty(confidence)));
        }
        if !over.over.checks.is_empty() {
            self.text.push_str("    checks:\n");
        }
        for (check, level) in &over.over.checks {
            self.put(format_args!("      {check}: {}\n", switch(*level)));
        }
    }
}

/// JSON strings are YAML strings, and say a control character as an escape.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn host(pattern: &HostPattern) -> String {
    match pattern {
        HostPattern::Exact(name) => name.to_string(),
        HostPattern::Domain(domain) => format!("*{domain}"),
        HostPattern::Network(network) => network.to_string(),
    }
}

fn certainty(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    }
}

fn switch(level: CheckLevel) -> &'static str {
    match level {
        CheckLevel::Off => "off",
        CheckLevel::On => "on",
        CheckLevel::At(severity) => Severity::name(severity),
    }
}

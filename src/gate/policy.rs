//! What a user's configuration says about findings: which checks speak and how loud, by path, and which hosts are
//! accepted.

use super::date::Date;
use crate::endpoint::HostPattern;
use crate::grades::Confidence;
use crate::paths::PathSet;
use crate::report::Severity;
use crate::source::Span;
use camino::Utf8PathBuf;
use compact_str::CompactString;
use std::collections::BTreeMap;

/// Whether a check speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckLevel {
    Off,
    /// With the severity that each finding has of itself.
    On,
    /// All its findings have this severity.
    At(Severity),
}

/// From which level on findings are shown, and fail the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    pub min_severity: Severity,
    pub min_confidence: Confidence,
    /// A shown finding of this severity or worse fails the run.
    pub fail_on: Severity,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { min_severity: Severity::Low, min_confidence: Confidence::Medium, fail_on: Severity::Medium }
    }
}

/// The configuration, as far as it is about findings.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    pub thresholds: Thresholds,
    pub checks: BTreeMap<CompactString, CheckLevel>,
    pub overrides: Vec<Override>,
    pub allowances: Vec<Allowance>,
    /// The day of the run: allowances that ended before it do not hold.
    pub today: Option<Date>,
    /// The file that says all this.
    pub file: Option<PolicyFile>,
}

/// A configuration file, to underline what it says.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    pub path: Utf8PathBuf,
    pub text: String,
}

/// What differs in some paths.
#[derive(Clone, Debug)]
pub struct Override {
    pub paths: PathSet,
    pub checks: BTreeMap<CompactString, CheckLevel>,
    pub min_severity: Option<Severity>,
    pub min_confidence: Option<Confidence>,
    pub fail_on: Option<Severity>,
}

/// What the allowances say of a finding.
#[derive(Clone, Copy, Debug)]
pub enum Allowed<'a> {
    No,
    Yes,
    /// It was accepted until a day that is over.
    Ended(&'a Allowance),
}

/// Hosts whose findings are accepted.
#[derive(Clone, Debug)]
pub struct Allowance {
    pub host: HostPattern,
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// `None` is every check.
    pub checks: Option<Vec<CompactString>>,
    /// The host in the configuration file.
    pub span: Span,
}

impl Policy {
    /// The thresholds for a file, by its path below the root.
    pub fn thresholds(&self, path: &str) -> Thresholds {
        let mut thresholds = self.thresholds;
        for over in self.overrides.iter().filter(|over| over.paths.contains(path)) {
            thresholds.min_severity = over.min_severity.unwrap_or(thresholds.min_severity);
            thresholds.min_confidence = over.min_confidence.unwrap_or(thresholds.min_confidence);
            thresholds.fail_on = over.fail_on.unwrap_or(thresholds.fail_on);
        }
        thresholds
    }

    /// Whether a check speaks in a file, by its path below the root.
    pub fn level(&self, check: &str, path: &str) -> CheckLevel {
        let mut by_path = self.overrides.iter().rev().filter(|over| over.paths.contains(path));
        by_path
            .find_map(|over| over.checks.get(check))
            .or_else(|| self.checks.get(check))
            .copied()
            .unwrap_or(CheckLevel::On)
    }

    /// Whether the connections to these hosts, to which a finding speaks, are accepted for its check.
    pub fn allowed(&self, check: &str, hosts: &[&str]) -> Allowed<'_> {
        let mut ended = None;
        for host in hosts {
            let named = self.allowances.iter().filter(|allowance| allowance.names(check, host));
            let (holding, over): (Vec<_>, Vec<_>) = named.partition(|allowance| self.holds(allowance));
            match (holding.first(), over.first()) {
                (Some(_), _) => {}
                (None, Some(over)) => ended = Some(*over),
                (None, None) => return Allowed::No,
            }
        }
        match ended {
            Some(allowance) => Allowed::Ended(allowance),
            None if hosts.is_empty() => Allowed::No,
            None => Allowed::Yes,
        }
    }

    /// The allowances that have ended, in the order of the file.
    pub fn ended(&self) -> impl Iterator<Item = &Allowance> {
        self.allowances.iter().filter(|allowance| !self.holds(allowance))
    }

    fn holds(&self, allowance: &Allowance) -> bool {
        match (allowance.until, self.today) {
            (Some(until), Some(today)) => today <= until,
            _ => true,
        }
    }
}

impl Allowance {
    fn names(&self, check: &str, host: &str) -> bool {
        self.checks.as_ref().is_none_or(|checks| checks.iter().any(|named| named == check)) && self.host.covers(host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(today: &str) -> Policy {
        let allowance = |host: &str, until: Option<&str>, checks: Option<&str>| Allowance {
            host: HostPattern::parse(host).expect(host),
            reason: "moves in spring".to_owned(),
            until: until.and_then(Date::parse),
            checks: checks.map(|check| vec![check.into()]),
            span: Span::default(),
        };
        let allowances = vec![
            allowance("old.acme-bank.com", Some("2027-03-31"), None),
            allowance("*.lab.acme-bank.com", None, Some("cleartext-http")),
        ];
        Policy { allowances, today: Date::parse(today), ..Policy::default() }
    }

    #[test]
    fn an_allowance_holds_to_the_end_of_its_last_day() {
        let allowed = |today: &str| matches!(policy(today).allowed("any", &["old.acme-bank.com"]), Allowed::Yes);
        assert!(allowed("2027-03-31"));
        assert!(!allowed("2027-04-01"));
        assert!(matches!(policy("2027-04-01").allowed("any", &["old.acme-bank.com"]), Allowed::Ended(_)));
    }

    #[test]
    fn an_allowance_is_for_its_checks_and_all_hosts_of_a_finding() {
        let policy = policy("2027-01-01");
        assert!(matches!(policy.allowed("cleartext-http", &["a.lab.acme-bank.com"]), Allowed::Yes));
        assert!(matches!(policy.allowed("cleartext-ftp", &["a.lab.acme-bank.com"]), Allowed::No));
        assert!(matches!(policy.allowed("cleartext-http", &["a.lab.acme-bank.com", "other.org"]), Allowed::No));
        assert!(matches!(policy.allowed("cleartext-http", &[]), Allowed::No));
    }

    #[test]
    fn the_last_override_that_says_something_holds() {
        let over = |path: &str, level: CheckLevel| Override {
            paths: PathSet::new(&[path]).expect(path),
            checks: [("weak-cipher".into(), level)].into(),
            min_severity: None,
            min_confidence: None,
            fail_on: None,
        };
        let overrides = vec![over("legacy/", CheckLevel::Off), over("legacy/pay/", CheckLevel::At(Severity::High))];
        let policy = Policy { overrides, ..Policy::default() };
        assert_eq!(policy.level("weak-cipher", "src/a.py"), CheckLevel::On);
        assert_eq!(policy.level("weak-cipher", "legacy/a.py"), CheckLevel::Off);
        assert_eq!(policy.level("weak-cipher", "legacy/pay/a.py"), CheckLevel::At(Severity::High));
        assert_eq!(policy.level("cleartext-http", "legacy/a.py"), CheckLevel::On);
    }
}

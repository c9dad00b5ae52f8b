//! The gate: what of a report is shown, and whether it fails the run. It counts what it hides.

pub mod baseline;
pub mod date;
pub mod policy;
pub mod scope;
pub mod suppress;
pub mod wires;

use crate::map::Named;
use crate::paths::Base;
use crate::report::{BaselineUse, Context, Finding, Hidden, Related, Report, Sighting, Sources, SuppressionProblem};
use crate::source::{FileId, Place, Source};
use baseline::Baseline;
use compact_str::CompactString;
use policy::{Allowance, Allowed, CheckLevel, Policy, PolicyFile};
use rustc_hash::FxHashMap;
use scope::{Scope, ScopeInUse};
use std::collections::{BTreeMap, BTreeSet};

/// What is shown, and what fails a run.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub policy: Policy,
    /// Findings in test code are shown.
    pub tests: bool,
    /// Files that could not be looked at fail the run.
    pub strict: bool,
    /// What paths are relative to.
    pub base: Base,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
    /// The findings that are asked for.
    pub scope: Scope,
    /// What connections must have.
    pub wires: wires::WirePolicy,
    /// Whose they are, where the configuration says it.
    pub components: Vec<Named>,
}

/// What a run knows beside its findings.
pub struct Run<'a> {
    /// The ids of all checks.
    pub checks: &'a [&'a str],
    /// Nothing was given up, so that a suppression without effect is one too many.
    pub complete: bool,
    /// Whether a file, by its path below the root, was looked at as a whole.
    pub looked_at: &'a dyn Fn(&str) -> bool,
}

/// Whether a report fails the run.
pub fn fails(report: &Report, options: &Options) -> bool {
    let fails = |finding: &Finding| {
        let path = options.base.relative(path(&report.sources, finding.place));
        finding.severity >= options.policy.thresholds(&path).fail_on
    };
    report.findings.iter().any(fails) || (options.strict && !report.problems.is_empty())
}

/// At most this many related places are kept with a finding.
const RELATED: usize = 5;

/// One finding for one check at one place, in the order path, place, check, each with its fingerprint.
pub fn unique(mut findings: Vec<Finding>, sources: &Sources, base: &Base) -> Vec<Finding> {
    findings.sort_by(|a, b| {
        (a.place, &a.check)
            .cmp(&(b.place, &b.check))
            .then(b.confidence.cmp(&a.confidence))
            .then(b.severity.cmp(&a.severity))
            .then(a.library.cmp(&b.library))
            .then(a.message.cmp(&b.message))
    });
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match out.last_mut() {
            Some(last) if last.place == finding.place && last.check == finding.check => {
                for related in finding.related {
                    if last.related.len() < RELATED && !last.related.contains(&related) {
                        last.related.push(related);
                    }
                }
            }
            _ => out.push(finding),
        }
    }
    out.sort_by(|a, b| {
        (path(sources, a.place), a.place.span, &a.check).cmp(&(path(sources, b.place), b.place.span, &b.check))
    });
    fingerprints(&mut out, sources, base);
    out
}

/// Each connection once, in the order path, place, protocol.
pub fn unique_sightings(mut sightings: Vec<Sighting>, sources: &Sources) -> Vec<Sighting> {
    sightings.sort_by(|a, b| {
        (
            path(sources, a.place),
            a.place.span,
            &a.protocol,
            &a.host,
            a.port,
            a.direction,
            a.transport,
            &a.driver,
            &a.reason,
        )
            .cmp(&(
                path(sources, b.place),
                b.place.span,
                &b.protocol,
                &b.host,
                b.port,
                b.direction,
                b.transport,
                &b.driver,
                &b.reason,
            ))
    });
    sightings.dedup_by(|a, b| {
        let same = a.place == b.place
            && a.protocol == b.protocol
            && a.host == b.host
            && a.port == b.port
            && a.direction == b.direction;
        // Of a default within a default the outer one says more.
        let depth = |one: &Sighting| one.open.as_ref().map_or(0, |open| open.text.depth());
        if same && depth(a) > depth(b) {
            b.open = a.open.take();
        }
        same
    });
    sightings
}

fn path(sources: &Sources, place: Place) -> &str {
    sources.get(place.file).map_or("", |source| source.path.as_str())
}

/// The check, the file, the letters and digits of the statement, and the deciding text; a number tells equal ones apart.
/// Neither white space nor quotes, brackets and trailing commas count, so that a formatter changes nothing.
fn fingerprints(findings: &mut [Finding], sources: &Sources, base: &Base) {
    let mut seen: FxHashMap<String, u32> = FxHashMap::default();
    for finding in findings {
        let Some(source) = sources.get(finding.place.file) else { continue };
        let words =
            |place: Place| -> String { source.slice(place.span).chars().filter(|c| c.is_alphanumeric()).collect() };
        let path = base.relative(source.path.as_str());
        let key = format!("{}\0{path}\0{}\0{}", finding.check, words(finding.statement), words(finding.place));
        let count = seen.entry(key.clone()).or_default();
        let hash = blake3::hash(format!("{key}\0{count}").as_bytes());
        *count += 1;
        hash.to_hex()[..32].clone_into(&mut finding.fingerprint);
    }
}

/// Takes out what is suppressed, accepted, known, in test code or below a threshold.
pub fn apply(report: &mut Report, options: &Options, run: &Run<'_>) {
    let mut files: BTreeMap<FileId, suppress::FileSuppressions> = BTreeMap::new();
    for source in report.sources.iter() {
        if memchr::memmem::find(source.text().as_bytes(), b"barewire:").is_some() {
            let mut found = suppress::parse(source);
            found.fully_analysed &= run.complete;
            files.insert(source.id, found);
        }
    }
    let applied = suppress::apply(std::mem::take(&mut report.findings), &files, &report.sources, run.checks);
    report.statistics.hidden.suppressed = applied.suppressed.len();
    report.suppression_problems = applied.problems;
    let scope = ScopeInUse::new(&options.scope, &report.sources, |path| options.base.relative(path));
    report.suppression_problems.retain(|problem| scope.knows(problem.place.file));
    let policy = PolicyInUse::new(&options.policy, report);
    let mut met = BTreeSet::new();
    for mut finding in applied.shown {
        let known = options.baseline.as_ref().is_some_and(|baseline| baseline.contains(&finding.fingerprint));
        if known {
            met.insert(finding.fingerprint.clone());
        }
        if !scope.asks_for(&finding, &report.sources) {
            report.statistics.hidden.unchanged += usize::from(scope.knows(finding.place.file));
            continue;
        }
        match policy.hides(&mut finding, report, options).or_else(|| known.then_some(|hidden| &mut hidden.baseline)) {
            Some(count) => *count(&mut report.statistics.hidden) += 1,
            None => report.findings.push(finding),
        }
    }
    // Only now: the hosts in a statement are those of its connections.
    report.sightings.retain(|connection| scope.knows(connection.place.file));
    report.baseline =
        options.baseline.as_ref().map(|baseline| BaselineUse { gone: baseline.gone(&met, run.looked_at) });
}

/// The configuration file as a source of the report, to say something about what stands in it.
fn configuration(policy: &Policy, report: &mut Report) -> Option<FileId> {
    let PolicyFile { path, text } = policy.file.as_ref()?;
    let id = report.sources.next_id();
    report.sources.insert(Source::new(id, path.clone(), text.clone().into_bytes()));
    Some(id)
}

/// Which count a hidden finding belongs to.
type Count = fn(&mut Hidden) -> &mut usize;

/// The policy and its file as a source of the report, where it has something to say about itself.
struct PolicyInUse<'a> {
    policy: &'a Policy,
    file: Option<FileId>,
}

impl<'a> PolicyInUse<'a> {
    /// Reports the allowances that have ended.
    fn new(policy: &'a Policy, report: &mut Report) -> Self {
        let mut this = Self { policy, file: None };
        if policy.ended().next().is_some() {
            this.file = configuration(policy, report);
        }
        for allowance in policy.ended() {
            let Some(place) = this.place(allowance) else { continue };
            let message = format!("{}: remove it, or give it a new day", ended(allowance));
            report.suppression_problems.push(SuppressionProblem { place, message });
        }
        this
    }

    fn place(&self, allowance: &Allowance) -> Option<Place> {
        self.file.map(|file| Place { file, span: allowance.span })
    }

    /// What hides a finding, the baseline aside. Gives it the severity that the policy says.
    fn hides(&self, finding: &mut Finding, report: &Report, options: &Options) -> Option<Count> {
        let path = options.base.relative(path(&report.sources, finding.place));
        match self.policy.level(&finding.check, &path) {
            CheckLevel::Off => return Some(|hidden| &mut hidden.switched_off),
            CheckLevel::At(severity) => finding.severity = severity,
            CheckLevel::On => {}
        }
        match self.policy.allowed(&finding.check, &self.hosts(finding, report)) {
            Allowed::Yes => return Some(|hidden| &mut hidden.allowed),
            Allowed::Ended(allowance) => {
                let message = ended(allowance);
                finding.related.extend(self.place(allowance).map(|place| Related { place, message }));
            }
            Allowed::No => {}
        }
        let thresholds = self.policy.thresholds(&path);
        if finding.context == Context::Test && !options.tests {
            Some(|hidden| &mut hidden.test_code)
        } else if finding.confidence < thresholds.min_confidence {
            Some(|hidden| &mut hidden.below_confidence)
        } else if finding.severity < thresholds.min_severity {
            Some(|hidden| &mut hidden.below_severity)
        } else {
            None
        }
    }

    /// The host of a finding's own connection, or the hosts of all connections in its statement.
    fn hosts<'r>(&self, finding: &'r Finding, report: &'r Report) -> Vec<&'r str> {
        if self.policy.allowances.is_empty() {
            return Vec::new();
        }
        if let Some(host) = &finding.host {
            return vec![host];
        }
        let inside = |connection: &&Sighting| {
            connection.place.file == finding.statement.file && finding.statement.span.contains(connection.place.span)
        };
        report.sightings.iter().filter(inside).map(|connection| connection.host.as_str()).collect()
    }
}

fn ended(allowance: &Allowance) -> String {
    let until = allowance.until.map(|until| until.to_string()).unwrap_or_default();
    format!("this host was allowed until {until} ({})", allowance.reason)
}

/// The ids of the checks that a report speaks of, with how often.
pub fn counts(report: &Report) -> BTreeMap<CompactString, usize> {
    let mut counts = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.check.clone()).or_default() += 1;
    }
    counts
}

//! The text of a first configuration file, from what there is in a repository. Everything that would change a run
//! stands in comments.

use crate::report::Report;
use compact_str::CompactString;
use std::collections::BTreeMap;
use std::fmt::Write;

/// So many checks and hosts are named, the most frequent ones.
const NAMED: usize = 10;

/// What there is in a repository.
#[derive(Debug, Default)]
pub struct Seen {
    /// Files by language or format.
    pub files: BTreeMap<CompactString, usize>,
    /// Findings by check, and by the host that they are about.
    pub checks: BTreeMap<CompactString, usize>,
    pub hosts: BTreeMap<CompactString, usize>,
}

impl Seen {
    /// `languages` holds one for each file.
    pub fn new(languages: impl Iterator<Item = CompactString>, report: &Report) -> Self {
        let mut seen = Self::default();
        for language in languages {
            *seen.files.entry(language).or_default() += 1;
        }
        for finding in &report.findings {
            *seen.checks.entry(finding.check.clone()).or_default() += 1;
            let host = finding.host.as_ref().filter(|host| is_name(host));
            if let Some(host) = host {
                *seen.hosts.entry(host.clone()).or_default() += 1;
            }
        }
        seen
    }

    /// The text of the file; the configuration that it says is the one that holds without it.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "# The configuration of barewire. Every key may be left out; `barewire config` shows what is in force,"
        )?;
        writeln!(
            out,
            "# and who said it. Path patterns: `name/` is a folder at any depth, `*.gen.py` a file at any depth, a"
        )?;
        writeln!(out, "# leading `/` pins a pattern to the folder of this file.")?;
        if !self.files.is_empty() {
            let files: Vec<String> =
                frequent(&self.files).map(|(language, count)| format!("{count} {language}")).collect();
            writeln!(out, "# Seen here: {}.", files.join(", "))?;
        }
        writeln!(
            out,
            "\n# The severity from which a finding fails the run: info, low, medium, high or critical.\nfail-on: medium"
        )?;
        writeln!(
            out,
            "\n# Findings below these are counted and not shown.\nmin-severity: low\nmin-confidence: medium"
        )?;
        writeln!(out, "\n# What is not looked at, besides ignored, vendored and generated files.\nexclude: []")?;
        writeln!(
            out,
            "\n# Test code that barewire does not know as such; `!name/` is production code.\ntest-paths: []"
        )?;
        writeln!(out, "\n# Checks: off, on, or the severity of their findings.")?;
        if self.checks.is_empty() {
            writeln!(out, "# checks:\n#   cleartext-http: high")?;
        } else {
            writeln!(out, "# checks:")?;
        }
        for (check, count) in frequent(&self.checks) {
            writeln!(out, "#   {check}: on  # {count} here")?;
        }
        writeln!(
            out,
            "\n# Hosts whose findings are accepted: a name, \"*.\" and a domain, an address or a range. The reason is a duty;"
        )?;
        writeln!(out, "# after the day `until` the findings are back.\n# allowed-hosts:")?;
        if self.hosts.is_empty() {
            writeln!(
                out,
                "#   - host: \"10.20.0.0/16\"\n#     reason: why this is accepted\n#     until: \"2030-12-31\""
            )?;
        }
        for (host, count) in frequent(&self.hosts) {
            writeln!(out, "#   - host: \"{host}\"  # {count} here\n#     reason: why this is accepted")?;
        }
        writeln!(
            out,
            "\n# Hosts that are more or less exposed than their names say. Findings on public hosts weigh most."
        )?;
        writeln!(out, "# zones:\n#   private: [\"*.corp.acme-bank.com\"]")?;
        writeln!(
            out,
            "\n# What `barewire verify` demands of connections, by purpose, zone and component: nothing, encrypted,"
        )?;
        writeln!(out, "# host-unverified or verified. Without demands, whatever leaves the machine must be verified.")?;
        writeln!(
            out,
            "# verify:\n#   unknown: forbidden\n#   demands:\n#     - zones: [cluster]\n#       needs: encrypted"
        )?;
        writeln!(out, "#   exceptions:\n#     - host: \"10.20.0.0/16\"\n#       reason: why this is accepted")?;
        writeln!(out, "\n# What differs in some paths.")?;
        writeln!(out, "# overrides:\n#   - paths: [\"legacy/\"]\n#     fail-on: critical")
    }
}

/// Names that a comment may hold as they are.
fn is_name(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':'))
}

fn frequent(counts: &BTreeMap<CompactString, usize>) -> impl Iterator<Item = (&CompactString, &usize)> {
    let mut all: Vec<_> = counts.iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    all.into_iter().take(NAMED)
}

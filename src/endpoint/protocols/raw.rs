//! The YAML of `rules/protocols/` as it is written, before it is checked.

use super::kinds::{HoleWords, LinkWords, NameHint, NeighbourKeys, Strengths, Switches, Verdict, Zone};
use compact_str::CompactString;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// One file. Every file may hold any of the sections.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawFile {
    #[serde(default)]
    pub(super) families: BTreeMap<CompactString, RawFamily>,
    #[serde(default)]
    pub(super) protocols: Vec<RawProtocol>,
    pub(super) keys: Option<RawKeys>,
    #[serde(default)]
    pub(super) hosts: Vec<RawHosts>,
    #[serde(default)]
    pub(super) address_domains: Vec<CompactString>,
    /// The last labels of public names, with spaces between them.
    pub(super) public_domains: Option<String>,
    pub(super) identifiers: Option<RawIdentifiers>,
    #[serde(default)]
    pub(super) names: Vec<RawNames>,
    pub(super) switches: Option<Switches>,
    pub(super) proxies: Option<Vec<CompactString>>,
    pub(super) reverse_proxies: Option<Vec<CompactString>>,
    pub(super) browsers: Option<Vec<CompactString>>,
    pub(super) links: Option<LinkWords>,
    pub(super) neighbours: Option<NeighbourKeys>,
    pub(super) holes: Option<HoleWords>,
    pub(super) strength: Option<RawStrength>,
    /// One case a line; `src/endpoint/tests/examples.rs` reads and proves them, a run has no use for them.
    #[serde(default, rename = "examples")]
    pub(super) _examples: serde::de::IgnoredAny,
}

/// The check that speaks for each verdict of a group of protocols.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawFamily {
    pub(super) cleartext: CompactString,
    pub(super) listening: CompactString,
    pub(super) opportunistic: CompactString,
    pub(super) unverified: CompactString,
    pub(super) host_unverified: CompactString,
    pub(super) versions: CompactString,
    pub(super) ciphers: CompactString,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawProtocol {
    pub(super) id: CompactString,
    pub(super) title: CompactString,
    pub(super) purpose: CompactString,
    pub(super) family: CompactString,
    #[serde(default)]
    pub(super) ports: Vec<u16>,
    #[serde(default)]
    pub(super) tls_ports: Vec<u16>,
    #[serde(default = "unknown")]
    pub(super) default: Verdict,
    #[serde(default)]
    pub(super) advice: String,
    #[serde(default)]
    pub(super) other_drivers: Vec<CompactString>,
    pub(super) add: Option<CompactString>,
    pub(super) joined_by: Option<CompactString>,
    pub(super) without_host: Option<Zone>,
    #[serde(default)]
    pub(super) schemes: Vec<RawScheme>,
    #[serde(default)]
    pub(super) dialects: BTreeMap<CompactString, CompactString>,
    #[serde(default)]
    pub(super) marks: Vec<CompactString>,
    #[serde(default)]
    pub(super) keywords: Vec<CompactString>,
    #[serde(default)]
    pub(super) fallback: Vec<CompactString>,
    pub(super) pairs_driver: Option<CompactString>,
    #[serde(default)]
    pub(super) descriptor: bool,
    #[serde(default)]
    pub(super) networks: Vec<CompactString>,
    pub(super) network_driver: Option<CompactString>,
    #[serde(default)]
    pub(super) parameters: Vec<RawParameter>,
    #[serde(default)]
    pub(super) drivers: Vec<RawDriver>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawScheme {
    pub(super) names: Vec<CompactString>,
    pub(super) is: Verdict,
    #[serde(default)]
    pub(super) secure: Vec<CompactString>,
    pub(super) driver: Option<CompactString>,
    #[serde(default)]
    pub(super) hinted: bool,
    #[serde(default)]
    pub(super) bare: bool,
    pub(super) nested: Option<CompactString>,
    #[serde(default = "yes")]
    pub(super) advised: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawParameter {
    pub(super) keys: Vec<CompactString>,
    #[serde(default)]
    pub(super) decides: BTreeMap<CompactString, Verdict>,
    #[serde(default)]
    pub(super) weakens: BTreeMap<CompactString, Verdict>,
    #[serde(default)]
    pub(super) raises: BTreeMap<CompactString, Verdict>,
    pub(super) raises_from: Option<Verdict>,
    #[serde(default)]
    pub(super) finals: Vec<CompactString>,
    #[serde(default)]
    pub(super) weighs: BTreeMap<CompactString, i8>,
    pub(super) weighs_up_to: Option<Verdict>,
    pub(super) note: Option<CompactString>,
    #[serde(default)]
    pub(super) drivers: BTreeMap<CompactString, CompactString>,
    pub(super) lists: Option<Strengths>,
    pub(super) fix: Option<CompactString>,
    #[serde(default)]
    pub(super) advice: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDriver {
    pub(super) id: CompactString,
    pub(super) title: Option<CompactString>,
    #[serde(default)]
    pub(super) aliases: Vec<CompactString>,
    #[serde(default = "open")]
    pub(super) default: Verdict,
    pub(super) advice: Option<String>,
    pub(super) add: Option<CompactString>,
    #[serde(default)]
    pub(super) values: BTreeMap<CompactString, BTreeMap<CompactString, Verdict>>,
    #[serde(default)]
    pub(super) schemes: BTreeMap<CompactString, Verdict>,
    #[serde(default)]
    pub(super) ignores: Vec<CompactString>,
    #[serde(default)]
    pub(super) packages: Vec<CompactString>,
    #[serde(default)]
    pub(super) versions: Vec<RawDriverVersion>,
}

/// What some versions of a driver do otherwise; what is left out is as above.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDriverVersion {
    /// Of these packages alone.
    #[serde(default)]
    pub(super) packages: Vec<CompactString>,
    pub(super) range: CompactString,
    pub(super) default: Option<Verdict>,
    pub(super) advice: Option<String>,
    pub(super) add: Option<CompactString>,
    #[serde(default)]
    pub(super) values: BTreeMap<CompactString, BTreeMap<CompactString, Verdict>>,
    #[serde(default)]
    pub(super) schemes: BTreeMap<CompactString, Verdict>,
    pub(super) ignores: Option<Vec<CompactString>>,
}

/// The keys of connection strings, whatever the protocol.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawKeys {
    pub(super) host: Vec<CompactString>,
    pub(super) port: Vec<CompactString>,
    pub(super) user: Vec<CompactString>,
    pub(super) secret: Vec<CompactString>,
    pub(super) database: Vec<CompactString>,
    pub(super) driver: Vec<CompactString>,
    pub(super) driver_class: Vec<CompactString>,
    pub(super) endpoint: Vec<CompactString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawHosts {
    pub(super) zone: Zone,
    #[serde(default)]
    pub(super) names: Vec<CompactString>,
    #[serde(default)]
    pub(super) suffixes: Vec<CompactString>,
    #[serde(default)]
    pub(super) starts: Vec<CompactString>,
    #[serde(default)]
    pub(super) networks: Vec<CompactString>,
    #[serde(default)]
    pub(super) path_ends: Vec<CompactString>,
    #[serde(default)]
    pub(super) path_starts: Vec<CompactString>,
    #[serde(default)]
    pub(super) ends: Vec<CompactString>,
    #[serde(default)]
    pub(super) labels: Vec<CompactString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawIdentifiers {
    pub(super) prefixes: Vec<CompactString>,
    pub(super) host_starts: Vec<CompactString>,
    pub(super) path_ends: Vec<CompactString>,
    pub(super) path_contains: Vec<CompactString>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawNames {
    pub(super) says: NameHint,
    #[serde(default)]
    pub(super) last: BTreeSet<CompactString>,
    #[serde(default)]
    pub(super) any: BTreeSet<CompactString>,
}

/// Words of cipher strings and of lists of TLS versions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawStrength {
    pub(super) ciphers: Vec<CompactString>,
    pub(super) cipher_exceptions: Vec<CompactString>,
    pub(super) security_levels: Vec<CompactString>,
    pub(super) versions: Vec<CompactString>,
}

fn unknown() -> Verdict {
    Verdict::Unknown
}

fn yes() -> bool {
    true
}

fn open() -> Verdict {
    Verdict::Open
}

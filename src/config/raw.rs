//! `barewire.yml` as it is written, before it is checked. The JSON schema for editors is made from these types.

use crate::endpoint::Zone;
use crate::gate::policy::CheckLevel;
use crate::gate::wires::{Need, Unknown};
use crate::grades::{Confidence, Severity};
use crate::report::Direction;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The configuration of barewire. Every key may be left out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(title = "barewire.yml")]
pub(super) struct RawConfig {
    /// Path patterns: where there are some, only files that match one are looked at. `name/` is a folder at any depth,
    /// `*.gen.py` a file at any depth, a leading `/` pins a pattern to the folder of the configuration.
    pub(super) include: Vec<String>,
    /// Path patterns of what is not looked at.
    pub(super) exclude: Vec<String>,
    /// Path patterns of test code, besides those that barewire knows; one that begins with `!` is of production code.
    pub(super) test_paths: Vec<String>,
    /// Look at test code, documentation and examples too.
    pub(super) tests: Option<bool>,
    /// Fail when a file could not be looked at.
    pub(super) strict: Option<bool>,
    /// Larger files are left out and reported. In bytes.
    pub(super) max_file_size: Option<u64>,
    /// The severity from which a shown finding fails the run.
    pub(super) fail_on: Option<Severity>,
    /// Show findings of this severity or worse.
    pub(super) min_severity: Option<Severity>,
    /// Show findings of this confidence or better.
    pub(super) min_confidence: Option<Confidence>,
    /// Folders of rule files of your own, relative to the folder of the configuration.
    pub(super) rules: Vec<String>,
    /// Checks by their id: off, on, or the severity of their findings.
    pub(super) checks: BTreeMap<String, Switch>,
    /// Hosts whose findings are accepted, each with a reason.
    pub(super) allowed_hosts: Vec<RawAllowance>,
    /// Hosts that are more or less exposed than their names say.
    pub(super) zones: RawZones,
    /// The parts of the software whose connections `barewire map` tells apart, where deployments and manifests do not say it:
    /// a name and the paths of what belongs to it. Of several that match, the last one holds.
    pub(super) components: Vec<RawComponent>,
    /// What `barewire verify` demands of connections.
    pub(super) verify: RawVerify,
    /// What differs in some paths. Where several match, the last one that says something holds.
    pub(super) overrides: Vec<RawOverride>,
}

/// Hosts whose findings are accepted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAllowance {
    /// A name, `*.` and a domain, an address, or a range of addresses such as `10.0.0.0/8`.
    pub(super) host: String,
    /// Why a connection that is not protected is accepted.
    #[schemars(length(min = 1))]
    pub(super) reason: String,
    /// The last day on which this holds: `2027-03-31`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub(super) until: Option<String>,
    /// The ids of the checks that are accepted; all, where this is left out.
    pub(super) checks: Option<Vec<String>>,
}

/// Hosts by where they are: a name, `*.` and a domain, an address, or a range of addresses.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RawZones {
    /// Reached inside one cluster or container network.
    pub(super) cluster: Vec<String>,
    /// Reached inside the organisation's own network.
    pub(super) private: Vec<String>,
    /// Reached over the open internet, although the name looks internal.
    pub(super) public: Vec<String>,
}

/// A part of the software.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawComponent {
    #[schemars(length(min = 1))]
    pub(super) name: String,
    /// Path patterns.
    #[schemars(length(min = 1))]
    pub(super) paths: Vec<String>,
}

/// What `barewire verify` demands of connections. Without any of it, whatever leaves the machine must be verified, and what
/// is not shown fails.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct RawVerify {
    /// Whether connections fail of which nothing is shown; forbidden, where this is left out.
    pub(super) unknown: Option<Unknown>,
    /// What some connections need. Where several are for a connection, the last one holds.
    pub(super) demands: Vec<RawDemand>,
    /// Connections that are accepted as they are, each with a reason.
    pub(super) exceptions: Vec<RawException>,
}

/// What some connections need: those that fit all that is said here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDemand {
    /// `http`, `database`, `cache`, `broker`, `mail`, `directory`, `rpc`, `file-transfer`, `logging`, `ssh`, `name-service`,
    /// `other`; all, where this is left out.
    #[serde(default)]
    pub(super) purposes: Vec<String>,
    /// Where they lead; all that leave the machine, where this is left out.
    #[serde(default)]
    pub(super) zones: Vec<Zone>,
    /// Whose they are, by the names in `barewire map`; all, where this is left out.
    #[serde(default)]
    pub(super) components: Vec<String>,
    /// Opened or accepted; both, where this is left out.
    #[serde(default)]
    pub(super) directions: Vec<Direction>,
    /// What they must at least be shown to have.
    pub(super) needs: Need,
    /// Whether they fail where nothing is shown; as for all, where this is left out.
    pub(super) unknown: Option<Unknown>,
}

/// Connections that are accepted as they are. One of host and component is needed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawException {
    /// The peer: a name, `*.` and a domain, an address, or a range of addresses.
    pub(super) host: Option<String>,
    /// Whose connections, by the name in `barewire map`.
    pub(super) component: Option<String>,
    /// Why it is accepted.
    #[schemars(length(min = 1))]
    pub(super) reason: String,
    /// The last day on which this holds: `2027-03-31`.
    #[schemars(regex(pattern = r"^\d{4}-\d{2}-\d{2}$"))]
    pub(super) until: Option<String>,
}

/// What differs in some paths.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawOverride {
    /// Path patterns.
    #[schemars(length(min = 1))]
    pub(super) paths: Vec<String>,
    /// Checks by their id: off, on, or the severity of their findings.
    #[serde(default)]
    pub(super) checks: BTreeMap<String, Switch>,
    /// The severity from which a shown finding fails the run.
    pub(super) fail_on: Option<Severity>,
    /// Show findings of this severity or worse.
    pub(super) min_severity: Option<Severity>,
    /// Show findings of this confidence or better.
    pub(super) min_confidence: Option<Confidence>,
}

/// Whether a check speaks: `off`, `on` with the severity that each finding has of itself, or a severity for all of its
/// findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Switch {
    Off,
    On,
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl From<Switch> for CheckLevel {
    fn from(switch: Switch) -> Self {
        match switch {
            Switch::Off => Self::Off,
            Switch::On => Self::On,
            Switch::Info => Self::At(Severity::Info),
            Switch::Low => Self::At(Severity::Low),
            Switch::Medium => Self::At(Severity::Medium),
            Switch::High => Self::At(Severity::High),
            Switch::Critical => Self::At(Severity::Critical),
        }
    }
}

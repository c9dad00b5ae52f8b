//! How bad and how sure: the two grades of a finding, with their names. Rules, configuration, command line and outputs
//! all mean these.
//!
//! `build.rs` includes this file as well, so it depends on serde and schemars alone.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much harm a finding can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// How sure barewire is that what it says is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Severity {
    pub const ALL: [Self; 5] = [Self::Info, Self::Low, Self::Medium, Self::High, Self::Critical];

    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// `steps` below, not under `info`; negative is above, not over `critical`.
    #[must_use]
    pub fn lowered(self, steps: i8) -> Self {
        let index = (self as i8).saturating_sub(steps).clamp(0, Self::Critical as i8);
        Self::ALL[usize::from(index.unsigned_abs())]
    }
}

impl Confidence {
    pub const ALL: [Self; 3] = [Self::Low, Self::Medium, Self::High];

    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

//! Severities and confidences as configuration and command line name them.

use crate::gate::policy::CheckLevel;
use crate::report::Severity;
use crate::text::Confidence;
use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Deserialize;

/// How much harm a finding can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Info,
    Low,
    Medium,
    High,
    Critical,
}

/// How sure barewire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    Low,
    Medium,
    High,
}

/// Whether a check speaks: `off`, `on` with the severity that each finding has of itself, or a severity for all of its
/// findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    Off,
    On,
    Info,
    Low,
    Medium,
    High,
    Critical,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Low => Self::Low,
            Level::Medium => Self::Medium,
            Level::High => Self::High,
            Level::Critical => Self::Critical,
        }
    }
}

impl From<Certainty> for Confidence {
    fn from(certainty: Certainty) -> Self {
        match certainty {
            Certainty::Low => Self::Low,
            Certainty::Medium => Self::Medium,
            Certainty::High => Self::High,
        }
    }
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

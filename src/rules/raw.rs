//! The YAML form of a model, as strict as serde can be; [`super::load`] makes the checked form of it.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, serde and std.

use super::block::RawBlock;
use super::model::{Certainty, FixedTransport, How, Level};
use compact_str::CompactString;
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// One string, or a list of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum Strings {
    #[default]
    None,
    One(String),
    Many(Vec<String>),
}

impl Strings {
    pub(super) fn into_vec(self) -> Vec<String> {
        match self {
            Self::None => Vec::new(),
            Self::One(one) => vec![one],
            Self::Many(many) => many,
        }
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawModel {
    pub(super) library: String,
    #[serde(default)]
    pub(super) language: Strings,
    #[serde(default)]
    pub(super) format: Strings,
    #[serde(default)]
    pub(super) imports: Strings,
    #[serde(default)]
    pub(super) files: Strings,
    #[serde(default)]
    pub(super) scopes: Strings,
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) returns: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) fluent: Strings,
    #[serde(default)]
    pub(super) constants: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) extends: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) evaluates: Vec<RawEvaluation>,
    #[serde(default)]
    pub(super) connects: Vec<RawConnects>,
    #[serde(default)]
    pub(super) listens: Vec<RawConnects>,
    #[serde(default)]
    pub(super) blocks: Vec<RawBlock>,
    #[serde(default)]
    pub(super) names: Strings,
    #[serde(default)]
    pub(super) reports: Vec<RawReport>,
    #[serde(default)]
    pub(super) examples: RawExamples,
}

#[derive(Debug, Default, Deserialize)]
#[serde(untagged)]
pub(super) enum RawExamples {
    #[default]
    None,
    One(String),
    Many(Vec<RawExample>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    pub(super) language: Option<String>,
    pub(super) path: Option<String>,
    pub(super) text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawEvaluation {
    pub(super) call: Strings,
    #[serde(rename = "as")]
    pub(super) how: How,
    pub(super) slot: Option<Value>,
    pub(super) default: Option<Value>,
    pub(super) text: Option<CompactString>,
    #[serde(default)]
    pub(super) parses: bool,
}

/// What a rule looks at, the same for all three kinds of rule.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawMatches {
    #[serde(default)]
    pub(super) call: Strings,
    #[serde(default)]
    pub(super) set: Strings,
    pub(super) to: Option<Value>,
    #[serde(default, rename = "use")]
    pub(super) mention: Strings,
    #[serde(default)]
    pub(super) r#override: Strings,
    #[serde(default)]
    pub(super) method: Strings,
    pub(super) does: Option<String>,
    #[serde(default)]
    pub(super) setting: Strings,
    #[serde(default)]
    pub(super) annotation: Strings,
    #[serde(default)]
    pub(super) r#where: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) unless: BTreeMap<String, Value>,
    pub(super) object: Option<RawObject>,
    #[serde(default)]
    pub(super) imports: Strings,
    #[serde(default)]
    pub(super) not_in_file: Strings,
    #[serde(default)]
    pub(super) passed_to: Strings,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawObject {
    pub(super) of: Option<String>,
    #[serde(default)]
    pub(super) called: Strings,
    #[serde(default)]
    pub(super) not_called: Strings,
    #[serde(default)]
    pub(super) not_given: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) set: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) not_set: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) made_by: Strings,
    #[serde(default)]
    pub(super) not_made_by: Strings,
    #[serde(default)]
    pub(super) made_with: BTreeMap<String, Value>,
}

macro_rules! rule_form {
    ($name:ident { $($field:ident : $type:ty),* $(,)? }) => {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub(super) struct $name {
            #[serde(default)]
            pub(super) call: Strings,
            #[serde(default)]
            pub(super) set: Strings,
            pub(super) to: Option<Value>,
            #[serde(default, rename = "use")]
            pub(super) mention: Strings,
            #[serde(default)]
            pub(super) r#override: Strings,
            #[serde(default)]
            pub(super) method: Strings,
            pub(super) does: Option<String>,
            #[serde(default)]
            pub(super) setting: Strings,
            #[serde(default)]
            pub(super) annotation: Strings,
            #[serde(default)]
            pub(super) r#where: BTreeMap<String, Value>,
            #[serde(default)]
            pub(super) unless: BTreeMap<String, Value>,
            pub(super) object: Option<RawObject>,
            #[serde(default)]
            pub(super) imports: Strings,
            #[serde(default)]
            pub(super) not_in_file: Strings,
            #[serde(default)]
            pub(super) passed_to: Strings,
            $(#[serde(default)] pub(super) $field: $type,)*
        }

        impl $name {
            pub(super) fn take_matches(&mut self) -> RawMatches {
                RawMatches {
                    call: std::mem::take(&mut self.call),
                    set: std::mem::take(&mut self.set),
                    to: self.to.take(),
                    mention: std::mem::take(&mut self.mention),
                    r#override: std::mem::take(&mut self.r#override),
                    method: std::mem::take(&mut self.method),
                    does: self.does.take(),
                    setting: std::mem::take(&mut self.setting),
                    annotation: std::mem::take(&mut self.annotation),
                    r#where: std::mem::take(&mut self.r#where),
                    unless: std::mem::take(&mut self.unless),
                    object: self.object.take(),
                    imports: std::mem::take(&mut self.imports),
                    not_in_file: std::mem::take(&mut self.not_in_file),
                    passed_to: std::mem::take(&mut self.passed_to),
                }
            }
        }
    };
}

rule_form!(RawReport {
    check: String,
    at: Option<String>,
    severity: Option<Level>,
    confidence: Option<Certainty>,
    message: Option<String>,
    instead: Option<String>,
    fix: Option<Value>,
});

rule_form!(RawConnects {
    endpoint: Option<Value>,
    protocol: Option<String>,
    driver: Option<String>,
    host: Option<Value>,
    port: Option<Value>,
    parameters: Strings,
    parameter_names: BTreeMap<String, String>,
    options: Option<Value>,
    transport: Option<FixedTransport>,
    check: Option<String>,
    severity: Option<Level>,
    confidence: Option<Certainty>,
    instead: Option<String>,
});

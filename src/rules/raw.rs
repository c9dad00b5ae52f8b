//! The YAML form of a model, as strict as serde can be; [`super::load`] makes the checked form of it.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, serde and std.

use super::block::RawBlock;
use super::model::{FixedTransport, How};
use super::program::RawProgram;
use super::schema;
use crate::grades::{Confidence, Severity};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// One string, or a list of them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
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

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "A model of barewire")]
/// What one library's API, or the keys of one family of settings, mean. `rules/README.md` of the project describes it.
pub(super) struct RawModel {
    /// What the model speaks of: a library, a framework, a family of settings.
    pub(super) library: String,
    /// The programming languages of the calls that it knows.
    #[serde(default)]
    pub(super) language: Strings,
    /// The formats of configuration whose keys it knows.
    #[serde(default)]
    pub(super) format: Strings,
    /// Modules of which a file must import one before `?.method` matches.
    #[serde(default)]
    pub(super) imports: Strings,
    /// For configuration: patterns of file names; every file of the formats where none is given.
    #[serde(default)]
    pub(super) files: Strings,
    /// For configuration: keys that begin a part of a flat file; conditions look no further than their own part.
    #[serde(default)]
    pub(super) scopes: Strings,
    /// Other spellings with the canonical one; a prefix counts too.
    #[serde(default)]
    pub(super) aliases: BTreeMap<String, String>,
    /// What a call gives, where that is not a thing of the called name.
    #[serde(default)]
    pub(super) returns: BTreeMap<String, String>,
    /// Types whose methods return the same object.
    #[serde(default)]
    pub(super) fluent: Strings,
    /// Types of plain values, of which a declaration says nothing.
    #[serde(default)]
    pub(super) values: Strings,
    /// Constants with the text that they stand for.
    #[serde(default)]
    pub(super) constants: BTreeMap<String, String>,
    /// Types with the one whose methods they inherit.
    #[serde(default)]
    pub(super) extends: BTreeMap<String, String>,
    /// What a field of a type holds.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, String>,
    /// Calls that compute a value.
    #[serde(default)]
    pub(super) evaluates: Vec<RawEvaluation>,
    /// Calls and settings that open a connection.
    #[serde(default)]
    pub(super) connects: Vec<RawConnects>,
    /// Calls and settings that accept connections.
    #[serde(default)]
    pub(super) listens: Vec<RawConnects>,
    /// Connections that several keys of one block of a configuration describe.
    #[serde(default)]
    pub(super) blocks: Vec<RawBlock>,
    /// For command text: programs, by name and subcommand, with their options and arguments.
    #[serde(default)]
    pub(super) programs: BTreeMap<String, RawProgram>,
    /// Keys, or in code fields and variables, whose values name something that nothing connects to.
    #[serde(default)]
    pub(super) names: Strings,
    /// Calls, fields, overrides and settings that are faults.
    #[serde(default)]
    pub(super) reports: Vec<RawReport>,
    /// Code with its expectations as comments, `#~ check: exact bytes`; proven by the tests.
    #[serde(default)]
    pub(super) examples: RawExamples,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum RawExamples {
    #[default]
    None,
    One(String),
    Many(Vec<RawExample>),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawExample {
    pub(super) language: Option<String>,
    pub(super) path: Option<String>,
    pub(super) text: String,
    #[serde(default)]
    pub(super) beside: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawEvaluation {
    pub(super) call: Strings,
    #[serde(rename = "as")]
    pub(super) how: How,
    #[schemars(with = "Option<schema::Slot>")]
    pub(super) slot: Option<Value>,
    #[schemars(with = "Option<schema::Slot>")]
    pub(super) default: Option<Value>,
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) parses: bool,
}

/// What a rule looks at, the same for all three kinds of rule.
#[derive(Debug, Default)]
pub(super) struct RawMatches {
    pub(super) call: Strings,
    pub(super) set: Strings,
    pub(super) to: Option<Value>,
    pub(super) mention: Strings,
    pub(super) r#override: Strings,
    pub(super) method: Strings,
    pub(super) does: Option<String>,
    pub(super) setting: Strings,
    pub(super) annotation: Strings,
    pub(super) r#where: BTreeMap<String, Value>,
    pub(super) unless: BTreeMap<String, Value>,
    pub(super) object: Option<RawObject>,
    pub(super) imports: Strings,
    pub(super) not_in_file: Strings,
    pub(super) if_offered: Option<bool>,
    pub(super) passed_to: Strings,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawObject {
    #[schemars(with = "Option<schema::Slot>")]
    pub(super) of: Option<String>,
    #[serde(default)]
    pub(super) called: Strings,
    #[serde(default)]
    pub(super) not_called: Strings,
    #[serde(default)]
    pub(super) called_besides: Strings,
    #[serde(default)]
    #[schemars(with = "schema::Matchers")]
    pub(super) not_given: BTreeMap<String, Value>,
    #[serde(default)]
    #[schemars(with = "schema::Matchers")]
    pub(super) set: BTreeMap<String, Value>,
    #[serde(default)]
    #[schemars(with = "schema::Matchers")]
    pub(super) not_set: BTreeMap<String, Value>,
    #[serde(default)]
    pub(super) made_by: Strings,
    #[serde(default)]
    pub(super) not_made_by: Strings,
    #[serde(default)]
    #[schemars(with = "schema::Matchers")]
    pub(super) made_with: BTreeMap<String, Value>,
}

/// The versions that a rule speaks of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawVersions {
    #[serde(default)]
    pub(super) package: Strings,
    pub(super) range: String,
    #[serde(default)]
    pub(super) usual: bool,
}

macro_rules! rule_form {
    ($name:ident { $($(#[$attribute:meta])* $field:ident : $type:ty),* $(,)? }) => {
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        #[schemars(transform = schema::one_subject)]
        pub(super) struct $name {
            #[serde(default)]
            pub(super) call: Strings,
            #[serde(default)]
            pub(super) set: Strings,
            #[schemars(with = "Option<schema::Matcher>")]
            pub(super) to: Option<Value>,
            #[serde(default, rename = "use")]
            pub(super) mention: Strings,
            #[serde(default)]
            pub(super) r#override: Strings,
            #[serde(default)]
            pub(super) method: Strings,
            #[schemars(with = "Option<schema::Shape>")]
            pub(super) does: Option<String>,
            #[serde(default)]
            pub(super) setting: Strings,
            #[serde(default)]
            pub(super) annotation: Strings,
            #[serde(default)]
            #[schemars(with = "schema::Matchers")]
            pub(super) r#where: BTreeMap<String, Value>,
            #[serde(default)]
            #[schemars(with = "schema::Matchers")]
            pub(super) unless: BTreeMap<String, Value>,
            pub(super) object: Option<RawObject>,
            #[serde(default)]
            pub(super) imports: Strings,
            #[serde(default)]
            pub(super) not_in_file: Strings,
            /// Whether the statement runs only where the other side offers something.
            pub(super) if_offered: Option<bool>,
            #[serde(default)]
            pub(super) passed_to: Strings,
            /// The versions of the library that it holds for.
            pub(super) versions: Option<RawVersions>,
            $($(#[$attribute])* #[serde(default)] pub(super) $field: $type,)*
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
                    if_offered: self.if_offered.take(),
                    passed_to: std::mem::take(&mut self.passed_to),
                }
            }
        }
    };
}

rule_form!(RawReport {
    check: String,
    #[schemars(with = "Option<schema::Slot>")]
    at: Option<String>,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    message: Option<String>,
    instead: Option<String>,
    #[schemars(with = "Option<schema::Fix>")]
    fix: Option<Value>,
});

rule_form!(RawConnects {
    #[schemars(with = "Option<schema::Slot>")]
    endpoint: Option<Value>,
    protocol: Option<String>,
    driver: Option<String>,
    #[schemars(with = "Option<schema::Slot>")]
    host: Option<Value>,
    #[schemars(with = "Option<schema::Slot>")]
    port: Option<Value>,
    parameters: Strings,
    #[schemars(with = "schema::Slots")]
    parameter_names: BTreeMap<String, String>,
    #[schemars(with = "Option<schema::Slot>")]
    options: Option<Value>,
    /// The address is that of a proxy: it is reported only where it holds a password.
    proxy: bool,
    transport: Option<FixedTransport>,
    /// With `transport`: the argument that decides it, and is underlined.
    #[schemars(with = "Option<schema::Slot>")]
    decided_by: Option<Value>,
    check: Option<String>,
    severity: Option<Severity>,
    confidence: Option<Confidence>,
    instead: Option<String>,
});

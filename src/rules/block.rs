//! The YAML form of a block: a connection that is described by separate keys.

use super::matchers::parse_matcher;
use super::model::Block;
use super::notation::{Mistake, expand, fold_key, mistake};
use super::raw::Strings;
use super::schema;
use crate::grades::Confidence;
use compact_str::CompactString;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_yaml::Value;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawBlock {
    #[serde(default)]
    of: Strings,
    host: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    kinds: BTreeMap<String, String>,
    protocol: Option<String>,
    driver: Option<String>,
    #[serde(default)]
    inside: Strings,
    #[serde(default)]
    parameter_names: BTreeMap<String, String>,
    #[serde(default)]
    #[schemars(with = "schema::Matchers")]
    r#where: BTreeMap<String, Value>,
    #[serde(default)]
    #[schemars(with = "schema::Matchers")]
    unless: BTreeMap<String, Value>,
    #[serde(default)]
    only_said: bool,
    #[serde(default)]
    host_alone: bool,
    check: Option<String>,
    confidence: Option<Confidence>,
    instead: Option<String>,
}

impl RawBlock {
    pub(super) fn checked(self, line: u32) -> Result<Block, Mistake> {
        if self.by.is_empty() && self.protocol.is_none() {
            return mistake("blocks", "a block needs `by` with `kinds`, or a `protocol`");
        }
        let mut kinds = Vec::new();
        let mut triggers = Vec::new();
        for (written, kind) in &self.kinds {
            for written in expand(written)? {
                let longest = written.split('.').max_by_key(|part| part.len()).unwrap_or_default();
                triggers.push(fold_key(longest));
                kinds.push((folded(&written), CompactString::from(kind)));
            }
        }
        let names = expanded(self.of)?;
        if self.protocol.is_some() {
            triggers = names.iter().map(|name| fold_key(name.rsplit('.').next().unwrap_or(name))).collect();
        }
        let mut conditions = Vec::new();
        for (list, wanted) in [(&self.r#where, true), (&self.unless, false)] {
            for (keys, matcher) in list {
                conditions.push((choices(keys)?, parse_matcher(matcher)?, wanted));
            }
        }
        let parameters = self.parameter_names.iter().map(|(name, keys)| Ok((name.into(), choices(keys)?)));
        Ok(Block {
            names: names.iter().map(|name| folded(name)).collect(),
            triggers,
            hosts: choices(&self.host)?,
            by: choices(&self.by)?,
            kinds,
            protocol: self.protocol.map(CompactString::from),
            driver: self.driver.map(CompactString::from),
            inside: expanded(self.inside)?.iter().map(|name| folded(name)).collect(),
            parameters: parameters.collect::<Result<_, Mistake>>()?,
            conditions,
            only_said: self.only_said,
            host_alone: self.host_alone,
            check: self.check.map(CompactString::from),
            confidence: self.confidence,
            instead: self.instead,
            line,
        })
    }
}

/// Folded, and without the dots.
fn folded(key: &str) -> CompactString {
    fold_key(&key.replace('.', ""))
}

fn expanded(strings: Strings) -> Result<Vec<String>, Mistake> {
    let mut all = Vec::new();
    for text in strings.into_vec() {
        all.extend(expand(&text)?);
    }
    Ok(all)
}

/// `host | server.name` as folded keys.
fn choices(keys: &str) -> Result<Vec<CompactString>, Mistake> {
    let mut all = Vec::new();
    for key in keys.split('|').map(str::trim).filter(|key| !key.is_empty()) {
        all.extend(expand(key)?.iter().map(|key| folded(key)));
    }
    Ok(all)
}

//! What a file must hold to be worth parsing. Derived from the rules, never kept by hand.

use super::model::{ArgumentName, Condition, KeyPattern, Matcher, Matches, Model, Name, Rule, Slot};
use crate::prefilter::Trigger;
use compact_str::CompactString;
use std::collections::BTreeSet;

/// The trigger words of models of code.
pub fn code_triggers<'a>(models: impl Iterator<Item = &'a Model>) -> Vec<Trigger> {
    let mut all = BTreeSet::new();
    for model in models {
        for rule in &model.rules {
            all.extend(words(rule).into_iter().flat_map(|word| with_constants(word, model)));
        }
    }
    all.into_iter().map(|text| Trigger { text, whole_word: true, ignore_case: false }).collect()
}

/// A key of a map may also be written as a constant that stands for it.
fn with_constants(word: CompactString, model: &Model) -> Vec<CompactString> {
    let constants = model.names.constants.iter().filter(|(_, text)| *text == word).map(|(name, _)| rarest(name));
    std::iter::once(word.clone()).chain(constants).collect()
}

/// The folded words of each key that rules on settings look at, all of which a file must hold, and the key in one word, as
/// environment variables write it; not of models that name their files.
pub fn setting_triggers<'a>(models: impl Iterator<Item = &'a Model>) -> BTreeSet<Vec<CompactString>> {
    let mut all = BTreeSet::new();
    for key in models.filter(|model| model.files.is_empty()).flat_map(|model| &model.rules).flat_map(keys_of) {
        let named = key.segments.iter().filter(|segment| *segment != "*");
        let words: BTreeSet<CompactString> = named.map(|segment| segment.trim_start_matches('@').into()).collect();
        if key.segments.len() > 1 && !key.segments.iter().any(|segment| segment == "*") {
            all.insert(vec![key.segments.concat().into()]);
        }
        all.insert(words.into_iter().collect());
    }
    all
}

/// What a file must hold to have a block, folded: whole words, and ends of keys (`dbhost`).
#[derive(Debug, Default)]
pub struct BlockTriggers {
    pub words: BTreeSet<CompactString>,
    pub ends: BTreeSet<CompactString>,
}

/// The trigger words of blocks.
pub fn block_triggers<'a>(models: impl Iterator<Item = &'a Model>) -> BlockTriggers {
    let mut all = BlockTriggers::default();
    for block in models.flat_map(|model| &model.blocks) {
        all.words.extend(block.triggers.iter().cloned());
        for name in &block.names {
            all.ends.extend(block.hosts.iter().map(|host| CompactString::from(format!("{name}{host}"))));
        }
    }
    all
}

fn keys_of(rule: &Rule) -> &[KeyPattern] {
    match &rule.matches {
        Matches::Setting(keys, _) => keys,
        _ => &[],
    }
}

/// Words of which a file must hold one for the rule to find anything in it.
fn words(rule: &Rule) -> Vec<CompactString> {
    // A connection whose address alone decides is found by the address.
    if let super::model::Means::Connects(connects) = &rule.means
        && connects.transport.is_none()
        && connects.host.is_none()
        && connects.parameters.is_empty()
        && connects.options.is_none()
    {
        return Vec::new();
    }
    let named = match &rule.matches {
        Matches::Call(names) | Matches::Set(names, _) | Matches::Use(names) | Matches::Annotation(names) => {
            last_words(names)
        }
        Matches::Override { interfaces, .. } if !interfaces.is_empty() => last_words(interfaces),
        Matches::Override { methods, .. } => methods.clone(),
        Matches::Setting(..) => return Vec::new(),
    };
    let mut best = named;
    let mut consider = |candidate: Vec<CompactString>| {
        let rarity =
            |list: &[CompactString]| list.iter().map(|word| (!is_plain(word), word.len())).min().unwrap_or_default();
        if !candidate.is_empty() && rarity(&candidate) > rarity(&best) {
            best = candidate;
        }
    };
    for condition in &rule.conditions {
        if let Condition::Where(slot, matcher) = condition {
            if let Some(texts) = required_texts(matcher) {
                consider(texts);
            }
            if !may_be_absent(matcher) {
                consider(keywords_only(slot));
            }
        }
    }
    best
}

/// For each name the rarest word that a file must hold to use it.
fn last_words(names: &[Name]) -> Vec<CompactString> {
    let mut all: Vec<CompactString> = names.iter().map(|name| rarest(&name.path)).collect();
    all.sort();
    all.dedup();
    all
}

/// From the end, the first segment that is no plain word; else the outermost type; else the longer of the last two.
fn rarest(path: &str) -> CompactString {
    if let Some(key) = path.strip_prefix("entry.").or_else(|| path.strip_prefix("module.")) {
        return key.into();
    }
    let segments: Vec<&str> = path.rsplit('.').map(|segment| segment.trim_end_matches('!')).collect();
    let typed = |segment: &&&str| segment.starts_with(|c: char| c.is_ascii_uppercase());
    let best = segments.iter().find(|segment| !is_plain(segment)).or_else(|| segments.iter().rev().find(typed));
    let longest = segments
        .iter()
        .take(2)
        .filter(|segment| !matches!(**segment, "str" | "dict" | "list"))
        .max_by_key(|segment| segment.len());
    best.or(longest).map_or_else(|| path.into(), |segment| (*segment).into())
}

/// A single word, such as any program is full of: `connect`, `build`, `Builder`, `INSTANCE`.
fn is_plain(word: &str) -> bool {
    let rest = word.get(1..).unwrap_or_default();
    let one_case =
        rest.bytes().all(|byte| byte.is_ascii_lowercase()) || word.bytes().all(|byte| byte.is_ascii_uppercase());
    word.len() < 12 && one_case && word.is_ascii()
}

/// The keywords of a slot that can be given in no other way.
fn keywords_only(slot: &Slot) -> Vec<CompactString> {
    let all: Option<Vec<CompactString>> = slot
        .choices
        .iter()
        .map(|choice| match (&choice.argument, choice.keys.last()) {
            (ArgumentName::Receiver | ArgumentName::Module, _) => None,
            (_, Some(key)) => Some(key.clone()),
            (ArgumentName::Keyword(name), None) => Some(name.clone()),
            _ => None,
        })
        .collect();
    all.unwrap_or_default()
}

/// Texts of which one must stand in the source for the matcher to fit.
fn required_texts(matcher: &Matcher) -> Option<Vec<CompactString>> {
    match matcher {
        Matcher::Exactly(text) => {
            let last: CompactString = text.rsplit('.').next().unwrap_or(text).into();
            (last.len() >= 4 && last.chars().all(|c| c.is_alphanumeric() || c == '_')).then(|| vec![last])
        }
        Matcher::AnyOf(list) => {
            let all: Option<Vec<Vec<CompactString>>> = list.iter().map(required_texts).collect();
            all.map(|all| all.concat())
        }
        Matcher::Contains(inner) | Matcher::Without(inner) => required_texts(inner),
        Matcher::Made(names) => Some(last_words(names)),
        _ => None,
    }
}

fn may_be_absent(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Absent | Matcher::Not(_) | Matcher::Anything => true,
        Matcher::AnyOf(list) => list.iter().any(may_be_absent),
        _ => false,
    }
}

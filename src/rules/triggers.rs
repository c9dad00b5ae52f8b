//! What a file must hold to be worth parsing. Derived from the rules, never kept by hand.

use super::model::{ArgumentName, Condition, Matcher, Matches, Model, Name, Rule, Slot};
use crate::prefilter::Trigger;
use compact_str::CompactString;
use std::collections::BTreeSet;

/// The trigger words of the models of code, each with its languages.
pub fn code_triggers(models: &[Model]) -> Vec<Trigger> {
    let mut all = BTreeSet::new();
    for model in models {
        for rule in &model.rules {
            for word in words(rule) {
                for language in &model.languages {
                    all.insert((word.clone(), language.clone()));
                }
            }
        }
    }
    all.into_iter()
        .map(|(text, language)| Trigger { text, languages: vec![language], whole_word: true, ignore_case: false })
        .collect()
}

/// The last folded segments of the keys that rules on settings look at.
pub fn setting_triggers(models: &[Model]) -> BTreeSet<CompactString> {
    let mut all = BTreeSet::new();
    for model in models {
        for rule in &model.rules {
            if let Matches::Setting(keys, _) = &rule.matches {
                for key in keys {
                    let best = key.segments.iter().rev().find(|segment| *segment != "*");
                    all.extend(best.map(|segment| segment.trim_start_matches('@').into()));
                }
            }
        }
    }
    all
}

/// Words of which a file must hold one for the rule to find anything in it.
fn words(rule: &Rule) -> Vec<CompactString> {
    // A connection whose address alone decides is found by the address.
    if let super::model::Means::Connects(connects) = &rule.means {
        if connects.transport.is_none() && connects.host.is_none() && connects.parameters.is_empty() && connects.options.is_none() {
            return Vec::new();
        }
    }
    let named = match &rule.matches {
        Matches::Call(names) | Matches::Set(names, _) | Matches::Use(names) | Matches::Annotation(names) => last_words(names),
        Matches::Override { methods, .. } => methods.clone(),
        Matches::Setting(..) => return Vec::new(),
    };
    let mut best = named;
    let mut consider = |candidate: Vec<CompactString>| {
        let rarity = |list: &[CompactString]| list.iter().map(|word| (!is_plain(word), word.len())).min().unwrap_or_default();
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

/// The last segment of each name; a type's name where the method says nothing.
fn last_words(names: &[Name]) -> Vec<CompactString> {
    let mut all: Vec<CompactString> = names
        .iter()
        .filter_map(|name| {
            let mut segments = name.path.rsplit('.').map(|segment| segment.trim_end_matches('!'));
            let last = segments.next()?;
            let before = segments.next();
            Some(match before {
                Some(before) if is_plain(last) && !matches!(before, "module" | "entry" | "str" | "dict" | "list") => before.into(),
                _ => last.into(),
            })
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// A single lower-case word, such as any program is full of: `connect`, `build`.
fn is_plain(word: &str) -> bool {
    word.len() < 12 && word.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The keywords of a slot that can be given in no other way.
fn keywords_only(slot: &Slot) -> Vec<CompactString> {
    let all: Option<Vec<CompactString>> = slot
        .choices
        .iter()
        .map(|choice| match (&choice.argument, choice.keys.last()) {
            (ArgumentName::Receiver, _) => None,
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
        Matcher::Contains(inner) => required_texts(inner),
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

//! What a file must hold to be worth parsing. Derived from the rules, never kept by hand.

use super::model::{ArgumentName, Condition, Connects, KeyPattern, Matcher, Matches, Means, Model, Name, Rule, Slot};
use super::notation::fold_key;
use crate::prefilter::Trigger;
use compact_str::CompactString;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// What a file is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// What may be a finding.
    Findings,
    /// Every connection, also one that is fine or whose address is not known.
    Wires,
}

/// The trigger words of models of code.
pub fn code_triggers<'a>(models: impl Iterator<Item = &'a Model>, sought: Sought) -> Vec<Trigger> {
    let mut all = BTreeSet::new();
    for model in models {
        for rule in &model.rules {
            all.extend(words(rule, model, sought).into_iter().flat_map(|word| with_constants(word, model)));
        }
    }
    all.into_iter().collect()
}

/// A key of a map may also be written as a constant that stands for it.
fn with_constants(word: Trigger, model: &Model) -> Vec<Trigger> {
    spellings(&word.text, model).into_iter().map(|text| Trigger { text, ..word.clone() }).collect()
}

/// A text, and the constants that stand for it.
fn spellings(text: &CompactString, model: &Model) -> Vec<CompactString> {
    let constants = model.names.constants.iter().filter(|(_, known)| known == text).map(|(name, _)| rarest(name));
    std::iter::once(text.clone()).chain(constants).collect()
}

/// The folded words of each key that rules on settings look at, all of which a file must hold, and the key in one word, as
/// environment variables write it; not of models that name their files.
pub fn setting_triggers<'a>(models: impl Iterator<Item = &'a Model>) -> BTreeSet<Vec<CompactString>> {
    let mut all = BTreeSet::new();
    for model in models.filter(|model| model.files.is_empty()) {
        let short = short_names(model);
        for key in model.rules.iter().flat_map(keys_of) {
            let named = key.segments.iter().filter(|segment| *segment != "*" && !short.contains(*segment));
            let words: BTreeSet<CompactString> = named.map(|segment| segment.trim_start_matches('@').into()).collect();
            if key.segments.len() > 1 && !key.segments.iter().any(|segment| segment == "*") {
                all.insert(vec![key.segments.concat().into()]);
            }
            all.insert(words.into_iter().collect());
        }
    }
    all
}

/// What a program may be told in a letter, or by the place of a word alone, folded.
fn short_names(model: &Model) -> FxHashSet<CompactString> {
    model.programs.iter().flat_map(|(_, program)| program.short_names()).map(fold_key).collect()
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

/// Words of which a file must hold one for the rule to find anything in it. A method of a thing of unknown type says
/// something only where the file imports the library, or names it in full.
fn words(rule: &Rule, model: &Model, sought: Sought) -> Vec<Trigger> {
    let (names, texts) = best_words(rule, sought);
    let modules = rule.conditions.iter().find_map(|condition| match condition {
        Condition::Imports(modules) => Some(last_segments(modules)),
        _ => None,
    });
    let library = || modules.clone().unwrap_or_else(|| last_segments(&model.imports));
    let entries = match &rule.means {
        Means::Connects(connects) => endpoint_entries(connects),
        _ => Vec::new(),
    };
    let entries = || entries.iter().flat_map(|key| spellings(key, model)).collect();
    let own = || modules.clone().unwrap_or_else(entries);
    let strangers = !names.is_empty() && names.iter().all(|name| name.any_receiver);
    let trigger = |text: CompactString, strange: bool| Trigger {
        text,
        whole_word: true,
        ignore_case: false,
        beside: if strange { library() } else { own() },
    };
    match texts {
        Some(texts) => texts.into_iter().map(|text| trigger(text, strangers)).collect(),
        None => names.iter().map(|name| trigger(rarest(&name.path), name.any_receiver)).collect(),
    }
}

/// The keys of a map of which the address of a connection is an entry.
fn endpoint_entries(connects: &Connects) -> Vec<&CompactString> {
    let choices = connects.endpoint.iter().flat_map(|slot| &slot.choices);
    choices.map(|choice| choice.keys.last()).collect::<Option<_>>().unwrap_or_default()
}

fn last_segments(modules: &[CompactString]) -> Vec<CompactString> {
    modules.iter().map(|module| module.rsplit('.').next().unwrap_or(module).into()).collect()
}

/// The names that a rule looks at, and the texts of which one stands beside them, where those are rarer.
fn best_words(rule: &Rule, sought: Sought) -> (&[Name], Option<Vec<CompactString>>) {
    // A connection whose address alone decides is found by the address; not where it is one entry of a map, which has no
    // scheme as a rule. Where every connection is sought, the call counts.
    if let Means::Connects(connects) = &rule.means
        && sought == Sought::Findings
        && connects.transport.is_none()
        && connects.host.is_none()
        && connects.parameters.is_empty()
        && connects.options.is_none()
        && endpoint_entries(connects).is_empty()
    {
        return (&[], None);
    }
    let names: &[Name] = match &rule.matches {
        Matches::Call(names) | Matches::Set(names, _) | Matches::Use(names) | Matches::Annotation(names) => names,
        Matches::Override { interfaces, .. } => interfaces,
        Matches::Setting(..) => return (&[], None),
    };
    let mut best = match &rule.matches {
        Matches::Override { methods, .. } if names.is_empty() => Some(methods.clone()),
        _ => None,
    };
    let mut consider = |candidate: Vec<CompactString>| {
        let rarity =
            |list: &[CompactString]| list.iter().map(|word| (!is_plain(word), word.len())).min().unwrap_or_default();
        let known = best.as_deref().map_or_else(|| rarity(&last_words(names)), rarity);
        if !candidate.is_empty() && rarity(&candidate) > known {
            best = Some(candidate);
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
    (names, best)
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

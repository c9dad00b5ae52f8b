//! The small notations inside of rule files: names, keys, slots, shapes and fixes.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, serde and std.

use super::matchers::parse_matcher;
use super::model::{ArgumentName, At, Fix, KeyPattern, Name, ObjectCondition, Shape, Slot, SlotChoice, Which};
use super::raw::{RawObject, Strings};
use compact_str::CompactString;
use serde_yaml::Value;
use std::collections::BTreeMap;

/// A mistake, and the words of the file it is about.
pub(super) struct Mistake {
    pub(super) about: String,
    pub(super) message: String,
}

pub(super) fn mistake<T>(about: impl Into<String>, message: impl Into<String>) -> Result<T, Mistake> {
    Err(Mistake { about: about.into(), message: message.into() })
}

pub(super) fn parse_object(raw: RawObject) -> Result<ObjectCondition, Mistake> {
    let which = match raw.of.as_deref() {
        None | Some("receiver") => Which::Receiver,
        Some("result") => Which::Result,
        Some(slot) => Which::Argument(parse_slot_text(slot)?),
    };
    let fields = |map: &BTreeMap<String, Value>| -> Result<Vec<_>, Mistake> {
        map.iter().map(|(key, value)| Ok((CompactString::from(key), parse_matcher(value)?))).collect()
    };
    let made_with = raw.made_with.iter().map(|(slot, value)| Ok((parse_slot_text(slot)?, parse_matcher(value)?)));
    Ok(ObjectCondition {
        which,
        called: expand_all(raw.called)?,
        not_called: expand_all(raw.not_called)?,
        called_besides: expand_all(raw.called_besides)?,
        not_given: fields(&raw.not_given)?,
        set: fields(&raw.set)?,
        not_set: fields(&raw.not_set)?,
        made_by: parse_names(raw.made_by)?,
        not_made_by: parse_names(raw.not_made_by)?,
        made_with: made_with.collect::<Result<_, Mistake>>()?,
    })
}

pub(super) fn parse_at(text: &str) -> Result<At, Mistake> {
    Ok(match text {
        "call" => At::Call,
        "callee" => At::Callee,
        "statement" => At::Statement,
        slot => At::Argument(parse_slot_text(slot)?),
    })
}

pub(super) static SHAPES: [(&str, Shape); 5] = [
    ("accepts", Shape::Accepts),
    ("returns-true", Shape::ReturnsTrue),
    ("returns-false", Shape::ReturnsFalse),
    ("returns-nothing", Shape::ReturnsNothing),
    ("anything", Shape::Any),
];

pub(super) fn parse_shape(text: &str) -> Result<Shape, Mistake> {
    match SHAPES.iter().find(|(name, _)| *name == text) {
        Some((_, shape)) => Ok(*shape),
        None => mistake(text, format!("`{text}` is no shape: {}", SHAPES.map(|(name, _)| name).join(", "))),
    }
}

pub(super) fn parse_fix(value: Value) -> Result<Fix, Mistake> {
    if let Value::String(text) = &value {
        return match text.as_str() {
            "remove-statement" => Ok(Fix::RemoveStatement),
            other => {
                mistake(other, format!("`{other}` is no fix without an argument; did you mean `remove-statement`?"))
            }
        };
    }
    let Value::Mapping(map) = value else { return mistake("fix", "a fix is a word or a map") };
    let entries: Vec<(String, Value)> =
        map.into_iter().filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value))).collect();
    let text_of = |value: &Value| value.as_str().map(str::to_owned);
    match entries.as_slice() {
        [(key, value)] if key == "remove-argument" => Ok(Fix::RemoveArgument(parse_slot(value)?)),
        [(key, value)] if key == "replace" => Ok(Fix::Replace(text_of(value).unwrap_or_default())),
        [(key, value)] if key == "replace-value" => Ok(Fix::ReplaceValue(text_of(value).unwrap_or_default())),
        [(key, value)] if key == "rename" => Ok(Fix::RenameCall(text_of(value).unwrap_or_default())),
        [(a, slot), (b, with)] if a == "replace-argument" && b == "with" => {
            Ok(Fix::ReplaceArgument(parse_slot(slot)?, text_of(with).unwrap_or_default()))
        }
        _ => mistake(
            "fix",
            "a fix is `remove-argument: SLOT`, `replace-argument: SLOT` with `with: TEXT`, `replace: TEXT`, `replace-value: TEXT`, `rename: NAME` or `remove-statement`",
        ),
    }
}

pub(super) fn parse_slot(value: &Value) -> Result<Slot, Mistake> {
    match value {
        Value::Number(number) => parse_slot_text(&number.to_string()),
        Value::String(text) => parse_slot_text(text),
        _ => mistake("", "an argument is named by keyword or position: `url | 0`"),
    }
}

/// `url | 0`, `ssl.verify`, `2..`, `*`, `receiver.auth`.
pub(super) fn parse_slot_text(text: &str) -> Result<Slot, Mistake> {
    let mut choices = Vec::new();
    let mut all = Vec::new();
    for choice in text.split('|') {
        all.extend(expand(choice.trim())?);
    }
    for choice in all.iter().map(String::as_str) {
        let (argument, keys) = if let Some(from) = choice.strip_suffix("..") {
            (from, "")
        } else {
            choice.split_once('.').unwrap_or((choice, ""))
        };
        let argument = if choice.ends_with("..") {
            match argument.parse() {
                Ok(position) => ArgumentName::From(position),
                Err(_) => return mistake(text, format!("`{choice}`: a position stands before `..`")),
            }
        } else if argument == "*" {
            ArgumentName::Any
        } else if argument == "receiver" {
            ArgumentName::Receiver
        } else if argument == "module" {
            ArgumentName::Module
        } else if let Ok(position) = argument.parse() {
            ArgumentName::Position(position)
        } else if argument.is_empty() {
            return mistake(text, format!("`{text}` names no argument"));
        } else {
            ArgumentName::Keyword(argument.into())
        };
        let keys = keys.split('.').filter(|key| !key.is_empty()).map(|key| key.replace('~', ".").into()).collect();
        choices.push(SlotChoice { argument, keys });
    }
    Ok(Slot { choices })
}

pub(super) fn parse_names(names: Strings) -> Result<Vec<Name>, Mistake> {
    let mut all = Vec::new();
    for name in names.into_vec() {
        for name in expand(&name)? {
            let any_receiver = name.starts_with("?.");
            let path = dotted(name.strip_prefix("?.").unwrap_or(&name));
            if path.is_empty() || (any_receiver && path.contains('.')) {
                return mistake(name.clone(), format!("`{name}` is no name: `a.b.c`, or `?.method` on any receiver"));
            }
            all.push(Name { path, any_receiver });
        }
    }
    Ok(all)
}

pub(super) fn dotted(path: &str) -> CompactString {
    path.replace("::", ".").into()
}

pub(super) fn pairs(map: BTreeMap<String, String>) -> Result<Vec<(CompactString, CompactString)>, Mistake> {
    let mut all = Vec::new();
    for (from, to) in map {
        let (from, to) = (expand(&from)?, expand(&to)?);
        if to.len() != 1 && to.len() != from.len() {
            return mistake(from[0].clone(), "the two sides expand to lists of different length");
        }
        for (index, from) in from.iter().enumerate() {
            let to = &to[if to.len() == 1 { 0 } else { index }];
            all.push((dotted(from), dotted(to)));
        }
    }
    Ok(all)
}

pub(super) fn expand_all(strings: Strings) -> Result<Vec<CompactString>, Mistake> {
    let mut all = Vec::new();
    for text in strings.into_vec() {
        all.extend(expand(&text)?.iter().map(|text| dotted(text)));
    }
    Ok(all)
}

/// `a.{b,c}.d` is `a.b.d` and `a.c.d`.
pub(super) fn expand(text: &str) -> Result<Vec<String>, Mistake> {
    let Some(open) = text.find('{') else { return Ok(vec![text.to_owned()]) };
    let Some(close) = text[open..].find('}').map(|at| at + open) else {
        return mistake(text, format!("`{text}`: `{{` without `}}`"));
    };
    let rest = expand(&text[close + 1..])?;
    let mut all = Vec::new();
    for choice in text[open + 1..close].split(',') {
        all.extend(rest.iter().map(|rest| format!("{}{}{rest}", &text[..open], choice.trim())));
    }
    Ok(all)
}

pub(super) fn parse_key(key: &str) -> KeyPattern {
    let (key, anchored) = key.strip_prefix('^').map_or((key, false), |key| (key, true));
    KeyPattern { segments: key.split('.').map(fold_key).collect(), anchored }
}

/// Lower case without `_`, `-` and blanks: `sslMode`, `ssl_mode` and `SSL-MODE` are one key. Dots separate segments.
pub fn fold_key(key: &str) -> CompactString {
    key.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

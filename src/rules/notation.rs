//! The small notations inside of rule files: names, keys, slots, matchers, shapes and fixes.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, serde and std.

use super::model::{ArgumentName, At, Fix, KeyPattern, Matcher, Name, ObjectCondition, Shape, Slot, SlotChoice, Which};
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

pub(super) fn parse_shape(text: &str) -> Result<Shape, Mistake> {
    Ok(match text {
        "accepts" => Shape::Accepts,
        "returns-true" => Shape::ReturnsTrue,
        "returns-false" => Shape::ReturnsFalse,
        "returns-nothing" => Shape::ReturnsNothing,
        "anything" => Shape::Any,
        other => {
            return mistake(
                other,
                format!("`{other}` is no shape: accepts, returns-true, returns-false, returns-nothing, anything"),
            );
        }
    })
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

pub(super) fn parse_matcher(value: &Value) -> Result<Matcher, Mistake> {
    Ok(match value {
        Value::Null => Matcher::Null,
        Value::Bool(bool) => Matcher::Bool(*bool),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Matcher::Number(number),
            None => return mistake(number.to_string(), "a number in a matcher is a whole number"),
        },
        Value::String(text) => Matcher::Exactly(text.replace("::", ".").into()),
        Value::Sequence(list) => Matcher::AnyOf(list.iter().map(parse_matcher).collect::<Result<_, _>>()?),
        Value::Mapping(map) => {
            let mut all = map.iter().map(|(key, value)| match key.as_str() {
                Some(key) => parse_matcher_entry(key, value),
                None => mistake("", "the key of a matcher is a word"),
            });
            match (map.len(), all.next()) {
                (1, Some(only)) => only?,
                (_, Some(first)) => {
                    let mut list = vec![first?];
                    for matcher in all {
                        list.push(matcher?);
                    }
                    Matcher::AllOf(list)
                }
                (_, None) => return mistake("{}", "an empty matcher"),
            }
        }
        Value::Tagged(_) => return mistake("!", "a matcher has no YAML tag"),
    })
}

const MATCHERS: &str = "not, any, absent, present, falsy, truthy, exactly, regex, contains, without, made, made-with, does, gives, method-does, named, less-than, weak-ciphers, weak-versions, host, address, endpoint";

fn parse_matcher_entry(key: &str, value: &Value) -> Result<Matcher, Mistake> {
    let names = |value: &Value| -> Result<Vec<Name>, Mistake> {
        parse_names(serde_yaml::from_value(value.clone()).unwrap_or_default())
    };
    Ok(match key {
        "not" => Matcher::Not(Box::new(parse_matcher(value)?)),
        "any" => Matcher::Anything,
        "absent" => Matcher::Absent,
        "present" => Matcher::Present,
        "falsy" => Matcher::Falsy,
        "truthy" => Matcher::Truthy,
        "exactly" => match value {
            Value::String(text) => Matcher::Exactly(text.into()),
            _ => return mistake("exactly", "`exactly` takes a text"),
        },
        "regex" => match value.as_str() {
            Some(pattern) => Matcher::Regex(pattern.to_owned()),
            None => return mistake("regex", "`regex` takes a text"),
        },
        "contains" => Matcher::Contains(Box::new(parse_matcher(value)?)),
        "without" => Matcher::Without(Box::new(parse_matcher(value)?)),
        "made" => Matcher::Made(names(value)?),
        "made-with" => {
            let Value::Mapping(map) = value else { return mistake("made-with", "`made-with` takes `slot: matcher`") };
            let mut all = Vec::new();
            for (slot, matcher) in map {
                all.push(Matcher::MadeWith(parse_slot(slot)?, Box::new(parse_matcher(matcher)?)));
            }
            Matcher::AllOf(all)
        }
        "does" => Matcher::Does(parse_shape(value.as_str().unwrap_or_default())?),
        "gives" => {
            let given: Strings = serde_yaml::from_value(value.clone()).unwrap_or_default();
            match given.into_vec() {
                names if names.is_empty() => return mistake("gives", "`gives` takes the last names of constants"),
                names => Matcher::Gives(names.into_iter().map(CompactString::from).collect()),
            }
        }
        "method-does" => match value.as_mapping().and_then(|map| map.iter().next()) {
            Some((Value::String(method), Value::String(shape))) => {
                Matcher::MethodDoes(method.into(), parse_shape(shape)?)
            }
            _ => return mistake("method-does", "`method-does` takes `method: shape`"),
        },
        "named" => match value.as_str() {
            Some(pattern) => Matcher::Named(pattern.to_owned()),
            None => return mistake("named", "`named` takes a regular expression"),
        },
        "less-than" => match value.as_i64() {
            Some(number) => Matcher::LessThan(number),
            None => return mistake("less-than", "`less-than` takes a whole number"),
        },
        "weak-ciphers" => Matcher::WeakCiphers,
        "weak-versions" => Matcher::WeakVersions,
        "host" => match value.as_str() {
            Some("remote") => Matcher::RemoteHost,
            _ => return mistake("host", "`host` takes `remote`"),
        },
        "address" => match value.as_str() {
            Some("open") => Matcher::OpenAddress,
            _ => return mistake("address", "`address` takes `open`"),
        },
        "endpoint" => match value.as_str() {
            Some("cleartext") => Matcher::CleartextEndpoint,
            _ => return mistake("endpoint", "`endpoint` takes `cleartext`"),
        },
        other => return mistake(other, format!("`{other}` is no matcher: {MATCHERS}")),
    })
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

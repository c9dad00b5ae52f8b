//! Matchers as rule files write them: a plain value, a list, or a map of the words below.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours, serde and std.

use super::model::Matcher;
use super::notation::{Mistake, mistake, parse_names, parse_shape, parse_slot};
use super::raw::Strings;
use crate::nearest::nearest;
use compact_str::CompactString;
use serde_yaml::Value;

/// What stands behind the word of a matcher.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// `true`, and nothing else.
    True,
    Matcher,
    Text,
    /// A whole number.
    Number,
    /// A text, or a list of texts.
    Texts,
    Shape,
    /// A map from slots to matchers.
    Slots,
    /// A map from one method to the shape of its body.
    Method,
    /// This word.
    Word(&'static str),
}

/// Every word that a matcher may begin with. [`matcher`] gives each its meaning.
pub(super) static WORDS: [(&str, Takes); 22] = [
    ("not", Takes::Matcher),
    ("any", Takes::True),
    ("absent", Takes::True),
    ("present", Takes::True),
    ("falsy", Takes::True),
    ("truthy", Takes::True),
    ("exactly", Takes::Text),
    ("regex", Takes::Text),
    ("contains", Takes::Matcher),
    ("without", Takes::Matcher),
    ("made", Takes::Texts),
    ("made-with", Takes::Slots),
    ("does", Takes::Shape),
    ("gives", Takes::Texts),
    ("method-does", Takes::Method),
    ("named", Takes::Text),
    ("less-than", Takes::Number),
    ("weak-ciphers", Takes::True),
    ("weak-versions", Takes::True),
    ("host", Takes::Word("remote")),
    ("address", Takes::Word("open")),
    ("endpoint", Takes::Word("cleartext")),
];

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
            let mut all = Vec::new();
            for (key, value) in map {
                let Some(key) = key.as_str() else { return mistake("", "the key of a matcher is a word") };
                all.push(matcher(key, value)?);
            }
            match all.len() {
                0 => return mistake("{}", "an empty matcher"),
                1 => all.remove(0),
                _ => Matcher::AllOf(all),
            }
        }
        Value::Tagged(_) => return mistake("!", "a matcher has no YAML tag"),
    })
}

/// One `word: value`.
fn matcher(word: &str, value: &Value) -> Result<Matcher, Mistake> {
    let Some((_, takes)) = WORDS.iter().find(|(known, _)| *known == word) else { return unknown(word) };
    if !takes.fits(value) {
        return mistake(format!("{word}:"), format!("`{word}` takes {}", takes.described()));
    }
    let text = || value.as_str().unwrap_or_default();
    let texts = || serde_yaml::from_value::<Strings>(value.clone()).unwrap_or_default();
    let inner = || Ok(Box::new(parse_matcher(value)?));
    Ok(match word {
        "not" => Matcher::Not(inner()?),
        "absent" => Matcher::Absent,
        "present" => Matcher::Present,
        "falsy" => Matcher::Falsy,
        "truthy" => Matcher::Truthy,
        "exactly" => Matcher::Exactly(text().into()),
        "regex" => Matcher::Regex(text().to_owned()),
        "contains" => Matcher::Contains(inner()?),
        "without" => Matcher::Without(inner()?),
        "made" => Matcher::Made(parse_names(texts())?),
        "made-with" => {
            let mut all = Vec::new();
            for (slot, matcher) in value.as_mapping().into_iter().flatten() {
                all.push(Matcher::MadeWith(parse_slot(slot)?, Box::new(parse_matcher(matcher)?)));
            }
            Matcher::AllOf(all)
        }
        "does" => Matcher::Does(parse_shape(text())?),
        "gives" => Matcher::Gives(texts().into_vec().into_iter().map(CompactString::from).collect()),
        "method-does" => {
            let (method, shape) = method(value).unwrap_or_default();
            Matcher::MethodDoes(method.into(), parse_shape(shape)?)
        }
        "named" => Matcher::Named(text().to_owned()),
        "less-than" => Matcher::LessThan(value.as_i64().unwrap_or_default()),
        "weak-ciphers" => Matcher::WeakCiphers,
        "weak-versions" => Matcher::WeakVersions,
        "host" => Matcher::RemoteHost,
        "address" => Matcher::OpenAddress,
        "endpoint" => Matcher::CleartextEndpoint,
        _ => Matcher::Anything,
    })
}

fn unknown(word: &str) -> Result<Matcher, Mistake> {
    let words = WORDS.iter().map(|(known, _)| *known);
    let help = match nearest(word, words.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the words are {}", words.collect::<Vec<_>>().join(", ")),
    };
    mistake(format!("{word}:"), format!("`{word}` is no matcher; {help}"))
}

/// The one method of the map, with its shape.
fn method(value: &Value) -> Option<(&str, &str)> {
    let map = value.as_mapping().filter(|map| map.len() == 1)?;
    let (method, shape) = map.iter().next()?;
    Some((method.as_str()?, shape.as_str()?))
}

impl Takes {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::True => value.as_bool() == Some(true),
            Self::Matcher => true,
            Self::Text | Self::Shape => value.is_string(),
            Self::Number => value.as_i64().is_some(),
            Self::Texts => {
                value.is_string()
                    || value.as_sequence().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_string))
            }
            Self::Slots => value.is_mapping(),
            Self::Method => method(value).is_some(),
            Self::Word(word) => value.as_str() == Some(word),
        }
    }

    fn described(self) -> String {
        match self {
            Self::True => "`true`".to_owned(),
            Self::Matcher => "a matcher".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Number => "a whole number".to_owned(),
            Self::Texts => "a name, or a list of names".to_owned(),
            Self::Shape => "a shape".to_owned(),
            Self::Slots => "`SLOT: MATCHER`".to_owned(),
            Self::Method => "one `METHOD: SHAPE`".to_owned(),
            Self::Word(word) => format!("`{word}`"),
        }
    }
}

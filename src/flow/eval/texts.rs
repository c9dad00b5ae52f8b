//! Where texts come to rest, and which calls only compute with what they are given.

use super::calls::{Code, Target};
use super::{CALL_DEPTH, Evaluator, object_in};
use crate::endpoint::Switch;
use crate::facts::{self, Fact, Position};
use crate::flow::value::{Alternative, Argument, Traced, Value};
use crate::rules::model::Evaluation;
use crate::text::{Part, Template};
use compact_str::CompactString;
use rustc_hash::FxHashSet;
use std::ops::Range;

impl<'a> Evaluator<'a> {
    pub(in crate::flow) fn text_fact(&mut self, value: &Traced, name: Option<CompactString>, position: Position) {
        for option in value.options() {
            match &option.value {
                Value::Text(text) => {
                    let function = self.function();
                    let statement = self.statement;
                    let completes = name.as_ref().is_some_and(|name| completes(text, name));
                    let position = if completes { Position::Parsed } else { position.clone() };
                    self.facts.push(Fact::Text(facts::Text {
                        value: option.clone(),
                        name: name.clone(),
                        position,
                        statement,
                        function,
                        overwritten: false,
                        followed: false,
                        asked: self.asked,
                    }));
                }
                Value::List(list) if list.len() <= 64 => {
                    let list = list.clone();
                    for (element, spelling) in list.iter().zip(spellings(list.iter())) {
                        if matches!(element.value, Value::Text(_)) {
                            let position = if spelling { Position::Parsed } else { position.clone() };
                            self.text_fact(element, name.clone(), position);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Two texts of which somebody else chooses one.
    pub(super) fn alternative(&mut self, one: &Traced, other: &Traced, switched: bool) {
        const MOST: usize = 8;
        for option in one.options() {
            let Value::Text(text) = &option.value else { continue };
            let Some(first) = text.parts.first() else { continue };
            let all = self.alternatives.entry(first.place()).or_default();
            let texts = other.options().filter(|other| matches!(other.value, Value::Text(_)));
            let room = MOST.saturating_sub(all.len());
            all.extend(texts.take(room).map(|text| Alternative { value: text.clone(), switched }));
        }
    }

    /// What one way of a choice puts where another way puts something else; the ways are ranges of facts.
    pub(super) fn alternatives_of(&mut self, ways: &[Range<usize>]) {
        let texts = |way: &Range<usize>| -> Vec<&facts::Text> {
            let texts = self.facts[way.clone()].iter().filter_map(|fact| match fact {
                Fact::Text(text) if text.name.is_some() && !matches!(text.position, Position::Argument(_)) => {
                    Some(text)
                }
                _ => None,
            });
            texts.take(64).collect()
        };
        let all: Vec<Vec<&facts::Text>> = ways.iter().map(texts).collect();
        let mut pairs: Vec<(Traced, Traced, bool)> = Vec::new();
        for (own, list) in all.iter().enumerate() {
            for text in list {
                let others = all.iter().enumerate().filter(|(other, _)| *other != own).flat_map(|(_, list)| list);
                let instead = others.filter(|other| other.name == text.name && other.position == text.position);
                let switched = text.asked.encryption;
                pairs.extend(instead.map(|other| (text.value.clone(), other.value.clone(), switched)));
            }
        }
        for (text, other, switched) in pairs {
            self.alternative(&text, &other, switched);
        }
    }

    /// The texts that a call is given: to use them, or only to take them apart.
    pub(super) fn given_texts(&mut self, target: &Target, given: &[Argument]) {
        let parses = self.evaluation_of(target).is_some_and(|evaluation| evaluation.parses);
        if parses && let Some(receiver) = &target.receiver {
            self.text_fact(receiver, None, Position::Parsed);
        }
        let spellings = spellings(given.iter().map(|argument| &argument.value));
        // `SocketClient("ws://..", use_ssl=secure)`: what stands beside the address decides.
        let decided = given.iter().any(|argument| {
            let about = argument.name.as_deref().and_then(|name| self.switch_of(name));
            about == Some(Switch::Encryption) && argument.value.value.truth() != Some(false)
        });
        let start = self.facts.len();
        for (index, (argument, spelling)) in given.iter().zip(spellings).enumerate() {
            let name = argument.name.clone().or_else(|| self.parameter_name(target, index));
            let position = if parses || spelling || decided {
                Position::Parsed
            } else {
                Position::Argument(target.method.clone())
            };
            self.text_fact(&argument.value, name, position);
        }
        if self.is_followed(target) {
            for fact in &mut self.facts[start..] {
                if let Fact::Text(text) = fact {
                    text.followed = true;
                }
            }
        }
    }

    /// Whether a call leads into a function that is evaluated with what it is given.
    fn is_followed(&self, target: &Target) -> bool {
        let Code::Function(function) = &target.code else { return false };
        let known = self.function_node(function.function).is_some_and(|node| node.has_body);
        known && self.inside.len() < CALL_DEPTH && !self.inside.contains(&function.function)
    }

    fn parameter_name(&self, target: &Target, index: usize) -> Option<CompactString> {
        let Code::Function(function) = &target.code else { return None };
        self.function_node(function.function)?.parameters.get(index).map(|parameter| parameter.name.text.clone())
    }

    /// How a call computes its value, where that is all it does.
    pub(super) fn evaluation_of(&self, target: &Target) -> Option<&'a Evaluation> {
        let words = self.words();
        let known = target.path.as_ref().and_then(|path| words.evaluation(path));
        let any = || self.is_unmodelled(target).then(|| words.any_evaluation(&target.method)).flatten();
        Some(self.rules.evaluation(known.or_else(any)?))
    }

    /// Whether nobody says what a call gives: a method of a thing of unknown type, or one that no model names of a
    /// thing of known type. What a language says of such methods in general (`unwrap`, `clone`) then holds.
    fn is_unmodelled(&self, target: &Target) -> bool {
        let Code::None = target.code else { return false };
        match &target.path {
            None => true,
            Some(path) => target.receiver.as_ref().and_then(object_in).is_some() && !self.words().knows(path),
        }
    }
}

/// A scheme put before what somebody typed: `url = "http://" + url`. Where that leads is not decided here.
fn completes(text: &Template, name: &str) -> bool {
    matches!(
        text.parts.as_slice(),
        [Part::Literal { text: scheme, .. }, Part::Hole { name: typed, default: None, .. }]
            if typed == name && scheme.ends_with("://")
    )
}

/// Which of some values only spell out an address once more under another scheme: beside `https://host/x`, `http://host/x` and
/// `git://host/x` are what others may write, to be compared with. As many answers as there are values; nothing is split
/// where there are not two addresses.
fn spellings<'v>(values: impl Iterator<Item = &'v Traced> + Clone) -> Vec<bool> {
    let addresses = values.clone().filter(|value| address(value).is_some()).take(2).count();
    if addresses < 2 {
        return vec![false; values.count()];
    }
    let split: Vec<Option<(&str, String)>> = values
        .map(|value| {
            let (scheme, start, rest) = address(value)?;
            let rest = rest.iter().map(|part| match part {
                Part::Literal { text, .. } => text.to_string(),
                Part::Hole { name, .. } => format!("${{{name}}}"),
            });
            Some((scheme, rest.fold(start.to_owned(), |all, part| all + &part)))
        })
        .collect();
    let safe: FxHashSet<&str> =
        split.iter().flatten().filter(|(scheme, _)| *scheme == "https").map(|(_, rest)| rest.as_str()).collect();
    split
        .iter()
        .map(|it| it.as_ref().is_some_and(|(scheme, rest)| *scheme != "https" && safe.contains(rest.as_str())))
        .collect()
}

/// A text that begins with a scheme: the scheme, what follows it at once, and the parts behind.
fn address(value: &Traced) -> Option<(&str, &str, &[Part])> {
    let Value::Text(text) = &value.value else { return None };
    let [Part::Literal { text, .. }, rest @ ..] = text.parts.as_slice() else { return None };
    let (scheme, start) = text.split_once("://")?;
    Some((scheme, start, rest))
}

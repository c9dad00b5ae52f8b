//! Calls that only compute a value, as the models' `evaluates` say: text, maps, lists, settings from outside.

use super::eval::calls::Target;
use super::eval::{Evaluator, Written, cover, find_argument, known_text, object_in};
use super::text::{address, bound, braces, printf};
use super::value::{Argument, ObjectId, Traced, Value};
use crate::facts::{self, Fact, Position};
use crate::rules::model::{Evaluation, How, Slot};
use crate::source::Place;
use crate::text::{Part, Template};
use crate::tree::{Kind, NodeId};
use compact_str::CompactString;
use std::rc::Rc;

impl Evaluator<'_> {
    /// A call that only computes a value.
    pub(super) fn compute(
        &mut self,
        evaluation: &Evaluation,
        target: &Target,
        given: &[Argument],
        place: Place,
        node: NodeId,
    ) -> Option<Traced> {
        let (how, slot, default) = (evaluation.how, evaluation.slot.as_ref(), evaluation.default.as_ref());
        let pick = |slot: Option<&Slot>, position: usize| -> Option<(usize, &Argument)> {
            match slot {
                Some(slot) => find_argument(slot, given),
                None => given.get(position).map(|argument| (position, argument)),
            }
        };
        let nodes = self.argument_nodes(node);
        let template = |it: &Self, index: usize| -> Template {
            match (given.get(index), nodes.get(index)) {
                (Some(argument), Some(node)) => it.as_template(&argument.value, *node),
                _ => Template::default(),
            }
        };
        let by_name = |it: &Self, name: Option<&str>, index: usize| -> Template {
            match name {
                Some(name) => given
                    .iter()
                    .position(|argument| argument.name.as_deref() == Some(name))
                    .map_or_else(Template::default, |index| template(it, index)),
                None => template(it, index),
            }
        };
        Some(match how {
            How::Thing => return None,
            How::Same => pick(slot, 0)?.1.value.clone(),
            How::Receiver => target.receiver.clone()?,
            How::Fallback => {
                let receiver = target.receiver.clone()?;
                let (_, default) = pick(slot, 0)?;
                let default = match &default.value.value {
                    Value::Function(function) => self.inline(&function.clone(), &[], false),
                    _ => default.value.clone(),
                };
                fallback(receiver, default)
            }
            How::Member => self.named_member(given, place)?,
            How::Import => {
                let name = known_text(&pick(slot, 0)?.1.value)?;
                self.path(&name, place)
            }
            How::Setting => find_argument(default?, given)?.1.value.clone().join(Traced::unknown()),
            How::Option => self.option(target, slot, default, given)?,
            How::HasMember => Traced::new(self.has_named_member(given)?, place),
            How::SetMember => self.set_named_member(given, place)?,
            How::Template => {
                let pattern = Template::literal(evaluation.text.clone()?, place);
                let slots = |name: Option<&str>, index: usize| match name {
                    Some(slots) => self.slotted(slots, given, &nodes),
                    None => template(self, index),
                };
                Traced::new(Value::text(braces(&pattern, slots)), place)
            }
            How::Call => {
                let (_, argument) = pick(slot, 0)?;
                let Value::Function(function) = &argument.value.value else { return None };
                let function = function.clone();
                self.inline(&function, &[], false)
            }
            How::Printf | How::Braces => {
                let (index, pattern) = pick(slot, 0)?;
                let Value::Text(pattern) = &pattern.value.value else { return None };
                let argument = |name: Option<&str>, position: usize| by_name(self, name, index + 1 + position);
                let filled = if how == How::Printf { printf(pattern, argument) } else { braces(pattern, argument) };
                Traced::new(Value::text(filled), place)
            }
            How::ReceiverPrintf | How::ReceiverBraces => {
                let Value::Text(pattern) = &target.receiver.as_ref()?.value else { return None };
                let argument = |name: Option<&str>, position: usize| by_name(self, name, position);
                let filled =
                    if how == How::ReceiverPrintf { printf(pattern, argument) } else { braces(pattern, argument) };
                Traced::new(Value::text(filled), place)
            }
            How::Concat => {
                let mut whole = match target.receiver.as_ref().map(|receiver| &receiver.value) {
                    Some(Value::Text(text)) => (**text).clone(),
                    _ => Template::default(),
                };
                for index in 0..given.len() {
                    whole.append(template(self, index));
                }
                Traced::new(Value::text(whole), place)
            }
            How::Built => {
                let receiver = target.receiver.as_ref()?;
                match object_in(receiver).and_then(|id| self.built(id)) {
                    Some(text) => Traced::new(Value::text(text), place),
                    None => receiver.clone(),
                }
            }
            How::Join => {
                let (between, first) = match target.receiver.as_ref().map(|receiver| &receiver.value) {
                    Some(Value::Text(between)) => (between, 0),
                    _ => match &given.first()?.value.value {
                        Value::Text(between) => (between, 1),
                        _ => return None,
                    },
                };
                let elements = self.joined(&given[first..], nodes.get(first..)?)?;
                let mut whole = Template::default();
                for (number, (value, node)) in elements.iter().take(64).enumerate() {
                    if number > 0 {
                        whole.append((**between).clone());
                    }
                    whole.append(self.as_template(value, *node));
                }
                Traced::new(Value::text(whole), place)
            }
            How::Append => {
                let id = object_in(target.receiver.as_ref()?)?;
                let mut whole = self.built(id).unwrap_or_default();
                for index in 0..given.len() {
                    whole.append(template(self, index));
                }
                if whole.parts.len() > 256 {
                    return None;
                }
                self.objects[id.0 as usize].fields.insert("text".into(), Traced::new(Value::text(whole), place));
                target.receiver.clone()?
            }
            How::Environment => {
                let (index, name) = pick(slot, 0)?;
                let name = known_text(&name.value).unwrap_or_else(|| {
                    nodes.get(index).map_or_else(CompactString::default, |node| self.name_of(*node))
                });
                let default = match default.map_or_else(
                    || given.get(index + 1).map(|argument| (index + 1, argument)),
                    |slot| find_argument(slot, given),
                ) {
                    Some((_, Argument { value: Traced { value: Value::Text(text), .. }, .. })) => {
                        Some(Box::new((**text).clone()))
                    }
                    Some((_, argument))
                        if !matches!(argument.value.value, Value::Null | Value::Unknown | Value::Parameter(_)) =>
                    {
                        return Some(argument.value.clone().join(Traced::unknown()));
                    }
                    _ => None,
                };
                Traced::new(Value::text(Template { parts: vec![Part::Hole { name, default, at: place }] }), place)
            }
            How::Put => {
                let id = object_in(target.receiver.as_ref()?)?;
                let (_, key) = pick(slot, 0)?;
                let Some(key) = key_of(&key.value) else {
                    self.set_any(target.receiver.as_ref()?);
                    return target.receiver.clone();
                };
                let value = given.get(1)?;
                let whole = cover(given[0].place, value.place);
                self.entry(id, key, value, whole);
                target.receiver.clone()?
            }
            How::Update => {
                let receiver = target.receiver.as_ref()?;
                let Some(id) = object_in(receiver) else {
                    self.members(&receiver.clone(), given);
                    return Some(Traced::new(Value::Null, place));
                };
                for argument in given {
                    match (&argument.name, &argument.value.value) {
                        (Some(name), _) => self.entry(id, name.clone(), argument, argument.place),
                        (None, Value::Object(other)) => {
                            let fields = self.objects[other.0 as usize].fields.clone();
                            self.objects[id.0 as usize].fields.extend(fields);
                        }
                        _ => self.objects[id.0 as usize].open = true,
                    }
                }
                Traced::new(Value::Null, place)
            }
            How::Get => {
                let key = known_text(&given.first()?.value)?;
                // What somebody else made, and nobody here filled.
                let strange = |id: &ObjectId| {
                    let object = &self.objects[id.0 as usize];
                    object.fields.is_empty() && object.made_by != "dict"
                };
                let Some(id) = object_in(target.receiver.as_ref()?).filter(|id| !strange(id)) else {
                    // Nobody knows what holds it, nor whether `get("database", "host")` asks for a default.
                    let named = default.and_then(|slot| find_argument(slot, given)).map(|(_, default)| default);
                    let default = named.or_else(|| given.get(1).filter(|default| self.is_default(&default.value)))?;
                    return Some(default.value.clone().join(Traced::unknown()));
                };
                let object = &self.objects[id.0 as usize];
                let default = || given.get(1).map_or_else(Traced::unknown, |default| default.value.clone());
                // A map that may be another, or that others fill as well, may have the entry all the same.
                let whole = !object.open && !matches!(target.receiver.as_ref()?.value, Value::AnyOf(_));
                match object.fields.get(&key) {
                    Some(value) => value.clone(),
                    None if whole => default(),
                    None => default().join(Traced::unknown()),
                }
            }
            How::Map => {
                let id = self.new_object("dict".into(), None);
                let mut rest = given.iter().filter(|argument| argument.name.is_none());
                for argument in given {
                    if let Some(name) = &argument.name {
                        self.entry(id, name.clone(), argument, argument.place);
                    }
                }
                while let Some(key) = rest.next() {
                    match &key.value.value {
                        Value::Object(other) => {
                            let fields = self.objects[other.0 as usize].fields.clone();
                            self.objects[id.0 as usize].fields.extend(fields);
                        }
                        // `Map.entry(key, value)`, `dict([(key, value)])`
                        Value::List(list) => self.pairs(id, &list.clone()),
                        value => match (key_of(&Traced { value: value.clone(), at: None }), rest.next()) {
                            (Some(name), Some(value)) => self.entry(id, name, value, cover(key.place, value.place)),
                            _ => self.objects[id.0 as usize].open |= !given.is_empty(),
                        },
                    }
                }
                Traced::new(Value::Object(id), place)
            }
            How::List => {
                Traced::new(Value::List(Rc::new(given.iter().map(|argument| argument.value.clone()).collect())), place)
            }
            How::Address => {
                let values: Vec<Traced> = match slot {
                    Some(_) => vec![pick(slot, 0)?.1.value.clone()],
                    None => given.iter().map(|argument| argument.value.clone()).collect(),
                };
                Traced::new(Value::text(address(&values)?), place)
            }
            How::MadeWith => {
                let id = object_in(target.receiver.as_ref()?)?;
                let made_with = &self.objects[id.0 as usize].arguments;
                let (_, argument) = match slot {
                    Some(slot) => find_argument(slot, made_with)?,
                    None => (0, made_with.first()?),
                };
                Traced::new(Value::text(bound(&argument.value)?), place)
            }
            How::Partial => {
                let (index, callee) = pick(slot, 0)?;
                let Value::Path(path) = &callee.value.value else { return None };
                let rest: Vec<Argument> = given
                    .iter()
                    .enumerate()
                    .filter(|(number, _)| *number != index)
                    .map(|(_, argument)| argument.clone())
                    .collect();
                let statement = self.statement;
                self.facts.push(Fact::Call(facts::Call {
                    path: Some(path.clone()),
                    method: path.rsplit('.').next().unwrap_or(path).into(),
                    receiver: None,
                    arguments: rest,
                    open: true,
                    result: None,
                    place,
                    callee: callee.place,
                    statement,
                    passed_to: None,
                    function: self.function(),
                    asked: self.asked,
                    within: self.within(),
                }));
                callee.value.clone()
            }
        })
    }

    /// What is joined: several arguments, or the elements of a list that is written out in place of them. A list that
    /// has a name may have got more elements since.
    fn joined(&self, given: &[Argument], nodes: &[NodeId]) -> Option<Vec<(Traced, NodeId)>> {
        let ([list], [node]) = (given, nodes) else {
            let texts = given.iter().all(|argument| !matches!(argument.value.value, Value::List(_)));
            let pairs = given.iter().map(|argument| argument.value.clone()).zip(nodes.iter().copied());
            return (texts && given.len() == nodes.len()).then(|| pairs.collect());
        };
        let written = match self.kind_at(*node) {
            Kind::List(elements) => elements.clone(),
            Kind::Call { .. } => self.argument_nodes(*node),
            _ => return None,
        };
        let Value::List(values) = &list.value.value else { return None };
        (values.len() == written.len()).then(|| values.iter().cloned().zip(written).collect())
    }

    /// Whether a text is no name of an option, but an address or a sentence.
    fn is_default(&self, value: &Traced) -> bool {
        let is_name =
            |text: &str| text.chars().all(|letter| letter.is_alphanumeric() || letter == '_' || letter == '-');
        match &value.value {
            Value::Text(text) => text.as_known().is_none_or(|text| !is_name(&text) || (self.is_own)(&text)),
            Value::Bool(_) => true,
            _ => false,
        }
    }

    /// What a builder of text holds: what was appended last, else what it began with.
    fn built(&self, id: ObjectId) -> Option<Template> {
        let object = &self.objects[id.0 as usize];
        let first = || object.arguments.first().map(|argument| &argument.value);
        match &object.fields.get("text").or_else(first)?.value {
            Value::Text(text) => Some((**text).clone()),
            _ => None,
        }
    }

    /// A map gets an entry.
    fn entry(&mut self, id: ObjectId, key: CompactString, value: &Argument, whole: Place) {
        self.text_fact(&value.value, Some(key.clone()), Position::Entry);
        let mut path = CompactString::from("entry.");
        path.push_str(&key);
        let said = value.value.clone();
        let written = Written { stored: said.clone(), said, place: whole, value_place: value.value_place };
        self.set_fact(path, Some(id), &written);
        let entry = Traced { value: value.value.value.clone(), at: Some(whole) };
        let conditional = self.depth > self.objects[id.0 as usize].depth;
        let fields = &mut self.objects[id.0 as usize].fields;
        let joined = match fields.remove(&key) {
            Some(old) if conditional => old.join(entry),
            _ => entry,
        };
        fields.insert(key, joined);
    }

    /// A map gets entries of pairs; a pair alone is one entry.
    fn pairs(&mut self, id: ObjectId, list: &[Traced]) {
        if let [key, value] = list
            && let Some(name) = key_of(key)
        {
            let place = value.at.unwrap_or_default();
            let argument = Argument { name: None, value: value.clone(), place, value_place: place };
            let whole = key.at.map_or(place, |at| cover(at, place));
            return self.entry(id, name, &argument, whole);
        }
        for pair in list.iter().take(64) {
            match &pair.value {
                Value::List(inner) if inner.len() == 2 => self.pairs(id, &inner.clone()),
                _ => self.objects[id.0 as usize].open = true,
            }
        }
    }

    /// Named arguments are written to something from outside of the run: `os.environ.update(KEY="value")`.
    fn members(&mut self, owner: &Traced, given: &[Argument]) {
        for argument in given {
            let Some(name) = &argument.name else { continue };
            let said = argument.value.clone();
            let (place, value_place) = (argument.place, argument.value_place);
            self.set_field(owner, name, Written { stored: said.clone(), said, place, value_place });
        }
    }
}

/// The key of an entry: a text, or the constant that stands for it.
fn key_of(value: &Traced) -> Option<CompactString> {
    match &value.value {
        Value::Path(path) => Some(path.clone()),
        _ => known_text(value),
    }
}

/// A value with what it is where it is missing.
fn fallback(value: Traced, default: Traced) -> Traced {
    match (&value.value, &default.value) {
        (Value::Text(text), Value::Text(other)) => match text.parts.as_slice() {
            [Part::Hole { name, default: None, at }] => {
                let hole = Part::Hole { name: name.clone(), default: Some(Box::new((**other).clone())), at: *at };
                Traced { value: Value::text(Template { parts: vec![hole] }), at: value.at }
            }
            _ => value,
        },
        (Value::Unknown | Value::Parameter(_), _) => value.join(default),
        (Value::Null, _) => default,
        _ => value,
    }
}

//! Calls that only compute a value, as the models' `evaluates` say: text, maps, lists, settings from outside.

use super::eval::calls::Target;
use super::eval::{Evaluator, Written, cover, find_argument, known_text, object_in};
use super::text::{address, bound, braces, printf};
use super::value::{Argument, Traced, Value};
use crate::facts::{self, Fact, Position};
use crate::rules::model::{Evaluation, How, Slot};
use crate::source::Place;
use crate::text::{Part, Template};
use crate::tree::NodeId;
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
            How::Same => pick(slot, 0)?.1.value.clone(),
            How::Receiver => target.receiver.clone()?,
            How::Member => self.named_member(given, place)?,
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
            How::Append => {
                let id = object_in(target.receiver.as_ref()?)?;
                let mut whole = match self.objects[id.0 as usize].fields.get("text") {
                    Some(Traced { value: Value::Text(text), .. }) => (**text).clone(),
                    _ => match self.objects[id.0 as usize].arguments.first() {
                        Some(Argument { value: Traced { value: Value::Text(text), .. }, .. }) => (**text).clone(),
                        _ => Template::default(),
                    },
                };
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
                let key = match &key.value.value {
                    Value::Path(path) => Some(path.clone()),
                    _ => known_text(&key.value),
                };
                let Some(key) = key else {
                    self.set_any(target.receiver.as_ref()?);
                    return target.receiver.clone();
                };
                let value = given.get(1)?;
                let conditional = self.depth > self.objects[id.0 as usize].depth;
                self.text_fact(&value.value, Some(key.clone()), Position::Entry);
                let whole = cover(given[0].place, value.place);
                let mut path = CompactString::from("entry.");
                path.push_str(&key);
                let said = value.value.clone();
                let entry = Written { stored: said.clone(), said, place: whole, value_place: value.value_place };
                self.set_fact(path, Some(id), &entry);
                let written = Traced { value: value.value.value.clone(), at: Some(whole) };
                let fields = &mut self.objects[id.0 as usize].fields;
                let joined = match fields.remove(&key) {
                    Some(old) if conditional => old.join(written),
                    _ => written,
                };
                fields.insert(key, joined);
                target.receiver.clone()?
            }
            How::Update => {
                let id = object_in(target.receiver.as_ref()?)?;
                for argument in given {
                    match (&argument.name, &argument.value.value) {
                        (Some(name), _) => {
                            self.objects[id.0 as usize].fields.insert(name.clone(), argument.value.clone());
                        }
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
                let id = object_in(target.receiver.as_ref()?)?;
                let key = known_text(&given.first()?.value)?;
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
                        let value = Traced { value: argument.value.value.clone(), at: Some(argument.place) };
                        self.objects[id.0 as usize].fields.insert(name.clone(), value);
                    }
                }
                while let Some(key) = rest.next() {
                    if let Value::Object(other) = key.value.value {
                        let fields = self.objects[other.0 as usize].fields.clone();
                        self.objects[id.0 as usize].fields.extend(fields);
                        continue;
                    }
                    let (Some(name), Some(value)) = (known_text(&key.value), rest.next()) else { break };
                    self.text_fact(&value.value, Some(name.clone()), Position::Entry);
                    let whole = cover(key.place, value.place);
                    self.objects[id.0 as usize]
                        .fields
                        .insert(name, Traced { value: value.value.value.clone(), at: Some(whole) });
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
                }));
                callee.value.clone()
            }
        })
    }
}

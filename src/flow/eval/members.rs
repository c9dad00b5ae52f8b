//! Writing: variables, fields and entries, and what functions take and leave as a whole.

use super::calls::Target;
use super::{Argument, Evaluator, Written, find_argument, known_text, object_in};
use crate::facts::{self, Fact, Position};
use crate::flow::value::{ObjectId, Traced, Value};
use crate::rules::model::Slot;
use crate::source::Place;
use crate::text::Template;
use crate::tree::{Function, Kind, NodeId};
use compact_str::CompactString;
use std::rc::Rc;

impl Evaluator<'_> {
    pub(in crate::flow) fn bind(&mut self, target: NodeId, value: Traced) {
        match self.tree().kind(target) {
            Kind::Name(name) => {
                self.top_mut().variables.insert(name.clone(), value);
            }
            Kind::List(targets) => {
                for (index, target) in targets.iter().enumerate() {
                    let element = match &value.value {
                        Value::List(list) if list.len() == targets.len() => list[index].clone(),
                        _ => Traced::unknown(),
                    };
                    self.bind(*target, element);
                }
            }
            Kind::Member { .. } | Kind::Index { .. } => {
                let place = self.statement;
                let value_place = value.at.unwrap_or(place);
                self.assign(target, Written { said: value.clone(), stored: value, place, value_place });
            }
            _ => {}
        }
    }

    pub(in crate::flow) fn assign(&mut self, target: NodeId, written: Written) {
        let tree = self.tree();
        match tree.kind(target) {
            Kind::Name(name) => {
                let before = self.facts.len();
                self.text_fact(&written.said, Some(name.clone()), Position::Assigned);
                self.overwrite(name, before);
                if self.top().function.is_none() {
                    let mut path = CompactString::from("module.");
                    path.push_str(name);
                    self.set_fact(path, None, &written);
                    self.set_inherited(name, &written);
                }
                self.top_mut().variables.insert(name.clone(), written.stored);
            }
            Kind::List(_) => self.bind(target, written.stored),
            Kind::Member { object, name } => {
                self.text_fact(&written.said, Some(name.text.clone()), Position::Field);
                let owner = self.evaluate(*object);
                self.set_field(&owner, &name.text, written);
            }
            Kind::Index { object, index } => {
                let key = self.evaluate(*index);
                let owner = self.evaluate(*object);
                let Some(key) = known_text(&key) else { return self.set_any(&owner) };
                self.text_fact(&written.said, Some(key.clone()), Position::Entry);
                self.set_field(&owner, &key, written);
            }
            Kind::Unary { operand, .. } => self.assign(*operand, written),
            _ => {
                self.evaluate(target);
            }
        }
    }

    /// A local variable gets a value: the texts that it held, if nobody has read them on the way here, never count.
    fn overwrite(&mut self, name: &CompactString, before: usize) {
        let (after, depth) = (self.facts.len(), self.depth);
        let frame = self.top_mut();
        if frame.function.is_none() {
            return;
        }
        let earlier = frame.unread.insert(name.clone(), (before..after, depth));
        if let Some((texts, then)) = earlier
            && depth <= then
        {
            for fact in &mut self.facts[texts] {
                if let Fact::Text(text) = fact {
                    text.overwritten = true;
                }
            }
        }
    }

    /// A name in the body of a class is a field that the class has from a type that rules speak of.
    fn set_inherited(&mut self, name: &CompactString, written: &Written) {
        let (Some(_), Some(this)) = (self.top().class, self.top().this) else { return };
        let path = self.words().member(self.kind_of(this), name);
        if self.words().knows(&path) {
            self.set_fact(path, Some(this), written);
        }
    }

    pub(in crate::flow) fn set_field(&mut self, owner: &Traced, name: &CompactString, written: Written) {
        let owners: Vec<Value> = owner.options().map(|option| option.value.clone()).collect();
        for option in &owners {
            match option {
                Value::Object(id) => {
                    let path = self.words().member(self.kind_of(*id), name);
                    let entry = CompactString::from(format!("entry.{name}"));
                    let is_entry = self.words().sets.contains_key(&entry) && !self.words().sets.contains_key(&path);
                    self.set_fact(if is_entry { entry } else { path }, Some(*id), &written);
                    let conditional = self.depth > self.objects[id.0 as usize].depth;
                    let fields = &mut self.objects[id.0 as usize].fields;
                    let joined = match fields.remove(name) {
                        Some(old) if conditional => old.join(written.stored.clone()),
                        _ => written.stored.clone(),
                    };
                    fields.insert(name.clone(), joined);
                    return;
                }
                Value::Path(path) => {
                    let path = self.words().canonical(format!("{path}.{name}"));
                    self.set_fact(path, None, &written);
                    return;
                }
                Value::Class(class) => {
                    if let Some(&id) = self.statics.get(class) {
                        self.objects[id.0 as usize].fields.insert(name.clone(), written.stored.clone());
                    }
                    let base =
                        self.class_node(*class).map(|node| self.base_names(class.unit, node)).unwrap_or_default();
                    let path = base
                        .first()
                        .map_or_else(|| format!("module.{name}").into(), |base| self.words().member(base, name));
                    self.set_fact(path, None, &written);
                    return;
                }
                _ => {}
            }
        }
        let mut path = CompactString::from("?.");
        path.push_str(name);
        self.set_fact(path, None, &written);
    }

    /// An entry of a map is written, and nobody knows which: it may hold more than can be seen.
    pub(in crate::flow) fn set_any(&mut self, owner: &Traced) {
        for option in owner.options() {
            if let Value::Object(id) = option.value {
                self.objects[id.0 as usize].open = true;
            }
        }
    }

    pub(in crate::flow) fn set_fact(&mut self, path: CompactString, owner: Option<ObjectId>, written: &Written) {
        let index = self.facts.len();
        if let Some(owner) = owner {
            let events = self.objects[owner.0 as usize].events.len();
            if let Some((earlier, then, depth)) =
                self.pending.insert((owner, path.clone()), (index, events, self.depth))
                && then == events
                && self.depth <= depth
                && let Some(Fact::Set(set)) = self.facts.get_mut(earlier)
            {
                set.overwritten = true;
            }
        }
        let function = self.function();
        let statement = self.statement;
        self.facts.push(Fact::Set(facts::Set {
            path,
            owner: owner.map(|id| Traced { value: Value::Object(id), at: None }),
            value: written.said.clone(),
            place: written.place,
            value_place: written.value_place,
            statement,
            overwritten: false,
            function,
            asked: self.asked,
            within: self.within(),
        }));
    }

    /// What stands behind `*` or `**` gets what the other parameters leave over.
    pub(in crate::flow) fn rest(&mut self, node: &Function, index: usize, given: &[Argument], open: bool) -> Traced {
        let taken = |name: &CompactString| node.parameters.iter().any(|parameter| parameter.name.text == *name);
        let later = node.parameters[index + 1..].iter().any(|parameter| parameter.variadic);
        let named: Vec<_> =
            given.iter().filter(|argument| argument.name.as_ref().is_some_and(|name| !taken(name))).collect();
        let plain: Vec<Traced> = given
            .iter()
            .skip(index)
            .filter(|argument| argument.name.is_none())
            .map(|argument| argument.value.clone())
            .collect();
        if later || (named.is_empty() && !plain.is_empty()) {
            return Traced { value: Value::List(Rc::new(plain)), at: None };
        }
        let id = self.new_object("dict".into(), None);
        for argument in named {
            let value = Traced { value: argument.value.value.clone(), at: Some(argument.place) };
            self.objects[id.0 as usize].fields.extend(argument.name.clone().map(|name| (name, value)));
        }
        self.objects[id.0 as usize].open = open;
        Traced { value: Value::Object(id), at: None }
    }

    /// What `{scheme|0}` or `{0.1}` in the text of an evaluation stands for: the first of the arguments named, or an element of it.
    pub(in crate::flow) fn slotted(&self, slots: &str, given: &[Argument], nodes: &[NodeId]) -> Template {
        let position = |slot: &str| match slot.parse::<usize>() {
            Ok(position) => given.get(position).filter(|argument| argument.name.is_none()).map(|_| position),
            Err(_) => given.iter().position(|argument| argument.name.as_deref() == Some(slot)),
        };
        for slot in slots.split('|') {
            let (slot, element) = slot.split_once('.').map_or((slot, None), |(slot, element)| (slot, Some(element)));
            let Some(position) = position(slot) else { continue };
            let (value, Some(&node)) = (&given[position].value, nodes.get(position)) else { continue };
            match (element, &value.value) {
                (None, _) => return self.as_template(value, node),
                (Some(element), Value::List(list)) => {
                    let element = element.parse().ok().and_then(|element: usize| list.get(element));
                    return element.map_or_else(Template::default, |value| self.as_template(value, node));
                }
                _ => {}
            }
        }
        Template::default()
    }

    /// `getattr(owner, name, default)`.
    pub(in crate::flow) fn named_member(&mut self, given: &[Argument], place: Place) -> Option<Traced> {
        let owner = &given.first()?.value;
        let name = known_text(&given.get(1)?.value)?;
        let default = given.get(2).map(|argument| argument.value.clone());
        let value = match &owner.value {
            Value::Path(path) => return Some(self.path(&format!("{path}.{name}"), place)),
            Value::Object(id) => self.field(*id, &name, place),
            _ => Traced::unknown(),
        };
        Some(match default {
            Some(default) => value.join(default),
            None => value,
        })
    }

    /// `parser.add_argument("--host", default="localhost")`: what was parsed has a field so called, which anybody may set.
    pub(in crate::flow) fn option(
        &mut self,
        target: &Target,
        slot: Option<&Slot>,
        default: Option<&Slot>,
        given: &[Argument],
    ) -> Option<Traced> {
        let name = option_name(slot, given)?;
        let default = default.and_then(|slot| find_argument(slot, given)).map(|(_, default)| default.value.clone());
        let value = default.map_or_else(Traced::unknown, |default| default.join(Traced::unknown()));
        self.text_fact(&value, Some(name.clone()), Position::Default);
        match &target.receiver {
            Some(receiver) => {
                self.objects[object_in(receiver)?.0 as usize].fields.insert(name, value.clone());
            }
            None => self.options.push((name, value.clone())),
        }
        Some(value)
    }

    /// `hasattr(owner, name)`, of a module that models know: what they report may be missing in today's versions.
    pub(in crate::flow) fn has_named_member(&self, given: &[Argument]) -> Option<Value> {
        let [owner, name] = given else { return None };
        let (Value::Path(owner), Some(name)) = (&owner.value.value, known_text(&name.value)) else { return None };
        let path = self.words().canonical(format!("{owner}.{name}"));
        let words = self.words();
        let reported = words.uses.contains_key(&path) || words.looks_at_call(Some(&path), &name);
        (words.knows(owner) && !reported).then_some(Value::Bool(true))
    }

    /// `setattr(owner, name, value)`.
    pub(in crate::flow) fn set_named_member(&mut self, given: &[Argument], place: Place) -> Option<Traced> {
        let [owner, name, value] = given else { return None };
        let name = known_text(&name.value)?;
        let said = value.value.clone();
        let written = Written { stored: said.clone(), said, place, value_place: value.value_place };
        self.set_field(&owner.value.clone(), &name, written);
        Some(Traced::new(Value::Null, place))
    }
}

/// What a program calls an option: what the slot says, else the last of the spellings that is no single letter.
fn option_name(slot: Option<&Slot>, given: &[Argument]) -> Option<CompactString> {
    let said = slot.and_then(|slot| find_argument(slot, given)).and_then(|(_, said)| known_text(&said.value));
    let spelled = || {
        let spellings = given.iter().filter(|argument| argument.name.is_none());
        let spellings = spellings.filter_map(|argument| known_text(&argument.value));
        let bare = |text: CompactString| CompactString::from(text.trim_start_matches('-').replace('-', "_"));
        spellings.map(bare).rfind(|name| name.len() > 1)
    };
    said.or_else(spelled)
}

//! Statements, in their order: each is evaluated once, and what it writes holds from there on.

use super::{Evaluator, Written, object_in};
use crate::facts::Position;
use crate::flow::value::{Traced, Value};
use crate::tree::{Kind, NodeId, Operator};

impl Evaluator<'_> {
    pub(super) fn execute(&mut self, id: NodeId) {
        if !self.step() {
            return;
        }
        let tree = self.tree();
        let place = self.place_of(id);
        match tree.kind(id) {
            Kind::Block(list) | Kind::Opaque(list) => {
                for &statement in list {
                    self.execute(statement);
                    if self.top().ended {
                        break;
                    }
                }
            }
            Kind::Function(function) => self.define_function(id, function),
            Kind::Class(class) => self.define_class(id, class),
            Kind::Declare { target, declared, value, annotations, .. } => {
                self.statement = place;
                let injected = self.annotations(annotations);
                let mut result = match value {
                    Some(value) => self.evaluate_for(id, *target, *value),
                    None => injected.unwrap_or_else(Traced::unknown),
                };
                if let Some(kind) = declared {
                    result = self.declare_as(result, kind, place);
                }
                let value_place = value.map_or(place, |value| self.place_of(value));
                self.assign(*target, Written { said: result.clone(), stored: result, place, value_place });
            }
            Kind::Assign { target, operator, value } => {
                self.statement = place;
                let said = self.evaluate_for(id, *target, *value);
                let value_place = self.place_of(*value);
                let written = match operator {
                    None => Written { stored: said.clone(), said, place, value_place },
                    Some(operator) => {
                        let old = self.evaluate(*target);
                        let stored = self.combine(*operator, &old, &said, *target, *value, place);
                        let flags = matches!(operator, Operator::BitOr | Operator::BitAnd);
                        let said = if flags { said } else { stored.clone() };
                        Written { stored, said, place, value_place }
                    }
                };
                self.assign(*target, written);
            }
            Kind::If { .. } | Kind::Branches { .. } => {
                self.way(id);
            }
            Kind::Try { body, handlers, finally } => {
                // What the body overwrites may still hold where a handler goes on.
                self.top_mut().unread.clear();
                self.execute(*body);
                let ended = std::mem::replace(&mut self.top_mut().ended, false);
                let mut ways: Vec<Option<NodeId>> = handlers.iter().map(|handler| Some(handler.body)).collect();
                if !ended || ways.is_empty() {
                    ways.push(None);
                }
                if !handlers.is_empty() {
                    self.branch(&ways);
                }
                if ended && handlers.is_empty() {
                    self.top_mut().ended = true;
                }
                if let Some(finally) = finally {
                    let ended = std::mem::replace(&mut self.top_mut().ended, false);
                    self.execute(*finally);
                    self.top_mut().ended |= ended;
                }
            }
            Kind::Loop { header, body } => {
                self.statement = place;
                for &part in header {
                    match tree.kind(part) {
                        Kind::Declare { .. } | Kind::Assign { .. } => self.bind_loop(part),
                        _ => {
                            self.evaluate(part);
                        }
                    }
                }
                self.branch(&[Some(*body), None]);
            }
            Kind::With { resources, body } => {
                for &resource in resources {
                    self.execute(resource);
                }
                self.execute(*body);
            }
            Kind::Return(value) => {
                self.statement = place;
                if let Some(value) = value {
                    let result = self.evaluate(*value);
                    let name = self.top().name.clone();
                    self.text_fact(&result, name, Position::Returned);
                    if let Some(id) = object_in(&result) {
                        self.objects[id.0 as usize].events.push("return".into());
                    }
                    if let Some(before) = self.top().returned.clone() {
                        let switched = self.top().switched || self.asked.encryption;
                        self.alternative(&before, &result, switched);
                        self.alternative(&result, &before, switched);
                    }
                    let switched = self.asked.encryption;
                    let frame = self.top_mut();
                    frame.switched |= switched;
                    frame.returned = Some(match frame.returned.take() {
                        Some(before) => before.join(result),
                        None => result,
                    });
                }
                self.top_mut().ended = true;
            }
            Kind::Throw(value) => {
                self.statement = place;
                if let Some(value) = value {
                    self.evaluate(*value);
                }
                self.top_mut().ended = true;
            }
            Kind::Nothing | Kind::Doc => {}
            _ => {
                self.statement = place;
                self.evaluate(id);
            }
        }
    }

    /// `for x in [a, b]`: the variable is one of the elements.
    pub(super) fn bind_loop(&mut self, part: NodeId) {
        let (target, declared, value) = match self.tree().kind(part) {
            Kind::Declare { target, declared, value, .. } => (*target, declared.clone(), *value),
            Kind::Assign { target, value, .. } => (*target, None, Some(*value)),
            _ => return,
        };
        let mut element = Traced::unknown();
        if let Some(value) = value {
            let source = self.evaluate(value);
            if let Value::List(list) = &source.value {
                let mut all = list.iter().cloned();
                if let Some(first) = all.next() {
                    element = all.fold(first, Traced::join);
                }
            } else if !matches!(source.value, Value::Unknown | Value::Object(_) | Value::Path(_) | Value::Parameter(_))
            {
                element = source;
            }
        }
        let place = self.place_of(part);
        if let Some(kind) = declared {
            element = self.declare_as(element, &kind, place);
        }
        self.bind(target, element);
    }
}

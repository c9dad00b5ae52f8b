//! Functions: evaluated by themselves, with parameters that nobody has filled, or followed from a call.

use super::{CALL_DEPTH, Evaluator, Variables};
use crate::facts::{Asked, Position};
use crate::flow::value::{Argument, ClassRef, FunctionRef, FunctionValue, ObjectId, Traced, Value};
use crate::source::Place;
use crate::tree::{Function, Kind, NodeId};
use std::rc::Rc;

impl<'a> Evaluator<'a> {
    /// Evaluates a function as it stands, with parameters that nobody has filled.
    pub(super) fn standalone(
        &mut self,
        function: FunctionRef,
        class: Option<ClassRef>,
        this: Option<ObjectId>,
        captured: Option<Rc<Variables>>,
    ) {
        let Some(node) = self.function_node(function) else { return };
        let unit = function.unit;
        let mut frame = Self::frame(unit, class);
        frame.function = Some(function);
        frame.name = node.name.as_ref().map(|name| name.text.clone());
        frame.this = this;
        if let Some(captured) = captured {
            frame.variables.clone_from(&captured);
        }
        self.frames.push(frame);
        self.depth = 0;
        self.annotations(&node.annotations);
        let options = std::mem::take(&mut self.options);
        for (index, parameter) in node.parameters.iter().enumerate() {
            let injected = self.annotations(&parameter.annotations);
            let mut value = Traced { value: Value::Parameter(index as u32), at: None };
            if let Some(kind) = &parameter.declared
                && let Some(typed) = self.typed(kind, self.place(parameter.name.span))
            {
                value = typed;
            }
            if let Some(injected) = injected {
                self.statement = self.place(parameter.name.span);
                self.text_fact(&injected, Some(parameter.name.text.clone()), Position::Default);
                value = injected;
            }
            if let Some(default) = parameter.default {
                self.statement = self.place(parameter.name.span.cover(self.tree().span(default)));
                let default = self.evaluate(default);
                self.text_fact(&default, Some(parameter.name.text.clone()), Position::Default);
                value = match (&default.value, &value.value) {
                    (Value::Null | Value::Unknown, _) => value,
                    (_, Value::Object(_)) => value,
                    _ => default.join(value),
                };
            }
            if let Some((_, option)) = options.iter().find(|(name, _)| *name == parameter.name.text) {
                value = option.clone();
            }
            self.top_mut().variables.insert(parameter.name.text.clone(), value);
        }
        self.inside.push(function);
        self.body(&node.body);
        self.inside.pop();
        let frame = self.frames.pop();
        self.returned.extend(frame.and_then(|frame| Some((frame.name?, frame.returned?))));
    }

    pub(super) fn function_node(&self, function: FunctionRef) -> Option<&'a Function> {
        match self.project.units[function.unit].tree.kind(function.node) {
            Kind::Function(node) | Kind::Lambda(node) => Some(node),
            _ => None,
        }
    }

    pub(super) fn body(&mut self, statements: &[NodeId]) {
        for &statement in statements {
            self.execute(statement);
            if self.top().ended || self.gave_up {
                break;
            }
        }
    }

    /// Follows a call into a function of the run.
    pub(in crate::flow) fn inline(&mut self, callee: &FunctionValue, arguments: &[Argument], open: bool) -> Traced {
        let function = callee.function;
        let Some(node) = self.function_node(function) else { return Traced::unknown() };
        if self.inside.len() >= CALL_DEPTH || self.inside.contains(&function) || self.gave_up {
            return self.declared_result(function.unit, node);
        }
        let mut frame = Self::frame(function.unit, callee.class);
        frame.function = Some(function);
        frame.name = node.name.as_ref().map(|name| name.text.clone());
        frame.this = callee.receiver;
        if let Some(captured) = &callee.captured {
            frame.variables.clone_from(captured);
        }
        let saved = (self.depth, self.statement, (self.asked, self.own));
        self.own = Asked::default();
        self.frames.push(frame);
        for (index, parameter) in node.parameters.iter().enumerate() {
            if parameter.variadic {
                let rest = self.rest(node, index, arguments, open);
                self.top_mut().variables.insert(parameter.name.text.clone(), rest);
                continue;
            }
            let given = arguments
                .iter()
                .find(|argument| argument.name.as_ref() == Some(&parameter.name.text))
                .or_else(|| arguments.get(index).filter(|argument| argument.name.is_none()));
            let mut value = match (given, parameter.default) {
                (Some(argument), _) => argument.value.clone(),
                (None, Some(default)) => self.evaluate(default),
                (None, None) => Traced::unknown(),
            };
            if matches!(value.value, Value::Unknown | Value::Parameter(_)) {
                // Whoever is further out decides.
                value = Traced { value: Value::Parameter(index as u32), at: None };
                if let Some(typed) =
                    parameter.declared.as_ref().and_then(|kind| self.typed(kind, self.place(parameter.name.span)))
                {
                    value = typed;
                }
            }
            self.top_mut().variables.insert(parameter.name.text.clone(), value);
        }
        self.inside.push(function);
        self.body(&node.body);
        self.inside.pop();
        let frame = self.frames.pop();
        (self.depth, self.statement, (self.asked, self.own)) = saved;
        match frame.and_then(|frame| frame.returned) {
            // What it is given decides: no single answer is its value.
            Some(value) if is_either(&value) => Traced::unknown(),
            Some(value) if !matches!(value.value, Value::Unknown) => value,
            _ => self.declared_result(function.unit, node),
        }
    }

    fn declared_result(&mut self, unit: usize, node: &Function) -> Traced {
        let Some(kind) = &node.returns else { return Traced::unknown() };
        let frame = Self::frame(unit, None);
        self.frames.push(frame);
        let typed = self.typed(kind, self.place(node.span));
        self.frames.pop();
        typed.unwrap_or_else(Traced::unknown)
    }

    pub(super) fn define_function(&mut self, id: NodeId, function: &'a Function) {
        let reference = FunctionRef { unit: self.here(), node: id };
        self.top_mut().unread.clear();
        let frame = self.top();
        let nested = frame.function.is_some();
        let captured = nested.then(|| Rc::new(frame.variables.clone()));
        let (class, this) = (frame.class, frame.this);
        let value = FunctionValue { function: reference, receiver: this, class, captured: captured.clone() };
        if let Some(name) = &function.name {
            let place = self.place(name.span);
            self.top_mut().variables.insert(name.text.clone(), Traced::new(Value::Function(Rc::new(value)), place));
        }
        if reference.unit == self.unit && !self.later.iter().any(|(known, ..)| *known == reference) {
            self.later.push((reference, class, this, captured));
        }
    }

    pub(super) fn lambda(&mut self, id: NodeId, function: &'a Function, place: Place) -> Traced {
        let reference = FunctionRef { unit: self.here(), node: id };
        self.top_mut().unread.clear();
        let captured = Rc::new(self.top().variables.clone());
        let (class, this) = (self.top().class, self.top().this);
        if function.has_body && self.lambdas.insert(reference) && self.frames.len() < 32 {
            let saved = (self.depth, self.statement);
            self.standalone(reference, class, this, Some(captured.clone()));
            (self.depth, self.statement) = saved;
        }
        let value = FunctionValue { function: reference, receiver: this, class, captured: Some(captured) };
        Traced::new(Value::Function(Rc::new(value)), place)
    }
}

/// Whether a value may be true as well as false.
fn is_either(value: &Traced) -> bool {
    let may_be = |truth: bool| value.options().any(|option| matches!(option.value, Value::Bool(it) if it == truth));
    may_be(true) && may_be(false)
}

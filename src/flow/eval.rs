//! The evaluator: one walk over a unit, function by function, that writes down facts.

mod branches;
mod members;
mod texts;

use super::project::{Definition, Project, Unit};
use super::shape;
use super::text::printf;
use super::value::{Argument, ClassRef, FunctionRef, FunctionValue, Object, ObjectId, Traced, Value};
use crate::endpoint::Switch;
use crate::facts::{self, Asked, Fact, Position};
use crate::frontend::interpolate::{Dollar, interpolate_parts};
use crate::rules::RuleSet;
use crate::rules::model::Slot;
use crate::rules::vocabulary::Vocabulary;
use crate::source::{Place, Span};
use crate::text::{Part, Template};
use crate::tree::{self, Class, Function, Kind, NodeId, Operator, TextPart, Tree, Unary};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::rc::Rc;

/// Nodes that may be looked at for one file before the rest is given up.
const STEPS: u32 = 600_000;
/// Calls inside calls that are followed.
const CALL_DEPTH: usize = 5;

type Variables = FxHashMap<CompactString, Traced>;

/// A function to evaluate by itself, with its class, its receiver and the variables around it.
type Later = (FunctionRef, Option<ClassRef>, Option<ObjectId>, Option<Rc<Variables>>);

/// What the evaluation of one unit gave.
pub struct Outcome {
    pub facts: Vec<Fact>,
    pub objects: Vec<Object>,
    /// Not everything was looked at.
    pub gave_up: bool,
}

/// One function (or the top level) under evaluation.
struct Frame {
    unit: usize,
    variables: Variables,
    this: Option<ObjectId>,
    class: Option<ClassRef>,
    function: Option<FunctionRef>,
    returned: Option<Traced>,
    /// The end of the block cannot be reached from here.
    ended: bool,
    name: Option<CompactString>,
    /// Texts that were put into a variable and that nobody has read yet: the facts, and the depth of the statement.
    unread: FxHashMap<CompactString, (Range<usize>, u32)>,
}

/// Evaluates one unit of a project.
pub struct Evaluator<'a> {
    project: &'a Project,
    rules: &'a RuleSet,
    unit: usize,
    frames: Vec<Frame>,
    globals: FxHashMap<usize, Variables>,
    statics: FxHashMap<ClassRef, ObjectId>,
    pub(super) facts: Vec<Fact>,
    pub(super) objects: Vec<Object>,
    steps: u32,
    gave_up: bool,
    /// How many branches deep the present statement is.
    pub(super) depth: u32,
    pub(super) statement: Place,
    passed_to: Vec<CompactString>,
    /// The last write to a field that nobody has seen yet: the fact, the number of events then, and the depth.
    pending: FxHashMap<(ObjectId, CompactString), (usize, usize, u32)>,
    later: Vec<Later>,
    inside: Vec<FunctionRef>,
    lambdas: FxHashSet<FunctionRef>,
    /// What somebody must want for the present statement to run.
    pub(super) asked: Asked,
    /// What the name of a switch is about.
    switch: &'a dyn Fn(&str) -> Option<Switch>,
    /// Names are only compared here, or are keys: they are not put to use.
    looking: bool,
}

/// What an assignment writes.
pub(super) struct Written {
    /// What the target holds from now on.
    pub(super) stored: Traced,
    /// What the statement itself says: of `flags |= X` only `X`.
    pub(super) said: Traced,
    pub(super) place: Place,
    pub(super) value_place: Place,
}

/// Evaluates the whole of a unit: its top level, then every function and class in it.
pub fn evaluate(project: &Project, rules: &RuleSet, switch: &dyn Fn(&str) -> Option<Switch>, unit: usize) -> Outcome {
    let mut evaluator = Evaluator {
        project,
        rules,
        unit,
        frames: Vec::new(),
        globals: FxHashMap::default(),
        statics: FxHashMap::default(),
        facts: Vec::new(),
        objects: Vec::new(),
        steps: 0,
        gave_up: false,
        depth: 0,
        statement: Place::default(),
        passed_to: Vec::new(),
        pending: FxHashMap::default(),
        later: Vec::new(),
        inside: Vec::new(),
        lambdas: FxHashSet::default(),
        asked: Asked::default(),
        switch,
        looking: false,
    };
    evaluator.run();
    Outcome { facts: evaluator.facts, objects: evaluator.objects, gave_up: evaluator.gave_up }
}

impl<'a> Evaluator<'a> {
    fn run(&mut self) {
        let unit = &self.project.units[self.unit];
        self.imports(unit);
        self.frames.push(Self::frame(self.unit, None));
        let top = &unit.tree.top;
        for &statement in top {
            self.execute(statement);
            // What stands after a `return` of the top level is another snippet of the same file.
            self.top_mut().ended = false;
        }
        let frame = self.frames.pop();
        self.globals.insert(self.unit, frame.map(|frame| frame.variables).unwrap_or_default());
        // Functions whose bodies were met on the way; evaluating them may add more (nested ones).
        let mut next = 0;
        while next < self.later.len() && !self.gave_up {
            let (function, class, this, captured) = self.later[next].clone();
            next += 1;
            self.standalone(function, class, this, captured);
        }
    }

    fn imports(&mut self, unit: &Unit) {
        for import in &unit.tree.imports {
            let place = Place { file: unit.file, span: import.span };
            let path = self.vocabulary(self.unit).canonical(&import.path);
            self.facts.push(Fact::Use { path, place, statement: place });
        }
    }

    fn frame(unit: usize, class: Option<ClassRef>) -> Frame {
        Frame {
            unit,
            variables: Variables::default(),
            this: None,
            class,
            function: None,
            returned: None,
            ended: false,
            name: None,
            unread: FxHashMap::default(),
        }
    }

    // --- where we are ---

    fn top(&self) -> &Frame {
        self.frames.last().expect("a frame is pushed before anything is evaluated")
    }

    fn top_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a frame is pushed before anything is evaluated")
    }

    fn here(&self) -> usize {
        self.frames.last().map_or(self.unit, |frame| frame.unit)
    }

    fn tree(&self) -> &'a Tree {
        &self.project.units[self.here()].tree
    }

    fn vocabulary(&self, unit: usize) -> &'a Vocabulary {
        self.rules.vocabulary(&self.project.units[unit].language)
    }

    fn words(&self) -> &'a Vocabulary {
        self.vocabulary(self.here())
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.project.units[self.here()].file, span }
    }

    fn place_of(&self, node: NodeId) -> Place {
        self.place(self.tree().span(node))
    }

    pub(super) fn function(&self) -> Option<(usize, NodeId)> {
        self.frames.last().and_then(|frame| frame.function).map(|function| (function.unit, function.node))
    }

    fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps > STEPS {
            self.gave_up = true;
        }
        !self.gave_up
    }

    // --- functions ---

    /// Evaluates a function as it stands, with parameters that nobody has filled.
    fn standalone(
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
        self.asked = Asked::default();
        self.annotations(&node.annotations);
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
            self.top_mut().variables.insert(parameter.name.text.clone(), value);
        }
        self.inside.push(function);
        self.body(&node.body);
        self.inside.pop();
        self.frames.pop();
    }

    fn function_node(&self, function: FunctionRef) -> Option<&'a Function> {
        match self.project.units[function.unit].tree.kind(function.node) {
            Kind::Function(node) | Kind::Lambda(node) => Some(node),
            _ => None,
        }
    }

    fn class_node(&self, class: ClassRef) -> Option<&'a Class> {
        match self.project.units[class.unit].tree.kind(class.node) {
            Kind::Class(node) => Some(node),
            _ => None,
        }
    }

    fn body(&mut self, statements: &[NodeId]) {
        for &statement in statements {
            self.execute(statement);
            if self.top().ended || self.gave_up {
                break;
            }
        }
    }

    /// Follows a call into a function of the run.
    pub(super) fn inline(&mut self, callee: &FunctionValue, arguments: &[Argument], open: bool) -> Traced {
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
        let saved = (self.depth, self.statement, self.asked);
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
        (self.depth, self.statement, self.asked) = saved;
        match frame.and_then(|frame| frame.returned) {
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

    // --- statements ---

    fn execute(&mut self, id: NodeId) {
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
                    Some(value) => self.evaluate_named(*value, *target),
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
                let said = self.evaluate_named(*value, *target);
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
                    let frame = self.top_mut();
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
    fn bind_loop(&mut self, part: NodeId) {
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

    fn define_function(&mut self, id: NodeId, function: &'a Function) {
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

    fn define_class(&mut self, id: NodeId, class: &'a Class) {
        let reference = ClassRef { unit: self.here(), node: id };
        if let Some(name) = &class.name {
            let place = self.place(name.span);
            self.top_mut().variables.insert(name.text.clone(), Traced::new(Value::Class(reference), place));
        }
        self.annotations(&class.annotations);
        self.class_body(reference, class);
    }

    /// Evaluates fields and static blocks, notes overrides, and puts the methods off until later.
    fn class_body(&mut self, reference: ClassRef, class: &'a Class) {
        self.top_mut().unread.clear();
        let bases = self.base_names(reference.unit, class);
        let this = self.new_object(bases.first().cloned().unwrap_or_default(), Some(reference));
        self.statics.insert(reference, this);
        let captured = self.top().function.is_some().then(|| Rc::new(self.top().variables.clone()));
        let mut frame = Self::frame(reference.unit, Some(reference));
        frame.this = Some(this);
        if let Some(captured) = &captured {
            frame.variables.clone_from(captured);
        }
        self.frames.push(frame);
        let mut functions = Vec::new();
        for &member in &class.body {
            match self.tree().kind(member) {
                Kind::Function(function) => functions.push((member, function.as_ref())),
                Kind::Declare { target, declared: Some(kind), value: None, .. } => {
                    if let Kind::Name(name) = self.tree().kind(*target) {
                        let place = self.place_of(member);
                        self.execute(member);
                        let injected = self.top().variables.get(name).filter(|value| is_text(value)).cloned();
                        if let Some(value) = injected.or_else(|| self.typed(kind, place)) {
                            self.objects[this.0 as usize].fields.insert(name.clone(), value);
                        }
                    }
                }
                _ => {
                    let before = self.top().variables.len();
                    self.execute(member);
                    if self.top().variables.len() != before
                        || matches!(self.tree().kind(member), Kind::Declare { .. } | Kind::Assign { .. })
                    {
                        self.fields_from(this, member);
                    }
                }
            }
        }
        self.frames.pop();
        functions.sort_by_key(|(_, function)| !function.constructor);
        let methods = self.named_methods(reference, &functions);
        for (member, function) in functions {
            self.overrides(&bases, function, reference.unit, &methods);
            let method = FunctionRef { unit: reference.unit, node: member };
            if reference.unit == self.unit {
                self.later.push((method, Some(reference), Some(this), captured.clone()));
            }
        }
    }

    /// A variable assigned in a class body is a field.
    fn fields_from(&mut self, this: ObjectId, member: NodeId) {
        let (Kind::Declare { target, .. } | Kind::Assign { target, .. }) = self.tree().kind(member) else { return };
        let Kind::Name(name) = self.tree().kind(*target) else { return };
        if let Some(value) = self.top().variables.get(name).cloned() {
            self.objects[this.0 as usize].fields.insert(name.clone(), value);
        }
    }

    fn base_names(&mut self, unit: usize, class: &Class) -> Vec<CompactString> {
        let mut bases = Vec::new();
        for base in &class.bases {
            let path = self.resolve_type(unit, base);
            if let Some(Definition::Class(parent)) = self.find(unit, &path)
                && let Some(parent_class) = self.class_node(parent)
                && bases.len() < 16
                && !std::ptr::eq(parent_class, class)
            {
                for grand in &parent_class.bases {
                    bases.push(self.resolve_type(parent.unit, grand));
                }
            }
            bases.push(path);
        }
        bases
    }

    /// The methods of a class, each as an argument of its name.
    fn named_methods(&self, class: ClassRef, functions: &[(NodeId, &Function)]) -> Rc<[Argument]> {
        let file = self.project.units[class.unit].file;
        let named = functions.iter().filter_map(|(node, function)| {
            let name = function.name.as_ref()?;
            let reference = FunctionRef { unit: class.unit, node: *node };
            let value = FunctionValue { function: reference, receiver: None, class: Some(class), captured: None };
            let place = Place { file, span: name.span };
            let value = Traced::new(Value::Function(Rc::new(value)), place);
            Some(Argument { name: Some(name.text.clone()), value, place, value_place: place })
        });
        named.collect()
    }

    fn overrides(&mut self, bases: &[CompactString], function: &Function, unit: usize, methods: &Rc<[Argument]>) {
        let Some(name) = &function.name else { return };
        if bases.is_empty() && !self.vocabulary(unit).overrides.contains_key(&name.text) {
            return;
        }
        let file = self.project.units[unit].file;
        self.facts.push(Fact::Override(facts::Override {
            bases: bases.to_vec(),
            method: name.text.clone(),
            shape: shape::body(&self.project.units[unit].tree, function),
            place: Place { file, span: name.span },
            body: Place { file, span: function.span },
            methods: methods.clone(),
        }));
    }

    fn annotation(&mut self, id: NodeId) -> Option<Traced> {
        let tree = self.tree();
        let place = self.place_of(id);
        let (callee, given): (NodeId, &[tree::Argument]) = match tree.kind(id) {
            Kind::Call { callee, arguments, .. } => (*callee, arguments),
            _ => (id, &[]),
        };
        let saved = std::mem::replace(&mut self.statement, place);
        let mut arguments: Vec<Argument> = given.iter().map(|argument| self.argument(argument)).collect();
        for argument in &mut arguments {
            argument.value = with_placeholders(&argument.value);
        }
        let path = match self.evaluate(callee).value {
            Value::Path(path) => path,
            _ => shape::written(tree, callee).unwrap_or_default(),
        };
        let value = self.injected(&path, &arguments, place, id);
        if value.is_none() {
            for argument in &arguments {
                self.text_fact(&argument.value, argument.name.clone(), Position::Entry);
            }
        }
        if let Kind::Call { callee, .. } = tree.kind(id) {
            self.facts.push(Fact::Call(facts::Call {
                path: Some(path.clone()),
                method: path.rsplit('.').next().unwrap_or(&path).into(),
                receiver: None,
                arguments: arguments.clone(),
                open: false,
                result: None,
                place,
                callee: self.place_of(*callee),
                statement: place,
                passed_to: None,
                function: self.function(),
                asked: self.asked,
            }));
        }
        self.facts.push(Fact::Annotation { path, arguments, place });
        self.statement = saved;
        value
    }

    /// The value that an annotation gives the field or parameter it stands on.
    fn injected(&mut self, path: &CompactString, given: &[Argument], place: Place, node: NodeId) -> Option<Traced> {
        let evaluation = self.rules.evaluation(self.words().evaluation(path)?);
        let target = Target { path: None, method: path.clone(), receiver: None, code: Code::None, name: place };
        self.compute(evaluation, &target, given, place, node)
    }

    /// Writes the facts of annotations, and gives the value that one of them says.
    fn annotations(&mut self, list: &[NodeId]) -> Option<Traced> {
        list.iter().filter_map(|annotation| self.annotation(*annotation)).last()
    }

    // --- types and names ---

    pub(super) fn new_object(&mut self, made_by: CompactString, class: Option<ClassRef>) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        self.objects.push(Object { made_by, class, depth: self.depth, ..Object::default() });
        id
    }

    /// The canonical name of an object's type.
    fn kind_of(&self, id: ObjectId) -> CompactString {
        self.objects[id.0 as usize].made_by.clone()
    }

    /// A thing of which only the declared type is known.
    fn typed(&mut self, kind: &str, at: Place) -> Option<Traced> {
        let unit = self.here();
        let path = self.resolve_type(unit, kind);
        let class = match self.find(unit, &path) {
            Some(Definition::Class(class)) => Some(class),
            _ => None,
        };
        if class.is_none() && !self.words().knows(&path) {
            return None;
        }
        let made_by = match class {
            Some(class) => {
                let node = self.class_node(class)?;
                self.base_names(class.unit, node).first().cloned().unwrap_or(path)
            }
            None => path,
        };
        let id = self.new_object(made_by, class);
        if let Some(shared) = class.and_then(|class| self.statics.get(&class).copied()) {
            let mut fields = self.objects[shared.0 as usize].fields.clone();
            // An object from elsewhere has what its class fixes, and things of the types that its fields have.
            if let Some(class) = class {
                fields.retain(|name, value| self.project.keeps(class, name) || matches!(value.value, Value::Object(_)));
            }
            self.objects[id.0 as usize].fields = fields;
        }
        Some(Traced::new(Value::Object(id), at))
    }

    /// The declared type counts where the value's own is not one that rules speak of.
    fn declare_as(&mut self, value: Traced, kind: &str, at: Place) -> Traced {
        let told = match &value.value {
            Value::Object(id) => {
                let object = &self.objects[id.0 as usize];
                object.class.is_some() || self.words().knows(&object.made_by)
            }
            Value::Unknown | Value::Parameter(_) => false,
            _ => true,
        };
        if told {
            return value;
        }
        match (self.typed(kind, at), &value.value) {
            (Some(typed), Value::Object(old)) => {
                if let Value::Object(new) = typed.value {
                    let made_by = self.kind_of(new);
                    self.objects[old.0 as usize].made_by = made_by;
                }
                value
            }
            (Some(typed), _) => typed,
            (None, _) => value,
        }
    }

    /// The canonical dotted path of a type or name as written in a unit.
    fn resolve_type(&self, unit: usize, written: &str) -> CompactString {
        let (first, rest) = written.split_once('.').unwrap_or((written, ""));
        let base = self.resolve_name(unit, first);
        let full = if rest.is_empty() { base } else { CompactString::from(format!("{base}.{rest}")) };
        self.vocabulary(unit).canonical(&full)
    }

    fn resolve_name(&self, unit: usize, name: &str) -> CompactString {
        let tree = &self.project.units[unit].tree;
        if let Some(import) = tree.imports.iter().rev().find(|import| !import.wildcard && import.name == name) {
            return import.path.clone();
        }
        if self.project.member(unit, None, name).is_some() {
            return name.into();
        }
        let words = self.vocabulary(unit);
        for import in tree.imports.iter().filter(|import| import.wildcard) {
            let path = format!("{}.{name}", import.path);
            let canonical = words.canonical(&path);
            if words.knows(&canonical) || self.find(unit, &path).is_some() {
                return path.into();
            }
        }
        name.into()
    }

    /// What a resolved path names in the run, if anything.
    fn find(&self, unit: usize, path: &str) -> Option<Definition> {
        if let Some(definition) = self.member_chain(unit, path) {
            return Some(definition);
        }
        if path.contains('.') {
            let declared = !self.project.units[unit].tree.module.is_empty();
            return if declared { self.project.lookup_declared(unit, path) } else { self.project.lookup(unit, path) };
        }
        let module = &self.project.units[unit].tree.module;
        if !module.is_empty() {
            return self.project.lookup_declared(unit, &format!("{module}.{path}"));
        }
        None
    }

    /// `Outer.Inner.name` inside the unit itself, also seen from within the class under evaluation.
    fn member_chain(&self, unit: usize, path: &str) -> Option<Definition> {
        let mut segments = path.split('.');
        let first = segments.next()?;
        let class =
            self.frames.last().and_then(|frame| frame.class).filter(|class| class.unit == unit).map(|class| class.node);
        let mut definition = class
            .and_then(|class| self.project.member(unit, Some(class), first))
            .filter(|definition| matches!(definition, Definition::Class(_)))
            .or_else(|| self.project.member(unit, None, first))?;
        for name in segments {
            let Definition::Class(outer) = definition else { return None };
            definition = self.project.member(outer.unit, Some(outer.node), name)?;
        }
        Some(definition)
    }

    /// The value that a name of the run stands for.
    fn value_of(&mut self, definition: Definition, name: &str) -> Option<Traced> {
        match definition {
            Definition::Function(function, class) => {
                let receiver = class.and_then(|class| self.static_object(class));
                let value = FunctionValue { function, receiver, class, captured: None };
                Some(Traced { value: Value::Function(Rc::new(value)), at: None })
            }
            Definition::Class(class) => Some(Traced { value: Value::Class(class), at: None }),
            Definition::Variable(unit, None) => {
                if unit == self.unit && !self.globals.contains_key(&unit) {
                    return self.frames.first().and_then(|frame| frame.variables.get(name)).cloned();
                }
                self.load_globals(unit);
                self.globals.get(&unit).and_then(|variables| variables.get(name)).cloned()
            }
            Definition::Variable(_, Some(class)) => {
                let object = self.static_object(class)?;
                self.objects[object.0 as usize].fields.get(name).cloned()
            }
        }
    }

    /// Evaluates the top level of another unit for its values alone.
    fn load_globals(&mut self, unit: usize) {
        if self.globals.contains_key(&unit) || self.frames.len() > 24 {
            return;
        }
        self.globals.insert(unit, Variables::default());
        let facts = self.facts.len();
        let pending = std::mem::take(&mut self.pending);
        let saved = (self.depth, self.statement);
        let frame = Self::frame(unit, None);
        self.frames.push(frame);
        let top = &self.project.units[unit].tree.top;
        for &statement in top {
            if matches!(
                self.tree().kind(statement),
                Kind::Declare { .. } | Kind::Assign { .. } | Kind::Class(_) | Kind::Function(_)
            ) {
                self.execute(statement);
            }
        }
        let frame = self.frames.pop();
        (self.depth, self.statement) = saved;
        self.facts.truncate(facts);
        self.pending = pending;
        self.globals.insert(unit, frame.map(|frame| frame.variables).unwrap_or_default());
    }

    /// The object that stands for a class and, until one is made, for its instances.
    fn static_object(&mut self, class: ClassRef) -> Option<ObjectId> {
        if let Some(&known) = self.statics.get(&class) {
            return Some(known);
        }
        if self.frames.len() > 24 {
            return None;
        }
        let node = self.class_node(class)?;
        let facts = self.facts.len();
        let pending = std::mem::take(&mut self.pending);
        let saved = (self.depth, self.statement);
        let frame = Self::frame(class.unit, None);
        self.frames.push(frame);
        self.class_body(class, node);
        self.frames.pop();
        (self.depth, self.statement) = saved;
        self.pending = pending;
        if class.unit != self.unit {
            self.facts.truncate(facts);
        }
        self.statics.get(&class).copied()
    }

    fn name(&mut self, name: &CompactString, place: Place) -> Traced {
        self.top_mut().unread.remove(name);
        if let Some(value) = self.top().variables.get(name) {
            return value.clone();
        }
        let unit = self.here();
        // A field or method of the class around, where the language lets them be named bare.
        let (this, class) = (self.top().this, self.top().class);
        if let Some(this) = this
            && let Some(value) = self.objects[this.0 as usize].fields.get(name)
        {
            return value.clone();
        }
        if let Some(class) = class
            && let Some(definition) = self.project.member(class.unit, Some(class.node), name)
            && (!matches!(definition, Definition::Variable(..)) || self.project.keeps(class, name))
            && let Some(mut value) = self.value_of(definition, name)
        {
            if let Value::Function(function) = &value.value {
                let mut bound = (**function).clone();
                bound.receiver = this.or(bound.receiver);
                value.value = Value::Function(Rc::new(bound));
            }
            return value;
        }
        if unit == self.unit
            && let Some(value) = self
                .globals
                .get(&unit)
                .or_else(|| self.frames.first().map(|frame| &frame.variables))
                .and_then(|variables| variables.get(name))
        {
            return value.clone();
        }
        if let Some(definition) = self.project.member(unit, None, name)
            && let Some(value) = self.value_of(definition, name)
        {
            return value;
        }
        let path = self.resolve_name(unit, name);
        if path != *name {
            return self.path(&path, place);
        }
        if let Some(definition) = self.find(unit, name)
            && let Some(value) = self.value_of(definition, name)
        {
            return value;
        }
        self.path(&path, place)
    }

    /// A name from outside, or of another file of the run.
    fn path(&mut self, path: &str, place: Place) -> Traced {
        let canonical = self.words().canonical(path);
        if let Some(text) = self.words().constant(&canonical) {
            return Traced::new(Value::text(Template::literal(text.clone(), place)), place);
        }
        if !self.words().knows(&canonical)
            && let Some(definition) = self.find(self.here(), path)
        {
            let name = path.rsplit('.').next().unwrap_or(path).to_owned();
            if let Some(value) = self.value_of(definition, &name) {
                return value;
            }
        }
        let statement = self.statement;
        if !self.looking && self.words().uses.contains_key(&canonical) {
            self.facts.push(Fact::Use { path: canonical.clone(), place, statement });
        }
        Traced::new(Value::Path(canonical), place)
    }

    // --- expressions ---

    /// An anonymous class or lambda assigned to a variable goes by its name in the facts.
    fn evaluate_named(&mut self, id: NodeId, _target: NodeId) -> Traced {
        self.evaluate(id)
    }

    fn evaluate(&mut self, id: NodeId) -> Traced {
        if !self.step() {
            return Traced::unknown();
        }
        let tree = self.tree();
        let place = self.place_of(id);
        let value = match tree.kind(id) {
            Kind::Text(parts) => return self.text(parts, place),
            Kind::Number(Some(number)) => Value::Number(*number),
            Kind::Number(None) => Value::Unknown,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Null => Value::Null,
            Kind::Name(name) => return self.name(name, place),
            Kind::Receiver => match self.top().this {
                Some(this) => Value::Object(this),
                None => Value::Unknown,
            },
            Kind::Super => match self.top().this {
                Some(this) => Value::Path(self.kind_of(this)),
                None => Value::Unknown,
            },
            Kind::Member { object, name } => return self.member(*object, name, place),
            Kind::Index { object, index } => return self.index(*object, *index),
            Kind::Call { .. } => return self.call(id),
            Kind::Binary { operator, left, right } => {
                let compares = operator.compares();
                let (a, b) = if compares {
                    (self.look(*left), self.look(*right))
                } else {
                    (self.evaluate(*left), self.evaluate(*right))
                };
                return self.combine(*operator, &a, &b, *left, *right, place);
            }
            Kind::Unary { operator, operand } => {
                let inner = self.evaluate(*operand);
                match (operator, &inner.value) {
                    (Unary::Same, _) => return inner,
                    (Unary::Not, value) => match value {
                        Value::Number(_) | Value::Path(_) => Value::Complement(Rc::new(inner.clone())),
                        value => branches::negated(value),
                    },
                    (Unary::BitNot, _) => Value::Complement(Rc::new(inner.clone())),
                    (Unary::Minus, Value::Number(number)) => Value::Number(number.wrapping_neg()),
                    (Unary::Minus, _) => Value::Unknown,
                }
            }
            Kind::Conditional { condition, then, otherwise } => {
                return self.choice(*condition, *then, *otherwise);
            }
            Kind::List(list) => Value::List(Rc::new(list.iter().map(|element| self.evaluate(*element)).collect())),
            Kind::Map(entries) => return self.map(entries, place),
            Kind::Comprehension { element, sources } => {
                for &source in sources {
                    match tree.kind(source) {
                        Kind::Declare { .. } | Kind::Assign { .. } => self.bind_loop(source),
                        _ => {
                            self.evaluate(source);
                        }
                    }
                }
                let element = self.evaluate(*element);
                Value::List(Rc::new(vec![element]))
            }
            Kind::Cast { to, value } => {
                let inner = self.evaluate(*value);
                return self.declare_as(inner, to, place);
            }
            Kind::Lambda(function) => return self.lambda(id, function, place),
            Kind::Opaque(children) => {
                for &child in children {
                    self.execute(child);
                }
                Value::Unknown
            }
            Kind::Nothing | Kind::Doc => Value::Unknown,
            Kind::Block(_) | Kind::If { .. } | Kind::Branches { .. } => {
                let outer = self.statement;
                let value = self.way(id);
                self.statement = outer;
                return value;
            }
            _ => {
                self.execute(id);
                Value::Unknown
            }
        };
        Traced::new(value, place)
    }

    fn lambda(&mut self, id: NodeId, function: &'a Function, place: Place) -> Traced {
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

    fn text(&mut self, parts: &'a [TextPart], place: Place) -> Traced {
        let mut template = Template::default();
        for part in parts {
            match part {
                TextPart::Literal { text, span } => {
                    template.parts.push(Part::Literal { text: text.clone(), at: self.place(*span) });
                }
                TextPart::Hole(node) => {
                    let value = self.evaluate(*node);
                    template.append(self.as_template(&value, *node));
                }
            }
        }
        Traced::new(Value::text(template), place)
    }

    /// A value as a piece of text; what is not known is a hole named as in the source.
    pub(super) fn as_template(&self, value: &Traced, node: NodeId) -> Template {
        let place = self.place_of(node);
        match &value.value {
            Value::Text(template) => (**template).clone(),
            Value::Number(number) => Template::literal(number.to_string(), place),
            Value::Bool(value) => Template::literal(if *value { "true" } else { "false" }, place),
            Value::AnyOf(list) => list
                .iter()
                .find_map(|option| match &option.value {
                    Value::Text(template) => Some(Template {
                        parts: vec![Part::Hole {
                            name: self.name_of(node),
                            default: Some(Box::new((**template).clone())),
                            at: place,
                        }],
                    }),
                    _ => None,
                })
                .unwrap_or_else(|| Template::hole(self.name_of(node), place)),
            _ => Template::hole(self.name_of(node), place),
        }
    }

    /// What the source calls an expression: the last name in it.
    pub(super) fn name_of(&self, id: NodeId) -> CompactString {
        let tree = self.tree();
        match tree.kind(id) {
            Kind::Name(name) => name.clone(),
            Kind::Member { name, .. } => name.text.clone(),
            Kind::Index { index, .. } => self.name_of(*index),
            Kind::Text(parts) => parts
                .iter()
                .find_map(|part| match part {
                    TextPart::Literal { text, .. } => Some(text.clone()),
                    TextPart::Hole(_) => None,
                })
                .unwrap_or_default(),
            Kind::Call { callee, .. } => self.name_of(*callee),
            Kind::Unary { operand, .. } => self.name_of(*operand),
            Kind::Cast { value, .. } => self.name_of(*value),
            _ => "value".into(),
        }
    }

    fn map(&mut self, entries: &'a [(Option<NodeId>, NodeId)], place: Place) -> Traced {
        let id = self.new_object("dict".into(), None);
        for (key, value) in entries {
            let given = self.evaluate(*value);
            let Some(key) = key else {
                if let Value::Object(other) = given.value {
                    let fields = self.objects[other.0 as usize].fields.clone();
                    self.objects[id.0 as usize].fields.extend(fields);
                } else {
                    self.objects[id.0 as usize].open = true;
                }
                continue;
            };
            let key = self.look(*key);
            let name = match &key.value {
                Value::Path(path) => Some(path.clone()),
                _ => known_text(&key),
            };
            if let Some(name) = name {
                self.text_fact(&given, Some(name.clone()), Position::Entry);
                let value_place = self.place_of(*value);
                let whole = key.at.map_or(value_place, |at| cover(at, value_place));
                let mut path = CompactString::from("entry.");
                path.push_str(&name);
                if self.words().sets.contains_key(&path) {
                    let written = Written { said: given.clone(), stored: given.clone(), place: whole, value_place };
                    self.set_fact(path, Some(id), &written);
                }
                self.objects[id.0 as usize].fields.insert(name, Traced { value: given.value, at: Some(whole) });
            } else {
                self.text_fact(&given, None, Position::Entry);
            }
        }
        Traced::new(Value::Object(id), place)
    }

    fn member(&mut self, object: NodeId, name: &'a tree::Ident, place: Place) -> Traced {
        let owner = self.evaluate(object);
        let options: Vec<Value> = owner.options().map(|option| option.value.clone()).collect();
        for option in options {
            match option {
                Value::Path(path) => return self.path(&format!("{path}.{}", name.text), place),
                Value::Object(id) => return self.field(id, &name.text, place),
                Value::Class(class) => {
                    if let Some(value) = self.class_member(class, &name.text) {
                        return value;
                    }
                    if let Some(base) = self
                        .class_node(class)
                        .map(|node| self.base_names(class.unit, node))
                        .and_then(|bases| bases.into_iter().next())
                    {
                        let path = self.words().member(&base, &name.text);
                        return self.path(&path, place);
                    }
                    return Traced::unknown();
                }
                _ => {}
            }
        }
        Traced::new(Value::Unknown, place)
    }

    fn class_member(&mut self, class: ClassRef, name: &str) -> Option<Traced> {
        let definition = self.project.member(class.unit, Some(class.node), name)?;
        self.value_of(definition, name)
    }

    fn field(&mut self, id: ObjectId, name: &CompactString, place: Place) -> Traced {
        // What is read has been seen, so a later write does not undo it.
        let path = self.words().member(&self.kind_of(id), name);
        self.pending.remove(&(id, path));
        let object = &self.objects[id.0 as usize];
        if let Some(value) = object.fields.get(name) {
            return value.clone();
        }
        if let Some(class) = object.class
            && self.project.keeps(class, name)
            && let Some(value) = self.class_member(class, name)
        {
            return value;
        }
        let kind = self.kind_of(id);
        if kind.is_empty() {
            return Traced::new(Value::Unknown, place);
        }
        let path = self.words().member(&kind, name);
        if let Some(held) = self.words().field(&path) {
            let held = held.clone();
            let made = self.new_object(held, None);
            let value = Traced::new(Value::Object(made), place);
            self.objects[id.0 as usize].fields.insert(name.clone(), value.clone());
            return value;
        }
        if self.words().knows(&path) {
            return Traced::new(Value::Path(path), place);
        }
        Traced::new(Value::Unknown, place)
    }

    fn index(&mut self, object: NodeId, index: NodeId) -> Traced {
        let owner = self.evaluate(object);
        let key = self.evaluate(index);
        match (&owner.value, &key.value) {
            (Value::Object(id), _) => {
                if let Some(key) = known_text(&key)
                    && let Some(value) = self.objects[id.0 as usize].fields.get(&key)
                {
                    return value.clone();
                }
            }
            (Value::List(list), Value::Number(number)) => {
                if let Some(element) = usize::try_from(*number).ok().and_then(|number| list.get(number)) {
                    return element.clone();
                }
            }
            (Value::List(list), _) => {
                let mut all = list.iter().cloned();
                if let Some(first) = all.next() {
                    return all.fold(first, Traced::join);
                }
            }
            _ => {}
        }
        Traced::unknown()
    }

    fn combine(
        &mut self,
        operator: Operator,
        a: &Traced,
        b: &Traced,
        left: NodeId,
        right: NodeId,
        place: Place,
    ) -> Traced {
        let value = match operator {
            Operator::Add => match (&a.value, &b.value) {
                (Value::List(x), Value::List(y)) => Value::List(Rc::new(x.iter().chain(y.iter()).cloned().collect())),
                (Value::Number(x), Value::Number(y)) => Value::Number(x.wrapping_add(*y)),
                _ if is_text(a) || is_text(b) => {
                    let mut template = self.as_template(a, left);
                    template.append(self.as_template(b, right));
                    if template.parts.len() > 256 { Value::Unknown } else { Value::text(template) }
                }
                _ => Value::Unknown,
            },
            Operator::Percent => match &a.value {
                Value::Text(pattern) => {
                    let given: Vec<Template> = match (&b.value, self.tree().kind(right)) {
                        (Value::List(list), Kind::List(nodes)) if list.len() == nodes.len() => {
                            list.iter().zip(nodes).map(|(value, node)| self.as_template(value, *node)).collect()
                        }
                        _ => vec![self.as_template(b, right)],
                    };
                    let fields = match b.value {
                        Value::Object(id) => self.objects[id.0 as usize].fields.clone(),
                        _ => Variables::default(),
                    };
                    Value::text(printf(pattern, |name, index| match name {
                        Some(name) => fields.get(name).map(|value| self.as_template(value, right)).unwrap_or_default(),
                        None => given.get(index).cloned().unwrap_or_default(),
                    }))
                }
                _ => Value::Unknown,
            },
            Operator::Or => match (&a.value, &b.value) {
                (Value::Bool(x), Value::Bool(y)) => Value::Bool(*x || *y),
                (Value::Text(text), Value::Text(default))
                    if matches!(text.parts.as_slice(), [Part::Hole { default: None, .. }]) =>
                {
                    let Some(Part::Hole { name, at, .. }) = text.parts.first().cloned() else { return a.clone() };
                    Value::text(Template {
                        parts: vec![Part::Hole { name, default: Some(Box::new((**default).clone())), at }],
                    })
                }
                (Value::Null, _) => return b.clone(),
                _ => return a.clone().join(b.clone()),
            },
            Operator::And => match (a.value.truth(), b.value.truth()) {
                (Some(false), _) | (_, Some(false)) => Value::Bool(false),
                (Some(true), _) => return b.clone(),
                _ => Value::Unknown,
            },
            Operator::BitOr => match (&a.value, &b.value) {
                (Value::Number(x), Value::Number(y)) => Value::Number(x | y),
                _ => Value::List(Rc::new(a.flags().chain(b.flags()).collect())),
            },
            Operator::BitAnd => match (&a.value, &b.value) {
                (Value::Complement(x), Value::Complement(y)) => Value::Complement(Rc::new(Traced::new(
                    Value::List(Rc::new(x.flags().chain(y.flags()).collect())),
                    place,
                ))),
                (_, Value::Complement(_)) => return b.clone(),
                (Value::Complement(_), _) => return a.clone(),
                _ => Value::Unknown,
            },
            Operator::Equal | Operator::NotEqual => {
                let equal = match (&a.value, &b.value) {
                    (Value::Text(x), Value::Text(y)) => x.as_known().zip(y.as_known()).map(|(x, y)| x == y),
                    (Value::Number(x), Value::Number(y)) => Some(x == y),
                    (Value::Bool(x), Value::Bool(y)) => Some(x == y),
                    _ => None,
                };
                equal.map_or(Value::Unknown, |equal| Value::Bool(equal == (operator == Operator::Equal)))
            }
            Operator::Less => order(a, b, i64::lt),
            Operator::LessOrEqual => order(a, b, i64::le),
            Operator::Greater => order(a, b, i64::gt),
            Operator::GreaterOrEqual => order(a, b, i64::ge),
            Operator::BitXor | Operator::In | Operator::NotIn | Operator::Other => Value::Unknown,
        };
        Traced::new(value, place)
    }

    // --- calls ---

    fn argument(&mut self, argument: &'a tree::Argument) -> Argument {
        let value = self.evaluate(argument.value);
        Argument {
            name: argument.name.as_ref().map(|name| name.text.clone()),
            value,
            place: self.place(argument.span),
            value_place: self.place_of(argument.value),
        }
    }

    /// `*list` and `**map` give what they hold, where that is known.
    fn spread(&self, given: Vec<Argument>) -> (Vec<Argument>, bool) {
        let mut open = false;
        let mut out = Vec::with_capacity(given.len());
        for argument in given {
            match (argument.name.as_deref(), &argument.value.value) {
                (Some("**" | "*"), Value::Object(id)) => {
                    let object = &self.objects[id.0 as usize];
                    open |= object.open || (object.fields.is_empty() && object.made_by != "dict");
                    let mut fields: Vec<_> = object.fields.iter().collect();
                    fields.sort_by_key(|(name, _)| (*name).clone());
                    for (name, value) in fields {
                        let place = value.at.unwrap_or(argument.place);
                        out.push(Argument {
                            name: Some(name.clone()),
                            value: value.clone(),
                            place,
                            value_place: place,
                        });
                    }
                }
                (Some("*"), Value::List(list)) => {
                    for value in list.iter() {
                        let place = value.at.unwrap_or(argument.place);
                        out.push(Argument { name: None, value: value.clone(), place, value_place: place });
                    }
                }
                (Some("**" | "*"), _) => open = true,
                _ => out.push(argument),
            }
        }
        (out, open)
    }

    fn call(&mut self, id: NodeId) -> Traced {
        let tree = self.tree();
        let Kind::Call { callee, arguments, constructs, body } = tree.kind(id) else { return Traced::unknown() };
        let place = self.place_of(id);
        let target = self.target(*callee);
        if let Some(path) = &target.path {
            self.passed_to.push(path.clone());
        } else {
            self.passed_to.push(target.method.clone());
        }
        let given: Vec<Argument> = arguments.iter().map(|argument| self.argument(argument)).collect();
        self.passed_to.pop();
        let (given, open) = self.spread(given);
        if let Some(body) = body {
            return self.anonymous(*body, &target, given, place);
        }
        self.invoke(&target, given, open, place, *constructs, id)
    }

    /// `new Interface() { ... }`
    fn anonymous(&mut self, body: NodeId, target: &Target, given: Vec<Argument>, place: Place) -> Traced {
        let reference = ClassRef { unit: self.here(), node: body };
        if let Some(class) = self.class_node(reference)
            && !self.statics.contains_key(&reference)
        {
            self.class_body(reference, class);
        }
        let Some(id) = self.statics.get(&reference).copied() else { return Traced::unknown() };
        if let Some(path) = &target.path {
            self.objects[id.0 as usize].made_by.clone_from(path);
        }
        self.objects[id.0 as usize].arguments = given;
        Traced::new(Value::Object(id), place)
    }

    fn target(&mut self, callee: NodeId) -> Target {
        let tree = self.tree();
        let place = self.place_of(callee);
        match tree.kind(callee) {
            Kind::Member { object, name } => {
                let owner = self.evaluate(*object);
                let plain = shape::written(tree, callee).is_some();
                let span = if plain { self.tree().span(callee) } else { name.span };
                self.method(owner, &name.text, span)
            }
            Kind::Super => {
                let value = self.evaluate(callee);
                Target { path: as_path(&value), method: "super".into(), receiver: None, code: Code::None, name: place }
            }
            _ => {
                let value = self.evaluate(callee);
                let method = match tree.kind(callee) {
                    Kind::Name(name) => name.clone(),
                    _ => CompactString::default(),
                };
                let code = value
                    .options()
                    .find_map(|option| match &option.value {
                        Value::Function(function) => Some(Code::Function(function.clone())),
                        Value::Class(class) => Some(Code::Class(*class)),
                        _ => None,
                    })
                    .unwrap_or(Code::None);
                let path = self.inherited(&method, &value, &code).or_else(|| as_path(&value));
                Target { path, method, receiver: None, code, name: place }
            }
        }
    }

    /// A method that a class of the run has from a base class that models know, called by its bare name.
    fn inherited(&self, method: &CompactString, value: &Traced, code: &Code) -> Option<CompactString> {
        let this = self.top().this?;
        if method.is_empty() || !matches!(code, Code::None) || as_path(value).is_some_and(|path| path != *method) {
            return None;
        }
        let path = self.words().member(&self.kind_of(this), method);
        self.words().knows(&path).then_some(path)
    }

    fn method(&mut self, owner: Traced, name: &CompactString, span: Span) -> Target {
        let mut target =
            Target { path: None, method: name.clone(), receiver: None, code: Code::None, name: self.place(span) };
        let options: Vec<Value> = owner.options().map(|option| option.value.clone()).collect();
        for option in options {
            match option {
                Value::Object(id) => {
                    let kind = self.kind_of(id);
                    if let Some(class) = self.objects[id.0 as usize].class
                        && let Some(Definition::Function(function, class)) = self.method_of(class, name)
                    {
                        target.code = Code::Function(Rc::new(FunctionValue {
                            function,
                            receiver: Some(id),
                            class,
                            captured: None,
                        }));
                    }
                    if matches!(target.code, Code::None)
                        && let Some(Traced { value: Value::Function(function), .. }) =
                            self.objects[id.0 as usize].fields.get(name)
                    {
                        target.code = Code::Function(function.clone());
                    }
                    if !kind.is_empty() && matches!(target.code, Code::None) {
                        target.path = Some(self.words().member(&kind, name));
                    }
                }
                Value::Path(path) => {
                    let full = self.words().member(&path, name);
                    if !self.words().knows(&full) {
                        match self.find(self.here(), &format!("{path}.{name}")) {
                            Some(Definition::Function(function, class)) => {
                                let receiver = class.and_then(|class| self.static_object(class));
                                target.code = Code::Function(Rc::new(FunctionValue {
                                    function,
                                    receiver,
                                    class,
                                    captured: None,
                                }));
                            }
                            Some(Definition::Class(class)) => target.code = Code::Class(class),
                            _ => {}
                        }
                    }
                    target.path = Some(full);
                }
                Value::Class(class) => match self
                    .method_of(class, name)
                    .or_else(|| self.project.member(class.unit, Some(class.node), name))
                {
                    Some(Definition::Function(function, owner)) => {
                        let receiver = self.static_object(class);
                        target.code =
                            Code::Function(Rc::new(FunctionValue { function, receiver, class: owner, captured: None }));
                    }
                    Some(Definition::Class(inner)) => target.code = Code::Class(inner),
                    _ => {
                        let base = self
                            .class_node(class)
                            .map(|node| self.base_names(class.unit, node))
                            .and_then(|bases| bases.into_iter().next());
                        target.path = base.map(|base| self.words().member(&base, name));
                        if matches!(self.project.units[class.unit].language.as_str(), "rust") && name == "default" {
                            target.code = Code::Class(class);
                        }
                    }
                },
                Value::Text(_) => target.path = Some(self.words().member("str", name)),
                Value::List(_) => target.path = Some(self.words().member("list", name)),
                _ => continue,
            }
            break;
        }
        target.receiver = Some(owner);
        target
    }

    /// A method of a class or of an ancestor that is part of the run.
    fn method_of(&mut self, class: ClassRef, name: &str) -> Option<Definition> {
        let mut current = class;
        for _ in 0..6 {
            if let Some(found) = self.project.member(current.unit, Some(current.node), name) {
                return Some(found);
            }
            // Rust writes the methods of one type in several blocks.
            let node = self.class_node(current)?;
            if let Some(own) = &node.name {
                let found = self.other_blocks(current, &own.text, name);
                if found.is_some() {
                    return found;
                }
            }
            let parent = node.bases.iter().find_map(|base| {
                let path = self.resolve_type(current.unit, base);
                match self.find(current.unit, &path) {
                    Some(Definition::Class(parent)) if parent != current => Some(parent),
                    _ => None,
                }
            })?;
            current = parent;
        }
        None
    }

    fn other_blocks(&self, class: ClassRef, own: &str, name: &str) -> Option<Definition> {
        let tree = &self.project.units[class.unit].tree;
        tree.top.iter().find_map(|&node| match tree.kind(node) {
            Kind::Class(block) if node != class.node && block.name.as_ref().is_some_and(|block| block.text == own) => {
                self.project.member(class.unit, Some(node), name)
            }
            _ => None,
        })
    }

    fn invoke(
        &mut self,
        target: &Target,
        given: Vec<Argument>,
        open: bool,
        place: Place,
        constructs: bool,
        node: NodeId,
    ) -> Traced {
        // The object learns what is done with it.
        let receiver = target.receiver.as_ref().and_then(object_in);
        if let Some(receiver) = receiver {
            self.learn(receiver, &target.method, given.first());
        }
        for argument in &given {
            if let Some(id) = object_in(&argument.value) {
                let events = &mut self.objects[id.0 as usize].events;
                events.push(target.path.as_ref().unwrap_or(&target.method).clone());
                if target.path.is_some() && matches!(target.code, Code::None) {
                    events.push("passed".into());
                }
            }
        }
        let fact = self.facts.len();
        self.facts.push(Fact::Call(facts::Call {
            path: target.path.clone(),
            method: target.method.clone(),
            receiver: target.receiver.clone(),
            arguments: given.clone(),
            open,
            result: None,
            place,
            callee: target.name,
            statement: self.statement,
            passed_to: self.passed_to.last().cloned(),
            function: self.function(),
            asked: self.asked,
        }));
        self.given_texts(target, &given);
        let result = self.result(target, &given, open, place, constructs, node);
        if let (Some(id), Some(Fact::Call(call))) = (object_in(&result), self.facts.get_mut(fact)) {
            call.result = Some(id);
        }
        result
    }

    /// An object learns which method is called on it, and with what.
    fn learn(&mut self, id: ObjectId, method: &CompactString, first: Option<&Argument>) {
        let conditional = self.depth > self.objects[id.0 as usize].depth;
        let object = &mut self.objects[id.0 as usize];
        object.events.push(method.clone());
        let Some(first) = first else { return };
        let value = match object.given.remove(method) {
            Some(earlier) if conditional => earlier.join(first.value.clone()),
            _ => first.value.clone(),
        };
        object.given.insert(method.clone(), value);
    }

    fn result(
        &mut self,
        target: &Target,
        given: &[Argument],
        open: bool,
        place: Place,
        constructs: bool,
        node: NodeId,
    ) -> Traced {
        let words = self.words();
        if let Some(evaluation) = self.evaluation_of(target)
            && let Some(value) = self.compute(evaluation, target, given, place, node)
        {
            return value;
        }
        match &target.code {
            Code::Function(function) => return self.inline(&function.clone(), given, open),
            Code::Class(class) => return self.construct(*class, given, open, place),
            Code::None => {}
        }
        let Some(path) = &target.path else { return Traced::new(Value::Unknown, place) };
        if let Some(kind) = words.returns(path) {
            if kind == "receiver" {
                return target.receiver.clone().unwrap_or_else(Traced::unknown);
            }
            return self.made(kind.clone(), given, open, place);
        }
        if let (false, Some(receiver)) = (constructs, target.receiver.as_ref())
            && let Some(id) = object_in(receiver).filter(|id| words.is_fluent(&self.kind_of(*id)))
        {
            self.told(id, &target.method, given);
            return receiver.clone();
        }
        self.made(path.clone(), given, open, place)
    }

    /// A builder keeps what it is told as a field with the method's name.
    fn told(&mut self, id: ObjectId, method: &CompactString, given: &[Argument]) {
        let Some(argument) = given.first() else { return };
        let object = &mut self.objects[id.0 as usize];
        let joined = match object.fields.remove(method) {
            Some(old) if self.depth > object.depth => old.join(argument.value.clone()),
            _ => argument.value.clone(),
        };
        object.fields.insert(method.clone(), joined);
    }

    fn made(&mut self, kind: CompactString, given: &[Argument], open: bool, place: Place) -> Traced {
        let id = self.new_object(kind.clone(), None);
        let object = &mut self.objects[id.0 as usize];
        object.origin = kind;
        object.arguments = given.to_vec();
        object.open = open;
        for argument in given {
            if let Some(name) = &argument.name {
                object.fields.insert(name.clone(), argument.value.clone());
            }
        }
        Traced::new(Value::Object(id), place)
    }

    /// Makes an object of a class of the run and runs its constructor.
    fn construct(&mut self, class: ClassRef, given: &[Argument], open: bool, place: Place) -> Traced {
        let Some(node) = self.class_node(class) else { return Traced::unknown() };
        let bases = self.base_names(class.unit, node);
        let shared = self.static_object(class);
        let id = self.new_object(bases.first().cloned().unwrap_or_default(), Some(class));
        if let Some(shared) = shared {
            let fields = self.objects[shared.0 as usize].fields.clone();
            self.objects[id.0 as usize].fields = fields;
        }
        self.objects[id.0 as usize].arguments = given.to_vec();
        self.objects[id.0 as usize].open = open;
        let constructor = node.body.iter().copied().filter(|member| {
            matches!(self.project.units[class.unit].tree.kind(*member), Kind::Function(function) if function.constructor)
        });
        let fitting = constructor.max_by_key(|member| match self.project.units[class.unit].tree.kind(*member) {
            Kind::Function(function) => usize::from(function.parameters.len() == given.len()),
            _ => 0,
        });
        match fitting {
            Some(constructor) => {
                let function = FunctionRef { unit: class.unit, node: constructor };
                self.inline(
                    &FunctionValue { function, receiver: Some(id), class: Some(class), captured: None },
                    given,
                    open,
                );
            }
            None => {
                for argument in given {
                    if let Some(name) = &argument.name {
                        self.objects[id.0 as usize].fields.insert(name.clone(), argument.value.clone());
                    }
                }
            }
        }
        Traced::new(Value::Object(id), place)
    }

    pub(super) fn argument_nodes(&self, call: NodeId) -> Vec<NodeId> {
        match self.tree().kind(call) {
            Kind::Call { arguments, .. } => arguments.iter().map(|argument| argument.value).collect(),
            _ => Vec::new(),
        }
    }
}

/// What is called.
pub(super) struct Target {
    pub(super) path: Option<CompactString>,
    method: CompactString,
    pub(super) receiver: Option<Traced>,
    code: Code,
    name: Place,
}

pub(super) enum Code {
    None,
    Function(Rc<FunctionValue>),
    Class(ClassRef),
}

impl Traced {
    fn flags(&self) -> impl Iterator<Item = Traced> {
        match &self.value {
            Value::List(list) => list.as_ref().clone().into_iter(),
            _ => vec![self.clone()].into_iter(),
        }
    }
}

/// The argument that a slot names, with its number.
pub(crate) fn find_argument<'v>(slot: &Slot, given: &'v [Argument]) -> Option<(usize, &'v Argument)> {
    use crate::rules::model::ArgumentName;
    slot.choices.iter().find_map(|choice| match &choice.argument {
        ArgumentName::Keyword(name) => {
            given.iter().enumerate().find(|(_, argument)| argument.name.as_ref() == Some(name))
        }
        ArgumentName::Position(position) => {
            given.iter().enumerate().filter(|(_, argument)| argument.name.is_none()).nth(*position as usize)
        }
        ArgumentName::Any | ArgumentName::From(_) | ArgumentName::Receiver => None,
    })
}

/// The object that a value is, or may be.
pub(crate) fn object_in(value: &Traced) -> Option<ObjectId> {
    value.options().find_map(|option| match option.value {
        Value::Object(id) => Some(id),
        _ => None,
    })
}

pub(super) fn known_text(value: &Traced) -> Option<CompactString> {
    match &value.value {
        Value::Text(text) => text.as_known(),
        _ => None,
    }
}

/// Frameworks fill `${name:default}` in the texts of annotations.
fn with_placeholders(value: &Traced) -> Traced {
    let filled = match &value.value {
        Value::Text(text) if text.known_prefix().contains("${") => {
            Value::text(interpolate_parts((**text).clone(), Dollar::Braced))
        }
        Value::List(list) => Value::List(Rc::new(list.iter().map(with_placeholders).collect())),
        other => other.clone(),
    };
    Traced { value: filled, at: value.at }
}

fn order(a: &Traced, b: &Traced, holds: fn(&i64, &i64) -> bool) -> Value {
    match (&a.value, &b.value) {
        (Value::Number(a), Value::Number(b)) => Value::Bool(holds(a, b)),
        _ => Value::Unknown,
    }
}

fn as_path(value: &Traced) -> Option<CompactString> {
    value.options().find_map(|option| match &option.value {
        Value::Path(path) => Some(path.clone()),
        _ => None,
    })
}

fn is_text(value: &Traced) -> bool {
    value.options().any(|option| matches!(option.value, Value::Text(_)))
}

pub(super) fn cover(a: Place, b: Place) -> Place {
    if a.file == b.file { Place { file: a.file, span: a.span.cover(b.span) } } else { b }
}

fn join_variables(a: Variables, mut b: Variables) -> Variables {
    let mut out = Variables::with_capacity_and_hasher(a.len(), rustc_hash::FxBuildHasher);
    // The order of the map does not reach any output: each key is joined by itself.
    let mut keys: Vec<_> = a.into_iter().collect();
    for (name, value) in keys.drain(..) {
        let joined = match b.remove(&name) {
            Some(other) => value.join(other),
            None => value,
        };
        out.insert(name, joined);
    }
    out.extend(b);
    out
}

//! Calls: what is called, with what, and what comes of it.

use super::{Evaluator, as_path, object_in, objects_in};
use crate::facts::{self, Asked, Fact};
use crate::flow::project::Definition;
use crate::flow::shape;
use crate::flow::value::{Argument, ClassRef, FunctionRef, FunctionValue, ObjectId, Traced, Value};
use crate::source::{Place, Span};
use crate::tree::{self, Kind, NodeId};
use compact_str::CompactString;
use std::rc::Rc;

/// What is called.
#[derive(Clone)]
pub(in crate::flow) struct Target {
    pub(in crate::flow) path: Option<CompactString>,
    pub(super) method: CompactString,
    pub(in crate::flow) receiver: Option<Traced>,
    pub(super) code: Code,
    pub(super) name: Place,
    /// Names from outside of the run of which somebody chooses one; none where it is one alone.
    choice: Vec<CompactString>,
}

impl Target {
    /// What goes by a name and is no code of the run.
    pub(super) fn named(method: CompactString, name: Place) -> Self {
        Self { path: None, method, receiver: None, code: Code::None, name, choice: Vec::new() }
    }
}

#[derive(Clone)]
pub(in crate::flow) enum Code {
    None,
    Function(Rc<FunctionValue>),
    Class(ClassRef),
}

impl<'a> Evaluator<'a> {
    pub(super) fn argument(&mut self, argument: &'a tree::Argument) -> Argument {
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

    pub(super) fn call(&mut self, id: NodeId) -> Traced {
        let tree = self.tree();
        let Kind::Call { callee, arguments, constructs, body } = tree.kind(id) else { return Traced::unknown() };
        let place = self.place_of(id);
        let target = self.target(*callee);
        self.called(&target);
        if let Some(path) = &target.path {
            self.passed_to.push(path.clone());
        } else {
            self.passed_to.push(target.method.clone());
        }
        let given: Vec<Argument> = arguments.iter().map(|argument| self.argument(argument)).collect();
        self.passed_to.pop();
        if arguments.iter().any(|argument| matches!(tree.kind(argument.value), Kind::Receiver)) {
            self.gives_itself(place);
        }
        let (given, open) = self.spread(given);
        if let Some(body) = body {
            return self.anonymous(*body, &target, given, open, place);
        }
        if let [_, _, ..] = target.choice.as_slice() {
            return self.invoke_each(target, &given, open, place, id);
        }
        self.invoke(&target, given, open, place, *constructs, id)
    }

    /// Calls each of several that somebody chooses from. None of them is the only one, so nobody is without protection for
    /// want of another.
    fn invoke_each(&mut self, target: Target, given: &[Argument], open: bool, place: Place, node: NodeId) -> Traced {
        let outer = self.ask(Asked { unprotected: true, encryption: true, open: true, ..Asked::default() });
        let all = target.choice.iter().map(|path| {
            let one = Target { path: Some(path.clone()), choice: Vec::new(), ..target.clone() };
            self.invoke(&one, given.to_vec(), open, place, false, node)
        });
        let value = all.reduce(Traced::join).unwrap_or_else(Traced::unknown);
        (self.asked, self.own) = outer;
        value
    }

    /// `new Interface() { ... }`. Where the body leaves alone what rules look at, it is as good as `new Interface()`.
    fn anonymous(&mut self, body: NodeId, target: &Target, given: Vec<Argument>, open: bool, place: Place) -> Traced {
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
        if !self.is_told(reference) {
            self.call_fact(target, &given, open, place);
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
                let code =
                    self.base_constructor().map_or(Code::None, |constructor| Code::Function(Rc::new(constructor)));
                let value = self.evaluate(callee);
                Target { path: as_path(&value), code, ..Target::named("super".into(), place) }
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
                let several = matches!(code, Code::None) && matches!(value.value, Value::AnyOf(_));
                let choice = if several { self.chosen(&value) } else { Vec::new() };
                Target { path, code, choice, ..Target::named(method, place) }
            }
        }
    }

    /// The names that a value may be, of what rules look at when it is called.
    fn chosen(&self, value: &Traced) -> Vec<CompactString> {
        const MOST: usize = 4;
        let paths = value.options().filter_map(|option| match &option.value {
            Value::Path(path) if self.words().calls.contains_key(path) => Some(path.clone()),
            _ => None,
        });
        paths.take(MOST).collect()
    }

    /// The constructor of the base class, where that is part of the run; it works on the same object.
    fn base_constructor(&mut self) -> Option<FunctionValue> {
        let class = self.top().class?;
        let parent = self.parent_of(class)?;
        let node = self.class_node(parent)?;
        let tree = &self.project.units[parent.unit].tree;
        let constructor = node
            .body
            .iter()
            .copied()
            .find(|member| matches!(tree.kind(*member), Kind::Function(function) if function.constructor))?;
        let function = FunctionRef { unit: parent.unit, node: constructor };
        Some(FunctionValue { function, receiver: self.top().this, class: Some(parent), captured: None })
    }

    /// A method that a class of the run has from a base class that models know, called by its bare name.
    fn inherited(&self, method: &CompactString, value: &Traced, code: &Code) -> Option<CompactString> {
        let this = self.top().this?;
        if method.is_empty() || !matches!(code, Code::None) || as_path(value).is_some_and(|path| path != *method) {
            return None;
        }
        let path = self.words().member(self.kind_of(this), method);
        self.words().knows(&path).then_some(path)
    }

    fn method(&mut self, owner: Traced, name: &CompactString, span: Span) -> Target {
        let mut target = Target::named(name.clone(), self.place(span));
        for option in owner.options() {
            match &option.value {
                &Value::Object(id) => {
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
                    let held =
                        self.objects[id.0 as usize].fields.get(name).filter(|_| matches!(target.code, Code::None));
                    let chosen = held.map(|held| self.chosen(held)).unwrap_or_default();
                    if let Some(first) = chosen.first() {
                        target.path = Some(first.clone());
                        target.choice = if chosen.len() > 1 { chosen } else { Vec::new() };
                        return target;
                    }
                    let kind = self.kind_of(id);
                    if !kind.is_empty() && matches!(target.code, Code::None) {
                        target.path = Some(self.words().member(kind, name));
                    }
                }
                Value::Path(path) => {
                    let mut full = self.words().member(path, name);
                    if !self.words().knows(&full) {
                        match self.find(self.here(), &format!("{path}.{name}")) {
                            Some(Definition::Function(function, class)) => {
                                let receiver = class.and_then(|class| self.static_shell(class));
                                target.code = Code::Function(Rc::new(FunctionValue {
                                    function,
                                    receiver,
                                    class,
                                    captured: None,
                                }));
                            }
                            Some(Definition::Class(class)) => target.code = Code::Class(class),
                            Some(Definition::Variable(..)) => {}
                            None => {
                                full = self.exported(self.here(), &format!("{path}.{name}")).unwrap_or(full);
                            }
                        }
                    }
                    target.path = Some(full);
                }
                &Value::Class(class) => match self
                    .method_of(class, name)
                    .or_else(|| self.project.member(class.unit, Some(class.node), name))
                {
                    Some(Definition::Function(function, owner)) => {
                        let receiver = self.static_shell(class);
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
                        let path = format!("Self.{name}");
                        if self.words().returns(&path).is_some_and(|made| made == "Self") {
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

    fn invoke(
        &mut self,
        target: &Target,
        given: Vec<Argument>,
        open: bool,
        place: Place,
        constructs: bool,
        node: NodeId,
    ) -> Traced {
        // The object learns what is done with it; of several, each that it may be.
        for receiver in target.receiver.iter().flat_map(objects_in) {
            self.learn(receiver, &target.method, given.first());
        }
        for argument in &given {
            for id in objects_in(&argument.value) {
                let events = &mut self.objects[id.0 as usize].events;
                events.push(target.path.as_ref().unwrap_or(&target.method).clone());
                if target.path.is_some() && matches!(target.code, Code::None) {
                    events.push("passed".into());
                }
            }
        }
        let fact = match &target.code {
            Code::Class(class) => match self.plain_base(*class) {
                Some(base) => {
                    let base = Target { path: Some(base), ..target.clone() };
                    self.call_fact(&base, &given, open, place)
                }
                None => self.call_fact(target, &given, open, place),
            },
            _ => self.call_fact(target, &given, open, place),
        };
        self.given_texts(target, &given);
        let result = self.result(target, given, open, place, constructs, node);
        if let (Some(id), Some(Fact::Call(call))) = (object_in(&result), fact.and_then(|fact| self.facts.get_mut(fact)))
        {
            call.result = Some(id);
        }
        result
    }

    /// Writes a call down, where some rule looks at such calls; gives the number of the fact.
    fn call_fact(&mut self, target: &Target, given: &[Argument], open: bool, place: Place) -> Option<usize> {
        if !self.spoken.1.looks_at_call(target.path.as_deref(), &target.method) {
            return None;
        }
        self.facts.push(Fact::Call(facts::Call {
            path: target.path.clone(),
            method: target.method.clone(),
            receiver: target.receiver.clone(),
            arguments: given.to_vec(),
            open,
            result: None,
            place,
            callee: target.name,
            statement: self.statement,
            passed_to: self.passed_to.last().cloned(),
            function: self.function(),
            asked: self.asked_of(target),
            within: self.within(),
        }));
        Some(self.facts.len() - 1)
    }

    /// What somebody must want for a call: what is done with a thing that was made at a wish is done at that wish, too, and
    /// so is what is done with one of several of which a switch of encryption chose.
    fn asked_of(&self, target: &Target) -> Asked {
        let objects = || target.receiver.iter().flat_map(objects_in).map(|id| &self.objects[id.0 as usize]);
        let several = objects().nth(1).is_some();
        let unprotected = objects().any(|object| object.asked.unprotected || (several && object.asked.encryption));
        self.asked.and(Asked { unprotected, ..Asked::default() })
    }

    /// Whether a class has a method of its own that rules on such methods look at.
    fn is_told(&self, class: ClassRef) -> bool {
        let tree = &self.project.units[class.unit].tree;
        self.class_node(class).is_some_and(|node| {
            node.body.iter().any(|member| match tree.kind(*member) {
                Kind::Function(function) => {
                    function.name.as_ref().is_some_and(|name| self.words().overrides.contains_key(&name.text))
                }
                _ => false,
            })
        })
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
        given: Vec<Argument>,
        open: bool,
        place: Place,
        constructs: bool,
        node: NodeId,
    ) -> Traced {
        let words = self.words();
        if let Some(evaluation) = self.evaluation_of(target)
            && let Some(value) = self.compute(evaluation, target, &given, place, node)
        {
            return value;
        }
        match &target.code {
            Code::Function(function) => return self.inline(function, &given, open),
            Code::Class(class) => return self.construct(*class, given, open, place),
            Code::None => {}
        }
        let Some(path) = &target.path else { return Traced::new(Value::Unknown, place) };
        // What a getter gives is the same each time.
        if let (true, Some(receiver)) = (given.is_empty() && words.field(path).is_some(), target.receiver.as_ref())
            && let Some(id) = object_in(receiver)
        {
            return self.field(id, &target.method, place);
        }
        if let Some(kind) = words.returns(path) {
            if kind == "receiver" {
                return target.receiver.clone().unwrap_or_else(Traced::unknown);
            }
            return self.made(kind.clone(), target, given, open, place);
        }
        if let (false, Some(receiver)) = (constructs, target.receiver.as_ref())
            && let Some(id) = object_in(receiver).filter(|id| words.is_fluent(self.kind_of(*id)))
        {
            self.told(id, &target.method, &given);
            return receiver.clone();
        }
        self.made(path.clone(), target, given, open, place)
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

    /// A thing of this kind, made by a call.
    fn made(&mut self, kind: CompactString, target: &Target, given: Vec<Argument>, open: bool, place: Place) -> Traced {
        let id = self.new_object(kind, None);
        let asked = self.asked;
        let object = &mut self.objects[id.0 as usize];
        object.origin = target.path.clone().unwrap_or_default();
        object.parent = target.receiver.as_ref().and_then(object_in);
        object.open = open;
        object.asked = asked;
        for argument in &given {
            if let Some(name) = &argument.name {
                object.fields.insert(name.clone(), argument.value.clone());
            }
        }
        object.arguments = given;
        Traced::new(Value::Object(id), place)
    }

    /// Makes an object of a class of the run and runs its constructor.
    fn construct(&mut self, class: ClassRef, given: Vec<Argument>, open: bool, place: Place) -> Traced {
        let Some(node) = self.class_node(class) else { return Traced::unknown() };
        let bases = self.base_names(class.unit, node);
        let shared = self.static_object(class);
        let id = self.new_object(bases.first().cloned().unwrap_or_default(), Some(class));
        if let Some(shared) = shared {
            let fields = self.objects[shared.0 as usize].fields.clone();
            self.objects[id.0 as usize].fields = fields;
        }
        self.objects[id.0 as usize].arguments.clone_from(&given);
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
                    &given,
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

    pub(in crate::flow) fn argument_nodes(&self, call: NodeId) -> Vec<NodeId> {
        match self.tree().kind(call) {
            Kind::Call { arguments, .. } => arguments.iter().map(|argument| argument.value).collect(),
            _ => Vec::new(),
        }
    }
}

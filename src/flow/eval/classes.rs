//! Classes: their fields, the methods that override somebody's, and annotations.

use super::Evaluator;
use super::calls::Target;
use super::expressions::is_text;
use crate::facts::{self, Asked, Fact, Position};
use crate::flow::project::Definition;
use crate::flow::shape;
use crate::flow::value::{Argument, ClassRef, FunctionRef, FunctionValue, ObjectId, Traced, Value};
use crate::frontend::interpolate::{Dollar, interpolate_parts};
use crate::source::Place;
use crate::tree::{self, Class, Function, Kind, NodeId, Tree};
use compact_str::CompactString;
use std::rc::Rc;

/// Classes of one file whose fields of one name are compared.
const TWINS: usize = 64;

impl<'a> Evaluator<'a> {
    pub(super) fn class_node(&self, class: ClassRef) -> Option<&'a Class> {
        match self.project.units[class.unit].tree.kind(class.node) {
            Kind::Class(node) => Some(node),
            _ => None,
        }
    }

    pub(super) fn define_class(&mut self, id: NodeId, class: &'a Class) {
        let reference = ClassRef { unit: self.here(), node: id };
        if let Some(name) = &class.name {
            let place = self.place(name.span);
            self.top_mut().variables.insert(name.text.clone(), Traced::new(Value::Class(reference), place));
        }
        self.annotations(&class.annotations);
        self.class_body(reference, class);
    }

    /// Evaluates fields and static blocks, notes overrides, and puts the methods off until later.
    pub(super) fn class_body(&mut self, reference: ClassRef, class: &'a Class) {
        self.top_mut().unread.clear();
        let bases = self.base_names(reference.unit, class);
        let this = match self.shells.remove(&reference).then(|| self.statics.get(&reference).copied()).flatten() {
            Some(shell) => shell,
            None => self.new_object(bases.first().cloned().unwrap_or_default(), Some(reference)),
        };
        self.statics.insert(reference, this);
        self.fields_of_other_blocks(reference, class, this);
        let captured = self.top().function.is_some().then(|| Rc::new(self.top().variables.clone()));
        let mut frame = Self::frame(reference.unit, Some(reference));
        frame.this = Some(this);
        if let Some(captured) = &captured {
            frame.variables.clone_from(captured);
        }
        self.frames.push(frame);
        let mut functions = Vec::new();
        let (outer, menu) = ((self.asked, self.own), self.is_menu(class));
        for &member in &class.body {
            let chosen = menu && self.is_constant_of(class, member);
            self.ask_again(outer, Asked { unverified: chosen, ..Asked::default() });
            match self.tree().kind(member) {
                Kind::Function(function) => functions.push((member, function.as_ref())),
                _ => self.body_member(reference, this, member),
            }
        }
        (self.asked, self.own) = outer;
        self.frames.pop();
        functions.sort_by_key(|(_, function)| !function.constructor);
        let methods = self.named_methods(reference, &functions);
        for (member, function) in functions {
            self.overrides(&bases, function, reference, &methods);
            let method = FunctionRef { unit: reference.unit, node: member };
            if reference.unit == self.unit {
                self.later.push((method, Some(reference), Some(this), captured.clone()));
            }
        }
    }

    /// Evaluates what stands in the body of a class and is no method.
    pub(super) fn body_member(&mut self, class: ClassRef, this: ObjectId, member: NodeId) {
        match self.tree().kind(member) {
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
            kind => {
                let before = self.top().variables.len();
                self.execute(member);
                if self.top().variables.len() != before || matches!(kind, Kind::Declare { .. } | Kind::Assign { .. }) {
                    self.fields_from(this, member);
                    self.twins(class, member);
                }
            }
        }
    }

    /// Whether a class has several constants of its own type: who takes one of them has chosen what it holds.
    pub(super) fn is_menu(&self, class: &Class) -> bool {
        class.body.iter().filter(|member| self.is_constant_of(class, **member)).nth(1).is_some()
    }

    pub(super) fn is_constant_of(&self, class: &Class, member: NodeId) -> bool {
        match (self.tree().kind(member), &class.name) {
            (Kind::Declare { declared: Some(kind), value: Some(_), constant: true, .. }, Some(name)) => {
                *kind == name.text
            }
            _ => false,
        }
    }

    /// Where one type is written in several blocks, what one of them declares holds in the others.
    fn fields_of_other_blocks(&mut self, class: ClassRef, node: &Class, this: ObjectId) {
        let Some(name) = &node.name else { return };
        let blocks = self.project.blocks(class.unit, &name.text);
        for block in blocks.iter().filter(|block| **block != class.node) {
            let Some(other) = self.statics.get(&ClassRef { unit: class.unit, node: *block }) else { continue };
            let fields = self.objects[other.0 as usize].fields.clone();
            self.objects[this.0 as usize].fields.extend(fields);
        }
    }

    /// What making an object of a class comes to, where the class is as good as its base from outside of the run: it has no
    /// constructor, and none of its methods writes a field.
    pub(super) fn plain_base(&mut self, class: ClassRef) -> Option<CompactString> {
        let node = self.class_node(class)?;
        let base = self.base_names(class.unit, node).into_iter().next()?;
        if !self.words().calls.contains_key(&base) || self.parent_of(class).is_some() {
            return None;
        }
        let tree = &self.project.units[class.unit].tree;
        let plain = node.body.iter().all(|member| match tree.kind(*member) {
            Kind::Function(function) => {
                !function.constructor && !function.body.iter().any(|part| writes(tree, *part, 0))
            }
            _ => true,
        });
        plain.then_some(base)
    }

    /// What a class and one that inherits from it hold in the same field are alternatives: `prefix = "ws://"`, and
    /// `prefix = "wss://"` in the other.
    fn twins(&mut self, class: ClassRef, member: NodeId) {
        let (Kind::Declare { target, .. } | Kind::Assign { target, .. }) = self.tree().kind(member) else { return };
        let Kind::Name(name) = self.tree().kind(*target) else { return };
        let Some(value) = self.top().variables.get(name).filter(|value| is_text(value)).cloned() else { return };
        let others = self.held.get(name).cloned().unwrap_or_default();
        for (other, held) in &others {
            if !self.inherits(class, *other) && !self.inherits(*other, class) {
                continue;
            }
            self.alternative(&value, held, false);
            self.alternative(held, &value, false);
        }
        if others.len() < TWINS {
            self.held.entry(name.clone()).or_default().push((class, value));
        }
    }

    fn inherits(&self, class: ClassRef, ancestor: ClassRef) -> bool {
        let mut current = class;
        for _ in 0..6 {
            let Some(parent) = self.parent_of(current) else { return false };
            if parent == ancestor {
                return true;
            }
            current = parent;
        }
        false
    }

    /// A variable assigned in a class body is a field.
    fn fields_from(&mut self, this: ObjectId, member: NodeId) {
        let (Kind::Declare { target, .. } | Kind::Assign { target, .. }) = self.tree().kind(member) else { return };
        let Kind::Name(name) = self.tree().kind(*target) else { return };
        if let Some(value) = self.top().variables.get(name).cloned() {
            self.objects[this.0 as usize].fields.insert(name.clone(), value);
        }
    }

    pub(super) fn base_names(&mut self, unit: usize, class: &Class) -> Vec<CompactString> {
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

    fn overrides(&mut self, bases: &[CompactString], function: &Function, of: ClassRef, methods: &Rc<[Argument]>) {
        let unit = of.unit;
        let Some(name) = &function.name else { return };
        if bases.is_empty() && !self.vocabulary(unit).overrides.contains_key(&name.text) {
            return;
        }
        let file = self.project.units[unit].file;
        self.facts.push(Fact::Override(facts::Override {
            bases: bases.to_vec(),
            method: name.text.clone(),
            of: self.project.whole(of),
            within: self.within(),
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
                within: self.within(),
            }));
        }
        self.facts.push(Fact::Annotation { path, arguments, place });
        self.statement = saved;
        value
    }

    /// The value that an annotation gives the field or parameter it stands on.
    fn injected(&mut self, path: &CompactString, given: &[Argument], place: Place, node: NodeId) -> Option<Traced> {
        let evaluation = self.rules.evaluation(self.words().evaluation(path)?);
        let target = Target::named(path.clone(), place);
        self.compute(evaluation, &target, given, place, node)
    }

    /// Writes the facts of annotations, and gives the value that one of them says.
    pub(super) fn annotations(&mut self, list: &[NodeId]) -> Option<Traced> {
        list.iter().filter_map(|annotation| self.annotation(*annotation)).last()
    }

    /// A method of a class or of an ancestor that is part of the run.
    pub(super) fn method_of(&mut self, class: ClassRef, name: &str) -> Option<Definition> {
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
            current = self.parent_of(current)?;
        }
        None
    }

    /// The first base of a class that is part of the run.
    pub(super) fn parent_of(&self, class: ClassRef) -> Option<ClassRef> {
        self.class_node(class)?.bases.iter().find_map(|base| {
            let path = self.resolve_type(class.unit, base);
            match self.find(class.unit, &path) {
                Some(Definition::Class(parent)) if parent != class => Some(parent),
                _ => None,
            }
        })
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
}

/// Whether a field of the object itself gets a value.
fn writes(tree: &Tree, node: NodeId, depth: u32) -> bool {
    const DEPTH: u32 = 24;
    if let Kind::Assign { target, .. } = tree.kind(node)
        && let Kind::Member { object, .. } = tree.kind(*target)
        && matches!(tree.kind(*object), Kind::Receiver)
    {
        return true;
    }
    depth < DEPTH && shape::children(tree, node).into_iter().any(|child| writes(tree, child, depth + 1))
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

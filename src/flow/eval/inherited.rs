//! What an object has from the classes that its own inherits from, and methods that are read like fields.

use super::{Evaluator, FRAMES};
use crate::facts::Asked;
use crate::flow::project::Definition;
use crate::flow::value::{ClassRef, FunctionRef, FunctionValue, ObjectId, Traced, Value};
use crate::rules::model::How;
use crate::tree::{Kind, NodeId};
use compact_str::CompactString;

/// Ancestors that are asked.
const DEPTH: usize = 6;

impl Evaluator<'_> {
    /// What an ancestor gives a field of its objects, in the body of the class or in its constructor. The object has its
    /// own from then on: what becomes of it is nothing to others of that ancestor.
    pub(super) fn inherited_field(&mut self, id: ObjectId, class: ClassRef, name: &CompactString) -> Option<Traced> {
        let mut current = class;
        for _ in 0..DEPTH {
            current = self.parent_of(current)?;
            let shared = self.static_object(current)?;
            if current.unit != self.unit && !self.objects[shared.0 as usize].fields.contains_key(name) {
                self.build(current, shared);
            }
            let Some(value) = self.objects[shared.0 as usize].fields.get(name).cloned() else { continue };
            let own = match value.value {
                Value::Object(held) => {
                    let copy = self.objects[held.0 as usize].clone();
                    self.objects.push(copy);
                    Traced { value: Value::Object(ObjectId(self.objects.len() as u32 - 1)), at: value.at }
                }
                _ => value,
            };
            self.objects[id.0 as usize].fields.insert(name.clone(), own.clone());
            return Some(own);
        }
        None
    }

    /// Runs the constructor of a class of another file, for what it leaves in the fields alone.
    fn build(&mut self, class: ClassRef, shared: ObjectId) {
        if self.frames.len() > FRAMES || !self.built.insert(class) {
            return;
        }
        let Some(node) = self.class_node(class) else { return };
        let tree = &self.project.units[class.unit].tree;
        let is_constructor =
            |member: &NodeId| matches!(tree.kind(*member), Kind::Function(function) if function.constructor);
        let Some(constructor) = node.body.iter().copied().find(is_constructor) else { return };
        let function = FunctionRef { unit: class.unit, node: constructor };
        let facts = self.facts.len();
        let pending = std::mem::take(&mut self.pending);
        let asked = (self.asked, self.own);
        (self.asked, self.own) = (Asked::default(), Asked::default());
        self.inline(&FunctionValue { function, receiver: Some(shared), class: Some(class), captured: None }, &[], true);
        (self.asked, self.own) = asked;
        self.pending = pending;
        self.facts.truncate(facts);
    }

    /// The value of a method that stands for a field: models say of one of its annotations that it calls it.
    pub(super) fn read_as_value(&mut self, class: ClassRef, id: ObjectId, name: &str) -> Option<Traced> {
        let Some(Definition::Function(function, owner)) = self.method_of(class, name) else { return None };
        let node = self.function_node(function)?;
        let calls = node.annotations.iter().any(|annotation| {
            let tree = &self.project.units[function.unit].tree;
            let written = crate::flow::shape::written(tree, *annotation);
            written.is_some_and(|written| {
                let path = self.resolve_type(function.unit, &written);
                let evaluation = self.words().evaluation(&path).map(|known| self.rules.evaluation(known));
                evaluation.is_some_and(|evaluation| evaluation.how == How::Call)
            })
        });
        let value = FunctionValue { function, receiver: Some(id), class: owner, captured: None };
        calls.then(|| self.inline(&value, &[], false))
    }
}

//! The objects that stand for classes. Most classes of other files are asked for one method or one constant: only what is asked
//! for is evaluated.

use super::{Evaluator, FRAMES};
use crate::facts::Asked;
use crate::flow::project::Definition;
use crate::flow::value::{ClassRef, ObjectId, Traced};
use crate::tree::{Class, Kind, NodeId};

impl<'a> Evaluator<'a> {
    /// The object that stands for a class and, until one is made, for its instances, with all that its body says.
    pub(super) fn static_object(&mut self, class: ClassRef) -> Option<ObjectId> {
        if let Some(&known) = self.statics.get(&class)
            && !self.shells.contains(&class)
        {
            return Some(known);
        }
        let node = self.class_node(class)?;
        if self.frames.len() <= FRAMES {
            self.apart(class, |evaluator| {
                evaluator.frames.push(Self::frame(class.unit, None));
                evaluator.class_body(class, node);
                evaluator.frames.pop();
            });
        }
        self.statics.get(&class).copied()
    }

    /// The same object, for calling a method of the class: what its fields hold may not be known yet.
    pub(super) fn static_shell(&mut self, class: ClassRef) -> Option<ObjectId> {
        if class.unit == self.unit {
            return self.static_object(class);
        }
        if let Some(&known) = self.statics.get(&class) {
            return Some(known);
        }
        let bases = self.base_names(class.unit, self.class_node(class)?);
        let id = self.new_object(bases.into_iter().next().unwrap_or_default(), Some(class));
        self.statics.insert(class, id);
        self.shells.insert(class);
        Some(id)
    }

    /// What the body of a class gives one of its fields.
    pub(super) fn static_field(&mut self, class: ClassRef, name: &str) -> Option<Traced> {
        let id = self.static_shell(class)?;
        if let Some(value) = self.objects[id.0 as usize].fields.get(name) {
            return Some(value.clone());
        }
        if self.shells.contains(&class) {
            let node = self.class_node(class)?;
            match self.constant_member(class, node, name) {
                Some(member) => self.constant(class, node, id, member),
                None => {
                    self.static_object(class)?;
                }
            }
        }
        self.objects[id.0 as usize].fields.get(name).cloned()
    }

    /// What an object holds in a field.
    pub(super) fn held(&mut self, id: ObjectId, name: &str) -> Option<Traced> {
        let object = &self.objects[id.0 as usize];
        if let Some(value) = object.fields.get(name) {
            return Some(value.clone());
        }
        let class = object.class.filter(|class| self.shells.contains(class) && self.statics.get(class) == Some(&id))?;
        self.project.member(class.unit, Some(class.node), name).filter(|it| matches!(it, Definition::Variable(..)))?;
        self.static_field(class, name)
    }

    /// The declaration of a field that never changes, and that nothing else in the body of the class has a say in.
    fn constant_member(&self, class: ClassRef, node: &Class, name: &str) -> Option<NodeId> {
        let tree = &self.project.units[class.unit].tree;
        node.body.iter().copied().find(|member| match tree.kind(*member) {
            Kind::Declare { target, value: Some(_), constant: true, .. } => {
                matches!(tree.kind(*target), Kind::Name(known) if known == name)
            }
            _ => false,
        })
    }

    /// Evaluates the declaration of a constant of a class of another file.
    fn constant(&mut self, class: ClassRef, node: &'a Class, this: ObjectId, member: NodeId) {
        if self.frames.len() > FRAMES || !self.constants.insert((class, member)) {
            return;
        }
        self.apart(class, |evaluator| {
            let mut frame = Self::frame(class.unit, Some(class));
            frame.this = Some(this);
            evaluator.frames.push(frame);
            let chosen = evaluator.is_constant_of(node, member) && evaluator.is_menu(node);
            evaluator.asked.unverified = chosen;
            evaluator.body_member(class, this, member);
            evaluator.frames.pop();
        });
    }

    /// Looks at something of a class that lies elsewhere and that nothing on the way here has a say in. In another file, its
    /// facts are told where that file is looked at.
    fn apart(&mut self, class: ClassRef, look: impl FnOnce(&mut Self)) {
        let facts = self.facts.len();
        let pending = std::mem::take(&mut self.pending);
        let saved = (self.depth, self.statement, (self.asked, self.own));
        (self.asked, self.own) = (Asked::default(), Asked::default());
        look(self);
        (self.depth, self.statement, (self.asked, self.own)) = saved;
        self.pending = pending;
        if class.unit != self.unit {
            self.facts.truncate(facts);
        }
    }
}

//! Who puts classes and functions of the run to use, and what must be wanted for that.

use super::Evaluator;
use super::calls::{Code, Target};
use crate::endpoint::Switch;
use crate::facts::{Asked, Owner, Use, Within};
use crate::flow::value::{FunctionRef, ObjectId, Traced, Value, VariableRef};
use crate::source::Place;
use crate::tree::{Kind, NodeId};

/// Uses that are written down for one file.
const MOST: usize = 20_000;
/// Elements of a list that are looked at, and lists inside of lists.
const ELEMENTS: usize = 4;
const DEPTH: u32 = 2;

/// What a variable outside of functions holds, and is told by wherever it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kept {
    Object(ObjectId),
    Function(FunctionRef),
}

impl Evaluator<'_> {
    /// What the name of a switch is about.
    pub(super) fn switch_of(&self, name: &str) -> Option<Switch> {
        if let Some(known) = self.switches.borrow().get(name) {
            return *known;
        }
        let about = (self.switch)(name);
        self.switches.borrow_mut().insert(name.into(), about);
        about
    }

    /// Adds what somebody must want from here on; gives what held before, for [`Evaluator::ask_again`].
    pub(super) fn ask(&mut self, inner: Asked) -> (Asked, Asked) {
        let before = (self.asked, self.own);
        self.ask_again(before, inner);
        before
    }

    pub(super) fn ask_again(&mut self, before: (Asked, Asked), inner: Asked) {
        (self.asked, self.own) = (before.0.and(inner), before.1.and(inner));
    }

    /// What the present statement stands in; a lambda is a part of the function around it.
    pub(in crate::flow) fn within(&self) -> Within {
        let named = |function: &FunctionRef| {
            matches!(self.project.units[function.unit].tree.kind(function.node), Kind::Function(_))
        };
        let frame = self.frames.iter().rev().find(|frame| frame.function.as_ref().is_none_or(named));
        Within {
            function: frame.and_then(|frame| frame.function),
            class: frame.and_then(|frame| frame.class).map(|class| self.project.whole(class)),
            variable: self.holder.filter(|_| frame.is_some_and(|frame| frame.function.is_none())),
            wanted: self.own.unverified,
        }
    }

    /// A name stands for a class or a function.
    pub(super) fn named(&mut self, value: &Value, place: Place) {
        match value {
            Value::Class(class) => self.used(Owner::Class(self.project.whole(*class)), place),
            Value::Function(function) => self.used(Owner::Function(function.function), place),
            _ => {}
        }
        if !self.kept.is_empty() {
            self.read(value, place);
        }
    }

    /// Evaluates what a statement gives its target. What stands in no function is put to use where the variable is read.
    pub(super) fn evaluate_for(&mut self, statement: NodeId, target: NodeId, value: NodeId) -> Traced {
        if !self.is_telling(target) {
            return self.evaluate(value);
        }
        let holder = VariableRef { unit: self.here(), node: statement };
        let outer = self.holder.replace(holder);
        let result = self.evaluate(value);
        self.holder = outer;
        kept_in(&result.value, 0, &mut |one| {
            self.kept.insert(one, holder);
        });
        result
    }

    /// Whether a target is a variable outside of functions that others read by a telling name: one of a class, where files say
    /// which module they are, or one in capitals.
    fn is_telling(&self, target: NodeId) -> bool {
        let top = self.top();
        let Kind::Name(name) = self.tree().kind(target) else { return false };
        let declared = top.class.is_some() && !self.tree().module.is_empty();
        let capitals = name.len() > 3 && !name.contains(|letter: char| letter.is_ascii_lowercase());
        top.function.is_none() && (declared || capitals)
    }

    /// A name stands for what a variable outside of functions holds.
    fn read(&mut self, value: &Value, place: Place) {
        let mut holders = Vec::new();
        kept_in(value, 0, &mut |one| holders.extend(self.kept.get(&one).copied()));
        for holder in holders {
            self.used(Owner::Variable(holder), place);
        }
    }

    /// Something is called by a name that may stand for a method.
    pub(super) fn called(&mut self, target: &Target) {
        match &target.code {
            Code::Function(function) => self.used(Owner::Function(function.function), target.name),
            Code::Class(class) => self.used(Owner::Class(self.project.whole(*class)), target.name),
            Code::None => {
                let known = target.path.as_ref().is_some_and(|path| self.words().knows(path));
                if !known && !self.own.unverified {
                    self.strange.insert(target.method.clone());
                }
            }
        }
    }

    /// An object hands itself to somebody, and with it the methods that its class has from others.
    pub(super) fn gives_itself(&mut self, place: Place) {
        let mut current = self.top().class;
        for _ in 0..4 {
            current = current.and_then(|class| self.parent_of(class));
            let Some(class) = current else { return };
            self.used(Owner::Class(self.project.whole(class)), place);
        }
    }

    /// Of what one place uses, the first way to it tells.
    fn used(&mut self, of: Owner, place: Place) {
        let of = self.project.first_overload(of);
        if self.looking || self.uses.len() >= MOST || self.noted.contains(&(of, place)) {
            return;
        }
        let from = self.within();
        let own = from.function.map(|function| self.project.first_overload(Owner::Function(function)));
        if !from.is_in(of) && own != Some(of) {
            self.noted.insert((of, place));
            self.uses.push(Use { of, from, place });
        }
    }
}

fn kept_in(value: &Value, depth: u32, each: &mut dyn FnMut(Kept)) {
    match value {
        Value::Object(id) => each(Kept::Object(*id)),
        Value::Function(function) => each(Kept::Function(function.function)),
        Value::List(list) | Value::AnyOf(list) if depth < DEPTH => {
            list.iter().take(ELEMENTS).for_each(|element| kept_in(&element.value, depth + 1, each));
        }
        _ => {}
    }
}

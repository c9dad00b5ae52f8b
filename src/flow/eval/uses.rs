//! Who puts classes and functions of the run to use, and what must be wanted for that.

use super::Evaluator;
use super::calls::{Code, Target};
use crate::facts::{Asked, Owner, Use, Within};
use crate::flow::value::{FunctionRef, Value};
use crate::source::Place;
use crate::tree::Kind;

/// Uses that are written down for one file.
const MOST: usize = 20_000;

impl Evaluator<'_> {
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

    fn used(&mut self, of: Owner, place: Place) {
        let of = self.project.first_overload(of);
        let from = self.within();
        let own = from.function.map(|function| self.project.first_overload(Owner::Function(function)));
        if !self.looking && !from.is_in(of) && own != Some(of) && self.uses.len() < MOST {
            self.uses.push(Use { of, from, place });
        }
    }
}

//! What an expression may be, as far as it is known.

use crate::facts::Asked;
use crate::source::Place;
use crate::text::Template;
use crate::tree::NodeId;
use compact_str::CompactString;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// A value with the place where it was written, which may lie far from where it is used.
#[derive(Clone, Debug)]
pub struct Traced {
    pub value: Value,
    pub at: Option<Place>,
}

#[derive(Clone, Debug)]
pub enum Value {
    Unknown,
    Null,
    Bool(bool),
    Number(i64),
    Text(Rc<Template>),
    List(Rc<Vec<Traced>>),
    /// A name from outside the files of the run, canonical and dotted.
    Path(CompactString),
    Object(ObjectId),
    Function(Rc<FunctionValue>),
    Class(ClassRef),
    /// What a caller hands over: the parameter of the function under evaluation with this number.
    Parameter(u32),
    /// All bits but those of the value: `~ssl.OP_NO_TLSv1`.
    Complement(Rc<Traced>),
    /// One of these, depending on the way that was taken. Never empty, never nested.
    AnyOf(Rc<Vec<Traced>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectId(pub u32);

/// A class of the run: the unit (file) and the node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassRef {
    pub unit: usize,
    pub node: NodeId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FunctionRef {
    pub unit: usize,
    pub node: NodeId,
}

/// A variable outside of functions, or a field: the statement that gives it its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VariableRef {
    pub unit: usize,
    pub node: NodeId,
}

/// A function with what is bound to it.
#[derive(Clone, Debug)]
pub struct FunctionValue {
    pub function: FunctionRef,
    /// `self`, for a method taken from an object.
    pub receiver: Option<ObjectId>,
    pub class: Option<ClassRef>,
    /// The variables around a nested function or lambda.
    pub captured: Option<Rc<FxHashMap<CompactString, Traced>>>,
}

/// A thing made by a call, a literal map, or known by its declared type alone.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// The canonical name of its type: what made it, or what it was declared as.
    pub made_by: CompactString,
    /// The call that made it, whatever it gives by type and was declared as later.
    pub origin: CompactString,
    pub class: Option<ClassRef>,
    /// The thing whose method made it.
    pub parent: Option<ObjectId>,
    /// The arguments that made it.
    pub arguments: Vec<Argument>,
    /// Whether arguments are missing from the list (`**options` of unknown content).
    pub open: bool,
    /// Fields and map entries; the last write wins.
    pub fields: FxHashMap<CompactString, Traced>,
    /// Names of the methods called on it, the qualified names of calls it was handed to, `return` where it was
    /// returned, `passed` where a function from outside got it.
    pub events: Vec<CompactString>,
    /// For each method called on it, its first argument; of several calls on one way, the last.
    pub given: FxHashMap<CompactString, Traced>,
    /// How many branches deep the code was when it was made.
    pub depth: u32,
    /// What somebody must want for it to be made.
    pub asked: Asked,
}

/// What a choice that is left to others may give instead.
#[derive(Clone, Debug)]
pub struct Alternative {
    pub value: Traced,
    /// A switch of encryption chooses.
    pub switched: bool,
}

/// An argument of a call after evaluation.
#[derive(Clone, Debug)]
pub struct Argument {
    pub name: Option<CompactString>,
    pub value: Traced,
    /// Name and value together, as written.
    pub place: Place,
    pub value_place: Place,
}

impl Traced {
    pub fn unknown() -> Self {
        Self { value: Value::Unknown, at: None }
    }

    pub fn new(value: Value, at: Place) -> Self {
        Self { value, at: Some(at) }
    }

    /// The possible values: itself, or the members of an `AnyOf`.
    pub fn options(&self) -> impl Iterator<Item = &Traced> {
        match &self.value {
            Value::AnyOf(list) => list.iter(),
            _ => std::slice::from_ref(self).iter(),
        }
    }

    /// What both ways may give.
    #[must_use]
    pub fn join(self, other: Traced) -> Traced {
        if self.value.same(&other.value) {
            return self;
        }
        let mut all: Vec<Traced> = self.options().cloned().collect();
        for option in other.options() {
            if !all.iter().any(|known| known.value.same(&option.value)) {
                all.push(option.clone());
            }
        }
        if all.len() > 8 {
            return Traced::unknown();
        }
        Traced { value: Value::AnyOf(Rc::new(all)), at: self.at }
    }
}

impl Value {
    pub fn text(template: Template) -> Self {
        Self::Text(Rc::new(template))
    }

    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Unknown, Value::Unknown) | (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::Text(a), Value::Text(b)) => Rc::ptr_eq(a, b) || a == b,
            (Value::List(a), Value::List(b)) => Rc::ptr_eq(a, b),
            (Value::AnyOf(a), Value::AnyOf(b)) => Rc::ptr_eq(a, b),
            (Value::Path(a), Value::Path(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            (Value::Class(a), Value::Class(b)) => a == b,
            (Value::Parameter(a), Value::Parameter(b)) => a == b,
            (Value::Function(a), Value::Function(b)) => a.function == b.function,
            _ => false,
        }
    }

    /// True or false where that is certain.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Value::Bool(value) => Some(*value),
            Value::Null => Some(false),
            Value::Number(number) => Some(*number != 0),
            Value::Text(text) => match text.as_known() {
                Some(known) => Some(!known.is_empty()),
                None => (!text.known_prefix().is_empty()).then_some(true),
            },
            _ => None,
        }
    }
}

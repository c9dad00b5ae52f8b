//! What the code says, whatever the language: the only thing that rules look at.

use crate::flow::value::{Argument, ClassRef, FunctionRef, ObjectId, Traced, VariableRef};
use crate::source::Place;
use crate::tree::NodeId;
use compact_str::CompactString;

#[derive(Clone, Debug)]
pub enum Fact {
    Call(Call),
    Set(Set),
    /// A name is mentioned: read, passed on, called, imported.
    Use {
        path: CompactString,
        place: Place,
        statement: Place,
        asked: Asked,
        within: Within,
    },
    Text(Text),
    Override(Override),
    Annotation {
        path: CompactString,
        arguments: Vec<Argument>,
        place: Place,
    },
}

#[derive(Clone, Debug)]
pub struct Call {
    /// The canonical qualified name, where it is known.
    pub path: Option<CompactString>,
    /// The last segment of what was written.
    pub method: CompactString,
    pub receiver: Option<Traced>,
    pub arguments: Vec<Argument>,
    /// There may be more arguments than are listed.
    pub open: bool,
    pub result: Option<ObjectId>,
    pub place: Place,
    pub callee: Place,
    pub statement: Place,
    /// The call that this one is an argument of.
    pub passed_to: Option<CompactString>,
    pub function: Option<(usize, NodeId)>,
    pub asked: Asked,
    pub within: Within,
}

/// What a caller, or who configures the program, must want for a statement to run: `if insecure:`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "answers that do not depend on each other")]
pub struct Asked {
    /// That certificates are not verified.
    pub unverified: bool,
    /// That the connection is not protected, against the default of the switch.
    pub unprotected: bool,
    /// Something about encryption, whichever.
    pub encryption: bool,
    /// The same, and no default says that it is this: the protected form is theirs to choose.
    pub open: bool,
    /// That the program runs for its developers.
    pub development: bool,
    /// Nobody of them, but the other side: that it says it can, and nothing happens in its stead where it does not.
    pub offered: bool,
    /// That a host is this machine.
    pub local: bool,
}

impl Asked {
    #[must_use]
    pub fn and(self, inner: Self) -> Self {
        Self {
            unverified: self.unverified || inner.unverified,
            unprotected: self.unprotected || inner.unprotected,
            encryption: self.encryption || inner.encryption,
            open: self.open || inner.open,
            development: self.development || inner.development,
            offered: self.offered || inner.offered,
            local: self.local || inner.local,
        }
    }
}

/// A class, a function or a variable of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    Function(FunctionRef),
    Class(ClassRef),
    Variable(VariableRef),
}

impl Owner {
    /// The unit and the node in it.
    pub fn node(self) -> (usize, NodeId) {
        match self {
            Self::Function(function) => (function.unit, function.node),
            Self::Class(class) => (class.unit, class.node),
            Self::Variable(variable) => (variable.unit, variable.node),
        }
    }
}

/// What a piece of code stands in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Within {
    pub function: Option<FunctionRef>,
    pub class: Option<ClassRef>,
    /// The variable outside of functions, or the field, that it makes the value of.
    pub variable: Option<VariableRef>,
    /// Inside of it, it runs only where somebody wants connections to go unverified.
    pub wanted: bool,
}

impl Within {
    pub fn is_in(&self, owner: Owner) -> bool {
        match owner {
            Owner::Function(function) => self.function == Some(function),
            Owner::Class(class) => self.class == Some(class),
            Owner::Variable(variable) => self.variable == Some(variable),
        }
    }
}

/// A class is named, a function called or passed on, or what a variable holds is read.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub of: Owner,
    pub from: Within,
    pub place: Place,
}

/// A field, variable or map entry gets a value.
#[derive(Clone, Debug)]
pub struct Set {
    /// The owner's type and the field's name: `ssl.SSLContext.verify_mode`; `module.NAME` for a variable of a module or class.
    pub path: CompactString,
    /// The object whose field it is, as a value.
    pub owner: Option<Traced>,
    pub value: Traced,
    pub place: Place,
    pub value_place: Place,
    pub statement: Place,
    /// Another value is written before anybody can have seen this one.
    pub overwritten: bool,
    pub function: Option<(usize, NodeId)>,
    pub asked: Asked,
    pub within: Within,
}

/// Text that comes to rest somewhere.
#[derive(Clone, Debug)]
pub struct Text {
    pub value: Traced,
    /// The variable, key, parameter or function that holds it.
    pub name: Option<CompactString>,
    pub position: Position,
    pub statement: Place,
    pub function: Option<(usize, NodeId)>,
    /// The variable gets another value before anybody reads this one.
    pub overwritten: bool,
    /// It is given to a function of the run: what that does with it is seen there.
    pub followed: bool,
    pub asked: Asked,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Position {
    /// A variable gets it, of a function or of a module.
    Assigned,
    /// A field of an object gets it.
    Field,
    /// An argument of a call whose last name is this.
    Argument(CompactString),
    /// A call takes it apart or checks its form; nobody connects because of that.
    Parsed,
    Entry,
    Returned,
    Default,
}

/// A class implements a method, or a function stands where one is wanted.
#[derive(Clone, Debug)]
pub struct Override {
    /// Canonical names of the interfaces and base classes.
    pub bases: Vec<CompactString>,
    pub method: CompactString,
    /// The class that it is a method of.
    pub of: ClassRef,
    /// Where the class stands.
    pub within: Within,
    pub shape: crate::flow::shape::Body,
    /// The method's name.
    pub place: Place,
    /// The whole method.
    pub body: Place,
    /// All methods that are written beside it, by name.
    pub methods: std::rc::Rc<[Argument]>,
}

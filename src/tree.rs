//! The small syntax tree that every programming language lowers to.
//!
//! What it does not model is kept as [`Kind::Opaque`] with its children, so that nothing under it is lost.
//! Nodes live in one arena: a tree is dropped without recursion, whatever its depth. A front-end bounds the depth to
//! [`MAX_DEPTH`], puts what lies deeper in no node, and says so with a [`Problem`]; walkers may therefore recurse.

use crate::source::Span;
use compact_str::CompactString;

/// No node of a tree has more than this many ancestors.
pub const MAX_DEPTH: usize = 400;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// One file of source code.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    /// The statements of the file's top level, in order.
    pub top: Vec<NodeId>,
    pub imports: Vec<Import>,
    /// The dotted name of the module or package that the file says it is (`com.acme.shop` from a Java `package`), where
    /// the language has such a declaration; else empty, and the run derives a name from the path.
    pub module: CompactString,
    /// Code that is only compiled for tests (`#[cfg(test)]`, `#[test]`).
    pub test_spans: Vec<Span>,
}

#[derive(Debug)]
pub struct Node {
    pub kind: Kind,
    pub span: Span,
}

/// `import a.b as c` is `{ path: a.b, name: c, wildcard: false }`; `from a import b` is `{ path: a.b, name: b }`;
/// `from a import *` is `{ path: a, wildcard: true }`. Python's `import a.b` binds `a`: `{ path: a, name: a }`.
/// All paths are dotted, Rust's too (`use reqwest::Client as C` is `{ path: reqwest.Client, name: C }`); leading dots
/// keep a Python relative import, `crate`, `self` and `super` keep a Rust one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub path: CompactString,
    pub name: CompactString,
    pub wildcard: bool,
    pub span: Span,
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    pub text: CompactString,
    pub span: Span,
}

/// A type as written, reduced to its dotted name without generics, references, `Optional[...]`/`Option<...>`/`&mut`:
/// `X509TrustManager`, `okhttp3.OkHttpClient.Builder`. For an array or collection it is the element's name.
pub type TypeName = CompactString;

#[derive(Debug)]
pub enum Kind {
    // --- values ---
    /// A string, also one with interpolation; bytes literals too.
    Text(Vec<TextPart>),
    /// An integer where it fits, else its text is dropped and `None` stays.
    Number(Option<i64>),
    Bool(bool),
    /// `None`, `null`; not Rust's `None`, which is a name.
    Null,
    /// A simple name: a variable, function, class. `self` and `this` are [`Kind::Receiver`].
    Name(CompactString),
    /// `self` / `this`; `cls` in a class method.
    Receiver,
    /// `super`, `super()` in Python.
    Super,
    /// `object.name`; Rust paths `a::b` as well.
    Member {
        object: NodeId,
        name: Ident,
    },
    /// `object[index]`.
    Index {
        object: NodeId,
        index: NodeId,
    },
    /// A call. `new T(...)` and Rust's `T { a: 1 }` have `constructs`; a Rust macro `name!(...)` has callee
    /// `Name("name!")`. A Java anonymous class body is `body`, a [`Kind::Class`] without a name.
    Call {
        callee: NodeId,
        arguments: Vec<Argument>,
        constructs: bool,
        body: Option<NodeId>,
    },
    Binary {
        operator: Operator,
        left: NodeId,
        right: NodeId,
    },
    Unary {
        operator: Unary,
        operand: NodeId,
    },
    /// `a if c else b`, `c ? a : b`; Rust's `if` and `match` used as values are statements (`If`, `Branches`) all the same.
    Conditional {
        condition: NodeId,
        then: NodeId,
        otherwise: NodeId,
    },
    List(Vec<NodeId>),
    /// `{key: value, **other}`; a spread has no key.
    Map(Vec<(Option<NodeId>, NodeId)>),
    /// A list comprehension, generator or other thing that yields values of `element` after the children ran.
    Comprehension {
        element: NodeId,
        sources: Vec<NodeId>,
    },
    /// A type used as a value or a cast: `(T) value`, `value as T`. The value is `value`.
    Cast {
        to: TypeName,
        value: NodeId,
    },
    /// A method reference `T::m` or `T::new` in Java; Rust paths are `Member`.
    Lambda(Box<Function>),

    // --- declarations ---
    Function(Box<Function>),
    Class(Box<Class>),

    // --- statements ---
    /// `let x: T = v`, `T x = v`, and fields. Without a value, only the type is known. Several targets are a `List`
    /// as `target`. `constant` where the language forbids another assignment (`final`, `const`, `static`).
    Declare {
        target: NodeId,
        declared: Option<TypeName>,
        value: Option<NodeId>,
        constant: bool,
        annotations: Vec<NodeId>,
    },
    /// `target = value`; `target += value` has the operator.
    Assign {
        target: NodeId,
        operator: Option<Operator>,
        value: NodeId,
    },
    Block(Vec<NodeId>),
    If {
        condition: NodeId,
        then: NodeId,
        otherwise: Option<NodeId>,
    },
    /// `switch`, `match`, `try` with its handlers: any one of the branches may have run. For `match`, `subject` is the
    /// value looked at.
    Branches {
        subject: Option<NodeId>,
        branches: Vec<NodeId>,
    },
    /// `try`: the body runs, then perhaps one handler, then `finally`. A handler that neither throws again nor returns
    /// swallows the error.
    Try {
        body: NodeId,
        handlers: Vec<Handler>,
        finally: Option<NodeId>,
    },
    Loop {
        header: Vec<NodeId>,
        body: NodeId,
    },
    /// `with manager as name: body`, Java's try-with-resources (as `Declare`s in `resources`).
    With {
        resources: Vec<NodeId>,
        body: NodeId,
    },
    Return(Option<NodeId>),
    Throw(Option<NodeId>),
    /// `break`, `continue`, `pass`, an empty statement.
    Nothing,
    /// A docstring or other text that only people read.
    Doc,
    /// Anything else; its children are kept.
    Opaque(Vec<NodeId>),
}

#[derive(Debug)]
pub enum TextPart {
    /// As [`crate::text::Part::Literal`]: an escape sequence is a part of its own.
    Literal { text: CompactString, span: Span },
    /// An interpolated expression.
    Hole(NodeId),
}

#[derive(Debug)]
pub struct Argument {
    /// `name=value` in Python, a field of a Rust struct literal, a member of a Java annotation. `**value` has name `**`, `*value` (and Rust's `..base`) has name `*`.
    pub name: Option<Ident>,
    pub value: NodeId,
    /// Name and value together.
    pub span: Span,
}

#[derive(Debug, Default)]
pub struct Function {
    pub name: Option<Ident>,
    /// Without the receiver.
    pub parameters: Vec<Parameter>,
    /// Whether calls go through an object (`self`, a non-static Java method).
    pub has_receiver: bool,
    /// `__init__`, a Java constructor. Rust's `new` is an ordinary function.
    pub constructor: bool,
    pub returns: Option<TypeName>,
    /// Decorators and annotations, as calls or names.
    pub annotations: Vec<NodeId>,
    /// Statements; for an expression lambda and a Rust tail expression, a `Return`. Empty where there is no body
    /// (`abstract`, trait methods).
    pub body: Vec<NodeId>,
    pub has_body: bool,
    pub span: Span,
}

#[derive(Debug)]
pub struct Parameter {
    pub name: Ident,
    pub declared: Option<TypeName>,
    pub default: Option<NodeId>,
    /// `*args`, `**kwargs`, `T...`.
    pub variadic: bool,
    pub annotations: Vec<NodeId>,
}

/// A class, interface, enum, record, trait, `impl` block or struct.
/// Rust's `impl Trait for Type` is a class named `Type` with the base `Trait`; `impl Type` has no base; a `struct` has
/// its fields as `Declare`s. `flow` merges classes of one name.
#[derive(Debug, Default)]
pub struct Class {
    pub name: Option<Ident>,
    pub bases: Vec<TypeName>,
    pub annotations: Vec<NodeId>,
    /// Fields (`Declare`/`Assign`), functions, inner classes, static blocks, in order.
    pub body: Vec<NodeId>,
    pub span: Span,
}

#[derive(Debug)]
pub struct Handler {
    /// The caught types; empty catches everything.
    pub catches: Vec<TypeName>,
    pub name: Option<Ident>,
    pub body: NodeId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`, also text concatenation.
    Add,
    /// `%`: Python's text formatting.
    Percent,
    BitOr,
    BitAnd,
    BitXor,
    And,
    /// `or`, `||`, and `??`/`?:` where they exist.
    Or,
    Equal,
    NotEqual,
    In,
    NotIn,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Other,
}

impl Operator {
    /// Whether it only looks at its operands and answers yes or no.
    pub fn compares(self) -> bool {
        !matches!(
            self,
            Self::Add | Self::Percent | Self::BitOr | Self::BitAnd | Self::BitXor | Self::And | Self::Or | Self::Other
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unary {
    Not,
    Minus,
    /// `~`, and Rust's `!` on numbers cannot be told from `Not`.
    BitNot,
    /// `await`, `&`, `*`, `?`, parentheses, `yield`: the value is the operand's.
    Same,
}

/// Something that a front-end could not understand and what it did instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub kind: ProblemKind,
    pub message: String,
    pub span: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A part of the file was not understood; the rest was.
    SyntaxError,
    /// The file nests deeper, is longer, or takes longer than is allowed; part of it was not looked at.
    GaveUp,
    /// Some bytes are not UTF-8.
    Encoding,
    /// The file could not be read.
    Unreadable,
    /// The file is larger than `--max-file-size`.
    TooLarge,
}

impl Tree {
    pub fn push(&mut self, kind: Kind, span: Span) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node { kind, span });
        id
    }

    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub fn kind(&self, id: NodeId) -> &Kind {
        &self.node(id).kind
    }

    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    /// All nodes, in no order that means anything.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.nodes.iter().map(|node| &node.kind)
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

//! The shape of a function's body: whether it can refuse what it is shown.

use crate::rules::model::Shape;
use crate::tree::{Function, Handler, Kind, NodeId, Operator, Tree, Unary};
use compact_str::CompactString;

/// What a body does, seen from its caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "answers that do not depend on each other")]
pub struct Body {
    /// Throws on some way that no handler of its own catches.
    pub throws: bool,
    /// Asks another: a method of the same name, or any function that is given what this one was given.
    pub delegates: bool,
    /// Asks another method of the same name, and takes its refusal for a success.
    pub overrules: bool,
    pub returns: Vec<Returned>,
    pub has_body: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    Nothing,
    True,
    False,
    Null,
    /// An empty list or array.
    Empty,
    /// A call without arguments of this written name, inside `Ok(..)`/`Some(..)` or bare: `ServerCertVerified.assertion`.
    Made(CompactString),
    /// A named constant of this written name, inside `Ok(..)`/`Some(..)` or bare: `CertificateCheckStatus.CertificateOk`.
    Constant(CompactString),
    /// The value of one of its own parameters.
    Parameter,
    Other,
}

impl Body {
    /// Whether nothing comes back but constants with one of these last names.
    pub fn gives(&self, names: &[CompactString]) -> bool {
        let named = |path: &str| names.iter().any(|name| path.rsplit('.').next() == Some(name));
        self.has_body
            && !self.throws
            && !self.returns.is_empty()
            && self.returns.iter().all(|returned| matches!(returned, Returned::Constant(path) if named(path)))
    }

    pub fn is(&self, shape: Shape) -> bool {
        let all = |test: fn(&Returned) -> bool| self.has_body && !self.throws && self.returns.iter().all(test);
        match shape {
            Shape::Any => self.has_body,
            Shape::Accepts if self.overrules => self.has_body && !self.throws,
            Shape::Accepts => {
                !self.delegates
                    && all(|returned| {
                        matches!(
                            returned,
                            Returned::Nothing | Returned::True | Returned::Null | Returned::Empty | Returned::Made(_)
                        )
                    })
            }
            Shape::ReturnsTrue => !self.returns.is_empty() && all(|returned| *returned == Returned::True),
            Shape::ReturnsFalse => !self.returns.is_empty() && all(|returned| *returned == Returned::False),
            Shape::ReturnsNothing => {
                !self.delegates
                    && all(|returned| matches!(returned, Returned::Nothing | Returned::Null | Returned::Empty))
            }
        }
    }
}

/// Looks at one function without evaluating it.
pub fn body(tree: &Tree, function: &Function) -> Body {
    let mut look = Look {
        tree,
        name: function.name.as_ref().map(|name| name.text.clone()).unwrap_or_default(),
        parameters: function.parameters.iter().map(|parameter| parameter.name.text.clone()).collect(),
        out: Body { has_body: function.has_body, ..Body::default() },
        caught: 0,
        locals: Vec::new(),
        answers: Vec::new(),
    };
    let ends = look.block(&function.body);
    if !ends && !look.out.returns.contains(&Returned::Nothing) {
        look.out.returns.push(Returned::Nothing);
    }
    look.out.overrules &= !function.body.iter().any(|statement| refuses(tree, *statement, 0));
    look.out
}

struct Look<'a> {
    tree: &'a Tree,
    name: CompactString,
    parameters: Vec<CompactString>,
    out: Body,
    /// How many handlers around this place swallow what is thrown.
    caught: u32,
    /// Local variables with a constant truth value.
    locals: Vec<(CompactString, bool)>,
    /// Local variables that hold the answer of another method of the same name.
    answers: Vec<CompactString>,
}

impl Look<'_> {
    /// Whether the block's end cannot be reached.
    fn block(&mut self, statements: &[NodeId]) -> bool {
        statements.iter().any(|statement| self.statement(*statement))
    }

    fn statement(&mut self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Block(list) => self.block(list),
            Kind::Return(value) => {
                let returned = value.map_or(Returned::Nothing, |value| self.returned(value));
                self.out.overrules |= value.is_some_and(|value| self.is_overruled(value));
                if let Some(value) = value {
                    self.expression(*value);
                }
                self.out.returns.push(returned);
                true
            }
            Kind::Throw(value) => {
                if let Some(value) = value {
                    self.expression(*value);
                }
                self.out.throws |= self.caught == 0;
                true
            }
            Kind::If { condition, then, otherwise } => {
                self.expression(*condition);
                self.out.overrules |= self.is_matched_answer(*condition) && self.succeeds(*then);
                if self.is_given_nothing(*condition) {
                    // Whoever answers shows something: what befalls those who do not refuses nobody.
                    let seen = self.out.clone();
                    self.statement(*then);
                    self.out = seen;
                    return otherwise.is_some_and(|otherwise| self.statement(otherwise));
                }
                match self.constant(*condition) {
                    Some(true) => self.statement(*then),
                    Some(false) => otherwise.is_some_and(|otherwise| self.statement(otherwise)),
                    None => {
                        let then = self.statement(*then);
                        let otherwise = otherwise.is_some_and(|otherwise| self.statement(otherwise));
                        then && otherwise
                    }
                }
            }
            Kind::Branches { subject, branches } => {
                self.out.overrules |= self.is_overruled(id);
                if let Some(subject) = subject {
                    self.expression(*subject);
                }
                for branch in branches {
                    self.statement(*branch);
                }
                false
            }
            Kind::Try { body, handlers, finally } => {
                let swallows = handlers.iter().any(|handler| self.swallows(handler));
                let asked = self.out.delegates;
                self.caught += u32::from(swallows);
                let ends = self.statement(*body);
                self.caught -= u32::from(swallows);
                // Whoever was asked there has been heard by nobody.
                if !handlers.is_empty() && handlers.iter().all(|handler| self.swallows(handler)) {
                    self.out.delegates = asked;
                }
                for handler in handlers {
                    self.statement(handler.body);
                }
                if let Some(finally) = finally {
                    self.statement(*finally);
                }
                ends && !swallows
            }
            Kind::Loop { header, body } => {
                for part in header {
                    self.expression(*part);
                }
                self.statement(*body);
                false
            }
            Kind::With { resources, body } => {
                for resource in resources {
                    self.expression(*resource);
                }
                self.statement(*body)
            }
            Kind::Declare { target, value: Some(value), .. } | Kind::Assign { target, value, .. } => {
                self.expression(*value);
                if let Kind::Name(name) = self.tree.kind(*target) {
                    self.locals.retain(|(known, _)| known != name);
                    if let Some(truth) = self.constant(*value) {
                        self.locals.push((name.clone(), truth));
                    }
                    if self.is_answer(*value) {
                        self.answers.push(name.clone());
                    }
                }
                false
            }
            _ => {
                self.expression(id);
                false
            }
        }
    }

    /// A handler swallows where it neither throws nor returns something that refuses.
    fn swallows(&self, handler: &Handler) -> bool {
        let mut look = Look {
            tree: self.tree,
            name: self.name.clone(),
            parameters: self.parameters.clone(),
            out: Body { has_body: true, ..Body::default() },
            caught: 0,
            locals: Vec::new(),
            answers: Vec::new(),
        };
        look.statement(handler.body);
        !look.out.throws
            && !look
                .out
                .returns
                .iter()
                .any(|returned| matches!(returned, Returned::False | Returned::Constant(_) | Returned::Other))
    }

    fn constant(&self, id: NodeId) -> Option<bool> {
        match self.tree.kind(id) {
            Kind::Bool(value) => Some(*value),
            Kind::Name(name) => self.locals.iter().rev().find(|(known, _)| known == name).map(|(_, truth)| *truth),
            Kind::Unary { operator: Unary::Not, operand } => self.constant(*operand).map(|truth| !truth),
            Kind::Unary { operator: Unary::Same, operand } => self.constant(*operand),
            Kind::Binary { operator: Operator::Or, left, right } => match (self.constant(*left), self.constant(*right))
            {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            },
            // `host != null`: whoever answers has a name.
            Kind::Binary { operator: Operator::NotEqual, left, right }
                if matches!(self.tree.kind(*right), Kind::Null) && self.is_parameter(*left) =>
            {
                Some(true)
            }
            // `a.equals(a)`, `a == a`
            Kind::Binary { operator: Operator::Equal, left, right } => self.same_name(*left, *right).then_some(true),
            Kind::Call { callee, arguments, .. } => match (self.tree.kind(*callee), arguments.as_slice()) {
                (Kind::Member { object, name }, [argument])
                    if name.text == "equals" && self.same_name(*object, argument.value) =>
                {
                    Some(true)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether this only holds where a parameter is null or empty: `chain == null || chain.length == 0`.
    fn is_given_nothing(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Binary { operator: Operator::Or, left, right } => {
                self.is_given_nothing(*left) && self.is_given_nothing(*right)
            }
            Kind::Binary { operator: Operator::Equal, left, right } => match self.tree.kind(*right) {
                Kind::Null => self.is_parameter(*left),
                Kind::Number(Some(0)) => self.is_size(*left),
                Kind::Name(name) if name == "None" => self.is_parameter(*left),
                _ => matches!(self.tree.kind(*left), Kind::Null) && self.is_parameter(*right),
            },
            Kind::Binary { operator: Operator::Less, left, right } => {
                matches!(self.tree.kind(*right), Kind::Number(Some(1))) && self.is_size(*left)
            }
            Kind::Binary { operator: Operator::LessOrEqual, left, right } => {
                matches!(self.tree.kind(*right), Kind::Number(Some(0))) && self.is_size(*left)
            }
            Kind::Call { callee, arguments, .. } => match self.tree.kind(*callee) {
                Kind::Member { object, name } => {
                    arguments.is_empty()
                        && matches!(name.text.as_str(), "isEmpty" | "is_empty")
                        && self.is_parameter(*object)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// `chain.length`, `chain.size()`, `len(chain)`.
    fn is_size(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Member { object, name } => {
                matches!(name.text.as_str(), "length" | "size" | "len" | "count") && self.is_parameter(*object)
            }
            Kind::Call { callee, arguments, .. } => match arguments.as_slice() {
                [] => self.is_size(*callee),
                [only] => {
                    matches!(self.tree.kind(*callee), Kind::Name(name) if name == "len")
                        && self.is_parameter(only.value)
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// One name, or one call without arguments of the same thing: `session.getPeerHost()`.
    fn same_name(&self, a: NodeId, b: NodeId) -> bool {
        match (self.tree.kind(a), self.tree.kind(b)) {
            (Kind::Name(a), Kind::Name(b)) => a == b,
            (Kind::Call { callee: a, arguments: x, .. }, Kind::Call { callee: b, arguments: y, .. }) => {
                x.is_empty()
                    && y.is_empty()
                    && written(self.tree, *a).is_some_and(|a| written(self.tree, *b) == Some(a))
            }
            _ => false,
        }
    }

    /// A call of another method of the same name.
    fn is_answer(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Call { callee, .. } => match self.tree.kind(*callee) {
                Kind::Member { name, .. } => name.text == self.name && !self.name.is_empty(),
                _ => false,
            },
            Kind::Name(name) => self.answers.contains(name),
            _ => false,
        }
    }

    /// `if let Err(refusal) = answer`
    fn is_matched_answer(&self, condition: NodeId) -> bool {
        matches!(self.tree.kind(condition), Kind::Declare { value: Some(value), .. } if self.is_answer(*value))
    }

    /// `match answer { Ok(it) => Ok(it), Err(_) => Ok(success) }`, `answer.or_else(|_| Ok(success))`
    fn is_overruled(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Branches { subject: Some(subject), branches } => {
                self.is_answer(*subject) && branches.iter().any(|branch| self.succeeds(*branch))
            }
            Kind::Call { callee, arguments, .. } => match (self.tree.kind(*callee), arguments.as_slice()) {
                (Kind::Member { object, name }, [only]) => {
                    matches!(name.text.as_str(), "or_else" | "or")
                        && self.is_answer(*object)
                        && match self.tree.kind(only.value) {
                            Kind::Lambda(function) => function.body.last().is_some_and(|last| self.succeeds(*last)),
                            _ => self.succeeds(only.value),
                        }
                }
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a way ends with constant success.
    fn succeeds(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Block(list) => list.last().is_some_and(|last| self.succeeds(*last)),
            Kind::Return(Some(value)) => self.succeeds(*value),
            _ => matches!(self.returned(id), Returned::Made(_) | Returned::True | Returned::Nothing),
        }
    }

    fn returned(&self, id: NodeId) -> Returned {
        if let Some(truth) = self.constant(id) {
            return if truth { Returned::True } else { Returned::False };
        }
        match self.tree.kind(id) {
            Kind::Null => Returned::Null,
            Kind::Number(Some(1)) => Returned::True,
            Kind::Number(Some(0)) => Returned::False,
            Kind::List(list) if list.is_empty() => Returned::Empty,
            Kind::Unary { operator: Unary::Same, operand } => self.returned(*operand),
            Kind::Name(name) if self.parameters.contains(name) => Returned::Parameter,
            Kind::Name(name) if name == "None" => Returned::Null,
            Kind::Member { .. } => written(self.tree, id).map_or(Returned::Other, Returned::Constant),
            Kind::Call { callee, arguments, .. } => match (self.tree.kind(*callee), arguments.as_slice()) {
                (Kind::Name(name), [only]) if matches!(name.as_str(), "Ok" | "Some") => match self.returned(only.value)
                {
                    Returned::Other if matches!(self.tree.kind(only.value), Kind::List(list) if list.is_empty()) => {
                        Returned::Nothing
                    }
                    inner => inner,
                },
                (Kind::Name(name), _) if name == "Err" => Returned::Other,
                (Kind::Member { .. } | Kind::Name(_), []) => match written(self.tree, *callee) {
                    Some(path) => Returned::Made(path),
                    None => Returned::Other,
                },
                _ => Returned::Other,
            },
            _ => Returned::Other,
        }
    }

    /// Looks for calls that ask somebody else.
    fn expression(&mut self, id: NodeId) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Call { callee, arguments, body, .. } => {
                let method = match tree.kind(*callee) {
                    Kind::Member { name, .. } => Some(&name.text),
                    Kind::Name(name) => Some(name),
                    _ => None,
                };
                let same = method.is_some_and(|method| *method == self.name && !method.is_empty());
                let hands_on = arguments.iter().any(|argument| self.is_parameter(argument.value))
                    && !method.is_some_and(|method| harmless(method));
                // `chain[0].verify(root.getPublicKey())`
                let verifies = method.is_some_and(|method| method == "verify") && !arguments.is_empty();
                self.out.delegates |= same || hands_on || verifies;
                self.expression(*callee);
                for argument in arguments {
                    self.expression(argument.value);
                }
                if let Some(body) = body {
                    self.expression(*body);
                }
            }
            Kind::Lambda(_) | Kind::Function(_) | Kind::Class(_) => {}
            _ => {
                for child in children(tree, id) {
                    self.expression(child);
                }
            }
        }
    }

    fn is_parameter(&self, id: NodeId) -> bool {
        match self.tree.kind(id) {
            Kind::Name(name) => self.parameters.contains(name),
            Kind::Index { object, .. } => self.is_parameter(*object),
            Kind::Unary { operand, .. } => self.is_parameter(*operand),
            _ => false,
        }
    }
}

/// Whether something is made there that refuses: `Err(..)`.
fn refuses(tree: &Tree, id: NodeId, depth: u32) -> bool {
    const DEPTH: u32 = 24;
    match tree.kind(id) {
        Kind::Call { callee, .. } if matches!(tree.kind(*callee), Kind::Name(name) if name == "Err") => true,
        _ => depth < DEPTH && children(tree, id).into_iter().any(|child| refuses(tree, child, depth + 1)),
    }
}

/// Calls that show what they are given to people, and judge nothing.
fn harmless(method: &str) -> bool {
    const SHOWS: [&str; 17] = [
        "print", "println", "printf", "format", "log", "debug", "info", "warn", "warning", "error", "trace",
        "toString", "str", "append", "asList", "valueOf", "len",
    ];
    // They only refuse where there is nothing.
    const ASKS_FOR_SOMETHING: [&str; 3] = ["requireNonNull", "checkNotNull", "notNull"];
    SHOWS.contains(&method) || ASKS_FOR_SOMETHING.contains(&method) || method.ends_with('!')
}

/// `a.b.c` as written, where the node is a chain of names.
pub fn written(tree: &Tree, id: NodeId) -> Option<CompactString> {
    match tree.kind(id) {
        Kind::Name(name) => Some(name.clone()),
        Kind::Member { object, name } => {
            let mut path = written(tree, *object)?;
            path.push('.');
            path.push_str(&name.text);
            Some(path)
        }
        _ => None,
    }
}

/// The nodes directly under a node, in order.
pub fn children(tree: &Tree, id: NodeId) -> Vec<NodeId> {
    let mut out = Vec::new();
    match tree.kind(id) {
        Kind::Text(parts) => out.extend(parts.iter().filter_map(|part| match part {
            crate::tree::TextPart::Hole(node) => Some(*node),
            crate::tree::TextPart::Literal { .. } => None,
        })),
        Kind::Number(_)
        | Kind::Bool(_)
        | Kind::Null
        | Kind::Name(_)
        | Kind::Receiver
        | Kind::Super
        | Kind::Nothing
        | Kind::Doc => {}
        Kind::Member { object, .. } => out.push(*object),
        Kind::Index { object, index } => out.extend([*object, *index]),
        Kind::Call { callee, arguments, body, .. } => {
            out.push(*callee);
            out.extend(arguments.iter().map(|argument| argument.value));
            out.extend(body);
        }
        Kind::Binary { left, right, .. } => out.extend([*left, *right]),
        Kind::Unary { operand, .. } => out.push(*operand),
        Kind::Conditional { condition, then, otherwise } => out.extend([*condition, *then, *otherwise]),
        Kind::List(list) | Kind::Block(list) | Kind::Opaque(list) => out.extend(list),
        Kind::Map(entries) => {
            for (key, value) in entries {
                out.extend(key);
                out.push(*value);
            }
        }
        Kind::Comprehension { element, sources } => {
            out.extend(sources);
            out.push(*element);
        }
        Kind::Cast { value, .. } => out.push(*value),
        Kind::Lambda(function) | Kind::Function(function) => {
            out.extend(&function.annotations);
            for parameter in &function.parameters {
                out.extend(&parameter.annotations);
                out.extend(parameter.default);
            }
            out.extend(&function.body);
        }
        Kind::Class(class) => {
            out.extend(&class.annotations);
            out.extend(&class.body);
        }
        Kind::Declare { target, value, annotations, .. } => {
            out.extend(annotations);
            out.push(*target);
            out.extend(value);
        }
        Kind::Assign { target, value, .. } => out.extend([*target, *value]),
        Kind::If { condition, then, otherwise } => {
            out.extend([*condition, *then]);
            out.extend(otherwise);
        }
        Kind::Branches { subject, branches } => {
            out.extend(subject);
            out.extend(branches);
        }
        Kind::Try { body, handlers, finally } => {
            out.push(*body);
            out.extend(handlers.iter().map(|handler| handler.body));
            out.extend(finally);
        }
        Kind::Loop { header, body } => {
            out.extend(header);
            out.push(*body);
        }
        Kind::With { resources, body } => {
            out.extend(resources);
            out.push(*body);
        }
        Kind::Return(value) | Kind::Throw(value) => out.extend(value),
    }
    out
}

//! Values: names, calls, operators, displays and comprehensions.

use super::Walk;
use super::definition::Role;
use crate::frontend::treesitter::{field, fields, named, span};
use crate::source::Span;
use crate::tree::{Argument, Function, Ident, Kind, NodeId, Operator, Unary};
use tree_sitter::Node;

impl Walk<'_> {
    pub(super) fn reference(&mut self, node: Node) -> NodeId {
        match node.kind() {
            "identifier" => self.name(node),
            "dotted_name" => self.dotted_reference(node),
            "attribute" => self.attribute(node),
            "subscript" => self.subscript(node),
            "call" => self.call(node),
            "keyword_argument" => self.lower_needed(node, "value"),
            _ => self.lambda(node),
        }
    }

    fn name(&mut self, node: Node) -> NodeId {
        let text = self.text(node);
        let kind = match &self.receiver {
            Some(receiver) if receiver == text => Kind::Receiver,
            _ if text.is_empty() => Kind::Opaque(Vec::new()),
            _ => Kind::Name(text.into()),
        };
        self.push(kind, node)
    }

    /// `a.b.c` in a pattern of `match`. Longer than the tree may be deep, it is kept as a list of names.
    fn dotted_reference(&mut self, node: Node) -> NodeId {
        const LONGEST: usize = 6;
        let parts = named(node);
        let Some((first, rest)) = parts.split_first().filter(|_| parts.len() <= LONGEST) else {
            return self.opaque(node);
        };
        rest.iter().fold(self.name(*first), |object, part| {
            let whole = self.tree.span(object).cover(span(*part));
            let name = self.ident(*part);
            self.tree.push(Kind::Member { object, name }, whole)
        })
    }

    fn attribute(&mut self, node: Node) -> NodeId {
        let object = self.lower_needed(node, "object");
        match field(node, "attribute") {
            Some(name) => {
                let name = self.ident(name);
                self.push(Kind::Member { object, name }, node)
            }
            None => self.push(Kind::Opaque(vec![object]), node),
        }
    }

    fn subscript(&mut self, node: Node) -> NodeId {
        let object = self.lower_needed(node, "value");
        let mut indices = self.all(&fields(node, "subscript"));
        let index = match (indices.pop(), indices.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                indices.extend(last);
                self.push(Kind::List(indices), node)
            }
        };
        self.push(Kind::Index { object, index }, node)
    }

    fn call(&mut self, node: Node) -> NodeId {
        let Some(callee) = field(node, "function") else {
            return self.opaque(node);
        };
        if callee.kind() == "identifier" && self.text(callee) == "super" {
            return self.push(Kind::Super, node);
        }
        // `super().__init__(..)` makes the base of the object, as `super(..)` does elsewhere.
        let callee = match field(callee, "object").filter(|object| self.is_super(*object)) {
            Some(object) if field(callee, "attribute").is_some_and(|name| self.text(name) == "__init__") => {
                self.lower(object)
            }
            _ => self.lower(callee),
        };
        let arguments = field(node, "arguments").map(|list| self.arguments(list)).unwrap_or_default();
        self.push(Kind::Call { callee, arguments, constructs: false, body: None }, node)
    }

    fn is_super(&self, node: Node) -> bool {
        node.kind() == "call" && field(node, "function").is_some_and(|callee| self.text(callee) == "super")
    }

    fn arguments(&mut self, list: Node) -> Vec<Argument> {
        if list.kind() == "generator_expression" {
            return vec![Argument { name: None, value: self.lower(list), span: span(list) }];
        }
        named(list).into_iter().map(|node| self.argument(node)).collect()
    }

    fn argument(&mut self, node: Node) -> Argument {
        let name = match node.kind() {
            "keyword_argument" => field(node, "name").map(|name| self.ident(name)),
            "list_splat" => Some(mark(node, "*")),
            "dictionary_splat" => Some(mark(node, "**")),
            _ => None,
        };
        let value = match node.kind() {
            "list_splat" | "dictionary_splat" => self.inner(node),
            _ => self.lower(node),
        };
        Argument { name, value, span: span(node) }
    }

    fn lambda(&mut self, node: Node) -> NodeId {
        let mut function = Function { span: span(node), has_body: true, ..Function::default() };
        let parameters = field(node, "parameters").map(named).unwrap_or_default();
        let outer = self.open_function(&mut function, &parameters, Role::Function);
        let value = self.lower_needed(node, "body");
        let result = self.tree.push(Kind::Return(Some(value)), self.tree.span(value));
        self.close_function(outer);
        function.body.push(result);
        self.push(Kind::Lambda(Box::new(function)), node)
    }

    pub(super) fn constant(&mut self, node: Node) -> NodeId {
        let kind = match node.kind() {
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "none" => Kind::Null,
            "integer" => Kind::Number(integer(self.text(node))),
            "float" => Kind::Number(None),
            _ => Kind::Opaque(Vec::new()),
        };
        self.push(kind, node)
    }

    pub(super) fn list(&mut self, node: Node) -> NodeId {
        let items = self.all(&named(node));
        self.push(Kind::List(items), node)
    }

    pub(super) fn dictionary(&mut self, node: Node) -> NodeId {
        let entries = named(node).into_iter().map(|entry| self.entry(entry)).collect();
        self.push(Kind::Map(entries), node)
    }

    /// `key: value` on its own: the element of a dictionary comprehension.
    pub(super) fn pair(&mut self, node: Node) -> NodeId {
        let entry = self.entry(node);
        self.push(Kind::Map(vec![entry]), node)
    }

    fn entry(&mut self, node: Node) -> (Option<NodeId>, NodeId) {
        match node.kind() {
            "pair" => (self.lower_field(node, "key"), self.lower_needed(node, "value")),
            "dictionary_splat" => (None, self.inner(node)),
            _ => (None, self.lower(node)),
        }
    }

    pub(super) fn comprehension(&mut self, node: Node) -> NodeId {
        let sources: Vec<Node> =
            named(node).into_iter().filter(|child| matches!(child.kind(), "for_in_clause" | "if_clause")).collect();
        let sources = self.all(&sources);
        let element = self.lower_needed(node, "body");
        self.push(Kind::Comprehension { element, sources }, node)
    }

    pub(super) fn binary(&mut self, node: Node) -> NodeId {
        if node.kind() == "comparison_operator" {
            return self.comparison(node);
        }
        let left = self.lower_needed(node, "left");
        let right = self.lower_needed(node, "right");
        let operator = field(node, "operator").map_or(Operator::Other, |sign| operator(self.text(sign)));
        self.push(Kind::Binary { operator, left, right }, node)
    }

    /// A chain `a < b < c` looks at `b` twice, which no tree can say.
    fn comparison(&mut self, node: Node) -> NodeId {
        let operands = self.all(&named(node));
        match (operands.as_slice(), field(node, "operators")) {
            ([left, right], Some(sign)) => {
                let operator = comparison(sign.kind());
                self.push(Kind::Binary { operator, left: *left, right: *right }, node)
            }
            _ => self.push(Kind::Opaque(operands), node),
        }
    }

    pub(super) fn unary(&mut self, node: Node) -> NodeId {
        let sign = field(node, "operator").map_or(node.kind(), |sign| sign.kind());
        let operator = match sign {
            "not_operator" => Unary::Not,
            "-" => Unary::Minus,
            "~" => Unary::BitNot,
            _ => Unary::Same,
        };
        let operands = self.all(&named(node));
        match operands.as_slice() {
            [operand] => self.push(Kind::Unary { operator, operand: *operand }, node),
            _ => self.push(Kind::Opaque(operands), node),
        }
    }

    pub(super) fn conditional(&mut self, node: Node) -> NodeId {
        let parts = self.all(&named(node));
        match *parts.as_slice() {
            [then, condition, otherwise] => self.push(Kind::Conditional { condition, then, otherwise }, node),
            _ => self.push(Kind::Opaque(parts), node),
        }
    }
}

fn mark(node: Node, stars: &'static str) -> Ident {
    Ident { text: stars.into(), span: Span::new(node.start_byte(), node.start_byte() + stars.len()) }
}

/// Also Python 2's `0777` and `10L`. Imaginary numbers are none.
fn integer(text: &str) -> Option<i64> {
    let digits = text.replace('_', "").to_ascii_lowercase();
    let digits = digits.trim_end_matches('l');
    let (digits, radix) = match digits.get(..2) {
        Some("0x") => (&digits[2..], 16),
        Some("0o") => (&digits[2..], 8),
        Some("0b") => (&digits[2..], 2),
        Some(_) if digits.starts_with('0') => (digits, 8),
        _ => (digits, 10),
    };
    i64::from_str_radix(digits, radix).ok()
}

/// A binary operator, also as the first part of an augmented assignment.
pub(super) fn operator(sign: &str) -> Operator {
    match sign.trim_end_matches('=') {
        "+" => Operator::Add,
        "%" => Operator::Percent,
        "|" => Operator::BitOr,
        "&" => Operator::BitAnd,
        "^" => Operator::BitXor,
        "and" => Operator::And,
        "or" => Operator::Or,
        _ => Operator::Other,
    }
}

fn comparison(sign: &str) -> Operator {
    match sign {
        "==" | "is" => Operator::Equal,
        "!=" | "<>" | "is not" => Operator::NotEqual,
        "in" => Operator::In,
        "not in" => Operator::NotIn,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        _ => Operator::Other,
    }
}

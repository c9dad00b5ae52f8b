//! Statements, and the expressions that bind names.

use super::{Walk, expression, text, types};
use crate::frontend::treesitter::{field, fields, named, span};
use crate::source::Span;
use crate::tree::{Argument, Handler, Ident, Kind, NodeId, TypeName};
use tree_sitter::Node;

impl Walk<'_> {
    /// A text that stands alone does nothing; a hole in it is computed all the same.
    pub(super) fn expression_statement(&mut self, node: Node) -> NodeId {
        let parts = named(node);
        let [only] = parts.as_slice() else {
            return self.list(node);
        };
        if only.kind() == "ellipsis" {
            return self.push(Kind::Nothing, node);
        }
        if text::is_plain(*only) {
            return self.push(Kind::Doc, node);
        }
        self.lower(*only)
    }

    /// Everything that gives a value to a name.
    pub(super) fn binding(&mut self, node: Node) -> NodeId {
        match node.kind() {
            "named_expression" => self.assign(node, "name", "value"),
            "assignment" if field(node, "type").is_some() => self.declare(node),
            "for_in_clause" => self.for_header(node),
            "as_pattern" => self.as_pattern(node),
            _ => self.assign(node, "left", "right"),
        }
    }

    /// `a = b = v` is an assignment whose value is an assignment.
    fn assign(&mut self, node: Node, target: &str, value: &str) -> NodeId {
        let target = self.lower_needed(node, target);
        let value = self.lower_needed(node, value);
        let operator = field(node, "operator").map(|sign| expression::operator(self.text(sign)));
        self.push(Kind::Assign { target, operator, value }, node)
    }

    fn declare(&mut self, node: Node) -> NodeId {
        let written = field(node, "type");
        let target = self.lower_needed(node, "left");
        let value = self.lower_field(node, "right");
        let kind = Kind::Declare {
            target,
            declared: written.and_then(|written| self.type_name(written)),
            value,
            constant: written.is_some_and(|written| types::is_final(self.text(written))),
            annotations: written.map(|written| self.metadata(written)).unwrap_or_default(),
        };
        self.push(kind, node)
    }

    /// `value as target`, of `with` and elsewhere.
    fn as_pattern(&mut self, node: Node) -> NodeId {
        let (Some(value), Some(alias)) = (named(node).into_iter().next(), field(node, "alias")) else {
            return self.opaque(node);
        };
        let value = self.lower(value);
        let target = self.lower(alias);
        let kind =
            Kind::Declare { target, declared: None, value: Some(value), constant: false, annotations: Vec::new() };
        self.push(kind, node)
    }

    /// `for target in values`: the target is given `values[?]`, an element at an index that is not known.
    fn for_header(&mut self, node: Node) -> NodeId {
        let target = self.lower_needed(node, "left");
        let mut values = self.all(&fields(node, "right"));
        let object = match (values.pop(), values.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                values.extend(last);
                self.push(Kind::List(values), node)
            }
        };
        let at = self.tree.span(object);
        let index = self.tree.push(Kind::Opaque(Vec::new()), Span { start: at.end, end: at.end });
        let value = self.tree.push(Kind::Index { object, index }, at);
        let whole = self.tree.span(target).cover(at);
        self.tree.push(Kind::Assign { target, operator: None, value }, whole)
    }

    pub(super) fn block(&mut self, node: Node) -> NodeId {
        let body = self.statements(&named(node));
        self.push(Kind::Block(body), node)
    }

    pub(super) fn if_statement(&mut self, node: Node) -> NodeId {
        let alternatives = fields(node, "alternative");
        self.if_chain(node, &alternatives)
    }

    /// The `if` or `elif` that is `node`, and the clauses after it, each one level deeper.
    fn if_chain(&mut self, node: Node, after: &[Node]) -> NodeId {
        let condition = self.lower_needed(node, "condition");
        let then = self.lower_needed(node, "consequence");
        let otherwise = after.split_first().map(|(next, rest)| self.alternative(*next, rest));
        self.push(Kind::If { condition, then, otherwise }, node)
    }

    fn alternative(&mut self, node: Node, after: &[Node]) -> NodeId {
        if !self.depth.enter(node, 1) {
            return self.push(Kind::Opaque(Vec::new()), node);
        }
        let id = match node.kind() {
            "elif_clause" => self.if_chain(node, after),
            _ => self.lower_needed(node, "body"),
        };
        self.keep_errors(node);
        self.depth.leave(1);
        id
    }

    pub(super) fn loop_statement(&mut self, node: Node) -> NodeId {
        let header = match node.kind() {
            "for_statement" => self.for_header(node),
            _ => self.lower_needed(node, "condition"),
        };
        let body = self.lower_needed(node, "body");
        let id = self.push(Kind::Loop { header: vec![header], body }, node);
        match field(node, "alternative") {
            Some(otherwise) => {
                let otherwise = self.lower_needed(otherwise, "body");
                self.push(Kind::Block(vec![id, otherwise]), node)
            }
            None => id,
        }
    }

    /// The `else` of a `try` is the end of its body.
    pub(super) fn try_statement(&mut self, node: Node) -> NodeId {
        let mut body = self.lower_needed(node, "body");
        let (mut handlers, mut finally) = (Vec::new(), None);
        for clause in named(node) {
            match clause.kind() {
                "except_clause" => handlers.push(self.handler(clause)),
                "else_clause" => {
                    let otherwise = self.lower_needed(clause, "body");
                    let whole = self.tree.span(body).cover(self.tree.span(otherwise));
                    body = self.tree.push(Kind::Block(vec![body, otherwise]), whole);
                }
                "finally_clause" => finally = Some(self.inner(clause)),
                _ => {}
            }
        }
        self.push(Kind::Try { body, handlers, finally }, node)
    }

    fn handler(&mut self, node: Node) -> Handler {
        let mut values = fields(node, "value");
        let mut name = field(node, "alias").map(|alias| self.ident(alias));
        if let [only] = *values.as_slice()
            && only.kind() == "as_pattern"
        {
            name = field(only, "alias").map(|alias| self.ident(alias));
            values = named(only).into_iter().take(1).collect();
        }
        if name.is_none() {
            name = self.python2_name(&values);
            values.truncate(values.len() - usize::from(name.is_some()));
        }
        let body = match named(node).into_iter().rfind(|child| child.kind() == "block") {
            Some(body) => self.lower(body),
            None => self.push(Kind::Block(Vec::new()), node),
        };
        self.keep_errors(node);
        Handler { catches: values.into_iter().flat_map(|value| self.caught(value)).collect(), name, body }
    }

    /// `except Error, e` of Python 2; `except A, B` of Python 3.14 has two types, which begin with a capital.
    fn python2_name(&self, values: &[Node]) -> Option<Ident> {
        match *values {
            [_, last] if last.kind() == "identifier" && self.text(last).starts_with(|c: char| !c.is_uppercase()) => {
                Some(self.ident(last))
            }
            _ => None,
        }
    }

    fn caught(&self, value: Node) -> Vec<TypeName> {
        let types = if value.kind() == "tuple" { named(value) } else { vec![value] };
        types.into_iter().filter_map(|caught| self.type_name(caught)).collect()
    }

    pub(super) fn with_statement(&mut self, node: Node) -> NodeId {
        let clause = named(node).into_iter().find(|child| child.kind() == "with_clause");
        let items = clause.map(named).unwrap_or_default();
        let resources = items.into_iter().flat_map(managers).collect::<Vec<_>>();
        let resources = self.all(&resources);
        let body = self.lower_needed(node, "body");
        self.push(Kind::With { resources, body }, node)
    }

    pub(super) fn match_statement(&mut self, node: Node) -> NodeId {
        let mut subjects = self.all(&fields(node, "subject"));
        let subject = match subjects.len() {
            0 | 1 => subjects.pop(),
            _ => Some(self.push(Kind::List(subjects), node)),
        };
        let cases = field(node, "body").map(named).unwrap_or_default();
        let branches = cases.into_iter().map(|case| self.case(case)).collect();
        self.push(Kind::Branches { subject, branches }, node)
    }

    /// The patterns, the guard and the statements of one case, in this order.
    fn case(&mut self, node: Node) -> NodeId {
        let mut parts = Vec::new();
        for child in named(node) {
            match child.kind() {
                "block" => parts.extend(self.statements(&named(child))),
                _ => parts.push(self.lower(child)),
            }
        }
        self.push(Kind::Block(parts), node)
    }

    /// `return` and `raise`; the cause of the error is of no interest.
    pub(super) fn leave(&mut self, node: Node) -> NodeId {
        let value = named(node).into_iter().next().map(|value| self.lower(value));
        let kind = if node.kind() == "return_statement" { Kind::Return(value) } else { Kind::Throw(value) };
        self.push(kind, node)
    }

    /// Python 2's statements `print` and `exec` as the calls that they are in Python 3.
    pub(super) fn python2_call(&mut self, node: Node) -> NodeId {
        let word = if node.kind() == "print_statement" { "print" } else { "exec" };
        let at = Span::new(node.start_byte(), node.start_byte() + word.len());
        let callee = self.tree.push(Kind::Name(word.into()), at);
        let arguments = named(node).into_iter().map(|value| self.python2_argument(value)).collect();
        self.push(Kind::Call { callee, arguments, constructs: false, body: None }, node)
    }

    /// `print >>out, text` is `print(text, file=out)`.
    fn python2_argument(&mut self, node: Node) -> Argument {
        let chevron = node.kind() == "chevron";
        let name =
            chevron.then(|| Ident { text: "file".into(), span: Span::new(node.start_byte(), node.start_byte() + 2) });
        let value = if chevron { self.inner(node) } else { self.lower(node) };
        Argument { name, value, span: span(node) }
    }
}

/// The managers of one item of `with`: several, where the parser took their parentheses for a tuple.
fn managers(item: Node) -> Vec<Node> {
    let Some(value) = field(item, "value") else {
        return vec![item];
    };
    let inner = named(value);
    let grouped = matches!(value.kind(), "tuple" | "parenthesized_expression");
    if grouped && inner.iter().any(|part| part.kind() == "as_pattern") { inner } else { vec![value] }
}

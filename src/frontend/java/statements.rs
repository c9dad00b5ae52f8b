//! Statements, and what holds them.

use super::Lowering;
use super::declarations::Modifiers;
use super::parse::{child_of_kind, children, field, first_child, span};
use crate::tree::{Handler, Ident, Import, Kind, NodeId};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// The statements or members in a node.
    pub(super) fn body(&mut self, node: Node<'t>) -> Vec<NodeId> {
        let mut body = Vec::new();
        self.members(node, &mut body);
        body
    }

    pub(super) fn members(&mut self, node: Node<'t>, to: &mut Vec<NodeId>) {
        for child in children(node) {
            self.statement(child, to);
        }
    }

    /// Lowers a statement or member to any number of nodes.
    pub(super) fn statement(&mut self, node: Node<'t>, to: &mut Vec<NodeId>) {
        match node.kind() {
            "local_variable_declaration" | "field_declaration" | "constant_declaration" => {
                self.variables(node, to);
            }
            "import_declaration" => self.import(node),
            "package_declaration" => self.package(node, to),
            _ => to.push(self.lower(node)),
        }
    }

    pub(super) fn statement_kind(&mut self, node: Node<'t>, kind: &str) -> Kind {
        match kind {
            "if_statement" => Kind::If {
                condition: self.lower_field(node, "condition"),
                then: self.lower_field(node, "consequence"),
                otherwise: field(node, "alternative").map(|otherwise| self.lower(otherwise)),
            },
            "while_statement" | "do_statement" => {
                let header = vec![self.lower_field(node, "condition")];
                Kind::Loop { header, body: self.lower_field(node, "body") }
            }
            "for_statement" => self.for_loop(node),
            "enhanced_for_statement" => self.for_each(node),
            "return_statement" => Kind::Return(first_child(node).map(|value| self.lower(value))),
            "throw_statement" => Kind::Throw(first_child(node).map(|value| self.lower(value))),
            "yield_statement" => self.same(node),
            "break_statement" | "continue_statement" => Kind::Nothing,
            "synchronized_statement" => Kind::Block(self.body(node)),
            "labeled_statement" => Kind::Block(self.lower_all(children(node).into_iter().skip(1).collect())),
            "try_statement" => self.try_kind(node),
            "try_with_resources_statement" => self.with(node),
            _ => self.opaque(node),
        }
    }

    /// What is no expression and has no kind of its own: blocks, and pieces that only an error leaves alone.
    pub(super) fn other_kind(&mut self, node: Node<'t>, kind: &str) -> Kind {
        match kind {
            "block"
            | "static_initializer"
            | "constructor_body"
            | "class_body"
            | "interface_body"
            | "enum_body"
            | "annotation_type_body"
            | "enum_body_declarations" => Kind::Block(self.braced(node)),
            "local_variable_declaration"
            | "field_declaration"
            | "constant_declaration"
            | "import_declaration"
            | "package_declaration" => {
                let mut to = Vec::new();
                self.statement(node, &mut to);
                Kind::Block(to)
            }
            "variable_declarator" => self.declarator(node, None, Modifiers::default()),
            "resource" | "formal_parameter" => self.resource(node),
            _ => self.opaque(node),
        }
    }

    /// `static { .. }` has its block inside.
    fn braced(&mut self, node: Node<'t>) -> Vec<NodeId> {
        let inner = if node.kind() == "static_initializer" { child_of_kind(node, "block") } else { None };
        self.body(inner.unwrap_or(node))
    }

    fn import(&mut self, node: Node<'t>) {
        let Some(path) = first_child(node) else {
            return;
        };
        let path = super::types::dotted(self.text, path);
        let wildcard = child_of_kind(node, "asterisk").is_some();
        let last = path.rsplit('.').next().unwrap_or_default();
        let name = if wildcard { "" } else { last }.into();
        self.tree.imports.push(Import { path, name, wildcard, span: span(node) });
    }

    fn package(&mut self, node: Node<'t>, to: &mut Vec<NodeId>) {
        for child in children(node) {
            match child.kind() {
                "identifier" | "scoped_identifier" => {
                    self.tree.module = super::types::dotted(self.text, child);
                }
                _ => to.push(self.lower(child)),
            }
        }
    }

    fn for_loop(&mut self, node: Node<'t>) -> Kind {
        let body = field(node, "body");
        let mut header = Vec::new();
        for child in children(node) {
            if Some(child) != body {
                self.statement(child, &mut header);
            }
        }
        Kind::Loop { header, body: self.lower_or_nothing(body, node) }
    }

    /// The header is what is looped over, and the declaration of the variable.
    fn for_each(&mut self, node: Node<'t>) -> Kind {
        let value = self.lower_field(node, "value");
        let mut header = vec![value];
        if let Some(name) = field(node, "name") {
            let modifiers = self.modifiers(node);
            let kind = Kind::Declare {
                target: self.deeper(|this| this.lower(name)),
                declared: self.type_field(node),
                value: None,
                constant: modifiers.is_final,
                annotations: modifiers.annotations,
            };
            let at = field(node, "type").map_or(span(name), |of| span(of).cover(span(name)));
            header.push(self.tree.push(kind, at));
        }
        Kind::Loop { header, body: self.lower_field(node, "body") }
    }

    /// Each branch is a block: its labels, where it has some, as one opaque node; then its statements. The value of an
    /// arrow's expression, and that of `yield`, comes last.
    pub(super) fn switch(&mut self, node: Node<'t>) -> Kind {
        let subject = field(node, "condition").map(|subject| self.lower(subject));
        let cases = field(node, "body").map(children).unwrap_or_default();
        let branches = cases.into_iter().map(|case| self.deeper(|this| this.branch(case))).collect();
        Kind::Branches { subject, branches }
    }

    fn branch(&mut self, node: Node<'t>) -> NodeId {
        if node.is_error() {
            return self.lower(node);
        }
        let (labels, rest): (Vec<_>, Vec<_>) =
            children(node).into_iter().partition(|child| child.kind() == "switch_label");
        let mut statements: Vec<_> = self.labels(&labels).into_iter().collect();
        for child in rest {
            match child.kind() {
                "block" => self.members(child, &mut statements),
                _ => self.statement(child, &mut statements),
            }
        }
        self.tree.push(Kind::Block(statements), span(node))
    }

    fn labels(&mut self, labels: &[Node<'t>]) -> Option<NodeId> {
        let values: Vec<_> = labels.iter().flat_map(|label| children(*label)).collect();
        let at = span(*values.first()?).cover(span(*values.last()?));
        let values = self.deeper(|this| this.lower_all(values));
        Some(self.tree.push(Kind::Opaque(values), at))
    }

    fn try_kind(&mut self, node: Node<'t>) -> Kind {
        let body = self.lower_field(node, "body");
        let clauses = children(node).into_iter().filter(|child| child.kind() == "catch_clause");
        let handlers = clauses.map(|clause| self.handler(clause)).collect();
        let finally = child_of_kind(node, "finally_clause").map(|clause| self.lower_first(clause));
        Kind::Try { body, handlers, finally }
    }

    fn handler(&mut self, clause: Node<'t>) -> Handler {
        let parameter = child_of_kind(clause, "catch_formal_parameter");
        let types = parameter.and_then(|parameter| child_of_kind(parameter, "catch_type")).map(children);
        let catches = types.unwrap_or_default().into_iter().filter_map(|of| self.type_name(of)).collect();
        let name: Option<Ident> = parameter.and_then(|parameter| Some(self.ident(field(parameter, "name")?)));
        Handler { catches, name, body: self.lower_field(clause, "body") }
    }

    fn with(&mut self, node: Node<'t>) -> Kind {
        let resources = field(node, "resources").map(children).unwrap_or_default();
        let resources = self.lower_all(resources);
        let handled = ["catch_clause", "finally_clause"].iter().any(|kind| child_of_kind(node, kind).is_some());
        let body = if handled {
            let kind = self.deeper(|this| this.try_kind(node));
            self.tree.push(kind, span(node))
        } else {
            self.lower_field(node, "body")
        };
        Kind::With { resources, body }
    }

    /// A variable with its type in one node; resources are final.
    fn resource(&mut self, node: Node<'t>) -> Kind {
        let modifiers = self.modifiers(node);
        Kind::Declare {
            target: self.lower_field(node, "name"),
            declared: self.type_field(node),
            value: field(node, "value").map(|value| self.lower(value)),
            constant: modifiers.is_final || node.kind() == "resource",
            annotations: modifiers.annotations,
        }
    }
}

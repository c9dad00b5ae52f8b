//! Expressions: calls, objects, lambdas, patterns.

use super::Lowering;
use super::parse::{child_of_kind, children, field, first_child, span};
use crate::tree::{Argument, Function, Ident, Kind, NodeId, Parameter};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    pub(super) fn expression_kind(&mut self, node: Node<'t>, kind: &str) -> Kind {
        match kind {
            "method_invocation" => self.invocation(node),
            "object_creation_expression" => self.creation(node),
            "explicit_constructor_invocation" => self.constructor_call(node),
            "field_access" => self.access(node),
            "scoped_identifier" => self.scoped(node),
            "scoped_type_identifier" => self.scoped_type(node),
            "class_literal" => self.class_literal(node),
            "method_reference" => self.method_reference(node),
            "array_access" => {
                Kind::Index { object: self.lower_field(node, "array"), index: self.lower_field(node, "index") }
            }
            "array_creation_expression" => self.array(node),
            "array_initializer" | "element_value_array_initializer" => Kind::List(self.lower_all(children(node))),
            "lambda_expression" => self.lambda(node),
            "template_expression" => self.template(node),
            "binary_expression" => self.binary(node),
            "unary_expression" => {
                Kind::Unary { operator: self.unary(node), operand: self.lower_field(node, "operand") }
            }
            "update_expression" => self.update(node),
            "assignment_expression" => self.assignment(node),
            "ternary_expression" => Kind::Conditional {
                condition: self.lower_field(node, "condition"),
                then: self.lower_field(node, "consequence"),
                otherwise: self.lower_field(node, "alternative"),
            },
            "cast_expression" => {
                Kind::Cast { to: self.type_field(node).unwrap_or_default(), value: self.lower_field(node, "value") }
            }
            "instanceof_expression" => self.instance_of(node),
            "type_pattern" | "record_pattern_component" => self.pattern_variable(node),
            "switch_expression" => self.switch(node),
            _ => self.other_kind(node, kind),
        }
    }

    fn invocation(&mut self, node: Node<'t>) -> Kind {
        let callee = self.method(node);
        Kind::Call { callee, arguments: self.arguments(node), constructs: false, body: None }
    }

    fn method(&mut self, node: Node<'t>) -> NodeId {
        let Some(name) = field(node, "name") else {
            return self.lower_first(node);
        };
        let Some(object) = field(node, "object") else {
            return self.name_node(name);
        };
        self.deeper(|this| {
            let on = this.object(node, object);
            let at = span(object).cover(span(name));
            this.tree.push(Kind::Member { object: on, name: this.ident(name) }, at)
        })
    }

    /// `Outer.super` is the same object as `super`.
    fn object(&mut self, node: Node<'t>, object: Node<'t>) -> NodeId {
        match child_of_kind(node, "super") {
            Some(outer) => self.tree.push(Kind::Super, span(object).cover(span(outer))),
            None => self.lower(object),
        }
    }

    pub(super) fn arguments(&mut self, node: Node<'t>) -> Vec<Argument> {
        let Some(list) = field(node, "arguments") else {
            return Vec::new();
        };
        // Errors are kept elsewhere: here they would move the arguments after them.
        let values = children(list).into_iter().filter(|child| !child.is_error());
        values.map(|value| Argument { name: None, value: self.lower(value), span: span(value) }).collect()
    }

    fn creation(&mut self, node: Node<'t>) -> Kind {
        let Some(constructed) = field(node, "type") else {
            return self.opaque(node);
        };
        let outer = node.child(0).filter(|first| first.kind() != "new");
        let callee = match outer {
            None => self.lower(constructed),
            Some(outer) => {
                let object = self.deeper(|this| this.lower(outer));
                let text = self.type_name(constructed).unwrap_or_default();
                let name = Ident { text, span: span(constructed) };
                self.tree.push(Kind::Member { object, name }, span(outer).cover(span(constructed)))
            }
        };
        let arguments = self.arguments(node);
        let base = self.type_name(constructed);
        let body = child_of_kind(node, "class_body");
        let body = body.map(|body| self.anonymous_class(body, base));
        Kind::Call { callee, arguments, constructs: true, body }
    }

    /// `this(..)`, `super(..)`, `outer.super(..)`.
    fn constructor_call(&mut self, node: Node<'t>) -> Kind {
        let callee = match (field(node, "object"), field(node, "constructor")) {
            (Some(object), Some(constructor)) => {
                let outer = self.deeper(|this| this.lower(object));
                let name = self.ident(constructor);
                self.tree.push(Kind::Member { object: outer, name }, span(object).cover(span(constructor)))
            }
            (_, constructor) => self.lower_or_nothing(constructor, node),
        };
        Kind::Call { callee, arguments: self.arguments(node), constructs: false, body: None }
    }

    fn access(&mut self, node: Node<'t>) -> Kind {
        match (field(node, "object"), field(node, "field")) {
            (Some(object), Some(name)) => Kind::Member { object: self.object(node, object), name: self.ident(name) },
            _ => self.opaque(node),
        }
    }

    fn scoped(&mut self, node: Node<'t>) -> Kind {
        match field(node, "name") {
            Some(name) => Kind::Member { object: self.lower_field(node, "scope"), name: self.ident(name) },
            None => self.opaque(node),
        }
    }

    fn scoped_type(&mut self, node: Node<'t>) -> Kind {
        match children(node).as_slice() {
            [scope, .., name] => Kind::Member { object: self.lower(*scope), name: self.ident(*name) },
            _ => self.opaque(node),
        }
    }

    fn class_literal(&mut self, node: Node<'t>) -> Kind {
        let object = self.lower_first(node);
        let end = node.end_byte();
        let at = crate::source::Span::new(end.saturating_sub("class".len()), end);
        Kind::Member { object, name: Ident { text: "class".into(), span: at } }
    }

    fn method_reference(&mut self, node: Node<'t>) -> Kind {
        let last = node.child_count().checked_sub(1).and_then(|last| node.child(last));
        match (first_child(node), last) {
            (Some(object), Some(name)) => Kind::Member { object: self.lower(object), name: self.ident(name) },
            _ => self.opaque(node),
        }
    }

    /// `new T[]{..}` is its elements; of `new T[n]` only the sizes are kept.
    fn array(&mut self, node: Node<'t>) -> Kind {
        if let Some(value) = field(node, "value") {
            return Kind::List(self.lower_all(children(value)));
        }
        let sizes = children(node).into_iter().filter(|child| child.kind() == "dimensions_expr");
        Kind::Opaque(self.lower_all(sizes.collect()))
    }

    fn lambda(&mut self, node: Node<'t>) -> Kind {
        let parameters = field(node, "parameters").map(|list| self.lambda_parameters(list)).unwrap_or_default();
        let body = match field(node, "body") {
            Some(block) if block.kind() == "block" => self.body(block),
            Some(value) => {
                let returned = self.deeper(|this| this.lower(value));
                vec![self.tree.push(Kind::Return(Some(returned)), self.tree.span(returned))]
            }
            None => Vec::new(),
        };
        Kind::Lambda(Box::new(Function { parameters, body, has_body: true, span: span(node), ..Function::default() }))
    }

    fn lambda_parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        let names = match list.kind() {
            "formal_parameters" => return self.parameters(list),
            "inferred_parameters" => children(list),
            _ => vec![list],
        };
        let untyped = |name: Node<'t>| Parameter {
            name: self.ident(name),
            declared: None,
            default: None,
            variadic: false,
            annotations: Vec::new(),
        };
        names.into_iter().map(untyped).collect()
    }

    /// `STR."..."`: the processor is called with the text.
    fn template(&mut self, node: Node<'t>) -> Kind {
        let callee = self.lower_field(node, "template_processor");
        let value = self.lower_field(node, "template_argument");
        let argument = Argument { name: None, value, span: self.tree.span(value) };
        Kind::Call { callee, arguments: vec![argument], constructs: false, body: None }
    }

    /// The value, and the variables that the pattern binds.
    fn instance_of(&mut self, node: Node<'t>) -> Kind {
        let mut kept = vec![self.lower_field(node, "left")];
        kept.extend(field(node, "pattern").map(|pattern| self.lower(pattern)));
        if let Some(name) = field(node, "name") {
            let declared = field(node, "right").and_then(|right| self.type_name(right));
            let target = self.name_node(name);
            let kind = Kind::Declare { target, declared, value: None, constant: false, annotations: Vec::new() };
            kept.push(self.tree.push(kind, span(name)));
        }
        Kind::Opaque(kept)
    }

    fn pattern_variable(&mut self, node: Node<'t>) -> Kind {
        match children(node).as_slice() {
            [of, name] => Kind::Declare {
                target: self.name_node(*name),
                declared: self.type_name(*of),
                value: None,
                constant: false,
                annotations: Vec::new(),
            },
            _ => self.opaque(node),
        }
    }
}

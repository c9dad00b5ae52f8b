//! Classes, methods, fields, annotations.

use super::Lowering;
use super::parse::{child_of_kind, children, field, span};
use crate::tree::{Argument, Class, Function, Kind, NodeId, Parameter, TypeName};
use tree_sitter::Node;

/// What stands before a declaration and matters here.
#[derive(Default)]
pub(super) struct Modifiers {
    pub(super) annotations: Vec<NodeId>,
    pub(super) is_final: bool,
    is_static: bool,
}

impl<'t> Lowering<'t> {
    pub(super) fn modifiers(&mut self, node: Node<'t>) -> Modifiers {
        let mut modifiers = Modifiers::default();
        let Some(list) = child_of_kind(node, "modifiers") else {
            return modifiers;
        };
        let mut cursor = list.walk();
        let parts: Vec<_> = list.children(&mut cursor).collect();
        for part in parts {
            match part.kind() {
                "final" => modifiers.is_final = true,
                "static" => modifiers.is_static = true,
                "annotation" | "marker_annotation" => modifiers.annotations.push(self.lower(part)),
                _ => {}
            }
        }
        modifiers
    }

    /// `@A`, `@A(value)`, `@A(name = value)`: a call.
    pub(super) fn annotation(&mut self, node: Node<'t>) -> Kind {
        let callee = self.lower_field(node, "name");
        let list = field(node, "arguments").map(children).unwrap_or_default();
        let given = list.into_iter().filter(|child| !child.is_error());
        let arguments = given.map(|argument| self.annotation_argument(argument)).collect();
        Kind::Call { callee, arguments, constructs: false, body: None }
    }

    fn annotation_argument(&mut self, node: Node<'t>) -> Argument {
        let pair = node.kind() == "element_value_pair";
        let key = if pair { field(node, "key") } else { None };
        let value = if pair { self.lower_field(node, "value") } else { self.lower(node) };
        Argument { name: key.map(|key| self.ident(key)), value, span: span(node) }
    }

    /// One declaration for each variable. A variable that is alone has the span of the whole statement; of several, the
    /// first keeps the annotations. An interface's fields are constants.
    pub(super) fn variables(&mut self, node: Node<'t>, to: &mut Vec<NodeId>) {
        let mut modifiers = self.deeper(|this| this.modifiers(node));
        modifiers.is_final |= node.kind() == "constant_declaration";
        let of = self.type_field(node);
        let declarators: Vec<_> =
            children(node).into_iter().filter(|child| child.kind() == "variable_declarator").collect();
        let alone = declarators.len() == 1;
        for declarator in declarators {
            let own = Modifiers { annotations: std::mem::take(&mut modifiers.annotations), ..modifiers };
            let kind = self.deeper(|this| this.declarator(declarator, of.clone(), own));
            let at = span(if alone { node } else { declarator });
            to.push(self.tree.push(kind, at));
        }
    }

    pub(super) fn declarator(&mut self, node: Node<'t>, declared: Option<TypeName>, modifiers: Modifiers) -> Kind {
        Kind::Declare {
            target: self.lower_field(node, "name"),
            declared,
            value: field(node, "value").map(|value| self.lower(value)),
            constant: modifiers.is_final,
            annotations: modifiers.annotations,
        }
    }

    pub(super) fn class(&mut self, node: Node<'t>) -> Kind {
        let name = field(node, "name").map(|name| self.ident(name));
        let annotations = self.modifiers(node).annotations;
        let bases = self.bases(node);
        let components = field(node, "parameters");
        let outer = std::mem::replace(&mut self.components, components);
        let mut body = components.map(|list| self.record_fields(list)).unwrap_or_default();
        match field(node, "body") {
            Some(block) if block.kind() == "enum_body" => self.enum_members(block, node, &mut body),
            Some(block) => self.members(block, &mut body),
            None => {}
        }
        self.components = outer;
        Kind::Class(Box::new(Class { name, bases, annotations, body, span: span(node) }))
    }

    fn bases(&self, node: Node<'t>) -> Vec<TypeName> {
        let clauses = children(node).into_iter();
        let clauses =
            clauses.filter(|child| matches!(child.kind(), "superclass" | "super_interfaces" | "extends_interfaces"));
        let types = clauses.flat_map(children);
        let types = types.flat_map(|of| if of.kind() == "type_list" { children(of) } else { vec![of] });
        types.filter_map(|of| self.type_name(of)).collect()
    }

    /// The body of `new T() { .. }` and of an enum's constant, one level below the call.
    pub(super) fn anonymous_class(&mut self, body: Node<'t>, base: Option<TypeName>) -> NodeId {
        let outer = self.components.take();
        let class = Class {
            bases: base.into_iter().collect(),
            body: self.deeper(|this| this.body(body)),
            span: span(body),
            ..Class::default()
        };
        self.components = outer;
        self.tree.push(Kind::Class(Box::new(class)), span(body))
    }

    /// A record's components are final fields.
    fn record_fields(&mut self, list: Node<'t>) -> Vec<NodeId> {
        let parameters = self.parameters(list);
        let declare = |parameter: Parameter| {
            let at = parameter.name.span;
            let target = self.tree.push(Kind::Name(parameter.name.text), at);
            let Parameter { declared, annotations, .. } = parameter;
            self.tree.push(Kind::Declare { target, declared, value: None, constant: true, annotations }, at)
        };
        parameters.into_iter().map(declare).collect()
    }

    fn enum_members(&mut self, block: Node<'t>, declaration: Node<'t>, to: &mut Vec<NodeId>) {
        for child in children(block) {
            match child.kind() {
                "enum_constant" => to.push(self.enum_constant(child, declaration)),
                "enum_body_declarations" => self.members(child, to),
                _ => self.statement(child, to),
            }
        }
    }

    /// A constant of the enum's type, made by a call of its constructor.
    fn enum_constant(&mut self, node: Node<'t>, declaration: Node<'t>) -> NodeId {
        let Some(name) = field(node, "name") else {
            return self.lower(node);
        };
        let annotations = self.deeper(|this| this.modifiers(node).annotations);
        let declared = field(declaration, "name").map(|name| TypeName::from(self.text_of(name)));
        let value = self.deeper(|this| this.enum_value(node, name, declared.clone()));
        let target = self.name_node(name);
        let kind = Kind::Declare { target, declared, value: Some(value), constant: true, annotations };
        self.tree.push(kind, span(node))
    }

    fn enum_value(&mut self, node: Node<'t>, name: Node<'t>, of: Option<TypeName>) -> NodeId {
        let callee = self.tree.push(Kind::Name(of.clone().unwrap_or_default()), span(name));
        let arguments = self.deeper(|this| this.arguments(node));
        let body = field(node, "body").map(|body| self.deeper(|this| this.anonymous_class(body, of)));
        self.tree.push(Kind::Call { callee, arguments, constructs: true, body }, span(node))
    }

    pub(super) fn function(&mut self, node: Node<'t>) -> Kind {
        let constructor = node.kind() != "method_declaration";
        let modifiers = self.modifiers(node);
        let parameters = match field(node, "parameters") {
            Some(list) => self.parameters(list),
            None => self.compact_parameters(),
        };
        let block = field(node, "body");
        Kind::Function(Box::new(Function {
            name: field(node, "name").map(|name| self.ident(name)),
            parameters,
            has_receiver: !constructor && !modifiers.is_static,
            constructor,
            returns: self.type_field(node),
            annotations: modifiers.annotations,
            body: block.map(|block| self.body(block)).unwrap_or_default(),
            has_body: block.is_some(),
            span: span(node),
        }))
    }

    /// `String url() default "..";` is a method that returns its default.
    pub(super) fn annotation_element(&mut self, node: Node<'t>) -> Kind {
        let modifiers = self.modifiers(node);
        let value = field(node, "value").map(|value| self.deeper(|this| this.lower(value)));
        let returned = value.map(|value| self.tree.push(Kind::Return(Some(value)), self.tree.span(value)));
        Kind::Function(Box::new(Function {
            name: field(node, "name").map(|name| self.ident(name)),
            has_receiver: true,
            returns: self.type_field(node),
            annotations: modifiers.annotations,
            has_body: returned.is_some(),
            body: returned.into_iter().collect(),
            span: span(node),
            ..Function::default()
        }))
    }

    pub(super) fn parameters(&mut self, list: Node<'t>) -> Vec<Parameter> {
        children(list).into_iter().filter_map(|node| self.parameter(node)).collect()
    }

    fn parameter(&mut self, node: Node<'t>) -> Option<Parameter> {
        let mut parameter = self.plain_parameter(node)?;
        parameter.annotations = self.modifiers(node).annotations;
        Some(parameter)
    }

    /// Those of the record, which has one such constructor; the record's fields have the annotations.
    fn compact_parameters(&mut self) -> Vec<Parameter> {
        let list = self.components.take().map(children).unwrap_or_default();
        list.into_iter().filter_map(|node| self.plain_parameter(node)).collect()
    }

    fn plain_parameter(&self, node: Node<'t>) -> Option<Parameter> {
        let variadic = node.kind() == "spread_parameter";
        let (name, of) = match node.kind() {
            "formal_parameter" => (field(node, "name")?, field(node, "type")),
            "spread_parameter" => {
                let of = children(node).into_iter().find(|child| child.kind() != "modifiers");
                (field(child_of_kind(node, "variable_declarator")?, "name")?, of)
            }
            _ => return None,
        };
        let declared = of.and_then(|of| self.type_name(of));
        Some(Parameter { name: self.ident(name), declared, default: None, variadic, annotations: Vec::new() })
    }
}

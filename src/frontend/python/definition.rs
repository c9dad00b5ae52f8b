//! Functions and classes.

use super::{Walk, types};
use crate::frontend::treesitter::{field, fields, named, span};
use crate::tree::{Class, Function, Kind, NodeId, Parameter, TypeName};
use compact_str::CompactString;
use tree_sitter::Node;

/// What a function's first parameter is.
#[derive(Clone, Copy)]
pub(super) enum Role {
    /// The receiver, whatever its name.
    Method,
    /// A parameter like any other.
    Static,
    /// The receiver, where it has the customary name: the function may be made a method later.
    Function,
}

/// What holds around a function and holds again after it.
pub(super) struct Outer {
    receiver: Option<CompactString>,
    in_class: bool,
}

impl Walk<'_> {
    /// A function or class with its decorators. The decorators belong to what is around the definition.
    pub(super) fn definition(&mut self, node: Node, decorators: &[Node]) -> NodeId {
        match node.kind() {
            "decorated_definition" => {
                let decorators: Vec<Node> =
                    named(node).into_iter().filter(|child| child.kind() == "decorator").collect();
                match field(node, "definition") {
                    Some(inner) => self.definition(inner, &decorators),
                    None => self.opaque(node),
                }
            }
            "class_definition" => self.class(node, decorators),
            _ => self.function(node, decorators),
        }
    }

    fn decorators(&mut self, decorators: &[Node]) -> Vec<NodeId> {
        decorators.iter().map(|decorator| self.inner(*decorator)).collect()
    }

    fn role(&self, decorators: &[Node]) -> Role {
        let is_static = |decorator: &Node| self.text(*decorator).trim_start_matches('@').trim() == "staticmethod";
        match self.in_class {
            true if decorators.iter().any(is_static) => Role::Static,
            true => Role::Method,
            false => Role::Function,
        }
    }

    fn function(&mut self, node: Node, decorators: &[Node]) -> NodeId {
        let name = field(node, "name").map(|name| self.ident(name));
        let role = self.role(decorators);
        let mut function = Function {
            constructor: self.in_class && name.as_ref().is_some_and(|name| name.text == "__init__"),
            name,
            returns: field(node, "return_type").and_then(|returned| self.type_name(returned)),
            annotations: self.decorators(decorators),
            has_body: true,
            span: span(node),
            ..Function::default()
        };
        let parameters = field(node, "parameters").map(named).unwrap_or_default();
        let outer = self.open_function(&mut function, &parameters, role);
        function.body = field(node, "body").map(|body| self.statements(&named(body))).unwrap_or_default();
        self.close_function(outer);
        self.push(Kind::Function(Box::new(function)), node)
    }

    /// Reads the parameters and makes the function the one around what follows.
    pub(super) fn open_function(&mut self, function: &mut Function, parameters: &[Node], role: Role) -> Outer {
        let first = parameters.first().and_then(|first| self.plain_name(*first));
        let receiver = first
            .filter(|name| match role {
                Role::Method => true,
                Role::Static => false,
                Role::Function => matches!(*name, "self" | "cls"),
            })
            .map(CompactString::from);
        function.has_receiver = receiver.is_some();
        let rest = &parameters[usize::from(receiver.is_some())..];
        function.parameters = rest.iter().filter_map(|parameter| self.parameter(*parameter)).collect();
        let hidden = |name: &CompactString| function.parameters.iter().any(|parameter| parameter.name.text == *name);
        let inherited = self.receiver.clone().filter(|name| !hidden(name));
        let receiver = receiver.or(inherited);
        Outer {
            receiver: std::mem::replace(&mut self.receiver, receiver),
            in_class: std::mem::replace(&mut self.in_class, false),
        }
    }

    pub(super) fn close_function(&mut self, outer: Outer) {
        self.receiver = outer.receiver;
        self.in_class = outer.in_class;
    }

    /// The name of a parameter that has no default and no star.
    fn plain_name(&self, parameter: Node) -> Option<&str> {
        let name = match parameter.kind() {
            "typed_parameter" => named(parameter).into_iter().next()?,
            _ => parameter,
        };
        (name.kind() == "identifier").then(|| self.text(name))
    }

    /// `None` for the separators `*` and `/`.
    fn parameter(&mut self, node: Node) -> Option<Parameter> {
        let name = match node.kind() {
            "keyword_separator" | "positional_separator" => return None,
            _ if node.is_error() => {
                self.keep_error(node);
                return None;
            }
            "default_parameter" | "typed_default_parameter" => field(node, "name")?,
            "typed_parameter" => named(node).into_iter().next()?,
            _ => node,
        };
        let variadic = matches!(name.kind(), "list_splat_pattern" | "dictionary_splat_pattern");
        let name = if variadic { named(name).into_iter().next().unwrap_or(name) } else { name };
        let declared = field(node, "type");
        Some(Parameter {
            name: self.ident(name),
            declared: declared.and_then(|declared| self.type_name(declared)),
            default: self.lower_field(node, "value"),
            variadic,
            annotations: declared.map(|declared| self.metadata(declared)).unwrap_or_default(),
        })
    }

    fn class(&mut self, node: Node, decorators: &[Node]) -> NodeId {
        let annotations = self.decorators(decorators);
        let superclasses = field(node, "superclasses").map(named).unwrap_or_default();
        let bases: Vec<Node> = superclasses.into_iter().filter(|base| base.kind() != "keyword_argument").collect();
        let calls: Vec<Node> = bases.iter().copied().filter(|base| base.kind() == "call").collect();
        let mut body = self.all(&calls);
        let in_class = std::mem::replace(&mut self.in_class, true);
        body.extend(field(node, "body").map(|body| self.statements(&named(body))).unwrap_or_default());
        self.in_class = in_class;
        let class = Class {
            name: field(node, "name").map(|name| self.ident(name)),
            bases: bases.into_iter().filter_map(|base| self.base(base)).collect(),
            annotations,
            body,
            span: span(node),
        };
        self.push(Kind::Class(Box::new(class)), node)
    }

    /// A base that a call makes is known by the name of what is called.
    fn base(&self, node: Node) -> Option<TypeName> {
        self.type_name(if node.kind() == "call" { field(node, "function")? } else { node })
    }

    pub(super) fn type_name(&self, node: Node) -> Option<TypeName> {
        types::reduce(self.text(node))
    }

    /// What stands behind the type in `Annotated[T, ...]` (PEP 593), as values.
    pub(super) fn metadata(&mut self, declared: Node) -> Vec<NodeId> {
        let Some(generic) = named(declared).into_iter().next() else {
            return Vec::new();
        };
        let parts = match generic.kind() {
            "generic_type" => named(generic).into_iter().find(|part| part.kind() == "type_parameter").map(named),
            "subscript" => Some(fields(generic, "subscript")),
            _ => None,
        };
        let head = self.text(generic).split('[').next().unwrap_or_default();
        match parts {
            Some(parts) if head.trim().ends_with("Annotated") => self.all(parts.get(1..).unwrap_or_default()),
            _ => Vec::new(),
        }
    }
}

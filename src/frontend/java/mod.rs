//! Java, up to and beyond version 21: tree-sitter parses, one walk lowers. What the grammar does not understand is kept
//! as opaque nodes, in place where it stands among statements, else at the end of the file's top level.

mod declarations;
mod expressions;
#[cfg(test)]
mod hostile;
mod literals;
mod operators;
mod parse;
#[cfg(test)]
mod print;
mod statements;
#[cfg(test)]
mod tests;
mod types;

use super::{Frontend, Lowered};
use crate::source::{Source, Span};
use crate::tree::{Ident, Kind, MAX_DEPTH, NodeId, Problem, Tree, TypeName, Unary};
use parse::{children, field, first_child, span};
use std::collections::HashSet;
use tree_sitter::Node;

pub struct Java;

impl Frontend for Java {
    fn name(&self) -> &'static str {
        "java"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let (tree, problems) = lower(source.text());
        (Lowered::Code(tree), problems)
    }
}

/// Leaves room for the small nodes (a name, a declaration of a pattern's variable) that are made without a count.
const LIMIT: usize = MAX_DEPTH - 4;

/// The walk over one file.
struct Lowering<'t> {
    text: &'t str,
    tree: Tree,
    /// How many ancestors the node that is made next has, at most.
    depth: usize,
    /// The first node that lies too deep.
    too_deep: Option<Span>,
    /// The parameters of the record whose body is being read: those of its compact constructor.
    components: Option<Node<'t>>,
    /// The parser's error nodes that some node of the tree stands for.
    seen: HashSet<usize>,
}

fn lower(text: &str) -> (Tree, Vec<Problem>) {
    let Some(parsed) = parse::parse(text) else {
        let problem = parse::gave_up("the file takes too long to parse; nothing in it was looked at", None);
        return (Tree::default(), vec![problem]);
    };
    let root = parsed.root_node();
    let errors = parse::errors(root);
    let mut lowering =
        Lowering { text, tree: Tree::default(), depth: 0, too_deep: None, components: None, seen: HashSet::new() };
    lowering.tree.top = lowering.file(root, &errors);
    let mut problems: Vec<_> = parse::syntax_problem(&errors).into_iter().collect();
    if let Some(at) = lowering.too_deep {
        problems.push(parse::gave_up("the code nests too deeply; what lies deeper was not looked at", Some(at)));
    }
    (lowering.tree, problems)
}

impl<'t> Lowering<'t> {
    fn file(&mut self, root: Node<'t>, errors: &[Node<'t>]) -> Vec<NodeId> {
        let mut top = Vec::new();
        if root.is_error() {
            self.seen.insert(root.id());
        }
        self.members(root, &mut top);
        for error in errors {
            if error.is_error() && !self.seen.contains(&error.id()) && first_child(*error).is_some() {
                top.push(self.lower(*error));
            }
        }
        top
    }

    /// Lowers a node to one node; [`Lowering::statement`] is for places where there may be several or none.
    fn lower(&mut self, node: Node<'t>) -> NodeId {
        let node = inside(node);
        let at = span(node);
        if self.depth >= LIMIT {
            self.too_deep.get_or_insert(at);
            return self.tree.push(Kind::Opaque(Vec::new()), at);
        }
        let kind = self.deeper(|this| this.kind(node));
        self.tree.push(kind, at)
    }

    /// For what stands one level lower in the tree than in the grammar.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }

    fn kind(&mut self, node: Node<'t>) -> Kind {
        if node.is_missing() {
            return Kind::Opaque(Vec::new());
        }
        match node.kind() {
            "ERROR" => self.error(node),
            ";" => Kind::Nothing,
            "identifier"
            | "type_identifier"
            | "underscore_pattern"
            | "integral_type"
            | "floating_point_type"
            | "boolean_type"
            | "void_type" => Kind::Name(self.text_of(node).into()),
            "this" => Kind::Receiver,
            "super" => Kind::Super,
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "null_literal" => Kind::Null,
            "string_literal" => self.string(node),
            "character_literal" => self.character(node),
            "string_fragment" | "multiline_string_fragment" => self.fragment(node),
            "decimal_integer_literal" | "hex_integer_literal" | "octal_integer_literal" | "binary_integer_literal" => {
                literals::number(self.text_of(node))
            }
            "decimal_floating_point_literal" | "hex_floating_point_literal" => Kind::Number(None),
            "class_declaration"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "annotation_type_declaration" => self.class(node),
            "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => self.function(node),
            "annotation_type_element_declaration" => self.annotation_element(node),
            "marker_annotation" | "annotation" => self.annotation(node),
            kind if kind.ends_with("_statement") => self.statement_kind(node, kind),
            kind => self.expression_kind(node, kind),
        }
    }

    /// Keeps the children as statements: an error often holds the pieces of a declaration or a block.
    fn error(&mut self, node: Node<'t>) -> Kind {
        self.seen.insert(node.id());
        Kind::Opaque(self.body(node))
    }

    fn opaque(&mut self, node: Node<'t>) -> Kind {
        Kind::Opaque(self.lower_all(children(node)))
    }

    fn lower_all(&mut self, nodes: Vec<Node<'t>>) -> Vec<NodeId> {
        nodes.into_iter().map(|node| self.lower(node)).collect()
    }

    /// The node under a field; an empty opaque node where the text is broken.
    fn lower_field(&mut self, node: Node<'t>, name: &str) -> NodeId {
        self.lower_or_nothing(field(node, name), node)
    }

    fn lower_first(&mut self, node: Node<'t>) -> NodeId {
        self.lower_or_nothing(first_child(node), node)
    }

    fn lower_or_nothing(&mut self, child: Option<Node<'t>>, parent: Node<'t>) -> NodeId {
        match child {
            Some(child) => self.lower(child),
            None => self.tree.push(Kind::Opaque(Vec::new()), span(parent)),
        }
    }

    fn text_of(&self, node: Node<'_>) -> &'t str {
        types::text_of(self.text, node)
    }

    fn type_name(&self, node: Node<'_>) -> Option<TypeName> {
        types::type_name(self.text, node)
    }

    fn type_field(&self, node: Node<'_>) -> Option<TypeName> {
        self.type_name(field(node, "type")?)
    }

    fn ident(&self, node: Node<'_>) -> Ident {
        Ident { text: self.text_of(node).into(), span: span(node) }
    }

    fn name_node(&mut self, node: Node<'t>) -> NodeId {
        self.tree.push(Kind::Name(self.text_of(node).into()), span(node))
    }

    fn same(&mut self, node: Node<'t>) -> Kind {
        Kind::Unary { operator: Unary::Same, operand: self.lower_first(node) }
    }
}

/// Skips what only wraps one node: parentheses, generics, the statement around an expression.
fn inside(mut node: Node<'_>) -> Node<'_> {
    loop {
        let child = match node.kind() {
            "parenthesized_expression"
            | "expression_statement"
            | "generic_type"
            | "array_type"
            | "pattern"
            | "guard"
            | "dimensions_expr" => first_child(node),
            "annotated_type" => children(node).last().copied(),
            "resource" if field(node, "value").is_none() => first_child(node),
            _ => None,
        };
        match child {
            // What is broken is kept whole.
            Some(child) if !(node.has_error() && children(node).len() > 1) => node = child,
            _ => return node,
        }
    }
}

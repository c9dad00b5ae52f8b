//! Python 3, and Python 2 as far as the grammar goes: one walk from tree-sitter's tree into ours.
//!
//! What each kind of node becomes is decided here; how is written in the files beside this one. Annotations are reduced
//! to names in `types`, and strings are taken apart in `text`.

mod definition;
mod expression;
mod import;
mod statement;
#[cfg(test)]
mod tests;
mod text;
mod types;

use super::treesitter::{self, Depth, named, span};
use super::{Frontend, Lowered};
use crate::source::Source;
use crate::tree::{Ident, Kind, NodeId, Problem, Tree};
use compact_str::CompactString;
use tree_sitter::Node;

/// The front-end for `.py` files.
pub struct Python;

impl Frontend for Python {
    fn name(&self) -> &'static str {
        "python"
    }

    fn lower(&self, source: &Source) -> (Lowered, Vec<Problem>) {
        let Some(parsed) = treesitter::parse(self.name(), tree_sitter_python::LANGUAGE, source.text()) else {
            return (Lowered::Code(Tree::default()), vec![treesitter::took_too_long()]);
        };
        let root = parsed.root_node();
        let mut walk = Walk::new(source.text());
        walk.tree.top = walk.statements(&named(root));
        let problems = treesitter::syntax_problem(root).into_iter().chain(walk.depth.problem()).collect();
        (Lowered::Code(walk.tree), problems)
    }
}

/// The state of one walk.
struct Walk<'s> {
    source: &'s str,
    tree: Tree,
    depth: Depth,
    /// The name that stands for the object of the method around: mostly `self`.
    receiver: Option<CompactString>,
    /// Whether the statements are those of a class body.
    in_class: bool,
    /// What the parser could not place inside a statement; it is put behind the statement.
    stray: Vec<NodeId>,
}

impl<'s> Walk<'s> {
    fn new(source: &'s str) -> Self {
        Self {
            source,
            tree: Tree::default(),
            depth: Depth::default(),
            receiver: None,
            in_class: false,
            stray: Vec::new(),
        }
    }

    fn text(&self, node: Node) -> &'s str {
        treesitter::text(node, self.source)
    }

    fn ident(&self, node: Node) -> Ident {
        Ident { text: self.text(node).into(), span: span(node) }
    }

    fn push(&mut self, kind: Kind, node: Node) -> NodeId {
        self.tree.push(kind, span(node))
    }

    fn all(&mut self, nodes: &[Node]) -> Vec<NodeId> {
        nodes.iter().map(|node| self.lower(*node)).collect()
    }

    /// The statements of a body, and what was not understood in each of them.
    fn statements(&mut self, nodes: &[Node]) -> Vec<NodeId> {
        let mut ids = Vec::with_capacity(nodes.len());
        for node in nodes {
            let before = self.stray.len();
            ids.push(self.lower(*node));
            ids.extend(self.stray.drain(before..));
        }
        ids
    }

    /// Keeps the parts of `node` that were not understood, for a node of which only certain fields are lowered.
    fn keep_errors(&mut self, node: Node) {
        if node.has_error() {
            for child in named(node).into_iter().filter(Node::is_error) {
                self.keep_error(child);
            }
        }
    }

    fn keep_error(&mut self, error: Node) {
        let id = self.lower(error);
        self.stray.push(id);
    }

    fn lower_field(&mut self, node: Node, name: &str) -> Option<NodeId> {
        treesitter::field(node, name).map(|child| self.lower(child))
    }

    /// As [`Walk::lower_field`] where the grammar demands the field; a broken file may lack it all the same.
    fn lower_needed(&mut self, node: Node, name: &str) -> NodeId {
        match treesitter::field(node, name) {
            Some(child) => self.lower(child),
            None => self.push(Kind::Opaque(Vec::new()), node),
        }
    }

    /// The node as one of ours, or an empty opaque node where it lies too deep.
    fn lower(&mut self, node: Node) -> NodeId {
        let levels = levels(node.kind());
        if !self.depth.enter(node, levels) {
            return self.push(Kind::Opaque(Vec::new()), node);
        }
        let id = self.dispatch(node);
        if reads_fields(node.kind()) {
            self.keep_errors(node);
        }
        self.depth.leave(levels);
        id
    }

    fn dispatch(&mut self, node: Node) -> NodeId {
        match node.kind() {
            "identifier" | "dotted_name" | "attribute" | "subscript" | "call" | "keyword_argument" | "lambda" => {
                self.reference(node)
            }
            "string" | "concatenated_string" => self.string(node),
            "integer" | "float" | "true" | "false" | "none" | "ellipsis" => self.constant(node),
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern" | "list_pattern" => {
                self.list(node)
            }
            "dictionary" => self.dictionary(node),
            "pair" => self.pair(node),
            "list_comprehension" | "set_comprehension" | "dictionary_comprehension" | "generator_expression" => {
                self.comprehension(node)
            }
            "binary_operator" | "boolean_operator" | "comparison_operator" => self.binary(node),
            "not_operator" | "unary_operator" | "await" | "yield" => self.unary(node),
            "conditional_expression" => self.conditional(node),
            "parenthesized_expression"
            | "type"
            | "as_pattern_target"
            | "interpolation"
            | "if_clause"
            | "case_pattern" => self.inner(node),
            "named_expression" | "assignment" | "augmented_assignment" | "as_pattern" | "for_in_clause" => {
                self.binding(node)
            }
            _ => self.dispatch_statement(node),
        }
    }

    fn dispatch_statement(&mut self, node: Node) -> NodeId {
        match node.kind() {
            "expression_statement" => self.expression_statement(node),
            "import_statement" | "import_from_statement" => self.import(node),
            "function_definition" | "class_definition" | "decorated_definition" => self.definition(node, &[]),
            "block" => self.block(node),
            "if_statement" => self.if_statement(node),
            "for_statement" | "while_statement" => self.loop_statement(node),
            "try_statement" => self.try_statement(node),
            "with_statement" => self.with_statement(node),
            "match_statement" => self.match_statement(node),
            "return_statement" | "raise_statement" => self.leave(node),
            "print_statement" | "exec_statement" => self.python2_call(node),
            "pass_statement"
            | "break_statement"
            | "continue_statement"
            | "global_statement"
            | "nonlocal_statement"
            | "future_import_statement" => self.push(Kind::Nothing, node),
            _ => self.opaque(node),
        }
    }

    /// What the tree does not model, with everything in it.
    fn opaque(&mut self, node: Node) -> NodeId {
        let children = self.all(&named(node));
        self.push(Kind::Opaque(children), node)
    }

    /// The one child of a node that adds nothing itself.
    fn inner(&mut self, node: Node) -> NodeId {
        match named(node).as_slice() {
            [only] => self.lower(*only),
            _ => self.opaque(node),
        }
    }
}

/// How many nodes of ours may lie between a node of this kind and its children, itself included.
fn levels(kind: &str) -> usize {
    match kind {
        "for_statement" => 5,
        "for_in_clause" => 3,
        "while_statement"
        | "try_statement"
        | "match_statement"
        | "lambda"
        | "subscript"
        | "string"
        | "concatenated_string" => 2,
        _ => 1,
    }
}

/// Whether lowering a node of this kind looks at certain fields only, so that errors between them would be lost.
fn reads_fields(kind: &str) -> bool {
    matches!(
        kind,
        "attribute"
            | "subscript"
            | "call"
            | "lambda"
            | "pair"
            | "list_comprehension"
            | "set_comprehension"
            | "dictionary_comprehension"
            | "generator_expression"
            | "keyword_argument"
            | "binary_operator"
            | "boolean_operator"
            | "named_expression"
            | "assignment"
            | "augmented_assignment"
            | "for_in_clause"
    ) || kind.ends_with("_definition")
        || (kind.ends_with("_statement")
            && !matches!(kind, "expression_statement" | "print_statement" | "exec_statement"))
}

//! The state of one file's lowering.

use super::literals::{self, Piece};
use crate::source::Span;
use crate::tree::{Argument, Ident, Kind, MAX_DEPTH, NodeId, Problem, ProblemKind, TextPart, Tree};
use compact_str::CompactString;
use proc_macro2::extra::DelimSpan;

/// Levels kept free below [`MAX_DEPTH`] for what one step of the lowering puts under another.
const SLACK: usize = 12;

/// Broken places that are named one by one.
const MAX_PROBLEMS: usize = 20;

pub(super) struct Lowerer<'a> {
    pub(super) text: &'a str,
    /// Offset of the tokens in the text.
    offset: usize,
    pub(super) tree: Tree,
    problems: Vec<Problem>,
    depth: usize,
    gave_up: bool,
    /// Bytes that may still be parsed a second time, in macros and broken code. It keeps the work linear.
    budget: usize,
    /// What `Self` is: the type of the `impl` block around, where that is a plain name.
    pub(super) own_type: Option<CompactString>,
}

impl<'a> Lowerer<'a> {
    pub(super) fn new(text: &'a str, offset: usize, problems: Vec<Problem>) -> Self {
        let budget = text.len().saturating_mul(30).saturating_add(1 << 16);
        Self { text, offset, tree: Tree::default(), problems, depth: 0, gave_up: false, budget, own_type: None }
    }

    pub(super) fn finish(self) -> (Tree, Vec<Problem>) {
        (self.tree, self.problems)
    }

    pub(super) fn push(&mut self, kind: Kind, span: Span) -> NodeId {
        self.tree.push(kind, span)
    }

    /// The place of one token.
    pub(super) fn at(&self, span: proc_macro2::Span) -> Span {
        let range = span.byte_range();
        Span::new(range.start + self.offset, range.end + self.offset)
    }

    pub(super) fn group(&self, span: &DelimSpan) -> Span {
        self.at(span.open()).cover(self.at(span.close()))
    }

    /// The place of a syntax node. Walks all its tokens: not for nodes that nest.
    pub(super) fn of(&self, node: &impl syn::spanned::Spanned) -> Span {
        self.at(node.span())
    }

    pub(super) fn source(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Runs `lower` with `levels` more nodes above it; `None` where that would be too deep.
    pub(super) fn deeper<T>(&mut self, levels: usize, lower: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth + levels > MAX_DEPTH - SLACK {
            return None;
        }
        self.depth += levels;
        let lowered = lower(self);
        self.depth -= levels;
        Some(lowered)
    }

    /// The node for what lies too deep.
    pub(super) fn too_deep(&mut self, at: Span) -> NodeId {
        if !std::mem::replace(&mut self.gave_up, true) {
            let message = "the code nests too deep; what lies deeper was not looked at".into();
            self.problems.push(Problem { kind: ProblemKind::GaveUp, message, span: Some(at) });
        }
        self.opaque(Vec::new(), at)
    }

    /// Whether `span` may be parsed once more.
    pub(super) fn afford(&mut self, span: Span) -> bool {
        let cost = span.len() + 16;
        let left = self.budget.checked_sub(cost);
        if left.is_none() && self.budget > 0 {
            let message =
                "too much of the file is broken or in macros; part of it was only searched for strings".into();
            self.problems.push(Problem { kind: ProblemKind::GaveUp, message, span: Some(span) });
        }
        self.budget = left.unwrap_or(0);
        left.is_some()
    }

    /// How many syntax errors were reported.
    pub(super) fn known_problems(&self) -> usize {
        self.problems.iter().filter(|problem| problem.kind == ProblemKind::SyntaxError).count()
    }

    pub(super) fn syntax_error(&mut self, span: Span, message: String) {
        if self.known_problems() < MAX_PROBLEMS {
            self.problems.push(Problem { kind: ProblemKind::SyntaxError, message, span: Some(span) });
        }
    }

    pub(super) fn ident(&self, ident: &proc_macro2::Ident) -> Ident {
        Ident { text: plain(ident), span: self.at(ident.span()) }
    }

    pub(super) fn name(&mut self, ident: &proc_macro2::Ident) -> NodeId {
        let Ident { text, span } = self.ident(ident);
        self.push(Kind::Name(text), span)
    }

    /// A string or character literal.
    pub(super) fn string(&mut self, span: Span) -> NodeId {
        let parts = literals::decode(self.source(span), span.start as usize);
        let parts = parts.into_iter().map(literal).collect();
        self.push(Kind::Text(parts), span)
    }

    pub(super) fn opaque(&mut self, children: Vec<NodeId>, span: Span) -> NodeId {
        self.push(Kind::Opaque(children), span)
    }

    pub(super) fn positional(&self, value: NodeId) -> Argument {
        Argument { name: None, value, span: self.tree.span(value) }
    }

    /// The strings of a text that is no sequence of tokens.
    pub(super) fn loose_strings(&mut self, strings: &[Span]) {
        for span in strings {
            let id = self.string(*span);
            self.tree.top.push(id);
        }
    }
}

pub(super) fn literal(piece: Piece) -> TextPart {
    TextPart::Literal { text: piece.text, span: piece.span }
}

/// An identifier without `r#`.
pub(super) fn plain(ident: &proc_macro2::Ident) -> CompactString {
    let text = ident.to_string();
    CompactString::from(text.strip_prefix("r#").unwrap_or(&text))
}

//! What every front-end on tree-sitter shares: parsing within bounds, small look-ups on its nodes, and a depth that no
//! walk exceeds. Which nodes a language has is known to its own front-end only.

use crate::source::Span;
use crate::tree::{MAX_DEPTH, Problem, ProblemKind};
use std::cell::RefCell;
use std::ops::ControlFlow;
use tree_sitter::{Language, Node, ParseOptions, Parser, Tree};

/// Levels of leaves that a front-end may add below a node without asking [`Depth`] for each.
const SPARE: usize = 8;

/// What the parser may spend on a file of `bytes` bytes, in its own steps of a hundred operations. Ordinary code takes
/// about one step for 400 bytes; what takes a hundred times that is not code.
fn allowance(bytes: usize) -> usize {
    20_000 + bytes / 4
}

thread_local! {
    /// A parser cannot be shared between threads and is dear to set up.
    static PARSERS: RefCell<Vec<(&'static str, Parser)>> = const { RefCell::new(Vec::new()) };
}

/// Parses with the parser that this thread keeps under `name`. `None` where the text takes more than its allowance;
/// the same text does so on every machine.
pub(crate) fn parse(name: &'static str, language: impl Into<Language>, text: &str) -> Option<Tree> {
    PARSERS.with_borrow_mut(|parsers| {
        if !parsers.iter().any(|(known, _)| *known == name) {
            let mut parser = Parser::new();
            parser.set_language(&language.into()).ok()?;
            parsers.push((name, parser));
        }
        let (_, parser) = parsers.iter_mut().find(|(known, _)| *known == name)?;
        parse_within(parser, text)
    })
}

fn parse_within(parser: &mut Parser, text: &str) -> Option<Tree> {
    let mut left = allowance(text.len());
    let mut spend = |_: &tree_sitter::ParseState| {
        left = left.saturating_sub(1);
        if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut spend);
    let tree =
        parser.parse_with_options(&mut |at, _| text.as_bytes().get(at..).unwrap_or_default(), None, Some(options));
    if tree.is_none() {
        parser.reset();
    }
    tree
}

/// The problem of a file that [`parse`] gave up on.
pub(crate) fn took_too_long() -> Problem {
    Problem {
        kind: ProblemKind::GaveUp,
        message: "the file takes too long to parse; it was not looked at".into(),
        span: None,
    }
}

pub(crate) fn span(node: Node) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

pub(crate) fn text<'s>(node: Node, source: &'s str) -> &'s str {
    source.get(node.byte_range()).unwrap_or_default()
}

pub(crate) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The named children without comments.
pub(crate) fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()).collect()
}

/// The children that stand in the field `name`.
pub(crate) fn fields<'t>(node: Node<'t>, name: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(name, &mut cursor).filter(Node::is_named).collect()
}

/// One problem for all the places of a file that were not understood: the first place, and how many there are.
pub(crate) fn syntax_problem(root: Node) -> Option<Problem> {
    if !root.has_error() {
        return None;
    }
    let (first, count) = count_errors(root);
    let message = match count {
        0 | 1 => "this part of the file was not understood".to_owned(),
        _ => format!("this part of the file and {} more were not understood", count - 1),
    };
    Some(Problem { kind: ProblemKind::SyntaxError, message, span: first })
}

fn count_errors(root: Node) -> (Option<Span>, usize) {
    let (mut first, mut count) = (None, 0);
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        let wrong = node.is_error() || node.is_missing();
        if wrong {
            count += 1;
            first = first.or(Some(span(node)));
        }
        if !wrong && node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return (first, count);
            }
        }
    }
}

/// How deep a walk is. It keeps trees within [`MAX_DEPTH`] and remembers where the walk had to stop.
#[derive(Debug, Default)]
pub(crate) struct Depth {
    now: usize,
    stopped: Option<Span>,
}

impl Depth {
    /// Down by as many `levels` as lowering `at` puts above its children; `false`, and nothing changes but a note of
    /// `at`, where that is too deep. A caller that was let in calls [`Depth::leave`] with the same number afterwards.
    #[must_use]
    pub(crate) fn enter(&mut self, at: Node, levels: usize) -> bool {
        if self.now + levels + SPARE > MAX_DEPTH {
            self.stopped.get_or_insert(span(at));
            return false;
        }
        self.now += levels;
        true
    }

    pub(crate) fn leave(&mut self, levels: usize) {
        self.now = self.now.saturating_sub(levels);
    }

    pub(crate) fn problem(&self) -> Option<Problem> {
        let message =
            format!("the code nests more than {MAX_DEPTH} levels deep here; what is deeper was not looked at");
        self.stopped.map(|span| Problem { kind: ProblemKind::GaveUp, message, span: Some(span) })
    }
}

//! The parser: text in, tree-sitter's tree out. Bounded in time, and no parser is made twice on one thread.

use crate::source::Span;
use crate::tree::{Problem, ProblemKind};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tree_sitter::{Node, ParseOptions, Parser, Tree};

/// A file that takes longer is hostile: a megabyte of ordinary code takes less than a second.
const TIME: Duration = Duration::from_secs(5);

/// More unmatched `<` than this in one statement are refused: the parser follows each as a comparison and as the
/// beginning of type arguments, and its time and memory grow with the square of their number.
const OPEN_ANGLES: usize = 1000;

thread_local! {
    static PARSER: RefCell<Parser> = RefCell::new(new_parser());
}

fn new_parser() -> Parser {
    let mut parser = Parser::new();
    parser
        .set_language(&tree_sitter_java::LANGUAGE.into())
        .expect("the grammar's ABI, fixed when it was compiled, is one that tree-sitter reads");
    parser
}

/// `None` where the parser ran out of time, or would.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let bytes = text.as_bytes();
    if open_angles(bytes) > OPEN_ANGLES {
        return None;
    }
    let start = Instant::now();
    let mut progress = |_: &tree_sitter::ParseState| {
        if start.elapsed() > TIME { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    PARSER.with_borrow_mut(|parser| {
        parser.reset();
        let options = ParseOptions::new().progress_callback(&mut progress);
        parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options))
    })
}

fn open_angles(bytes: &[u8]) -> usize {
    let mut open = 0usize;
    let mut most = 0;
    for byte in bytes {
        open = match byte {
            b'<' => open + 1,
            b'>' => open.saturating_sub(1),
            b';' | b'{' | b'}' => 0,
            _ => open,
        };
        most = most.max(open);
    }
    most
}

/// The nodes that the parser made of what it did not understand, and those it made up, in the order of the text.
pub(super) fn errors(root: Node<'_>) -> Vec<Node<'_>> {
    let mut found = Vec::new();
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            found.push(node);
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// One problem for the whole file, at its first error.
pub(super) fn syntax_problem(errors: &[Node<'_>]) -> Option<Problem> {
    let first = errors.first()?;
    let message = if first.is_missing() {
        format!("`{}` is missing here; the rest of the file was read as well as it could be", first.kind())
    } else {
        "this is not valid Java; the rest of the file was read as well as it could be".to_owned()
    };
    Some(Problem { kind: ProblemKind::SyntaxError, message, span: Some(span(*first)) })
}

pub(super) fn gave_up(message: &str, span: Option<Span>) -> Problem {
    Problem { kind: ProblemKind::GaveUp, message: message.to_owned(), span }
}

pub(super) fn span(node: Node<'_>) -> Span {
    Span::new(node.start_byte(), node.end_byte())
}

pub(super) fn field<'t>(node: Node<'t>, name: &str) -> Option<Node<'t>> {
    node.child_by_field_name(name)
}

/// The named children without comments.
pub(super) fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !is_comment(*child)).collect()
}

pub(super) fn first_child(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| !is_comment(*child))
}

pub(super) fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| child.kind() == kind)
}

fn is_comment(node: Node<'_>) -> bool {
    matches!(node.kind(), "line_comment" | "block_comment")
}

//! Source in, printed tree out.

use super::Python;
use crate::frontend::{Frontend, Lowered, print};
use crate::source::{FileId, Source};
use crate::tree::{MAX_DEPTH, Problem, ProblemKind, Tree};
use proptest::prelude::*;

fn lower(text: &str) -> (Tree, Vec<Problem>) {
    let source = Source::new(FileId(0), "a.py", text.into());
    match Python.lower(&source) {
        (Lowered::Code(tree), problems) => (tree, problems),
        (Lowered::Settings(_), _) => panic!("Python is code"),
    }
}

/// The blocks of the cases below: source, `----`, printed tree.
const CASES: &str = include_str!("cases.txt");

#[test]
fn every_construct_lowers_as_written() {
    let mut wrong = String::new();
    for case in CASES.split("\n====\n") {
        let (source, expected) = case.split_once("\n----\n").expect("a case has two halves");
        let printed = print::print(&lower(source).0);
        if printed != expected.trim_end() {
            wrong += &format!("{source}\n  is       {printed}\n  expected {expected}\n\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

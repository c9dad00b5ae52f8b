//! Tests with any text: no panic, no deep tree, no long wait.

use super::Java;
use super::print::depth;
use crate::frontend::{Frontend, Lowered};
use crate::source::{FileId, Source};
use crate::tree::{MAX_DEPTH, ProblemKind, Tree};
use proptest::prelude::*;

/// Lowers what may be hostile, and checks the promises that hold for any tree.
fn lower_any(source: &str) -> (Tree, Vec<ProblemKind>) {
    let file = Source::new(FileId(0), "A.java", source.as_bytes().to_vec());
    let (Lowered::Code(tree), problems) = Java.lower(&file) else { panic!("not code") };
    let deepest = depth(&tree, source);
    assert!(deepest <= MAX_DEPTH, "{deepest} levels");
    (tree, problems.into_iter().map(|problem| problem.kind).collect())
}

#[test]
fn nesting_is_bounded() {
    for (open, middle, close) in [
        ("f(", "1", ")"),
        ("new int[]{", "1", "}"),
        ("{", "", "}"),
        ("!", "x", ";"),
        ("x -> ", "1", ""),
        ("new A() { Object m() { return ", "1", "; } }"),
        ("class A { ", "int x;", " }"),
        ("enum A { X { ", "int x;", " } }"),
        ("switch (x) { case 1 -> { ", "f();", " } }"),
        ("switch (x) { case 1: ", "f();", " }"),
        ("y = switch (x) { case 1 -> ", "1", "; };"),
        ("try (A a = f()) { ", "f();", " } catch (E e) {}"),
        ("if (x) ", "f();", ""),
        ("if (x) {} else ", "f();", ""),
        ("for (A a : b) ", "f();", ""),
        ("a: ", "f();", ""),
        ("(T) ", "x", ""),
        ("a ? b : ", "x", ";"),
        ("@A(", "1", ")"),
        ("@interface A { int x() default ", "1", ";}"),
        ("a = ", "x", ";"),
        ("a - ", "x", ";"),
        ("x[", "1", "]"),
        ("", "x", ".m()"),
        ("", "x", ".y"),
        ("", "x", " - 1"),
        ("", "x", "[0]"),
        ("STR.\"\\{", "x", "}\""),
    ] {
        let source = format!("{}{middle}{};", open.repeat(1500), close.repeat(1500));
        let (_, problems) = lower_any(&source);
        assert!(problems.contains(&ProblemKind::GaveUp), "{open}{middle}{close}: {problems:?}");
    }
}

#[test]
fn a_hundred_thousand_brackets() {
    for bracket in ["(", "[", "{", "f(", "new int[]{", "A<", "\"\\{"] {
        lower_any(&bracket.repeat(100_000));
    }
    // Few enough that a busy machine has the time that one file is given.
    let (_, problems) = lower_any(&format!("x = {}1{};", "(".repeat(10_000), ")".repeat(10_000)));
    assert_eq!(problems, []);
}

#[test]
fn long_sums_and_names_are_not_deep() {
    let (tree, problems) = lower_any(&format!("x = \"a\"{};", " + \"b\"".repeat(5000)));
    assert_eq!(problems, []);
    assert!(tree.len() > 10_000);
    let name = "a.".repeat(5000);
    let (tree, problems) = lower_any(&format!("package {name}b; import {name}C; class A {{ {name}T x; }}"));
    assert_eq!(problems, []);
    assert_eq!(tree.module.len(), name.len() + 1);
}

const PIECES: &[&str] = &[
    "class A { ",
    "} ",
    "{ ",
    "(",
    ")",
    "\"",
    "\"\"\"\n",
    "\\",
    "\\u00",
    "\\{",
    "'",
    "x",
    " = ",
    ";",
    "@A(",
    "new T(",
    "switch (x) { ",
    "case ",
    "-> ",
    "try (",
    "catch (E e) ",
    ", ",
    "...",
    "::",
    "record R(",
    "enum E { ",
    "é",
    "0x",
    "1",
    "+ ",
    "[",
    "]",
    "<",
    ">",
    "/*",
    "//",
    "\n",
    "int ",
    "default ",
    "import ",
    "a.b",
    "super",
    "this",
    "instanceof ",
    "if (",
    "else ",
    "return ",
    "yield ",
];

proptest! {
    #[test]
    fn any_text_is_lowered(text in "\\PC*") {
        lower_any(&text);
    }

    #[test]
    fn any_pieces_are_lowered(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..60)) {
        lower_any(&pieces.concat());
    }
}

#[test]
fn many_open_angles_are_refused() {
    let (tree, problems) = lower_any(&"A<".repeat(2000));
    assert_eq!(problems, [ProblemKind::GaveUp]);
    assert!(tree.is_empty());
    let (_, problems) = lower_any(&"List<A> a; b = c < d;".repeat(2000));
    assert_eq!(problems, []);
}

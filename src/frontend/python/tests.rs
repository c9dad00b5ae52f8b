//! Source in, printed tree out.

use super::Python;
use crate::frontend::{Frontend, Lowered, print};
use crate::source::{FileId, Source};
use crate::tree::{MAX_DEPTH, Problem, ProblemKind, Tree};
use proptest::prelude::*;
use std::fmt::Write;

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
            let _ = writeln!(wrong, "{source}\n  is       {printed}\n  expected {expected}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn parts_of_strings_know_their_bytes() {
    for (source, expected) in [
        ("u = 'é' r'a\\n'", &["é@5..7", "a\\n@11..14"][..]),
        ("u = f\"a{h!r:>{w}}b{{\"", &["a@6..7", "b@17..18", "{@18..20"]),
        ("u = b'''x\\x41\\\ny'''", &["x@8..9", "A@9..13", "@13..15", "y@15..16"]),
        ("u = f'{host = }'", &["host = @7..14"]),
        ("u = 'a\\'b\\qc'", &["a@5..6", "'@6..8", "b\\qc@8..12"]),
    ] {
        assert_eq!(print::literals(&lower(source).0), expected, "{source}");
    }
}

#[test]
fn broken_files_keep_the_rest_and_say_so_once() {
    for source in [
        "x = (\ny = 1\nf('kept')\n",
        "def f(a, 'kept' b): pass\n",
        "class A(:\n  x = 'kept'\n",
        "if a ? 'kept':\n  b\nelif c ! 'also':\n  d\n",
        "for x in y z 'kept':\n  pass\n",
        "with a as b c 'kept': pass\n",
    ] {
        let (tree, problems) = lower(source);
        assert!(
            print::literals(&tree).iter().any(|part| part.starts_with("kept@")),
            "{source} {}",
            print::print(&tree)
        );
        let kinds: Vec<ProblemKind> = problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::SyntaxError], "{source}");
    }
}

#[test]
fn deep_nesting_is_cut_and_reported() {
    let bombs = [
        ("(", "1", ")", 100_000),
        ("[", "", "]", 100_000),
        ("f(", "1", ")", 20_000),
        ("{1:", "1", "}", 20_000),
        ("not ", "1", "", 20_000),
        ("lambda: ", "1", "", 20_000),
        ("a = ", "1", "", 20_000),
        ("", "a", ".b", 20_000),
        ("", "a", "[0]", 20_000),
        ("", "a", "()", 20_000),
        ("", "1", " + 1", 20_000),
        ("1 if 1 else ", "1", "", 20_000),
        ("[1 for x in ", "y", "]", 5_000),
        ("", "if a: b", "\nelif a: b", 5_000),
        ("@f\nclass A:", "x", "", 1),
    ];
    for (open, middle, close, times) in bombs {
        let source = format!("{}{middle}{}\nkept('http://kept')\n", open.repeat(times), close.repeat(times));
        let (tree, problems) = lower(&source);
        check(&source, &tree);
        let gave_up = problems.iter().any(|problem| problem.kind == ProblemKind::GaveUp);
        assert_eq!(gave_up, times > 1, "{open}{middle}{close} {problems:?}");
        assert_eq!(
            print::literals(&tree).last().map(|part| part.starts_with("http://kept")),
            Some(true),
            "{open}{close}"
        );
    }
}

#[test]
fn nested_blocks_are_cut_too() {
    for head in [
        "if a:",
        "for a in b, c:",
        "def f(self):",
        "class A:",
        "try:",
        "while a:",
        "with a as b:",
        "match a:\n case b:",
    ] {
        let source = (0..300).fold(String::new(), |out, level| {
            let indent = " ".repeat(2 * level);
            out + &indent + &head.replace('\n', &format!("\n{indent}")) + "\n"
        });
        check(&source, &lower(&source).0);
    }
}

#[test]
fn many_errors_are_one_problem() {
    let (tree, problems) = lower(&"$ ? (\n".repeat(20_000));
    check(&"$ ? (\n".repeat(20_000), &tree);
    assert_eq!(problems.len(), 1, "{problems:?}");
}

/// What holds for every tree: no node is lost, shared, too deep, or off the text.
fn check(source: &str, tree: &Tree) {
    let reachable = print::reachable(tree);
    let mut ids: Vec<_> = reachable.iter().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), ids.len()), (reachable.len(), tree.len()), "shared or lost in {source:.200}");
    for (id, depth) in reachable {
        assert!(depth <= MAX_DEPTH, "{depth} in {source:.200}");
        assert!(source.get(tree.span(id).range()).is_some(), "{:?} in {source:.200}", tree.span(id));
    }
}

/// What Python code is made of, so that most of it parses.
fn token() -> impl Strategy<Value = &'static str> {
    let words = "a self ( ) [ ] { } , : = . \" ' f\" {x} ''' \\ @ * ** -> | := + % == not lambda if else for in def class \
                 try except with as match case return import from await yield async print exec 0x1 1 é # ; `";
    let mut tokens: Vec<&str> = words.split(' ').collect();
    tokens.extend(["\n", "\n  ", "\n    ", " ", "\t", "\r\n", "\0", "\\\n"]);
    prop::sample::select(tokens)
}

proptest! {
    #[test]
    fn any_text_gives_a_sound_tree(text in "\\PC{0,200}|(?s).{0,80}") {
        check(&text, &lower(&text).0);
    }

    #[test]
    fn any_tokens_give_a_sound_tree(tokens in prop::collection::vec(token(), 0..80)) {
        let text = tokens.concat();
        check(&text, &lower(&text).0);
    }

    #[test]
    fn mutated_code_gives_a_sound_tree(case in 0_usize..100, from in 0_usize..2000, len in 0_usize..20, insert in token()) {
        let cases: Vec<&str> = CASES.split("\n====\n").collect();
        let case = cases[case % cases.len()];
        let mut text: Vec<char> = case.split("\n----\n").next().unwrap_or_default().chars().collect();
        let from = from % (text.len() + 1);
        let end = (from + len).min(text.len());
        text.splice(from..end, insert.chars());
        let text: String = text.into_iter().collect();
        check(&text, &lower(&text).0);
    }

    #[test]
    fn any_bytes_give_a_sound_tree(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let source = Source::new(FileId(0), "a.py", bytes);
        if let (Lowered::Code(tree), _) = Python.lower(&source) {
            check(source.text(), &tree);
        }
    }
}

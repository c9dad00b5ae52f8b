//! Which comments suppress what.

use super::*;
use crate::grades::Confidence;
use crate::report::{Context, Severity};

fn source(text: &str) -> Source {
    Source::new(FileId(0), "a", text.as_bytes().to_vec())
}

/// Each suppression as `lines checks | reason`, each problem as its message.
fn shown(text: &str) -> Vec<String> {
    let source = source(text);
    let file = parse(&source);
    let suppressions = file.suppressions.iter().map(|suppression| {
        let scope = match suppression.scope {
            Scope::File => "file".to_owned(),
            Scope::Lines { first, last } => format!("{first}-{last}"),
        };
        let checks = suppression.checks.as_ref().map_or("all".to_owned(), |checks| {
            // What the spans cover must be what the list says.
            checks.iter().map(|check| source.slice(check.span)).collect::<Vec<_>>().join(" ")
        });
        format!("{scope} {checks} | {}", suppression.reason)
    });
    suppressions.chain(file.problems.iter().map(|problem| problem.message.clone())).collect()
}

#[test]
fn directives_are_understood() {
    for (text, expected) in [
        ("x # barewire: ignore", "1-1 all | "),
        ("x  # barewire: ignore[a-b, c] it is a test", "1-1 a-b c | it is a test"),
        ("x // barewire:ignore[a]: why", "1-1 a | why"),
        ("x /* barewire: ignore[a] why */", "1-1 a | why"),
        ("/* barewire: ignore */ x", "1-1 all | "),
        ("/* barewire: ignore */\nx", "1-2 all | "),
        ("<!-- barewire: ignore[a]-->\n<x/>", "1-2 a | "),
        ("<!-- barewire: ignore-->\n<x/>", "1-2 all | "),
        ("; barewire: ignore\nx", "1-2 all | "),
        ("-- barewire: ignore\nx", "1-2 all | "),
        ("! barewire: ignore\nx", "1-2 all | "),
        ("y\n  # barewire: ignore why\n  # more\n  x", "2-4 all | why"),
        ("/// barewire: ignore\n// more\n*x = 1;", "1-3 all | "),
        ("/*\n * barewire: ignore why\n * more\n */\nx", "2-5 all | why"),
        ("/* barewire: ignore\n more */\nx", "1-3 all | "),
        ("# barewire: ignore-file[a] b\r\nx", "file a | b"),
        ("# noqa # barewire: ignore", "1-1 all | "),
        ("é = 1 # barewire: ignore[é] ü", "1-1 é | ü"),
        ("don't # barewire: ignore", "1-1 all | "),
        ("# barewire: ignore-line", "`ignore-line` is not known here: write `ignore` or `ignore-file`"),
        ("# barewire: disable[a]", "`disable` is not known here: write `ignore` or `ignore-file`"),
        (
            "/** barewire: ignore */
x",
            "1-2 all | ",
        ),
        ("# barewire: ignore[a", "the list of checks has no `]`"),
        ("# barewire: ignore[ , ]", "the list of checks is empty: leave it out to suppress every check"),
    ] {
        assert_eq!(shown(text), [expected], "{text}");
    }
}

#[test]
fn only_comments_count() {
    for text in [
        "barewire: ignore",
        "x = 'barewire: ignore'",
        "x = \"# barewire: ignore\"",
        "x = '# barewire: ignore'",
        "x = http://barewire: ignore",
        "# use barewire: ignore for this",
        "a * barewire: ignore",
        "Stop! barewire: ignore",
        "# barewire ignore",
        "# barewire: see above",
        "# barewire:",
    ] {
        assert_eq!(shown(text), [""; 0], "{text}");
    }
    let long = format!("{} # barewire: ignore\ny # barewire: ignore", "x".repeat(LONGEST_LINE));
    assert_eq!(shown(&long), ["2-2 all | "]);
}

fn finding(source: &Source, check: &str, bytes: &str, statement: &str) -> Finding {
    let place = |text: &str| {
        let start = source.text().find(text).expect("it is in the text");
        source.place(Span::new(start, start + text.len()))
    };
    Finding {
        check: check.into(),
        severity: Severity::High,
        confidence: Confidence::High,
        message: String::new(),
        place: place(bytes),
        statement: place(statement),
        related: Vec::new(),
        help: String::new(),
        fix: None,
        library: "".into(),
        host: None,
        context: Context::Production,
        fingerprint: String::new(),
    }
}

/// One finding of `cleartext-http` at `BAD` in `STATEMENT...;`: whether it is suppressed, and the problems.
fn outcome(text: &str, fully_analysed: bool) -> (bool, Vec<String>) {
    let source = source(text);
    let from = text.find("STATEMENT").expect("a statement");
    let to = from + text[from..].find(';').expect("its end") + 1;
    let finding = finding(&source, "cleartext-http", "BAD", &text[from..to]);
    let files = BTreeMap::from([(FileId(0), FileSuppressions { fully_analysed, ..parse(&source) })]);
    let mut sources = Sources::default();
    sources.insert(source);
    let applied = apply(vec![finding], &files, &sources, &["cleartext-http", "weak-cipher"]);
    assert_eq!(applied.shown.len() + applied.suppressed.len(), 1);
    (applied.suppressed.len() == 1, applied.problems.into_iter().map(|problem| problem.message).collect())
}

#[test]
fn a_suppression_holds_around_the_statement() {
    for (text, expected) in [
        ("STATEMENT(BAD);", false),
        ("STATEMENT(BAD); # barewire: ignore", true),
        ("# barewire: ignore[cleartext-http]\nSTATEMENT(\n  BAD\n);", true),
        ("STATEMENT( # barewire: ignore\n  BAD\n);", true),
        ("STATEMENT(\n  BAD\n); # barewire: ignore", true),
        ("STATEMENT(\n  # barewire: ignore\n  BAD\n);", true),
        ("# barewire: ignore-file\n\n\nSTATEMENT(BAD);", true),
        ("STATEMENT(BAD);\n\n# barewire: ignore-file[cleartext-http]", true),
    ] {
        assert_eq!(outcome(text, true), (expected, vec![]), "{text}");
    }
}

#[test]
fn what_does_nothing_is_reported() {
    let nothing = "this suppresses nothing: remove it";
    for (text, suppressed, problem) in [
        ("x # barewire: ignore\nSTATEMENT(BAD);", false, nothing),
        ("# barewire: ignore\n\nSTATEMENT(BAD);", false, nothing),
        ("STATEMENT(BAD);\n# barewire: ignore", false, nothing),
        ("STATEMENT(BAD); # barewire: ignore[weak-cipher]", false, "`weak-cipher` suppresses nothing here: remove it"),
        (
            "STATEMENT(BAD); # barewire: ignore[weak-cipher, cleartext-http]",
            true,
            "`weak-cipher` suppresses nothing here: remove it",
        ),
        (
            "STATEMENT(BAD); # barewire: ignore[cleartext-htpp]",
            false,
            "there is no check `cleartext-htpp`; did you mean `cleartext-http`?",
        ),
        ("STATEMENT(BAD); # barewire: ignore[E501]", false, "there is no check `E501`"),
        ("STATEMENT(BAD); # barewire: ignore[", false, "the list of checks has no `]`"),
    ] {
        assert_eq!(outcome(text, true), (suppressed, vec![problem.to_owned()]), "{text}");
        let unused = problem.contains("suppresses nothing");
        assert_eq!(outcome(text, false).1.is_empty(), unused, "what was given up may have been meant: {text}");
    }
}

mod print;

use super::*;
use crate::source::FileId;
use crate::tree::{Kind, NodeId, TextPart};
use print::{depth, show_top};
use proptest::prelude::*;

fn lowered(text: &str) -> (Tree, Vec<Problem>) {
    let source = Source::new(FileId(0), "a.rs", text.into());
    let (Lowered::Code(tree), problems) = Rust.lower(&source) else { panic!("Rust is code") };
    (tree, problems)
}

/// The tree as a compact expression.
fn shown(text: &str) -> String {
    let (tree, problems) = lowered(text);
    assert_eq!(problems, [], "{text}");
    show_top(&tree)
}

/// What the statements of a function become.
fn body(statements: &str) -> String {
    let shown = shown(&format!("fn f() {{ {statements} }}"));
    shown.strip_prefix("(fn f() ").and_then(|rest| rest.strip_suffix(')')).expect("one function").to_owned()
}

#[test]
fn expressions() {
    for (code, expected) in [
        (r#"get("http://a", 1, true);"#, "(get 'http://a' 1 true)"),
        ("a.b(c).d()?.await;", "(Same (Same ((a.b c).d)))"),
        ("a::b::<T>::c(x);", "(a.b.c x)"),
        ("<T as Trait>::m(1);", "(T.m 1)"),
        ("<Vec<Client>>::new();", "(Client.new)"),
        ("self::a(); crate::b(); super::c(); Self::d(); self.e();", "(self.a) (crate.b) (super.c) (Self.d) (@self.e)"),
        ("x = 1; y += 2; z |= F; w &= !F;", "(= x 1) (Add= y 2) (BitOr= z F) (BitAnd= w (Not F))"),
        (r#"a + "b" == c && !d || -1 < 2;"#, "(Or (And (Equal (Add a 'b') c) (Not d)) (Less (Minus 1) 2))"),
        ("Tls { verify: false, ca, ..Tls::default() };", "(new Tls verify=false ca=ca *=(Tls.default))"),
        ("(&mut *a)[0] as u16;", "(cast u16 (Same (Same (Same a)))[0])"),
        ("[1, 2]; (a, b.0); 1..n; [0; n];", "[1 2] [a b.0] <1 n> <0 n>"),
        ("b'a'; 'x'; 1.5; b\"b\"; c\"c\"; r#\"r\\\"#;", "97 'x' number 'b' 'c' 'r\\'"),
        ("|a, b: &T| a; move |_| { f(); 1 };", "(lambda (a b:T) (return a)) (lambda (_) (f) (return 1))"),
        ("unsafe { a() }; async move { b().await };", "{(a)} {(Same (b))}"),
        ("return; break; continue;", "(return -) nothing nothing"),
        ("return Ok(1);", "(return (Ok 1))"),
    ] {
        assert_eq!(body(code), expected, "{code}");
    }
}

#[test]
fn control_flow() {
    for (code, expected) in [
        ("if a { b() } else if c { 1 } else { 2 };", "(if a {(b)} (if c {1} {2}))"),
        ("if let Some(x) = y { x(); }", "(return (if (let x y) {(x)} -))"),
        (
            "match a { Some(v) if v => { f(v) } K::B | \"q\" => 2, _ => 3 };",
            "(match a {(let v -) v {(f v)}} {'q' 2} {3})",
        ),
        ("while a { b(); }", "(loop a {(b)})"),
        ("while let Some(x) = n() { x; }", "(loop (let x (n)) {x})"),
        ("for (k, v) in m { k; }", "(loop (let [k v] m) {k})"),
        ("loop { break 1; }", "(loop  {<1>})"),
    ] {
        assert_eq!(body(code), expected, "{code}");
    }
}

#[test]
fn declarations() {
    for (code, expected) in [
        ("let a: &mut reqwest::Client = b;", "(let a:reqwest.Client b)"),
        ("let (a, mut b) = c;", "(let [a b] c)"),
        ("let Ok(a) = b() else { return; };", "(let a (b)) (match - {(return -)})"),
        ("let (a, \"x\") = b;", "(let [a <'x'>] b)"),
        ("let a; const B: u8 = 1;", "(let a -) (const B:u8 1)"),
        ("let Tls { verify, ca: path } = t;", "(let [verify path] t)"),
    ] {
        assert_eq!(body(code), expected, "{code}");
    }
}

#[test]
fn imports() {
    let (tree, problems) = lowered(
        "use a::{b::{self, C as D}, *}; pub use crate::x::Y; use ::z; extern crate k as l; \
         type Http = hyper::Client<T>; type R<T> = Result<T, E>; fn f() { use self::q::w; }",
    );
    assert_eq!(problems, []);
    let shown: Vec<String> = tree
        .imports
        .iter()
        .map(|import| format!("{}{}={}", import.path, if import.wildcard { ".*" } else { "" }, import.name))
        .collect();
    let expected = ["a.b=b", "a.b.C=D", "a.*=", "crate.x.Y=Y", "z=z", "k=l", "hyper.Client=Http", "self.q.w=w"];
    assert_eq!(shown, expected);
}

#[test]
fn items() {
    for (code, expected) in [
        (
            "struct A { #[serde(default = \"u\")] pub url: Option<String>, n: Vec<B> }",
            "(class A (let #(serde default='u') url:String -) (let n:B -))",
        ),
        ("struct T(Arc<dyn Verify + Send>);", "(class T (let 0:Verify -))"),
        (
            "#[derive(Debug)] enum E { /** d */ A = 1, B(u8), C { x: u8 } }",
            "(class E (const A 1) (class B (let 0:u8 -)) (class C (let x:u8 -)))",
        ),
        (
            "impl<T> a::Verify for Box<N<T>> { fn v(&self, c: &Cert) -> Result<Ok1, E> { Ok(c) } }",
            "(class N<a.Verify (fn v(@self c:Cert)->Ok1 (return (Ok c))))",
        ),
        (
            "impl A { fn n() -> Self { Self(B::Self) } fn m() { Self::n(); <Self as D>::n() } } fn f() { Self::n() }",
            "(class A (fn n()->Self (return (A B.Self))) (fn m() (A.n) (return (Self.n)))) (fn f() (return (Self.n)))",
        ),
        (
            "trait V: Send { const K: u8; fn v(self: Arc<Self>); fn w() {} }",
            "(class V<Send (const K:u8 -) (fn v(@self);) (fn w() ))",
        ),
        ("mod m { static mut S: &str = \"s\"; mod other; }", "(class m (const S:str 's'))"),
        ("fn f<C: Connect>(c: C, d: impl A) -> impl B { d }", "(fn f(c:Connect d:A)->B (return d))"),
        (
            "#[tokio::main] async fn main() -> Result<(), E> { panic!(\"x\") }",
            "(fn #tokio.main main() (throw (panic! 'x')))",
        ),
        ("#[clap(default_value = \"http://a\", long)] struct A;", "(class #(clap default_value='http://a' long) A )"),
        ("#[x(type = \"t\", a = b => \"c\")] struct A;", "(class #(x type='t' a=<'c'>) A )"),
    ] {
        assert_eq!(shown(code), expected, "{code}");
    }
}

#[test]
fn macros() {
    for (code, expected) in [
        ("log::info!(\"a {}\", b);", "(log.info! 'a |{}' b)"),
        (
            "format!(\"{scheme}://{host:?}/{{x}}/{0}/{:>5}\", a);",
            "(format! '${scheme}|://|${host}|/|{|x|}|/|{0}|/|{}' a)",
        ),
        ("format!(\"{u}\", u = url);", "(format! '${url}' u=url)"),
        ("write!(f, \"a{b}\")?;", "(Same (write! f 'a|${b}'))"),
        ("query!(\"{\\\"a\\\": 1}\");", "(query! '{|\"|a|\"|: 1}')"),
        ("concat!(\"a\", \"b\");", "(concat! 'a' 'b')"),
        ("vec![\"a\", b]; vec![0; n];", "['a' b] [0 n]"),
        ("json!({\"a\": [1, null, x.y], \"b\": {}});", "{'a': [1 null x.y], 'b': {}}"),
        ("json!({k: v, \"c\": f(1)});", "{k: v, 'c': (f 1)}"),
        ("doc! { \"a\": \"b\" };", "(doc! {'a': 'b'})"),
        ("schema!({\"a\": r#\"b\"#, \"c\": [x]});", "(schema! {'a': 'b', 'c': [x]})"),
        ("odd!(a b r#\"c\"#);", "(odd! <'c'>)"),
        ("assert!(a == \"b\"); matches!(x, Some(\"y\"));", "<(Equal a 'b')> <x (Some 'y')>"),
        ("tokio::select! { x = a() => { b(\"c\"); } }", "(return (tokio.select! {<(a) {(b 'c')}>}))"),
        ("todo!();", "(throw (todo!))"),
        ("hash!(\"a\" => f(\"b\"), c);", "(hash! <'a' (f 'b')> c)"),
        ("q!(let x = \"a\"; ::: z(\"b\"));", "(q! (let x 'a') <(z 'b')>)"),
    ] {
        assert_eq!(body(code), expected, "{code}");
    }
    assert_eq!(
        shown("lazy_static! { static ref U: String = \"http://a\".into(); }"),
        "(lazy_static! {(let U ('http://a'.into))})"
    );
    assert_eq!(
        shown("macro_rules! m { ($x:expr) => { $x.get(\"http://a\") }; }"),
        "(macro_rules! {<<<>> {<(get 'http://a')>}>})"
    );
}

#[test]
fn test_code() {
    for (code, expected) in [
        ("fn a() {} #[cfg(test)] mod t { fn b() {} }", Some("#[cfg(test)] mod t { fn b() {} }")),
        ("#[doc = \"\"] #[tokio::test] async fn t() {}", Some("#[doc = \"\"] #[tokio::test] async fn t() {}")),
        ("#[test] fn t() {} fn b() {}", Some("#[test] fn t() {}")),
        (
            "#[cfg(any(test, feature = \"x\"))] const A: u8 = 1;",
            Some("#[cfg(any(test, feature = \"x\"))] const A: u8 = 1"),
        ),
        ("#[cfg(not(test))] fn a() {}", None),
        ("#[cfg(feature = \"test\")] fn a() {}", None),
        ("#![cfg(test)] fn a() {}", Some("#![cfg(test)] fn a() {}")),
    ] {
        let (tree, _) = lowered(code);
        let found = tree.test_spans.first().map(|span| &code[span.range()]);
        assert_eq!(found, expected, "{code}");
    }
}

/// The source under each literal part, of all texts.
fn parts(text: &str) -> Vec<(String, &str)> {
    let (tree, _) = lowered(text);
    let mut out = Vec::new();
    for index in 0..tree.len() {
        if let Kind::Text(parts) = tree.kind(NodeId(index as u32)) {
            for part in parts {
                if let TextPart::Literal { text: value, span } = part {
                    out.push((value.to_string(), &text[span.range()]));
                }
            }
        }
    }
    out
}

#[test]
fn parts_have_exact_spans() {
    let pair = |a: &str, b: &'static str| (a.to_owned(), b);
    let escaped = [pair("http://a", "http://a"), pair("\n", "\\n"), pair("é", "\\u{e9}"), pair("b", "b")];
    for before in ["", "\u{feff}", "\u{feff}#!/usr/bin/env run\n", "// é\r\n", "#![allow(x)]\n", "/* 漢字 */ "] {
        let code = format!("{before}const A: &str = \"http://a\\n\\u{{e9}}b\";");
        assert_eq!(parts(&code), escaped, "{before}");
    }
    assert_eq!(parts("f!(r##\"a\"#b\"##);"), [pair("a\"#b", "a\"#b")]);
    assert_eq!(parts("const A: &[u8] = b\"a\\x41\";"), [pair("a", "a"), pair("A", "\\x41")]);
    assert_eq!(
        parts("const A: &str = \"a\r\nb\\\r\n  c\";"),
        [pair("a", "a"), pair("\n", "\r\n"), pair("b", "b"), pair("", "\\\r\n  "), pair("c", "c")]
    );
    assert_eq!(parts("fn f() { format!(\"http://{h}/{}{{\") }").len(), 4);
}

#[test]
fn a_broken_item_hides_nothing_else() {
    let whole = "(fn a() (f 'x'))";
    let rest = "(fn b() (g 'z'))";
    for (broken, kept) in [
        ("fn x( -> { h(\"y\"); }", "(h 'y')"),
        ("fn x() { let = ; h(\"y\"); }", "(h 'y')"),
        ("struct X { a: , b: }", ""),
        ("} } )", ""),
        ("fn x() { h(\"y\"; }", "'y'"),
        ("const X: &str = \"\\q y\" `;", "q"),
        ("let x =", ""),
        ("impl X { fn ok() { h(\"y\"); } fn bad( }", "(fn ok() (h 'y'))"),
    ] {
        let code = format!("fn a() {{ f(\"x\"); }} {broken} fn b() {{ g(\"z\"); }}");
        let (tree, problems) = lowered(&code);
        let shown = show_top(&tree);
        assert!(shown.starts_with(whole) && shown.contains(rest) && shown.contains(kept), "{code}\n{shown}");
        assert_eq!(problems.first().map(|problem| problem.kind), Some(ProblemKind::SyntaxError), "{code}");
    }
}

#[test]
fn an_open_delimiter_hides_nothing() {
    let (tree, problems) = lowered("fn a() { f(\"x\"); \n fn b() { g(\"z\"); }");
    assert_eq!(show_top(&tree), "<(a) (f 'x')> (fn b() (g 'z'))");
    assert_eq!(problems[0].kind, ProblemKind::SyntaxError);
}

#[test]
fn an_open_string_leaves_what_is_before() {
    let (tree, problems) = lowered("fn a() { f(\"x\"); } const B: &str = \"y;\n");
    assert!(show_top(&tree).starts_with("(fn a() (f 'x'))"), "{}", show_top(&tree));
    assert_eq!(problems[0].kind, ProblemKind::SyntaxError);
}

#[test]
fn deep_nesting_is_cut() {
    let n = 100_000;
    let cases = [
        ("[".repeat(n), "]".repeat(n)),
        ("(".repeat(n), String::new()),
        ("{ let a = ".repeat(n), "};".repeat(n)),
        ("{ if a { x(|| ".repeat(n), ") } }".repeat(n)),
        ("!".repeat(n), "1".into()),
        ("& ".repeat(n), "1".into()),
        ("|| ".repeat(n), "1".into()),
        ("return ".repeat(n), "1".into()),
        ("a = ".repeat(n), "1".into()),
        ("if a {} else ".repeat(n), "{}".into()),
        ("\"x\" + ".repeat(n), "1".into()),
        ("x".into(), ".f()".repeat(n)),
        ("x".into(), "?".repeat(n)),
        ("f!(".repeat(n), ")".repeat(n)),
        ("json!({\"a\": ".repeat(n), "})".repeat(n)),
        ("a::<".repeat(n), ">".repeat(n)),
        ("let x: Vec<".repeat(n), String::new()),
        ("let x: A".into(), "<A".repeat(n)),
        ("let x: ".into(), "fn() -> ".repeat(n)),
        ("let x: ".into(), "impl Fn() -> ".repeat(n)),
        ("let ".into(), "a @ ".repeat(n)),
        ("let ".into(), "& ".repeat(n)),
        ("use a".into(), "::a".repeat(n)),
        ("use ".into(), "{a, a::".repeat(n)),
        ("<".repeat(n), "A as A>::b".repeat(n)),
        (".. ".repeat(n), String::new()),
        ("x".into(), " as u8".repeat(n)),
        ("-1 < ".repeat(n), "1".into()),
        ("async move || ".repeat(n), "1".into()),
        ("'a: loop { break 'a ".repeat(n), String::new()),
        ("#[a(".repeat(n), ")] ".repeat(n)),
        ("mod a { impl B { fn c() { ".repeat(n), "}}}".repeat(n)),
        ("match a { B => ".repeat(n), "}".repeat(n)),
    ];
    for (open, close) in cases {
        let code = format!("fn a() {{ g(\"y\"); }} fn f() {{ {open}{close} }} fn b() {{ h(\"z\"); }}");
        let shape = &open[..open.len().min(20)];
        let (tree, problems) = lowered(&code);
        assert!(problems.iter().any(|problem| problem.kind == ProblemKind::GaveUp), "{shape} {problems:?}");
        assert!(depth(&tree) <= crate::tree::MAX_DEPTH, "{shape} {}", depth(&tree));
        assert!(parts(&code).contains(&("y".to_owned(), "y")), "{shape}");
    }
}

#[test]
fn ordinary_nesting_is_whole() {
    let code = format!("fn f() {{ {}1{} }}", "g(".repeat(150), ")".repeat(150));
    assert_eq!(lowered(&code).1, []);
    let code = format!("fn f() {{ a{} }}", ".b(1)".repeat(150));
    assert_eq!(lowered(&code).1, []);
    let code = format!("const A: &[u8] = &[{}];", "1 + 2, -1, ".repeat(20_000));
    assert_eq!(lowered(&code).1, []);
}

#[test]
fn hostile_repetition_takes_no_time() {
    for unit in ["fn a ", "fn a(){", "\"\\", "r#\"", "/*", "a::", "#[", "{};", "x!{(", "' ", "({[", "f(]", "a = ", "b'"]
    {
        let code = unit.repeat(100_000 / unit.len());
        let begin = std::time::Instant::now();
        lowered(&code);
        assert!(begin.elapsed().as_secs() < 60, "{unit}");
    }
}

const SNIPPETS: &[&str] = &[
    "fn a(x: &T) -> Result<U, E> { let y = x.b(\"http://{c}\\n\")?; format!(\"{y}{}\", 1) }",
    "impl A for B { fn v(&self) { json!({\"a\": [1, 2]}); vec![1; 2] } }",
    "#[cfg(test)] mod t { use a::{b, c as d, *}; const S: &str = r#\"x\"#; }",
    "match a { Some('x') | None => if let Ok(b) = c { d } else { e }, _ => |x| { x += 1; } }",
];

proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}") {
        lowered(&text);
    }

    #[test]
    fn mutated_code_never_panics(
        snippet in proptest::sample::select(SNIPPETS),
        at in 0_usize..100,
        cut in 0_usize..6,
        insert in "[\"'{}()\\[\\]\\\\#!r;,:=.é\r\n/*a]{0,3}",
    ) {
        let chars: Vec<char> = snippet.chars().collect();
        let at = at.min(chars.len());
        let end = (at + cut).min(chars.len());
        let code: String = chars[..at].iter().copied().chain(insert.chars()).chain(chars[end..].iter().copied()).collect();
        let (tree, _) = lowered(&code);
        for index in 0..tree.len() {
            let span = tree.span(NodeId(index as u32));
            prop_assert!(code.get(span.range()).is_some(), "{code} {span:?}");
        }
    }
}

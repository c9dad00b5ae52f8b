//! Source in, printed tree out.

use super::lower;
use super::print::show;
use crate::tree::{Kind, ProblemKind, TextPart};

fn print(source: &str) -> String {
    let (tree, _) = lower(source);
    tree.top.iter().map(|id| show(&tree, *id)).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(source: &str, expected: &str) {
    let (_, problems) = lower(source);
    assert_eq!(problems, [], "{source}");
    assert_eq!(print(source), expected, "{source}");
}

/// The parts of the first string in the source: the text and what stands in the source there.
fn parts(source: &str) -> Vec<(String, String)> {
    let (tree, _) = lower(&format!("{source};"));
    let Some(&top) = tree.top.first() else {
        return Vec::new();
    };
    let Kind::Text(parts) = tree.kind(top) else { panic!("{}", show(&tree, top)) };
    let part = |part: &TextPart| match part {
        TextPart::Literal { text, span } => (text.to_string(), source[span.range()].to_owned()),
        TextPart::Hole(hole) => ("hole".to_owned(), source[tree.span(*hole).range()].to_owned()),
    };
    parts.iter().map(part).collect()
}

#[track_caller]
fn check_parts(source: &str, expected: &[(&str, &str)]) {
    let found = parts(source);
    let found: Vec<_> = found.iter().map(|(text, at)| (text.as_str(), at.as_str())).collect();
    assert_eq!(found, expected, "{source}");
}

#[test]
fn package_and_imports() {
    let (tree, _) =
        lower("package com.acme . shop;\nimport a.b.C;\nimport a.b.*;\nimport static a.B.C;\nimport static a.B.*;");
    let imports: Vec<_> = tree.imports.iter().map(|it| (it.path.as_str(), it.name.as_str(), it.wildcard)).collect();
    assert_eq!(tree.module, "com.acme.shop");
    assert_eq!(imports, [("a.b.C", "C", false), ("a.b", "", true), ("a.B.C", "C", false), ("a.B", "", true)]);
    assert!(tree.top.is_empty());
}

#[test]
fn classes() {
    check("class A<T> extends b.B<T> implements C, D<E> { ; }", "(class A <b.B C D>)");
    check(
        "interface A extends B, C { int X = 1; void m(); default void n() {} static int s() { return 1; } }",
        "(class A <B C> (const X:int 1) (fn m on abstract []) (fn n on []) (fn s [] :int (return 1)))",
    );
    check(
        "class A { static { a(); } { b(); } A(int x) { this(x, 1); } class B {} }",
        "(class A {(call a)} {(call b)} (fn A constructor [x:int] (call this x 1)) (class B))",
    );
    check(
        "class A extends B { A() { super(1); super.m(); this.n(); } }",
        "(class A <B> (fn A constructor [] (call super 1) (call super.m) (call this.n)))",
    );
}
#[test]
fn constructor_calls() {
    check(
        "class A { A() { o.super(); } void m() { A.super.k(); A.this.x = super.y; } }",
        "(class A (fn A constructor [] (call o.super)) (fn m on [] (call super.k) (= A.this.x super.y)))",
    );
}

#[test]
fn annotation_types() {
    check(
        r#"@interface A { String url() default "x"; int[] n(); int K = 2; }"#,
        r#"(class A (fn url on [] :String (return "x")) (fn n on abstract [] :int) (const K:int 2))"#,
    );
}

#[test]
fn records() {
    check(
        r#"record R(@A int x, String... y) implements I { R { if (x < 0) throw new E(); } R(int z) { this(z, ""); } static int k; }"#,
        r#"(class R <I> (const x:int - (call A)) (const y:String -) (fn R constructor [x:int y:String...] (if (Less x 0) (throw (new E)))) (fn R constructor [z:int] (call this z "")) (let k:int -))"#,
    );
}

#[test]
fn enums() {
    check(
        r#"enum E implements I { @D A("x") { int f() { return 1; } }, B, C(); E() {} E(String s) { this.s = s; } final String s; }"#,
        r#"(class E <I> (const A:E (new E "x" (class <E> (fn f on [] :int (return 1)))) (call D)) (const B:E (new E)) (const C:E (new E)) (fn E constructor []) (fn E constructor [s:String] (= this.s s)) (const s:String -))"#,
    );
}

#[test]
fn fields() {
    check(
        r#"class A { @Value("${u}") private static final String U = "x", V; List<String>[] a; java.util.Map.Entry<K, V> e; Optional<Foo> o; }"#,
        r#"(class A (const U:String "x" (call Value "${u}")) (const V:String -) (let a:List -) (let e:java.util.Map.Entry -) (let o:Foo -))"#,
    );
}

#[test]
fn methods() {
    check(
        r#"class A { @Override public <T> void m(final @Q("n") T a, int[] b, java.net.URL... c) throws E {} static native int f(); }"#,
        r#"(class A (fn m on [a:T(call Q "n") b:int c:java.net.URL...] (call Override)) (fn f abstract [] :int))"#,
    );
}

#[test]
fn inferred_types() {
    check(
        "class A { void f(A this, int x) {} Object g() { var x = y; final var z = 1; return null; } }",
        "(class A (fn f on [x:int]) (fn g on [] :Object (let x y) (const z 1) (return null)))",
    );
}

#[test]
fn annotations() {
    check(
        r#"@A @B("x") @c.D(a = 1, b = {"y", "z"}, c = @E) class X {}"#,
        r#"(class X (call A) (call B "x") (call c.D a=1 b=["y" "z"] c=(call E)))"#,
    );
}

#[test]
fn calls() {
    check(
        r#"o.m(a).n(1, "x"); m(); this.p(); a.b.c.d(); A.<T>g();"#,
        r#"(call (call o.m a).n 1 "x")
(call m)
(call this.p)
(call a.b.c.d)
(call A.g)"#,
    );
}

#[test]
fn creation() {
    check(
        "new T(a); new a.b.T<>(1); new T<X>() { int m() { return 1; } }; o.new I(2);",
        "(new T a)
(new a.b.T 1)
(new T (class <T> (fn m on [] :int (return 1))))
(new o.I 2)",
    );
}

#[test]
fn arrays() {
    check(
        "x = new TrustManager[]{tm, null}; byte[] b = new byte[5]; int[] c = {1, 2}; int[][] d = {{1}, {2}}; new int[n][];",
        "(= x [tm null])
(let b:byte (opaque 5))
(let c:int [1 2])
(let d:int [[1] [2]])
(opaque n)",
    );
}

#[test]
fn lambdas() {
    check(
        "x -> x + 1; (a, b) -> { return a; }; (String s, int n) -> true; () -> {}; _ -> 1;",
        "(lambda [x] (return (Add x 1)))
(lambda [a b] (return a))
(lambda [s:String n:int] (return true))
(lambda [])
(lambda [_] (return 1))",
    );
}

#[test]
fn method_references() {
    check(
        "f(A::b, A::new, this::c, super::d, x.y()::e, int[]::new, List<String>::of);",
        "(call f A.b A.new this.c super.d (call x.y).e int.new List.of)",
    );
}

#[test]
fn class_literals() {
    check("f(X.class, a.b.C.class, int.class, String[].class);", "(call f X.class a.b.C.class int.class String.class)");
}

#[test]
fn casts() {
    check(
        "x = (T) y; z = (java.net.URL) u.v(); w = (A & B) () -> 1;",
        "(= x (cast T y))
(= z (cast java.net.URL (call u.v)))
(= w (cast A (lambda [] (return 1))))",
    );
}

#[test]
fn patterns() {
    check(
        "i = a instanceof B; i = a instanceof B b && b.c(); i = a instanceof P(int x, Q(var y)); i = a instanceof final C c;",
        "(= i (opaque a))
(= i (And (opaque a (let b:B -)) (call b.c)))
(= i (opaque a (opaque P (opaque (let x:int -) (opaque Q (opaque (let y -)))))))
(= i (opaque a (let c:C -)))",
    );
}

#[test]
fn assignments() {
    check(
        "x = a ? b : c; x += 1; x <<= 2; x |= y; i++; --j; x = y = z; a[i] = b[0]; a.b = !c; -d; ~e; +f; x %= 2;",
        "(= x (? a b c))
(=Add x 1)
(=Other x 2)
(=BitOr x y)
(=Add i 1)
(=Other j 1)
(= x (= y z))
(= (index a i) (index b 0))
(= a.b (Not c))
(Minus d)
(BitNot e)
(Same f)
(=Percent x 2)",
    );
}

#[test]
fn operators() {
    check(
        "x = a + b - c * d / e % f; x = a && b || c; x = a & b | c ^ d; x = a == b; x = a != b; x = a <= b; x = a >>> b;",
        "(= x (Other (Add a b) (Percent (Other (Other c d) e) f)))
(= x (Or (And a b) c))
(= x (BitOr (BitAnd a b) (BitXor c d)))
(= x (Equal a b))
(= x (NotEqual a b))
(= x (LessOrEqual a b))
(= x (Other a b))",
    );
}

#[test]
fn conditions() {
    check(
        "if (a) b(); else if (c) { d(); } else ; if (x) ;",
        "(if a (call b) (if c {(call d)} nothing))
(if x nothing)",
    );
}

#[test]
fn loops() {
    check(
        "while (a) b(); do { c(); } while (d); for (int i = 0, j = 1; i < j; i++, j--) { e(); } for (;;) break; for (final String s : list) f(s);",
        "(loop [a] (call b))
(loop [d] {(call c)})
(loop [(let i:int 0) (let j:int 1) (Less i j) (=Add i 1) (=Other j 1)] {(call e)})
(loop [] nothing)
(loop [list (const s:String -)] (call f s))",
    );
}

#[test]
fn switch_statement() {
    check(
        r#"switch (x) { case 1: case "b": a(); break; default: { b(); } }"#,
        r#"(branches x {(opaque 1)} {(opaque "b") (call a) nothing} {(call b)})"#,
    );
}

#[test]
fn switch_expression() {
    check(
        r#"y = switch (x) { case A, B -> "u"; case P(int q) when q > 1 -> { f(); yield 2; } case String s -> s; default -> throw new E(); };"#,
        r#"(= y (branches x {(opaque A B) "u"} {(opaque (opaque P (opaque (let q:int -))) (Greater q 1)) (call f) (Same 2)} {(opaque (let s:String -)) s} {(throw (new E))}))"#,
    );
}

#[test]
fn try_catch() {
    check(
        "try { a(); } catch (A | b.B e) { throw e; } catch (C c) {} finally { d(); }",
        "(try {(call a)} (catch A|b.B e {(throw e)}) (catch C c {}) {(call d)})",
    );
}

#[test]
fn try_with_resources() {
    check(
        "try (A a = new A(); final var b = f(); c; this.d) { e(); }",
        "(with [(const a:A (new A)) (const b (call f)) c this.d] {(call e)})",
    );
}

#[test]
fn try_with_resources_and_handlers() {
    check(
        "try (A a = f()) { b(); } catch (E e) { return; } finally { g(); }",
        "(with [(const a:A (call f))] (try {(call b)} (catch E e {(return)}) {(call g)}))",
    );
}

#[test]
fn other_statements() {
    check(
        r#"synchronized (x) { a(); } outer: while (true) { continue outer; } assert a : "b"; ; class L {} { int q; }"#,
        r#"{x {(call a)}}
{(loop [true] {nothing})}
(opaque a "b")
(class L)
{(let q:int -)}"#,
    );
}

#[test]
fn literals() {
    check(
        r"f(1, 0x1F, 0b101, 017, 1_000L, 0, 0xFFFFFFFFFFFFFFFF, 1.5f, 'c', '\n', true, null, 99999999999999999999);",
        r#"(call f 1 31 5 15 1000 0 number number "c" "\n" true null number)"#,
    );
}

#[test]
fn snippets() {
    check(
        r#"String u = "http://" + host; // c
/** doc */ void m() { }  private final int K = 1;"#,
        r#"(let u:String (Add "http://" host))
(fn m on [])
(const K:int 1)"#,
    );
}

#[test]
fn templates() {
    check(r#"s = STR."http://\{host()}/x\n";"#, r#"(= s (call STR "http://|(call host)|/x|\n"))"#);
}

#[test]
fn comments() {
    check(
        "/* a */ foo(/* b */ x /* c */, // d
 y);",
        "(call foo x y)",
    );
}

#[test]
fn broken_code_keeps_its_pieces() {
    for (source, expected) in [
        (r#"class A { void m() { f("a", ; g("b"); } }"#, r#"(class A (fn m on [] (call f "a" (call g "b"))))"#),
        (r#"class A { String x = "http://a"#, r#"(opaque A String x "http://a")"#),
        (r#"foo("a" "b")"#, "(call foo \"b\")\n(opaque \"a\")"),
        (r#"%% class A extends { void m( { x("q"); } }"#, "(opaque)\n(class A (fn m on [] (call x \"q\")))"),
    ] {
        let (_, problems) = lower(source);
        let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [ProblemKind::SyntaxError], "{source}");
        assert_eq!(print(source), expected, "{source}");
    }
}

#[test]
fn string_parts_have_exact_spans() {
    check_parts(r#""""#, &[]);
    check_parts(r#""a\tb\u00e9\\""#, &[("a", "a"), ("\t", r"\t"), ("b", "b"), ("é", r"\u00e9"), ("\\", r"\\")]);
    check_parts(
        r#""\101\18\uD83D\uDE00é""#,
        &[("A", r"\101"), ("\u{1}", r"\1"), ("8", "8"), ("😀", r"\uD83D\uDE00"), ("é", "é")],
    );
}

#[test]
fn text_blocks_lose_their_indentation() {
    check_parts(
        "\"\"\"\n    a: 1  \n      b\n\n    \"\"\"",
        &[("a: 1", "a: 1"), ("\n", "  \n"), ("  b\n", "  b\n"), ("\n", "\n")],
    );
    check_parts(
        "\"\"\"  \n  a\\\n  b \"c\"\\n\"\"\"",
        &[("a", "a"), ("", "\\\n"), ("b \"c\"", "b \"c\""), ("\n", "\\n")],
    );
    check_parts("\"\"\"\r\n\tx\r\n\t\"\"\"", &[("x", "x"), ("\n", "\r\n")]);
    check_parts("\"\"\"\n é\n\u{a0}b\"\"\"", &[(" é\n", " é\n"), ("\u{a0}b", "\u{a0}b")]);
}

#[test]
fn spans() {
    let source = "@A final String s = \"x\";";
    let (tree, _) = lower(source);
    assert_eq!(tree.span(tree.top[0]).range(), 0..source.len());
    let source = "a.b(1).c(2);";
    let (tree, _) = lower(source);
    let Kind::Call { callee, arguments, .. } = tree.kind(tree.top[0]) else { panic!("{}", print(source)) };
    assert_eq!(&source[tree.span(*callee).range()], "a.b(1).c");
    assert_eq!(&source[arguments[0].span.range()], "2");
}

use super::read;
use crate::commands::Command;
use crate::frontend::testing::show;
use crate::frontend::{Frontend, Lowered};
use crate::source::{FileId, Place, Source, Span};
use crate::text::Template;

/// Each command: what it sets, its words, where its output goes.
fn commands(text: &str) -> Vec<String> {
    shown(&super::Shell, text)
}

/// The same of a file of any kind that holds commands.
pub(crate) fn shown(frontend: &dyn Frontend, text: &str) -> Vec<String> {
    let source = Source::new(FileId(0), "a", text.into());
    let Lowered::Settings(mut settings) = frontend.lower(&source).0 else { panic!("settings expected") };
    let script = settings.scripts.pop().expect("a script");
    let shown = |command: &Command| {
        let assigned = command.assigned.iter().map(|one| {
            let values: Vec<String> = one.values.iter().map(show).collect();
            format!("{}={}", one.name, values.join(","))
        });
        let words = command.words.iter().map(|word| {
            assert!(!source.slice(word.span).is_empty());
            format!("<{}>", show(&word.value))
        });
        let saved = command.saved.iter().map(|word| format!("> {}", show(&word.value)));
        let piped = command.piped_to.iter().map(|to| format!("| {to}"));
        let within = command.within.iter().map(|within| format!("in {within}"));
        assigned.chain(words).chain(saved).chain(piped).chain(within).collect::<Vec<_>>().join(" ")
    };
    script.commands.iter().map(shown).filter(|shown| !shown.is_empty()).collect()
}

#[test]
fn words_are_taken_apart() {
    for (text, expected) in [
        ("curl -k 'a b' \"c $D\" # e\n", &["<curl> <-k> <a b> <c ${D}>"][..]),
        ("a \\\n  b\\ c\nd;e && f || g & h", &["<a> <b c>", "<d>", "<e>", "<f>", "<g>", "<h>"]),
        ("A=b C=\"d e\" f g", &["A=b C=d e <f> <g>"]),
        ("A=(x 'y z')\nB+=c", &["A=x,y z", "B=c"]),
        ("a | b |& c > d 2>&1\n", &["<a> | 1", "<b> | 2", "<c> > d"]),
        ("a > b c 2> /dev/null < e\n", &["<a> <c> > /dev/null"]),
        ("${A:-http://b} ${C} ${D%x} $1 $@", &["<${A|http://b}> <${C}> <${D%x}> <${1}> <${@}>"]),
        ("${A:-\"b c\"}", &["<${A|b c}>"]),
        ("é=ü ö", &["<é=ü> <ö>"]),
    ] {
        assert_eq!(commands(text), expected, "{text}");
    }
}

#[test]
fn commands_stand_in_commands() {
    for (text, expected) in [
        ("a $(b c | d) e", &["<a> <${b}> <e>", "<b> <c> | 2 in 0", "<d> in 0"][..]),
        ("a \"$(b `c`)\"", &["<a> <${b}>", "<b> <${c}> in 0", "<c> in 1"]),
        ("sh <(a b)", &["<sh> <${a}>", "<a> <b> in 0"]),
        ("(a; b) | c", &["<a>", "<b>", "<c>"]),
        ("A=$(b)", &["A=${b}", "<b> in 0"]),
        ("if a; then b; else c; fi", &["<a>", "<b>", "<c>"]),
        ("for x in a b; do c $x; done", &["<c> <${x}>"]),
        ("for x in $(a); do\n  b\ndone", &["<a>", "<b>"]),
        ("case $1 in\n  a|b) c ;;\n  *) d ;;\nesac", &["<a> | 1", "<c>", "<d>"]),
        ("f() {\n  a \"$1\"\n}\nf b", &["<a> <${1}>", "<f> <b>"]),
        ("a $((1 + 2)) b", &["<a> <${}> <b>"]),
    ] {
        assert_eq!(commands(text), expected, "{text}");
    }
}

#[test]
fn here_documents_are_no_commands() {
    assert_eq!(commands("cat > a <<EOF\nb c\nEOF\nd"), ["<cat> > a", "<d>"]);
    assert_eq!(commands("cat <<-'E' | f\n\tb c\n\tE\nd"), ["<cat> | 1", "<f>", "<d>"]);
    assert_eq!(commands("a <<< \"b\"\nc"), ["<a>", "<c>"]);
}

#[test]
fn broken_text_ends() {
    for unit in
        ["$(", "`", "${", "'", "\"", "<<", "<(", "((", "a=(", "\\", "|", "case x in ", "$'", "<<E\n", "${a:-", "\"$("]
    {
        let text = unit.repeat(30_000 / unit.len());
        let place = Place { file: FileId(0), span: Span::new(0, text.len()) };
        let _ = read(Template::literal(text, place));
    }
}

//! Which bytes are comments: in each text, every `@` stands in a comment and every `$` does not.

use super::*;
use crate::kind::Kinds;
use proptest::prelude::*;

fn kinds() -> Kinds {
    Kinds::from_yaml(include_str!("../../../rules/kinds.yml")).expect("the shipped data is right")
}

fn check(language: &str, text: &str) {
    let kinds = kinds();
    let language = kinds.languages().iter().find(|known| known.name == language).expect("a known language");
    let mut comments = Comments::new(text, language);
    for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| b"@$".contains(byte)) {
        assert_eq!(comments.cover(at), byte == b'@', "{}: byte {at} of {text}", language.name);
    }
}

#[test]
fn slashes() {
    for text in [
        "$ // @\n$ /* @ \n @ */ $",
        "\"$ // $\" $ // @",
        "'\"' $ // @\n '\\'' $ // @",
        "\"\\\" // $\"; // @",
        "\"\"\"\n$ // \" $ \\\"\"\" // $\n\"\"\" $ // @",
        "a / b $ / c * d $",
        "/* $ \n $",
        "\" $ \n $ // @",
    ] {
        check("java", text);
    }
    check("json", "{\"a\": \"http://$\", // @\n \"b\": $} /* @ */ $");
}

#[test]
fn rust() {
    for text in [
        "$ /* @ /* @ */ @ */ $ // @",
        "fn a<'a>(x: &'a str) { $ } // @\n$",
        "let c = '\"'; $ // @\nlet d = '\\''; $ // @\n'\\u{10ffff}' $ // @",
        "r\"\\\" $ // @",
        "r#\" \" // $ \"# $ // @",
        "\"a\n// $ \\\" // $\" $ // @",
        "/* /* $ */ $",
        "r#\" $ // $",
    ] {
        check("rust", text);
    }
}

#[test]
fn python() {
    for text in [
        "$ # @\n$",
        "'# $' \"# $\" # @",
        "\"\"\"@\n# @ \"\"\"\n$ # @",
        "def f():\n    r'''@ \\''' @'''\n    x = '''$'''\n",
        "f(\n\"\"\"$\"\"\")\n",
        "x = \\\n\"\"\"$\"\"\"\n",
        "\"\"\"$\"\"\".format(1)\n",
        "f'''$'''\n",
        "x = '$ \n$ # @",
        "a = 1; '''@'''\n",
        "'''$ \n $",
        "''\n'''@'''\n",
        "for_r'''$'''",
    ] {
        check("python", text);
    }
}

#[test]
fn configuration() {
    for (language, text) in [
        ("yaml", "# @\na: $ # @\nb: 'x # $' # @\nc: a#$ # @\nd: don't # $\n   # @"),
        ("env", "# @\nA=$#$ # @\nB=\"# $\"\n"),
        ("toml", "a = \"# $\"# @\n"),
        ("properties", "# @\n  ! @\na=$ # $\n#@\nb=x\\\n# $\nc=x\\\\\n# @"),
        ("ini", "; @\n# @\na = b ; $\n"),
        ("xml", "$ <!-- @ -- @ --> $ <![CDATA[ <!-- $ --> ]]> $ <!DOCTYPE a> <!-- @ --> <!-- $ "),
    ] {
        check(language, text);
    }
}

#[test]
fn a_very_long_line_is_no_comment() {
    check("yaml", &format!("# @{} $", "x".repeat(LOOK_BACK)));
}

proptest! {
    #[test]
    fn no_text_stops_it(text in r#"[/*"'\\#\nr@!<>\-\[\]CDAT(){} a]{0,60}"#) {
        let kinds = kinds();
        for language in kinds.languages() {
            let mut forwards = Comments::new(&text, language);
            let told: Vec<bool> = (0..text.len()).map(|at| forwards.cover(at)).collect();
            let mut backwards = Comments::new(&text, language);
            let again: Vec<bool> = (0..text.len()).rev().map(|at| backwards.cover(at)).collect();
            prop_assert!(told.iter().eq(again.iter().rev()), "the answer depends on the order of the questions");
        }
    }
}

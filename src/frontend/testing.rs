//! What the tests of the configuration front-ends share.

use super::{Frontend, Lowered};
use crate::settings::{Scalar, Setting};
use crate::source::{FileId, Source, Span};
use crate::text::{Part, Template};
use crate::tree::{Problem, ProblemKind};

/// A template as text: a hole is `${name}`, with its default `${name|default}`.
pub(crate) fn show(template: &Template) -> String {
    template
        .parts
        .iter()
        .map(|part| match part {
            Part::Literal { text, .. } => text.to_string(),
            Part::Hole { name, default: None, .. } => format!("${{{name}}}"),
            Part::Hole { name, default: Some(default), .. } => format!("${{{name}|{}}}", show(default)),
        })
        .collect()
}

/// The settings of a file, one `path = value` a line; the type and the document's number where they are not the usual.
pub(crate) fn settings(frontend: &dyn Frontend, path: &str, text: &str) -> (Vec<Setting>, Vec<Problem>, Source) {
    let source = Source::new(FileId(3), path, text.as_bytes().to_vec());
    let (lowered, problems) = frontend.lower(&source);
    let Lowered::Settings(settings) = lowered else { panic!("settings expected") };
    check_spans(&source, &settings.items);
    (settings.items, problems, source)
}

pub(crate) fn print(frontend: &dyn Frontend, path: &str, text: &str) -> String {
    let (items, problems, _) = settings(frontend, path, text);
    let mut out: Vec<String> = items.iter().map(line).collect();
    out.extend(problems.iter().map(|problem| match problem.kind {
        ProblemKind::SyntaxError => "! syntax".to_owned(),
        _ => format!("! {}", problem.message),
    }));
    out.join("\n")
}

fn line(item: &Setting) -> String {
    let scalar = match item.scalar {
        Scalar::Text => "",
        Scalar::Bool(_) => " (bool)",
        Scalar::Number => " (number)",
        Scalar::Null => " (null)",
    };
    let document = if item.document > 0 { format!("#{} ", item.document) } else { String::new() };
    format!("{document}{} = {}{scalar}", item.dotted(), show(&item.value).replace('\n', "\\n").replace('\t', "\\t"))
}

/// The source under the span of each setting, and under each part of its value.
pub(crate) fn spans(frontend: &dyn Frontend, path: &str, text: &str) -> Vec<String> {
    let (items, _, source) = settings(frontend, path, text);
    let slice = |span: Span| source.slice(span).to_owned();
    items
        .iter()
        .map(|item| {
            let parts: Vec<_> = item.value.parts.iter().map(|part| slice(part.place().span)).collect();
            format!("{} <{}>", slice(item.span), parts.join("|"))
        })
        .collect()
}

/// Each span lies in the text on character boundaries; a literal as long as its place is the text there, unless it
/// is an escape.
fn check_spans(source: &Source, items: &[Setting]) {
    for item in items {
        check_span(source, item.span, &item.dotted());
        for key in &item.path {
            check_span(source, key.at.span, "key");
        }
        check_template(source, &item.value);
    }
}

fn check_template(source: &Source, template: &Template) {
    for part in &template.parts {
        check_span(source, part.place().span, "part");
        match part {
            Part::Literal { text, at } if text.len() == at.span.len() && text.len() > 6 => {
                let written = source.slice(at.span);
                assert!(text == written || written.contains(['\\', '&', '\n', '\r']), "{text:?} is not {written:?}");
            }
            Part::Hole { default: Some(default), .. } => check_template(source, default),
            _ => {}
        }
    }
}

fn check_span(source: &Source, span: Span, what: &str) {
    assert!(source.text().get(span.range()).is_some(), "{what}: {span:?} outside of {:?}", source.text());
}

/// Snippets of a format, cut, repeated and mixed with other text.
pub(crate) fn mutated(snippets: &'static [&'static str]) -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let piece = prop_oneof![
        4 => (proptest::sample::select(snippets), any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(|(text, a, b)| {
            let cuts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            let (a, b) = (cuts[a.index(cuts.len())], cuts[b.index(cuts.len())]);
            text[a.min(b)..a.max(b)].to_owned()
        }),
        2 => proptest::sample::select(snippets).prop_map(str::to_owned),
        1 => "[\\PC\r\n\t\"'\\\\{}$%#:=<>&é-]{0,8}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// 32 KiB of one unit: a format that takes quadratic time would not come to its end.
#[test]
fn large_hostile_files_end() {
    use super::{
        blocks::Blocks, cron::Cron, directives::Directives, dockerfile::Dockerfile, env::Env, erlang::Erlang,
        gradle::Gradle, ini::Ini, json::Json, makefile::Makefile, ora::Ora, properties::Properties, shell::Shell,
        stanzas::Stanzas, systemd::Systemd, table::Table, toml::Toml, xml::Xml, yaml::Yaml,
    };
    let all: [&dyn Frontend; 19] = [
        &Blocks,
        &Cron,
        &Dockerfile,
        &Makefile,
        &Shell,
        &Systemd,
        &Erlang,
        &Gradle,
        &Yaml,
        &Json,
        &Toml,
        &Properties,
        &Env,
        &Ini,
        &Xml,
        &Table,
        &Directives,
        &Ora,
        &Stanzas,
    ];
    let units = [
        "[",
        "{{",
        "${",
        "\"",
        "'",
        "a:\n",
        "- ",
        "a=\\",
        "<a>",
        "<!",
        "&a;",
        "\\",
        "{\"a\":",
        "a: &a b\n",
        "--a ",
        "a=b\n",
        "a: 'é'\n",
        "{{ a",
        "/*",
        "- name: a\n  value: b\n",
        "<a b='c'/>",
        "[a]\n",
        "a.",
        "`",
        "%a",
        "#",
        "$(",
        "|\n",
        "{{}}",
        "\n",
        " ",
        "\t",
        "A=\"\\\n",
        "RUN a \\\n",
        "a <<b\n",
        "\t$(a) \\\n",
        "ExecStart=a \\\n",
        "case a in b) ",
        "a=(",
    ];
    for frontend in all {
        for unit in units {
            let text = unit.repeat((32 << 10) / unit.len());
            let source = Source::new(FileId(0), "a.conf", text.into_bytes());
            let (lowered, _) = frontend.lower(&source);
            assert!(matches!(lowered, Lowered::Settings(_)), "{} {unit:?}", frontend.name());
        }
    }
}

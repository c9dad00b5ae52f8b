//! How fast the stages are on one core, on the examples of the models: `cargo bench --bench stages`.

use barewire::filter::Filter;
use barewire::frontend;
use barewire::gate;
use barewire::knowledge::Knowledge;
use barewire::scan::{Given, Options, scan_text};
use barewire::source::{FileId, Source};
use barewire::walk::WalkOptions;
use camino::Utf8PathBuf;
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// The languages and formats with the most examples.
const LANGUAGES: [&str; 6] = ["java", "python", "rust", "yaml", "properties", "xml"];

/// All examples in a language, one behind the other in one text.
fn examples(knowledge: &Knowledge, language: &str) -> String {
    let models = knowledge.rules.models().flat_map(|model| &model.examples);
    let texts: Vec<&str> =
        models.filter(|example| example.language == language).map(|example| example.text.as_str()).collect();
    texts.join("\n")
}

#[divan::bench]
fn start_up() -> usize {
    Knowledge::new(Vec::new()).kinds.languages().len()
}

/// Text without any trigger word: what nearly every file of a repository costs.
#[divan::bench(args = LANGUAGES)]
fn prefilter(bencher: Bencher<'_, '_>, language: &str) {
    let knowledge = Knowledge::new(Vec::new());
    let filter = Filter::new(&knowledge);
    let text = "let total = order.lines().map(|line| line.price() * line.count()).sum();\n".repeat(4096);
    assert!(!filter.wants("orders".into(), language, &text), "the text must hold no trigger word");
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| filter.wants("orders".into(), language, &text));
}

#[divan::bench(args = LANGUAGES)]
fn parse(bencher: Bencher<'_, '_>, language: &str) {
    let text = examples(&Knowledge::new(Vec::new()), language);
    let frontend = frontend::find(language).expect("the languages of the benchmark have front-ends");
    let size = BytesCount::of_str(&text);
    let source = Source::new(FileId(0), Utf8PathBuf::from("example"), text.into_bytes());
    bencher.counter(size).bench_local(|| frontend.lower(&source));
}

#[divan::bench(args = LANGUAGES)]
fn parse_and_judge(bencher: Bencher<'_, '_>, language: &str) {
    let knowledge = Knowledge::new(Vec::new());
    let text = examples(&knowledge, language);
    let ending = match language {
        "python" => "py",
        "rust" => "rs",
        other => other,
    };
    let options =
        Options { walk: WalkOptions::default(), gate: gate::Options { tests: true, ..gate::Options::default() } };
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let given = Given { path: format!("example.{ending}").into(), bytes: text.clone().into_bytes() };
        scan_text(&knowledge, given, None, &options).findings.len()
    });
}

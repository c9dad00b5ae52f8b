//! What `README.md` shows is what the program does. `BAREWIRE_UPDATE=1 cargo test --test readme` writes it anew.
#![expect(clippy::disallowed_methods, reason = "the test reads and writes the project's own documents")]

mod common;

use barewire::count::{Counts, LanguageCounts};
use barewire::endpoint::protocols::count::ProtocolCounts;
use barewire::filter::Filter;
use barewire::gate;
use barewire::knowledge::Knowledge;
use barewire::output::{self, Look};
use barewire::rules::load::model_from_yaml;
use barewire::scan::{Alone, Options, Progress, scan};
use barewire::walk::{WalkOptions, walk};
use camino::Utf8Path;
use std::fmt::Write as _;

fn root() -> &'static Utf8Path {
    Utf8Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("README.md is part of the project")
}

/// Compares a document with what it is to be, or writes it.
fn hold(name: &str, wanted: &str) {
    let path = root().join(name);
    if std::env::var_os("BAREWIRE_UPDATE").is_some() {
        std::fs::write(&path, wanted).expect("the project can be written");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "{name} is not up to date: run `BAREWIRE_UPDATE=1 cargo test --test readme`");
}

#[test]
fn the_picture_is_what_a_terminal_shows() {
    let knowledge = Knowledge::new(Vec::new());
    // As a user types it, so that the paths are those that a user sees.
    std::env::set_current_dir(root()).expect("the project is there");
    let walk_options = WalkOptions { paths: vec!["test-corpus/python-shop".into()], ..WalkOptions::default() };
    let options = Options { walk: walk_options, gate: gate::Options::default() };
    let walked = walk(&options.walk, &knowledge.kinds).expect("no patterns are given");
    let report = scan(&knowledge, &Filter::new(&knowledge), walked, &Alone, None, &options, &Progress::default());
    let look = Look {
        checks: &knowledge.checks,
        color: true,
        verbose: false,
        quiet: false,
        width: 100,
        root: None,
        version: env!("CARGO_PKG_VERSION"),
    };
    let mut shown = b"$ barewire check test-corpus/python-shop\n".to_vec();
    let terminal = output::find("terminal").expect("a report for people");
    terminal.write(&report, &look, &mut shown).expect("memory can be written");
    let shown = String::from_utf8(shown).expect("reports are UTF-8");
    hold("docs/picture.svg", &anstyle_svg::Term::new().render_svg(&shown));
}

/// A number that does not grow old with the next rule: its first two digits, and the sign for more.
fn at_least(count: usize) -> String {
    let mut step = 10;
    while count / step >= 100 {
        step *= 10;
    }
    if count < step { count.to_string() } else { format!("{}+", count / step * step) }
}

/// What `barewire rules --count` says, as a table for people.
fn counts() -> String {
    let Counts { languages, formats, protocols, .. } = Counts::of(&Knowledge::new(Vec::new()), None);
    let several = languages.iter().filter(|language| !language.code).count();
    let mut out = "| | libraries | calls | settings | names of files |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for language in languages.iter().filter(|language| language.code).chain(&formats) {
        let name = if language.code { language.name.to_string() } else { format!("configuration, {several} formats") };
        let LanguageCounts { libraries, calls, settings, files, .. } = language;
        let cells = [libraries, calls, settings, files].map(|number| match number {
            0 => String::new(),
            number => at_least(*number),
        });
        let _ = writeln!(out, "| {name} | {} |", cells.join(" | "));
    }
    let ProtocolCounts { protocols, schemes, parameters, drivers } = protocols;
    let [protocols, schemes, parameters, drivers] = [protocols, schemes, parameters, drivers].map(at_least);
    let _ = writeln!(
        out,
        "\n{protocols} protocols with {schemes} URL schemes, {parameters} parameters and {drivers} drivers, whose defaults differ."
    );
    out
}

#[test]
fn the_numbers_are_those_of_the_rules() {
    let readme = readme();
    let (before, rest) = readme.split_once("<!-- counts -->\n").expect("README.md has a place for the counts");
    let (_, after) = rest.split_once("<!-- end of counts -->").expect("the place ends");
    hold("README.md", &format!("{before}<!-- counts -->\n{}<!-- end of counts -->{after}", counts()));
}

#[test]
fn the_model_that_it_shows_is_one() {
    let readme = readme();
    let (_, rest) = readme.split_once("```yaml\nlibrary:").expect("README.md shows a model");
    let (model, _) = rest.split_once("```").expect("the model ends");
    let model = model_from_yaml("README.md", &format!("library:{model}")).expect("the model is right");
    let knowledge = Knowledge::new(vec![model.clone()]);
    for example in &model.examples {
        let report = common::scan_all(&knowledge, "example.py", &example.text);
        let found: Vec<u32> = report
            .findings
            .iter()
            .filter_map(|finding| {
                let source = report.sources.get(finding.place.file)?;
                Some(source.position(finding.place.span.start).line)
            })
            .collect();
        let wanted: Vec<u32> = common::markers(&example.text).iter().map(|marker| marker.line).collect();
        assert_eq!(found, wanted);
    }
    assert_eq!(model.examples.len(), 1);
}

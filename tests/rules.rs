//! Every example of every model: what is announced is found, at exactly those bytes, and nothing else is.

mod common;

use barewire::filter::Filter;
use barewire::knowledge::Knowledge;
use barewire::rules::model::{Example, Model};
use common::{Marker, markers, scan_beside};
use std::fmt::Write as _;

/// What is wrong with an example, or nothing.
fn judge(knowledge: &Knowledge, filter: &Filter<'_>, model: &Model, example: &Example) -> Option<String> {
    let name = common::file_name(&model.library, example);
    let wanted = markers(&example.text);
    let report = scan_beside(knowledge, &name, &example.text, &example.beside);
    let source = report.sources.iter().next();
    let found: Vec<Marker> = report
        .findings
        .iter()
        .map(|finding| Marker {
            line: source.map_or(0, |source| source.position(finding.place.span.start).line),
            check: finding.check.to_string(),
            text: source.map_or_else(String::new, |source| {
                source.slice(finding.place.span).lines().next().unwrap_or_default().to_owned()
            }),
        })
        .collect();
    let mut said = String::new();
    for marker in wanted.iter().filter(|marker| !found.contains(marker)) {
        let _ = writeln!(said, "  not found: line {} {}: {}", marker.line, marker.check, marker.text);
    }
    for marker in found.iter().filter(|marker| !wanted.contains(marker)) {
        let _ = writeln!(said, "  not announced: line {} {}: {}", marker.line, marker.check, marker.text);
    }
    if !wanted.is_empty() && !common::passes_filter(knowledge, filter, &name, &example.text) {
        said.push_str("  the prefilter refuses the file\n");
    }
    for finding in &report.findings {
        let Some(fix) = &finding.fix else { continue };
        let fixed = fix.apply(&example.text);
        let after = scan_beside(knowledge, &name, &fixed, &example.beside);
        let same = |report: &barewire::report::Report| {
            report.findings.iter().filter(|other| other.check == finding.check).count()
        };
        if same(&after) >= same(&report) {
            let _ = writeln!(said, "  the fix of {} leaves as many findings:\n{fixed}", finding.check);
        }
    }
    (!said.is_empty()).then(|| format!("{} ({}):\n{said}", model.file, name))
}

#[test]
fn examples_hold() {
    let knowledge = Knowledge::new(Vec::new());
    let filter = Filter::new(&knowledge);
    let wanted = common::only();
    let mut failures = Vec::new();
    let mut count = 0;
    for model in knowledge.rules.models() {
        if wanted.as_ref().is_some_and(|wanted| !model.file.contains(wanted.as_str())) {
            continue;
        }
        for example in &model.examples {
            count += 1;
            failures.extend(judge(&knowledge, &filter, model, example));
        }
    }
    assert!(count > 0, "no example was tried");
    assert!(failures.is_empty(), "{} of {count} examples fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_model_has_an_example() {
    let knowledge = Knowledge::new(Vec::new());
    let without: Vec<&str> = knowledge
        .rules
        .models()
        .filter(|model| !model.rules.is_empty() && model.examples.is_empty())
        .map(|model| model.file.as_str())
        .collect();
    assert!(without.is_empty(), "models without `examples`: {without:?}");
}

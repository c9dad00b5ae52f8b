//! `barewire rules`: the libraries and formats that are known, the checks that they can report, and how many there are.

use super::error::Error;
use super::print;
use crate::count::Counts;
use crate::explain;
use crate::knowledge::Knowledge;
use crate::rules;
use clap::Args;
use std::fmt::Write as _;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only models of this language or format.
    #[arg(long)]
    language: Option<String>,
    /// Only models that report this check.
    #[arg(long)]
    check: Option<String>,
    /// Only how many libraries, calls, settings, schemes, parameters, drivers and kinds of files are known.
    #[arg(long, conflicts_with = "check")]
    count: bool,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Print the JSON schema of a rule file instead, for editors.
    #[arg(long, conflicts_with_all = ["language", "check", "count", "json"])]
    schema: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Error> {
    if arguments.schema {
        return print(rules::schema().as_bytes());
    }
    let (language, check) = (arguments.language.as_deref(), arguments.check.as_deref());
    let knowledge = Knowledge::new(Vec::new());
    if arguments.count {
        let counts = Counts::of(&knowledge, language);
        return print(if arguments.json { pretty(&counts) } else { counts.text() }.as_bytes());
    }
    if let Some(check) = check {
        explain::find(&knowledge.checks, check)
            .map_err(|unknown| Error::UnknownCheck { message: unknown.to_string() })?;
    }
    let mut out = String::new();
    let mut listed = Vec::new();
    for model in knowledge.rules.models() {
        let checks = model.checks();
        let fits = language.is_none_or(|language| model.languages.iter().any(|known| known == language))
            && check.is_none_or(|check| checks.contains(check));
        if !fits {
            continue;
        }
        let languages: Vec<&str> = model.languages.iter().map(compact_str::CompactString::as_str).collect();
        let checks: Vec<&str> = checks.into_iter().collect();
        let _ = writeln!(out, "{:<28} {:<12} {}", model.library, languages.join(","), checks.join(" "));
        listed.push(serde_json::json!({ "library": model.library, "languages": languages, "checks": checks, "file": model.file }));
    }
    if arguments.json {
        out = pretty(&listed);
    }
    print(out.as_bytes())
}

fn pretty(value: &impl serde::Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

//! The rule folders that the user names.

use super::error::Error;
use crate::rules::load::{RuleError, model_from_yaml};
use crate::rules::model::Model;
use miette::{NamedSource, SourceSpan};
use std::path::PathBuf;

/// Reads the rule folders that the user named.
#[expect(clippy::disallowed_methods, reason = "rule files are arguments of the command line, not scanned files")]
pub(super) fn user_models(folders: &[PathBuf]) -> Result<Vec<Model>, Error> {
    let mut models = Vec::new();
    for folder in folders {
        let mut files = Vec::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry
                .map_err(|error| Error::Unreadable { path: folder.display().to_string(), reason: error.to_string() })?;
            if entry.file_type().is_file()
                && entry.path().extension().is_some_and(|ending| ending == "yml" || ending == "yaml")
            {
                files.push(entry.into_path());
            }
        }
        for file in files {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Error::Unreadable { path: name.clone(), reason: error.to_string() })?;
            models.push(model_from_yaml(&name, &text).map_err(|error| rule_error(error, text))?);
        }
    }
    Ok(models)
}

fn rule_error(error: RuleError, text: String) -> Error {
    let line_start: usize = text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
    let line = text[line_start..].lines().next().unwrap_or_default().to_owned();
    let start = line_start + line.len() - line.trim_start().len();
    let at = SourceSpan::from((start, line.trim().len()));
    Error::Rule { message: error.message, file: NamedSource::new(error.file, text), at }
}

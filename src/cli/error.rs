//! What stops a run: what happened, where, and what to do next.

use camino::Utf8PathBuf;
use miette::{Diagnostic, NamedSource, SourceSpan};

/// What stops a run.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum Error {
    #[error("{path}: no such file or folder")]
    #[diagnostic(code(input::missing), help("give paths that exist; nothing was scanned"))]
    Missing { path: Utf8PathBuf },
    #[error("{path}: {reason}")]
    #[diagnostic(code(input::unreadable), help("check the path and its permissions"))]
    Unreadable { path: String, reason: String },
    #[error("{path}: the report cannot be written: {reason}")]
    #[diagnostic(code(output::unwritable), help("check the folder and its permissions, or leave `--output` out"))]
    Unwritable { path: String, reason: String },
    #[error("{message}")]
    #[diagnostic(code(rules::mistake), help("rules/README.md of the project describes the form"))]
    Rule {
        message: String,
        #[source_code]
        file: NamedSource<String>,
        #[label("here")]
        at: SourceSpan,
    },
    #[error("{message}")]
    #[diagnostic(code(rules::unknown_check))]
    UnknownCheck { message: String },
    #[error("{message}")]
    #[diagnostic(code(input::bad_argument))]
    Argument { message: String },
}

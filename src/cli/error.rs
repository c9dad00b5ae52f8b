//! What stops a run: what happened, where, and what to do next.

use crate::config::Mistake;
use crate::git::GitError;
use camino::{Utf8Path, Utf8PathBuf};
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
    #[error(transparent)]
    #[diagnostic(transparent)]
    Configuration(Box<ConfigurationError>),
    #[error("{path}:{line}: {message}")]
    #[diagnostic(code(baseline::mistake), help("mend the file, or write it again with `barewire baseline`"))]
    Baseline { path: String, line: usize, message: String },
    #[error("{path} is there already")]
    #[diagnostic(code(output::exists), help("`--force` replaces it"))]
    Exists { path: String },
    #[error("{message}")]
    #[diagnostic(code(git::failed))]
    Git {
        message: String,
        #[help]
        help: Option<String>,
    },
    #[error("{message}")]
    #[diagnostic(code(rules::unknown_check))]
    UnknownCheck { message: String },
    #[error("{message}")]
    #[diagnostic(code(input::bad_argument))]
    Argument { message: String },
}

/// A mistake in the configuration file.
#[derive(Debug, thiserror::Error, Diagnostic)]
#[error("{message}")]
#[diagnostic(code(config::mistake))]
pub(super) struct ConfigurationError {
    message: String,
    #[help]
    help: Option<String>,
    #[source_code]
    file: NamedSource<String>,
    #[label("here")]
    at: SourceSpan,
}

impl Error {
    pub(super) fn git(error: GitError) -> Self {
        let help = match &error {
            GitError::NoProgram(_) => {
                "`--since`, `--staged` and `--compare` need git: install it, or leave them out".to_owned()
            }
            GitError::NoWorkTree(_) => {
                "`--since` and `--staged` need a git work tree: run in one, or leave them out".to_owned()
            }
            GitError::NoRevision { rev, shallow: true } => format!(
                "this clone is shallow: fetch the revision with `git fetch --depth=1 origin {rev}`, or all of them with \
                 `git fetch --unshallow` (`fetch-depth: 0` in a workflow)"
            ),
            GitError::NoRevision { .. } => {
                "`git fetch` gets what the remote has; `git branch --all` lists it".to_owned()
            }
            GitError::Failed { .. } => "run the same command by hand to see more".to_owned(),
        };
        Self::Git { message: error.to_string(), help: Some(help) }
    }

    pub(super) fn configuration(path: &Utf8Path, text: String, mistake: Mistake) -> Self {
        let at = SourceSpan::from((mistake.span.start as usize, mistake.span.len()));
        let Mistake { message, help, .. } = mistake;
        Self::Configuration(Box::new(ConfigurationError { message, help, file: NamedSource::new(path, text), at }))
    }
}

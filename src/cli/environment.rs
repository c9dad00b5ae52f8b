//! What the process was started with and in: the working folder and the width of the terminal.

use camino::{Utf8Path, Utf8PathBuf};

#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(super) fn working_folder() -> Option<Utf8PathBuf> {
    std::env::current_dir().ok().and_then(|path| Utf8PathBuf::from_path_buf(path).ok())
}

#[expect(clippy::disallowed_methods, reason = "the command line reads the environment")]
pub(super) fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(100)
}

/// A path for people: from the working folder where it lies below.
pub(super) fn shown(path: &Utf8Path) -> &Utf8Path {
    let Some(working) = working_folder() else { return path };
    path.strip_prefix(&working).unwrap_or(path)
}

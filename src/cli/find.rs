//! Finds the configuration file and the root of a run, upwards from its paths.

use super::error::Error;
use crate::config::NAMES;
use camino::{Utf8Path, Utf8PathBuf};
use std::path::{Path, PathBuf};

/// Where a run is at home.
pub(super) struct Found {
    /// The folder that the configuration is for; without one the root of the repository; else the working folder.
    pub(super) root: Utf8PathBuf,
    /// Whether the root is more than the working folder.
    pub(super) anchored: bool,
    /// The configuration file as it is shown, and its text.
    pub(super) file: Option<(Utf8PathBuf, String)>,
}

/// Looks for the configuration; `named` is the one that the user named.
pub(super) fn find(named: Option<&Path>, none: bool, paths: &[PathBuf], working: &Utf8Path) -> Result<Found, Error> {
    if let Some(named) = named {
        let path = Utf8PathBuf::from(named.to_string_lossy().into_owned());
        let text = read(&path)?;
        return Ok(Found { root: home(&working.join(&path)), anchored: true, file: Some((path, text)) });
    }
    let from = common_folder(paths, working);
    for folder in from.ancestors() {
        if !none && let Some(path) = NAMES.iter().map(|name| folder.join(name)).find(|path| path.is_file()) {
            let text = read(&path)?;
            let shown = path.strip_prefix(working).map_or_else(|_| path.clone(), Utf8Path::to_path_buf);
            return Ok(Found { root: folder.to_owned(), anchored: true, file: Some((shown, text)) });
        }
        if folder.join(".git").exists() {
            return Ok(Found { root: folder.to_owned(), anchored: true, file: None });
        }
    }
    Ok(Found { root: working.to_owned(), anchored: false, file: None })
}

#[expect(clippy::disallowed_methods, reason = "the configuration is an argument of the command line")]
fn read(path: &Utf8Path) -> Result<String, Error> {
    std::fs::read_to_string(path)
        .map_err(|error| Error::Unreadable { path: path.to_string(), reason: error.to_string() })
}

/// The folder that a configuration file is for.
fn home(file: &Utf8Path) -> Utf8PathBuf {
    let folder = file.parent().unwrap_or(file);
    let folder = if folder.file_name() == Some(".github") { folder.parent().unwrap_or(folder) } else { folder };
    folder.to_owned()
}

/// The innermost folder above all paths.
fn common_folder(paths: &[PathBuf], working: &Utf8Path) -> Utf8PathBuf {
    let mut common: Option<Utf8PathBuf> = None;
    for path in paths {
        let whole = absolute(path, working);
        common = Some(match common {
            None => folder_of(&whole),
            Some(known) => known.ancestors().find(|folder| whole.starts_with(folder)).unwrap_or(working).to_owned(),
        });
    }
    common.unwrap_or_else(|| working.to_owned())
}

/// Without `.` and `..`, as far as the text says what they mean.
fn absolute(path: &Path, working: &Utf8Path) -> Utf8PathBuf {
    let joined = working.join(Utf8PathBuf::from(path.to_string_lossy().into_owned()));
    let mut whole = Utf8PathBuf::new();
    for part in joined.components() {
        match part.as_str() {
            "." => {}
            ".." => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole
}

fn folder_of(path: &Utf8Path) -> Utf8PathBuf {
    if path.is_dir() { path.to_owned() } else { path.parent().unwrap_or(path).to_owned() }
}

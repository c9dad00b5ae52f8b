//! Output formats as the command line names them; the list of formats is in `output`.

use crate::output;
use std::path::PathBuf;

/// `FORMAT` or `FORMAT=FILE`: a format, and where its report goes.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) format: &'static dyn output::Format,
    /// `None` is standard output.
    pub(super) file: Option<PathBuf>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("format", &self.format.name()).field("file", &self.file).finish()
    }
}

impl Target {
    /// A format of the map, and where it goes.
    pub(super) fn of_map(text: &str) -> Result<Self, String> {
        Self::among(output::map::ALL, text)
    }

    /// A format of what has changed on the map, and where it goes.
    pub(super) fn of_changes(self) -> Result<Self, String> {
        let file = self.file.as_ref().map(|file| format!("={}", file.display())).unwrap_or_default();
        Self::among(output::map::changes::ALL, &format!("{}{file}", self.format.name()))
    }

    fn among(all: &'static [&'static dyn output::Format], text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        if file == Some("") {
            return Err(format!("the name of the file is missing after `{text}`"));
        }
        let format = all.iter().copied().find(|format| format.name() == name.trim()).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|format| format.name()).collect();
            format!("the formats are {}", names.join(", "))
        })?;
        Ok(Self { format, file: file.map(PathBuf::from) })
    }
}

impl std::str::FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::among(output::ALL, text)
    }
}

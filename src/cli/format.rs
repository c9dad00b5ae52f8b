//! Output formats as the command line names them; the list of formats is in `output`.

use crate::output;

/// The name of an output format; the list of formats is in `output`.
#[derive(Clone, Copy)]
pub(super) struct Format(pub(super) &'static dyn output::Format);

impl std::fmt::Debug for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0.name())
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        output::find(name).map(Self).ok_or_else(|| {
            let names: Vec<&str> = output::ALL.iter().map(|format| format.name()).collect();
            format!("the formats are {}", names.join(", "))
        })
    }
}

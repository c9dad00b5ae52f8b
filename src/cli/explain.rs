//! `barewire explain`: what a check means, why it matters, what to write instead.

use super::environment::width;
use super::error::Error;
use super::print;
use crate::explain;
use crate::knowledge::Knowledge;
use std::process::ExitCode;

pub(super) fn run(id: &str) -> Result<ExitCode, Error> {
    let knowledge = Knowledge::new(Vec::new());
    let check =
        explain::find(&knowledge.checks, id).map_err(|unknown| Error::UnknownCheck { message: unknown.to_string() })?;
    print(explain::text(check, width()).as_bytes())
}

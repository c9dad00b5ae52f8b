//! The command-line program: a thin shell over the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    barewire::cli::run()
}

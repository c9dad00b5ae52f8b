//! Writes a report in the formats and to the places that the command line names.

use super::environment::{width, working_folder};
use super::error::Error;
use super::format::Target;
use super::print;
use crate::checks::Checks;
use crate::output::Look;
use crate::report::Report;
use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// How much the report says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detail {
    pub(super) quiet: bool,
    pub(super) verbose: bool,
}

/// Where reports go. Only [`Targets::new`] makes them: no two write to one file.
#[derive(Debug)]
pub(super) struct Targets(Vec<Target>);

impl Targets {
    /// `output` is the file of the one format that has none of its own.
    pub(super) fn new(mut targets: Vec<Target>, output: Option<&Path>) -> Result<Self, Error> {
        if let Some(output) = output {
            let mut without = targets.iter_mut().filter(|target| target.file.is_none());
            let (Some(only), None) = (without.next(), without.next()) else {
                let message =
                    "`--output` is for one format; name the file of each as `--output-format sarif=FILE,terminal`";
                return Err(Error::Argument { message: message.to_owned() });
            };
            only.file = Some(output.to_owned());
        }
        let mut files = BTreeSet::<&PathBuf>::new();
        if let Some(twice) = targets.iter().filter_map(|target| target.file.as_ref()).find(|file| !files.insert(file)) {
            return Err(Error::Argument { message: format!("{}: two reports cannot go to one file", twice.display()) });
        }
        Ok(Self(targets))
    }

    /// Writes the files, then what goes to standard output, each in the order in which it was asked for.
    pub(super) fn write(&self, report: &Report, checks: &Checks, detail: Detail) -> Result<(), Error> {
        let root = working_folder();
        let colored =
            io::stdout().is_terminal() && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        let look = Look {
            checks,
            color: false,
            verbose: detail.verbose,
            quiet: detail.quiet,
            width: width(),
            root: root.as_deref(),
            version: env!("CARGO_PKG_VERSION"),
        };
        let mut printed = Vec::new();
        for target in &self.0 {
            let Some(file) = &target.file else {
                write_to(&mut printed, target, report, &Look { color: colored, ..look })?;
                continue;
            };
            let mut bytes = Vec::new();
            write_to(&mut bytes, target, report, &look)?;
            std::fs::write(file, bytes).map_err(|error| unwritable(file.display().to_string(), &error))?;
        }
        print(&printed).map(|_| ())
    }
}

fn write_to(bytes: &mut Vec<u8>, target: &Target, report: &Report, look: &Look<'_>) -> Result<(), Error> {
    target.format.write(report, look, bytes).map_err(|error| unwritable("the report".to_owned(), &error))
}

fn unwritable(path: String, error: &io::Error) -> Error {
    Error::Unwritable { path, reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files of `--output-format formats --output output`, `-` for standard output.
    fn files(formats: &str, output: Option<&str>) -> Result<Vec<String>, String> {
        let targets: Vec<Target> = formats.split(',').map(str::parse).collect::<Result<_, _>>()?;
        let targets = Targets::new(targets, output.map(Path::new)).map_err(|error| error.to_string())?;
        let shown = |target: Target| target.file.map_or("-".to_owned(), |file| file.display().to_string());
        Ok(targets.0.into_iter().map(shown).collect())
    }

    #[test]
    fn each_report_has_its_place() {
        assert_eq!(files("terminal", None), Ok(vec!["-".to_owned()]));
        assert_eq!(files("sarif", Some("a")), Ok(vec!["a".to_owned()]));
        assert_eq!(files("sarif=a b.sarif,github", None), Ok(vec!["a b.sarif".to_owned(), "-".to_owned()]));
        assert_eq!(files("sarif=a,github", Some("b")), Ok(vec!["a".to_owned(), "b".to_owned()]));
        for (formats, output, told) in [
            ("github,terminal", Some("a"), "`--output` is for one format"),
            ("sarif=a", Some("b"), "`--output` is for one format"),
            ("sarif=a,json=a", None, "a: two reports cannot go to one file"),
            ("sarif=", None, "the name of the file is missing"),
            ("sariff", None, "the formats are terminal, json"),
        ] {
            let error = files(formats, output).expect_err(formats);
            assert!(error.starts_with(told), "{formats}: {error}");
        }
    }
}

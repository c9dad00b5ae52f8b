//! The arguments that say what a run looks at and goes by: the same for each subcommand that scans.

use super::environment::working_folder;
use super::error::Error;
use super::find::{self, Found};
use super::models::user_models;
use crate::config::{Config, Origin, Valued};
use crate::gate;
use crate::gate::date::Date;
use crate::gate::scope::Scope;
use crate::grades::{Confidence, Severity};
use crate::knowledge::{self, Knowledge};
use crate::paths::Base;
use crate::rules::triggers::Sought;
use crate::scan;
use crate::walk::WalkOptions;
use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use compact_str::CompactString;
use std::io::{self, Read};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Files and folders to scan; `-` is standard input.
    #[arg(default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// Read the paths to scan from a file, one on each line; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    files_from: Option<PathBuf>,
    /// The configuration file; without it `barewire.yml`, `.barewire.yml` or `.github/barewire.yml` is looked for,
    /// upwards from the paths to the root of the repository.
    #[arg(long, value_name = "FILE", conflicts_with = "no_config")]
    config: Option<PathBuf>,
    /// Look for no configuration file.
    #[arg(long)]
    no_config: bool,
    /// The severity from which a shown finding fails the run [default: medium].
    #[arg(long, value_name = "SEVERITY")]
    fail_on: Option<Severity>,
    /// Show findings of this severity or worse [default: low].
    #[arg(long, value_name = "SEVERITY")]
    min_severity: Option<Severity>,
    /// Show findings of this confidence or better [default: medium].
    #[arg(long, value_name = "CONFIDENCE")]
    min_confidence: Option<Confidence>,
    /// Look at test code, documentation and examples too.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tests: Option<bool>,
    /// Fail when a file could not be looked at.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    strict: Option<bool>,
    /// Scan also what ignore files and the default exclusions leave out.
    #[arg(long)]
    no_ignore: bool,
    /// Leave out what matches this path pattern. May be given more than once; adds to the configuration.
    #[arg(long, value_name = "PATTERN")]
    exclude: Vec<CompactString>,
    /// Leave out files that are named on the command line for the same reasons as files that are found.
    #[arg(long)]
    force_exclude: bool,
    /// A folder of rule files of your own. May be given more than once; adds to the configuration.
    #[arg(long, value_name = "DIR")]
    rules: Vec<PathBuf>,
    /// Larger files are left out and reported. In bytes [default: 4194304].
    #[arg(long, value_name = "BYTES")]
    max_file_size: Option<u64>,
    /// The day that the ends of allowances are compared with [default: today's, in UTC].
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
    /// Threads; 0 is one for each processor.
    #[arg(long, short, default_value_t = 0)]
    pub(super) jobs: usize,
}

/// Where a run is at home.
pub(super) struct Home {
    /// The folder of the configuration or of the repository; else the working folder.
    pub(super) root: Utf8PathBuf,
    pub(super) working: Utf8PathBuf,
    /// Whether a configuration or a repository says where the root is.
    pub(super) anchored: bool,
}

/// What the arguments, the configuration and the place in which the program runs come to.
pub(super) struct Setup {
    pub(super) home: Home,
    pub(super) knowledge: Knowledge,
    pub(super) options: scan::Options,
    /// What files are read for.
    pub(super) sought: Sought,
}

/// The effective configuration, and where it is at home.
pub(super) struct Configured {
    pub(super) config: Config,
    home: Home,
}

impl Selection {
    /// The effective configuration.
    pub(super) fn configuration(&self, paths: &[PathBuf]) -> Result<Configured, Error> {
        let working = working_folder().ok_or_else(|| Error::Argument {
            message: "the working folder is gone, or its name is not UTF-8".to_owned(),
        })?;
        let Found { root, file, anchored } = find::find(self.config.as_deref(), self.no_config, paths, &working)?;
        let mut config = match file {
            Some((path, text)) => {
                let checks = knowledge::checks();
                let ids: Vec<&str> = checks.iter().map(|check| check.id.as_str()).collect();
                Config::parse(path.clone(), text.clone(), &ids)
                    .map_err(|mistake| Error::configuration(&path, text, mistake))?
            }
            None => Config::default(),
        };
        self.overrule(&mut config);
        Ok(Configured { config, home: Home { root, working, anchored } })
    }

    /// The command line beats the configuration; lists add up.
    fn overrule(&self, config: &mut Config) {
        let said = |value: CompactString| Valued { value, origin: Origin::CommandLine };
        config.fail_on.set(self.fail_on);
        config.min_severity.set(self.min_severity);
        config.min_confidence.set(self.min_confidence);
        config.tests.set(self.tests);
        config.strict.set(self.strict);
        config.max_file_size.set(self.max_file_size);
        config.exclude.extend(self.exclude.iter().cloned().map(said));
        config.rules.extend(self.rules.iter().map(|folder| said(folder.to_string_lossy().into())));
    }

    /// Everything that a scan needs.
    pub(super) fn setup(&self) -> Result<Setup, Error> {
        let paths = self.paths()?;
        let Configured { config, home } = self.configuration(&paths)?;
        let base = Base::new(&home.root, &home.working);
        let mut knowledge = Knowledge::new(user_models(&rule_folders(&config, &home.root))?);
        for zone in &config.zones {
            knowledge.place(zone.value.0, &zone.value.1);
        }
        let values = |list: &[Valued<CompactString>]| list.iter().map(|valued| valued.value.clone()).collect();
        let mut policy = config.policy();
        policy.today = Some(self.today.unwrap_or_else(today));
        let options = scan::Options {
            walk: WalkOptions {
                paths,
                include_tests: config.tests.value,
                no_ignore: self.no_ignore,
                max_file_size: config.max_file_size.value,
                jobs: self.jobs,
                base: base.clone(),
                test_paths: values(&config.test_paths),
                include: values(&config.include),
                exclude: values(&config.exclude),
                force_exclude: self.force_exclude,
            },
            gate: gate::Options {
                policy,
                tests: config.tests.value,
                strict: config.strict.value,
                base,
                baseline: None,
                scope: Scope::default(),
                wires: config.wires(),
                components: config.named(),
            },
        };
        Ok(Setup { home, knowledge, options, sought: Sought::Findings })
    }

    #[expect(clippy::disallowed_methods, reason = "the list of paths is an argument of the command line")]
    pub(super) fn paths(&self) -> Result<Vec<PathBuf>, Error> {
        let Some(file) = &self.files_from else { return Ok(self.paths.clone()) };
        let unreadable =
            |error: io::Error| Error::Unreadable { path: file.display().to_string(), reason: error.to_string() };
        let list = if file.as_os_str() == "-" {
            let mut list = String::new();
            io::stdin().read_to_string(&mut list).map_err(unreadable)?;
            list
        } else {
            std::fs::read_to_string(file).map_err(unreadable)?
        };
        Ok(list.lines().map(str::trim).filter(|line| !line.is_empty()).map(PathBuf::from).collect())
    }
}

/// Those of the configuration are relative to its folder, those of the command line to the working folder.
fn rule_folders(config: &Config, root: &Utf8Path) -> Vec<PathBuf> {
    let folder = |folder: &Valued<CompactString>| match folder.origin {
        Origin::CommandLine => PathBuf::from(folder.value.as_str()),
        _ => root.join(folder.value.as_str()).into_std_path_buf(),
    };
    config.rules.iter().map(folder).collect()
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day is written like 2027-03-31".to_owned())
}

fn today() -> Date {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Date::of_unix(since.map_or(0, |since| since.as_secs()))
}

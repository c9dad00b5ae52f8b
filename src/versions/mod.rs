//! Versions of packages: how they are named, their order, ranges of them, and what is known of those in use.
//!
//! The build script includes this folder as well, so it uses nothing of the crate.

mod order;
pub mod ranges;

pub use order::Version;

use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Serialize};

/// A set of versions.
pub type Range = version_ranges::Ranges<Version>;

/// Who publishes a package, and by whose rules its versions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    Cargo,
    Composer,
    Gem,
    Go,
    Maven,
    Npm,
    Nuget,
    Pypi,
    /// Languages and their standard libraries: `runtime/python`.
    Runtime,
}

impl Ecosystem {
    pub const ALL: [Self; 9] = [
        Self::Cargo,
        Self::Composer,
        Self::Gem,
        Self::Go,
        Self::Maven,
        Self::Npm,
        Self::Nuget,
        Self::Pypi,
        Self::Runtime,
    ];

    /// As rules write it in front of a package's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cargo => "cargo",
            Self::Composer => "composer",
            Self::Gem => "gem",
            Self::Go => "go",
            Self::Maven => "maven",
            Self::Npm => "npm",
            Self::Nuget => "nuget",
            Self::Pypi => "pypi",
            Self::Runtime => "runtime",
        }
    }

    /// The package as rules name it: `pypi/pymysql`. Spellings that the ecosystem takes for one are one.
    pub fn package(self, name: &str) -> CompactString {
        let name = name.trim();
        let name = match self {
            Self::Pypi => name.to_ascii_lowercase().replace(['_', '.'], "-"),
            Self::Composer | Self::Nuget | Self::Npm => name.to_ascii_lowercase(),
            Self::Cargo => name.replace('_', "-"),
            Self::Gem | Self::Go | Self::Maven | Self::Runtime => name.to_owned(),
        };
        format_compact!("{}/{name}", self.name())
    }

    /// The ecosystem of a package as rules name it.
    pub fn of(package: &str) -> Option<Self> {
        let (name, rest) = package.split_once('/')?;
        Self::ALL.into_iter().find(|ecosystem| ecosystem.name() == name && !rest.is_empty())
    }
}

/// The name of a package for people: `pymysql` of `pypi/pymysql`, `mssql-jdbc` of `maven/com.microsoft.sqlserver:mssql-jdbc`.
pub fn short(package: &str) -> &str {
    let name = package.split_once('/').map_or(package, |(_, name)| name);
    name.split_once(':').map_or(name, |(_, artifact)| artifact)
}

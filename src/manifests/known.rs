//! What is known of the versions that one file of the run is built with.

use crate::grades::Confidence;
use crate::source::Place;
use crate::versions::Range;
use compact_str::CompactString;
use std::collections::BTreeMap;

/// The version or range of one package.
#[derive(Clone, Debug)]
pub struct Known {
    pub range: Range,
    /// For people: `pymysql 1.1.0`.
    pub shown: String,
    /// The version alone, as it is written.
    pub version: CompactString,
    /// For people: `requirements.txt:4`.
    pub at: String,
    pub place: Place,
    /// How many folders above the file the nearest one is that speaks of the package.
    pub distance: usize,
}

/// On which side of a range the version in use is.
#[derive(Clone, Copy, Debug)]
pub enum Side<'a> {
    Inside(&'a Known),
    Outside(&'a Known),
    /// What is asked for has versions on both sides.
    Both(&'a Known),
    Unknown,
}

/// By package, as rules name it.
#[derive(Clone, Debug, Default)]
pub struct Versions(BTreeMap<CompactString, Known>);

impl Versions {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn insert(&mut self, package: CompactString, known: Known) {
        self.0.insert(package, known);
    }

    pub fn get(&self, package: &str) -> Option<&Known> {
        self.0.get(package)
    }

    /// The first of several packages of one library of which anything is known.
    pub fn any(&self, packages: &[CompactString]) -> Option<&Known> {
        packages.iter().find_map(|package| self.0.get(package))
    }

    pub fn side(&self, packages: &[CompactString], range: &Range) -> Side<'_> {
        match self.any(packages) {
            None => Side::Unknown,
            Some(known) if known.range.subset_of(range) => Side::Inside(known),
            Some(known) if known.range.is_disjoint(range) => Side::Outside(known),
            Some(known) => Side::Both(known),
        }
    }
}

/// What the version of a library has to do with a verdict.
#[derive(Clone, Debug)]
pub struct Dependence {
    /// The library for people.
    pub library: String,
    /// The packages that hold it.
    pub packages: Vec<CompactString>,
    pub known: Option<Known>,
    /// What is known leaves no other verdict; without it the verdict is that of the versions in wide use.
    pub settled: bool,
    /// Other versions would be judged otherwise.
    pub matters: bool,
}

impl Dependence {
    /// Which version decided and where it was read, or that none did, as the end of a sentence.
    pub fn said(&self) -> String {
        match &self.known {
            Some(known) if self.settled => format!(" ({}, {})", known.shown, known.at),
            Some(known) => format!(
                ", as it is in the versions in wide use; {} ({}) leaves open which one is used",
                known.shown, known.at
            ),
            None => {
                format!(
                    ", as it is in the versions in wide use; which version of {} is used is not known",
                    self.library
                )
            }
        }
    }

    /// How sure one can be of the verdict.
    pub fn confidence(&self) -> Confidence {
        if self.settled { Confidence::High } else { Confidence::Medium }
    }
}

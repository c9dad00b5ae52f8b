//! What is known of the versions that one file of the run is built with.

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

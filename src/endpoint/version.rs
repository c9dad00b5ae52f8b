//! The driver as it is in the version in use: one judgement for each that it may be, and whether they differ.

use super::Judged;
use super::judge::Outcome;
use super::protocols::Driver;
use crate::manifests::known::{Dependence, Known, Side, Versions};
use crate::versions::ranges;

/// The outcome with the driver of the version in use, that driver, and what its version has to do with it.
pub(super) struct Judgement<'a> {
    pub(super) outcome: Outcome,
    pub(super) driver: Option<&'a Driver>,
    pub(super) version: Option<Dependence>,
}

/// Judges with the driver of the version in use.
pub(super) fn judged<'a>(
    driver: Option<&'a Driver>,
    versions: Option<&Versions>,
    judge: impl Fn(Option<&'a Driver>) -> Outcome,
) -> Judgement<'a> {
    let Some(driver) = driver.filter(|driver| !driver.packages.is_empty()) else {
        return Judgement { outcome: judge(driver), driver, version: None };
    };
    let InUse { driver: in_use, known, settled } = in_use(driver, versions);
    let outcome = judge(Some(in_use));
    let all = std::iter::once(driver).chain(driver.versions.iter().map(|version| &version.driver));
    let matters = all.filter(|other| !std::ptr::eq(*other, in_use)).any(|other| differ(&judge(Some(other)), &outcome));
    let version = Dependence {
        library: driver.title.to_string(),
        packages: driver.packages.clone(),
        known: known.cloned(),
        settled,
        matters,
    };
    Judgement { outcome, driver: Some(in_use), version: Some(version) }
}

/// A driver in the version in use.
struct InUse<'a, 'v> {
    driver: &'a Driver,
    known: Option<&'v Known>,
    settled: bool,
}

fn in_use<'a, 'v>(driver: &'a Driver, versions: Option<&'v Versions>) -> InUse<'a, 'v> {
    let Some(known) = versions.and_then(|versions| versions.any(&driver.packages)) else {
        return InUse { driver, known: None, settled: false };
    };
    let mut usual = InUse { driver, known: Some(known), settled: true };
    for version in &driver.versions {
        let (Some(range), Some(versions)) = (ranges::of_rule(&version.range), versions) else { continue };
        match versions.side(&version.packages, &range) {
            Side::Inside(known) => return InUse { driver: &version.driver, known: Some(known), settled: true },
            Side::Outside(_) | Side::Unknown => {}
            Side::Both(_) => usual.settled = false,
        }
    }
    usual
}

fn differ(a: &Outcome, b: &Outcome) -> bool {
    let transport = |outcome: &Outcome| match outcome {
        Outcome::Judged(Judged::Known { transport, .. }) => Some(*transport),
        Outcome::Judged(Judged::Unknown { .. }) | Outcome::Local => None,
    };
    transport(a) != transport(b)
}

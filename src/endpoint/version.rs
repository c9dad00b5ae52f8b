//! The driver as it is in the version in use: one judgement for each that it may be, and whether they differ.

use super::Judged;
use super::judge::Outcome;
use super::protocols::Driver;
use crate::manifests::known::{Dependence, Side, Versions};
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
    let (in_use, settled) = in_use(driver, versions);
    let outcome = judge(Some(in_use));
    let all = std::iter::once(driver).chain(driver.versions.iter().map(|(_, other)| other));
    let matters = all.filter(|other| !std::ptr::eq(*other, in_use)).any(|other| differ(&judge(Some(other)), &outcome));
    let version = Dependence {
        library: driver.title.to_string(),
        packages: driver.packages.clone(),
        known: versions.and_then(|versions| versions.any(&driver.packages)).cloned(),
        settled,
        matters,
    };
    Judgement { outcome, driver: Some(in_use), version: Some(version) }
}

/// The driver in the version in use, and whether that is certain.
fn in_use<'a>(driver: &'a Driver, versions: Option<&Versions>) -> (&'a Driver, bool) {
    let mut settled = versions.is_some_and(|versions| versions.any(&driver.packages).is_some());
    for (range, other) in &driver.versions {
        let (Some(range), Some(versions)) = (ranges::of_rule(range), versions) else { continue };
        match versions.side(&driver.packages, &range) {
            Side::Inside(_) => return (other, true),
            Side::Outside(_) => {}
            Side::Both(_) | Side::Unknown => settled = false,
        }
    }
    (driver, settled)
}

fn differ(a: &Outcome, b: &Outcome) -> bool {
    let transport = |outcome: &Outcome| match outcome {
        Outcome::Judged(Judged::Known { transport, .. }) => Some(*transport),
        Outcome::Judged(Judged::Unknown { .. }) | Outcome::Local => None,
    };
    transport(a) != transport(b)
}

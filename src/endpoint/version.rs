//! The driver as it is in the version in use: one judgement for each that it may be, and whether they differ. Where no
//! driver is told, the one that the project uses for such connections.

use super::Judged;
use super::classify::Endpoints;
use super::judge::Outcome;
use super::protocols::{Driver, Protocol};
use crate::manifests::known::{Dependence, Known, Side, Versions};
use crate::versions::{Ecosystem, ranges};
use compact_str::CompactString;

/// The driver of a connection as the place of its text tells it.
pub(super) struct Choice<'a> {
    pub(super) protocol: &'a Protocol,
    pub(super) driver: Option<&'a Driver>,
    /// No driver connects.
    pub(super) listening: bool,
}

/// The outcome with the driver of the version in use, that driver, and what its version has to do with it.
pub(super) struct Judgement<'a> {
    pub(super) outcome: Outcome,
    pub(super) driver: Option<&'a Driver>,
    pub(super) version: Option<Dependence>,
}

/// Judges with the driver of the version in use.
pub(super) fn judged<'a>(
    choice: &Choice<'a>,
    endpoints: &Endpoints<'_>,
    judge: impl Fn(Option<&'a Driver>) -> Outcome,
) -> Judgement<'a> {
    match choice.driver {
        None if !choice.listening => of_project(choice.protocol, endpoints, judge),
        Some(driver) if !driver.packages.is_empty() => of_driver(driver, endpoints.versions, None, judge),
        driver => Judgement { outcome: judge(driver), driver, version: None },
    }
}

/// Judges with a driver whose version may be known; `otherwise` is the outcome without it.
fn of_driver<'a>(
    driver: &'a Driver,
    versions: Option<&Versions>,
    otherwise: Option<&Outcome>,
    judge: impl Fn(Option<&'a Driver>) -> Outcome,
) -> Judgement<'a> {
    let InUse { driver: in_use, known, settled } = in_use(driver, versions);
    let outcome = judge(Some(in_use));
    let others = forms(driver).filter(|other| !std::ptr::eq(*other, in_use));
    let matters = otherwise.is_some_and(|other| differ(other, &outcome))
        || others.into_iter().any(|other| differ(&judge(Some(other)), &outcome));
    let version = Dependence {
        library: driver.title.to_string(),
        packages: driver.packages.clone(),
        known: known.cloned(),
        settled,
        matters,
    };
    Judgement { outcome, driver: Some(in_use), version: Some(version) }
}

/// Judges with the driver for such connections that the nearest manifest names. Where it names several that differ, or
/// none, the outcome is that of a driver that is not known.
fn of_project<'a>(
    protocol: &'a Protocol,
    endpoints: &Endpoints<'_>,
    judge: impl Fn(Option<&'a Driver>) -> Outcome,
) -> Judgement<'a> {
    let outcome = judge(None);
    let fits = |package: &&CompactString| {
        endpoints.ecosystem.is_none_or(|ecosystem| Ecosystem::of(package) == Some(ecosystem))
    };
    let packages = |driver: &'a Driver| driver.packages.iter().filter(fits);
    let usable: Vec<&Driver> = protocol.drivers().iter().filter(|driver| packages(driver).next().is_some()).collect();
    let known = |driver: &&'a Driver| {
        let versions = endpoints.versions?;
        let nearest = packages(driver).filter_map(|package| versions.get(package)).map(|known| known.distance).min();
        Some((nearest?, *driver))
    };
    let used: Vec<(usize, &Driver)> = usable.iter().filter_map(known).collect();
    if let Some(nearest) = used.iter().map(|(distance, _)| *distance).min() {
        let mut all = used
            .iter()
            .filter(|(distance, _)| *distance == nearest)
            .map(|(_, driver)| of_driver(driver, endpoints.versions, Some(&outcome), &judge));
        if let Some(first) = all.next()
            && all.all(|other| !differ(&other.outcome, &first.outcome))
        {
            return first;
        }
        return Judgement { outcome, driver: None, version: None };
    }
    let differs = usable.iter().flat_map(|driver| forms(driver)).any(|form| differ(&judge(Some(form)), &outcome));
    let asked = |driver: &'a Driver| packages(driver).cloned().collect::<Vec<_>>();
    let version = differs.then(|| Dependence {
        library: protocol.title.to_string(),
        packages: usable.iter().flat_map(|driver| asked(driver)).collect(),
        known: None,
        settled: true,
        matters: false,
    });
    Judgement { outcome, driver: None, version }
}

/// A driver as it is in the versions in wide use, and in each range of others.
fn forms(driver: &Driver) -> impl Iterator<Item = &Driver> {
    std::iter::once(driver).chain(driver.versions.iter().map(|version| &version.driver))
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

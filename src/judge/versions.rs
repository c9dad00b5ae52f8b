//! Rules that hold for some versions of a library alone.

use super::{Judgement, Maker};
use crate::manifests::known::{Dependence, Side};
use crate::rules::model::{Model, Rule};
use crate::versions::ranges;

/// Whether a rule holds for the version in use.
pub(super) enum Holds {
    No,
    /// For all versions.
    Always,
    /// For this one, or because nobody knows which one it is.
    For(Box<Dependence>),
}

impl Maker<'_> {
    /// Asks for the version that a rule speaks of.
    pub(super) fn holds(&self, model: &Model, rule: &Rule, out: &mut Judgement) -> Holds {
        let Some(wanted) = &rule.versions else { return Holds::Always };
        out.asked.extend(wanted.packages.iter().cloned());
        let Some(range) = ranges::of_rule(&wanted.range) else { return Holds::No };
        let (known, settled) = match self.versions.side(&wanted.packages, &range) {
            Side::Outside(_) => return Holds::No,
            Side::Inside(known) => (Some(known), true),
            Side::Both(known) => (Some(known), false),
            Side::Unknown => (None, false),
        };
        if !settled && !wanted.usual {
            return Holds::No;
        }
        Holds::For(Box::new(Dependence {
            library: model.library.to_string(),
            packages: wanted.packages.clone(),
            known: known.cloned(),
            settled,
            matters: true,
        }))
    }
}

//! Files that a change decides without touching them: their verdicts depend on a version that a changed manifest states.
//!
//! Whether a file does is only known when it is judged, so all that lie around such a manifest are read, as in a whole
//! run; but only where a changed line states the version of a package that some rule or driver asks for, and where it is
//! known what was stated before.

use super::Parsed;
use super::facts::Around;
use crate::gate::scope::{Asked, Scope};
use crate::manifests::{self, Beside, Manifest, place_of};
use crate::source::{FileId, Source, Span};
use crate::versions::{Ecosystem, short};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use std::collections::BTreeSet;

/// A changed manifest.
struct Bump {
    /// The files below it may depend on the change.
    folder: Utf8PathBuf,
    ecosystems: BTreeSet<Ecosystem>,
}

impl Around<'_> {
    /// The files around the changed manifests whose verdicts may be other ones now.
    pub(super) fn decided(&self, beside: &dyn Beside) -> Vec<Parsed> {
        let (Scope::Lines(scope), Some(_)) = (self.scope, beside.before()) else { return Vec::new() };
        let manifests: Vec<(&String, &Asked)> =
            scope.iter().filter(|(path, _)| place_of(path.as_ref()).is_some()).collect();
        if manifests.is_empty() {
            return Vec::new();
        }
        let packages = self.packages();
        let bump = |(path, asked): (&String, &Asked)| self.bump(path, asked, &packages, beside);
        let bumps: Vec<Bump> = manifests.into_iter().filter_map(bump).collect();
        if bumps.is_empty() {
            return Vec::new();
        }
        let kinds = &self.knowledge.kinds;
        let decided = |path: &Utf8Path| {
            let Some(kind) = kinds.of_path(path.as_str()) else { return false };
            let own = kinds.packages(&kind.language).filter(|_| kind.code);
            let of = |bump: &Bump| own.is_none_or(|own| bump.ecosystems.contains(&own));
            bumps.iter().any(|bump| path.starts_with(&bump.folder) && of(bump))
        };
        let wanted: Vec<usize> = (0..self.others.count()).filter(|index| decided(self.others.path(*index))).collect();
        self.read_all(&wanted, true)
    }

    /// The packages that a rule or a driver asks for.
    fn packages(&self) -> BTreeSet<&str> {
        let languages = self.knowledge.kinds.languages().iter();
        let models = languages.flat_map(|language| self.knowledge.rules.models_of(&language.name));
        let versions = models.flat_map(|model| &model.rules).filter_map(|rule| rule.versions.as_ref());
        let of_rules = versions.flat_map(|versions| &versions.packages).map(CompactString::as_str);
        self.knowledge.protocols.packages().chain(of_rules).collect()
    }

    fn bump(&self, path: &str, asked: &Asked, packages: &BTreeSet<&str>, beside: &dyn Beside) -> Option<Bump> {
        let shown = Utf8PathBuf::from(self.base.shown(path));
        let (folder, name) = place_of(&shown)?;
        let source = Source::new(FileId::default(), shown.clone(), beside.text(&shown)?);
        let ecosystems = bumped(&manifests::read(name, &source), packages, |span| {
            let last = span.end.saturating_sub(1).max(span.start);
            asked.meets(source.position(span.start).line, source.position(last).line)
        });
        // A parent of Maven's may stand beside its children.
        let beside = ecosystems.contains(&Ecosystem::Maven).then(|| folder.parent()).flatten();
        (!ecosystems.is_empty()).then(|| Bump { folder: beside.unwrap_or(folder).to_owned(), ecosystems })
    }
}

/// Whose packages have other versions now, of those that are asked for.
fn bumped(manifest: &Manifest, packages: &BTreeSet<&str>, changed: impl Fn(Span) -> bool) -> BTreeSet<Ecosystem> {
    let stated = manifest.stated.iter().filter(|stated| changed(stated.at)).map(|stated| stated.package.as_str());
    let stated = stated.filter(|package| packages.contains(package));
    let variables: Vec<_> = manifest.variables.iter().filter(|variable| changed(variable.at)).collect();
    let by_variable = packages.iter().copied().filter(|package| {
        let used = |name: &str| {
            let named = format!("${{{name}}}");
            let mut all = manifest.stated.iter().filter(|stated| stated.package == *package);
            all.any(|stated| stated.version.as_ref().is_some_and(|version| version.contains(&named)))
        };
        // Where another file uses it, the name tells.
        variables.iter().any(|variable| used(&variable.name) || alike(&variable.name, short(package)))
    });
    stated.chain(by_variable).filter_map(Ecosystem::of).collect()
}

/// `amqpClientVersion` and `amqp-client.version` hold `amqp-client`.
fn alike(variable: &str, package: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
    };
    letters(variable).contains(&letters(package))
}

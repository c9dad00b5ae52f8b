//! The judge: facts and settings on one side, rules on the other; findings and connections come out.

mod beside;
mod blocks;
mod calls;
mod carried;
mod conditions;
mod connects;
mod links;
pub(crate) mod matching;
mod once;
mod repeats;
mod reports;
mod settings;
pub(crate) mod severity;
mod surroundings;
mod switches;
mod texts;
mod uses;
mod versions;
mod weaken;
mod wires;

pub use calls::code;
pub use settings::settings;
pub use uses::settle;

use crate::endpoint::{Edit, Endpoints};
use crate::facts::{Owner, Use, Within};
use crate::flow::project::Unit;
use crate::flow::value::{ClassRef, ObjectId};
use crate::grades::Confidence;
use crate::knowledge::Knowledge;
use crate::manifests::known::{Dependence, Versions};
use crate::report::{Context, Edits, Finding, Related, Severity, Sighting};
use crate::source::{FileId, Place, Span};
use crate::tree::{Kind, NodeId, Tree};
use crate::versions::Ecosystem;
use compact_str::CompactString;
use rustc_hash::FxHashSet;
use std::collections::BTreeSet;

/// What judging one file gave.
#[derive(Debug, Default)]
pub struct Judgement {
    pub findings: Vec<Finding>,
    pub sightings: Vec<Sighting>,
    pub reach: Reach,
    /// Where in the code findings stand, and what code it is that they blame.
    pub sites: Vec<Site>,
    /// What findings say of connections.
    pub weak: Vec<weaken::Weak>,
    pub uses: Vec<Use>,
    pub strange: FxHashSet<CompactString>,
    pub gave_up: bool,
    /// The packages whose version it depends on.
    pub asked: BTreeSet<CompactString>,
    /// By the number of a sighting, the packages whose version is shown with it and changes nothing.
    pub shown: Vec<(usize, Vec<CompactString>)>,
}

impl Judgement {
    /// Adds the versions that are shown and change nothing.
    pub fn show(&mut self, versions: &Versions) {
        for (number, packages) in std::mem::take(&mut self.shown) {
            if let (Some(sighting), Some(known)) = (self.sightings.get_mut(number), versions.any(&packages)) {
                sighting.version = Some(known.version.clone());
            }
        }
    }
}

/// What a finding in code has to do with the classes and functions of the run.
#[derive(Clone, Debug)]
pub struct Site {
    pub check: CompactString,
    pub place: Place,
    pub within: Within,
    /// The class whose method is at fault.
    pub defines: Option<ClassRef>,
    /// Classes and functions that the call is given.
    pub given: Vec<Owner>,
    /// The thing that is told how to verify, with its type.
    pub object: Option<(CompactString, ObjectId)>,
}

/// The simple names of a file on which what is found in others depends.
#[derive(Debug, Default)]
pub struct Reach {
    /// Functions and classes whose users decide.
    pub helpers: BTreeSet<Helper>,
    /// Variables, fields and functions whose value is known.
    pub values: BTreeSet<CompactString>,
    /// Names from files that were not read, of which the values decide.
    pub sought: BTreeSet<Sought>,
}

/// A name from another file, whose value decides: `settings.CHECKED` of `get(url, verify=settings.CHECKED)`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sought {
    pub language: CompactString,
    pub name: CompactString,
    /// The names in front of it, of which one may be that of the file.
    pub homes: Vec<CompactString>,
}

/// A function or class whose users decide.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Helper {
    pub name: CompactString,
    pub language: CompactString,
    /// What who calls it writes: its name, or that of the class that it makes an object of.
    pub called: CompactString,
    /// Names of which who calls it writes one as well; nothing is known of that where there are none.
    pub homes: Vec<CompactString>,
}

impl Helper {
    /// `None` for what has no name.
    fn of(unit: &Unit, node: NodeId) -> Option<Self> {
        let (name, constructor) = match unit.tree.kind(node) {
            Kind::Function(function) => (function.name.as_ref()?.text.clone(), function.constructor),
            Kind::Class(class) => (class.name.as_ref()?.text.clone(), false),
            Kind::Declare { target, .. } | Kind::Assign { target, .. } => match unit.tree.kind(*target) {
                Kind::Name(name) => (name.clone(), false),
                _ => return None,
            },
            _ => return None,
        };
        let class = class_around(&unit.tree, &unit.tree.top, unit.tree.span(node), 0);
        let called = class.filter(|_| constructor).unwrap_or(&name).clone();
        // Where files say which module they are, nobody hands on what a file defines under another name.
        let declared = !unit.tree.module.is_empty();
        let file = unit.module.rsplit('.').next().map(CompactString::from);
        let homes = file.into_iter().chain(class.cloned()).filter(|home| declared && !home.is_empty()).collect();
        Some(Self { name, language: unit.language.clone(), called, homes })
    }
}

/// The name of the innermost class around a span.
fn class_around<'t>(tree: &'t Tree, list: &'t [NodeId], inner: Span, depth: u32) -> Option<&'t CompactString> {
    let around = list.iter().filter(|node| depth < 8 && tree.span(**node).contains(inner));
    around.into_iter().find_map(|node| match tree.kind(*node) {
        Kind::Class(class) => {
            class_around(tree, &class.body, inner, depth + 1).or(class.name.as_ref().map(|name| &name.text))
        }
        Kind::Block(list) => class_around(tree, list, inner, depth + 1),
        _ => None,
    })
}

impl Reach {
    /// Adds what the judgement of another file reaches. Little is added to much: appending a set would build it anew.
    pub fn add(&mut self, other: Self) {
        self.helpers.extend(other.helpers);
        self.values.extend(other.values);
        self.sought.extend(other.sought);
    }
}

/// Everything a finding needs before its severity and fingerprint are known.
struct Draft<'a> {
    check: &'a str,
    base: Option<Severity>,
    wire: Option<severity::Wire>,
    confidence: Confidence,
    message: Option<String>,
    help: Option<String>,
    place: Place,
    statement: Place,
    related: Vec<Related>,
    fix: Option<Vec<Edit>>,
    library: CompactString,
    /// Present where it holds for some versions alone.
    version: Option<&'a Dependence>,
}

/// Knows the file at hand well enough to make findings of drafts.
struct Maker<'a> {
    knowledge: &'a Knowledge,
    context_of: &'a dyn Fn(FileId) -> Context,
    /// Hosts that the file itself declares, in lower case.
    neighbours: FxHashSet<CompactString>,
    /// Hosts that are containers on the machine of the job that the file describes.
    on_the_runner: FxHashSet<CompactString>,
    /// What of the file is for developers' own machines.
    development: Vec<Span>,
    /// Of what the file is built with.
    versions: &'a Versions,
    /// Whose packages the file can use, where it is in the language of one kind.
    ecosystem: Option<Ecosystem>,
    /// As [`crate::settings::Settings::markup`].
    markup: bool,
}

impl<'a> Maker<'a> {
    /// The classifier for texts of the file at hand.
    fn endpoints(&self) -> Endpoints<'a> {
        self.knowledge.endpoints().with(self.versions).of(self.ecosystem)
    }

    /// The edits as the file writes text.
    fn written(&self, mut edits: Vec<Edit>) -> Vec<Edit> {
        for edit in edits.iter_mut().filter(|_| self.markup) {
            edit.text = edit.text.replace('&', "&amp;");
        }
        edits
    }

    /// The severity of a rule, or else of its check, a step lower.
    fn lowered(&self, base: Option<Severity>, check: &str) -> Option<Severity> {
        let own = self.knowledge.checks.get(check).map(|check| check.severity);
        base.or(own).map(|severity| severity.lowered(1))
    }

    fn context(&self, place: Place) -> Context {
        match (self.context_of)(place.file) {
            Context::Production if self.development.iter().any(|span| span.contains(place.span)) => {
                Context::Development
            }
            context => context,
        }
    }

    fn finding(&self, draft: Draft<'_>) -> Option<Finding> {
        let check = self.knowledge.checks.get(draft.check)?;
        let context = self.context(draft.place);
        let mut message = draft.message.unwrap_or_else(|| check.summary.clone());
        let mut confidence = draft.confidence;
        let mut related = draft.related;
        if let Some(version) = draft.version {
            message.push_str(&version.said());
            confidence = confidence.min(version.confidence());
            let stated = version.known.as_ref();
            related.extend(stated.map(|known| {
                let message = format!("the version that decides: {}", known.shown);
                Related { place: known.place, message }
            }));
        }
        Some(Finding {
            check: check.id.clone(),
            severity: severity::of(draft.base.unwrap_or(check.severity), draft.wire, context),
            confidence,
            message,
            place: draft.place,
            statement: draft.statement,
            related,
            help: draft.help.unwrap_or_else(|| check.instead.clone()),
            fix: draft.fix.map(|edits| self.written(edits)).and_then(Edits::new),
            library: draft.library,
            host: None,
            context,
            fingerprint: String::new(),
        })
    }
}

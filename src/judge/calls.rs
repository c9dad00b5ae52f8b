//! Judging code: the facts of one unit against the rules of its language.

use super::matching::{Fit, Found, Matching, local};
use super::repeats;
use super::texts::Handed;
use super::versions::Holds;
use super::{Helper, Judgement, Maker, weaken};
use crate::checks::Class;
use crate::facts::{self, Asked, Fact, Within};
use crate::flow::eval::{Outcome, evaluate, object_in};
use crate::flow::known;
use crate::flow::project::Project;
use crate::flow::value::{Argument, ClassRef, ObjectId, Traced, Value};
use crate::knowledge::Knowledge;
use crate::manifests::known::{Dependence, Versions};
use crate::report::{Context, Finding};
use crate::rules::model::{Condition, Connects, FixedTransport, Matcher, Matches, Means, Model, Name, Rule};
use crate::rules::vocabulary::{RuleRef, Vocabulary};
use crate::source::{FileId, Place, Span};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// Evaluates and judges one unit of code.
pub fn code(
    knowledge: &Knowledge,
    project: &Project,
    unit: usize,
    versions: &Versions,
    context_of: &dyn Fn(FileId) -> Context,
    text_of: &dyn Fn(FileId) -> Option<String>,
) -> Judgement {
    let switch = |name: &str| knowledge.endpoints().switch(name);
    let is_own = |text: &str| local(knowledge.endpoints().zone_of_address(text));
    let outcome = evaluate(project, &knowledge.rules, &switch, &is_own, unit);
    let words = knowledge.rules.vocabulary(&project.units[unit].language);
    let mut judge = Judge {
        knowledge,
        project,
        unit,
        words,
        outcome: &outcome,
        maker: Maker {
            knowledge,
            context_of,
            versions,
            ecosystem: knowledge.kinds.packages(&project.units[unit].language),
            neighbours: FxHashSet::default(),
            on_the_runner: FxHashSet::default(),
            development: Vec::new(),
            markup: false,
        },
        text_of,
        out: Judgement { gave_up: outcome.gave_up, ..Judgement::default() },
        spoken: FxHashSet::default(),
        unruled: Vec::new(),
        handed: Handed::of(
            &outcome.facts,
            |name| knowledge.protocols.is_proxy(name),
            |method| knowledge.protocols.opens_browser(method),
        ),
    };
    for fact in &outcome.facts {
        judge.proxies(fact);
    }
    // A text that a library's rule looks at is judged by that rule alone, so texts come last.
    let is_text = |fact: &&Fact| matches!(fact, Fact::Text(_));
    for fact in outcome.facts.iter().filter(|fact| !is_text(fact)) {
        judge.fact(fact);
    }
    for fact in outcome.facts.iter().filter(is_text) {
        judge.fact(fact);
    }
    repeats::fold_hosts(&mut judge.out.findings, &judge.unruled);
    innermost(&mut judge.out.findings);
    judge.out.weak = weaken::of_code(&knowledge.checks, &outcome.facts, &outcome.objects, &judge.out);
    judge.out.reach.values = known::names(&outcome);
    let mut out = judge.out;
    (out.uses, out.strange) = (outcome.uses, outcome.strange);
    out
}

/// Of two findings of one check, one inside of what the other underlines, the inner one says it all: a callback that is
/// written where it is passed on.
fn innermost(findings: &mut Vec<Finding>) {
    let places: Vec<_> = findings.iter().map(|finding| (finding.check.clone(), finding.place)).collect();
    let inner = |outer: &Finding| {
        places.iter().any(|(check, place)| {
            *check == outer.check
                && place.file == outer.place.file
                && place.span != outer.place.span
                && covers(outer.place.span, place.span)
        })
    };
    findings.retain(|finding| !inner(finding));
}

pub(super) struct Judge<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) project: &'a Project,
    pub(super) unit: usize,
    pub(super) words: &'a Vocabulary,
    pub(super) outcome: &'a Outcome,
    pub(super) maker: Maker<'a>,
    pub(super) text_of: &'a dyn Fn(FileId) -> Option<String>,
    pub(super) out: Judgement,
    /// Texts that a rule of a library has looked at.
    pub(super) spoken: FxHashSet<Place>,
    /// Findings about texts that no rule of a library looks at, by their numbers.
    pub(super) unruled: Vec<usize>,
    pub(super) handed: Handed,
}

/// A fact in the form that conditions and meanings ask about.
pub(super) struct Event<'a> {
    pub(super) arguments: &'a [Argument],
    pub(super) open: bool,
    pub(super) receiver: Option<&'a Traced>,
    pub(super) result: Option<ObjectId>,
    /// The value set, for `set` rules.
    pub(super) value: Option<&'a Traced>,
    pub(super) value_place: Place,
    pub(super) place: Place,
    pub(super) callee: Place,
    pub(super) statement: Place,
    pub(super) passed_to: Option<&'a CompactString>,
    pub(super) function: Option<(usize, crate::tree::NodeId)>,
    pub(super) asked: Asked,
    pub(super) within: Within,
    /// The class whose method this is.
    pub(super) defines: Option<ClassRef>,
    pub(super) name: &'a str,
}

/// The first argument that a `where` found.
#[derive(Clone, Copy)]
pub(super) struct Pointed {
    pub(super) whole: Place,
    pub(super) origin: Option<Place>,
}

impl<'a> Judge<'a> {
    pub(super) fn matching(&self) -> Matching<'a> {
        Matching {
            knowledge: self.knowledge,
            words: self.words,
            objects: &self.outcome.objects,
            project: self.project,
            folded: false,
        }
    }

    fn fact(&mut self, fact: &'a Fact) {
        match fact {
            Fact::Call(call) => self.call(call),
            Fact::Set(set) => self.set(set),
            Fact::Use { path, place, .. } if self.is_used_below(path, *place) => {}
            Fact::Use { path, place, statement, asked, within } => {
                let event = Event { asked: *asked, within: *within, ..plain_event(*place, *statement, path) };
                self.rules(self.words.uses.get(path), &event, Fit::Yes);
            }
            Fact::Text(text) => self.text(text),
            Fact::Override(overriding) => self.overriding(overriding),
            Fact::Annotation { path, arguments, place } => {
                let mut event = plain_event(*place, *place, path);
                event.arguments = arguments;
                self.rules(self.words.annotations.get(path), &event, Fit::Yes);
            }
        }
    }

    /// Whether a name is imported at this place and put to use elsewhere in the file, which then is what to look at.
    fn is_used_below(&self, path: &CompactString, place: Place) -> bool {
        let imports = &self.project.units[self.unit].tree.imports;
        self.words.uses.contains_key(path)
            && imports.iter().any(|import| import.span == place.span)
            && self.outcome.facts.iter().any(|fact| match fact {
                Fact::Use { path: other, place: used, .. } => other == path && *used != place,
                _ => false,
            })
    }

    /// Remembers the addresses that a call gives to a proxy: they are made elsewhere, by calls of their own.
    fn proxies(&mut self, fact: &'a Fact) {
        let Fact::Call(call) = fact else { return };
        let Some(rules) = call.path.as_ref().and_then(|path| self.words.calls.get(path)) else { return };
        for reference in rules {
            let (_, rule) = self.knowledge.rules.rule(*reference);
            let Means::Connects(Connects { proxy: true, endpoint: Some(slot), .. }) = &rule.means else { continue };
            if let Found::Value { value, .. } = self.find(slot, &call_event(call)) {
                self.handed.add_proxies(value);
            }
        }
    }

    fn call(&mut self, call: &'a facts::Call) {
        let event = call_event(call);
        // A thing that no model speaks of is as good as one of unknown type.
        let strange = |path: &str| {
            call.receiver.is_some() && path.rsplit_once('.').is_some_and(|(owner, _)| !self.words.knows(owner))
        };
        if let Some(path) = call.path.as_ref().filter(|path| !strange(path)) {
            self.rules(self.words.calls.get(path), &event, Fit::Yes);
        } else if let Some(rules) = self.words.any_calls.get(&call.method) {
            let gated: Vec<RuleRef> =
                rules.iter().copied().filter(|rule| self.imported(self.knowledge.rules.rule(*rule).0)).collect();
            self.rules(Some(&gated), &event, Fit::Yes);
        }
    }

    /// Whether the file, or the file the fact stands in, imports the library of a model.
    fn imported(&self, model: &Model) -> bool {
        let tree = &self.project.units[self.unit].tree;
        model.imports.is_empty()
            || model.imports.iter().any(|module| {
                tree.imports.iter().any(|import| {
                    import
                        .path
                        .strip_prefix(module.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                        || module
                            .strip_prefix(import.path.as_str())
                            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                })
            })
    }

    fn set(&mut self, set: &'a facts::Set) {
        if set.overwritten {
            return;
        }
        let event = Event {
            arguments: &[],
            open: false,
            receiver: set.owner.as_ref(),
            result: set.owner.as_ref().and_then(object_in),
            value: Some(&set.value),
            value_place: set.value_place,
            place: set.place,
            callee: set.place,
            statement: set.statement,
            passed_to: None,
            function: set.function,
            asked: set.asked,
            within: set.within,
            defines: None,
            name: &set.path,
        };
        if let Some(field) = set.path.strip_prefix("?.") {
            let rules = self.words.any_sets.get(field).cloned().unwrap_or_default();
            let gated: Vec<RuleRef> =
                rules.into_iter().filter(|rule| self.imported(self.knowledge.rules.rule(*rule).0)).collect();
            self.set_rules(&gated, &event);
        } else if let Some(rules) = self.words.sets.get(&set.path) {
            self.set_rules(rules, &event);
        }
    }

    fn set_rules(&mut self, rules: &[RuleRef], event: &Event<'a>) {
        for reference in rules {
            let (_, rule) = self.knowledge.rules.rule(*reference);
            let (Matches::Set(_, to), Some(value)) = (&rule.matches, event.value) else { continue };
            let fit = self.matching().fits(to, value);
            if fit == Fit::No {
                self.seek(value);
            }
            self.rules(Some(&vec![*reference]), event, fit);
        }
    }

    fn overriding(&mut self, overriding: &'a facts::Override) {
        let Some(rules) = self.words.overrides.get(&overriding.method) else { return };
        for reference in rules.clone() {
            let (_, rule) = self.knowledge.rules.rule(reference);
            let Matches::Override { interfaces, shape, .. } = &rule.matches else { continue };
            let implements = |interface: &Name| {
                overriding.bases.iter().any(|base| {
                    self.words.is_a(base, &interface.path)
                        || (!base.contains('.') && interface.path.rsplit('.').next() == Some(base.as_str()))
                })
            };
            if !overriding.shape.is(*shape) || !(interfaces.is_empty() || interfaces.iter().any(implements)) {
                continue;
            }
            let mut event = plain_event(overriding.place, overriding.body, &overriding.method);
            event.place = overriding.body;
            event.arguments = &overriding.methods;
            (event.within, event.defines) = (overriding.within, Some(overriding.of));
            self.rules(Some(&vec![reference]), &event, Fit::Yes);
        }
    }

    /// Asks the conditions of each rule, and says what it means.
    fn rules(&mut self, rules: Option<&Vec<RuleRef>>, event: &Event<'a>, first: Fit) {
        for reference in rules.into_iter().flatten() {
            let (model, rule) = self.knowledge.rules.rule(*reference);
            self.speak(rule, event);
            let mut fit = first.min(self.askable(event.asked, &rule.means));
            let mut pointed = None;
            for condition in &rule.conditions {
                if fit == Fit::No {
                    break;
                }
                let mut held = self.condition(condition, event, &mut pointed);
                if let (Fit::No, Condition::Where(slot, _), Means::Reports(_)) = (held, condition, &rule.means)
                    && let Found::Value { value, .. } = self.find(slot, event)
                {
                    self.seek(value);
                }
                if held == Fit::Sometimes && matches!(rule.means, Means::Connects(_)) && may_be_left_out(condition) {
                    held = Fit::Parameter;
                }
                fit = fit.min(held);
            }
            if fit == Fit::No {
                continue;
            }
            let version = match self.maker.holds(model, rule, &mut self.out) {
                Holds::No => continue,
                Holds::Always => None,
                Holds::For(version) => Some(version),
            };
            match fit {
                Fit::No => {}
                Fit::Parameter => self.helper(event),
                Fit::Sometimes | Fit::Yes => self.means((model, rule), event, fit, pointed, version.as_deref()),
            }
        }
    }

    /// How well a rule may fit where a caller has the say. What is turned off at a caller's wish is the caller's fault;
    /// a connection is made at any rate, unless it is against the default, or a call that cannot encrypt is one of two.
    fn askable(&self, asked: Asked, means: &Means) -> Fit {
        let gives_up = |check: &str| {
            let class = self.knowledge.checks.get(check).map(|check| check.class);
            matches!(class, Some(Class::CleartextClient | Class::CleartextServer | Class::DatabasePlaintext))
        };
        match means {
            Means::Reports(_) | Means::Connects(_) if asked.local => Fit::No,
            Means::Reports(_) if asked.unverified => Fit::Parameter,
            Means::Reports(reports) if asked.open && gives_up(&reports.check) => Fit::Parameter,
            Means::Connects(_) if asked.unprotected => Fit::Parameter,
            Means::Connects(Connects { transport: Some(FixedTransport::Cleartext), .. }) if asked.open => {
                Fit::Parameter
            }
            _ => Fit::Yes,
        }
    }

    /// Remembers the texts that a rule looks at, whether its conditions hold or not: it knows more of them than their names say.
    fn speak(&mut self, rule: &'a Rule, event: &Event<'a>) {
        let mut seen = Vec::new();
        if let Some(value) = event.value {
            seen.push(value);
        }
        let conditions = rule.conditions.iter().filter_map(|condition| match condition {
            Condition::Where(slot, _) | Condition::Unless(slot, _) => Some(slot),
            _ => None,
        });
        let meant = match &rule.means {
            Means::Connects(connects) => [connects.endpoint.as_ref(), connects.host.as_ref()],
            _ => [None, None],
        };
        for slot in conditions.chain(meant.into_iter().flatten()) {
            if let Found::Value { value, .. } = self.find(slot, event) {
                seen.push(value);
            }
        }
        for value in seen {
            let mut options: Vec<&Traced> = value.options().collect();
            while let Some(option) = options.pop() {
                match (&option.value, option.at) {
                    (Value::Text(_), Some(at)) => {
                        self.spoken.insert(at);
                    }
                    (Value::List(list), _) => options.extend(list.iter().take(32).flat_map(Traced::options)),
                    _ => {}
                }
            }
        }
    }

    /// The callers of the function around this place decide.
    pub(super) fn helper(&mut self, event: &Event<'a>) {
        let Some((unit, node)) = event.function else { return };
        self.out.reach.helpers.extend(Helper::of(&self.project.units[unit], node));
    }

    fn means(
        &mut self,
        (model, rule): (&'a Model, &'a Rule),
        event: &Event<'a>,
        fit: Fit,
        pointed: Option<Pointed>,
        version: Option<&Dependence>,
    ) {
        match &rule.means {
            Means::Reports(reports) => self.reports((model, reports), event, fit, pointed, version),
            Means::Connects(connects) => self.connects((model, connects), event, fit, version),
            Means::Names => {}
        }
    }
}

fn call_event(call: &facts::Call) -> Event<'_> {
    Event {
        arguments: &call.arguments,
        open: call.open,
        receiver: call.receiver.as_ref(),
        result: call.result,
        value: None,
        value_place: call.place,
        place: call.place,
        callee: call.callee,
        statement: call.statement,
        passed_to: call.passed_to.as_ref(),
        function: call.function,
        asked: call.asked,
        within: call.within,
        defines: None,
        name: call.path.as_deref().unwrap_or(&call.method),
    }
}

fn plain_event(place: Place, statement: Place, name: &str) -> Event<'_> {
    Event {
        arguments: &[],
        open: false,
        receiver: None,
        result: None,
        value: None,
        value_place: place,
        place,
        callee: place,
        statement,
        passed_to: None,
        function: None,
        asked: Asked::default(),
        within: Within::default(),
        defines: None,
        name,
    }
}

/// Whether a condition holds for what is not given. A connection that is protected on one of the ways to it has an
/// option for that, and who configures the program has the say.
fn may_be_left_out(condition: &Condition) -> bool {
    fn of(matcher: &Matcher) -> bool {
        match matcher {
            Matcher::Null | Matcher::Absent | Matcher::Falsy => true,
            Matcher::AnyOf(list) => list.iter().any(of),
            _ => false,
        }
    }
    matches!(condition, Condition::Where(_, matcher) if of(matcher))
}

pub(super) fn covers(outer: Span, inner: Span) -> bool {
    outer.contains(inner)
}

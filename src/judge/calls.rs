//! Judging code: the facts of one unit against the rules of its language.

use super::matching::{Fit, Found, Matching};
use super::texts::Handed;
use super::wires::Around;
use super::{Draft, Judgement, Maker, confidence_of, severity_of};
use crate::endpoint::{
    Classified, Classifier, Credentials, Edit, Endpoint, Evidence, EvidenceKind, Hints, Host, Judged, Parameter,
    Transport, Zone,
};
use crate::facts::{self, Asked, Fact};
use crate::flow::eval::{Outcome, evaluate, object_in};
use crate::flow::project::Project;
use crate::flow::value::{Argument, ObjectId, Traced, Value};
use crate::knowledge::Knowledge;
use crate::report::{Context, Finding, Related, Severity};
use crate::rules::model::{
    At, Condition, Connects, Fix, FixedTransport, Matches, Means, Model, Name, ObjectCondition, Reports, Rule, Which,
};
use crate::rules::vocabulary::{RuleRef, Vocabulary};
use crate::source::{FileId, Place, Span};
use crate::text::{Confidence, Part, Template};
use compact_str::CompactString;
use rustc_hash::FxHashSet;

/// Evaluates and judges one unit of code.
pub fn code(
    knowledge: &Knowledge,
    project: &Project,
    unit: usize,
    context_of: &dyn Fn(FileId) -> Context,
    text_of: &dyn Fn(FileId) -> Option<String>,
) -> Judgement {
    let switch = |name: &str| knowledge.protocols.switch(name);
    let outcome = evaluate(project, &knowledge.rules, &switch, unit);
    let words = knowledge.rules.vocabulary(&project.units[unit].language);
    let mut judge = Judge {
        knowledge,
        project,
        unit,
        words,
        outcome: &outcome,
        maker: Maker { knowledge, context_of, markup: false },
        text_of,
        out: Judgement { gave_up: outcome.gave_up, ..Judgement::default() },
        spoken: FxHashSet::default(),
        handed: Handed::of(&outcome.facts),
    };
    // A text that a library's rule looks at is judged by that rule alone, so texts come last.
    let is_text = |fact: &&Fact| matches!(fact, Fact::Text(_));
    for fact in outcome.facts.iter().filter(|fact| !is_text(fact)) {
        judge.fact(fact);
    }
    for fact in outcome.facts.iter().filter(is_text) {
        judge.fact(fact);
    }
    innermost(&mut judge.out.findings);
    judge.out
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
    project: &'a Project,
    unit: usize,
    words: &'a Vocabulary,
    outcome: &'a Outcome,
    pub(super) maker: Maker<'a>,
    text_of: &'a dyn Fn(FileId) -> Option<String>,
    pub(super) out: Judgement,
    /// Texts that a rule of a library has looked at.
    pub(super) spoken: FxHashSet<Place>,
    pub(super) handed: Handed,
}

/// A fact in the form that conditions and meanings ask about.
struct Event<'a> {
    arguments: &'a [Argument],
    open: bool,
    receiver: Option<&'a Traced>,
    result: Option<ObjectId>,
    /// The value set, for `set` rules.
    value: Option<&'a Traced>,
    value_place: Place,
    place: Place,
    callee: Place,
    statement: Place,
    passed_to: Option<&'a CompactString>,
    function: Option<(usize, crate::tree::NodeId)>,
    asked: Asked,
    name: &'a str,
}

/// The first argument that a `where` found.
#[derive(Clone, Copy)]
struct Pointed {
    whole: Place,
    origin: Option<Place>,
}

impl<'a> Judge<'a> {
    fn matching(&self) -> Matching<'a> {
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
            Fact::Use { path, place, statement } => {
                let event = plain_event(*place, *statement, path);
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

    fn call(&mut self, call: &'a facts::Call) {
        let event = Event {
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
            name: call.path.as_deref().unwrap_or(&call.method),
        };
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
            self.rules(Some(&vec![reference]), &event, Fit::Yes);
        }
    }

    /// Asks the conditions of each rule, and says what it means.
    fn rules(&mut self, rules: Option<&Vec<RuleRef>>, event: &Event<'a>, first: Fit) {
        for reference in rules.into_iter().flatten() {
            let (model, rule) = self.knowledge.rules.rule(*reference);
            self.speak(rule, event);
            let mut fit = first.min(askable(event.asked, &rule.means));
            let mut pointed = None;
            for condition in &rule.conditions {
                if fit == Fit::No {
                    break;
                }
                fit = fit.min(self.condition(condition, event, &mut pointed));
            }
            match fit {
                Fit::No => {}
                Fit::Parameter => self.helper(event),
                Fit::Sometimes | Fit::Yes => self.means(model, rule, event, fit, pointed),
            }
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
    fn helper(&mut self, event: &Event<'a>) {
        let Some((unit, node)) = event.function else { return };
        if let crate::tree::Kind::Function(function) = self.project.units[unit].tree.kind(node)
            && let Some(name) = &function.name
        {
            self.out.helpers.insert(name.text.clone());
        }
    }

    fn condition(&self, condition: &'a Condition, event: &Event<'a>, pointed: &mut Option<Pointed>) -> Fit {
        let matching = self.matching();
        match condition {
            Condition::Where(slot, matcher) => {
                if let Some(all) = Matching::any(slot, event.arguments) {
                    let best = all
                        .iter()
                        .map(|(_, argument)| (matching.fits(matcher, &argument.value), argument))
                        .max_by_key(|(fit, _)| *fit);
                    let Some((fit, argument)) = best else { return Fit::No };
                    if fit > Fit::No {
                        pointed.get_or_insert(Pointed { whole: argument.place, origin: argument.value.at });
                    }
                    return fit;
                }
                let found = self.find(slot, event);
                let fit = matching.fits_found(matcher, &found);
                if let (true, Found::Value { value, whole, .. }) = (fit > Fit::No, &found) {
                    pointed.get_or_insert(Pointed { whole: *whole, origin: value.at });
                }
                fit
            }
            Condition::Unless(slot, matcher) => {
                if let Some(all) = Matching::any(slot, event.arguments) {
                    return Fit::of(
                        !all.iter().any(|(_, argument)| matching.fits(matcher, &argument.value) >= Fit::Sometimes),
                    );
                }
                Fit::of(matching.fits_found(matcher, &self.find(slot, event)) < Fit::Sometimes)
            }
            Condition::Object(object) => self.object(object, event),
            Condition::Imports(modules) => {
                let tree = &self.project.units[self.unit].tree;
                Fit::of(
                    modules
                        .iter()
                        .any(|module| tree.imports.iter().any(|import| import.path.starts_with(module.as_str()))),
                )
            }
            Condition::NotInFile(names) => Fit::of(!self.outcome.facts.iter().any(|fact| match fact {
                Fact::Call(call) => {
                    names.contains(&call.method) || call.path.as_ref().is_some_and(|path| names.contains(path))
                }
                Fact::Set(set) => names.contains(&set.path),
                _ => false,
            })),
            Condition::PassedTo(names) => Fit::of(event.passed_to.is_some_and(|path| {
                names.iter().any(|name| {
                    if name.any_receiver {
                        path.rsplit('.').next() == Some(name.path.as_str())
                    } else {
                        *path == name.path
                    }
                })
            })),
        }
    }

    fn find(&self, slot: &crate::rules::model::Slot, event: &Event<'a>) -> Found<'a> {
        self.matching().find(slot, event.arguments, event.open, event.receiver)
    }

    fn object(&self, condition: &'a ObjectCondition, event: &Event<'a>) -> Fit {
        let id = match &condition.which {
            Which::Receiver => event.receiver.and_then(object_in).or(event.result),
            Which::Result => event.result,
            Which::Argument(slot) => match self.find(slot, event) {
                Found::Value { value, .. } => object_in(value),
                Found::Absent | Found::Unknown => None,
            },
        };
        let Some(id) = id else {
            return Fit::of(
                condition.made_by.is_empty()
                    && condition.called.is_empty()
                    && condition.set.is_empty()
                    && condition.not_called.is_empty()
                    && condition.not_set.is_empty(),
            );
        };
        let matching = self.matching();
        let object = &self.outcome.objects[id.0 as usize];
        let happened = |name: &CompactString| {
            object.events.iter().any(|event| event == name || (name.contains('.') && event.ends_with(name.as_str())))
        };
        let made = |names: &[Name]| {
            names.iter().any(|name| {
                if name.any_receiver {
                    object.made_by.rsplit('.').next() == Some(name.path.as_str())
                } else {
                    self.words.is_a(&object.made_by, &name.path)
                }
            })
        };
        let yes = (condition.called.is_empty() || condition.called.iter().any(happened))
            && !condition.not_called.iter().any(happened)
            && (condition.made_by.is_empty() || made(&condition.made_by))
            && !made(&condition.not_made_by);
        if !yes {
            return Fit::No;
        }
        let field = |name: &CompactString| object.fields.get(name);
        let mut fit = Fit::Yes;
        for (name, matcher) in &condition.set {
            fit = fit.min(field(name).map_or(Fit::No, |value| matching.fits(matcher, value)));
        }
        for (name, matcher) in &condition.not_set {
            let bad = field(name).is_some_and(|value| {
                matching.fits(matcher, value) != Fit::No || matches!(value.value, Value::Unknown | Value::Parameter(_))
            });
            fit = fit.min(Fit::of(!bad));
        }
        for (method, matcher) in &condition.not_given {
            let given = object.given.get(method);
            fit = fit.min(Fit::of(given.is_none_or(|value| matching.fits(matcher, value) == Fit::No)));
        }
        for (slot, matcher) in &condition.made_with {
            let found = matching.find(slot, &object.arguments, object.open, None);
            fit = fit.min(matching.fits_found(matcher, &found));
        }
        fit
    }

    fn means(&mut self, model: &'a Model, rule: &'a Rule, event: &Event<'a>, fit: Fit, pointed: Option<Pointed>) {
        match &rule.means {
            Means::Reports(reports) => self.reports(model, reports, event, fit, pointed),
            Means::Connects(connects) => self.connects(model, connects, event, fit),
            Means::Names => {}
        }
    }

    fn reports(
        &mut self,
        model: &'a Model,
        reports: &'a Reports,
        event: &Event<'a>,
        fit: Fit,
        pointed: Option<Pointed>,
    ) {
        let call = Place {
            file: event.place.file,
            span: if event.callee.file == event.place.file {
                Span { start: event.callee.span.start, end: event.place.span.end }
            } else {
                event.place.span
            },
        };
        let mut origin = pointed.and_then(|pointed| pointed.origin);
        let place = match &reports.at {
            Some(At::Argument(slot)) => match self.find(slot, event) {
                Found::Value { value, whole, .. } => {
                    origin = value.at;
                    whole
                }
                Found::Absent | Found::Unknown => event.callee,
            },
            Some(At::Call) => call,
            Some(At::Callee) => event.callee,
            Some(At::Statement) => event.statement,
            None if event.value.is_some() => event.place,
            None => pointed.map_or(event.callee, |pointed| pointed.whole),
        };
        if event.value.is_some() {
            origin = origin.or_else(|| event.value.and_then(|value| value.at));
        }
        let mut related = Vec::new();
        if let Some(origin) = origin.filter(|origin| {
            origin.file != place.file || !covers(event.statement.span, origin.span) && !covers(place.span, origin.span)
        }) {
            related.push(Related { place: origin, message: "the value comes from here".to_owned() });
        }
        let mut confidence = reports.confidence.map_or(Confidence::High, confidence_of);
        let mut base = reports.severity.map(severity_of);
        if fit == Fit::Sometimes {
            confidence = confidence.min(Confidence::Medium);
            base = self.sometimes(base, &reports.check);
        }
        let fix = reports.fix.as_ref().and_then(|fix| self.fix(fix, event, place));
        let draft = Draft {
            check: &reports.check,
            base,
            wire: None,
            confidence,
            message: reports.message.clone(),
            help: reports.instead.clone(),
            place,
            statement: event.statement,
            related,
            fix,
            library: model.library.clone(),
        };
        let finding = self.maker.finding(draft);
        self.out.findings.extend(finding);
    }

    fn fix(&self, fix: &Fix, event: &Event<'a>, place: Place) -> Option<Vec<Edit>> {
        let edit = |place: Place, text: &str| Some(vec![Edit { place, text: text.to_owned() }]);
        match fix {
            Fix::Replace(text) => edit(place, text),
            Fix::ReplaceValue(text) => edit(event.value_place, text),
            Fix::RenameCall(name) => edit(event.callee, name),
            Fix::ReplaceArgument(slot, text) => match self.find(slot, event) {
                Found::Value { own, number: Some(_), .. } => edit(own, text),
                _ => None,
            },
            Fix::RemoveArgument(slot) => match self.find(slot, event) {
                Found::Value { whole, number: Some(_), .. } => {
                    let text = (self.text_of)(whole.file)?;
                    edit(Place { file: whole.file, span: with_comma(&text, whole.span) }, "")
                }
                _ => None,
            },
            Fix::RemoveStatement => {
                let text = (self.text_of)(event.statement.file)?;
                edit(Place { file: event.statement.file, span: with_line(&text, event.statement.span)? }, "")
            }
        }
    }

    // --- connections ---

    fn connects(&mut self, model: &'a Model, connects: &'a Connects, event: &Event<'a>, fit: Fit) {
        let mut confidence = connects.confidence.map_or(Confidence::High, confidence_of);
        if fit == Fit::Sometimes {
            confidence = confidence.min(Confidence::Medium);
        }
        let hints = Hints {
            protocol: connects.protocol.as_deref(),
            driver: connects.driver.as_deref(),
            listening: connects.listening,
            name: None,
            dialled: true,
        };
        let severity = match (fit, &connects.check) {
            (Fit::Sometimes, Some(check)) => self.sometimes(connects.severity.map(severity_of), check),
            _ => connects.severity.map(severity_of),
        };
        let around = |place: Place| Around {
            statement: event.statement,
            library: model.library.clone(),
            listening: connects.listening,
            check: connects.check.as_deref(),
            confidence,
            driver: connects.driver.clone(),
            used: Some((place, event.name)),
            instead: connects.instead.as_deref(),
            severity,
        };
        let given = match (&connects.endpoint, event.value) {
            (Some(slot), _) => match self.find(slot, event) {
                Found::Value { value, whole, .. } => Some((value, whole)),
                Found::Absent | Found::Unknown => None,
            },
            (None, Some(value)) if connects.host.is_none() => Some((value, event.place)),
            (None, Some(_)) => None,
            (None, None) => None,
        };
        if let Some((value, _)) = given
            && (matches!(value.value, Value::Parameter(_)) || holds_parameter(value))
        {
            self.helper(event);
        }
        if let Some(fixed) = connects.transport {
            let host = given.or_else(|| self.slot_value(connects.host.as_ref(), event));
            self.fixed(fixed, connects, host.map(|(value, _)| value), event, &around(event.place));
            return;
        }
        let Some(parameters) = self.parameters(connects, event) else { return };
        let around = around(event.place);
        let Some((value, _)) = given else {
            self.assembled(connects, &hints, event, &around, &parameters);
            return;
        };
        let place = Place { file: event.callee.file, span: event.callee.span };
        let port = self.port(connects, event);
        let mut texts = Vec::new();
        texts_of(value, &mut texts);
        for text in texts {
            if !parameters.is_empty() {
                let endpoint = self.knowledge.endpoints().assemble(&hints, Some(&text), port, &parameters, place);
                if let Some(endpoint) = endpoint {
                    self.maker.wire(&endpoint, &around, &mut self.out);
                }
            } else if let Classified::Endpoints(list) = self.knowledge.endpoints().classify(&text, &hints) {
                for endpoint in &list {
                    self.maker.wire(endpoint, &around, &mut self.out);
                }
            }
        }
    }

    /// What is so on some ways only, or until somebody configures it, weighs a step less.
    fn sometimes(&self, base: Option<Severity>, check: &str) -> Option<Severity> {
        let own = self.knowledge.checks.get(check).map(|check| check.severity);
        base.or(own).map(|severity| severity.lowered(1))
    }

    fn slot_value(
        &self,
        slot: Option<&'a crate::rules::model::Slot>,
        event: &Event<'a>,
    ) -> Option<(&'a Traced, Place)> {
        match self.find(slot?, event) {
            Found::Value { value, whole, .. } => Some((value, whole)),
            Found::Absent | Found::Unknown => None,
        }
    }

    /// What the other arguments say of the connection; nothing where one of them is not known.
    fn parameters(&self, connects: &'a Connects, event: &Event<'a>) -> Option<Vec<Parameter>> {
        let mut parameters = Vec::new();
        let mut add = |name: &CompactString, value: &Traced, place: Place| -> bool {
            match as_text(value) {
                Some(text) => parameters.push(Parameter { key: name.clone(), value: text, place }),
                None => return matches!(value.value, Value::Null),
            }
            true
        };
        for (name, slot) in &connects.parameters {
            match self.find(slot, event) {
                Found::Value { value, whole, .. } => {
                    if !add(name, value, whole) {
                        return None;
                    }
                }
                Found::Unknown => return None,
                Found::Absent => {}
            }
        }
        if let Some((value, _)) = self.slot_value(connects.options.as_ref(), event) {
            let id = object_in(value)?;
            let object = &self.outcome.objects[id.0 as usize];
            if object.open {
                return None;
            }
            let mut fields: Vec<_> = object.fields.iter().collect();
            fields.sort_by_key(|(name, _)| (*name).clone());
            for (name, value) in fields {
                if !add(name, value, value.at.unwrap_or(event.place)) {
                    return None;
                }
            }
        }
        Some(parameters)
    }

    fn port(&self, connects: &'a Connects, event: &Event<'a>) -> Option<u16> {
        self.slot_value(connects.port.as_ref(), event).and_then(|(value, _)| match value.value {
            Value::Number(number) => u16::try_from(number).ok(),
            _ => None,
        })
    }

    /// A connection that the call describes in parts.
    fn assembled(
        &mut self,
        connects: &'a Connects,
        hints: &Hints<'_>,
        event: &Event<'a>,
        around: &Around<'_>,
        parameters: &[Parameter],
    ) {
        if connects.host.is_none() && connects.parameters.is_empty() && connects.options.is_none() {
            return;
        }
        let host = self.slot_value(connects.host.as_ref(), event);
        if host.is_none() && event.open {
            return;
        }
        let host_text = host.map(|(value, whole)| as_text(value).unwrap_or_else(|| Template::hole("host", whole)));
        let port = self.port(connects, event);
        let place = Place { file: event.callee.file, span: event.callee.span };
        if let Some(endpoint) = self.knowledge.endpoints().assemble(hints, host_text.as_ref(), port, parameters, place)
        {
            self.maker.wire(&endpoint, around, &mut self.out);
        }
    }

    /// A client or server that knows only one way to speak.
    fn fixed(
        &mut self,
        fixed: FixedTransport,
        connects: &Connects,
        host: Option<&Traced>,
        event: &Event<'a>,
        around: &Around<'_>,
    ) {
        let named = host.and_then(|host| {
            host.options().find_map(|option| match &option.value {
                Value::Text(text) => Some((**text).clone()),
                Value::List(list) => list.first().and_then(as_text),
                _ => None,
            })
        });
        let endpoints = self.knowledge.endpoints();
        let assumed = named.as_ref().map(Template::assumed);
        let known = assumed.filter(|text| !text.contains('\0'));
        let (name, zone) = match (&known, &named) {
            (Some(known), _) => {
                let socket = ["unix:", "unix-abstract:"].iter().any(|scheme| known.starts_with(scheme))
                    || known.starts_with('/');
                let bare = known.split_once("://").map_or(known.as_str(), |(_, rest)| rest.trim_start_matches('/'));
                let bare = bare.split('/').next().unwrap_or(bare);
                if socket {
                    return;
                }
                (
                    CompactString::from(bare),
                    if bare.is_empty() { Zone::Unspecified } else { endpoints.zone_of_address(bare) },
                )
            }
            (None, Some(_)) => ("${host}".into(), Zone::Templated),
            (None, None) if connects.listening => (CompactString::default(), Zone::Unspecified),
            (None, None) => ("${host}".into(), Zone::Templated),
        };
        let transport = match fixed {
            FixedTransport::Cleartext => Transport::Cleartext,
            FixedTransport::Verified => Transport::Verified,
        };
        let protocol = connects.protocol.clone().unwrap_or_else(|| "tcp".into());
        let port = connects.port.as_ref().and_then(|slot| match self.find(slot, event) {
            Found::Value { value: Traced { value: Value::Number(number), .. }, .. } => u16::try_from(*number).ok(),
            _ => None,
        });
        let title = self.knowledge.protocols.title(&protocol).unwrap_or(&protocol).to_owned();
        let endpoint = Endpoint {
            protocol,
            host: Host { name: name.clone(), zone },
            port: port.filter(|port| *port != 0),
            credentials: Credentials::None,
            flaws: Vec::new(),
            transport: Judged::Known {
                transport,
                decided_by: Evidence {
                    place: event.callee,
                    kind: EvidenceKind::Default,
                    reason: format!("`{}` speaks {title} without encryption", event.name),
                    advice: String::new(),
                    fix: None,
                    confidence: Confidence::High,
                    weight: 0,
                },
            },
            place: event.callee,
            shown: if name.is_empty() { "all interfaces".to_owned() } else { name.to_string() },
        };
        self.maker.wire(&endpoint, around, &mut self.out);
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
        name,
    }
}

/// How well a rule may fit where a caller has the say. What is turned off at a caller's wish is the caller's fault;
/// a connection is made at any rate, unless it is against the default.
fn askable(asked: Asked, means: &Means) -> Fit {
    match means {
        Means::Reports(_) if asked.unverified => Fit::Parameter,
        Means::Connects(_) if asked.unprotected => Fit::Parameter,
        _ => Fit::Yes,
    }
}

fn covers(outer: Span, inner: Span) -> bool {
    outer.contains(inner)
}

fn holds_parameter(value: &Traced) -> bool {
    value.options().any(|option| matches!(option.value, Value::Parameter(_)))
}

fn texts_of(value: &Traced, out: &mut Vec<Template>) {
    for option in value.options() {
        match &option.value {
            Value::Text(text) => out.push((**text).clone()),
            Value::List(list) => list.iter().take(32).for_each(|element| texts_of(element, out)),
            _ => {}
        }
    }
}

/// Scalars as text.
fn as_text(value: &Traced) -> Option<Template> {
    let at = value.at.unwrap_or_default();
    match &value.value {
        Value::Text(text) => Some((**text).clone()),
        Value::Number(number) => Some(Template::literal(number.to_string(), at)),
        Value::Bool(value) => Some(Template::literal(if *value { "true" } else { "false" }, at)),
        Value::Path(path) => Some(Template::literal(path.rsplit('.').next().unwrap_or(path), at)),
        Value::AnyOf(list) => list.iter().find_map(|option| match &option.value {
            Value::Text(text) if text.parts.iter().all(|part| matches!(part, Part::Literal { .. })) => {
                Some((**text).clone())
            }
            _ => None,
        }),
        _ => None,
    }
}

/// An argument with the comma that belongs to it.
fn with_comma(text: &str, span: Span) -> Span {
    let before = &text[..span.start as usize];
    let trimmed = before.trim_end();
    if trimmed.ends_with(',') {
        return Span::new(trimmed.len() - 1, span.end as usize);
    }
    let after = &text[span.end as usize..];
    let rest = after.trim_start();
    if let Some(rest) = rest.strip_prefix(',') {
        let end = text.len() - rest.trim_start_matches(' ').len();
        return Span::new(span.start as usize, end);
    }
    span
}

/// A statement with its line, where it has the line to itself.
fn with_line(text: &str, span: Span) -> Option<Span> {
    let start = text[..span.start as usize].rfind('\n').map_or(0, |at| at + 1);
    let rest = &text[span.end as usize..];
    let end = span.end as usize + rest.find('\n').map_or(rest.len(), |at| at + 1);
    let lead = &text[start..span.start as usize];
    let tail = text[span.end as usize..end].trim().trim_start_matches(';').trim();
    (lead.trim().is_empty() && (tail.is_empty() || tail.starts_with('#') || tail.starts_with("//")))
        .then(|| Span::new(start, end))
}

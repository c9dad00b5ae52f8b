//! Conditions: whether what a rule asks of a fact holds, and which argument it points at.

use super::calls::{Event, Judge, Pointed};
use super::matching::{Fit, Found, Matching};
use crate::facts::Fact;
use crate::flow::eval::object_in;
use crate::flow::value::{Traced, Value};
use crate::rules::model::{ArgumentName, Condition, Matcher, Name, ObjectCondition, Which};
use compact_str::CompactString;

impl<'a> Judge<'a> {
    pub(super) fn condition(&self, condition: &'a Condition, event: &Event<'a>, pointed: &mut Option<Pointed>) -> Fit {
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
                let mut fit = matching.fits_found(matcher, &found);
                if let (Fit::Sometimes, Found::Value { value, .. }) = (fit, &found)
                    && (self.others_choose(matcher, value) || self.made_at_a_wish(matcher, value))
                {
                    fit = Fit::Parameter;
                }
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
            Condition::IfOffered(wanted) => Fit::of(event.asked.offered == *wanted),
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

    /// Whether what fits are things that are only made where somebody wants that: `lax() if insecure else strict()`.
    fn made_at_a_wish(&self, matcher: &Matcher, value: &Traced) -> bool {
        let mut fitting = value.options().filter(|option| self.matching().fits(matcher, option) == Fit::Yes);
        fitting.all(|option| match option.value {
            Value::Object(id) => {
                let asked = self.outcome.objects[id.0 as usize].asked;
                asked.unverified || asked.unprotected
            }
            _ => false,
        })
    }

    /// Whether what fits is the bare form of a scheme, and others may choose the protected one instead: `tls ? "https" : "http"`.
    fn others_choose(&self, matcher: &Matcher, value: &Traced) -> bool {
        let known = |value: &Traced| match &value.value {
            Value::Text(text) => Some((text.as_known()?.to_lowercase(), text.parts.first()?.place())),
            _ => None,
        };
        let mut fitting = value.options().filter(|option| self.matching().fits(matcher, option) == Fit::Yes);
        fitting.all(|option| {
            let Some((bare, place)) = known(option) else { return false };
            let others = self.outcome.alternatives.get(&place).into_iter().flatten();
            let others = others.filter_map(|other| known(&other.value));
            others.into_iter().any(|(other, _)| self.knowledge.protocols.is_protected_form(&bare, &other))
        })
    }

    pub(super) fn find(&self, slot: &crate::rules::model::Slot, event: &Event<'a>) -> Found<'a> {
        let variable = slot.choices.iter().find_map(|choice| match choice.argument {
            ArgumentName::Module => Some(self.variable(choice.keys.first()?)),
            _ => None,
        });
        variable.unwrap_or_else(|| self.matching().find(slot, event.arguments, event.open, event.receiver))
    }

    /// What the file last assigns to a variable of its module.
    fn variable(&self, name: &str) -> Found<'a> {
        let assigned = self.outcome.facts.iter().rev().find_map(|fact| match fact {
            Fact::Set(set) if set.path.strip_prefix("module.") == Some(name) => Some(set),
            _ => None,
        });
        assigned.map_or(Found::Absent, |set| Found::Value {
            value: &set.value,
            whole: set.place,
            own: set.value_place,
            number: None,
        })
    }

    pub(super) fn object(&self, condition: &'a ObjectCondition, event: &Event<'a>) -> Fit {
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
                    self.words.is_a(&object.made_by, &name.path) || self.words.is_a(&object.origin, &name.path)
                }
            })
        };
        let yes = (condition.called.is_empty() || condition.called.iter().any(happened))
            && !condition.not_called.iter().any(happened)
            && !(condition.called_besides.iter().any(happened)
                && object.events.iter().all(|event| condition.called_besides.contains(event)))
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
            // What is not known is taken for what is usual.
            fit = fit.min(Fit::of(given.is_none_or(|value| matching.fits(matcher, value) < Fit::Sometimes)));
        }
        for (slot, matcher) in &condition.made_with {
            let found = matching.find(slot, &object.arguments, object.open, None);
            fit = fit.min(matching.fits_found(matcher, &found));
        }
        fit
    }
}

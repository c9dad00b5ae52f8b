//! What a rule reports: the finding, the bytes it underlines and the edit that mends it.

use super::Draft;
use super::calls::{Event, Judge, Pointed, covers};
use super::matching::{Fit, Found};
use crate::endpoint::Edit;
use crate::grades::{Confidence, Severity};
use crate::manifests::known::Dependence;
use crate::report::Related;
use crate::rules::model::{At, Fix, Model, Reports};
use crate::source::{Place, Span};

/// What is said of the place at which the value was written that a finding is about.
pub(super) const ORIGIN: &str = "the value comes from here";

impl<'a> Judge<'a> {
    pub(super) fn reports(
        &mut self,
        (model, reports): (&'a Model, &'a Reports),
        event: &Event<'a>,
        fit: Fit,
        pointed: Option<Pointed>,
        version: Option<&Dependence>,
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
            related.push(Related { place: origin, message: ORIGIN.to_owned() });
        }
        let mut confidence = reports.confidence.unwrap_or(Confidence::High);
        let mut base = reports.severity;
        if fit == Fit::Sometimes {
            confidence = confidence.min(Confidence::Medium);
            base = self.sometimes(base, &reports.check);
        }
        if event.asked.development {
            base = Some(Severity::Low);
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
            version,
        };
        let finding = self.maker.finding(draft);
        if finding.is_some() {
            self.site(&reports.check, place, event);
        }
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

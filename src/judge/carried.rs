//! What else is seen to pass over a connection: headers and fields that a call hands over, keys beside an address.

use super::calls::{Event, Judge};
use super::settings::SettingsJudge;
use crate::endpoint::protocols::words;
use crate::flow::eval::object_in;
use crate::flow::value::{ObjectId, Traced, Value};
use crate::report::Sensitive;
use crate::source::Place;
use compact_str::CompactString;

/// Maps within maps deeper than this are not looked into.
const MAX_DEPTH: usize = 3;
/// Of one call, no more than this is noted.
const MAX_NOTED: usize = 16;
/// In a larger map an address and a key belong together only where their names say so.
const FEW: usize = 8;

impl<'a> Judge<'a> {
    /// What the arguments of a call, and what was said to its receiver, name.
    pub(super) fn carried(&self, event: &Event<'a>) -> Vec<Sensitive> {
        let mut noted = Noted { judge: self, all: Vec::new() };
        for argument in event.arguments {
            if let Some(name) = argument.name.as_ref().filter(|_| !matches!(argument.value.value, Value::Null)) {
                noted.name(name, argument.place);
            }
            noted.value(&argument.value, argument.value_place, 0);
        }
        let receiver = event.receiver.and_then(object_in);
        for id in receiver.into_iter().chain(event.result) {
            noted.object(id, event.place, 0);
        }
        noted.all
    }
}

struct Noted<'j, 'a> {
    judge: &'j Judge<'a>,
    all: Vec<Sensitive>,
}

impl Noted<'_, '_> {
    fn name(&mut self, name: &str, place: Place) {
        let Some(kind) = self.judge.knowledge.map.sensitive(&words(name)) else { return };
        let known = self.all.iter().any(|seen| seen.word == name && seen.kind == *kind);
        if !known && self.all.len() < MAX_NOTED {
            self.all.push(Sensitive { kind: kind.clone(), word: name.into(), place });
        }
    }

    fn value(&mut self, value: &Traced, place: Place, depth: usize) {
        if let Some(id) = object_in(value) {
            self.object(id, value.at.unwrap_or(place), depth);
        }
        if let Value::List(list) = &value.value
            && depth < MAX_DEPTH
        {
            list.iter().take(MAX_NOTED).for_each(|element| self.value(element, place, depth + 1));
        }
    }

    /// The entries of a map, and the headers that a builder was given by name.
    fn object(&mut self, id: ObjectId, place: Place, depth: usize) {
        let Some(object) = self.judge.outcome.objects.get(id.0 as usize).filter(|_| depth < MAX_DEPTH) else { return };
        let mut fields: Vec<(&CompactString, &Traced)> = object.fields.iter().collect();
        fields.sort_by_key(|(name, _)| *name);
        for (name, value) in fields {
            self.name(name, value.at.unwrap_or(place));
            self.value(value, place, depth + 1);
        }
        let mut given: Vec<(&CompactString, &Traced)> = object.given.iter().collect();
        given.sort_by_key(|(method, _)| *method);
        for (method, first) in given {
            self.name(method, first.at.unwrap_or(place));
            let text = match &first.value {
                Value::Text(text) => text.as_known(),
                Value::Path(path) => path.rsplit('.').next().map(CompactString::from),
                _ => None,
            };
            if let Some(text) = text.filter(|text| is_name(text)) {
                self.name(&text, first.at.unwrap_or(place));
            }
        }
    }
}

/// One word as headers and fields have it.
fn is_name(text: &str) -> bool {
    text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

impl SettingsJudge<'_> {
    /// What the keys beside an address show to go there: `payments.api-key` beside `payments.url`.
    pub(super) fn carried(&self, index: usize) -> Vec<Sensitive> {
        let own = &self.settings.items[index];
        let Some((last, above)) = self.keys[index].split_last().filter(|(last, _)| !last.starts_with('[')) else {
            return Vec::new();
        };
        let siblings = self.siblings_of(own.document, above);
        let named =
            |index: usize| self.settings.items[index].path.last().map_or(last.as_str(), |key| key.text.as_str());
        let front = words(named(index));
        let front = &front[..front.len().saturating_sub(1)];
        if front.is_empty() && (above.is_empty() || siblings.len() > FEW) {
            return Vec::new();
        }
        let goes_there = |other: &usize| {
            let name = named(*other);
            let all = words(name);
            let rest = all.strip_prefix(front)?;
            let kind = self.knowledge.map.sensitive(rest)?;
            let beside = self.knowledge.map.beside_address.contains(kind);
            let setting = &self.settings.items[*other];
            let told = *other != index && beside && !setting.value.parts.is_empty();
            told.then(|| Sensitive { kind: kind.clone(), word: name.into(), place: self.source.place(setting.span) })
        };
        siblings.iter().filter_map(goes_there).take(MAX_NOTED).collect()
    }
}

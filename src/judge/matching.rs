//! Whether a value is what a rule asks for.

use crate::endpoint::{Classified, Classifier, Hints, Judged, Transport, Zone, strength};
use crate::flow::eval::{find_argument, object_in};
use crate::flow::shape;
use crate::flow::text::address as address_of;
use crate::flow::value::{Argument, Object, ObjectId, Traced, Value};
use crate::judge::Knowledge;
use crate::rules::model::{ArgumentName, Matcher, Name, Shape, Slot, SlotChoice};
use crate::rules::vocabulary::Vocabulary;
use crate::source::Place;
use crate::text::Template;
use crate::tree::Kind;
use compact_str::CompactString;

/// How well a value fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    No,
    /// It depends on what a caller hands over.
    Parameter,
    /// On one of the ways that the program may take.
    Sometimes,
    Yes,
}

impl Fit {
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Self::Yes } else { Self::No }
    }
}

/// What a slot names in a call.
#[derive(Clone, Debug)]
pub(crate) enum Found<'a> {
    /// The value; `place` is what to underline, `whole` the argument with its name.
    Value {
        value: &'a Traced,
        whole: Place,
        own: Place,
        number: Option<usize>,
    },
    /// It is certainly not given.
    Absent,
    Unknown,
}

/// Looks at values with the objects of one evaluation at hand.
pub(crate) struct Matching<'a> {
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) words: &'a Vocabulary,
    pub(crate) objects: &'a [Object],
    pub(crate) project: &'a crate::flow::project::Project,
    /// Text is compared without regard to case (configuration).
    pub(crate) folded: bool,
}

impl<'a> Matching<'a> {
    fn object(&self, id: ObjectId) -> &'a Object {
        &self.objects[id.0 as usize]
    }

    /// The argument that a slot names.
    pub(crate) fn find(
        &self,
        slot: &Slot,
        given: &'a [Argument],
        open: bool,
        receiver: Option<&'a Traced>,
    ) -> Found<'a> {
        let mut unknown = open;
        for choice in &slot.choices {
            let base = if choice.argument == ArgumentName::Receiver {
                receiver.map(|value| {
                    let place = value.at.unwrap_or_default();
                    Found::Value { value, whole: place, own: place, number: None }
                })
            } else {
                let single = Slot { choices: vec![SlotChoice { argument: choice.argument.clone(), keys: Vec::new() }] };
                find_argument(&single, given).map(|(number, argument)| Found::Value {
                    value: &argument.value,
                    whole: argument.place,
                    own: argument.value_place,
                    number: Some(number),
                })
            };
            let Some(base) = base else { continue };
            match self.descend(base, &choice.keys) {
                Found::Absent => {}
                Found::Unknown => unknown = true,
                found @ Found::Value { .. } => return found,
            }
        }
        if unknown { Found::Unknown } else { Found::Absent }
    }

    /// Down into maps and fields.
    fn descend(&self, found: Found<'a>, keys: &[CompactString]) -> Found<'a> {
        let mut found = found;
        for key in keys {
            let Found::Value { value, whole, number, .. } = &found else { return found };
            let Some(id) = object_in(value) else { return Found::Unknown };
            let object = self.object(id);
            found = match object.fields.get(key).or_else(|| Self::made_with(object, key)) {
                Some(inner) => {
                    let place = inner.at.unwrap_or(*whole);
                    Found::Value { value: inner, whole: place, own: place, number: *number }
                }
                None if object.open || object.class.is_some() => return Found::Unknown,
                None => return Found::Absent,
            };
        }
        found
    }

    /// Of a number, the argument at that position of the call that made the object.
    fn made_with(object: &'a Object, key: &str) -> Option<&'a Traced> {
        let position: usize = key.parse().ok()?;
        let given = object.arguments.iter().filter(|argument| argument.name.is_none()).nth(position)?;
        Some(&given.value)
    }

    /// All arguments that a slot of the form `*` or `2..` names.
    pub(crate) fn any(slot: &Slot, given: &'a [Argument]) -> Option<Vec<(usize, &'a Argument)>> {
        let from = match slot.choices.as_slice() {
            [SlotChoice { argument: ArgumentName::Any, .. }] => 0,
            [SlotChoice { argument: ArgumentName::From(from), .. }] => *from as usize,
            _ => return None,
        };
        Some(given.iter().enumerate().skip(from).collect())
    }

    pub(crate) fn fits_found(&self, matcher: &Matcher, found: &Found<'_>) -> Fit {
        match found {
            Found::Value { value, .. } => self.fits(matcher, value),
            Found::Absent => match matcher {
                Matcher::Absent => Fit::Yes,
                Matcher::Not(inner) if !matches!(**inner, Matcher::Present | Matcher::Anything) => Fit::Yes,
                Matcher::AnyOf(list) => list.iter().map(|inner| self.fits_found(inner, found)).max().unwrap_or(Fit::No),
                _ => Fit::No,
            },
            Found::Unknown => match matcher {
                Matcher::Not(inner) if !matches!(**inner, Matcher::Absent) => Fit::Yes,
                _ => Fit::No,
            },
        }
    }

    pub(crate) fn fits(&self, matcher: &Matcher, value: &Traced) -> Fit {
        match matcher {
            Matcher::Anything | Matcher::Present => return Fit::Yes,
            Matcher::Absent => return Fit::No,
            Matcher::AnyOf(list) => return list.iter().map(|inner| self.fits(inner, value)).max().unwrap_or(Fit::No),
            Matcher::AllOf(list) => return list.iter().map(|inner| self.fits(inner, value)).min().unwrap_or(Fit::No),
            Matcher::Not(inner) => {
                return match self.fits(inner, value) {
                    Fit::Yes => Fit::No,
                    Fit::Sometimes => Fit::Sometimes,
                    Fit::Parameter | Fit::No => Fit::Yes,
                };
            }
            _ => {}
        }
        if let Value::AnyOf(list) = &value.value {
            let mut all: Vec<Fit> = list.iter().map(|option| self.fits_one(matcher, &option.value)).collect();
            all.sort_unstable();
            return match (all.first(), all.last()) {
                (Some(Fit::Yes), Some(_)) => Fit::Yes,
                (_, Some(Fit::Yes | Fit::Sometimes)) => Fit::Sometimes,
                (_, Some(best)) => *best,
                _ => Fit::No,
            };
        }
        // A host that a caller names may be any; where it has a default, that is what counts.
        if let (Matcher::RemoteHost, Value::Parameter(_)) = (matcher, &value.value) {
            return Fit::Yes;
        }
        self.fits_one(matcher, &value.value)
    }

    fn fits_one(&self, matcher: &Matcher, value: &Value) -> Fit {
        if matches!(value, Value::Parameter(_)) {
            return Fit::Parameter;
        }
        match matcher {
            Matcher::Bool(wanted) => match value {
                Value::Bool(given) => Fit::of(given == wanted),
                Value::Text(text) if self.folded => {
                    Fit::of(text.as_known().is_some_and(|text| truth_word(&text) == Some(*wanted)))
                }
                _ => Fit::No,
            },
            Matcher::Null => Fit::of(matches!(value, Value::Null)),
            Matcher::Number(wanted) => match value {
                Value::Number(given) => Fit::of(given == wanted),
                Value::Text(text) if self.folded => {
                    Fit::of(text.as_known().is_some_and(|text| text.trim().parse() == Ok(*wanted)))
                }
                _ => Fit::No,
            },
            Matcher::LessThan(bound) => Fit::of(matches!(value, Value::Number(given) if given < bound)),
            Matcher::Exactly(wanted) => Fit::of(self.exactly(wanted, value)),
            Matcher::Falsy => Fit::of(value.truth() == Some(false)),
            Matcher::Truthy => Fit::of(value.truth() == Some(true)),
            Matcher::Regex(pattern) => Fit::of(match value {
                Value::Text(text) => self.matches(pattern, text),
                _ => false,
            }),
            Matcher::Contains(inner) => self.contains(inner, value),
            Matcher::Without(inner) => match value {
                Value::Complement(mask) => self.fits(inner, mask).max(self.contains(inner, &mask.value)),
                _ => Fit::No,
            },
            Matcher::Made(names) => Fit::of(self.made(names, value)),
            Matcher::MadeWith(slot, inner) => match value {
                Value::Object(id) => {
                    let object = self.object(*id);
                    let given = self.find(slot, &object.arguments, object.open, None);
                    match (&given, Self::entry(slot, object)) {
                        (Found::Absent, Some(value)) => self.fits(inner, value),
                        _ => self.fits_found(inner, &given),
                    }
                }
                _ => Fit::No,
            },
            Matcher::Does(shape) => Fit::of(self.does(*shape, value)),
            Matcher::Gives(names) => Fit::of(self.body_of(value).is_some_and(|body| body.gives(names))),
            Matcher::MethodDoes(method, shape) => Fit::of(self.method_does(method, *shape, value)),
            Matcher::Named(pattern) => Fit::of(self.outside(value).is_some_and(|path| {
                let last = path.rsplit('.').next().unwrap_or(path);
                self.words.regex(pattern).is_some_and(|regex| regex.is_match(last))
            })),
            Matcher::WeakCiphers => Fit::of(
                Self::words_of(value)
                    .iter()
                    .any(|text| !strength::weak_ciphers(&self.knowledge.protocols, text).is_empty()),
            ),
            Matcher::WeakVersions => Fit::of(
                Self::words_of(value)
                    .iter()
                    .any(|text| !strength::weak_tls_versions(&self.knowledge.protocols, text).is_empty()),
            ),
            Matcher::RemoteHost => Fit::of(self.remote(value)),
            Matcher::OpenAddress => Fit::of(self.open_address(value)),
            Matcher::CleartextEndpoint => Fit::of(match value {
                Value::Text(text) => self.cleartext(text),
                _ => false,
            }),
            Matcher::Anything
            | Matcher::Present
            | Matcher::Absent
            | Matcher::AnyOf(_)
            | Matcher::AllOf(_)
            | Matcher::Not(_) => {
                let traced = Traced { value: value.clone(), at: None };
                self.fits(matcher, &traced)
            }
        }
    }

    /// What is not known of a text may be nothing at all, or what the pattern speaks of least: it must match either way,
    /// unless it names the unknown itself (`\x00`).
    fn matches(&self, pattern: &str, text: &Template) -> bool {
        let Some(regex) = self.words.regex(pattern) else { return false };
        let assumed = text.assumed();
        regex.is_match(&assumed)
            && (!assumed.contains('\0') || pattern.contains("\\x00") || regex.is_match(&assumed.replace('\0', "")))
    }

    /// The entry of a map that a slot's keywords name.
    fn entry<'o>(slot: &Slot, object: &'o Object) -> Option<&'o Traced> {
        slot.choices.iter().find_map(|choice| match &choice.argument {
            ArgumentName::Keyword(name) if choice.keys.is_empty() => object.fields.get(name),
            _ => None,
        })
    }

    fn exactly(&self, wanted: &str, value: &Value) -> bool {
        match value {
            Value::Text(text) => text
                .as_known()
                .is_some_and(|text| text == wanted || (self.folded && text.trim().eq_ignore_ascii_case(wanted))),
            Value::Path(path) => path == wanted,
            Value::Object(id) => self.object(*id).made_by == wanted && self.object(*id).class.is_none(),
            Value::Function(_) | Value::Class(_) => false,
            _ => false,
        }
    }

    fn contains(&self, inner: &Matcher, value: &Value) -> Fit {
        match value {
            Value::List(list) => list
                .iter()
                .map(|element| self.fits(inner, element).max(self.contains_in(inner, &element.value)))
                .max()
                .unwrap_or(Fit::No),
            Value::Complement(_) => Fit::No,
            Value::Text(text) => {
                let Some(text) = text.as_known() else { return Fit::No };
                let hit = text.split([',', ' ', ';', '|', ':']).any(|word| {
                    let word = Value::text(Template::literal(word.trim(), Place::default()));
                    self.fits_one(inner, &word) == Fit::Yes
                });
                Fit::of(hit)
            }
            other => self.fits_one(inner, other),
        }
    }

    fn contains_in(&self, inner: &Matcher, value: &Value) -> Fit {
        match value {
            Value::List(_) => self.contains(inner, value),
            _ => Fit::No,
        }
    }

    fn made(&self, names: &[Name], value: &Value) -> bool {
        let is = |path: &str| {
            names.iter().any(|name| {
                if name.any_receiver {
                    path.rsplit('.').next() == Some(name.path.as_str())
                } else {
                    self.words.is_a(path, &name.path)
                }
            })
        };
        match value {
            Value::Object(id) => is(&self.object(*id).made_by) || is(&self.object(*id).origin),
            Value::Path(path) => is(path),
            Value::Class(class) => {
                self.project.units.get(class.unit).is_some_and(|unit| match unit.tree.kind(class.node) {
                    Kind::Class(node) => node.bases.iter().any(|base| is(base)),
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether a function has a shape. Of a type of the run, or a thing of one, it is known that its code can be seen.
    fn does(&self, shape: Shape, value: &Value) -> bool {
        match value {
            Value::Class(_) => shape == Shape::Any,
            Value::Object(id) => shape == Shape::Any && self.object(*id).class.is_some(),
            _ => self.body_of(value).is_some_and(|body| body.is(shape)),
        }
    }

    /// What the body of a function looks like.
    fn body_of(&self, value: &Value) -> Option<shape::Body> {
        let Value::Function(function) = value else { return None };
        let tree = &self.project.units[function.function.unit].tree;
        match tree.kind(function.function.node) {
            Kind::Function(node) | Kind::Lambda(node) => Some(shape::body(tree, node)),
            _ => None,
        }
    }

    fn method_does(&self, method: &str, shape: Shape, value: &Value) -> bool {
        let Value::Object(id) = value else { return false };
        let Some(class) = self.object(*id).class else { return false };
        let tree = &self.project.units[class.unit].tree;
        let Kind::Class(node) = tree.kind(class.node) else { return false };
        node.body.iter().any(|member| match tree.kind(*member) {
            Kind::Function(function) => {
                function.name.as_ref().is_some_and(|name| name.text == method) && shape::body(tree, function).is(shape)
            }
            _ => false,
        })
    }

    /// The name of what is not part of the run, so that no body can be looked at.
    fn outside<'v>(&'v self, value: &'v Value) -> Option<&'v str> {
        match value {
            Value::Object(id) if self.object(*id).class.is_none() => Some(&self.object(*id).origin),
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    /// The texts that a value holds: itself, or the elements of a list; for a name, its last word.
    fn words_of(value: &Value) -> Vec<CompactString> {
        match value {
            Value::Text(text) => vec![text.assumed()],
            Value::List(list) => list.iter().flat_map(|element| Self::words_of(&element.value)).collect(),
            Value::Path(path) => path.rsplit('.').next().map(CompactString::from).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// Text whose host is not this machine, or a `(host, port)` with such a host. What is not known may be remote.
    fn remote(&self, value: &Value) -> bool {
        match address(value) {
            Some(text) => !self.local_address(&text.assumed()),
            None => !matches!(value, Value::Null),
        }
    }

    fn open_address(&self, value: &Value) -> bool {
        // A port without a host is that port of every interface; port 0 is any free one, for tests.
        if let Value::Number(port) = value {
            return *port != 0;
        }
        address(value).is_some_and(|text| {
            let text = text.assumed();
            let known = text.strip_suffix(":\0").unwrap_or(&text);
            !known.contains('\0') && (known.trim().is_empty() || !self.local_address(known))
        })
    }

    fn local_address(&self, text: &str) -> bool {
        local(self.knowledge.endpoints().zone_of_address(text))
    }

    fn cleartext(&self, text: &Template) -> bool {
        match self.knowledge.endpoints().classify(text, &Hints { dialled: true, ..Hints::default() }) {
            Classified::Endpoints(list) => list.iter().any(|endpoint| {
                matches!(endpoint.transport, Judged::Known { transport: Transport::Cleartext, .. })
                    && !local(endpoint.host.zone)
            }),
            _ => false,
        }
    }
}

/// Never leaves the machine, or is not to be mended.
pub(crate) fn local(zone: Zone) -> bool {
    matches!(zone, Zone::Loopback | Zone::UnixSocket | Zone::ByDesign | Zone::Machine)
}

/// The address in a text, or in a list that makes one or starts with one (`(host, port)`, `[127, 0, 0, 1]`).
fn address(value: &Value) -> Option<Template> {
    match value {
        Value::Text(text) => Some((**text).clone()),
        Value::List(list) => address_of(list).or_else(|| list.first().and_then(|first| address(&first.value))),
        _ => None,
    }
}

/// The spellings of booleans that configuration formats and drivers read.
pub(crate) fn truth_word(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" | "t" | "y" | "enable" | "enabled" => Some(true),
        "false" | "0" | "no" | "off" | "f" | "n" | "disable" | "disabled" => Some(false),
        _ => None,
    }
}

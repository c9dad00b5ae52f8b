//! The JSON schema of a model, for editors: made from the types of [`super::raw`], and from the lists that the readers
//! of the small notations go by.
//!
//! `build.rs` includes this file as well, so it depends on nothing but its neighbours and schemars.

use super::matchers::{Takes, WORDS};
use super::notation::SHAPES;
use super::raw::Strings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The keys that say what a rule looks at; a rule has one of them.
pub(super) static SUBJECTS: [&str; 6] = ["call", "set", "use", "method", "setting", "annotation"];

/// The schema of a rule asks for one of [`SUBJECTS`].
pub(super) fn one_subject(schema: &mut Schema) {
    let one = SUBJECTS.map(|subject| json_schema!({ "required": [subject] }));
    schema.insert("oneOf".to_owned(), one.iter().map(|schema| schema.as_value().clone()).collect());
}

/// Stands for a value that [`super::matchers`] reads.
pub(super) enum Matcher {}

/// Stands for a map of matchers.
pub(super) enum Matchers {}

/// Stands for a map of slots.
pub(super) enum Slots {}

/// Stands for a value that `parse_slot` reads.
pub(super) enum Slot {}

/// Stands for a value that `parse_shape` reads.
pub(super) enum Shape {}

/// Stands for a value that `parse_fix` reads.
pub(super) enum Fix {}

impl JsonSchema for Matcher {
    fn schema_name() -> Cow<'static, str> {
        "Matcher".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let this = generator.subschema_for::<Self>();
        let words: BTreeMap<&str, Schema> =
            WORDS.iter().map(|(word, takes)| (*word, takes.schema(generator))).collect();
        json_schema!({
            "description": "A value, a list of which one must match, or words that must all match",
            "anyOf": [
                { "type": ["null", "boolean", "integer", "string"] },
                { "type": "array", "items": this },
                { "type": "object", "properties": words, "additionalProperties": false, "minProperties": 1 },
            ],
        })
    }
}

/// A map with any keys.
macro_rules! map_of {
    ($name:ident, $member:ty) => {
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let member = generator.subschema_for::<$member>();
                json_schema!({ "type": "object", "additionalProperties": member })
            }
        }
    };
}

map_of!(Matchers, Matcher);
map_of!(Slots, Slot);

impl Takes {
    fn schema(self, generator: &mut SchemaGenerator) -> Schema {
        match self {
            Self::True => json_schema!({ "const": true }),
            Self::Matcher => generator.subschema_for::<Matcher>(),
            Self::Text => json_schema!({ "type": "string" }),
            Self::Number => json_schema!({ "type": "integer" }),
            Self::Texts => generator.subschema_for::<Strings>(),
            Self::Shape => generator.subschema_for::<Shape>(),
            Self::Slots => generator.subschema_for::<Matchers>(),
            Self::Method => {
                let shape = generator.subschema_for::<Shape>();
                json_schema!({ "type": "object", "additionalProperties": shape, "minProperties": 1, "maxProperties": 1 })
            }
            Self::Word(word) => json_schema!({ "const": word }),
        }
    }
}

impl JsonSchema for Slot {
    fn schema_name() -> Cow<'static, str> {
        "Slot".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "An argument by keyword or position, and entries of it: `url | 0`, `ssl.verify`, `2..`, `*`, `receiver.host`",
            "type": ["integer", "string"],
        })
    }
}

impl JsonSchema for Shape {
    fn schema_name() -> Cow<'static, str> {
        "Shape".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names = SHAPES.map(|(name, _)| name);
        json_schema!({ "description": "What the body of a function does", "enum": names })
    }
}

impl JsonSchema for Fix {
    fn schema_name() -> Cow<'static, str> {
        "Fix".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let slot = generator.subschema_for::<Slot>();
        let text = json_schema!({ "type": "string" });
        let form = |keys: &[(&str, &Schema)]| {
            let properties: BTreeMap<&str, &Schema> = keys.iter().copied().collect();
            let required: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
            json_schema!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
        };
        json_schema!({
            "description": "The edit that mends what is reported",
            "anyOf": [
                { "const": "remove-statement" },
                form(&[("remove-argument", &slot)]),
                form(&[("replace-argument", &slot), ("with", &text)]),
                form(&[("replace", &text)]),
                form(&[("replace-value", &text)]),
                form(&[("rename", &text)]),
            ],
        })
    }
}

//! What every configuration format lowers to: a list of settings, each a path of keys and a value.

use crate::commands::Script;
use crate::source::{Place, Span};
use crate::text::Template;
use compact_str::CompactString;

/// The settings of one file, in the order in which they stand.
#[derive(Debug, Default)]
pub struct Settings {
    pub items: Vec<Setting>,
    /// Values are written as markup: `&` stands as `&amp;` in the file.
    pub markup: bool,
    /// Command text in it. What it means is known where programs are: `frontend::documents` makes settings of it.
    pub scripts: Vec<Script>,
}

/// One leaf of a configuration file: `spring.datasource.url: jdbc:...`.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The keys from the outermost inwards. An element of a list has a key of the form `[3]`.
    pub path: Vec<Key>,
    /// The value as text; a `${VAR:-default}` or `{{ .Values.x }}` in it is a hole.
    pub value: Template,
    pub scalar: Scalar,
    /// Key and value together: what a reader would call the setting.
    pub span: Span,
    /// The number of the YAML document in the file, from 0; 0 in other formats.
    pub document: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub text: CompactString,
    pub at: Place,
}

/// What the format itself says a value is. `"true"` in quotes is `Text` in YAML and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    Text,
    Bool(bool),
    Number,
    Null,
}

impl Setting {
    /// The keys joined with dots: `spring.datasource.url`, `services.web.ports.[0]`.
    pub fn dotted(&self) -> String {
        let mut out = String::new();
        for key in &self.path {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&key.text);
        }
        out
    }
}

//! Helm charts: templates are judged with the chart's own defaults. `{{ .Values.x.y }}` is what `values.yaml` says, and
//! what a condition leaves out by default is not there.
//!
//! Only what the defaults decide is resolved; everything else stays a hole.

mod expression;

use crate::frontend::interpolate::{Dollar, interpolate};
use crate::rules::notation::fold_key;
use crate::settings::{Scalar, Settings};
use crate::source::{Source, Span};
use crate::text::{Part, Template};
use camino::{Utf8Path, Utf8PathBuf};
use compact_str::CompactString;
use expression::{Scope, Yield};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;

/// What `helm template` calls a release that nobody names.
const RELEASE: &str = "release-name";
/// The namespace that is meant when none is given.
const NAMESPACE: &str = "default";
/// Conditions within conditions deeper than this are not followed.
const MAX_OPEN: usize = 200;
/// Where a chart keeps its defaults.
const VALUES: &str = "values.yaml";

/// The defaults of one chart.
#[derive(Debug, Default)]
pub struct Values {
    leaves: FxHashMap<String, Yield>,
    /// Paths of maps and lists that hold something.
    inner: FxHashSet<String>,
}

impl Values {
    pub fn new(settings: &Settings) -> Self {
        let mut values = Self::default();
        for setting in settings.items.iter().filter(|setting| setting.document == 0) {
            let mut path = String::new();
            for key in &setting.path {
                if !path.is_empty() {
                    values.inner.insert(path.clone());
                    path.push('.');
                }
                path.push_str(&key.text);
            }
            let leaf = match setting.scalar {
                Scalar::Bool(value) => Some(Yield::Bool(value)),
                Scalar::Null => Some(Yield::Nothing),
                Scalar::Text | Scalar::Number => setting.value.as_known().map(|text| Yield::Text(text.into())),
            };
            match leaf {
                Some(leaf) => _ = values.leaves.insert(path, leaf),
                None => _ = values.inner.insert(path),
            }
        }
        values
    }

    /// What a path from the root of all that a template sees yields.
    fn of_path(&self, path: &str) -> Option<Yield> {
        let path = match path.split_once('.')? {
            ("Values", path) => path,
            ("Release" | "Chart", "Name") => return Some(Yield::Text(RELEASE.to_owned())),
            ("Release", "Namespace") => return Some(Yield::Text(NAMESPACE.to_owned())),
            _ => return None,
        };
        match self.leaves.get(path) {
            Some(leaf) => Some(leaf.clone()),
            None if self.inner.contains(path) => Some(Yield::Something),
            None => Some(Yield::Nothing),
        }
    }
}

/// The file with the defaults that a template, or the file of defaults itself, is rendered with.
pub fn values_of(path: &Utf8Path) -> Option<Utf8PathBuf> {
    if path.file_name() == Some(VALUES) {
        return Some(path.to_owned());
    }
    let templates = path.ancestors().skip(1).filter(|folder| folder.file_name() == Some("templates")).last()?;
    Some(templates.parent()?.join(VALUES))
}

/// Resolves the settings of a template, and takes out what is not there by default.
pub fn resolve(settings: &mut Settings, source: &Source, values: &Values) {
    if !source.text().contains("{{") {
        return;
    }
    let rendered = Rendered::new(source.text(), values);
    if !rendered.left_out.is_empty() {
        settings.items.retain(|item| !rendered.leaves_out(item.span));
    }
    for item in &mut settings.items {
        let name = item.path.last().map(|key| fold_key(&key.text)).unwrap_or_default();
        let alone = item.value.parts.len() == 1;
        for part in &mut item.value.parts {
            let Part::Hole { name: shown, default, at } = part else { continue };
            let Some(yielded) = rendered.texts.get(&at.span.start) else {
                // What a chart has a helper for, where a host is due, is by default a service of its own.
                if alone && is_host(&name) && rendered.helped.contains(&at.span.start) {
                    *default = Some(Box::new(Template::literal(RELEASE, *at)));
                }
                continue;
            };
            // What the file of defaults calls by the same name, or gives as a whole address, is judged there.
            let there = |key: &CompactString| name.ends_with(key.as_str()) || yielded.text.contains("://");
            let said_there = yielded.key.as_ref().is_some_and(there);
            if !(said_there && (alone || yielded.text.contains("://"))) {
                if yielded.key.is_none() {
                    // It is computed: no setting that one could name has this default.
                    shown.clear();
                }
                *default = Some(Box::new(interpolate(&yielded.text, *at, Dollar::Braced)));
            }
        }
    }
}

/// Whether a folded key is that of a host.
fn is_host(name: &str) -> bool {
    ["host", "hostname", "endpoint", "address", "addr", "server"].iter().any(|end| name.ends_with(end))
}

/// What an action yields by default.
struct Yielded {
    text: String,
    /// The folded key of the defaults that it repeats.
    key: Option<CompactString>,
}

/// The key of an action that is a path of the defaults, with or without quotes around it, or a template that stands there.
fn repeated(action: &str) -> Option<CompactString> {
    let action = action.strip_prefix("tpl ").map_or(action, str::trim_start);
    let path = action.strip_prefix('$').unwrap_or(action).strip_prefix(".Values.")?;
    let path = path.split([' ', '|']).next()?;
    path.rsplit('.').next().map(fold_key)
}

/// What the actions of one template come to.
#[derive(Default)]
struct Rendered {
    /// By where the action begins.
    texts: FxHashMap<u32, Yielded>,
    /// Where an action begins that only a named template of the chart could tell.
    helped: FxHashSet<u32>,
    /// In order, and apart.
    left_out: Vec<Range<usize>>,
}

/// A condition that stands open.
struct Open {
    /// Whether a branch before this one is certainly taken, or none can be told to be.
    decided: bool,
    /// Where the branch began, if it is certainly left out.
    out_since: Option<usize>,
}

impl Rendered {
    fn new(text: &str, values: &Values) -> Self {
        let mut rendered = Self::default();
        let mut scope = Scope { values, variables: FxHashMap::default() };
        let mut open: Vec<Open> = Vec::new();
        for (range, action) in actions(text) {
            let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((action, ""));
            match word {
                "if" | "with" | "range" if open.len() < MAX_OPEN => {
                    let holds = scope.value(rest).map(|value| value.truth());
                    open.push(Open {
                        decided: holds == Some(true),
                        out_since: (holds == Some(false)).then_some(range.end),
                    });
                }
                "define" | "block" => open.push(Open { decided: false, out_since: None }),
                "else" => rendered.other_branch(&scope, rest.trim(), &range, &mut open),
                "end" => {
                    let closed = open.pop().and_then(|open| open.out_since);
                    rendered.leave_out(closed, range.start);
                }
                _ => rendered.yields(&mut scope, action, range.start),
            }
        }
        rendered.left_out.sort_by_key(|range| range.start);
        rendered
    }

    fn other_branch(&mut self, scope: &Scope<'_>, condition: &str, range: &Range<usize>, open: &mut [Open]) {
        let Some(last) = open.last_mut() else { return };
        let since = last.out_since.take();
        self.leave_out(since, range.start);
        let holds = match condition.strip_prefix("if ") {
            Some(condition) => scope.value(condition).map(|value| value.truth()),
            None => Some(true),
        };
        last.out_since = (last.decided || holds == Some(false)).then_some(range.end);
        last.decided |= holds == Some(true);
    }

    fn leave_out(&mut self, since: Option<usize>, until: usize) {
        self.left_out.extend(since.map(|since| since..until));
    }

    fn yields(&mut self, scope: &mut Scope<'_>, action: &str, at: usize) {
        if let Some((name, expression)) = assignment(action) {
            let value = scope.value(expression);
            scope.variables.insert(name.to_owned(), value.clone());
            if let Some(Yield::Text(text)) = value {
                self.texts.insert(at as u32, Yielded { text, key: None });
            }
            return;
        }
        let text = scope.value(action).and_then(Yield::into_text);
        // An empty default is there to be filled in.
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            self.texts.insert(at as u32, Yielded { text, key: repeated(action) });
        } else if action.starts_with("include ") {
            self.helped.insert(at as u32);
        }
    }

    fn leaves_out(&self, span: Span) -> bool {
        let start = span.start as usize;
        self.left_out.iter().take_while(|range| range.start <= start).any(|range| range.contains(&start))
    }
}

/// `$name := expression`, also without the colon.
fn assignment(action: &str) -> Option<(&str, &str)> {
    let (name, expression) = action.strip_prefix('$')?.split_once('=')?;
    let name = name.trim_end_matches(':').trim_end();
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some((name, expression))
}

/// The actions of a template with their ranges, without their delimiters.
fn actions(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find("{{")?;
        let end = start + text.get(start..)?.find("}}")? + 2;
        at = end;
        let inner = text.get(start + 2..end - 2)?;
        let inner = inner.strip_prefix('-').unwrap_or(inner);
        Some((start..end, inner.strip_suffix('-').unwrap_or(inner).trim()))
    })
}

#[cfg(test)]
mod tests;

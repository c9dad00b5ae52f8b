//! The names of one language's models, indexed for look-up.

use super::model::{Condition, Matches, Model, Name};
use compact_str::{CompactString, format_compact};
use regex::Regex;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::OnceLock;

/// Where a rule stands: the model and the rule in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleRef {
    pub model: u32,
    pub rule: u32,
}

/// An evaluation: the model and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvaluationRef {
    pub model: u32,
    pub evaluation: u32,
}

/// Everything that the models of one language say of names.
#[derive(Debug, Default)]
pub struct Vocabulary {
    aliases: FxHashMap<CompactString, CompactString>,
    /// What the aliases begin with, up to each of their dots: a name that begins otherwise has none.
    alias_heads: FxHashSet<CompactString>,
    returns: FxHashMap<CompactString, CompactString>,
    fluent: FxHashSet<CompactString>,
    values: FxHashSet<CompactString>,
    constants: FxHashMap<CompactString, CompactString>,
    extends: FxHashMap<CompactString, CompactString>,
    fields: FxHashMap<CompactString, CompactString>,
    /// Every canonical name that some model mentions, and each of its prefixes.
    known: FxHashSet<CompactString>,
    /// The segments of those names.
    segments: FxHashSet<CompactString>,
    evaluations: FxHashMap<CompactString, EvaluationRef>,
    any_evaluations: FxHashMap<CompactString, EvaluationRef>,
    patterns: FxHashMap<CompactString, OnceLock<Option<Regex>>>,
    /// What rules want nowhere in a file.
    unwanted: FxHashSet<CompactString>,
    pub(crate) calls: FxHashMap<CompactString, Vec<RuleRef>>,
    pub(crate) any_calls: FxHashMap<CompactString, Vec<RuleRef>>,
    pub(crate) sets: FxHashMap<CompactString, Vec<RuleRef>>,
    pub(crate) any_sets: FxHashMap<CompactString, Vec<RuleRef>>,
    pub(crate) uses: FxHashMap<CompactString, Vec<RuleRef>>,
    pub(crate) overrides: FxHashMap<CompactString, Vec<RuleRef>>,
    pub(crate) annotations: FxHashMap<CompactString, Vec<RuleRef>>,
}

/// What stands before the name of a package that was moved into another one.
const MOVED: [&str; 4] = ["thirdparty.", "shaded.", "repackaged.", "relocated."];

impl Vocabulary {
    pub fn add(&mut self, index: u32, model: &Model) {
        self.patterns.extend(model.patterns().into_iter().map(|pattern| (pattern, OnceLock::new())));
        for (from, to) in &model.names.aliases {
            self.aliases.insert(from.clone(), to.clone());
            self.alias_heads.extend(from.match_indices('.').map(|(dot, _)| from[..dot].into()));
            self.know(from);
            self.know(to);
        }
        for (from, to) in &model.names.returns {
            self.returns.insert(from.clone(), to.clone());
            self.know(from);
            self.know(to);
        }
        for (from, to) in &model.names.extends {
            self.extends.insert(from.clone(), to.clone());
            self.know(from);
            self.know(to);
        }
        for (from, to) in &model.names.fields {
            self.fields.insert(from.clone(), to.clone());
            self.know(from);
        }
        for (from, to) in &model.names.constants {
            self.constants.insert(from.clone(), to.clone());
            self.know(from);
        }
        for name in &model.names.fluent {
            self.fluent.insert(name.clone());
            self.know(name);
        }
        self.values.extend(model.names.values.iter().cloned());
        for (number, evaluation) in model.evaluates.iter().enumerate() {
            let reference = EvaluationRef { model: index, evaluation: number as u32 };
            for name in &evaluation.call {
                let table = if name.any_receiver { &mut self.any_evaluations } else { &mut self.evaluations };
                table.insert(name.path.clone(), reference);
                if !name.any_receiver {
                    self.know(&name.path);
                }
            }
        }
        model.compared().iter().filter(|text| is_path(text)).for_each(|path| self.know(path));
        for (number, rule) in model.rules.iter().enumerate() {
            self.add_rule(RuleRef { model: index, rule: number as u32 }, &rule.matches);
            for condition in &rule.conditions {
                if let Condition::NotInFile(names) = condition {
                    self.unwanted.extend(names.iter().cloned());
                }
            }
        }
    }

    fn add_rule(&mut self, rule: RuleRef, matches: &Matches) {
        match matches {
            Matches::Call(names) => {
                self.add_names(rule, names, |it, any| if any { &mut it.any_calls } else { &mut it.calls });
            }
            Matches::Set(names, _) => {
                self.add_names(rule, names, |it, any| if any { &mut it.any_sets } else { &mut it.sets });
            }
            Matches::Use(names) => self.add_names(rule, names, |it, _| &mut it.uses),
            Matches::Annotation(names) => self.add_names(rule, names, |it, _| &mut it.annotations),
            Matches::Override { interfaces, methods, .. } => {
                for interface in interfaces {
                    self.know(&interface.path);
                }
                for method in methods {
                    self.overrides.entry(method.clone()).or_default().push(rule);
                }
            }
            Matches::Setting(..) => {}
        }
    }

    fn add_names(
        &mut self,
        rule: RuleRef,
        names: &[Name],
        table: impl Fn(&mut Self, bool) -> &mut FxHashMap<CompactString, Vec<RuleRef>>,
    ) {
        for name in names {
            if !name.any_receiver {
                self.know(&name.path);
            }
            table(self, name.any_receiver).entry(name.path.clone()).or_default().push(rule);
        }
    }

    fn know(&mut self, path: &str) {
        let mut end = path.len();
        loop {
            if !self.known.insert(path[..end].into()) {
                return;
            }
            let dot = path[..end].rfind('.');
            self.segments.insert(path[dot.map_or(0, |dot| dot + 1)..end].into());
            match dot {
                Some(dot) => end = dot,
                None => return,
            }
        }
    }

    /// Whether some model mentions this name or one under it.
    pub fn knows(&self, path: &str) -> bool {
        self.known.contains(path)
    }

    /// Whether some model mentions a name with such a segment.
    pub fn mentions(&self, segment: &str) -> bool {
        self.segments.contains(segment)
    }

    /// The one spelling of a name that rules use.
    pub fn canonical(&self, path: impl Into<CompactString>) -> CompactString {
        let mut path = path.into();
        if let Some(start) = self.moved(&path) {
            path = path[start..].into();
        }
        for _ in 0..4 {
            match self.replaced(&path) {
                Some(next) => path = next,
                None => break,
            }
        }
        path
    }

    /// Where the name begins in a package that another one carries along under its own name:
    /// `org.acme.thirdparty.io.ledger.Client`.
    fn moved(&self, path: &str) -> Option<usize> {
        let known = |rest: &str| self.knows(rest) || rest.rsplit_once('.').is_some_and(|(owner, _)| self.knows(owner));
        let bytes = path.as_bytes();
        let dots = (0..bytes.len()).filter(|at| bytes[*at] == b'.').map(|at| at + 1);
        let starts = dots.filter_map(|at| Some(at + MOVED.iter().find(|word| path[at..].starts_with(**word))?.len()));
        { starts }.find(|start| known(&path[*start..]))
    }

    /// The name with the longest of its beginnings that has an alias replaced.
    fn replaced(&self, path: &str) -> Option<CompactString> {
        let mut found = None;
        for end in memchr::memchr_iter(b'.', path.as_bytes()).chain([path.len()]) {
            found = self.aliases.get(&path[..end]).map(|to| (to, end)).or(found);
            if !self.alias_heads.contains(&path[..end]) {
                break;
            }
        }
        let (to, end) = found?;
        let mut out = to.clone();
        out.push_str(&path[end..]);
        (out != path).then_some(out)
    }

    /// The name of a member of a type: of the type itself, or of the nearest ancestor that a model speaks of.
    pub fn member(&self, owner: &str, name: &str) -> CompactString {
        let mut first = None;
        let mut current = owner;
        for _ in 0..8 {
            let path = self.canonical(format_compact!("{current}.{name}"));
            if self.known.contains(&path) {
                return path;
            }
            first.get_or_insert(path);
            match self.extends.get(current) {
                Some(parent) => current = parent,
                None => break,
            }
        }
        first.unwrap_or_default()
    }

    /// Whether a type is another or inherits from it.
    pub fn is_a(&self, kind: &str, ancestor: &str) -> bool {
        let mut current = kind;
        for _ in 0..8 {
            if current == ancestor {
                return true;
            }
            match self.extends.get(current) {
                Some(parent) => current = parent,
                None => return false,
            }
        }
        false
    }

    /// Whether some rule looks at calls of this method, or of this qualified name.
    pub fn looks_at_call(&self, path: Option<&str>, method: &str) -> bool {
        self.any_calls.contains_key(method)
            || self.unwanted.contains(method)
            || path.is_some_and(|path| self.calls.contains_key(path) || self.unwanted.contains(path))
    }

    /// A pattern of some model, compiled when it is first asked for.
    pub(crate) fn regex(&self, pattern: &str) -> Option<&Regex> {
        self.patterns.get(pattern)?.get_or_init(|| Regex::new(pattern).ok()).as_ref()
    }

    pub fn returns(&self, path: &str) -> Option<&CompactString> {
        self.returns.get(path)
    }

    pub fn is_fluent(&self, kind: &str) -> bool {
        self.fluent.contains(kind)
    }

    /// Whether a type is one of plain values, of which a declaration says nothing.
    pub fn is_plain(&self, kind: &str) -> bool {
        self.values.contains(kind)
    }

    pub fn constant(&self, path: &str) -> Option<&CompactString> {
        self.constants.get(path)
    }

    pub fn field(&self, path: &str) -> Option<&CompactString> {
        self.fields.get(path)
    }

    pub fn evaluation(&self, path: &str) -> Option<EvaluationRef> {
        self.evaluations.get(path).copied()
    }

    pub fn any_evaluation(&self, method: &str) -> Option<EvaluationRef> {
        self.any_evaluations.get(method).copied()
    }
}

/// Whether a text that a rule compares with reads as a qualified name: a constant of a library, not a version or a host.
fn is_path(text: &str) -> bool {
    let identifier = |segment: &str| {
        segment.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
            && segment.chars().all(|it| it.is_ascii_alphanumeric() || it == '_')
    };
    text.contains('.') && text.split('.').all(identifier)
}

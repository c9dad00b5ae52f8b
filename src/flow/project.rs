//! The parsed files of a run, and the names by which they see each other.

use super::value::{ClassRef, FunctionRef};
use crate::facts::Owner;
use crate::report::Context;
use crate::source::FileId;
use crate::tree::{Kind, NodeId, Tree};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};

/// One parsed file of code.
#[derive(Debug)]
pub struct Unit {
    pub file: FileId,
    pub language: CompactString,
    /// The dotted path of the file without its ending: `src.shop.settings`.
    pub module: CompactString,
    pub context: Context,
    pub tree: Tree,
}

/// What a name at the top level of a file, or in a class there, stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Definition {
    Function(FunctionRef, Option<ClassRef>),
    Class(ClassRef),
    /// A variable: the unit, and the class whose static field it is.
    Variable(usize, Option<ClassRef>),
}

/// All units, and an index of what they define.
#[derive(Debug, Default)]
pub struct Project {
    pub units: Vec<Unit>,
    /// The last segment of a module path, with the units so called.
    modules: FxHashMap<CompactString, Vec<usize>>,
    /// Top-level classes by simple name.
    classes: FxHashMap<CompactString, Vec<ClassRef>>,
    /// Blocks that are not the first of their class in a file, with that one.
    first_block: FxHashMap<ClassRef, ClassRef>,
    members: FxHashMap<(usize, Option<NodeId>), FxHashMap<CompactString, Definition>>,
    /// Fields of classes that may be assigned anew: their first value says nothing of an object at hand.
    mutable: FxHashMap<(usize, NodeId), FxHashSet<CompactString>>,
    /// Functions that are not the first of their name where they stand, with that one.
    first: FxHashMap<FunctionRef, FunctionRef>,
    /// By unit, what gets a value in more than one place.
    reassigned: Vec<FxHashSet<CompactString>>,
}

impl Project {
    pub fn new(units: Vec<Unit>) -> Self {
        let mut project = Self { units, ..Self::default() };
        for index in 0..project.units.len() {
            let last = last_segment(&project.units[index].module).into();
            project.modules.entry(last).or_default().push(index);
            let top = project.units[index].tree.top.clone();
            project.index(index, None, &top, 0);
        }
        project.reassigned = project.units.iter().map(|unit| reassigned(&unit.tree)).collect();
        project
    }

    fn index(&mut self, unit: usize, class: Option<NodeId>, list: &[NodeId], depth: u32) {
        if depth > 6 {
            return;
        }
        for &node in list {
            let mut nested = Vec::new();
            let mut found: Vec<(CompactString, Definition)> = Vec::new();
            let owner = class.map(|node| ClassRef { unit, node });
            let mut inner_class = None;
            match self.units[unit].tree.kind(node) {
                Kind::Function(function) => {
                    if let Some(name) = &function.name {
                        found.push((name.text.clone(), Definition::Function(FunctionRef { unit, node }, owner)));
                    }
                }
                Kind::Class(inner) => {
                    if let Some(name) = &inner.name {
                        found.push((name.text.clone(), Definition::Class(ClassRef { unit, node })));
                        nested.clone_from(&inner.body);
                        inner_class = Some((node, name.text.clone()));
                    }
                }
                Kind::Declare { target, .. } | Kind::Assign { target, .. } => {
                    if let Kind::Name(name) = self.units[unit].tree.kind(*target) {
                        let fixed = !matches!(self.units[unit].tree.kind(node), Kind::Declare { constant: false, .. });
                        if let (Some(class), false) = (class, fixed) {
                            self.mutable.entry((unit, class)).or_default().insert(name.clone());
                        }
                        found.push((name.clone(), Definition::Variable(unit, owner)));
                    }
                }
                Kind::Block(list) => nested.clone_from(list),
                Kind::If { then, otherwise, .. } => {
                    nested.push(*then);
                    nested.extend(otherwise);
                }
                Kind::Try { body, handlers, .. } => {
                    nested.push(*body);
                    nested.extend(handlers.iter().map(|handler| handler.body));
                }
                _ => {}
            }
            if !found.is_empty() {
                let members = self.members.entry((unit, class)).or_default();
                for (name, definition) in found {
                    let known = *members.entry(name).or_insert(definition);
                    if let (Definition::Function(first, _), Definition::Function(other, _)) = (known, definition)
                        && first != other
                    {
                        self.first.insert(other, first);
                    }
                }
            }
            match inner_class {
                Some((node, name)) => {
                    let classes = self.classes.entry(name).or_default();
                    let class = ClassRef { unit, node };
                    if let Some(first) = classes.iter().rev().take_while(|other| other.unit == unit).last() {
                        self.first_block.insert(class, *first);
                    }
                    classes.push(class);
                    self.index(unit, Some(node), &nested, depth + 1);
                }
                None if !nested.is_empty() => self.index(unit, class, &nested, depth + 1),
                None => {}
            }
        }
    }

    /// The top-level classes and blocks of a unit that bear this name.
    pub fn blocks(&self, unit: usize, name: &str) -> Vec<NodeId> {
        let all = self.classes.get(name).into_iter().flatten();
        all.filter(|class| class.unit == unit).map(|class| class.node).collect()
    }

    /// Of the blocks in which one class is written, the first.
    pub fn whole(&self, class: ClassRef) -> ClassRef {
        self.first_block.get(&class).copied().unwrap_or(class)
    }

    /// What a file, or a class in it, calls `name`.
    pub fn member(&self, unit: usize, class: Option<NodeId>, name: &str) -> Option<Definition> {
        self.members.get(&(unit, class))?.get(name).copied()
    }

    /// For a function the first of its name where it stands, as which of them a call means is not looked at.
    pub fn first_overload(&self, owner: Owner) -> Owner {
        match owner {
            Owner::Function(function) => Owner::Function(self.first.get(&function).copied().unwrap_or(function)),
            Owner::Class(_) | Owner::Variable(_) => owner,
        }
    }

    /// Whether a field keeps the value that its class gives it.
    pub fn keeps(&self, class: ClassRef, name: &str) -> bool {
        !self.mutable.get(&(class.unit, class.node)).is_some_and(|fields| fields.contains(name))
    }

    /// Whether a variable outside of functions, or a field, gets a value in more than one place of its file: which of
    /// them came last is not known.
    pub fn reassigned(&self, unit: usize, name: &str) -> bool {
        self.reassigned.get(unit).is_some_and(|names| names.contains(name))
    }

    /// A class of the same unit, or the only one of that name in the language of the unit.
    pub fn class_named(&self, from: usize, name: &str) -> Option<ClassRef> {
        let list = self.classes.get(name)?;
        if let Some(own) = list.iter().find(|class| class.unit == from) {
            return Some(*own);
        }
        let language = &self.units[from].language;
        let mut others = list.iter().filter(|class| self.units[class.unit].language == *language);
        match (others.next(), others.next()) {
            (Some(only), None) => Some(*only),
            _ => None,
        }
    }

    /// Looks a dotted path up: a module's suffix, then a member, then a class's member.
    pub fn lookup(&self, from: usize, path: &str) -> Option<Definition> {
        let path = path.trim_start_matches('.');
        let path = strip_local_roots(path);
        let segments: Vec<&str> = path.split('.').collect();
        for split in (0..segments.len()).rev() {
            if split == 0 {
                return None;
            }
            let module = segments[..split].join(".");
            let Some(unit) = self.module(from, &module) else { continue };
            let mut class = None;
            let mut found = None;
            for name in &segments[split..] {
                found = self.member(unit, class, name);
                match found {
                    Some(Definition::Class(inner)) => class = Some(inner.node),
                    Some(_) => {}
                    None => break,
                }
            }
            if found.is_none() && self.units[unit].tree.module.is_empty() {
                continue;
            }
            // A Java file holds the class of its own name, which the path names once only.
            if found.is_none()
                && let Some(Definition::Class(own)) = self.member(unit, None, segments[split - 1])
                && let [name] = segments[split..]
            {
                found = self.member(unit, Some(own.node), name);
            }
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// What else a path may be called, where it leads through a module of the run that only imports the next name.
    pub fn handed_on(&self, from: usize, path: &str) -> Vec<CompactString> {
        let path = strip_local_roots(path.trim_start_matches('.'));
        let ends = path.match_indices('.').map(|(at, _)| at).rev().take(6);
        let mut all = Vec::new();
        for end in ends {
            let (module, rest) = (&path[..end], &path[end + 1..]);
            let (name, inner) = rest.split_once('.').map_or((rest, None), |(name, inner)| (name, Some(inner)));
            let Some(unit) = self.module(from, module) else { continue };
            if self.member(unit, None, name).is_some() {
                continue;
            }
            for import in &self.units[unit].tree.imports {
                let whole = match (import.wildcard, inner) {
                    (true, _) => format!("{}.{rest}", import.path),
                    (false, _) if import.name != name => continue,
                    (false, Some(inner)) => format!("{}.{inner}", import.path),
                    (false, None) => import.path.to_string(),
                };
                all.push(whole.into());
            }
            break;
        }
        all
    }

    /// A path that ends with a class of a unit whose declared module is the rest: `com.acme.Config`.
    pub fn lookup_declared(&self, from: usize, path: &str) -> Option<Definition> {
        let mut end = path.len();
        loop {
            let start = path[..end].rfind('.').map_or(0, |dot| dot + 1);
            let (module, name) = (path[..start].trim_end_matches('.'), &path[start..end]);
            if let Some(found) = self.declared(from, module, name) {
                return self.inner(found, &path[end..]);
            }
            end = start.checked_sub(1)?;
        }
    }

    /// The class of this name in a unit that says it is this module.
    fn declared(&self, from: usize, module: &str, name: &str) -> Option<ClassRef> {
        let language = &self.units[from].language;
        let mut classes = self.classes.get(name)?.iter().copied();
        classes.find(|class| {
            let unit = &self.units[class.unit];
            !unit.tree.module.is_empty() && unit.tree.module == module && unit.language == *language
        })
    }

    /// A class, or what the rest of a path (`.Inner.name`) leads to from there.
    fn inner(&self, class: ClassRef, rest: &str) -> Option<Definition> {
        let mut definition = Definition::Class(class);
        for name in rest.split('.').skip(1) {
            let Definition::Class(outer) = definition else { return None };
            definition = self.member(outer.unit, Some(outer.node), name)?;
        }
        Some(definition)
    }

    /// The unit whose module path ends with `module`; among several the one nearest to `from`, or none if two are as near.
    fn module(&self, from: usize, module: &str) -> Option<usize> {
        let language = &self.units[from].language;
        let near = |unit: usize| common_prefix(&self.units[unit].module, &self.units[from].module);
        let mut best: Option<(usize, usize)> = None;
        let mut tie = false;
        for &unit in self.modules.get(last_segment(module))? {
            let candidate = &self.units[unit];
            if candidate.language != *language || !ends_with_path(&candidate.module, module) || unit == from {
                continue;
            }
            let score = near(unit);
            match best {
                Some((_, old)) if old == score => tie = true,
                Some((_, old)) if old > score => {}
                _ => {
                    best = Some((unit, score));
                    tie = false;
                }
            }
        }
        best.filter(|_| !tie).map(|(unit, _)| unit)
    }
}

/// The simple names that are assigned, declared with a value or imported more than once, wherever in the file.
fn reassigned(tree: &Tree) -> FxHashSet<CompactString> {
    let mut once: FxHashSet<&CompactString> = tree.imports.iter().map(|import| &import.name).collect();
    let mut again = FxHashSet::default();
    for kind in tree.kinds() {
        let target = match kind {
            Kind::Assign { target, .. } | Kind::Declare { target, value: Some(_), constant: false, .. } => *target,
            _ => continue,
        };
        let name = match tree.kind(target) {
            Kind::Name(name) => name,
            Kind::Member { name, .. } => &name.text,
            _ => continue,
        };
        if !once.insert(name) {
            again.insert(name.clone());
        }
    }
    again
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn ends_with_path(whole: &str, end: &str) -> bool {
    whole.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.split('.').zip(b.split('.')).take_while(|(a, b)| a == b).count()
}

/// `crate.config.URL`, `super.config.URL` and `self.config.URL` name files of the run by the rest.
fn strip_local_roots(mut path: &str) -> &str {
    while let Some(rest) = ["crate.", "super.", "self."].iter().find_map(|root| path.strip_prefix(root)) {
        path = rest;
    }
    path
}

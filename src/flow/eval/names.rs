//! Names and types: what a word of the source stands for, in this file and in the others of the run.

use super::{Evaluator, FRAMES, Variables};
use crate::facts::{Asked, Fact};
use crate::flow::project::Definition;
use crate::flow::value::{ClassRef, FunctionValue, Object, ObjectId, Traced, Value};
use crate::source::Place;
use crate::text::Template;
use crate::tree::Kind;
use compact_str::CompactString;
use std::rc::Rc;

impl Evaluator<'_> {
    pub(in crate::flow) fn new_object(&mut self, made_by: CompactString, class: Option<ClassRef>) -> ObjectId {
        let id = ObjectId(self.objects.len() as u32);
        self.objects.push(Object { made_by, class, depth: self.depth, ..Object::default() });
        id
    }

    /// The canonical name of an object's type.
    pub(super) fn kind_of(&self, id: ObjectId) -> &CompactString {
        &self.objects[id.0 as usize].made_by
    }

    /// A thing of which only the declared type is known.
    pub(super) fn typed(&mut self, kind: &str, at: Place) -> Option<Traced> {
        let unit = self.here();
        let path = self.resolve_type(unit, kind);
        let class = match self.find(unit, &path) {
            Some(Definition::Class(class)) => Some(class),
            _ => None,
        };
        if class.is_none() && (!self.words().knows(&path) || self.words().is_plain(&path)) {
            return None;
        }
        let made_by = match class {
            Some(class) => {
                let node = self.class_node(class)?;
                self.base_names(class.unit, node).first().cloned().unwrap_or(path)
            }
            None => path,
        };
        let id = self.new_object(made_by, class);
        if let Some(shared) = class.and_then(|class| self.statics.get(&class).copied()) {
            let mut fields = self.objects[shared.0 as usize].fields.clone();
            // An object from elsewhere has what its class fixes, and things of the types that its fields have.
            if let Some(class) = class {
                fields.retain(|name, value| self.project.keeps(class, name) || matches!(value.value, Value::Object(_)));
            }
            self.objects[id.0 as usize].fields = fields;
        }
        Some(Traced::new(Value::Object(id), at))
    }

    /// The declared type counts where the value's own is not one that rules speak of.
    pub(super) fn declare_as(&mut self, value: Traced, kind: &str, at: Place) -> Traced {
        let told = match &value.value {
            Value::Object(id) => {
                let object = &self.objects[id.0 as usize];
                object.class.is_some() || self.words().knows(&object.made_by)
            }
            Value::Unknown | Value::Parameter(_) => false,
            _ => true,
        };
        if told {
            return value;
        }
        match (self.typed(kind, at), &value.value) {
            (Some(typed), Value::Object(old)) => {
                if let Value::Object(new) = typed.value {
                    let made_by = self.kind_of(new).clone();
                    self.objects[old.0 as usize].made_by = made_by;
                }
                value
            }
            (Some(typed), _) => typed,
            (None, _) => value,
        }
    }

    /// The canonical dotted path of a type or name as written in a unit.
    pub(super) fn resolve_type(&self, unit: usize, written: &str) -> CompactString {
        let (first, rest) = written.split_once('.').unwrap_or((written, ""));
        let base = self.resolve_name(unit, first);
        let full = if rest.is_empty() { base } else { CompactString::from(format!("{base}.{rest}")) };
        let words = self.vocabulary(unit);
        let canonical = words.canonical(full.as_str());
        if words.knows(&canonical) || self.find(unit, &full).is_some() {
            return canonical;
        }
        self.exported(unit, &full).unwrap_or(canonical)
    }

    /// The canonical name of what a module of the run imports and hands on: `from twisted.internet.ssl import *`, `pub use
    /// openssl::ssl`. `None` where no model speaks of it.
    pub(super) fn exported(&self, unit: usize, path: &str) -> Option<CompactString> {
        let words = self.vocabulary(unit);
        // Where files say which module they are, none hands on what it imports; and most names are nobody's.
        let declared = !self.project.units[unit].tree.module.is_empty();
        if declared || !words.mentions(path.rsplit('.').next().unwrap_or(path)) {
            return None;
        }
        let known = |path: &str| Some(words.canonical(path)).filter(|canonical| words.knows(canonical));
        let mut paths = vec![CompactString::from(path)];
        // A module may have it from a third one.
        for _ in 0..4 {
            paths = paths.iter().flat_map(|path| self.project.handed_on(unit, path)).take(16).collect();
            if let Some(found) = paths.iter().find_map(|path| known(path)) {
                return Some(found);
            }
        }
        let own = ["crate.", "super.", "self."].iter().any(|root| path.starts_with(root));
        // What no other library calls so, wherever in its own crate a program has it from.
        let bare = path.rsplit_once('.').map(|(_, last)| last).filter(|_| own)?;
        known(bare).filter(|canonical| canonical != bare)
    }

    fn resolve_name(&self, unit: usize, name: &str) -> CompactString {
        if let Some(known) = self.names.borrow().get(&unit).and_then(|names| names.get(name)) {
            return known.clone();
        }
        let path = self.imported_name(unit, name);
        self.names.borrow_mut().entry(unit).or_default().insert(name.into(), path.clone());
        path
    }

    fn imported_name(&self, unit: usize, name: &str) -> CompactString {
        let tree = &self.project.units[unit].tree;
        if let Some(import) = tree.imports.iter().rev().find(|import| !import.wildcard && import.name == name) {
            return import.path.clone();
        }
        if self.project.member(unit, None, name).is_some() {
            return name.into();
        }
        let words = self.vocabulary(unit);
        for import in tree.imports.iter().filter(|import| import.wildcard) {
            let path = format!("{}.{name}", import.path);
            let canonical = words.canonical(&path);
            if words.knows(&canonical) || self.find(unit, &path).is_some() {
                return path.into();
            }
        }
        name.into()
    }

    /// What a resolved path names in the run, if anything.
    pub(super) fn find(&self, unit: usize, path: &str) -> Option<Definition> {
        if let Some(definition) = self.member_chain(unit, path) {
            return Some(definition);
        }
        if let Some(known) = self.paths.borrow().get(&unit).and_then(|paths| paths.get(path)) {
            return *known;
        }
        let found = self.find_outside(unit, path);
        self.paths.borrow_mut().entry(unit).or_default().insert(path.into(), found);
        found
    }

    fn find_outside(&self, unit: usize, path: &str) -> Option<Definition> {
        if path.contains('.') {
            let declared = !self.project.units[unit].tree.module.is_empty();
            return if declared { self.project.lookup_declared(unit, path) } else { self.project.lookup(unit, path) };
        }
        let module = &self.project.units[unit].tree.module;
        if !module.is_empty() {
            return self.project.lookup_declared(unit, &format!("{module}.{path}"));
        }
        None
    }

    /// `Outer.Inner.name` inside the unit itself, also seen from within the class under evaluation.
    fn member_chain(&self, unit: usize, path: &str) -> Option<Definition> {
        let mut segments = path.split('.');
        let first = segments.next()?;
        let class =
            self.frames.last().and_then(|frame| frame.class).filter(|class| class.unit == unit).map(|class| class.node);
        let mut definition = class
            .and_then(|class| self.project.member(unit, Some(class), first))
            .filter(|definition| matches!(definition, Definition::Class(_)))
            .or_else(|| self.project.member(unit, None, first))?;
        for name in segments {
            let Definition::Class(outer) = definition else { return None };
            definition = self.project.member(outer.unit, Some(outer.node), name)?;
        }
        Some(definition)
    }

    /// The value that a name of the run stands for.
    pub(super) fn value_of(&mut self, definition: Definition, name: &str) -> Option<Traced> {
        match definition {
            Definition::Function(function, class) => {
                let receiver = class.and_then(|class| self.static_shell(class));
                let value = FunctionValue { function, receiver, class, captured: None };
                Some(Traced { value: Value::Function(Rc::new(value)), at: None })
            }
            Definition::Class(class) => Some(Traced { value: Value::Class(class), at: None }),
            Definition::Variable(unit, None) => {
                if unit == self.unit && !self.globals.contains_key(&unit) {
                    return self.frames.first().and_then(|frame| frame.variables.get(name)).cloned();
                }
                self.load_globals(unit);
                self.globals.get(&unit).and_then(|variables| variables.get(name)).cloned()
            }
            Definition::Variable(_, Some(class)) => self.static_field(class, name),
        }
    }

    /// Evaluates the top level of another unit for its values alone.
    fn load_globals(&mut self, unit: usize) {
        if self.globals.contains_key(&unit) || self.frames.len() > FRAMES {
            return;
        }
        self.globals.insert(unit, Variables::default());
        let facts = self.facts.len();
        let pending = std::mem::take(&mut self.pending);
        let saved = (self.depth, self.statement, (self.asked, self.own));
        (self.asked, self.own) = (Asked::default(), Asked::default());
        let frame = Self::frame(unit, None);
        self.frames.push(frame);
        let top = &self.project.units[unit].tree.top;
        for &statement in top {
            if matches!(
                self.tree().kind(statement),
                Kind::Declare { .. } | Kind::Assign { .. } | Kind::Class(_) | Kind::Function(_)
            ) {
                self.execute(statement);
            }
        }
        let frame = self.frames.pop();
        (self.depth, self.statement, (self.asked, self.own)) = saved;
        self.facts.truncate(facts);
        self.pending = pending;
        self.globals.insert(unit, frame.map(|frame| frame.variables).unwrap_or_default());
    }

    pub(super) fn name(&mut self, name: &CompactString, place: Place) -> Traced {
        self.top_mut().unread.remove(name);
        if let Some(value) = self.top().variables.get(name) {
            return value.clone();
        }
        let unit = self.here();
        // A field or method of the class around, where the language lets them be named bare.
        let (this, class) = (self.top().this, self.top().class);
        if let Some(this) = this
            && let Some(value) = self.held(this, name)
        {
            return value;
        }
        if let Some(class) = class
            && let Some(definition) = self.project.member(class.unit, Some(class.node), name)
            && (!matches!(definition, Definition::Variable(..)) || self.project.keeps(class, name))
            && let Some(mut value) = self.value_of(definition, name)
        {
            if let Value::Function(function) = &value.value {
                let mut bound = (**function).clone();
                bound.receiver = this.or(bound.receiver);
                value.value = Value::Function(Rc::new(bound));
            }
            return value;
        }
        if unit == self.unit
            && let Some(value) = self
                .globals
                .get(&unit)
                .or_else(|| self.frames.first().map(|frame| &frame.variables))
                .and_then(|variables| variables.get(name))
        {
            return value.clone();
        }
        if let Some(definition) = self.project.member(unit, None, name)
            && let Some(value) = self.value_of(definition, name)
        {
            return value;
        }
        let path = self.resolve_name(unit, name);
        if path != *name {
            return self.path(&path, place);
        }
        if let Some(definition) = self.find(unit, name)
            && let Some(value) = self.value_of(definition, name)
        {
            return value;
        }
        if let (Some(this), Some(class)) = (this, class)
            && let Some(value) = self.inherited_field(this, class, name)
        {
            return value;
        }
        self.path(&path, place)
    }

    /// A name from outside, or of another file of the run.
    pub(in crate::flow) fn path(&mut self, path: &str, place: Place) -> Traced {
        let canonical = self.words().canonical(path);
        if let Some(text) = self.words().constant(&canonical) {
            return Traced::new(Value::text(Template::literal(text.clone(), place)), place);
        }
        if !self.words().knows(&canonical) {
            if let Some(definition) = self.find(self.here(), path) {
                let name = path.rsplit('.').next().unwrap_or(path).to_owned();
                if let Some(value) = self.value_of(definition, &name) {
                    return value;
                }
            } else if let Some(exported) = self.exported(self.here(), path) {
                return self.path(&exported, place);
            }
        }
        let statement = self.statement;
        if !self.looking && self.words().uses.contains_key(&canonical) {
            let (asked, within) = (self.asked, self.within());
            self.facts.push(Fact::Use { path: canonical.clone(), place, statement, asked, within });
        }
        Traced::new(Value::Path(canonical), place)
    }
}

//! The evaluator: one walk over a unit, function by function, that writes down facts.

mod branches;
pub(super) mod calls;
mod classes;
mod expressions;
mod functions;
mod inherited;
mod members;
mod names;
mod statements;
mod statics;
mod texts;
mod uses;

use super::project::{Definition, Project, Unit};
use super::value::{Alternative, Argument, ClassRef, FunctionRef, Object, ObjectId, Traced, Value, VariableRef};
use crate::endpoint::Switch;
use crate::facts::{Asked, Fact, Owner, Use, Within};
use crate::rules::RuleSet;
use crate::rules::model::Slot;
use crate::rules::vocabulary::Vocabulary;
use crate::source::{Place, Span};
use crate::tree::{Kind, NodeId, Tree};
use compact_str::CompactString;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// Nodes that may be looked at for one file before the rest is given up.
const STEPS: u32 = 600_000;
/// Calls inside calls that are followed.
const CALL_DEPTH: usize = 5;
/// Frames inside of frames from which no further class or file is looked at.
const FRAMES: usize = 24;

type Variables = FxHashMap<CompactString, Traced>;

/// Answers by unit and name.
type Known<T> = FxHashMap<usize, FxHashMap<CompactString, T>>;

/// A function to evaluate by itself, with its class, its receiver and the variables around it.
type Later = (FunctionRef, Option<ClassRef>, Option<ObjectId>, Option<Rc<Variables>>);

/// What the evaluation of one unit gave.
pub struct Outcome {
    pub facts: Vec<Fact>,
    pub objects: Vec<Object>,
    /// What functions return to a caller who hands over nothing known, by their names.
    pub returned: Vec<(CompactString, Traced)>,
    /// For the first place of a text, what stands in its stead on the other way of a choice that is left to others.
    pub alternatives: FxHashMap<Place, Vec<Alternative>>,
    /// Where classes and functions of the run are put to use.
    pub uses: Vec<Use>,
    /// The last names of what is called where nobody need want that connections go unverified, and nobody knows what it is.
    pub strange: FxHashSet<CompactString>,
    /// Not everything was looked at.
    pub gave_up: bool,
}

/// One function (or the top level) under evaluation.
struct Frame {
    unit: usize,
    variables: Variables,
    this: Option<ObjectId>,
    class: Option<ClassRef>,
    function: Option<FunctionRef>,
    returned: Option<Traced>,
    /// A switch of encryption chose one of the values that were returned.
    switched: bool,
    /// The end of the block cannot be reached from here.
    ended: bool,
    name: Option<CompactString>,
    /// Texts that were put into a variable and that nobody has read yet: the facts, and the depth of the statement.
    unread: FxHashMap<CompactString, (Range<usize>, u32)>,
}

/// Evaluates one unit of a project.
pub struct Evaluator<'a> {
    project: &'a Project,
    rules: &'a RuleSet,
    unit: usize,
    /// The language of the unit, and what its models say of names.
    spoken: (&'a str, &'a Vocabulary),
    /// What names and paths stand for, by unit: each is looked up once.
    names: RefCell<Known<CompactString>>,
    paths: RefCell<Known<Option<Definition>>>,
    frames: Vec<Frame>,
    globals: FxHashMap<usize, Variables>,
    statics: FxHashMap<ClassRef, ObjectId>,
    /// Those of them whose bodies were not evaluated yet, and the constants that were all the same.
    shells: FxHashSet<ClassRef>,
    constants: FxHashSet<(ClassRef, NodeId)>,
    /// Classes of other files whose constructor has filled the object that stands for them.
    built: FxHashSet<ClassRef>,
    /// The texts that classes hold, by the names of the fields.
    held: FxHashMap<CompactString, Vec<(ClassRef, Traced)>>,
    pub(super) facts: Vec<Fact>,
    pub(super) objects: Vec<Object>,
    returned: Vec<(CompactString, Traced)>,
    alternatives: FxHashMap<Place, Vec<Alternative>>,
    uses: Vec<Use>,
    /// The uses that were written down.
    noted: FxHashSet<(Owner, Place)>,
    strange: FxHashSet<CompactString>,
    /// The variable outside of functions whose value is evaluated, and what such variables hold.
    holder: Option<VariableRef>,
    kept: FxHashMap<uses::Kept, VariableRef>,
    steps: u32,
    gave_up: bool,
    /// How many branches deep the present statement is.
    pub(super) depth: u32,
    pub(super) statement: Place,
    passed_to: Vec<CompactString>,
    /// The last write to a field that nobody has seen yet: the fact, the number of events then, and the depth.
    pending: FxHashMap<(ObjectId, CompactString), (usize, usize, u32)>,
    later: Vec<Later>,
    inside: Vec<FunctionRef>,
    lambdas: FxHashSet<FunctionRef>,
    /// What annotations declare as options, until the function that they stand on takes them.
    options: Vec<(CompactString, Traced)>,
    /// What somebody must want for the present statement to run.
    pub(super) asked: Asked,
    /// The part of it that the function at hand asks itself.
    own: Asked,
    /// What the name of a switch is about, and what that was for names that were asked for.
    switch: &'a dyn Fn(&str) -> Option<Switch>,
    switches: RefCell<FxHashMap<CompactString, Option<Switch>>>,
    /// Whether a text is an address of the own machine.
    pub(super) is_own: &'a dyn Fn(&str) -> bool,
    /// Names are only compared here, or are keys: they are not put to use.
    looking: bool,
}

/// What an assignment writes.
pub(super) struct Written {
    /// What the target holds from now on.
    pub(super) stored: Traced,
    /// What the statement itself says: of `flags |= X` only `X`.
    pub(super) said: Traced,
    pub(super) place: Place,
    pub(super) value_place: Place,
}

/// Evaluates the whole of a unit: its top level, then every function and class in it.
pub fn evaluate(
    project: &Project,
    rules: &RuleSet,
    switch: &dyn Fn(&str) -> Option<Switch>,
    is_own: &dyn Fn(&str) -> bool,
    unit: usize,
) -> Outcome {
    let mut evaluator = Evaluator {
        project,
        rules,
        unit,
        spoken: (&project.units[unit].language, rules.vocabulary(&project.units[unit].language)),
        names: RefCell::default(),
        paths: RefCell::default(),
        frames: Vec::new(),
        globals: FxHashMap::default(),
        statics: FxHashMap::default(),
        shells: FxHashSet::default(),
        constants: FxHashSet::default(),
        held: FxHashMap::default(),
        built: FxHashSet::default(),
        facts: Vec::new(),
        objects: Vec::new(),
        returned: Vec::new(),
        alternatives: FxHashMap::default(),
        uses: Vec::new(),
        noted: FxHashSet::default(),
        strange: FxHashSet::default(),
        holder: None,
        kept: FxHashMap::default(),
        steps: 0,
        gave_up: false,
        depth: 0,
        statement: Place::default(),
        passed_to: Vec::new(),
        pending: FxHashMap::default(),
        later: Vec::new(),
        inside: Vec::new(),
        lambdas: FxHashSet::default(),
        options: Vec::new(),
        asked: Asked::default(),
        own: Asked::default(),
        switch,
        switches: RefCell::default(),
        is_own,
        looking: false,
    };
    evaluator.run();
    let Evaluator { facts, objects, returned, alternatives, uses, strange, gave_up, .. } = evaluator;
    Outcome { facts, objects, returned, alternatives, uses, strange, gave_up }
}

impl<'a> Evaluator<'a> {
    fn run(&mut self) {
        let unit = &self.project.units[self.unit];
        self.imports(unit);
        self.frames.push(Self::frame(self.unit, None));
        let top = &unit.tree.top;
        for &statement in top {
            self.execute(statement);
            // What stands after a `return` of the top level is another snippet of the same file.
            self.top_mut().ended = false;
        }
        let frame = self.frames.pop();
        self.globals.insert(self.unit, frame.map(|frame| frame.variables).unwrap_or_default());
        // Functions whose bodies were met on the way; evaluating them may add more (nested ones).
        let mut next = 0;
        while next < self.later.len() && !self.gave_up {
            let (function, class, this, captured) = self.later[next].clone();
            next += 1;
            (self.asked, self.own) = (Asked::default(), Asked::default());
            self.standalone(function, class, this, captured);
        }
    }

    fn imports(&mut self, unit: &Unit) {
        for import in &unit.tree.imports {
            let place = Place { file: unit.file, span: import.span };
            let path = self.vocabulary(self.unit).canonical(import.path.as_str());
            self.facts.push(Fact::Use {
                path,
                place,
                statement: place,
                asked: Asked::default(),
                within: Within::default(),
            });
        }
    }

    fn frame(unit: usize, class: Option<ClassRef>) -> Frame {
        Frame {
            unit,
            variables: Variables::default(),
            this: None,
            class,
            function: None,
            returned: None,
            switched: false,
            ended: false,
            name: None,
            unread: FxHashMap::default(),
        }
    }

    // --- where we are ---

    fn top(&self) -> &Frame {
        self.frames.last().expect("a frame is pushed before anything is evaluated")
    }

    fn top_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().expect("a frame is pushed before anything is evaluated")
    }

    fn here(&self) -> usize {
        self.frames.last().map_or(self.unit, |frame| frame.unit)
    }

    fn tree(&self) -> &'a Tree {
        &self.project.units[self.here()].tree
    }

    fn vocabulary(&self, unit: usize) -> &'a Vocabulary {
        let language = self.project.units[unit].language.as_str();
        if language == self.spoken.0 { self.spoken.1 } else { self.rules.vocabulary(language) }
    }

    fn words(&self) -> &'a Vocabulary {
        self.vocabulary(self.here())
    }

    fn place(&self, span: Span) -> Place {
        Place { file: self.project.units[self.here()].file, span }
    }

    pub(super) fn kind_at(&self, node: NodeId) -> &'a Kind {
        self.tree().kind(node)
    }

    fn place_of(&self, node: NodeId) -> Place {
        self.place(self.tree().span(node))
    }

    pub(super) fn function(&self) -> Option<(usize, NodeId)> {
        self.frames.last().and_then(|frame| frame.function).map(|function| (function.unit, function.node))
    }

    fn step(&mut self) -> bool {
        self.steps += 1;
        if self.steps > STEPS {
            self.gave_up = true;
        }
        !self.gave_up
    }
}

/// The argument that a slot names, with its number.
pub(crate) fn find_argument<'v>(slot: &Slot, given: &'v [Argument]) -> Option<(usize, &'v Argument)> {
    use crate::rules::model::ArgumentName;
    slot.choices.iter().find_map(|choice| match &choice.argument {
        ArgumentName::Keyword(name) => {
            given.iter().enumerate().find(|(_, argument)| argument.name.as_ref() == Some(name))
        }
        ArgumentName::Position(position) => {
            given.iter().enumerate().filter(|(_, argument)| argument.name.is_none()).nth(*position as usize)
        }
        ArgumentName::Any | ArgumentName::From(_) | ArgumentName::Receiver | ArgumentName::Module => None,
    })
}

/// The object that a value is, or may be.
pub(crate) fn object_in(value: &Traced) -> Option<ObjectId> {
    objects_in(value).next()
}

/// The objects that a value may be.
pub(crate) fn objects_in(value: &Traced) -> impl Iterator<Item = ObjectId> {
    value.options().filter_map(|option| match option.value {
        Value::Object(id) => Some(id),
        _ => None,
    })
}

pub(super) fn known_text(value: &Traced) -> Option<CompactString> {
    match &value.value {
        Value::Text(text) => text.as_known(),
        _ => None,
    }
}

fn as_path(value: &Traced) -> Option<CompactString> {
    value.options().find_map(|option| match &option.value {
        Value::Path(path) => Some(path.clone()),
        _ => None,
    })
}

pub(super) fn cover(a: Place, b: Place) -> Place {
    if a.file == b.file { Place { file: a.file, span: a.span.cover(b.span) } } else { b }
}

fn join_variables(a: Variables, mut b: Variables) -> Variables {
    let mut out = Variables::with_capacity_and_hasher(a.len(), rustc_hash::FxBuildHasher);
    // The order of the map does not reach any output: each key is joined by itself.
    let mut keys: Vec<_> = a.into_iter().collect();
    for (name, value) in keys.drain(..) {
        let joined = match b.remove(&name) {
            Some(other) => value.join(other),
            None => value,
        };
        out.insert(name, joined);
    }
    out.extend(b);
    out
}

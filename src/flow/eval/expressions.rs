//! Expressions: every node has a value, if only an unknown one.

use super::{Evaluator, Variables, Written, cover, known_text};
use crate::facts::Position;
use crate::flow::shape;
use crate::flow::text::{address, printf};
use crate::flow::value::{ClassRef, ObjectId, Traced, Value};
use crate::rules::model::How;
use crate::source::Place;
use crate::text::{Part, Template};
use crate::tree::{self, Kind, NodeId, Operator, TextPart, Unary};
use compact_str::CompactString;
use std::rc::Rc;

impl<'a> Evaluator<'a> {
    pub(super) fn evaluate(&mut self, id: NodeId) -> Traced {
        if !self.step() {
            return Traced::unknown();
        }
        let tree = self.tree();
        let place = self.place_of(id);
        let value = match tree.kind(id) {
            Kind::Text(parts) => return self.text(parts, place),
            Kind::Number(Some(number)) => Value::Number(*number),
            Kind::Number(None) => Value::Unknown,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Null => Value::Null,
            Kind::Name(name) => {
                let value = self.name(name, place);
                self.named(&value.value, place);
                return value;
            }
            Kind::Receiver => match self.top().this {
                Some(this) => Value::Object(this),
                None => Value::Unknown,
            },
            Kind::Super => match self.top().this {
                Some(this) => Value::Path(self.kind_of(this).clone()),
                None => Value::Unknown,
            },
            Kind::Member { object, name } => {
                let value = self.member(*object, name, place);
                self.named(&value.value, place);
                return value;
            }
            Kind::Index { object, index } => return self.index(*object, *index),
            Kind::Call { .. } => return self.call(id),
            Kind::Binary { operator, left, right } => {
                let compares = operator.compares();
                let (a, b) = if compares {
                    (self.look(*left), self.look(*right))
                } else {
                    (self.evaluate(*left), self.evaluate(*right))
                };
                return self.combine(*operator, &a, &b, *left, *right, place);
            }
            Kind::Unary { operator, operand } => {
                let inner = self.evaluate(*operand);
                match (operator, &inner.value) {
                    (Unary::Same, _) => return inner,
                    (Unary::Not, value) => match value {
                        Value::Number(_) | Value::Path(_) => Value::Complement(Rc::new(inner.clone())),
                        value => super::branches::negated(value),
                    },
                    (Unary::BitNot, _) => Value::Complement(Rc::new(inner.clone())),
                    (Unary::Minus, Value::Number(number)) => Value::Number(number.wrapping_neg()),
                    (Unary::Minus, _) => Value::Unknown,
                }
            }
            Kind::Conditional { condition, then, otherwise } => {
                return self.choice(*condition, *then, *otherwise);
            }
            Kind::List(list) => Value::List(Rc::new(list.iter().map(|element| self.evaluate(*element)).collect())),
            Kind::Map(entries) => return self.map(entries, place),
            Kind::Comprehension { element, sources } => {
                for &source in sources {
                    match tree.kind(source) {
                        Kind::Declare { .. } | Kind::Assign { .. } => self.bind_loop(source),
                        _ => {
                            self.evaluate(source);
                        }
                    }
                }
                let element = self.evaluate(*element);
                Value::List(Rc::new(vec![element]))
            }
            Kind::Cast { to, value } => {
                let inner = self.evaluate(*value);
                return self.declare_as(inner, to, place);
            }
            Kind::Lambda(function) => return self.lambda(id, function, place),
            Kind::Opaque(children) => {
                for &child in children {
                    self.execute(child);
                }
                Value::Unknown
            }
            Kind::Nothing | Kind::Doc => Value::Unknown,
            Kind::Block(_) | Kind::If { .. } | Kind::Branches { .. } => {
                let outer = self.statement;
                let value = self.way(id);
                self.statement = outer;
                return value;
            }
            _ => {
                self.execute(id);
                Value::Unknown
            }
        };
        Traced::new(value, place)
    }

    pub(super) fn text(&mut self, parts: &'a [TextPart], place: Place) -> Traced {
        let mut template = Template::default();
        for part in parts {
            match part {
                TextPart::Literal { text, span } => {
                    template.parts.push(Part::Literal { text: text.clone(), at: self.place(*span) });
                }
                TextPart::Hole(node) => {
                    let value = self.evaluate(*node);
                    template.append(self.as_template(&value, *node));
                }
            }
        }
        Traced::new(Value::text(template), place)
    }

    /// A value as a piece of text; what is not known is a hole named as in the source.
    pub(in crate::flow) fn as_template(&self, value: &Traced, node: NodeId) -> Template {
        let place = self.place_of(node);
        match &value.value {
            Value::Text(template) => (**template).clone(),
            Value::Number(number) => Template::literal(number.to_string(), place),
            Value::Bool(value) => Template::literal(if *value { "true" } else { "false" }, place),
            // `let address: SocketAddr = ([127, 0, 0, 1], 8080).into()`
            Value::List(list) if matches!(list.as_slice(), [Traced { value: Value::List(_), .. }, _]) => {
                address(list).unwrap_or_else(|| Template::hole(self.name_of(node), place))
            }
            Value::AnyOf(list) => list
                .iter()
                .find_map(|option| match &option.value {
                    Value::Text(template) => Some(Template {
                        parts: vec![Part::Hole {
                            name: self.name_of(node),
                            default: Some(Box::new((**template).clone())),
                            at: place,
                        }],
                    }),
                    _ => None,
                })
                .unwrap_or_else(|| Template::hole(self.name_of(node), place)),
            _ => Template::hole(self.name_of(node), place),
        }
    }

    /// What the source calls an expression: the last name in it.
    pub(in crate::flow) fn name_of(&self, id: NodeId) -> CompactString {
        let tree = self.tree();
        match tree.kind(id) {
            Kind::Name(name) => name.clone(),
            Kind::Member { name, .. } => name.text.clone(),
            Kind::Index { index, .. } => self.name_of(*index),
            Kind::Text(parts) => parts
                .iter()
                .find_map(|part| match part {
                    TextPart::Literal { text, .. } => Some(text.clone()),
                    TextPart::Hole(_) => None,
                })
                .unwrap_or_default(),
            Kind::Call { callee, .. } => self.name_of(*callee),
            Kind::Unary { operand, .. } => self.name_of(*operand),
            Kind::Cast { value, .. } => self.name_of(*value),
            _ => "value".into(),
        }
    }

    pub(super) fn map(&mut self, entries: &'a [(Option<NodeId>, NodeId)], place: Place) -> Traced {
        let id = self.new_object("dict".into(), None);
        let outer = self.looking;
        let menu = self.is_menu_of_modes(entries);
        for (key, value) in entries {
            self.looking = outer || menu;
            let given = self.evaluate(*value);
            self.looking = outer;
            let Some(key) = key else {
                if let Value::Object(other) = given.value {
                    let fields = self.objects[other.0 as usize].fields.clone();
                    self.objects[id.0 as usize].fields.extend(fields);
                } else {
                    self.objects[id.0 as usize].open = true;
                }
                continue;
            };
            let key = self.look(*key);
            let name = match &key.value {
                Value::Path(path) => Some(path.clone()),
                _ => known_text(&key),
            };
            if let Some(name) = name {
                self.text_fact(&given, Some(name.clone()), Position::Entry);
                let value_place = self.place_of(*value);
                let whole = key.at.map_or(value_place, |at| cover(at, value_place));
                let mut path = CompactString::from("entry.");
                path.push_str(&name);
                if self.words().sets.contains_key(&path) {
                    let written = Written { said: given.clone(), stored: given.clone(), place: whole, value_place };
                    self.set_fact(path, Some(id), &written);
                }
                self.objects[id.0 as usize].fields.insert(name, Traced { value: given.value, at: Some(whole) });
            } else {
                self.text_fact(&given, None, Position::Entry);
            }
        }
        Traced::new(Value::Object(id), place)
    }

    /// Whether a table holds members of one enumeration, fit ones and others: a menu. Who picks from it puts one to use.
    fn is_menu_of_modes(&self, entries: &[(Option<NodeId>, NodeId)]) -> bool {
        const MOST: usize = 32;
        let (tree, unit) = (self.tree(), self.here());
        let written = entries.iter().take(MOST).filter_map(|(_, value)| shape::written(tree, *value));
        let paths: Vec<CompactString> = written.map(|name| self.resolve_type(unit, &name)).collect();
        let (bad, fit): (Vec<_>, Vec<_>) = paths.iter().partition(|path| self.words().uses.contains_key(*path));
        let owner = |path: &CompactString| path.rsplit_once('.').map(|(owner, _)| CompactString::from(owner));
        bad.iter().any(|bad| fit.iter().any(|fit| owner(bad) == owner(fit)))
    }

    pub(super) fn member(&mut self, object: NodeId, name: &'a tree::Ident, place: Place) -> Traced {
        let owner = self.evaluate(object);
        for option in owner.options() {
            match &option.value {
                Value::Path(path) => return self.path(&format!("{path}.{}", name.text), place),
                Value::Object(id) => return self.field(*id, &name.text, place),
                &Value::Class(class) => {
                    if let Some(value) = self.class_member(class, &name.text) {
                        return value;
                    }
                    if let Some(base) = self
                        .class_node(class)
                        .map(|node| self.base_names(class.unit, node))
                        .and_then(|bases| bases.into_iter().next())
                    {
                        let path = self.words().member(&base, &name.text);
                        return self.path(&path, place);
                    }
                    return Traced::unknown();
                }
                _ => {}
            }
        }
        Traced::new(Value::Unknown, place)
    }

    fn class_member(&mut self, class: ClassRef, name: &str) -> Option<Traced> {
        let definition = self.project.member(class.unit, Some(class.node), name)?;
        self.value_of(definition, name)
    }

    pub(super) fn field(&mut self, id: ObjectId, name: &CompactString, place: Place) -> Traced {
        // What is read has been seen, so a later write does not undo it.
        let path = self.words().member(self.kind_of(id), name);
        self.pending.remove(&(id, path.clone()));
        if let Some(value) = self.held(id, name) {
            return value;
        }
        if let Some(class) = self.objects[id.0 as usize].class {
            if let Some(value) = self.read_as_value(class, id, name) {
                return value;
            }
            if self.project.keeps(class, name)
                && let Some(value) = self.class_member(class, name)
            {
                return value;
            }
            if let Some(value) = self.inherited_field(id, class, name) {
                return value;
            }
        }
        if self.kind_of(id).is_empty() {
            return Traced::new(Value::Unknown, place);
        }
        if let Some(held) = self.words().field(&path) {
            let held = held.clone();
            let made = self.new_object(held, None);
            let value = Traced::new(Value::Object(made), place);
            self.objects[id.0 as usize].fields.insert(name.clone(), value.clone());
            return value;
        }
        if self.words().knows(&path) {
            return Traced::new(Value::Path(path), place);
        }
        Traced::new(Value::Unknown, place)
    }

    fn index(&mut self, object: NodeId, index: NodeId) -> Traced {
        let owner = self.evaluate(object);
        let key = self.evaluate(index);
        match (&owner.value, &key.value) {
            // What its `get` gives for a key, an index gives as well.
            (Value::Path(path), Value::Text(_)) => {
                let get = CompactString::from(format!("{path}.get"));
                let gives = self.words().evaluation(&get).map(|found| self.rules.evaluation(found).how);
                if let (Some(How::Environment), Some(name)) = (gives, known_text(&key)) {
                    let place = key.at.unwrap_or(self.statement);
                    return Traced::new(Value::text(Template::hole(name, place)), place);
                }
            }
            (Value::Object(id), _) => {
                if let Some(key) = known_text(&key)
                    && let Some(value) = self.objects[id.0 as usize].fields.get(&key)
                {
                    return value.clone();
                }
            }
            (Value::List(list), Value::Number(number)) => {
                if let Some(element) = usize::try_from(*number).ok().and_then(|number| list.get(number)) {
                    return element.clone();
                }
            }
            (Value::List(list), _) => {
                let mut all = list.iter().cloned();
                if let Some(first) = all.next() {
                    return all.fold(first, Traced::join);
                }
            }
            _ => {}
        }
        Traced::unknown()
    }

    /// The entries of two maps; those of the second win.
    fn union(&mut self, a: ObjectId, b: ObjectId, place: Place) -> Traced {
        let id = self.new_object("dict".into(), None);
        let (mut fields, mut open) = (Variables::default(), false);
        for map in [a, b] {
            let map = &self.objects[map.0 as usize];
            fields.extend(map.fields.clone());
            open |= map.open;
        }
        let object = &mut self.objects[id.0 as usize];
        (object.fields, object.open) = (fields, open);
        Traced::new(Value::Object(id), place)
    }

    pub(super) fn combine(
        &mut self,
        operator: Operator,
        a: &Traced,
        b: &Traced,
        left: NodeId,
        right: NodeId,
        place: Place,
    ) -> Traced {
        let value = match operator {
            Operator::Add => match (&a.value, &b.value) {
                (Value::List(x), Value::List(y)) => Value::List(Rc::new(x.iter().chain(y.iter()).cloned().collect())),
                (Value::Number(x), Value::Number(y)) => Value::Number(x.wrapping_add(*y)),
                _ if is_text(a) || is_text(b) => {
                    let mut template = self.as_template(a, left);
                    template.append(self.as_template(b, right));
                    if template.parts.len() > 256 { Value::Unknown } else { Value::text(template) }
                }
                _ => Value::Unknown,
            },
            Operator::Percent => match &a.value {
                Value::Text(pattern) => {
                    let given: Vec<Template> = match (&b.value, self.tree().kind(right)) {
                        (Value::List(list), Kind::List(nodes)) if list.len() == nodes.len() => {
                            list.iter().zip(nodes).map(|(value, node)| self.as_template(value, *node)).collect()
                        }
                        _ => vec![self.as_template(b, right)],
                    };
                    let fields = match b.value {
                        Value::Object(id) => self.objects[id.0 as usize].fields.clone(),
                        _ => Variables::default(),
                    };
                    Value::text(printf(pattern, |name, index| match name {
                        Some(name) => fields.get(name).map(|value| self.as_template(value, right)).unwrap_or_default(),
                        None => given.get(index).cloned().unwrap_or_default(),
                    }))
                }
                _ => Value::Unknown,
            },
            Operator::Or => match (&a.value, &b.value) {
                (Value::Bool(x), Value::Bool(y)) => Value::Bool(*x || *y),
                (Value::Text(text), Value::Text(default))
                    if matches!(text.parts.as_slice(), [Part::Hole { default: None, .. }]) =>
                {
                    let Some(Part::Hole { name, at, .. }) = text.parts.first().cloned() else { return a.clone() };
                    Value::text(Template {
                        parts: vec![Part::Hole { name, default: Some(Box::new((**default).clone())), at }],
                    })
                }
                (Value::Null, _) => return b.clone(),
                _ => return a.clone().join(b.clone()),
            },
            Operator::And => match (a.value.truth(), b.value.truth()) {
                (Some(false), _) | (_, Some(false)) => Value::Bool(false),
                (Some(true), _) => return b.clone(),
                _ => Value::Unknown,
            },
            Operator::BitOr => match (&a.value, &b.value) {
                (Value::Number(x), Value::Number(y)) => Value::Number(x | y),
                (Value::Object(x), Value::Object(y)) if self.kind_of(*x) == "dict" && self.kind_of(*y) == "dict" => {
                    return self.union(*x, *y, place);
                }
                _ => Value::List(Rc::new(a.flags().chain(b.flags()).collect())),
            },
            Operator::BitAnd => match (&a.value, &b.value) {
                (Value::Complement(x), Value::Complement(y)) => Value::Complement(Rc::new(Traced::new(
                    Value::List(Rc::new(x.flags().chain(y.flags()).collect())),
                    place,
                ))),
                (_, Value::Complement(_)) => return b.clone(),
                (Value::Complement(_), _) => return a.clone(),
                _ => Value::Unknown,
            },
            Operator::Equal | Operator::NotEqual => {
                let equal = match (&a.value, &b.value) {
                    (Value::Text(x), Value::Text(y)) if x.has_holes() || y.has_holes() => {
                        let equal = |assumed: bool| Value::Bool(assumed == (operator == Operator::Equal));
                        return by_default(&[x, y], |texts| equal(texts[0] == texts[1]), place);
                    }
                    (Value::Text(x), Value::Text(y)) => x.as_known().zip(y.as_known()).map(|(x, y)| x == y),
                    (Value::Number(x), Value::Number(y)) => Some(x == y),
                    (Value::Bool(x), Value::Bool(y)) => Some(x == y),
                    _ => None,
                };
                equal.map_or(Value::Unknown, |equal| Value::Bool(equal == (operator == Operator::Equal)))
            }
            Operator::Less => order(a, b, i64::lt),
            Operator::LessOrEqual => order(a, b, i64::le),
            Operator::Greater => order(a, b, i64::gt),
            Operator::GreaterOrEqual => order(a, b, i64::ge),
            Operator::In | Operator::NotIn => match (&a.value, &b.value) {
                (Value::Text(text), Value::List(list)) if text.has_holes() => {
                    let listed: Option<Vec<CompactString>> = list.iter().map(known_text).collect();
                    let Some(listed) = listed else { return Traced::new(Value::Unknown, place) };
                    let found = |texts: &[CompactString]| listed.iter().any(|one| *one == texts[0]);
                    let is = operator == Operator::In;
                    return by_default(&[text], |texts| Value::Bool(found(texts) == is), place);
                }
                _ => Value::Unknown,
            },
            Operator::BitXor | Operator::Other => Value::Unknown,
        };
        Traced::new(value, place)
    }
}

/// What an answer about texts is where nobody sets what is theirs to set; they may as well give the other one.
fn by_default(texts: &[&Template], answer: impl Fn(&[CompactString]) -> Value, place: Place) -> Traced {
    let assumed: Vec<CompactString> = texts.iter().map(|text| text.assumed()).collect();
    if assumed.iter().any(|text| text.contains('\0')) {
        return Traced::new(Value::Unknown, place);
    }
    Traced::new(answer(&assumed), place).join(Traced::unknown())
}

impl Traced {
    fn flags(&self) -> impl Iterator<Item = Traced> {
        match &self.value {
            Value::List(list) => list.as_ref().clone().into_iter(),
            _ => vec![self.clone()].into_iter(),
        }
    }
}

fn order(a: &Traced, b: &Traced, holds: fn(&i64, &i64) -> bool) -> Value {
    match (&a.value, &b.value) {
        (Value::Number(a), Value::Number(b)) => Value::Bool(holds(a, b)),
        _ => Value::Unknown,
    }
}

pub(super) fn is_text(value: &Traced) -> bool {
    value.options().any(|option| matches!(option.value, Value::Text(_)))
}

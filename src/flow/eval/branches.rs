//! Ways through the code: which of them run, who decides, and what holds after they meet again.

use super::{Evaluator, Variables, join_variables, object_in};
use crate::endpoint::Switch;
use crate::facts::{Asked, Position};
use crate::flow::shape;
use crate::flow::value::{Traced, Value};
use crate::text::{Part, Template};
use crate::tree::{Kind, NodeId, Operator, Unary};
use compact_str::CompactString;
use std::rc::Rc;

/// Ways of one choice that are compared with each other.
const MENU: usize = 8;

/// What is known of a condition.
#[derive(Clone, Default)]
struct Decision {
    truth: Option<bool>,
    /// A caller, or who configures the program, has a say ...
    outside: bool,
    /// ... and this is what holds where nobody says anything.
    default: Option<bool>,
    /// What the names in the condition are about.
    about: Vec<Switch>,
    /// Whether connections go unencrypted where the condition is true, as far as the names tell.
    plain: Option<bool>,
    /// What the condition is where a host is this machine.
    local: Option<bool>,
}

impl Decision {
    fn of(value: &Value) -> Self {
        let options: &[Traced] = match value {
            Value::AnyOf(list) => list,
            Value::Text(text) if value.truth().is_none() => return Self::of_environment(text),
            _ => {
                let truth = value.truth();
                return Self { truth, outside: truth.is_none(), ..Self::default() };
            }
        };
        let mut known = options.iter().filter_map(|option| option.value.truth());
        let first = known.next();
        let agreed = first.filter(|first| known.all(|truth| truth == *first));
        let sure = options.iter().all(|option| option.value.truth().is_some());
        let truth = agreed.filter(|_| sure);
        Self { truth, outside: truth.is_none(), default: agreed.filter(|_| !sure), ..Self::default() }
    }

    /// What somebody may set from outside is what its default says, and nothing where it has none.
    fn of_environment(text: &Template) -> Self {
        match text.parts.as_slice() {
            [Part::Hole { default: None, .. }] => Self { outside: true, default: Some(false), ..Self::default() },
            [Part::Hole { default: Some(default), .. }] => {
                Self { outside: true, default: Some(!default.assumed().is_empty()), ..Self::default() }
            }
            _ => Self::default(),
        }
    }

    /// The same of something that may hold another value by now: what is known of it is only how it begins.
    fn at_first(self) -> Self {
        Self { truth: None, outside: true, default: self.default.or(self.truth), ..self }
    }

    fn negated(self) -> Self {
        let not = |truth: Option<bool>| truth.map(|truth| !truth);
        Self {
            truth: not(self.truth),
            default: not(self.default),
            plain: not(self.plain),
            local: not(self.local),
            ..self
        }
    }

    /// `self and other`.
    fn and(mut self, other: Self) -> Self {
        let both = |a: Option<bool>, b: Option<bool>| match (a, b) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        };
        let truth = both(self.truth, other.truth);
        let outside = truth.is_none() && (self.outside || other.outside);
        let default = both(self.default.or(self.truth), other.default.or(other.truth));
        self.about.extend(other.about);
        let plain = self.plain.or(other.plain);
        // One that tells is enough where both hold; where they do not, either may be the reason.
        let local = match (self.local, other.local) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (one, other) => one.and(other),
        };
        Self { truth, outside, default: default.filter(|_| outside), about: self.about, plain, local }
    }

    /// What a choice gives. Where a caller decides, what is not text is the caller's too; of texts, those that say how
    /// the other side is verified. Of two things that are made, each is known, and at whose wish.
    fn pick(&self, a: Traced, b: Traced) -> Traced {
        let text = |value: &Traced| value.options().any(|option| matches!(option.value, Value::Text(_)));
        let addresses = !self.about.contains(&Switch::Verification) && (text(&a) || text(&b));
        let things = object_in(&a).is_some() && object_in(&b).is_some();
        let security = self.is_about_security();
        match (self.truth, self.default) {
            (Some(true), _) => a,
            (Some(false), _) => b,
            _ if !self.outside || !security || addresses || things => a.join(b),
            (None, Some(true)) => a.join(caller()),
            (None, Some(false)) => b.join(caller()),
            (None, None) => caller(),
        }
    }

    /// As [`Self::pick`], of any number of ways: `match mode { Off => .., Full => .. }` is a menu.
    fn pick_all(&self, values: impl Iterator<Item = Traced>) -> Traced {
        let joined = values.reduce(Traced::join).unwrap_or_else(Traced::unknown);
        let several = matches!(joined.value, Value::AnyOf(_));
        let text = joined.options().any(|option| matches!(option.value, Value::Text(_)));
        let menu = self.is_about_security() || members_of_one(&joined);
        if several && self.outside && menu && !text { caller() } else { joined }
    }

    fn is_about_encryption(&self) -> bool {
        self.about.iter().any(|about| matches!(about, Switch::Encryption | Switch::Plain))
    }

    /// With what the names in the condition are about.
    fn about(self, about: Vec<Switch>) -> Self {
        let tells = about.iter().find_map(|about| match about {
            Switch::Encryption => Some(false),
            Switch::Plain => Some(true),
            Switch::Verification | Switch::Development | Switch::Offer | Switch::Local => None,
        });
        let local = about.contains(&Switch::Local).then_some(true);
        Self { about, plain: tells, local, ..self }
    }

    fn is_about_security(&self) -> bool {
        self.about.iter().any(|about| matches!(about, Switch::Verification | Switch::Encryption | Switch::Plain))
    }

    /// What somebody must want for the way to be taken on which the condition is `way`; `both` where there is another.
    fn asked(&self, way: bool, both: bool) -> Asked {
        // Who asks the other side whether it can has no wish of its own that counts.
        let offer = self.outside && self.about.contains(&Switch::Offer);
        let encryption = self.outside && !offer && self.is_about_encryption();
        let offered = offer && !both;
        let local = self.outside && self.local == Some(way);
        if !self.outside || self.default == Some(way) {
            return Asked { encryption, offered, local, ..Asked::default() };
        }
        Asked {
            unverified: self.about.contains(&Switch::Verification),
            unprotected: (self.default.is_some() && self.is_about_security()) || (both && encryption),
            encryption,
            open: encryption && self.plain.map_or(both, |plain| plain == way),
            development: self.about.contains(&Switch::Development),
            offered,
            local,
        }
    }
}

/// Whether the options are members of one enumeration: one's own modes are turned into those of a library.
fn members_of_one(joined: &Traced) -> bool {
    let mut owners = joined.options().map(|option| match &option.value {
        Value::Path(path) => path.rsplit_once('.').map(|(owner, _)| owner),
        _ => None,
    });
    owners.next().flatten().is_some_and(|first| owners.all(|owner| owner == Some(first)))
}

/// What is a caller's to say.
fn caller() -> Traced {
    Traced { value: Value::Parameter(u32::MAX), at: None }
}

/// Whether a caller, or who configures the program, says what it is; in a choice, what is not known as well.
fn from_outside(value: &Value) -> bool {
    matches!(value, Value::Parameter(_) | Value::Unknown)
}

/// `not value`, where a caller may still have a say.
pub(super) fn negated(value: &Value) -> Value {
    match value {
        Value::Parameter(_) => value.clone(),
        Value::AnyOf(list) => {
            let all = list.iter().map(|option| Traced { value: negated(&option.value), at: option.at });
            all.reduce(Traced::join).map_or(Value::Unknown, |joined| joined.value)
        }
        value => value.truth().map_or(Value::Unknown, |truth| Value::Bool(!truth)),
    }
}

impl Evaluator<'_> {
    /// Runs a block or a choice, and gives its value: that of the last statement on the way that was taken.
    pub(super) fn way(&mut self, id: NodeId) -> Traced {
        match self.tree().kind(id) {
            Kind::Block(list) => {
                let Some((last, before)) = list.split_last() else { return Traced::unknown() };
                for statement in before {
                    self.execute(*statement);
                    if self.top().ended {
                        return Traced::unknown();
                    }
                }
                self.way(*last)
            }
            Kind::If { condition, then, otherwise } => self.choose(*condition, *then, *otherwise),
            Kind::Branches { subject, branches } => {
                self.statement = self.place_of(id);
                let decision = subject.map(|subject| self.chooses(subject)).unwrap_or_default();
                let mut ways: Vec<_> = branches.iter().map(|way| (Some(*way), decision.asked(true, true))).collect();
                ways.push((None, Asked::default()));
                let values: Vec<Traced> = self.branches(&ways).into_iter().flatten().collect();
                for (number, value) in values.iter().enumerate().take(MENU) {
                    for other in values.iter().take(number) {
                        self.left_to_others(&decision, value, other);
                    }
                }
                decision.pick_all(values.into_iter())
            }
            Kind::Opaque(_) => {
                self.execute(id);
                Traced::unknown()
            }
            _ => {
                self.statement = self.place_of(id);
                self.evaluate(id)
            }
        }
    }

    /// `if`: the one way that is known to be taken, or both.
    fn choose(&mut self, condition: NodeId, then: NodeId, otherwise: Option<NodeId>) -> Traced {
        self.statement = self.place_of(condition);
        let decision = self.decide(condition);
        match (decision.truth, otherwise) {
            (Some(true), _) => self.way(then),
            (Some(false), Some(otherwise)) => self.way(otherwise),
            (Some(false), None) => Traced::unknown(),
            (None, _) => {
                let both = otherwise.is_some();
                let ways = [(Some(then), decision.asked(true, both)), (otherwise, decision.asked(false, both))];
                let mut values = self.branches(&ways).into_iter();
                match (values.next().flatten(), values.next().flatten()) {
                    (Some(a), Some(b)) => {
                        self.left_to_others(&decision, &a, &b);
                        decision.pick(a, b)
                    }
                    (a, b) => a.or(b).unwrap_or_else(Traced::unknown),
                }
            }
        }
    }

    /// Each of two values is an alternative to the other.
    fn left_to_others(&mut self, decision: &Decision, a: &Traced, b: &Traced) {
        if decision.truth.is_none() {
            let switched = decision.is_about_encryption();
            self.alternative(a, b, switched);
            self.alternative(b, a, switched);
        }
    }

    /// `a if c else b`.
    pub(super) fn choice(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> Traced {
        let decision = self.decide(condition);
        let mut way = |taken: bool, node: NodeId| {
            if decision.truth == Some(!taken) {
                return Traced::unknown();
            }
            let outer = self.ask(decision.asked(taken, true));
            let value = self.evaluate(node);
            (self.asked, self.own) = outer;
            value
        };
        let (a, b) = (way(true, then), way(false, otherwise));
        self.left_to_others(&decision, &a, &b);
        let tree = self.tree();
        // `cert if cert else False` is `cert or False`.
        let itself = shape::written(tree, condition).is_some_and(|name| shape::written(tree, then) == Some(name));
        let joined = itself || (self.makes(&a) && self.makes(&b));
        if decision.truth.is_none() && joined { a.join(b) } else { decision.pick(a, b) }
    }

    /// Whether it is the name of something that rules look at when it is called: `SMTP_SSL if tls else SMTP`.
    fn makes(&self, value: &Traced) -> bool {
        matches!(&value.value, Value::Path(path) if self.words().calls.contains_key(path))
    }

    /// Evaluates a condition.
    fn decide(&mut self, condition: NodeId) -> Decision {
        let decision = self.decided(condition);
        let operands = match self.tree().kind(condition) {
            Kind::Binary { operator, left, right } if operator.compares() => [*left, *right],
            _ => [condition, condition],
        };
        if operands.iter().any(|node| self.may_have_changed(*node)) { decision.at_first() } else { decision }
    }

    /// Whether a name stands for a variable outside of the function, or a field, that other code assigns as well.
    fn may_have_changed(&self, node: NodeId) -> bool {
        let top = self.top();
        match self.tree().kind(node) {
            _ if top.function.is_none() => false,
            Kind::Name(name) => !top.variables.contains_key(name) && self.project.reassigned(top.unit, name),
            Kind::Member { name, .. } => self.project.reassigned(top.unit, &name.text),
            _ => false,
        }
    }

    fn decided(&mut self, condition: NodeId) -> Decision {
        match self.tree().kind(condition) {
            Kind::Unary { operator: Unary::Not, operand } => self.decide(*operand).negated(),
            Kind::Binary { operator: Operator::And, left, right } => self.decide(*left).and(self.decide(*right)),
            Kind::Binary { operator: Operator::Or, left, right } => {
                self.decide(*left).negated().and(self.decide(*right).negated()).negated()
            }
            Kind::Binary { operator: operator @ (Operator::Equal | Operator::NotEqual), left, right } => {
                let (a, b) = (self.look(*left), self.look(*right));
                let mut about = self.about(*left, &a);
                about.extend(self.about(*right, &b));
                let mut equal = equality(&a, &b).about(about);
                // `cert == null`, `tls == false`; what it means to equal anything else is not known.
                let nothing = [&a, &b].iter().any(|side| matches!(side.value, Value::Null | Value::Bool(false)));
                let something = [&a, &b].iter().any(|side| matches!(side.value, Value::Bool(true)));
                equal.plain = equal.plain.filter(|_| nothing || something).map(|plain| plain != nothing);
                if *operator == Operator::Equal { equal } else { equal.negated() }
            }
            // `if level <= 0`: by how much somebody wants the other side to be verified.
            Kind::Binary { operator, left, right } if operator.compares() => {
                let (a, b) = (self.look(*left), self.look(*right));
                let mut about = self.about(*left, &a);
                about.extend(self.about(*right, &b));
                let value = self.combine(*operator, &a, &b, *left, *right, self.place_of(condition));
                let local = match operator {
                    Operator::In | Operator::NotIn if self.names_this_machine(*right) => {
                        Some(*operator == Operator::In)
                    }
                    _ => None,
                };
                Decision { about, local, ..Decision::of(&value.value) }
            }
            _ => {
                let value = self.evaluate(condition);
                Decision::of(&value.value).about(self.about(condition, &value))
            }
        }
    }

    /// Whether a list has names of this machine, and nothing else.
    fn names_this_machine(&self, list: NodeId) -> bool {
        let own = |node: &NodeId| self.switch_of(&self.name_of(*node)) == Some(Switch::Local);
        matches!(self.tree().kind(list), Kind::List(list) if !list.is_empty() && list.iter().all(own))
    }

    /// The value that a `switch` or `match` looks at: not which way it takes, but who decides and about what.
    fn chooses(&mut self, subject: NodeId) -> Decision {
        let value = self.look(subject);
        let outside = Decision::of(&value.value).outside;
        let mut about = self.about(subject, &value);
        // `match settings.tls.mode`: whose mode it is tells what it is about.
        let mut node = subject;
        for _ in 0..4 {
            match self.tree().kind(node) {
                Kind::Unary { operator: Unary::Same, operand } => node = *operand,
                Kind::Member { object, .. } => {
                    node = *object;
                    about.extend(self.switch_of(&self.name_of(node)));
                }
                _ => break,
            }
        }
        Decision { outside, about, ..Decision::default() }
    }

    /// What the names in an operand of a condition are about.
    fn about(&self, node: NodeId, value: &Traced) -> Vec<Switch> {
        let mut names = Vec::new();
        self.names_in(node, 0, &mut names);
        if let Value::Text(text) = &value.value {
            names.extend(text.parts.iter().filter_map(|part| match part {
                Part::Hole { name, .. } => Some(name.clone()),
                Part::Literal { .. } => None,
            }));
        }
        names.iter().filter_map(|name| self.switch_of(name)).collect()
    }

    /// The names by which an operand says what it is: `config.insecure.unwrap_or(false)`, `env::var("LEDGER_INSECURE").is_ok()`.
    fn names_in(&self, node: NodeId, depth: u32, names: &mut Vec<CompactString>) {
        const DEPTH: u32 = 4;
        names.push(self.name_of(node));
        if depth >= DEPTH {
            return;
        }
        match self.tree().kind(node) {
            Kind::Unary { operator: Unary::Same, operand } => self.names_in(*operand, depth + 1, names),
            // `if let Some(address) = self.https_address`
            Kind::Declare { value: Some(value), .. } => self.names_in(*value, depth + 1, names),
            Kind::Call { callee, arguments, .. } => {
                names.extend(arguments.iter().take(2).map(|argument| self.name_of(argument.value)));
                if let Kind::Member { object, .. } = self.tree().kind(*callee)
                    && matches!(self.tree().kind(*object), Kind::Call { .. } | Kind::Member { .. } | Kind::Unary { .. })
                {
                    self.names_in(*object, depth + 1, names);
                }
            }
            _ => {}
        }
    }

    /// Evaluates a name that is only looked at, not put to use: `if version == ssl.PROTOCOL_TLSv1`.
    pub(super) fn look(&mut self, node: NodeId) -> Traced {
        let tree = self.tree();
        let name = |node: NodeId| shape::written(tree, node).is_some();
        let only_names =
            name(node) || matches!(tree.kind(node), Kind::List(list) if list.iter().all(|node| name(*node)));
        let before = self.looking;
        self.looking |= only_names;
        let value = self.evaluate(node);
        self.looking = before;
        if matches!(tree.kind(node), Kind::Name(_)) {
            self.text_fact(&value, None, Position::Parsed);
        }
        value
    }

    /// Runs each way from the same state; `None` is a way on which nothing happens. Then joins. Gives the value of each way
    /// that something happens on and that goes on afterwards.
    pub(super) fn branch(&mut self, ways: &[Option<NodeId>]) -> Vec<Option<Traced>> {
        let ways: Vec<_> = ways.iter().map(|way| (*way, Asked::default())).collect();
        self.branches(&ways)
    }

    fn branches(&mut self, ways: &[(Option<NodeId>, Asked)]) -> Vec<Option<Traced>> {
        let before = self.top().variables.clone();
        let outer = (self.asked, self.own);
        let mut joined: Option<Variables> = None;
        let mut values = Vec::with_capacity(ways.len());
        let mut written = Vec::with_capacity(ways.len());
        self.depth += 1;
        for (way, asked) in ways {
            self.top_mut().variables.clone_from(&before);
            self.top_mut().ended = false;
            self.top_mut().unread.clear();
            self.ask_again(outer, *asked);
            let start = self.facts.len();
            let value = way.map(|way| self.way(way));
            written.push(start..self.facts.len());
            let ended = self.top().ended;
            values.push(value.filter(|_| !ended));
            if ended {
                continue;
            }
            let mut after = std::mem::take(&mut self.top_mut().variables);
            if asked.unverified || asked.local {
                asked_for(&before, &mut after);
            }
            joined = Some(match joined {
                None => after,
                Some(other) => join_variables(other, after),
            });
        }
        self.depth -= 1;
        (self.asked, self.own) = outer;
        self.alternatives_of(&written);
        let frame = self.top_mut();
        frame.unread.clear();
        frame.ended = joined.is_none();
        frame.variables = joined.unwrap_or(before);
        values
    }
}

/// Variables that got a value on a way that somebody must want hold what that one says.
fn asked_for(before: &Variables, after: &mut Variables) {
    let taken = |name: &CompactString, value: &Traced| {
        let same = before.get(name).is_some_and(|old| old.value.same(&value.value));
        !same && !matches!(value.value, Value::Object(_) | Value::Function(_) | Value::Class(_))
    };
    after.iter_mut().filter(|(name, value)| taken(name, value)).for_each(|(_, value)| *value = caller());
}

/// Whether two values are equal, option by option where a caller may hand over one of them.
fn equality(a: &Traced, b: &Traced) -> Decision {
    let caller = [a, b].iter().any(|side| match &side.value {
        Value::Parameter(_) => true,
        Value::AnyOf(list) => list.iter().any(|option| from_outside(&option.value)),
        Value::Text(text) => text.has_holes() && !text.assumed().contains('\0'),
        _ => false,
    });
    let known = |side: &Traced| -> Option<Rc<Value>> {
        let mut rest = side.options().filter(|option| !from_outside(&option.value));
        let first = rest.next()?;
        rest.next().is_none().then(|| Rc::new(first.value.clone()))
    };
    let equal = known(a).zip(known(b)).and_then(|(a, b)| match (&*a, &*b) {
        (Value::Text(x), Value::Text(y)) => {
            let (x, y) = (x.assumed(), y.assumed());
            (!x.contains('\0') && !y.contains('\0')).then_some(x == y)
        }
        (Value::Unknown | Value::Object(_) | Value::Function(_), _)
        | (_, Value::Unknown | Value::Object(_) | Value::Function(_)) => None,
        // What a name from outside holds is not known: `__name__ == "__main__"`, `sys.platform == "win32"`.
        (Value::Path(_), Value::Text(_) | Value::Bool(_) | Value::Number(_))
        | (Value::Text(_) | Value::Bool(_) | Value::Number(_), Value::Path(_)) => None,
        (x, y) => Some(x.same(y)),
    });
    let outside = caller || equal.is_none();
    Decision { truth: equal.filter(|_| !caller), outside, default: equal.filter(|_| caller), ..Decision::default() }
}

//! Trees as short text, for the tests of every front-end: a line for each import and each statement of the top level.

use crate::tree::{Argument, Function, Handler, Kind, NodeId, Operator, Parameter, TextPart, Tree, Unary};
use std::fmt::Write;

pub(crate) fn print(tree: &Tree) -> String {
    let imports = tree.imports.iter().map(|import| {
        let bound = if import.wildcard { "*" } else { &import.name };
        format!("(import {} as {bound})", import.path)
    });
    imports.chain(tree.top.iter().map(|id| one(tree, *id))).collect::<Vec<_>>().join("\n")
}

/// Every node under the top with the number of its ancestors, once for each way to it.
pub(crate) fn reachable(tree: &Tree) -> Vec<(NodeId, usize)> {
    let mut found: Vec<(NodeId, usize)> = tree.top.iter().map(|id| (*id, 0)).collect();
    let mut next = 0;
    while let Some(&(id, depth)) = found.get(next) {
        found.extend(children(tree.kind(id)).into_iter().map(|child| (child, depth + 1)));
        next += 1;
    }
    found
}

/// All literal parts of strings as `text@start..end`, in the order of the nodes.
pub(crate) fn literals(tree: &Tree) -> Vec<String> {
    (0..tree.len() as u32)
        .filter_map(|id| match tree.kind(NodeId(id)) {
            Kind::Text(parts) => Some(parts),
            _ => None,
        })
        .flatten()
        .filter_map(|part| match part {
            TextPart::Literal { text, span } => Some(format!("{text}@{}..{}", span.start, span.end)),
            TextPart::Hole(_) => None,
        })
        .collect()
}

fn one(tree: &Tree, id: NodeId) -> String {
    value(tree, tree.kind(id)).unwrap_or_else(|| statement(tree, tree.kind(id)))
}

fn many(tree: &Tree, ids: &[NodeId]) -> String {
    ids.iter().map(|id| one(tree, *id)).collect::<Vec<_>>().join(" ")
}

/// ` <node>` where there is one.
fn maybe(tree: &Tree, id: Option<NodeId>) -> String {
    id.map(|id| format!(" {}", one(tree, id))).unwrap_or_default()
}

fn value(tree: &Tree, kind: &Kind) -> Option<String> {
    let show = |id: &NodeId| one(tree, *id);
    Some(match kind {
        Kind::Text(parts) => text(tree, parts),
        Kind::Number(number) => number.map_or("<number>".into(), |number| number.to_string()),
        Kind::Bool(value) => value.to_string(),
        Kind::Null => "null".into(),
        Kind::Name(name) => name.to_string(),
        Kind::Receiver => "<self>".into(),
        Kind::Super => "<super>".into(),
        Kind::Member { object, name } => format!("{}.{}", show(object), name.text),
        Kind::Index { object, index } => format!("{}[{}]", show(object), show(index)),
        Kind::Call { callee, arguments, constructs, body } => {
            let word = if *constructs { "new" } else { "call" };
            format!("({word} {}{}{})", show(callee), self::arguments(tree, arguments), maybe(tree, *body))
        }
        Kind::Binary { operator, left, right } => format!("({} {} {})", sign(*operator), show(left), show(right)),
        Kind::Unary { operator, operand } => format!("({} {})", unary(*operator), show(operand)),
        Kind::Conditional { condition, then, otherwise } => {
            format!("(? {} {} {})", show(condition), show(then), show(otherwise))
        }
        Kind::List(items) => format!("[{}]", many(tree, items)),
        Kind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| match key {
                Some(key) => format!("{}: {}", show(key), show(value)),
                None => format!("**{}", show(value)),
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        Kind::Comprehension { element, sources } => {
            format!("(each {} from {})", show(element), many(tree, sources))
        }
        Kind::Cast { to, value } => format!("(cast {to} {})", show(value)),
        Kind::Lambda(inner) => function(tree, "lambda", inner),
        _ => return None,
    })
}

fn statement(tree: &Tree, kind: &Kind) -> String {
    let show = |id: &NodeId| one(tree, *id);
    match kind {
        Kind::Function(inner) => function(tree, "fn", inner),
        Kind::Class(class) => {
            let name = class.name.as_ref().map_or("_", |name| &name.text);
            let bases = class.bases.join(" ");
            format!("(class{} {name} ({bases}) {{{}}})", annotations(tree, &class.annotations), many(tree, &class.body))
        }
        Kind::Declare { target, declared, value, constant, annotations: marks } => {
            let word = if *constant { "const" } else { "let" };
            let declared = declared.as_ref().map(|name| format!(": {name}")).unwrap_or_default();
            format!("({word}{} {}{declared}{})", annotations(tree, marks), show(target), maybe(tree, *value))
        }
        Kind::Assign { target, operator, value } => {
            format!("({}= {} {})", operator.map_or("", sign), show(target), show(value))
        }
        Kind::Block(body) => format!("{{{}}}", many(tree, body)),
        Kind::If { condition, then, otherwise } => {
            format!("(if {} {}{})", show(condition), show(then), maybe(tree, *otherwise))
        }
        Kind::Branches { subject, branches } => {
            format!("(branches{} | {})", maybe(tree, *subject), many(tree, branches))
        }
        Kind::Try { body, handlers, finally } => {
            let handlers: String = handlers.iter().map(|one| handler(tree, one)).collect();
            let finally = finally.map(|id| format!(" finally {}", show(&id))).unwrap_or_default();
            format!("(try {}{handlers}{finally})", show(body))
        }
        Kind::Loop { header, body } => format!("(loop [{}] {})", many(tree, header), show(body)),
        Kind::With { resources, body } => {
            format!("(with [{}] {})", many(tree, resources), show(body))
        }
        Kind::Return(value) => format!("(return{})", maybe(tree, *value)),
        Kind::Throw(value) => format!("(throw{})", maybe(tree, *value)),
        Kind::Nothing => "nothing".into(),
        Kind::Doc => "doc".into(),
        Kind::Opaque(children) => format!("<{}>", many(tree, children)),
        _ => "a value".into(),
    }
}

/// `"a" {hole} "b"`, in parentheses where there is not just one literal.
fn text(tree: &Tree, parts: &[TextPart]) -> String {
    let shown: Vec<String> = parts
        .iter()
        .map(|part| match part {
            TextPart::Literal { text, .. } => format!("{text:?}"),
            TextPart::Hole(id) => format!("${{{}}}", one(tree, *id)),
        })
        .collect();
    match (shown.as_slice(), parts) {
        ([only], [TextPart::Literal { .. }]) => only.clone(),
        _ => format!("(text{}{})", if shown.is_empty() { "" } else { " " }, shown.join(" ")),
    }
}

fn arguments(tree: &Tree, arguments: &[Argument]) -> String {
    arguments.iter().fold(String::new(), |mut out, argument| {
        let name = argument.name.as_ref().map(|name| format!("{}=", name.text)).unwrap_or_default();
        let _ = write!(out, " {name}{}", one(tree, argument.value));
        out
    })
}

fn annotations(tree: &Tree, annotations: &[NodeId]) -> String {
    annotations.iter().fold(String::new(), |out, id| out + " @" + &one(tree, *id))
}

/// `(fn @mark name.self (a: T=1 b...) -> R {body})`; a constructor has `!` behind its name.
fn function(tree: &Tree, word: &str, function: &Function) -> String {
    let mut out = format!("({word}{}", annotations(tree, &function.annotations));
    if let Some(name) = &function.name {
        let _ = write!(out, " {}", name.text);
    }
    out.push_str(if function.constructor { "!" } else { "" });
    let receiver = function.has_receiver.then(|| "<self>".to_owned());
    let parameters = function.parameters.iter().map(|one| parameter(tree, one));
    let _ = write!(out, " ({})", receiver.into_iter().chain(parameters).collect::<Vec<_>>().join(" "));
    if let Some(returns) = &function.returns {
        let _ = write!(out, " -> {returns}");
    }
    if function.has_body {
        let _ = write!(out, " {{{}}}", many(tree, &function.body));
    }
    out.push(')');
    out
}

fn parameter(tree: &Tree, parameter: &Parameter) -> String {
    let marks = annotations(tree, &parameter.annotations);
    let declared = parameter.declared.as_ref().map(|name| format!(":{name}")).unwrap_or_default();
    let default = parameter.default.map(|id| format!("={}", one(tree, id))).unwrap_or_default();
    let more = if parameter.variadic { "..." } else { "" };
    format!("{}{more}{declared}{default}{marks}", parameter.name.text)
}

fn handler(tree: &Tree, handler: &Handler) -> String {
    let name = handler.name.as_ref().map(|name| format!(" as {}", name.text)).unwrap_or_default();
    format!(" catch [{}]{name} {}", handler.catches.join(" "), one(tree, handler.body))
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Percent => "%",
        Operator::BitOr => "|",
        Operator::BitAnd => "&",
        Operator::BitXor => "^",
        Operator::And => "and",
        Operator::Or => "or",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::In => "in",
        Operator::NotIn => "not-in",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
        Operator::Other => "op",
    }
}

fn unary(operator: Unary) -> &'static str {
    match operator {
        Unary::Not => "not",
        Unary::Minus => "-",
        Unary::BitNot => "~",
        Unary::Same => "same",
    }
}

fn children(kind: &Kind) -> Vec<NodeId> {
    match kind {
        Kind::Text(parts) => parts
            .iter()
            .filter_map(|part| match part {
                TextPart::Hole(id) => Some(*id),
                TextPart::Literal { .. } => None,
            })
            .collect(),
        Kind::Member { object: one, .. } | Kind::Unary { operand: one, .. } | Kind::Cast { value: one, .. } => {
            vec![*one]
        }
        Kind::Index { object: left, index: right }
        | Kind::Binary { left, right, .. }
        | Kind::Assign { target: left, value: right, .. } => vec![*left, *right],
        Kind::Call { callee, arguments, body, .. } => {
            let arguments = arguments.iter().map(|argument| argument.value);
            std::iter::once(*callee).chain(arguments).chain(*body).collect()
        }
        Kind::Conditional { condition, then, otherwise } => vec![*condition, *then, *otherwise],
        Kind::List(items) | Kind::Block(items) | Kind::Opaque(items) => items.clone(),
        Kind::Map(entries) => entries.iter().flat_map(|(key, value)| key.iter().copied().chain([*value])).collect(),
        Kind::Comprehension { element: last, sources: rest }
        | Kind::Loop { header: rest, body: last }
        | Kind::With { resources: rest, body: last } => rest.iter().copied().chain([*last]).collect(),
        _ => children_of_statement(kind),
    }
}

fn children_of_statement(kind: &Kind) -> Vec<NodeId> {
    match kind {
        Kind::Function(function) | Kind::Lambda(function) => {
            let parameters =
                function.parameters.iter().flat_map(|one| one.annotations.iter().copied().chain(one.default));
            function.annotations.iter().copied().chain(parameters).chain(function.body.iter().copied()).collect()
        }
        Kind::Class(class) => class.annotations.iter().chain(&class.body).copied().collect(),
        Kind::Declare { target, value, annotations, .. } => {
            annotations.iter().copied().chain([*target]).chain(*value).collect()
        }
        Kind::If { condition, then, otherwise } => [*condition, *then].into_iter().chain(*otherwise).collect(),
        Kind::Branches { subject, branches } => subject.iter().chain(branches).copied().collect(),
        Kind::Try { body, handlers, finally } => {
            let handlers = handlers.iter().map(|handler| handler.body);
            std::iter::once(*body).chain(handlers).chain(*finally).collect()
        }
        Kind::Return(value) | Kind::Throw(value) => value.iter().copied().collect(),
        _ => Vec::new(),
    }
}

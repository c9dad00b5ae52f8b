//! Prints trees for the tests, and checks their shape.

use crate::tree::{Argument, Class, Function, Kind, NodeId, Parameter, TextPart, Tree};

/// The tree as text: `(call f "a" b)`. Parts of a string are divided by `|`.
pub(super) fn show(tree: &Tree, id: NodeId) -> String {
    let one = |id: &NodeId| show(tree, *id);
    let all = |ids: &[NodeId]| ids.iter().map(one).collect::<Vec<_>>().join(" ");
    let maybe = |id: &Option<NodeId>| id.as_ref().map_or("-".to_owned(), one);
    let shown = match tree.kind(id) {
        Kind::Text(parts) => return text(tree, parts),
        Kind::Number(Some(number)) => return number.to_string(),
        Kind::Number(None) => return "number".into(),
        Kind::Bool(value) => return value.to_string(),
        Kind::Null => return "null".into(),
        Kind::Name(name) => return name.to_string(),
        Kind::Receiver => return "this".into(),
        Kind::Super => return "super".into(),
        Kind::Nothing => return "nothing".into(),
        Kind::Doc => return "doc".into(),
        Kind::Member { object, name } => return format!("{}.{}", one(object), name.text),
        Kind::List(items) => return format!("[{}]", all(items)),
        Kind::Block(items) => return format!("{{{}}}", all(items)),
        Kind::Index { object, index } => format!("index {} {}", one(object), one(index)),
        Kind::Call { callee, arguments, constructs, body } => {
            let word = if *constructs { "new" } else { "call" };
            let body = body.as_ref().map(one);
            format!("{word} {}{} {}", one(callee), show_arguments(tree, arguments), body.unwrap_or_default())
        }
        Kind::Binary { operator, left, right } => format!("{operator:?} {} {}", one(left), one(right)),
        Kind::Unary { operator, operand } => format!("{operator:?} {}", one(operand)),
        Kind::Conditional { condition, then, otherwise } => {
            format!("? {} {} {}", one(condition), one(then), one(otherwise))
        }
        Kind::Map(_) | Kind::Comprehension { .. } => "not java".into(),
        Kind::Cast { to, value } => format!("cast {to} {}", one(value)),
        Kind::Lambda(function) => format!("lambda {}", show_function(tree, function)),
        Kind::Function(function) => format!("fn {}", show_function(tree, function)),
        Kind::Class(class) => show_class(tree, class),
        Kind::Declare { target, declared, value, constant, annotations } => {
            let word = if *constant { "const" } else { "let" };
            let of = declared.as_deref().map(|of| format!(":{of}")).unwrap_or_default();
            format!("{word} {}{of} {} {}", one(target), maybe(value), all(annotations))
        }
        Kind::Assign { target, operator, value } => {
            let operator = operator.map(|operator| format!("{operator:?}")).unwrap_or_default();
            format!("={operator} {} {}", one(target), one(value))
        }
        Kind::If { condition, then, otherwise } => {
            format!("if {} {} {}", one(condition), one(then), otherwise.as_ref().map(one).unwrap_or_default())
        }
        Kind::Branches { subject, branches } => {
            format!("branches {} {}", maybe(subject), all(branches))
        }
        Kind::Try { body, handlers, finally } => {
            let handlers = handlers.iter().map(|handler| {
                let name = handler.name.as_ref().map_or("-", |name| name.text.as_str());
                format!(" (catch {} {name} {})", handler.catches.join("|"), one(&handler.body))
            });
            let handlers: String = handlers.collect();
            format!("try {}{handlers} {}", one(body), finally.as_ref().map(one).unwrap_or_default())
        }
        Kind::Loop { header, body } => format!("loop [{}] {}", all(header), one(body)),
        Kind::With { resources, body } => format!("with [{}] {}", all(resources), one(body)),
        Kind::Return(value) => format!("return {}", value.as_ref().map(one).unwrap_or_default()),
        Kind::Throw(value) => format!("throw {}", maybe(value)),
        Kind::Opaque(children) => format!("opaque {}", all(children)),
    };
    format!("({})", shown.trim_end())
}

fn text(tree: &Tree, parts: &[TextPart]) -> String {
    let parts = parts.iter().map(|part| match part {
        TextPart::Literal { text, .. } => text.escape_debug().to_string(),
        TextPart::Hole(hole) => show(tree, *hole),
    });
    format!("\"{}\"", parts.collect::<Vec<_>>().join("|"))
}

fn show_arguments(tree: &Tree, arguments: &[Argument]) -> String {
    let argument = |argument: &Argument| {
        let name = argument.name.as_ref().map(|name| format!("{}=", name.text)).unwrap_or_default();
        format!(" {name}{}", show(tree, argument.value))
    };
    arguments.iter().map(argument).collect()
}

fn show_function(tree: &Tree, function: &Function) -> String {
    let mut words = Vec::new();
    words.extend(function.name.as_ref().map(|name| name.text.to_string()));
    let flags =
        [(function.constructor, "constructor"), (function.has_receiver, "on"), (!function.has_body, "abstract")];
    words.extend(flags.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()));
    let parameters: Vec<_> = function.parameters.iter().map(|parameter| show_parameter(tree, parameter)).collect();
    words.push(format!("[{}]", parameters.join(" ")));
    words.extend(function.returns.as_ref().map(|of| format!(":{of}")));
    words.extend(function.annotations.iter().chain(&function.body).map(|id| show(tree, *id)));
    words.join(" ")
}

fn show_parameter(tree: &Tree, parameter: &Parameter) -> String {
    let of = parameter.declared.as_ref().map(|of| format!(":{of}")).unwrap_or_default();
    let dots = if parameter.variadic { "..." } else { "" };
    let annotations: String = parameter.annotations.iter().map(|id| show(tree, *id)).collect();
    format!("{}{of}{dots}{annotations}", parameter.name.text)
}

fn show_class(tree: &Tree, class: &Class) -> String {
    let mut words = vec!["class".to_owned()];
    words.extend(class.name.as_ref().map(|name| name.text.to_string()));
    if !class.bases.is_empty() {
        words.push(format!("<{}>", class.bases.join(" ")));
    }
    words.extend(class.annotations.iter().chain(&class.body).map(|id| show(tree, *id)));
    words.join(" ")
}

fn children(tree: &Tree, id: NodeId) -> Vec<NodeId> {
    let function = |function: &Function| {
        let parameters = function.parameters.iter().flat_map(|parameter| parameter.annotations.clone());
        [&function.annotations[..], &function.body].concat().into_iter().chain(parameters).collect()
    };
    match tree.kind(id) {
        Kind::Text(parts) => {
            let hole = |part: &TextPart| {
                if let TextPart::Hole(hole) = part { Some(*hole) } else { None }
            };
            parts.iter().filter_map(hole).collect()
        }
        Kind::Member { object, .. } => vec![*object],
        Kind::Index { object: one, index: two }
        | Kind::Binary { left: one, right: two, .. }
        | Kind::Assign { target: one, value: two, .. } => vec![*one, *two],
        Kind::Call { callee, arguments, body, .. } => {
            let values = arguments.iter().map(|argument| argument.value);
            std::iter::once(*callee).chain(values).chain(*body).collect()
        }
        Kind::Unary { operand: one, .. } | Kind::Cast { value: one, .. } => vec![*one],
        Kind::Conditional { condition, then, otherwise } => vec![*condition, *then, *otherwise],
        Kind::List(ids) | Kind::Block(ids) | Kind::Opaque(ids) => ids.clone(),
        Kind::Lambda(of) | Kind::Function(of) => function(of),
        Kind::Class(class) => [&class.annotations[..], &class.body].concat(),
        Kind::Declare { target, value, annotations, .. } => {
            std::iter::once(*target).chain(*value).chain(annotations.iter().copied()).collect()
        }
        Kind::If { condition, then, otherwise } => [*condition, *then].into_iter().chain(*otherwise).collect(),
        Kind::Branches { subject, branches } => subject.iter().chain(branches).copied().collect(),
        Kind::Try { body, handlers, finally } => {
            let handlers = handlers.iter().map(|handler| handler.body);
            std::iter::once(*body).chain(handlers).chain(*finally).collect()
        }
        Kind::Loop { header: ids, body } | Kind::With { resources: ids, body } => {
            ids.iter().copied().chain([*body]).collect()
        }
        Kind::Return(value) | Kind::Throw(value) => value.iter().copied().collect(),
        _ => Vec::new(),
    }
}

/// The greatest number of ancestors; also checks that no node has two parents and every span lies in the text.
pub(super) fn depth(tree: &Tree, source: &str) -> usize {
    let mut deepest = 0;
    let mut seen = vec![false; tree.len()];
    let mut open: Vec<_> = tree.top.iter().map(|id| (*id, 0)).collect();
    while let Some((id, depth)) = open.pop() {
        assert!(!std::mem::replace(&mut seen[id.0 as usize], true), "a node with two parents");
        assert!(source.get(tree.span(id).range()).is_some(), "a span outside the text");
        deepest = deepest.max(depth);
        open.extend(children(tree, id).into_iter().map(|child| (child, depth + 1)));
    }
    deepest
}

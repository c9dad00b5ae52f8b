//! The tree as text, for the tests.

use crate::tree::{Argument, Function, Kind, NodeId, TextPart, Tree};

pub(super) fn show_top(tree: &Tree) -> String {
    list(tree, &tree.top)
}

fn list(tree: &Tree, ids: &[NodeId]) -> String {
    ids.iter().map(|id| show(tree, *id)).collect::<Vec<_>>().join(" ")
}

fn optional(tree: &Tree, id: Option<NodeId>) -> String {
    id.map_or_else(|| "-".into(), |id| show(tree, id))
}

fn show(tree: &Tree, id: NodeId) -> String {
    let go = |id: &NodeId| show(tree, *id);
    match tree.kind(id) {
        Kind::Text(parts) => {
            format!("'{}'", parts.iter().map(|part| show_part(tree, part)).collect::<Vec<_>>().join("|"))
        }
        Kind::Number(Some(number)) => number.to_string(),
        Kind::Number(None) => "number".into(),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Null => "null".into(),
        Kind::Name(name) => name.to_string(),
        Kind::Receiver => "@self".into(),
        Kind::Super => "@super".into(),
        Kind::Member { object, name } => format!("{}.{}", go(object), name.text),
        Kind::Index { object, index } => format!("{}[{}]", go(object), go(index)),
        Kind::Call { callee, arguments, constructs, .. } => {
            let new = if *constructs { "new " } else { "" };
            format!("({new}{}{})", go(callee), show_arguments(tree, arguments))
        }
        Kind::Binary { operator, left, right } => format!("({operator:?} {} {})", go(left), go(right)),
        Kind::Unary { operator, operand } => format!("({operator:?} {})", go(operand)),
        Kind::List(items) => format!("[{}]", list(tree, items)),
        Kind::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{}: {}", optional(tree, *key), go(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Kind::Cast { to, value } => format!("(cast {to} {})", go(value)),
        Kind::Lambda(function) => format!("(lambda {})", show_function(tree, function)),
        Kind::Function(function) => format!("(fn {})", show_function(tree, function)),
        Kind::Class(class) => {
            let name = class.name.as_ref().map_or("-", |name| &name.text);
            let bases: Vec<_> = class.bases.iter().map(|base| format!("<{base}")).collect();
            let bases = bases.concat();
            format!("(class {}{name}{bases} {})", show_annotations(tree, &class.annotations), list(tree, &class.body))
        }
        Kind::Declare { target, declared, value, constant, annotations } => {
            let word = if *constant { "const" } else { "let" };
            let ty = declared.as_ref().map(|ty| format!(":{ty}")).unwrap_or_default();
            format!("({word} {}{}{ty} {})", show_annotations(tree, annotations), go(target), optional(tree, *value))
        }
        Kind::Assign { target, operator: None, value } => format!("(= {} {})", go(target), go(value)),
        Kind::Assign { target, operator: Some(operator), value } => {
            format!("({operator:?}= {} {})", go(target), go(value))
        }
        Kind::Block(statements) => format!("{{{}}}", list(tree, statements)),
        Kind::If { condition, then, otherwise } => {
            format!("(if {} {} {})", go(condition), go(then), optional(tree, *otherwise))
        }
        Kind::Branches { subject, branches } => {
            format!("(match {} {})", optional(tree, *subject), list(tree, branches))
        }
        Kind::Loop { header, body } => format!("(loop {} {})", list(tree, header), go(body)),
        Kind::Return(value) => format!("(return {})", optional(tree, *value)),
        Kind::Throw(value) => format!("(throw {})", optional(tree, *value)),
        Kind::Nothing => "nothing".into(),
        Kind::Opaque(children) => format!("<{}>", list(tree, children)),
        other => format!("{other:?}"),
    }
}

fn show_part(tree: &Tree, part: &TextPart) -> String {
    match part {
        TextPart::Literal { text, .. } => text.to_string(),
        TextPart::Hole(hole) => format!("${{{}}}", show(tree, *hole)),
    }
}

fn show_arguments(tree: &Tree, arguments: &[Argument]) -> String {
    let one = |argument: &Argument| {
        let name = argument.name.as_ref().map(|name| format!("{}=", name.text)).unwrap_or_default();
        format!(" {name}{}", show(tree, argument.value))
    };
    arguments.iter().map(one).collect()
}

fn show_annotations(tree: &Tree, annotations: &[NodeId]) -> String {
    let shown: Vec<_> = annotations.iter().map(|id| format!("#{} ", show(tree, *id))).collect();
    shown.concat()
}

fn show_function(tree: &Tree, function: &Function) -> String {
    let mut out = show_annotations(tree, &function.annotations);
    out += function.name.as_ref().map_or("", |name| &name.text);
    let receiver = function.has_receiver.then(|| "@self".to_owned());
    let parameters = function.parameters.iter().map(|parameter| {
        let ty = parameter.declared.as_ref().map(|ty| format!(":{ty}")).unwrap_or_default();
        format!("{}{ty}", parameter.name.text)
    });
    let inputs = receiver.into_iter().chain(parameters).collect::<Vec<_>>().join(" ");
    let returns = function.returns.as_ref().map(|returns| format!("->{returns}")).unwrap_or_default();
    let out = format!("{out}({inputs}){returns}");
    if !function.has_body {
        return out + ";";
    }
    format!("{out} {}", list(tree, &function.body))
}

/// The most ancestors that a node has.
pub(super) fn depth(tree: &Tree) -> usize {
    fn children(kind: &Kind) -> Vec<NodeId> {
        match kind {
            Kind::Text(parts) => parts
                .iter()
                .filter_map(|part| if let TextPart::Hole(hole) = part { Some(*hole) } else { None })
                .collect(),
            Kind::Member { object, .. } => vec![*object],
            Kind::Index { object, index } => vec![*object, *index],
            Kind::Call { callee, arguments, .. } => {
                std::iter::once(*callee).chain(arguments.iter().map(|argument| argument.value)).collect()
            }
            Kind::Binary { left, right, .. } => vec![*left, *right],
            Kind::Unary { operand, .. } => vec![*operand],
            Kind::Map(entries) => entries.iter().flat_map(|(key, value)| key.iter().copied().chain([*value])).collect(),
            Kind::Cast { value, .. } => vec![*value],
            Kind::Lambda(function) | Kind::Function(function) => {
                function.body.iter().chain(&function.annotations).copied().collect()
            }
            Kind::Class(class) => class.body.iter().chain(&class.annotations).copied().collect(),
            Kind::Declare { target, value, annotations, .. } => {
                std::iter::once(*target).chain(*value).chain(annotations.iter().copied()).collect()
            }
            Kind::Assign { target, value, .. } => vec![*target, *value],
            Kind::List(items) | Kind::Block(items) | Kind::Opaque(items) => items.clone(),
            Kind::If { condition, then, otherwise } => [*condition, *then].into_iter().chain(*otherwise).collect(),
            Kind::Branches { subject, branches } => subject.iter().chain(branches).copied().collect(),
            Kind::Loop { header, body } => header.iter().chain([body]).copied().collect(),
            Kind::Return(value) | Kind::Throw(value) => value.iter().copied().collect(),
            _ => Vec::new(),
        }
    }
    let mut deepest = 0;
    let mut open: Vec<(NodeId, usize)> = tree.top.iter().map(|id| (*id, 0)).collect();
    while let Some((id, depth)) = open.pop() {
        deepest = deepest.max(depth);
        open.extend(children(tree.kind(id)).into_iter().map(|child| (child, depth + 1)));
    }
    deepest
}

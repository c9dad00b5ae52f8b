//! Patterns: the names that they bind and the literals that they compare with.

use super::lower::Lowerer;
use super::types::reduce;
use crate::source::Span;
use crate::tree::{Ident, Kind, NodeId, TypeName};
use syn::{Member, Pat};

impl Lowerer<'_> {
    /// The target of a declaration: a name, or a list of names.
    pub(super) fn target(&mut self, pattern: &Pat) -> NodeId {
        let span = self.pattern_span(pattern);
        self.deeper(1, |this| this.target_inner(pattern, span)).unwrap_or_else(|| self.too_deep(span))
    }

    fn target_inner(&mut self, pattern: &Pat, span: Span) -> NodeId {
        match pattern {
            Pat::Ident(ident) => self.name(&ident.ident),
            Pat::Type(typed) => self.target_inner(&typed.pat, span),
            Pat::Reference(reference) => self.target_inner(&reference.pat, span),
            Pat::Paren(paren) => self.target_inner(&paren.pat, span),
            Pat::Lit(literal) => {
                let literal = self.literal(&literal.lit);
                self.opaque(vec![literal], span)
            }
            Pat::Tuple(tuple) => self.targets(tuple.elems.iter(), span),
            Pat::Slice(slice) => self.targets(slice.elems.iter(), span),
            Pat::TupleStruct(wrapped) if wrapped.elems.len() == 1 => self.target_inner(&wrapped.elems[0], span),
            Pat::TupleStruct(wrapped) => self.targets(wrapped.elems.iter(), span),
            Pat::Struct(fields) => self.targets(fields.fields.iter().map(|field| &*field.pat), span),
            Pat::Or(or) => match or.cases.first() {
                Some(first) => self.target_inner(first, span),
                None => self.push(Kind::Name("_".into()), span),
            },
            _ => self.push(Kind::Name("_".into()), span),
        }
    }

    fn targets<'p>(&mut self, patterns: impl Iterator<Item = &'p Pat>, span: Span) -> NodeId {
        let targets = patterns.map(|pattern| self.target(pattern)).collect();
        self.push(Kind::List(targets), span)
    }

    /// Where a pattern stands; no more than its first part for those that nest.
    fn pattern_span(&self, pattern: &Pat) -> Span {
        match pattern {
            Pat::Tuple(tuple) => self.group(&tuple.paren_token.span),
            Pat::Slice(slice) => self.group(&slice.bracket_token.span),
            Pat::Paren(paren) => self.group(&paren.paren_token.span),
            Pat::TupleStruct(wrapped) => self.of(&wrapped.path).cover(self.group(&wrapped.paren_token.span)),
            Pat::Struct(fields) => self.of(&fields.path).cover(self.group(&fields.brace_token.span)),
            Pat::Ident(ident) => self.at(ident.ident.span()),
            Pat::Type(typed) => self.pattern_span(&typed.pat),
            Pat::Reference(reference) => self.pattern_span(&reference.pat),
            Pat::Or(or) => or.cases.first().map_or_else(Span::default, |first| self.pattern_span(first)),
            Pat::Wild(wild) => self.at(wild.underscore_token.span),
            other => self.of(other),
        }
    }

    /// The bindings of a `match` arm as declarations without a value, and what the pattern compares with.
    pub(super) fn arm_pattern(&mut self, pattern: &Pat, out: &mut Vec<NodeId>) {
        match pattern {
            Pat::Ident(ident) => {
                // A capital begins a constant or a variant.
                if !ident.ident.to_string().starts_with(char::is_uppercase) {
                    let target = self.name(&ident.ident);
                    self.declare(target, None, None, out);
                }
                if let Some((_, inner)) = &ident.subpat {
                    self.arm_pattern(inner, out);
                }
            }
            Pat::Lit(literal) => {
                let id = self.literal(&literal.lit);
                out.push(id);
            }
            Pat::Type(typed) => self.arm_pattern(&typed.pat, out),
            Pat::Reference(reference) => self.arm_pattern(&reference.pat, out),
            Pat::Paren(paren) => self.arm_pattern(&paren.pat, out),
            Pat::Tuple(tuple) => self.arm_patterns(tuple.elems.iter(), out),
            Pat::Slice(slice) => self.arm_patterns(slice.elems.iter(), out),
            Pat::TupleStruct(wrapped) => self.arm_patterns(wrapped.elems.iter(), out),
            Pat::Struct(fields) => {
                self.arm_patterns(fields.fields.iter().map(|field| &*field.pat), out);
            }
            Pat::Or(or) => self.arm_patterns(or.cases.iter(), out),
            _ => {}
        }
    }

    fn arm_patterns<'p>(&mut self, patterns: impl Iterator<Item = &'p Pat>, out: &mut Vec<NodeId>) {
        for pattern in patterns {
            self.arm_pattern(pattern, out);
        }
    }

    pub(super) fn declare(
        &mut self,
        target: NodeId,
        declared: Option<TypeName>,
        value: Option<NodeId>,
        out: &mut Vec<NodeId>,
    ) {
        let mut span = self.tree.span(target);
        if let Some(value) = value {
            span = span.cover(self.tree.span(value));
        }
        let kind = Kind::Declare { target, declared, value, constant: false, annotations: Vec::new() };
        let id = self.push(kind, span);
        out.push(id);
    }

    /// The name that a parameter's pattern binds; `_` where it binds several.
    pub(super) fn parameter_name(&self, pattern: &Pat) -> Ident {
        match pattern {
            Pat::Ident(ident) => self.ident(&ident.ident),
            Pat::Type(typed) => self.parameter_name(&typed.pat),
            Pat::Reference(reference) => self.parameter_name(&reference.pat),
            Pat::Paren(paren) => self.parameter_name(&paren.pat),
            Pat::TupleStruct(wrapped) if wrapped.elems.len() == 1 => self.parameter_name(&wrapped.elems[0]),
            other => Ident { text: "_".into(), span: self.pattern_span(other) },
        }
    }

    pub(super) fn field_name(&self, member: &Member) -> Ident {
        match member {
            Member::Named(ident) => self.ident(ident),
            Member::Unnamed(index) => {
                Ident { text: compact_str::format_compact!("{}", index.index), span: self.at(index.span) }
            }
        }
    }
}

/// The type that a pattern is given.
pub(super) fn declared(pattern: &Pat) -> Option<TypeName> {
    match pattern {
        Pat::Type(typed) => reduce(&typed.ty),
        _ => None,
    }
}

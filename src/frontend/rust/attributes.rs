//! Attributes: annotations, and which code is only compiled for tests.

use super::lower::Lowerer;
use crate::source::Span;
use crate::tree::{Kind, NodeId};
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Meta};

impl Lowerer<'_> {
    /// The attributes as names and calls. Documentation and derives say nothing about connections.
    pub(super) fn annotations(&mut self, attributes: &[Attribute]) -> Vec<NodeId> {
        attributes
            .iter()
            .filter(|attribute| !attribute.path().is_ident("doc") && !attribute.path().is_ident("derive"))
            .map(|attribute| self.annotation(attribute))
            .collect()
    }

    fn annotation(&mut self, attribute: &Attribute) -> NodeId {
        let callee = self.path(None, attribute.path());
        let (arguments, end) = match &attribute.meta {
            Meta::Path(_) => return callee,
            Meta::List(list) => {
                let arguments = self.arguments(&list.tokens);
                (arguments, self.at(list.delimiter.span().close()))
            }
            Meta::NameValue(pair) => {
                let value = self.expr(&pair.value);
                (vec![self.positional(value)], self.tree.span(value))
            }
        };
        let span = self.tree.span(callee).cover(end);
        self.push(Kind::Call { callee, arguments, constructs: false, body: None }, span)
    }

    /// Keeps in mind that an item is test code, where its attributes say so.
    pub(super) fn note_test(&mut self, attributes: &[Attribute], item: Span) {
        if attributes.iter().any(is_test) {
            let start = attributes.iter().map(|attribute| self.at(attribute.pound_token.span));
            let span = start.fold(item, Span::cover);
            self.tree.test_spans.push(span);
        }
    }
}

fn is_test(attribute: &Attribute) -> bool {
    let path = attribute.path();
    if path.is_ident("cfg") {
        return matches!(&attribute.meta, Meta::List(list) if needs_test(&list.tokens));
    }
    path.segments
        .last()
        .is_some_and(|last| ["test", "bench", "rstest", "test_case"].iter().any(|name| last.ident == name))
}

/// Whether the condition of a `cfg` has `test` outside of `not`.
fn needs_test(tokens: &TokenStream) -> bool {
    let mut negated = false;
    let mut preceded = false;
    tokens.clone().into_iter().any(|token| {
        let found = match &token {
            TokenTree::Group(group) => !negated && needs_test(&group.stream()),
            TokenTree::Ident(ident) => ident == "test" && !preceded,
            _ => false,
        };
        negated = matches!(&token, TokenTree::Ident(ident) if ident == "not");
        preceded = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '=');
        found
    })
}

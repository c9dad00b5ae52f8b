//! Macro calls: their tokens are read as expressions as far as they are some.

use super::literals::{self, Formatted};
use super::lower::{Lowerer, literal, plain};
use crate::source::Span;
use crate::tree::{Argument, Kind, NodeId, TextPart};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Expr, Macro, MacroDelimiter, Token};

impl Lowerer<'_> {
    pub(super) fn macro_call(&mut self, mac: &Macro) -> NodeId {
        let close = self.at(mac.delimiter.span().close());
        let start = mac.path.segments.first().map_or(close, |first| self.at(first.ident.span()));
        let span = start.cover(close);
        self.deeper(4, |this| this.shallow_macro(mac, span)).unwrap_or_else(|| self.too_deep(span))
    }

    fn shallow_macro(&mut self, mac: &Macro, span: Span) -> NodeId {
        let name = mac.path.segments.last().map(|last| plain(&last.ident)).unwrap_or_default();
        match name.as_str() {
            "vec" => return self.vec(&mac.tokens, span),
            "json" => {
                let tokens: Vec<_> = mac.tokens.clone().into_iter().collect();
                return self.json(&tokens, span);
            }
            _ => {}
        }
        let callee = self.macro_path(&mac.path);
        let arguments = if matches!(mac.delimiter, MacroDelimiter::Brace(_)) {
            self.braced(&mac.tokens, span)
        } else {
            self.arguments(&mac.tokens)
        };
        if name == "matches" || name.starts_with("assert") || name.starts_with("debug_assert") {
            let children = arguments.into_iter().map(|argument| argument.value).collect();
            return self.opaque(children, span);
        }
        let call = self.push(Kind::Call { callee, arguments, constructs: false, body: None }, span);
        if matches!(name.as_str(), "panic" | "unreachable" | "todo" | "unimplemented") {
            return self.push(Kind::Throw(Some(call)), span);
        }
        call
    }

    /// `vec![a, b]`, `vec![a; n]`.
    fn vec(&mut self, tokens: &TokenStream, span: Span) -> NodeId {
        let values = self.arguments(tokens).into_iter().map(|argument| argument.value).collect();
        self.push(Kind::List(values), span)
    }

    /// The tokens of `name! { ... }`: items and statements, a map, or arguments.
    fn braced(&mut self, tokens: &TokenStream, span: Span) -> Vec<Argument> {
        let list: Vec<_> = tokens.clone().into_iter().collect();
        if begins_map(&list) {
            let value = self.entries(&list, span);
            return vec![self.positional(value)];
        }
        if let Some(arguments) = self.parsed_arguments(tokens) {
            return arguments;
        }
        let statements = self.recover(&list, false);
        let value = self.push(Kind::Block(statements), span);
        vec![self.positional(value)]
    }

    /// Comma-separated arguments, each an expression, `name = value`, or whatever was found in it.
    pub(super) fn arguments(&mut self, tokens: &TokenStream) -> Vec<Argument> {
        if let Some(arguments) = self.parsed_arguments(tokens) {
            return arguments;
        }
        let tokens: Vec<_> = tokens.clone().into_iter().collect();
        self.pieces(&tokens)
    }

    fn parsed_arguments(&mut self, tokens: &TokenStream) -> Option<Vec<Argument>> {
        let span = self.stream_span(tokens)?;
        if !self.afford(span) {
            return None;
        }
        let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone()).ok()?;
        let mut format = true;
        let mut out = Vec::new();
        for expr in &parsed {
            let value = match (expr, format) {
                (Expr::Lit(text), true) if matches!(text.lit, syn::Lit::Str(_)) => {
                    format = false;
                    self.format(self.at(text.lit.span()), &parsed)
                }
                _ => {
                    if let Some((name, value)) = named(expr) {
                        out.push(self.named_argument(name, value));
                        continue;
                    }
                    self.expr(expr)
                }
            };
            out.push(self.positional(value));
        }
        Some(out)
    }

    fn named_argument(&mut self, name: &proc_macro2::Ident, value: &Expr) -> Argument {
        let name = self.ident(name);
        let value = self.expr(value);
        let span = name.span.cover(self.tree.span(value));
        Argument { name: Some(name), value, span }
    }

    /// Arguments that do not parse together, one by one.
    pub(super) fn pieces(&mut self, tokens: &[TokenTree]) -> Vec<Argument> {
        let mut out = Vec::new();
        for piece in tokens.split(|token| is_punct(token, ',') || is_punct(token, ';')) {
            match piece {
                [] => {}
                [TokenTree::Ident(name), TokenTree::Punct(equals), rest @ ..]
                    if equals.as_char() == '=' && equals.spacing() == Spacing::Alone && !rest.is_empty() =>
                {
                    let name = self.ident(name);
                    let value = self.value(rest);
                    let span = name.span.cover(self.tree.span(value));
                    out.push(Argument { name: Some(name), value, span });
                }
                piece => {
                    let value = self.value(piece);
                    out.push(self.positional(value));
                }
            }
        }
        out
    }

    /// One expression, or what is found in the tokens.
    pub(super) fn value(&mut self, tokens: &[TokenTree]) -> NodeId {
        if let Some(expr) = self.parse_expr(tokens) {
            return self.expr(&expr);
        }
        match tokens {
            [TokenTree::Group(group)] if holds_map(group) => {
                let span = self.group(&group.delim_span());
                self.json(tokens, span)
            }
            _ => self.loose(tokens),
        }
    }

    pub(super) fn parse_expr(&mut self, tokens: &[TokenTree]) -> Option<Expr> {
        let span = self.tokens_span(tokens)?;
        if !self.afford(span) {
            return None;
        }
        syn::parse2(tokens.iter().cloned().collect()).ok()
    }

    /// A value as JSON writes it, with expressions in it.
    fn json(&mut self, tokens: &[TokenTree], span: Span) -> NodeId {
        let lowered = match tokens {
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let span = self.group(&group.delim_span());
                self.deeper(1, |this| this.entries(&inner, span))
            }
            [TokenTree::Group(group)] if group.delimiter() == Delimiter::Bracket => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                let span = self.group(&group.delim_span());
                self.deeper(1, |this| this.elements(&inner, span))
            }
            [TokenTree::Ident(null)] if null == "null" => {
                let span = self.at(null.span());
                Some(self.push(Kind::Null, span))
            }
            [] => Some(self.opaque(Vec::new(), span)),
            other => Some(self.value(other)),
        };
        lowered.unwrap_or_else(|| self.too_deep(span))
    }

    fn elements(&mut self, tokens: &[TokenTree], span: Span) -> NodeId {
        let mut elements = Vec::new();
        for element in tokens.split(|token| is_punct(token, ',')).filter(|element| !element.is_empty()) {
            elements.push(self.json(element, span));
        }
        self.push(Kind::List(elements), span)
    }

    fn entries(&mut self, tokens: &[TokenTree], span: Span) -> NodeId {
        let mut entries = Vec::new();
        for entry in tokens.split(|token| is_punct(token, ',')).filter(|entry| !entry.is_empty()) {
            match entry.iter().position(is_colon) {
                Some(colon) if colon > 0 => {
                    let key = self.value(&entry[..colon]);
                    let value = self.json(&entry[colon + 1..], span);
                    entries.push((Some(key), value));
                }
                _ => {
                    let value = self.loose(entry);
                    entries.push((None, value));
                }
            }
        }
        self.push(Kind::Map(entries), span)
    }

    /// The first string of a macro, which may be a format string.
    fn format(&mut self, span: Span, arguments: &Punctuated<Expr, Token![,]>) -> NodeId {
        let pieces = literals::decode(self.source(span), span.start as usize);
        let Some(parts) = literals::format(&pieces) else {
            return self.string(span);
        };
        let parts = parts
            .into_iter()
            .map(|part| match part {
                Formatted::Piece(piece) => literal(piece),
                Formatted::Capture(name, span) => {
                    let given = arguments.iter().filter_map(named).find(|(key, _)| plain(key) == name);
                    let hole = match given {
                        Some((_, value)) if is_simple(value) => self.expr(value),
                        _ => self.push(Kind::Name(name), span),
                    };
                    TextPart::Hole(hole)
                }
            })
            .collect();
        self.push(Kind::Text(parts), span)
    }

    fn stream_span(&self, tokens: &TokenStream) -> Option<Span> {
        let mut tokens = tokens.clone().into_iter();
        let first = self.at(tokens.next()?.span());
        Some(tokens.last().map_or(first, |last| first.cover(self.at(last.span()))))
    }

    pub(super) fn tokens_span(&self, tokens: &[TokenTree]) -> Option<Span> {
        Some(self.at(tokens.first()?.span()).cover(self.at(tokens.last()?.span())))
    }
}

pub(super) fn is_punct(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

/// A colon that is no part of `::`, as far as one token tells.
fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':' && punct.spacing() == Spacing::Alone)
}

fn begins_map(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Literal(_), colon, ..] if is_colon(colon))
}

fn holds_map(group: &proc_macro2::Group) -> bool {
    let first: Vec<_> = group.stream().into_iter().take(2).collect();
    group.delimiter() == Delimiter::Brace && begins_map(&first)
}

/// `name = value`.
fn named(expr: &Expr) -> Option<(&proc_macro2::Ident, &Expr)> {
    let Expr::Assign(assign) = expr else {
        return None;
    };
    let Expr::Path(path) = &*assign.left else {
        return None;
    };
    Some((path.path.get_ident()?, &assign.right))
}

/// An expression that may stand twice in the tree.
fn is_simple(expr: &Expr) -> bool {
    matches!(expr, Expr::Path(_) | Expr::Lit(_))
}

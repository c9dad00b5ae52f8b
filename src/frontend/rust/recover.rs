//! Broken code and foreign syntax: what parses is taken whole, of the rest the strings, calls and assignments.

use super::lower::Lowerer;
use super::macros::is_punct;
use crate::source::Span;
use crate::tree::{Kind, NodeId};
use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use syn::Block;
use syn::parse::Parser;

/// How many ends are tried for one item or statement.
const TRIES: usize = 4;

/// Calls in one chain of methods that are put under each other.
const MAX_LINKS: usize = 8;

impl Lowerer<'_> {
    /// A file that does not parse as a whole.
    pub(super) fn broken_file(&mut self, tokens: TokenStream, error: &syn::Error) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let known = self.known_problems();
        let top = self.recover(&tokens, true);
        if self.known_problems() == known {
            self.syntax_error(self.at(error.span()), error.to_string());
        }
        self.tree.top = top;
    }

    /// Items and statements, those that do not parse in pieces.
    pub(super) fn recover(&mut self, tokens: &[TokenTree], report: bool) -> Vec<NodeId> {
        let mut out = Vec::new();
        let done = self.deeper(3, |this| {
            let ends = ends(tokens);
            let mut from = 0;
            while from < tokens.len() {
                from = this.piece(tokens, &ends, from, report, &mut out);
            }
        });
        if let (None, Some(span)) = (done, self.tokens_span(tokens)) {
            out.push(self.too_deep(span));
        }
        out
    }

    /// Takes one item or statement and returns where the next begins.
    fn piece(
        &mut self,
        tokens: &[TokenTree],
        ends: &[usize],
        from: usize,
        report: bool,
        out: &mut Vec<NodeId>,
    ) -> usize {
        let mut end = from;
        for _ in 0..TRIES {
            end = ends.get(ends.partition_point(|at| *at <= end)).copied().unwrap_or(tokens.len());
            match self.attempt(&tokens[from..end], out) {
                Ok(()) => return end,
                Err(error) if end >= tokens.len() || is_punct(&tokens[end - 1], ';') || begins_item(tokens, end) => {
                    if report && let Some((span, message)) = error {
                        self.syntax_error(span, message);
                    }
                    break;
                }
                Err(_) => {}
            }
        }
        let end = (from + 1..end).find(|at| begins_item(tokens, *at)).unwrap_or(end);
        out.push(self.loose(&tokens[from..end]));
        end
    }

    /// Parses statements; else the place and the message of the error, where it was tried.
    fn attempt(&mut self, tokens: &[TokenTree], out: &mut Vec<NodeId>) -> Result<(), Option<(Span, String)>> {
        let span = self.tokens_span(tokens).unwrap_or_default();
        if !self.afford(span) {
            return Err(None);
        }
        match Block::parse_within.parse2(tokens.iter().cloned().collect()) {
            Ok(statements) => {
                out.extend(self.statements(&statements));
                Ok(())
            }
            Err(error) => {
                let at = self.at(error.span());
                let at = if span.contains(at) { at } else { span };
                Err(Some((at, error.to_string())))
            }
        }
    }

    /// Strings, calls, assignments and what is in brackets, in tokens that are no Rust.
    pub(super) fn loose(&mut self, tokens: &[TokenTree]) -> NodeId {
        let span = self.tokens_span(tokens).unwrap_or_default();
        self.deeper(3, |this| this.shallow_loose(tokens, span)).unwrap_or_else(|| self.too_deep(span))
    }

    fn shallow_loose(&mut self, tokens: &[TokenTree], span: Span) -> NodeId {
        if let Some(declaration) = self.loose_declaration(tokens, span) {
            return declaration;
        }
        let mut out: Vec<NodeId> = Vec::new();
        let mut at = 0;
        let mut links = 0;
        while at < tokens.len() {
            let length = call_shape(&tokens[at..]);
            match &tokens[at] {
                TokenTree::Ident(_) if length > 0 => {
                    let chained = at > 0 && is_punct(&tokens[at - 1], '.') && links < MAX_LINKS;
                    links = if chained { links + 1 } else { 0 };
                    let object = if chained { out.pop() } else { None };
                    let call = self.loose_call(object, &tokens[at..at + length]);
                    out.push(call);
                    at += length;
                    continue;
                }
                TokenTree::Literal(literal) => {
                    let span = self.at(literal.span());
                    if self.source(span).trim_end_matches('#').ends_with(['"', '\'']) {
                        let text = self.string(span);
                        out.push(text);
                    }
                }
                TokenTree::Group(group) => {
                    let inner: Vec<_> = group.stream().into_iter().collect();
                    let span = self.group(&group.delim_span());
                    let id = if group.delimiter() == Delimiter::Brace {
                        let statements = self.recover(&inner, false);
                        self.push(Kind::Block(statements), span)
                    } else {
                        let pieces = self.pieces(&inner);
                        self.opaque(pieces.into_iter().map(|piece| piece.value).collect(), span)
                    };
                    out.push(id);
                }
                _ => {}
            }
            at += 1;
        }
        self.opaque(out, span)
    }

    /// `... name: Type = value` and `... name = value`.
    fn loose_declaration(&mut self, tokens: &[TokenTree], span: Span) -> Option<NodeId> {
        let equals = tokens.iter().enumerate().position(|(at, token)| is_lone(tokens, at, token, '='))?;
        let left = &tokens[..equals];
        if left.iter().any(|token| matches!(token, TokenTree::Group(group) if group.delimiter() != Delimiter::Bracket))
        {
            return None;
        }
        let colon = left.iter().enumerate().position(|(at, token)| is_lone(left, at, token, ':'));
        let TokenTree::Ident(name) = left.get(colon.unwrap_or(equals).checked_sub(1)?)? else {
            return None;
        };
        let right = tokens.get(equals + 1..)?;
        let right = match right.split_last() {
            Some((last, rest)) if is_punct(last, ';') => rest,
            _ => right,
        };
        let value = self.parse_expr(right)?;
        let value = self.expr(&value);
        let target = self.name(name);
        let kind = Kind::Declare { target, declared: None, value: Some(value), constant: false, annotations: vec![] };
        Some(self.push(kind, span))
    }

    /// A path, perhaps `!`, and arguments.
    fn loose_call(&mut self, object: Option<NodeId>, tokens: &[TokenTree]) -> NodeId {
        let span = self.tokens_span(tokens).unwrap_or_default();
        let bang = tokens.iter().any(|token| is_punct(token, '!'));
        let mut callee = object;
        let names: Vec<_> = tokens
            .iter()
            .filter_map(|token| if let TokenTree::Ident(name) = token { Some(name) } else { None })
            .collect();
        for (at, name) in names.iter().enumerate().take(8) {
            let mut ident = self.ident(name);
            if bang && at + 1 == names.len() {
                ident.text.push('!');
            }
            callee = Some(match callee {
                Some(object) => self.member(object, ident),
                None => self.push(Kind::Name(ident.text), ident.span),
            });
        }
        let arguments = match tokens.last() {
            Some(TokenTree::Group(group)) => self.arguments(&group.stream()),
            _ => Vec::new(),
        };
        let Some(callee) = callee else {
            return self.opaque(Vec::new(), span);
        };
        let span = self.tree.span(callee).cover(span);
        self.push(Kind::Call { callee, arguments, constructs: false, body: None }, span)
    }
}

/// A punctuation character that is no part of a longer operator.
fn is_lone(tokens: &[TokenTree], at: usize, token: &TokenTree, character: char) -> bool {
    let joined = at
        .checked_sub(1)
        .and_then(|before| tokens.get(before))
        .is_some_and(|before| matches!(before, TokenTree::Punct(punct) if punct.spacing() == Spacing::Joint));
    let alone = matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Alone);
    is_punct(token, character) && alone && !joined
}

/// The places behind each `;` and each block.
fn ends(tokens: &[TokenTree]) -> Vec<usize> {
    let ends = |token: &TokenTree| {
        is_punct(token, ';') || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
    };
    tokens.iter().enumerate().filter(|(_, token)| ends(token)).map(|(at, _)| at + 1).collect()
}

/// Whether an item surely begins here: not behind its own visibility or in the middle of a type.
fn begins_item(tokens: &[TokenTree], at: usize) -> bool {
    let word = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => ident.to_string(),
        _ => String::new(),
    };
    let this = word(at);
    if is_punct(&tokens[at], '#') {
        return matches!(tokens.get(at + 1), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    }
    let keyword =
        ["fn", "pub", "struct", "enum", "impl", "mod", "trait", "use", "static", "type"].contains(&this.as_str());
    if !keyword || at == 0 {
        return keyword;
    }
    if this == "fn" && word(at + 1).is_empty() {
        return false;
    }
    let modifier = ["pub", "async", "unsafe", "const", "extern", "default"].contains(&word(at - 1).as_str());
    let behind = match &tokens[at - 1] {
        TokenTree::Punct(punct) => this == "fn" || punct.as_char() == ';',
        TokenTree::Group(group) => {
            group.delimiter() == Delimiter::Brace
                || !["pub"].contains(&word(at.wrapping_sub(2)).as_str()) && !is_attribute(tokens, at - 1)
        }
        TokenTree::Literal(_) => word(at.wrapping_sub(2)) != "extern",
        TokenTree::Ident(_) => !modifier,
    };
    behind && !modifier
}

fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|before| is_punct(before, '#'))
}

/// How many tokens `a::b(...)`, `name!(...)` or `name(...)` has at the beginning; 0 where there is none.
fn call_shape(tokens: &[TokenTree]) -> usize {
    let mut at = 0;
    loop {
        if at > 24 || !matches!(tokens.get(at), Some(TokenTree::Ident(_))) {
            return 0;
        }
        at += 1;
        if tokens.get(at..at + 2).is_some_and(|pair| pair.iter().all(|token| is_punct(token, ':'))) {
            at += 2;
            continue;
        }
        break;
    }
    if tokens.get(at).is_some_and(|token| is_punct(token, '!')) {
        at += 1;
    }
    match tokens.get(at) {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => at + 1,
        _ => 0,
    }
}

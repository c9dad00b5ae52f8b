//! Control flow, blocks and statements.

use super::lower::Lowerer;
use super::patterns::declared;
use crate::source::Span;
use crate::tree::{Kind, NodeId};
use syn::{Block, Expr, Local, Pat, Stmt};

impl Lowerer<'_> {
    pub(super) fn control(&mut self, expr: &Expr) -> NodeId {
        match expr {
            Expr::If(choice) => {
                let condition = self.expr(&choice.cond);
                let then = self.block(&choice.then_branch);
                let otherwise = choice.else_branch.as_ref().map(|(_, branch)| self.expr(branch));
                let last = otherwise.unwrap_or(then);
                let span = self.at(choice.if_token.span).cover(self.tree.span(last));
                self.push(Kind::If { condition, then, otherwise }, span)
            }
            Expr::Let(binding) => {
                let value = self.expr(&binding.expr);
                self.binding(&binding.pat, value, self.at(binding.let_token.span))
            }
            Expr::Match(choice) => self.branches(choice),
            Expr::While(repeat) => {
                let condition = self.expr(&repeat.cond);
                self.repeat(vec![condition], &repeat.body, self.at(repeat.while_token.span))
            }
            Expr::ForLoop(repeat) => {
                let value = self.expr(&repeat.expr);
                let element = self.binding(&repeat.pat, value, self.at(repeat.for_token.span));
                self.repeat(vec![element], &repeat.body, self.at(repeat.for_token.span))
            }
            Expr::Loop(repeat) => self.repeat(Vec::new(), &repeat.body, self.at(repeat.loop_token.span)),
            Expr::Block(block) => self.block(&block.block),
            Expr::Unsafe(block) => self.block(&block.block),
            Expr::Async(block) => self.block(&block.block),
            Expr::Const(block) => self.block(&block.block),
            Expr::TryBlock(block) => self.block(&block.block),
            Expr::Return(exit) => {
                let value = exit.expr.as_ref().map(|value| self.expr(value));
                let span = self.reaching(self.at(exit.return_token.span), value);
                self.push(Kind::Return(value), span)
            }
            Expr::Break(exit) => match &exit.expr {
                Some(value) => self.children(std::iter::once(&**value), self.at(exit.break_token.span)),
                None => self.push(Kind::Nothing, self.at(exit.break_token.span)),
            },
            Expr::Continue(exit) => self.push(Kind::Nothing, self.at(exit.continue_token.span)),
            Expr::Yield(exit) => match &exit.expr {
                Some(value) => self.same(value, self.at(exit.yield_token.span)),
                None => self.push(Kind::Nothing, self.at(exit.yield_token.span)),
            },
            Expr::Verbatim(tokens) => {
                let tokens: Vec<_> = tokens.clone().into_iter().collect();
                self.loose(&tokens)
            }
            other => {
                let span = self.of(other);
                self.opaque(Vec::new(), span)
            }
        }
    }

    /// A pattern that takes a value: `if let`, `while let`, and `for`, whose value stands for its elements.
    fn binding(&mut self, pattern: &Pat, value: NodeId, start: Span) -> NodeId {
        let target = self.target(pattern);
        let span = start.cover(self.tree.span(value));
        let declared = declared(pattern);
        self.push(Kind::Declare { target, declared, value: Some(value), constant: false, annotations: vec![] }, span)
    }

    fn branches(&mut self, choice: &syn::ExprMatch) -> NodeId {
        let subject = self.expr(&choice.expr);
        let mut branches = Vec::new();
        for arm in &choice.arms {
            let mut body = Vec::new();
            self.arm_pattern(&arm.pat, &mut body);
            if let Some((_, guard)) = &arm.guard {
                body.push(self.expr(guard));
            }
            let value = self.expr(&arm.body);
            body.push(value);
            let span = body.iter().fold(self.tree.span(value), |span, id| span.cover(self.tree.span(*id)));
            branches.push(self.push(Kind::Block(body), span));
        }
        let span = self.at(choice.match_token.span).cover(self.at(choice.brace_token.span.close()));
        self.push(Kind::Branches { subject: Some(subject), branches }, span)
    }

    fn repeat(&mut self, header: Vec<NodeId>, body: &Block, start: Span) -> NodeId {
        let body = self.block(body);
        let span = start.cover(self.tree.span(body));
        self.push(Kind::Loop { header, body }, span)
    }

    fn block(&mut self, block: &Block) -> NodeId {
        let span = self.group(&block.brace_token.span);
        let statements = self.statements(&block.stmts);
        self.push(Kind::Block(statements), span)
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) -> Vec<NodeId> {
        let mut out = Vec::new();
        let done = self.deeper(2, |this| {
            for statement in statements {
                this.statement(statement, &mut out);
            }
        });
        if let (None, Some(first)) = (done, statements.first()) {
            let span = self.of(first);
            out.push(self.too_deep(span));
        }
        out
    }

    /// The statements of a function; the value at its end is returned.
    pub(super) fn body(&mut self, block: &Block) -> Vec<NodeId> {
        let mut out = self.statements(&block.stmts);
        let yields = matches!(
            block.stmts.last(),
            Some(Stmt::Expr(_, None) | Stmt::Macro(syn::StmtMacro { semi_token: None, .. }))
        );
        if yields && let Some(last) = out.pop() {
            let last = self.returned(last);
            out.push(last);
        }
        out
    }

    pub(super) fn returned(&mut self, value: NodeId) -> NodeId {
        let leaves = matches!(
            self.tree.kind(value),
            Kind::Return(_) | Kind::Throw(_) | Kind::Loop { .. } | Kind::Nothing | Kind::Assign { .. }
        );
        if leaves {
            return value;
        }
        let span = self.tree.span(value);
        self.push(Kind::Return(Some(value)), span)
    }

    fn statement(&mut self, statement: &Stmt, out: &mut Vec<NodeId>) {
        match statement {
            Stmt::Local(local) => self.local(local, out),
            Stmt::Item(item) => self.item(item, out),
            Stmt::Expr(expr, _) => out.push(self.expr(expr)),
            Stmt::Macro(mac) => {
                let id = self.macro_call(&mac.mac);
                self.note_test(&mac.attrs, self.tree.span(id));
                out.push(id);
            }
        }
    }

    fn local(&mut self, local: &Local, out: &mut Vec<NodeId>) {
        let value = local.init.as_ref().map(|init| self.expr(&init.expr));
        let target = self.target(&local.pat);
        let span = self.at(local.let_token.span).cover(self.at(local.semi_token.span));
        let annotations = self.annotations(&local.attrs);
        let declared = declared(&local.pat);
        self.note_test(&local.attrs, span);
        out.push(self.push(Kind::Declare { target, declared, value, constant: false, annotations }, span));
        if let Some((_, diverge)) = local.init.as_ref().and_then(|init| init.diverge.as_ref()) {
            let branch = self.expr(diverge);
            let span = self.tree.span(branch);
            out.push(self.push(Kind::Branches { subject: None, branches: vec![branch] }, span));
        }
    }
}

//! Expressions and statements.

use super::lower::Lowerer;
use super::patterns::declared;
use super::types::reduce;
use crate::source::Span;
use crate::tree::{Argument, Function, Ident, Kind, NodeId, Operator, Parameter, Unary};
use syn::{BinOp, Block, Expr, Lit, Local, Pat, Stmt, UnOp};

impl Lowerer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) -> NodeId {
        let lowered = self.deeper(2, |this| this.shallow(expr));
        lowered.unwrap_or_else(|| {
            let span = self.of(expr);
            self.too_deep(span)
        })
    }

    fn shallow(&mut self, expr: &Expr) -> NodeId {
        match expr {
            Expr::Lit(literal) => self.literal(&literal.lit),
            Expr::Path(path) => self.path(path.qself.as_ref(), &path.path),
            Expr::Call(call) => {
                let callee = self.expr(&call.func);
                self.call(
                    callee,
                    call.args.iter(),
                    self.at(call.paren_token.span.close()),
                )
            }
            Expr::MethodCall(call) => {
                let object = self.expr(&call.receiver);
                let callee = self.member(object, self.ident(&call.method));
                self.call(
                    callee,
                    call.args.iter(),
                    self.at(call.paren_token.span.close()),
                )
            }
            Expr::Field(field) => {
                let object = self.expr(&field.base);
                self.member(object, self.field_name(&field.member))
            }
            Expr::Macro(mac) => self.macro_call(&mac.mac),
            Expr::Struct(literal) => self.struct_literal(literal),
            Expr::Closure(closure) => self.closure(closure),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Assign(assign) => self.assign(&assign.left, None, &assign.right),
            Expr::Unary(unary) => {
                let start = self.of(&unary.op);
                self.unary(operator(unary.op), &unary.expr, start)
            }
            Expr::Reference(reference) => {
                self.same(&reference.expr, self.at(reference.and_token.span))
            }
            Expr::RawAddr(address) => self.same(&address.expr, self.at(address.and_token.span)),
            Expr::Try(attempt) => self.same(&attempt.expr, self.at(attempt.question_token.span)),
            Expr::Await(wait) => self.same(&wait.base, self.at(wait.await_token.span)),
            Expr::Paren(paren) => self.same(&paren.expr, self.group(&paren.paren_token.span)),
            Expr::Group(group) => self.shallow(&group.expr),
            Expr::Cast(cast) => {
                let value = self.expr(&cast.expr);
                let span = self.tree.span(value).cover(self.of(&*cast.ty));
                self.push(
                    Kind::Cast {
                        to: reduce(&cast.ty).unwrap_or_default(),
                        value,
                    },
                    span,
                )
            }
            Expr::Index(index) => {
                let object = self.expr(&index.expr);
                let at = self.expr(&index.index);
                let span = self
                    .tree
                    .span(object)
                    .cover(self.at(index.bracket_token.span.close()));
                self.push(Kind::Index { object, index: at }, span)
            }
            Expr::Array(array) => {
                self.list(array.elems.iter(), self.group(&array.bracket_token.span))
            }
            Expr::Tuple(tuple) => {
                self.list(tuple.elems.iter(), self.group(&tuple.paren_token.span))
            }
            Expr::Repeat(repeat) => self.children(
                [&*repeat.expr, &*repeat.len].into_iter(),
                self.group(&repeat.bracket_token.span),
            ),
            Expr::Range(range) => {
                let dots = self.of(&range.limits);
                self.children(
                    [&range.start, &range.end]
                        .into_iter()
                        .flatten()
                        .map(|bound| &**bound),
                    dots,
                )
            }
            other => self.control(other),
        }
    }

    fn control(&mut self, expr: &Expr) -> NodeId {
        match expr {
            Expr::If(choice) => {
                let condition = self.expr(&choice.cond);
                let then = self.block(&choice.then_branch);
                let otherwise = choice
                    .else_branch
                    .as_ref()
                    .map(|(_, branch)| self.expr(branch));
                let last = otherwise.unwrap_or(then);
                let span = self.at(choice.if_token.span).cover(self.tree.span(last));
                self.push(
                    Kind::If {
                        condition,
                        then,
                        otherwise,
                    },
                    span,
                )
            }
            Expr::Let(binding) => {
                let value = self.expr(&binding.expr);
                self.binding(&binding.pat, value, self.at(binding.let_token.span))
            }
            Expr::Match(choice) => self.branches(choice),
            Expr::While(repeat) => {
                let condition = self.expr(&repeat.cond);
                self.repeat(
                    vec![condition],
                    &repeat.body,
                    self.at(repeat.while_token.span),
                )
            }
            Expr::ForLoop(repeat) => {
                let value = self.expr(&repeat.expr);
                let element = self.binding(&repeat.pat, value, self.at(repeat.for_token.span));
                self.repeat(vec![element], &repeat.body, self.at(repeat.for_token.span))
            }
            Expr::Loop(repeat) => {
                self.repeat(Vec::new(), &repeat.body, self.at(repeat.loop_token.span))
            }
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
                Some(value) => {
                    self.children(std::iter::once(&**value), self.at(exit.break_token.span))
                }
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

    pub(super) fn literal(&mut self, literal: &Lit) -> NodeId {
        let span = self.at(literal.span());
        let kind = match literal {
            Lit::Str(_) | Lit::ByteStr(_) | Lit::CStr(_) | Lit::Char(_) => {
                return self.string(span);
            }
            Lit::Byte(byte) => Kind::Number(Some(i64::from(byte.value()))),
            Lit::Int(number) => Kind::Number(number.base10_parse().ok()),
            Lit::Float(_) => Kind::Number(None),
            Lit::Bool(truth) => Kind::Bool(truth.value),
            _ => return self.string(span),
        };
        self.push(kind, span)
    }

    fn reaching(&self, start: Span, end: Option<NodeId>) -> Span {
        end.map_or(start, |end| start.cover(self.tree.span(end)))
    }

    fn call<'e>(
        &mut self,
        callee: NodeId,
        arguments: impl Iterator<Item = &'e Expr>,
        close: Span,
    ) -> NodeId {
        let arguments = arguments
            .map(|argument| {
                let value = self.expr(argument);
                self.positional(value)
            })
            .collect();
        let span = self.tree.span(callee).cover(close);
        self.push(
            Kind::Call {
                callee,
                arguments,
                constructs: false,
                body: None,
            },
            span,
        )
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> NodeId {
        let callee = self.path(literal.qself.as_ref(), &literal.path);
        let mut arguments = Vec::new();
        for field in &literal.fields {
            let name = self.field_name(&field.member);
            let value = self.expr(&field.expr);
            let span = name.span.cover(self.tree.span(value));
            arguments.push(Argument {
                name: Some(name),
                value,
                span,
            });
        }
        if let (Some(rest), Some(dots)) = (&literal.rest, &literal.dot2_token) {
            let value = self.expr(rest);
            let dots = self.of(dots);
            let name = Ident {
                text: "*".into(),
                span: dots,
            };
            arguments.push(Argument {
                name: Some(name),
                value,
                span: dots.cover(self.tree.span(value)),
            });
        }
        let span = self
            .tree
            .span(callee)
            .cover(self.at(literal.brace_token.span.close()));
        self.push(
            Kind::Call {
                callee,
                arguments,
                constructs: true,
                body: None,
            },
            span,
        )
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> NodeId {
        let parameters = closure
            .inputs
            .iter()
            .map(|input| self.closure_parameter(input))
            .collect();
        let body = match &*closure.body {
            Expr::Block(block) => self.body(&block.block),
            value => {
                let value = self.expr(value);
                vec![self.returned(value)]
            }
        };
        let start = self.at(closure.or1_token.span);
        let end = match &*closure.body {
            Expr::Block(block) => self.at(block.block.brace_token.span.close()),
            _ => body.first().map_or(start, |id| self.tree.span(*id)),
        };
        let span = start.cover(end);
        let returns = match &closure.output {
            syn::ReturnType::Type(_, ty) => reduce(ty),
            syn::ReturnType::Default => None,
        };
        let function = Function {
            parameters,
            returns,
            body,
            has_body: true,
            span,
            ..Function::default()
        };
        self.push(Kind::Lambda(Box::new(function)), span)
    }

    fn closure_parameter(&self, pattern: &Pat) -> Parameter {
        Parameter {
            name: self.parameter_name(pattern),
            declared: declared(pattern),
            default: None,
            variadic: false,
            annotations: Vec::new(),
        }
    }

    fn binary(&mut self, binary: &syn::ExprBinary) -> NodeId {
        let (operator, assigns) = binary_operator(&binary.op);
        if assigns {
            return self.assign(&binary.left, Some(operator), &binary.right);
        }
        let left = self.expr(&binary.left);
        let right = self.expr(&binary.right);
        let span = self.tree.span(left).cover(self.tree.span(right));
        self.push(
            Kind::Binary {
                operator,
                left,
                right,
            },
            span,
        )
    }

    fn assign(&mut self, target: &Expr, operator: Option<Operator>, value: &Expr) -> NodeId {
        let target = self.expr(target);
        let value = self.expr(value);
        let span = self.tree.span(target).cover(self.tree.span(value));
        self.push(
            Kind::Assign {
                target,
                operator,
                value,
            },
            span,
        )
    }

    fn same(&mut self, operand: &Expr, token: Span) -> NodeId {
        self.unary(Unary::Same, operand, token)
    }

    fn unary(&mut self, operator: Unary, operand: &Expr, token: Span) -> NodeId {
        let operand = self.expr(operand);
        let span = token.cover(self.tree.span(operand));
        self.push(Kind::Unary { operator, operand }, span)
    }

    fn list<'e>(&mut self, elements: impl Iterator<Item = &'e Expr>, span: Span) -> NodeId {
        let elements = elements.map(|element| self.expr(element)).collect();
        self.push(Kind::List(elements), span)
    }

    fn children<'e>(&mut self, children: impl Iterator<Item = &'e Expr>, span: Span) -> NodeId {
        let children: Vec<NodeId> = children.map(|child| self.expr(child)).collect();
        let span = children
            .iter()
            .fold(span, |span, child| span.cover(self.tree.span(*child)));
        self.opaque(children, span)
    }

    /// A pattern that takes a value: `if let`, `while let`, and `for`, whose value stands for its elements.
    fn binding(&mut self, pattern: &Pat, value: NodeId, start: Span) -> NodeId {
        let target = self.target(pattern);
        let span = start.cover(self.tree.span(value));
        let declared = declared(pattern);
        self.push(
            Kind::Declare {
                target,
                declared,
                value: Some(value),
                constant: false,
                annotations: vec![],
            },
            span,
        )
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
            let span = body.iter().fold(self.tree.span(value), |span, id| {
                span.cover(self.tree.span(*id))
            });
            branches.push(self.push(Kind::Block(body), span));
        }
        let span = self
            .at(choice.match_token.span)
            .cover(self.at(choice.brace_token.span.close()));
        self.push(
            Kind::Branches {
                subject: Some(subject),
                branches,
            },
            span,
        )
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
            Some(
                Stmt::Expr(_, None)
                    | Stmt::Macro(syn::StmtMacro {
                        semi_token: None,
                        ..
                    })
            )
        );
        if yields && let Some(last) = out.pop() {
            let last = self.returned(last);
            out.push(last);
        }
        out
    }

    fn returned(&mut self, value: NodeId) -> NodeId {
        let leaves = matches!(
            self.tree.kind(value),
            Kind::Return(_)
                | Kind::Throw(_)
                | Kind::Loop { .. }
                | Kind::Nothing
                | Kind::Assign { .. }
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
        let span = self
            .at(local.let_token.span)
            .cover(self.at(local.semi_token.span));
        let annotations = self.annotations(&local.attrs);
        let declared = declared(&local.pat);
        self.note_test(&local.attrs, span);
        out.push(self.push(
            Kind::Declare {
                target,
                declared,
                value,
                constant: false,
                annotations,
            },
            span,
        ));
        if let Some((_, diverge)) = local.init.as_ref().and_then(|init| init.diverge.as_ref()) {
            let branch = self.expr(diverge);
            let span = self.tree.span(branch);
            out.push(self.push(
                Kind::Branches {
                    subject: None,
                    branches: vec![branch],
                },
                span,
            ));
        }
    }
}

fn operator(operator: UnOp) -> Unary {
    match operator {
        UnOp::Not(_) => Unary::Not,
        UnOp::Neg(_) => Unary::Minus,
        _ => Unary::Same,
    }
}

/// The operator, and whether it assigns.
fn binary_operator(operator: &BinOp) -> (Operator, bool) {
    match operator {
        BinOp::Add(_) => (Operator::Add, false),
        BinOp::Rem(_) => (Operator::Percent, false),
        BinOp::And(_) => (Operator::And, false),
        BinOp::Or(_) => (Operator::Or, false),
        BinOp::BitXor(_) => (Operator::BitXor, false),
        BinOp::BitAnd(_) => (Operator::BitAnd, false),
        BinOp::BitOr(_) => (Operator::BitOr, false),
        BinOp::Eq(_) => (Operator::Equal, false),
        BinOp::Ne(_) => (Operator::NotEqual, false),
        BinOp::Lt(_) | BinOp::Le(_) | BinOp::Ge(_) | BinOp::Gt(_) => (Operator::Order, false),
        BinOp::AddAssign(_) => (Operator::Add, true),
        BinOp::RemAssign(_) => (Operator::Percent, true),
        BinOp::BitXorAssign(_) => (Operator::BitXor, true),
        BinOp::BitAndAssign(_) => (Operator::BitAnd, true),
        BinOp::BitOrAssign(_) => (Operator::BitOr, true),
        BinOp::SubAssign(_)
        | BinOp::MulAssign(_)
        | BinOp::DivAssign(_)
        | BinOp::ShlAssign(_)
        | BinOp::ShrAssign(_) => (Operator::Other, true),
        _ => (Operator::Other, false),
    }
}

//! Expressions and statements.

use super::lower::Lowerer;
use super::patterns::declared;
use super::types::reduce;
use crate::source::Span;
use crate::tree::{Argument, Function, Ident, Kind, NodeId, Operator, Parameter, Unary};
use syn::{BinOp, Expr, Lit, Pat, UnOp};

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
                self.call(callee, call.args.iter(), self.at(call.paren_token.span.close()))
            }
            Expr::MethodCall(call) => {
                let object = self.expr(&call.receiver);
                let callee = self.member(object, self.ident(&call.method));
                self.call(callee, call.args.iter(), self.at(call.paren_token.span.close()))
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
            Expr::Reference(reference) => self.same(&reference.expr, self.at(reference.and_token.span)),
            Expr::RawAddr(address) => self.same(&address.expr, self.at(address.and_token.span)),
            Expr::Try(attempt) => self.same(&attempt.expr, self.at(attempt.question_token.span)),
            Expr::Await(wait) => self.same(&wait.base, self.at(wait.await_token.span)),
            Expr::Paren(paren) => self.same(&paren.expr, self.group(&paren.paren_token.span)),
            Expr::Group(group) => self.shallow(&group.expr),
            Expr::Cast(cast) => {
                let value = self.expr(&cast.expr);
                let span = self.tree.span(value).cover(self.of(&*cast.ty));
                self.push(Kind::Cast { to: reduce(&cast.ty).unwrap_or_default(), value }, span)
            }
            Expr::Index(index) => {
                let object = self.expr(&index.expr);
                let at = self.expr(&index.index);
                let span = self.tree.span(object).cover(self.at(index.bracket_token.span.close()));
                self.push(Kind::Index { object, index: at }, span)
            }
            Expr::Array(array) => self.list(array.elems.iter(), self.group(&array.bracket_token.span)),
            Expr::Tuple(tuple) => self.list(tuple.elems.iter(), self.group(&tuple.paren_token.span)),
            Expr::Repeat(repeat) => {
                self.children([&*repeat.expr, &*repeat.len].into_iter(), self.group(&repeat.bracket_token.span))
            }
            Expr::Range(range) => {
                let dots = self.of(&range.limits);
                self.children([&range.start, &range.end].into_iter().flatten().map(|bound| &**bound), dots)
            }
            other => self.control(other),
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

    pub(super) fn reaching(&self, start: Span, end: Option<NodeId>) -> Span {
        end.map_or(start, |end| start.cover(self.tree.span(end)))
    }

    fn call<'e>(&mut self, callee: NodeId, arguments: impl Iterator<Item = &'e Expr>, close: Span) -> NodeId {
        let arguments = arguments
            .map(|argument| {
                let value = self.expr(argument);
                self.positional(value)
            })
            .collect();
        let span = self.tree.span(callee).cover(close);
        self.push(Kind::Call { callee, arguments, constructs: false, body: None }, span)
    }

    fn struct_literal(&mut self, literal: &syn::ExprStruct) -> NodeId {
        let callee = self.path(literal.qself.as_ref(), &literal.path);
        let mut arguments = Vec::new();
        for field in &literal.fields {
            let name = self.field_name(&field.member);
            let value = self.expr(&field.expr);
            let span = name.span.cover(self.tree.span(value));
            arguments.push(Argument { name: Some(name), value, span });
        }
        if let (Some(rest), Some(dots)) = (&literal.rest, &literal.dot2_token) {
            let value = self.expr(rest);
            let dots = self.of(dots);
            let name = Ident { text: "*".into(), span: dots };
            arguments.push(Argument { name: Some(name), value, span: dots.cover(self.tree.span(value)) });
        }
        let span = self.tree.span(callee).cover(self.at(literal.brace_token.span.close()));
        self.push(Kind::Call { callee, arguments, constructs: true, body: None }, span)
    }

    fn closure(&mut self, closure: &syn::ExprClosure) -> NodeId {
        let parameters = closure.inputs.iter().map(|input| self.closure_parameter(input)).collect();
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
        let function = Function { parameters, returns, body, has_body: true, span, ..Function::default() };
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
        self.push(Kind::Binary { operator, left, right }, span)
    }

    fn assign(&mut self, target: &Expr, operator: Option<Operator>, value: &Expr) -> NodeId {
        let target = self.expr(target);
        let value = self.expr(value);
        let span = self.tree.span(target).cover(self.tree.span(value));
        self.push(Kind::Assign { target, operator, value }, span)
    }

    pub(super) fn same(&mut self, operand: &Expr, token: Span) -> NodeId {
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

    pub(super) fn children<'e>(&mut self, children: impl Iterator<Item = &'e Expr>, span: Span) -> NodeId {
        let children: Vec<NodeId> = children.map(|child| self.expr(child)).collect();
        let span = children.iter().fold(span, |span, child| span.cover(self.tree.span(*child)));
        self.opaque(children, span)
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
        BinOp::Lt(_) => (Operator::Less, false),
        BinOp::Le(_) => (Operator::LessOrEqual, false),
        BinOp::Gt(_) => (Operator::Greater, false),
        BinOp::Ge(_) => (Operator::GreaterOrEqual, false),
        BinOp::AddAssign(_) => (Operator::Add, true),
        BinOp::RemAssign(_) => (Operator::Percent, true),
        BinOp::BitXorAssign(_) => (Operator::BitXor, true),
        BinOp::BitAndAssign(_) => (Operator::BitAnd, true),
        BinOp::BitOrAssign(_) => (Operator::BitOr, true),
        BinOp::SubAssign(_) | BinOp::MulAssign(_) | BinOp::DivAssign(_) | BinOp::ShlAssign(_) | BinOp::ShrAssign(_) => {
            (Operator::Other, true)
        }
        _ => (Operator::Other, false),
    }
}

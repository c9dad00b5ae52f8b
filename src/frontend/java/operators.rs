//! Operators and assignments.

use super::Lowering;
use super::parse::{field, span};
use crate::tree::{Kind, NodeId, Operator, Unary};
use tree_sitter::Node;

/// More operands than this in one chain of `+` are lowered to a balanced tree: the same text, and no deep nesting.
const LONG_CHAIN: usize = 32;

impl<'t> Lowering<'t> {
    pub(super) fn binary(&mut self, node: Node<'t>) -> Kind {
        if let Some(chain) = self.long_sum(node) {
            return self.balanced(&chain);
        }
        Kind::Binary {
            operator: self.operator(node),
            left: self.lower_field(node, "left"),
            right: self.lower_field(node, "right"),
        }
    }

    /// The operands of `a + b + c + ..`, left to right, where there are many.
    fn long_sum(&self, node: Node<'t>) -> Option<Vec<Node<'t>>> {
        let mut operands = Vec::new();
        let mut next = node;
        while next.kind() == "binary_expression" && self.operator(next) == Operator::Add {
            operands.push(field(next, "right")?);
            next = field(next, "left")?;
        }
        operands.push(next);
        operands.reverse();
        (operands.len() > LONG_CHAIN).then_some(operands)
    }

    fn balanced(&mut self, operands: &[Node<'t>]) -> Kind {
        let (left, right) = operands.split_at(operands.len() / 2);
        Kind::Binary { operator: Operator::Add, left: self.half(left), right: self.half(right) }
    }

    fn half(&mut self, operands: &[Node<'t>]) -> NodeId {
        if let [one] = operands {
            return self.lower(*one);
        }
        let kind = self.deeper(|this| this.balanced(operands));
        let ends = operands.first().zip(operands.last());
        let at = ends.map(|(first, last)| span(*first).cover(span(*last)));
        self.tree.push(kind, at.unwrap_or_default())
    }

    fn operator(&self, node: Node<'t>) -> Operator {
        match field(node, "operator").map_or("", |operator| self.text_of(operator)) {
            "+" | "+=" => Operator::Add,
            "%" | "%=" => Operator::Percent,
            "|" | "|=" => Operator::BitOr,
            "&" | "&=" => Operator::BitAnd,
            "^" | "^=" => Operator::BitXor,
            "&&" => Operator::And,
            "||" => Operator::Or,
            "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            "<" => Operator::Less,
            "<=" => Operator::LessOrEqual,
            ">" => Operator::Greater,
            ">=" => Operator::GreaterOrEqual,
            _ => Operator::Other,
        }
    }

    pub(super) fn unary(&self, node: Node<'t>) -> Unary {
        match field(node, "operator").map_or("", |operator| self.text_of(operator)) {
            "!" => Unary::Not,
            "-" => Unary::Minus,
            "~" => Unary::BitNot,
            _ => Unary::Same,
        }
    }

    /// `i++` is `i += 1`.
    pub(super) fn update(&mut self, node: Node<'t>) -> Kind {
        let mut cursor = node.walk();
        let up = node.children(&mut cursor).any(|child| child.kind() == "++");
        let operator = if up { Operator::Add } else { Operator::Other };
        let target = self.lower_first(node);
        let value = self.tree.push(Kind::Number(Some(1)), span(node));
        Kind::Assign { target, operator: Some(operator), value }
    }

    pub(super) fn assignment(&mut self, node: Node<'t>) -> Kind {
        let plain = field(node, "operator").is_none_or(|operator| operator.kind() == "=");
        Kind::Assign {
            target: self.lower_field(node, "left"),
            operator: (!plain).then(|| self.operator(node)),
            value: self.lower_field(node, "right"),
        }
    }
}

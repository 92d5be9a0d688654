//! Expressions.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};

use super::level::{POSTFIX, UNARY, of_operator};
use super::{Out, Speller};

impl Speller<'_> {
    /// Prints an expression at a place that asks for `level`; a value that binds less tightly gets parentheses.
    pub(super) fn expression(&mut self, node: NodeId, level: u8) {
        if self.spaced_as_written(node) {
            return;
        }
        if let Some(metavariable) = self.single_metavariable(node) {
            return self.value_of_term(node, metavariable, level);
        }
        match self.kind(node) {
            NodeKind::StringLiteral => self.strings(node),
            NodeKind::CallExpression => self.parts(node, &[POSTFIX, 0]),
            NodeKind::IndexExpression => self.parts(node, &[POSTFIX, 0]),
            NodeKind::MemberExpression | NodeKind::ArrowExpression => self.parts(node, &[POSTFIX]),
            NodeKind::PostfixExpression => self.parts(node, &[POSTFIX]),
            NodeKind::PrefixExpression => self.prefix(node),
            NodeKind::CastExpression => self.parts(node, &[0, 13]),
            NodeKind::SizeofExpression => self.sizeof(node),
            NodeKind::BinaryExpression => self.binary(node),
            NodeKind::AssignmentExpression => self.spaced(node, [UNARY, 1]),
            NodeKind::ConditionalExpression => self.conditional(node),
            NodeKind::CommaExpression => self.comma(node),
            NodeKind::PastedName => self.plain(node),
            NodeKind::GenericSelection => self.generic(node),
            _ => self.parts(node, &[0]),
        }
    }

    /// Own tokens and children side by side; `levels` are those of the children.
    fn parts(&mut self, node: NodeId, levels: &[u8]) {
        let mut child_index = 0;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => {
                    self.operand(child, levels.get(child_index).copied().unwrap_or(0));
                    child_index += 1;
                }
            }
        }
    }

    fn operand(&mut self, node: NodeId, level: u8) {
        let expression =
            self.kind(node).is_expression() && self.kind(node) != NodeKind::ArgumentList;
        if expression || self.single_metavariable(node).is_some() {
            self.expression(node, level);
        } else {
            self.node(node);
        }
    }

    fn strings(&mut self, node: NodeId) {
        for (index, token) in self.tree.visible_tokens(node).enumerate() {
            if index > 0 {
                let value = !self.is_added();
                self.out.push(if value { Out::Break } else { Out::Space });
            }
            self.token(token);
        }
    }

    fn prefix(&mut self, node: NodeId) {
        let mut operator = None;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    self.token(token);
                    operator = Some(self.token_kind(token));
                }
                Element::Node(child) => {
                    let first = self.tree.first_token(child).map(|token| self.token_kind(token));
                    if operator.is_some_and(|operator| runs_together(operator, first)) {
                        self.space();
                    }
                    self.operand(child, UNARY);
                }
            }
        }
    }

    fn sizeof(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => {
                    if self.kind(child) != NodeKind::ParenExpression {
                        self.space();
                    }
                    self.operand(child, UNARY);
                }
            }
        }
    }

    fn binary(&mut self, node: NodeId) {
        let operator = self.tree.own_tokens(node).next().map(|token| self.token_kind(token));
        let level = operator.map_or(0, of_operator);
        self.spaced(node, [level, level + u8::from(level > 0)]);
    }

    /// An operator with spaces around it.
    fn spaced(&mut self, node: NodeId, levels: [u8; 2]) {
        let mut child_index = 0;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => self.spaced_token(token),
                Element::Node(child) => {
                    self.operand(child, levels[usize::from(child_index > 0)]);
                    child_index += 1;
                }
            }
        }
    }

    fn spaced_token(&mut self, token: TokenId) {
        self.space();
        self.token(token);
        self.space();
    }

    fn conditional(&mut self, node: NodeId) {
        let mut level = 3;
        let mut behind_operator = false;
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    if !behind_operator {
                        self.space();
                    }
                    self.token(token);
                    self.space();
                    behind_operator = true;
                    level = if self.token_kind(token) == TokenKind::Colon { 2 } else { 0 };
                }
                Element::Node(child) => {
                    self.operand(child, level);
                    behind_operator = false;
                }
            }
        }
    }

    fn comma(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    self.token(token);
                    self.space();
                }
                Element::Node(child) => self.operand(child, 1),
            }
        }
    }

    fn generic(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) => {
                    self.token(token);
                    if matches!(self.token_kind(token), TokenKind::Comma | TokenKind::Colon) {
                        self.space();
                    }
                }
                Element::Node(child) => self.operand(child, 0),
            }
        }
    }
}

/// Whether an operator and the first token behind it would read as another token, or as one word.
fn runs_together(operator: TokenKind, first: Option<TokenKind>) -> bool {
    use TokenKind::*;
    matches!(
        (operator, first),
        (Plus | PlusPlus, Some(Plus | PlusPlus))
            | (Minus | MinusMinus, Some(Minus | MinusMinus))
            | (Amp, Some(Amp | AmpAmp))
            | (Extension, _)
    )
}

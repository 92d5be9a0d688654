//! `x op ...`, with op one of `+ * & | && ||`: x alone, or x as any operand of a chain of that operator. What the dots
//! stand for is only removed when all of the term is (built-in isomorphism comm_assoc).

use csyntax::{NodeId, NodeKind, TokenKind};

use super::{Matcher, Pattern};
use crate::record::{Matches, Partial};

impl<'a> Matcher<'a> {
    /// The x of `x op ...`.
    pub(super) fn associative_operand(&self, pattern: Pattern<'a>) -> Option<Pattern<'a>> {
        use TokenKind::*;
        if pattern.kind() != NodeKind::BinaryExpression
            || pattern.isomorphism.is_some()
            || !self.isomorphisms.has("comm_assoc")
        {
            return None;
        }
        let operand = pattern.children().next()?;
        let dots = pattern.children().nth(1)?;
        let operator = pattern.tree.own_tokens(pattern.node).next()?;
        let fits = matches!(
            pattern.tree.tokens().kind(operator),
            Plus | Star | Amp | Pipe | AmpAmp | PipePipe
        );
        let clean = self.is_removed(pattern.node)
            || self.body.mark(operator) != smpl::Mark::Minus && self.is_context(dots.node);
        (dots.kind() == NodeKind::Dots && fits && clean).then_some(operand)
    }

    /// The operand of the pattern against each operand of the chain that the code is.
    pub(super) fn any_operand(
        &self,
        pattern: Pattern<'a>,
        operand: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        let Some(operator) = pattern.tree.own_tokens(pattern.node).next() else {
            return Matches::new();
        };
        let kind = pattern.tree.tokens().kind(operator);
        let inside_chain = self.tree.parent(code).is_some_and(|parent| self.chains(parent, kind));
        if inside_chain {
            // The whole chain is looked at where it starts.
            return Matches::new();
        }
        let mut operands = Vec::new();
        self.collect_operands(code, kind, &mut operands);
        let mut found = Matches::new();
        for candidate in operands {
            for state in self.term(operand, candidate, from) {
                let whole = self.is_removed(pattern.node);
                found.push(if whole { self.took(pattern, code, &state) } else { state });
            }
        }
        found
    }

    fn chains(&self, node: NodeId, kind: TokenKind) -> bool {
        self.tree.kind(node) == NodeKind::BinaryExpression
            && self.tree.own_tokens(node).any(|token| self.tree.tokens().kind(token) == kind)
    }

    /// The operands of a chain of one operator, from left to right; parentheses end it.
    fn collect_operands(&self, code: NodeId, kind: TokenKind, operands: &mut Vec<NodeId>) {
        let mut open = vec![code];
        while let Some(node) = open.pop() {
            if self.chains(node, kind) {
                let mut children: Vec<NodeId> = self.tree.children(node).collect();
                children.reverse();
                open.extend(children);
            } else {
                operands.push(node);
            }
        }
    }
}

//! The negation of a condition, as `neg_if` and `neg_if_exp` ask for it: `!X` of an isomorphism, simplified.
//!
//! `!!e` is `e`; a comparison is turned round; `!` goes through parentheses, and by De Morgan's laws over `&&` and
//! `||`. Everything else gets a `!` in front.

use std::sync::LazyLock;

use csyntax::{NodeId, NodeKind, TokenKind};
use diag::Source;
use smpl::Isomorphism;

use super::isomorphisms::{Shape, Use, UseId, term_key};
use super::{Matcher, Pattern};

/// Terms and their negations; X and Y below `&&` and `||` are negated themselves.
static NEGATIONS: LazyLock<Vec<Isomorphism>> = LazyLock::new(|| {
    let source = Source::new(
        "negations",
        *b"Expression
@ equality @ expression X, Y; @@
 X == Y <=> X != Y
Expression
@ less @ expression X, Y; @@
 X < Y <=> X >= Y
Expression
@ greater @ expression X, Y; @@
 X > Y <=> X <= Y
Expression
@ de_morgan @ expression X, Y; @@
 X && Y <=> X || Y
Expression
@ negation @ expression X; @@
 X => !X
",
    );
    smpl::parse_isomorphisms(&source).unwrap_or_default()
});

impl<'a> Matcher<'a> {
    /// What a term of an isomorphism stands for if it is `!X`, for an X whose negation has a simpler form.
    pub(super) fn simplified_negation(
        &self,
        pattern: Pattern<'a>,
        application: UseId,
    ) -> Option<Pattern<'a>> {
        let operand = negated_operand(pattern)?;
        let name = operand.tree.token_text(operand.tree.first_token(operand.node)?);
        let bound = self
            .isomorphisms
            .get(application)
            .bindings
            .iter()
            .find(|(known, _)| operand.kind() == NodeKind::Metavariable && *known == name)
            .map(|&(_, bound)| bound)?;
        self.simple_negation(bound)
    }

    /// The negation of a condition of the pattern.
    pub(super) fn negation(&self, condition: Pattern<'a>) -> Option<Pattern<'a>> {
        self.simple_negation(condition).or_else(|| self.negated_by(condition, "negation"))
    }

    fn simple_negation(&self, condition: Pattern<'a>) -> Option<Pattern<'a>> {
        match condition.kind() {
            NodeKind::ParenExpression => self.negation(condition.children().next()?),
            NodeKind::PrefixExpression => negated_operand(condition),
            NodeKind::BinaryExpression => ["equality", "less", "greater", "de_morgan"]
                .iter()
                .find_map(|name| self.negated_by(condition, name)),
            _ => None,
        }
    }

    /// The other member of the negation called `name`, if the condition has the shape of one of its members.
    fn negated_by(&self, condition: Pattern<'a>, name: &'static str) -> Option<Pattern<'a>> {
        let key = (term_key(condition), name);
        if let Some(&known) = self.isomorphisms.negations.borrow().get(&key) {
            return known;
        }
        let made = self.negate(condition, name);
        self.isomorphisms.negations.borrow_mut().insert(key, made);
        made
    }

    fn negate(&self, condition: Pattern<'a>, name: &str) -> Option<Pattern<'a>> {
        let isomorphism = NEGATIONS.iter().find(|isomorphism| &*isomorphism.name == name)?;
        let members: Vec<_> =
            isomorphism.groups.iter().flatten().map(|member| &member.tree).collect();
        let forward = members.first().copied().zip(members.get(1).copied())?;
        let backward = (forward.1, forward.0);
        let ways = if name == "negation" { vec![forward] } else { vec![forward, backward] };
        ways.into_iter().find_map(|(from, to)| {
            let mut shape = Shape::of(isomorphism);
            let root = from.children(NodeId::ROOT).next()?;
            if !self.has_shape(&mut shape, from, root, condition) {
                return None;
            }
            if name == "de_morgan" {
                for (_, bound) in &mut shape.bindings {
                    *bound = self.negation(*bound)?;
                }
            }
            let node = to.children(NodeId::ROOT).next()?;
            let index = self.isomorphisms.past_last();
            let id = self.isomorphisms.add(Use::new(index, to, node, shape));
            Some(Pattern { tree: to, node, isomorphism: Some(id) })
        })
    }
}

/// e of `!e`
fn negated_operand(pattern: Pattern<'_>) -> Option<Pattern<'_>> {
    if pattern.kind() != NodeKind::PrefixExpression {
        return None;
    }
    let operator = pattern.tree.first_token(pattern.node)?;
    (pattern.tree.tokens().kind(operator) == TokenKind::Bang)
        .then(|| pattern.children().next())
        .flatten()
}

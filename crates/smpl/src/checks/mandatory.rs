//! Which tokens of a rule every match takes, and which only some do.
//!
//! A token counts when no match goes without it: it stands in no branch of a disjunction, no nest, no `when`, on no
//! line marked `?`, and in nothing that an isomorphism may leave out, such as the type of a cast.
//!
//! Invariant: when in doubt, a token is not mandatory.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};

use super::equivalents;
use crate::body::Body;
use crate::isomorphism::Isomorphism;
use crate::metavariable::MetavariableId;
use crate::patch::Rule;

/// The choices that lead to the tokens of a rule.
pub(super) struct Ways<'a> {
    rule: &'a Rule,
    body: &'a Body,
    isomorphisms: &'a [Isomorphism],
    /// The smallest node around each token.
    around: Vec<NodeId>,
    choices: Vec<Choice>,
    /// For each metavariable where it stands, or is attached, and no choice leads around it.
    certain: Vec<Vec<TokenId>>,
}

/// What decides whether a node is matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Choice {
    /// It is matched whenever the innermost branch around it is; without one, always.
    Branch(Option<NodeId>),
    /// It may be matched never, or more than once.
    Open,
}

impl<'a> Ways<'a> {
    /// One walk over the minus slice.
    pub fn new(rule: &'a Rule, body: &'a Body, isomorphisms: &'a [Isomorphism]) -> Ways<'a> {
        let minus = &body.minus;
        let mut around = vec![NodeId::ROOT; minus.tokens().len()];
        let mut choices = vec![Choice::Branch(None); minus.len()];
        for node in minus.ids() {
            if let Some(parent) = minus.parent(node) {
                choices[node.index()] = match (choices[parent.index()], minus.kind(node)) {
                    (Choice::Open, _) => Choice::Open,
                    (_, NodeKind::Conjunction | NodeKind::Nest) => Choice::Open,
                    (_, NodeKind::WhenClause | NodeKind::Dots) => Choice::Open,
                    (_, NodeKind::Branch) => Choice::Branch(Some(node)),
                    (outer, _) => outer,
                };
            }
            for element in minus.elements(node) {
                if let Element::Token(token) = element {
                    around[token.index()] = node;
                }
            }
        }
        let certain = vec![Vec::new(); rule.metavariables.len()];
        let mut ways = Ways { rule, body, isomorphisms, around, choices, certain };
        let named = minus.tokens().ids();
        let named = named.filter_map(|token| Some((token, body.metavariable_of(token)?)));
        for (token, id) in named.chain(body.all_positions().iter().copied()) {
            if !minus.is_hidden(token)
                && ways.choice(token) == Choice::Branch(None)
                && !ways.is_body(token)
            {
                ways.certain[id.index()].push(token);
            }
        }
        ways
    }

    /// Whether the token is a statement metavariable that is a part of another statement: `while (e) S` does not look
    /// at its S.
    pub fn is_body(&self, token: TokenId) -> bool {
        use NodeKind::*;
        let minus = &self.body.minus;
        let list = minus.parent(self.around[token.index()]).is_some_and(|node| {
            matches!(minus.kind(node), PatternSequence | CompoundStatement | Branch)
        });
        minus.tokens().kind(token) == TokenKind::MetaStatement && !list
    }

    /// What decides whether the token is matched.
    pub fn choice(&self, token: TokenId) -> Choice {
        match self.body.is_optional(token) {
            true => Choice::Open,
            false => self.choices[self.around[token.index()].index()],
        }
    }

    /// Whether every match of the rule has a value for the metavariable.
    pub fn is_mandatory(&self, id: MetavariableId) -> bool {
        self.certain[id.index()].iter().any(|&token| self.stays(token))
    }

    /// Whether no isomorphism makes the rule one without the token.
    fn stays(&self, token: TokenId) -> bool {
        let inner = self.around[token.index()];
        let mut nodes = std::iter::once(inner).chain(self.body.minus.ancestors(inner));
        let isomorphisms = || self.isomorphisms.iter().chain(&self.rule.isomorphisms);
        !nodes.any(|node| equivalents::may_leave_out(isomorphisms(), self.body, node))
    }
}

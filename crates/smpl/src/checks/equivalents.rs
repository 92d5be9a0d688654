//! What isomorphisms may make of a term, from above: none that applies is missed, some that do not apply are counted.
//!
//! A term with something general in it need not have the isomorphisms of one with something special there:
//! `x == NULL` is also `!x`, and `x == E` is not. So whoever compares terms asks first what isomorphisms look at.

use csyntax::{Element, NodeId, NodeKind, TokenId, Tree};

use crate::body::Body;
use crate::isomorphism::{Isomorphism, Member};
use crate::metavariable::{Metavariable, MetavariableKind};

/// Whether some isomorphism may apply to `node`. One of conditions, such as `X => X != 0`, applies to metavariables
/// that have a type.
pub(super) fn may_apply<'a>(
    mut isomorphisms: impl Iterator<Item = &'a Isomorphism>,
    body: &Body,
    node: NodeId,
) -> bool {
    isomorphisms.any(|isomorphism| {
        sources(isomorphism).any(|member| {
            let term = Term { isomorphism, member, body };
            let concrete = only_token(&body.minus, node)
                .is_none_or(|token| body.metavariable_of(token).is_none());
            term.root().is_some_and(|root| {
                (!concrete || term.metavariable(root).is_none()) && term.meets(root, node)
            })
        })
    })
}

/// Whether the isomorphisms of `node` may depend on what stands at `part`, a term inside it.
pub(super) fn may_look_at<'a>(
    mut isomorphisms: impl Iterator<Item = &'a Isomorphism>,
    body: &Body,
    node: NodeId,
    part: NodeId,
) -> bool {
    isomorphisms.any(|isomorphism| {
        sources(isomorphism).any(|member| {
            let term = Term { isomorphism, member, body };
            term.root()
                .is_some_and(|root| term.meets(root, node) && term.looks_at(root, node, part))
        })
    })
}

/// Whether some isomorphism may apply to `node` that has a member without one of its metavariables.
pub(super) fn may_leave_out<'a>(
    isomorphisms: impl Iterator<Item = &'a Isomorphism>,
    body: &Body,
    node: NodeId,
) -> bool {
    let dropping = isomorphisms.filter(|isomorphism| {
        isomorphism.metavariables.iter().enumerate().any(|(index, _)| {
            let has = |member: &Member| {
                member.metavariables.iter().flatten().any(|id| id.index() == index)
            };
            members(isomorphism).any(has) && !members(isomorphism).all(has)
        })
    });
    may_apply(dropping, body, node)
}

fn members(isomorphism: &Isomorphism) -> impl Iterator<Item = &Member> {
    isomorphism.groups.iter().flatten()
}

/// The members that another one may stand for: all but one that is alone in the last group.
fn sources(isomorphism: &Isomorphism) -> impl Iterator<Item = &Member> {
    let alone = isomorphism.groups.last().is_some_and(|group| group.len() == 1);
    let groups = isomorphism.groups.len() - usize::from(alone);
    isomorphism.groups[..groups].iter().flatten()
}

/// One side of an isomorphism, held against terms of a rule.
struct Term<'a> {
    isomorphism: &'a Isomorphism,
    member: &'a Member,
    body: &'a Body,
}

impl Term<'_> {
    fn root(&self) -> Option<NodeId> {
        self.member.tree.nth_child(NodeId::ROOT, 0)
    }

    /// The metavariable that a term of the isomorphism is as a whole.
    fn metavariable(&self, node: NodeId) -> Option<&Metavariable> {
        let token = only_token(&self.member.tree, node)?;
        let id = self.member.metavariable_of(token)?;
        Some(&self.isomorphism.metavariables[id.index()].metavariable)
    }

    /// Whether `ours`, a term of the isomorphism, may stand for `node`.
    fn meets(&self, ours: NodeId, node: NodeId) -> bool {
        let (tree, minus) = (&self.member.tree, &self.body.minus);
        let kind = minus.kind(node);
        if matches!(kind, NodeKind::Disjunction | NodeKind::Conjunction) {
            return true;
        }
        if let Some(metavariable) = self.metavariable(ours) {
            use MetavariableKind::*;
            return match metavariable.kind {
                Expression | Constant | Idexpression(_) => {
                    !kind.is_statement() && kind != NodeKind::ArgumentList
                }
                Statement => kind.is_statement() || kind == NodeKind::Metavariable,
                _ => true,
            };
        }
        if tree.kind(ours) != kind {
            return false;
        }
        let (mut left, mut right) = (tree.elements(ours), minus.elements(node));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(Element::Node(a)), Some(Element::Node(b))) if self.meets(a, b) => {}
                (Some(Element::Token(a)), Some(Element::Token(b))) => {
                    let any = self.member.metavariable_of(a).is_some();
                    if !any && tree.token_text(a) != minus.token_text(b) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }

    /// Whether it matters to `ours`, which meets `node`, what stands at `part`.
    fn looks_at(&self, ours: NodeId, node: NodeId, part: NodeId) -> bool {
        let (tree, minus) = (&self.member.tree, &self.body.minus);
        if !minus.is_within(part, node) {
            return false;
        }
        if let Some(metavariable) = self.metavariable(ours) {
            return !self.takes_anything(metavariable) && !is_opaque(minus, node, part);
        }
        if node == part {
            return true;
        }
        let pairs = tree.children(ours).zip(minus.children(node));
        let around = pairs.into_iter().find(|&(_, child)| minus.is_within(part, child));
        around.is_none_or(|(ours, child)| self.looks_at(ours, child, part))
    }

    fn takes_anything(&self, metavariable: &Metavariable) -> bool {
        let declared = self
            .isomorphism
            .metavariables
            .iter()
            .find(|declared| declared.metavariable.name == metavariable.name);
        matches!(metavariable.kind, MetavariableKind::Expression | MetavariableKind::Statement)
            && metavariable.types.is_empty()
            && metavariable.constraint.is_none()
            && declared.is_some_and(|declared| !declared.pure && !declared.context)
    }
}

/// Whether nothing that a metavariable of an isomorphism may ask of `node`, such as a type, follows from `part`.
fn is_opaque(tree: &Tree, node: NodeId, part: NodeId) -> bool {
    use NodeKind::*;
    let callee = |name| {
        let call = tree.parent(name).filter(|&call| tree.kind(call) == CallExpression);
        call.is_some_and(|call| tree.nth_child(call, 0) == Some(name))
    };
    let kinds = matches!(
        tree.kind(node),
        CallExpression | ArgumentList | MemberExpression | ArrowExpression | ExpressionStatement
    );
    (node != part && kinds) || (tree.kind(node) == Name && callee(node))
}

/// The token that a node consists of.
pub(super) fn only_token(tree: &Tree, node: NodeId) -> Option<TokenId> {
    let mut tokens = tree.visible_tokens(node);
    let first = tokens.next()?;
    tokens.next().is_none().then_some(first)
}

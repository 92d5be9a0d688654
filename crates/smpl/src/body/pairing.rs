//! Which terms of the minus and the plus slice are the same.
//!
//! A pair has the same kind, the same own tokens among those that both slices show, equally many children, and
//! the same shared tokens under each child. Shared tokens of a term are contiguous among all shared tokens, so
//! a term is looked up by kind and range.
//!
//! Invariant: a term has at most one partner; partners of terms around come first.

use csyntax::{NodeId, NodeKind, TokenId, Tree};
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;

/// The pairs of two trees over the same tokens.
#[derive(Clone, Debug)]
pub(crate) struct Pairs {
    /// The partner of each minus node.
    pub plus_of: Vec<Option<NodeId>>,
    /// The partner of each plus node.
    pub minus_of: Vec<Option<NodeId>>,
}

/// Finds all pairs.
pub(crate) fn pairs(minus: &Tree, plus: &Tree, in_when: &FixedBitSet) -> Pairs {
    let shared = Shared::new(minus, plus, in_when);
    let mut found = Pairs { plus_of: vec![None; minus.len()], minus_of: vec![None; plus.len()] };
    let mut by_range: FxHashMap<(NodeKind, u32, u32), Vec<NodeId>> = FxHashMap::default();
    for node in plus.ids() {
        if let Some((from, to)) = shared.range(plus, node) {
            by_range.entry((plus.kind(node), from, to)).or_default().push(node);
        }
    }
    join(&mut found, NodeId::ROOT, NodeId::ROOT);
    for node in minus.ids().skip(1) {
        let Some((from, to)) = shared.range(minus, node) else { continue };
        // Branches go with their disjunction.
        if minus.kind(node) == NodeKind::Branch {
            continue;
        }
        let candidates = by_range.get(&(minus.kind(node), from, to)).map_or(&[][..], Vec::as_slice);
        let partner = candidates.iter().copied().find(|&candidate| {
            found.minus_of[candidate.index()].is_none()
                && shared.same_shape(minus, node, plus, candidate)
        });
        if let Some(partner) = partner {
            join(&mut found, node, partner);
            if is_group(minus.kind(node)) {
                for (a, b) in minus.children(node).zip(plus.children(partner)) {
                    join(&mut found, a, b);
                }
            }
        }
    }
    found
}

fn join(found: &mut Pairs, minus: NodeId, plus: NodeId) {
    found.plus_of[minus.index()] = Some(plus);
    found.minus_of[plus.index()] = Some(minus);
}

fn is_group(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Disjunction | NodeKind::Conjunction)
}

/// The tokens that both slices show.
struct Shared {
    is: FixedBitSet,
    /// How many shared tokens stand before each token.
    before: Vec<u32>,
}

impl Shared {
    fn new(minus: &Tree, plus: &Tree, in_when: &FixedBitSet) -> Shared {
        let mut shared =
            Shared { is: FixedBitSet::with_capacity(minus.tokens().len()), before: vec![0] };
        let mut count = 0;
        for token in minus.tokens().ids() {
            let both = !minus.is_hidden(token)
                && !plus.is_hidden(token)
                && !in_when.contains(token.index());
            shared.is.set(token.index(), both);
            count += u32::from(both);
            shared.before.push(count);
        }
        shared
    }

    /// The shared tokens of `node`, counted among all shared tokens; none if it has no such token.
    fn range(&self, tree: &Tree, node: NodeId) -> Option<(u32, u32)> {
        let range = tree.token_range(node);
        let (from, to) = (self.before[range.start as usize], self.before[range.end as usize]);
        (from < to).then_some((from, to))
    }

    fn own<'a>(&'a self, tree: &'a Tree, node: NodeId) -> impl Iterator<Item = TokenId> + 'a {
        tree.own_tokens(node).filter(|token| self.is.contains(token.index()))
    }

    fn same_shape(&self, minus: &Tree, a: NodeId, plus: &Tree, b: NodeId) -> bool {
        if !self.own(minus, a).eq(self.own(plus, b)) {
            return false;
        }
        if is_group(minus.kind(a)) {
            return minus.children(a).count() == plus.children(b).count();
        }
        let clause = |tree: &Tree, node: &NodeId| tree.kind(*node) != NodeKind::WhenClause;
        let left = minus.children(a).filter(|node| clause(minus, node));
        let right = plus.children(b).filter(|node| clause(plus, node));
        left.map(|node| self.range(minus, node)).eq(right.map(|node| self.range(plus, node)))
    }
}

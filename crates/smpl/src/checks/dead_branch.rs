//! Branches of disjunctions that never get their turn, as an earlier one matches wherever they would:
//!
//! ```text
//! (
//!   f(E);
//! |
//! - f(1);
//! )
//! ```
//!
//! Left alone: disjunctions in nests inside terms, where branches do not exclude each other; those in `when`; pairs
//! in long disjunctions.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use rustc_hash::FxHashMap;
use text::Span;

use super::covering::{Branch, Cover, Covering};
use crate::body::Body;
use crate::isomorphism::Isomorphism;
use crate::patch::Rule;
use crate::report::Reports;

/// How many branches each later one is compared with, besides equal ones.
const MOST_BRANCHES: usize = 24;

/// Reports them.
pub(super) fn check(rule: &Rule, body: &Body, isomorphisms: &[Isomorphism], reports: &mut Reports) {
    let minus = &body.minus;
    let mut covering = None;
    for node in minus.ids().filter(|&node| minus.kind(node) == NodeKind::Disjunction) {
        if !is_exclusive(body, node) {
            continue;
        }
        let branches = branches(body, node);
        let covering = covering.get_or_insert_with(|| Covering::new(rule, body, isomorphisms));
        let last = ends_rule(body, node);
        let mut equal: FxHashMap<u64, usize> = FxHashMap::default();
        for (index, &later) in branches.iter().enumerate() {
            let twin = *equal.entry(minus.hash(later.node)).or_insert(index);
            let twin = (twin >= MOST_BRANCHES && twin < index).then_some(twin);
            let found = (0..index.min(MOST_BRANCHES)).chain(twin).find_map(|earlier| {
                let earlier = branches[earlier];
                Some((earlier, covering.covers(earlier, later, node, last)?))
            });
            if let Some((earlier, cover)) = found {
                report(body, earlier, later, cover, reports);
            }
        }
    }
}

/// Whether a branch matches only where those before it do not.
fn is_exclusive(body: &Body, disjunction: NodeId) -> bool {
    let minus = &body.minus;
    let mut around = minus.ancestors(disjunction);
    !around.any(|node| match minus.kind(node) {
        NodeKind::WhenClause => true,
        NodeKind::Nest => {
            let list = minus.ancestors(node).map(|node| minus.kind(node)).find(|kind| {
                use NodeKind::*;
                !matches!(kind, Branch | Disjunction | Conjunction | Nest)
            });
            !matches!(list, Some(NodeKind::PatternSequence | NodeKind::CompoundStatement))
        }
        _ => false,
    })
}

/// The branches with their tokens.
fn branches(body: &Body, disjunction: NodeId) -> Vec<Branch> {
    let minus = &body.minus;
    let bars: Vec<TokenId> = minus
        .own_tokens(disjunction)
        .filter(|&token| {
            use TokenKind::*;
            matches!(minus.tokens().kind(token), DisjOpen | DisjOr | DisjClose)
        })
        .collect();
    let nodes: Vec<NodeId> = minus.children(disjunction).collect();
    if nodes.len() + 1 != bars.len() {
        return Vec::new();
    }
    nodes
        .into_iter()
        .zip(bars.windows(2))
        .map(|(node, bars)| Branch { node, start: bars[0].next(), end: bars[1] })
        .collect()
}

/// Whether the rule ends with the disjunction.
fn ends_rule(body: &Body, disjunction: NodeId) -> bool {
    body.minus.children(NodeId::ROOT).last() == Some(disjunction)
}

fn report(body: &Body, earlier: Branch, later: Branch, cover: Cover, reports: &mut Reports) {
    let (label, help) = match cover {
        Cover::Same => ("this branch is the same", "remove one of them"),
        Cover::General => (
            "this branch matches all that it does",
            "put the special branch in front of the general one",
        ),
        Cover::Longer => (
            "this branch is its beginning, and is enough",
            "put the longer branch in front of the shorter one",
        ),
    };
    reports
        .warning(
            "smpl/dead-branch",
            "this branch is never reached: an earlier one matches wherever it would",
            first_line(body, later),
            "never gets its turn",
        )
        .also(first_line(body, earlier), label)
        .help(help);
}

/// What the branch has on its first line.
fn first_line(body: &Body, branch: Branch) -> Span {
    let minus = &body.minus;
    let span = minus.span(branch.node);
    let text = &minus.source()[span.range()];
    let length = text.iter().position(|&byte| byte == b'\n').unwrap_or(text.len());
    let length = text[..length].trim_ascii_end().len();
    Span::new(span.start, span.start + length as u32)
}

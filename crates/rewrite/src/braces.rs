//! Braces around a single statement that becomes more or less than one.
//!
//! ```text
//! if (x)               if (x) {
//!         g(2);   ->           a();
//!                              g(2);
//!                      }
//! ```
//!
//! The opening brace goes in front of the statement, and up to the line of the header when that is kept; the
//! closing one behind all that hangs behind the statement. A statement that goes without replacement leaves `{}`, and so
//! does every branch that goes while its header stays, whoever asks for braces: what follows must not take its place.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};

use crate::plan::{Plan, Removals, SideKey, statements_ending_inside};
use crate::spell::Out;

/// The tokens of an item that braces stand at.
#[derive(Debug, Default)]
pub(crate) struct Braces {
    /// How many open in front of a token; one for each `if` of a chain.
    opened: BTreeMap<u32, usize>,
    /// Tokens that one closes behind, with the depth of the statement ([`statements_ending_inside`]).
    closed: BTreeSet<(u32, u32)>,
    /// Removed tokens that carry a whole block, and whether it is empty.
    replaced: BTreeMap<u32, bool>,
}

impl Braces {
    /// How many braces open in front of `token`.
    pub(crate) fn opens(&self, token: u32) -> usize {
        self.opened.get(&token).copied().unwrap_or(0)
    }

    /// The depths of the statements whose braces close behind `token`.
    pub(crate) fn closes(&self, token: u32) -> impl Iterator<Item = u32> {
        self.closed.range((token, 0)..=(token, u32::MAX)).map(|&(_, depth)| depth)
    }

    /// Whether a block stands in the place of `token`: `Some(true)` for an empty one.
    pub(crate) fn replaces(&self, token: u32) -> Option<bool> {
        self.replaced.get(&token).copied()
    }
}

/// `{` and a newline.
pub(crate) fn open() -> [Out; 2] {
    [
        Out::Word { kind: TokenKind::LeftBrace, text: b"{".as_slice().into(), bound: false },
        Out::Newline,
    ]
}

/// A newline and `}`.
pub(crate) fn close() -> [Out; 2] {
    [
        Out::Newline,
        Out::Word { kind: TokenKind::RightBrace, text: b"}".as_slice().into(), bound: false },
    ]
}

/// The braces of `plan` inside the tokens `item`.
pub(crate) fn around(plan: &Plan, removed: &BTreeMap<u32, Removals>, item: &Range<u32>) -> Braces {
    let mut braces = Braces::default();
    // Statements are in the order of the text, and so are items.
    let tree = &plan.tree;
    let mut first = tree.innermost(item.start..item.start + 1);
    while let Some(outer) = tree.parent(first).filter(|&o| tree.data(o).first.0 >= item.start) {
        first = outer;
    }
    let asked = plan.braces.range(first..).copied();
    let asked = asked.take_while(|&statement| tree.token_range(statement).start < item.end);
    let statements: BTreeSet<NodeId> = asked.chain(emptied(plan, removed, item)).collect();
    for statement in statements {
        let range = tree.token_range(statement);
        if range.is_empty() || range.start < item.start || range.end > item.end {
            continue;
        }
        let all_removed = range.clone().all(|token| removed.contains_key(&token));
        let sites = || {
            let all = (range.start, SideKey::Before)..(range.end, SideKey::Before);
            plan.sites.range(all).map(|(&key, _)| key)
        };
        let beside = sites().any(|(_, key)| key != SideKey::Replace);
        if !all_removed || beside {
            *braces.opened.entry(range.start).or_default() += 1;
            braces.closed.insert((range.end - 1, statements_ending_inside(&plan.tree, statement)));
        } else {
            let carrier = sites().map(|(token, _)| token).next();
            braces.replaced.insert(carrier.unwrap_or(range.start), carrier.is_none());
        }
    }
    braces
}

/// Branches inside the tokens `item` of which nothing is left, though their headers stay.
fn emptied(
    plan: &Plan,
    removed: &BTreeMap<u32, Removals>,
    item: &Range<u32>,
) -> impl Iterator<Item = NodeId> {
    let tree = &plan.tree;
    removed.range(item.clone()).filter_map(move |(&token, _)| {
        let innermost = tree.innermost(token..token + 1);
        let mut starting = std::iter::once(innermost)
            .chain(tree.ancestors(innermost))
            .take_while(|&node| tree.token_range(node).start == token);
        starting.find(|&node| {
            let range = tree.token_range(node);
            header_of_branch(tree, node).is_some_and(|header| !removed.contains_key(&header.0))
                && range.clone().all(|token| removed.contains_key(&token))
                && !has_added(plan, range)
        })
    })
}

/// The token that a statement with a branch begins with, if `node` is the branch.
fn header_of_branch(tree: &Tree, node: NodeId) -> Option<TokenId> {
    use NodeKind::*;
    let parent = tree.parent(node)?;
    let governs = matches!(
        tree.kind(parent),
        IfStatement | ElseClause | WhileStatement | ForStatement | IteratorStatement | DoStatement
    );
    (governs && tree.kind(node).is_statement()).then(|| tree.first_token(parent)).flatten()
}

/// Whether code is added in, right in front of or right behind `range`.
fn has_added(plan: &Plan, range: Range<u32>) -> bool {
    let inside = (range.start, SideKey::Before)..(range.end, SideKey::Before);
    let before = (0..range.start).rev().find(|&token| !plan.tree.is_hidden(TokenId(token)));
    plan.sites.range(inside).next().is_some()
        || before.is_some_and(|token| plan.behind(token).next().is_some())
}

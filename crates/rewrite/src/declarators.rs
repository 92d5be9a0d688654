//! Declarations of several variables that lose some.
//!
//! ```text
//! int a, *b = 3, c[4];      minus a and c:     int *b = 3;
//! ```
//!
//! Type and `;` stay while one variable is left; the comma behind a removed variable goes, before it for the last.
//!
//! Invariant: the result holds the removals that are printed, and none of the plan's is changed.

use std::collections::BTreeMap;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};

use crate::conditionals;
use crate::plan::{Plan, Removal, Removals};

/// The removals of a plan, with those of declarators, and without those of conditionals that stay.
pub(crate) fn settle(plan: &Plan) -> BTreeMap<u32, Removals> {
    let mut removed = plan.removed.clone();
    for (&declaration, declarators) in &plan.declarators {
        settle_declaration(&plan.tree, declaration, declarators, &mut removed);
    }
    conditionals::keep_partial(&plan.tree, &mut removed);
    removed
}

fn settle_declaration(
    tree: &Tree,
    declaration: NodeId,
    gone: &[(NodeId, Removal)],
    removed: &mut BTreeMap<u32, Removals>,
) {
    let all: Vec<NodeId> = tree
        .children(declaration)
        .filter(|&child| {
            matches!(tree.kind(child), NodeKind::InitDeclarator | NodeKind::FieldDeclarator)
        })
        .collect();
    let by_of = |node: NodeId| gone.iter().find(|&&(other, _)| other == node).map(|&(_, by)| by);
    if all.iter().all(|&node| by_of(node).is_some()) {
        if let Some(&(_, by)) = gone.first() {
            mark(tree.token_range(declaration), by, removed);
        }
        return;
    }
    for token in tree.token_range(declaration) {
        removed.remove(&token);
    }
    let mut last_kept = false;
    for (index, &node) in all.iter().enumerate() {
        let Some(by) = by_of(node) else {
            last_kept = true;
            continue;
        };
        let range = tree.token_range(node);
        mark(range.clone(), by, removed);
        let is_last = all[index..].iter().all(|&other| by_of(other).is_some());
        let comma = if is_last && last_kept {
            (0..range.start).rev().map(TokenId).find(|&token| !tree.is_hidden(token))
        } else {
            Some(TokenId(range.end))
        };
        if let Some(comma) = comma.filter(|&comma| tree.tokens().kind(comma) == TokenKind::Comma) {
            mark(comma.0..comma.0 + 1, by, removed);
        }
    }
}

fn mark(tokens: std::ops::Range<u32>, by: Removal, removed: &mut BTreeMap<u32, Removals>) {
    for token in tokens.clone() {
        let entry = removed.entry(token).or_default();
        entry.clear();
        entry.push((by, tokens.start, tokens.end));
    }
}

//! `#if ... #endif` around and inside removed code.
//!
//! The lines of a group go together or not at all, around nothing if need be; branches that the parser skipped go
//! with their group.

use std::collections::BTreeMap;

use csyntax::{TokenId, TokenKind, Tree};

use crate::plan::Removals;

/// Takes back the removal of conditionals of which a part stays.
pub(crate) fn keep_partial(tree: &Tree, removed: &mut BTreeMap<u32, Removals>) {
    let tokens = tree.tokens();
    let any = removed.keys().any(|&token| {
        let token = TokenId(token);
        tokens.kind(token).is_conditional_directive() || tree.is_hidden(token)
    });
    if !any {
        return;
    }
    let mut open: Vec<Vec<u32>> = Vec::new();
    for token in tokens.ids() {
        let kind = tokens.kind(token);
        if kind == TokenKind::PpIf {
            open.push(Vec::new());
        }
        if let Some(group) = open.last_mut()
            && (kind.is_conditional_directive() || tree.is_hidden(token))
        {
            group.push(token.0);
        }
        if kind == TokenKind::PpEndif
            && let Some(group) = open.pop()
        {
            keep_group(tree, &group, removed);
        }
    }
}

fn keep_group(tree: &Tree, group: &[u32], removed: &mut BTreeMap<u32, Removals>) {
    let kept = group.iter().any(|token| {
        tree.tokens().kind(TokenId(*token)).is_conditional_directive()
            && !removed.contains_key(token)
    });
    if kept {
        group.iter().for_each(|token| {
            removed.remove(token);
        });
    }
}

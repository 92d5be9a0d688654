//! `#include` lines: by name, by a prefix of it (`<a/...>`), or any (`#include ...`).
//!
//! With dots in the name, code added behind goes behind the last such line of the file, code in front goes in front of
//! the first. Lines under `#if` do not count there.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use smallvec::smallvec;
use smpl::Side;

use super::{Matcher, Pattern};
use crate::record::{Entry, Matches, Partial};

impl<'a> Matcher<'a> {
    /// One `#include` of the pattern against one of the code.
    pub(super) fn include(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        if !self.names_header(pattern, code) || !self.is_where_code_goes(pattern, code) {
            return Matches::new();
        }
        let tokens = |tree: &csyntax::Tree, node| -> Vec<TokenId> {
            tree.own_tokens(node).filter(|&t| tree.tokens().kind(t) != TokenKind::PpEnd).collect()
        };
        let ours = tokens(pattern.tree, pattern.node);
        let theirs = tokens(self.tree, code);
        let mut state = from.clone();
        for (&p, &c) in ours.iter().zip(&theirs) {
            state = state.record(Entry::token(p, c));
        }
        smallvec![self.took(pattern, code, &state)]
    }

    /// Whether the header's name is the pattern's, or starts as it does.
    fn names_header(&self, pattern: Pattern<'a>, code: NodeId) -> bool {
        let name = |tree: &csyntax::Tree, node| {
            tree.own_tokens(node).nth(1).map(|token| tree.token_text(token).to_vec())
        };
        let (Some(ours), Some(theirs)) = (name(pattern.tree, pattern.node), name(self.tree, code))
        else {
            return false;
        };
        match wildcard(&ours) {
            Some(prefix) => theirs.starts_with(prefix),
            None => ours == theirs,
        }
    }

    /// Whether what is added at an `#include` with dots is to be added at this one.
    fn is_where_code_goes(&self, pattern: Pattern<'a>, code: NodeId) -> bool {
        let open = pattern
            .tree
            .own_tokens(pattern.node)
            .nth(1)
            .is_some_and(|token| wildcard(pattern.tree.token_text(token)).is_some());
        let range = pattern.tree.token_range(pattern.node);
        let mut sides = self
            .body
            .additions()
            .iter()
            .filter(|addition| range.contains(&addition.anchor.0))
            .map(|addition| addition.side);
        let (true, Some(side)) = (open, sides.next()) else { return true };
        let mut lines = self.tree.children(NodeId::ROOT).filter(|&node| {
            self.tree.kind(node) == NodeKind::Include && self.names_header(pattern, node)
        });
        let place = if side == Side::Before { lines.next() } else { lines.last() };
        match place {
            Some(place) => place == code,
            // All of them stand under `#if`.
            None => true,
        }
    }
}

/// What stands in front of the dots of a header's name.
fn wildcard(name: &[u8]) -> Option<&[u8]> {
    let bare = name.strip_suffix(b">").or_else(|| name.strip_suffix(b"\"")).unwrap_or(name);
    bare.strip_suffix(b"...")
}

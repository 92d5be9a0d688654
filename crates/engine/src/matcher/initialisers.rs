//! Brace initialisers: unordered when the pattern names fields, else ordered and complete.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use smallvec::smallvec;

use super::{Matcher, Pattern};
use crate::record::{Matches, Partial};

impl<'a> Matcher<'a> {
    pub(super) fn initialiser_list(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        let designated =
            pattern.children().any(|entry| entry.child(NodeKind::Designator).is_some());
        let empty = pattern.children().next().is_none();
        if designated || empty {
            self.unordered(pattern, code, from)
        } else {
            self.ordered(pattern, code, from)
        }
    }

    /// Each entry of the pattern picks a distinct one of the code, in any order; the rest is ignored.
    fn unordered(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let mut theirs = Vec::new();
        self.collect_entries(code, &mut theirs);
        let any_designated =
            theirs.iter().any(|&entry| self.tree.child(entry, NodeKind::Designator).is_some());
        if !any_designated && !theirs.is_empty() {
            return Matches::new();
        }
        let (Some(open), Some(code_open)) =
            (pattern.tree.first_token(pattern.node), self.tree.first_token(code))
        else {
            return Matches::new();
        };
        let mut states: Vec<(Partial, Vec<NodeId>)> = self
            .token(pattern, open, code_open, from)
            .into_iter()
            .map(|state| (state, Vec::new()))
            .collect();
        for entry in pattern.children() {
            if entry.kind() == NodeKind::Dots {
                continue;
            }
            let mut next = Vec::new();
            for (state, used) in &states {
                for &candidate in theirs.iter().filter(|candidate| !used.contains(candidate)) {
                    for found in self.entry_with_comma(entry, candidate, state) {
                        let mut used = used.clone();
                        used.push(candidate);
                        next.push((found, used));
                    }
                }
            }
            states = next;
        }
        let dots = pattern.children().find(|entry| entry.kind() == NodeKind::Dots);
        if dots.is_none() && self.is_removed(pattern.node) {
            // What the pattern does not name would go with the braces, or stay without them.
            states.retain(|(_, used)| used.len() == theirs.len());
        }
        if let Some(dots) = dots {
            for (state, used) in &mut states {
                *state = self.dots_over_rest(dots, code, used, state);
                *state = self.comma_behind_dots(dots, code, state);
            }
        }
        let (Some(close), Some(code_close)) =
            (pattern.tree.last_token(pattern.node), self.tree.last_token(code))
        else {
            return Matches::new();
        };
        let states: Matches = states.into_iter().map(|(state, _)| state).collect();
        self.each(states, |state| self.token(pattern, close, code_close, state))
    }

    /// `...` among designated entries takes what no other entry took; it matters only when it is removed.
    fn dots_over_rest(
        &self,
        dots: Pattern<'a>,
        code: NodeId,
        used: &[NodeId],
        from: &Partial,
    ) -> Partial {
        let mut state = from.clone();
        if !self.is_removed(dots.node) {
            return state;
        }
        for entry in self.tree.children(code).filter(|entry| !used.contains(entry)) {
            let mut range = self.tree.token_range(entry);
            if let Some(comma) = self.comma_behind(code, entry) {
                range.end = comma.0 + 1;
            }
            state =
                state.record(crate::record::Entry::new(dots.tree.token_range(dots.node), range));
        }
        state
    }

    /// The comma behind dots is that of the last entry, which may be invisible: what hangs on it hangs at the end.
    fn comma_behind_dots(&self, dots: Pattern<'a>, code: NodeId, from: &Partial) -> Partial {
        let ours = dots
            .tree
            .parent(dots.node)
            .and_then(|list| comma_behind(dots.tree, list, dots.node))
            .filter(|&comma| self.body.mark(comma) != smpl::Mark::Minus);
        let (Some(comma), Some(last)) = (ours, self.tree.children(code).last()) else {
            return from.clone();
        };
        let end = self.tree.data(last).end.0;
        let theirs = match self.comma_behind(code, last) {
            Some(comma) => comma.0..comma.0 + 1,
            None => end..end,
        };
        from.record(crate::record::Entry::new(comma.0..comma.0 + 1, theirs))
    }

    /// An entry, and the comma behind it when both have one.
    fn entry_with_comma(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let found = self.term(pattern, code, from);
        let list = |tree: &csyntax::Tree, node| tree.parent(node);
        let ours = list(pattern.tree, pattern.node)
            .and_then(|list| comma_behind(pattern.tree, list, pattern.node));
        let theirs = list(self.tree, code).and_then(|list| comma_behind(self.tree, list, code));
        match (ours, theirs) {
            (Some(p), Some(c)) => self.each(found, |state| self.token(pattern, p, c, state)),
            // The invisible comma of a last entry: code that hangs on it hangs behind the entry.
            (Some(p), None) => self.each(found, |state| {
                let end = self.tree.data(code).end.0;
                smallvec![state.record(crate::record::Entry::new(p.0..p.0 + 1, end..end))]
            }),
            _ => found,
        }
    }

    fn comma_behind(&self, list: NodeId, entry: NodeId) -> Option<TokenId> {
        comma_behind(self.tree, list, entry)
    }

    fn collect_entries(&self, list: NodeId, entries: &mut Vec<NodeId>) {
        for child in self.tree.children(list) {
            match self.tree.kind(child) {
                NodeKind::InitialiserEntry => entries.push(child),
                NodeKind::Conditional => self.collect_entries(child, entries),
                _ => {}
            }
        }
    }

    /// Entries in order, dots and list metavariables between them; the last comma is free.
    fn ordered(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        self.whole_list(pattern, code, from)
    }
}

/// The comma of `list` behind `entry`.
fn comma_behind(tree: &csyntax::Tree, list: NodeId, entry: NodeId) -> Option<TokenId> {
    let end = tree.data(entry).end;
    tree.own_tokens(list)
        .find(|&token| token >= end)
        .filter(|&token| tree.tokens().kind(token) == TokenKind::Comma)
        .filter(|&token| {
            !tree.children(list).any(|n| tree.data(n).first >= end && tree.data(n).first < token)
        })
}

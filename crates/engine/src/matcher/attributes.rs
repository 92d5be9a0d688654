//! Attributes: `__attribute__((...))` token by token, with dots for any run of them; macros with their arguments.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use smallvec::smallvec;

use super::{Matcher, Pattern};
use crate::record::{Entry, Matches, Partial};

impl<'a> Matcher<'a> {
    /// The attributes of a declarator or structure, or behind one: free if the pattern has none.
    pub(super) fn attributes(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let ours: Vec<NodeId> = pattern
            .tree
            .children(pattern.node)
            .filter(|&child| pattern.tree.kind(child) == NodeKind::Attribute)
            .collect();
        let theirs = self.attributes_of(code);
        // A prototype may do without those behind its definition.
        if theirs.is_empty() && self.in_prototype.get() {
            return smallvec![from.clone()];
        }
        self.attribute_list(pattern, &ours, &theirs, from)
    }

    /// The attributes that are children of a node of the code.
    pub(super) fn attributes_of(&self, code: NodeId) -> Vec<NodeId> {
        let children = self.tree.children(code);
        children.filter(|&child| self.tree.kind(child) == NodeKind::Attribute).collect()
    }

    /// The attributes of one place against those of another.
    pub(super) fn attribute_list(
        &self,
        pattern: Pattern<'a>,
        ours: &[NodeId],
        theirs: &[NodeId],
        from: &Partial,
    ) -> Matches {
        let free = ours.is_empty() && self.isomorphisms.has("optional_attributes");
        if !free && ours.len() != theirs.len() {
            return Matches::new();
        }
        self.pairwise(ours, theirs, smallvec![from.clone()], |p, c, state| {
            self.term(pattern.at(p), c, state)
        })
    }

    /// One attribute against another.
    pub(super) fn attribute(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let ours: Vec<TokenId> = pattern.tree.own_tokens(pattern.node).collect();
        let theirs: Vec<TokenId> = self.tree.own_tokens(code).collect();
        let keyword = ours.first().map(|&token| pattern.tree.tokens().kind(token));
        if keyword != Some(TokenKind::Attribute) {
            return self.elements(pattern, code, from);
        }
        self.token_run(pattern, &ours, &theirs, from)
    }

    /// Tokens against tokens; dots take the shortest run that lets the rest match.
    fn token_run(
        &self,
        pattern: Pattern<'a>,
        ours: &[TokenId],
        theirs: &[TokenId],
        from: &Partial,
    ) -> Matches {
        let Some((&first, rest)) = ours.split_first() else {
            return if theirs.is_empty() { smallvec![from.clone()] } else { Matches::new() };
        };
        if pattern.tree.tokens().kind(first) != TokenKind::Ellipsis {
            let Some((&code, behind)) = theirs.split_first() else { return Matches::new() };
            let states = self.token(pattern, first, code, from);
            return self.each(states, |state| self.token_run(pattern, rest, behind, state));
        }
        let mut runs = (0..=theirs.len()).map(|length| {
            let state = match (theirs.first(), length) {
                (Some(start), 1..) => {
                    from.record(Entry::new(first.0..first.0 + 1, start.0..start.0 + length as u32))
                }
                _ => from.clone(),
            };
            self.token_run(pattern, rest, &theirs[length..], &state)
        });
        runs.find(|found| !found.is_empty()).unwrap_or_default()
    }
}

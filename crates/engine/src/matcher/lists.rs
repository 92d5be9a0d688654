//! Lists with dots and list metavariables: arguments, parameters, fields, enumerators.
//!
//! Dots and unsized list metavariables take any run that neither starts nor ends with a comma, and every split is
//! tried; at the end of the pattern they take all the rest. A comma of the pattern next to a run may match nothing
//! when that run is empty.

use std::cell::RefCell;
use std::ops::Range;

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};
use rustc_hash::FxHashSet;
use smallvec::smallvec;
use smpl::MetavariableKind;

use super::{Matcher, Pattern};
use crate::record::{Bindings, Entry, Matches, Partial};

/// Where a run of one list has led nowhere: how much of the pattern and of the code was left, and what was bound. What
/// was taken before makes no difference.
type DeadEnds = RefCell<FxHashSet<(usize, usize, Bindings)>>;

impl<'a> Matcher<'a> {
    /// A list, with commas between its elements or without.
    pub(super) fn whole_list(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let ours: Vec<Element> = pattern.tree.elements(pattern.node).collect();
        let theirs: Vec<Element> = self.tree.elements(code).collect();
        self.list(pattern, &ours, &theirs, from, &DeadEnds::default())
    }

    fn list(
        &self,
        pattern: Pattern<'a>,
        ours: &[Element],
        theirs: &[Element],
        from: &Partial,
        dead: &DeadEnds,
    ) -> Matches {
        let Some((&first, rest)) = ours.split_first() else {
            return if theirs.is_empty() { smallvec![from.clone()] } else { Matches::new() };
        };
        match first {
            Element::Token(token) => self.list_token(pattern, token, ours, theirs, from, dead),
            Element::Node(node) if self.is_run(pattern, node) => {
                let end = (ours.len(), theirs.len(), from.bindings().clone());
                if dead.borrow().contains(&end) {
                    return Matches::new();
                }
                let found = self.list_run(pattern, node, rest, theirs, from, dead);
                if found.is_empty() {
                    dead.borrow_mut().insert(end);
                }
                found
            }
            Element::Node(node) => match theirs.split_first() {
                Some((&Element::Node(code), behind)) => {
                    let found = self.term(pattern.at(node), code, from);
                    self.each(found, |state| self.list(pattern, rest, behind, state, dead))
                }
                _ => Matches::new(),
            },
        }
    }

    fn list_token(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        ours: &[Element],
        theirs: &[Element],
        from: &Partial,
        dead: &DeadEnds,
    ) -> Matches {
        let rest = &ours[1..];
        let mut found = Matches::new();
        if let Some((&Element::Token(code), behind)) = theirs.split_first() {
            let states = self.token(pattern, token, code, from);
            found = self.each(states, |state| self.list(pattern, rest, behind, state, dead));
        }
        if found.is_empty() {
            found = self.last_comma(pattern, token, rest, theirs, from, dead);
        }
        let comma = pattern.tree.tokens().kind(token) == TokenKind::Comma;
        if comma && found.is_empty() && self.comma_may_vanish(pattern, ours, token, theirs) {
            found = self.list(pattern, rest, theirs, from, dead);
        }
        found
    }

    /// The comma in front of the `}` of an initialiser or enumeration is free, on both sides.
    fn last_comma(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        rest: &[Element],
        theirs: &[Element],
        from: &Partial,
        dead: &DeadEnds,
    ) -> Matches {
        if !matches!(pattern.kind(), NodeKind::InitialiserList | NodeKind::EnumeratorList) {
            return Matches::new();
        }
        let ours = pattern.tree.tokens().kind(token);
        let is = |element: &Element, kind| matches!(element, Element::Token(token) if self.tree.tokens().kind(*token) == kind);
        match (ours, theirs) {
            (TokenKind::RightBrace, [comma, Element::Token(close)])
                if is(comma, TokenKind::Comma) =>
            {
                self.token(pattern, token, *close, from)
            }
            // What hangs on the comma hangs behind the last entry.
            (TokenKind::Comma, [Element::Token(close)]) if rest.len() == 1 => {
                let end = close.0;
                let state = from.record(Entry::new(token.0..token.0 + 1, end..end));
                self.list(pattern, rest, theirs, &state, dead)
            }
            _ => Matches::new(),
        }
    }

    /// Whether the comma at the head of `ours` may match nothing: it stands next to a run (or in front of the end),
    /// and the code is at the end of the list or at its start.
    fn comma_may_vanish(
        &self,
        pattern: Pattern<'a>,
        ours: &[Element],
        token: TokenId,
        theirs: &[Element],
    ) -> bool {
        let behind_is_run =
            matches!(ours.get(1), Some(&Element::Node(node)) if self.is_run(pattern, node));
        let before_is_run = pattern
            .tree
            .children(pattern.node)
            .any(|node| pattern.tree.data(node).end == token && self.is_run(pattern, node));
        let at_end = matches!(theirs.first(), None | Some(Element::Token(_)));
        (behind_is_run && at_end)
            || (before_is_run && matches!(theirs.first(), Some(Element::Node(_))))
            || (before_is_run && ours.len() <= 2)
    }

    fn is_run(&self, pattern: Pattern<'a>, node: NodeId) -> bool {
        match pattern.tree.kind(node) {
            NodeKind::Dots => true,
            NodeKind::Metavariable => pattern.tree.first_token(node).is_some_and(|token| {
                use TokenKind::*;
                matches!(
                    pattern.tree.tokens().kind(token),
                    MetaExpressionList
                        | MetaParameterList
                        | MetaInitialiserList
                        | MetaFieldList
                        | MetaStatementList
                )
            }),
            // `identifier list` in the parameters of a macro.
            NodeKind::Name if pattern.isomorphism.is_none() => {
                let token = pattern.tree.first_token(node);
                let metavariable = token.and_then(|token| self.body.metavariable_of(token));
                metavariable.is_some_and(|id| {
                    let kind = self.rule.metavariables[id.index()].kind;
                    kind == MetavariableKind::IdentifierList
                })
            }
            _ => false,
        }
    }

    /// Dots or a list metavariable at the head: every run that leaves a match for the rest.
    fn list_run(
        &self,
        pattern: Pattern<'a>,
        node: NodeId,
        rest: &[Element],
        theirs: &[Element],
        from: &Partial,
        dead: &DeadEnds,
    ) -> Matches {
        let mut found = Matches::new();
        let closer = theirs.len() - usize::from(matches!(theirs.last(), Some(Element::Token(_))));
        let last = rest.len() <= 1
            || (rest.len() == 2
                && matches!(rest[0], Element::Token(_))
                && matches!(rest[1], Element::Token(_)));
        let lengths: Vec<usize> = if last {
            vec![closer]
        } else {
            (0..=closer)
                .filter(|&length| length == 0 || matches!(theirs[length - 1], Element::Node(_)))
                .collect()
        };
        for length in lengths {
            let run = &theirs[..length];
            if matches!(run.first(), Some(Element::Token(_)))
                || matches!(run.last(), Some(Element::Token(_))) && !last
            {
                continue;
            }
            let Some(state) = self.take_run(pattern, node, run, theirs.get(length), from) else {
                continue;
            };
            found.extend(self.list(pattern, rest, &theirs[length..], &state, dead));
        }
        found
    }

    fn take_run(
        &self,
        pattern: Pattern<'a>,
        node: NodeId,
        run: &[Element],
        behind: Option<&Element>,
        from: &Partial,
    ) -> Option<Partial> {
        let code = self.run_range(run, behind);
        if pattern.isomorphism.is_some() {
            return Some(from.clone());
        }
        if pattern.tree.kind(node) == NodeKind::Dots {
            let state = from.record(Entry::new(pattern.tree.token_range(node), code.clone()));
            let token = pattern.tree.first_token(node)?;
            return self.bind_positions(token, code, state);
        }
        let nodes: Vec<NodeId> = run
            .iter()
            .filter_map(|element| match element {
                Element::Node(node) => Some(*node),
                Element::Token(_) => None,
            })
            .collect();
        self.run_metavariable(pattern.at(node), nodes, code, from)
    }

    /// The tokens of a run; empty, in front of what is behind it, for an empty run.
    fn run_range(&self, run: &[Element], behind: Option<&Element>) -> Range<u32> {
        let start = |element: &Element| match element {
            Element::Token(token) => token.0,
            Element::Node(node) => self.tree.data(*node).first.0,
        };
        let end = |element: &Element| match element {
            Element::Token(token) => token.0 + 1,
            Element::Node(node) => self.tree.data(*node).end.0,
        };
        match (run.first(), run.last()) {
            (Some(first), Some(last)) => start(first)..end(last),
            _ => {
                let at = behind.map_or(0, start);
                at..at
            }
        }
    }
}

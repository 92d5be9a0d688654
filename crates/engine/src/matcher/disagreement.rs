//! Why a term of a pattern does not match a term of code: the pair of parts that disagree, farthest in.
//!
//! The walk goes over both terms side by side and asks the matcher about each pair; the first pair that does not match is
//! looked into. Where a list of the pattern has dots, what stands in front of them is compared from the start, what stands
//! behind them from the end. What is matched in ways of its own (declarators, types, isomorphisms) is not looked into:
//! there the whole terms disagree.
//!
//! Invariant: only what the matcher refuses disagrees.

use std::ops::Range;

use csyntax::{Element as Part, NodeId, NodeKind, TokenId, TokenKind, Tree};
use smpl::{MetavariableId, Origin};

use super::{Matcher, Pattern};
use crate::element::{Element, Form};
use crate::formula;
use crate::record::{Matches, Partial};
use crate::value::{Value, ValueId};

/// Two parts that do not match.
#[derive(Clone, Debug)]
pub(crate) struct Disagreement {
    /// Tokens of the minus slice.
    pub(crate) pattern: Range<u32>,
    /// Tokens of the code.
    pub(crate) code: Range<u32>,
    pub(crate) why: Unlike,
    /// How many names of the pattern agree around them.
    pub(crate) agreed: usize,
}

/// How they differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unlike {
    /// One is not the other.
    Differs,
    /// The code ends where the pattern goes on.
    Missing,
    /// The code goes on where the pattern ends.
    Extra,
    /// The metavariable does not take terms of this kind.
    Kind(MetavariableId),
    /// The type is not one that the metavariable takes, or is not known.
    Type(MetavariableId),
    /// The constraint of the metavariable does not hold.
    Constraint(MetavariableId),
    /// The metavariable has this value already.
    Value(MetavariableId, ValueId),
    /// The inherited metavariable has no value.
    NoValue(MetavariableId),
}

impl<'a> Matcher<'a> {
    /// Why an element does not match what a node of the flow graph stands for; none if it is nothing alike.
    pub(crate) fn disagreement(&self, element: Element, code: NodeId) -> Option<Disagreement> {
        let pattern = self.pattern(element.node);
        let start = Partial::default();
        let matches = match element.form {
            Form::FunctionHeader => self.function_header(pattern, code, &start),
            Form::Head | Form::DoTail | Form::Label => self.head_terms(pattern, code, &start),
            Form::Whole => self.whole(pattern, code, &start),
            _ => Matches::new(),
        };
        if !matches.is_empty() {
            return None;
        }
        let found = match element.form {
            Form::Head | Form::DoTail | Form::Label => {
                let ours = parts_within(
                    pattern.tree,
                    element.node,
                    &formula::element_range(self.body, element),
                );
                let theirs = parts_within(self.tree, code, &head_range(self.tree, code));
                (pattern.kind() == self.tree.kind(code))
                    .then(|| self.parts(pattern, &ours, code, &theirs, &Partial::default()))
            }
            Form::FunctionHeader => self.headers(pattern, code),
            Form::Whole => self.terms(pattern, code, &Partial::default()),
            Form::Anywhere => self.closest_below(pattern, code),
            _ => None,
        };
        found.filter(|found| found.agreed > 0)
    }

    /// Why a term does not match; none if it does.
    fn terms(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Option<Disagreement> {
        if !self.term(pattern, code, from).is_empty() {
            return None;
        }
        let whole = || Disagreement {
            pattern: pattern.tree.token_range(pattern.node),
            code: self.tree.token_range(code),
            why: Unlike::Differs,
            agreed: self.shared_names(pattern, code),
        };
        let found = match pattern.kind() {
            NodeKind::Metavariable => {
                let token = pattern.tree.first_token(pattern.node)?;
                let why = self.refusal(token, Some(code), from);
                Disagreement { why, agreed: 0, ..whole() }
            }
            NodeKind::Disjunction => {
                let branches = pattern.children().filter_map(|branch| branch.children().next());
                let found = branches.filter_map(|term| self.terms(term, code, from));
                found.max_by_key(|found| found.agreed)?
            }
            NodeKind::Conjunction | NodeKind::Nest | NodeKind::Dots => whole(),
            kind if kind != self.tree.kind(code) => whole(),
            _ => {
                let ours: Vec<Part> = pattern.tree.elements(pattern.node).collect();
                let theirs: Vec<Part> = self.tree.elements(code).collect();
                self.parts(pattern, &ours, code, &theirs, from)
            }
        };
        Some(found)
    }

    /// The parts of two terms of one kind, side by side.
    fn parts(
        &self,
        pattern: Pattern<'a>,
        ours: &[Part],
        code: NodeId,
        theirs: &[Part],
        from: &Partial,
    ) -> Disagreement {
        let run = ours.iter().position(|part| self.is_any_number(pattern, *part));
        let front = run.unwrap_or(ours.len());
        let mut pairs: Vec<(Part, Part)> =
            ours[..front].iter().copied().zip(theirs.iter().copied()).collect();
        if let Some(run) = run {
            let back = ours[run + 1..].iter().rev().copied();
            let left = theirs.get(front..).unwrap_or_default();
            pairs.extend(back.zip(left.iter().rev().copied()));
        }
        let mut state = from.clone();
        let mut first: Option<Disagreement> = None;
        let mut agreed = 0;
        for (ours, theirs) in pairs {
            match self.pair(pattern, ours, theirs, &state) {
                Ok(next) => {
                    agreed += self.names(range_of(pattern.tree, ours)).count();
                    state = next;
                }
                Err(found) => {
                    agreed += found.agreed;
                    first.get_or_insert_with(|| self.length(pattern, code, found));
                }
            }
        }
        let whole = pattern.tree.token_range(pattern.node);
        let end = self.tree.token_range(code);
        let found =
            first.unwrap_or_else(|| match (run, ours.get(theirs.len()), theirs.get(ours.len())) {
                (None, Some(&more), _) => Disagreement {
                    pattern: range_of(pattern.tree, more),
                    code: end.end.saturating_sub(1)..end.end,
                    why: Unlike::Missing,
                    agreed,
                },
                (None, _, Some(&more)) => Disagreement {
                    pattern: whole.end.saturating_sub(1)..whole.end,
                    code: range_of(self.tree, more),
                    why: Unlike::Extra,
                    agreed,
                },
                _ => Disagreement { pattern: whole, code: end, why: Unlike::Differs, agreed },
            });
        Disagreement { agreed, ..found }
    }

    /// Of two lists one ends where the other has a comma: what comes behind the comma is missing, or too much.
    fn length(&self, pattern: Pattern<'a>, code: NodeId, found: Disagreement) -> Disagreement {
        let is_comma = |tree: &Tree, range: &Range<u32>| {
            tree.tokens().kind(TokenId(range.start)) == TokenKind::Comma
        };
        let behind = |tree: &Tree, list: NodeId, range: &Range<u32>| {
            tree.children(list).map(|node| tree.token_range(node)).find(|n| n.start >= range.end)
        };
        match (is_comma(pattern.tree, &found.pattern), is_comma(self.tree, &found.code)) {
            (true, false) => match behind(pattern.tree, pattern.node, &found.pattern) {
                Some(pattern) => Disagreement { pattern, why: Unlike::Missing, ..found },
                None => found,
            },
            (false, true) => match behind(self.tree, code, &found.code) {
                Some(code) => Disagreement { code, why: Unlike::Extra, ..found },
                None => found,
            },
            _ => found,
        }
    }

    /// Two parts in the same place: the match, or why there is none.
    fn pair(
        &self,
        pattern: Pattern<'a>,
        ours: Part,
        theirs: Part,
        from: &Partial,
    ) -> Result<Partial, Disagreement> {
        let differ = |why| Disagreement {
            pattern: range_of(pattern.tree, ours),
            code: range_of(self.tree, theirs),
            why,
            agreed: 0,
        };
        match (ours, theirs) {
            (Part::Token(token), Part::Token(code)) => {
                match self.token(pattern, token, code, from).into_iter().next() {
                    Some(next) => Ok(next),
                    None if self.body.metavariable_of(token).is_some() => {
                        Err(differ(self.refusal_of_token(token, code, from)))
                    }
                    None => Err(differ(Unlike::Differs)),
                }
            }
            (Part::Node(term), Part::Node(code)) => {
                let term = pattern.at(term);
                match self.term(term, code, from).into_iter().next() {
                    Some(next) => Ok(next),
                    None => {
                        Err(self.terms(term, code, from).unwrap_or_else(|| differ(Unlike::Differs)))
                    }
                }
            }
            _ => Err(differ(Unlike::Differs)),
        }
    }

    /// Why a metavariable does not take a term.
    fn refusal(&self, token: TokenId, code: Option<NodeId>, from: &Partial) -> Unlike {
        let Some(metavariable) = self.body.metavariable_of(token) else { return Unlike::Differs };
        let declared = &self.rule.metavariables[metavariable.index()];
        let known = match declared.origin {
            Origin::Own => from.value(metavariable),
            _ => match self.inherited.get(&metavariable) {
                Some(value) => Some(*value),
                None => return Unlike::NoValue(metavariable),
            },
        };
        let Some(code) = code else {
            return known.map_or(Unlike::Kind(metavariable), |v| Unlike::Value(metavariable, v));
        };
        if !self.takes(metavariable, code) {
            return Unlike::Kind(metavariable);
        }
        if self.typed(declared, code, from).is_empty() {
            return Unlike::Type(metavariable);
        }
        let value = Value::Term(std::sync::Arc::clone(self.tree), code, 0);
        match (&declared.constraint, known) {
            (Some(constraint), _) if !self.fulfils(constraint, &value, from) => {
                Unlike::Constraint(metavariable)
            }
            (_, Some(known)) => Unlike::Value(metavariable, known),
            _ => Unlike::Differs,
        }
    }

    /// Why a metavariable does not take a token.
    fn refusal_of_token(&self, token: TokenId, code: TokenId, from: &Partial) -> Unlike {
        let Some(metavariable) = self.body.metavariable_of(token) else { return Unlike::Differs };
        let declared = &self.rule.metavariables[metavariable.index()];
        let value = Value::Identifier(self.tree.token_text(code).into());
        match (&declared.constraint, self.refusal(token, None, from)) {
            (Some(constraint), Unlike::Kind(_) | Unlike::Value(..))
                if self.tree.tokens().kind(code).is_name()
                    && !self.fulfils(constraint, &value, from) =>
            {
                Unlike::Constraint(metavariable)
            }
            (_, why) => why,
        }
    }

    /// The headers of two functions: name and parameters.
    fn headers(&self, pattern: Pattern<'a>, code: NodeId) -> Option<Disagreement> {
        let declarator = |tree: &Tree, function: NodeId| {
            let mut inner = tree.descendants(function);
            inner.find(|&node| tree.kind(node) == NodeKind::FunctionDeclarator)
        };
        let ours = pattern.at(declarator(pattern.tree, pattern.node)?);
        let theirs = declarator(self.tree, code)?;
        let (Some(our_name), Some(their_name)) =
            (ours.children().next(), self.tree.children(theirs).next())
        else {
            return None;
        };
        let name = pattern.tree.token_range(our_name.node);
        let is_same = {
            let token = TokenId(name.start);
            let code = self.tree.first_token(their_name)?;
            let is_given = self
                .body
                .metavariable_of(token)
                .is_none_or(|m| self.rule.metavariables[m.index()].origin != Origin::Own);
            is_given && !self.token(our_name, token, code, &Partial::default()).is_empty()
        };
        if !is_same {
            return None;
        }
        let lists =
            (ours.child(NodeKind::ParameterList), self.tree.child(theirs, NodeKind::ParameterList));
        let found = match lists {
            (Some(ours), Some(theirs)) => self.terms(ours, theirs, &Partial::default()),
            _ => None,
        };
        // Storage and type are left.
        let front = |tree: &Tree, function: NodeId, declarator: NodeId| {
            tree.token_range(function).start..tree.data(declarator).first.0.max(1)
        };
        Some(Disagreement {
            agreed: 1,
            ..found.unwrap_or_else(|| Disagreement {
                pattern: front(pattern.tree, pattern.node, ours.node),
                code: front(self.tree, code, theirs),
                why: Unlike::Differs,
                agreed: 1,
            })
        })
    }

    /// Of the terms in a statement the one that is most like the pattern.
    fn closest_below(&self, pattern: Pattern<'a>, code: NodeId) -> Option<Disagreement> {
        let head = head_range(self.tree, code);
        let mut best: Option<Disagreement> = None;
        for node in self.tree.descendants(code) {
            let range = self.tree.token_range(node);
            if range.end > head.end || !self.tree.kind(node).is_expression() {
                continue;
            }
            let found = self.terms(pattern, node, &Partial::default());
            if let Some(found) = found
                && best.as_ref().is_none_or(|best| found.agreed > best.agreed)
            {
                best = Some(found);
            }
        }
        best
    }

    /// The names in a range of the minus slice: of C, and given by other rules.
    fn names(&self, range: Range<u32>) -> impl Iterator<Item = TokenId> {
        let minus = &self.body.minus;
        range.map(TokenId).filter(|&token| {
            !minus.is_hidden(token)
                && match self.body.metavariable_of(token) {
                    Some(m) => self.rule.metavariables[m.index()].origin != Origin::Own,
                    None => minus.tokens().kind(token) == TokenKind::Identifier,
                }
        })
    }

    /// How many names of the pattern the code has, too.
    fn shared_names(&self, pattern: Pattern<'a>, code: NodeId) -> usize {
        let minus = &self.body.minus;
        let has = |name: &[u8]| {
            self.tree.visible_tokens(code).any(|token| self.tree.token_text(token) == name)
        };
        let names = self.names(pattern.tree.token_range(pattern.node));
        names.filter(|&token| has(minus.token_text(token))).count()
    }

    /// Whether a part of a list stands for any number of elements.
    fn is_any_number(&self, pattern: Pattern<'a>, part: Part) -> bool {
        let Part::Node(node) = part else { return false };
        match pattern.tree.kind(node) {
            NodeKind::Dots => true,
            NodeKind::Metavariable => {
                let token = pattern.tree.first_token(node);
                let metavariable = token.and_then(|token| self.body.metavariable_of(token));
                metavariable.is_some_and(|m| self.rule.metavariables[m.index()].kind.is_list())
            }
            _ => false,
        }
    }
}

/// The tokens of a statement in front of the statements in it.
fn head_range(tree: &Tree, code: NodeId) -> Range<u32> {
    let whole = tree.token_range(code);
    let inner = tree
        .children(code)
        .find(|&child| tree.kind(child).is_statement() && tree.data(child).first.0 > whole.start);
    whole.start..inner.map_or(whole.end, |inner| tree.data(inner).first.0)
}

/// The own tokens and children of a term that lie in a range.
fn parts_within(tree: &Tree, node: NodeId, range: &Range<u32>) -> Vec<Part> {
    let lies_in = |part: &Part| {
        let part = range_of(tree, *part);
        range.start <= part.start && part.end <= range.end
    };
    tree.elements(node).filter(lies_in).collect()
}

fn range_of(tree: &Tree, part: Part) -> Range<u32> {
    match part {
        Part::Token(token) => token.0..token.0 + 1,
        Part::Node(node) => tree.token_range(node),
    }
}

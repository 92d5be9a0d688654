//! Matching one term of a pattern against one term of code.
//!
//! The pattern tree has the code tree's shape, so matching is one walk over both; the modules below hold the places
//! where C asks for more: lists, declarations, types, initialisers, literals. Every function takes a match under way
//! and yields all ways to go on; nothing is greedy.
//!
//! Invariant: matching never mutates the code; it records which tokens a pattern took.

mod associative;
mod attached;
mod attributes;
mod bind;
mod constraints;
mod declarations;
pub(crate) mod disagreement;
mod includes;
mod initialisers;
mod isomorphisms;
mod lists;
mod literals;
mod negation;
mod statements;
mod typed;
mod types;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use csema::Typing;
use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind, Tree};
use rustc_hash::FxHashMap;
use smallvec::smallvec;
use smpl::{Body, Mark, MetavariableId, Rule};

use crate::record::{Entry, Matches, Partial};
use crate::value::{ValueId, Values};

pub use isomorphisms::Isomorphisms;
pub(crate) use literals::integer_value;

/// A term of a pattern: of the rule, or of an isomorphism that stands for a term of the rule.
#[derive(Clone, Copy)]
pub(crate) struct Pattern<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) node: NodeId,
    /// What the isomorphism's metavariables stand for; none in the rule itself.
    pub(crate) isomorphism: Option<isomorphisms::UseId>,
}

impl<'a> Pattern<'a> {
    pub(crate) fn kind(self) -> NodeKind {
        self.tree.kind(self.node)
    }

    pub(crate) fn at(self, node: NodeId) -> Pattern<'a> {
        Pattern { node, ..self }
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Pattern<'a>> {
        self.tree.children(self.node).map(move |node| self.at(node))
    }

    pub(crate) fn child(self, kind: NodeKind) -> Option<Pattern<'a>> {
        self.tree.child(self.node, kind).map(|node| self.at(node))
    }
}

/// What one run of a rule over one tree needs to match terms.
pub struct Matcher<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) body: &'a Body,
    pub(crate) isomorphisms: Rc<Isomorphisms<'a>>,
    pub(crate) tree: &'a Arc<Tree>,
    pub(crate) file: u32,
    pub(crate) typing: &'a Typing,
    pub(crate) values: &'a RefCell<Values>,
    /// The values of inherited metavariables.
    pub(crate) inherited: &'a FxHashMap<MetavariableId, ValueId>,
    /// Whether a prototype is matched, where names of parameters are free.
    pub(crate) in_prototype: Cell<bool>,
}

impl<'a> Matcher<'a> {
    /// The term `node` of the rule's minus slice.
    pub(crate) fn pattern(&self, node: NodeId) -> Pattern<'a> {
        Pattern { tree: &self.body.minus, node, isomorphism: None }
    }

    /// All ways in which a term of the pattern matches the term `code`.
    pub(crate) fn term(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        match pattern.kind() {
            NodeKind::Metavariable => {
                let mut found = self.metavariable(pattern, code, from);
                if found.is_empty() && isomorphisms::in_test_place(pattern.tree, pattern.node) {
                    // `if (p)` stands for `if (p != NULL)`, which has another type.
                    self.through_isomorphisms(pattern, code, from, &mut found);
                }
                return found;
            }
            NodeKind::Dots => return smallvec![self.took(pattern, code, from)],
            NodeKind::Disjunction => return self.disjunction(pattern, code, from),
            NodeKind::Conjunction => return self.conjunction(pattern, code, from),
            NodeKind::Nest => return self.nest(pattern, code, from),
            NodeKind::Declaration if self.tree.kind(code) == NodeKind::Name => {
                return self.type_name_as_body(pattern, code, from);
            }
            _ => {}
        }
        if let Some(application) = pattern.isomorphism
            && let Some(simple) = self.simplified_negation(pattern, application)
        {
            return self.term(simple, code, from);
        }
        if let Some(operand) = self.associative_operand(pattern) {
            return self.any_operand(pattern, operand, code, from);
        }
        let mut found = self.direct(pattern, code, from);
        if found.is_empty() {
            self.through_isomorphisms(pattern, code, from, &mut found);
        }
        if found.is_empty() {
            return found;
        }
        self.whole_removals(pattern, code, &mut found);
        found
    }

    /// All ways in which a term matches without an isomorphism for the term as a whole.
    pub(crate) fn itself(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        if self.associative_operand(pattern).is_some() {
            return Matches::new();
        }
        let mut found = self.direct(pattern, code, from);
        self.whole_removals(pattern, code, &mut found);
        found
    }

    /// Matches by structure, without isomorphisms.
    fn direct(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let kind = pattern.kind();
        if kind != self.tree.kind(code) {
            return Matches::new();
        }
        match kind {
            NodeKind::ArgumentList
            | NodeKind::ParameterList
            | NodeKind::MacroParameters
            | NodeKind::EnumeratorList => self.whole_list(pattern, code, from),
            NodeKind::FieldList => self.whole_list(pattern, code, from),
            NodeKind::InitialiserList => self.initialiser_list(pattern, code, from),
            NodeKind::Include => self.include(pattern, code, from),
            NodeKind::Attribute => self.attribute(pattern, code, from),
            NodeKind::Literal => self.literal(pattern, code, from),
            NodeKind::StringLiteral => self.string(pattern, code, from),
            NodeKind::Declaration | NodeKind::FieldDeclaration => {
                self.declaration(pattern, code, from)
            }
            NodeKind::TypeName | NodeKind::Parameter => self.specified(pattern, code, from),
            _ => self.elements(pattern, code, from),
        }
    }

    /// Own tokens and children, pair by pair.
    pub(crate) fn elements(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let mut ours = pattern.tree.elements(pattern.node);
        let mut theirs = self.tree.elements(code);
        let mut states: Matches = smallvec![from.clone()];
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return states,
                (Some(Element::Token(p)), Some(Element::Token(c))) => {
                    states = self.each(states, |state| self.token(pattern, p, c, state));
                }
                (Some(Element::Node(p)), Some(Element::Node(c))) => {
                    states = self.each(states, |state| self.term(pattern.at(p), c, state));
                }
                _ => return Matches::new(),
            }
            if states.is_empty() {
                return states;
            }
        }
    }

    /// Goes on from each of several states.
    pub(crate) fn each(&self, states: Matches, step: impl Fn(&Partial) -> Matches) -> Matches {
        match &states[..] {
            [only] => step(only),
            _ => states.iter().flat_map(step).collect(),
        }
    }

    /// Takes what stands in the same places of two lists, a pair at a time; of the longer list the rest is left.
    pub(crate) fn pairwise<T: Copy>(
        &self,
        ours: &[T],
        theirs: &[T],
        states: Matches,
        step: impl Fn(T, T, &Partial) -> Matches,
    ) -> Matches {
        let pairs = ours.iter().zip(theirs);
        pairs.fold(states, |states, (&p, &c)| self.each(states, |state| step(p, c, state)))
    }

    /// One token of the pattern against one of the code.
    pub(crate) fn token(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        code: TokenId,
        from: &Partial,
    ) -> Matches {
        let kind = pattern.tree.tokens().kind(token);
        let code_kind = self.tree.tokens().kind(code);
        if kind.is_metavariable() {
            return self.token_metavariable(pattern, token, code, from);
        }
        let same = match (kind, code_kind) {
            (TokenKind::PpEnd, TokenKind::PpEnd) | (TokenKind::PpPragma, TokenKind::PpPragma) => {
                true
            }
            (TokenKind::Ellipsis, TokenKind::PpText) => true,
            _ if kind.is_name() && code_kind.is_name() => {
                pattern.tree.token_text(token) == self.tree.token_text(code)
            }
            _ => {
                kind == code_kind
                    && same_spelling(
                        kind,
                        pattern.tree.token_text(token),
                        self.tree.token_text(code),
                    )
            }
        };
        if same { self.took_token(pattern, token, code, from) } else { Matches::new() }
    }

    /// Records that `token` of the pattern took `code`, and binds what is attached to it.
    pub(crate) fn took_token(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        code: TokenId,
        from: &Partial,
    ) -> Matches {
        if let Some(application) = pattern.isomorphism {
            let state = self.bind_marked(application, pattern.tree, token, code, from);
            return state.into_iter().collect();
        }
        let state = from.record(Entry::token(token, code));
        self.bind_positions(token, code.0..code.0 + 1, state).into_iter().collect()
    }

    /// Records that the term took the whole of `code`.
    pub(crate) fn took(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Partial {
        if pattern.isomorphism.is_some() {
            return from.clone();
        }
        from.record(Entry::new(pattern.tree.token_range(pattern.node), self.tree.token_range(code)))
    }

    /// A term that is removed as a whole takes all of the code along, what the pattern left free included.
    fn whole_removals(&self, pattern: Pattern<'a>, code: NodeId, found: &mut Matches) {
        use NodeKind::*;
        let whole = matches!(
            pattern.kind(),
            Parameter
                | ExpressionStatement
                | ReturnStatement
                | TypeName
                | FunctionDefinition
                | InitialiserEntry
        );
        if whole
            && pattern.isomorphism.is_none()
            && self.is_removed(pattern.node)
            && (pattern.kind() == Parameter || !self.is_replaced(pattern.node))
        {
            for state in found.iter_mut() {
                *state = self.took(pattern, code, state);
            }
        }
    }

    /// Whether every token of a term of the minus slice is removed.
    pub(crate) fn is_removed(&self, node: NodeId) -> bool {
        self.body.minus.visible_tokens(node).all(|token| self.body.mark(token) == Mark::Minus)
    }

    /// Whether something is added in the place of a removed term or of a part of it.
    pub(crate) fn is_replaced(&self, node: NodeId) -> bool {
        let range = self.body.minus.token_range(node);
        self.body.additions().iter().any(|addition| {
            addition.side == smpl::Side::Replace && range.contains(&addition.anchor.0)
        })
    }

    /// Whether no token of a term of the minus slice is removed, and nothing is added inside it.
    pub(crate) fn is_context(&self, node: NodeId) -> bool {
        let range = self.body.minus.token_range(node);
        self.body.minus.visible_tokens(node).all(|token| self.body.mark(token) != Mark::Minus)
            && !self.body.additions().iter().any(|addition| {
                let at = addition.anchor.0;
                use smpl::Side::*;
                range.contains(&at)
                    && !(at == range.start && addition.side == Before)
                    && !(at + 1 == range.end && addition.side == After)
            })
    }

    /// Branches of a disjunction inside a term: the first that matches.
    fn disjunction(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        for branch in pattern.children() {
            let Some(term) = branch.children().next() else { continue };
            let found = self.term(term, code, from);
            if !found.is_empty() {
                return found;
            }
        }
        Matches::new()
    }

    /// All branches match the same term, in turn.
    fn conjunction(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let mut states: Matches = smallvec![from.clone()];
        for branch in pattern.children() {
            let Some(term) = branch.children().next() else { continue };
            states = self.each(states, |state| self.term(term, code, state));
        }
        states
    }

    /// `<+... e ...+>`: e matches somewhere in the term; every place is taken, each with its own values of the
    /// metavariables that stand only in the nest.
    fn nest(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let Some(inner) = pattern.children().next() else { return Matches::new() };
        let local = self.local_to(pattern.node);
        let mut state = from.clone();
        let mut any = false;
        for node in self.tree.descendants(code) {
            if !self.tree.kind(node).is_expression() {
                continue;
            }
            for found in self.term(inner, node, &state.without_entries()) {
                any = true;
                state = state.with_place(&found, &local);
            }
        }
        if any && pattern.isomorphism.is_none() && self.is_removed(pattern.node) {
            // What stands around the places goes, too.
            state = self.took(pattern, code, &state);
        }
        if any { smallvec![state] } else { Matches::new() }
    }

    /// The metavariables of the rule that stand nowhere but in one term of the minus slice.
    fn local_to(&self, node: NodeId) -> Vec<MetavariableId> {
        let range = self.body.minus.token_range(node);
        let tokens = self.body.minus.tokens();
        let mut local: Vec<MetavariableId> =
            range.clone().filter_map(|token| self.body.metavariable_of(TokenId(token))).collect();
        for token in tokens.ids().filter(|token| !range.contains(&token.0)) {
            if !self.body.mark(token).is_added()
                && let Some(outside) = self.body.metavariable_of(token)
            {
                local.retain(|&metavariable| metavariable != outside);
            }
        }
        local
    }
}

/// Whether two tokens of one kind are spelt alike, as far as spelling says anything.
fn same_spelling(kind: TokenKind, ours: &[u8], theirs: &[u8]) -> bool {
    use TokenKind::*;
    match kind {
        Identifier | Integer | Float | Character | String | AssignOp | TypeWord | PpHeader
        | PpOther | Unknown | StorageWord => ours == theirs,
        PpText => same_pragma_text(ours, theirs),
        _ => true,
    }
}

/// Blanks count as one; dots at the end of the pattern stand for any rest.
fn same_pragma_text(ours: &[u8], theirs: &[u8]) -> bool {
    fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
        text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
    }
    match ours.strip_suffix(b"...") {
        Some(start) => {
            words(start).zip(words(theirs)).filter(|(a, b)| a == b).count() == words(start).count()
        }
        None => words(ours).eq(words(theirs)),
    }
}

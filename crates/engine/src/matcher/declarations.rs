//! Declarations and fields: a pattern of one declarator against each of several.

use csyntax::types;
use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use smallvec::smallvec;
use smpl::Mark;

use super::{Matcher, Pattern};
use crate::record::{Entry, Matches, Partial};

impl<'a> Matcher<'a> {
    /// Declaration, FieldDeclaration
    pub(super) fn declaration(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        let our_specifiers = types::specifiers(pattern.tree, pattern.node);
        let their_specifiers = types::specifiers(self.tree, code);
        let ours: Vec<NodeId> = declarators(pattern.tree, pattern.node);
        let theirs: Vec<NodeId> = declarators(self.tree, code);
        let typedef = self.is_typedef(self.tree, their_specifiers);
        // `struct s { ... };` also stands for `typedef struct s { ... } s_t;`.
        let definition = ours.is_empty() && typedef && self.defines_fields(pattern, our_specifiers);
        if self.is_typedef(pattern.tree, our_specifiers) != typedef && !definition {
            return Matches::new();
        }
        let states = self.storage(pattern, our_specifiers, their_specifiers, from);
        if states.is_empty() {
            return states;
        }
        match (&ours[..], &theirs[..]) {
            ([], []) => self.each(states, |state| self.bare(pattern, code, state)),
            ([], [_]) if definition => self.each(states, |state| self.bare(pattern, code, state)),
            ([], _) | (_, []) => Matches::new(),
            ([ours], [theirs]) => self.each(states, |state| {
                let found = self.init_declarator(pattern, code, *ours, *theirs, state);
                self.each(found, |state| self.semicolon(pattern, code, state))
            }),
            ([ours], _) => theirs
                .iter()
                .flat_map(|&theirs| {
                    self.each(states.clone(), |state| {
                        self.one_of_several(pattern, code, *ours, theirs, state)
                    })
                })
                .collect(),
            _ if ours.len() == theirs.len() => {
                let states = self.pairwise(&ours, &theirs, states, |p, c, state| {
                    self.init_declarator(pattern, code, p, c, state)
                });
                self.each(states, |state| self.semicolon(pattern, code, state))
            }
            _ => Matches::new(),
        }
    }

    fn is_typedef(&self, tree: &csyntax::Tree, specifiers: Option<NodeId>) -> bool {
        specifiers.is_some_and(|node| {
            tree.own_tokens(node).any(|token| tree.tokens().kind(token) == TokenKind::Typedef)
        })
    }

    fn has_storage(&self, code: NodeId) -> bool {
        types::specifiers(self.tree, code).is_some_and(|node| {
            let sorted = types::sort_specifiers(self.tree, node);
            !sorted.storage.is_empty() || !sorted.function_words.is_empty()
        })
    }

    /// Whether the specifiers of a pattern have a structure with its fields.
    fn defines_fields(&self, pattern: Pattern<'a>, specifiers: Option<NodeId>) -> bool {
        let structure = specifiers.and_then(|node| {
            let mut children = pattern.tree.children(node);
            children.find(|&child| pattern.tree.kind(child) == NodeKind::StructSpecifier)
        });
        structure.is_some_and(|node| {
            let mut children = pattern.tree.children(node);
            children.any(|child| pattern.tree.kind(child) == NodeKind::FieldList)
        })
    }

    /// `struct s { ... };`: specifiers alone.
    fn bare(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let term = |tree, node| types::TypeTerm {
            specifiers: types::specifiers(tree, node),
            ..types::TypeTerm::default()
        };
        let found =
            self.types(pattern, &term(pattern.tree, pattern.node), &term(self.tree, code), from);
        self.each(found, |state| self.semicolon(pattern, code, state))
    }

    fn semicolon(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let ours = pattern.tree.own_token(pattern.node, TokenKind::Semicolon);
        let theirs = self.tree.own_token(code, TokenKind::Semicolon);
        let states = match (ours, theirs) {
            (Some(p), Some(c)) => self.took_token(pattern, p, c, from),
            _ => smallvec![from.clone()],
        };
        // Added code may hang on the declaration as a whole, and what is removed without replacement takes along
        // what the pattern left free.
        let whole = !self.is_removed(pattern.node) || !self.is_replaced(pattern.node);
        if pattern.isomorphism.is_none() && whole {
            return states.iter().map(|state| self.took(pattern, code, state)).collect();
        }
        states
    }

    /// One declarator with its initialiser.
    fn init_declarator(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        ours: NodeId,
        theirs: NodeId,
        from: &Partial,
    ) -> Matches {
        let (Some(our_declarator), Some(their_declarator)) =
            (types::declarator(pattern.tree, ours), types::declarator(self.tree, theirs))
        else {
            return Matches::new();
        };
        let found = self.declared(
            pattern,
            types::declared(
                pattern.tree,
                types::specifiers(pattern.tree, pattern.node),
                our_declarator,
            ),
            types::declared(self.tree, types::specifiers(self.tree, code), their_declarator),
            from,
        );
        let found = self.each(found, |state| self.attributes(pattern.at(ours), theirs, state));
        self.each(found, |state| self.initialised(pattern.at(ours), theirs, state))
    }

    /// `= value`, or the width of a bit-field: on both sides or on neither.
    fn initialised(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let sign = |tree: &csyntax::Tree, node| {
            tree.own_tokens(node).find(|&token| {
                matches!(tree.tokens().kind(token), TokenKind::Equal | TokenKind::Colon)
            })
        };
        // In front of the sign, a choice may stand in place of the name.
        let value = |tree: &csyntax::Tree, node, sign| {
            tree.children(node).filter(|&child| tree.data(child).first > sign).find(|&child| {
                let kind = tree.kind(child);
                kind.is_expression()
                    || matches!(
                        kind,
                        NodeKind::InitialiserList
                            | NodeKind::Metavariable
                            | NodeKind::Dots
                            | NodeKind::Nest
                            | NodeKind::Disjunction
                            | NodeKind::Conjunction
                    )
            })
        };
        match (sign(pattern.tree, pattern.node), sign(self.tree, code)) {
            (None, None) => smallvec![from.clone()],
            (Some(p), Some(c)) => {
                let states = self.token(pattern, p, c, from);
                let (Some(ours), Some(theirs)) =
                    (value(pattern.tree, pattern.node, p), value(self.tree, code, c))
                else {
                    return Matches::new();
                };
                self.each(states, |state| self.term(pattern.at(ours), theirs, state))
            }
            (None, Some(_)) if self.initialiser_may_be_free(pattern) => smallvec![from.clone()],
            _ => Matches::new(),
        }
    }

    /// `T x;` takes any initialiser when the name is an unmodified metavariable (decl_init).
    fn initialiser_may_be_free(&self, pattern: Pattern<'a>) -> bool {
        if pattern.isomorphism.is_some() || !self.isomorphisms.has("decl_init") {
            return false;
        }
        let Some(declarator) = types::declarator(pattern.tree, pattern.node) else { return false };
        let name = types::declared(pattern.tree, None, declarator).name;
        name.is_some_and(|name| pattern.tree.tokens().kind(name) == TokenKind::MetaIdentifier)
            && pattern
                .tree
                .parent(pattern.node)
                .is_some_and(|declaration| self.is_context(declaration))
    }

    /// A pattern of one declarator against one of several. What it may change: nothing, or the name and the
    /// initialiser, or the whole declarator.
    fn one_of_several(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        ours: NodeId,
        theirs: NodeId,
        from: &Partial,
    ) -> Matches {
        if pattern.isomorphism.is_some() {
            return self.init_declarator(pattern, code, ours, theirs, from);
        }
        let removed = self.is_removed(pattern.node);
        let range = pattern.tree.token_range(pattern.node);
        let inside: Vec<&smpl::Addition> = self
            .body
            .additions()
            .iter()
            .filter(|addition| range.contains(&addition.anchor.0))
            .collect();
        if removed {
            // A `++` line becomes a declaration of its own beside what is left.
            let stand_beside =
                inside.iter().all(|addition| addition.multiple) && !self.has_storage(code);
            if !inside.is_empty() && !stand_beside {
                return Matches::new();
            }
            let found = self.init_declarator(pattern, code, ours, theirs, from);
            // Only the declarator goes; the specifiers are shared.
            return found
                .iter()
                .map(|state| {
                    state
                        .without_entries()
                        .record(Entry::new(range.clone(), self.tree.token_range(theirs)))
                })
                .collect();
        }
        let specifiers = types::specifiers(pattern.tree, pattern.node);
        let semicolon = pattern.tree.own_token(pattern.node, TokenKind::Semicolon);
        let shared = |token: TokenId| {
            specifiers.is_some_and(|node| pattern.tree.token_range(node).contains(&token.0))
                || Some(token) == semicolon
        };
        let touches_shared = pattern
            .tree
            .visible_tokens(pattern.node)
            .any(|token| shared(token) && self.body.mark(token) == Mark::Minus)
            || inside.iter().any(|addition| shared(addition.anchor));
        if touches_shared {
            return Matches::new();
        }
        self.init_declarator(pattern, code, ours, theirs, from)
    }

    /// The header of a function in the pattern against a prototype of the code.
    pub(crate) fn prototype(
        &self,
        pattern: Pattern<'a>,
        declaration: NodeId,
        init: NodeId,
        from: &Partial,
    ) -> Matches {
        self.in_prototype.set(true);
        let found = self.specified_by(pattern, declaration, init, from);
        self.in_prototype.set(false);
        found
    }

    /// The header of a function definition: storage, type, name, parameters.
    pub(crate) fn function_header(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        self.specified(pattern, code, from)
    }
}

fn declarators(tree: &csyntax::Tree, declaration: NodeId) -> Vec<NodeId> {
    tree.children(declaration)
        .filter(|&child| {
            matches!(tree.kind(child), NodeKind::InitDeclarator | NodeKind::FieldDeclarator)
        })
        .collect()
}

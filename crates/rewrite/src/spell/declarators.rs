//! Declarators, and types that a metavariable stands for.
//!
//! ```text
//! T q;      T is char[3]:  char q[3];        the type wraps the name
//! T *q;     T is char[3]:  char[3] *q;       anything else behind it: the type is printed first
//! ```
//!
//! Invariant: a type whose constructors wait in [`Pending`] is printed by the next declarator, or by
//! [`Speller::finish_type`].

use std::sync::Arc;

use csyntax::types::{TypeTerm, sort_specifiers};
use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind, Tree};

use super::{Out, Speller, is_word};

/// The constructors of a bound type, whose specifiers are printed; the declarator behind prints them.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(super) tree: Arc<Tree>,
    pub(super) constructors: Vec<NodeId>,
    /// Qualifiers that are no part of the type.
    without: Vec<TokenId>,
    /// Where in the output its specifiers end.
    at: usize,
}

impl Speller<'_> {
    pub(super) fn forget_type(&mut self) {
        self.pending = None;
    }

    /// Prints the specifiers of a bound type; its constructors wait for the declarator.
    pub(super) fn bound_type(&mut self, tree: &Arc<Tree>, term: &TypeTerm) {
        if let Some(specifiers) = term.specifiers {
            let mut inner = Speller::of_value(tree, tree.token_range(specifiers).end);
            inner.without.clone_from(&term.without);
            inner.type_words(specifiers);
            self.out.extend(inner.out);
        }
        if !term.constructors.is_empty() {
            self.pending = Some(Pending {
                tree: Arc::clone(tree),
                constructors: term.constructors.clone(),
                without: term.without.clone(),
                at: self.out.len(),
            });
        }
    }

    /// The words of a type, without storage, function words and attributes.
    fn type_words(&mut self, specifiers: NodeId) {
        let sorted = sort_specifiers(self.tree, specifiers);
        let mut first = true;
        for element in self.tree.elements(specifiers) {
            let dropped = match element {
                Element::Token(token) => {
                    sorted.storage.contains(&token)
                        || sorted.function_words.contains(&token)
                        || self.without.contains(&token)
                }
                Element::Node(node) => sorted.attributes.contains(&node),
            };
            if dropped {
                continue;
            }
            if !first {
                self.space();
            }
            first = false;
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) => self.node(child),
            }
        }
    }

    /// A type without a name.
    pub(super) fn type_term(&mut self, term: &TypeTerm) {
        self.without.clone_from(&term.without);
        if let Some(specifiers) = term.specifiers {
            self.type_words(specifiers);
        }
        let around = wrapped(self.tree, &term.constructors, &term.without, Vec::new());
        self.behind_type(around);
    }

    /// Prints waiting constructors without a name.
    pub(super) fn finish_type(&mut self) {
        if let Some(pending) = self.pending.take() {
            let around =
                wrapped(&pending.tree, &pending.constructors, &pending.without, Vec::new());
            self.behind_type(around);
        }
    }

    /// Between two declarators of one declaration the type is not printed again.
    pub(super) fn between_declarators(&mut self) {
        self.pending = None;
        self.glued = true;
    }

    /// A declarator behind specifiers, with the space that separates them.
    pub(super) fn declarator_behind_type(&mut self, node: NodeId) {
        if let Some(pending) = self.pending.take() {
            debug_assert!(pending.at <= self.out.len());
            let plain =
                matches!(self.kind(node), NodeKind::NameDeclarator | NodeKind::AbstractDeclarator);
            if plain {
                let name = self.aside(|speller| speller.declarator(node));
                let around = wrapped(&pending.tree, &pending.constructors, &pending.without, name);
                return self.behind_type(around);
            }
            let around =
                wrapped(&pending.tree, &pending.constructors, &pending.without, Vec::new());
            self.behind_type(around);
        }
        let printed = self.aside(|speller| speller.declarator(node));
        self.behind_type(printed);
    }

    /// Runs a printing function and takes what it printed.
    fn aside(&mut self, print: impl FnOnce(&mut Self)) -> Vec<Out> {
        let start = self.out.len();
        print(self);
        self.out.split_off(start)
    }

    fn behind_type(&mut self, declarator: Vec<Out>) {
        let glued = std::mem::take(&mut self.glued);
        let touches = matches!(
            declarator.first(),
            None | Some(Out::Word { kind: TokenKind::LeftBracket, .. })
        );
        let open = matches!(self.out.last(), Some(Out::Word { kind, .. })
            if is_word(*kind) || matches!(*kind, TokenKind::RightParen | TokenKind::RightBrace | TokenKind::RightBracket));
        let mut declarator = declarator.into_iter().peekable();
        while let Some(comment) = declarator.next_if(|piece| matches!(piece, Out::Comment(_))) {
            self.out.push(comment);
        }
        if open && !touches && !glued {
            self.space();
        }
        self.out.extend(declarator);
    }

    pub(super) fn declarator(&mut self, node: NodeId) {
        match self.kind(node) {
            NodeKind::PointerDeclarator => self.pointer(node),
            _ => {
                for element in self.tree.elements(node) {
                    match element {
                        Element::Token(token) => self.token(token),
                        Element::Node(child) => {
                            if self.kind(child) == NodeKind::Attribute {
                                self.space();
                            }
                            self.node(child);
                        }
                    }
                }
            }
        }
    }

    /// `*`, qualifiers, and what it points at is named behind.
    fn pointer(&mut self, node: NodeId) {
        let inner = csyntax::types::inner_declarator(self.tree, node);
        let qualified = self.has_pointer_words(node, inner);
        let prefix = self.aside(|speller| speller.pointer_prefix(node, inner));
        self.out.extend(prefix);
        if let Some(inner) = inner {
            let name = self.aside(|speller| speller.declarator(inner));
            if qualified && !name.is_empty() {
                self.space();
            }
            self.out.extend(name);
        }
    }

    /// Whether a pointer has a qualifier or an attribute that is printed.
    fn has_pointer_words(&self, node: NodeId, inner: Option<NodeId>) -> bool {
        self.tree.elements(node).any(|element| match element {
            Element::Token(token) => {
                self.token_kind(token) != TokenKind::Star && !self.without.contains(&token)
            }
            Element::Node(child) => Some(child) != inner,
        })
    }

    /// `*` and its qualifiers; a value keeps a space behind `*` where it had blanks.
    fn pointer_prefix(&mut self, node: NodeId, inner: Option<NodeId>) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::Star => {
                    self.token(token);
                }
                Element::Node(child) if Some(child) == inner => {}
                Element::Token(token) if self.without.contains(&token) => {}
                Element::Token(token) => {
                    self.space();
                    self.token(token);
                }
                Element::Node(child) => {
                    self.space();
                    self.node(child);
                }
            }
        }
    }
}

/// Constructors of a type of `tree`, the one next to the name first, around `name`.
fn wrapped(tree: &Tree, constructors: &[NodeId], without: &[TokenId], name: Vec<Out>) -> Vec<Out> {
    let mut printed = name;
    let mut pointer = false;
    for &constructor in constructors {
        let inner = csyntax::types::inner_declarator(tree, constructor);
        let mut speller = Speller::of_value(tree, tree.token_range(constructor).end);
        speller.without = without.to_vec();
        if tree.kind(constructor) == NodeKind::PointerDeclarator {
            speller.pointer_prefix(constructor, inner);
            let qualified = speller.has_pointer_words(constructor, inner);
            if !printed.is_empty() && (qualified || is_followed_by_blank(tree, constructor)) {
                speller.space();
            }
            speller.out.extend(printed);
        } else {
            if pointer {
                speller.word(TokenKind::LeftParen, b"(");
            }
            speller.out.extend(printed);
            if pointer {
                speller.word(TokenKind::RightParen, b")");
            }
            speller.suffix(constructor, inner);
        }
        pointer = tree.kind(constructor) == NodeKind::PointerDeclarator;
        printed = speller.out;
    }
    printed
}

/// Whether blanks or comments stand behind the `*` in the source.
fn is_followed_by_blank(tree: &Tree, pointer: NodeId) -> bool {
    tree.own_token(pointer, TokenKind::Star)
        .is_some_and(|star| !tree.gap_before(star.next()).is_empty())
}

impl Speller<'_> {
    /// What stands behind the inner declarator: `[3]`, `(int a)`.
    fn suffix(&mut self, constructor: NodeId, inner: Option<NodeId>) {
        for element in self.tree.elements(constructor) {
            match element {
                Element::Token(token) => self.token(token),
                Element::Node(child) if Some(child) == inner => {}
                Element::Node(child) => self.node(child),
            }
        }
    }
}

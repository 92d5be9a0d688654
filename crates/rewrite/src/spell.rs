//! The C printer: a term of a tree as words, spaces and newlines, with fixed spacing and without comments.
//!
//! It prints the values of metavariables from the C tree and added code from the plus slice; the two differ in a few
//! places, which ask [`Speller::is_added`]. Indentation is left to whoever prints the newlines.
//!
//! Invariant: every visible token of the term is printed, in order, exactly once (a comma behind the last element
//! of an initialiser excepted).

mod bound;
mod declarations;
mod declarators;
mod expressions;
mod initialisers;
mod level;
mod smpl_spacing;
mod statements;
mod texts;

use std::sync::Arc;

use csyntax::types::TypeTerm;
use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind, Tree};
use smpl::{Body, MetavariableId};

pub(crate) use texts::{starts_line, text_piece};

/// The value of a metavariable in added code.
#[derive(Clone, Debug)]
pub enum Bound {
    /// A name, an operator: its text.
    Text(Box<[u8]>),
    /// An expression, statement, declaration, parameter, initialiser, ...
    Term(Arc<Tree>, NodeId),
    /// A type: the constructors and specifiers that the metavariable took.
    Type(Arc<Tree>, TypeTerm),
    /// A run of arguments, parameters, ...; commas are not in it.
    List(Arc<Tree>, Vec<NodeId>),
}

/// The values of the metavariables of a rule, in one environment.
pub trait Bindings {
    /// The value of `metavariable`; none if it has none.
    fn bound(&self, metavariable: MetavariableId) -> Option<Bound>;
}

/// A piece of printed code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Out {
    /// A token.
    Word {
        /// What it is.
        kind: TokenKind,
        /// Its text.
        text: Box<[u8]>,
        /// Whether it comes from the value of a metavariable.
        bound: bool,
    },
    /// One space.
    Space,
    /// One space at which a line may be broken, wherever it stands.
    Break,
    /// A newline; its indentation follows from where it ends up.
    Newline,
    /// A comment, with the blanks that belong in front of it.
    Comment(Box<[u8]>),
    /// Text with newlines of its own: skipped directives of a value, line breaks of the semantic patch.
    Raw(Box<[u8]>),
    /// A directive of added code, which fills its line.
    Directive(Box<[u8]>),
}

/// The text of `node`, with the spacing of the C printer and without comments.
pub fn spell_term(tree: &Tree, node: NodeId) -> Vec<u8> {
    let mut speller = Speller::of_value(tree, tree.token_range(node).end);
    speller.node(node);
    flat(&speller.out)
}

/// The text of a type, with the spacing of the C printer.
pub fn spell_type(tree: &Tree, term: &TypeTerm) -> Vec<u8> {
    let mut speller = Speller::of_value(tree, u32::MAX);
    speller.type_term(term);
    flat(&speller.out)
}

pub(crate) fn flat(pieces: &[Out]) -> Vec<u8> {
    let mut text = Vec::new();
    for piece in pieces {
        match piece {
            Out::Word { text: word, .. } => text.extend_from_slice(word),
            Out::Space | Out::Break => text.push(b' '),
            Out::Newline => text.push(b'\n'),
            Out::Comment(raw) | Out::Raw(raw) | Out::Directive(raw) => text.extend_from_slice(raw),
        }
    }
    text
}

/// Where added code and the values in it come from.
#[derive(Clone, Copy)]
pub(crate) struct Added<'a> {
    pub(crate) body: &'a Body,
    pub(crate) bindings: &'a dyn Bindings,
    pub(crate) smpl_spacing: bool,
    /// Whether directives stand beside it; functions then open their body on the line of the header.
    pub(crate) behind_directive: bool,
}

/// A printer of the terms of one tree.
pub(crate) struct Speller<'a> {
    tree: &'a Tree,
    /// Qualifiers of a type that are no part of it and are not printed.
    without: Vec<TokenId>,
    added: Option<Added<'a>>,
    /// One past the last token of the term, as far as gaps of a value are copied.
    end: u32,
    pub(crate) out: Vec<Out>,
    /// A metavariable that has no value.
    pub(crate) unbound: Option<MetavariableId>,
    /// The first token of the term, which carries no comment of the term itself.
    first: Option<TokenId>,
    /// A bound type whose constructors are not printed yet.
    pending: Option<declarators::Pending>,
    /// Whether the next declarator follows a comma rather than a type.
    glued: bool,
    /// How many initialiser lists are being printed around the place at hand.
    open_lists: u32,
}

impl<'a> Speller<'a> {
    /// A printer of values.
    pub(crate) fn of_value(tree: &'a Tree, end: u32) -> Speller<'a> {
        Speller { end, ..Speller::new(tree, None) }
    }

    /// A printer of added code.
    pub(crate) fn of_added(added: Added<'a>) -> Speller<'a> {
        Speller::new(&added.body.plus, Some(added))
    }

    fn new(tree: &'a Tree, added: Option<Added<'a>>) -> Speller<'a> {
        Speller {
            tree,
            added,
            without: Vec::new(),
            end: 0,
            out: Vec::new(),
            unbound: None,
            first: None,
            pending: None,
            glued: false,
            open_lists: 0,
        }
    }

    /// Prints a term of added code.
    pub(crate) fn added_term(&mut self, node: NodeId) {
        self.first = self.tree.first_token(node);
        self.node(node);
    }

    /// Prints a single token of added code.
    pub(crate) fn added_token(&mut self, token: TokenId) {
        self.first = Some(token);
        self.token(token);
    }

    /// Prints what waits for a declarator that does not come.
    pub(crate) fn finish(&mut self) {
        self.finish_type();
    }

    fn is_added(&self) -> bool {
        self.added.is_some()
    }

    fn kind(&self, node: NodeId) -> NodeKind {
        self.tree.kind(node)
    }

    fn token_kind(&self, token: TokenId) -> TokenKind {
        self.tree.tokens().kind(token)
    }

    fn space(&mut self) {
        self.out.push(Out::Space);
    }

    fn newline(&mut self) {
        self.out.push(Out::Newline);
    }

    /// A token that stands in no tree.
    fn word(&mut self, kind: TokenKind, text: &[u8]) {
        self.out.push(Out::Word { kind, text: text.into(), bound: !self.is_added() });
    }

    fn token(&mut self, token: TokenId) {
        if self.first != Some(token) {
            self.texts_before(token);
        }
        if let Some(metavariable) = self.metavariable(token) {
            return self.value(metavariable, 0);
        }
        let kind = self.token_kind(token);
        if kind == TokenKind::PpEnd || kind == TokenKind::Eof {
            return;
        }
        match self.format_string(token) {
            Some(text) => self.word(kind, &text),
            None => self.word(kind, self.tree.token_text(token)),
        }
        self.skipped_behind(token);
    }

    fn tokens(&mut self, node: NodeId) {
        for token in self.tree.visible_tokens(node) {
            self.token(token);
        }
    }

    /// Prints any term.
    pub(crate) fn node(&mut self, node: NodeId) {
        let kind = self.kind(node);
        match kind {
            NodeKind::ArgumentList | NodeKind::ParameterList | NodeKind::MacroParameters => {
                self.list(node);
            }
            _ if kind.is_expression() => self.expression(node, 0),
            _ if kind.is_statement() => self.statement(node),
            _ => self.declaration_part(node),
        }
    }

    /// Prints own tokens and children in order, without anything between them but a space behind commas.
    fn list(&mut self, node: NodeId) {
        for element in self.tree.elements(node) {
            match element {
                Element::Token(token) if self.token_kind(token) == TokenKind::Comma => {
                    self.token(token);
                    self.space();
                }
                Element::Token(token) => self.token(token),
                Element::Node(child) if self.kind(child) == NodeKind::MacroTokens => {
                    self.plain(child);
                }
                Element::Node(child) => self.node(child),
            }
        }
    }

    /// Prints tokens by a rule of thumb: for what has no grammar of its own.
    fn plain(&mut self, node: NodeId) {
        let mut last: Option<TokenKind> = None;
        for token in self.tree.visible_tokens(node) {
            let kind = self.token_kind(token);
            if last.is_some_and(|last| wants_space(last, kind)) {
                self.space();
            }
            self.token(token);
            last = Some(kind);
        }
    }

    /// Copies the gap behind a token of a value if it holds skipped text.
    fn skipped_behind(&mut self, token: TokenId) {
        if self.is_added() {
            return;
        }
        let next = token.next();
        let tokens = self.tree.tokens();
        if next.0 >= self.end || next.index() >= tokens.len() || !self.tree.is_hidden(next) {
            return;
        }
        let mut behind = next;
        while behind.0 < self.end && self.tree.is_hidden(behind) {
            behind = behind.next();
        }
        if behind.0 < self.end {
            let range = tokens.span(token).end as usize..tokens.span(behind).start as usize;
            self.out.push(Out::Raw(self.tree.source()[range].into()));
        }
    }
}

/// Whether two tokens without a grammar around them are printed apart.
fn wants_space(left: TokenKind, right: TokenKind) -> bool {
    use TokenKind::*;
    match (left, right) {
        (Comma, _) => true,
        (LeftParen | LeftBracket | Dot | Arrow | Tilde | Bang, _) => false,
        (_, RightParen | RightBracket | Comma | Semicolon | Dot | Arrow | LeftBracket) => false,
        (_, LeftParen) => !is_word(left) && left != RightParen,
        (Colon, _) | (_, Colon) => true,
        _ => is_word(left) && (is_word(right) || is_operator(right)) || is_operator(left),
    }
}

/// Whether a token is written with letters, digits or quotes.
pub(crate) fn is_word(kind: TokenKind) -> bool {
    use TokenKind::*;
    (kind >= Identifier && kind <= String)
        || (kind >= Auto && kind <= LocalLabel)
        || kind == PpHeader
        || (kind >= MetaExpression && kind <= TypedefName)
}

/// Whether a token is an operator that may stand between two terms.
pub(crate) fn is_operator(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(kind, Question | Equal | AssignOp)
        || (kind >= Amp && kind <= PipePipe && kind != Tilde && kind != Bang)
}

//! The code of a rule: one array of tokens with marks, the minus and the plus slice, and the additions.
//!
//! Invariant: both slices have the same tokens; a token that a slice does not have is hidden in its tree.
//! So a [`TokenId`] means the same in both.

pub(crate) mod additions;
pub(crate) mod join;
pub(crate) mod lex;
pub(crate) mod pairing;
pub(crate) mod slices;
pub(crate) mod strings;
pub(crate) mod unparsed;

use csyntax::{NodeId, TokenId, Tree};
use fixedbitset::FixedBitSet;
use text::Span;

pub use strings::StringPiece;

use crate::metavariable::MetavariableId;

/// What the first column of a line says about its tokens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mark {
    /// Nothing: in both slices.
    Context,
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `++`
    PlusPlus,
    /// `*`
    Star,
}

impl Mark {
    /// Whether the minus slice lacks it.
    pub fn is_added(self) -> bool {
        matches!(self, Mark::Plus | Mark::PlusPlus)
    }
}

/// The code of a rule.
#[derive(Clone, Debug)]
pub struct Body {
    /// What is matched.
    pub minus: Tree,
    /// What the result looks like.
    pub plus: Tree,
    /// Whether the rule has `*` lines.
    pub is_match: bool,
    /// Whether the whole plus slice is added, so that its statements count as a list of statements.
    pub all_added: bool,
    pub(crate) marks: Vec<Mark>,
    pub(crate) optional: FixedBitSet,
    pub(crate) metavariables: Vec<Option<MetavariableId>>,
    pub(crate) positions: Vec<(TokenId, MetavariableId)>,
    /// Strings that are matched piece by piece.
    pub(crate) strings: Vec<(TokenId, Vec<StringPiece>)>,
    pub(crate) additions: Vec<Addition>,
    pub(crate) texts: Vec<AddedText>,
}

impl Body {
    /// The mark of the line that `token` is on.
    pub fn mark(&self, token: TokenId) -> Mark {
        self.marks.get(token.index()).copied().unwrap_or(Mark::Context)
    }

    /// Whether the line of `token` is marked `?`.
    pub fn is_optional(&self, token: TokenId) -> bool {
        self.optional.contains(token.index())
    }

    /// The metavariable that `token` is.
    pub fn metavariable_of(&self, token: TokenId) -> Option<MetavariableId> {
        self.metavariables.get(token.index()).copied().flatten()
    }

    /// What is attached to `token` with `@`: positions, and metavariables of other kinds.
    pub fn positions(&self, token: TokenId) -> impl Iterator<Item = MetavariableId> + '_ {
        let first = self.positions.partition_point(|&(at, _)| at < token);
        self.positions[first..].iter().take_while(move |&&(at, _)| at == token).map(|&(_, m)| m)
    }

    /// The pieces of a string literal that is more than text.
    pub fn string_pieces(&self, token: TokenId) -> Option<&[StringPiece]> {
        let index = self.strings.binary_search_by_key(&token, |&(at, _)| at).ok()?;
        Some(&self.strings[index].1)
    }

    /// All that is attached with `@`, by token.
    pub fn all_positions(&self) -> &[(TokenId, MetavariableId)] {
        &self.positions
    }

    /// What is to be added, in text order.
    pub fn additions(&self) -> &[Addition] {
        &self.additions
    }

    /// Comments, directives and empty lines of added code, those inside added terms included.
    pub fn added_texts(&self) -> &[AddedText] {
        &self.texts
    }

    /// Whether the rule changes code.
    pub fn is_patch(&self) -> bool {
        self.marks.iter().any(|&mark| mark == Mark::Minus || mark.is_added())
            || !self.additions.is_empty()
    }
}

/// A comment, directive or empty line of added code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AddedText {
    /// Where it stands; empty for an empty line.
    pub span: Span,
    /// The token that it stands in front of.
    pub before: TokenId,
    /// `+` or `++`.
    pub mark: Mark,
}

/// Where an addition hangs on its anchor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Side {
    /// In front of it.
    Before,
    /// Behind it.
    After,
    /// In the place of what is removed with it.
    Replace,
}

/// A chunk of added code, and the token that it hangs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Addition {
    /// A token of the minus slice.
    pub anchor: TokenId,
    /// Where it hangs.
    pub side: Side,
    /// The term of the minus slice that was chosen; none when it is a single token.
    pub node: Option<NodeId>,
    /// Whether it hangs on the zero-width mark in front of a declaration or function, or behind a function
    /// or control statement, rather than on a token.
    pub at_mark: bool,
    /// Whether it was written with `++`.
    pub multiple: bool,
    /// What it is as a whole.
    pub form: AdditionForm,
    /// The lines.
    pub rows: Vec<Row>,
    /// The added lines in the semantic patch.
    pub span: Span,
}

/// What a chunk of added code is as a whole; decides over braces around a single statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AdditionForm {
    /// Exactly one statement, no `if` and no declaration.
    Statement,
    /// Exactly one `if`.
    IfStatement,
    /// Statements, declarations, functions and directives.
    Statements,
    /// One other term: an expression, a type, a parameter, ...
    Term,
    /// Pieces of terms.
    Pieces,
}

/// The pieces of one line of added code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line in the semantic patch, from 1.
    pub line: u32,
    /// In text order.
    pub pieces: Vec<Piece>,
}

/// A piece of added code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// A whole term of the plus slice.
    Node(NodeId),
    /// A token of the plus slice.
    Token(TokenId),
    /// A comment, or a directive such as `#if`.
    Text(Span),
    /// An empty `+` line.
    Blank,
}

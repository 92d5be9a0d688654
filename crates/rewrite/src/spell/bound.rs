//! Metavariables of added code: their values, in their places.

use csyntax::formats;
use csyntax::types::TypeTerm;
use csyntax::{NodeId, NodeKind, TokenKind, Tree};
use smpl::{MetavariableId, StringPiece};

use super::{Bound, Out, Speller, level};

/// A value as pieces, for a place that asks for no level.
pub(crate) fn bound_pieces(value: &Bound) -> Vec<Out> {
    match value {
        Bound::Text(text) => {
            let kind = word_kind(text);
            vec![Out::Word { kind, text: text.clone(), bound: true }]
        }
        Bound::Term(tree, node) => term_pieces(tree, *node),
        Bound::Type(tree, term) => type_pieces(tree, term),
        Bound::List(tree, nodes) => list_pieces(tree, nodes),
    }
}

/// What the text of a name, operator or number is as a token.
fn word_kind(text: &[u8]) -> TokenKind {
    if text.is_empty() || text[0].is_ascii_whitespace() {
        return TokenKind::Unknown;
    }
    match csyntax::lexer::token_at(text, 0) {
        (kind, end) if end == text.len() => kind,
        _ => TokenKind::Identifier,
    }
}

fn term_pieces(tree: &Tree, node: NodeId) -> Vec<Out> {
    let mut speller = Speller::of_value(tree, tree.token_range(node).end);
    speller.node(node);
    speller.out
}

fn type_pieces(tree: &Tree, term: &TypeTerm) -> Vec<Out> {
    let mut speller = Speller::of_value(tree, u32::MAX);
    speller.type_term(term);
    speller.out
}

fn list_pieces(tree: &Tree, nodes: &[NodeId]) -> Vec<Out> {
    let end = nodes.last().map_or(0, |&node| tree.token_range(node).end);
    let separator = list_separator(tree, nodes);
    let mut speller = Speller::of_value(tree, end);
    for (index, &node) in nodes.iter().enumerate() {
        if index > 0 {
            if separator.comma {
                speller.word(TokenKind::Comma, b",");
            }
            if separator.newline { speller.newline() } else { speller.space() }
        }
        speller.node(node);
    }
    speller.out
}

struct Separator {
    comma: bool,
    newline: bool,
}

/// Statements and fields stand one a line; so do initialisers that did so where they come from.
fn list_separator(tree: &Tree, nodes: &[NodeId]) -> Separator {
    let Some(&first) = nodes.first() else { return Separator { comma: false, newline: false } };
    let kind = tree.kind(first);
    if kind == NodeKind::InitialiserEntry || kind == NodeKind::Enumerator {
        return Separator { comma: true, newline: spans_lines(tree, nodes) };
    }
    let lines = kind.is_statement()
        || matches!(
            kind,
            NodeKind::Declaration | NodeKind::FieldDeclaration | NodeKind::Conditional
        )
        || kind.is_directive();
    Separator { comma: !lines, newline: lines }
}

fn spans_lines(tree: &Tree, nodes: &[NodeId]) -> bool {
    let (Some(&first), Some(&last)) = (nodes.first(), nodes.last()) else { return false };
    let range = tree.span(first).start as usize..tree.span(last).end as usize;
    let lines = tree.source()[range].iter().filter(|&&byte| byte == b'\n').count();
    lines + 1 >= nodes.len() && nodes.len() > 1
}

impl Speller<'_> {
    /// The metavariable that a token of added code is.
    pub(super) fn metavariable(&self, token: csyntax::TokenId) -> Option<MetavariableId> {
        self.added.and_then(|added| added.body.metavariable_of(token))
    }

    /// The text of a string of added code with `%@f@` in it, with the formats that these stand for.
    pub(super) fn format_string(&self, token: csyntax::TokenId) -> Option<Vec<u8>> {
        let added = self.added?;
        let pieces = added.body.string_pieces(token)?;
        let literal = self.tree.token_text(token);
        let open = literal.iter().position(|&byte| byte == b'"')?;
        let mut text = literal[..=open].to_vec();
        for piece in pieces {
            match piece {
                StringPiece::Text(part) | StringPiece::Format(part) => text.extend_from_slice(part),
                // Only patterns have dots.
                StringPiece::Dots => text.extend_from_slice(b"..."),
                StringPiece::Metavariable(id) => {
                    let Some(Bound::Text(value)) = added.bindings.bound(*id) else { continue };
                    // The value of a single format lacks its `%`.
                    if !formats::pieces(&value).iter().any(|piece| piece.is_format) {
                        text.push(b'%');
                    }
                    text.extend_from_slice(&value);
                }
            }
        }
        text.push(b'"');
        Some(text)
    }

    /// The metavariable that a term of added code consists of.
    pub(super) fn single_metavariable(&self, node: NodeId) -> Option<MetavariableId> {
        self.added?;
        let range = self.tree.token_range(node);
        let only = csyntax::TokenId(range.start);
        // Specifiers and declarators are printed together: a type may wrap the name.
        let part = matches!(
            self.kind(node),
            NodeKind::DeclSpecifiers
                | NodeKind::InitDeclarator
                | NodeKind::FieldDeclarator
                | NodeKind::NameDeclarator
        );
        (range.len() == 1 && !part).then(|| self.metavariable(only)).flatten()
    }

    /// Whether a metavariable stands for a block.
    pub(super) fn is_block_value(&self, metavariable: MetavariableId) -> bool {
        let value = self.added.and_then(|added| added.bindings.bound(metavariable));
        matches!(value, Some(Bound::Term(tree, node))
            if tree.kind(node) == NodeKind::CompoundStatement)
    }

    /// Prints the value of a metavariable that is a whole term; behind a type name no declarator comes.
    pub(super) fn value_of_term(&mut self, node: NodeId, metavariable: MetavariableId, level: u8) {
        self.value(metavariable, level);
        if self.kind(node) == NodeKind::TypeName {
            self.finish_type();
        }
    }

    /// Prints the value of a metavariable at a place that asks for `level`.
    pub(super) fn value(&mut self, metavariable: MetavariableId, level: u8) {
        let value = self.added.and_then(|added| added.bindings.bound(metavariable));
        match value {
            None => self.unbound = self.unbound.or(Some(metavariable)),
            Some(Bound::Type(tree, term)) => self.bound_type(&tree, &term),
            Some(value) => {
                let loose = matches!(&value, Bound::Term(tree, node)
                    if tree.kind(*node).is_expression()
                        && level::of_value(tree.kind(*node)) < level);
                if loose {
                    self.word(TokenKind::LeftParen, b"(");
                }
                self.out.extend(bound_pieces(&value));
                if loose {
                    self.word(TokenKind::RightParen, b")");
                }
            }
        }
    }
}

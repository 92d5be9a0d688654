//! An addition of a rule, with values for its metavariables, as printed pieces.
//!
//! Rows stand on lines of their own, except that a lone token joins what follows; the pieces of one row are separated
//! by a space where C needs or likes one. Statements and the like end their line.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree};
use smpl::{Addition, Body, MetavariableId, Piece, Row};

use crate::spell::{Added, Out, Speller, is_operator, starts_line, text_piece};

/// Printed added code.
#[derive(Clone, Debug)]
pub(crate) struct AddedCode {
    pub(crate) pieces: Vec<Out>,
    /// Whether it wants a newline in front of it when it stands behind kept code.
    pub(crate) starts_line: bool,
    /// Whether it wants a newline behind it when it stands in front of kept code.
    pub(crate) ends_line: bool,
    /// Whether it starts with a function.
    pub(crate) starts_with_function: bool,
    /// Whether it ends with a function.
    pub(crate) ends_with_function: bool,
    /// Whether it ends with the `*` of a type, which touches what follows.
    pub(crate) ends_with_pointer: bool,
    /// Whether it starts with a token that blanks follow in the semantic patch.
    pub(crate) starts_spaced: bool,
}

/// What a piece is for its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    /// A statement, declaration, field or directive: ends its line.
    Line,
    /// An enumerator or initialiser: starts a line, but may be followed by a comma.
    Entry,
    /// A token.
    Token(TokenKind),
    /// The colon of a label, which ends its line.
    LabelColon,
    /// Arguments or parameters with their parentheses.
    Parenthesised,
    /// Another term.
    Term,
    /// A comment or directive on a line of its own.
    OwnLine,
    /// A comment behind code.
    Trailing,
    /// An empty line.
    Blank,
}

/// Prints `addition`; fails with a metavariable that has no value.
pub(crate) fn added_code(
    addition: &Addition,
    added: Added<'_>,
) -> Result<AddedCode, MetavariableId> {
    let body = added.body;
    let mut pieces = Vec::new();
    let mut last: Option<(Class, bool)> = None;
    for (place, row) in addition.rows.iter().enumerate() {
        let behind_directive = is_behind_directive(body, &addition.rows, place);
        let added = Added { behind_directive, ..added };
        for (index, &piece) in row.pieces.iter().enumerate() {
            let class = class(body, piece);
            if let Some((before, lone)) = last {
                let new_row = index == 0 && !lone;
                separate(&mut pieces, before, class, new_row);
            }
            pieces.extend(printed(added, piece)?);
            last = Some((class, is_lone(body, row)));
        }
    }
    if matches!(last, Some((Class::Token(TokenKind::Comma), _))) {
        pieces.push(Out::Space);
    }
    let all: Vec<Piece> = addition.rows.iter().flat_map(|row| row.pieces.clone()).collect();
    Ok(assembled(body, pieces, &all))
}

/// Whether a conditional directive stands in the lines right above a row, comments aside.
fn is_behind_directive(body: &Body, rows: &[Row], index: usize) -> bool {
    let text = |row: &Row| match row.pieces[..] {
        [Piece::Text(span)] => Some(&body.plus.source()[span.range()]),
        _ => None,
    };
    let above = rows[..=index].windows(2).rev().take_while(|pair| pair[0].line + 1 == pair[1].line);
    above.map_while(|pair| text(&pair[0])).any(|text| text.starts_with(b"#"))
}

fn assembled(body: &Body, pieces: Vec<Out>, all: &[Piece]) -> AddedCode {
    let is_function = |piece: Option<&Piece>| {
        matches!(piece, Some(&Piece::Node(node))
            if body.plus.kind(node) == NodeKind::FunctionDefinition)
    };
    let starts = all.first().is_some_and(|&piece| match class(body, piece) {
        Class::Token(kind) => kind == TokenKind::RightBrace,
        Class::Line => !is_else(body, piece),
        Class::Entry | Class::OwnLine | Class::Blank => true,
        Class::Term | Class::LabelColon | Class::Parenthesised | Class::Trailing => false,
    });
    let ends = all.last().is_some_and(|&piece| match class(body, piece) {
        Class::Token(TokenKind::Comma) => {
            matches!(all[..], [.., before, _] if class(body, before) == Class::Entry)
        }
        Class::Token(kind) => kind == TokenKind::LeftBrace,
        Class::Line | Class::LabelColon | Class::Entry | Class::OwnLine | Class::Blank => true,
        Class::Term | Class::Parenthesised => false,
        Class::Trailing => true,
    });
    AddedCode {
        pieces,
        starts_line: starts,
        ends_line: ends,
        starts_with_function: is_function(all.first()),
        ends_with_function: is_function(all.last()),
        ends_with_pointer: all.last().is_some_and(|&piece| is_pointer(body, piece)),
        starts_spaced: all.first().is_some_and(|&piece| is_spaced(body, piece)),
    }
}

/// Whether blanks follow the first token of a piece.
fn is_spaced(body: &Body, piece: Piece) -> bool {
    let token = match piece {
        Piece::Token(token) => Some(token),
        Piece::Node(node) => body.plus.first_token(node),
        Piece::Text(_) | Piece::Blank => None,
    };
    token.is_some_and(|token| {
        let end = body.plus.tokens().span(token).end as usize;
        body.plus.source().get(end).is_none_or(u8::is_ascii_whitespace)
    })
}

/// Whether a piece is the `*` of a type, or a type that ends with one.
fn is_pointer(body: &Body, piece: Piece) -> bool {
    let plus = &body.plus;
    let token = match piece {
        Piece::Token(token) => Some(token),
        Piece::Node(node) => plus.last_token(node),
        Piece::Text(_) | Piece::Blank => None,
    };
    token.is_some_and(|token| {
        plus.tokens().kind(token) == TokenKind::Star
            && plus.ids().any(|node| {
                plus.kind(node) == NodeKind::PointerDeclarator
                    && plus.own_tokens(node).any(|own| own == token)
            })
    })
}

fn is_else(body: &Body, piece: Piece) -> bool {
    matches!(piece, Piece::Node(node) if body.plus.kind(node) == NodeKind::ElseClause)
}

fn printed(added: Added<'_>, piece: Piece) -> Result<Vec<Out>, MetavariableId> {
    let mut speller = Speller::of_added(added);
    match piece {
        Piece::Node(node) => speller.added_term(node),
        Piece::Token(token) => speller.added_token(token),
        Piece::Text(span) => return Ok(vec![text_piece(added.body.plus.source(), span)]),
        Piece::Blank => return Ok(Vec::new()),
    }
    speller.finish();
    match speller.unbound {
        Some(metavariable) => Err(metavariable),
        None => Ok(speller.out),
    }
}

/// Whether a row is a single token that joins the row behind it.
fn is_lone(body: &Body, row: &Row) -> bool {
    let [only] = row.pieces.as_slice() else { return false };
    match *only {
        Piece::Token(token) => {
            use TokenKind::*;
            !matches!(body.plus.tokens().kind(token), Semicolon | LeftBrace | RightBrace)
        }
        Piece::Node(node) => {
            let class = class(body, *only);
            class == Class::Parenthesised
                || (class == Class::Term && body.plus.token_range(node).len() == 1)
        }
        Piece::Text(_) | Piece::Blank => false,
    }
}

fn class(body: &Body, piece: Piece) -> Class {
    match piece {
        Piece::Token(token) if is_label_colon(&body.plus, token) => Class::LabelColon,
        Piece::Token(token) => Class::Token(body.plus.tokens().kind(token)),
        Piece::Node(node) => class_of_term(body, node),
        Piece::Text(span) => {
            let source = body.plus.source();
            if starts_line(source, span.start as usize) { Class::OwnLine } else { Class::Trailing }
        }
        Piece::Blank => Class::Blank,
    }
}

fn is_label_colon(plus: &Tree, token: TokenId) -> bool {
    plus.tokens().kind(token) == TokenKind::Colon
        && matches!(
            plus.kind(plus.innermost(token.0..token.0 + 1)),
            NodeKind::LabelStatement | NodeKind::CaseStatement | NodeKind::DefaultStatement
        )
}

fn class_of_term(body: &Body, node: NodeId) -> Class {
    use NodeKind::*;
    let kind = body.plus.kind(node);
    let metavariable = (body.plus.token_range(node).len() == 1)
        .then(|| body.plus.tokens().kind(body.plus.data(node).first));
    match (kind, metavariable) {
        (
            _,
            Some(
                TokenKind::MetaStatement
                | TokenKind::MetaStatementList
                | TokenKind::MetaDeclaration
                | TokenKind::MetaField
                | TokenKind::MetaFieldList,
            ),
        ) => Class::Line,
        (_, Some(TokenKind::MetaInitialiser | TokenKind::MetaInitialiserList)) => Class::Entry,
        (
            FunctionDefinition
            | Declaration
            | MacroDeclaration
            | StaticAssertDeclaration
            | EmptyDeclaration
            | AsmDeclaration
            | LocalLabelDeclaration
            | LinkageSpecification
            | FieldDeclaration
            | Conditional
            | ElseClause,
            _,
        ) => Class::Line,
        (InitialiserEntry | Enumerator, _) => Class::Entry,
        (ArgumentList | ParameterList, _) => Class::Parenthesised,
        _ if kind.is_statement() || kind.is_directive() => Class::Line,
        _ => Class::Term,
    }
}

/// Puts what belongs between two pieces.
fn separate(pieces: &mut Vec<Out>, left: Class, right: Class, new_row: bool) {
    let line = match (left, right) {
        (_, Class::Trailing) => return,
        (Class::Blank | Class::OwnLine, _) | (_, Class::Blank | Class::OwnLine) => true,
        (Class::Line, _) | (_, Class::Line) if left != Class::Token(TokenKind::RightParen) => true,
        (Class::Token(TokenKind::LeftBrace) | Class::LabelColon, _) => true,
        (Class::Token(TokenKind::Else), Class::Token(TokenKind::LeftBrace | TokenKind::If)) => {
            false
        }
        (Class::Token(TokenKind::Else), _) => true,
        (Class::Trailing, _) => new_row,
        _ => new_row,
    };
    if line {
        pieces.push(Out::Newline);
    } else if wants_space(pieces, left, right) {
        pieces.push(Out::Space);
    }
}

fn wants_space(pieces: &[Out], left: Class, right: Class) -> bool {
    use TokenKind::*;
    match (left, right) {
        (Class::Token(If | For | While | Do | Switch | Comma), _) => true,
        (_, Class::Token(Comma | Semicolon | LeftParen | RightParen | Dot | Arrow)) => false,
        (_, Class::Parenthesised | Class::LabelColon) => false,
        (Class::Token(LeftParen | Dot | Arrow | Tilde | Bang | PlusPlus | MinusMinus), _) => false,
        (Class::Token(kind), _) if is_operator(kind) => !is_unary_place(pieces),
        _ => true,
    }
}

/// Whether the operator that ends `pieces` has nothing on its left.
fn is_unary_place(pieces: &[Out]) -> bool {
    let Some(Out::Word { kind, .. }) = pieces.last() else { return false };
    if !matches!(kind, TokenKind::Amp | TokenKind::Star | TokenKind::Minus) {
        return false;
    }
    let before = pieces[..pieces.len() - 1].iter().rev().find_map(|piece| match piece {
        Out::Word { kind, .. } => Some(*kind),
        _ => None,
    });
    before.is_some_and(|kind| {
        is_operator(kind) || matches!(kind, TokenKind::LeftParen | TokenKind::Comma)
    })
}

//! Where added code hangs.
//!
//! 1. The plus slice gives *pieces*: the largest terms and single tokens that are added, each under the nearest
//!    paired term, its root.
//! 2. Pieces without a token of the minus slice between them form a *chunk*, in rows by line.
//! 3. The minus side of the root gives *join points*: removed terms, paired terms as wholes, own tokens, and the
//!    zero-width marks of declarations and functions.
//! 4. A chunk takes the join point before it, or the one behind it if the former cannot hold code.
//!
//! ```text
//!  f(1);        join point, paired
//! +a();         chunk: after `f(1);`
//! -g(2);        join point, removed
//! ```
//!
//! Invariant: every added token is in exactly one addition, or an error was reported for its chunk.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind, Tree};
use fixedbitset::FixedBitSet;
use rustc_hash::FxHashMap;
use text::{LineIndex, Span};

use super::pairing::{Pairs, pairs};
use super::{Addition, AdditionForm, Body, Mark, Piece, Row, Side};
use crate::body::join::{Chosen, JoinPoints, join_points};
use crate::report::Reports;

/// All additions of `body`, in text order.
pub(crate) fn additions(
    body: &Body,
    in_when: &FixedBitSet,
    lines: &LineIndex,
    reports: &mut Reports,
) -> Vec<Addition> {
    let pairs = pairs(&body.minus, &body.plus, in_when);
    let removed = removed_tokens(body, in_when);
    let mut additions: Vec<Addition> = Vec::new();
    let mut replacements: FxHashMap<TokenId, usize> = FxHashMap::default();
    let mut points_of: FxHashMap<NodeId, JoinPoints> = FxHashMap::default();
    for chunk in chunks(body, &pairs) {
        let form = form(&body.plus, &chunk);
        let points = points_of
            .entry(chunk.root)
            .or_insert_with(|| join_points(body, &pairs, &removed, chunk.root));
        let whole = chunk.pieces.iter().all(|piece| is_top_level(&body.plus, piece.piece));
        let Some(chosen) = points.place(body, &chunk, form, whole) else {
            nowhere(body, points, &chunk, reports);
            continue;
        };
        check_marks(&chunk, reports);
        check_kinds(body, &chosen, form, &chunk, reports);
        let rows = rows(&chunk, lines);
        let multiple = chunk.pieces.iter().any(|piece| piece.mark == Mark::PlusPlus);
        // What is added inside and behind the same removed term replaces it together.
        if chosen.side == Side::Replace
            && let Some(&earlier) = replacements.get(&chosen.anchor)
        {
            let earlier = &mut additions[earlier];
            earlier.rows.extend(rows);
            earlier.form = joined_form(earlier.form, form);
            earlier.span = earlier.span.cover(chunk.span);
            continue;
        }
        if chosen.side == Side::Replace {
            replacements.insert(chosen.anchor, additions.len());
        }
        additions.push(Addition {
            anchor: chosen.anchor,
            side: chosen.side,
            node: chosen.node,
            at_mark: chosen.at_mark,
            multiple,
            form,
            rows,
            span: chunk.span,
        });
    }
    check_lonely_minus(body, &removed, &additions, reports);
    additions
}

/// Added code without a token of the minus slice in between, under one root.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    /// A paired node of the minus tree.
    pub root: NodeId,
    pub pieces: Vec<PlacedPiece>,
    /// The first token, or the token that a text stands in front of.
    pub start: TokenId,
    pub end: TokenId,
    pub span: Span,
}

/// A piece and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlacedPiece {
    pub piece: Piece,
    /// The root in the plus tree; none for texts, which go with their neighbours.
    root: Option<NodeId>,
    first: TokenId,
    end: TokenId,
    span: Span,
    pub mark: Mark,
}

/// Tokens that the minus slice has and the plus slice lacks.
fn removed_tokens(body: &Body, in_when: &FixedBitSet) -> FixedBitSet {
    let mut removed = FixedBitSet::with_capacity(body.minus.tokens().len());
    for token in body.minus.tokens().ids() {
        let index = token.index();
        let gone = !body.minus.is_hidden(token) && body.plus.is_hidden(token);
        let marked = body.mark(token) == Mark::Minus;
        removed.set(index, gone && (marked || !in_when.contains(index)));
    }
    removed
}

fn chunks(body: &Body, pairs: &Pairs) -> Vec<Chunk> {
    let mut pieces = Vec::new();
    collect(body, pairs, NodeId::ROOT, NodeId::ROOT, &mut pieces);
    add_texts(body, &mut pieces);
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut run: Vec<PlacedPiece> = Vec::new();
    for piece in pieces {
        let breaks = run.last().is_some_and(|last: &PlacedPiece| {
            has_minus_token(body, last.end, piece.first)
                || (piece.root.is_some()
                    && run.iter().any(|p| p.root.is_some() && p.root != piece.root))
        });
        if breaks {
            chunks.extend(chunk(body, pairs, std::mem::take(&mut run)));
        }
        run.push(piece);
    }
    chunks.extend(chunk(body, pairs, run));
    chunks
}

fn has_minus_token(body: &Body, from: TokenId, to: TokenId) -> bool {
    (from.0..to.0).any(|token| !body.minus.is_hidden(TokenId(token)))
}

fn chunk(body: &Body, pairs: &Pairs, pieces: Vec<PlacedPiece>) -> Option<Chunk> {
    let (first, last) = (pieces.first()?, pieces.last()?);
    let (start, end) = (first.first, last.end);
    let span = first.span.cover(last.span);
    let plus_root = pieces.iter().find_map(|piece| piece.root);
    let root = plus_root.and_then(|root| pairs.minus_of[root.index()]);
    let root = root.unwrap_or_else(|| root_around(&body.minus, pairs, start));
    Some(Chunk { root, pieces, start, end, span })
}

/// The innermost paired term that has tokens on both sides of `token`.
fn root_around(minus: &Tree, pairs: &Pairs, token: TokenId) -> NodeId {
    // Nodes are in preorder, so those that start before `token` are a prefix; the innermost one around it is
    // the last of them or an ancestor of that.
    let (mut from, mut to) = (0, minus.len() as u32);
    while from < to {
        let middle = (from + to) / 2;
        match minus.data(NodeId(middle)).first < token {
            true => from = middle + 1,
            false => to = middle,
        }
    }
    let mut around = from.checked_sub(1).map(NodeId);
    while let Some(node) = around {
        if token < minus.data(node).end && pairs.plus_of[node.index()].is_some() {
            return node;
        }
        around = minus.parent(node);
    }
    NodeId::ROOT
}

/// The largest added terms and tokens below `node`, whose nearest paired term is `root`.
fn collect(body: &Body, pairs: &Pairs, node: NodeId, root: NodeId, pieces: &mut Vec<PlacedPiece>) {
    let plus = &body.plus;
    for element in plus.elements(node) {
        match element {
            Element::Token(token) if body.mark(token).is_added() => {
                let span = plus.tokens().span(token);
                pieces.push(PlacedPiece {
                    piece: Piece::Token(token),
                    root: Some(root),
                    first: token,
                    end: token.next(),
                    span,
                    mark: body.mark(token),
                });
            }
            Element::Token(_) => {}
            Element::Node(child) => match plus.first_token(child) {
                None => {}
                Some(first) if is_added(body, child) => {
                    let data = plus.data(child);
                    pieces.push(PlacedPiece {
                        piece: Piece::Node(child),
                        root: Some(root),
                        first,
                        end: data.end,
                        span: plus.span(child),
                        mark: body.mark(first),
                    });
                }
                Some(_) => {
                    let paired = pairs.minus_of[child.index()].is_some();
                    collect(body, pairs, child, if paired { child } else { root }, pieces);
                }
            },
        }
    }
}

/// Whether all of `node` is added; branches are parts of a group and no terms.
fn is_added(body: &Body, node: NodeId) -> bool {
    body.plus.kind(node) != NodeKind::Branch
        && body.plus.visible_tokens(node).all(|token| body.mark(token).is_added())
}

/// Puts comments and empty lines between the pieces; those inside a term stay with it.
fn add_texts(body: &Body, pieces: &mut Vec<PlacedPiece>) {
    let placed = body.texts.iter().filter_map(|text| {
        // Pieces are in text order and do not overlap, so only the last that starts before may go around.
        let before = pieces[..pieces.partition_point(|piece| piece.first < text.before)].last();
        let inside = before
            .is_some_and(|piece| matches!(piece.piece, Piece::Node(_)) && text.before < piece.end);
        let piece = if text.span.is_empty() { Piece::Blank } else { Piece::Text(text.span) };
        (!inside).then_some(PlacedPiece {
            piece,
            root: None,
            first: text.before,
            end: text.before,
            span: text.span,
            mark: text.mark,
        })
    });
    let placed: Vec<PlacedPiece> = placed.collect();
    pieces.extend(placed);
    // A text at the place of a piece, which an empty line may be, stands behind it: the sort is stable.
    pieces.sort_by_key(|piece| piece.span.start);
}

fn rows(chunk: &Chunk, lines: &LineIndex) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for piece in &chunk.pieces {
        let line = lines.line(piece.span.start);
        match rows.last_mut() {
            Some(row) if row.line == line => row.pieces.push(piece.piece),
            _ => rows.push(Row { line, pieces: vec![piece.piece] }),
        }
    }
    rows
}

/// Declarations, statements, functions and directives.
fn is_statement_like(kind: NodeKind) -> bool {
    kind.is_statement() || is_top_level_kind(kind)
}

fn is_top_level_kind(kind: NodeKind) -> bool {
    use NodeKind::*;
    kind.is_directive()
        || matches!(
            kind,
            FunctionDefinition
                | Declaration
                | MacroDeclaration
                | StaticAssertDeclaration
                | AsmDeclaration
                | LocalLabelDeclaration
                | Conditional
        )
}

fn is_top_level(plus: &Tree, piece: Piece) -> bool {
    match piece {
        Piece::Node(node) => is_top_level_kind(plus.kind(node)),
        Piece::Token(_) => false,
        Piece::Text(_) | Piece::Blank => true,
    }
}

/// What the chunk is as a whole; texts do not count.
fn form(plus: &Tree, chunk: &Chunk) -> AdditionForm {
    let mut kinds = Vec::new();
    for piece in &chunk.pieces {
        match piece.piece {
            Piece::Node(node) => kinds.push(kind_of_term(plus, node)),
            Piece::Token(_) => return AdditionForm::Pieces,
            Piece::Text(_) | Piece::Blank => {}
        }
    }
    match kinds.as_slice() {
        [NodeKind::IfStatement] => AdditionForm::IfStatement,
        [only] if only.is_statement() => AdditionForm::Statement,
        [only] if !is_statement_like(*only) => AdditionForm::Term,
        all if all.iter().all(|&kind| is_statement_like(kind)) => AdditionForm::Statements,
        _ => AdditionForm::Pieces,
    }
}

/// A metavariable counts as what it stands for.
fn kind_of_term(plus: &Tree, node: NodeId) -> NodeKind {
    let kind = plus.kind(node);
    if kind != NodeKind::Metavariable {
        return kind;
    }
    let token = plus.first_token(node).map(|token| plus.tokens().kind(token));
    match token {
        Some(TokenKind::MetaStatement | TokenKind::MetaStatementList) => {
            NodeKind::ExpressionStatement
        }
        Some(TokenKind::MetaDeclaration) => NodeKind::Declaration,
        _ => kind,
    }
}

fn joined_form(first: AdditionForm, second: AdditionForm) -> AdditionForm {
    use AdditionForm::*;
    let statements = |form| matches!(form, Statement | IfStatement | Statements);
    if statements(first) && statements(second) { Statements } else { Pieces }
}

fn check_marks(chunk: &Chunk, reports: &mut Reports) {
    let marks = |mark| chunk.pieces.iter().any(|piece| piece.mark == mark);
    if marks(Mark::Plus) && marks(Mark::PlusPlus) {
        reports
            .error("smpl/mixed-plus", "`+` and `++` in one addition", chunk.span, "added together")
            .help("use the same marker on all of these lines");
    }
}

/// An expression cannot take the place of a statement, nor the other way round.
fn check_kinds(
    body: &Body,
    chosen: &Chosen,
    form: AdditionForm,
    chunk: &Chunk,
    reports: &mut Reports,
) {
    let (Side::Replace, Some(node)) = (chosen.side, chosen.node) else { return };
    let kind = body.minus.kind(node);
    let place = body.minus.parent(node).map(|parent| body.minus.kind(parent));
    let in_sequence =
        matches!(place, Some(NodeKind::PatternSequence | NodeKind::Branch | NodeKind::Nest));
    let added_statement = !matches!(form, AdditionForm::Term | AdditionForm::Pieces);
    let added_expression = form == AdditionForm::Term
        && chunk.pieces.iter().any(|piece| match piece.piece {
            Piece::Node(node) => body.plus.kind(node).is_expression(),
            _ => false,
        });
    let texts = chunk.pieces.iter().all(|p| matches!(p.piece, Piece::Text(_) | Piece::Blank));
    let (was, is) = if kind.is_expression() && in_sequence && added_statement && !texts {
        ("expression", "statement")
    } else if kind.is_statement() && added_expression {
        ("statement", "expression")
    } else {
        return;
    };
    let span = body.minus.span(node);
    reports
        .error(
            "smpl/incompatible-code",
            format!("an {was} cannot be replaced by another kind of term").replace("an s", "a s"),
            chunk.span,
            format!("this is of kind {is}"),
        )
        .also(span, format!("this is of kind {was}"))
        .help("write the `;` on both sides or on none");
}

/// A bare expression or type that is the whole rule must be replaced by something.
fn check_lonely_minus(
    body: &Body,
    removed: &FixedBitSet,
    additions: &[Addition],
    reports: &mut Reports,
) {
    let minus = &body.minus;
    let mut elements = minus.children(NodeId::ROOT);
    let (Some(only), None) = (elements.next(), elements.next()) else { return };
    let kind = minus.kind(only);
    let bare = kind.is_expression() || kind == NodeKind::TypeName;
    let gone = minus.visible_tokens(only).all(|token| removed.contains(token.index()));
    if bare && gone && additions.is_empty() {
        reports
            .error(
                "smpl/invalid-minus",
                "nothing replaces this expression",
                minus.span(only),
                "removed",
            )
            .help("add `;` to remove a whole statement, or a `+` line with what replaces it");
    }
}

/// Reports a chunk that no join point can hold.
fn nowhere(body: &Body, points: &JoinPoints, chunk: &Chunk, reports: &mut Reports) {
    let before = points.last_before(chunk.start);
    let draft = reports.error(
        "smpl/nothing-to-stand-on",
        "this addition has nothing to stand on",
        chunk.span,
        "added here",
    );
    let Some(before) = before else {
        draft.help("add a context line that says where the new code belongs");
        return;
    };
    let first = body.minus.tokens().kind(before.start);
    let span = body.minus.tokens().span(before.start);
    match first {
        TokenKind::DisjOpen | TokenKind::DisjOr | TokenKind::DisjClose | TokenKind::DisjAnd => {
            draft
                .also(span, "a disjunction as a whole holds no code")
                .help("repeat the addition in each branch")
        }
        _ => draft
            .also(span, "this holds no code")
            .help("code can hang on code that is matched, not on dots or nests; add such a line"),
    };
}

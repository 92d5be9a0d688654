//! The two slices of a body, each parsed alone over the same tokens.
//!
//! Invariant: a token marked `+` is hidden in the minus slice; a token marked `-`, a `when` clause and a
//! disjunction that has become empty are hidden in the plus slice.

use std::sync::Arc;

use csyntax::{NodeId, NodeKind, TokenId, TokenKind, Tree, pattern};
use fixedbitset::FixedBitSet;
use text::{LineIndex, Span};

use super::lex::BodyTokens;
use super::unparsed::{self, Slice};
use super::{Body, Mark, additions};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};

/// Parses both slices and finds where the additions hang.
pub(crate) fn body(
    source: &Arc<[u8]>,
    lexed: BodyTokens,
    body_span: Span,
    lines: &LineIndex,
    scope: &Scope,
    names: &mut FileNames,
    reports: &mut Reports,
) -> Option<Body> {
    let errors = reports.list.len();
    balance(&lexed, lines, reports);
    let minus_hidden = hidden_in_minus(&lexed);
    let visible = lexed.tokens.len() - 1 - minus_hidden.count_ones(..);
    if visible == 0 {
        empty(&lexed, body_span, reports);
        return None;
    }
    if reports.list.len() > errors {
        return None;
    }
    let minus =
        pattern::parse(source.clone(), lexed.tokens.clone(), minus_hidden, &mut names.types);
    let minus_parses = unparsed::check(&minus, &lexed, scope, Slice::Minus, reports);
    check_adjacent_dots(&minus, reports);
    check_function_alone(&minus, reports);
    let changes = lexed.marks.iter().any(|&mark| mark == Mark::Minus || mark.is_added())
        || !lexed.texts.is_empty();
    let plus = if changes && minus_parses {
        let hidden = hidden_in_plus(&lexed);
        let plus = pattern::parse(source.clone(), lexed.tokens.clone(), hidden, &mut names.types);
        if !unparsed::check(&plus, &lexed, scope, Slice::Plus, reports) {
            return None;
        }
        plus
    } else {
        minus.clone()
    };
    if !minus_parses {
        return None;
    }
    let is_match = lexed.marks.contains(&Mark::Star);
    let eof = TokenId(lexed.tokens.len() as u32 - 1);
    let all_added = lexed.marks.iter().any(|mark| mark.is_added())
        && plus.tokens().ids().all(|token| {
            token == eof || plus.is_hidden(token) || lexed.marks[token.index()].is_added()
        });
    let mut body = Body {
        minus,
        plus,
        is_match,
        all_added,
        marks: lexed.marks,
        optional: lexed.optional,
        metavariables: lexed.metavariables,
        positions: lexed.positions,
        strings: lexed.strings,
        additions: Vec::new(),
        texts: lexed.texts,
    };
    if changes {
        body.additions = additions::additions(&body, &lexed.in_when, lines, reports);
    }
    Some(body)
}

fn hidden_in_minus(lexed: &BodyTokens) -> FixedBitSet {
    let mut hidden = FixedBitSet::with_capacity(lexed.tokens.len());
    hidden.extend(
        lexed.marks.iter().enumerate().filter(|(_, mark)| mark.is_added()).map(|(index, _)| index),
    );
    hidden
}

fn hidden_in_plus(lexed: &BodyTokens) -> FixedBitSet {
    let mut hidden = lexed.in_when.clone();
    for (index, &mark) in lexed.marks.iter().enumerate() {
        if mark == Mark::Minus {
            hidden.insert(index);
        }
    }
    hide_empty_disjunctions(lexed, &mut hidden);
    hidden
}

/// Hides disjunctions of which nothing but their own tokens is left.
fn hide_empty_disjunctions(lexed: &BodyTokens, hidden: &mut FixedBitSet) {
    struct Group {
        own: Vec<usize>,
        empty: bool,
    }
    let mut open: Vec<Group> = Vec::new();
    for token in lexed.tokens.ids() {
        let index = token.index();
        match lexed.tokens.kind(token) {
            TokenKind::DisjOpen => open.push(Group { own: vec![index], empty: true }),
            TokenKind::DisjOr | TokenKind::DisjAnd => {
                if let Some(group) = open.last_mut() {
                    group.own.push(index);
                }
            }
            TokenKind::DisjClose => {
                let Some(mut group) = open.pop() else { continue };
                group.own.push(index);
                if group.empty {
                    hidden.extend(group.own);
                } else if let Some(around) = open.last_mut() {
                    around.empty = false;
                }
            }
            _ if !hidden.contains(index) => {
                if let Some(group) = open.last_mut() {
                    group.empty = false;
                }
            }
            _ => {}
        }
    }
}

fn empty(lexed: &BodyTokens, body_span: Span, reports: &mut Reports) {
    let added = lexed.marks.iter().position(|mark| mark.is_added());
    match added {
        Some(index) => {
            let span = lexed.tokens.span(TokenId(index as u32));
            reports
                .error("smpl/empty-minus", "this rule only adds", span, "added to nothing")
                .help("add a context line that says where the new code belongs");
        }
        None => {
            let span = Span::new(body_span.start.saturating_sub(2), body_span.start);
            reports
                .error("smpl/empty-rule", "this rule has no code", span, "nothing stands behind it")
                .help("a rule needs a line to match");
        }
    }
}

/// A rule is matched within one function, so nothing can stand beside one.
fn check_function_alone(minus: &Tree, reports: &mut Reports) {
    let is_function = |node: NodeId| minus.kind(node) == NodeKind::FunctionDefinition;
    let mut elements = minus.children(NodeId::ROOT);
    let Some(function) = minus.children(NodeId::ROOT).find(|&node| is_function(node)) else {
        return;
    };
    let Some(other) = elements.find(|&node| node != function) else { return };
    let first = |node| minus.first_token(node).map(|token| minus.tokens().span(token));
    let (Some(function), Some(other)) = (first(function), first(other)) else { return };
    let (first, second) = (function.start.min(other.start), function.start.max(other.start));
    let span = |start: u32| if function.start == start { function } else { other };
    reports
        .error(
            "smpl/function-alone",
            "a function stands alone in its rule",
            span(second),
            "no function has this behind it",
        )
        .also(span(first), "matched together with this")
        .help("make two rules; the second can inherit from the first");
}

/// Two dots in a row match the same as one, and are a slip.
fn check_adjacent_dots(minus: &Tree, reports: &mut Reports) {
    let is_dots = |node| minus.kind(node) == NodeKind::Dots;
    for node in minus.ids() {
        if !matches!(
            minus.kind(node),
            NodeKind::PatternSequence
                | NodeKind::CompoundStatement
                | NodeKind::Nest
                | NodeKind::Branch
        ) {
            continue;
        }
        let children: Vec<_> = minus.children(node).collect();
        for pair in children.windows(2) {
            if is_dots(pair[0]) && is_dots(pair[1]) {
                reports
                    .error(
                        "smpl/dots",
                        "dots stand behind dots",
                        minus.span(pair[1]),
                        "second dots",
                    )
                    .also(minus.span(pair[0]), "first dots")
                    .help("write `...` once; it stands for any path");
            }
        }
        let only_dots = children.len() == 1 && is_dots(children[0]);
        if only_dots && node == NodeId::ROOT {
            reports
                .error("smpl/dots", "a rule cannot be dots alone", minus.span(node), "only dots")
                .help("dots need something before or behind them");
        }
        if minus.kind(node) == NodeKind::Nest
            && let (Some(&first), Some(&last)) = (
                children.iter().find(|&&child| minus.kind(child) != NodeKind::WhenClause),
                children.last(),
            )
            && (is_dots(first) || is_dots(last))
        {
            let at = if is_dots(first) { first } else { last };
            reports
                .error("smpl/dots", "dots at the edge of a nest", minus.span(at), "not here")
                .help("the nest itself stands for what comes before and behind; remove the dots");
        }
    }
}

/// Parentheses of disjunctions must not close those of C, nor the other way round.
fn balance(lexed: &BodyTokens, lines: &LineIndex, reports: &mut Reports) {
    use TokenKind::*;
    let mut open: Vec<TokenId> = Vec::new();
    for token in lexed.tokens.ids() {
        if lexed.marks[token.index()].is_added() {
            continue;
        }
        let kind = lexed.tokens.kind(token);
        let closes = match kind {
            LeftParen | PpParamsOpen | DisjOpen => {
                open.push(token);
                continue;
            }
            RightParen => [LeftParen, PpParamsOpen],
            DisjClose => [DisjOpen, DisjOpen],
            _ => continue,
        };
        let Some(opening) = open.pop() else {
            let span = lexed.tokens.span(token);
            reports
                .error("smpl/parenthesis", "this closes nothing", span, "nothing is open here")
                .help("`)` in column 0 closes a disjunction; indent it by one blank if it is C");
            return;
        };
        if !closes.contains(&lexed.tokens.kind(opening)) {
            mismatch(lexed, lines, opening, token, reports);
            return;
        }
    }
    if let Some(&opening) = open.last() {
        let span = lexed.tokens.span(opening);
        let help = match lexed.tokens.kind(opening) {
            DisjOpen => "a disjunction ends with `)` in column 0, or with `\\)`",
            _ => "it ends with `)`, not in column 0, on a line with the same marker",
        };
        reports
            .error("smpl/parenthesis", "this parenthesis is not closed", span, "opened here")
            .help(help);
    }
}

fn mismatch(
    lexed: &BodyTokens,
    lines: &LineIndex,
    opening: TokenId,
    closing: TokenId,
    reports: &mut Reports,
) {
    let (open, close) = (lexed.tokens.span(opening), lexed.tokens.span(closing));
    let disjunction = lexed.tokens.kind(opening) == TokenKind::DisjOpen;
    let message = match disjunction {
        true => "the parenthesis of a disjunction is closed by one of C",
        false => "a parenthesis of C is closed by that of a disjunction",
    };
    let column = |span: Span| lines.place(span.start).column;
    reports
        .error("smpl/parenthesis", message, close, format!("in column {}", column(close)))
        .also(open, format!("in column {}", column(open)))
        .help("parentheses in column 0 are those of disjunctions; indent those of C by one blank");
}

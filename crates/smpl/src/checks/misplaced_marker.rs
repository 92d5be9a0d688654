//! Signs that were meant for the margin and are read as operators, and the other way round.
//!
//! Idioms known:
//!
//! - `  - f(e);` with blanks before the `-`: a statement that negates a value and drops it, or assigns to it.
//! - ` |` on a line of its own between branches, with a blank before it: the operator `|`.
//! - `-* f(e);`: a value is fetched by `*` and dropped; with a blank behind the `-` it would be the same, so the `*`
//!   was meant as a marker.
//! - `#include "x.cocci"` behind the first rule: a directive that is to be matched.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind};

use crate::body::{Body, Mark};
use crate::report::Reports;

/// Reports them.
pub(super) fn check(body: &Body, reports: &mut Reports) {
    let minus = &body.minus;
    for node in minus.ids() {
        match minus.kind(node) {
            NodeKind::ExpressionStatement => statement(body, node, reports),
            NodeKind::BinaryExpression => bar(body, node, reports),
            NodeKind::Include => include(body, node, reports),
            _ => {}
        }
    }
}

fn statement(body: &Body, node: NodeId, reports: &mut Reports) {
    let minus = &body.minus;
    let Some(expression) = minus.nth_child(node, 0) else { return };
    let prefix = match minus.kind(expression) {
        NodeKind::AssignmentExpression => minus.nth_child(expression, 0),
        _ => Some(expression),
    };
    let Some(prefix) = prefix.filter(|&node| minus.kind(node) == NodeKind::PrefixExpression) else {
        return;
    };
    let Some(sign) =
        minus.first_token(node).filter(|_| minus.first_token(prefix) == minus.first_token(node))
    else {
        return;
    };
    let operand = minus.nth_child(prefix, 0).map(|operand| minus.kind(operand));
    match minus.tokens().kind(sign) {
        TokenKind::Minus | TokenKind::Plus
            if body.mark(sign) == Mark::Context && starts_line(body, sign) =>
        {
            let text = String::from_utf8_lossy(minus.token_text(sign)).into_owned();
            reports
                .warning(
                    "smpl/misplaced-marker",
                    format!("this `{text}` is read as an operator"),
                    minus.tokens().span(sign),
                    "not in the first column",
                )
                .help(format!("put the `{text}` into the first column if it marks the line"));
        }
        TokenKind::Star
            if expression == prefix
                && operand == Some(NodeKind::CallExpression)
                && touches_marker(body, sign) =>
        {
            reports
                .warning(
                    "smpl/misplaced-marker",
                    "this `*` is read as an operator",
                    minus.tokens().span(sign),
                    "its value is used for nothing",
                )
                .help("a line has one marker; remove the `*`");
        }
        _ => {}
    }
}

/// A `|` alone on its line, among the branches of a disjunction.
fn bar(body: &Body, node: NodeId, reports: &mut Reports) {
    let minus = &body.minus;
    let Some(bar) = minus.own_token(node, TokenKind::Pipe) else { return };
    let around = minus.ancestors(node).find(|&node| minus.kind(node) == NodeKind::Disjunction);
    let Some(open) = around.and_then(|around| minus.first_token(around)) else { return };
    let open = minus.tokens().span(open);
    if body.mark(bar) != Mark::Context
        || !starts_line(body, bar)
        || !ends_line(body, bar)
        || &minus.source()[open.range()] != b"("
    {
        return;
    }
    reports
        .warning(
            "smpl/misplaced-marker",
            "this `|` is read as an operator",
            minus.tokens().span(bar),
            "not in the first column",
        )
        .also(open, "inside this disjunction")
        .help("put the `|` into the first column if it stands between branches");
}

/// A semantic patch is not a header.
fn include(body: &Body, node: NodeId, reports: &mut Reports) {
    let minus = &body.minus;
    let Some(header) = minus.own_token(node, TokenKind::PpHeader) else { return };
    if minus.token_text(header).ends_with(b".cocci\"") {
        reports
            .warning(
                "smpl/misplaced-include",
                "this `#include` is matched, and includes nothing",
                minus.tokens().span(header),
                "code of a rule",
            )
            .help("semantic patches are included in front of the first rule");
    }
}

/// Whether only blanks stand before the token on its line.
fn starts_line(body: &Body, token: TokenId) -> bool {
    let before = &body.minus.source()[..body.minus.tokens().span(token).start as usize];
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    before[..before.len() - blanks].last() == Some(&b'\n')
}

/// Whether only blanks stand behind it.
fn ends_line(body: &Body, token: TokenId) -> bool {
    let behind = &body.minus.source()[body.minus.tokens().span(token).end as usize..];
    let rest = behind.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    matches!(rest, None | Some(b'\n'))
}

/// `-*`, with a blank behind it.
fn touches_marker(body: &Body, token: TokenId) -> bool {
    let (source, span) = (body.minus.source(), body.minus.tokens().span(token));
    let (start, end) = (span.start as usize, span.end as usize);
    let marked = body.mark(token) == Mark::Minus && source[..start].ends_with(b"\n-");
    marked && matches!(source.get(end), Some(b' ' | b'\t'))
}

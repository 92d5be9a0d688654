//! Signs that were meant for the margin and are read as operators.
//!
//! Idioms known:
//!
//! - `  - f(e);` with blanks, or `@@`, before the `-`: a statement that negates a value and drops it, or assigns to it.
//! - ` |` on a line of its own between branches, with a blank before it: the operator `|`.
//! - `-- f(e);`: a removed line, marked as if `++` had a partner.
//! - `-* f(e);`: a value is fetched by `*` and dropped, so the `*` was meant as a marker.
//!
//! In a patch without any change, `*` or script, which does nothing at all, also these:
//!
//! - `  - f(e)` without `;`, with a blank behind the `-`, and `  * f(e);`. What looks like `-x` or `*x` is meant so.
//! - `--e;` in the first column.

use csyntax::{NodeId, NodeKind, TokenId, TokenKind};

use super::margin::{ends_line, is_apart, is_first_column, starts_line, touches_marker};
use crate::body::{Body, Mark};
use crate::report::Reports;

/// Reports them; `idle` when the patch does nothing.
pub(super) fn check(body: &Body, idle: bool, reports: &mut Reports) {
    let minus = &body.minus;
    for node in minus.ids() {
        match minus.kind(node) {
            NodeKind::ExpressionStatement => statement(body, node, idle, reports),
            NodeKind::BinaryExpression => bar(body, node, reports),
            _ => {}
        }
    }
    let alone = minus.children(NodeId::ROOT).filter(|&node| minus.kind(node).is_expression());
    for sign in alone.filter_map(|node| minus.first_token(node)).filter(|_| idle) {
        in_idle_patch(body, sign, reports);
    }
}

fn statement(body: &Body, node: NodeId, idle: bool, reports: &mut Reports) {
    let minus = &body.minus;
    let Some(expression) = minus.nth_child(node, 0) else { return };
    let prefix = match minus.kind(expression) {
        NodeKind::AssignmentExpression => minus.nth_child(expression, 0),
        _ => Some(expression),
    };
    let Some(prefix) = prefix.filter(|&node| minus.kind(node) == NodeKind::PrefixExpression) else {
        return;
    };
    let Some(sign) = minus.first_token(prefix) else { return };
    let operand = minus.nth_child(prefix, 0).map(|operand| minus.kind(operand));
    let dropped = expression == prefix && operand == Some(NodeKind::CallExpression);
    match minus.tokens().kind(sign) {
        TokenKind::Minus | TokenKind::Plus
            if body.mark(sign) == Mark::Context && starts_line(minus, sign) =>
        {
            not_in_first_column(body, sign, reports);
        }
        TokenKind::Star if dropped && touches_marker(body, sign) => {
            reports
                .warning(
                    "smpl/misplaced-marker",
                    "this `*` is read as an operator",
                    minus.tokens().span(sign),
                    "its value is used for nothing",
                )
                .help("a line has one marker; remove the `*`");
        }
        TokenKind::Star if dropped && idle && is_apart(minus, sign) => {
            not_in_first_column(body, sign, reports);
        }
        // The value of a call cannot be counted down.
        TokenKind::MinusMinus if idle || (dropped && is_first_column(minus, sign)) => {
            in_idle_patch(body, sign, reports);
        }
        _ => {}
    }
}

/// The first token of a term in a patch that does nothing.
fn in_idle_patch(body: &Body, sign: TokenId, reports: &mut Reports) {
    let minus = &body.minus;
    match minus.tokens().kind(sign) {
        TokenKind::Minus | TokenKind::Plus if is_apart(minus, sign) => {
            not_in_first_column(body, sign, reports);
        }
        TokenKind::MinusMinus if is_first_column(minus, sign) => {
            reports
                .warning(
                    "smpl/misplaced-marker",
                    "this `--` is read as an operator",
                    minus.tokens().span(sign),
                    "one operator",
                )
                .help("a line that is removed begins with one `-`");
        }
        _ => {}
    }
}

fn not_in_first_column(body: &Body, sign: TokenId, reports: &mut Reports) {
    let text = String::from_utf8_lossy(body.minus.token_text(sign)).into_owned();
    reports
        .warning(
            "smpl/misplaced-marker",
            format!("this `{text}` is read as an operator"),
            body.minus.tokens().span(sign),
            "not in the first column",
        )
        .help(format!("put the `{text}` into the first column if it marks the line"));
}

/// A `|` alone on its line, among the branches of a disjunction.
fn bar(body: &Body, node: NodeId, reports: &mut Reports) {
    let minus = &body.minus;
    let Some(bar) = minus.own_token(node, TokenKind::Pipe) else { return };
    if body.mark(bar) != Mark::Context || !starts_line(minus, bar) || !ends_line(minus, bar) {
        return;
    }
    let around = minus.ancestors(node).find(|&node| minus.kind(node) == NodeKind::Disjunction);
    let open = around.and_then(|around| minus.first_token(around));
    let Some(open) = open.filter(|&open| is_first_column(minus, open)) else { return };
    reports
        .warning(
            "smpl/misplaced-marker",
            "this `|` is read as an operator",
            minus.tokens().span(bar),
            "not in the first column",
        )
        .also(minus.tokens().span(open), "inside this disjunction")
        .help("put the `|` into the first column if it stands between branches");
}

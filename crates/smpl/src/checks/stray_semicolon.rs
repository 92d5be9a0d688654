//! A `;` behind what takes none: `...;`, and `S;` where `S` is a statement.
//!
//! It is an empty statement of its own then, which code hardly ever has.

use csyntax::{NodeId, NodeKind, TokenKind};

use crate::body::Body;
use crate::report::Reports;

/// Reports each.
pub(super) fn check(body: &Body, reports: &mut Reports) {
    let minus = &body.minus;
    for node in minus.ids().filter(|&node| minus.kind(node) == NodeKind::EmptyStatement) {
        let Some(semicolon) = minus.first_token(node) else { continue };
        let Some(before) = semicolon.0.checked_sub(1).map(csyntax::TokenId) else { continue };
        let (span, previous) = (minus.tokens().span(semicolon), minus.tokens().span(before));
        // With a position on it, the `;` is what the rule looks for.
        let meant = body.positions(semicolon).next().is_some();
        if meant || previous.end != span.start || minus.is_hidden(before) {
            continue;
        }
        let dots = minus.tokens().kind(before) == TokenKind::Ellipsis && is_dots(body, node);
        let (what, label) = match minus.tokens().kind(before) {
            TokenKind::Ellipsis if dots => ("dots take no `;`", "the dots"),
            TokenKind::MetaStatement | TokenKind::MetaStatementList => {
                ("a statement metavariable takes no `;`", "a whole statement")
            }
            _ => continue,
        };
        reports
            .warning("smpl/stray-semicolon", what, span, "an empty statement")
            .also(previous, label)
            .help("remove the `;`, unless the code has one more");
    }
}

/// Whether dots stand as an element in front of `node`.
fn is_dots(body: &Body, node: NodeId) -> bool {
    let minus = &body.minus;
    let Some(parent) = minus.parent(node) else { return false };
    let before = minus.children(parent).take_while(|&child| child != node).last();
    before.is_some_and(|before| minus.kind(before) == NodeKind::Dots)
}

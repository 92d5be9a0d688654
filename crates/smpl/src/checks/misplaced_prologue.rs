//! Lines of the prologue that stand behind the first rule, where they are code to be matched.
//!
//! Idioms known: `virtual patch;`, `using "x.iso"`, `#include "x.cocci"`, each in the first column.

use csyntax::{TokenId, TokenKind};

use super::margin::is_first_column;
use crate::body::{Body, Mark};
use crate::report::Reports;

/// Reports them.
pub(super) fn check(body: &Body, reports: &mut Reports) {
    let minus = &body.minus;
    for token in minus.tokens().ids() {
        let first = !minus.is_hidden(token)
            && body.mark(token) == Mark::Context
            && is_first_column(minus, token);
        if first && is_prologue(body, token) {
            let text = String::from_utf8_lossy(minus.token_text(token)).into_owned();
            reports
                .warning(
                    "smpl/misplaced-prologue",
                    format!("this `{text}` is code to be matched"),
                    minus.tokens().span(token),
                    "stands in a rule",
                )
                .help(format!("`{text}` lines stand before the first rule"));
        }
    }
}

fn is_prologue(body: &Body, token: TokenId) -> bool {
    let minus = &body.minus;
    let next = token.next();
    let kind = |token| minus.tokens().kind(token);
    let plain =
        |token| kind(token) == TokenKind::Identifier && body.metavariable_of(token).is_none();
    if kind(token) == TokenKind::PpInclude {
        return minus.token_text(next).ends_with(b".cocci\"");
    }
    match minus.token_text(token) {
        b"virtual" if plain(token) => {
            plain(next) && matches!(kind(next.next()), TokenKind::Comma | TokenKind::Semicolon)
        }
        b"using" if plain(token) => {
            kind(next) == TokenKind::String && minus.token_text(next).ends_with(b".iso\"")
        }
        _ => false,
    }
}

//! Where on its line a token stands.

use csyntax::{TokenId, Tree};

use crate::body::{Body, Mark};

fn is_blank(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether blanks, and only blanks or the `@@` of the rule, stand before the token on its line.
pub(super) fn starts_line(tree: &Tree, token: TokenId) -> bool {
    let before = &tree.source()[..tree.tokens().span(token).start as usize];
    let blanks = before.iter().rev().take_while(|byte| is_blank(byte)).count();
    let rest = &before[..before.len() - blanks];
    (blanks > 0 && rest.ends_with(b"\n")) || rest.ends_with(b"@@")
}

/// Whether it starts its line, with a blank behind it: ` - x`.
pub(super) fn is_apart(tree: &Tree, token: TokenId) -> bool {
    let behind = tree.source().get(tree.tokens().span(token).end as usize);
    starts_line(tree, token) && behind.is_some_and(is_blank)
}

/// Whether nothing stands before the token on its line.
pub(super) fn is_first_column(tree: &Tree, token: TokenId) -> bool {
    tree.source()[..tree.tokens().span(token).start as usize].ends_with(b"\n")
}

/// Whether only blanks stand behind it.
pub(super) fn ends_line(tree: &Tree, token: TokenId) -> bool {
    let behind = &tree.source()[tree.tokens().span(token).end as usize..];
    let rest = behind.iter().find(|byte| !is_blank(byte) && **byte != b'\r');
    matches!(rest, None | Some(b'\n'))
}

/// Whether it touches the `-` in the first column, and has a blank behind it: `-* p`.
pub(super) fn touches_marker(body: &Body, token: TokenId) -> bool {
    let (source, span) = (body.minus.source(), body.minus.tokens().span(token));
    let (start, end) = (span.start as usize, span.end as usize);
    let marked = body.mark(token) == Mark::Minus && source[..start].ends_with(b"\n-");
    marked && source.get(end).is_some_and(is_blank)
}

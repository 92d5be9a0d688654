//! Numbers and strings.

use csyntax::{NodeId, TokenKind};
use smallvec::smallvec;

use super::{Matcher, Pattern};
use crate::record::{Matches, Partial};

impl<'a> Matcher<'a> {
    /// Integers are equal by value when neither has a suffix (`value_format`); all else by spelling.
    pub(super) fn literal(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let (Some(p), Some(c)) =
            (pattern.tree.first_token(pattern.node), self.tree.first_token(code))
        else {
            return Matches::new();
        };
        let (ours, theirs) = (pattern.tree.token_text(p), self.tree.token_text(c));
        let both_integers = pattern.tree.tokens().kind(p) == TokenKind::Integer
            && self.tree.tokens().kind(c) == TokenKind::Integer;
        let by_value = both_integers
            && self.isomorphisms.has("value_format")
            && plain_integer(ours).is_some()
            && plain_integer(ours) == plain_integer(theirs);
        if ours == theirs || by_value {
            self.took_token(pattern, p, c, from)
        } else {
            Matches::new()
        }
    }

    /// Strings are equal by text. Pieces side by side match only pieces side by side.
    pub(super) fn string(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let ours: Vec<_> = pattern.tree.visible_tokens(pattern.node).collect();
        let theirs: Vec<_> = self.tree.visible_tokens(code).collect();
        if ours.len() != theirs.len() {
            return Matches::new();
        }
        let mut states: Matches = smallvec![from.clone()];
        for (p, c) in ours.into_iter().zip(theirs) {
            states = self.each(states, |state| self.token(pattern, p, c, state));
        }
        states
    }
}

/// The value of an integer constant without suffix.
fn plain_integer(text: &[u8]) -> Option<u128> {
    let text = std::str::from_utf8(text).ok()?;
    let lower = text.to_ascii_lowercase();
    if let Some(hex) = lower.strip_prefix("0x") {
        u128::from_str_radix(hex, 16).ok()
    } else if let Some(binary) = lower.strip_prefix("0b") {
        u128::from_str_radix(binary, 2).ok()
    } else if lower.len() > 1 && lower.starts_with('0') {
        u128::from_str_radix(&lower[1..], 8).ok()
    } else {
        lower.parse().ok()
    }
}

/// The value of an integer constant, its suffix cut off.
pub(super) fn integer_value(text: &[u8]) -> Option<u128> {
    let end = text.iter().rposition(|b| !b"uUlL".contains(b)).map_or(0, |last| last + 1);
    plain_integer(&text[..end])
}

//! Numbers and strings.

use csyntax::formats::{self, FormatPiece};
use csyntax::{NodeId, TokenId, TokenKind};
use smallvec::smallvec;
use smpl::{MetavariableId, MetavariableKind, Size, StringPiece};

use super::{Matcher, Pattern};
use crate::record::{Matches, Partial};
use crate::value::Value;

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
        if let ([p], [c]) = (&ours[..], &theirs[..])
            && pattern.isomorphism.is_none()
            && let Some(pieces) = self.body.string_pieces(*p)
        {
            return self.format_string(pattern, *p, pieces, *c, from);
        }
        self.pairwise(&ours, &theirs, smallvec![from.clone()], |p, c, state| {
            self.token(pattern, p, c, state)
        })
    }

    /// A string piece by piece; one of the code without any conversion specification has no pieces.
    fn format_string(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        pieces: &[StringPiece],
        code: TokenId,
        from: &Partial,
    ) -> Matches {
        let (ours, theirs) = (pattern.tree.token_text(token), self.tree.token_text(code));
        let (Some((our_prefix, _)), Some((prefix, content))) = (quoted(ours), quoted(theirs))
        else {
            return Matches::new();
        };
        let parts = formats::pieces(content);
        if our_prefix != prefix || !parts.iter().any(|part| part.is_format) {
            return Matches::new();
        }
        let mut found = Matches::new();
        self.string_pieces(pieces, content, &parts, from, &mut found);
        self.each(found, |state| self.took_token(pattern, token, code, state))
    }

    /// The ways in which the pieces match the parts of a string, each split of the runs.
    fn string_pieces(
        &self,
        pieces: &[StringPiece],
        content: &[u8],
        parts: &[FormatPiece],
        from: &Partial,
        found: &mut Matches,
    ) {
        let Some((piece, rest)) = pieces.split_first() else {
            if parts.is_empty() {
                found.push(from.clone());
            }
            return;
        };
        let first = parts.first();
        let text = |part: &FormatPiece| &content[part.range.clone()];
        match piece {
            StringPiece::Text(ours) | StringPiece::Format(ours) => {
                let is_format = matches!(piece, StringPiece::Format(_));
                if first.is_some_and(|part| part.is_format == is_format && text(part) == &**ours) {
                    self.string_pieces(rest, content, &parts[1..], from, found);
                }
            }
            StringPiece::Dots => {
                for length in 0..=parts.len() {
                    self.string_pieces(rest, content, &parts[length..], from, found);
                }
            }
            StringPiece::Metavariable(id) => {
                let declared = &self.rule.metavariables[id.index()];
                if declared.kind == MetavariableKind::Format {
                    let Some(part) = first.filter(|part| part.is_format) else { return };
                    // The `%` is not part of the value.
                    let value = Value::Identifier(text(part)[1..].into());
                    if let Some(state) = self.bind(*id, value, from) {
                        self.string_pieces(rest, content, &parts[1..], &state, found);
                    }
                    return;
                }
                for length in 1..=parts.len() {
                    if let Some(state) = self.format_list(*id, content, &parts[..length], from) {
                        self.string_pieces(rest, content, &parts[length..], &state, found);
                    }
                }
            }
        }
    }

    /// A run of parts with at least one conversion specification; these are what its length counts.
    fn format_list(
        &self,
        metavariable: MetavariableId,
        content: &[u8],
        run: &[FormatPiece],
        from: &Partial,
    ) -> Option<Partial> {
        let count = run.iter().filter(|part| part.is_format).count() as u32;
        let (first, last) = (run.first()?, run.last()?);
        if count == 0 {
            return None;
        }
        let state = match self.rule.metavariables[metavariable.index()].list_length {
            Some(Size::Exactly(length)) if length != count => return None,
            Some(Size::Bound(length)) => self.bind(length, Value::Length(count), from)?,
            _ => from.clone(),
        };
        let text = &content[first.range.start..last.range.end];
        self.bind(metavariable, Value::Identifier(text.into()), &state)
    }
}

/// What stands in front of the quotes of a string literal, and between them.
fn quoted(literal: &[u8]) -> Option<(&[u8], &[u8])> {
    let open = literal.iter().position(|&byte| byte == b'"')?;
    Some((&literal[..open], literal.get(open + 1..literal.len() - 1)?))
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
pub(crate) fn integer_value(text: &[u8]) -> Option<u128> {
    let end = text.iter().rposition(|b| !b"uUlL".contains(b)).map_or(0, |last| last + 1);
    plain_integer(&text[..end])
}

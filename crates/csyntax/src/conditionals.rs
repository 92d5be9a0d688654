//! `#if` groups before parsing: which branches are dropped because their value is known, and which groups
//! break a bracket and so cannot become nodes.
//!
//! Idioms known here: `#if 0`, `#if 1`, `#ifdef __cplusplus`; a group whose branches each open a brace that
//! is closed behind the group (two function headers, two `if (..) {`). For the latter the first branch stays
//! and the others are hidden. Where it fails: a bracket that is closed in a later, separate group of the
//! same guard counts as broken in both, so both lose their structure, not their text.

use fixedbitset::FixedBitSet;

use crate::kind::TokenKind;
use crate::tree::{TokenId, Tokens};

/// An `#if` group: the directives from `#if` to `#endif`.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) directives: Vec<TokenId>,
}

impl Group {
    pub(crate) fn first(&self) -> TokenId {
        self.directives[0]
    }

    pub(crate) fn last(&self) -> TokenId {
        self.directives[self.directives.len() - 1]
    }

    /// The tokens of each branch.
    fn branches(&self) -> impl Iterator<Item = std::ops::Range<u32>> + '_ {
        self.directives.windows(2).map(|pair| pair[0].0 + 1..pair[1].0)
    }

    /// Hides the directives and all branches but `kept`.
    pub(crate) fn keep_only(&self, kept: usize, hide: &mut impl FnMut(TokenId)) {
        for (index, branch) in self.branches().enumerate() {
            hide(self.directives[index]);
            if index != kept {
                branch.map(TokenId).for_each(&mut *hide);
            }
        }
        hide(self.last());
    }
}

/// All groups that are closed, inner ones before the ones around them.
pub(crate) fn groups(tokens: &Tokens) -> Vec<Group> {
    let mut open: Vec<Group> = Vec::new();
    let mut closed = Vec::new();
    for token in tokens.ids() {
        match tokens.kind(token) {
            TokenKind::PpIf => open.push(Group { directives: vec![token] }),
            TokenKind::PpElif | TokenKind::PpElse => {
                if let Some(group) = open.last_mut() {
                    group.directives.push(token);
                }
            }
            TokenKind::PpEndif => {
                if let Some(mut group) = open.pop() {
                    group.directives.push(token);
                    closed.push(group);
                }
            }
            _ => {}
        }
    }
    closed
}

/// What to hide before parsing starts.
pub(crate) fn hidden_tokens(text: &[u8], tokens: &Tokens, groups: &[Group]) -> FixedBitSet {
    let mut hidden = FixedBitSet::with_capacity(tokens.len());
    for group in groups.iter().rev() {
        if hidden.contains(group.first().index()) {
            continue;
        }
        let guard = &text[tokens.span(group.first()).range()];
        let mut hide = |token: TokenId| hidden.insert(token.index());
        match known_value(guard) {
            Some(true) => group.keep_only(0, &mut hide),
            Some(false) => {
                let kept = if group.directives.len() > 2 {
                    group.directives.len() - 2
                } else {
                    usize::MAX
                };
                group.keep_only(kept, &mut hide);
            }
            None if group.branches().any(|branch| !is_balanced(tokens, branch)) => {
                group.keep_only(0, &mut hide);
            }
            None => {}
        }
    }
    hidden
}

/// The value of a guard that needs no configuration.
fn known_value(directive: &[u8]) -> Option<bool> {
    let text = directive[1..].trim_ascii_start();
    let (word, guard) = text.split_at(text.iter().take_while(|b| b.is_ascii_alphabetic()).count());
    let guard = guard.trim_ascii();
    match word {
        b"if" => match guard {
            [b'1', rest @ ..] if ends_guard(rest) => Some(true),
            [b'0', rest @ ..] if ends_guard(rest) => Some(false),
            b"defined(__cplusplus)" | b"defined (__cplusplus)" | b"defined __cplusplus" => {
                Some(false)
            }
            b"(0)" => Some(false),
            b"(1)" => Some(true),
            _ => None,
        },
        b"ifdef" if guard == b"__cplusplus" => Some(false),
        b"ifdef" if guard == b"__STDC__" => Some(true),
        _ => None,
    }
}

/// Whether nothing but a comment stands behind the number of a guard.
fn ends_guard(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii();
    rest.is_empty() || rest.starts_with(b"/*") || rest.starts_with(b"//")
}

/// Whether the brackets in a range of tokens pair up; those of macro definitions do not count.
fn is_balanced(tokens: &Tokens, range: std::ops::Range<u32>) -> bool {
    use TokenKind::*;
    let mut depth = 0i64;
    let mut in_directive = false;
    for token in range.map(TokenId) {
        match tokens.kind(token) {
            PpDefine | PpUndef | PpInclude => in_directive = true,
            PpEnd => in_directive = false,
            _ if in_directive => {}
            LeftParen | LeftBracket | LeftBrace => depth += 1,
            RightParen | RightBracket | RightBrace => {
                depth -= 1;
                if depth < 0 {
                    return false;
                }
            }
            _ => {}
        }
    }
    depth == 0
}

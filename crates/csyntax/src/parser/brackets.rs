//! Which bracket closes which, among the tokens that the parser sees.
//!
//! Brackets pair up by depth, whatever their kinds; no pair reaches over the end of a directive. All pairs are known
//! from the start, so that to ask costs nothing however deep brackets nest.

use std::ops::Range;

use fixedbitset::FixedBitSet;

use crate::kind::TokenKind;
use crate::tree::{TokenId, Tokens};
use crate::work;

/// The pairs of a text.
pub(super) struct Brackets {
    /// For each opening bracket its partner; [`NONE`] for brackets without partner and for all other tokens.
    partners: Vec<u32>,
}

/// The first token closes nothing.
const NONE: u32 = 0;

/// What a token means to the pairing.
enum Role {
    Opens,
    Closes,
    /// No pair reaches over it.
    Divides,
    Other,
}

impl Brackets {
    pub(super) fn new(tokens: &Tokens, hidden: &FixedBitSet) -> Brackets {
        let mut brackets = Brackets { partners: vec![NONE; tokens.len()] };
        brackets.pair(tokens, hidden, 0..tokens.len() as u32);
        brackets
    }

    /// The partner of the bracket at `open`.
    pub(super) fn partner(&self, open: TokenId) -> Option<TokenId> {
        Some(self.partners[open.index()]).filter(|&partner| partner != NONE).map(TokenId)
    }

    /// Pairs the brackets in `range` anew, after some there were hidden. Those behind it keep their partners.
    pub(super) fn pair(&mut self, tokens: &Tokens, hidden: &FixedBitSet, range: Range<u32>) {
        let mut open: Vec<u32> = Vec::new();
        let mut index = range.start;
        while index < tokens.len() as u32 && (index < range.end || !open.is_empty()) {
            work::steps(1);
            let role = match hidden.contains(index as usize) {
                true => Role::Other,
                false => role(tokens.kind(TokenId(index))),
            };
            match role {
                Role::Opens if index < range.end => open.push(index),
                // Behind the range the pairs are known: one step passes a pair.
                Role::Opens if self.partners[index as usize] == NONE => break,
                Role::Opens => index = self.partners[index as usize],
                Role::Closes => {
                    if let Some(opening) = open.pop() {
                        self.partners[opening as usize] = index;
                    }
                }
                Role::Divides => self.divide(&mut open),
                Role::Other => {}
            }
            index += 1;
        }
        self.divide(&mut open);
    }

    /// What is open stays without partner.
    fn divide(&mut self, open: &mut Vec<u32>) {
        for opening in open.drain(..) {
            self.partners[opening as usize] = NONE;
        }
    }
}

fn role(kind: TokenKind) -> Role {
    use TokenKind::*;
    match kind {
        LeftParen | LeftBracket | LeftBrace | PpParamsOpen => Role::Opens,
        RightParen | RightBracket | RightBrace => Role::Closes,
        Eof | PpEnd => Role::Divides,
        _ => Role::Other,
    }
}

//! A common measure for two trees of one function: the *units* that both token sequences consist of.
//!
//! A token that stands in the preprocessed text as it stands in the file, outside of any use of a macro, is *kept*. The
//! kept tokens are the same on both sides, in the same order. What lies between two of them is a *gap*: on one side names
//! and arguments of macros, on the other side what they expand to. Kept tokens and gaps are numbered:
//!
//! ```text
//! file           return   lock ( & a )               ;
//! preprocessed   return   do_lock ( & a , 0 )        ;
//! unit        0     1              2                 3    4
//! ```
//!
//! Odd is kept, even is a gap. Nodes of both trees can thus be compared by the units at which they start and end.
//! How the uses of macros are found: a name that does not occur in the preprocessed text is one, and if the `(` behind it
//! does not occur either, all up to the `)` belongs to it. No definition of a macro is looked at.

use std::ops::Range;

use csyntax::{NodeId, TokenId, TokenKind, Tree};

use super::alignment::Alignment;

/// A tree, with the units of a range of its tokens.
#[derive(Debug)]
pub(super) struct Side<'t> {
    pub(super) tree: &'t Tree,
    pub(super) function: NodeId,
    first: u32,
    /// None for what has no place on the other side: directives, dropped branches, macros that expand to nothing.
    units: Vec<Option<u32>>,
}

impl Side<'_> {
    /// The unit of a token of the function.
    pub(super) fn unit(&self, token: TokenId) -> Option<u32> {
        self.units[(token.0 - self.first) as usize]
    }

    /// The units of a node, without what has none.
    pub(super) fn units(&self, node: NodeId) -> impl DoubleEndedIterator<Item = u32> + '_ {
        self.tree.visible_tokens(node).filter_map(|token| self.unit(token))
    }
}

pub(super) fn is_kept(unit: u32) -> bool {
    unit % 2 == 1
}

/// The two sides of a function.
#[derive(Debug)]
pub(super) struct Sides<'t> {
    pub(super) file: Side<'t>,
    pub(super) preprocessed: Side<'t>,
    /// For each gap, whether the use of a macro stands there in the file.
    uses_macro: Vec<bool>,
    /// For each gap, whether something stands there in the preprocessed text.
    is_filled: Vec<bool>,
}

impl<'t> Sides<'t> {
    pub(super) fn new(
        file: (&'t Tree, NodeId),
        preprocessed: (&'t Tree, NodeId),
        alignment: &Alignment,
    ) -> Sides<'t> {
        let kept = kept_tokens(file, preprocessed, alignment);
        let mut sides = Sides {
            file: number(file, kept.iter().map(|pair| pair.file)),
            preprocessed: number(preprocessed, kept.iter().map(|pair| pair.preprocessed)),
            uses_macro: vec![false; kept.len() + 1],
            is_filled: vec![false; kept.len() + 1],
        };
        for unit in sides.preprocessed.units.iter().flatten().filter(|&&unit| !is_kept(unit)) {
            sides.is_filled[*unit as usize / 2] = true;
        }
        for (token, unit) in (sides.file.first..).zip(&mut sides.file.units) {
            let Some(number) = *unit else { continue };
            if !alignment.is_compiled(TokenId(token)) {
                *unit = None;
            } else if !is_kept(number) {
                sides.uses_macro[number as usize / 2] = true;
                // Nodes do not start or end at what became nothing.
                if !sides.is_filled[number as usize / 2] {
                    *unit = None;
                }
            }
        }
        sides
    }

    /// Whether the function uses no macro at all.
    pub(super) fn are_without_macros(&self) -> bool {
        !self.uses_macro.contains(&true) && !self.is_filled.contains(&true)
    }

    /// Whether a macro stands directly in front of a kept token.
    pub(super) fn is_behind_macro(&self, unit: u32) -> bool {
        let gap = unit as usize / 2;
        is_kept(unit) && (self.uses_macro[gap] || self.is_filled[gap])
    }

    /// Whether something is left of the macro in front of a kept token.
    pub(super) fn is_behind_expansion(&self, unit: u32) -> bool {
        is_kept(unit) && self.is_filled[unit as usize / 2]
    }
}

/// A kept token on both sides.
#[derive(Clone, Copy, Debug)]
struct Pair {
    file: TokenId,
    preprocessed: TokenId,
}

fn kept_tokens(
    file: (&Tree, NodeId),
    preprocessed: (&Tree, NodeId),
    alignment: &Alignment,
) -> Vec<Pair> {
    let range = file.0.token_range(file.1);
    let mut occurrences = vec![Vec::new(); range.len()];
    for token in preprocessed.0.token_range(preprocessed.1).map(TokenId) {
        if let Some(origin) = alignment.origin(token).filter(|origin| range.contains(&origin.0)) {
            occurrences[(origin.0 - range.start) as usize].push(token);
        }
    }
    let mut kept: Vec<Pair> = Vec::new();
    for token in outside_of_macros(file.0, range.clone(), alignment) {
        let last = kept.last().map(|pair| pair.preprocessed);
        let mut occurrences = occurrences[(token.0 - range.start) as usize].iter().copied();
        if let Some(found) = occurrences.find(|&found| last.is_none_or(|last| last < found)) {
            kept.push(Pair { file: token, preprocessed: found });
        }
    }
    drop_self_named(file.0, alignment, &mut kept);
    kept
}

/// `#define width u.width`: gcc gives the last `width` the place where the macro was used. Such tokens are known by what
/// stands beside them in the preprocessed text, where the file has no macro to make it.
fn drop_self_named(file: &Tree, alignment: &Alignment, kept: &mut Vec<Pair>) {
    let is_made = |pair: &[Pair]| {
        let between = pair[0].file.0 + 1..pair[1].file.0;
        pair[0].preprocessed.next() != pair[1].preprocessed
            && !between.map(TokenId).any(|token| alignment.is_compiled(token))
    };
    let is_name = |pair: &Pair| file.tokens().kind(pair.file) == TokenKind::Identifier;
    let mut is_self_named = vec![false; kept.len()];
    for (index, pair) in kept.windows(2).enumerate() {
        if is_made(pair) {
            is_self_named[index] |= is_name(&pair[0]);
            is_self_named[index + 1] |= is_name(&pair[1]);
        }
    }
    let mut is_self_named = is_self_named.into_iter();
    kept.retain(|_| !is_self_named.next().unwrap_or(false));
}

/// The tokens that occur, but for those that stand in an argument of a macro.
fn outside_of_macros(file: &Tree, range: Range<u32>, alignment: &Alignment) -> Vec<TokenId> {
    let code: Vec<TokenId> =
        range.map(TokenId).filter(|&token| alignment.is_compiled(token)).collect();
    let mut outside = Vec::new();
    let mut index = 0;
    while let Some(&token) = code.get(index) {
        index += 1;
        if alignment.occurs(token) {
            outside.push(token);
            continue;
        }
        // A macro may expand to the name of another one, which takes the next parentheses.
        while code.get(index).is_some_and(|&open| opens_arguments(file, open, alignment)) {
            index += length_of_parentheses(file, &code[index..]);
        }
    }
    outside
}

fn opens_arguments(file: &Tree, token: TokenId, alignment: &Alignment) -> bool {
    file.tokens().kind(token) == TokenKind::LeftParen && !alignment.occurs(token)
}

/// The number of tokens from a `(` to its `)`.
fn length_of_parentheses(file: &Tree, tokens: &[TokenId]) -> usize {
    let mut depth = 0u32;
    for (index, &token) in tokens.iter().enumerate() {
        match file.tokens().kind(token) {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

fn number((tree, function): (&Tree, NodeId), kept: impl Iterator<Item = TokenId>) -> Side<'_> {
    let range = tree.token_range(function);
    let mut kept = kept.peekable();
    let mut passed = 0;
    let units = range.clone().map(|token| {
        if kept.next_if_eq(&TokenId(token)).is_some() {
            passed += 1;
            Some(2 * passed - 1)
        } else {
            Some(2 * passed)
        }
    });
    Side { tree, function, first: range.start, units: units.collect() }
}

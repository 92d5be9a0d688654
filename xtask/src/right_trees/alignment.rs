//! Which token of the preprocessed text is which token of the file, and which branches of `#if` were dropped.
//!
//! Invariant: two tokens are aligned only if they have the same text, and if the one was written where the other stands.

use std::ops::Range;

use csyntax::{TokenId, TokenKind, Tree};

use super::places::Origin;

/// The alignment of a preprocessed text with its file.
#[derive(Debug)]
pub(super) struct Alignment {
    /// For each token of the preprocessed text, the token of the file.
    origins: Vec<Option<TokenId>>,
    /// For each token of the file, what became of it.
    fates: Vec<Fate>,
}

/// What became of a token of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// It occurs in the preprocessed text, maybe more than once.
    Occurs,
    /// It does not: the name of a macro, an argument that is not used, ...
    Replaced,
    /// It is part of a directive, or of a branch from which nothing occurs.
    Dropped,
}

impl Alignment {
    pub(super) fn new(file: &Tree, preprocessed: &Tree, places: &[Origin]) -> Alignment {
        let mut fates = fates_of_directives(file);
        let mut origins = vec![None; preprocessed.tokens().len()];
        let mut places = places.iter().peekable();
        for token in preprocessed.tokens().ids() {
            let start = preprocessed.tokens().span(token).start;
            while places.next_if(|origin| origin.at < start).is_some() {}
            let Some(origin) = places.next_if(|origin| origin.at == start) else { continue };
            let Some(written) = token_at(file, origin.written) else { continue };
            let is_code = fates[written.index()] != Fate::Dropped;
            if is_code && file.token_text(written) == preprocessed.token_text(token) {
                origins[token.index()] = Some(written);
                fates[written.index()] = Fate::Occurs;
            }
        }
        drop_branches(file, &mut fates);
        Alignment { origins, fates }
    }

    /// The token of the file that a token of the preprocessed text is.
    pub(super) fn origin(&self, token: TokenId) -> Option<TokenId> {
        self.origins[token.index()]
    }

    /// Whether a token of the file is code that was compiled, whatever it became.
    pub(super) fn is_compiled(&self, token: TokenId) -> bool {
        self.fates[token.index()] != Fate::Dropped
    }

    /// Whether a token of the file occurs in the preprocessed text.
    pub(super) fn occurs(&self, token: TokenId) -> bool {
        self.fates[token.index()] == Fate::Occurs
    }
}

/// The token that starts at a byte.
fn token_at(tree: &Tree, at: u32) -> Option<TokenId> {
    let tokens = tree.tokens();
    let (mut low, mut high) = (0, tokens.len() as u32);
    while low < high {
        let middle = low + (high - low) / 2;
        if tokens.span(TokenId(middle)).start < at { low = middle + 1 } else { high = middle }
    }
    // An empty token may stand at the place of one that is not.
    (low..tokens.len() as u32)
        .map(TokenId)
        .take_while(|&token| tokens.span(token).start == at)
        .find(|&token| !tokens.span(token).is_empty())
}

/// Directives are dropped; of the rest it is not known yet.
fn fates_of_directives(file: &Tree) -> Vec<Fate> {
    use TokenKind::*;
    let tokens = file.tokens();
    let mut in_directive = false;
    tokens
        .ids()
        .map(|token| match tokens.kind(token) {
            PpDefine | PpUndef | PpInclude => {
                in_directive = true;
                Fate::Dropped
            }
            PpEnd => {
                in_directive = false;
                Fate::Dropped
            }
            PpIf | PpElif | PpElse | PpEndif | PpPragma | PpOther | Eof => Fate::Dropped,
            _ if in_directive => Fate::Dropped,
            _ => Fate::Replaced,
        })
        .collect()
}

/// Drops the branches from which nothing occurs.
fn drop_branches(file: &Tree, fates: &mut [Fate]) {
    let tokens = file.tokens();
    let mut starts: Vec<usize> = Vec::new();
    for token in tokens.ids() {
        let kind = tokens.kind(token);
        if !kind.is_conditional_directive() {
            continue;
        }
        if kind != TokenKind::PpIf
            && let Some(start) = starts.pop()
        {
            drop_branch(fates, start..token.index());
        }
        if kind != TokenKind::PpEndif {
            starts.push(token.index() + 1);
        }
    }
}

fn drop_branch(fates: &mut [Fate], branch: Range<usize>) {
    let branch = &mut fates[branch];
    if !branch.contains(&Fate::Occurs) {
        branch.fill(Fate::Dropped);
    }
}

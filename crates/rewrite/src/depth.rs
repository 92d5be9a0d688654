//! How deep a place is: blocks, branches without braces, parentheses.
//!
//! 1. `{` is a level, until `}`. 2. So is what follows a `)` that closes the outermost parentheses inside a block, or
//!    an `else` at the end of its line, when no `{`, `;` or `,` comes next: it ends at the `;` or `}`, and when `else`
//!    follows, only the innermost ends. 3. Open parentheses, and an unfinished `=` or `enum`, count apart.
//!
//! Invariant: any tokens may come in any order; a depth is never negative.

use csyntax::TokenKind;

/// The depth of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Depth {
    /// Blocks and branches around it.
    pub(crate) levels: usize,
    /// Open parentheses, plus one in an unfinished assignment.
    pub(crate) nesting: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    /// Branches without braces that are open in front of the brace.
    branches: usize,
    parentheses: usize,
    initialiser: bool,
}

/// Follows tokens and knows the depth behind the last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tracker {
    frames: Vec<Frame>,
    branches: usize,
    parentheses: usize,
    assigning: bool,
    initialiser: bool,
}

impl Tracker {
    /// The depth of a line whose first token is `next`.
    pub(crate) fn depth(&self, next: Option<TokenKind>) -> Depth {
        let outer: usize = self.frames.iter().map(|frame| frame.branches).sum();
        let assigning = usize::from(self.assigning);
        match (next, self.frames.last()) {
            (Some(TokenKind::RightBrace), Some(frame)) => Depth {
                levels: self.frames.len() - 1 + outer,
                nesting: frame.parentheses + assigning,
            },
            _ => {
                let levels = self.frames.len() + outer + self.branches;
                let less = usize::from(next == Some(TokenKind::Case));
                Depth { levels: levels.saturating_sub(less), nesting: self.parentheses + assigning }
            }
        }
    }

    /// Passes a token; `next` is the one behind it, `ends_line` whether a newline is between.
    pub(crate) fn pass(&mut self, kind: TokenKind, next: Option<TokenKind>, ends_line: bool) {
        use TokenKind::*;
        let opens = !matches!(next, None | Some(LeftBrace | Semicolon | Comma));
        match kind {
            LeftBrace => self.open(),
            RightBrace => self.close(next),
            LeftParen | PpParamsOpen => self.parentheses += 1,
            RightParen => {
                self.parentheses = self.parentheses.saturating_sub(1);
                // The cast of an element of an initialiser has no branch behind it.
                let outermost =
                    self.parentheses == 0 && !self.frames.is_empty() && !self.initialiser;
                if outermost && !self.assigning && opens {
                    self.branches += 1;
                }
            }
            Else if ends_line && opens => self.branches += 1,
            Semicolon if self.parentheses == 0 => {
                self.end_branches(next);
                self.assigning = false;
            }
            Equal | AssignOp | Enum if self.parentheses == 0 => self.assigning = true,
            Comma if self.initialiser && self.parentheses == 0 => self.assigning = false,
            _ => {}
        }
    }

    fn open(&mut self) {
        self.frames.push(Frame {
            branches: self.branches,
            parentheses: self.parentheses,
            initialiser: self.initialiser,
        });
        self.initialiser |= self.assigning;
        (self.branches, self.parentheses, self.assigning) = (0, 0, false);
    }

    fn close(&mut self, next: Option<TokenKind>) {
        let frame = self.frames.pop().unwrap_or_default();
        self.branches = frame.branches;
        self.parentheses = frame.parentheses;
        self.initialiser = frame.initialiser;
        if self.parentheses == 0 {
            self.end_branches(next);
        }
    }

    fn end_branches(&mut self, next: Option<TokenKind>) {
        self.branches = match next {
            Some(TokenKind::Else) => self.branches.saturating_sub(1),
            _ => 0,
        };
    }
}

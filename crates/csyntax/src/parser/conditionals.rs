//! `#if` groups as nodes, in every list that the grammar has.

use super::{Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};

impl Parser<'_> {
    /// Conditional: PpIf member* (PpElif member* | PpElse member*)* PpEndif
    pub(super) fn conditional(&mut self, member: fn(&mut Self) -> Parsed) -> Parsed {
        let group = self.open(NodeKind::Conditional);
        self.bump();
        loop {
            match self.kind() {
                TokenKind::PpElif | TokenKind::PpElse => self.bump(),
                TokenKind::PpEndif => {
                    self.bump();
                    break;
                }
                TokenKind::Eof | TokenKind::RightBrace => {
                    return self.fail("`#endif` expected: an `#if` group may not break a term");
                }
                TokenKind::PpIf => self.nested(|p| p.conditional(member))?,
                _ => self.member(member)?,
            }
        }
        self.close(group);
        Ok(())
    }
}

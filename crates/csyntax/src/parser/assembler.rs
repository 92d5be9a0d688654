//! `asm(...)`: the template and its operands. What macros make unreadable stays tokens.
//!
//! Idioms: `asm volatile ("..." : [out] "=r" (x), "+m" (*p) : "0" (y) : "memory")`, `asm goto("..." : : : : label)`, macros as
//! templates and operands: `asm(ALTERNATIVE("a", "b", C) : CC_OUT(z) (zero), INPUTS)`.

use super::{Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};

impl Parser<'_> {
    /// `asm` qualifier* `(` (expression AsmOperands* | token*) `)`
    pub(super) fn asm_body(&mut self) -> Parsed {
        use TokenKind::*;
        self.bump();
        while matches!(self.kind(), Volatile | Inline | Goto | Identifier) {
            self.bump();
        }
        let problem = self.save_problem();
        let parsed = self.attempt(Self::asm_operand_lists);
        self.restore_problem(problem);
        if parsed { Ok(()) } else { self.balanced_parens() }
    }

    fn asm_operand_lists(&mut self) -> Parsed {
        use TokenKind::*;
        self.expect(LeftParen, "`(` expected behind `asm`")?;
        self.expression()?;
        while self.at(Colon) {
            let list = self.open(NodeKind::AsmOperands);
            self.bump();
            while !matches!(self.kind(), Colon | RightParen) {
                self.asm_operand()?;
                self.opt(Comma);
            }
            self.close(list);
        }
        self.expect(RightParen, "`)` expected behind the operands of `asm`")
    }

    /// AsmOperand: (`[` name `]`)? (string | name ArgumentList?) (`(` expression `)`)?
    fn asm_operand(&mut self) -> Parsed {
        use TokenKind::*;
        let operand = self.open(NodeKind::AsmOperand);
        if self.opt(LeftBracket) {
            self.leaf(NodeKind::Name);
            self.expect(RightBracket, "`]` expected behind the name of the operand")?;
        }
        match self.kind() {
            String => self.string_literal().map(|_| ())?,
            Identifier => {
                self.leaf(NodeKind::Name);
            }
            _ => return self.fail("a constraint, a label or a register expected"),
        }
        // A macro's arguments and the operand itself, or one of them.
        while self.at(LeftParen) {
            self.bump();
            self.nested(Self::expression)?;
            self.expect(RightParen, "`)` expected behind the operand")?;
        }
        self.close(operand);
        Ok(())
    }
}

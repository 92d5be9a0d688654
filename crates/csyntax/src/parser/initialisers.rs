//! Initialisers. An entry without comma behind it is one that a macro ends: `{ REG(A, 1) REG(B, 2) }`.

use super::{Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};

impl Parser<'_> {
    /// initialiser: expression | InitialiserList
    pub(super) fn initialiser(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::LeftBrace => self.nested(Self::initialiser_list),
            TokenKind::MetaInitialiser | TokenKind::MetaInitialiserList => {
                self.leaf(NodeKind::Metavariable);
                Ok(())
            }
            _ => self.assignment_expression(),
        }
    }

    /// InitialiserList: `{` (InitialiserEntry `,`)* `}`
    pub(super) fn initialiser_list(&mut self) -> Parsed {
        let list = self.open(NodeKind::InitialiserList);
        self.expect(TokenKind::LeftBrace, "`{` expected")?;
        while !self.at(TokenKind::RightBrace) {
            self.initialiser_member()?;
        }
        self.bump();
        self.close(list);
        Ok(())
    }

    /// One entry and the comma behind it, or a directive.
    fn initialiser_member(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            PpIf => return self.conditional(Self::initialiser_member),
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => return self.directive(),
            Ellipsis if self.is_pattern() => self.dots()?,
            MetaInitialiserList => {
                self.leaf(NodeKind::Metavariable);
            }
            _ => self.initialiser_entry()?,
        }
        let separated = self.opt(Comma);
        let kind = self.kind();
        let macro_ended = self.kind_of(self.previous) == RightParen && matches!(kind, Identifier);
        if separated
            || kind == RightBrace
            || kind.is_conditional_directive()
            || matches!(kind, PpDefine | PpInclude | PpUndef)
            || macro_ended
        {
            Ok(())
        } else {
            self.fail("`,` or `}` expected behind an initialiser")
        }
    }

    /// InitialiserEntry: Designator* `=`? (expression | InitialiserList)
    fn initialiser_entry(&mut self) -> Parsed {
        use TokenKind::*;
        let entry = self.open(NodeKind::InitialiserEntry);
        if self.kind().is_name() && self.nth_kind(1) == Colon {
            let designator = self.open(NodeKind::Designator);
            self.bump();
            self.bump();
            self.close(designator);
        } else {
            let mut designated = false;
            while self.at(Dot) || self.at(LeftBracket) {
                self.designator()?;
                designated = true;
            }
            if designated && !self.opt(Equal) && !self.at(LeftBrace) && !self.in_macro_body {
                // `[0] value` is GNU's old form.
                if matches!(self.kind(), Comma | RightBrace) {
                    return self.fail("`=` expected behind the designator");
                }
            }
        }
        self.initialiser()?;
        self.close(entry);
        Ok(())
    }

    /// Designator: `.` name | `[` expression `]` | `[` expression `...` expression `]`
    fn designator(&mut self) -> Parsed {
        use TokenKind::*;
        let designator = self.open(NodeKind::Designator);
        if self.opt(Dot) {
            if !self.kind().is_name() && !self.at(MetaExpression) {
                return self.fail("a field name expected behind `.`");
            }
            self.bump();
            while self.opt(HashHash) {
                self.bump();
            }
        } else {
            self.bump();
            self.assignment_expression()?;
            if self.opt(Ellipsis) {
                self.assignment_expression()?;
            }
            self.expect(RightBracket, "`]` expected behind the index")?;
        }
        self.close(designator);
        Ok(())
    }
}

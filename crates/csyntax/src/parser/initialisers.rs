//! Initialisers. An entry without comma behind it is one that a macro ends: `{ REG(A, 1) REG(B, 2) }`.

use super::{Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};
use crate::names::is_upper;
use crate::tree::TokenId;

impl Parser<'_> {
    /// initialiser: directive* (expression | InitialiserList)
    pub(super) fn initialiser(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::LeftBrace => self.initialiser_list(),
            TokenKind::MetaInitialiser | TokenKind::MetaInitialiserList => {
                self.leaf(NodeKind::Metavariable);
                Ok(())
            }
            kind if kind.is_other_directive() && !self.is_pattern() => self.included_initialiser(),
            _ => self.assignment_expression(),
        }
    }

    /// `=` and then directives: the value, or its first part, stands in another file.
    fn included_initialiser(&mut self) -> Parsed {
        while self.kind().is_other_directive() {
            self.directive()?;
        }
        if self.at(TokenKind::Semicolon) { Ok(()) } else { self.initialiser() }
    }

    /// InitialiserList: `{` (InitialiserEntry `,`)* `}`
    pub(super) fn initialiser_list(&mut self) -> Parsed {
        self.nested(Self::one_initialiser_list)
    }

    fn one_initialiser_list(&mut self) -> Parsed {
        let list = self.open(NodeKind::InitialiserList);
        self.expect(TokenKind::LeftBrace, "`{` expected")?;
        while !self.at(TokenKind::RightBrace) {
            self.member(Self::initialiser_member)?;
        }
        self.bump();
        self.close(list);
        Ok(())
    }

    /// One entry and the comma behind it, or a directive.
    pub(super) fn initialiser_member(&mut self) -> Parsed {
        use TokenKind::*;
        let first = self.at;
        match self.kind() {
            PpIf => return self.conditional(Self::initialiser_member),
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => return self.directive(),
            Ellipsis if self.is_pattern() => self.dots()?,
            MetaInitialiserList => {
                self.leaf(NodeKind::Metavariable);
            }
            _ => self.initialiser_entry()?,
        }
        self.entry_end(first, "`,` or `}` expected behind an initialiser")
    }

    /// The comma behind an entry that started at `first`, or what may stand there instead.
    pub(super) fn entry_end(&mut self, first: TokenId, expected: &'static str) -> Parsed {
        use TokenKind::*;
        let last = self.previous;
        let separated = self.opt(Comma);
        let kind = self.kind();
        if separated
            || kind == RightBrace
            || (kind == PpEnd && self.in_macro_body)
            || kind.is_conditional_directive()
            || kind.is_other_directive()
            || self.macro_ends_entry(first, last)
        {
            Ok(())
        } else {
            self.fail(expected)
        }
    }

    /// Whether the entry between two tokens needs no comma behind it: it is a macro, or the next one is.
    ///
    /// Idioms: `REG(A, 1) REG(B, 2)`, `COMMON_FIELDS .x = 1`, `{ .a = 1 } MORE_ENTRIES`.
    fn macro_ends_entry(&self, first: TokenId, last: TokenId) -> bool {
        use TokenKind::*;
        if self.is_pattern() {
            return false;
        }
        let entry_follows = matches!(self.kind(), Identifier | LeftBrace | Dot | LeftBracket);
        let is_macro_name = first == last && is_upper(self.text_of(first));
        let is_macro = is_macro_name || self.kind_of(last) == RightParen;
        let macro_follows = self.at(Identifier) && is_upper(self.text_of(self.at));
        (is_macro && entry_follows)
            || (macro_follows && self.kind_of(last) == RightBrace)
            || (self.second_reading && entry_follows && self.starts_line(self.at))
    }

    /// InitialiserEntry: Designator* `=`? (expression | InitialiserList)
    pub(super) fn initialiser_entry(&mut self) -> Parsed {
        use TokenKind::*;
        // `, ## args`
        if self.in_macro_body {
            self.opt(HashHash);
        }
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
        let outer = self.entry_depth.replace(self.depth);
        let parsed = self.initialiser();
        self.entry_depth = outer;
        parsed?;
        self.close(entry);
        Ok(())
    }

    /// Whether a macro ended an entry, and the designator of the next one stands here: `MACRO(x) .y = 1`.
    pub(super) fn next_entry_follows(&self) -> bool {
        use TokenKind::*;
        self.entry_depth == Some(self.depth)
            && self.at(Dot)
            && self.nth_kind(2) == Equal
            && match self.kind_of(self.previous) {
                RightParen => true,
                Identifier => is_upper(self.text_of(self.previous)),
                _ => false,
            }
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
            self.pasted_parts();
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

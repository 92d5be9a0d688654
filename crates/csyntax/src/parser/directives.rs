//! Directives other than conditionals. The body of a `#define` is parsed into a tree where it holds an expression,
//! statements, declarations or an initialiser; else its tokens stand alone.

use super::{Dialect, Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};

impl Parser<'_> {
    /// One directive, in any list.
    pub(super) fn directive(&mut self) -> Parsed {
        match self.kind() {
            TokenKind::PpInclude => self.simple_directive(NodeKind::Include),
            TokenKind::PpUndef => self.simple_directive(NodeKind::Undef),
            TokenKind::PpDefine => self.define(),
            TokenKind::PpPragma => self.simple_directive(NodeKind::Pragma),
            _ => {
                self.leaf(NodeKind::OtherDirective);
                Ok(())
            }
        }
    }

    fn simple_directive(&mut self, kind: NodeKind) -> Parsed {
        let directive = self.open(kind);
        while !self.at(TokenKind::PpEnd) && !self.at(TokenKind::Eof) {
            self.bump();
        }
        self.opt(TokenKind::PpEnd);
        self.close(directive);
        Ok(())
    }

    /// Define: `#define` Name MacroParameters? MacroBody? PpEnd
    fn define(&mut self) -> Parsed {
        let define = self.open(NodeKind::Define);
        self.bump();
        if !self.at(TokenKind::PpEnd) {
            self.leaf(NodeKind::Name);
        }
        if self.at(TokenKind::PpParamsOpen) {
            self.macro_parameters();
        }
        if !self.at(TokenKind::PpEnd) {
            self.macro_body();
        }
        self.opt(TokenKind::PpEnd);
        self.close(define);
        Ok(())
    }

    /// MacroParameters: `(` (Name `,`)* Varargs? `)`; in a pattern also dots
    fn macro_parameters(&mut self) {
        let parameters = self.open(NodeKind::MacroParameters);
        while !self.at(TokenKind::PpEnd) && !self.opt(TokenKind::RightParen) {
            match self.kind() {
                TokenKind::Ellipsis if self.dialect == Dialect::Pattern => {
                    self.leaf(NodeKind::Dots);
                }
                TokenKind::Ellipsis => {
                    self.leaf(NodeKind::Varargs);
                }
                kind if kind.is_name() && self.nth_kind(1) == TokenKind::Ellipsis => {
                    let varargs = self.open(NodeKind::Varargs);
                    self.bump();
                    self.bump();
                    self.close(varargs);
                }
                kind if kind.is_name() || kind.is_metavariable() => {
                    self.leaf(NodeKind::Name);
                }
                _ => self.bump(),
            }
        }
        self.close(parameters);
    }

    fn macro_body(&mut self) {
        let body = self.open(NodeKind::MacroBody);
        let outer = std::mem::replace(&mut self.in_macro_body, true);
        let problem = self.save_problem();
        let readings: &[fn(&mut Self) -> Parsed] = match self.kind() {
            TokenKind::Dot | TokenKind::LeftBracket => {
                &[Self::entries_of_macro, Self::items_of_macro]
            }
            _ => &[
                Self::expression,
                Self::statements_of_macro,
                Self::items_of_macro,
                Self::initialiser,
                Self::entries_of_macro,
            ],
        };
        let parsed = readings.iter().any(|reading| {
            self.attempt(|p| {
                reading(p)?;
                if p.at(TokenKind::PpEnd) { Ok(()) } else { p.fail("end of the macro expected") }
            })
        });
        self.restore_problem(problem);
        self.in_macro_body = outer;
        if !parsed {
            let tokens = self.open(NodeKind::MacroTokens);
            while !self.at(TokenKind::PpEnd) && !self.at(TokenKind::Eof) {
                self.bump();
            }
            self.close(tokens);
        }
        self.close(body);
    }

    fn statements_of_macro(&mut self) -> Parsed {
        self.names.open_scope();
        self.function_depth += 1;
        let parsed = self.statements_to_macro_end();
        self.function_depth -= 1;
        self.names.close_scope();
        parsed
    }

    fn statements_to_macro_end(&mut self) -> Parsed {
        while !self.at(TokenKind::PpEnd) {
            self.member(Self::block_item)?;
        }
        Ok(())
    }

    /// InitialiserEntry*: `#define FIELDS .x = 1, .y = 2`
    fn entries_of_macro(&mut self) -> Parsed {
        while !self.at(TokenKind::PpEnd) {
            self.member(Self::initialiser_member)?;
        }
        Ok(())
    }

    fn items_of_macro(&mut self) -> Parsed {
        while !self.at(TokenKind::PpEnd) {
            self.member(Self::item)?;
        }
        Ok(())
    }
}

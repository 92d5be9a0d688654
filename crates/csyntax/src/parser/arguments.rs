//! Arguments of calls and macros: expressions, types, braces, or tokens that are no term.

use super::specifiers::Place;
use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};

impl Parser<'_> {
    /// ArgumentList: `(` (argument `,`)* `)`
    pub(super) fn argument_list(&mut self) -> Parsed {
        use TokenKind::*;
        let list = self.open(NodeKind::ArgumentList);
        self.expect(LeftParen, "`(` expected")?;
        while !self.at(RightParen) {
            match self.kind() {
                // An empty argument.
                Comma => {}
                Eof | PpEnd => return self.fail("`)` expected behind the arguments"),
                _ => self.nested(Self::argument)?,
            }
            if !self.opt(Comma) && !self.at(RightParen) {
                return self.fail("`,` or `)` expected behind an argument");
            }
        }
        self.bump();
        self.close(list);
        Ok(())
    }

    /// One argument. What is neither expression nor type nor initialiser stays tokens.
    pub(super) fn argument(&mut self) -> Parsed {
        use TokenKind::*;
        if self.is_pattern() && matches!(self.kind(), MetaExpressionList | Ellipsis) {
            if self.at(Ellipsis) && matches!(self.nth_kind(1), Comma | RightParen) {
                return self.dots();
            }
            if self.at(MetaExpressionList) {
                self.leaf(NodeKind::Metavariable);
                return Ok(());
            }
        }
        if self.at(MetaParameterList) || self.at(MetaParameter) {
            self.leaf(NodeKind::Metavariable);
            return Ok(());
        }
        let problem = self.save_problem();
        let parsed = self.attempt(|p| {
            if p.argument_is_type() {
                p.type_argument()?;
            } else if p.at(LeftBrace) {
                p.initialiser_list()?;
            } else {
                p.assignment_expression()?;
            }
            if matches!(p.kind(), Comma | RightParen) {
                Ok(())
            } else {
                p.fail("`,` or `)` expected behind an argument")
            }
        });
        if parsed {
            self.restore_problem(problem);
            return Ok(());
        }
        if self.is_pattern() {
            return Err(super::Failure);
        }
        self.restore_problem(problem);
        self.argument_tokens()
    }

    /// Whether the argument at the cursor is a type, maybe with a name: `g(struct a *, int)`.
    fn argument_is_type(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            TypeWord | Struct | Union | Enum | Const | Volatile | MetaType | TypedefName
            | Static => true,
            Typeof => true,
            Identifier => {
                let name = self.text_of(self.at);
                match self.nth_kind(1) {
                    Star => {
                        matches!(self.nth_kind(2), RightParen | Comma | Star)
                            || (self.names.is_type(name) && !self.names.is_variable(name))
                    }
                    Identifier => {
                        self.role(self.at) != Some(Role::String) && self.nth_kind(2) != String
                    }
                    Comma | RightParen => self.names.is_type(name),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// A type, or a declaration of one name, as an argument.
    fn type_argument(&mut self) -> Parsed {
        let name = self.open(NodeKind::TypeName);
        self.opt_decl_specifiers(Place::Parameter)?;
        let declared = self.declared_name;
        self.declarator()?;
        self.declared_name = declared;
        self.opt_attributes()?;
        self.close(name);
        Ok(())
    }

    /// MacroTokens: tokens with paired brackets up to `,` or `)`. A directive does not belong into one.
    fn argument_tokens(&mut self) -> Parsed {
        use TokenKind::*;
        let tokens = self.open(NodeKind::MacroTokens);
        loop {
            match self.kind() {
                Comma | RightParen => break,
                LeftParen | LeftBracket | LeftBrace => match self.matching(self.at) {
                    Some(close) => {
                        while self.at < close {
                            if self.kind().is_conditional_directive() {
                                return self
                                    .fail("`)` expected: an `#if` group may not break a term");
                            }
                            self.bump();
                        }
                        self.bump();
                    }
                    None => return self.fail("bracket without its partner"),
                },
                RightBracket | RightBrace | Eof | PpEnd => {
                    return self.fail("`)` expected behind the arguments");
                }
                kind if kind.is_conditional_directive() => {
                    return self.fail("`)` expected: an `#if` group may not break a term");
                }
                _ => self.bump(),
            }
        }
        self.close(tokens);
        Ok(())
    }
}

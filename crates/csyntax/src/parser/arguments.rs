//! Arguments of calls and macros: expressions, types, braces, or tokens that are no term.

use super::items::DeclarerShape;
use super::specifiers::Place;
use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::tree::TokenId;

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
        // `, ## args`
        if self.in_macro_body {
            self.opt(HashHash);
        }
        let problem = self.save_problem();
        if self.attempt(|p| p.term_argument().and_then(|()| p.argument_end())) {
            self.restore_problem(problem);
            return Ok(());
        }
        if self.is_pattern() {
            return Err(super::Failure);
        }
        self.restore_problem(problem);
        if self.code_argument() { Ok(()) } else { self.argument_tokens() }
    }

    /// expression | TypeName | InitialiserList
    fn term_argument(&mut self) -> Parsed {
        if self.argument_is_type() {
            self.type_argument()
        } else if self.at(TokenKind::LeftBrace) {
            self.initialiser_list()
        } else {
            self.assignment_expression()
        }
    }

    fn argument_end(&mut self) -> Parsed {
        if matches!(self.kind(), TokenKind::Comma | TokenKind::RightParen) {
            Ok(())
        } else {
            self.fail("`,` or `)` expected behind an argument")
        }
    }

    /// An argument that is code for another place: `.x = 1`, `return -EINVAL`, `int a; long b;`. False, and nothing is
    /// taken, where it is none of them.
    fn code_argument(&mut self) -> bool {
        use TokenKind::*;
        let reading: fn(&mut Self) -> Parsed = match self.kind() {
            Dot => Self::initialiser_entry,
            If | For | While | Do | Switch | Return | Goto | Break | Continue => {
                Self::statements_of_argument
            }
            _ if self.argument_has_semicolon() => {
                // `struct_group(name, int a;)`, but `TP_fast_assign(f(x);)`
                let word_follows = matches!(self.nth_kind(1), Identifier | Star);
                let declares =
                    self.starts_type_for_sure(self.at) || (self.at(Identifier) && word_follows);
                if self.function_depth == 0 && declares {
                    Self::fields_of_argument
                } else {
                    Self::statements_of_argument
                }
            }
            Identifier if self.calls_stand_in_a_row() => Self::calls_of_argument,
            _ => return false,
        };
        let problem = self.save_problem();
        let outer = std::mem::replace(&mut self.in_macro_argument, true);
        let parsed = self.attempt(|p| reading(p).and_then(|()| p.argument_end()));
        self.in_macro_argument = outer;
        self.restore_problem(problem);
        parsed
    }

    /// `__field(int, x) __field(int, y)`: macro calls with nothing between them.
    fn calls_stand_in_a_row(&self) -> bool {
        use TokenKind::*;
        self.nth_kind(1) == LeftParen
            && self.matching(self.nth(1)).is_some_and(|close| {
                let next = self.following(close);
                self.kind_of(next) == Identifier && self.kind_of(self.following(next)) == LeftParen
            })
    }

    /// MacroDeclaration*, each without `;`
    fn calls_of_argument(&mut self) -> Parsed {
        while self.at(TokenKind::Identifier) && self.nth_kind(1) == TokenKind::LeftParen {
            self.macro_declaration(DeclarerShape { arguments: true })?;
        }
        Ok(())
    }

    /// Whether a `;` stands in the argument at the cursor, outside of brackets.
    fn argument_has_semicolon(&self) -> bool {
        use TokenKind::*;
        let mut token = self.at;
        loop {
            match self.kind_of(token) {
                Semicolon => return true,
                RightParen | RightBracket | RightBrace | Eof | PpEnd => return false,
                LeftParen | LeftBracket | LeftBrace => match self.matching(token) {
                    Some(close) => token = close,
                    None => return false,
                },
                _ => {}
            }
            token = self.following(token);
        }
    }

    /// statement*, the last one with or without its `;`
    fn statements_of_argument(&mut self) -> Parsed {
        self.function_depth += 1;
        while !matches!(self.kind(), TokenKind::Comma | TokenKind::RightParen) {
            self.member(Self::block_item)?;
        }
        self.function_depth -= 1;
        Ok(())
    }

    /// FieldDeclaration*
    fn fields_of_argument(&mut self) -> Parsed {
        while !self.at(TokenKind::RightParen) {
            self.member(Self::field)?;
        }
        Ok(())
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
                        self.only_stars_behind(self.at)
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

    /// `name * *` and then the end of the argument.
    fn only_stars_behind(&self, name: TokenId) -> bool {
        let mut token = self.following(name);
        while self.kind_of(token) == TokenKind::Star {
            token = self.following(token);
        }
        matches!(self.kind_of(token), TokenKind::RightParen | TokenKind::Comma)
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

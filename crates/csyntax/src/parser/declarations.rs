//! Declarations and function definitions.

use super::specifiers::Place;
use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::{is_iterator_name, is_upper};
use crate::tree::TokenId;

impl Parser<'_> {
    /// Declaration: DeclSpecifiers (InitDeclarator `,`)* `;`
    /// FunctionDefinition: DeclSpecifiers? declarator Attribute* Declaration* CompoundStatement
    pub(super) fn declaration_or_function(&mut self) -> Parsed {
        use TokenKind::*;
        let declaration = self.open(NodeKind::Declaration);
        let start = self.at;
        let type_seen = self.opt_decl_specifiers(Place::Declaration)?;
        let is_typedef = self.has_typedef_word(start);
        if self.opt(Semicolon) {
            self.close(declaration);
            return Ok(());
        }
        if self.is_pattern() && type_seen && self.pattern_type_ends_here() {
            self.empty(NodeKind::AbstractDeclarator);
            self.close_as(declaration, NodeKind::TypeName);
            return Ok(());
        }
        let mut first = true;
        loop {
            let declarator = self.open(NodeKind::InitDeclarator);
            if !first {
                self.opt_attributes_before_declarator()?;
            }
            self.parameter_names.clear();
            self.declarator()?;
            if self.is_pattern() && first && self.kind_of(self.previous) == Star {
                // A pointer type that stands alone.
                self.abandon(declarator);
                self.close_as(declaration, NodeKind::TypeName);
                return Ok(());
            }
            if first && self.function_body_follows() {
                self.abandon(declarator);
                return self.function_body(declaration);
            }
            self.declare(is_typedef);
            self.declarator_tail()?;
            self.close(declarator);
            first = false;
            if !self.opt(Comma) {
                break;
            }
        }
        // At the end of a macro, nothing at all would do: whoever parses declarations in a row must get on.
        if !(self.in_macro_body && self.at(PpEnd) && start < self.at) {
            self.expect(Semicolon, "`;` or `,` expected behind the declarator")?;
        }
        self.close(declaration);
        Ok(())
    }

    /// `int a, __maybe_unused b;`
    fn opt_attributes_before_declarator(&mut self) -> Parsed {
        use TokenKind::*;
        loop {
            let behind = self.behind_attributes(self.at);
            match self.kind() {
                _ if behind == self.at || !matches!(self.kind_of(behind), Identifier | Star) => {
                    return Ok(());
                }
                Attribute => self.attribute()?,
                _ => self.macro_attribute()?,
            }
        }
    }

    fn has_typedef_word(&self, start: TokenId) -> bool {
        let mut token = start;
        while token < self.at {
            if self.kind_of(token) == TokenKind::Typedef {
                return true;
            }
            token = self.following(token);
        }
        false
    }

    /// Notes the name of the declarator that was just parsed.
    fn declare(&mut self, is_typedef: bool) {
        if let Some(name) = self.declared_name {
            let text = self.text_of(name);
            if is_typedef { self.names.add_type(text) } else { self.names.add_variable(text) }
        }
    }

    /// AsmLabel? Attribute* (`=` initialiser)?
    pub(super) fn declarator_tail(&mut self) -> Parsed {
        if self.at(TokenKind::Asm) {
            let label = self.open(NodeKind::AsmLabel);
            self.bump();
            self.balanced_parens()?;
            self.close(label);
        }
        self.opt_attributes()?;
        if self.opt(TokenKind::Equal) {
            self.initialiser()?;
        }
        Ok(())
    }

    fn function_body_follows(&mut self) -> bool {
        use TokenKind::*;
        if !self.declared_function {
            return false;
        }
        // Attributes may stand between the parameters and the body.
        let mut token = self.at;
        loop {
            match self.kind_of(token) {
                LeftBrace => return true,
                Attribute => {
                    let open = self.following(token);
                    let Some(close) = self.matching(open) else { return false };
                    token = self.following(close);
                }
                AttributeName | Identifier
                    if self.role(token) == Some(Role::Attribute)
                        || self.text_of(token).starts_with(b"__")
                        || self.kind_of(token) == AttributeName =>
                {
                    token = self.following(token);
                    if self.kind_of(token) == LeftParen {
                        let Some(close) = self.matching(token) else { return false };
                        token = self.following(close);
                    }
                }
                _ => {
                    return self.old_style_list
                        && token == self.at
                        && !self.is_pattern()
                        && self.parameter_declarations_follow(token);
                }
            }
        }
    }

    fn function_body(&mut self, definition: super::Marker) -> Parsed {
        self.opt_attributes()?;
        self.names.open_scope();
        for name in std::mem::take(&mut self.parameter_names) {
            let text = self.text_of(name);
            self.names.add_variable(text);
        }
        self.function_depth += 1;
        while !self.at(TokenKind::LeftBrace) {
            self.declaration_or_function()?;
        }
        self.nested(Self::compound_statement)?;
        self.function_depth -= 1;
        self.names.close_scope();
        self.close_as(definition, NodeKind::FunctionDefinition);
        Ok(())
    }

    /// Whether a declaration starts at the cursor, in a place where an expression could, too.
    pub(super) fn starts_declaration(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            Static | Extern | Typedef | Auto | Register | Inline | StorageWord | Const
            | Volatile | Restrict | TypeWord | Struct | Union | Enum | Typeof => true,
            Extension => {
                matches!(
                    self.nth_kind(1),
                    Struct | Union | Enum | TypeWord | Typeof | Const | Static
                )
            }
            Attribute => self
                .matching(self.nth(1))
                .is_some_and(|close| self.kind_of(self.following(close)) != Semicolon),
            LeftBracket if self.at_bracket_attribute() => self
                .matching(self.at)
                .is_some_and(|close| self.kind_of(self.following(close)) != Semicolon),
            MetaType | TypedefName => self.pattern_declaration_follows(),
            AttributeName => true,
            Identifier => self.identifier_starts_declaration(),
            DisjOpen => self.disjunction_of_types(),
            _ => false,
        }
    }

    fn identifier_starts_declaration(&self) -> bool {
        use TokenKind::*;
        let name = self.text_of(self.at);
        let next = self.behind_pasted(self.at);
        match self.kind_of(next) {
            Identifier | MetaIdentifier | TypedefName | MetaType => {
                !self.is_statement_macro() && !self.is_string_macro()
            }
            Star => !self.names.is_variable(name) && self.pointer_declaration_follows(),
            Const | Volatile | Restrict | Static | Inline | TypeWord | Struct | Union | Enum => {
                true
            }
            Attribute => self.names.is_type(name),
            LeftParen if self.names.is_type(name) => self.kind_of(self.following(next)) == Star,
            LeftParen if self.is_type_macro(next) => true,
            LeftParen if self.is_function_pointer(next) => true,
            LeftParen => {
                self.role(self.at) == Some(Role::Attribute)
                    && self.matching(next).is_some_and(|close| {
                        !matches!(self.kind_of(self.following(close)), Semicolon)
                    })
            }
            _ => false,
        }
    }

    /// `T (*f)(int);` with types for arguments: `T` is one.
    fn is_function_pointer(&self, open: TokenId) -> bool {
        use TokenKind::*;
        self.kind_of(self.following(open)) == Star
            && self.matching(open).is_some_and(|close| {
                let arguments = self.following(close);
                self.kind_of(arguments) == LeftParen
                    && self
                        .matching(arguments)
                        .is_some_and(|end| self.arguments_are_types(arguments, end))
            })
    }

    /// `BKEY_PADDED(key) k;`: a macro that makes a type, and no loop.
    fn is_type_macro(&self, open: TokenId) -> bool {
        !is_iterator_name(self.text_of(self.at))
            && self.role(self.at).is_none_or(|role| role == Role::Type)
            && self.matching(open).is_some_and(|close| self.type_macro_shape(open, close))
    }

    /// `FOO` alone on its line, and another statement on the next.
    pub(super) fn is_statement_macro(&self) -> bool {
        let next = self.nth(1);
        !self.is_pattern()
            && self.ends_line(self.at)
            && self.starts_line(self.at)
            && is_upper(self.text_of(self.at))
            && self.starts_line(next)
    }

    fn is_string_macro(&self) -> bool {
        self.role(self.at) == Some(Role::String)
    }

    /// `name * ...` reads as a declaration: a known type, or stars, a name, and what ends a declarator.
    fn pointer_declaration_follows(&self) -> bool {
        use TokenKind::*;
        let known = self.names.is_type(self.text_of(self.at));
        let mut token = self.nth(1);
        let mut stars = 0;
        loop {
            match self.kind_of(token) {
                Star => stars += 1,
                Const | Volatile | Restrict => return true,
                Identifier if self.role(token) == Some(Role::Attribute) => return true,
                Identifier
                    if self.text_of(token).starts_with(b"__")
                        && self.kind_of(self.following(token)) == Identifier =>
                {
                    return true;
                }
                _ => break,
            }
            token = self.following(token);
        }
        if !matches!(self.kind_of(token), Identifier | MetaIdentifier) {
            return known && self.kind_of(token) == LeftParen;
        }
        match self.kind_of(self.following(token)) {
            Semicolon | Equal | Comma | LeftBracket => true,
            LeftParen | Identifier | Attribute => known || stars > 1,
            _ => known,
        }
    }
}

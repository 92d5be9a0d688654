//! The items of a file.

use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::is_upper;
use crate::tree::TokenId;

impl Parser<'_> {
    /// One item of a file.
    pub(super) fn item(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            Semicolon => {
                self.leaf(NodeKind::EmptyDeclaration);
                Ok(())
            }
            PpIf => self.conditional(Self::item),
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => self.directive(),
            Asm => self.asm_item(),
            // A file that is included behind the header of a function.
            LeftBrace if self.only_directives_before() => self.headless_body(),
            StaticAssert => self.static_assert(),
            Extern if self.nth_kind(1) == String => self.linkage_specification(),
            _ => self.external_declaration(),
        }
    }

    /// Whether nothing but directives stands between the start of the file and the cursor.
    fn only_directives_before(&self) -> bool {
        self.at == self.previous || matches!(self.kind_of(self.previous), TokenKind::PpEnd)
    }

    /// CompoundStatement: the body of a function whose header is in another file.
    fn headless_body(&mut self) -> Parsed {
        self.function_depth += 1;
        self.nested(Self::compound_statement)?;
        self.function_depth -= 1;
        Ok(())
    }

    /// LinkageSpecification: `extern "C"` (`{` item* `}` | item)
    fn linkage_specification(&mut self) -> Parsed {
        let linkage = self.open(NodeKind::LinkageSpecification);
        self.bump();
        self.bump();
        if self.opt(TokenKind::LeftBrace) {
            while !self.at(TokenKind::RightBrace) && !self.at(TokenKind::Eof) {
                self.nested(Self::item)?;
            }
            self.expect(TokenKind::RightBrace, "`}` expected behind the `extern \"C\"` block")?;
        } else {
            self.nested(Self::item)?;
        }
        self.close(linkage);
        Ok(())
    }

    fn asm_item(&mut self) -> Parsed {
        let item = self.open(NodeKind::AsmDeclaration);
        self.asm_body()?;
        self.expect(TokenKind::Semicolon, "`;` expected behind `asm(...)`")?;
        self.close(item);
        Ok(())
    }

    /// StaticAssertDeclaration: `_Static_assert` ArgumentList `;`
    pub(super) fn static_assert(&mut self) -> Parsed {
        let item = self.open(NodeKind::StaticAssertDeclaration);
        self.bump();
        self.argument_list()?;
        self.expect(TokenKind::Semicolon, "`;` expected behind `_Static_assert(...)`")?;
        self.close(item);
        Ok(())
    }

    /// A function definition, a declaration, or a declarer.
    pub(super) fn external_declaration(&mut self) -> Parsed {
        if let Some(shape) = self.declarer_shape() {
            return self.macro_declaration(shape);
        }
        self.declaration_or_function()
    }

    /// Whether a declarer stands here: storage words and qualifiers, a name, arguments, and then no `{`.
    pub(super) fn declarer_shape(&self) -> Option<DeclarerShape> {
        use TokenKind::*;
        let mut name = self.at;
        while matches!(self.kind_of(name), Static | Extern | Const | Inline | Volatile | Register) {
            name = self.following(name);
        }
        // `STATIC DEF_FOO(x)`
        if self.second_reading
            && self.kind_of(name) == Identifier
            && self.kind_of(self.following(name)) == Identifier
            && is_upper(self.text_of(name))
        {
            name = self.following(name);
        }
        let first_is_name = name == self.at;
        match self.kind_of(name) {
            Identifier | DeclarerName | MetaDeclarer => {}
            _ => return None,
        }
        let open = self.following(name);
        let declared = matches!(self.kind_of(name), DeclarerName | MetaDeclarer);
        if self.kind_of(open) != LeftParen {
            // A macro alone on its line between items.
            let alone = first_is_name
                && self.function_depth == 0
                && !self.is_pattern()
                && self.starts_line(name)
                && self.ends_line(name)
                && self.column(name) == 0
                && self.role(name) != Some(Role::Attribute)
                && self.role(name) != Some(Role::Type)
                && !self.names.is_type(self.text_of(name))
                && (is_upper(self.text_of(name))
                    || (self.second_reading && self.kind_of(open).is_other_directive()));
            return alone.then_some(DeclarerShape { arguments: false });
        }
        let close = self.matching(open)?;
        let mut behind = self.following(close);
        if self.is_pattern() && !declared {
            return None;
        }
        let attribute =
            self.kind_of(behind) == AttributeName || self.role(behind) == Some(Role::Attribute);
        if attribute && (declared || self.role(name) == Some(Role::Declarer)) {
            behind = self.behind_attributes(behind);
        }
        let shape = DeclarerShape { arguments: true };
        match self.kind_of(behind) {
            Semicolon => {
                let prototype = !declared
                    && !is_upper(self.text_of(name))
                    && self.role(name) != Some(Role::Declarer)
                    && self.arguments_are_types(open, close);
                (!prototype).then_some(shape)
            }
            Equal => Some(shape),
            LeftBrace | Attribute => None,
            // A pointer to a function, with its parameters on the next line.
            LeftParen if self.kind_of(self.following(open)) == Star => None,
            // `CALLBACK(f) __releases(&lock) {`: the header of a function.
            Identifier if self.kind_of(self.behind_attributes(behind)) == LeftBrace => None,
            // `__printf(1, 2) int f(...)`: an attribute in front of a declaration.
            _ if self.role(name) == Some(Role::Attribute) => None,
            _ if self.text_of(name).starts_with(b"__") && !self.starts_line(behind) => None,
            Eof | PpEnd | RightBrace => Some(shape),
            kind if kind.is_conditional_directive() => Some(shape),
            PpDefine | PpInclude | PpUndef | PpPragma | PpOther => Some(shape),
            // Without `;`: the next line goes on with something that is no part of a definition.
            _ if self.starts_line(behind) && self.ends_line(close) => {
                let old_style = self.function_depth == 0
                    && !is_upper(self.text_of(name))
                    && self.column(behind) > 0
                    && self.parameter_declarations_follow(behind);
                (!old_style).then_some(shape)
            }
            // Two on one line: `module_init(f) module_exit(g);`
            Identifier
                if self.kind_of(self.following(behind)) == LeftParen
                    && is_upper(self.text_of(name)) =>
            {
                Some(shape)
            }
            _ => None,
        }
    }

    /// Whether the arguments between two parentheses can only be parameters of a prototype.
    pub(super) fn arguments_are_types(&self, open: TokenId, close: TokenId) -> bool {
        let mut argument = self.following(open);
        while argument < close {
            if !self.starts_type_for_sure(argument) && self.kind_of(argument) != TokenKind::Ellipsis
            {
                return false;
            }
            argument = self.behind_argument(argument, close);
        }
        self.following(open) != close
    }

    /// The token behind the `,` that ends the argument at a token, or `close`.
    fn behind_argument(&self, mut token: TokenId, close: TokenId) -> TokenId {
        use TokenKind::*;
        while token < close {
            match self.kind_of(token) {
                Comma => return self.following(token),
                LeftParen | LeftBracket | LeftBrace => {
                    token = self.matching(token).unwrap_or(close);
                }
                _ => {}
            }
            token = self.following(token);
        }
        close
    }

    /// MacroDeclaration: storage* name ArgumentList (`=` initialiser)? `;`?
    pub(super) fn macro_declaration(&mut self, shape: DeclarerShape) -> Parsed {
        use TokenKind::*;
        let declaration = self.open(NodeKind::MacroDeclaration);
        let is_storage =
            |kind| matches!(kind, Static | Extern | Const | Inline | Volatile | Register);
        let storage_macro =
            shape.arguments && self.at(Identifier) && self.nth_kind(1) == Identifier;
        if is_storage(self.kind()) || storage_macro {
            let specifiers = self.open(NodeKind::DeclSpecifiers);
            while is_storage(self.kind()) {
                self.bump();
            }
            if self.at(Identifier) && self.nth_kind(1) == Identifier {
                self.macro_attribute()?;
            }
            self.close(specifiers);
        }
        if self.at(DisjOpen) {
            self.disjunction(|p| {
                p.leaf(NodeKind::Name);
                Ok(())
            })?;
        } else {
            self.leaf(NodeKind::Name);
        }
        if shape.arguments {
            self.argument_list()?;
            self.attributes_while(|p| p.at_known_attribute() || p.at(AttributeName))?;
            if self.opt(Equal) {
                self.initialiser()?;
            }
        }
        self.opt(Semicolon);
        self.close(declaration);
        Ok(())
    }
}

/// What a declarer looks like.
#[derive(Clone, Copy)]
pub(super) struct DeclarerShape {
    pub(super) arguments: bool,
}

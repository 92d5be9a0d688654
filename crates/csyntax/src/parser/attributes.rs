//! Attributes: `__attribute__((...))`, `[[...]]`, and macros that stand for them.
//!
//! Idioms: `__init`, `__printf(1, 2)`, `int x __aligned(8);`, `int x NOTRACE;`. A macro is taken for an attribute by its role or by its
//! two underscores; capitals do between a declarator and what ends it.

use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::is_upper;
use crate::tree::TokenId;

/// How many attributes in a row are looked past.
pub(super) const MAX_ATTRIBUTES: usize = 16;

impl Parser<'_> {
    /// `[[` where an attribute may stand.
    pub(super) fn at_bracket_attribute(&self) -> bool {
        self.at(TokenKind::LeftBracket) && self.nth_kind(1) == TokenKind::LeftBracket
    }

    /// Attribute: `__attribute__` `((` ... `))` | `[[` ... `]]`
    pub(super) fn attribute(&mut self) -> Parsed {
        let attribute = self.open(NodeKind::Attribute);
        if self.at(TokenKind::LeftBracket) {
            let Some(close) = self.matching(self.at) else {
                return self.fail("`[[` without its `]]`");
            };
            self.jump_to(close);
            self.bump();
        } else {
            self.bump();
            self.balanced_parens()?;
        }
        self.close(attribute);
        Ok(())
    }

    /// Attribute: a macro, with its arguments if some follow
    pub(super) fn macro_attribute(&mut self) -> Parsed {
        let attribute = self.open(NodeKind::Attribute);
        self.bump();
        if self.at(TokenKind::LeftParen) {
            self.argument_list()?;
        }
        self.close(attribute);
        Ok(())
    }

    /// Attributes behind a declarator or a struct.
    pub(super) fn opt_attributes(&mut self) -> Parsed {
        loop {
            match self.kind() {
                TokenKind::Attribute => self.attribute()?,
                TokenKind::LeftBracket if self.at_bracket_attribute() => self.attribute()?,
                TokenKind::AttributeName | TokenKind::MetaAttribute => self.macro_attribute()?,
                TokenKind::Identifier
                    if self.role(self.at) == Some(Role::Attribute)
                        || self.text_of(self.at).starts_with(b"__")
                        || self.is_trailing_macro() =>
                {
                    self.macro_attribute()?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// `int x NOTRACE;`: a macro between a declarator and what ends it.
    fn is_trailing_macro(&self) -> bool {
        use TokenKind::*;
        !self.is_pattern()
            && is_upper(self.text_of(self.at))
            && match self.nth_kind(1) {
                Semicolon | Equal | Comma => true,
                LeftParen => self.matching(self.nth(1)).is_some_and(|close| {
                    matches!(self.kind_of(self.following(close)), Semicolon | Equal | Comma)
                }),
                _ => false,
            }
    }

    /// The token behind words that look like attributes, with their arguments.
    pub(super) fn behind_attributes(&self, mut token: TokenId) -> TokenId {
        use TokenKind::*;
        for _ in 0..MAX_ATTRIBUTES {
            let arguments = self.following(token);
            let is_attribute = self.kind_of(token) == Attribute || self.is_attribute_word(token);
            if !is_attribute {
                return token;
            }
            token = match self.kind_of(arguments) {
                LeftParen => match self.matching(arguments) {
                    Some(close) => self.following(close),
                    None => return token,
                },
                _ => arguments,
            };
        }
        token
    }

    /// Whether a name looks like an attribute: by role, or by its underscores.
    pub(super) fn is_attribute_word(&self, token: TokenId) -> bool {
        match self.kind_of(token) {
            TokenKind::AttributeName => true,
            TokenKind::Identifier => {
                self.role(token) == Some(Role::Attribute)
                    || (self.text_of(token).starts_with(b"__")
                        && !self.names.is_type(self.text_of(token)))
            }
            _ => false,
        }
    }

    /// Attributes, and macros as long as `is_macro` says that one stands at the cursor.
    pub(super) fn attributes_while(&mut self, is_macro: impl Fn(&Self) -> bool) -> Parsed {
        loop {
            if self.at(TokenKind::Attribute) {
                self.attribute()?;
            } else if is_macro(self) {
                self.macro_attribute()?;
            } else {
                return Ok(());
            }
        }
    }

    /// Whether a macro stands at the cursor that is an attribute by its role.
    pub(super) fn at_known_attribute(&self) -> bool {
        self.role(self.at) == Some(Role::Attribute)
    }
}

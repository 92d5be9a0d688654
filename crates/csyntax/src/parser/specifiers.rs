//! Declaration specifiers, and where a type starts.
//!
//! Without a preprocessor, a word in front of a name may be a typedef name or a macro that stands for an attribute
//! or a storage class. What decides, in this order: the hints; names known as types; the words around it.
//! Idioms: `static int __init f(void)`, `struct s __iomem *p`, `asmlinkage long f(...)`, `foo_t x __attr;`,
//! `__printf(1, 2) void f(...)`. Fails where an unknown macro without underscores stands between an unknown type
//! and the name: then the macro is taken for an attribute and the first word for the type.

use super::attributes::MAX_ATTRIBUTES;
use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::is_upper;
use crate::tree::TokenId;

/// Where specifiers stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A declaration or a field: a declarator follows.
    Declaration,
    /// A parameter or a type name: a lone word is a type.
    Parameter,
}

/// What a name is among specifiers.
enum Word {
    Type,
    /// A macro that makes a type of its arguments.
    TypeMacro,
    Attribute,
}

impl Parser<'_> {
    /// DeclSpecifiers: (storage | qualifier | attribute | type word | typedef name | StructSpecifier | ...)*
    ///
    /// Yields nothing where none stands. Tells whether a type was among them.
    pub(super) fn opt_decl_specifiers(&mut self, place: Place) -> Result<bool, super::Failure> {
        use TokenKind::*;
        let start = self.at;
        let specifiers = self.open(NodeKind::DeclSpecifiers);
        let mut type_seen = false;
        loop {
            match self.kind() {
                Static | Extern | Typedef | Auto | Register | Inline | StorageWord | Const
                | Volatile | Restrict => self.bump(),
                Extension => self.bump(),
                Attribute => self.attribute()?,
                LeftBracket if self.at_bracket_attribute() => self.attribute()?,
                TypeWord => {
                    self.bump();
                    type_seen = true;
                }
                Struct | Union => {
                    self.struct_specifier()?;
                    type_seen = true;
                }
                Enum => {
                    self.enum_specifier()?;
                    type_seen = true;
                }
                Typeof => {
                    self.typeof_specifier()?;
                    type_seen = true;
                }
                AttributeName | MetaAttribute => self.macro_attribute()?,
                TypedefName if !type_seen => {
                    self.bump();
                    type_seen = true;
                }
                MetaType if !type_seen && self.nth_kind(1) == LeftBrace => {
                    self.struct_by_metavariable()?;
                    type_seen = true;
                }
                MetaType if !type_seen || self.previous_is_sign() => {
                    self.bump();
                    type_seen = true;
                }
                DisjOpen if !type_seen && self.disjunction_of_types() => {
                    self.type_disjunction()?;
                    type_seen = true;
                }
                Identifier if type_seen && self.at_complex() => self.bump(),
                Identifier => match self.specifier_word(type_seen, place) {
                    Some(Word::Type) => {
                        let name = self.text_of(self.at);
                        if self.nth_kind(1) != HashHash {
                            self.names.add_inferred(name);
                        }
                        self.bump_pasted();
                        // A macro that makes a type of its arguments.
                        if self.at(LeftParen) && self.role(self.previous) == Some(Role::Type) {
                            self.argument_list()?;
                        }
                        type_seen = true;
                    }
                    Some(Word::TypeMacro) => {
                        self.bump();
                        self.argument_list()?;
                        type_seen = true;
                    }
                    Some(Word::Attribute) => self.macro_attribute()?,
                    None => break,
                },
                _ => break,
            }
        }
        if self.at == start {
            self.abandon(specifiers);
        } else {
            self.close(specifiers);
        }
        Ok(type_seen)
    }

    /// `double complex z`: the word that `<complex.h>` makes of `_Complex`.
    fn at_complex(&self) -> bool {
        use TokenKind::*;
        self.text_of(self.at) == b"complex"
            && self.kind_of(self.previous) == TypeWord
            && matches!(self.text_of(self.previous), b"float" | b"double" | b"long")
            && matches!(self.nth_kind(1), Identifier | MetaIdentifier | Star | RightParen)
    }

    fn previous_is_sign(&self) -> bool {
        self.kind_of(self.previous) == TokenKind::TypeWord
            && matches!(self.text_of(self.previous), b"unsigned" | b"signed")
    }

    /// What the name at the cursor is among specifiers, if it belongs to them.
    fn specifier_word(&self, type_seen: bool, place: Place) -> Option<Word> {
        let name = self.text_of(self.at);
        if type_seen && place == Place::Declaration && self.is_declared_word() {
            return None;
        }
        match self.role(self.at) {
            Some(Role::Attribute) => return Some(Word::Attribute),
            Some(Role::Type) if !type_seen => return Some(Word::Type),
            _ => {}
        }
        if type_seen { self.word_behind_type(name) } else { self.word_without_type(name, place) }
    }

    /// `unsigned long __unused;`: the last word in front of what ends a declarator is what is declared, however it is
    /// spelt. Behind the body of a structure, nothing needs to be.
    fn is_declared_word(&self) -> bool {
        use TokenKind::*;
        self.kind_of(self.previous) != RightBrace
            && matches!(self.nth_kind(1), Semicolon | Equal | Comma | LeftBracket | Colon)
            && !self.is_pattern()
    }

    /// A type was seen: the declarator is next, unless this word is a macro in front of it.
    fn word_behind_type(&self, name: &[u8]) -> Option<Word> {
        use TokenKind::*;
        let next = self.nth(1);
        let underscored = name.starts_with(b"__");
        match self.kind_of(next) {
            Identifier | MetaIdentifier => {
                // `int x NOTRACE;`, `int f PARAMS((int));` have their macro behind the name.
                let macro_behind =
                    !underscored && is_upper(self.text_of(next)) && self.ends_declarator(next);
                (!macro_behind && self.name_follows(next)).then_some(Word::Attribute)
            }
            Star => Some(Word::Attribute),
            LeftParen if underscored => {
                let behind = self.following(self.matching(next)?);
                let declarator = matches!(self.kind_of(behind), Star | MetaIdentifier)
                    || (self.kind_of(behind) == Identifier
                        && self.kind_of(self.behind_attributes(behind)) == Identifier);
                declarator.then_some(Word::Attribute)
            }
            Struct | Union | Enum | TypeWord | Const | Volatile | Inline | Static => {
                Some(Word::Attribute)
            }
            _ => None,
        }
    }

    /// No type was seen: this word is it, or a macro in front of it, or the declarator of an implicit int.
    fn word_without_type(&self, name: &[u8], place: Place) -> Option<Word> {
        use TokenKind::*;
        let next = self.behind_pasted(self.at);
        let known = self.names.is_type(name);
        match self.kind_of(next) {
            TypeWord | Struct | Union | Enum | Typeof | Static | Extern | Inline | Typedef
            | Register | Attribute
                if !known =>
            {
                Some(Word::Attribute)
            }
            Const | Volatile | Restrict if !known => {
                let mut behind = next;
                while matches!(self.kind_of(behind), Const | Volatile | Restrict) {
                    behind = self.following(behind);
                }
                let type_follows = match self.kind_of(behind) {
                    Star | RightParen | Comma => false,
                    Identifier => matches!(self.kind_of(self.following(behind)), Identifier | Star),
                    _ => true,
                };
                Some(if type_follows { Word::Attribute } else { Word::Type })
            }
            Identifier | MetaIdentifier | MetaType | TypedefName if !known => {
                Some(self.first_of_two_words(name, next))
            }
            Star => Some(Word::Type),
            LeftParen => {
                let inner = self.following(next);
                if known {
                    return Some(Word::Type);
                }
                if self.kind_of(inner) == Star && self.function_pointer_follows(next) {
                    return Some(Word::Type);
                }
                let close = self.matching(next)?;
                let behind = self.following(close);
                let declares = matches!(
                    self.kind_of(behind),
                    TypeWord | Struct | Union | Enum | Static | Extern | Inline | Const
                );
                let underscored = name.starts_with(b"__");
                if declares {
                    let upper = is_upper(name);
                    return (underscored || upper).then_some(Word::Attribute);
                }
                if self.kind_of(behind) == Identifier && self.type_word_behind(behind) {
                    return Some(Word::Attribute);
                }
                self.type_macro_shape(next, close).then_some(Word::TypeMacro)
            }
            Semicolon | Equal | LeftBracket | LeftBrace
                if place == Place::Declaration && !known =>
            {
                None
            }
            // `x : 3;` in a struct: the type and no name.
            Colon if place == Place::Declaration => Some(Word::Type),
            _ => (known || place == Place::Parameter).then_some(Word::Type),
        }
    }

    /// `name next ...`, with `name` unknown and `next` a name.
    fn first_of_two_words(&self, name: &[u8], next: TokenId) -> Word {
        use TokenKind::*;
        if matches!(self.kind_of(next), MetaType | TypedefName) {
            return Word::Attribute;
        }
        let second = self.text_of(next);
        let third = self.following(next);
        let more = matches!(self.kind_of(third), Identifier | Star | MetaIdentifier);
        let second_is_attribute =
            self.role(next) == Some(Role::Attribute) || second.starts_with(b"__");
        let third_is_attribute =
            self.role(third) == Some(Role::Attribute) || self.text_of(third).starts_with(b"__");
        if more && self.names.is_type(second) {
            return Word::Attribute;
        }
        if more && name.starts_with(b"__") && !second_is_attribute && !third_is_attribute {
            return Word::Attribute;
        }
        Word::Type
    }

    /// Whether the declared name is at or behind a word that follows a type and a first word, so that the first is a
    /// macro: `int noinline f(void)`, but not `int x __attr;`.
    fn name_follows(&self, mut word: TokenId) -> bool {
        use TokenKind::*;
        for _ in 0..MAX_ATTRIBUTES {
            if !matches!(self.kind_of(word), Identifier | AttributeName) {
                return matches!(self.kind_of(word), Star | MetaIdentifier);
            }
            if !self.is_attribute_word(word) {
                return true;
            }
            let open = self.following(word);
            if self.kind_of(open) != LeftParen {
                word = open;
                continue;
            }
            let Some(close) = self.matching(open) else { return false };
            let behind = self.behind_attributes(self.following(close));
            let known = self.role(word) == Some(Role::Attribute);
            if !known
                && (self.kind_of(behind) == LeftBrace || self.arguments_are_types(open, close))
            {
                return true;
            }
            word = self.following(close);
        }
        false
    }

    /// `name(..) word`: whether the word is a type rather than a name: another name or a `*` follows it.
    fn type_word_behind(&self, word: TokenId) -> bool {
        let next = self.behind_attributes(self.following(word));
        matches!(self.kind_of(next), TokenKind::Identifier | TokenKind::Star)
    }

    /// The token behind a name, with what is pasted to it by `##`.
    pub(super) fn behind_pasted(&self, name: TokenId) -> TokenId {
        let mut token = self.following(name);
        while self.kind_of(token) == TokenKind::HashHash {
            token = self.following(token);
            if !matches!(self.kind_of(token), TokenKind::PpEnd | TokenKind::Eof) {
                token = self.following(token);
            }
        }
        token
    }

    /// Takes a name, with what is pasted to it by `##`.
    pub(super) fn bump_pasted(&mut self) {
        self.bump();
        self.pasted_parts();
    }

    /// Whether what stands behind a name (and its arguments) ends a declarator.
    fn ends_declarator(&self, name: TokenId) -> bool {
        use TokenKind::*;
        let mut behind = self.following(name);
        if self.kind_of(behind) == LeftParen {
            match self.matching(behind) {
                Some(close) => behind = self.following(close),
                None => return false,
            }
        }
        matches!(self.kind_of(behind), Semicolon | Equal | Comma)
    }

    /// `NAME(..) x;`, `NAME(..) *x)`: a macro that makes a type, and what it declares on the same line.
    pub(super) fn type_macro_shape(&self, open: TokenId, close: TokenId) -> bool {
        use TokenKind::*;
        let mut name = self.following(close);
        if self.is_pattern() || open == close || self.starts_line(name) {
            return false;
        }
        while self.kind_of(name) == Star {
            name = self.following(name);
        }
        self.kind_of(name) == Identifier
            && matches!(
                self.kind_of(self.following(name)),
                Semicolon | Comma | Equal | LeftBracket | RightParen
            )
    }

    /// Whether `(*name)(` or `(*name[..])(` stands at `open`.
    fn function_pointer_follows(&self, open: TokenId) -> bool {
        self.matching(open)
            .is_some_and(|close| self.kind_of(self.following(close)) == TokenKind::LeftParen)
    }

    /// Whether a type surely starts at `token`: a keyword, a known type, a declared one.
    pub(super) fn starts_type_for_sure(&self, token: TokenId) -> bool {
        use TokenKind::*;
        match self.kind_of(token) {
            TypeWord | Struct | Union | Enum | Typeof | Const | Volatile | MetaType
            | TypedefName | Register => true,
            Identifier => self.names.is_type(self.text_of(token)),
            DisjOpen => self.starts_type_for_sure(self.following(token)),
            _ => false,
        }
    }

    /// `(` anything `)`
    pub(super) fn balanced_parens(&mut self) -> Parsed {
        if !self.at(TokenKind::LeftParen) {
            return self.fail("`(` expected");
        }
        match self.matching(self.at) {
            Some(close) => {
                self.jump_to(close);
                self.bump();
                Ok(())
            }
            None => self.fail("`(` without its `)`"),
        }
    }

    /// TypeofSpecifier: `typeof` `(` (expression | TypeName) `)`
    fn typeof_specifier(&mut self) -> Parsed {
        let specifier = self.open(NodeKind::TypeofSpecifier);
        self.bump();
        self.expect(TokenKind::LeftParen, "`(` expected behind `typeof`")?;
        if !self.at(TokenKind::LeftParen) && self.starts_type_in_parens() {
            self.type_name()?
        } else {
            self.nested(Self::expression)?
        }
        self.expect(TokenKind::RightParen, "`)` expected behind the operand of `typeof`")?;
        self.close(specifier);
        Ok(())
    }

    /// TypeName: DeclSpecifiers declarator
    pub(super) fn type_name(&mut self) -> Parsed {
        self.nested(Self::one_type_name)
    }

    fn one_type_name(&mut self) -> Parsed {
        let name = self.open(NodeKind::TypeName);
        if !self.opt_decl_specifiers(Place::Parameter)? {
            return self.fail("a type expected");
        }
        self.declarator()?;
        self.close(name);
        Ok(())
    }
}

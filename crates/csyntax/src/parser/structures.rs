//! Structures, unions and enumerations: tags, fields, enumerators.
//!
//! Macros among fields are known by their shape, as between items; an enumerator without a comma behind it is a macro's.

use super::items::DeclarerShape;
use super::specifiers::Place;
use super::{Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};

impl Parser<'_> {
    /// StructSpecifier: (`struct` | `union`) Attribute* name? FieldList? Attribute*
    pub(super) fn struct_specifier(&mut self) -> Parsed {
        use TokenKind::*;
        let specifier = self.open(NodeKind::StructSpecifier);
        self.bump();
        self.attributes_while(|p| p.at_known_attribute() || p.is_macro_before_tag())?;
        let choice = self.opt_choice_of_tags()?;
        let named = choice || self.kind().is_name() || self.at(MetaType);
        if named && !choice {
            self.bump_pasted();
            // A tag made by a macro: `struct HDR(2) h;`
            if self.at(LeftParen) && !self.is_pattern() && self.tag_macro_follows() {
                self.argument_list()?;
            }
        }
        if self.at(LeftBrace) {
            self.field_list()?;
            self.attributes_while(|p| p.at_known_attribute() || p.at(AttributeName))?;
        } else if !named {
            return self.fail("a tag or `{` expected");
        }
        self.close(specifier);
        Ok(())
    }

    /// StructSpecifier: a metavariable for a type, FieldList
    pub(super) fn struct_by_metavariable(&mut self) -> Parsed {
        let specifier = self.open(NodeKind::StructSpecifier);
        self.bump();
        self.field_list()?;
        self.close(specifier);
        Ok(())
    }

    /// `struct \( a \| b \)` in patterns
    fn opt_choice_of_tags(&mut self) -> Result<bool, super::Failure> {
        if !self.at(TokenKind::DisjOpen) {
            return Ok(false);
        }
        self.disjunction(|p| {
            if !p.kind().is_name() {
                return p.fail("a tag expected");
            }
            p.leaf(NodeKind::Name);
            Ok(())
        })?;
        Ok(true)
    }

    /// `(..)` behind a tag and then a name, a `*` or a brace: the tag is a macro's. `struct s (*f)(int)` is none.
    fn tag_macro_follows(&self) -> bool {
        use TokenKind::*;
        !matches!(self.nth_kind(1), Star | Caret | LeftParen)
            && self.matching(self.at).is_some_and(|close| {
                matches!(
                    self.kind_of(self.following(close)),
                    Identifier | Star | LeftBrace | RightParen
                )
            })
    }

    /// `struct __attr tag {`: with anything but a brace behind the second word, the first is the tag.
    fn is_macro_before_tag(&self) -> bool {
        self.at(TokenKind::Identifier)
            && self.text_of(self.at).starts_with(b"__")
            && self.nth_kind(1) == TokenKind::Identifier
            && self.nth_kind(2) == TokenKind::LeftBrace
    }

    /// FieldList: `{` FieldDeclaration* `}`
    fn field_list(&mut self) -> Parsed {
        let list = self.open(NodeKind::FieldList);
        self.bump();
        while !self.at(TokenKind::RightBrace) {
            if self.at(TokenKind::Eof) {
                return self.fail("`}` expected at the end of the fields");
            }
            self.nested(|p| p.member(Self::field))?;
        }
        self.bump();
        self.close(list);
        Ok(())
    }

    /// FieldDeclaration: DeclSpecifiers (FieldDeclarator `,`)* `;`
    pub(super) fn field(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            PpIf => return self.conditional(Self::field),
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => return self.directive(),
            Semicolon => {
                self.leaf(NodeKind::EmptyDeclaration);
                return Ok(());
            }
            StaticAssert => return self.static_assert(),
            Ellipsis if self.is_pattern() => return self.dots(),
            MetaField | MetaFieldList => return self.list_metavariable(&[Semicolon]),
            DisjOpen => return self.disjunction(Self::field),
            Identifier | DeclarerName | MetaDeclarer if self.nth_kind(1) == LeftParen => {
                if let Some(shape) = self.declarer_shape() {
                    return self.macro_declaration(shape);
                }
            }
            // A macro that makes fields, alone on its line.
            Identifier if self.second_reading && self.is_macro_before_directive() => {
                return self.macro_declaration(DeclarerShape { arguments: false });
            }
            _ => {}
        }
        let field = self.open(NodeKind::FieldDeclaration);
        self.opt_decl_specifiers(Place::Declaration)?;
        if !self.at(Semicolon) {
            loop {
                self.field_declarator()?;
                if !self.opt(Comma) {
                    break;
                }
            }
        }
        self.expect(Semicolon, "`;` expected behind the field")?;
        self.close(field);
        Ok(())
    }

    fn is_macro_before_directive(&self) -> bool {
        let next = self.nth_kind(1);
        next.is_other_directive()
            || next.is_conditional_directive()
            || next == TokenKind::RightBrace
    }

    fn field_declarator(&mut self) -> Parsed {
        let declarator = self.open(NodeKind::FieldDeclarator);
        self.declarator()?;
        if self.opt(TokenKind::Colon) {
            self.assignment_expression()?;
        }
        self.opt_attributes()?;
        self.close(declarator);
        Ok(())
    }

    /// EnumSpecifier: `enum` Attribute* name? EnumeratorList?
    pub(super) fn enum_specifier(&mut self) -> Parsed {
        use TokenKind::*;
        let specifier = self.open(NodeKind::EnumSpecifier);
        self.bump();
        self.attributes_while(Self::at_known_attribute)?;
        let choice = self.opt_choice_of_tags()?;
        let named = choice || self.kind().is_name();
        if named && !choice {
            self.bump();
        }
        if self.at(LeftBrace) {
            let list = self.open(NodeKind::EnumeratorList);
            self.bump();
            while !self.at(RightBrace) {
                self.member(Self::enumerator)?;
            }
            self.bump();
            self.close(list);
        } else if !named {
            return self.fail("a tag or `{` expected");
        }
        while self.at(Attribute) {
            self.attribute()?;
        }
        self.close(specifier);
        Ok(())
    }

    /// Enumerator: name Attribute* (`=` expression)? and the comma behind it, if there is one
    fn enumerator(&mut self) -> Parsed {
        use TokenKind::*;
        let first = self.at;
        match self.kind() {
            PpIf => return self.conditional(Self::enumerator),
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => return self.directive(),
            Ellipsis if self.is_pattern() => self.dots()?,
            _ => {
                let enumerator = self.open(NodeKind::Enumerator);
                if !self.kind().is_name() {
                    return self.fail("an enumerator expected");
                }
                self.bump();
                if self.at(LeftParen) {
                    self.argument_list()?;
                }
                self.attributes_while(|p| p.is_attribute_word(p.at))?;
                if self.opt(Equal) {
                    self.assignment_expression()?;
                }
                self.close(enumerator);
            }
        }
        self.entry_end(first, "`,` or `}` expected behind an enumerator")
    }
}

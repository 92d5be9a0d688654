//! Declarators, named and abstract, and parameters.

use super::specifiers::Place;
use super::{Completed, Failure, Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::is_upper;
use crate::tree::TokenId;

impl Parser<'_> {
    /// A declarator; where nothing stands that could be one, an [`NodeKind::AbstractDeclarator`].
    ///
    /// Leaves the declared name in `declared_name` and whether it is a function in `declared_function`.
    pub(super) fn declarator(&mut self) -> Parsed {
        self.declared_name = None;
        self.declared_function = false;
        self.old_style_list = false;
        self.inner_declarator().map(|_| ())
    }

    fn inner_declarator(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        if self.at(Star) || (self.at(Caret) && !self.is_pattern()) {
            let mut completed = None;
            self.nested(|p| {
                completed = Some(p.pointer_declarator()?);
                Ok(())
            })?;
            return completed.map_or_else(|| self.fail("a declarator expected"), Ok);
        }
        self.direct_declarator()
    }

    /// PointerDeclarator: `*` (qualifier | Attribute)* declarator
    fn pointer_declarator(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        let pointer = self.open(NodeKind::PointerDeclarator);
        self.bump();
        loop {
            match self.kind() {
                Const | Volatile | Restrict => self.bump(),
                Attribute => self.attribute()?,
                AttributeName | MetaAttribute => self.macro_attribute()?,
                Identifier if self.is_macro_before_name() => self.macro_attribute()?,
                _ => break,
            }
        }
        self.inner_declarator()?;
        Ok(self.close(pointer))
    }

    /// A macro between a `*` and what it points from: `T *__restrict p`, `void * __init f(void)`.
    fn is_macro_before_name(&self) -> bool {
        use TokenKind::*;
        if self.role(self.at) == Some(Role::Attribute) {
            // `*__init;` declares a name that is spelt so.
            return !matches!(self.nth_kind(1), Semicolon | Equal | LeftBracket);
        }
        match self.nth_kind(1) {
            Identifier | MetaIdentifier => {
                let next = self.nth(1);
                !(self.role(next) == Some(Role::Attribute)
                    || self.text_of(next).starts_with(b"__")
                    || (is_upper(self.text_of(next)) && !is_upper(self.text_of(self.at))))
            }
            Star => true,
            _ => false,
        }
    }

    /// A name or `(` declarator `)`, then array and parameter suffixes.
    fn direct_declarator(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        let is_choice = self.at(DisjOpen);
        let mut inner = match self.kind() {
            // `typedef struct { ... } T;` with a metavariable `type T`
            kind if kind.is_name() || kind == MetaType => {
                self.declared_name = Some(self.at);
                let name = self.open(NodeKind::NameDeclarator);
                self.bump();
                self.pasted_parts();
                self.close(name)
            }
            LeftParen if self.paren_is_declarator() => self.paren_declarator()?,
            DisjOpen => {
                self.disjunction(|p| {
                    p.leaf(NodeKind::NameDeclarator);
                    Ok(())
                })?;
                self.completed_disjunction()
            }
            _ => self.empty(NodeKind::AbstractDeclarator),
        };
        let mut innermost = true;
        loop {
            match self.kind() {
                LeftBracket if !self.at_bracket_attribute() => {
                    let array = self.wrap(inner, NodeKind::ArrayDeclarator);
                    self.bump();
                    while matches!(self.kind(), Static | Const | Restrict) {
                        self.bump();
                    }
                    // `[*]`: of any size.
                    if self.at(Star) && self.nth_kind(1) == RightBracket {
                        self.bump();
                    } else if !self.at(RightBracket) {
                        self.expression()?;
                    }
                    self.expect(RightBracket, "`]` expected behind the array size")?;
                    inner = self.close(array);
                }
                LeftParen => {
                    let function = self.wrap(inner, NodeKind::FunctionDeclarator);
                    let name = self.declared_name;
                    if innermost && (self.is_header_macro(name) || self.is_old_style_header(name)) {
                        self.header_macro_arguments()?;
                    } else if !(innermost && self.second_reading) {
                        self.parameter_list(innermost)?;
                    } else if !self.attempt(|p| p.parameter_list(true)) {
                        // `u8 X(a : 6, b : 2);`
                        self.header_macro_arguments()?;
                    }
                    self.declared_name = name;
                    if innermost {
                        self.declared_function = name.is_some() || is_choice;
                    }
                    inner = self.close(function);
                }
                _ => break,
            }
            innermost = false;
        }
        Ok(inner)
    }

    /// Whether a macro with arguments stands for a function's header, `SYSCALL_DEFINE1(f, int, x) {`, or for a variable in
    /// a block, `int *AUTO_FREE(p);`.
    fn is_header_macro(&self, name: Option<TokenId>) -> bool {
        let upper = name.is_some_and(|name| is_upper(self.text_of(name)));
        !self.is_pattern()
            && (upper || (self.second_reading && name.is_some()))
            && self.matching(self.at).is_some_and(|close| {
                let behind = self.behind_attributes(self.following(close));
                (self.function_depth == 0) == (self.kind_of(behind) == TokenKind::LeftBrace)
            })
    }

    /// `f(a, b)` of a K&R definition: names that are no types, and a body or declarations of the parameters behind.
    fn is_old_style_header(&self, name: Option<TokenId>) -> bool {
        use TokenKind::*;
        if self.is_pattern() || self.function_depth > 0 || name.is_none() {
            return false;
        }
        let mut token = self.following(self.at);
        while self.kind_of(token) == Identifier && !self.names.is_type(self.text_of(token)) {
            token = self.following(token);
            match self.kind_of(token) {
                Comma => token = self.following(token),
                RightParen => return self.parameter_declarations_follow(self.following(token)),
                _ => return false,
            }
        }
        false
    }

    /// Whether a body, or declarations up to one, starts at a token.
    pub(super) fn parameter_declarations_follow(&self, mut token: TokenId) -> bool {
        use TokenKind::*;
        if self.kind_of(token) == LeftBrace {
            return true;
        }
        if !self.starts_type_for_sure(token) && self.kind_of(token) != Identifier {
            return false;
        }
        let mut semicolon = false;
        loop {
            match self.kind_of(token) {
                LeftBrace => return semicolon,
                Semicolon => semicolon = true,
                Equal | RightBrace | Eof => return false,
                kind if kind.is_other_directive() || kind.is_conditional_directive() => {
                    return false;
                }
                // A function or a structure on the way to the brace is another item.
                LeftParen if !matches!(self.kind_of(self.following(token)), Star | RightParen) => {
                    return false;
                }
                _ => {}
            }
            token = self.following(token);
        }
    }

    /// ParameterList: `(` ((Parameter | IdentifierParameter | argument) `,`)* `)`
    ///
    /// A name alone may be anything; no type is learned from it.
    fn header_macro_arguments(&mut self) -> Parsed {
        use TokenKind::*;
        let list = self.open(NodeKind::ParameterList);
        self.bump();
        self.old_style_list = true;
        while !self.at(RightParen) {
            let ends = |kind| matches!(kind, Comma | RightParen);
            let is_type = self.at(Identifier) && self.names.is_type(self.text_of(self.at));
            if self.at(Identifier) && !is_type && ends(self.nth_kind(1)) {
                self.parameter_names.push(self.at);
                self.leaf(NodeKind::IdentifierParameter);
            } else if !self.attempt(|p| {
                p.nested(|p| p.parameter(true))?;
                if ends(p.kind()) { Ok(()) } else { p.fail("`,` or `)` expected") }
            }) {
                self.nested(Self::argument)?;
            }
            if !self.opt(Comma) && !self.at(RightParen) {
                return self.fail("`,` or `)` expected behind an argument");
            }
        }
        self.bump();
        self.close(list);
        self.opt_function_attributes()
    }

    fn paren_declarator(&mut self) -> Result<Completed, Failure> {
        let paren = self.open(NodeKind::ParenDeclarator);
        self.bump();
        // `(__iomem *p)`, `(CALLCONV *f)(int)`
        self.attributes_while(|p| {
            p.at_known_attribute()
                || (p.at(TokenKind::Identifier) && p.nth_kind(1) == TokenKind::Star)
        })?;
        self.nested(|p| p.inner_declarator().map(|_| ()))?;
        self.expect(TokenKind::RightParen, "`)` expected behind the declarator")?;
        Ok(self.close(paren))
    }

    /// Whether `(` starts a declarator in parentheses, not the parameters of an abstract one.
    fn paren_is_declarator(&self) -> bool {
        use TokenKind::*;
        let inner = self.nth(1);
        match self.kind_of(inner) {
            Star | Caret | LeftParen | Attribute => true,
            Identifier => {
                !self.names.is_type(self.text_of(inner))
                    && (self.nth_kind(2) == RightParen || self.role(inner) == Some(Role::Attribute))
                    || (self.nth_kind(2) == Star
                        && self.nth_kind(3) == Identifier
                        && self.nth_kind(4) == RightParen
                        && self.nth_kind(5) == LeftParen)
                    || (self.nth_kind(2) == LeftParen
                        && self.nth_kind(3) != RightParen
                        && !self.names.is_type(self.text_of(inner)))
            }
            MetaIdentifier => true,
            _ => false,
        }
    }

    /// ParameterList: `(` (Parameter `,`)* Varargs? `)`
    fn parameter_list(&mut self, declares: bool) -> Parsed {
        use TokenKind::*;
        let list = self.open(NodeKind::ParameterList);
        self.bump();
        let mut old_style = !self.at(RightParen);
        while !self.at(RightParen) {
            let name = self.at;
            if !(self.at(Identifier) && matches!(self.nth_kind(1), Comma | RightParen)) {
                old_style = false;
            }
            self.nested(|p| p.parameter(declares))?;
            if old_style && declares {
                self.parameter_names.push(name);
            }
            if !self.opt(Comma) && !self.at(RightParen) && !self.at_list_directive() {
                return self.fail("`,` or `)` expected behind a parameter");
            }
        }
        self.bump();
        self.old_style_list = old_style;
        self.close(list);
        self.opt_function_attributes()
    }

    /// Whether an `#if` group may go on with a list here.
    pub(super) fn at_list_directive(&self) -> bool {
        self.kind().is_conditional_directive() || self.kind_of(self.previous) == TokenKind::PpEndif
    }

    /// Attributes directly behind parameters; words that start a K&R declaration are none.
    fn opt_function_attributes(&mut self) -> Parsed {
        use TokenKind::*;
        loop {
            match self.kind() {
                Attribute => self.attribute()?,
                _ if self.is_attribute_word(self.at) => self.macro_attribute()?,
                _ => return Ok(()),
            }
        }
    }

    /// Parameter: DeclSpecifiers declarator Attribute*
    fn parameter(&mut self, declares: bool) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            PpIf => {
                return self.conditional(|p| {
                    p.parameter(true)?;
                    p.opt(Comma);
                    Ok(())
                });
            }
            Ellipsis if self.is_pattern() => return self.dots(),
            Ellipsis => {
                self.leaf(NodeKind::Varargs);
                return Ok(());
            }
            MetaParameter | MetaParameterList => {
                self.leaf(NodeKind::Metavariable);
                return Ok(());
            }
            DisjOpen if !self.disjunction_of_types() => {
                return self.disjunction(|p| p.parameter(false));
            }
            _ => {}
        }
        let parameter = self.open(NodeKind::Parameter);
        let outer = (self.declared_function, self.old_style_list);
        let type_seen = self.opt_decl_specifiers(Place::Parameter)?;
        if !type_seen && !self.is_pattern() && !self.kind().is_name() {
            return self.fail("a parameter expected");
        }
        let names = if declares { None } else { Some(self.parameter_names.len()) };
        self.declarator()?;
        if let Some(count) = names {
            self.parameter_names.truncate(count);
        }
        if let (true, Some(name)) = (declares, self.declared_name) {
            self.parameter_names.push(name);
        }
        (self.declared_function, self.old_style_list) = outer;
        self.opt_attributes()?;
        self.close(parameter);
        Ok(())
    }
}

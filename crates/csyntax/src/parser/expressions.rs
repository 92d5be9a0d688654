//! Expressions, by precedence climbing; primary and postfix terms; casts and `sizeof`.

use super::{Completed, Failure, Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::is_upper;
use crate::tree::TokenId;

/// How tightly a binary operator binds; the larger the tighter.
pub(crate) fn binding_power(kind: TokenKind) -> Option<u8> {
    use TokenKind::*;
    Some(match kind {
        PipePipe => 1,
        AmpAmp => 2,
        Pipe => 3,
        Caret => 4,
        Amp => 5,
        EqualEqual | BangEqual => 6,
        Less | Greater | LessEqual | GreaterEqual => 7,
        ShiftLeft | ShiftRight | Minimum | Maximum => 8,
        Plus | Minus => 9,
        Star | Slash | Percent => 10,
        MetaBinaryOp => 6,
        _ => return None,
    })
}

/// How many names in a row may stand in front of a string to be pieces of it.
const MAX_STRING_MACROS: usize = 4;

impl Parser<'_> {
    /// expression: assignment (`,` assignment)*
    pub(super) fn expression(&mut self) -> Parsed {
        let mut left = self.assignment()?;
        let mut links = 0;
        while self.at(TokenKind::Comma) {
            self.link(&mut links)?;
            let comma = self.wrap(left, NodeKind::CommaExpression);
            self.bump();
            self.assignment()?;
            left = self.close(comma);
        }
        Ok(())
    }

    pub(super) fn assignment_expression(&mut self) -> Parsed {
        self.assignment().map(|_| ())
    }

    pub(super) fn conditional_expression(&mut self) -> Parsed {
        self.conditional_term().map(|_| ())
    }

    /// AssignmentExpression: conditional (`=` | `+=` | ...) assignment
    fn assignment(&mut self) -> Result<Completed, Failure> {
        let left = self.conditional_term()?;
        self.assignment_rest(left)
    }

    fn assignment_rest(&mut self, left: Completed) -> Result<Completed, Failure> {
        use TokenKind::*;
        if !matches!(self.kind(), Equal | AssignOp | MetaAssignOp) {
            return Ok(left);
        }
        let assignment = self.wrap(left, NodeKind::AssignmentExpression);
        self.bump();
        // `x = { ... }` stands in macros that declare.
        if self.at(LeftBrace) {
            self.initialiser_list()?
        } else {
            self.nested(Self::assignment_expression)?
        }
        Ok(self.close(assignment))
    }

    /// ConditionalExpression: binary (`?` expression? `:` conditional)?
    fn conditional_term(&mut self) -> Result<Completed, Failure> {
        let condition = self.binary(0)?;
        self.conditional_rest(condition)
    }

    fn conditional_rest(&mut self, condition: Completed) -> Result<Completed, Failure> {
        if !self.at(TokenKind::Question) {
            return Ok(condition);
        }
        let conditional = self.wrap(condition, NodeKind::ConditionalExpression);
        self.bump();
        if !self.at(TokenKind::Colon) {
            self.nested(Self::expression)?;
        }
        self.expect(TokenKind::Colon, "`:` expected behind `?`")?;
        self.nested(Self::conditional_expression)?;
        Ok(self.close(conditional))
    }

    /// BinaryExpression: operands joined by operators that bind tighter than `floor`
    fn binary(&mut self, floor: u8) -> Result<Completed, Failure> {
        let left = self.unary()?;
        self.binary_rest(left, floor)
    }

    fn binary_rest(&mut self, mut left: Completed, floor: u8) -> Result<Completed, Failure> {
        let mut links = 0;
        while let Some(power) = binding_power(self.kind()).filter(|&power| power > floor) {
            self.link(&mut links)?;
            let binary = self.wrap(left, NodeKind::BinaryExpression);
            self.bump();
            self.nested(|p| p.binary(power).map(|_| ()))?;
            left = self.close(binary);
        }
        Ok(left)
    }

    /// Goes on with an expression whose first term is there already.
    pub(super) fn expression_from(&mut self, first: Completed) -> Parsed {
        let term = self.postfix_rest(first)?;
        let term = self.binary_rest(term, 0)?;
        let term = self.conditional_rest(term)?;
        let mut left = self.assignment_rest(term)?;
        while self.at(TokenKind::Comma) {
            let comma = self.wrap(left, NodeKind::CommaExpression);
            self.bump();
            self.assignment()?;
            left = self.close(comma);
        }
        Ok(())
    }

    fn unary(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        match self.kind() {
            PlusPlus | MinusMinus | Amp | Star | Plus | Minus | Tilde | Bang | Extension => {
                self.prefix(NodeKind::PrefixExpression)
            }
            Sizeof | Alignof => self.sizeof(),
            AmpAmp if matches!(self.nth_kind(1), Identifier | MetaIdentifier) => {
                let label = self.open(NodeKind::LabelAddress);
                self.bump();
                self.bump();
                Ok(self.close(label))
            }
            LeftParen if self.starts_cast() => self.cast(),
            _ => {
                let primary = self.primary()?;
                self.postfix_rest(primary)
            }
        }
    }

    /// PrefixExpression: operator expression
    fn prefix(&mut self, kind: NodeKind) -> Result<Completed, Failure> {
        let prefix = self.open(kind);
        self.bump();
        self.nested(|p| p.unary().map(|_| ()))?;
        Ok(self.close(prefix))
    }

    /// SizeofType: `sizeof` `(` TypeName `)`
    /// SizeofExpression: `sizeof` expression
    fn sizeof(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        let sizeof = self.open(NodeKind::SizeofExpression);
        self.bump();
        if self.at(LeftParen) && self.operand_is_type() {
            self.bump();
            self.type_name()?;
            self.expect(RightParen, "`)` expected behind the type")?;
            return Ok(self.close_as(sizeof, NodeKind::SizeofType));
        }
        self.nested(|p| p.unary().map(|_| ()))?;
        Ok(self.close(sizeof))
    }

    /// Whether `(` at the cursor opens a type, as operand of `sizeof` or `typeof`.
    fn operand_is_type(&self) -> bool {
        self.starts_type_in_parens()
    }

    pub(super) fn starts_type_in_parens(&self) -> bool {
        use TokenKind::*;
        let first = if self.at(LeftParen) { self.nth(1) } else { self.at };
        if self.starts_type_for_sure(first) {
            // `(int)` and not `(int_variable.x)`
            return !(self.kind_of(first) == Identifier
                && matches!(self.kind_of(self.following(first)), Dot | Arrow));
        }
        self.kind_of(first) == Identifier && self.star_then_close(first)
    }

    /// `name * )`, `name ** )`, `name __attr * )`
    fn star_then_close(&self, name: TokenId) -> bool {
        use TokenKind::*;
        let mut token = self.following(name);
        let mut stars = 0;
        loop {
            match self.kind_of(token) {
                Star => stars += 1,
                Const | Volatile => {}
                Identifier if self.role(token) == Some(Role::Attribute) => {}
                RightParen => return stars > 0,
                _ => return false,
            }
            token = self.following(token);
        }
    }

    /// Whether a cast or a compound literal starts at the `(` under the cursor.
    fn starts_cast(&self) -> bool {
        use TokenKind::*;
        let first = self.nth(1);
        match self.kind_of(first) {
            TypeWord | Struct | Union | Enum | Typeof | Const | Volatile | MetaType
            | TypedefName => true,
            Identifier if self.role(first) == Some(Role::Attribute) => true,
            Identifier => {
                let name = self.text_of(first);
                let behind = self.following(first);
                match self.kind_of(behind) {
                    RightParen => {
                        let operand = self.following(behind);
                        if self.names.is_type(name) {
                            return starts_operand(self.kind_of(operand));
                        }
                        !self.names.is_variable(name)
                            && match self.kind_of(operand) {
                                Identifier => self.role(operand) != Some(Role::Attribute),
                                Integer | Float | String | Character | Sizeof | Tilde | Bang
                                | MetaExpression | MetaIdentifier | LeftBrace => true,
                                // `(unknown)(type)x`
                                LeftParen => self.cast_follows(operand),
                                _ => false,
                            }
                    }
                    Star => self.star_then_close(first),
                    LeftParen => self.names.is_type(name) && self.nth_kind(3) == Star,
                    LeftBracket => self.names.is_type(name),
                    Identifier => {
                        self.names.is_type(name) || self.role(behind) == Some(Role::Attribute)
                    }
                    Const | Volatile => true,
                    _ => false,
                }
            }
            DisjOpen => self.disjunction_of_types_at(first),
            _ => false,
        }
    }

    /// `(type) operand` at an open parenthesis, by the type alone.
    fn cast_follows(&self, open: TokenId) -> bool {
        self.starts_type_for_sure(self.following(open))
            && self
                .matching(open)
                .is_some_and(|close| starts_operand(self.kind_of(self.following(close))))
    }

    /// CastExpression: `(` TypeName `)` expression
    /// CompoundLiteral: `(` TypeName `)` InitialiserList
    fn cast(&mut self) -> Result<Completed, Failure> {
        let cast = self.open(NodeKind::CastExpression);
        self.bump();
        self.type_name()?;
        self.expect(TokenKind::RightParen, "`)` expected behind the type")?;
        if self.at(TokenKind::LeftBrace) {
            self.initialiser_list()?;
            let literal = self.close_as(cast, NodeKind::CompoundLiteral);
            return self.postfix_rest(literal);
        }
        self.nested(|p| p.unary().map(|_| ()))?;
        Ok(self.close(cast))
    }

    fn primary(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        match self.kind() {
            Identifier if self.string_follows() => self.string_literal(),
            Identifier | MetaIdentifier | IteratorName | DeclarerName | AttributeName
            | TypedefName => self.name(),
            Integer | Float | Character => Ok(self.literal()),
            String => self.string_literal(),
            LeftParen if self.nth_kind(1) == LeftBrace => self.statement_expression(),
            LeftParen => {
                let paren = self.open(NodeKind::ParenExpression);
                self.bump();
                self.nested(Self::expression)?;
                self.expect(RightParen, "`)` expected")?;
                Ok(self.close(paren))
            }
            Generic => self.generic_selection(),
            Hash if self.in_macro_body => {
                let literal = self.open(NodeKind::StringLiteral);
                self.string_pieces()?;
                Ok(self.close(literal))
            }
            MetaExpression | MetaExpressionList => Ok(self.leaf(NodeKind::Metavariable)),
            Ellipsis if self.is_pattern() => {
                let dots = self.open(NodeKind::Dots);
                self.bump();
                Ok(self.close(dots))
            }
            NestOpen | NestPlusOpen if self.is_pattern() => self.expression_nest(),
            DisjOpen if self.is_pattern() => self.expression_disjunction(),
            _ => self.fail("an expression expected"),
        }
    }

    /// Literal, or PastedName: `0x` `##` name
    fn literal(&mut self) -> Completed {
        let literal = self.leaf(NodeKind::Literal);
        if !self.at(TokenKind::HashHash) {
            return literal;
        }
        let pasted = self.wrap(literal, NodeKind::PastedName);
        self.pasted_parts();
        self.close(pasted)
    }

    /// Name, or PastedName: name (`##` name)*
    fn name(&mut self) -> Result<Completed, Failure> {
        let name = self.leaf(NodeKind::Name);
        if !self.at(TokenKind::HashHash) {
            return Ok(name);
        }
        let pasted = self.wrap(name, NodeKind::PastedName);
        self.pasted_parts();
        Ok(self.close(pasted))
    }

    /// (`##` token)*; the last token may be missing where the text or a macro ends.
    pub(super) fn pasted_parts(&mut self) {
        while self.opt(TokenKind::HashHash) {
            self.bump_in_line();
        }
    }

    /// Takes any token but the end of the text or of a directive.
    fn bump_in_line(&mut self) {
        if !matches!(self.kind(), TokenKind::Eof | TokenKind::PpEnd) {
            self.bump();
        }
    }

    /// Whether the name at the cursor is a piece of a string: a string stands next to it.
    fn string_follows(&self) -> bool {
        use TokenKind::*;
        // `PREFIX DRIVER_NAME`
        let is_upper = |token| is_upper(self.text_of(token));
        if self.second_reading
            && self.nth_kind(1) == Identifier
            && is_upper(self.at)
            && is_upper(self.nth(1))
        {
            return true;
        }
        let mut token = self.at;
        for _ in 0..MAX_STRING_MACROS {
            let mut next = self.following(token);
            if self.kind_of(next) == LeftParen {
                match self.matching(next) {
                    Some(close) => next = self.following(close),
                    None => return false,
                }
            }
            match self.kind_of(next) {
                String => return true,
                Hash => return self.in_macro_body,
                Identifier => token = next,
                _ => return false,
            }
        }
        false
    }

    /// StringLiteral: (string | name of a string macro with its arguments)*
    pub(super) fn string_literal(&mut self) -> Result<Completed, Failure> {
        let literal = self.open(NodeKind::StringLiteral);
        self.string_pieces()?;
        Ok(self.close(literal))
    }

    fn string_pieces(&mut self) -> Parsed {
        use TokenKind::*;
        loop {
            match self.kind() {
                String => self.bump(),
                Identifier => {
                    self.bump();
                    if self.at(LeftParen) {
                        self.argument_list()?;
                    }
                }
                Hash if self.in_macro_body => {
                    self.bump();
                    self.bump_in_line();
                }
                _ => return Ok(()),
            }
        }
    }

    /// StatementExpression: `(` CompoundStatement `)`
    fn statement_expression(&mut self) -> Result<Completed, Failure> {
        let expression = self.open(NodeKind::StatementExpression);
        self.bump();
        self.function_depth += 1;
        self.nested(Self::compound_statement)?;
        self.function_depth -= 1;
        self.expect(TokenKind::RightParen, "`)` expected behind `({ ... }`")?;
        let completed = self.close(expression);
        Ok(completed)
    }

    /// GenericSelection: `_Generic` `(` expression (`,` (TypeName | `default`) `:` expression)* `)`
    fn generic_selection(&mut self) -> Result<Completed, Failure> {
        let selection = self.open(NodeKind::GenericSelection);
        self.bump();
        self.expect(TokenKind::LeftParen, "`(` expected behind `_Generic`")?;
        self.nested(Self::assignment_expression)?;
        while self.opt(TokenKind::Comma) {
            if !self.opt(TokenKind::Default) {
                self.type_name()?;
            }
            self.expect(TokenKind::Colon, "`:` expected in `_Generic`")?;
            self.nested(Self::assignment_expression)?;
        }
        self.expect(TokenKind::RightParen, "`)` expected behind `_Generic(...`")?;
        Ok(self.close(selection))
    }

    /// Calls, indexes, members, `++` and `--` behind a term.
    pub(super) fn postfix_rest(&mut self, mut term: Completed) -> Result<Completed, Failure> {
        use TokenKind::*;
        let mut links = 0;
        loop {
            self.link(&mut links)?;
            let kind = match self.kind() {
                Dot if self.next_entry_follows() => return Ok(term),
                LeftParen => NodeKind::CallExpression,
                LeftBracket => NodeKind::IndexExpression,
                Dot => NodeKind::MemberExpression,
                Arrow => NodeKind::ArrowExpression,
                PlusPlus | MinusMinus => NodeKind::PostfixExpression,
                Identifier if self.is_suffix_macro() => NodeKind::PostfixExpression,
                _ => return Ok(term),
            };
            let outer = self.wrap(term, kind);
            match kind {
                NodeKind::CallExpression => self.nested(Self::argument_list)?,
                NodeKind::IndexExpression => {
                    self.bump();
                    self.nested(Self::expression)?;
                    self.expect(RightBracket, "`]` expected behind the index")?;
                }
                NodeKind::PostfixExpression => self.bump(),
                _ => self.member_name()?,
            }
            term = self.close(outer);
        }
    }

    /// `64 KB`: a macro that holds an operator and its operand.
    fn is_suffix_macro(&self) -> bool {
        use TokenKind::*;
        self.role(self.at) == Some(Role::Suffix)
            || (self.second_reading
                && matches!(self.kind_of(self.previous), Integer | Float)
                && is_upper(self.text_of(self.at))
                && !self.starts_line(self.at))
    }

    /// (`.` | `->`) name
    fn member_name(&mut self) -> Parsed {
        use TokenKind::*;
        self.bump();
        if self.at(DisjOpen) {
            return self.expression_disjunction().map(|_| ());
        }
        if !self.kind().is_name() && !matches!(self.kind(), MetaExpression) {
            return self.fail("a member's name expected");
        }
        self.leaf(NodeKind::Name);
        self.pasted_parts();
        Ok(())
    }
}

/// Whether an operand of a cast may start with `kind`.
fn starts_operand(kind: TokenKind) -> bool {
    use TokenKind::*;
    kind.is_name()
        || kind.is_metavariable()
        || matches!(
            kind,
            Integer
                | Float
                | Character
                | String
                | LeftParen
                | LeftBrace
                | Sizeof
                | Alignof
                | Tilde
                | Bang
                | Star
                | Amp
                | Minus
                | Plus
                | PlusPlus
                | MinusMinus
                | AmpAmp
                | Generic
                | DisjOpen
        )
}

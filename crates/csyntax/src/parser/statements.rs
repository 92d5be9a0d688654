//! Statements and blocks.
//!
//! Macros that are statements are known by their shape. `NAME(...)` followed by a statement on the same line, or by a
//! block, is a loop (or another header); `NAME(...)` alone on its line, with the next line not going on with the
//! expression, is a statement without `;`; so is `NAME` in capitals alone on its line.

use super::{Parsed, Parser};
use crate::hints::Role;
use crate::kind::{NodeKind, TokenKind};
use crate::names::{is_iterator_name, is_upper};
use crate::tree::TokenId;

impl Parser<'_> {
    /// CompoundStatement: `{` (statement | declaration)* `}`
    pub(super) fn compound_statement(&mut self) -> Parsed {
        let block = self.open(NodeKind::CompoundStatement);
        self.expect(TokenKind::LeftBrace, "`{` expected")?;
        self.names.open_scope();
        let in_argument = std::mem::replace(&mut self.in_macro_argument, false);
        while !self.at(TokenKind::RightBrace) {
            if self.at(TokenKind::Eof) || self.at(TokenKind::PpEnd) {
                return self.fail("`}` expected at the end of the block");
            }
            self.member(Self::block_item)?;
        }
        self.in_macro_argument = in_argument;
        self.names.close_scope();
        self.bump();
        self.close(block);
        Ok(())
    }

    /// A statement, a declaration or a directive; in a pattern also what stands for some.
    pub(super) fn block_item(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            PpIf => return self.conditional(Self::block_item),
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => return self.directive(),
            StaticAssert => return self.static_assert(),
            LocalLabel => return self.local_label_declaration(),
            _ => {}
        }
        if self.is_pattern() {
            return self.pattern_element();
        }
        if self.at_declaration() { self.block_declaration() } else { self.statement() }
    }

    /// Whether a declaration starts here, and no label.
    pub(super) fn at_declaration(&self) -> bool {
        self.nth_kind(1) != TokenKind::Colon && (self.starts_declaration() || self.block_declarer())
    }

    /// A declarer in a block: `static DEFINE_MUTEX(m);`, `DECLARE_WAITQUEUE(w, current);`
    fn block_declarer(&self) -> bool {
        match self.kind() {
            TokenKind::DeclarerName | TokenKind::MetaDeclarer => true,
            TokenKind::Identifier if self.nth_kind(1) == TokenKind::LeftParen => {
                let name = self.text_of(self.at);
                let holds = |word: &[u8]| memchr::memmem::find(name, word).is_some();
                self.role(self.at) == Some(Role::Declarer)
                    || (is_upper(name) && (holds(b"DECLARE_") || holds(b"DEFINE_")))
                    || self.braces_are_assigned()
            }
            _ => false,
        }
    }

    /// `NAME(..) = {`: only what is declared can be.
    fn braces_are_assigned(&self) -> bool {
        self.matching(self.nth(1)).is_some_and(|close| {
            let equal = self.following(close);
            self.kind_of(equal) == TokenKind::Equal
                && self.kind_of(self.following(equal)) == TokenKind::LeftBrace
        })
    }

    fn block_declaration(&mut self) -> Parsed {
        match self.declarer_shape() {
            Some(shape) => self.macro_declaration(shape),
            None => self.declaration_or_function(),
        }
    }

    /// LocalLabelDeclaration: `__label__` a, b `;`
    fn local_label_declaration(&mut self) -> Parsed {
        let declaration = self.open(NodeKind::LocalLabelDeclaration);
        while !self.at(TokenKind::Semicolon) {
            if self.at(TokenKind::Eof) || self.at(TokenKind::PpEnd) {
                return self.fail("`;` expected behind `__label__`");
            }
            self.bump();
        }
        self.bump();
        self.close(declaration);
        Ok(())
    }

    /// statement
    pub(super) fn statement(&mut self) -> Parsed {
        self.nested(Self::one_statement)
    }

    /// The statement that a header governs. A macro body may end with the header: `#define each(i) for (i = 0; i < N; i++)`.
    fn governed_statement(&mut self) -> Parsed {
        if self.in_macro_body && self.at(TokenKind::PpEnd) {
            return Ok(());
        }
        if !self.at(TokenKind::PpPragma) {
            return self.statement();
        }
        let statement = self.open(NodeKind::PragmaStatement);
        self.directive()?;
        self.nested(Self::governed_statement)?;
        self.close(statement);
        Ok(())
    }

    fn one_statement(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            LeftBrace => self.compound_statement(),
            Semicolon => {
                self.leaf(NodeKind::EmptyStatement);
                Ok(())
            }
            If => self.if_statement(),
            While => self.while_statement(),
            Do => self.do_statement(),
            For => self.for_statement(),
            Switch => self.switch_statement(),
            Case => self.case_statement(),
            Default if self.nth_kind(1) == Colon => self.labelled(NodeKind::DefaultStatement, 1),
            Goto => self.goto_statement(),
            Break => self.jump(NodeKind::BreakStatement),
            Continue => self.jump(NodeKind::ContinueStatement),
            Return => self.return_statement(),
            Asm => self.asm_statement(),
            Attribute => self.attributed_statement(),
            LeftBracket if self.at_bracket_attribute() => self.attributed_statement(),
            MetaStatement | MetaStatementList => {
                self.leaf(NodeKind::Metavariable);
                Ok(())
            }
            DisjOpen if self.is_pattern() => self.disjunction(Self::block_item),
            Ellipsis if self.is_pattern() => self.dots(),
            Identifier | MetaIdentifier if self.nth_kind(1) == Colon => {
                self.labelled(NodeKind::LabelStatement, 1)
            }
            IteratorName | MetaIterator => self.iterator_statement(),
            Identifier if self.macro_statement_shape() => self.macro_statement(),
            Identifier if self.iterator_shape() => self.iterator_statement(),
            Identifier if self.second_reading && self.has_no_semicolon() => self.macro_statement(),
            _ => self.expression_statement(),
        }
    }

    /// EmptyStatement: Attribute* `;`, or an attribute in front of another statement
    fn attributed_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::EmptyStatement);
        while self.at(TokenKind::Attribute) || self.at_bracket_attribute() {
            self.attribute()?;
        }
        if self.opt(TokenKind::Semicolon) {
            self.close(statement);
            return Ok(());
        }
        self.abandon(statement);
        self.statement()
    }

    /// ExpressionStatement: expression `;`
    fn expression_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::ExpressionStatement);
        self.statement_expression_list()?;
        self.statement_end("`;` expected behind the expression")?;
        self.close(statement);
        Ok(())
    }

    /// expression; in an argument of a macro, a comma ends it.
    fn statement_expression_list(&mut self) -> Parsed {
        if self.in_macro_argument { self.assignment_expression() } else { self.expression() }
    }

    /// `;`, which the last statement of a macro body or of a macro's argument may lack.
    pub(super) fn statement_end(&mut self, expected: &'static str) -> Parsed {
        use TokenKind::*;
        if (self.in_macro_body && self.at(PpEnd))
            || (self.in_macro_argument && matches!(self.kind(), Comma | RightParen))
        {
            return Ok(());
        }
        self.expect(TokenKind::Semicolon, expected)
    }

    /// `(` expression `)`, or a macro that brings its parentheses: `if MACRO(x)`.
    fn parenthesised_condition(&mut self) -> Parsed {
        if self.at(TokenKind::Identifier) && !self.is_pattern() {
            return self.macro_condition();
        }
        self.expect(TokenKind::LeftParen, "`(` expected in front of the condition")?;
        self.expression()?;
        self.expect(TokenKind::RightParen, "`)` expected behind the condition")
    }

    /// `NAME(...)` where a condition in parentheses is expected.
    fn macro_condition(&mut self) -> Parsed {
        let call = self.open(NodeKind::CallExpression);
        self.leaf(NodeKind::Name);
        self.argument_list()?;
        self.close(call);
        Ok(())
    }

    /// IfStatement: `if` `(` expression `)` statement Conditional* ElseClause?
    fn if_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::IfStatement);
        self.bump();
        self.parenthesised_condition()?;
        self.governed_statement()?;
        // `#ifdef A`, `else if (x) ...`, `#endif`
        while self.at(TokenKind::PpIf) && self.nth_kind(1) == TokenKind::Else {
            self.conditional(Self::else_clause)?;
        }
        if self.at(TokenKind::Else) {
            self.else_clause()?;
        }
        self.close(statement);
        Ok(())
    }

    /// ElseClause: `else` statement
    fn else_clause(&mut self) -> Parsed {
        let clause = self.open(NodeKind::ElseClause);
        self.expect(TokenKind::Else, "`else` expected")?;
        self.governed_statement()?;
        self.close(clause);
        Ok(())
    }

    /// WhileStatement: `while` `(` expression `)` statement
    fn while_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::WhileStatement);
        self.bump();
        self.parenthesised_condition()?;
        self.governed_statement()?;
        self.close(statement);
        Ok(())
    }

    /// DoStatement: `do` statement `while` `(` expression `)` `;`
    fn do_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::DoStatement);
        self.bump();
        self.statement()?;
        // `do { ... } while_each_thread(g, t);`
        if !self.at(TokenKind::Identifier) || self.is_pattern() {
            self.expect(TokenKind::While, "`while` expected behind the body of `do`")?;
        }
        self.parenthesised_condition()?;
        self.statement_end("`;` expected behind `do ... while (...)`")?;
        self.close(statement);
        Ok(())
    }

    /// ForStatement: `for` `(` ForInit ForCondition ForStep `)` statement
    fn for_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::ForStatement);
        self.bump();
        self.expect(TokenKind::LeftParen, "`(` expected behind `for`")?;
        self.names.open_scope();
        let init = self.open(NodeKind::ForInit);
        if self.starts_declaration() {
            self.declaration_or_function()?;
        } else {
            self.for_slot(TokenKind::Semicolon)?;
            self.expect(TokenKind::Semicolon, "`;` expected in the header of `for`")?;
        }
        self.close(init);
        let condition = self.open(NodeKind::ForCondition);
        self.for_slot(TokenKind::Semicolon)?;
        self.expect(TokenKind::Semicolon, "second `;` expected in the header of `for`")?;
        self.close(condition);
        let step = self.open(NodeKind::ForStep);
        self.for_slot(TokenKind::RightParen)?;
        self.close(step);
        self.expect(TokenKind::RightParen, "`)` expected behind the header of `for`")?;
        self.governed_statement()?;
        self.names.close_scope();
        self.close(statement);
        Ok(())
    }

    fn for_slot(&mut self, end: TokenKind) -> Parsed {
        if self.at(end) { Ok(()) } else { self.expression() }
    }

    /// SwitchStatement: `switch` `(` expression `)` statement
    fn switch_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::SwitchStatement);
        self.bump();
        self.parenthesised_condition()?;
        self.governed_statement()?;
        self.close(statement);
        Ok(())
    }

    /// CaseStatement: `case` expression `:` statement?
    fn case_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::CaseStatement);
        self.bump();
        self.conditional_expression()?;
        let mut kind = NodeKind::CaseStatement;
        if self.opt(TokenKind::Ellipsis) {
            kind = NodeKind::CaseRangeStatement;
            self.conditional_expression()?;
        }
        self.expect(TokenKind::Colon, "`:` expected behind `case ...`")?;
        self.opt_labelled_statement()?;
        self.close_as(statement, kind);
        Ok(())
    }

    /// DefaultStatement, LabelStatement: the label, `:`, statement?
    fn labelled(&mut self, kind: NodeKind, name_tokens: usize) -> Parsed {
        let statement = self.open(kind);
        for _ in 0..=name_tokens {
            self.bump();
        }
        self.attributes_while(|p| p.at_known_attribute() && p.nth_kind(1) == TokenKind::Semicolon)?;
        self.opt_labelled_statement()?;
        self.close(statement);
        Ok(())
    }

    /// The statement under a label; none before `}`, a directive or a declaration. A label under a label nests, so
    /// a long row of them is cut into siblings.
    fn opt_labelled_statement(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            RightBrace | PpIf | PpElif | PpElse | PpEndif | PpDefine | PpUndef | PpInclude
            | PpPragma | PpOther | PpEnd | Eof | Ellipsis | NestOpen | NestPlusOpen | NestClose
            | NestPlusClose | DisjOpen | DisjOr | DisjClose | DisjAnd => Ok(()),
            _ if self.at_declaration() => Ok(()),
            _ if self.depth_left() < 64 => Ok(()),
            _ => self.statement(),
        }
    }

    /// GotoStatement: `goto` name `;` | `goto` `*` expression `;`
    fn goto_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::GotoStatement);
        self.bump();
        if self.at(TokenKind::Star) {
            self.bump();
            self.expression()?;
        } else if self.kind().is_name() {
            self.leaf(NodeKind::Name);
        } else {
            return self.fail("a label expected behind `goto`");
        }
        self.statement_end("`;` expected behind `goto ...`")?;
        self.close(statement);
        Ok(())
    }

    fn jump(&mut self, kind: NodeKind) -> Parsed {
        let statement = self.open(kind);
        self.bump();
        self.statement_end("`;` expected")?;
        self.close(statement);
        Ok(())
    }

    /// ReturnStatement: `return` expression? `;`
    fn return_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::ReturnStatement);
        self.bump();
        let empty = matches!(self.kind(), TokenKind::Semicolon | TokenKind::PpEnd)
            || (self.in_macro_argument
                && matches!(self.kind(), TokenKind::Comma | TokenKind::RightParen));
        if !empty {
            self.statement_expression_list()?;
        }
        self.statement_end("`;` expected behind `return ...`")?;
        self.close(statement);
        Ok(())
    }

    /// AsmStatement: `asm` body `;`
    fn asm_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::AsmStatement);
        self.asm_body()?;
        self.statement_end("`;` expected behind `asm(...)`")?;
        self.close(statement);
        Ok(())
    }

    // Macros that are statements.

    /// Whether the name at the cursor, with its arguments if it has some, is a statement without `;`.
    fn macro_statement_shape(&self) -> bool {
        use TokenKind::*;
        let open = self.nth(1);
        if self.role(self.at) == Some(Role::Statement) && !self.is_pattern() {
            return self.stands_as_statement(open);
        }
        if self.is_pattern() || !self.starts_line(self.at) {
            return false;
        }
        if self.kind_of(open) != LeftParen {
            return self.is_statement_macro()
                && matches!(
                    self.kind_of(open),
                    Identifier
                        | RightBrace
                        | If
                        | Return
                        | Goto
                        | For
                        | While
                        | Break
                        | Switch
                        | Case
                        | Default
                        | LeftBrace
                        | Do
                );
        }
        let Some(close) = self.matching(open) else { return false };
        let behind = self.following(close);
        if !self.ends_line(close) || self.role(self.at) == Some(Role::Iterator) {
            return false;
        }
        match self.kind_of(behind) {
            RightBrace => true,
            If | Return | Identifier | For | While | Goto | Switch | Break | Do | Case
            | Default | Continue | Struct | TypeWord | Star | Static => {
                let own = self.column(self.at);
                let next = self.column(behind);
                let is_label = self.kind_of(behind) == Identifier
                    && self.kind_of(self.following(behind)) == Colon;
                next == own
                    || (next < own
                        && (is_label
                            || matches!(self.kind_of(behind), If | Return | Case | Default)))
            }
            // The statement macro is the last thing before a directive.
            kind => kind.is_conditional_directive() || kind.is_other_directive(),
        }
    }

    /// Whether the name at the cursor, with its arguments if it has some, can only be a statement without `;`: what follows
    /// starts a line or ends the block, and cannot go on with an expression.
    fn has_no_semicolon(&self) -> bool {
        use TokenKind::*;
        let mut behind = self.nth(1);
        if self.kind_of(behind) == LeftParen {
            match self.matching(behind) {
                Some(close) => behind = self.following(close),
                None => return false,
            }
        }
        match self.kind_of(behind) {
            RightBrace | Else | Eof => true,
            Identifier | If | Return | For | While | Goto | Switch | Break | Do | Case
            | Default | Continue | Struct | TypeWord | Static | Const | LeftBrace | PlusPlus
            | MinusMinus => {
                self.starts_line(behind) || self.text_of(behind) == self.text_of(self.at)
            }
            kind => kind.is_conditional_directive() || kind.is_other_directive(),
        }
    }

    /// Whether a macro that is a statement by its definition is used as one: no `;` behind it, and nothing that makes it an
    /// operand.
    fn stands_as_statement(&self, open: TokenId) -> bool {
        use TokenKind::*;
        let behind = match self.kind_of(open) {
            LeftParen => self.matching(open).map(|close| self.following(close)),
            _ => Some(open),
        };
        behind.is_some_and(|behind| {
            let kind = self.kind_of(behind);
            !matches!(kind, Semicolon | Comma | RightParen | Equal | AssignOp | Colon | Dot | Arrow)
                && (super::expressions::binding_power(kind).is_none() || self.starts_line(behind))
        })
    }

    /// MacroStatement: name ArgumentList?
    fn macro_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::MacroStatement);
        self.leaf(NodeKind::Name);
        if self.at(TokenKind::LeftParen) {
            self.argument_list()?;
        }
        self.close(statement);
        Ok(())
    }

    /// Whether `NAME(...)` is followed by a statement that it governs.
    fn iterator_shape(&self) -> bool {
        use TokenKind::*;
        let open = self.nth(1);
        if self.kind_of(open) != LeftParen {
            return false;
        }
        let Some(close) = self.matching(open) else { return false };
        let mut behind = self.following(close);
        let known =
            self.role(self.at) == Some(Role::Iterator) || is_iterator_name(self.text_of(self.at));
        // `guard(mutex)(&m) { ... }`
        if self.kind_of(behind) == LeftParen && !known {
            match self.matching(behind) {
                Some(second) if self.kind_of(self.following(second)) == LeftBrace => {
                    behind = self.following(second);
                }
                _ => return false,
            }
        }
        match self.kind_of(behind) {
            LeftBrace => true,
            PpEnd if self.in_macro_body => known,
            If | For | While | Switch | Return | Do | Goto | Break | Continue => {
                known
                    || self.is_pattern()
                    || !self.starts_line(behind)
                    || self.governs(close, behind)
            }
            Identifier => known || self.governs(close, behind),
            PlusPlus | MinusMinus | MetaStatement => known,
            Star | LeftParen => known,
            // An empty body; but `iterate_things(...);` is a call.
            Semicolon => self.role(self.at) == Some(Role::Iterator) && self.starts_line(behind),
            _ => false,
        }
    }

    /// Whether the line behind `NAME(...)` is deeper than it.
    fn governs(&self, close: TokenId, behind: TokenId) -> bool {
        self.ends_line(close) && self.column(behind) > self.column(self.at)
    }

    /// IteratorStatement: name ArgumentList statement
    fn iterator_statement(&mut self) -> Parsed {
        let statement = self.open(NodeKind::IteratorStatement);
        self.leaf(NodeKind::Name);
        self.argument_list()?;
        if self.at(TokenKind::LeftParen) && self.kind_of(self.previous) == TokenKind::RightParen {
            let second = self.matching(self.at).map(|close| self.kind_of(self.following(close)));
            if second == Some(TokenKind::LeftBrace) {
                self.argument_list()?;
            }
        }
        self.governed_statement()?;
        self.close(statement);
        Ok(())
    }
}

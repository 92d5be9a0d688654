//! What only the pattern dialect has: sequences, dots with their `when`s, nests, disjunctions.

use super::items::DeclarerShape;
use super::{Completed, Failure, Parsed, Parser};
use crate::kind::{NodeKind, TokenKind};
use crate::tree::TokenId;

impl Parser<'_> {
    /// PatternSequence: element*
    pub(crate) fn pattern_sequence(&mut self) {
        let root = self.open(NodeKind::PatternSequence);
        while !self.at(TokenKind::Eof) {
            if self.pattern_top_element().is_err() {
                let (fault, expected) = self.take_problem();
                self.report(fault, fault.0..self.tokens.len() as u32 - 1, expected);
                break;
            }
        }
        while !self.at(TokenKind::Eof) {
            self.bump();
        }
        // The fault may lie inside opened nodes; the tree of a broken slice is one error item.
        if self.problems.is_empty() {
            let root = self.close(root);
            self.cover_all(root);
        } else {
            self.rollback_all();
            let root = self.open(NodeKind::PatternSequence);
            let error = self.open(NodeKind::ErrorItem);
            while !self.at(TokenKind::Eof) {
                self.bump();
            }
            self.close(error);
            let root = self.close(root);
            self.cover_all(root);
        }
    }

    /// A type name alone, as in the declaration of a typed metavariable.
    pub(crate) fn pattern_type(&mut self) {
        let root = self.open(NodeKind::PatternSequence);
        if self.type_name().is_err() || !self.at(TokenKind::Eof) {
            let (fault, expected) = self.take_problem();
            self.report(fault, fault.0..self.tokens.len() as u32 - 1, expected);
            self.rollback_all();
            let root = self.open(NodeKind::PatternSequence);
            let root = self.close(root);
            self.cover_all(root);
            return;
        }
        let root = self.close(root);
        self.cover_all(root);
    }

    fn pattern_top_element(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => self.directive(),
            LeftBrace if self.is_initialiser_block() => self.initialiser_list(),
            _ => self.pattern_element(),
        }
    }

    /// `{ .f = e }`, `{ ..., e }` or `{ e, }`: an initialiser and no block.
    fn is_initialiser_block(&self) -> bool {
        use TokenKind::*;
        if self.nth_kind(1) == Dot {
            return true;
        }
        self.matching(self.at).is_some_and(|close| {
            let mut token = self.at;
            let mut before = token;
            while token < close {
                before = token;
                token = self.following(token);
            }
            let dots_and_more = self.nth_kind(1) == Ellipsis && self.nth_kind(2) == Comma;
            self.kind_of(before) == Comma || dots_and_more
        })
    }

    /// An element of a sequence: a statement, a declaration, a function, an expression, a type, or what stands for some.
    pub(super) fn pattern_element(&mut self) -> Parsed {
        use TokenKind::*;
        match self.kind() {
            Ellipsis => return self.dots(),
            NestOpen | NestPlusOpen => return self.nest_element(),
            DisjOpen if self.disjunction_of_declarers() => {
                return self.macro_declaration(DeclarerShape { arguments: true });
            }
            DisjOpen if !self.disjunction_of_types() => return self.element_disjunction(),
            MetaStatement | MetaStatementList => {
                self.leaf(NodeKind::Metavariable);
                return Ok(());
            }
            MetaDeclaration | MetaField | MetaFieldList => {
                return self.list_metavariable(&[Semicolon]);
            }
            MetaParameter | MetaParameterList | MetaInitialiser | MetaInitialiserList
            | MetaExpressionList => {
                self.leaf(NodeKind::Metavariable);
                return Ok(());
            }
            PpInclude | PpDefine | PpUndef | PpPragma | PpOther => return self.directive(),
            StaticAssert => return self.static_assert(),
            _ => {}
        }
        if self.implicit_int_function() {
            return self.declaration_or_function();
        }
        if matches!(self.kind(), Identifier | MetaIdentifier) && self.nth_kind(1) == Colon {
            return self.statement();
        }
        if let (DeclarerName | MetaDeclarer | Static | Extern, Some(shape)) =
            (self.kind(), self.declarer_shape())
        {
            return self.macro_declaration(shape);
        }
        if self.starts_declaration() || self.at_bracket_attribute() {
            return self.declaration_or_function();
        }
        if self.starts_statement() {
            return self.statement();
        }
        let first = self.at;
        let element = self.open(NodeKind::ExpressionStatement);
        self.expression()?;
        self.expression_element(element, first)
    }

    /// A nest, or an expression that begins with one: no statement begins with an operator that takes two operands.
    fn nest_element(&mut self) -> Parsed {
        let start = self.checkpoint();
        self.statement_nest()?;
        use TokenKind::*;
        let goes_on = matches!(
            self.kind(),
            Plus | Minus
                | Slash
                | Percent
                | ShiftLeft
                | ShiftRight
                | Less
                | Greater
                | LessEqual
                | GreaterEqual
                | EqualEqual
                | BangEqual
                | Caret
                | Pipe
                | AmpAmp
                | PipePipe
        );
        if !goes_on {
            return Ok(());
        }
        self.rollback(start);
        let first = self.at;
        let element = self.open(NodeKind::ExpressionStatement);
        self.expression()?;
        self.expression_element(element, first)
    }

    fn starts_statement(&self) -> bool {
        use TokenKind::*;
        match self.kind() {
            LeftBrace | Semicolon | If | While | Do | For | Switch | Case | Goto | Break
            | Continue | Return | Asm | IteratorName | MetaIterator => true,
            Default => self.nth_kind(1) == Colon,
            _ => false,
        }
    }

    /// An expression with `;` is a statement, without it is itself.
    fn expression_element(&mut self, element: super::Marker, first: TokenId) -> Parsed {
        if self.opt(TokenKind::Semicolon) {
            self.close(element);
            return Ok(());
        }
        debug_assert!(first < self.at);
        self.abandon(element);
        use TokenKind::*;
        match self.kind() {
            Eof | Ellipsis | NestOpen | NestPlusOpen | NestClose | NestPlusClose | DisjOr
            | DisjAnd | DisjClose | WhenEnd | RightBrace => Ok(()),
            _ => self.fail("`;` or `...` expected behind the expression"),
        }
    }

    /// `name(...) {`: a definition whose type is left open.
    fn implicit_int_function(&self) -> bool {
        use TokenKind::*;
        let (Identifier | MetaIdentifier | DisjOpen) = self.kind() else { return false };
        let open = if self.at(DisjOpen) {
            match self.disjunction_end(self.at) {
                Some(close) => self.following(close),
                None => return false,
            }
        } else {
            self.nth(1)
        };
        self.kind_of(open) == LeftParen
            && self.matching(open).is_some_and(|close| {
                let behind = self.following(close);
                self.kind_of(behind) == LeftBrace
                    || (self.kind_of(behind) == AttributeName
                        && self.kind_of(self.following(behind)) == LeftBrace)
            })
    }

    /// Whether `T x`, `T *x`, ... follows a type of the pattern, or nothing that could go on with an expression.
    pub(super) fn pattern_declaration_follows(&self) -> bool {
        use TokenKind::*;
        let called =
            self.kind() == TypedefName && self.nth_kind(1) == LeftParen && self.nth_kind(2) != Star;
        !called && !matches!(self.nth_kind(1), Dot | Arrow | Equal | AssignOp | Colon)
    }

    /// Whether a type stands alone, as a whole element.
    pub(super) fn pattern_type_ends_here(&self) -> bool {
        use TokenKind::*;
        matches!(
            self.kind(),
            Eof | Ellipsis
                | DisjOr
                | DisjAnd
                | DisjClose
                | NestClose
                | NestPlusClose
                | NestOpen
                | NestPlusOpen
        )
    }

    /// Metavariable, and the `;` that may follow it.
    pub(super) fn list_metavariable(&mut self, ends: &[TokenKind]) -> Parsed {
        let term = self.open(NodeKind::Metavariable);
        self.bump();
        if ends.contains(&self.kind()) {
            self.bump();
        }
        self.close(term);
        Ok(())
    }

    /// Dots: `...` WhenClause*
    pub(super) fn dots(&mut self) -> Parsed {
        let dots = self.open(NodeKind::Dots);
        self.bump();
        self.when_clauses()?;
        self.close(dots);
        Ok(())
    }

    fn when_clauses(&mut self) -> Parsed {
        while self.at(TokenKind::When) {
            let clause = self.open(NodeKind::WhenClause);
            self.bump();
            self.when_condition()?;
            self.expect(TokenKind::WhenEnd, "end of the line expected behind the `when` clause")?;
            self.close(clause);
        }
        Ok(())
    }

    /// `any` | `strict` | `exists` | `forall` (`,` ...)* | (`!=` | `=`) (`true` | `false`)? element*
    fn when_condition(&mut self) -> Parsed {
        use TokenKind::*;
        if self.opt(BangEqual) || self.opt(Equal) {
            let truth = matches!(self.text_of(self.at), b"true" | b"false")
                && self.at(Identifier)
                && self.nth_kind(1) != WhenEnd
                && self.nth_kind(1) != Semicolon;
            if truth {
                self.bump();
                return self.expression();
            }
            if self.at(WhenEnd) {
                return self.fail("code expected behind `when !=` or `when =`, on the same line");
            }
            while !self.at(WhenEnd) && !self.at(Eof) {
                self.member(Self::pattern_element)?;
            }
            return Ok(());
        }
        loop {
            if !matches!(self.text_of(self.at), b"any" | b"strict" | b"exists" | b"forall") {
                return self.fail(
                    "`any`, `strict`, `exists`, `forall`, `!=` or `=` expected behind `when`",
                );
            }
            self.bump();
            if !self.opt(Comma) {
                return Ok(());
            }
        }
    }

    /// Nest: (`<...` | `<+...`) WhenClause* element* (`...>` | `...+>`)
    fn statement_nest(&mut self) -> Parsed {
        use TokenKind::*;
        let nest = self.open(NodeKind::Nest);
        let close = if self.at(NestPlusOpen) { NestPlusClose } else { NestClose };
        self.bump();
        self.when_clauses()?;
        while !self.at(close) {
            if matches!(self.kind(), Eof | NestClose | NestPlusClose | RightBrace) {
                return self.fail("the nest is not closed: `...>` for `<...`, `...+>` for `<+...`");
            }
            self.nested(Self::pattern_element)?;
        }
        self.bump();
        self.when_clauses()?;
        self.close(nest);
        Ok(())
    }

    /// A nest inside an expression: `<+... expression ...+>`
    pub(super) fn expression_nest(&mut self) -> Result<Completed, Failure> {
        use TokenKind::*;
        let nest = self.open(NodeKind::Nest);
        self.bump();
        self.nested(Self::expression)?;
        if !self.opt(NestClose) && !self.opt(NestPlusClose) {
            return self.fail("`...+>` expected behind the expression of the nest");
        }
        Ok(self.close(nest))
    }

    /// Disjunction: `(` Branch (`|` Branch)* `)`, with what `member` parses in the branches
    pub(super) fn disjunction(&mut self, member: fn(&mut Self) -> Parsed) -> Parsed {
        use TokenKind::*;
        let group = self.open(NodeKind::Disjunction);
        self.bump();
        let mut kind = None;
        loop {
            let branch = self.open(NodeKind::Branch);
            while !matches!(self.kind(), DisjOr | DisjAnd | DisjClose) {
                if self.at(Eof) {
                    return self.fail("`)` expected at the end of the disjunction");
                }
                self.nested(|p| p.member(member))?;
            }
            self.close(branch);
            let this = match self.kind() {
                DisjOr => NodeKind::Disjunction,
                DisjAnd => NodeKind::Conjunction,
                _ => break,
            };
            if *kind.get_or_insert(this) != this {
                return self
                    .fail("`|` and `&` cannot stand in one group; put one inside the other");
            }
            self.bump();
        }
        self.bump();
        let completed = self.close_as(group, kind.unwrap_or(NodeKind::Disjunction));
        self.last_disjunction = Some(completed);
        Ok(())
    }

    /// The group that [`Parser::disjunction`] has just closed.
    pub(super) fn completed_disjunction(&mut self) -> Completed {
        self.last_disjunction.expect("called directly behind a disjunction")
    }

    /// A disjunction whose branches are one expression each.
    pub(super) fn expression_disjunction(&mut self) -> Result<Completed, Failure> {
        self.disjunction(|p| {
            p.expression()?;
            if matches!(p.kind(), TokenKind::DisjOr | TokenKind::DisjAnd | TokenKind::DisjClose) {
                Ok(())
            } else {
                p.fail("`|`, `&` or `)` expected behind an expression of the disjunction")
            }
        })?;
        Ok(self.completed_disjunction())
    }

    /// A disjunction in a sequence: of expressions, if an expression goes on behind it; else of elements.
    fn element_disjunction(&mut self) -> Parsed {
        let problem = self.save_problem();
        let as_expression = self.attempt(|p| {
            let element = p.open(NodeKind::ExpressionStatement);
            let first = p.at;
            let group = p.expression_disjunction()?;
            p.expression_from(group)?;
            p.expression_element(element, first)
        });
        self.restore_problem(problem);
        if as_expression { Ok(()) } else { self.disjunction(Self::pattern_element) }
    }

    // Disjunctions of types.

    pub(super) fn disjunction_of_types(&self) -> bool {
        self.disjunction_of_types_at(self.at)
    }

    /// Whether the disjunction at `open` holds types and is followed by a declarator or `)`.
    pub(super) fn disjunction_of_types_at(&self, open: TokenId) -> bool {
        use TokenKind::*;
        if self.kind_of(open) != DisjOpen {
            return false;
        }
        let first = self.following(open);
        let keyword = matches!(
            self.kind_of(first),
            TypeWord | Struct | Union | Enum | MetaType | TypedefName | Const
        ) || self.disjunction_of_types_at(first);
        let Some(close) = self.disjunction_end(open) else { return false };
        keyword
            && !self.has_branch_of_statements(first, close)
            && matches!(
                self.kind_of(self.following(close)),
                Identifier | MetaIdentifier | Star | RightParen | Comma | Eof | Const
            )
    }

    /// Whether a branch of the disjunction between `first` and `close` ends like a statement.
    fn has_branch_of_statements(&self, first: TokenId, close: TokenId) -> bool {
        use TokenKind::*;
        let (mut before, mut token) = (first, first);
        loop {
            let branch_ends = matches!(self.kind_of(token), DisjOr | DisjAnd) || token >= close;
            if branch_ends && matches!(self.kind_of(before), Semicolon | RightBrace) {
                return true;
            }
            if token >= close {
                return false;
            }
            before = token;
            token = self.following(token);
        }
    }

    /// `\( DEFINE_A \| DEFINE_B \)(...);`
    fn disjunction_of_declarers(&self) -> bool {
        use TokenKind::*;
        let declarer = matches!(self.nth_kind(1), DeclarerName | MetaDeclarer);
        let close = self.disjunction_end(self.at).filter(|_| declarer);
        close.is_some_and(|close| self.kind_of(self.following(close)) == LeftParen)
    }

    /// The closing partner of a [`TokenKind::DisjOpen`].
    fn disjunction_end(&self, open: TokenId) -> Option<TokenId> {
        let mut depth = 0;
        let mut token = open;
        loop {
            match self.kind_of(token) {
                TokenKind::DisjOpen => depth += 1,
                TokenKind::DisjClose => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(token);
                    }
                }
                TokenKind::Eof => return None,
                _ => {}
            }
            token = self.following(token);
        }
    }

    /// A disjunction of types among specifiers.
    pub(super) fn type_disjunction(&mut self) -> Parsed {
        self.disjunction(Self::type_name)
    }
}

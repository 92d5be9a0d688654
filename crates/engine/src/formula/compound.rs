//! Statements of several nodes: blocks, branches, loops, functions.

use csyntax::{NodeId, NodeKind, TokenKind};
use ctl::Var;
use smpl::{Mark, MetavariableId};

use super::scope::Scope;
use super::{After, Compiler, Formula, Item, ItemKind, Place};
use crate::element::Form;
use crate::label::{Kind, Label};

fn kind(kind: Kind) -> Formula {
    Formula::Pred(Label::Kind(kind))
}

impl Compiler<'_> {
    /// A statement, and what holds at the node behind it.
    pub(super) fn statement(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        match self.kind(node) {
            NodeKind::CompoundStatement => self.block(node, scope, behind),
            NodeKind::IfStatement => self.if_statement(node, scope, place, behind),
            NodeKind::WhileStatement
            | NodeKind::ForStatement
            | NodeKind::IteratorStatement
            | NodeKind::DoStatement
            | NodeKind::SwitchStatement => self.jump_target(node, scope, place, behind),
            NodeKind::BreakStatement | NodeKind::ContinueStatement => {
                let variables = self.variables(node);
                let mut here = self.simple(node, scope, &variables);
                if let Some(path) = self.target_of(node) {
                    here = here.and(Formula::Pred(Label::JumpOf(path)));
                }
                self.then(here, behind)
            }
            NodeKind::CaseStatement | NodeKind::DefaultStatement | NodeKind::LabelStatement => {
                self.labelled(node, scope, place, behind)
            }
            NodeKind::FunctionDefinition => self.function(node, scope),
            NodeKind::PragmaStatement => {
                let parts: Vec<NodeId> = self.body.minus.children(node).collect();
                let [pragma, governed] = parts[..] else { return Formula::False };
                let governed = self.statement(governed, scope, place, behind);
                let variables = self.variables(pragma);
                let here = self.simple(pragma, scope, &variables);
                self.then(here, Some(governed))
            }
            NodeKind::Metavariable if self.statement_metavariable(node).is_some() => {
                self.any_statement(node, scope, behind)
            }
            NodeKind::ReturnStatement if self.is_bare_return(node) => {
                let variables = self.variables(node);
                let implicit = self.element(Form::ImplicitReturn, node, scope, &variables);
                // The `}` is still there for what follows.
                let implicit = match &behind {
                    Some(behind) => implicit.and_then(behind.clone()),
                    None => implicit,
                };
                let here = self.simple(node, scope, &variables);
                self.then(here, behind).or(implicit)
            }
            _ => {
                let variables = self.variables(node);
                let here = self.simple(node, scope, &variables);
                self.then(here, behind)
            }
        }
    }

    /// A loop or switch: its `break` and `continue` are those of this very one.
    fn jump_target(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        let kind = self.kind(node);
        let jumps = self.body.minus.descendants(node).any(|inner| {
            matches!(self.kind(inner), NodeKind::BreakStatement | NodeKind::ContinueStatement)
        });
        let path = jumps.then(|| self.fresh());
        self.jump_targets.push((kind, path));
        let formula = match kind {
            NodeKind::DoStatement => self.do_statement(node, scope, place, behind),
            NodeKind::SwitchStatement => self.switch_statement(node, scope, place, behind),
            _ => self.loop_statement(node, scope, place, behind),
        };
        self.jump_targets.pop();
        match path {
            Some(path) => Formula::Pred(Label::Path(path)).and(formula).exists(path),
            None => formula,
        }
    }

    /// The path of the loop or switch of the pattern that a `break` or `continue` belongs to.
    fn target_of(&self, jump: NodeId) -> Option<Var> {
        let leaves_switch = self.kind(jump) == NodeKind::BreakStatement;
        let mut around = self.jump_targets.iter().rev();
        let (_, path) =
            around.find(|(kind, _)| leaves_switch || *kind != NodeKind::SwitchStatement)?;
        *path
    }

    /// `return;`, and `return ...;`, which stands for it, too.
    fn is_bare_return(&self, node: NodeId) -> bool {
        let value = self.body.minus.children(node).next();
        value.is_none_or(|value| self.kind(value) == NodeKind::Dots)
    }

    fn then(&self, here: Formula, behind: Option<Formula>) -> Formula {
        match behind {
            // With the element's values known, the way behind it is a matter of few states.
            Some(behind) => here.and_then(self.next(behind)),
            None => here,
        }
    }

    /// A statement, declaration, directive or expression of one node.
    pub(super) fn simple(
        &mut self,
        node: NodeId,
        scope: &Scope,
        variables: &[MetavariableId],
    ) -> Formula {
        if self.is_statement_list(node) {
            // It takes a whole block, no part of one.
            return Formula::False;
        }
        if let Some(metavariable) = self.statement_metavariable(node) {
            return self.element(Form::Statement(metavariable), node, scope, variables);
        }
        let minus = &self.body.minus;
        let anywhere = match self.kind(node) {
            NodeKind::Metavariable => minus.first_token(node).is_some_and(|token| {
                matches!(
                    minus.tokens().kind(token),
                    TokenKind::MetaExpression | TokenKind::MetaType
                )
            }),
            NodeKind::Disjunction | NodeKind::Conjunction | NodeKind::Nest => true,
            kind => {
                kind.is_expression()
                    || kind == NodeKind::TypeName
                    || kind == NodeKind::InitialiserList
            }
        };
        let form = if anywhere { Form::Anywhere } else { Form::Whole };
        self.element(form, node, scope, variables)
    }

    fn statement_metavariable(&self, node: NodeId) -> Option<MetavariableId> {
        let minus = &self.body.minus;
        let token =
            minus.first_token(node).filter(|_| self.kind(node) == NodeKind::Metavariable)?;
        (minus.tokens().kind(token) == TokenKind::MetaStatement)
            .then(|| self.body.metavariable_of(token))
            .flatten()
    }

    fn is_statement_list(&self, node: NodeId) -> bool {
        let minus = &self.body.minus;
        self.kind(node) == NodeKind::Metavariable
            && minus
                .first_token(node)
                .is_some_and(|token| minus.tokens().kind(token) == TokenKind::MetaStatementList)
    }

    /// The statement list metavariable that a block consists of.
    fn list_of_block(&self, items: &[Item]) -> Option<NodeId> {
        match items {
            [Item { kind: ItemKind::Plain(node), optional: false }] => {
                Some(*node).filter(|&node| self.is_statement_list(node))
            }
            _ => None,
        }
    }

    /// `S`: what follows is sought behind the end of the statement.
    fn any_statement(&mut self, node: NodeId, scope: &Scope, behind: Option<Formula>) -> Formula {
        let variables = self.variables(node);
        let here = self.simple(node, scope, &variables);
        let Some(behind) = behind else { return here };
        let name = self.name();
        let exit = || kind(Kind::After).or(kind(Kind::LoopFall));
        let around = exit().and(self.next(Formula::Ref(name)).ex()).ex();
        let straight = exit().ex().uncheck().negate().and(self.next(Formula::Ref(name)));
        here.and_then(Formula::Let {
            name,
            value: Box::new(behind),
            body: Box::new(around.or(straight)),
        })
    }

    /// Tokens of one part of a statement, with the variables that they use.
    fn part(&mut self, form: Form, node: NodeId, scope: &Scope) -> Formula {
        let variables = self.variables_of_range(self.element_range(form, node));
        self.element(form, node, scope, &variables)
    }

    /// Binds what several parts of a statement share, so that each part sees the same values.
    fn share(&self, node: NodeId, scope: &Scope) -> (Vec<MetavariableId>, Scope) {
        let minus = &self.body.minus;
        let mut seen: Vec<MetavariableId> = Vec::new();
        let mut shared = Vec::new();
        let mut cuts: Vec<u32> = Vec::new();
        for child in minus.children(node) {
            if minus.kind(child).is_statement()
                || matches!(minus.kind(child), NodeKind::ElseClause | NodeKind::Metavariable)
            {
                cuts.push(minus.data(child).first.0);
            }
        }
        let range = minus.token_range(node);
        let mut start = range.start;
        for cut in cuts.into_iter().chain([range.end]) {
            if cut <= start {
                continue;
            }
            for metavariable in self.variables_of_range(start..cut) {
                if seen.contains(&metavariable) {
                    if !scope.has(metavariable) && !shared.contains(&metavariable) {
                        shared.push(metavariable);
                    }
                } else {
                    seen.push(metavariable);
                }
            }
            start = cut;
        }
        let inner = scope.with(&shared);
        (shared, inner)
    }

    /// `{ body }`
    fn block(&mut self, node: NodeId, scope: &Scope, behind: Option<Formula>) -> Formula {
        let items = self.items(node);
        let (brace, path) = (self.fresh(), self.fresh());
        let open = self.part(Form::OpenBrace, node, scope);
        let close = self.part(Form::CloseBrace, node, scope);
        let plain_dots = match &items[..] {
            [Item { kind: ItemKind::Dots(dots), .. }] => {
                self.body.minus.children(*dots).next().is_none()
                    && !self
                        .body
                        .minus
                        .visible_tokens(node)
                        .any(|t| self.body.mark(t) == Mark::Minus)
            }
            _ => false,
        };
        let closing = close.and(Formula::Pred(Label::Brace(brace)));
        let mut start = open.and(Formula::Pred(Label::Brace(brace)));
        let list = self.list_of_block(&items);
        if let Some(list) = list {
            let variables = self.variables(list);
            start = start.and(self.element(Form::StatementList, list, scope, &variables));
        }
        let last = self.body.minus.token_range(node).end - 1;
        let code_at_end = self.body.additions().iter().any(|a| a.anchor.0 == last && !a.at_mark)
            || self.body.positions(csyntax::TokenId(last)).next().is_some()
            || self.body.mark(csyntax::TokenId(last)) == Mark::Minus;
        if plain_dots || list.is_some() {
            let formula = match behind {
                None if code_at_end => start.and(kind(Kind::After).and(closing.ex()).ex()),
                None => start,
                Some(behind) => {
                    start.and(kind(Kind::After).and(self.then(closing, Some(behind)).ex()).ex())
                }
            };
            return formula.exists(brace);
        }
        // A jump leaves inner blocks, through their braces, before it leaves this one.
        let end = self.then(closing, behind);
        let end = self.until(kind(Kind::CloseBrace), end, self.forall);
        let after = After {
            formula: Some(end),
            variables: Vec::new(),
            test: Some(kind(Kind::CloseBrace).and(Formula::Pred(Label::Brace(brace)))),
        };
        let place = Place { block: Some(path) };
        let before = kind(Kind::OpenBrace).and(Formula::Pred(Label::Brace(brace)));
        let inside = self.list(&items, scope, place, Some(&before), &after);
        start
            .and(Formula::Pred(Label::Path(path)))
            .and_then(self.next(inside))
            .exists(path)
            .exists(brace)
    }

    /// The branch of an `if` or the body of a loop.
    fn branch(&mut self, node: NodeId, scope: &Scope, place: Place) -> Formula {
        let mut formula = self.statement(node, scope, place, None);
        if let Some(by_goto) = self.leaving_by_goto(node, scope) {
            formula = formula.or(by_goto);
        }
        if self.kind(node) != NodeKind::CompoundStatement || !self.may_drop_braces() {
            return formula;
        }
        // A block of one statement, dots aside, also stands for that statement without braces.
        let items = self.items(node);
        let statements: Vec<&Item> =
            items.iter().filter(|item| !matches!(item.kind, ItemKind::Dots(_))).collect();
        let all_removed =
            self.body.minus.visible_tokens(node).all(|token| self.body.mark(token) == Mark::Minus);
        let ends = self.body.minus.token_range(node);
        let added_at_braces = self
            .body
            .additions()
            .iter()
            .any(|a| a.anchor.0 == ends.start || (a.anchor.0 + 1 == ends.end && !a.at_mark));
        if added_at_braces {
            return formula;
        }
        match statements[..] {
            [Item { kind: ItemKind::Nest(nest), optional: false }] if items.len() == 1 => {
                let bare = self.nest_in_statement(*nest, scope);
                formula.or(bare)
            }
            [] => {
                let bare = if all_removed && self.tests == 0 {
                    let dots = self.body.minus.children(node).next().unwrap_or(node);
                    self.element(Form::Removed, dots, scope, &[])
                } else {
                    Formula::True
                };
                formula.or(kind(Kind::OpenBrace).negate().and(bare))
            }
            [Item { kind: ItemKind::Plain(only), optional: false }] => {
                let only = *only;
                let is_statement =
                    self.kind(only).is_statement() || self.statement_metavariable(only).is_some();
                if is_statement && (all_removed || self.stays_one_statement(only)) {
                    let bare = self.statement(only, scope, place, None);
                    formula.or(bare)
                } else {
                    formula
                }
            }
            _ => formula,
        }
    }

    /// `{ <... p ...> }` is also a nest in one statement without braces: up to where paths leave it.
    fn nest_in_statement(&mut self, nest: NodeId, scope: &Scope) -> Formula {
        let path = self.fresh();
        let after = After {
            formula: Some(Formula::Pred(Label::Within(path)).negate()),
            variables: Vec::new(),
            test: None,
        };
        let inside = self.nest_item(nest, &[], scope, Place { block: Some(path) }, None, &after);
        kind(Kind::OpenBrace)
            .negate()
            .and(Formula::Pred(Label::Path(path)))
            .and_then(inside)
            .exists(path)
    }

    /// `{ ... return ...; }` is also a way that takes a `goto` first: a bare `goto`, or a block that is left by `goto`
    /// only. The rest is then sought behind the label, without braces.
    fn leaving_by_goto(&mut self, node: NodeId, scope: &Scope) -> Option<Formula> {
        if self.kind(node) != NodeKind::CompoundStatement {
            return None;
        }
        let items = self.items(node);
        let has_dots = items.iter().any(|item| matches!(item.kind, ItemKind::Dots(_)));
        let returns = matches!(items.last(), Some(Item { kind: ItemKind::Plain(last), .. })
            if self.kind(*last) == NodeKind::ReturnStatement);
        let range = self.body.minus.token_range(node);
        let touched = |token: u32| {
            self.body.mark(csyntax::TokenId(token)) == Mark::Minus
                || self.body.additions().iter().any(|a| a.anchor.0 == token)
        };
        if !has_dots || !returns {
            return None;
        }
        let place = Place { block: None };
        let behind = self.list(&items, scope, place, None, &After::nothing());
        let other_ends = kind(Kind::After).and(kind(Kind::AfterGoto).negate()).ex();
        let by_goto = kind(Kind::AfterGoto).ex().and(other_ends.uncheck().negate());
        if !touched(range.start) && !touched(range.end - 1) {
            let block = kind(Kind::OpenBrace).and(by_goto);
            return Some(kind(Kind::Goto).or(block).and(self.next(behind)));
        }
        // The brace that each `goto` passes is the one that the pattern changes.
        let brace = self.fresh();
        let numbered = || Formula::Pred(Label::Brace(brace));
        let open = self.part(Form::OpenBrace, node, scope).and(numbered());
        let close = self.part(Form::CloseBrace, node, scope).and(numbered());
        let left = kind(Kind::Goto).and(self.next(close));
        let leaves = self.next(self.until(Formula::True, left, self.forall));
        Some(open.and(by_goto).and(leaves).and(self.next(behind)).exists(brace))
    }

    /// Whether a statement is still exactly one when the rule is done with it.
    fn stays_one_statement(&self, node: NodeId) -> bool {
        let minus = &self.body.minus;
        let range = minus.token_range(node);
        let removed = minus.visible_tokens(node).all(|token| self.body.mark(token) == Mark::Minus);
        let mut additions =
            self.body.additions().iter().filter(|a| range.contains(&a.anchor.0)).peekable();
        if removed {
            let replaced = additions.next().is_some_and(|a| {
                a.side == smpl::Side::Replace && a.form == smpl::AdditionForm::Statement
            });
            return replaced && additions.next().is_none();
        }
        additions.all(|a| match a.side {
            smpl::Side::Before => a.anchor.0 != range.start,
            smpl::Side::After => a.anchor.0 + 1 != range.end,
            smpl::Side::Replace => true,
        })
    }

    /// The five isomorphisms about braces, each for another place of dots, count as one.
    fn may_drop_braces(&self) -> bool {
        ["braces0", "braces1", "braces2", "braces3", "braces4"]
            .iter()
            .all(|name| self.in_force.has(name))
    }

    /// Children of a statement that are statements themselves, `else` clauses left out.
    fn sub_statement(&self, node: NodeId) -> Option<NodeId> {
        let minus = &self.body.minus;
        minus.children(node).filter(|&child| minus.kind(child) != NodeKind::ElseClause).last()
    }

    /// The node by which a statement is left, and what the rule wants behind it.
    fn leave(&self, node: Kind, behind: Option<Formula>) -> Formula {
        match behind {
            Some(behind) => kind(node).and(self.next(behind).ex()),
            None => kind(node),
        }
    }

    fn if_statement(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        let (shared, inner) = self.share(node, scope);
        let head = self.part(Form::Head, node, &inner);
        let then = match self.sub_statement(node) {
            Some(then) => self.branch(then, &inner, place),
            None => Formula::True,
        };
        let clause = self.body.minus.child(node, NodeKind::ElseClause);
        let formula = match clause {
            None => {
                let taken = kind(Kind::True).and(self.next(then)).ex();
                head.and(taken).and(kind(Kind::Fall).ex())
            }
            Some(clause) => {
                let word = self.part(Form::Else, clause, &inner);
                let otherwise = match self.sub_statement(clause) {
                    Some(statement) => self.branch(statement, &inner, place),
                    None => Formula::True,
                };
                let may_miss_else = self.else_may_be_missing(clause);
                if self.may_be_negated(node, clause) {
                    let negated = self.part(Form::NegatedHead, node, &inner);
                    let (first, second) = (self.name(), self.name());
                    let branch = Formula::Ref;
                    let ways = self
                        .branches(head, branch(first), word.clone(), branch(second), may_miss_else)
                        .or_else(self.branches(
                            negated,
                            branch(second),
                            word,
                            branch(first),
                            false,
                        ));
                    let inner = Formula::Let {
                        name: second,
                        value: Box::new(otherwise),
                        body: Box::new(ways),
                    };
                    Formula::Let { name: first, value: Box::new(then), body: Box::new(inner) }
                } else {
                    self.branches(head, then, word, otherwise, may_miss_else)
                }
            }
        };
        let after = self.leave(Kind::After, behind);
        // With the values of the statement known, the way behind it is a matter of few states.
        self.bind(formula.and_then(after.ex()), &shared)
    }

    /// An `if` with `else`.
    fn branches(
        &self,
        head: Formula,
        then: Formula,
        word: Formula,
        otherwise: Formula,
        may_miss_else: bool,
    ) -> Formula {
        let taken = kind(Kind::True).and(self.next(then)).ex();
        let other = kind(Kind::False).and(self.next(word.and(self.next(otherwise)))).ex();
        let other = if may_miss_else { other.or(kind(Kind::Fall).ex()) } else { other };
        head.and(taken).and(other)
    }

    /// Whether `if (c) A else B` also stands for `if (!c) B else A`: the words and the condition are removed together or
    /// stay as they are.
    fn may_be_negated(&self, node: NodeId, clause: NodeId) -> bool {
        let head = self.element_range(Form::Head, node);
        let word = self.body.minus.token_range(clause).start;
        let mut tokens = head.clone().chain([word]).map(csyntax::TokenId);
        let is_removed = |token| self.body.mark(token) == Mark::Minus;
        let removed = is_removed(csyntax::TokenId(head.start));
        let anchored = |a: &smpl::Addition| {
            !a.at_mark
                && (head.contains(&a.anchor.0) || a.anchor.0 == word)
                && !(a.anchor.0 == head.start && a.side != smpl::Side::After)
        };
        self.in_force.has("neg_if")
            && tokens.all(|token| is_removed(token) == removed)
            && !self.body.additions().iter().any(anchored)
    }

    /// Whether the `else` part is but a statement metavariable that the rule uses once (isomorphism drop_else).
    fn else_may_be_missing(&self, clause: NodeId) -> bool {
        let minus = &self.body.minus;
        let Some(statement) = self.sub_statement(clause) else { return false };
        let Some(metavariable) = self.statement_metavariable(statement) else { return false };
        let uses = minus
            .tokens()
            .ids()
            .filter(|&token| self.body.metavariable_of(token) == Some(metavariable))
            .count();
        let range = minus.token_range(clause);
        let word = csyntax::TokenId(range.start);
        let untouched = self.body.mark(word) == self.body.mark(csyntax::TokenId(range.end - 1))
            && !self.body.additions().iter().any(|a| range.contains(&a.anchor.0));
        let whole = minus.parent(clause).is_some_and(|outer| {
            let first = csyntax::TokenId(minus.token_range(outer).start);
            self.body.mark(first) == self.body.mark(word)
        });
        uses == 1
            && untouched
            && whole
            && self.is_own(metavariable)
            && self.in_force.has("drop_else")
    }

    fn loop_statement(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        let (shared, inner) = self.share(node, scope);
        let head = self.part(Form::Head, node, &inner);
        let body = match self.sub_statement(node) {
            Some(body) => self.branch(body, &inner, place),
            None => Formula::True,
        };
        let fall = self.leave(Kind::LoopFall, behind);
        let inside = kind(Kind::InLoop).and(self.next(body)).ex();
        let formula = head.and(inside).and_then(fall.ex());
        self.bind(formula, &shared)
    }

    fn do_statement(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        let (shared, inner) = self.share(node, scope);
        let word = self.part(Form::Do, node, &inner);
        let tail = self
            .part(Form::DoTail, node, &inner)
            .and(kind(Kind::InLoop).ex())
            .and(kind(Kind::Fall).ex());
        let body = match self.body.minus.children(node).next() {
            Some(body) => self.statement(body, &inner, place, Some(tail)),
            None => tail,
        };
        let after = self.leave(Kind::After, behind);
        self.bind(word.and(body.ex()).and_then(after.ex()), &shared)
    }

    /// `switch (e) { case x: ... }`: each case of the pattern is one of the code.
    fn switch_statement(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        let (shared, inner) = self.share(node, scope);
        let head = self.part(Form::Head, node, &inner);
        let body = self.sub_statement(node);
        let mut inside = kind(Kind::OpenBrace);
        if let Some(block) = body.filter(|&block| self.kind(block) == NodeKind::CompoundStatement) {
            let open = self.part(Form::OpenBrace, block, &inner);
            inside = open;
            let cases: Vec<NodeId> = self.body.minus.children(block).collect();
            let mut at = 0;
            while at < cases.len() {
                // A label and the statements up to the next one.
                let mut end = at + 1;
                while end < cases.len()
                    && !matches!(
                        self.kind(cases[end]),
                        NodeKind::CaseStatement | NodeKind::DefaultStatement
                    )
                {
                    end += 1;
                }
                let rest: Vec<Item> =
                    self.items(block).into_iter().skip(at + 1).take(end - at - 1).collect();
                let behind_label = (!rest.is_empty())
                    .then(|| self.list(&rest, &inner, place, None, &After::nothing()));
                let case = self.statement(cases[at], &inner, place, behind_label);
                inside = inside.and(case.ex());
                at = end;
            }
        }
        let mut formula = head.and(inside.ex());
        if let Some(behind) = behind {
            formula = formula.and_then(self.leave(Kind::After, Some(behind)).ex());
        }
        self.bind(formula, &shared)
    }

    /// `label: statement`
    fn labelled(
        &mut self,
        node: NodeId,
        scope: &Scope,
        place: Place,
        behind: Option<Formula>,
    ) -> Formula {
        let (shared, inner) = self.share(node, scope);
        let label = self.part(Form::Label, node, &inner);
        let minus = &self.body.minus;
        let statement = minus.children(node).find(|&child| {
            minus
                .own_token(node, TokenKind::Colon)
                .is_some_and(|colon| minus.data(child).first > colon)
        });
        let formula = match statement {
            Some(statement) => {
                let statement = self.statement(statement, &inner, place, behind);
                label.and(self.next(statement))
            }
            None => self.then(label, behind),
        };
        self.bind(formula, &shared)
    }

    /// A function definition.
    fn function(&mut self, node: NodeId, scope: &Scope) -> Formula {
        let minus = &self.body.minus;
        let Some(block) = minus.child(node, NodeKind::CompoundStatement) else {
            return Formula::False;
        };
        let header_range = self.element_range(Form::FunctionHeader, node);
        let header_variables = self.variables_of_range(header_range);
        let items = self.items(block);
        let later = self.variables(block);
        let shared: Vec<MetavariableId> = header_variables
            .iter()
            .copied()
            .filter(|m| !scope.has(*m) && (later.contains(m)))
            .collect();
        let inner = scope.with(&shared);
        let header = self.part(Form::FunctionHeader, node, &inner);
        let open = self.part(Form::OpenBrace, block, &inner);
        let close = self.part(Form::CloseBrace, block, &inner).and(kind(Kind::LastBrace));
        let place = Place { block: None };
        let bare_dots = matches!(&items[..], [Item { kind: ItemKind::Dots(dots), .. }]
            if self.body.minus.children(*dots).next().is_none());
        let removed =
            self.body.minus.visible_tokens(node).all(|token| self.body.mark(token) == Mark::Minus);
        let braces_changed = self.body.additions().iter().any(|a| {
            let range = self.body.minus.token_range(block);
            a.anchor.0 == range.end - 1
        });
        let formula = match &items[..] {
            items if let Some(list) = self.list_of_block(items) => {
                let variables = self.variables(list);
                let inside = self.element(Form::StatementList, list, &inner, &variables);
                let end = Formula::EF(ctl::Direction::Forward, Box::new(close));
                header.and(self.next(open.and(inside).and(end)))
            }
            _ if bare_dots && !removed && !braces_changed => header.and(self.next(open)),
            _ if bare_dots && removed => {
                // The whole definition goes, whatever is in it.
                let whole = self.element(Form::Whole, node, &inner, &[]);
                header.and(whole).and(self.next(open))
            }
            [Item { kind: ItemKind::Nest(nest), .. }] if !braces_changed => {
                let nest = *nest;
                let nest_items = self.items(nest);
                let inside = self.nest_body(&nest_items, &inner, place, None);
                let plus = self.body.minus.own_token(nest, TokenKind::NestPlusOpen).is_some();
                let mut start = header;
                if plus {
                    self.tests += 1;
                    let somewhere = self.nest_body(&nest_items, &inner, place, None);
                    self.tests -= 1;
                    start = start
                        .and(Formula::EF(ctl::Direction::Forward, Box::new(somewhere)).uncheck());
                }
                start.and(self.next(open)).everywhere_reachable(inside)
            }
            _ => {
                let after = After { formula: Some(close), variables: Vec::new(), test: None };
                let inside = self.list(&items, &inner, place, None, &after);
                header.and(self.next(open.and(self.next(inside))))
            }
        };
        self.bind(formula, &shared)
    }
}

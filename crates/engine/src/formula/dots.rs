//! Dots and nests: an until with what must not be passed on the way.

use csyntax::{NodeId, NodeKind, TokenKind};
use smpl::{Mark, MetavariableId};

use super::scope::Scope;
use super::{After, Compiler, Formula, Item, ItemKind, Place, Side, is_compound};
use crate::element::Form;
use crate::label::{Kind, Label};

impl Compiler<'_> {
    /// `... rest`
    pub(super) fn dots_item(
        &mut self,
        dots: NodeId,
        rest: &[Item],
        scope: &Scope,
        place: Place,
        before: Option<&Formula>,
        after: &After,
    ) -> Formula {
        let shared = self.shared_with_rest(dots, rest, scope, after);
        let scope = &scope.with(&shared);
        let goal = self.goal(rest, scope, place, after);
        let after_test = self.test_behind_dots(rest, scope, after);
        let mut conditions = Vec::new();
        if !self.has_when_word(dots, b"any") {
            conditions.extend(before.cloned().map(Formula::negate));
            conditions.extend(after_test.clone().map(Formula::negate));
        }
        self.when_conditions(dots, scope, &mut conditions);
        let mut way = conditions;
        way.push(Formula::Pred(Label::Kind(Kind::After)).negate());
        if let Some(block) = place.block {
            way.push(Formula::Pred(Label::Within(block)));
        }
        if self.tests == 0 && self.is_removed(dots) {
            way.push(self.element(Form::Removed, dots, scope, &[]));
        }
        let ends_pattern = rest.is_empty() && after.formula.is_none();
        let path = self.path(dots, conjunction(way), None, goal, after_test, ends_pattern);
        self.bind(path, &shared)
    }

    /// Variables of a nest, or of the `when` code of dots, that the rest uses, too: one value for both.
    fn shared_with_rest(
        &self,
        dots: NodeId,
        rest: &[Item],
        scope: &Scope,
        after: &After,
    ) -> Vec<MetavariableId> {
        let mut later = self.variables_of_items(rest);
        later.extend(&after.variables);
        let mut shared = Vec::new();
        for metavariable in self.variables(dots) {
            if later.contains(&metavariable)
                && !scope.has(metavariable)
                && !shared.contains(&metavariable)
            {
                shared.push(metavariable);
            }
        }
        shared
    }

    /// `<... p ...> rest`, `<+... p ...+> rest`
    pub(super) fn nest_item(
        &mut self,
        nest: NodeId,
        rest: &[Item],
        scope: &Scope,
        place: Place,
        before: Option<&Formula>,
        after: &After,
    ) -> Formula {
        let shared = self.shared_with_rest(nest, rest, scope, after);
        let scope = &scope.with(&shared);
        let goal = self.goal(rest, scope, place, after);
        let after_test = self.test_of_rest(rest, scope, after);
        let items = self.items(nest);
        let inside = self.nest_body(&items, scope, place, after_test.clone());
        self.tests += 1;
        let guard = self.list(&items, scope, place, None, &After::nothing());
        self.tests -= 1;
        let mut elsewhere = vec![self.closed(guard, nest, scope).negate()];
        self.when_conditions(nest, scope, &mut elsewhere);
        elsewhere.push(Formula::Pred(Label::Kind(Kind::After)).negate());
        let mut way = Vec::new();
        if !self.has_when_word(nest, b"any") {
            way.extend(before.cloned().map(Formula::negate));
            way.extend(after_test.clone().map(Formula::negate));
        }
        if let Some(block) = place.block {
            way.push(Formula::Pred(Label::Within(block)));
        }
        let collected = inside.clone().or(conjunction(elsewhere));
        way.push(collected.clone());
        let ends_pattern = rest.is_empty() && after.formula.is_none();
        let path =
            self.path(nest, conjunction(way), Some(collected), goal, after_test, ends_pattern);
        if self.body.minus.own_token(nest, TokenKind::NestPlusOpen).is_none() {
            return self.bind(path, &shared);
        }
        // At least once, on some path.
        self.tests += 1;
        let somewhere = self.list(&items, scope, place, None, &After::nothing());
        self.tests -= 1;
        let somewhere = self.closed(somewhere, nest, scope);
        let somewhere = Formula::EF(ctl::Direction::Forward, Box::new(somewhere)).uncheck();
        self.bind(somewhere.and(path), &shared)
    }

    /// The contents of a nest, matched from one node on.
    pub(super) fn nest_body(
        &mut self,
        items: &[Item],
        scope: &Scope,
        place: Place,
        test: Option<Formula>,
    ) -> Formula {
        self.list(items, scope, place, None, &After { test, ..After::nothing() })
    }

    /// `?s ...` behind dots, cut into s with what follows it, and what follows without s.
    fn optional_behind_dots(rest: &[Item]) -> Option<(Vec<Item>, &[Item])> {
        let (Item { optional: true, kind }, behind) = rest.split_first()? else { return None };
        let mut with = vec![Item { optional: false, kind: kind.clone() }];
        with.extend_from_slice(behind);
        let without = match behind.first() {
            Some(Item { kind: ItemKind::Dots(_), .. }) => &behind[1..],
            _ => behind,
        };
        Some((with, without))
    }

    /// What dots must not pass before they are through; where an optional item is next, neither it nor what
    /// follows it.
    fn test_behind_dots(&mut self, rest: &[Item], scope: &Scope, after: &After) -> Option<Formula> {
        let Some((with, without)) = Self::optional_behind_dots(rest) else {
            return self.test_of_rest(rest, scope, after);
        };
        let with = self.test_of_rest(&with, scope, after);
        let without = self.test_behind_dots(without, scope, after);
        [with, without].into_iter().flatten().reduce(Formula::or)
    }

    /// What the dots lead to. `... ?s ... rest` leads, on each path by itself, to s or else to the rest.
    fn goal(&mut self, rest: &[Item], scope: &Scope, place: Place, after: &After) -> Formula {
        if let Some((with, without)) = Self::optional_behind_dots(rest) {
            let with = self.goal(&with, scope, place, after);
            let without = self.goal(without, scope, place, after);
            return with.or_else(without);
        }
        if rest.is_empty() && after.formula.is_none() {
            return Formula::Pred(Label::Kind(Kind::PreExit))
                .or(Formula::Pred(Label::Kind(Kind::ErrorExit)));
        }
        let goal = self.list(rest, scope, place, None, after);
        match place.block {
            Some(block) if !rest.is_empty() => goal.and(Formula::Pred(Label::Within(block))),
            _ => goal,
        }
    }

    /// The until, with the ways out that forall allows.
    fn path(
        &mut self,
        dots: NodeId,
        way: Formula,
        collected: Option<Formula>,
        goal: Formula,
        after_test: Option<Formula>,
        ends_pattern: bool,
    ) -> Formula {
        let says = |word: &[u8]| self.has_when_word(dots, word);
        let forall = (self.forall || says(b"forall")) && !says(b"exists");
        let strict = says(b"strict");
        if !forall {
            return self.until(way, goal, false);
        }
        let mut stop = Formula::Pred(Label::Kind(Kind::After));
        let until = if ends_pattern {
            stop = stop.or(Formula::Pred(Label::Kind(Kind::ErrorExit)));
            self.until(way, goal.or(stop), true)
        } else if strict {
            self.until(way, goal.or(stop), true)
        } else {
            let name = self.name();
            let exemption = self.exemption(name, collected, after_test);
            let until = self.until(way, Formula::Ref(name).or(stop).or(exemption), true);
            Formula::Let { name, value: Box::new(goal), body: Box::new(until) }
        };
        if self.forall {
            return until;
        }
        // Under exists the step to these dots may take any edge; that past a block would find nothing to ask for.
        Formula::Pred(Label::Kind(Kind::After)).negate().and(until)
    }

    /// A branch of `if` that has no normal end need not reach the goal, if the goal is not in it and, behind a
    /// `goto` or `break`, nowhere else either.
    fn exemption(
        &mut self,
        goal: u32,
        collected: Option<Formula>,
        after_test: Option<Formula>,
    ) -> Formula {
        let kind = |kind| Formula::Pred(Label::Kind(kind));
        let path = self.fresh();
        let inside = || Formula::Pred(Label::Within(path));
        let not_after = || after_test.clone().map_or(Formula::True, Formula::negate);
        let leaves =
            kind(Kind::After).or(kind(Kind::Return)).or(kind(Kind::Continue)).and(not_after());
        let jumps = kind(Kind::Goto)
            .or(kind(Kind::Break))
            .and(Formula::AG(ctl::Direction::Forward, Box::new(not_after())));
        let mut on_the_way = Formula::Ref(goal).uncheck().negate().and(inside());
        if let Some(collected) = collected {
            on_the_way = on_the_way.and(collected.or(Formula::True));
        }
        kind(Kind::Escaping)
            .and(Formula::Pred(Label::Path(path)))
            .and(on_the_way.au(inside().and(leaves.or(jumps))))
            .exists(path)
    }

    // When.

    fn whens(&self, dots: NodeId) -> Vec<NodeId> {
        let minus = &self.body.minus;
        minus.children(dots).filter(|&child| minus.kind(child) == NodeKind::WhenClause).collect()
    }

    /// Whether a `when` of the dots says `word`.
    pub(super) fn has_when_word(&self, dots: NodeId, word: &[u8]) -> bool {
        let minus = &self.body.minus;
        self.whens(dots).into_iter().any(|clause| {
            minus.own_tokens(clause).any(|token| {
                minus.tokens().kind(token) == TokenKind::Identifier
                    && minus.token_text(token) == word
            })
        })
    }

    /// `when != p` and `when = s`.
    fn when_conditions(&mut self, dots: NodeId, scope: &Scope, conditions: &mut Vec<Formula>) {
        for clause in self.whens(dots) {
            let minus = &self.body.minus;
            let forbidden = minus.own_token(clause, TokenKind::BangEqual).is_some();
            let required = minus.own_token(clause, TokenKind::Equal).is_some();
            if !forbidden && !required {
                continue;
            }
            let truth = minus.own_tokens(clause).find_map(|token| match minus.token_text(token) {
                b"true" => Some(true),
                b"false" => Some(false),
                _ => None,
            });
            if let Some(truth) = truth {
                conditions.push(self.truth_test(clause, truth, scope).negate());
                continue;
            }
            self.tests += 1;
            let items = self.items(clause);
            let place = Place { block: None };
            let test = self.list(&items, scope, place, None, &After::nothing());
            self.tests -= 1;
            let test = self.closed(test, clause, scope);
            conditions.push(if forbidden { test.negate() } else { test });
        }
    }

    /// `when != true e`: not in the branch behind `if (e)`.
    fn truth_test(&mut self, clause: NodeId, truth: bool, scope: &Scope) -> Formula {
        let Some(condition) = self.body.minus.children(clause).next() else {
            return Formula::False;
        };
        self.tests += 1;
        let variables = self.variables(condition);
        let head = self.element(Form::Head, condition, scope, &variables);
        self.tests -= 1;
        let kinds: &[Kind] = if truth {
            &[Kind::True, Kind::InLoop]
        } else {
            &[Kind::False, Kind::Fall, Kind::LoopFall]
        };
        let branch = kinds
            .iter()
            .map(|&kind| Formula::Pred(Label::Kind(kind)))
            .reduce(Formula::or)
            .unwrap_or(Formula::False);
        branch.and(Formula::EX(ctl::Direction::Backward, Box::new(head)))
    }

    // Tests.

    /// A test of an item for any value of the variables that are not in scope.
    fn closed(&self, test: Formula, node: NodeId, scope: &Scope) -> Formula {
        let mut test = test;
        for metavariable in self.variables(node) {
            if !scope.has(metavariable) {
                test = test.exists(ctl::Var(metavariable.0));
            }
        }
        test.uncheck()
    }

    /// What dots in front of a list must not pass.
    pub(super) fn test_of_rest(
        &mut self,
        rest: &[Item],
        scope: &Scope,
        after: &After,
    ) -> Option<Formula> {
        let Some(first) = rest.first() else { return after.test.clone() };
        match &first.kind {
            ItemKind::Dots(_) => None,
            ItemKind::Plain(node)
            | ItemKind::Nest(node)
            | ItemKind::Disjunction(node)
            | ItemKind::Conjunction(node) => self.test_of_node(*node, scope, Side::Start),
        }
    }

    /// A test for the item at one of its ends.
    pub(super) fn test_of_node(
        &mut self,
        node: NodeId,
        scope: &Scope,
        side: Side,
    ) -> Option<Formula> {
        let kind = self.kind(node);
        match kind {
            NodeKind::CompoundStatement => Some(Formula::Pred(Label::Kind(match side {
                Side::Start => Kind::OpenBrace,
                Side::End => Kind::CloseBrace,
            }))),
            NodeKind::FunctionDefinition | NodeKind::Dots => None,
            NodeKind::Disjunction | NodeKind::Conjunction if !self.is_term_group(node) => {
                let branches: Vec<NodeId> = self.body.minus.children(node).collect();
                let tests: Vec<Formula> = branches
                    .into_iter()
                    .filter_map(|branch| self.test_of_list(branch, scope, side))
                    .collect();
                tests.into_iter().reduce(Formula::or)
            }
            NodeKind::Nest if !self.is_expression_nest(node) => {
                self.test_of_list(node, scope, side)
            }
            _ => {
                self.tests += 1;
                let place = Place { block: None };
                let test = if is_compound(kind) {
                    self.statement(node, scope, place, None)
                } else {
                    let variables = self.variables(node);
                    self.simple(node, scope, &variables)
                };
                self.tests -= 1;
                Some(self.closed(test, node, scope))
            }
        }
    }

    fn test_of_list(&mut self, list: NodeId, scope: &Scope, side: Side) -> Option<Formula> {
        let items = self.items(list);
        let item = match side {
            Side::Start => items.first(),
            Side::End => items.last(),
        }?;
        match &item.kind {
            ItemKind::Dots(_) => None,
            ItemKind::Plain(node)
            | ItemKind::Nest(node)
            | ItemKind::Disjunction(node)
            | ItemKind::Conjunction(node) => {
                let node = *node;
                self.test_of_node(node, scope, side)
            }
        }
    }

    fn is_removed(&self, node: NodeId) -> bool {
        self.body.minus.first_token(node).is_some_and(|token| self.body.mark(token) == Mark::Minus)
    }
}

/// All of several formulas.
pub(super) fn conjunction(formulas: Vec<Formula>) -> Formula {
    formulas.into_iter().reduce(Formula::and).unwrap_or(Formula::True)
}

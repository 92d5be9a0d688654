//! From a rule's minus slice to a formula of CTL over the flow graph (POPL 2009, section 4).
//!
//! `f(x); ... - g(x);` becomes, under forall,
//! `∃x (f(x) ∧ AX A[ ¬f(x) ∧ ¬g(x) ∧ ¬AFTER U g(x) ∨ AFTER ∨ exemption ])`.
//!
//! 1. A body is a list of items: statements, dots, nests, disjunctions. The list is translated from its head; what
//!    comes behind an item is translated first and handed to it.
//! 2. A variable is bound around the first item that uses it, and around all the rest if a later one does, too.
//! 3. Dots are an until: on the way, neither neighbour matches and each `when` holds; the way ends at the rest, or
//!    (forall) where the path leaves by an error exit.
//! 4. A choice shares what comes behind it (`Let`), so formulas grow with the rule and not with its choices.
//!
//! Invariant: an element is tagged with a record exactly where its match counts, never in a test.

mod compound;
mod dots;
mod scope;

use csyntax::{NodeId, NodeKind, TokenKind};
use ctl::Var;
use smpl::{Body, Mark, MetavariableId, Quantifier, Rule};

use crate::element::{Element, ElementId, Form};
use crate::in_force::InForce;
use crate::label::{Kind, Label};
use scope::Scope;

/// A formula over the labels of a rule.
pub type Formula = ctl::Formula<Label>;

/// A rule, translated.
#[derive(Debug)]
pub struct Compiled {
    /// What to check.
    pub formula: Formula,
    /// What its labels refer to.
    pub elements: Vec<Element>,
    /// Whether the rule is one element that is matched node by node, so that no path matters.
    pub single: bool,
}

/// Translates a rule.
pub(crate) fn compile(
    rule: &Rule,
    body: &Body,
    quantifier: Quantifier,
    in_force: InForce<'_>,
) -> Compiled {
    let mut compiler = Compiler::new(rule, body, quantifier, in_force);
    let formula = compiler.rule();
    let items = compiler.items(NodeId::ROOT);
    let single = matches!(&items[..], [Item { kind: ItemKind::Plain(node), .. }]
        if !is_compound(body.minus.kind(*node)));
    Compiled { formula, elements: compiler.elements, single }
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    kind: ItemKind,
    /// `?`
    optional: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ItemKind {
    Plain(NodeId),
    Dots(NodeId),
    Nest(NodeId),
    Disjunction(NodeId),
    Conjunction(NodeId),
}

/// What comes behind a list.
#[derive(Clone)]
pub(crate) struct After {
    /// Holds at the node behind the last item; none at the end of the pattern.
    formula: Option<Formula>,
    /// Variables that it uses.
    variables: Vec<MetavariableId>,
    /// What dots at the end of the list must not pass.
    test: Option<Formula>,
}

impl After {
    fn nothing() -> After {
        After { formula: None, variables: Vec::new(), test: None }
    }
}

/// Where a list stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// The block: dots stay inside it.
    block: Option<Var>,
}

pub(crate) struct Compiler<'a> {
    rule: &'a Rule,
    body: &'a Body,
    in_force: InForce<'a>,
    forall: bool,
    elements: Vec<Element>,
    next_variable: u32,
    next_name: u32,
    /// How many tests are around: in one, nothing is tagged.
    tests: u32,
    /// The loops and switches around, each with the variable that holds its path if it has jumps.
    jump_targets: Vec<(NodeKind, Option<Var>)>,
}

impl<'a> Compiler<'a> {
    fn new(
        rule: &'a Rule,
        body: &'a Body,
        quantifier: Quantifier,
        in_force: InForce<'a>,
    ) -> Compiler<'a> {
        Compiler {
            rule,
            body,
            in_force,
            forall: quantifier == Quantifier::Forall,
            elements: Vec::new(),
            next_variable: rule.metavariables.len() as u32,
            next_name: 0,
            tests: 0,
            jump_targets: Vec::new(),
        }
    }

    fn kind(&self, node: NodeId) -> NodeKind {
        self.body.minus.kind(node)
    }

    fn fresh(&mut self) -> Var {
        self.next_variable += 1;
        Var(self.next_variable - 1)
    }

    fn name(&mut self) -> u32 {
        self.next_name += 1;
        self.next_name - 1
    }

    /// The whole formula.
    fn rule(&mut self) -> Formula {
        let items = self.items(NodeId::ROOT);
        let exported: Vec<MetavariableId> = self
            .rule
            .exports
            .iter()
            .filter(|(_, users)| !users.is_empty())
            .map(|(metavariable, _)| *metavariable)
            .filter(|&m| self.is_own(m) && !self.is_position(m))
            .collect();
        let mut scope = Scope::default();
        for &metavariable in &exported {
            scope.add(metavariable);
        }
        let place = Place { block: None };
        let mut formula = match items.first() {
            Some(Item { kind: ItemKind::Dots(_) | ItemKind::Nest(_), .. }) => {
                let inner = self.list(&items, &scope, place, None, &After::nothing());
                Formula::Pred(Label::Kind(Kind::Top)).and(inner.ex())
            }
            _ => self.list(&items, &scope, place, None, &After::nothing()),
        };
        if items.iter().any(|item| matches!(item.kind, ItemKind::Dots(_) | ItemKind::Nest(_))) {
            let end =
                Formula::Pred(Label::Kind(Kind::Exit)).or(Formula::Pred(Label::Kind(Kind::End)));
            formula = end.ex().ex().ex().negate().and(formula);
        }
        for metavariable in exported.into_iter().rev() {
            formula = formula.exists_kept(Var(metavariable.0));
        }
        formula
    }

    /// The items of a list of the minus slice.
    fn items(&self, list: NodeId) -> Vec<Item> {
        // What stands on the line of an optional statement is optional with it, not by itself.
        let inside = list != NodeId::ROOT
            && self.body.minus.first_token(list).is_some_and(|token| self.body.is_optional(token));
        self.body
            .minus
            .children(list)
            .filter(|&node| self.kind(node) != NodeKind::WhenClause)
            .map(|node| {
                let optional = !inside
                    && self
                        .body
                        .minus
                        .first_token(node)
                        .is_some_and(|token| self.body.is_optional(token));
                let kind = match self.kind(node) {
                    NodeKind::Dots => ItemKind::Dots(node),
                    NodeKind::Nest if !self.is_expression_nest(node) => ItemKind::Nest(node),
                    NodeKind::Disjunction if !self.is_term_group(node) => {
                        ItemKind::Disjunction(node)
                    }
                    NodeKind::Conjunction if !self.is_term_group(node) => {
                        ItemKind::Conjunction(node)
                    }
                    _ => ItemKind::Plain(node),
                };
                Item { kind, optional }
            })
            .collect()
    }

    fn is_expression_nest(&self, node: NodeId) -> bool {
        !matches!(
            self.body.minus.parent(node).map(|parent| self.kind(parent)),
            Some(
                NodeKind::PatternSequence
                    | NodeKind::CompoundStatement
                    | NodeKind::Branch
                    | NodeKind::Nest
                    | NodeKind::WhenClause
            )
        )
    }

    /// Whether every branch of a group is one expression or type: then the group is matched inside nodes.
    fn is_term_group(&self, node: NodeId) -> bool {
        let minus = &self.body.minus;
        minus.children(node).all(|branch| {
            let mut terms = minus.children(branch);
            match (terms.next(), terms.next()) {
                (Some(term), None) => match self.kind(term) {
                    NodeKind::Disjunction | NodeKind::Conjunction => self.is_term_group(term),
                    NodeKind::Metavariable => minus.first_token(term).is_some_and(|token| {
                        matches!(
                            minus.tokens().kind(token),
                            TokenKind::MetaExpression | TokenKind::MetaIdentifier
                        )
                    }),
                    kind => kind.is_expression() || kind == NodeKind::TypeName,
                },
                _ => false,
            }
        })
    }

    /// At the node that this holds at, the list starts.
    fn list(
        &mut self,
        items: &[Item],
        scope: &Scope,
        place: Place,
        before: Option<&Formula>,
        after: &After,
    ) -> Formula {
        let Some((first, rest)) = items.split_first() else {
            return after.formula.clone().unwrap_or(Formula::True);
        };
        if first.optional {
            return self.optional(first, rest, scope, place, before, after);
        }
        match &first.kind {
            ItemKind::Plain(node) => self.plain_item(*node, rest, scope, place, after),
            ItemKind::Dots(dots) => self.dots_item(*dots, rest, scope, place, before, after),
            ItemKind::Nest(nest) => self.nest_item(*nest, rest, scope, place, before, after),
            ItemKind::Disjunction(group) => {
                self.group_item(*group, rest, scope, place, before, after, Formula::or_else)
            }
            ItemKind::Conjunction(group) => {
                self.group_item(*group, rest, scope, place, before, after, Formula::and)
            }
        }
    }

    /// A statement, declaration or expression, and the rest.
    fn plain_item(
        &mut self,
        node: NodeId,
        rest: &[Item],
        scope: &Scope,
        place: Place,
        after: &After,
    ) -> Formula {
        let shared = self.shared(&self.variables(node), rest, scope, after);
        let inner = scope.with(&shared);
        let end = rest.is_empty() && after.formula.is_none();
        let behind = if end {
            None
        } else {
            let before = self.test_of_node(node, &inner, Side::End);
            Some(self.list(rest, &inner, place, before.as_ref(), after))
        };
        let formula = self.statement(node, &inner, place, behind);
        self.bind(formula, &shared)
    }

    /// The variables of an item that its rest uses, too; next to dots, all of them.
    fn shared(
        &self,
        variables: &[MetavariableId],
        rest: &[Item],
        scope: &Scope,
        after: &After,
    ) -> Vec<MetavariableId> {
        let next_is_dots = match rest.first().map(|item| &item.kind) {
            Some(ItemKind::Dots(node)) => !self.has_when_word(*node, b"any"),
            Some(ItemKind::Nest(node)) => !self.has_when_word(*node, b"any"),
            _ => false,
        };
        let mut later = self.variables_of_items(rest);
        later.extend(&after.variables);
        variables
            .iter()
            .copied()
            .filter(|&m| !scope.has(m))
            .filter(|m| later.contains(m) || (next_is_dots && !self.is_position(*m)))
            .collect()
    }

    /// Binds variables around a formula.
    fn bind(&self, mut formula: Formula, variables: &[MetavariableId]) -> Formula {
        for &metavariable in variables.iter().rev() {
            formula = Formula::Exists {
                var: Var(metavariable.0),
                keep: self.tests == 0 && self.is_kept(metavariable),
                body: Box::new(formula),
            };
        }
        formula
    }

    /// Whether the value of a metavariable matters behind the match.
    fn is_kept(&self, metavariable: MetavariableId) -> bool {
        let declared = &self.rule.metavariables[metavariable.index()];
        declared.used_in_plus
            || self.rule.exports.iter().any(|(m, users)| *m == metavariable && !users.is_empty())
    }

    fn is_own(&self, metavariable: MetavariableId) -> bool {
        self.rule.metavariables[metavariable.index()].origin == smpl::Origin::Own
    }

    fn is_position(&self, metavariable: MetavariableId) -> bool {
        self.rule.metavariables[metavariable.index()].kind.is_position()
    }

    /// A label for an element, with the variables that are not in scope bound around it.
    fn element(
        &mut self,
        form: Form,
        node: NodeId,
        scope: &Scope,
        variables: &[MetavariableId],
    ) -> Formula {
        let element = ElementId(self.elements.len() as u32);
        self.elements.push(Element { form, node });
        let free: Vec<MetavariableId> =
            variables.iter().copied().filter(|&m| !scope.has(m)).collect();
        let counts = self.tests == 0 && self.counts(form, node, variables);
        let mut formula;
        if counts {
            let record = self.fresh();
            formula = Formula::Pred(Label::Element { element, record: Some(record) });
            formula = formula.exists_kept(record);
        } else {
            formula = Formula::Pred(Label::Element { element, record: None });
        }
        self.bind(formula, &free)
    }

    /// Whether the match of an element is wanted afterwards: it is changed, or binds a position or something exported.
    fn counts(&self, form: Form, node: NodeId, variables: &[MetavariableId]) -> bool {
        let range = self.element_range(form, node);
        let changed = range.clone().any(|token| {
            matches!(self.body.mark(csyntax::TokenId(token)), Mark::Minus | Mark::Star)
        });
        // Code behind a whole statement hangs on its head.
        let end = self.body.minus.token_range(node).end;
        let behind = |a: &smpl::Addition| form == Form::Head && a.at_mark && a.anchor.0 + 1 == end;
        changed
            || self.body.additions().iter().any(|a| range.contains(&a.anchor.0) || behind(a))
            || variables.iter().any(|&m| self.is_position(m) && self.is_own(m))
    }

    /// The tokens of the minus slice that belong to an element.
    fn element_range(&self, form: Form, node: NodeId) -> std::ops::Range<u32> {
        element_range(self.body, Element { form, node })
    }

    /// The formula at the next node.
    fn next(&self, formula: Formula) -> Formula {
        if self.forall { formula.ax() } else { formula.ex() }
    }

    fn until(&self, on_the_way: Formula, goal: Formula, forall: bool) -> Formula {
        if forall { on_the_way.au(goal) } else { on_the_way.eu(goal) }
    }

    fn optional(
        &mut self,
        first: &Item,
        rest: &[Item],
        scope: &Scope,
        place: Place,
        before: Option<&Formula>,
        after: &After,
    ) -> Formula {
        let mut with = vec![Item { optional: false, ..first.clone() }];
        with.extend_from_slice(rest);
        let with = self.list(&with, scope, place, before, after);
        let without = self.list(rest, scope, place, before, after);
        with.or_else(without)
    }

    /// Branches of a disjunction or conjunction, each with the rest behind it.
    #[expect(clippy::too_many_arguments, reason = "the place of a list is what every item gets")]
    fn group_item(
        &mut self,
        group: NodeId,
        rest: &[Item],
        scope: &Scope,
        place: Place,
        before: Option<&Formula>,
        after: &After,
        join: fn(Formula, Formula) -> Formula,
    ) -> Formula {
        let variables = self.variables(group);
        let shared = self.shared(&variables, rest, scope, after);
        let inner = scope.with(&shared);
        let end = rest.is_empty() && after.formula.is_none();
        let name = self.name();
        let behind = if end {
            None
        } else {
            let before = self.test_of_node(group, &inner, Side::End);
            Some(self.list(rest, &inner, place, before.as_ref(), after))
        };
        let mut branch_variables = self.variables_of_items(rest);
        branch_variables.extend(&after.variables);
        let branch_after = After {
            formula: behind.as_ref().map(|_| Formula::Ref(name)),
            variables: branch_variables,
            test: self.test_of_rest(rest, &inner, after),
        };
        let branches: Vec<NodeId> = self.body.minus.children(group).collect();
        let mut formula: Option<Formula> = None;
        for branch in branches.into_iter().rev() {
            let items = self.items(branch);
            let translated = self.list(&items, &inner, place, before, &branch_after);
            formula = Some(match formula {
                Some(others) => join(translated, others),
                None => translated,
            });
        }
        let mut formula = formula.unwrap_or(Formula::True);
        if let Some(value) = behind {
            formula = Formula::Let { name, value: Box::new(value), body: Box::new(formula) };
        }
        self.bind(formula, &shared)
    }
}

/// Which end of an item a test looks at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Its start.
    Start,
    /// Its end.
    End,
}

/// The tokens of the minus slice that belong to an element.
pub(crate) fn element_range(body: &Body, element: Element) -> std::ops::Range<u32> {
    let minus = &body.minus;
    let node = element.node;
    let whole = minus.token_range(node);
    let until_body = |node: NodeId| {
        let sub = minus
            .children(node)
            .filter(|&child| {
                let kind = minus.kind(child);
                kind.is_statement()
                    || matches!(
                        kind,
                        NodeKind::Metavariable
                            | NodeKind::Disjunction
                            | NodeKind::ElseClause
                            | NodeKind::Dots
                    )
            })
            .find(|&child| {
                minus
                    .own_token(node, TokenKind::RightParen)
                    .is_some_and(|paren| minus.data(child).first > paren)
                    || minus.kind(node) == NodeKind::IteratorStatement
                        && minus
                            .nth_child(node, 1)
                            .is_some_and(|args| minus.data(child).first >= minus.data(args).end)
            });
        whole.start..sub.map_or(whole.end, |child| minus.data(child).first.0)
    };
    match element.form {
        Form::Head | Form::NegatedHead => until_body(node),
        Form::FunctionHeader => {
            let block = minus.child(node, NodeKind::CompoundStatement);
            whole.start..block.map_or(whole.end, |block| minus.data(block).first.0)
        }
        Form::OpenBrace | Form::Else | Form::Do => whole.start..whole.start + 1,
        Form::CloseBrace => whole.end - 1..whole.end,
        Form::DoTail => {
            let start =
                minus.own_token(node, TokenKind::While).map_or(whole.start, |token| token.0);
            start..whole.end
        }
        Form::Label => {
            let colon =
                minus.own_token(node, TokenKind::Colon).map_or(whole.end, |token| token.0 + 1);
            whole.start..colon
        }
        Form::Whole
        | Form::Anywhere
        | Form::Statement(_)
        | Form::StatementList
        | Form::ImplicitReturn
        | Form::Removed => whole,
    }
}

/// Whether a statement begins with a head that governs other statements.
pub(crate) fn has_head(kind: NodeKind) -> bool {
    use NodeKind::*;
    matches!(
        kind,
        IfStatement | WhileStatement | ForStatement | IteratorStatement | SwitchStatement
    )
}

/// Whether a statement is more than one node.
pub(crate) fn is_compound(kind: NodeKind) -> bool {
    use NodeKind::*;
    matches!(
        kind,
        CompoundStatement
            | IfStatement
            | WhileStatement
            | DoStatement
            | ForStatement
            | IteratorStatement
            | SwitchStatement
            | CaseStatement
            | DefaultStatement
            | LabelStatement
            | PragmaStatement
            | FunctionDefinition
    )
}

//! Whether one branch of a disjunction matches wherever a later one does.
//!
//! `f(E)` covers `f(1)`: the later branch is an instance of the earlier one. Where both have the same tokens they ask
//! the same; where the earlier one has a metavariable of its own, without any condition and used nowhere else, it
//! takes whatever the later one has there: an expression for any expression, a name for any name, a statement for any
//! statement; `f(...)` takes all arguments.
//!
//! What could still make a difference, and is then in doubt:
//!
//! - An isomorphism that applies to the special term only: `x == NULL` is also `!x`, `x == E` is not.
//! - Changes: a changed declaration matches less than an unchanged one.
//! - A value that later rules use: it is bound for the whole match, and choices are compared for each value.
//! - Dots between statements exclude what stands beside them, the general branch more than the special one.
//! - Positions that are inherited, constrained or attached elsewhere, and `?`.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};
use fixedbitset::FixedBitSet;

use super::equivalents::{self, only_token};
use crate::body::{Body, Mark, Side};
use crate::isomorphism::Isomorphism;
use crate::metavariable::{
    Constraint, ConstraintItem, MetavariableId, MetavariableKind, Origin, SeedPart,
};
use crate::patch::Rule;

/// How an earlier branch covers a later one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cover {
    /// They are the same.
    Same,
    /// The earlier one has a metavariable or dots where the later one has something special.
    General,
    /// The later one goes on where the earlier one ends.
    Longer,
}

/// A branch: its node, and all tokens between its bars, added ones included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub node: NodeId,
    pub start: TokenId,
    pub end: TokenId,
}

impl Branch {
    fn has(&self, token: TokenId) -> bool {
        self.start <= token && token < self.end
    }
}

/// A rule, prepared for comparing its branches.
pub(super) struct Covering<'a> {
    rule: &'a Rule,
    body: &'a Body,
    isomorphisms: &'a [Isomorphism],
    /// For each metavariable where it stands or is attached in the minus slice.
    uses: Vec<Vec<TokenId>>,
    /// The same for added code.
    added: Vec<Vec<TokenId>>,
    /// Metavariables that later rules or other declarations of this rule use.
    shared: FixedBitSet,
    /// Tokens that added code hangs on.
    anchors: FixedBitSet,
    /// Those where it hangs on a whole term, which then is replaced or framed as one.
    inner_anchors: FixedBitSet,
}

/// What a comparison has found.
#[derive(Default)]
struct Comparison {
    /// Terms of the later branch that the earlier one has something general for; names count with their node.
    general: Vec<(NodeId, bool)>,
    /// Tokens of the earlier branch, in order, with those of the later one.
    pairs: Vec<(TokenId, TokenId)>,
}

impl<'a> Covering<'a> {
    /// Looks once at all tokens.
    pub fn new(rule: &'a Rule, body: &'a Body, isomorphisms: &'a [Isomorphism]) -> Covering<'a> {
        let count = rule.metavariables.len();
        let (mut uses, mut added) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for token in body.minus.tokens().ids() {
            let Some(id) = body.metavariable_of(token) else { continue };
            match body.mark(token).is_added() {
                true => added[id.index()].push(token),
                false => uses[id.index()].push(token),
            }
        }
        for &(token, id) in body.all_positions() {
            uses[id.index()].push(token);
        }
        let length = body.minus.tokens().len();
        let mut anchors = FixedBitSet::with_capacity(length);
        let mut inner_anchors = FixedBitSet::with_capacity(length);
        for addition in body.additions() {
            anchors.insert(addition.anchor.index());
            let around = addition.node.and_then(|node| body.minus.parent(node));
            let whole = around.is_some_and(|node| body.minus.kind(node) == NodeKind::Branch)
                && (addition.side == Side::Replace || addition.node.is_some());
            if !whole {
                inner_anchors.insert(addition.anchor.index());
            }
        }
        let shared = shared(rule);
        Covering { rule, body, isomorphisms, uses, added, shared, anchors, inner_anchors }
    }

    /// Whether `earlier` matches wherever `later` does; `last` when nothing follows the disjunction. `bounds` is the
    /// disjunction.
    pub fn covers(
        &self,
        earlier: Branch,
        later: Branch,
        bounds: NodeId,
        last: bool,
    ) -> Option<Cover> {
        let minus = &self.body.minus;
        let ours: Vec<NodeId> = minus.children(earlier.node).collect();
        let theirs: Vec<NodeId> = minus.children(later.node).collect();
        let longer = theirs.len() > ours.len();
        if ours.is_empty()
            || ours.len() > theirs.len()
            || (longer && !(last && self.goes_on(&ours, &theirs)))
        {
            return None;
        }
        let mut comparison = Comparison::default();
        let nothing_behind = last && theirs.len() == 1;
        for (&a, &b) in ours.iter().zip(&theirs) {
            if !self.compare(a, b, earlier, nothing_behind, &mut comparison) {
                return None;
            }
        }
        let sound = self.is_free(earlier, later, bounds, &comparison)
            && self.changes_alike(earlier, later, &comparison)
            && self.isomorphisms_alike(&comparison)
            && (comparison.general.is_empty() || !self.has_statement_dots(earlier.node));
        let cover = match (longer, comparison.general.is_empty()) {
            (true, _) => Cover::Longer,
            (false, true) => Cover::Same,
            (false, false) => Cover::General,
        };
        sound.then_some(cover)
    }

    /// Whether the second are statements that may begin with the first.
    fn goes_on(&self, first: &[NodeId], second: &[NodeId]) -> bool {
        let is_statement = |node| self.body.minus.kind(node).is_statement();
        first.iter().all(|&node| is_statement(node))
            && second.iter().all(|&node| is_statement(node) || self.is_dots(node))
    }

    fn is_dots(&self, node: NodeId) -> bool {
        self.body.minus.kind(node) == NodeKind::Dots
    }

    /// Whether `b` is an instance of `a`.
    fn compare(
        &self,
        a: NodeId,
        b: NodeId,
        branch: Branch,
        last: bool,
        comparison: &mut Comparison,
    ) -> bool {
        let minus = &self.body.minus;
        if let Some(token) = only_token(minus, a)
            && let Some(id) = self.body.metavariable_of(token)
            && self.same_token(a, b).is_none()
        {
            let kind = self.rule.metavariables[id.index()].kind;
            let takes = self.is_unconditional(id, branch)
                && match kind {
                    MetavariableKind::Expression => self.is_any_expression(b),
                    MetavariableKind::Statement => self.is_any_statement(b, last),
                    MetavariableKind::Identifier => {
                        minus.kind(a) == minus.kind(b)
                            && only_token(minus, b).is_some_and(|token| self.is_any_name(token))
                    }
                    _ => false,
                };
            if takes {
                let name = kind == MetavariableKind::Identifier;
                comparison.general.push((b, name));
            }
            return takes;
        }
        if minus.kind(a) != minus.kind(b) {
            return false;
        }
        if minus.kind(a) == NodeKind::ArgumentList && self.has_all_arguments(a) {
            if !self.has_all_arguments(b) {
                comparison.general.push((b, false));
            }
            return true;
        }
        let (mut left, mut right) = (minus.elements(a), minus.elements(b));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(Element::Node(inner)), Some(Element::Node(other)))
                    if self.compare(inner, other, branch, last, comparison) => {}
                (Some(Element::Token(ours)), Some(Element::Token(theirs))) => {
                    if self.is_same(ours, theirs) {
                        comparison.pairs.push((ours, theirs));
                        continue;
                    }
                    let name = self.body.metavariable_of(ours).filter(|id| {
                        self.rule.metavariables[id.index()].kind == MetavariableKind::Identifier
                    });
                    if !name.is_some_and(|id| self.is_unconditional(id, branch))
                        || !self.is_any_name(theirs)
                    {
                        return false;
                    }
                    comparison.general.push((b, true));
                }
                _ => return false,
            }
        }
    }

    /// The token that both terms are.
    fn same_token(&self, a: NodeId, b: NodeId) -> Option<TokenId> {
        let (ours, theirs) = (only_token(&self.body.minus, a)?, only_token(&self.body.minus, b)?);
        self.is_same(ours, theirs).then_some(ours)
    }

    fn is_same(&self, ours: TokenId, theirs: TokenId) -> bool {
        let minus = &self.body.minus;
        minus.tokens().kind(ours) == minus.tokens().kind(theirs)
            && minus.token_text(ours) == minus.token_text(theirs)
            && self.body.metavariable_of(ours) == self.body.metavariable_of(theirs)
    }

    /// Whether the metavariable takes anything of its kind, and nobody asks what it took.
    fn is_unconditional(&self, id: MetavariableId, branch: Branch) -> bool {
        let metavariable = &self.rule.metavariables[id.index()];
        metavariable.origin == Origin::Own
            && metavariable.constraint.is_none()
            && metavariable.types.is_empty()
            && metavariable.list_length.is_none()
            && metavariable.width.is_none()
            && self.uses[id.index()].len() == 1
            && !self.shared.contains(id.index())
            && self.added[id.index()].iter().all(|&token| branch.has(token))
    }

    /// Whether every expression metavariable takes what `node` takes.
    fn is_any_expression(&self, node: NodeId) -> bool {
        use NodeKind::*;
        let minus = &self.body.minus;
        let odd = matches!(
            minus.kind(node),
            CompoundLiteral
                | StatementExpression
                | LabelAddress
                | GenericSelection
                | PastedName
                | SizeofType
        );
        let metavariable =
            only_token(minus, node).and_then(|token| self.body.metavariable_of(token));
        let single = metavariable.is_none_or(|id| {
            use MetavariableKind::*;
            let kind = self.rule.metavariables[id.index()].kind;
            matches!(kind, Expression | Idexpression(_) | Constant | Identifier)
        });
        // A whole branch may also be a declaration, or be left with a name that stands anywhere.
        let whole = minus.parent(node).is_some_and(|parent| minus.kind(parent) == Branch);
        let isomorphisms = self.isomorphisms.iter().chain(&self.rule.isomorphisms);
        let wide = whole
            && (minus.kind(node) == AssignmentExpression
                || only_token(minus, node).is_some()
                || equivalents::may_apply(isomorphisms, self.body, node));
        minus.kind(node).is_expression() && !odd && !wide && single
    }

    /// Whether a statement metavariable takes what `node` takes. `return;` may also be the end of a function, and a
    /// block the body of one; what stands behind a jump or behind branches is looked for elsewhere.
    fn is_any_statement(&self, node: NodeId, last: bool) -> bool {
        use NodeKind::*;
        let minus = &self.body.minus;
        match minus.kind(node) {
            ExpressionStatement => true,
            BreakStatement | ContinueStatement => last,
            ReturnStatement => {
                last && minus.nth_child(node, 0).is_some_and(|value| minus.kind(value) != Dots)
            }
            IfStatement | WhileStatement | ForStatement | SwitchStatement => last,
            _ => false,
        }
    }

    /// A plain name or an identifier metavariable.
    fn is_any_name(&self, token: TokenId) -> bool {
        match self.body.metavariable_of(token) {
            Some(id) => self.rule.metavariables[id.index()].kind == MetavariableKind::Identifier,
            None => self.body.minus.tokens().kind(token) == TokenKind::Identifier,
        }
    }

    /// `(...)`
    fn has_all_arguments(&self, arguments: NodeId) -> bool {
        let minus = &self.body.minus;
        let mut children = minus.children(arguments);
        let dots = children.next().filter(|&child| self.is_dots(child));
        dots.is_some_and(|dots| minus.children(dots).next().is_none())
            && children.next().is_none()
            && minus.own_tokens(arguments).count() == 2
    }

    /// Whether the earlier branch asks for nothing but its tokens: positions, inherited values, lines marked `?`.
    fn is_free(
        &self,
        earlier: Branch,
        later: Branch,
        bounds: NodeId,
        comparison: &Comparison,
    ) -> bool {
        let body = self.body;
        let range = body.minus.token_range(bounds);
        let attached = body.all_positions();
        let first = attached.partition_point(|&(token, _)| token < earlier.start);
        let positions = attached[first..].iter().take_while(|(token, _)| earlier.has(*token));
        let all_free = positions.into_iter().all(|&(token, id)| {
            let metavariable = &self.rule.metavariables[id.index()];
            let place = comparison.pairs.binary_search_by_key(&token, |&(ours, _)| ours).ok();
            let twin = place.map(|index| comparison.pairs[index].1);
            // What the same place of a branch that is the same asks for as well is nothing more.
            let asked_twice = comparison.general.is_empty()
                && twin.is_some_and(|twin| body.positions(twin).any(|other| other == id));
            if asked_twice {
                return true;
            }
            metavariable.kind == MetavariableKind::Position
                && metavariable.origin == Origin::Own
                && metavariable.constraint.is_none()
                && self.uses[id.index()].iter().all(|&other| {
                    range.contains(&other.0)
                        && (other == token || !earlier.has(other))
                        && (!later.has(other) || Some(other) == twin)
                })
        });
        let tokens = || (earlier.start.0..earlier.end.0).map(TokenId);
        let mut all = tokens().chain((later.start.0..later.end.0).map(TokenId));
        let plus_bound = tokens().filter(|&token| body.mark(token).is_added()).all(|token| {
            body.metavariable_of(token).is_none_or(|id| self.is_bound_for(id, earlier))
        });
        all_free && plus_bound && !all.any(|token| body.is_optional(token))
    }

    /// Whether added code of the branch has a value for the metavariable whenever the branch matches.
    fn is_bound_for(&self, id: MetavariableId, branch: Branch) -> bool {
        let metavariable = &self.rule.metavariables[id.index()];
        match metavariable.kind {
            MetavariableKind::FreshIdentifier => {
                metavariable.seed.iter().all(|part| matches!(part, SeedPart::Text(_)))
            }
            _ => {
                metavariable.origin == Origin::Own
                    && self.uses[id.index()].iter().any(|&token| branch.has(token))
            }
        }
    }

    /// Whether the changes of the earlier branch leave it as wide as the later one. What is not changed is.
    fn changes_alike(&self, earlier: Branch, later: Branch, comparison: &Comparison) -> bool {
        let (body, minus) = (self.body, &self.body.minus);
        let tokens = || minus.visible_tokens(earlier.node);
        let hangs = |set: &FixedBitSet| tokens().any(|token| set.contains(token.index()));
        let changed = tokens().any(|token| body.mark(token) == Mark::Minus) || hangs(&self.anchors);
        if !changed {
            return true;
        }
        let plain = minus.descendants(earlier.node).all(|node| self.is_plain(node));
        let on_lists = tokens().any(|token| {
            self.anchors.contains(token.index()) && is_list(minus.tokens().kind(token))
        });
        let removed = tokens().all(|token| body.mark(token) == Mark::Minus);
        let same = comparison.pairs.iter().all(|&(a, b)| body.mark(a) == body.mark(b))
            && !hangs(&self.inner_anchors);
        let isomorphisms = || self.isomorphisms.iter().chain(&self.rule.isomorphisms);
        plain
            && !on_lists
            && ((removed && same)
                || !minus
                    .descendants(later.node)
                    .any(|node| equivalents::may_apply(isomorphisms(), body, node)))
    }

    /// Terms that match the same whether they are changed or not.
    fn is_plain(&self, node: NodeId) -> bool {
        use NodeKind::*;
        let minus = &self.body.minus;
        match minus.kind(node) {
            Branch | ExpressionStatement | CallExpression | ArgumentList | Name | Literal
            | StringLiteral | MemberExpression | ArrowExpression | IndexExpression
            | ParenExpression | BinaryExpression | PrefixExpression => true,
            // Without `;` it may also be a declaration.
            AssignmentExpression => {
                minus.parent(node).is_some_and(|parent| minus.kind(parent) == ExpressionStatement)
            }
            // A whole statement that is general would be removed as a whole.
            Metavariable => minus.parent(node).is_some_and(|parent| minus.kind(parent) != Branch),
            Dots => true,
            _ => false,
        }
    }

    /// Whether no isomorphism of a term around something special depends on it.
    fn isomorphisms_alike(&self, comparison: &Comparison) -> bool {
        let minus = &self.body.minus;
        comparison.general.iter().all(|&(part, name)| {
            let itself = name.then_some(part);
            let around = minus.ancestors(part).take_while(|&node| {
                !matches!(minus.kind(node), NodeKind::PatternSequence | NodeKind::CompoundStatement)
            });
            let terms = itself.into_iter().chain(around).filter(|&node| {
                !matches!(minus.kind(node), NodeKind::Branch | NodeKind::Disjunction)
            });
            terms.into_iter().all(|node| {
                let isomorphisms = self.isomorphisms.iter().chain(&self.rule.isomorphisms);
                !equivalents::may_look_at(isomorphisms, self.body, node, part)
            })
        })
    }

    /// Whether dots stand between statements.
    fn has_statement_dots(&self, branch: NodeId) -> bool {
        let minus = &self.body.minus;
        minus.descendants(branch).any(|node| {
            let parent = minus.parent(node).map(|parent| minus.kind(parent));
            minus.kind(node) == NodeKind::Nest
                || (self.is_dots(node)
                    && !matches!(parent, Some(NodeKind::ArgumentList | NodeKind::ParameterList)))
        })
    }
}

fn is_list(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        Ellipsis | MetaExpressionList | MetaInitialiserList | MetaParameterList | MetaFieldList
    )
}

/// Metavariables whose values matter elsewhere.
fn shared(rule: &Rule) -> FixedBitSet {
    let mut shared = FixedBitSet::with_capacity(rule.metavariables.len());
    shared.extend(rule.exports.iter().map(|(id, _)| id.index()));
    for metavariable in &rule.metavariables {
        let types = metavariable.types.iter().flat_map(|ty| ty.metavariables.iter().flatten());
        shared.extend(types.map(|id| id.index()));
        for part in &metavariable.seed {
            match part {
                SeedPart::Metavariable(id) => shared.insert(id.index()),
                SeedPart::Script(script) => {
                    shared.extend(script.parameters.iter().map(|id| id.index()));
                }
                SeedPart::Text(_) => {}
            }
        }
        if let Some(constraint) = &metavariable.constraint {
            note_constraint(constraint, &mut shared);
        }
    }
    shared
}

fn note_constraint(constraint: &Constraint, shared: &mut FixedBitSet) {
    match constraint {
        Constraint::OneOf(items) | Constraint::NoneOf(items) | Constraint::PartOf(items) => {
            for item in items {
                if let ConstraintItem::Metavariable(id) = item {
                    shared.insert(id.index());
                }
            }
        }
        Constraint::Script(script) => shared.extend(script.parameters.iter().map(|id| id.index())),
        Constraint::Not(inner) => note_constraint(inner, shared),
        Constraint::And(a, b) | Constraint::Or(a, b) => {
            note_constraint(a, shared);
            note_constraint(b, shared);
        }
        Constraint::Matches(_) | Constraint::MatchesNot(_) | Constraint::Compare(..) => {}
    }
}

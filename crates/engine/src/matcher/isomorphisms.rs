//! Isomorphisms consulted while matching: a term of the pattern is tried as every term that it is equivalent to.
//!
//! Steps, for a term of the pattern:
//! 1. Each enabled isomorphism is tried in file order: does the term have the shape of one of its members?
//!    `X == NULL`, with the isomorphism's X standing for a term of the pattern, is a [`Use`].
//! 2. Every other member that the isomorphism allows is an alternative: `!X`. It is matched like the pattern
//!    itself; at X the walk goes back to the pattern's own term.
//! 3. An alternative is open to later isomorphisms only, so there is no fixpoint and no explosion.
//!
//! The uses of a term are found once and kept. Invariant: what an isomorphism matches is removed as a whole or not
//! at all, so only terms that are all removed or all context have alternatives.

use std::cell::RefCell;
use std::rc::Rc;

use csema::Type;
use csyntax::types;
use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind, Tree};
use rustc_hash::FxHashMap;
use smallvec::smallvec;
use smpl::{IsoMetavariable, IsoSection, Isomorphism, MetavariableKind, TypePattern, TypeShape};

use super::{Matcher, Pattern};
use crate::in_force::InForce;
use crate::record::{Entry, Matches, Partial};

/// The isomorphisms in force for a rule.
pub struct Isomorphisms<'a> {
    in_force: InForce<'a>,
    uses: RefCell<Vec<Rc<Use<'a>>>>,
    /// The uses of each term.
    known: RefCell<FxHashMap<TermKey, Rc<[UseId]>>>,
    /// The negations of conditions, by their names (`negation.rs`), as far as they were asked for.
    pub(super) negations: RefCell<FxHashMap<(TermKey, &'static str), Option<Pattern<'a>>>>,
    /// Which alternatives are being tried against which code.
    under_way: RefCell<Vec<(TermKey, NodeId)>>,
}

pub(super) fn term_key(pattern: Pattern<'_>) -> TermKey {
    (std::ptr::from_ref(pattern.tree), pattern.node, pattern.isomorphism)
}

/// A term of a pattern: its tree, its node, and the use that it belongs to.
pub(super) type TermKey = (*const Tree, NodeId, Option<UseId>);

/// The index of a [`Use`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct UseId(u32);

/// A member of an isomorphism that stands for a term of the pattern.
pub(crate) struct Use<'a> {
    index: usize,
    isomorphism: &'a Isomorphism,
    /// The member's tree and its root term.
    tree: &'a Tree,
    node: NodeId,
    /// What the isomorphism's metavariables stand for.
    pub(super) bindings: Vec<(&'a [u8], Pattern<'a>)>,
    /// The types that its type metavariables stand for.
    types: Vec<(&'a [u8], &'a [TypePattern])>,
    /// Tokens of the rule with something attached by `@`, which a token of the member stands for.
    marked: Vec<TokenId>,
    /// Whether it matches conditions only.
    tests_only: bool,
}

impl<'a> Use<'a> {
    /// The member `node` of `tree` in place of a term that has `shape`, open to isomorphisms behind `index`.
    pub(super) fn new(index: usize, tree: &'a Tree, node: NodeId, shape: Shape<'a>) -> Use<'a> {
        let Shape { isomorphism, bindings, types, marked } = shape;
        Use { index, isomorphism, tree, node, bindings, types, marked, tests_only: false }
    }
}

impl<'a> Isomorphisms<'a> {
    /// Nothing is known of any term yet.
    pub(crate) fn new(in_force: InForce<'a>) -> Rc<Isomorphisms<'a>> {
        Rc::new(Isomorphisms {
            in_force,
            uses: RefCell::default(),
            known: RefCell::default(),
            negations: RefCell::default(),
            under_way: RefCell::default(),
        })
    }

    /// Whether the isomorphism called `name`, built in or not, is in force.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.in_force.has(name)
    }

    /// An index that no isomorphism is behind.
    pub(super) fn past_last(&self) -> usize {
        self.in_force.list.len()
    }

    pub(super) fn get(&self, id: UseId) -> Rc<Use<'a>> {
        Rc::clone(&self.uses.borrow()[id.0 as usize])
    }

    pub(super) fn add(&self, application: Use<'a>) -> UseId {
        let mut uses = self.uses.borrow_mut();
        uses.push(Rc::new(application));
        UseId(uses.len() as u32 - 1)
    }
}

impl<'a> Matcher<'a> {
    /// Adds the ways in which alternatives of the term match.
    pub(super) fn through_isomorphisms(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
        found: &mut Matches,
    ) {
        let statement = pattern.kind() == NodeKind::ExpressionStatement;
        let expression = pattern.kind().is_expression() || pattern.kind() == NodeKind::Metavariable;
        let fits = match self.tree.kind(code) {
            NodeKind::ExpressionStatement => statement,
            kind => expression && kind.is_expression(),
        };
        if !fits {
            return;
        }
        let key = (term_key(pattern), code);
        if self.isomorphisms.under_way.borrow().contains(&key) {
            // One isomorphism undoes another: `X` is `X != NULL` is `X`.
            return;
        }
        self.isomorphisms.under_way.borrow_mut().push(key);
        for &id in self.uses_of(pattern).iter() {
            let application = self.isomorphisms.get(id);
            if application.tests_only && !in_test_place(self.tree, code) {
                continue;
            }
            for state in self.term(self.alternative(id), code, from) {
                let state = self.took_by_isomorphism(pattern, code, &state);
                if !found.iter().any(|other| other.bindings() == state.bindings()) {
                    found.push(state);
                }
            }
            // The first alternative that matches: `likely(E)` comes before `E`.
            if !found.is_empty() {
                break;
            }
        }
        self.isomorphisms.under_way.borrow_mut().pop();
    }

    /// The alternative that a use is.
    pub(super) fn alternative(&self, id: UseId) -> Pattern<'a> {
        let application = self.isomorphisms.get(id);
        Pattern { tree: application.tree, node: application.node, isomorphism: Some(id) }
    }

    /// The whole term took the whole code if it is removed; otherwise its ends took the ends.
    pub(super) fn took_by_isomorphism(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        state: &Partial,
    ) -> Partial {
        if pattern.isomorphism.is_some() {
            return state.clone();
        }
        if self.is_removed(pattern.node) {
            return self.took(pattern, code, state);
        }
        let ours = pattern.tree.token_range(pattern.node);
        let theirs = self.tree.token_range(code);
        let ends = [(ours.start, theirs.start), (ours.end - 1, theirs.end - 1)];
        let kept = |&(token, _): &(u32, u32)| self.body.mark(TokenId(token)) != smpl::Mark::Minus;
        ends.into_iter()
            .filter(kept)
            .map(|(p, c)| Entry::token(TokenId(p), TokenId(c)))
            .fold(state.clone(), |state, entry| state.record(entry))
    }

    pub(super) fn uses_of(&self, pattern: Pattern<'a>) -> Rc<[UseId]> {
        let key = term_key(pattern);
        if let Some(known) = self.isomorphisms.known.borrow().get(&key) {
            return Rc::clone(known);
        }
        let uses: Rc<[UseId]> = self.find_uses(pattern).into();
        self.isomorphisms.known.borrow_mut().insert(key, Rc::clone(&uses));
        uses
    }

    fn find_uses(&self, pattern: Pattern<'a>) -> Vec<UseId> {
        let first = match pattern.isomorphism {
            Some(id) => self.isomorphisms.get(id).index + 1,
            None => 0,
        };
        let mut found = Vec::new();
        for index in (first..self.isomorphisms.in_force.list.len()).rev() {
            self.uses_of_one(pattern, index, &mut found);
        }
        found
    }

    fn uses_of_one(&self, pattern: Pattern<'a>, index: usize, found: &mut Vec<UseId>) {
        let isomorphism = self.isomorphisms.in_force.list[index];
        let (tests, new_tests) = match isomorphism.section {
            IsoSection::Expression => (false, false),
            IsoSection::ArgExpression if !in_argument_place(pattern.tree, pattern.node) => return,
            IsoSection::ArgExpression => (false, false),
            // Those of one step, such as `i++;`; the others change the shape of the graph and are in the formula.
            IsoSection::Statement if pattern.kind() == NodeKind::ExpressionStatement => {
                (false, false)
            }
            IsoSection::TestExpression => (true, true),
            IsoSection::ToTestExpression => (false, true),
            _ => return,
        };
        if tests && !self.pattern_is_test(pattern) {
            return;
        }
        // Parentheses around the body of a macro are a part of what it says.
        let is_body = pattern.tree.parent(pattern.node).map(|outer| pattern.tree.kind(outer))
            == Some(NodeKind::MacroBody);
        if is_body && pattern.kind() == NodeKind::ParenExpression {
            return;
        }
        for (group, members) in isomorphism.groups.iter().enumerate() {
            for (place, member) in members.iter().map(|member| &member.tree).enumerate() {
                let Some(root) = member.children(NodeId::ROOT).next() else { continue };
                let mut shape = Shape::of(isomorphism);
                if !self.has_shape(&mut shape, member, root, pattern) {
                    continue;
                }
                // What it has besides a metavariable has to be removed as a whole, or to stay.
                let is_bare = member.kind(root) == NodeKind::Metavariable;
                if pattern.isomorphism.is_none() && !is_bare && self.is_mixed(pattern.node) {
                    return;
                }
                let others = members
                    .iter()
                    .enumerate()
                    .filter(|&(other, _)| other != place)
                    .map(|(_, other)| other)
                    .chain(isomorphism.groups[group + 1..].iter().flatten());
                for tree in others.map(|other| &other.tree) {
                    let Some(node) = tree.children(NodeId::ROOT).next() else { continue };
                    if !shape.marked.iter().all(|&mark| self.has_token_like(tree, mark)) {
                        continue;
                    }
                    let application = Use::new(index, tree, node, shape.clone());
                    let application = Use { tests_only: new_tests, ..application };
                    found.push(self.isomorphisms.add(application));
                }
                return;
            }
        }
    }

    /// Whether a member has the token that `mark` of the rule is: what is attached to it has a place there.
    fn has_token_like(&self, member: &Tree, mark: TokenId) -> bool {
        member.tokens().ids().any(|token| self.is_like(member, token, mark))
    }

    fn is_like(&self, member: &Tree, token: TokenId, mark: TokenId) -> bool {
        let minus = &self.body.minus;
        member.tokens().kind(token) == minus.tokens().kind(mark)
            && member.token_text(token) == minus.token_text(mark)
    }

    /// Binds what is attached to the token of the rule that `token` of an isomorphism's member stands for.
    pub(super) fn bind_marked(
        &self,
        application: UseId,
        member: &Tree,
        token: TokenId,
        code: TokenId,
        from: &Partial,
    ) -> Option<Partial> {
        let application = self.isomorphisms.get(application);
        let mut marks = application.marked.iter();
        match marks.find(|&&mark| self.is_like(member, token, mark)) {
            Some(&mark) => self.bind_positions(mark, code.0..code.0 + 1, from.clone()),
            None => Some(from.clone()),
        }
    }

    /// Whether a term of the minus slice is removed or changed in part.
    fn is_mixed(&self, node: NodeId) -> bool {
        !self.is_removed(node) && !self.is_context(node)
    }

    /// Whether a term of the pattern is a condition.
    fn pattern_is_test(&self, pattern: Pattern<'a>) -> bool {
        in_test_place(pattern.tree, pattern.node)
    }

    /// Whether the pattern's term has the shape of the member's term.
    pub(super) fn has_shape(
        &self,
        shape: &mut Shape<'a>,
        member: &'a Tree,
        node: NodeId,
        pattern: Pattern<'a>,
    ) -> bool {
        if member.kind(node) == NodeKind::Metavariable {
            return member
                .first_token(node)
                .is_some_and(|token| self.shape_takes(shape, member.token_text(token), pattern));
        }
        if member.kind(node) != pattern.kind() {
            return false;
        }
        let mut ours = member.elements(node);
        let mut theirs = pattern.tree.elements(pattern.node);
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return true,
                (Some(Element::Token(m)), Some(Element::Token(p))) => {
                    if !self.token_has_shape(shape, member, m, pattern, p) {
                        return false;
                    }
                }
                (Some(Element::Node(m)), Some(Element::Node(p))) => {
                    if !self.has_shape(shape, member, m, pattern.at(p)) {
                        return false;
                    }
                }
                _ => return false,
            }
        }
    }

    fn token_has_shape(
        &self,
        shape: &mut Shape<'a>,
        member: &'a Tree,
        ours: TokenId,
        pattern: Pattern<'a>,
        theirs: TokenId,
    ) -> bool {
        let kind = member.tokens().kind(ours);
        let name = member.token_text(ours);
        if kind.is_metavariable() {
            if kind == TokenKind::MetaType && !self.type_shape_takes(shape, name, theirs) {
                return false;
            }
            // A name: it stands for the Name node or declarator around the token.
            let holder = pattern;
            return match shape.bindings.iter().find(|(known, _)| *known == name) {
                Some((_, bound)) => bound.tree.text(bound.node) == pattern.tree.token_text(theirs),
                None => {
                    shape.bindings.push((name, holder));
                    true
                }
            };
        }
        let same =
            kind == pattern.tree.tokens().kind(theirs) && name == pattern.tree.token_text(theirs);
        if same {
            match pattern.isomorphism {
                None => shape
                    .marked
                    .extend(self.body.positions(theirs).next().is_some().then_some(theirs)),
                Some(id) => shape.marked.extend(
                    self.isomorphisms
                        .get(id)
                        .marked
                        .iter()
                        .filter(|&&mark| self.is_like(pattern.tree, theirs, mark)),
                ),
            }
        }
        same
    }

    /// Whether a type metavariable of the isomorphism may stand for a token: a pure one for a metavariable only.
    fn type_shape_takes(&self, shape: &Shape<'a>, name: &[u8], theirs: TokenId) -> bool {
        let pure = shape.metavariable(name).is_some_and(|declared| declared.pure);
        let own = self.body.metavariable_of(theirs).map(|id| &self.rule.metavariables[id.index()]);
        !pure || own.is_some_and(|own| self.count(own) == 1)
    }

    /// Whether a metavariable of the isomorphism may stand for a term of the pattern.
    fn shape_takes(&self, shape: &mut Shape<'a>, name: &'a [u8], pattern: Pattern<'a>) -> bool {
        let Some(declared) = shape.metavariable(name) else { return false };
        if let Some((_, bound)) = shape.bindings.iter().find(|(known, _)| *known == name) {
            return bound.tree.text(bound.node) == pattern.tree.text(pattern.node);
        }
        let own = self.own_metavariable(pattern);
        let fits = match declared.metavariable.kind {
            MetavariableKind::Constant => self.pattern_is_constant(pattern),
            MetavariableKind::Idexpression(_) => {
                pattern.kind() == NodeKind::Name
                    || own.is_some_and(|m| {
                        matches!(
                            m.kind,
                            MetavariableKind::Idexpression(_) | MetavariableKind::Identifier
                        )
                    })
            }
            _ => true,
        };
        if !fits {
            return false;
        }
        if declared.pure && own.is_none_or(|m| self.count(m) != 1) {
            return false;
        }
        if declared.context
            && (own.is_none() || (pattern.isomorphism.is_none() && !self.is_context(pattern.node)))
        {
            return false;
        }
        if !declared.metavariable.types.is_empty() {
            let fits = match own.filter(|own| !own.types.is_empty()) {
                Some(own) => self.type_has_shape(shape, declared, &own.types),
                None => {
                    self.declaration_has_shape(declared, pattern)
                        || asks_for_int(declared) && self.is_arithmetic(pattern)
                }
            };
            if !fits {
                return false;
            }
        }
        shape.bindings.push((name, pattern));
        true
    }

    /// Whether the types of a rule's metavariable have the shape that the isomorphism declares.
    fn type_has_shape(
        &self,
        shape: &mut Shape<'a>,
        declared: &'a IsoMetavariable,
        theirs: &'a [TypePattern],
    ) -> bool {
        let Some(ours) = declared.metavariable.types.first() else { return false };
        let (tree, wanted) = match &ours.shape {
            TypeShape::Type(tree) => match type_term(tree) {
                Some(term) => (&**tree, term),
                None => return false,
            },
            TypeShape::Open { pointers, .. } => {
                return theirs.iter().all(|their| pointer_depth(their) >= *pointers as usize);
            }
        };
        let free = wanted.specifiers.and_then(|node| {
            tree.own_tokens(node).find(|&token| tree.tokens().kind(token) == TokenKind::MetaType)
        });
        theirs.iter().all(|their| {
            let TypeShape::Type(their_tree) = &their.shape else { return free.is_some() };
            let Some(their_term) = type_term(their_tree) else { return false };
            if their_term.constructors.len() < wanted.constructors.len() {
                return false;
            }
            match free {
                Some(token) => {
                    if wanted.constructors.is_empty() {
                        shape.types.push((tree.token_text(token), theirs));
                    }
                    true
                }
                None => Type::of_term(tree, &wanted) == Type::of_term(their_tree, &their_term),
            }
        })
    }

    /// Whether the pattern itself declares the term with the type that the isomorphism asks for.
    fn declaration_has_shape(&self, declared: &IsoMetavariable, pattern: Pattern<'a>) -> bool {
        let minus = &self.body.minus;
        let name = pattern.tree.text(pattern.node);
        let mut terms = minus.ids().filter_map(|node| {
            let holder = match minus.kind(node) {
                NodeKind::InitDeclarator => minus.parent(node)?,
                NodeKind::Parameter => node,
                _ => return None,
            };
            let declarator = types::declarator(minus, node)?;
            let found = types::declared(minus, types::specifiers(minus, holder), declarator);
            let same = found.name.is_some_and(|token| minus.token_text(token) == name);
            same.then_some(found.term)
        });
        let Some(term) = terms.next() else { return false };
        let stars = term
            .constructors
            .iter()
            .filter(|&&node| minus.kind(node) == NodeKind::PointerDeclarator)
            .count();
        let any_type = term.specifiers.is_some_and(|node| {
            minus.own_tokens(node).any(|token| minus.tokens().kind(token) == TokenKind::MetaType)
        });
        declared.metavariable.types.iter().any(|wanted| match &wanted.shape {
            TypeShape::Open { pointers, .. } => any_type || stars >= *pointers as usize,
            TypeShape::Type(tree) => type_term(tree)
                .is_some_and(|wanted| Type::of_term(tree, &wanted) == Type::of_term(minus, &term)),
        })
    }

    /// Whether the pattern by itself says that a term is an `int`: a literal or a constant, or an operation on one.
    fn is_arithmetic(&self, pattern: Pattern<'a>) -> bool {
        let operand = |place: usize| {
            pattern.children().nth(place).is_some_and(|operand| self.is_arithmetic(operand))
        };
        match pattern.kind() {
            NodeKind::Literal => pattern
                .tree
                .first_token(pattern.node)
                .is_some_and(|token| pattern.tree.tokens().kind(token) == TokenKind::Integer),
            NodeKind::Metavariable => self
                .own_metavariable(pattern)
                .is_some_and(|own| own.kind == MetavariableKind::Constant && own.types.is_empty()),
            NodeKind::ParenExpression => operand(0),
            NodeKind::BinaryExpression => operand(0) || operand(1),
            _ => false,
        }
    }

    /// The rule's metavariable that a term of the pattern is.
    fn own_metavariable(&self, pattern: Pattern<'a>) -> Option<&'a smpl::Metavariable> {
        if pattern.isomorphism.is_some() {
            return None;
        }
        let token = pattern.tree.first_token(pattern.node)?;
        let single = pattern.tree.visible_tokens(pattern.node).count() == 1;
        let id = self.body.metavariable_of(token).filter(|_| single)?;
        Some(&self.rule.metavariables[id.index()])
    }

    /// How often the rule uses a metavariable: added code, types of other metavariables and later rules included.
    pub(super) fn count(&self, metavariable: &smpl::Metavariable) -> usize {
        let body = self.body;
        let tokens = body.minus.tokens().ids().filter(|&token| {
            body.metavariable_of(token)
                .is_some_and(|id| self.rule.metavariables[id.index()].name == metavariable.name)
        });
        let is_it = |id: &smpl::MetavariableId| {
            self.rule.metavariables[id.index()].name == metavariable.name
        };
        let types = self.rule.metavariables.iter().flat_map(|declared| &declared.types);
        let in_types =
            types.flat_map(|ty| ty.metavariables.iter().flatten()).filter(|id| is_it(id));
        let exported = self.rule.exports.iter().any(|(id, users)| is_it(id) && !users.is_empty());
        tokens.count() + in_types.count() + usize::from(exported)
    }

    fn pattern_is_constant(&self, pattern: Pattern<'a>) -> bool {
        match pattern.kind() {
            NodeKind::Literal | NodeKind::StringLiteral => true,
            NodeKind::Name => {
                let text = pattern.tree.text(pattern.node);
                text.iter().any(u8::is_ascii_uppercase)
                    && !text.iter().any(u8::is_ascii_lowercase)
                    && self.own_metavariable(pattern).is_none()
            }
            NodeKind::Metavariable => self
                .own_metavariable(pattern)
                .is_some_and(|own| own.kind == MetavariableKind::Constant),
            _ => false,
        }
    }

    /// A metavariable of an isomorphism: the pattern's term that it stands for, or anything of its type.
    pub(super) fn isomorphism_metavariable(
        &self,
        application: UseId,
        pattern: Pattern<'a>,
        token: TokenId,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        let application = self.isomorphisms.get(application);
        let name = pattern.tree.token_text(token);
        if let Some(&(_, bound)) = application.bindings.iter().find(|(known, _)| *known == name) {
            return self.term(bound, code, from);
        }
        let fresh = application
            .isomorphism
            .metavariables
            .iter()
            .find(|m| m.metavariable.name.as_bytes() == name);
        let fits = fresh.is_none_or(|declared| {
            self.tree.kind(code).is_expression()
                && self.fresh_type_fits(&application, declared, code)
        });
        if fits { smallvec![from.clone()] } else { Matches::new() }
    }

    /// A metavariable that only the new member has may be declared as pointer to the type of another.
    fn fresh_type_fits(
        &self,
        application: &Use<'a>,
        declared: &IsoMetavariable,
        code: NodeId,
    ) -> bool {
        let Some(pattern) = declared.metavariable.types.first() else { return true };
        let Some(ty) = self.typing.type_of(self.tree, code) else { return false };
        let TypeShape::Type(tree) = &pattern.shape else { return self.is_type(pattern, &ty) };
        let Some(wanted) = type_term(tree) else { return false };
        if declared_type(tree, &wanted)
            .is_some_and(|name| application.bindings.iter().any(|(known, _)| *known == name))
        {
            // A type metavariable of the rule, which nothing else binds: any type that is known.
            return true;
        }
        let mut inner = self.typing.unfold(ty);
        for _ in &wanted.constructors {
            match inner.target() {
                Some(target) => inner = target.clone(),
                None => return false,
            }
        }
        application
            .types
            .iter()
            .any(|(_, theirs)| theirs.iter().any(|theirs| self.is_type(theirs, &inner)))
    }

    /// A name that is a metavariable of an isomorphism.
    pub(super) fn isomorphism_token(
        &self,
        application: UseId,
        pattern: Pattern<'a>,
        token: TokenId,
        code: TokenId,
        from: &Partial,
    ) -> Matches {
        let application = self.isomorphisms.get(application);
        let name = pattern.tree.token_text(token);
        match application.bindings.iter().find(|(known, _)| *known == name) {
            Some(&(_, bound)) => match bound.tree.first_token(bound.node) {
                Some(ours) => self.token(bound, ours, code, from),
                None => Matches::new(),
            },
            None => smallvec![from.clone()],
        }
    }
}

/// The isomorphism's metavariables while a shape is tried.
#[derive(Clone)]
pub(super) struct Shape<'a> {
    isomorphism: &'a Isomorphism,
    pub(super) bindings: Vec<(&'a [u8], Pattern<'a>)>,
    types: Vec<(&'a [u8], &'a [TypePattern])>,
    /// Tokens of the rule with something attached by `@`.
    marked: Vec<TokenId>,
}

impl<'a> Shape<'a> {
    /// Nothing is tried yet.
    pub(super) fn of(isomorphism: &'a Isomorphism) -> Shape<'a> {
        Shape { isomorphism, bindings: Vec::new(), types: Vec::new(), marked: Vec::new() }
    }

    fn metavariable(&self, name: &[u8]) -> Option<&'a IsoMetavariable> {
        self.isomorphism.metavariables.iter().find(|m| m.metavariable.name.as_bytes() == name)
    }
}

/// The type that a pattern around one TypeName spells.
pub(super) fn type_term(tree: &Tree) -> Option<types::TypeTerm> {
    let name = tree.children(NodeId::ROOT).next()?;
    let declarator = types::declarator(tree, name)?;
    Some(types::declared(tree, types::specifiers(tree, name), declarator).term)
}

/// The type metavariable that is the whole of a type.
fn declared_type<'a>(tree: &'a Tree, term: &types::TypeTerm) -> Option<&'a [u8]> {
    let specifiers = term.specifiers.filter(|_| term.constructors.is_empty())?;
    let token =
        tree.own_tokens(specifiers).find(|&t| tree.tokens().kind(t) == TokenKind::MetaType)?;
    Some(tree.token_text(token))
}

/// Whether a metavariable of an isomorphism is declared as `int`.
fn asks_for_int(declared: &IsoMetavariable) -> bool {
    declared.metavariable.types.iter().any(|wanted| match &wanted.shape {
        TypeShape::Type(tree) => {
            type_term(tree).is_some_and(|wanted| Type::of_term(tree, &wanted) == Type::word("int"))
        }
        TypeShape::Open { .. } => false,
    })
}

/// How many stars a type pattern has.
fn pointer_depth(pattern: &TypePattern) -> usize {
    match &pattern.shape {
        TypeShape::Open { pointers, .. } => *pointers as usize,
        TypeShape::Type(tree) => type_term(tree).map_or(0, |term| {
            term.constructors
                .iter()
                .filter(|&&node| tree.kind(node) == NodeKind::PointerDeclarator)
                .count()
        }),
    }
}

/// Whether an expression is a whole argument or the right side of an assignment.
fn in_argument_place(tree: &Tree, node: NodeId) -> bool {
    tree.parent(node).is_some_and(|parent| match tree.kind(parent) {
        NodeKind::ArgumentList => true,
        NodeKind::AssignmentExpression => tree.nth_child(parent, 1) == Some(node),
        _ => false,
    })
}

/// Whether an expression is a condition: of a statement or `?:`, an operand of `&&`, `||`, `!`, through parentheses
/// and `likely(...)`.
pub(super) fn in_test_place(tree: &Tree, node: NodeId) -> bool {
    let Some(parent) = tree.parent(node) else { return false };
    let first = tree.children(parent).next() == Some(node);
    match tree.kind(parent) {
        NodeKind::IfStatement | NodeKind::WhileStatement => first,
        NodeKind::DoStatement => !first,
        NodeKind::ForCondition => true,
        NodeKind::ConditionalExpression => first,
        NodeKind::ParenExpression => in_test_place(tree, parent),
        NodeKind::PrefixExpression => tree.token_text(tree.data(parent).first) == b"!",
        NodeKind::BinaryExpression => tree
            .own_tokens(parent)
            .any(|t| matches!(tree.tokens().kind(t), TokenKind::AmpAmp | TokenKind::PipePipe)),
        NodeKind::ArgumentList => tree.parent(parent).is_some_and(|call| {
            let callee = tree.nth_child(call, 0).map(|callee| tree.text(callee));
            matches!(callee, Some(b"likely" | b"unlikely")) && in_test_place(tree, call)
        }),
        _ => false,
    }
}

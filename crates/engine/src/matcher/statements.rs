//! Elements: heads of statements, whole statements, and the search for a term anywhere in a node.

use csyntax::{Element, NodeId, NodeKind, TokenId, TokenKind};
use rustc_hash::FxHashMap;
use smallvec::smallvec;

use super::{Matcher, Pattern};
use crate::record::{Matches, Partial};

impl<'a> Matcher<'a> {
    /// All of a statement but the statements in it.
    pub(crate) fn head_terms(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let mut ours = pattern
            .tree
            .elements(pattern.node)
            .filter(|element| !is_sub_statement(pattern.tree, pattern.node, *element));
        let mut theirs =
            self.tree.elements(code).filter(|element| !is_sub_statement(self.tree, code, *element));
        let mut states: Matches = smallvec![from.clone()];
        loop {
            states = match (ours.next(), theirs.next()) {
                (None, None) => return states,
                (Some(Element::Token(p)), Some(Element::Token(c))) => {
                    // `do` and `;` of a loop belong to other elements, but are alike on both sides.
                    self.each(states, |state| self.token(pattern, p, c, state))
                }
                (Some(Element::Node(p)), Some(Element::Node(c))) => {
                    self.each(states, |state| self.slot(pattern.at(p), c, state))
                }
                _ => return Matches::new(),
            };
            if states.is_empty() {
                return states;
            }
        }
    }

    /// `if (c)` where the code has the negation of c, or of what c stands for.
    pub(crate) fn negated_head(&self, pattern: Pattern<'a>, code: NodeId) -> Matches {
        let (Some(ours), Some(theirs)) =
            (pattern.children().next(), self.tree.children(code).next())
        else {
            return Matches::new();
        };
        let alternatives =
            self.uses_of(ours).iter().map(|&id| self.alternative(id)).collect::<Vec<_>>();
        let states = std::iter::once(ours)
            .chain(alternatives)
            .filter_map(|condition| self.negation(condition))
            .map(|condition| self.term(condition, theirs, &Partial::default()))
            .find(|states| !states.is_empty())
            .unwrap_or_default();
        let is_paren =
            |kind| matches!(kind, TokenKind::If | TokenKind::LeftParen | TokenKind::RightParen);
        let tokens = |tree: &csyntax::Tree, node| -> Vec<TokenId> {
            tree.own_tokens(node).filter(|&token| is_paren(tree.tokens().kind(token))).collect()
        };
        let (words, their_words) = (tokens(pattern.tree, pattern.node), tokens(self.tree, code));
        let states = self
            .pairwise(&words, &their_words, states, |p, c, state| self.token(pattern, p, c, state));
        states.iter().map(|state| self.took_by_isomorphism(ours, theirs, state)).collect()
    }

    /// A slot of a `for` header: an expression, nothing, or dots for either.
    fn slot(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let slot = matches!(
            pattern.kind(),
            NodeKind::ForInit | NodeKind::ForCondition | NodeKind::ForStep
        );
        if !slot || pattern.kind() != self.tree.kind(code) {
            return self.term(pattern, code, from);
        }
        let dots = pattern.child(NodeKind::Dots);
        match (dots, self.tree.children(code).next()) {
            (Some(dots), Some(term)) => {
                let state = self.took(dots, term, from);
                self.slot_tokens(pattern, code, &state)
            }
            (Some(_), None) => self.slot_tokens(pattern, code, from),
            (None, _) => {
                let found = self.elements(pattern, code, from);
                if found.is_empty() { self.other_increment(pattern, code, from) } else { found }
            }
        }
    }

    /// `i++` in the head of a `for` also stands for `++i`, and the other way round, if the other slots hold expressions
    /// (isomorphism for_inc).
    fn other_increment(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let step = pattern.children().next().filter(|step| {
            pattern.kind() == NodeKind::ForStep
                && self.isomorphisms.has("for_inc")
                && (self.is_removed(step.node) || self.is_context(step.node))
        });
        let (Some(ours), Some(theirs)) = (step, self.tree.children(code).next()) else {
            return Matches::new();
        };
        let increments = |kind| {
            matches!(
                kind,
                (NodeKind::PostfixExpression, NodeKind::PrefixExpression)
                    | (NodeKind::PrefixExpression, NodeKind::PostfixExpression)
            )
        };
        let operator = |tree: &csyntax::Tree, node| tree.own_token(node, TokenKind::PlusPlus);
        let (Some(p), Some(c)) = (operator(ours.tree, ours.node), operator(self.tree, theirs))
        else {
            return Matches::new();
        };
        let operands = (ours.children().next(), self.tree.children(theirs).next());
        let (Some(operand), Some(counter)) = operands else { return Matches::new() };
        let filled = |slot| {
            let head = self.tree.parent(code)?;
            let slot = self.tree.child(head, slot)?;
            let term = self.tree.children(slot).next()?;
            self.tree.kind(term).is_expression().then_some(())
        };
        if filled(NodeKind::ForInit).and(filled(NodeKind::ForCondition)).is_none()
            || !increments((ours.kind(), self.tree.kind(theirs)))
            || self.tree.kind(counter) != NodeKind::Name
        {
            return Matches::new();
        }
        let states = self.token(ours, p, c, from);
        self.each(states, |state| self.term(operand, counter, state))
    }

    fn slot_tokens(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let ours = pattern.tree.own_token(pattern.node, TokenKind::Semicolon);
        let theirs = self.tree.own_token(code, TokenKind::Semicolon);
        match (ours, theirs) {
            (Some(p), Some(c)) => self.token(pattern, p, c, from),
            _ => smallvec![from.clone()],
        }
    }

    /// A whole statement, declaration or directive.
    pub(crate) fn whole(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let kind = self.tree.kind(code);
        match pattern.kind() {
            NodeKind::ReturnStatement if kind == NodeKind::ReturnStatement => {
                self.return_statement(pattern, code, from)
            }
            NodeKind::ExpressionStatement if kind == NodeKind::Declaration => {
                self.initialiser_for_member(pattern, code, from)
            }
            NodeKind::ExpressionStatement if kind == NodeKind::MacroStatement => {
                // `MACRO(1)` without `;` is a call.
                Matches::new()
            }
            NodeKind::ExpressionStatement if kind == NodeKind::MacroDeclaration => {
                self.call_as_declaration(pattern, code, from)
            }
            NodeKind::MacroDeclaration if kind == NodeKind::MacroDeclaration => {
                self.macro_declaration(pattern, code, from)
            }
            _ => self.term(pattern, code, from),
        }
    }

    /// `LIST_HEAD(x);` in a function: a macro that declares, or a call for a rule that does not say so.
    fn call_as_declaration(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let in_function =
            self.tree.ancestors(code).any(|n| self.tree.kind(n) == NodeKind::CompoundStatement);
        let Some(call) = pattern.child(NodeKind::CallExpression).filter(|_| in_function) else {
            return Matches::new();
        };
        let ours: Vec<NodeId> = call.tree.children(call.node).collect();
        let theirs: Vec<NodeId> = self.tree.children(code).collect();
        let semicolon = |tree: &csyntax::Tree, node| tree.own_token(node, TokenKind::Semicolon);
        let ends = semicolon(pattern.tree, pattern.node).zip(semicolon(self.tree, code));
        let (2, 2, Some((p, c))) = (ours.len(), theirs.len(), ends) else { return Matches::new() };
        let states = self.pairwise(&ours, &theirs, smallvec![from.clone()], |p, c, state| {
            self.term(pattern.at(p), c, state)
        });
        self.each(states, |state| self.token(pattern, p, c, state))
    }

    /// `return ...;` also stands for `return;` (isomorphism ret).
    fn return_statement(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let dots = pattern.child(NodeKind::Dots);
        let bare = self.tree.children(code).next().is_none();
        if dots.is_some() && bare && self.isomorphisms.has("ret") {
            let ours =
                (pattern.tree.first_token(pattern.node), pattern.tree.last_token(pattern.node));
            let theirs = (self.tree.first_token(code), self.tree.last_token(code));
            if let ((Some(p), Some(q)), (Some(c), Some(d))) = (ours, theirs) {
                let states = self.token(pattern, p, c, from);
                return self.each(states, |state| self.token(pattern, q, d, state));
            }
        }
        self.term(pattern, code, from)
    }

    /// A declarer with its arguments; storage is free.
    fn macro_declaration(&self, pattern: Pattern<'a>, code: NodeId, from: &Partial) -> Matches {
        let specifiers = |tree: &csyntax::Tree, node| tree.child(node, NodeKind::DeclSpecifiers);
        let mut states = self.storage(
            pattern,
            specifiers(pattern.tree, pattern.node),
            specifiers(self.tree, code),
            from,
        );
        let rest = |tree: &csyntax::Tree, node| -> Vec<Element> {
            tree.elements(node)
                .filter(|element| {
                    !matches!(element, Element::Node(n) if tree.kind(*n) == NodeKind::DeclSpecifiers)
                })
                .collect()
        };
        let ours = rest(pattern.tree, pattern.node);
        let theirs = rest(self.tree, code);
        if ours.len() != theirs.len() {
            return Matches::new();
        }
        for (&p, &c) in ours.iter().zip(&theirs) {
            states = match (p, c) {
                (Element::Token(p), Element::Token(c)) => {
                    self.each(states, |state| self.token(pattern, p, c, state))
                }
                (Element::Node(p), Element::Node(c)) => {
                    self.each(states, |state| self.term(pattern.at(p), c, state))
                }
                _ => return Matches::new(),
            };
        }
        states
    }

    /// `x.f = e;` as `T v = { .f = e };`: x is a typed metavariable that the rule uses once, and nothing is changed
    /// (isomorphism mkinit).
    fn initialiser_for_member(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        if !self.isomorphisms.has("mkinit") || !self.is_context(pattern.node) {
            return Matches::new();
        }
        let Some(assignment) = pattern.child(NodeKind::AssignmentExpression) else {
            return Matches::new();
        };
        let (Some(member), Some(value)) =
            (assignment.children().next(), assignment.children().nth(1))
        else {
            return Matches::new();
        };
        let (Some(structure), Some(field)) = (member.children().next(), member.children().nth(1))
        else {
            return Matches::new();
        };
        if member.kind() != NodeKind::MemberExpression || structure.kind() != NodeKind::Metavariable
        {
            return Matches::new();
        }
        let declared = pattern
            .tree
            .first_token(structure.node)
            .and_then(|token| self.body.metavariable_of(token))
            .map(|id| &self.rule.metavariables[id.index()]);
        let Some(declared) = declared.filter(|m| !m.types.is_empty() && self.count(m) == 1) else {
            return Matches::new();
        };
        let mut found = Matches::new();
        for init in
            self.tree.children(code).filter(|&n| self.tree.kind(n) == NodeKind::InitDeclarator)
        {
            let Some(list) = self.tree.child(init, NodeKind::InitialiserList) else { continue };
            if !self.declares_type(declared, code, init) {
                continue;
            }
            for entry in self.entries_of_field(list, pattern.tree.text(field.node)) {
                found.extend(self.term(value, entry, from));
            }
        }
        found
    }

    /// The values that a brace list gives to a field.
    fn entries_of_field(&self, list: NodeId, field: &[u8]) -> Vec<NodeId> {
        self.tree
            .descendants(list)
            .filter(|&node| self.tree.kind(node) == NodeKind::InitialiserEntry)
            .filter(|&entry| {
                let mut designators = self
                    .tree
                    .children(entry)
                    .filter(|&node| self.tree.kind(node) == NodeKind::Designator);
                let first = designators.next();
                designators.next().is_none()
                    && first.is_some_and(|designator| {
                        self.tree.visible_tokens(designator).any(|token| {
                            self.tree.tokens().kind(token).is_name()
                                && self.tree.token_text(token) == field
                        })
                    })
            })
            .filter_map(|entry| self.tree.children(entry).last())
            .collect()
    }

    /// Searches for a term in all places below `roots` where one stands. A branch of a disjunction does not match in
    /// a place that holds, is, or lies in a place that an earlier branch matched.
    pub(crate) fn search(&self, pattern: NodeId, roots: &[NodeId]) -> Matches {
        let mut branches = Vec::new();
        self.flatten(pattern, &mut branches);
        let mut found = Matches::new();
        let mut taken = Cover::default();
        for branch in branches {
            let mut here = Vec::new();
            for &root in roots {
                self.search_below(branch, root, &taken, &mut here, &mut found);
            }
            taken.extend(here);
        }
        found
    }

    fn flatten(&self, pattern: NodeId, branches: &mut Vec<NodeId>) {
        let minus = &self.body.minus;
        if minus.kind(pattern) != NodeKind::Disjunction {
            branches.push(pattern);
            return;
        }
        for branch in minus.children(pattern) {
            if let Some(term) = minus.children(branch).next() {
                self.flatten(term, branches);
            }
        }
    }

    fn search_below(
        &self,
        pattern: NodeId,
        root: NodeId,
        taken: &Cover,
        here: &mut Vec<std::ops::Range<u32>>,
        found: &mut Matches,
    ) {
        let term = self.pattern(pattern);
        let types = term.kind() == NodeKind::TypeName;
        let initialiser = term.kind() == NodeKind::InitialiserList;
        let assignment = self.matches_declarations(term);
        let names = self.rule.body_kind == Some(smpl::BodyKind::Identifier);
        // The term itself first; what it is isomorphic to only where it does not match, nor around or inside.
        let itself =
            if types || initialiser { FxHashMap::default() } else { self.itself_below(term, root) };
        let mut places = Cover::default();
        places.extend(
            self.tree
                .descendants(root)
                .filter(|node| itself.contains_key(node))
                .map(|node| self.tree.token_range(node)),
        );
        let defines_structure = types && self.defines_structure(term);
        // Where the search goes on behind the definition of a structure that matched as a whole.
        let mut behind = 0;
        for node in self.tree.descendants(root) {
            let kind = self.tree.kind(node);
            let range = self.tree.token_range(node);
            if range.start < behind {
                continue;
            }
            let states = if let Some(states) = itself.get(&node) {
                states.clone()
            } else if types {
                self.type_anywhere(term, node)
            } else if initialiser {
                if kind == NodeKind::InitialiserList {
                    self.term(term, node, &Partial::default())
                } else {
                    continue;
                }
            } else if kind.is_expression() && !self.is_member_name(node) && !places.overlaps(&range)
            {
                self.term(term, node, &Partial::default())
            } else if let Some(name) = names.then(|| self.name_at(node)).flatten() {
                self.identifier(term, name, &Partial::default())
            } else if assignment && kind == NodeKind::InitDeclarator {
                self.assignment_as_declaration(term, node)
            } else {
                continue;
            };
            if states.is_empty() || taken.overlaps(&range) {
                continue;
            }
            if defines_structure {
                behind = range.end;
            }
            here.push(range);
            found.extend(states);
        }
    }

    /// Whether a type of the pattern has fields.
    fn defines_structure(&self, pattern: Pattern<'a>) -> bool {
        let mut inside = pattern.tree.descendants(pattern.node);
        inside.any(|node| pattern.tree.kind(node) == NodeKind::FieldList)
    }

    /// The places below `root` where a term matches without the help of an isomorphism for the term as a whole.
    fn itself_below(&self, term: Pattern<'a>, root: NodeId) -> FxHashMap<NodeId, Matches> {
        self.tree
            .descendants(root)
            .filter(|&node| self.tree.kind(node) == term.kind() && !self.is_member_name(node))
            .map(|node| (node, self.itself(term, node, &Partial::default())))
            .filter(|(_, states)| !states.is_empty())
            .collect()
    }

    /// The name behind `.` or `->`, a label, a macro's name: no expression.
    fn is_member_name(&self, node: NodeId) -> bool {
        if self.tree.kind(node) != NodeKind::Name {
            return false;
        }
        let Some(parent) = self.tree.parent(node) else { return false };
        match self.tree.kind(parent) {
            NodeKind::MemberExpression | NodeKind::ArrowExpression => {
                self.tree.children(parent).next() != Some(node)
            }
            NodeKind::GotoStatement
            | NodeKind::Define
            | NodeKind::MacroParameters
            | NodeKind::MacroDeclaration
            | NodeKind::MacroStatement
            | NodeKind::IteratorStatement => true,
            _ => false,
        }
    }

    /// `x = e` also stands for an initialised declaration, if x and `=` stay as they are or the whole becomes another
    /// assignment to a name.
    fn matches_declarations(&self, pattern: Pattern<'a>) -> bool {
        if pattern.kind() != NodeKind::AssignmentExpression {
            return false;
        }
        let Some(operator) = pattern.tree.own_tokens(pattern.node).next() else { return false };
        let Some(left) = pattern.children().next() else { return false };
        pattern.tree.tokens().kind(operator) == TokenKind::Equal
            && matches!(left.kind(), NodeKind::Name | NodeKind::Metavariable)
            && (self.is_kept_target(left.node, operator) || self.is_reassigned(pattern.node))
    }

    fn is_kept_target(&self, left: NodeId, operator: TokenId) -> bool {
        self.body.mark(operator) != smpl::Mark::Minus
            && self.is_context(left)
            && !self.is_removed(left)
    }

    /// Whether a removed term is replaced by `name = e`.
    fn is_reassigned(&self, node: NodeId) -> bool {
        let plus = &self.body.plus;
        let becomes_assignment = |addition: &smpl::Addition| {
            let mut pieces = addition.rows.iter().flat_map(|row| &row.pieces);
            let (Some(&smpl::Piece::Node(added)), None) = (pieces.next(), pieces.next()) else {
                return false;
            };
            let operator = plus.own_tokens(added).next();
            let target = plus.children(added).next();
            plus.kind(added) == NodeKind::AssignmentExpression
                && operator.is_some_and(|token| plus.tokens().kind(token) == TokenKind::Equal)
                && target.is_some_and(|target| {
                    matches!(plus.kind(target), NodeKind::Name | NodeKind::Metavariable)
                })
        };
        let range = self.body.minus.token_range(node);
        let mut added =
            self.body.additions().iter().filter(|addition| range.contains(&addition.anchor.0));
        self.is_removed(node)
            && added.next().is_some_and(becomes_assignment)
            && added.next().is_none()
    }

    fn assignment_as_declaration(&self, pattern: Pattern<'a>, code: NodeId) -> Matches {
        let (Some(left), Some(right)) = (pattern.children().next(), pattern.children().nth(1))
        else {
            return Matches::new();
        };
        let declarator = csyntax::types::declarator(self.tree, code);
        let name = declarator.and_then(|d| csyntax::types::declared(self.tree, None, d).name);
        let value = self.tree.children(code).find(|&child| self.tree.kind(child).is_expression());
        let equal = |tree: &csyntax::Tree, node| tree.own_token(node, TokenKind::Equal);
        let operators = equal(pattern.tree, pattern.node).zip(equal(self.tree, code));
        let (Some(name), Some(value), Some((ours, theirs))) = (name, value, operators) else {
            return Matches::new();
        };
        let states = self.declared_name(left, name, code, &Partial::default());
        let states = self.each(states, |state| self.took_token(pattern, ours, theirs, state));
        self.each(states, |state| self.term(right, value, state))
    }

    /// The name that a node is besides expressions, for rules of kind `identifier`: what a declarator or enumerator
    /// declares, a tag, a member, a label. A name that a `typedef` declares is a type.
    fn name_at(&self, node: NodeId) -> Option<TokenId> {
        let tree = self.tree;
        match tree.kind(node) {
            NodeKind::NameDeclarator if self.declares_type_name(node) => None,
            NodeKind::NameDeclarator | NodeKind::Enumerator => tree.first_token(node),
            NodeKind::StructSpecifier | NodeKind::EnumSpecifier => tree
                .own_tokens(node)
                .skip(1)
                .find(|&token| tree.tokens().kind(token) == TokenKind::Identifier),
            _ => self.is_member_name(node).then(|| tree.first_token(node)).flatten(),
        }
    }

    fn declares_type_name(&self, declarator: NodeId) -> bool {
        let tree = self.tree;
        let declaration = tree.ancestors(declarator).find(|&node| {
            !tree.kind(node).is_declarator() && tree.kind(node) != NodeKind::InitDeclarator
        });
        declaration
            .and_then(|node| csyntax::types::specifiers(tree, node))
            .is_some_and(|node| tree.own_token(node, TokenKind::Typedef).is_some())
    }

    /// The name of a label, for rules of kind `identifier`.
    pub(crate) fn label_name(&self, pattern: NodeId, label: NodeId) -> Matches {
        let is_rule = self.rule.body_kind == Some(smpl::BodyKind::Identifier);
        match self.tree.first_token(label).filter(|_| is_rule) {
            Some(name) => self.identifier(self.pattern(pattern), name, &Partial::default()),
            None => Matches::new(),
        }
    }

    /// An identifier of the pattern against a name that is no expression.
    fn identifier(&self, pattern: Pattern<'a>, name: TokenId, from: &Partial) -> Matches {
        match (pattern.kind(), pattern.tree.first_token(pattern.node)) {
            (NodeKind::Name, Some(token)) => self.token(pattern, token, name, from),
            (NodeKind::Conjunction, _) => {
                let terms = pattern.children().filter_map(|branch| branch.children().next());
                terms.fold(smallvec![from.clone()], |states: Matches, term| {
                    self.each(states, |state| self.identifier(term, name, state))
                })
            }
            _ => Matches::new(),
        }
    }

    /// The name that `init` declares where the pattern has an expression.
    fn declared_name(
        &self,
        pattern: Pattern<'a>,
        name: csyntax::TokenId,
        init: NodeId,
        from: &Partial,
    ) -> Matches {
        let Some(token) = pattern.tree.first_token(pattern.node) else { return Matches::new() };
        if pattern.kind() == NodeKind::Name {
            return self.token(pattern, token, name, from);
        }
        let Some(metavariable) = self.body.metavariable_of(token) else { return Matches::new() };
        let declared = &self.rule.metavariables[metavariable.index()];
        if !declared.types.is_empty() {
            // What a metavariable in the type stands for would have to be bound here.
            let plain =
                declared.types.iter().all(|ty| ty.metavariables.iter().all(Option::is_none));
            let declaration = self.tree.parent(init);
            let fits = declaration.is_some_and(|node| self.declares_type(declared, node, init));
            if !plain || !fits {
                return Matches::new();
            }
        }
        self.bind_token_as_name(metavariable, token, name, from)
    }

    /// A type wherever one stands: in declarations, parameters, fields, casts, `sizeof`.
    fn type_anywhere(&self, pattern: Pattern<'a>, code: NodeId) -> Matches {
        use csyntax::types;
        let kind = self.tree.kind(code);
        // A header is searched part by part: its declarator stands for it.
        let defined = self.tree.parent(code).filter(|&parent| {
            self.tree.kind(parent) == NodeKind::FunctionDefinition && kind.is_declarator()
        });
        let holder = match kind {
            NodeKind::InitDeclarator | NodeKind::FieldDeclarator => self.tree.parent(code),
            NodeKind::TypeName | NodeKind::Parameter | NodeKind::FunctionDefinition => Some(code),
            NodeKind::Declaration | NodeKind::FieldDeclaration => {
                return self.type_without_declarator(pattern, code);
            }
            _ if defined.is_some() => defined,
            _ => return Matches::new(),
        };
        let specifiers = holder.and_then(|holder| types::specifiers(self.tree, holder));
        let declarator = match defined {
            Some(_) => Some(code),
            None => types::declarator(self.tree, code),
        };
        let Some(declarator) = declarator else { return Matches::new() };
        let Some(ours) = types::declarator(pattern.tree, pattern.node) else {
            return Matches::new();
        };
        let ours =
            types::declared(pattern.tree, types::specifiers(pattern.tree, pattern.node), ours).term;
        let theirs = types::declared(self.tree, specifiers, declarator).term;
        // Declarators of one declaration share their base type.
        let first = holder
            .and_then(|holder| self.tree.children(holder).find(|&n| self.tree.kind(n) == kind))
            .is_none_or(|first| first == code || holder == Some(code));
        // The type itself, or what it is built from.
        for cut in 0..=theirs.constructors.len() {
            if cut == theirs.constructors.len() && !first && ours.constructors.is_empty() {
                break;
            }
            let part = types::TypeTerm {
                constructors: theirs.constructors[cut..].to_vec(),
                specifiers: theirs.specifiers,
                without: Vec::new(),
            };
            let found = self.types(pattern, &ours, &part, &Partial::default());
            if !found.is_empty() {
                return found;
            }
        }
        Matches::new()
    }
}

impl<'a> Matcher<'a> {
    /// A declaration of a type alone: `struct s { ... };`
    fn type_without_declarator(&self, pattern: Pattern<'a>, code: NodeId) -> Matches {
        use csyntax::types;
        let declares = self.tree.children(code).any(|n| {
            matches!(self.tree.kind(n), NodeKind::InitDeclarator | NodeKind::FieldDeclarator)
        });
        let Some(ours) = types::declarator(pattern.tree, pattern.node) else {
            return Matches::new();
        };
        if declares {
            return Matches::new();
        }
        let ours =
            types::declared(pattern.tree, types::specifiers(pattern.tree, pattern.node), ours).term;
        let theirs = types::TypeTerm {
            specifiers: types::specifiers(self.tree, code),
            ..types::TypeTerm::default()
        };
        self.types(pattern, &ours, &theirs, &Partial::default())
    }
}

/// Tokens that are taken, as disjoint ranges in order.
#[derive(Default)]
struct Cover(Vec<std::ops::Range<u32>>);

impl Cover {
    fn extend(&mut self, ranges: impl IntoIterator<Item = std::ops::Range<u32>>) {
        self.0.extend(ranges);
        self.0.sort_unstable_by_key(|range| (range.start, range.end));
        self.0.dedup_by(|next, range| {
            let joined = next.start < range.end;
            if joined {
                range.end = range.end.max(next.end);
            }
            joined
        });
    }

    fn overlaps(&self, range: &std::ops::Range<u32>) -> bool {
        let first = self.0.partition_point(|taken| taken.end <= range.start);
        self.0.get(first).is_some_and(|taken| taken.start < range.end)
    }
}

fn is_sub_statement(tree: &csyntax::Tree, statement: NodeId, element: Element) -> bool {
    let kind = tree.kind(statement);
    match element {
        Element::Token(token) => {
            // What belongs to the tail of `do`, or to nothing else.
            kind == NodeKind::DoStatement && tree.tokens().kind(token) == TokenKind::Do
        }
        Element::Node(node) => {
            let child = tree.kind(node);
            if child == NodeKind::ElseClause || child.is_statement() {
                return true;
            }
            // Metavariables and groups that stand for the governed statement.
            match kind {
                NodeKind::IfStatement
                | NodeKind::WhileStatement
                | NodeKind::SwitchStatement
                | NodeKind::ForStatement => tree
                    .own_token(statement, TokenKind::RightParen)
                    .is_some_and(|paren| tree.data(node).first > paren),
                NodeKind::DoStatement => tree
                    .own_token(statement, TokenKind::While)
                    .is_some_and(|word| tree.data(node).first < word),
                NodeKind::IteratorStatement => {
                    !matches!(child, NodeKind::Name | NodeKind::ArgumentList)
                }
                NodeKind::CaseStatement
                | NodeKind::DefaultStatement
                | NodeKind::LabelStatement
                | NodeKind::CaseRangeStatement => tree
                    .own_token(statement, TokenKind::Colon)
                    .is_some_and(|colon| tree.data(node).first > colon),
                _ => false,
            }
        }
    }
}

//! Binding metavariables: what each kind takes, inherited values.

use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use csema::BindingKind;
use csyntax::{NodeId, NodeKind, TokenId, TokenKind};
use rustc_hash::FxHasher;
use smallvec::smallvec;
use smpl::{MetavariableId, MetavariableKind, Reach, Size};

use super::{Matcher, Pattern};
use crate::record::{Entry, Matches, Partial};
use crate::value::{self, Value};

impl<'a> Matcher<'a> {
    /// A metavariable that stands for a whole term.
    pub(super) fn metavariable(
        &self,
        pattern: Pattern<'a>,
        code: NodeId,
        from: &Partial,
    ) -> Matches {
        let Some(token) = pattern.tree.first_token(pattern.node) else { return Matches::new() };
        if let Some(application) = pattern.isomorphism {
            return self.isomorphism_metavariable(application, pattern, token, code, from);
        }
        let Some(metavariable) = self.body.metavariable_of(token) else { return Matches::new() };
        if !self.takes(metavariable, code) {
            return Matches::new();
        }
        let value = match self.rule.metavariables[metavariable.index()].kind {
            MetavariableKind::ExpressionList
            | MetavariableKind::ParameterList
            | MetavariableKind::InitialiserList
            | MetavariableKind::FieldList => Value::List(Arc::clone(self.tree), vec![code]),
            _ => Value::Term(Arc::clone(self.tree), code, self.locals(code)),
        };
        let range = self.tree.token_range(code);
        let pattern = pattern.tree.token_range(pattern.node);
        let mut found = Matches::new();
        for typed in self.typed(&self.rule.metavariables[metavariable.index()], code, from) {
            let Some(state) = self.bind(metavariable, value.clone(), &typed) else { continue };
            let state = state.record(Entry::new(pattern.clone(), range.clone()));
            found.extend(self.bind_positions(token, range.clone(), state));
        }
        found
    }

    /// A metavariable that stands for one token: a name, an operator.
    pub(super) fn token_metavariable(
        &self,
        pattern: Pattern<'a>,
        token: TokenId,
        code: TokenId,
        from: &Partial,
    ) -> Matches {
        if let Some(application) = pattern.isomorphism {
            return self.isomorphism_token(application, pattern, token, code, from);
        }
        let Some(metavariable) = self.body.metavariable_of(token) else { return Matches::new() };
        self.bind_token(metavariable, token, code, from)
    }

    /// Binds a metavariable of the rule, at `token` of its minus slice, to one token of the code.
    pub(super) fn bind_token(
        &self,
        metavariable: MetavariableId,
        token: TokenId,
        code: TokenId,
        from: &Partial,
    ) -> Matches {
        use MetavariableKind::*;
        let kind = self.tree.tokens().kind(code);
        let fits = match self.rule.metavariables[metavariable.index()].kind {
            AssignmentOperator => matches!(kind, TokenKind::Equal | TokenKind::AssignOp),
            BinaryOperator => is_binary_operator(kind),
            PragmaInfo => kind == TokenKind::PpText,
            _ => kind.is_name(),
        };
        if !fits {
            return Matches::new();
        }
        let value = Value::Identifier(self.tree.token_text(code).into());
        let Some(state) = self.bind(metavariable, value, from) else { return Matches::new() };
        let state = state.record(Entry::token(token, code));
        self.bind_positions(token, code.0..code.0 + 1, state).into_iter().collect()
    }

    /// Gives a metavariable a value: equal to the inherited or bound one, and within its constraint.
    pub(crate) fn bind(
        &self,
        metavariable: MetavariableId,
        value: Value,
        from: &Partial,
    ) -> Option<Partial> {
        let declared = &self.rule.metavariables[metavariable.index()];
        if let Some(constraint) = &declared.constraint
            && !self.fulfils(constraint, &value, from)
        {
            return None;
        }
        match declared.origin {
            smpl::Origin::Own => {
                let id = self.values.borrow_mut().intern(value);
                match from.value(metavariable) {
                    Some(known) => {
                        let both = self.values.borrow().merge(known, id)?;
                        Some(from.rebind(metavariable, both))
                    }
                    None => from.bind(metavariable, id),
                }
            }
            _ => {
                let known = self.inherited.get(&metavariable)?;
                let id = self.values.borrow_mut().intern(value::between_rules(&value));
                self.values.borrow().merge(*known, id).map(|_| from.clone())
            }
        }
    }

    /// Tells the local variables in a term apart from others of the same name; 0 if there is none.
    pub(super) fn locals(&self, code: NodeId) -> u64 {
        let mut hasher = FxHasher::default();
        let mut any = false;
        for name in self.tree.descendants(code).filter(|&n| self.tree.kind(n) == NodeKind::Name) {
            let binding = self.typing.scopes.binding_of(name);
            if binding.is_some_and(|b| {
                matches!(b.kind, BindingKind::Local { .. } | BindingKind::Parameter)
            }) {
                self.typing.scopes.binding_id(name).hash(&mut hasher);
                any = true;
            }
        }
        if any { hasher.finish() | 1 } else { 0 }
    }

    /// Whether a metavariable takes the term `code`, by its kind.
    pub(crate) fn takes(&self, metavariable: MetavariableId, code: NodeId) -> bool {
        use MetavariableKind::*;
        let declared = &self.rule.metavariables[metavariable.index()];
        let kind = self.tree.kind(code);
        match declared.kind {
            Expression | Any => kind.is_expression(),
            Constant => self.is_constant(code),
            Idexpression(reach) => kind == NodeKind::Name && self.reaches(code, reach),
            ExpressionList => {
                kind.is_expression() || matches!(kind, NodeKind::TypeName | NodeKind::MacroTokens)
            }
            Statement => kind.is_statement(),
            Declaration => {
                matches!(kind, NodeKind::Declaration | NodeKind::MacroDeclaration)
            }
            Field => matches!(kind, NodeKind::FieldDeclaration | NodeKind::MacroDeclaration),
            Parameter => matches!(kind, NodeKind::Parameter | NodeKind::Varargs),
            Initialiser => kind.is_expression() || kind == NodeKind::InitialiserList,
            _ => true,
        }
    }

    fn reaches(&self, name: NodeId, reach: Reach) -> bool {
        let local = match self.typing.scopes.binding_of(name).map(|binding| binding.kind) {
            Some(BindingKind::Parameter) => true,
            Some(BindingKind::Local { static_storage }) => !static_storage,
            _ => self.is_macro_parameter(name),
        };
        match reach {
            Reach::Any => true,
            Reach::Local => local,
            Reach::Global => !local,
        }
    }

    /// Whether a name in the body of a `#define` is one of its parameters.
    fn is_macro_parameter(&self, name: NodeId) -> bool {
        let define =
            self.tree.ancestors(name).find(|&node| self.tree.kind(node) == NodeKind::Define);
        let parameters =
            define.and_then(|define| self.tree.child(define, NodeKind::MacroParameters));
        parameters.is_some_and(|parameters| {
            let mut parameters = self.tree.children(parameters);
            parameters.any(|parameter| self.tree.text(parameter) == self.tree.text(name))
        })
    }

    /// Literals, names in capitals, `sizeof`, and minus or cast of such.
    pub(crate) fn is_constant(&self, code: NodeId) -> bool {
        match self.tree.kind(code) {
            NodeKind::Literal | NodeKind::StringLiteral => true,
            NodeKind::SizeofExpression | NodeKind::SizeofType => true,
            NodeKind::Name => {
                let text = self.tree.text(code);
                text.iter().any(u8::is_ascii_uppercase)
                    && text
                        .iter()
                        .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
            }
            NodeKind::PrefixExpression => {
                self.tree.token_text(self.tree.data(code).first) == b"-"
                    && self.tree.nth_child(code, 0).is_some_and(|inner| self.is_constant(inner))
            }
            NodeKind::CastExpression => {
                self.tree.children(code).last().is_some_and(|inner| self.is_constant(inner))
            }
            _ => false,
        }
    }

    /// Binds a metavariable for expressions to a declared name.
    pub(super) fn bind_token_as_name(
        &self,
        metavariable: MetavariableId,
        token: TokenId,
        name: TokenId,
        from: &Partial,
    ) -> Matches {
        let value = Value::Identifier(self.tree.token_text(name).into());
        let Some(state) = self.bind(metavariable, value, from) else { return Matches::new() };
        smallvec![state.record(Entry::token(token, name))]
    }

    /// A metavariable for a run of terms of a list.
    pub(super) fn run_metavariable(
        &self,
        pattern: Pattern<'a>,
        nodes: Vec<NodeId>,
        code: Range<u32>,
        from: &Partial,
    ) -> Option<Partial> {
        let token = pattern.tree.first_token(pattern.node)?;
        let metavariable = self.body.metavariable_of(token)?;
        let declared = &self.rule.metavariables[metavariable.index()];
        let mut state = from.clone();
        match declared.list_length {
            Some(Size::Exactly(length)) if length as usize != nodes.len() => return None,
            Some(Size::Bound(length)) => {
                state = self.bind(length, Value::Length(nodes.len() as u32), &state)?;
            }
            _ => {}
        }
        let state = self.bind(metavariable, Value::List(Arc::clone(self.tree), nodes), &state)?;
        let state = state.record(Entry::new(pattern.tree.token_range(pattern.node), code.clone()));
        self.bind_positions(token, code, state)
    }

    /// A statement list metavariable against all that the block `code` holds.
    pub(crate) fn statement_list(&self, pattern: Pattern<'a>, code: NodeId) -> Option<Partial> {
        let nodes: Vec<NodeId> = self.tree.children(code).collect();
        let block = self.tree.token_range(code);
        let inside = match (nodes.first(), nodes.last()) {
            (Some(&first), Some(&last)) => {
                self.tree.token_range(first).start..self.tree.token_range(last).end
            }
            _ => block.start + 1..block.start + 1,
        };
        self.run_metavariable(pattern, nodes, inside, &Partial::default())
    }

    /// A statement metavariable against the statement `code`.
    pub(crate) fn statement_metavariable(&self, node: NodeId, code: NodeId) -> Matches {
        let pattern = self.pattern(node);
        if !self.tree.kind(code).is_statement() {
            return smallvec![];
        }
        self.metavariable(pattern, code, &Partial::default())
    }
}

fn is_binary_operator(kind: TokenKind) -> bool {
    use TokenKind::*;
    matches!(
        kind,
        PipePipe
            | AmpAmp
            | Pipe
            | Caret
            | Amp
            | EqualEqual
            | BangEqual
            | Less
            | Greater
            | LessEqual
            | GreaterEqual
            | ShiftLeft
            | ShiftRight
            | Minimum
            | Maximum
            | Plus
            | Minus
            | Star
            | Slash
            | Percent
    )
}

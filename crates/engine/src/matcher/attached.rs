//! What is attached to a token of the pattern with `@`: the place of what the token took, or the term around it.

use std::ops::Range;
use std::sync::Arc;

use csyntax::types::{self, TypeTerm};
use csyntax::{Names, NodeId, NodeKind, TokenId, Tree, lexer, pattern};
use fixedbitset::FixedBitSet;
use smpl::{MetavariableId, MetavariableKind};

use super::Matcher;
use crate::record::Partial;
use crate::value::{Position, Value};

impl Matcher<'_> {
    /// Binds what is attached with `@` to a token of the pattern that took `code`.
    pub(super) fn bind_positions(
        &self,
        token: TokenId,
        code: Range<u32>,
        state: Partial,
    ) -> Option<Partial> {
        let mut state = state;
        for metavariable in self.body.positions(token) {
            if !self.rule.metavariables[metavariable.index()].kind.is_position() {
                state = self.bind_attached_term(metavariable, &code, &state)?;
                continue;
            }
            let position = Position {
                file: self.file,
                start: self.tree.tokens().span(TokenId(code.start)).start,
                end: self.tree.tokens().span(TokenId(code.end.max(code.start + 1) - 1)).end,
            };
            state = self.bind_position(metavariable, position, &state)?;
        }
        Some(state)
    }

    /// `f(e)@S`: the smallest term of the metavariable's kind around what the token took; no match if there is none.
    fn bind_attached_term(
        &self,
        metavariable: MetavariableId,
        code: &Range<u32>,
        from: &Partial,
    ) -> Option<Partial> {
        use MetavariableKind::*;
        let value = match self.rule.metavariables[metavariable.index()].kind {
            Identifier => self.name_taken(code)?,
            AssignmentOperator | BinaryOperator => {
                Value::Identifier(self.tree.token_text(TokenId(code.start)).into())
            }
            Type => Value::Type(Arc::clone(self.tree), self.type_up_to(code)?, None),
            ExpressionList => self.parameters_as_arguments(code)?,
            Any | Expression | Idexpression(_) | Constant | Statement | Declaration | Field
            | Parameter | Initialiser => {
                let inner = self.tree.innermost(code.clone());
                let mut around = std::iter::once(inner).chain(self.tree.ancestors(inner));
                let node = around.find(|&node| self.takes(metavariable, node))?;
                Value::Term(Arc::clone(self.tree), node, self.locals(node))
            }
            _ => return None,
        };
        self.bind(metavariable, value, from)
    }

    /// The name that the token took.
    fn name_taken(&self, code: &Range<u32>) -> Option<Value> {
        let token = TokenId(code.start);
        let is_name = code.len() == 1 && self.tree.tokens().kind(token).is_name();
        is_name.then(|| Value::Identifier(self.tree.token_text(token).into()))
    }

    /// The type whose spelling the token belongs to, without what stands behind it: in `int **@T x` all but the name.
    fn type_up_to(&self, code: &Range<u32>) -> Option<TypeTerm> {
        let tree = self.tree;
        let inner = tree.innermost(code.clone());
        let holder = std::iter::once(inner)
            .chain(tree.ancestors(inner))
            .find(|&node| types::specifiers(tree, node).is_some())?;
        let specifiers = types::specifiers(tree, holder)?;
        let declarator = tree
            .children(holder)
            .find(|&child| child != specifiers && tree.token_range(child).contains(&code.start));
        let declarator = match declarator {
            Some(child) if !tree.kind(child).is_declarator() => types::declarator(tree, child),
            other => other,
        };
        let in_specifiers = tree.token_range(specifiers).contains(&code.start);
        let constructors = match declarator {
            Some(declarator) => types::declared(tree, None, declarator).term.constructors,
            None => Vec::new(),
        };
        let constructors: Vec<NodeId> = constructors
            .into_iter()
            .filter(|&node| {
                tree.kind(node) == NodeKind::PointerDeclarator && tree.data(node).first.0 < code.end
            })
            .collect();
        (in_specifiers || !constructors.is_empty()).then(|| TypeTerm {
            constructors,
            specifiers: Some(specifiers),
            ..TypeTerm::default()
        })
    }

    /// `f(ps@es) { ... }`: the parameters that the token took, as arguments of a call.
    fn parameters_as_arguments(&self, code: &Range<u32>) -> Option<Value> {
        let tree = self.tree;
        let inner = tree.innermost(code.clone());
        let list = std::iter::once(inner)
            .chain(tree.ancestors(inner))
            .find(|&node| tree.kind(node) == NodeKind::ParameterList)?;
        let names: Vec<&[u8]> = tree
            .children(list)
            .filter(|&node| tree.kind(node) == NodeKind::Parameter)
            .filter(|&node| {
                let range = tree.token_range(node);
                code.start <= range.start && range.end <= code.end
            })
            .filter_map(|node| types::declared(tree, None, types::declarator(tree, node)?).name)
            .map(|name| tree.token_text(name))
            .collect();
        let (call, list) = call_with(&names)?;
        let arguments = call.children(list).collect();
        Some(Value::List(Arc::new(call), arguments))
    }

    fn bind_position(
        &self,
        metavariable: MetavariableId,
        position: Position,
        from: &Partial,
    ) -> Option<Partial> {
        let declared = &self.rule.metavariables[metavariable.index()];
        if declared.origin == smpl::Origin::Own {
            return self.bind(metavariable, Value::Positions(vec![position]), from);
        }
        if let Some(constraint) = &declared.constraint
            && !self.fulfils(constraint, &Value::Positions(vec![position.clone()]), from)
        {
            return None;
        }
        let known = self.inherited.get(&metavariable)?;
        match self.values.borrow().get(*known) {
            Value::Positions(all) => all.contains(&position).then(|| from.clone()),
            _ => None,
        }
    }
}

/// A call with names as its arguments, and the list of them.
fn call_with(names: &[&[u8]]) -> Option<(Tree, NodeId)> {
    let source: Arc<[u8]> = [b"f(", &names.join(&b", "[..])[..], b");"].concat().into();
    let tokens = lexer::tokenize(&source);
    let tree = pattern::parse(source, tokens, FixedBitSet::new(), &mut Names::default());
    let list = tree.ids().find(|&node| tree.kind(node) == NodeKind::ArgumentList)?;
    Some((tree, list))
}

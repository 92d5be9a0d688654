//! Which metavariables an item uses, and which are bound around it.

use csyntax::{NodeId, TokenId};
use smpl::MetavariableId;

use super::{Compiler, Item, ItemKind};

/// The metavariables bound around a place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope(Vec<MetavariableId>);

impl Scope {
    pub(crate) fn has(&self, metavariable: MetavariableId) -> bool {
        self.0.contains(&metavariable)
    }

    pub(crate) fn add(&mut self, metavariable: MetavariableId) {
        if !self.has(metavariable) {
            self.0.push(metavariable);
        }
    }

    pub(crate) fn with(&self, more: &[MetavariableId]) -> Scope {
        let mut scope = self.clone();
        for &metavariable in more {
            scope.add(metavariable);
        }
        scope
    }
}

impl Compiler<'_> {
    /// The metavariables of this rule that a term uses: in its tokens, and in the code added to it.
    pub(super) fn variables(&self, node: NodeId) -> Vec<MetavariableId> {
        self.variables_of_range(self.body.minus.token_range(node))
    }

    pub(super) fn variables_of_range(&self, range: std::ops::Range<u32>) -> Vec<MetavariableId> {
        let mut found = Vec::new();
        let mut add = |metavariable: MetavariableId| {
            if self.is_own(metavariable) && !found.contains(&metavariable) {
                found.push(metavariable);
            }
        };
        for token in range.clone().map(TokenId) {
            if self.body.mark(token).is_added() {
                continue;
            }
            if let Some(metavariable) = self.body.metavariable_of(token) {
                add(metavariable);
                // Its types may hold metavariables, too.
                let types = &self.rule.metavariables[metavariable.index()].types;
                types.iter().flat_map(|t| &t.metavariables).flatten().for_each(|&m| add(m));
            }
            self.body.positions(token).for_each(&mut add);
        }
        for addition in self.body.additions().iter().filter(|a| range.contains(&a.anchor.0)) {
            for metavariable in self.added_variables(addition) {
                // A metavariable that only added code uses is fresh, not matched.
                if self.rule.metavariables[metavariable.index()].used_in_minus {
                    add(metavariable);
                }
            }
        }
        found
    }

    fn added_variables(&self, addition: &smpl::Addition) -> Vec<MetavariableId> {
        let plus = &self.body.plus;
        let mut found = Vec::new();
        for piece in addition.rows.iter().flat_map(|row| &row.pieces) {
            match *piece {
                smpl::Piece::Node(node) => found.extend(
                    plus.visible_tokens(node).filter_map(|token| self.body.metavariable_of(token)),
                ),
                smpl::Piece::Token(token) => found.extend(self.body.metavariable_of(token)),
                smpl::Piece::Text(_) | smpl::Piece::Blank => {}
            }
        }
        found
    }

    pub(super) fn variables_of_items(&self, items: &[Item]) -> Vec<MetavariableId> {
        let mut found = Vec::new();
        for item in items {
            let (ItemKind::Dots(node)
            | ItemKind::Plain(node)
            | ItemKind::Nest(node)
            | ItemKind::Disjunction(node)
            | ItemKind::Conjunction(node)) = item.kind;
            found.extend(self.variables(node));
        }
        found
    }
}

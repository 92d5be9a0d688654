//! Results as they are handed out: triples of a state, an environment and witnesses.
//!
//! Invariant: a negated witness stands at a root, never inside a tree, and next to negated ones only.

use std::rc::Rc;

use crate::{Environment, State, Var};

/// One binding made on the way, and what was bound after it. Trees share their parts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Witness<V> {
    /// Where the variable was bound.
    pub state: State,
    /// What was bound there.
    pub binding: (Var, V),
    /// What was bound in the scope of the variable.
    pub children: Vec<Rc<Witness<V>>>,
    /// Whether this says what is not the case.
    pub negated: bool,
}

/// One way in which a formula holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Triple<V> {
    /// Where it holds.
    pub state: State,
    /// What the free variables are.
    pub env: Environment<V>,
    /// What the kept variables were; sorted as they were made, each once.
    pub witnesses: Vec<Rc<Witness<V>>>,
}

/// What one leaf of a witness tree knows: the bindings from the root to the leaf, the leaf's own last.
pub type Leaf<V> = Vec<(State, Var, V)>;

impl<V: Clone + PartialEq> Triple<V> {
    /// The leaves of the positive witnesses, from left to right, each once.
    pub fn leaves(&self) -> Vec<Leaf<V>> {
        let mut leaves = Vec::new();
        let mut path = Vec::new();
        for witness in self.witnesses.iter().filter(|witness| !witness.negated) {
            witness.collect_leaves(&mut path, &mut leaves);
        }
        leaves
    }

    /// Whether some witness is negated: such a result changes and binds nothing.
    pub fn has_negated_witness(&self) -> bool {
        self.witnesses.iter().any(|witness| witness.negated)
    }
}

impl<V: Clone + PartialEq> Witness<V> {
    fn collect_leaves(&self, path: &mut Leaf<V>, leaves: &mut Vec<Leaf<V>>) {
        path.push((self.state, self.binding.0, self.binding.1.clone()));
        if self.children.is_empty() && !leaves.contains(path) {
            leaves.push(path.clone());
        }
        for child in &self.children {
            child.collect_leaves(path, leaves);
        }
        path.pop();
    }
}

//! What the checker needs to know of values and of the labels of a formula.
//!
//! Invariant: the checker only compares and merges values, it never looks into them.

use std::fmt::Debug;
use std::hash::Hash;

use crate::State;

/// A variable of a formula.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Var(pub u32);

/// What variables stand for.
pub trait Domain {
    /// A value; cheap to clone, such as the number of an interned term.
    type Value: Clone + Eq + Hash + Ord + Debug;

    /// What a variable is that has to be both `a` and `b`; `None` if it cannot be both. Usually `a` if
    /// they are equal. Must be commutative and associative for results not to depend on the order.
    fn merge(&self, a: &Self::Value, b: &Self::Value) -> Option<Self::Value>;

    /// Whether a variable that must not be `excluded` cannot be `value` either.
    fn excludes(&self, excluded: &Self::Value, value: &Self::Value) -> bool {
        self.merge(excluded, value).is_some()
    }
}

/// One way in which a label holds: where, and what the variables are.
pub type Occurrence<V> = (State, Vec<(Var, V)>);

/// Where the labels of a formula hold.
pub trait Predicates<D: Domain> {
    /// What stands at the leaves of a formula.
    type Label;

    /// All ways in which `label` holds; the order is of no importance, duplicates are allowed.
    fn holds(&mut self, label: &Self::Label) -> Vec<Occurrence<D::Value>>;

    /// Whether `label` is known to hold nowhere. Asked before anything else, of what a formula cannot do without.
    fn is_nowhere(&mut self, _label: &Self::Label) -> bool {
        false
    }
}

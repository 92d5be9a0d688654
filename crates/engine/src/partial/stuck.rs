//! Where a rule got stuck: what it had matched until then, what was to come next, and why that did not come.
//!
//! Invariant: of two ways to get stuck the one that came farther says more; of two that came equally far, the one that
//! knows a better reason.

use std::rc::Rc;

use cfg::NodeIndex;
use ctl::{Environment, Var};

use crate::element::ElementId;
use crate::value::ValueId;

/// What is known of the variables of a formula.
pub(crate) type Known = Environment<ValueId>;

/// An element of the rule, and the node that it took; the one taken before it.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) element: ElementId,
    pub(crate) node: NodeIndex,
    before: Option<Rc<Taken>>,
    /// How many were taken up to this one.
    count: usize,
}

/// A match under way: values, and what was taken so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub(crate) known: Known,
    last: Option<Rc<Taken>>,
}

impl Held {
    /// With other values.
    pub(crate) fn with(&self, known: Known) -> Held {
        Held { known, last: self.last.clone() }
    }

    /// With one more element.
    pub(crate) fn took(&self, element: ElementId, node: NodeIndex) -> Held {
        let taken = Taken { element, node, before: self.last.clone(), count: self.count() + 1 };
        Held { known: self.known.clone(), last: Some(Rc::new(taken)) }
    }

    /// How many elements were taken.
    pub(crate) fn count(&self) -> usize {
        self.last.as_ref().map_or(0, |last| last.count)
    }

    /// What was taken, the last first.
    pub(crate) fn taken(&self) -> impl Iterator<Item = &Taken> {
        std::iter::successors(self.last.as_deref(), |taken| taken.before.as_deref())
    }
}

/// Why the next element did not come; a later variant says more than an earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Why {
    /// The search took too many steps.
    GaveUp,
    /// The flow graph is of another shape: no such branch, no end here.
    Shape,
    /// The match would start too near to the end of the function.
    NearEnd,
    /// The code is something else.
    Differs,
    /// The path leaves the block that the dots stand in.
    Leaves,
    /// The path ends.
    Ends,
    /// It comes on no path.
    Nowhere,
    /// Paths lead to different values.
    Disagree,
    /// The element is there, but with another value of a metavariable.
    Value(Clash),
    /// Something comes that must not: an element of a `when`, or a neighbour of the dots.
    Forbidden(ElementId),
}

/// A metavariable that has one value and would have to have another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Clash {
    pub(crate) variable: Var,
    /// What it is.
    pub(crate) known: ValueId,
    /// What it would be at the place.
    pub(crate) here: ValueId,
}

/// Where a rule got stuck.
#[derive(Clone, Debug)]
pub(crate) struct Stuck {
    /// What it had until then.
    pub(crate) held: Held,
    /// The node at which it got stuck.
    pub(crate) at: NodeIndex,
    /// The nodes from the last element that was taken to `at`.
    pub(crate) path: Vec<NodeIndex>,
    /// The node on the path from which on the missing element can no longer come.
    pub(crate) fork: Option<NodeIndex>,
    /// What was to come: one of these.
    pub(crate) missing: Vec<ElementId>,
    pub(crate) why: Why,
    /// Where the missing element stands with another value of a metavariable.
    pub(crate) near: Option<(NodeIndex, Clash)>,
    /// On how many more paths it is missing.
    pub(crate) more: usize,
}

impl Stuck {
    pub(crate) fn new(held: &Held, at: NodeIndex, why: Why, missing: Vec<ElementId>) -> Box<Stuck> {
        let (held, path) = (held.clone(), Vec::new());
        Box::new(Stuck { held, at, path, fork: None, missing, why, near: None, more: 0 })
    }

    /// How much it says.
    pub(crate) fn rank(&self) -> (usize, Why) {
        (self.held.count(), self.why)
    }
}

/// The one that says more; of equals, the first.
pub(crate) fn farther(best: &mut Option<Box<Stuck>>, other: Box<Stuck>) {
    if best.as_ref().is_none_or(|best| other.rank() > best.rank()) {
        *best = Some(other);
    }
}

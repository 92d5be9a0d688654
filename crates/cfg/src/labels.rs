//! Label paths: where in the nest of statements a node stands.
//!
//! Invariant: the empty path has number 0; a path is made once, when its statement is met, so that equal
//! paths have equal numbers.

use std::fmt;

/// The number of a label path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LabelId(pub u32);

impl LabelId {
    /// The path of what is in no statement.
    pub const EMPTY: LabelId = LabelId(0);
}

/// The label paths of one graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Labels {
    /// The path without its last element, and how long the path is.
    parents: Vec<(LabelId, u32)>,
}

impl Labels {
    /// Only the empty path.
    pub(crate) fn new() -> Labels {
        Labels { parents: vec![(LabelId::EMPTY, 0)] }
    }

    /// A new path: `parent` and one fresh number.
    pub(crate) fn extend(&mut self, parent: LabelId) -> LabelId {
        let length = self.parents[parent.0 as usize].1 + 1;
        self.parents.push((parent, length));
        LabelId(self.parents.len() as u32 - 1)
    }

    /// The numbers of a path. A path ends with its own number, since each appends a fresh one.
    pub fn path(&self, label: LabelId) -> Vec<u32> {
        let mut path: Vec<u32> = self.up(label).map(|label| label.0).collect();
        path.reverse();
        path
    }

    /// How many numbers a path has.
    pub fn depth(&self, label: LabelId) -> usize {
        self.parents[label.0 as usize].1 as usize
    }

    /// Whether `prefix` is `path` or begins it. The empty path begins all.
    pub fn is_prefix(&self, prefix: LabelId, path: LabelId) -> bool {
        prefix == LabelId::EMPTY || self.up(path).any(|label| label == prefix)
    }

    /// The longest path that begins both.
    pub fn common_prefix(&self, a: LabelId, b: LabelId) -> LabelId {
        self.up(a).find(|&label| self.is_prefix(label, b)).unwrap_or(LabelId::EMPTY)
    }

    /// `label` and the paths that begin it, longest first, without the empty one.
    fn up(&self, label: LabelId) -> impl Iterator<Item = LabelId> + '_ {
        let some = |label: LabelId| (label != LabelId::EMPTY).then_some(label);
        std::iter::successors(some(label), move |label| some(self.parents[label.0 as usize].0))
    }
}

/// Shows a path as `[1,2,7]`.
pub(crate) struct Path(pub(crate) Vec<u32>);

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        write!(f, "[{}]", numbers.join(","))
    }
}

//! Control-flow graphs: one for each item of a file, with the nodes and edges that semantic patches are
//! matched against.
//!
//! A statement is one node or several: its header, the markers of its branches, its invisible end. Besides
//! the *direct* edges of execution there are *control* edges, which lead from the head of a construct over
//! an AFTER node to its end, whatever happens in between.
//!
//! Invariants: a graph refers to its tree by numbers and owns nothing of it; an item that has no graph says
//! why ([`NoGraph`]); building never panics, whatever the tree.

#![deny(missing_docs)]

mod build;
mod finish;
mod graph;
mod items;
mod kind;
mod labels;
mod no_graph;
mod render;

pub use build::build;
pub use graph::{Edges, FlowNode, Graph, NodeIndex};
pub use items::items;
pub use kind::{AfterKind, FlowKind};
pub use labels::{LabelId, Labels};
pub use no_graph::{NoGraph, Reason};
pub use render::Rendered;

#[cfg(test)]
mod tests;

//! Temporal logic over a finite graph, with variables and witnesses: what a semantic patch means, once
//! it has been turned into a formula. The logic is the one of "A foundation for flow-based program
//! matching using temporal logic and model checking" (Brunel, Doligez, Hansen, Lawall, Muller; POPL 2009).
//!
//! A result is a set of [`Triple`]s: a state, an [`Environment`] that says what the variables are or are
//! not, and [`Witness`]es that remember the variables bound on the way. [`check`] finds all of them.
//!
//! Invariants: nothing here knows C or SmPL; results come in the same order in every run; a hopeless
//! evaluation ends with [`LimitReached`] and never hangs.

#![deny(missing_docs)]

mod connectives;
mod demand;
mod domain;
mod environment;
mod evaluation;
mod everywhere;
mod extension;
mod formula;
mod graph;
mod limit;
mod memory;
mod next;
mod nowhere;
mod store;
mod triple;
mod until;
mod weak;

pub use domain::{Domain, Occurrence, Predicates, Var};
pub use environment::{Binding, Environment};
pub use evaluation::check;
pub use formula::{Direction, Formula};
pub use graph::{Edges, Graph, State};
pub use limit::{Limit, LimitReached};
pub use triple::{Leaf, Triple, Witness};

#[cfg(test)]
mod tests;

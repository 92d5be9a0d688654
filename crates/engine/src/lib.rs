//! Matches semantic patches against C and works out what they change.
//!
//! A rule is translated once into a formula of CTL (`formula`); on each function's flow graph the model checker asks
//! where its labels hold (`predicates`, which calls the `matcher` on terms); its witnesses say which tokens go and what
//! comes (`edits`); `apply` runs the rules in order, for each environment, and parses what a rule has made before
//! the next one sees it.
//!
//! Invariants: matching never mutates; one file's result depends on the patch, that file and the headers that
//! it includes.

#![deny(missing_docs)]

mod apply;
mod edits;
mod element;
mod environment;
mod explain;
pub mod formula;
mod found;
mod fresh;
mod headers;
mod in_force;
pub mod label;
mod matcher;
mod observe;
mod partial;
mod places;
mod predicates;
mod prototypes;
mod record;
mod run;
mod value;
mod words;

pub use apply::{Failure, Outcome, Prepared, Settings, unsupported};
pub use csema::Widths;
pub use headers::Headers;
pub use partial::Report;

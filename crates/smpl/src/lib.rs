//! Semantic patches: from the text of a `.cocci` file to rules that can be matched.
//!
//! A rule body is one array of tokens with marks; its minus and plus slices are two trees of the pattern
//! dialect of C over the same tokens, and added code hangs on tokens of the minus slice.
//!
//! Invariants: no I/O; every error has a place in the `.cocci` text; what is not understood is refused, never
//! passed over.

#![deny(missing_docs)]

mod body;
mod checks;
mod cursor;
mod file;
mod isomorphism;
mod load;
mod metavariable;
mod parse;
mod patch;
mod render;
mod report;
mod scope;
mod suggest;
mod words;

pub use body::{AddedText, Addition, AdditionForm, Body, Mark, Piece, Row, Side, StringPiece};
pub use isomorphism::{
    BUILT_IN, DEFAULT_SOURCE, Direction, IsoMetavariable, IsoSection, Isomorphism, Member,
    default_isomorphisms, parse_isomorphisms,
};
pub use load::{Load, Options, Reference};
pub use metavariable::{
    Comparison, Constraint, ConstraintItem, Metavariable, MetavariableId, MetavariableKind, Origin,
    Reach, Regex, ScriptConstraint, SeedPart, Size, TypePattern, TypeShape,
};
pub use parse::{Failure, parse};
pub use patch::{
    BodyKind, Dependency, OptionLine, Purpose, Quantifier, Rule, RuleContent, ScriptInput,
    ScriptPhase, ScriptRule, ScriptSource, SemanticPatch, Spanned, Virtual,
};
pub use render::render;
pub use scope::DeclaredNames;
pub use words::{DroppedNames, WordFormula};

#[cfg(test)]
mod tests;

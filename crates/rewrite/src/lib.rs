//! The edits that one rule makes in one file, and the text that results: what no edit touches is copied byte for
//! byte, what is edited goes through a stream of tokens, blanks and added text, one item at a time.
//!
//! Invariants: no I/O; printing never fails and never looks at another item; what cannot be printed is refused
//! when the edit is added.

#![deny(missing_docs)]

mod added;
mod braces;
mod commas;
mod common;
mod conditionals;
mod conflict;
mod declarators;
mod depth;
mod diff;
mod gap;
mod indentation;
mod line_breaking;
mod plan;
mod print;
mod removal;
mod repairs;
mod spacing;
mod spell;
mod stream;
mod style;

pub use conflict::Conflict;
pub use diff::{same_but_for_blanks, unified_diff};
pub use plan::{Anchor, Plan, Removal, statements_ending_inside};
pub use spell::{Bindings, Bound, spell_term, spell_type};
pub use style::Style;

#[cfg(test)]
mod tests;

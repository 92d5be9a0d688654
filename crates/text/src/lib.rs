//! Text as bytes: spans, lines and columns.
//!
//! Invariant: no I/O, and no assumption that a text is UTF-8; kernel sources hold Latin-1 in comments.

#![deny(missing_docs)]

mod lines;
mod span;

pub use lines::{LineColumn, LineIndex};
pub use span::Span;

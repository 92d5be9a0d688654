//! C as it is written: lexer, preprocessor-aware parser, flat lossless tree; and the pattern dialect of
//! the same grammar, which semantic patches are made of.
//!
//! Invariants: parsing never fails, it reports; the text of a tree equals its input; one file at a time,
//! no header is ever looked at.

#![deny(missing_docs)]

mod conditionals;
pub mod formats;
pub mod hints;
pub mod invariants;
pub mod kind;
mod knowledge;
pub mod lexer;
mod local_macros;
mod names;
mod parser;
pub mod pattern;
pub mod tree;
pub mod types;
pub mod work;

use std::sync::Arc;

pub use kind::{NodeKind, TokenKind};
pub use knowledge::{Guards, Knowledge};
pub use names::Names;
pub use tree::{Element, NodeId, SyntaxProblem, TokenId, Tokens, Tree};

/// Parses a C file of which nothing is known but `names`, such as the types that a semantic patch declares.
pub fn parse(source: Arc<[u8]>, names: &Names) -> Tree {
    Knowledge { names: names.clone(), ..Knowledge::default() }.parse(source)
}

//! C as it is written: lexer, preprocessor-aware parser, flat lossless tree; and the pattern dialect of
//! the same grammar, which semantic patches are made of.
//!
//! Invariants: parsing never fails, it reports; the text of a tree equals its input; one file at a time,
//! no header is ever looked at.

#![deny(missing_docs)]

mod conditionals;
pub mod hints;
pub mod kind;
pub mod lexer;
mod local_macros;
mod names;
mod parser;
pub mod pattern;
pub mod tree;
pub mod types;

use std::sync::Arc;

pub use kind::{NodeKind, TokenKind};
pub use names::Names;
pub use tree::{Element, NodeId, SyntaxProblem, TokenId, Tokens, Tree};

/// Parses a C file; `types` are names that are known to be types, such as those a semantic patch declares.
pub fn parse(source: Arc<[u8]>, types: &Names) -> Tree {
    let mut tokens = lexer::tokenize(&source);
    let mut groups = conditionals::Groups::new(&tokens);
    let hidden = conditionals::hidden_tokens(&source, &tokens, &mut groups);
    let text = Arc::clone(&source);
    let hints = hints::Hints::standard();
    let mut names = types.clone();
    local_macros::learn(&text, &mut tokens, &mut names);
    let mut parser = parser::Parser::new(&text, tokens, hidden, parser::Dialect::C, names, hints);
    parser.translation_unit(groups);
    parser.finish(source).0
}

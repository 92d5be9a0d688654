//! Patterns: slices of semantic patches, parsed with the grammar of C.
//!
//! The caller has lexed the rule and marked what is a metavariable; tokens that are not of this slice are hidden.
//! So the minus and the plus slice of a rule are two trees over the same tokens.

use std::sync::Arc;

use fixedbitset::FixedBitSet;

use crate::hints::Hints;
use crate::names::Names;
use crate::parser::{Dialect, Parser};
use crate::tree::{Tokens, Tree};

/// Parses a slice of a rule body into a [`crate::NodeKind::PatternSequence`].
///
/// `names` are the types known so far; those that the slice makes known are added. A slice that does not parse
/// has its place in [`Tree::problems`].
pub fn parse(source: Arc<[u8]>, tokens: Tokens, hidden: FixedBitSet, names: &mut Names) -> Tree {
    run(source, tokens, hidden, names, |parser| parser.pattern_sequence())
}

/// Parses a type alone: a PatternSequence of one [`crate::NodeKind::TypeName`].
pub fn parse_type(
    source: Arc<[u8]>,
    tokens: Tokens,
    hidden: FixedBitSet,
    names: &mut Names,
) -> Tree {
    run(source, tokens, hidden, names, |parser| parser.pattern_type())
}

fn run(
    source: Arc<[u8]>,
    tokens: Tokens,
    hidden: FixedBitSet,
    names: &mut Names,
    start: fn(&mut Parser<'_>),
) -> Tree {
    let text = Arc::clone(&source);
    let known = std::mem::take(names);
    let mut parser = Parser::new(&text, tokens, hidden, Dialect::Pattern, known, Hints::standard());
    start(&mut parser);
    let (tree, mut learned) = parser.finish(source);
    learned.close_scopes_to(0);
    *names = learned;
    tree
}

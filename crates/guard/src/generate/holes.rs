//! What stands in the holes of the tables' pieces of C.

use driver::{Piece, Snippet};

/// The parameter of a number, from 1.
pub(super) fn parameter(number: usize) -> String {
    format!("a{number}")
}

/// The lines of a piece of C. `result` is what stands for the result, `all` for all parameters.
pub(super) fn lines(snippet: &Snippet, result: &str, all: &str) -> Vec<String> {
    filled(snippet, result, all).lines().map(|line| line.trim_end().to_owned()).collect()
}

/// A piece of C with its holes filled.
pub(super) fn filled(snippet: &Snippet, result: &str, all: &str) -> String {
    snippet.filled(|piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Parameter(number) => parameter(*number),
        Piece::Parameters => all.to_owned(),
        Piece::Result => result.to_owned(),
        Piece::Domain => "&refit_domain".to_owned(),
        Piece::Crossing => "crossing".to_owned(),
    })
}

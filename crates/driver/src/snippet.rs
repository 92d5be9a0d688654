//! Pieces of C with holes, as the tables have them: `refit_own($D, $R, $1);`.
//!
//! | hole | stands for |
//! |---|---|
//! | `$1`, `$2`, ... | a parameter |
//! | `$*` | all parameters, with commas |
//! | `$R` | the result |
//! | `$D` | the address of the domain |
//! | `$C` | the crossing |

use std::fmt;

/// A piece of C with holes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Snippet {
    pieces: Vec<Piece>,
}

/// A part of a [`Snippet`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// C as it stands.
    Text(String),
    /// A parameter, from 1.
    Parameter(usize),
    /// All parameters.
    Parameters,
    /// The result.
    Result,
    /// The address of the domain.
    Domain,
    /// The crossing.
    Crossing,
}

/// A `$` with something behind it that is no hole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SnippetError {
    /// What stands behind it.
    pub found: String,
}

impl fmt::Display for SnippetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`${}` is no hole; there are $1 to $9, $*, $R, $D and $C", self.found)
    }
}

impl std::error::Error for SnippetError {}

impl Snippet {
    /// Reads a piece of C.
    pub fn parse(text: &str) -> Result<Snippet, SnippetError> {
        let mut parts = text.trim().split('$');
        let mut pieces = Vec::new();
        push_text(&mut pieces, parts.next().unwrap_or_default());
        for part in parts {
            let mut characters = part.chars();
            pieces.push(hole(characters.next())?);
            push_text(&mut pieces, characters.as_str());
        }
        Ok(Snippet { pieces })
    }

    /// The parts in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether `piece` occurs.
    pub fn has(&self, piece: &Piece) -> bool {
        self.pieces.contains(piece)
    }

    /// The parameters that are named, by number, in order of occurrence.
    pub fn parameters(&self) -> impl Iterator<Item = usize> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Parameter(number) => Some(*number),
            _ => None,
        })
    }

    /// The C that results when `fill` says what stands in the holes.
    pub fn filled(&self, fill: impl Fn(&Piece) -> String) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.clone(),
            hole => fill(hole),
        });
        pieces.collect()
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.to_owned()));
    }
}

fn hole(character: Option<char>) -> Result<Piece, SnippetError> {
    match character {
        Some('*') => Ok(Piece::Parameters),
        Some('R') => Ok(Piece::Result),
        Some('D') => Ok(Piece::Domain),
        Some('C') => Ok(Piece::Crossing),
        Some(digit @ '1'..='9') => Ok(Piece::Parameter(digit as usize - '0' as usize)),
        other => Err(SnippetError { found: other.map(String::from).unwrap_or_default() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_are_filled() {
        let snippet = Snippet::parse("refit_own($D, $R, $1);\nf($*);").unwrap();
        let filled = snippet.filled(|hole| match hole {
            Piece::Parameter(number) => format!("a{number}"),
            Piece::Parameters => "a1, a2".to_owned(),
            Piece::Result => "result".to_owned(),
            Piece::Domain => "&domain".to_owned(),
            _ => String::new(),
        });
        assert_eq!(filled, "refit_own(&domain, result, a1);\nf(a1, a2);");
        assert_eq!(snippet.parameters().collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn other_holes_are_errors() {
        for (text, found) in [("f($x)", "x"), ("f($0)", "0"), ("f($", "")] {
            assert_eq!(Snippet::parse(text), Err(SnippetError { found: found.to_owned() }));
        }
    }
}

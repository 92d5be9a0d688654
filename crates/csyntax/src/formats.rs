//! The conversion specifications in the format strings of `printf` and its kin (C standard, `fprintf`).
//!
//! Invariant: the pieces of a text cover it, in order; two texts are never side by side.

use std::ops::Range;

/// A piece of a format string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormatPiece {
    /// Where it stands in the text.
    pub range: Range<usize>,
    /// Whether it is a conversion specification such as `%-10s`; `%%` is text.
    pub is_format: bool,
}

/// The pieces of what stands between the quotes of a string literal.
pub fn pieces(text: &[u8]) -> Vec<FormatPiece> {
    let mut pieces: Vec<FormatPiece> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (end, is_format) = match format_end(text, at) {
            Some(end) => (end, true),
            None if text[at..].starts_with(b"%%") => (at + 2, false),
            None => (at + 1, false),
        };
        match pieces.last_mut() {
            Some(last) if !is_format && !last.is_format => last.range.end = end,
            _ => pieces.push(FormatPiece { range: at..end, is_format }),
        }
        at = end;
    }
    pieces
}

/// Where the conversion specification that starts at `at` ends: flags, width, precision, length, letter.
fn format_end(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?.strip_prefix(b"%")?;
    let skip = |from: usize, set: &[u8]| {
        from + rest[from..].iter().take_while(|byte| set.contains(byte)).count()
    };
    let mut end = skip(0, b"-+ #0'");
    end = skip(end, b"0123456789*");
    if rest.get(end) == Some(&b'.') {
        end = skip(end + 1, b"0123456789*");
    }
    end = skip(end, b"hlLqjzZt");
    let letter = rest.get(end)?;
    b"diouxXeEfFgGaAcspnm".contains(letter).then_some(at + 1 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn pieces_cover_the_text() {
        let shown = |text: &str| -> Vec<String> {
            let mark = |is_format| if is_format { "F:" } else { "" };
            let pieces = pieces(text.as_bytes()).into_iter();
            pieces.map(|p| format!("{}{}", mark(p.is_format), &text[p.range])).collect()
        };
        assert_eq!(shown("a %d b"), ["a ", "F:%d", " b"]);
        assert_eq!(shown("%-10s%*.*lu\\n"), ["F:%-10s", "F:%*.*lu", "\\n"]);
        assert_eq!(shown("50%% of %#x"), ["50%% of ", "F:%#x"]);
        assert_eq!(shown("100 %"), ["100 %"]);
        assert_eq!(shown(""), [""; 0]);
    }
}

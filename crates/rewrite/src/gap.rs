//! What stands between two tokens, cut into pieces.
//!
//! Invariant: the pieces of a gap, side by side, are the gap.

use std::ops::Range;

/// A kind of blank text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Blank {
    /// Blanks inside a line, `\r` and line continuations included.
    Space,
    /// A newline and the blanks behind it.
    Newline,
    /// One comment; `//` without its newline.
    Comment,
}

/// The pieces of the gap `range` of `source`.
pub(crate) fn pieces(source: &[u8], range: Range<usize>) -> Vec<(Blank, Range<usize>)> {
    let gap = &source[..range.end];
    let mut at = range.start;
    let mut pieces = Vec::new();
    while at < gap.len() {
        let (kind, end) = piece(gap, at);
        pieces.push((kind, at..end));
        at = end;
    }
    pieces
}

fn piece(gap: &[u8], at: usize) -> (Blank, usize) {
    match &gap[at..] {
        [b'\n', ..] => (Blank::Newline, indentation_end(gap, at + 1)),
        [b'/', b'*', rest @ ..] => {
            let length = rest.windows(2).position(|pair| pair == b"*/");
            (Blank::Comment, length.map_or(gap.len(), |length| at + length + 4))
        }
        [b'/', b'/', ..] => (Blank::Comment, line_comment_end(gap, at)),
        _ => (Blank::Space, space_end(gap, at)),
    }
}

/// Behind the blanks of a line start; a `\r` there belongs to the newline behind it.
fn indentation_end(gap: &[u8], at: usize) -> usize {
    at + gap[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | 0x0b | 0x0c)).count()
}

fn line_comment_end(gap: &[u8], at: usize) -> usize {
    let mut end = at;
    while let Some(found) = gap[end..].iter().position(|&byte| byte == b'\n') {
        let newline = end + found;
        let line = gap[at..newline].strip_suffix(b"\r").unwrap_or(&gap[at..newline]);
        if line.last() != Some(&b'\\') {
            return at + line.len();
        }
        end = newline + 1;
    }
    gap.len()
}

fn space_end(gap: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        match &gap[end..] {
            [b'\\', b'\n', ..] => end += 2,
            [b'\\', b'\r', b'\n', ..] => end += 3,
            [b'\n', ..] | [b'/', b'*' | b'/', ..] | [] => break,
            _ => end += 1,
        }
    }
    end.max(at + 1).min(gap.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(gap: &str, expected: &[(Blank, &str)]) {
        let found: Vec<(Blank, &str)> = pieces(gap.as_bytes(), 0..gap.len())
            .into_iter()
            .map(|(kind, range)| (kind, &gap[range]))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_newline_takes_the_indentation_behind_it() {
        use Blank::*;
        check(" \n\n\t ", &[(Space, " "), (Newline, "\n"), (Newline, "\n\t ")]);
    }

    #[test]
    fn comments_stand_alone() {
        use Blank::*;
        check(
            " /* a\n */ // b\n\t",
            &[
                (Space, " "),
                (Comment, "/* a\n */"),
                (Space, " "),
                (Comment, "// b"),
                (Newline, "\n\t"),
            ],
        );
    }

    #[test]
    fn a_continued_line_is_a_space() {
        check(" \\\n\t", &[(Blank::Space, " \\\n\t")]);
    }
}

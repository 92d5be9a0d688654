//! What `gcc -E -fdebug-cpp` prints: in front of each token, the place where the token was written.
//!
//! ```text
//! {P:drivers/a.c;F:<NULL>;L:7;C:8;S:0;M:0x7f00;E:0,LOC:283298,R:283298}int
//! ```
//!
//! P is the file, L the line and C the column in bytes, both from 1. For a token out of the body of a macro it is the
//! place in the `#define`; for one out of an argument the place where the argument was written; for one that `##` or
//! `#` has made the place of the macro's name, which has another text. So the tokens that stand in the file as they
//! stand in the preprocessed text are known without doubt.
//!
//! The line markers are blanked: they stand between any two tokens, where C has no directives.

use text::{LineIndex, Span};

/// The names of files in a kernel are shorter.
const LONGEST_PATH: usize = 1024;

/// A preprocessed text.
#[derive(Debug)]
pub(super) struct Preprocessed {
    pub(super) text: Vec<u8>,
    /// The tokens that are written in the file itself, in the order of the text.
    pub(super) origins: Vec<Origin>,
}

/// A token starts at `at` of the preprocessed text, and was written at `written` of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Origin {
    pub(super) at: u32,
    pub(super) written: u32,
}

/// Takes the output of gcc apart. `file` is the name that gcc was given for `source`.
pub(super) fn read(output: &[u8], file: &str, source: &[u8]) -> Preprocessed {
    let lines = LineIndex::new(source);
    let mut text = Vec::with_capacity(output.len() / 16);
    let mut origins: Vec<Origin> = Vec::new();
    let mut rest = output;
    while let Some(open) = rest.iter().position(|&byte| byte == b'{') {
        text.extend_from_slice(&rest[..open]);
        rest = &rest[open..];
        let Some((place, length)) = place(rest) else {
            text.push(b'{');
            rest = &rest[1..];
            continue;
        };
        rest = &rest[length..];
        let at = text.len() as u32;
        // The last of several places at one token is the token's.
        origins.pop_if(|origin| origin.at == at);
        if place.file == file.as_bytes() && place.line > 0 && place.column > 0 {
            let line = lines.span(place.line);
            origins.push(Origin { at, written: line.start + place.column - 1 });
        }
    }
    text.extend_from_slice(rest);
    blank_line_markers(&mut text);
    Preprocessed { text, origins }
}

#[derive(Debug)]
struct Place<'a> {
    file: &'a [u8],
    line: u32,
    column: u32,
}

/// The place that `text` starts with, and its length.
fn place(text: &[u8]) -> Option<(Place<'_>, usize)> {
    let file = text.strip_prefix(b"{P:")?;
    let (file, rest) = split(file, b";F:")?;
    let (_, rest) = split(rest, b";L:")?;
    let (line, rest) = split(rest, b";C:")?;
    let (column, rest) = split(rest, b";S:")?;
    let (_, rest) = split(rest, b"}")?;
    Some((Place { file, line: number(line)?, column: number(column)? }, text.len() - rest.len()))
}

/// What stands before and behind the next `mark`, which is near: lines are long, and there are a million places.
fn split<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let near = &text[..text.len().min(LONGEST_PATH)];
    let at = near.windows(mark.len()).position(|window| window == mark)?;
    Some((&text[..at], &text[at + mark.len()..]))
}

fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// `# 12 "a.h" 2` becomes blanks, so that offsets stay.
fn blank_line_markers(text: &mut [u8]) {
    let lines = LineIndex::new(text);
    for line in (1..).take(lines.count()) {
        let Span { start, end } = lines.span(line);
        let line = &mut text[start as usize..end as usize];
        if let [b'#', b' ', b'0'..=b'9', ..] = line {
            line.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(file: &str, line: u32, column: u32) -> String {
        format!("{{P:{file};F:<NULL>;L:{line};C:{column};S:0;M:0x7f00;E:0,LOC:283298,R:283298}}")
    }

    #[test]
    fn tokens_of_the_file_have_their_place() {
        let source = b"#include \"a.h\"\nint\tx = {N};\n";
        let output = [
            at("a.c", 2, 1) + "\n" + &at("a.c", 0, 0) + "# 2 \"a.c\"\n",
            at("a.c", 2, 1) + "int " + &at("a.c", 2, 5) + "x " + &at("a.c", 2, 7) + "= ",
            at("a.c", 2, 9) + "{" + &at("a.h", 1, 11) + "3" + &at("a.c", 2, 11) + "};\n",
        ];
        let read = read(output.concat().as_bytes(), "a.c", source);
        assert_eq!(read.text.escape_ascii().to_string(), r"\n         \nint x = {3};\n");
        let tokens: Vec<_> =
            read.origins.iter().skip(1).map(|origin| (origin.at, origin.written)).collect();
        assert_eq!(tokens, [(11, 15), (15, 19), (17, 21), (19, 23), (21, 25)]);
    }
}

//! From byte offsets to lines and columns, and back to the text of a line.

use crate::Span;

/// A place for people: line and column count from 1, columns in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column, in bytes from 1.
    pub column: u32,
}

/// Where each line of a text starts.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    len: u32,
}

impl LineIndex {
    /// Indexes `text`; a line ends behind its `\n`.
    pub fn new(text: &[u8]) -> LineIndex {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at as u32 + 1));
        LineIndex { starts, len: text.len() as u32 }
    }

    /// The place of byte `offset`; offsets past the end count as the end.
    pub fn place(&self, offset: u32) -> LineColumn {
        let offset = offset.min(self.len);
        let line = self.starts.partition_point(|&start| start <= offset);
        LineColumn { line: line as u32, column: offset - self.starts[line - 1] + 1 }
    }

    /// The line (from 1) that holds byte `offset`.
    pub fn line(&self, offset: u32) -> u32 {
        self.place(offset).line
    }

    /// The bytes of line `line` (from 1), its `\n` included; empty past the last line.
    pub fn span(&self, line: u32) -> Span {
        let index = (line as usize).saturating_sub(1);
        let start = self.starts.get(index).copied().unwrap_or(self.len);
        let end = self.starts.get(index + 1).copied().unwrap_or(self.len);
        Span::new(start, end)
    }

    /// How many lines there are; a text that ends in `\n` has an empty last one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one() {
        let index = LineIndex::new(b"ab\n\ncd");
        assert_eq!(index.place(0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.place(2), LineColumn { line: 1, column: 3 });
        assert_eq!(index.place(3), LineColumn { line: 2, column: 1 });
        assert_eq!(index.place(5), LineColumn { line: 3, column: 2 });
        assert_eq!(index.place(99), LineColumn { line: 3, column: 3 });
        assert_eq!(index.span(3), Span::new(4, 6));
        assert_eq!(index.span(9), Span::new(6, 6));
    }
}

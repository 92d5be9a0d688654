//! What goes with removed tokens: blanks, comments and newlines between and around them.
//!
//! 1. Between two removed tokens of one match and group. 2. Beside removed code, on its lines. 3. Lines on which
//!    nothing is left, with the comments and empty lines above them.
//!
//! ```text
//!         a(); /* k */
//!                               goes
//!         /* about f */         goes
//!         f(1); /* e */         removed: goes
//!
//!         b();
//! ```
//!
//! Invariant: only blanks and comments of the file go here; tokens are removed by matches alone.

use crate::stream::{Element, Kind};

/// Marks all that goes with the removed tokens of an item.
pub(crate) fn spread(elements: &mut [Element], keep_comments: bool) {
    if !elements.iter().any(Element::is_removed) {
        return;
    }
    let stream = &mut Stream { elements, keep_comments };
    stream.between();
    stream.left_of_line_ends();
    stream.right_of_runs();
    stream.at_item_start();
    stream.gone_lines();
    stream.with_gone_newlines();
    stream.block_starts();
    stream.nothing_left();
    crate::repairs::around_parentheses(stream.elements, keep_comments);
    crate::repairs::before_removed(stream.elements);
}

struct Stream<'a> {
    elements: &'a mut [Element],
    keep_comments: bool,
}

impl Stream<'_> {
    fn drop(&mut self, index: usize) {
        let element = &mut self.elements[index];
        if element.is_file() && !(self.keep_comments && element.kind == Kind::Comment) {
            element.gone = true;
        }
    }

    fn is_kept_blank(&self, index: usize) -> bool {
        let element = &self.elements[index];
        element.is_file() && element.is_blank() && element.is_kept()
    }

    fn is_kept_newline(&self, index: usize) -> bool {
        self.is_kept_blank(index) && self.elements[index].kind == Kind::Newline
    }

    /// Space or comment that is kept.
    fn is_kept_beside(&self, index: usize) -> bool {
        self.is_kept_blank(index) && self.elements[index].kind != Kind::Newline
    }

    /// What stands between two removed tokens of one group.
    fn between(&mut self) {
        let mut last: Option<usize> = None;
        for index in 0..self.elements.len() {
            let element = &self.elements[index];
            if element.is_removed() {
                let joined = last.is_some_and(|last| {
                    let removals = &self.elements[last].removals;
                    removals.iter().any(|by| self.elements[index].removals.contains(by))
                });
                if let (true, Some(last)) = (joined, last) {
                    (last + 1..index).for_each(|between| self.drop(between));
                }
                last = Some(index);
            } else if element.is_file() && !element.is_blank() {
                last = None;
            }
        }
    }

    /// The removed run that ends at `end`, walking left over what is gone: where it starts.
    fn run_start(&self, end: usize) -> Option<usize> {
        let mut start = None;
        for index in (0..end).rev() {
            let element = &self.elements[index];
            if element.is_removed() {
                start = Some(index);
            } else if !element.gone {
                break;
            }
        }
        start
    }

    /// Blanks and comments left of removed code that ends its line.
    fn left_of_line_ends(&mut self) {
        for newline in 0..self.elements.len() {
            if !self.is_kept_newline(newline) {
                continue;
            }
            let mut end = newline;
            while end > 0 && self.is_kept_beside(end - 1) {
                end -= 1;
            }
            let Some(start) = self.run_start(end) else { continue };
            let mut index = start;
            while index > 0 && (self.is_kept_beside(index - 1) || self.elements[index - 1].gone) {
                self.drop(index - 1);
                index -= 1;
            }
        }
    }

    /// Blanks and comments right of removed code that something kept stands in front of.
    fn right_of_runs(&mut self) {
        let mut index = 0;
        while index < self.elements.len() {
            if !self.elements[index].is_removed() {
                index += 1;
                continue;
            }
            let start = index;
            while index < self.elements.len() && !self.elements[index].is_kept() {
                index += 1;
            }
            let follows_kept = (0..start)
                .rev()
                .find(|&before| !self.elements[before].gone)
                .is_some_and(|before| self.elements[before].is_file());
            let mut end = index;
            while end < self.elements.len() && self.is_kept_beside(end) {
                end += 1;
            }
            if follows_kept {
                (index..end).for_each(|beside| self.drop(beside));
            }
            index = end.max(index);
        }
    }

    fn at_item_start(&mut self) {
        if !self.elements.first().is_some_and(Element::is_removed) {
            return;
        }
        let mut index = 0;
        while index < self.elements.len() && !self.elements[index].is_kept() {
            index += 1;
        }
        while index < self.elements.len() && self.is_kept_beside(index) {
            self.drop(index);
            index += 1;
        }
    }

    /// Lines of removed code and spaces only.
    fn gone_lines(&mut self) {
        let mut line_start: Option<usize> = None;
        let mut removed = false;
        let mut kept = false;
        for index in 0..self.elements.len() {
            let element = &self.elements[index];
            if self.is_kept_newline(index) {
                if let (true, false, Some(start)) = (removed, kept, line_start) {
                    self.drop_line(start, index);
                }
                (line_start, removed, kept) = (Some(index), false, false);
            } else if element.is_removed() {
                removed = true;
            } else if element.is_kept() && !(element.is_file() && element.kind == Kind::Space) {
                kept = true;
            }
        }
    }

    /// Drops the line between two newlines, the first included, and what stands above it without code.
    fn drop_line(&mut self, start: usize, end: usize) {
        (start + 1..end).for_each(|index| {
            if self.is_kept_blank(index) {
                self.drop(index);
            }
        });
        self.drop_above(start);
    }

    /// Drops a newline and all blank lines and comment lines above it.
    fn drop_above(&mut self, newline: usize) {
        self.drop(newline);
        let mut first = newline;
        while first > 0
            && self.elements[first - 1].is_file()
            && (self.is_kept_blank(first - 1) || self.elements[first - 1].gone)
        {
            first -= 1;
        }
        // What stands on the line of the token in front stays.
        let on_line =
            |index: usize| !self.elements[first..index].iter().any(|e| e.kind == Kind::Newline);
        let above: Vec<usize> = (first..newline)
            .filter(|&index| self.elements[index].kind == Kind::Newline || !on_line(index))
            .collect();
        above.into_iter().for_each(|index| self.drop(index));
    }

    /// A newline that goes takes along what stands above it without code.
    fn with_gone_newlines(&mut self) {
        for index in 0..self.elements.len() {
            if self.elements[index].gone && self.elements[index].kind == Kind::Newline {
                self.drop_above(index);
            }
        }
    }

    /// No empty lines at the start of a block whose first code went.
    fn block_starts(&mut self) {
        for brace in 0..self.elements.len() {
            let element = &self.elements[brace];
            if !(element.is_kept() && element.is_token(csyntax::TokenKind::LeftBrace)) {
                continue;
            }
            let mut removed = false;
            let mut newlines = Vec::new();
            for index in brace + 1..self.elements.len() {
                let element = &self.elements[index];
                if element.is_removed() {
                    removed = true;
                } else if self.is_kept_newline(index) && removed {
                    newlines.push(index);
                } else if element.is_kept()
                    && (element.is_added() || !matches!(element.kind, Kind::Space | Kind::Newline))
                {
                    break;
                }
            }
            newlines.pop();
            newlines.into_iter().for_each(|index| self.drop(index));
        }
    }

    /// An item of which only blanks are left.
    fn nothing_left(&mut self) {
        let left = self
            .elements
            .iter()
            .any(|element| element.is_kept() && !(element.is_file() && element.is_blank()));
        if left {
            return;
        }
        let first = self
            .elements
            .iter()
            .position(|element| element.kind == Kind::Newline || !element.is_blank());
        if let Some(first) = first {
            (first..self.elements.len()).for_each(|index| self.drop(index));
        }
    }
}

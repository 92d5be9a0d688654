//! Breaking long lists of arguments, parameters and initialisers that code was added to, and aligning the line breaks
//! that were there.
//!
//! 1. Only commas of the outermost parentheses (or braces of an initialiser) are looked at. 2. Where the line grows
//!    beyond the maximum, the latest comma on it gets a line break. 3. Line breaks behind added code move to the
//!    column of the opening parenthesis.
//!
//! Invariant: a list to which nothing is added inside stays as it is.

use csyntax::TokenKind;

use crate::indentation::unit_of;
use crate::stream::{Element, Kind, Origin};
use crate::style::Style;

/// How many columns a tab counts.
const TAB: usize = 8;

/// Breaks the lines of an item.
pub(crate) fn break_lines(elements: &mut Vec<Element>, style: &Style) {
    if !elements.iter().any(|element| element.is_added() && element.is_kept()) {
        return;
    }
    let unit = unit_of(elements);
    let kept: Vec<Element> =
        std::mem::take(elements).into_iter().filter(Element::is_kept).collect();
    let mut breaker = Breaker {
        maximum: style.max_width,
        unit,
        out: Vec::with_capacity(kept.len()),
        column: 0,
        levels: Vec::new(),
        braces: Vec::new(),
        added: false,
        latest: None,
    };
    let mut in_macro = false;
    for (index, element) in kept.iter().enumerate() {
        in_macro = match element.token_kind() {
            Some(TokenKind::PpDefine) => true,
            Some(TokenKind::PpEnd) => false,
            _ => in_macro,
        };
        if in_macro {
            // Its lines end in backslashes; they stay as they are.
            breaker.advance(&element.text);
            breaker.out.push(element.clone());
        } else {
            breaker.element(element, &kept[index + 1..]);
        }
    }
    *elements = breaker.out;
}

/// An open bracket.
struct Level {
    /// The column that lines inside are aligned to.
    column: usize,
    /// The indentation that lines inside had last.
    remembered: Option<Vec<u8>>,
}

struct Breaker {
    maximum: usize,
    unit: Vec<u8>,
    out: Vec<Element>,
    column: usize,
    levels: Vec<Level>,
    /// For each open brace, whether it is a level.
    braces: Vec<bool>,
    /// Whether added code came since the last line break that did not move.
    added: bool,
    /// The element of the output behind which the line can be broken.
    latest: Option<usize>,
}

impl Breaker {
    fn element(&mut self, element: &Element, rest: &[Element]) {
        if element.kind == Kind::Newline {
            return self.line_break(element, rest);
        }
        let closing = element.is_token(TokenKind::RightParen) && self.levels.len() == 1;
        if element.is_added()
            && matches!(element.kind, Kind::Token(_))
            && !self.levels.is_empty()
            && !closing
        {
            self.added = true;
        }
        self.advance(&element.text);
        if element.breakable && self.levels.len() == 1 {
            self.overflow(self.column - width(&element.text));
            self.latest = Some(self.out.len().saturating_sub(1));
        }
        let at = self.out.len();
        self.out.push(element.clone());
        match element.token_kind() {
            Some(TokenKind::LeftParen) => self.open(self.column),
            Some(TokenKind::LeftBrace) => self.open_brace(at),
            Some(TokenKind::RightParen) => self.close(element.is_file()),
            Some(TokenKind::RightBrace) if self.braces.pop() == Some(true) => {
                self.close(element.is_file());
            }
            Some(TokenKind::Comma) if self.levels.len() == 1 => self.comma(at, rest),
            _ => {}
        }
    }

    fn advance(&mut self, text: &[u8]) {
        let line = match text.iter().rposition(|&byte| byte == b'\n') {
            Some(newline) => {
                self.column = 0;
                self.latest = None;
                &text[newline + 1..]
            }
            None => text,
        };
        self.column += width(line);
    }

    fn open(&mut self, column: usize) {
        if self.levels.is_empty() {
            self.latest = None;
        }
        self.levels.push(Level { column, remembered: None });
    }

    /// Braces inside a list, and those of an initialiser, are levels; those of a block are none.
    fn open_brace(&mut self, at: usize) {
        let before = self.out[..at].iter().rev().find_map(Element::token_kind);
        let level = !self.levels.is_empty() || before == Some(TokenKind::Equal);
        self.braces.push(level);
        if level {
            self.open(0);
        }
    }

    /// Behind an added list its neighbour on the line counts as added to.
    fn close(&mut self, file: bool) {
        if self.levels.len() == 1 {
            self.overflow(self.column);
        }
        self.levels.pop();
        if self.levels.is_empty() {
            self.added &= !file;
            self.latest = None;
        }
    }

    fn comma(&mut self, at: usize, rest: &[Element]) {
        let ends_line = rest
            .iter()
            .find(|element| !matches!(element.kind, Kind::Space | Kind::Comment))
            .is_some_and(|element| element.kind == Kind::Newline);
        if !ends_line {
            self.overflow(self.column);
            self.latest = Some(self.shifted_end(at));
        }
    }

    /// Where the element that was pushed last at `at` is now.
    fn shifted_end(&self, at: usize) -> usize {
        at.max(self.out.len() - 1)
    }

    /// A line break, of the file or added.
    fn line_break(&mut self, element: &Element, rest: &[Element]) {
        let (end, added) = (self.column, self.added);
        let mut element = element.clone();
        if element.is_file() && !self.levels.is_empty() {
            self.align(&mut element, rest);
        }
        if !self.levels.is_empty() {
            let moved = std::mem::replace(&mut self.added, added);
            self.overflow(end);
            self.added = moved;
        } else {
            self.added = false;
        }
        self.advance(&element.text);
        self.out.push(element);
    }

    /// Moves a line break of the file to the column of its list.
    fn align(&mut self, element: &mut Element, rest: &[Element]) {
        let indentation = element.text.get(1..).unwrap_or_default().to_vec();
        let Some(level) = self.levels.last_mut() else { return };
        if indentation.is_empty() || indentation.contains(&b'\n') {
            return;
        }
        let closes = rest
            .iter()
            .find_map(Element::token_kind)
            .is_some_and(|kind| matches!(kind, TokenKind::RightParen | TokenKind::RightBrace));
        let found = width(&indentation);
        let text = match &level.remembered {
            _ if !self.added || closes => indentation,
            Some(remembered) => remembered.clone(),
            None if found >= level.column => {
                level.column = found;
                indentation
            }
            None => columns(level.column, &self.unit),
        };
        self.added &= width(&text) != found;
        level.remembered = Some(text.clone());
        element.text = [b"\n", text.as_slice()].concat();
    }

    /// Breaks the line at its latest comma if it ends beyond the maximum.
    fn overflow(&mut self, end: usize) {
        if !self.added || end <= self.maximum {
            return;
        }
        let (Some(at), Some(level)) = (self.latest.take(), self.levels.first()) else { return };
        let indentation =
            level.remembered.clone().unwrap_or_else(|| columns(level.column, &self.unit));
        let newline = [b"\n", indentation.as_slice()].concat();
        while self.out.get(at + 1).is_some_and(|element| element.kind == Kind::Space) {
            self.out.remove(at + 1);
        }
        self.out.insert(at + 1, Element::new(Kind::Newline, &newline, Origin::Added));
        self.column = width(&indentation)
            + self.out[at + 2..].iter().map(|element| width(&element.text)).sum::<usize>();
    }
}

/// How many columns `text` takes.
fn width(text: &[u8]) -> usize {
    text.iter().map(|&byte| if byte == b'\t' { TAB } else { 1 }).sum()
}

/// Blanks up to a column: units as far as they go, then spaces.
fn columns(column: usize, unit: &[u8]) -> Vec<u8> {
    let step = width(unit).max(1);
    let mut text = unit.repeat(column / step);
    text.resize(text.len() + column % step, b' ');
    text
}

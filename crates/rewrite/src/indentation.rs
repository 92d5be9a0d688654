//! The indentation of added lines, and of kept lines whose depth changes.
//!
//! 1. Every newline of the old text records which indentation its depth has. 2. An added line takes the nearest
//!    record of its depth. 3. Without one, the deepest record above it is extended by one unit a level.
//!
//! Invariant: newlines in front of labels, directives and empty lines record nothing, and those of the file never
//! change.

use csyntax::TokenKind;

use crate::depth::{Depth, Tracker};
use crate::stream::{Element, Kind};
use crate::style::Style;

/// A newline of the old text.
#[derive(Clone, Debug)]
struct Record {
    /// How many tokens stand in front of it.
    place: usize,
    depth: Depth,
    indentation: Vec<u8>,
}

/// A newline as both texts see it.
struct Line {
    index: usize,
    place: usize,
    old: Depth,
    new: Depth,
    /// Whether it is in front of a label, a directive or an empty line.
    fixed: bool,
    empty: bool,
}

/// Indents the lines of an item.
pub(crate) fn indent(elements: &mut [Element], style: &Style) {
    if !elements.iter().any(|element| element.is_added() || element.is_removed()) {
        return;
    }
    let (lines, records) = survey(elements);
    let mut shift = 0;
    let units = Units::new(&records, style);
    for line in &lines {
        let element = &elements[line.index];
        let difference = line.new.levels as isize - line.old.levels as isize;
        let previous = std::mem::replace(&mut shift, difference);
        if !element.is_kept() {
            continue;
        }
        let unit = || units.at(line.place);
        let text = if element.is_added() {
            match (line.empty, line.fixed) {
                (true, _) | (_, true) => Vec::new(),
                _ => look_up(&records, line, &unit()),
            }
        } else if line.fixed || line.empty || difference == 0 {
            continue;
        } else if difference == previous {
            shifted(indentation(element), difference, &unit())
        } else {
            look_up(&records, line, &unit())
        };
        let newline = &mut elements[line.index].text;
        *newline = [b"\n", text.as_slice()].concat();
    }
    outdent_directives(elements);
}

/// Added directives start in the first column, also where they take the place of a kept line.
fn outdent_directives(elements: &mut [Element]) {
    let mut newline: Option<usize> = None;
    for index in 0..elements.len() {
        let element = &elements[index];
        if !element.is_kept() {
            continue;
        }
        let directive = element.is_added()
            && (element.kind == Kind::Skipped || element.token_kind().is_some_and(is_directive));
        if let (true, Some(newline)) = (directive, newline) {
            elements[newline].text.truncate(1);
        }
        newline = (elements[index].kind == Kind::Newline).then_some(index);
    }
}

fn indentation(newline: &Element) -> &[u8] {
    newline.text.get(1..).unwrap_or_default()
}

/// All newlines, and what those of the old text record.
fn survey(elements: &[Element]) -> (Vec<Line>, Vec<Record>) {
    let old_view: Vec<usize> = (0..elements.len()).filter(|&at| elements[at].is_file()).collect();
    let new_view: Vec<usize> = (0..elements.len()).filter(|&at| elements[at].is_kept()).collect();
    let (mut old, mut new) = (View::new(elements, &old_view), View::new(elements, &new_view));
    let mut lines = Vec::new();
    let mut records =
        vec![Record { place: 0, depth: Depth { levels: 0, nesting: 0 }, indentation: Vec::new() }];
    let mut place = 0;
    for (index, element) in elements.iter().enumerate() {
        old.reach(index);
        new.reach(index);
        if element.kind != Kind::Newline {
            place += usize::from(matches!(element.kind, Kind::Token(_)));
            continue;
        }
        let (was, is) = (old.line_behind(index), new.line_behind(index));
        let old_depth = old.tracker.depth(was.next);
        if element.is_file() && !was.fixed && !was.empty {
            let indentation = indentation(element).to_vec();
            records.push(Record { place, depth: old_depth, indentation });
        }
        let new_depth = new.tracker.depth(is.next);
        let (fixed, empty) = (is.fixed, is.empty);
        lines.push(Line { index, place, old: old_depth, new: new_depth, fixed, empty });
    }
    (lines, records)
}

/// The old or the new text: the elements that it has, and how deep its reading is.
struct View<'a> {
    elements: &'a [Element],
    members: &'a [usize],
    /// How many members are passed.
    passed: usize,
    tracker: Tracker,
}

/// What follows a newline.
struct Follows {
    next: Option<TokenKind>,
    fixed: bool,
    empty: bool,
}

impl<'a> View<'a> {
    fn new(elements: &'a [Element], members: &'a [usize]) -> View<'a> {
        View { elements, members, passed: 0, tracker: Tracker::default() }
    }

    /// Passes all members in front of `index`.
    fn reach(&mut self, index: usize) {
        while let Some(&member) = self.members.get(self.passed) {
            if member >= index {
                break;
            }
            self.passed += 1;
            if let Kind::Token(kind) = self.elements[member].kind {
                let rest = &self.members[self.passed..];
                let next = self.next_token(rest);
                let ends_line = rest
                    .iter()
                    .find(|&&at| !matches!(self.elements[at].kind, Kind::Space | Kind::Comment))
                    .is_none_or(|&at| matches!(self.elements[at].kind, Kind::Newline | Kind::Raw));
                self.tracker.pass(kind, next, ends_line);
            }
        }
    }

    /// The next token; an added comment counts as one, and an added empty block, which stands where a branch was removed, counts as its `}`.
    fn next_token(&self, rest: &[usize]) -> Option<TokenKind> {
        let comment = rest
            .iter()
            .map(|&at| &self.elements[at])
            .find(|element| !matches!(element.kind, Kind::Space | Kind::Newline));
        if comment.is_some_and(|element| element.is_added() && element.kind == Kind::Comment) {
            return Some(TokenKind::Unknown);
        }
        let mut tokens = rest.iter().filter_map(|&at| {
            self.elements[at].token_kind().map(|kind| (kind, self.elements[at].is_added()))
        });
        match (tokens.next(), tokens.next()) {
            (Some((TokenKind::LeftBrace, true)), Some((TokenKind::RightBrace, true))) => {
                Some(TokenKind::RightBrace)
            }
            (first, _) => first.map(|(kind, _)| kind),
        }
    }

    fn line_behind(&self, index: usize) -> Follows {
        let mut rest = self.members[self.passed..]
            .iter()
            .filter(|&&at| at > index)
            .map(|&at| &self.elements[at])
            .filter(|element| element.kind != Kind::Space);
        let first = rest.next();
        let next = first.and_then(Element::token_kind);
        let second = rest.next().and_then(Element::token_kind);
        let label = matches!(next, Some(TokenKind::Identifier | TokenKind::Default))
            && second == Some(TokenKind::Colon)
            && self.tracker.depth(None).nesting == 0;
        let directive = first
            .is_some_and(|element| element.kind == Kind::Skipped && element.text.starts_with(b"#"))
            || next.is_some_and(is_directive);
        Follows {
            next,
            fixed: label || directive,
            empty: first.is_none_or(|element| element.kind == Kind::Newline) && first.is_some(),
        }
    }
}

fn is_directive(kind: TokenKind) -> bool {
    kind >= TokenKind::PpIf
        && kind <= TokenKind::PpOther
        && kind != TokenKind::PpHeader
        && kind != TokenKind::PpParamsOpen
}

/// The indentation of an added line: that of the nearest record of its depth, or of one above it and units.
fn look_up(records: &[Record], line: &Line, unit: &[u8]) -> Vec<u8> {
    let wanted = line.new;
    if let Some(record) = nearest(records, line.place, |record| record.depth == wanted) {
        return record.indentation.clone();
    }
    let levels = wanted.levels + wanted.nesting;
    let below = records
        .iter()
        .filter(|record| record.depth.nesting == 0 && record.depth.levels < levels)
        .map(|record| record.depth.levels)
        .max()
        .unwrap_or(0);
    let base = nearest(records, line.place, |record| {
        record.depth.nesting == 0 && record.depth.levels == below
    });
    let mut text = base.map(|record| record.indentation.clone()).unwrap_or_default();
    if levels > 0 {
        (below..levels).for_each(|_| text.extend_from_slice(unit));
    }
    text
}

/// The nearest record that fits and that no record between has made the place forget.
fn nearest(records: &[Record], place: usize, fits: impl Fn(&Record) -> bool) -> Option<&Record> {
    let behind = records.partition_point(|record| record.place <= place);
    let back = seen(records[..behind].iter().rev(), &fits);
    let forth = seen(records[behind..].iter(), &fits);
    match (back, forth) {
        (Some(back), Some(forth)) if forth.place - place < place - back.place => Some(forth),
        (Some(back), _) => Some(back),
        (None, forth) => forth,
    }
}

/// The first record that fits; one with less nesting hides those with more.
fn seen<'a>(
    records: impl Iterator<Item = &'a Record>,
    fits: &impl Fn(&Record) -> bool,
) -> Option<&'a Record> {
    let mut nesting = usize::MAX;
    for record in records {
        if record.depth.nesting > nesting {
            continue;
        }
        if fits(record) {
            return Some(record);
        }
        nesting = record.depth.nesting;
    }
    None
}

/// The text of one level, by place.
struct Units {
    /// Where a line is deeper or less deep than the one before, and by what text a level.
    steps: Vec<(usize, Option<Vec<u8>>)>,
    default: Vec<u8>,
}

impl Units {
    fn new(records: &[Record], style: &Style) -> Units {
        let plain: Vec<&Record> =
            records.iter().filter(|record| record.depth.nesting == 0).collect();
        let steps = plain.windows(2);
        let default = match style.indent {
            Some(width) => vec![b' '; width],
            None => b"\t".to_vec(),
        };
        Units {
            steps: steps.filter_map(|p| Some((p[1].place, step(p[0], p[1])?))).collect(),
            default,
        }
    }

    /// The text of one level, as the lines before `place` have it, or those behind.
    fn at(&self, place: usize) -> Vec<u8> {
        let before = self.steps.partition_point(|&(other, _)| other <= place);
        let step = self.steps.get(before.saturating_sub(1));
        step.and_then(|(_, unit)| unit.clone()).unwrap_or_else(|| self.default.clone())
    }
}

/// The text of one level between two lines: none for the same depth, `Some(None)` when they do not fit.
fn step(first: &Record, second: &Record) -> Option<Option<Vec<u8>>> {
    let levels = first.depth.levels.abs_diff(second.depth.levels);
    if levels == 0 {
        return None;
    }
    let (low, high) = if first.depth.levels < second.depth.levels {
        (&first.indentation, &second.indentation)
    } else {
        (&second.indentation, &first.indentation)
    };
    let rest = high.strip_prefix(low.as_slice());
    Some(rest.and_then(|rest| {
        let width = rest.len() / levels;
        (width > 0 && rest.len() % levels == 0).then(|| rest[..width].to_vec())
    }))
}

/// The unit of an item, for line breaking: none when unknown.
pub(crate) fn unit_of(elements: &[Element]) -> Vec<u8> {
    let (_, records) = survey(elements);
    Units::new(&records, &Style::default()).at(usize::MAX)
}

/// Units more or less at the front of an indentation.
fn shifted(indentation: &[u8], difference: isize, unit: &[u8]) -> Vec<u8> {
    let mut text = indentation.to_vec();
    for _ in 0..difference.unsigned_abs() {
        if difference > 0 {
            text = [unit, &text].concat();
        } else {
            let rest = text.strip_prefix(unit).map(<[u8]>::to_vec);
            text = rest.unwrap_or_else(|| text.get(1..).unwrap_or_default().to_vec());
        }
    }
    text
}

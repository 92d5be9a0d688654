//! Small repairs where tokens of the file, removed ones and added ones meet.
//!
//! Invariant: repairs move or drop blanks and commas; the order of tokens stays.

use csyntax::TokenKind;

use crate::stream::{Element, Kind, Origin};

/// `;`, `)` and `,` have no space in front that removed tokens left, and none that was generated.
pub(crate) fn before_commas(elements: &mut [Element]) {
    for index in 0..elements.len() {
        let closes = matches!(
            elements[index].token_kind(),
            Some(TokenKind::Semicolon | TokenKind::RightParen | TokenKind::Comma)
        );
        if !closes || !elements[index].is_kept() {
            continue;
        }
        let mut removed = false;
        let mut spaces = Vec::new();
        for before in (0..index).rev() {
            let element = &elements[before];
            removed |= element.is_removed();
            if !element.is_kept() {
                continue;
            }
            if element.kind != Kind::Space {
                break;
            }
            spaces.push((before, element.is_added()));
        }
        for (before, generated) in spaces {
            elements[before].gone |= generated || removed;
        }
    }
}

/// Behind a kept `(`: blanks around removed tokens go, and the comma behind them. A removed `(` between two kept
/// tokens leaves a space.
pub(crate) fn around_parentheses(elements: &mut [Element], keep_comments: bool) {
    for index in 0..elements.len() {
        if !elements[index].is_token(TokenKind::LeftParen) {
            continue;
        }
        if elements[index].is_kept() {
            behind_parenthesis(elements, index, keep_comments);
        } else if elements[index].is_removed() && stands_between_kept(elements, index) {
            // The element itself turns into the space.
            elements[index] = Element::new(Kind::Space, b" ", Origin::Added);
        }
    }
}

fn behind_parenthesis(elements: &mut [Element], open: usize, keep_comments: bool) {
    let run_end = |from: usize, elements: &[Element]| {
        (from..elements.len())
            .find(|&index| {
                let element = &elements[index];
                element.is_kept() && !(element.is_file() && element.is_blank())
            })
            .unwrap_or(elements.len())
    };
    let mut end = run_end(open + 1, elements);
    if !elements[open + 1..end].iter().any(Element::is_removed) || end == elements.len() {
        return;
    }
    if elements[end].is_token(TokenKind::Comma) {
        elements[end].gone = true;
        end = run_end(end + 1, elements);
    }
    for element in &mut elements[open + 1..end] {
        element.gone |= element.is_blank() && !(keep_comments && element.kind == Kind::Comment);
    }
}

fn stands_between_kept(elements: &[Element], index: usize) -> bool {
    let is_kept_token = |element: Option<&Element>| {
        element.is_some_and(|element| {
            element.is_kept()
                && element.is_file()
                && matches!(element.kind, Kind::Token(kind) if kind != TokenKind::LeftParen)
        })
    };
    index > 0 && is_kept_token(elements.get(index - 1)) && is_kept_token(elements.get(index + 1))
}

/// A space in front of removed code that ends its line goes.
pub(crate) fn before_removed(elements: &mut [Element]) {
    for index in 0..elements.len().saturating_sub(1) {
        let space = elements[index].kind == Kind::Space && elements[index].is_kept();
        if !space || !elements[index + 1].is_removed() {
            continue;
        }
        let next = elements[index + 1..]
            .iter()
            .find(|element| element.is_kept() && element.kind != Kind::Space);
        if next.is_some_and(|element| element.kind == Kind::Newline) {
            elements[index].gone = true;
        }
    }
}

/// An added `{` that would stand below a kept `)` or `else` moves up behind it; code in the place of a removed `{`
/// moves down.
pub(crate) fn raise_braces(elements: &mut Vec<Element>) {
    let mut rest = std::mem::take(elements).into_iter().peekable();
    // What is done moves over, so that an insertion moves no more than the end of it.
    let done = elements;
    while let Some(element) = rest.next() {
        if let Some(newline) = rest.peek_mut()
            && let Some(header) = raised_to(done, &element, newline)
        {
            newline.gone = true;
            let at = end_of_header(done, header);
            let has_space = done[at - 1].kind == Kind::Space;
            let space = (!has_space).then(|| Element::new(Kind::Space, b" ", Origin::Added));
            done.splice(at..at, space.into_iter().chain([element]));
            continue;
        }
        if let Some(header) = lowered_from(done, &element) {
            for blank in &mut done[header + 1..] {
                blank.gone |= blank.kind == Kind::Space;
            }
            done.push(Element::new(Kind::Newline, b"\n", Origin::Added));
        }
        done.push(element);
    }
}

/// The kept `)` or `else` among what is `done` that an added `{` in front of a newline belongs behind.
fn raised_to(done: &[Element], brace: &Element, newline: &Element) -> Option<usize> {
    let added = brace.is_added() && newline.is_added();
    if !added || !brace.is_token(TokenKind::LeftBrace) || newline.kind != Kind::Newline {
        return None;
    }
    let mut lines = false;
    for (before, element) in done.iter().enumerate().rev() {
        match element.kind {
            _ if !element.is_kept() => {}
            Kind::Newline if element.is_file() => lines = true,
            Kind::Space => {}
            Kind::Comment if !element.is_line_comment() => {}
            Kind::Token(TokenKind::RightParen | TokenKind::Else) if element.is_file() => {
                return lines.then_some(before);
            }
            _ => return None,
        }
    }
    None
}

/// Where a brace stands behind a header: behind the comments on its line, too.
fn end_of_header(done: &[Element], header: usize) -> usize {
    let line = done[header + 1..].iter().take_while(|element| element.kind != Kind::Newline);
    let length = line.clone().count();
    let has_comment =
        line.clone().any(|element| element.is_kept() && element.kind == Kind::Comment);
    header + 1 + if has_comment { length } else { 0 }
}

/// The kept `)` in front of a removed `{` that the added code behind what is `done` stands for.
fn lowered_from(done: &[Element], element: &Element) -> Option<usize> {
    let brace = element.is_token(TokenKind::LeftBrace);
    if !element.is_added() || !element.is_kept() || !matches!(element.kind, Kind::Token(_)) || brace
    {
        return None;
    }
    let mut brace = false;
    for (before, element) in done.iter().enumerate().rev() {
        match element.kind {
            Kind::Token(TokenKind::LeftBrace) if element.is_removed() => brace = true,
            Kind::Token(TokenKind::RightParen) if element.is_kept() && element.is_file() => {
                return brace.then_some(before);
            }
            Kind::Space => {}
            _ if !element.is_kept() && element.kind != Kind::Newline => {}
            _ => return None,
        }
    }
    None
}

/// Newlines that C or the reference ask for: behind `//`, in front of an added `else`.
pub(crate) fn newlines(elements: &mut Vec<Element>) {
    let mut behind_comment = false;
    let done = Vec::with_capacity(elements.len());
    for element in std::mem::replace(elements, done) {
        if element.is_kept() {
            let starts_line = matches!(element.kind, Kind::Newline | Kind::Raw)
                || element.text.starts_with(b"\n")
                || element.text.starts_with(b"\r");
            let else_wants_line = element.is_added()
                && element.is_token(TokenKind::Else)
                && !behind_comment
                && wants_line(elements);
            if behind_comment && !starts_line {
                let place = behind_last_kept(elements);
                elements.insert(place, Element::new(Kind::Newline, b"\n", Origin::Added));
            }
            if else_wants_line {
                elements.push(Element::new(Kind::Newline, b"\n", Origin::Added));
            }
            behind_comment = element.is_line_comment();
        }
        elements.push(element);
    }
}

/// The place behind the last element that is kept.
fn behind_last_kept(done: &[Element]) -> usize {
    done.iter().rposition(Element::is_kept).map_or(0, |last| last + 1)
}

/// Whether an added `else` behind what is `done` needs a newline in front.
fn wants_line(done: &[Element]) -> bool {
    let before = done.iter().rev().find(|element| element.is_kept() && element.kind != Kind::Space);
    before.is_some_and(|element| {
        element.kind != Kind::Newline
            && element.kind != Kind::Raw
            && element.origin != Origin::Bound
            && !(element.is_file() && element.is_token(TokenKind::RightBrace))
    })
}

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
    let mut index = 0;
    while index < elements.len() {
        if let Some(header) = raised_to(elements, index) {
            elements[index + 1].gone = true;
            let brace = elements.remove(index);
            elements.insert(header + 1, Element::new(Kind::Space, b" ", Origin::Added));
            elements.insert(header + 2, brace);
            index += 1;
        } else if let Some(header) = lowered_from(elements, index) {
            for element in &mut elements[header + 1..index] {
                element.gone |= element.kind == Kind::Space;
            }
            elements.insert(index, Element::new(Kind::Newline, b"\n", Origin::Added));
            index += 1;
        }
        index += 1;
    }
}

/// The kept `)` or `else` that the added `{` at `index` belongs behind.
fn raised_to(elements: &[Element], index: usize) -> Option<usize> {
    let brace = &elements[index];
    let newline = elements.get(index + 1)?;
    let added = brace.is_added() && newline.is_added();
    if !added || !brace.is_token(TokenKind::LeftBrace) || newline.kind != Kind::Newline {
        return None;
    }
    let mut lines = false;
    for before in (0..index).rev() {
        let element = &elements[before];
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

/// The kept `)` in front of a removed `{` that the added code at `index` stands for.
fn lowered_from(elements: &[Element], index: usize) -> Option<usize> {
    let element = &elements[index];
    let brace = element.is_token(TokenKind::LeftBrace);
    if !element.is_added() || !element.is_kept() || !matches!(element.kind, Kind::Token(_)) || brace
    {
        return None;
    }
    let mut brace = false;
    for before in (0..index).rev() {
        let element = &elements[before];
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
    let mut index = 0;
    while index < elements.len() {
        if !elements[index].is_kept() {
            index += 1;
            continue;
        }
        let next = (index + 1..elements.len()).find(|&next| elements[next].is_kept());
        let comment = elements[index].is_line_comment();
        let follows = next.is_some_and(|next| {
            !matches!(elements[next].kind, Kind::Newline | Kind::Raw)
                && !elements[next].text.starts_with(b"\n")
                && !elements[next].text.starts_with(b"\r")
        });
        if comment && follows {
            elements.insert(index + 1, Element::new(Kind::Newline, b"\n", Origin::Added));
        }
        if elements[index].is_added()
            && elements[index].is_token(TokenKind::Else)
            && wants_line(elements, index)
        {
            elements.insert(index, Element::new(Kind::Newline, b"\n", Origin::Added));
            index += 1;
        }
        index += 1;
    }
}

/// Whether the added `else` at `index` needs a newline in front.
fn wants_line(elements: &[Element], index: usize) -> bool {
    let before = elements[..index]
        .iter()
        .rev()
        .find(|element| element.is_kept() && element.kind != Kind::Space);
    before.is_some_and(|element| {
        element.kind != Kind::Newline
            && element.kind != Kind::Raw
            && element.origin != Origin::Bound
            && !(element.is_file() && element.is_token(TokenKind::RightBrace))
    })
}

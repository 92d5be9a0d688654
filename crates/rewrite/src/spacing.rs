//! Spaces where added code touches kept code, or a value touches what is around it.

use csyntax::TokenKind;

use crate::spell::{is_operator, is_word};
use crate::stream::{Element, Kind, Origin};

/// Puts and drops the spaces around added code.
pub(crate) fn around_added(elements: &mut Vec<Element>) {
    drop_doubled(elements);
    let mut left: Option<usize> = None;
    let mut places = Vec::new();
    for index in (0..elements.len()).filter(|&index| elements[index].is_kept()) {
        if left.is_some_and(|before| wants_space(elements, before, index)) {
            places.push(index);
        }
        left = Some(index);
    }
    let mut places = places.into_iter().peekable();
    let done = Vec::with_capacity(elements.len() + places.len());
    for (index, element) in std::mem::replace(elements, done).into_iter().enumerate() {
        if places.next_if_eq(&index).is_some() {
            elements.push(Element::new(Kind::Space, b" ", Origin::Added));
        }
        elements.push(element);
    }
}

/// The newline behind code that was added before removed code goes when another one follows, or the item ends.
pub(crate) fn newlines_before_removed(elements: &mut [Element]) {
    for index in (0..elements.len()).rev() {
        // Behind a function there are two.
        let goes = |element: &Element| element.is_removed() || element.parts && element.gone;
        if !elements[index].parts || !elements.get(index + 1).is_some_and(goes) {
            continue;
        }
        let next = elements[index + 1..].iter().find(|element| element.is_kept());
        if next.is_none_or(|element| element.kind == Kind::Newline) {
            elements[index].gone = true;
        }
    }
}

/// A generated space goes in front of a blank, of `;`, `)` and `,`, and at the end.
fn drop_doubled(elements: &mut [Element]) {
    let mut last: Option<usize> = None;
    for index in 0..elements.len() {
        if !elements[index].is_kept() {
            continue;
        }
        if let Some(before) = last {
            let right = &elements[index];
            let idle = matches!(right.kind, Kind::Space | Kind::Newline) && right.is_file()
                || right.kind == Kind::Newline
                || matches!(
                    right.token_kind(),
                    Some(TokenKind::Semicolon | TokenKind::RightParen | TokenKind::Comma)
                );
            if elements[before].touches && right.is_file() && right.kind == Kind::Space {
                elements[index].gone = true;
                continue;
            }
            let left = &mut elements[before];
            if idle && left.is_added() && left.kind == Kind::Space {
                left.gone = true;
            }
        }
        last = Some(index);
    }
}

fn wants_space(elements: &[Element], left: usize, right: usize) -> bool {
    let (before, behind) = (&elements[left], &elements[right]);
    let (Some(l), Some(r)) = (before.token_kind(), behind.token_kind()) else { return false };
    match (before.is_added(), behind.is_added()) {
        (false, false) => false,
        (true, true) => {
            // A declarator that is added behind its type may begin with `*`.
            let separate = behind.spaced || (behind.starts && r == TokenKind::Star);
            is_word(l) && (is_word(r) || (is_operator(r) && separate))
                || (behind.starts && l == TokenKind::RightParen && r == TokenKind::LeftBrace)
        }
        (false, true) if l == TokenKind::Comma => is_space_behind_added(elements, right),
        _ => {
            (is_word(l) || matches!(l, TokenKind::RightParen | TokenKind::RightBracket))
                && (is_word(r)
                    || (is_operator(r) && (behind.spaced || is_blank_behind(elements, right))))
        }
    }
}

/// Whether a kept space follows the added code that starts at `index`.
fn is_space_behind_added(elements: &[Element], index: usize) -> bool {
    elements[index..]
        .iter()
        .find(|element| element.is_kept() && element.is_file())
        .is_some_and(|element| element.kind == Kind::Space)
}

fn is_blank_behind(elements: &[Element], index: usize) -> bool {
    elements[index + 1..]
        .iter()
        .find(|element| element.is_kept())
        .is_some_and(|element| element.is_file() && element.is_blank())
}

//! Commas of lists that lost or gained elements: `( ,` loses the comma, `, ,` the first, `, )` the comma, unless both
//! were neighbours in the file.

use csyntax::TokenKind;

use crate::stream::{Element, Kind};

/// Drops the commas of an item that have nothing to separate.
pub(crate) fn repair(elements: &mut [Element]) {
    let mut left: Option<usize> = None;
    for right in 0..elements.len() {
        let element = &elements[right];
        if !element.is_kept() || element.is_blank() {
            continue;
        }
        if let Some(before) = left
            && let Some(comma) = idle_comma(&elements[before], &elements[right])
            && !were_neighbours(&elements[before], &elements[right])
        {
            let dropped = if comma == Idle::Left { before } else { right };
            drop_comma(elements, dropped);
            if comma == Idle::Right {
                continue;
            }
        }
        left = Some(right);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Idle {
    Left,
    Right,
}

fn idle_comma(left: &Element, right: &Element) -> Option<Idle> {
    use TokenKind::*;
    match (left.token_kind()?, right.token_kind()?) {
        (LeftParen, Comma) => Some(Idle::Right),
        (Comma, Comma | RightParen) => Some(Idle::Left),
        _ => None,
    }
}

fn were_neighbours(left: &Element, right: &Element) -> bool {
    matches!((left.token, right.token), (Some(left), Some(right)) if left.next() == right)
}

/// Drops a comma and the generated space behind it.
fn drop_comma(elements: &mut [Element], comma: usize) {
    elements[comma].gone = true;
    let next = elements[comma + 1..].iter_mut().find(|element| element.is_kept());
    if let Some(space) = next.filter(|element| element.is_added() && element.kind == Kind::Space) {
        space.gone = true;
    }
}

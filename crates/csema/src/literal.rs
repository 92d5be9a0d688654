//! The types of literals (C11 6.4.4).

use csyntax::{NodeId, TokenKind, Tree};

use crate::types::Type;

/// How many bits integers have, where that is known. Without it, an integer literal has the type that its suffix says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Widths {
    /// Of an `int`.
    pub int: Option<u32>,
    /// Of a `long`.
    pub long: Option<u32>,
}

/// The type of the literal `node`.
pub(crate) fn type_of(tree: &Tree, node: NodeId, widths: Widths) -> Option<Type> {
    let token = tree.first_token(node)?;
    let text = tree.token_text(token).to_ascii_lowercase();
    Some(Type::word(match tree.tokens().kind(token) {
        TokenKind::Character => "char",
        TokenKind::Float if text.ends_with(b"f") => "float",
        TokenKind::Float => "double",
        _ => integer(&text, widths),
    }))
}

/// Integer types, each with its unsigned one, the smallest first.
const INTEGERS: [(&str, &str); 3] =
    [("int", "unsigned int"), ("long", "unsigned long"), ("long long", "unsigned long long")];

/// The type of an integer in lower case: the first type in the row of its suffix that can hold it. A decimal number
/// that no `long` holds may be an `unsigned long`, as in C90.
fn integer(text: &[u8], widths: Widths) -> &'static str {
    let (digits, base) = match text {
        [b'0', b'x', rest @ ..] => (rest, 16),
        [b'0', b'b', rest @ ..] => (rest, 2),
        [b'0', rest @ ..] if rest.first().is_some_and(u8::is_ascii_digit) => (rest, 8),
        _ => (text, 10),
    };
    let length = digits.iter().take_while(|&&byte| (byte as char).is_digit(base)).count();
    let (digits, suffix) = digits.split_at(length);
    let value = std::str::from_utf8(digits).ok().and_then(|d| u128::from_str_radix(d, base).ok());
    let unsigned = suffix.contains(&b'u');
    let first = suffix.iter().filter(|&&byte| byte == b'l').count().min(2);
    let widths = [widths.int, widths.long];
    for (size, (signed_name, unsigned_name)) in INTEGERS.iter().enumerate().skip(first) {
        let Some(bits) = widths.get(size).copied().flatten() else {
            return if unsigned { unsigned_name } else { signed_name };
        };
        let fits = |bits: u32| value.is_some_and(|value| value >> bits.min(127) == 0);
        if !unsigned && fits(bits.saturating_sub(1)) {
            return signed_name;
        }
        if fits(bits) && (unsigned || base != 10 || size == 1) {
            return unsigned_name;
        }
    }
    if unsigned { "unsigned long long" } else { "long long" }
}

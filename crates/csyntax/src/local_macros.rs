//! Macros that the file itself defines, where their bodies say what they stand for: `for (...)` and `while (...)` are
//! loops, `__attribute__((...))` is an attribute.

use crate::hints::Role;
use crate::kind::TokenKind;
use crate::names::Names;
use crate::tree::{TokenId, Tokens};

/// Notes the roles of the macros that a file defines.
pub(crate) fn note_roles(text: &[u8], tokens: &Tokens, names: &mut Names) {
    let mut ids = tokens.ids();
    while let Some(define) = ids.find(|&token| tokens.kind(token) == TokenKind::PpDefine) {
        let name = define.next();
        if tokens.kind(name) != TokenKind::Identifier {
            continue;
        }
        if let Some(role) = role_of_body(tokens, body(tokens, name)) {
            names.add_role(&text[tokens.span(name).range()], role);
        }
    }
}

/// The first token behind the name and the parameters.
fn body(tokens: &Tokens, name: TokenId) -> TokenId {
    let mut token = name.next();
    if tokens.kind(token) == TokenKind::PpParamsOpen {
        while !matches!(tokens.kind(token), TokenKind::RightParen | TokenKind::PpEnd) {
            token = token.next();
        }
        if tokens.kind(token) == TokenKind::RightParen {
            token = token.next();
        }
    }
    token
}

fn role_of_body(tokens: &Tokens, first: TokenId) -> Option<Role> {
    let role = match tokens.kind(first) {
        TokenKind::For | TokenKind::While => Role::Iterator,
        TokenKind::Attribute => Role::Attribute,
        _ => return None,
    };
    // One pair of parentheses and nothing else.
    let mut depth = 0;
    let mut token = first.next();
    loop {
        match tokens.kind(token) {
            TokenKind::LeftParen => depth += 1,
            TokenKind::RightParen => depth -= 1,
            TokenKind::PpEnd | TokenKind::Eof => return None,
            _ if depth == 0 => return None,
            _ => {}
        }
        token = token.next();
        if depth == 0 {
            return (tokens.kind(token) == TokenKind::PpEnd).then_some(role);
        }
    }
}

//! Macros that the file itself defines, where their bodies say what they stand for.
//!
//! | body | a use is |
//! |---|---|
//! | nothing, `__attribute__((...))`, `static inline` | an attribute |
//! | `unsigned long`, `struct s *`, `u32` | a type |
//! | `for (...)`, `if (...) {} else`, `for_each_x(...)` | an iterator |
//! | ends in `;` or `}` | a statement, which needs no `;` |
//! | `* 1024`, `->next` | a suffix of an expression |
//! | one operator, bracket or keyword: `==`, `{`, `static` | that token |
//!
//! A macro that is defined twice in different ways is left alone: which one holds depends on the configuration.

use rustc_hash::FxHashMap;

use crate::hints::{Hints, Role};
use crate::kind::TokenKind;
use crate::names::{Names, is_iterator_name, is_upper};
use crate::tree::{TokenId, Tokens};

/// What the body of a macro says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Role(Role),
    Type,
    Token(TokenKind),
    /// Nothing that helps, or two things.
    Unknown,
}

/// Notes what the macros stand for that a file defines, and gives uses of one-token macros the kind of that token.
pub(crate) fn learn(text: &[u8], tokens: &mut Tokens, names: &mut Names) {
    for (name, meaning) in meanings(text, tokens, names) {
        match meaning {
            Meaning::Role(role) => names.add_role(name, role),
            Meaning::Type => names.add_type(name),
            Meaning::Token(kind) => names.add_token(name, kind),
            Meaning::Unknown => {}
        }
    }
    if names.has_tokens() {
        replace_kinds(text, tokens, names);
    }
}

/// The names in the order of their first definition.
fn meanings<'a>(text: &'a [u8], tokens: &Tokens, names: &Names) -> Vec<(&'a [u8], Meaning)> {
    let mut meanings: Vec<(&[u8], Meaning)> = Vec::new();
    let mut places: FxHashMap<&[u8], usize> = FxHashMap::default();
    let mut ids = tokens.ids();
    while let Some(define) = ids.find(|&token| tokens.kind(token) == TokenKind::PpDefine) {
        let name = define.next();
        if tokens.kind(name) != TokenKind::Identifier {
            continue;
        }
        let name_text = &text[tokens.span(name).range()];
        let body = Body { text, tokens, names, known: &meanings, places: &places };
        let meaning = body.meaning(name);
        match places.get(name_text) {
            Some(&place) if meanings[place].1 != meaning => meanings[place].1 = Meaning::Unknown,
            Some(_) => {}
            None => {
                places.insert(name_text, meanings.len());
                meanings.push((name_text, meaning));
            }
        }
    }
    meanings
}

fn replace_kinds(text: &[u8], tokens: &mut Tokens, names: &Names) {
    for token in tokens.ids() {
        if tokens.kind(token) != TokenKind::Identifier {
            continue;
        }
        let behind_directive = token.0 > 0
            && matches!(
                tokens.kind(TokenId(token.0 - 1)),
                TokenKind::PpDefine | TokenKind::PpUndef
            );
        let kind = names.token(&text[tokens.span(token).range()]);
        if let (Some(kind), false) = (kind, behind_directive) {
            tokens.set_kind(token, kind);
        }
    }
}

/// The first token of a macro's body, behind the name and the parameters.
pub(crate) fn behind_parameters(tokens: &Tokens, name: TokenId) -> TokenId {
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

/// What is needed to read the bodies of a file's macros.
struct Body<'a> {
    text: &'a [u8],
    tokens: &'a Tokens,
    names: &'a Names,
    /// The macros defined so far.
    known: &'a [(&'a [u8], Meaning)],
    places: &'a FxHashMap<&'a [u8], usize>,
}

impl Body<'_> {
    /// What the body of the macro whose name is at a token says.
    fn meaning(&self, name: TokenId) -> Meaning {
        let has_parameters = self.tokens.kind(name.next()) == TokenKind::PpParamsOpen;
        let first = behind_parameters(self.tokens, name);
        let end = self.end(first);
        if first == end {
            return if has_parameters { Meaning::Unknown } else { Meaning::Role(Role::Attribute) };
        }
        if let (false, Some(kind)) = (has_parameters, self.lone_token(first, end)) {
            return Meaning::Token(kind);
        }
        if let Some(meaning) = self.specifiers(first, end) {
            return meaning;
        }
        if self.is_header(first, end) {
            return Meaning::Role(Role::Iterator);
        }
        if !has_parameters && self.is_suffix(first) {
            return Meaning::Role(Role::Suffix);
        }
        let last = TokenId(end.0 - 1);
        match self.tokens.kind(last) {
            TokenKind::Semicolon => Meaning::Role(Role::Statement),
            TokenKind::RightBrace if self.starts_statement(first) => Meaning::Role(Role::Statement),
            _ => Meaning::Unknown,
        }
    }

    fn end(&self, mut token: TokenId) -> TokenId {
        while !matches!(self.tokens.kind(token), TokenKind::PpEnd | TokenKind::Eof) {
            token = token.next();
        }
        token
    }

    fn text_of(&self, token: TokenId) -> &[u8] {
        &self.text[self.tokens.span(token).range()]
    }

    /// The only token of a body, if it is an operator, a bracket or a keyword that is no type.
    fn lone_token(&self, first: TokenId, end: TokenId) -> Option<TokenKind> {
        use TokenKind::*;
        let kind = self.tokens.kind(first);
        let speaks = (kind >= Auto && kind <= AssignOp)
            && !matches!(kind, TypeWord | Attribute | Hash | HashHash);
        (first.next() == end && speaks).then_some(kind)
    }

    /// A body of nothing but storage words, qualifiers, attributes and types.
    fn specifiers(&self, first: TokenId, end: TokenId) -> Option<Meaning> {
        use TokenKind::*;
        let mut meaning = Meaning::Role(Role::Attribute);
        let mut token = first;
        while token < end {
            match self.tokens.kind(token) {
                Static | Extern | Auto | Register | Inline | StorageWord | Const | Volatile
                | Restrict | Extension => {}
                Attribute => token = TokenId(self.close(token.next(), end)?.0),
                TypeWord => meaning = Meaning::Type,
                Star if meaning == Meaning::Type => {}
                Struct | Union | Enum if self.tokens.kind(token.next()) == Identifier => {
                    meaning = Meaning::Type;
                    token = token.next();
                }
                Identifier => match self.word(token)? {
                    Meaning::Type => meaning = Meaning::Type,
                    Meaning::Role(Role::Attribute) => {}
                    _ => return None,
                },
                _ => return None,
            }
            token = token.next();
        }
        Some(meaning)
    }

    /// What a name in a body is known as.
    fn word(&self, token: TokenId) -> Option<Meaning> {
        let name = self.text_of(token);
        if let Some(&place) = self.places.get(name) {
            return Some(self.known[place].1);
        }
        match Hints::standard().role(name) {
            Some(role) => Some(Meaning::Role(role)),
            None => self.names.is_type(name).then_some(Meaning::Type),
        }
    }

    /// The bracket that closes the parenthesis at a token.
    fn close(&self, open: TokenId, end: TokenId) -> Option<TokenId> {
        use TokenKind::*;
        if !matches!(self.tokens.kind(open), LeftParen | LeftBrace) {
            return None;
        }
        let mut depth = 0;
        let mut token = open;
        while token < end {
            match self.tokens.kind(token) {
                LeftParen | LeftBrace => depth += 1,
                RightParen | RightBrace => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(token);
            }
            token = token.next();
        }
        None
    }

    /// Whether a body ends where a statement has to follow: `for (..)`, `if (..) ; else`, `for (..) if (..)`.
    fn is_header(&self, first: TokenId, end: TokenId) -> bool {
        use TokenKind::*;
        let mut token = first;
        loop {
            let open = match self.tokens.kind(token) {
                For | While | If | Switch => token.next(),
                Identifier if self.is_iterator(token) => token.next(),
                // `if (x) {} else`, `if (x) ; else`
                LeftBrace | Semicolon if token != first => {
                    let last = self.close(token, end).unwrap_or(token);
                    if self.tokens.kind(last.next()) != Else {
                        return false;
                    }
                    token = last.next().next();
                    if token == end {
                        return true;
                    }
                    continue;
                }
                _ => return false,
            };
            match self.close(open, end) {
                Some(close) if close.next() == end => return true,
                Some(close) => token = close.next(),
                None => return false,
            }
        }
    }

    fn is_iterator(&self, token: TokenId) -> bool {
        is_iterator_name(self.text_of(token))
            || self.word(token) == Some(Meaning::Role(Role::Iterator))
    }

    /// Whether a body goes on with an expression in front of it.
    fn is_suffix(&self, first: TokenId) -> bool {
        use TokenKind::*;
        match self.tokens.kind(first) {
            Slash | Percent | ShiftLeft | ShiftRight | Less | Greater | LessEqual
            | GreaterEqual | EqualEqual | BangEqual | Caret | Pipe | AmpAmp | PipePipe
            | Question | Arrow => true,
            // `* 1024`, but not `*p`
            Star => match self.tokens.kind(first.next()) {
                Integer => true,
                Identifier => is_upper(self.text_of(first.next())),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a body that ends in `}` is a statement and no initialiser: a keyword, or `{` and no `.` or `,` entries.
    fn starts_statement(&self, first: TokenId) -> bool {
        use TokenKind::*;
        matches!(self.tokens.kind(first), If | For | While | Do | Switch)
    }
}

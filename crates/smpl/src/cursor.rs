//! Reading headers and declarations word by word; these follow C's tokens, but no C grammar.
//!
//! Invariant: words are in text order; behind the last there is always [`TokenKind::Eof`].

use csyntax::TokenKind;
use csyntax::lexer::{skip_gap, token_at};
use text::Span;

/// A token of a header or a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    pub kind: TokenKind,
    pub span: Span,
}

/// A place in a run of words.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    pub source: &'a [u8],
    words: Vec<Word>,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// All words in `span` of `source`.
    pub fn new(source: &'a [u8], span: Span) -> Cursor<'a> {
        let text = &source[..span.end as usize];
        let (mut words, mut at) = (Vec::new(), span.start as usize);
        loop {
            at = skip_gap(text, at).min(text.len());
            if at >= text.len() {
                break;
            }
            let (kind, end) = token_at(text, at);
            words.push(Word { kind, span: Span::new(at as u32, end as u32) });
            at = end;
        }
        words.push(Word { kind: TokenKind::Eof, span: Span::empty(at as u32) });
        Cursor { source, words, at: 0 }
    }

    pub fn peek(&self) -> Word {
        self.nth(0)
    }

    /// The word `n` places ahead.
    pub fn nth(&self, n: usize) -> Word {
        self.words[(self.at + n).min(self.words.len() - 1)]
    }

    /// The word passed last; the next one at the start.
    pub fn previous(&self) -> Word {
        self.words[self.at.saturating_sub(1)]
    }

    pub fn bump(&mut self) -> Word {
        let word = self.peek();
        self.at = (self.at + 1).min(self.words.len() - 1);
        word
    }

    pub fn at_end(&self) -> bool {
        self.peek().kind == TokenKind::Eof
    }

    /// The bytes of a word.
    pub fn bytes(&self, word: Word) -> &'a [u8] {
        &self.source[word.span.range()]
    }

    /// A word as text; odd bytes are replaced.
    pub fn text(&self, word: Word) -> Box<str> {
        String::from_utf8_lossy(self.bytes(word)).into()
    }

    pub fn at_word(&self, text: &str) -> bool {
        self.nth_is(0, text)
    }

    pub fn nth_is(&self, n: usize, text: &str) -> bool {
        self.bytes(self.nth(n)) == text.as_bytes()
    }

    pub fn eat_word(&mut self, text: &str) -> Option<Word> {
        self.at_word(text).then(|| self.bump())
    }

    pub fn at_kind(&self, kind: TokenKind) -> bool {
        self.peek().kind == kind
    }

    pub fn eat(&mut self, kind: TokenKind) -> Option<Word> {
        self.at_kind(kind).then(|| self.bump())
    }

    /// Passes two words that touch, such as `=` and `~`.
    pub fn eat_pair(&mut self, first: TokenKind, second: TokenKind) -> Option<Span> {
        let (a, b) = (self.nth(0), self.nth(1));
        if a.kind != first || b.kind != second || a.span.end != b.span.start {
            return None;
        }
        self.bump();
        self.bump();
        Some(a.span.cover(b.span))
    }

    /// Whether the word `n` places ahead reads as a name: identifiers, and keywords of C.
    pub fn is_name(&self, n: usize) -> bool {
        let first = self.bytes(self.nth(n)).first().copied();
        first.is_some_and(|byte| {
            byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
        }) && !matches!(self.nth(n).kind, TokenKind::String | TokenKind::Character)
    }

    pub fn eat_name(&mut self) -> Option<Word> {
        self.is_name(0).then(|| self.bump())
    }

    /// Passes words up to `kind` and it too, for recovery.
    pub fn skip_past(&mut self, kind: TokenKind) {
        while !self.at_end() {
            if self.bump().kind == kind {
                return;
            }
        }
    }

    pub fn position(&self) -> usize {
        self.at
    }

    pub fn rewind(&mut self, position: usize) {
        self.at = position;
    }

    /// The words from position `from` up to position `to`.
    pub fn between(&self, from: usize, to: usize) -> &[Word] {
        &self.words[from..to]
    }
}

/// The text of a string literal without quotes and escapes of quotes; prefix ignored.
pub(crate) fn string_content(literal: &[u8]) -> Box<str> {
    let start = literal.iter().position(|&byte| byte == b'"').map_or(0, |at| at + 1);
    let end = if literal.ends_with(b"\"") && literal.len() > start {
        literal.len() - 1
    } else {
        literal.len()
    };
    String::from_utf8_lossy(&literal[start..end]).replace("\\\"", "\"").into()
}

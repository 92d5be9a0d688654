//! From bytes to tokens, directives included, macros left as they stand.
//!
//! Invariants: every byte is in exactly one token or gap; lexing never fails (odd bytes become
//! [`TokenKind::Unknown`]); the work is linear in the length of the text.
//!
//! What is lexed as a directive: `#` as the first token of a line. Conditionals, `#pragma`, `#error` and the
//! like are one token for the whole logical line. `#include`, `#define` and `#undef` are followed by the
//! tokens of their line and an empty [`TokenKind::PpEnd`].

use fixedbitset::FixedBitSet;
use memchr::memchr;
use text::Span;

use crate::kind::TokenKind;
use crate::tree::{TokenId, Tokens};
use crate::work;

/// What some editors put in front of a file; it is a gap.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Lexes a whole C file.
pub fn tokenize(text: &[u8]) -> Tokens {
    let at = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut lexer = Lexer { text, at, tokens: Tokens::new() };
    lexer.file();
    lexer.tokens
}

/// The longest token of C that starts at byte `at`, and the byte behind it.
///
/// `at` must be inside `text` and not on a blank. Directives and comments are not looked for: a `#` is an
/// operator here.
pub fn token_at(text: &[u8], at: usize) -> (TokenKind, usize) {
    let byte = text[at];
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => word(text, at),
        b'0'..=b'9' => number(text, at),
        b'.' if text.get(at + 1).is_some_and(u8::is_ascii_digit) => number(text, at),
        b'"' => (TokenKind::String, quoted(text, at, b'"')),
        b'\'' => (TokenKind::Character, quoted(text, at, b'\'')),
        _ => punctuation(text, at),
    }
}

/// The byte behind the blanks, comments and line continuations that start at `at`.
pub fn skip_gap(text: &[u8], at: usize) -> usize {
    let mut gap = Gap { text, at, line_start: false };
    while gap.step() {}
    gap.at
}

/// Comments with these words around code keep it from being parsed; Coccinelle's users know them.
const SKIP_START: &[u8] = b"{{coccinelle:skip_start}}";
const SKIP_END: &[u8] = b"{{coccinelle:skip_end}}";

/// Hides the tokens between comments that say so, and to the end where nothing ends the part.
pub(crate) fn hide_skipped(text: &[u8], tokens: &Tokens, hidden: &mut FixedBitSet) {
    let mut from = 0;
    while let Some(found) = memchr::memmem::find(&text[from..], SKIP_START) {
        let start = from + found;
        let end = memchr::memmem::find(&text[start..], SKIP_END)
            .map_or(text.len(), |length| start + length);
        let first = tokens.first_from(start as u32);
        let last = tokens.first_from(end as u32);
        if in_gap(tokens, first, start) {
            hidden.insert_range(first.index()..last.index());
        }
        from = end;
    }
}

/// Hides line markers, `# 1 "file.c"`, wherever they stand: they say nothing of structure.
pub(crate) fn hide_line_markers(text: &[u8], tokens: &Tokens, hidden: &mut FixedBitSet) {
    for token in tokens.ids().filter(|&token| tokens.kind(token) == TokenKind::PpOther) {
        let directive = text[tokens.span(token).range()][1..].trim_ascii_start();
        if directive.first().is_some_and(u8::is_ascii_digit) || directive.starts_with(b"line") {
            hidden.insert(token.index());
        }
    }
}

/// Whether byte `at`, which is in front of `token`, is in no token.
fn in_gap(tokens: &Tokens, token: TokenId, at: usize) -> bool {
    token.0 == 0 || tokens.span(TokenId(token.0 - 1)).end as usize <= at
}

/// Whether `byte` may stand in a name.
pub fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

/// A cursor in the blanks and comments between two tokens.
struct Gap<'a> {
    text: &'a [u8],
    at: usize,
    /// Whether a newline that no backslash precedes was passed.
    line_start: bool,
}

impl Gap<'_> {
    /// Passes one blank or comment; false when a token (or the end) is reached.
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        match rest {
            [b'\n', ..] => {
                self.line_start = true;
                self.at += 1;
            }
            [b' ' | b'\t' | b'\r' | 0x0b | 0x0c, ..] => self.at += 1,
            [b'/', b'*', ..] => self.at += block_comment(rest),
            [b'/', b'/', ..] => self.at += line_end(rest, 0),
            [b'\\', b'\n', ..] => self.at += 2,
            [b'\\', b'\r', b'\n', ..] => self.at += 3,
            _ => return false,
        }
        true
    }
}

/// The length of the block comment at the start of `text`; to the end when nothing closes it.
fn block_comment(text: &[u8]) -> usize {
    let mut at = 2;
    while let Some(found) = memchr(b'*', &text[at.min(text.len())..]) {
        at += found + 1;
        if text.get(at) == Some(&b'/') {
            return at + 1;
        }
    }
    text.len()
}

/// Where the logical line of `at` ends: at a `\n` that no backslash precedes, or at the end.
fn line_end(text: &[u8], mut at: usize) -> usize {
    while let Some(found) = memchr(b'\n', &text[at..]) {
        let newline = at + found;
        let before = text[..newline].strip_suffix(b"\r").unwrap_or(&text[..newline]);
        if before.last() != Some(&b'\\') {
            return newline;
        }
        at = newline + 1;
    }
    text.len()
}

/// Where a directive that starts at `at` ends; a block comment may carry it over line ends.
fn directive_end(text: &[u8], mut at: usize) -> usize {
    while at < text.len() {
        match &text[at..] {
            [b'\n', ..] => return at,
            [b'\r', b'\n', ..] => return at,
            [b'\\', b'\r', b'\n', ..] => at += 3,
            [b'\\', b'\n', ..] => at += 2,
            [b'/', b'*', ..] => at += block_comment(&text[at..]),
            [b'/', b'/', ..] => return at,
            [b'"', ..] => at = quoted(text, at, b'"').max(at + 1),
            _ => at += 1,
        }
    }
    at
}

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    tokens: Tokens,
}

impl Lexer<'_> {
    fn push(&mut self, kind: TokenKind, end: usize) {
        work::steps(end - self.at);
        self.tokens.push(kind, Span::new(self.at as u32, end as u32));
        self.at = end;
    }

    /// Passes blanks and comments; tells whether a line starts here.
    fn gap(&mut self) -> bool {
        let line_start = self.tokens.is_empty();
        let mut gap = Gap { text: self.text, at: self.at, line_start };
        while gap.step() {}
        work::steps(gap.at - self.at);
        self.at = gap.at;
        gap.line_start
    }

    fn file(&mut self) {
        loop {
            let line_start = self.gap();
            if self.at >= self.text.len() {
                break;
            }
            if line_start && self.text[self.at] == b'#' {
                self.directive();
            } else {
                let (kind, end) = token_at(self.text, self.at);
                self.push(kind, end);
            }
        }
        self.push(TokenKind::Eof, self.at);
    }

    /// `#` word ...
    fn directive(&mut self) {
        let (name_start, name_end) = directive_name(self.text, self.at);
        match &self.text[name_start..name_end] {
            b"if" | b"ifdef" | b"ifndef" => self.line_directive(TokenKind::PpIf),
            b"elif" | b"elifdef" | b"elifndef" => self.line_directive(TokenKind::PpElif),
            b"else" => self.line_directive(TokenKind::PpElse),
            b"endif" => self.line_directive(TokenKind::PpEndif),
            b"pragma" => {
                self.push(TokenKind::PpPragma, name_end);
                self.pragma();
            }
            b"include" | b"include_next" | b"import" => {
                self.push(TokenKind::PpInclude, name_end);
                self.header_name();
            }
            b"define" => {
                self.push(TokenKind::PpDefine, name_end);
                self.macro_definition();
            }
            b"undef" => {
                self.push(TokenKind::PpUndef, name_end);
                self.rest_of_line();
            }
            _ => self.line_directive(TokenKind::PpOther),
        }
    }

    /// A directive that is one token up to the end of its line, without blanks and comments at its end.
    fn line_directive(&mut self, kind: TokenKind) {
        let mut end = directive_end(self.text, self.at);
        while end > self.at && self.text[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
        self.push(kind, end);
    }

    /// The first word of a `#pragma`, and the rest of the logical line.
    fn pragma(&mut self) {
        self.gap_in_line();
        let length = self.text[self.at..].iter().take_while(|&&byte| is_name_byte(byte)).count();
        if length > 0 {
            self.push(TokenKind::Identifier, self.at + length);
            self.gap_in_line();
        }
        if !self.at_line_end() {
            self.line_directive(TokenKind::PpText);
        }
        self.push(TokenKind::PpEnd, self.at);
    }

    /// Passes blanks and comments inside one logical line.
    fn gap_in_line(&mut self) {
        let mut gap = Gap { text: self.text, at: self.at, line_start: false };
        while gap.text.get(gap.at).is_some_and(|&byte| byte != b'\n')
            && !gap.text[gap.at..].starts_with(b"\r\n")
            && gap.step()
        {}
        work::steps(gap.at - self.at);
        self.at = gap.at;
    }

    fn at_line_end(&self) -> bool {
        matches!(self.text.get(self.at), None | Some(b'\n'))
            || self.text[self.at..].starts_with(b"\r\n")
    }

    /// The tokens up to the end of the logical line, then the empty end token.
    fn rest_of_line(&mut self) {
        loop {
            self.gap_in_line();
            if self.at_line_end() {
                break;
            }
            let (kind, end) = token_at(self.text, self.at);
            self.push(kind, end);
        }
        self.push(TokenKind::PpEnd, self.at);
    }

    /// `<a/b.h>`, `"a.h"` or tokens.
    fn header_name(&mut self) {
        self.gap_in_line();
        let rest = &self.text[self.at..];
        let close = match rest.first() {
            Some(b'<') => b'>',
            Some(b'"') => b'"',
            _ => return self.rest_of_line(),
        };
        let line = &rest[..memchr(b'\n', rest).unwrap_or(rest.len())];
        work::steps(line.len());
        if let Some(found) = memchr(close, &line[1..]) {
            self.push(TokenKind::PpHeader, self.at + found + 2);
        }
        self.rest_of_line();
    }

    /// The name, an opening parenthesis that touches it, and the body.
    fn macro_definition(&mut self) {
        self.gap_in_line();
        if !self.at_line_end() {
            let (kind, end) = token_at(self.text, self.at);
            self.push(kind, end);
            if self.text.get(self.at) == Some(&b'(') {
                self.push(TokenKind::PpParamsOpen, self.at + 1);
            }
        }
        self.rest_of_line();
    }
}

/// Where the word behind the `#` at `at` starts and ends.
fn directive_name(text: &[u8], at: usize) -> (usize, usize) {
    let mut gap = Gap { text, at: at + 1, line_start: false };
    while gap.text.get(gap.at).is_some_and(|&byte| byte != b'\n') && gap.step() {}
    let start = gap.at;
    let length = text[start..].iter().take_while(|&&byte| is_name_byte(byte)).count();
    (start, start + length)
}

fn word(text: &[u8], at: usize) -> (TokenKind, usize) {
    let end = at + text[at..].iter().take_while(|&&byte| is_name_byte(byte)).count();
    match (&text[at..end], text.get(end)) {
        (b"L" | b"u" | b"U" | b"u8", Some(b'"')) => (TokenKind::String, quoted(text, end, b'"')),
        (b"L" | b"u" | b"U" | b"u8", Some(b'\'')) => {
            (TokenKind::Character, quoted(text, end, b'\''))
        }
        // `_Atomic(type)` is a specifier, `_Atomic` alone a qualifier.
        (b"_Atomic", _) if text.get(skip_gap(text, end)) == Some(&b'(') => (TokenKind::Typeof, end),
        (name, _) => (keyword(name), end),
    }
}

/// A preprocessing number: digits, letters, dots, and signs behind an exponent letter.
fn number(text: &[u8], at: usize) -> (TokenKind, usize) {
    let mut end = at;
    let hex = matches!(text[at..], [b'0', b'x' | b'X', ..]);
    while let Some(&byte) = text.get(end) {
        match byte {
            // `1...5` is a range of cases, not a number.
            b'.' if text[end..].starts_with(b"..") => break,
            b'e' | b'E' if !hex && matches!(text.get(end + 1), Some(b'+' | b'-')) => end += 2,
            b'p' | b'P' if hex && matches!(text.get(end + 1), Some(b'+' | b'-')) => end += 2,
            b'.' => end += 1,
            _ if is_name_byte(byte) => end += 1,
            _ => break,
        }
    }
    let digits = &text[at..end];
    let float = digits.contains(&b'.')
        || (hex && digits.iter().any(|byte| matches!(byte, b'p' | b'P')))
        || (!hex && !matches!(digits, [b'0', b'b' | b'B', ..]) && has_exponent(digits));
    (if float { TokenKind::Float } else { TokenKind::Integer }, end)
}

fn has_exponent(digits: &[u8]) -> bool {
    let mantissa = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
    matches!(digits.get(mantissa), Some(b'e' | b'E'))
}

/// The byte behind the literal whose opening quote is at `at`; an open one ends with its line.
fn quoted(text: &[u8], at: usize, quote: u8) -> usize {
    let mut end = at + 1;
    while let Some(&byte) = text.get(end) {
        match byte {
            b'\\' if text[end..].starts_with(b"\\\r\n") => end += 3,
            b'\\' => end += 2,
            b'\n' => return end,
            _ if byte == quote => return end + 1,
            _ => end += 1,
        }
    }
    text.len()
}

fn punctuation(text: &[u8], at: usize) -> (TokenKind, usize) {
    use TokenKind::*;
    let rest = &text[at..];
    let (kind, length) = match rest {
        [b'.', b'.', b'.', ..] => (Ellipsis, 3),
        [b'<', b'<', b'=', ..] | [b'>', b'>', b'=', ..] => (AssignOp, 3),
        // Minimum and maximum, once an extension of GCC; no C program has these characters next to each other.
        [b'<' | b'>', b'?', b'=', ..] => (AssignOp, 3),
        [b'<', b'?', ..] => (Minimum, 2),
        [b'>', b'?', ..] => (Maximum, 2),
        [b'-', b'>', ..] => (Arrow, 2),
        [b'+', b'+', ..] => (PlusPlus, 2),
        [b'-', b'-', ..] => (MinusMinus, 2),
        [b'<', b'<', ..] => (ShiftLeft, 2),
        [b'>', b'>', ..] => (ShiftRight, 2),
        [b'<', b'=', ..] => (LessEqual, 2),
        [b'>', b'=', ..] => (GreaterEqual, 2),
        [b'=', b'=', ..] => (EqualEqual, 2),
        [b'!', b'=', ..] => (BangEqual, 2),
        [b'&', b'&', ..] => (AmpAmp, 2),
        [b'|', b'|', ..] => (PipePipe, 2),
        [b'*' | b'/' | b'%' | b'+' | b'-' | b'&' | b'^' | b'|', b'=', ..] => (AssignOp, 2),
        [b'#', b'#', ..] => (HashHash, 2),
        [b'(', ..] => (LeftParen, 1),
        [b')', ..] => (RightParen, 1),
        [b'[', ..] => (LeftBracket, 1),
        [b']', ..] => (RightBracket, 1),
        [b'{', ..] => (LeftBrace, 1),
        [b'}', ..] => (RightBrace, 1),
        [b'.', ..] => (Dot, 1),
        [b'&', ..] => (Amp, 1),
        [b'*', ..] => (Star, 1),
        [b'+', ..] => (Plus, 1),
        [b'-', ..] => (Minus, 1),
        [b'~', ..] => (Tilde, 1),
        [b'!', ..] => (Bang, 1),
        [b'/', ..] => (Slash, 1),
        [b'%', ..] => (Percent, 1),
        [b'<', ..] => (Less, 1),
        [b'>', ..] => (Greater, 1),
        [b'^', ..] => (Caret, 1),
        [b'|', ..] => (Pipe, 1),
        [b'?', ..] => (Question, 1),
        [b':', ..] => (Colon, 1),
        [b';', ..] => (Semicolon, 1),
        [b'=', ..] => (Equal, 1),
        [b',', ..] => (Comma, 1),
        [b'#', ..] => (Hash, 1),
        _ => (Unknown, 1),
    };
    (kind, at + length)
}

/// The keyword that `name` is, or [`TokenKind::Identifier`].
fn keyword(name: &[u8]) -> TokenKind {
    use TokenKind::*;
    match name {
        b"auto" => Auto,
        b"break" => Break,
        b"case" => Case,
        b"const" | b"__const" | b"__const__" => Const,
        b"continue" => Continue,
        b"default" => Default,
        b"do" => Do,
        b"else" => Else,
        b"enum" => Enum,
        b"extern" => Extern,
        b"for" => For,
        b"goto" => Goto,
        b"if" => If,
        b"inline" | b"__inline" | b"__inline__" => Inline,
        b"register" => Register,
        b"restrict" | b"__restrict" | b"__restrict__" => Restrict,
        b"return" => Return,
        b"sizeof" => Sizeof,
        b"_Alignof" | b"__alignof__" | b"__alignof" => Alignof,
        b"static" => Static,
        b"struct" => Struct,
        b"switch" => Switch,
        b"typedef" => Typedef,
        b"union" => Union,
        b"volatile" | b"__volatile" | b"__volatile__" | b"_Atomic" => Volatile,
        b"while" => While,
        b"char" | b"short" | b"int" | b"long" | b"float" | b"double" | b"void" | b"signed"
        | b"__signed" | b"__signed__" | b"unsigned" | b"_Bool" | b"_Complex" | b"__int128"
        | b"__auto_type" => TypeWord,
        b"typeof" | b"__typeof" | b"__typeof__" | b"typeof_unqual" | b"__typeof_unqual__" => Typeof,
        b"asm" | b"__asm" | b"__asm__" | b"asm_inline" => Asm,
        b"__attribute__" | b"__attribute" | b"_Alignas" => Attribute,
        b"__extension__" => Extension,
        b"_Static_assert" => StaticAssert,
        b"_Generic" => Generic,
        b"_Noreturn" | b"_Thread_local" | b"__thread" => StorageWord,
        b"__label__" => LocalLabel,
        _ => Identifier,
    }
}

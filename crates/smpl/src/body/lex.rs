//! From the text of a rule body to tokens, line by line.
//!
//! 1. At the start of a line, `-`, `+`, `++`, `*` and `?` in column 0 set the mark of its tokens.
//! 2. `(`, `|`, `&`, `)` in column 0, and `\(`, `\|`, `\&`, `\)` anywhere, are those of a disjunction.
//! 3. Names of metavariables get their kinds; `tok@p` becomes an attachment of the token before.
//! 4. Comments, empty lines and conditionals on `+` lines are kept as text to be printed.
//!
//! Invariant: tokens are in text order, their spans point into the `.cocci` text, and what cannot be lexed
//! is reported where it stands.

use csyntax::lexer::{is_name_byte, token_at};
use csyntax::{TokenId, TokenKind, Tokens};
use fixedbitset::FixedBitSet;
use text::Span;

use super::strings::{self, StringPiece};
use super::{AddedText, Mark};
use crate::file::prologue::is_spatch_line;
use crate::metavariable::{MetavariableId, MetavariableKind};
use crate::report::Reports;
use crate::scope::{FileNames, Scope};

/// The tokens of a body and what the lines say about them.
#[derive(Clone, Debug, Default)]
pub(crate) struct BodyTokens {
    pub tokens: Tokens,
    pub marks: Vec<Mark>,
    pub optional: FixedBitSet,
    pub metavariables: Vec<Option<MetavariableId>>,
    pub positions: Vec<(TokenId, MetavariableId)>,
    /// Strings that are matched piece by piece.
    pub strings: Vec<(TokenId, Vec<StringPiece>)>,
    /// Tokens of `when` clauses, which the plus slice does not see.
    pub in_when: FixedBitSet,
    pub texts: Vec<AddedText>,
}

/// Lexes the body in `span`.
pub(crate) fn lex(
    source: &[u8],
    span: Span,
    scope: &Scope,
    names: &FileNames,
    reports: &mut Reports,
) -> BodyTokens {
    let mut lexer = Lexer {
        text: &source[..span.end as usize],
        at: span.start as usize,
        mark: Mark::Context,
        optional: false,
        column_zero: false,
        when: false,
        directive: false,
        unmatched_directive: false,
        scope,
        names,
        reports,
        out: BodyTokens::default(),
        optional_tokens: Vec::new(),
        when_tokens: Vec::new(),
    };
    lexer.body();
    lexer.finish()
}

struct Lexer<'a, 'b> {
    text: &'a [u8],
    at: usize,
    mark: Mark,
    optional: bool,
    /// Whether nothing but markers stands before on the line.
    column_zero: bool,
    /// Inside a `when` clause.
    when: bool,
    /// Inside `#include`, `#define`, `#undef` or `#pragma`.
    directive: bool,
    /// Whether a directive was reported that cannot be matched.
    unmatched_directive: bool,
    scope: &'b Scope,
    names: &'b FileNames,
    reports: &'b mut Reports,
    out: BodyTokens,
    optional_tokens: Vec<usize>,
    when_tokens: Vec<usize>,
}

impl<'a> Lexer<'a, '_> {
    fn body(&mut self) {
        while self.at < self.text.len() {
            self.step();
        }
        self.line_end();
    }

    fn finish(mut self) -> BodyTokens {
        self.at = self.text.len();
        self.mark = Mark::Context;
        self.optional = false;
        self.push(TokenKind::Eof, self.at, None);
        let length = self.out.tokens.len();
        self.out.optional = FixedBitSet::with_capacity(length);
        self.out.optional.extend(self.optional_tokens);
        self.out.in_when = FixedBitSet::with_capacity(length);
        self.out.in_when.extend(self.when_tokens);
        self.out
    }

    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    fn here(&self, length: usize) -> Span {
        let end = (self.at + length).min(self.text.len());
        Span::new(self.at as u32, end as u32)
    }

    /// Adds a token that ends at `end`.
    fn push(&mut self, kind: TokenKind, end: usize, metavariable: Option<MetavariableId>) {
        let index = self.out.tokens.len();
        self.out.tokens.push(kind, Span::new(self.at as u32, end as u32));
        self.out.marks.push(self.mark);
        self.out.metavariables.push(metavariable);
        if self.optional {
            self.optional_tokens.push(index);
        }
        if self.when {
            self.when_tokens.push(index);
        }
        self.at = end;
        self.column_zero = false;
    }

    fn last_kind(&self) -> TokenKind {
        match self.out.tokens.len() {
            0 => TokenKind::Eof,
            length => self.out.tokens.kind(TokenId(length as u32 - 1)),
        }
    }

    /// One blank, comment or token.
    fn step(&mut self) {
        match self.rest() {
            [b'\n', ..] => {
                self.line_end();
                self.at += 1;
                self.line_start();
            }
            [b' ' | b'\t' | b'\r' | 0x0b | 0x0c, ..] => {
                self.column_zero = false;
                self.at += 1;
            }
            [b'/', b'/', ..] => self.line_comment(),
            [b'/', b'*', ..] => self.block_comment(),
            [b'\\', b'\n', ..] => self.continuation(1),
            [b'\\', b'\r', b'\n', ..] => self.continuation(2),
            [b'\\', b'(', ..] => self.disjunction(TokenKind::DisjOpen, 2),
            [b'\\', b'|', ..] => self.disjunction(TokenKind::DisjOr, 2),
            [b'\\', b'&', ..] => self.disjunction(TokenKind::DisjAnd, 2),
            [b'\\', b')', ..] => self.disjunction(TokenKind::DisjClose, 2),
            [b'@', ..] => self.attachment(),
            [b'#', ..] if self.starts_line() => self.hash(),
            _ if self.column_zero && self.column_zero_disjunction() => {}
            _ => self.token(),
        }
    }

    /// Whether nothing but markers and blanks stands before on the line.
    fn starts_line(&self) -> bool {
        let line =
            self.text[..self.at].iter().rposition(|&byte| byte == b'\n').map_or(0, |n| n + 1);
        let marks = |byte: &u8| matches!(byte, b' ' | b'\t' | b'-' | b'+' | b'*' | b'?');
        self.text[line..self.at].iter().all(marks)
    }

    /// Closes what ends with its line.
    fn line_end(&mut self) {
        if self.when {
            self.push(TokenKind::WhenEnd, self.at, None);
            self.when = false;
        }
        if self.directive {
            self.push(TokenKind::PpEnd, self.at, None);
            self.directive = false;
        }
        self.mark = Mark::Context;
        self.optional = false;
    }

    /// `\` at the end of a line: the clause or directive goes on; the next line has its own mark.
    fn continuation(&mut self, length: usize) {
        if !self.when && !self.directive {
            self.reports
                .error(
                    "smpl/continuation",
                    "a line is continued here for no reason",
                    self.here(1),
                    "only `when` clauses and directives end with their line",
                )
                .help("remove the `\\`");
        }
        let (mark, when, directive) = (self.mark, self.when, self.directive);
        self.at += length + 1;
        self.mark = Mark::Context;
        self.line_start();
        (self.when, self.directive) = (when, directive);
        // A continued line may leave its marker out.
        if self.mark == Mark::Context {
            self.mark = mark;
        }
    }

    /// Reads the markers in column 0.
    fn line_start(&mut self) {
        self.column_zero = true;
        let line_length = self.rest().iter().position(|&b| b == b'\n').unwrap_or(self.rest().len());
        let line = &self.rest()[..line_length];
        if line.starts_with(b"--- ") || line.starts_with(b"+++ ") || is_spatch_line(line) {
            self.at += line_length;
            return;
        }
        if self.mark == Mark::Context && is_virtual_line(line) {
            let span = self.here(line_length);
            self.reports
                .error("smpl/misplaced-prologue", "a `virtual` line stands in a rule", span, "here")
                .help("it belongs above the first rule of the file");
            self.at += line_length;
            return;
        }
        let start = self.at;
        while let Some(length) = self.marker() {
            self.at += length;
        }
        if self.mark.is_added() && self.text[self.at..start + line_length].trim_ascii().is_empty() {
            let before = TokenId(self.out.tokens.len() as u32);
            let span = Span::empty(self.at as u32);
            self.out.texts.push(AddedText { span, before, mark: self.mark });
        }
    }

    /// One marker, and how long it is.
    fn marker(&mut self) -> Option<usize> {
        let (mark, length) = match self.rest() {
            [b'?', ..] if self.mark == Mark::Context && !self.optional => {
                self.optional = true;
                return Some(1);
            }
            [b'?', ..] => {
                let span = self.here(1);
                self.reports
                    .error("smpl/marker", "`?` stands behind another marker", span, "not here")
                    .help("an optional removed line begins with `?-`");
                return Some(1);
            }
            [b'+', b'+', ..] if self.mark == Mark::Context => (Mark::PlusPlus, 2),
            [b'+', ..] => (Mark::Plus, 1),
            [b'-', b'-', ..] if self.mark == Mark::Context => return None,
            [b'-', b'>', ..] if self.mark == Mark::Context => return None,
            [b'-', ..] => (Mark::Minus, 1),
            [b'*', ..] => (Mark::Star, 1),
            _ => return None,
        };
        if self.mark != Mark::Context {
            return self.second_marker(mark, length);
        }
        if self.optional && mark.is_added() {
            let span = self.here(length);
            self.reports
                .error("smpl/marker", "added code cannot be optional", span, "behind `?`")
                .help("remove the `?`; what is added behind an optional line depends on it anyway");
        }
        self.mark = mark;
        Some(length)
    }

    /// A `*` that touches a marker is an operator, `-*p = 1;`; any other marker there is a slip.
    fn second_marker(&mut self, mark: Mark, length: usize) -> Option<usize> {
        if mark != Mark::Star {
            let span = self.here(length);
            self.reports
                .error("smpl/marker", "two markers in one line", span, "second marker")
                .help("put a blank behind the marker if this is an operator");
        }
        None
    }

    /// `(`, `|`, `&`, `)` as the first byte of an unmarked line.
    fn column_zero_disjunction(&mut self) -> bool {
        if self.mark != Mark::Context {
            return false;
        }
        let kind = match self.rest() {
            [b'|', b'|' | b'=', ..] | [b'&', b'&' | b'=', ..] => return false,
            [b'(', ..] => TokenKind::DisjOpen,
            [b'|', ..] => TokenKind::DisjOr,
            [b'&', ..] => TokenKind::DisjAnd,
            [b')', ..] => TokenKind::DisjClose,
            _ => return false,
        };
        self.disjunction(kind, 1);
        true
    }

    /// Disjunctions are in both slices, whatever the mark of their line.
    fn disjunction(&mut self, kind: TokenKind, length: usize) {
        let (mark, optional) = (self.mark, self.optional);
        self.mark = Mark::Context;
        self.optional = false;
        self.push(kind, self.at + length, None);
        (self.mark, self.optional) = (mark, optional);
    }

    fn line_comment(&mut self) {
        let length = self.rest().iter().position(|&b| b == b'\n').unwrap_or(self.rest().len());
        self.comment(length);
    }

    fn block_comment(&mut self) {
        let length = match self.rest().windows(2).skip(2).position(|pair| pair == b"*/") {
            Some(found) => found + 4,
            None => {
                let span = self.here(2);
                self.reports
                    .error("smpl/comment", "this comment is not closed", span, "opened here")
                    .help("it would swallow the rest of the rule; end it with `*/`");
                self.rest().len()
            }
        };
        self.comment(length);
    }

    fn comment(&mut self, length: usize) {
        let span = self.here(length);
        let text = self.text[span.range()].trim_ascii_end();
        if self.mark.is_added() {
            let lines = text.split(|&byte| byte == b'\n').skip(1);
            if lines.into_iter().any(|line| !line.starts_with(b"+")) {
                self.reports
                    .error("smpl/comment", "an added comment goes over lines", span, "all of this")
                    .help("begin each further line of it with `+`");
            }
            let span = Span::new(span.start, span.start + text.len() as u32);
            let before = TokenId(self.out.tokens.len() as u32);
            self.out.texts.push(AddedText { span, before, mark: self.mark });
        }
        self.at += length;
        self.column_zero = false;
    }

    /// A line that begins with `#`.
    fn hash(&mut self) {
        let blanks = self.rest()[1..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let word = &self.rest()[1 + blanks..];
        let length = word.iter().take_while(|&&byte| is_name_byte(byte)).count();
        let end = self.at + 1 + blanks + length;
        match &word[..length] {
            b"spatch" => self.at += self.logical_line(),
            b"include" => {
                self.push(TokenKind::PpInclude, end, None);
                self.directive = true;
                self.header_name();
            }
            b"define" => {
                self.push(TokenKind::PpDefine, end, None);
                self.directive = true;
                self.macro_name();
            }
            b"undef" => {
                self.push(TokenKind::PpUndef, end, None);
                self.directive = true;
            }
            b"pragma" => {
                self.push(TokenKind::PpPragma, end, None);
                self.directive = true;
                self.pragma();
            }
            _ if self.mark.is_added() => {
                let span = self.here(self.logical_line());
                let before = TokenId(self.out.tokens.len() as u32);
                self.out.texts.push(AddedText { span, before, mark: self.mark });
                self.at = span.end as usize;
            }
            word => {
                let span = self.here(self.logical_line());
                let conditional = [&b"if"[..], b"ifdef", b"ifndef", b"elif", b"else", b"endif"];
                let help = match conditional.contains(&&word[..length]) {
                    true => {
                        "leave it out: code under `#if` is matched too; it may be added with `+`"
                    }
                    false => "`#` begins a directive; a comment begins with `//`",
                };
                // One is enough for an `#ifdef` and its `#endif`.
                if !std::mem::replace(&mut self.unmatched_directive, true) {
                    self.reports
                        .error("smpl/directive", "this directive cannot be matched", span, "here")
                        .help(help);
                }
                self.at = span.end as usize;
            }
        }
    }

    /// The length of the line, with lines continued by `\`, without the blanks at its end.
    fn logical_line(&self) -> usize {
        let rest = self.rest();
        let end = (0..rest.len())
            .find(|&at| rest[at] == b'\n' && !rest[..at].trim_ascii_end().ends_with(b"\\"))
            .unwrap_or(rest.len());
        rest[..end].trim_ascii_end().len()
    }

    /// `"a.h"`, `<a.h>` with or without `...`; a metavariable or `...` is an ordinary token.
    fn header_name(&mut self) {
        self.blanks();
        let close = match self.rest().first() {
            Some(b'<') => b'>',
            Some(b'"') => b'"',
            _ => return,
        };
        let line = self.rest().split(|&byte| byte == b'\n').next().unwrap_or_default();
        if let Some(found) = line[1..].iter().position(|&byte| byte == close) {
            self.push(TokenKind::PpHeader, self.at + found + 2, None);
        }
    }

    /// The first word of a `#pragma`, and behind it dots, a metavariable, or text.
    fn pragma(&mut self) {
        self.blanks();
        if self.rest().first().is_some_and(|&byte| is_name_byte(byte)) {
            self.word();
            self.blanks();
        }
        let length = self.logical_line();
        let rest = &self.rest()[..length];
        let pragmainfo = self.scope.token(rest, self.names).0 == Some(TokenKind::MetaPragmaInfo);
        match rest {
            b"" | b"..." => {}
            _ if pragmainfo => {}
            _ => self.push(TokenKind::PpText, self.at + length, None),
        }
    }

    fn blanks(&mut self) {
        while matches!(self.rest().first(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// The name of a `#define`, and a `(` that touches it.
    fn macro_name(&mut self) {
        self.blanks();
        if self.rest().first().is_some_and(|&byte| is_name_byte(byte)) {
            self.word();
            if self.rest().first() == Some(&b'(') {
                self.push(TokenKind::PpParamsOpen, self.at + 1, None);
            }
        }
    }

    /// `@name` behind a token.
    fn attachment(&mut self) {
        let blanks = self.rest()[1..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let start = self.at + 1 + blanks;
        let length = self.text[start..].iter().take_while(|&&byte| is_name_byte(byte)).count();
        let span = Span::new(self.at as u32, (start + length).max(self.at + 1) as u32);
        let name = &self.text[start..start + length];
        self.at = span.end as usize;
        self.column_zero = false;
        let shown = String::from_utf8_lossy(name);
        if self.mark.is_added() {
            self.reports
                .error("smpl/position", "positions cannot be added", span, "on an added line")
                .help("attach it to a token that is matched");
            return;
        }
        if name == b"script" {
            self.reports.unsupported("scripts attached to terms are", span);
            self.at += self.logical_line();
            return;
        }
        let Some(id) = self.scope.get(name) else {
            self.reports
                .error("smpl/position", format!("`{shown}` is not declared"), span, "attached here")
                .help(format!("declare it: `position {shown};`"));
            return;
        };
        let previous = (0..self.out.tokens.len() as u32)
            .rev()
            .map(TokenId)
            .find(|&token| !self.out.tokens.span(token).is_empty());
        match previous {
            Some(token) => self.out.positions.push((token, id)),
            None => {
                self.reports
                    .error(
                        "smpl/position",
                        "nothing stands before this",
                        span,
                        "attached to nothing",
                    )
                    .help("write it behind the token: `f@p(...)`");
            }
        }
    }

    /// A token of C or of the pattern dialect.
    fn token(&mut self) {
        use TokenKind::*;
        match self.rest() {
            [b'<', b'+', b'.', b'.', b'.', ..] => self.dots(NestPlusOpen, 5),
            [b'<', b'.', b'.', b'.', ..] => self.dots(NestOpen, 4),
            [b'.', b'.', b'.', b'+', b'>', ..] => self.dots(NestPlusClose, 5),
            [b'.', b'.', b'.', b'>', ..] => self.dots(NestClose, 4),
            // `......` is the `...` of C.
            [b'.', b'.', b'.', b'.', b'.', b'.', ..] => self.push(Ellipsis, self.at + 6, None),
            [b'.', b'.', b'.', ..] => self.dots(Ellipsis, 3),
            [byte, ..] if is_name_byte(*byte) && !byte.is_ascii_digit() => self.word(),
            _ => {
                let (kind, end) = token_at(self.text, self.at);
                let text = &self.text[self.at..end];
                let quote = if kind == Character { b'\'' } else { b'"' };
                if matches!(kind, String | Character)
                    && (text.len() < 2 || !text.ends_with(&[quote]))
                {
                    let line = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
                    let span = self.here(line.len().max(1));
                    self.reports
                        .error("smpl/string", "this string is not closed", span, "opened here")
                        .help("a string ends on its line");
                }
                if kind == String {
                    let span = self.here(end - self.at);
                    let pieces = strings::pieces(self.text, span, self.scope, self.reports);
                    let token = TokenId(self.out.tokens.len() as u32);
                    self.out.strings.extend(pieces.map(|pieces| (token, pieces)));
                }
                if kind == Unknown {
                    let span = self.here(end - self.at);
                    self.reports.error("smpl/token", "this is no token of C", span, "not in C");
                }
                self.push(kind, end, None);
            }
        }
    }

    fn dots(&mut self, kind: TokenKind, length: usize) {
        if self.mark.is_added() && !self.directive {
            let span = self.here(length);
            self.reports
                .error("smpl/dots-in-plus", "dots cannot be added", span, "on an added line")
                .help(
                    "bind what they stand for to a metavariable, such as `expression list es` or \
                     `parameter list ps`",
                );
        }
        self.push(kind, self.at + length, None);
    }

    fn word(&mut self) {
        if let Some((mark, meant)) = typographic(self.rest()) {
            let span = self.here(mark.len());
            self.reports
                .error("smpl/token", format!("`{mark}` is not `{meant}`"), span, "not in C")
                .help(format!(
                    "write `{meant}`; text from a mail or a web page often has such marks"
                ));
            self.at += mark.len();
            return;
        }
        let (kind, end) = token_at(self.text, self.at);
        let name = &self.text[self.at..end];
        if matches!(name, b"when" | b"WHEN") && self.when_may_start() {
            if self.when {
                self.push(TokenKind::WhenEnd, self.at, None);
            }
            self.when = true;
            self.push(TokenKind::When, end, None);
            return;
        }
        if name == b"when" && self.looks_like_when(end) {
            self.reports
                .error("smpl/when", "`when` stands behind no dots", self.here(4), "not here")
                .help("a `when` belongs behind `...`, `<...` or `<+...`, on its line or the next");
        }
        if kind != TokenKind::Identifier {
            return self.push(kind, end, None);
        }
        let (found, id) = self.scope.token(name, self.names);
        if let (None, Some(id)) = (found, id) {
            let metavariable = &self.scope.metavariables[id.index()];
            if metavariable.kind.is_position() {
                self.reports
                    .error(
                        "smpl/position",
                        format!("`{}` is a position and no term", metavariable.name),
                        Span::new(self.at as u32, end as u32),
                        "used as a term",
                    )
                    .also(metavariable.span, "declared here")
                    .help(format!("attach it to a token: `f@{}(...)`", metavariable.name));
            }
        }
        // A tag or a member that is called like something declared is still a tag or a member.
        let member = matches!(
            self.last_kind(),
            TokenKind::Dot
                | TokenKind::Arrow
                | TokenKind::Struct
                | TokenKind::Union
                | TokenKind::Enum
        );
        match (found, id) {
            (Some(_), Some(any))
                if member
                    && self.scope.metavariables[any.index()].kind == MetavariableKind::Any =>
            {
                self.push(TokenKind::MetaIdentifier, end, id);
            }
            (Some(kind), Some(_)) if member && kind != TokenKind::MetaIdentifier => {
                self.push(TokenKind::Identifier, end, None);
            }
            (Some(_), None) if member => self.push(TokenKind::Identifier, end, None),
            (Some(kind), id) => self.push(kind, end, id),
            (None, _) => self.push(TokenKind::Identifier, end, None),
        }
    }

    /// Whether the word that ends at `end` goes on as a `when` clause does and nothing else in C.
    fn looks_like_when(&self, end: usize) -> bool {
        let rest = self.text[end..].trim_ascii_start();
        let first_of_line = self.text[..self.at].iter().rev().find(|b| !matches!(b, b' ' | b'\t'));
        matches!(first_of_line, None | Some(b'\n'))
            && [&b"!="[..], b"any", b"strict", b"exists", b"forall"]
                .iter()
                .any(|word| rest.starts_with(word))
    }

    /// `when` follows dots, the opening of a nest, or another `when`.
    fn when_may_start(&self) -> bool {
        use TokenKind::*;
        self.when
            || matches!(
                self.last_kind(),
                Ellipsis | NestOpen | NestPlusOpen | NestClose | NestPlusClose | WhenEnd
            )
    }
}

/// `virtual a, b` in column 0.
fn is_virtual_line(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"virtual ") else { return false };
    let rest = rest.trim_ascii();
    let is_list = |byte: &u8| is_name_byte(*byte) || matches!(byte, b',' | b' ');
    !rest.is_empty() && rest.iter().all(is_list)
}

/// A dash or quote as typesetters use them, and what it stands for in C.
fn typographic(text: &[u8]) -> Option<(&'static str, char)> {
    let marks = [
        ("\u{2013}", '-'),
        ("\u{2014}", '-'),
        ("\u{2212}", '-'),
        ("\u{2018}", '\''),
        ("\u{2019}", '\''),
        ("\u{201c}", '"'),
        ("\u{201d}", '"'),
        ("\u{2026}", '.'),
    ];
    marks.into_iter().find(|(mark, _)| text.starts_with(mark.as_bytes()))
}

//! What stands before the first rule: `virtual`, `#include`, `using`; and `#spatch` lines anywhere.

use csyntax::TokenKind;
use text::Span;

use crate::cursor::{Cursor, Word, string_content};
use crate::patch::Spanned;
use crate::report::Reports;

/// What the prologue declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Prologue {
    pub virtuals: Vec<Spanned>,
    pub includes: Vec<Spanned>,
    pub isomorphism_files: Vec<Spanned>,
}

/// Reads the prologue in `span`.
pub(crate) fn prologue(source: &[u8], span: Span, reports: &mut Reports) -> Prologue {
    let mut found = Prologue::default();
    let mut at = span.start;
    // Directive-like lines are for others; the rest is a run of words.
    for line in source[span.range()].split_inclusive(|&byte| byte == b'\n') {
        let line_span = Span::new(at, at + line.len() as u32);
        at = line_span.end;
        let text = line.trim_ascii();
        if text.starts_with(b"#!") || is_spatch_line(text) {
            continue;
        }
        let mut words = Cursor::new(source, line_span);
        if words.eat(TokenKind::Hash).is_some() && words.eat_word("include").is_some() {
            file_name(&mut words, &mut found.includes, reports);
        }
    }
    let mut words = Cursor::new(source, span);
    while !words.at_end() {
        item(source, &mut words, &mut found, reports);
    }
    found
}

/// `virtual` names | `using` file; lines with `#` are passed.
fn item(source: &[u8], words: &mut Cursor<'_>, found: &mut Prologue, reports: &mut Reports) {
    let word = words.bump();
    match words.bytes(word) {
        b"#" => {
            if !is_directive(source, word) {
                let line = Span::new(word.span.start, word.span.start + 1);
                reports
                    .error("smpl/prologue", "this is no comment", line, "`#` is not for comments")
                    .help("a comment begins with `//`");
            }
            skip_line(source, words, word);
        }
        b"@" => {
            reports
                .error("smpl/prologue", "`@` is not in column 0", word.span, "indented")
                .help("the header of a rule begins in the first column");
            words.skip_past(TokenKind::Eof);
        }
        b"using" => file_name(words, &mut found.isomorphism_files, reports),
        b"virtual" => loop {
            let Some(name) = words.eat_name() else {
                expected(words, "a name", "`virtual patch, report`", reports);
                break;
            };
            found.virtuals.push(Spanned { text: words.text(name), span: name.span });
            if words.eat(TokenKind::Comma).is_none() {
                if let Some(semicolon) = words.eat(TokenKind::Semicolon) {
                    reports
                        .error(
                            "smpl/prologue",
                            "a `virtual` line has no `;`",
                            semicolon.span,
                            "remove it",
                        )
                        .help("write `virtual a, b`");
                }
                break;
            }
        },
        _ => {
            reports
                .error(
                    "smpl/prologue",
                    "this stands before the first rule",
                    word.span,
                    "code belongs into a rule",
                )
                .help("begin a rule with `@@`, its metavariables, and `@@`");
            words.skip_past(TokenKind::Eof);
        }
    }
}

/// `#include`, `#spatch`, `#!`
fn is_directive(source: &[u8], hash: Word) -> bool {
    let rest = &source[hash.span.end as usize..];
    let word = rest.trim_ascii_start();
    rest.starts_with(b"!") || word.starts_with(b"include") || word.starts_with(b"spatch")
}

fn skip_line(source: &[u8], words: &mut Cursor<'_>, word: Word) {
    let rest = &source[word.span.end as usize..];
    let length = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
    let end = word.span.end + length as u32;
    while !words.at_end() && words.peek().span.start < end {
        words.bump();
    }
}

/// `"x"` or `<x>`
fn file_name(words: &mut Cursor<'_>, into: &mut Vec<Spanned>, reports: &mut Reports) {
    if let Some(word) = words.eat(TokenKind::String) {
        into.push(Spanned { text: string_content(words.bytes(word)), span: word.span });
        return;
    }
    let Some(open) = words.eat(TokenKind::Less) else {
        return expected(words, "a file name", "`using \"x.iso\"`", reports);
    };
    while !words.at_end() && !words.at_kind(TokenKind::Greater) {
        words.bump();
    }
    let close = words.bump();
    let span = Span::new(open.span.end, close.span.start);
    into.push(Spanned { text: String::from_utf8_lossy(&words.source[span.range()]).into(), span });
}

fn expected(words: &Cursor<'_>, what: &str, help: &str, reports: &mut Reports) {
    let span = words.peek().span;
    reports.error("smpl/prologue", format!("expected {what}"), span, "here").help(help);
}

/// Whether a line is `#spatch options`; blanks may surround the `#`.
pub(crate) fn is_spatch_line(line: &[u8]) -> bool {
    spatch_options(line).is_some()
}

fn spatch_options(line: &[u8]) -> Option<&[u8]> {
    let rest = line.trim_ascii_start().strip_prefix(b"#")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"spatch")?;
    (rest.is_empty() || rest[0].is_ascii_whitespace()).then_some(rest)
}

/// The options of all `#spatch` lines of the file.
pub(crate) fn options(source: &[u8]) -> Vec<Spanned> {
    let (mut found, mut at) = (Vec::new(), 0);
    for line in source.split_inclusive(|&byte| byte == b'\n') {
        if let Some(options) = spatch_options(line) {
            let text = String::from_utf8_lossy(options.trim_ascii()).into();
            let end = at + line.trim_ascii_end().len() as u32;
            found.push(Spanned { text, span: Span::new(at, end) });
        }
        at += line.len() as u32;
    }
    found
}

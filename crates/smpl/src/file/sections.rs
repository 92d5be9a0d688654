//! Cutting a `.cocci` file into its prologue and its rules.
//!
//! A rule is `@` header `@` declarations `@@` body; the first `@` stands in column 0, and so a body ends
//! before the next line that begins with `@`.
//!
//! Invariant: sections are in text order and do not overlap; what cannot be cut is reported and skipped.

use csyntax::TokenKind;
use csyntax::lexer::{skip_gap, token_at};
use text::Span;

use crate::report::Reports;

/// The parts of one rule.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    /// Between the first two `@`.
    pub header: Span,
    /// Up to the `@@`.
    pub declarations: Span,
    /// Behind the `@@`.
    pub body: Span,
}

impl Section {
    pub fn span(&self) -> Span {
        Span::new(self.header.start - 1, self.body.end)
    }
}

/// The prologue and the rules.
pub(crate) fn sections(source: &[u8], reports: &mut Reports) -> (Span, Vec<Section>) {
    let first = next_rule(source, 0);
    let prologue = Span::new(0, first as u32);
    let mut sections = Vec::new();
    let mut at = first;
    while at < source.len() {
        match section(source, at) {
            Ok(section) => {
                at = section.body.end as usize;
                sections.push(section);
            }
            Err(problem) => {
                report(source, at, problem, reports);
                at = match problem {
                    // With the header ending with its line, the rest of the rule can be read.
                    Problem::Header => {
                        let close = line_end(source, at);
                        match section_behind(source, at, close) {
                            Ok(section) => {
                                let end = section.body.end as usize;
                                sections.push(section);
                                end
                            }
                            Err(_) => next_rule(source, at + 1),
                        }
                    }
                    Problem::Declarations => next_rule(source, at + 1),
                };
            }
        }
    }
    (prologue, sections)
}

fn report(source: &[u8], at: usize, problem: Problem, reports: &mut Reports) {
    let span = Span::new(at as u32, at as u32 + 1);
    let line = Span::new(at as u32, line_end(source, at) as u32);
    let what = match problem {
        Problem::Header => "the header of a rule has no closing `@`",
        Problem::Declarations => "the metavariables of a rule are not closed by `@@`",
    };
    match (problem, first_marked_line(source, line.end as usize)) {
        // A position in front of its token.
        (Problem::Header, _) if source[line.range()].contains(&b'(') => reports
            .error("smpl/unterminated-header", what, line, "`@` in column 0 begins a rule")
            .help("a position stands behind its token: `f@p(...)`"),
        (Problem::Header, _) => reports
            .error("smpl/unterminated-header", what, line, "`@` expected at its end")
            .help("a header is `@name@`, or `@@` without a name"),
        (Problem::Declarations, Some(code)) => reports
            .error("smpl/unterminated-header", what, span, "the rule starts here")
            .also(code, "this looks like its code")
            .help("write `@@` on a line of its own in front of the code"),
        (Problem::Declarations, None) => reports
            .error("smpl/unterminated-header", what, span, "the rule starts here")
            .help("a rule is `@name@`, metavariables, `@@`, and then its code"),
    };
}

/// The first line before the next rule that begins with a marker.
fn first_marked_line(source: &[u8], from: usize) -> Option<Span> {
    let end = next_rule(source, from);
    let mut at = from;
    while at < end {
        let line = Span::new(at as u32, line_end(source, at) as u32);
        if matches!(source[at], b'-' | b'+' | b'*' | b'?') {
            return Some(line);
        }
        at = line.end as usize + 1;
    }
    None
}

fn line_end(source: &[u8], at: usize) -> usize {
    source[at..].iter().position(|&byte| byte == b'\n').map_or(source.len(), |found| at + found)
}

#[derive(Clone, Copy)]
enum Problem {
    Header,
    Declarations,
}

/// The rule whose first `@` is at `at`.
fn section(source: &[u8], at: usize) -> Result<Section, Problem> {
    let header_end = next_at_sign(source, at + 1, true).ok_or(Problem::Header)?;
    section_behind(source, at, header_end)
}

/// The rule whose header goes from `at` to `header_end`.
fn section_behind(source: &[u8], at: usize, header_end: usize) -> Result<Section, Problem> {
    let start = (header_end + 1).min(source.len());
    let mut close = next_at_sign(source, start, false).ok_or(Problem::Declarations)?;
    while source.get(close + 1) != Some(&b'@') {
        // `@r@` on a line of its own: the next rule begins, this one was not closed.
        if is_line_start(source, close) {
            return Err(Problem::Declarations);
        }
        close = next_at_sign(source, close + 1, false).ok_or(Problem::Declarations)?;
    }
    let body_start = close + 2;
    let body_end = next_rule(source, body_start);
    Ok(Section {
        header: Span::new(at as u32 + 1, header_end as u32),
        declarations: Span::new(start as u32, close as u32),
        body: Span::new(body_start as u32, body_end as u32),
    })
}

/// The next `@` that is in no comment and no string. A header has no `;` and no braces.
fn next_at_sign(source: &[u8], mut at: usize, header: bool) -> Option<usize> {
    loop {
        at = skip_gap(source, at);
        if *source.get(at)? == b'@' {
            return Some(at);
        }
        let (kind, end) = token_at(source, at);
        if header && matches!(kind, TokenKind::Semicolon | TokenKind::LeftBrace) {
            return None;
        }
        at = end;
    }
}

fn is_line_start(source: &[u8], at: usize) -> bool {
    at == 0 || source[at - 1] == b'\n'
}

/// The next line at or behind `at` that begins with `@`, or the end.
fn next_rule(source: &[u8], at: usize) -> usize {
    if is_line_start(source, at) && source.get(at) == Some(&b'@') {
        return at;
    }
    let rest = &source[at.min(source.len())..];
    match rest.windows(2).position(|pair| pair == b"\n@") {
        Some(found) => at + found + 1,
        None => source.len(),
    }
}

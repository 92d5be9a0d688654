//! Strings of patterns that are matched piece by piece: `"%@f@\n"`, `"...%d..."`.
//!
//! Invariant: a string without a conversion specification and without `%@name@` is text, dots included.

use csyntax::formats;
use text::Span;

use crate::metavariable::{MetavariableId, MetavariableKind};
use crate::report::Reports;
use crate::scope::Scope;

/// A piece of a string pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum StringPiece {
    /// This text, as a whole piece.
    Text(Box<[u8]>),
    /// This conversion specification, such as `%d`.
    Format(Box<[u8]>),
    /// `%@f@`: a metavariable for one specification, or for a run of pieces.
    Metavariable(MetavariableId),
    /// `...`: any run of pieces.
    Dots,
}

/// The pieces of the string literal in `span`; none when it is just text.
pub(crate) fn pieces(
    source: &[u8],
    span: Span,
    scope: &Scope,
    reports: &mut Reports,
) -> Option<Vec<StringPiece>> {
    let literal = &source[span.range()];
    let open = literal.iter().position(|&byte| byte == b'"')? + 1;
    let content = literal.get(open..literal.len().checked_sub(1)?)?;
    let mut found = Vec::new();
    let (mut at, mut text_start) = (0, 0);
    let mut special = false;
    while at < content.len() {
        let Some((name, length)) = metavariable_at(&content[at..]) else {
            at += 1;
            continue;
        };
        plain(&content[text_start..at], &mut found, &mut special);
        let start = span.start + (open + at) as u32;
        let place = Span::new(start, start + length as u32);
        found.extend(metavariable(name, place, scope, reports).map(StringPiece::Metavariable));
        special = true;
        at += length;
        text_start = at;
    }
    plain(&content[text_start..], &mut found, &mut special);
    special.then_some(found)
}

/// `%@name@`: the name, and the length of all.
fn metavariable_at(text: &[u8]) -> Option<(&[u8], usize)> {
    let rest = text.strip_prefix(b"%@")?;
    let length = rest.iter().position(|&byte| byte == b'@')?;
    Some((&rest[..length], length + 3))
}

fn metavariable(
    name: &[u8],
    place: Span,
    scope: &Scope,
    reports: &mut Reports,
) -> Option<MetavariableId> {
    let shown = String::from_utf8_lossy(name).into_owned();
    let Some(id) = scope.get(name) else {
        reports
            .error("smpl/format", format!("`{shown}` is not declared"), place, "used here")
            .help(format!("declare it: `format {shown};` or `format list {shown};`"));
        return None;
    };
    let declared = &scope.metavariables[id.index()];
    if !matches!(declared.kind, MetavariableKind::Format | MetavariableKind::FormatList) {
        reports
            .error("smpl/format", format!("`{shown}` is no format"), place, "used in a string")
            .also(declared.span, format!("declared as {}", declared.kind.words()))
            .help("only `format` and `format list` metavariables stand in strings");
        return None;
    }
    Some(id)
}

/// Text between metavariables: its conversion specifications, and dots if there is one.
fn plain(text: &[u8], found: &mut Vec<StringPiece>, special: &mut bool) {
    for piece in formats::pieces(text) {
        let bytes = &text[piece.range];
        if piece.is_format {
            *special = true;
            found.push(StringPiece::Format(bytes.into()));
            continue;
        }
        let mut rest = bytes;
        while let Some(dots) = rest.windows(3).position(|window| window == b"...") {
            if dots > 0 {
                found.push(StringPiece::Text(rest[..dots].into()));
            }
            found.push(StringPiece::Dots);
            rest = &rest[dots + 3..];
        }
        if !rest.is_empty() {
            found.push(StringPiece::Text(rest.into()));
        }
    }
}

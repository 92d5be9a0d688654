//! One line a diagnostic, as compilers print them.

use text::LineIndex;

use crate::{Diagnostic, Sources};

/// `file:line:col-col: severity: message`; columns are bytes from 1, first and last of the place at
/// fault, cut at the end of its first line. Without a place, `file: severity: message`.
pub fn render_line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Diagnostic { file, message, .. } = diagnostic;
    let word = diagnostic.severity.word();
    let Some(span) = diagnostic.span() else {
        return format!("{file}: {word}: {message}");
    };
    let index = LineIndex::new(sources.text(file));
    let start = index.place(span.start);
    let end = index.place(span.end.max(span.start + 1) - 1);
    let last = match end.line == start.line {
        true => end.column.max(start.column),
        false => (index.span(start.line).len() as u32).saturating_sub(1).max(start.column),
    };
    format!("{file}:{}:{}-{last}: {word}: {message}", start.line, start.column)
}

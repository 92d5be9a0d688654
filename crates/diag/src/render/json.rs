//! A diagnostic as a JSON value, for programs.
//!
//! Places carry bytes, and lines and columns too, as few readers have the text at hand.

use serde::Serialize;
use serde_json::Value;
use text::LineIndex;

use crate::{Diagnostic, Severity, Sources};

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    file: &'a str,
    labels: Vec<JsonLabel<'a>>,
    help: &'a [String],
    notes: &'a [String],
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    message: &'a str,
    file: &'a str,
    primary: bool,
    start: u32,
    end: u32,
    line: u32,
    column: u32,
    line_end: u32,
    column_end: u32,
}

/// The diagnostic as a JSON object; `line`, `column` count from 1, `column_end` is one past the end.
pub fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let labels = diagnostic.labels.iter().map(|label| {
        let file = label.file.as_ref().unwrap_or(&diagnostic.file);
        let index = LineIndex::new(sources.text(file));
        let (start, end) = (index.place(label.span.start), index.place(label.span.end));
        JsonLabel {
            message: &label.message,
            file,
            primary: label.primary,
            start: label.span.start,
            end: label.span.end,
            line: start.line,
            column: start.column,
            line_end: end.line,
            column_end: end.column,
        }
    });
    let json = JsonDiagnostic {
        severity: diagnostic.severity,
        code: diagnostic.code,
        message: &diagnostic.message,
        file: &diagnostic.file,
        labels: labels.collect(),
        help: &diagnostic.help,
        notes: &diagnostic.notes,
    };
    // Strings, numbers and lists always have a JSON form.
    serde_json::to_value(json).unwrap_or(Value::Null)
}

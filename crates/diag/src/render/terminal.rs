//! The long form for people: the source lines with the places underlined.
//!
//! Sources need not be UTF-8: odd bytes are shown as U+FFFD and spans are moved along.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use text::{LineIndex, Span};

use crate::{Diagnostic, Label, Severity, Sources};

/// The diagnostic with its source lines; `colour` adds terminal codes, `width` cuts long lines.
pub fn render_terminal(
    diagnostic: &Diagnostic,
    sources: &Sources,
    colour: bool,
    width: Option<usize>,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(diagnostic.message.as_str()).id(diagnostic.code));
    if diagnostic.labels.is_empty() {
        group = group.element(annotate_snippets::Origin::path(&*diagnostic.file));
    }
    let files = files(diagnostic);
    let shown: Vec<_> = files
        .iter()
        .map(|file| {
            Decoded::new(sources.text(file), labels(diagnostic, file).map(|label| label.span))
        })
        .collect();
    for (file, shown) in files.iter().zip(&shown) {
        let labels = labels(diagnostic, file);
        let annotations = labels.map(|label| {
            let kind =
                if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            let annotation = kind.span(shown.range(label.span));
            match label.message.as_str() {
                "" => annotation,
                message => annotation.label(message),
            }
        });
        let snippet = Snippet::source(shown.text.as_str())
            .line_start(shown.first_line)
            .path(*file)
            .annotations(annotations);
        group = group.element(snippet);
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = match width {
        Some(width) => renderer.term_width(width),
        None => renderer,
    };
    renderer.render(&[group]).to_string()
}

fn file_of<'a>(diagnostic: &'a Diagnostic, label: &'a Label) -> &'a str {
    label.file.as_deref().unwrap_or(&diagnostic.file)
}

/// The labels that are about `file`.
fn labels<'a>(diagnostic: &'a Diagnostic, file: &'a str) -> impl Iterator<Item = &'a Label> {
    diagnostic.labels.iter().filter(move |label| file_of(diagnostic, label) == file)
}

/// The files that the labels are about, the one at fault first.
fn files(diagnostic: &Diagnostic) -> Vec<&str> {
    let mut files: Vec<&str> = Vec::new();
    for label in &diagnostic.labels {
        let file = file_of(diagnostic, label);
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

/// The lines of a text that some places are in, made UTF-8, and where the odd bytes were.
struct Decoded {
    text: String,
    /// Where the lines start in the text.
    start: usize,
    /// The number of the first line.
    first_line: usize,
    /// For each odd run: the offset behind it in the bytes, and by how much the text has grown there.
    shifts: Vec<(usize, isize)>,
}

impl Decoded {
    /// The lines from the first to the last of `places`: what else is in a long text costs nothing.
    fn new(source: &[u8], places: impl Iterator<Item = Span>) -> Decoded {
        let index = LineIndex::new(source);
        let (mut first, mut last) = (u32::MAX, 1);
        for place in places {
            first = first.min(index.line(place.start));
            last = last.max(index.line(place.end));
        }
        let (first, last) = (first.min(last), last);
        let lines = index.span(first).cover(index.span(last));
        let (start, lines) = (lines.start as usize, &source[lines.range()]);
        let (mut text, mut shifts, mut at) = (String::with_capacity(lines.len()), Vec::new(), 0);
        for chunk in lines.utf8_chunks() {
            text.push_str(chunk.valid());
            at += chunk.valid().len() + chunk.invalid().len();
            if !chunk.invalid().is_empty() {
                text.push(char::REPLACEMENT_CHARACTER);
                shifts.push((at, text.len() as isize - at as isize));
            }
        }
        Decoded { text, start, first_line: first as usize, shifts }
    }

    fn offset(&self, byte: usize) -> usize {
        let byte = byte.saturating_sub(self.start);
        let index = self.shifts.partition_point(|&(end, _)| end <= byte);
        let shift = if index == 0 { 0 } else { self.shifts[index - 1].1 };
        let mut offset = byte.saturating_add_signed(shift).min(self.text.len());
        // A place inside an odd run or a character counts as its start.
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.offset(span.start as usize);
        start..self.offset(span.end as usize).max(start)
    }
}

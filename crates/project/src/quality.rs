//! How well C files parse: for each file its size, the lines that became error items, and the tokens at fault.
//!
//! A file is measured as soon as it is parsed and its tree is dropped, so memory is that of the files at hand.
//! What `apply` refuses to read, this reads: NUL bytes, empty files. The parser takes any bytes.

use std::ops::RangeInclusive;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use csyntax::{Knowledge, NodeKind, TokenId, Tree};
use rayon::prelude::*;
use text::{LineColumn, LineIndex, Span};

use crate::run::{panic_message, pool};
use crate::{FileProblem, FoundFile};

/// How well one file parses.
#[derive(Clone, Debug, Default)]
pub struct Quality {
    /// Lines of the file; a last line without a newline counts.
    pub lines: usize,
    /// Lines in error items.
    pub bad_lines: usize,
    /// Lines that the parser was not shown: dropped branches of `#if`.
    pub hidden_lines: usize,
    /// Items that parse only because macros were believed in where nothing else fitted.
    pub second_readings: usize,
    /// Bytes of the file.
    pub bytes: usize,
    /// Tokens, blanks and comments not counted.
    pub tokens: usize,
    /// Bodies of `#define`.
    pub macro_bodies: usize,
    /// Bodies of `#define` that are bare tokens.
    pub bare_macro_bodies: usize,
    /// What could not be parsed, in the order of the text.
    pub faults: Vec<Fault>,
}

/// An item that could not be parsed.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Where the token at fault is.
    pub at: LineColumn,
    /// The token at fault, its first bytes at least; empty at the end of the file.
    pub token: String,
    /// What was expected there.
    pub expected: String,
    /// The lines of the item, from 1.
    pub lines: RangeInclusive<u32>,
    /// The line of the token, without blanks around it, cut where it is long.
    pub excerpt: String,
}

/// Parses each file and measures it. The reports come in the order of the files; `done` is called once a file, from
/// any thread. `jobs` is the number of threads, 0 for one each core.
pub fn measure(
    files: Vec<FoundFile>,
    known: &Knowledge,
    jobs: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<(PathBuf, Result<Quality, FileProblem>)> {
    pool(jobs, || {
        files
            .into_par_iter()
            .with_max_len(1)
            .map(|file| {
                let quality = one_file(&file.path, known);
                done();
                (file.path, quality)
            })
            .collect()
    })
}

fn one_file(path: &Path, known: &Knowledge) -> Result<Quality, FileProblem> {
    let source = crate::read_bytes(path)?;
    catch_unwind(AssertUnwindSafe(|| Quality::of(&known.parse(source)))).map_err(|panic| {
        FileProblem::new(path, format!("internal error: {}", panic_message(&*panic)))
    })
}

impl Quality {
    /// Measures a parsed file.
    pub fn of(tree: &Tree) -> Quality {
        let source = tree.source();
        let index = LineIndex::new(source);
        let faults: Vec<Fault> = tree.problems().iter().map(|p| fault(tree, &index, p)).collect();
        let bodies = || tree.ids().filter(|&node| tree.kind(node) == NodeKind::MacroBody);
        let is_bare = |body| tree.child(body, NodeKind::MacroTokens).is_some();
        Quality {
            lines: count_lines(source),
            bad_lines: count_bad_lines(&faults),
            hidden_lines: count_hidden_lines(tree, &index),
            second_readings: tree.second_readings() as usize,
            bytes: source.len(),
            tokens: tree.tokens().len() - 1,
            macro_bodies: bodies().count(),
            bare_macro_bodies: bodies().filter(|&body| is_bare(body)).count(),
            faults,
        }
    }
}

fn count_lines(source: &[u8]) -> usize {
    let newlines = source.iter().filter(|&&byte| byte == b'\n').count();
    newlines + usize::from(source.last().is_some_and(|&byte| byte != b'\n'))
}

/// Faults are in order, but two may share a line.
fn count_bad_lines(faults: &[Fault]) -> usize {
    let mut counted_to = 0;
    let mut bad = 0;
    for fault in faults {
        let first = (*fault.lines.start()).max(counted_to + 1);
        bad += (fault.lines.end() + 1).saturating_sub(first) as usize;
        counted_to = counted_to.max(*fault.lines.end());
    }
    bad
}

/// Directives of a conditional that is no node are hidden, too; they count, and so do blank lines between hidden ones.
fn count_hidden_lines(tree: &Tree, index: &LineIndex) -> usize {
    let line_of = |token: u32| index.line(tree.tokens().span(TokenId(token)).start);
    let mut counted_to = 0;
    let mut hidden = 0;
    for run in tree.hidden_runs() {
        let first = line_of(run.start).max(counted_to + 1);
        let last = line_of(run.end - 1);
        // A line that also holds a token before or behind the run was seen.
        let shared_start = run.start > 0 && line_of(run.start - 1) == first;
        let shared_end = line_of(run.end) == last && (last > first || !shared_start);
        let shared = u32::from(shared_start) + u32::from(shared_end);
        hidden += (last + 1).saturating_sub(first).saturating_sub(shared) as usize;
        counted_to = counted_to.max(last);
    }
    hidden
}

fn fault(tree: &Tree, index: &LineIndex, problem: &csyntax::SyntaxProblem) -> Fault {
    let span_of = |token: u32| tree.tokens().span(TokenId(token));
    let at = index.place(span_of(problem.token.0).start);
    let first = index.line(span_of(problem.tokens.start).start);
    let last = index.line(span_of(problem.tokens.end.max(1) - 1).end.max(1) - 1);
    Fault {
        at,
        token: shown(tree.token_text(problem.token)),
        expected: problem.message.clone(),
        lines: first..=last.max(first),
        excerpt: excerpt(tree.source(), index.span(at.line), at),
    }
}

/// How many bytes of a line or a token are shown.
const SHOWN: usize = 96;

fn shown(text: &[u8]) -> String {
    let text = &text[..text.len().min(SHOWN)];
    String::from_utf8_lossy(text).split('\n').next().unwrap_or_default().trim_end().to_owned()
}

/// The line, or what stands around the place in a long one.
fn excerpt(source: &[u8], line: Span, at: LineColumn) -> String {
    let line = &source[line.range()];
    let column = at.column as usize - 1;
    let from = if column >= SHOWN { column - SHOWN / 2 } else { 0 };
    shown(line[from.min(line.len())..].trim_ascii())
}

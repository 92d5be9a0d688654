//! What there is to say of one file: each problem, each difference, and the figures.

use std::path::Path;

use csyntax::{NodeId, TokenId, Tree};
use text::LineIndex;

use super::compare::{Comparison, Difference};
use super::functions::{Fate, Function};
use super::macros;
use super::summary::Summary;

/// A file and its preprocessed text.
#[derive(Debug)]
pub(super) struct Sources<'t> {
    path: &'t Path,
    lines: LineIndex,
    pub(super) file: &'t Tree,
    pub(super) preprocessed: &'t Tree,
}

impl<'t> Sources<'t> {
    pub(super) fn new(path: &'t Path, file: &'t Tree, preprocessed: &'t Tree) -> Sources<'t> {
        Sources { path, lines: LineIndex::new(file.source()), file, preprocessed }
    }

    fn name(&self, token: TokenId) -> String {
        String::from_utf8_lossy(self.file.token_text(token)).into_owned()
    }

    fn place(&self, token: TokenId) -> String {
        let line = self.lines.line(self.file.tokens().span(token).start);
        format!("{}:{line}", self.path.display())
    }
}

fn described(tree: &Tree, node: Option<NodeId>) -> String {
    match node {
        Some(node) => format!("{:?} {}", tree.kind(node), excerpt(tree.text(node))),
        None => "-".to_owned(),
    }
}

/// The beginning of a text, on one line.
fn excerpt(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    if line.chars().count() <= 100 {
        return format!("`{line}`");
    }
    let start: String = line.chars().take(60).collect();
    let end: String = line.chars().skip(line.chars().count() - 37).collect();
    format!("`{start} … {end}`")
}

/// A little of the line in front of a token and from it on.
fn surroundings(tree: &Tree, token: TokenId) -> (String, String) {
    const WIDTH: usize = 40;
    let lines = LineIndex::new(tree.source());
    let at = tree.tokens().span(token).start;
    let line = lines.span(lines.line(at)).range();
    let at = at as usize;
    let before = &tree.source()[line.start.max(at.saturating_sub(WIDTH))..at];
    let behind = &tree.source()[at..line.end.min(at + WIDTH)];
    (excerpt(before), excerpt(behind))
}

/// What was found in one file.
#[derive(Debug, Default)]
pub(super) struct Report {
    pub(super) summary: Summary,
    /// Without the file: the same headers have the same problems.
    pub(super) problems: Vec<String>,
    pub(super) differences: Vec<String>,
}

impl Report {
    /// Of a file that gcc does not accept.
    pub(super) fn skipped() -> Report {
        let mut report = Report::default();
        report.summary.skipped = 1;
        report
    }

    /// What could not be parsed.
    pub(super) fn add_problems(&mut self, sources: &Sources<'_>) {
        let tree = sources.preprocessed;
        self.summary.files = 1;
        self.summary.odd_files = usize::from(!sources.file.problems().is_empty());
        self.summary.files_with_problems = usize::from(!tree.problems().is_empty());
        self.summary.problems = tree.problems().len();
        for problem in tree.problems() {
            let (before, behind) = surroundings(tree, problem.token);
            self.problems.push(format!("{}: {before} here: {behind}", problem.message));
        }
        for node in macros::mistaken(tree) {
            self.summary.mistaken += 1;
            self.problems.push(format!("taken for a macro: {}", described(tree, Some(node))));
        }
    }

    pub(super) fn add_comparison(
        &mut self,
        sources: &Sources<'_>,
        function: &Function,
        comparison: &Comparison,
    ) {
        self.summary.add_comparison(comparison);
        for Difference { file, preprocessed, what } in &comparison.differences {
            let token = file.and_then(|node| sources.file.first_token(node));
            let place = sources.place(token.unwrap_or(function.name));
            self.differences.push(format!(
                "{place}: in {}: {what}\n    file          {}\n    preprocessed  {}",
                sources.name(function.name),
                described(sources.file, *file),
                described(sources.preprocessed, *preprocessed)
            ));
        }
    }

    /// A function that has no counterpart.
    pub(super) fn add_unpaired(&mut self, sources: &Sources<'_>, function: &Function) {
        self.summary.add_unpaired(function.fate);
        let side = match function.fate {
            Fate::OnlyInFile(_) => "file",
            Fate::OnlyInPreprocessed(_) => "preprocessed text",
            _ => return,
        };
        let place = sources.place(function.name);
        let name = sources.name(function.name);
        self.differences.push(format!("{place}: {name} is a function in the {side} only"));
    }
}

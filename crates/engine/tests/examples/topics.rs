//! What semantic patches match and change, and why they don't, topic by topic: `test_data/topics/TOPIC/CASE.txt`.
//!
//! A case is a text of sections, each below a line that begins with `=== `:
//! - `patch`, perhaps with options (see `example`),
//! - `diff`, a whole C file: what the patch makes of the lines without `+` are the lines without `-`. No marked line means that
//!   nothing matches, or that the file is given up:
//! - `given up: WHY` has no lines of its own; the message holds WHY,
//! - `why`, lines `LINE: CODE: MESSAGE`: what is told when asked why the rules did nothing, or what they did, at a line,
//! - `spatch: differs, because` says what Coccinelle does with the same case, where it is something else.
//!
//! The two parts that a person writes have at most 20 lines together. Each topic has cases that match and cases that do not.
//! `UPDATE_TOPICS=1 cargo test -p engine --test topics` writes diffs and messages anew; read the
//! difference before it is committed.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::example::{result, set, side};
use diag::Source;
use engine::{Prepared, Settings};

/// How many lines patch and file of a case have at most.
const MOST_LINES: usize = 20;

/// What a case holds.
#[derive(Clone, PartialEq, Debug, Default)]
struct Case {
    /// The options behind `patch`.
    options: String,
    patch: String,
    diff: String,
    given_up: Option<String>,
    why: Vec<(u32, String)>,
    /// What Coccinelle does.
    differs: Option<String>,
}

impl Case {
    fn read(text: &str) -> Case {
        let mut case = Case::default();
        for section in format!("\n{text}").split("\n=== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let body = if body.is_empty() {
                String::new()
            } else {
                format!("{}\n", body.trim_end_matches('\n'))
            };
            match title.split_once([' ', ':']).unwrap_or((title, "")) {
                ("patch", options) => (case.options, case.patch) = (options.to_owned(), body),
                ("diff", "") => case.diff = body,
                ("given", why) => case.given_up = why.strip_prefix("up: ").map(str::to_owned),
                ("why", "") => case.why = body.lines().map(question).collect(),
                ("spatch", " differs, because") => case.differs = Some(body),
                _ => panic!("a section `{title}`?"),
            }
        }
        case
    }

    fn written(&self) -> String {
        let mut out = String::new();
        let blank = if self.options.is_empty() { "" } else { " " };
        let _ =
            write!(out, "=== patch{blank}{}\n{}=== diff\n{}", self.options, self.patch, self.diff);
        if let Some(why) = &self.given_up {
            let _ = writeln!(out, "=== given up: {why}");
        }
        if !self.why.is_empty() {
            out.push_str("=== why\n");
        }
        for (line, message) in &self.why {
            let _ = writeln!(out, "{line}: {message}");
        }
        if let Some(differs) = &self.differs {
            let _ = write!(out, "=== spatch: differs, because\n{differs}");
        }
        out
    }

    /// The case as it comes out.
    fn run(&self) -> Case {
        let source = Source::new("case.cocci", self.patch.as_bytes());
        let patch = smpl::parse(source, &smpl::Options::default()).unwrap_or_else(|failure| {
            let errors = failure.diagnostics.iter();
            let errors: Vec<String> =
                errors.map(|error| diag::render_line(error, &failure.sources)).collect();
            panic!("{}\n{}", errors.join("\n"), self.patch)
        });
        let mut settings = Settings::default();
        let mut options = self.options.split_whitespace();
        assert!(options.all(|word| set(&mut settings, word)), "an option of `{}`?", self.options);
        let prepared = Prepared::new(patch, settings);
        let before = side(&self.diff, '+');
        let (diff, given_up) = match prepared.run("case.c", before.as_bytes().into()) {
            Ok(outcome) => (marked(&before, &result(&before, outcome)), None),
            Err(failure) => {
                let said = self.given_up.as_deref().filter(|why| failure.message.contains(why));
                let why = said.unwrap_or(&failure.message).to_owned();
                (marked(&before, &before), Some(why))
            }
        };
        let lines = self.why.iter().map(|&(line, _)| line);
        let lines = lines.fold(Vec::new(), |mut lines, line| {
            if !lines.contains(&line) {
                lines.push(line);
            }
            lines
        });
        let why = lines.into_iter().flat_map(|line| answers(&prepared, &before, line)).collect();
        Case { diff, given_up, why, ..self.clone() }
    }

    /// Whether the patch does something.
    fn matches(&self) -> bool {
        self.diff.lines().any(|line| line.starts_with(['-', '+']))
    }
}

/// A line of `why`.
fn question(line: &str) -> (u32, String) {
    let (number, message) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
    (
        number.parse().unwrap_or_else(|_| panic!("`{line}` does not begin with a line's number")),
        message.to_owned(),
    )
}

/// What is told of a line, one message a line.
fn answers(prepared: &Prepared, code: &str, line: u32) -> Vec<(u32, String)> {
    let reports = prepared.explain("case.c", code.as_bytes().into(), line);
    assert!(!reports.is_empty(), "nothing is told of line {line}");
    let texts = reports.iter().map(|report| {
        let diagnostic = &report.diagnostic;
        format!("{}: {}", diagnostic.code, diagnostic.message)
    });
    texts.map(|text| (line, text)).collect()
}

/// The diff of whole files, with a mark at each line.
fn marked(before: &str, after: &str) -> String {
    if before == after {
        return before.split_inclusive('\n').map(|line| format!(" {line}")).collect();
    }
    let diff =
        rewrite::unified_diff(before.as_bytes(), after.as_bytes(), "a", "b", usize::MAX >> 1);
    let diff = String::from_utf8_lossy(&diff).into_owned();
    // Two lines of names, one of places.
    diff.split_inclusive('\n').skip(3).collect()
}

fn topics() -> Vec<PathBuf> {
    entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data/topics"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder of cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a case").path()).collect();
    paths.sort();
    paths
}

fn cases() -> impl Iterator<Item = (PathBuf, Case)> {
    topics().into_iter().flat_map(|topic| entries(&topic)).map(|path| {
        let text = std::fs::read_to_string(&path).expect("a case");
        (path, Case::read(&text))
    })
}

#[test]
fn each_case_comes_out_as_reviewed() {
    let update = std::env::var_os("UPDATE_TOPICS").is_some();
    let mut different = Vec::new();
    for (path, case) in cases() {
        let found = case.run();
        if update {
            std::fs::write(&path, found.written()).expect("a case that can be written");
        } else if found != case {
            different.push(format!("{}\n{}", path.display(), found.written()));
        }
    }
    assert!(different.is_empty(), "{} differ\n{}", different.len(), different.join("\n"));
}

#[test]
fn cases_are_short_and_written_in_one_way() {
    for (path, case) in cases() {
        let lines = case.patch.lines().count() + side(&case.diff, '+').lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines", path.display());
        assert_eq!(case.written(), std::fs::read_to_string(&path).unwrap(), "{}", path.display());
    }
}

#[test]
fn each_topic_has_a_match_and_a_non_match() {
    for topic in topics() {
        let cases: Vec<Case> =
            cases().filter(|(path, _)| path.starts_with(&topic)).map(|(_, case)| case).collect();
        let matching = cases.iter().filter(|case| case.matches()).count();
        assert!(0 < matching && matching < cases.len(), "{}", topic.display());
    }
}

//! `cargo xtask right-trees`: whether the trees of files that were not preprocessed are right.
//!
//! What a file means is what its preprocessed text says: there the C grammar is enough, nothing has to be guessed. So
//!
//! 1. files are chosen all over a kernel (`choice`) and preprocessed by gcc, which says where each token was written
//!    (`preprocess`, `places`);
//! 2. the preprocessed text must parse without any problem, and nothing in it may be taken for a macro (`macros`);
//! 3. each function that is written in the file is compared with the same function of the preprocessed text (`functions`,
//!    `alignment`, `units`, `elements`, `compare`, `arguments`).
//!
//! Macros aside: what a macro expands to is not in the file. Nodes are compared if their own tokens are the same on both
//! sides, at the same places. Branches of `#if` from which no token occurs in the preprocessed text were dropped.
//!
//! What it cannot see: what both trees have wrong in the same way, unless it is a macro that is none; functions that the
//! configuration drops; where in an expansion a node ends.

mod alignment;
mod arguments;
mod choice;
mod compare;
mod elements;
mod functions;
mod macros;
mod places;
mod preprocess;
mod report;
mod summary;
mod units;

use std::collections::BTreeMap;
use std::fs;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result};
use clap::Args;
use csyntax::Names;

use crate::kernel::{self, Version};
use crate::process;
use alignment::Alignment;
use functions::{Fate, Function};
use preprocess::Preprocessor;
use report::{Report, Sources};
use summary::Summary;

#[derive(Args, Debug)]
pub(crate) struct RightTrees {
    /// How many files to compare
    #[arg(long, value_name = "N", default_value_t = 300)]
    files: usize,
    /// Show each difference
    #[arg(long)]
    verbose: bool,
}

/// Two of them keep one gcc and one parser busy; a file needs some hundred megabytes.
const WORKERS: usize = 2;

/// What a run came to, for others to show.
pub(crate) struct RightTreesFigures {
    /// One figure a line.
    pub(crate) text: String,
    /// Whether the trees are right.
    pub(crate) good: bool,
}

/// Runs the comparison; whether the trees are right.
pub(crate) fn run(arguments: &RightTrees) -> Result<bool> {
    if cfg!(debug_assertions) {
        let files = arguments.files.to_string();
        let mut words = vec!["right-trees", "--files", &files];
        words.extend(arguments.verbose.then_some("--verbose"));
        return process::run_optimised(&words);
    }
    let figures = compare_files(arguments)?;
    print!("{}", figures.text);
    Ok(figures.good)
}

/// Compares so many files.
pub(crate) fn figures(files: usize) -> Result<RightTreesFigures> {
    compare_files(&RightTrees { files, verbose: false })
}

fn compare_files(arguments: &RightTrees) -> Result<RightTreesFigures> {
    let kernel = kernel::ensure(Version::V6_1)?;
    let preprocessor = Preprocessor::new(&kernel, "6.1")?;
    let candidates = choice::candidates(&kernel)?;
    let mut summary = Summary::default();
    let mut problems: BTreeMap<String, Occurrences<'_>> = BTreeMap::new();
    let mut rest = &candidates[..];
    while summary.files < arguments.files && !rest.is_empty() {
        let missing = arguments.files - summary.files;
        let (now, later) = rest.split_at(missing.min(WORKERS).min(rest.len()));
        rest = later;
        let reports = in_parallel(now, |path| one_file(&preprocessor, &kernel, path));
        for (path, report) in now.iter().zip(reports) {
            let report = report?;
            summary.add(&report.summary);
            for problem in report.problems {
                problems.entry(problem).or_insert(Occurrences { first: path, count: 0 }).count += 1;
            }
            for difference in report.differences.iter().filter(|_| arguments.verbose) {
                println!("{difference}");
            }
        }
    }
    for (problem, Occurrences { first, count }) in problems {
        println!("{}: when preprocessed: {problem} ({count} times in all)", first.display());
    }
    Ok(RightTreesFigures { text: summary.text(), good: summary.is_good() })
}

/// Where the same problem is.
#[derive(Debug)]
struct Occurrences<'p> {
    first: &'p Path,
    count: usize,
}

/// The results are in the order of the paths.
fn in_parallel<T: Send>(paths: &[PathBuf], work: impl Fn(&Path) -> T + Sync) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        let workers: Vec<_> = paths.iter().map(|path| scope.spawn(move || work(path))).collect();
        let results = workers.into_iter().map(|worker| worker.join());
        results.map(|result| result.unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

fn one_file(preprocessor: &Preprocessor<'_>, kernel: &Path, path: &Path) -> Result<Report> {
    let source = fs::read(kernel.join(path)).with_context(|| path.display().to_string())?;
    let Some(preprocessed) = preprocessor.run(path, &source)? else {
        return Ok(Report::skipped());
    };
    let names = Names::default();
    let file = csyntax::parse(source.into(), &names);
    let expanded = csyntax::parse(preprocessed.text.into(), &names);
    let alignment = Alignment::new(&file, &expanded, &preprocessed.origins);
    let mut report = Report::default();
    let sources = Sources::new(path, &file, &expanded);
    report.add_problems(&sources);
    for function in functions::functions(&file, &expanded, &alignment) {
        one_function(&sources, &alignment, &function, &mut report);
    }
    Ok(report)
}

fn one_function(
    sources: &Sources<'_>,
    alignment: &Alignment,
    function: &Function,
    report: &mut Report,
) {
    if let Fate::Paired { file, preprocessed } = function.fate {
        let file = (sources.file, file);
        let comparison = compare::compare(file, (sources.preprocessed, preprocessed), alignment);
        report.add_comparison(sources, function, &comparison);
    } else {
        report.add_unpaired(sources, function);
    }
}

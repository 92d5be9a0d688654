//! Looking over many files for places where a patch matches in part, one file a task; and asking about one line of one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use engine::{Prepared, Report};
use rayon::prelude::*;

use crate::run::{panic_message, pool};
use crate::{FileProblem, FoundFile, Prefilter};

/// The partial matches in one file.
#[derive(Debug)]
pub struct FilePartial {
    /// The file.
    pub file: FoundFile,
    /// What there is to say, or what went wrong in the search for it.
    pub reports: Result<Vec<Report>, FileProblem>,
}

/// Looks for partial matches in each file that has a word of the patch. The results come in the order of the files; `jobs`
/// is the number of threads, 0 for one each core; `done` is called once a file, from any thread.
pub fn partial(
    prepared: &Prepared,
    prefilter: &Prefilter,
    files: Vec<FoundFile>,
    jobs: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<FilePartial> {
    pool(jobs, || {
        files
            .into_par_iter()
            .with_max_len(1)
            .map(|file| {
                let reports = one_file(prepared, prefilter, &file);
                done();
                FilePartial { file, reports }
            })
            .collect()
    })
}

fn one_file(
    prepared: &Prepared,
    prefilter: &Prefilter,
    file: &FoundFile,
) -> Result<Vec<Report>, FileProblem> {
    // What cannot be read is told by the run itself.
    let Ok(source) = crate::read(&file.path) else { return Ok(Vec::new()) };
    if !prefilter.has_a_word(&source) {
        return Ok(Vec::new());
    }
    let name = file.path.to_string_lossy();
    guarded(&file.path, || prepared.partial(&name, source))
}

/// Why each rule did what it did at a line (from 1) of a file.
pub fn explain(prepared: &Prepared, path: &Path, line: u32) -> Result<Vec<Report>, FileProblem> {
    let source = crate::read_named(path)?;
    let last = text::LineIndex::new(&source).count();
    if line as usize > last {
        return Err(FileProblem::new(path, format!("there is no line {line}: it has {last}")));
    }
    let name = path.to_string_lossy();
    pool(1, || guarded(path, || prepared.explain(&name, source, line)))
}

/// A panic is the problem of one file.
fn guarded(path: &Path, work: impl FnOnce() -> Vec<Report>) -> Result<Vec<Report>, FileProblem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let message = panic_message(&*panic);
        let report = "please report this with the patch and the file";
        FileProblem::new(path, format!("internal error, {report}: {message}"))
    })
}

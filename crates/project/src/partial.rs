//! Looking over many files for places where a patch matches in part, one file a task.

use std::panic::{AssertUnwindSafe, catch_unwind};

use engine::{Prepared, Report};
use rayon::prelude::*;

use crate::run::{panic_message, pool};
use crate::{FileProblem, FoundFile, Prefilter};

/// The partial matches in one file.
#[derive(Debug)]
pub struct FilePartial {
    /// The file.
    pub file: FoundFile,
    /// What there is to say, or why it cannot be said.
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
    let source = crate::read(&file.path)?;
    if !prefilter.has_a_word(&source) {
        return Ok(Vec::new());
    }
    let name = file.path.to_string_lossy();
    catch_unwind(AssertUnwindSafe(|| prepared.partial(&name, source))).map_err(|panic| {
        let message =
            format!("internal error in the search for partial matches: {}", panic_message(&*panic));
        FileProblem::new(&file.path, message)
    })
}

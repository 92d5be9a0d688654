//! Running a patch over many files, one a task; reports come in the order of the files.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use engine::{Failure, Outcome, Prepared};
use rayon::prelude::*;

use crate::{FileProblem, FoundFile, Prefilter};

/// What a run came to for one file.
#[derive(Debug)]
pub struct FileReport {
    /// The file.
    pub file: FoundFile,
    /// The result, or why there is none; other files are not touched by it.
    pub result: FileResult,
}

/// The result for one file.
#[derive(Debug)]
pub enum FileResult {
    /// The file lacks the words that the patch cannot match without.
    Irrelevant,
    /// The patch ran.
    Ran {
        /// The text as it was.
        source: Arc<[u8]>,
        /// What was matched and changed.
        outcome: Outcome,
    },
    /// The file could not be read.
    Unreadable(FileProblem),
    /// The patch could not be applied.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// The program is at fault: what it said when it gave up.
    Crashed(String),
}

/// Runs the patch on each file. `done` is called once a file, from any thread.
pub fn run(
    prepared: &Prepared,
    prefilter: &Prefilter,
    files: Vec<FoundFile>,
    jobs: usize,
    done: &(dyn Fn() + Sync),
) -> Vec<FileReport> {
    pool(jobs, || {
        files
            .into_par_iter()
            .with_max_len(1)
            .map(|file| {
                let result = one_file(prepared, prefilter, &file);
                done();
                FileReport { file, result }
            })
            .collect()
    })
}

/// Does work on `jobs` threads, 0 for one each core. Deeply nested terms recurse; the stack is as deep as the parser lets
/// them be.
pub(crate) fn pool<T: Send>(jobs: usize, work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(64 << 20).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

fn one_file(prepared: &Prepared, prefilter: &Prefilter, file: &FoundFile) -> FileResult {
    let source = match relevant_source(prefilter, file) {
        Ok(Some(source)) => source,
        Ok(None) => return FileResult::Irrelevant,
        Err(problem) => return FileResult::Unreadable(problem),
    };
    let name = file.path.to_string_lossy();
    let ran = catch_unwind(AssertUnwindSafe(|| prepared.run(&name, Arc::clone(&source))));
    match ran {
        Ok(Ok(outcome)) => FileResult::Ran { source, outcome },
        Ok(Err(failure)) => FileResult::Failed { failure },
        Err(panic) => FileResult::Crashed(panic_message(&*panic)),
    }
}

thread_local! {
    /// What is read goes here first: most files lack the words, and need no memory of their own.
    static READ: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The text of a file that may match.
fn relevant_source(
    prefilter: &Prefilter,
    file: &FoundFile,
) -> Result<Option<Arc<[u8]>>, FileProblem> {
    READ.with_borrow_mut(|text| {
        text.clear();
        crate::read_into(&file.path, text)?;
        crate::is_text(&file.path, text)?;
        if file.named {
            crate::is_not_empty(&file.path, text)?;
        }
        Ok(prefilter.may_match(text).then(|| text[..].into()))
    })
}

pub(crate) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown reason".to_owned())
}

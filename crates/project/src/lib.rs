//! Files: finding them, reading them, parsing them or running a semantic patch over them in parallel, replacing them.
//!
//! Invariants: no other crate of the library reads sources; the result does not depend on the number of threads; a file
//! is replaced whole or not at all.

#![deny(missing_docs)]
#![expect(clippy::disallowed_methods, reason = "this is the crate that touches files")]

mod find;
mod headers;
mod partial;
mod prefilter;
mod quality;
mod replace;
mod run;

pub use find::{Find, FoundFile, find};
pub use headers::HeaderFiles;
pub use partial::{FilePartial, explain, partial};
pub use prefilter::Prefilter;
pub use quality::{Fault, Quality, measure};
pub use replace::replace;
pub use run::{FileReport, FileResult, run};

use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

/// Something about a file that keeps it from being used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileProblem {
    /// The file or folder.
    pub path: PathBuf,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for FileProblem {}

impl FileProblem {
    pub(crate) fn new(path: impl Into<PathBuf>, message: impl Into<String>) -> FileProblem {
        FileProblem { path: path.into(), message: message.into() }
    }
}

/// Reads a text file that was named by the user: a missing, unreadable, empty or binary one is a problem.
pub fn read_named(path: &std::path::Path) -> Result<Arc<[u8]>, FileProblem> {
    let text = read(path)?;
    is_not_empty(path, &text)?;
    Ok(text)
}

/// Reads a text file; an unreadable or binary one is a problem.
pub(crate) fn read(path: &std::path::Path) -> Result<Arc<[u8]>, FileProblem> {
    let text = read_bytes(path)?;
    is_text(path, &text)?;
    Ok(text)
}

/// An empty file is a problem where it was named.
pub(crate) fn is_not_empty(path: &std::path::Path, text: &[u8]) -> Result<(), FileProblem> {
    match text.is_empty() {
        true => Err(FileProblem::new(path, "the file is empty")),
        false => Ok(()),
    }
}

/// A binary file is a problem.
pub(crate) fn is_text(path: &std::path::Path, text: &[u8]) -> Result<(), FileProblem> {
    match text[..text.len().min(8192)].contains(&0) {
        true => Err(FileProblem::new(path, "this is a binary file (it has NUL bytes)")),
        false => Ok(()),
    }
}

/// Reads any file that the parser can take.
pub fn read_bytes(path: &std::path::Path) -> Result<Arc<[u8]>, FileProblem> {
    let mut text = Vec::new();
    read_into(path, &mut text)?;
    Ok(text.into())
}

/// Reads a file behind what is in `text`.
pub(crate) fn read_into(path: &std::path::Path, text: &mut Vec<u8>) -> Result<(), FileProblem> {
    std::fs::File::open(path)
        .and_then(|mut file| file.read_to_end(text))
        .map_err(|error| FileProblem::new(path, describe(&error)))?;
    if text.len() >= u32::MAX as usize {
        return Err(FileProblem::new(path, "the file is larger than 4 GiB"));
    }
    Ok(())
}

/// The peak of this process's memory in bytes, where the system tells (proc(5), `VmHWM`).
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = peak.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// What an I/O error says, in plain words.
pub(crate) fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "this is a folder, a file was expected".to_owned(),
        _ => error.to_string(),
    }
}

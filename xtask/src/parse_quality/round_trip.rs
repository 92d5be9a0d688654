//! Every .c and .h of a kernel becomes a tree whose text is the file, byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use csyntax::{Names, invariants};
use rayon::prelude::*;

/// What came of it.
#[derive(Debug)]
pub(super) struct RoundTrip {
    pub(super) files: usize,
    pub(super) bytes: usize,
    /// Files whose tree breaks an invariant, and which one.
    pub(super) failures: Vec<String>,
}

/// Parses each file and checks its tree.
pub(super) fn run(kernel: &Path) -> Result<RoundTrip> {
    let files = files(kernel)?;
    eprintln!("round trip of {} files", files.len());
    // Deep terms recurse.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build()?;
    let checked: Vec<(usize, Result<(), String>)> =
        pool.install(|| files.par_iter().map(|path| check(path)).collect::<Result<_>>())?;
    let failure = |(path, (_, checked)): (&PathBuf, &(usize, Result<(), String>))| {
        let reason = checked.as_ref().err()?;
        Some(format!("{}: {reason}", path.strip_prefix(kernel).unwrap_or(path).display()))
    };
    Ok(RoundTrip {
        files: files.len(),
        bytes: checked.iter().map(|(bytes, _)| bytes).sum(),
        failures: files.iter().zip(&checked).filter_map(failure).collect(),
    })
}

fn check(path: &Path) -> Result<(usize, Result<(), String>)> {
    let source = fs::read(path).with_context(|| path.display().to_string())?;
    let tree = csyntax::parse(source.as_slice().into(), &Names::default());
    Ok((source.len(), invariants::check(&tree)))
}

/// The .c and .h files below a folder, in order; links are not followed.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let kind = entry.file_type()?;
            let path = entry.path();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && path.extension().is_some_and(|extension| extension == "c" || extension == "h")
            {
                files.push(path);
            }
        }
    }
    files.sort_unstable();
    Ok(files)
}

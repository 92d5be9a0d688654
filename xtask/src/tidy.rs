//! `cargo xtask tidy`: what neither the compiler nor clippy checks.
//!
//! A check is a function from texts to complaints, so that a test can hand it texts of its own.

mod crates;
mod files;
mod manifest;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::workspace;

/// Something that is not as it should be, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Complaint {
    /// From the root.
    path: PathBuf,
    /// From 1, if it is about one line.
    line: Option<usize>,
    message: String,
}

impl Complaint {
    fn new(path: impl Into<PathBuf>, line: Option<usize>, message: impl Into<String>) -> Complaint {
        Complaint { path: path.into(), line, message: message.into() }
    }
}

/// A text of the repository.
#[derive(Debug)]
struct Source {
    /// From the root.
    path: PathBuf,
    text: String,
}

/// Runs all checks; whether none complains.
pub(crate) fn run() -> Result<bool> {
    let complaints = complaints(workspace::root())?;
    for Complaint { path, line, message } in &complaints {
        match line {
            Some(line) => println!("{}:{line}: {message}", path.display()),
            None => println!("{}: {message}", path.display()),
        }
    }
    Ok(complaints.is_empty())
}

fn complaints(root: &Path) -> Result<Vec<Complaint>> {
    let sources = sources(root)?;
    let mut complaints = Vec::new();
    for source in &sources {
        complaints.extend(files::check(source));
        complaints.extend(words::check(source));
    }
    complaints
        .extend(crates::check(&read(root, Path::new("ARCHITECTURE.md"))?, &crates::names(root)?));
    complaints.extend(manifest::check(&read(root, Path::new("Cargo.toml"))?));
    Ok(complaints)
}

/// All texts that people write, in order of path.
fn sources(root: &Path) -> Result<Vec<Source>> {
    let mut folders = vec![PathBuf::new()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type()?;
            if kind.is_dir() && !is_made(&path) {
                folders.push(path);
            } else if kind.is_file() && !is_made(&path) {
                // What is not UTF-8 is data.
                let bytes =
                    fs::read(root.join(&path)).with_context(|| path.display().to_string())?;
                sources.extend(String::from_utf8(bytes).ok().map(|text| Source { path, text }));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// What programs write.
fn is_made(path: &Path) -> bool {
    const MADE: [&str; 7] = [
        ".git",
        "target",
        "Cargo.lock",
        "fuzz/target",
        "fuzz/corpus",
        "fuzz/artifacts",
        "fuzz/Cargo.lock",
    ];
    MADE.iter().any(|name| path == Path::new(name))
}

fn read(root: &Path, path: &Path) -> Result<String> {
    fs::read_to_string(root.join(path)).with_context(|| path.display().to_string())
}

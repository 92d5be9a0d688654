//! From arguments to files: a file is itself, a folder is the C files below it, in order.
//!
//! Links to folders are not followed, but one that leads back to a folder around it is a problem: who made it meant
//! something else.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::{FileProblem, describe};

/// What to look for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Find {
    /// `.h` files of folders, too.
    pub headers: bool,
    /// Leave out what `.gitignore` and its kin name.
    pub gitignore: bool,
}

/// A file to work on.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FoundFile {
    /// Where it is.
    pub path: PathBuf,
    /// Whether the user named it, rather than a folder around it.
    pub named: bool,
}

/// The files that `roots` stand for, each once, in the order of the arguments and then of their names; and what could
/// not be looked into.
pub fn find(roots: &[PathBuf], options: Find) -> (Vec<FoundFile>, Vec<FileProblem>) {
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for root in roots {
        match std::fs::metadata(root) {
            Err(error) => problems.push(FileProblem::new(root, describe(&error))),
            Ok(metadata) if metadata.is_dir() => walk(root, options, &mut files, &mut problems),
            Ok(_) => files.push(FoundFile { path: root.clone(), named: true }),
        }
    }
    let mut seen = rustc_hash::FxHashSet::default();
    files.retain(|file| seen.insert(file.path.clone()));
    (files, problems)
}

fn walk(root: &Path, options: Find, files: &mut Vec<FoundFile>, problems: &mut Vec<FileProblem>) {
    let mut builder = WalkBuilder::new(root);
    builder.standard_filters(false).sort_by_file_path(Path::cmp);
    if options.gitignore {
        builder
            .git_ignore(true)
            .git_exclude(true)
            .git_global(true)
            .ignore(true)
            .parents(true)
            .require_git(false);
    }
    for entry in builder.build() {
        match entry {
            Err(error) => problems.push(walk_problem(root, &error)),
            Ok(entry) => {
                let kind = entry.file_type();
                if kind.is_some_and(|kind| kind.is_symlink()) {
                    problems.extend(loop_problem(entry.path()));
                } else if kind.is_some_and(|kind| kind.is_file())
                    && is_source(entry.path(), options)
                {
                    files.push(FoundFile { path: entry.into_path(), named: false });
                }
            }
        }
    }
}

fn is_source(path: &Path, options: Find) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("c") => true,
        Some("h") => options.headers,
        _ => false,
    }
}

fn walk_problem(root: &Path, error: &ignore::Error) -> FileProblem {
    let path = match error {
        ignore::Error::WithPath { path, .. } => path.clone(),
        ignore::Error::WithDepth { err, .. } => match &**err {
            ignore::Error::WithPath { path, .. } => path.clone(),
            _ => root.to_path_buf(),
        },
        _ => root.to_path_buf(),
    };
    let message = error.io_error().map_or_else(|| error.to_string(), describe);
    FileProblem::new(path, message)
}

/// A link to a folder that holds the link.
fn loop_problem(link: &Path) -> Option<FileProblem> {
    let target = std::fs::canonicalize(link).ok()?;
    let holder = std::fs::canonicalize(link.parent()?).ok()?;
    (target.is_dir() && holder.starts_with(&target)).then(|| {
        let message = format!("this link leads back to {}, a folder around it", target.display());
        FileProblem::new(link, message)
    })
}

//! Replacing a file: write beside it, then rename, so that it is changed whole or not at all.

use std::io::Write;
use std::path::Path;

use crate::{FileProblem, describe};

/// Puts `text` in the place of the file at `path`; its mode stays, and a link is followed. Where there is no file, one
/// is made.
pub fn replace(path: &Path, text: &[u8]) -> Result<(), FileProblem> {
    let problem = |error: std::io::Error| FileProblem::new(path, describe(&error));
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(problem)?;
    beside.write_all(text).map_err(problem)?;
    match std::fs::metadata(&target) {
        Ok(metadata) => {
            if metadata.permissions().readonly() {
                return Err(FileProblem::new(path, "the file is read-only"));
            }
            beside.as_file().set_permissions(metadata.permissions()).map_err(problem)?;
        }
        Err(_) => make_public(beside.as_file()).map_err(problem)?,
    }
    beside.as_file().sync_all().map_err(problem)?;
    beside.persist(&target).map_err(|error| problem(error.error))?;
    Ok(())
}

/// A new file is readable by all, as if it had been opened for writing.
#[cfg(unix)]
fn make_public(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_public(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

//! Folders to build in. Nothing of the driver's own folder is ever written to.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use guard::kbuild;

use super::failure::Failure;

/// A folder to build in.
pub(super) struct Scratch {
    path: PathBuf,
    /// Goes away with this, unless it is to be kept.
    _folder: Option<tempfile::TempDir>,
}

impl Scratch {
    /// A folder that goes away at the end, or the new folder `kept`.
    pub(super) fn new(kept: Option<&Path>) -> Result<Scratch, Failure> {
        let scratch = match kept {
            Some(path) => Scratch::kept(path)?,
            None => Scratch::passing()?,
        };
        let path = scratch.path.to_string_lossy();
        // Make takes a blank for the end of a name, and `#`, `:` and `$` for something else again.
        if path
            .contains(|character: char| character.is_whitespace() || "#:$%\\".contains(character))
        {
            return Err(Failure::new(format!("{path}: make cannot work in a folder of this name"))
                .hint(
                    "set TMPDIR to a folder whose name is of letters, digits, '-', '_' and '.'",
                ));
        }
        Ok(scratch)
    }

    fn kept(path: &Path) -> Result<Scratch, Failure> {
        fs::create_dir(path).map_err(|problem| Failure::file(path, &problem))?;
        let path = fs::canonicalize(path).map_err(|problem| Failure::file(path, &problem))?;
        Ok(Scratch { path, _folder: None })
    }

    fn passing() -> Result<Scratch, Failure> {
        let parent = std::env::temp_dir();
        let folder = tempfile::Builder::new()
            .prefix("refit-guard-")
            .tempdir_in(&parent)
            .map_err(|problem| Failure::file(&parent, &problem))?;
        Ok(Scratch { path: folder.path().to_owned(), _folder: Some(folder) })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Settings for make, for its folder `part`; see [`kbuild::compiler_flags`].
    pub(super) fn flags(&self, part: &str) -> [String; 2] {
        kbuild::compiler_flags(&self.path.display().to_string(), part, None)
    }

    /// The same, so that stores are checked as the C file `check` says.
    pub(super) fn flags_with_checks(
        &self,
        part: &str,
        check: &[u8],
    ) -> Result<[String; 2], Failure> {
        let included = self.path.join("store_check.h");
        write(&included, check)?;
        let folder = self.path.display().to_string();
        Ok(kbuild::compiler_flags(&folder, part, Some(&included.display().to_string())))
    }

    /// A folder in it; made if it isn't there.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf, Failure> {
        let path = self.path.join(name);
        fs::create_dir_all(&path).map_err(|problem| Failure::file(&path, &problem))?;
        Ok(path)
    }
}

/// Writes a file.
#[expect(clippy::disallowed_methods, reason = "a file in a folder to build in, no source")]
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|problem| Failure::file(parent, &problem))?;
    }
    fs::write(path, bytes).map_err(|problem| Failure::file(path, &problem))
}

/// Reads a file.
#[expect(clippy::disallowed_methods, reason = "a file in a folder to build in, no source")]
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|problem| Failure::file(path, &problem))
}

/// What is in a folder, by name, in order.
pub(super) fn entries(folder: &Path) -> Result<Vec<(String, PathBuf)>, Failure> {
    let failure = |problem| Failure::file(folder, &problem);
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failure)? {
        let entry = entry.map_err(failure)?;
        entries.push((entry.file_name().to_string_lossy().into_owned(), entry.path()));
    }
    entries.sort();
    Ok(entries)
}

/// Copies the folder `from`, without hidden files and what an earlier build has left there.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(|problem| Failure::file(to, &problem))?;
    for (name, path) in entries(from)? {
        if !is_made(&name) {
            copy_entry(&path, &to.join(&name))?;
        }
    }
    Ok(())
}

/// A folder that is linked to stays a link, as it may lead to one around it.
fn copy_entry(from: &Path, to: &Path) -> Result<(), Failure> {
    let failure = |problem| Failure::file(from, &problem);
    if !from.is_dir() {
        fs::copy(from, to).map(drop).map_err(failure)
    } else if from.is_symlink() {
        let target = fs::canonicalize(from).map_err(failure)?;
        symlink(target, to).map_err(failure)
    } else {
        copy(from, to)
    }
}

/// Whether a file is what the kernel's build system makes.
fn is_made(name: &str) -> bool {
    const ENDS: [&str; 7] = [".o", ".ko", ".mod", ".mod.c", ".cmd", ".a", ".i"];
    const NAMES: [&str; 3] = ["modules.order", "Module.symvers", "built-in.a"];
    name.starts_with('.') || ENDS.iter().any(|end| name.ends_with(end)) || NAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_has_left_is_not_copied() {
        for made in ["a.o", "a.ko", "a.mod.c", ".a.o.cmd", "modules.order", ".git"] {
            assert!(is_made(made), "{made}");
        }
        for source in ["a.c", "a.h", "a.S", "Makefile", "Kbuild", "blob.o_shipped"] {
            assert!(!is_made(source), "{source}");
        }
    }
}

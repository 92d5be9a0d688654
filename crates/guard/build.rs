//! Lists the files of the kernel-side runtime, so that the command carries them along.

#![expect(clippy::disallowed_methods, reason = "a build script reads and writes files")]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = manifest.join("../../runtime");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    find(&root, &root, &mut files)?;
    files.sort();
    let mut list = String::from("&[\n");
    for file in files {
        let path = root.join(&file);
        let _ = writeln!(
            list,
            "    ({:?}, include_str!({:?})),",
            file.display().to_string(),
            path.display().to_string()
        );
    }
    list.push_str("]\n");
    fs::write(Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("runtime.rs"), list)
}

/// Sources only: what a build leaves there is not wanted.
fn find(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(root, &path, files)?;
        } else if is_source(&path)
            && let Ok(relative) = path.strip_prefix(root)
        {
            files.push(relative.to_owned());
        }
    }
    Ok(())
}

fn is_source(path: &Path) -> bool {
    let is_made = path.to_str().is_some_and(|path| path.ends_with(".mod.c"));
    let extension = path.extension().and_then(|extension| extension.to_str());
    let is_build_file = path.file_name().is_some_and(|name| name == "Kbuild" || name == "Makefile");
    !is_made && (is_build_file || matches!(extension, Some("c" | "h" | "S")))
}

//! What lies around a driver's folder: sources in the kernel's tree may include `"../../scsi/sd.h"`.
//!
//! The copy of the folder is put as deep as its files look outwards, and the folders around it hold links to what is around the
//! original.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::scratch;

/// Where the copy of a driver's folder is, or its outermost surroundings.
pub(super) const COPY: &str = "driver";

/// What each folder around the copy is called, in the one around it.
const INNER: &str = "refit-inner";

/// Files that look outwards further than this have something else in mind.
const DEEPEST: usize = 6;

/// The place of the copy, in the folder to build in.
pub(super) fn part(driver: &Path) -> Result<String, Failure> {
    let depth = depth(driver, 0)?.min(DEEPEST);
    Ok(std::iter::once(COPY).chain(std::iter::repeat_n(INNER, depth)).collect::<Vec<_>>().join("/"))
}

/// How many folders outwards the files of `folder` look, which is `below` folders below the driver's own.
fn depth(folder: &Path, below: usize) -> Result<usize, Failure> {
    let mut deepest = 0;
    for (name, path) in scratch::entries(folder)? {
        if path.is_symlink() || name.starts_with('.') {
            continue;
        }
        let found = if path.is_dir() {
            depth(&path, below + 1)?
        } else if is_source(&name) {
            outwards(&scratch::read(&path)?).saturating_sub(below)
        } else {
            0
        };
        deepest = deepest.max(found);
    }
    Ok(deepest)
}

fn is_source(name: &str) -> bool {
    [".c", ".h", ".S"].iter().any(|end| name.ends_with(end))
        || ["Makefile", "Kbuild"].contains(&name)
}

/// The most `../` in a row.
fn outwards(text: &[u8]) -> usize {
    let mut most = 0;
    let mut rest = text;
    while let Some(start) = rest.windows(3).position(|window| window == b"../") {
        rest = &rest[start..];
        let count = rest.chunks(3).take_while(|chunk| chunk == b"../").count();
        most = most.max(count);
        rest = &rest[3 * count..];
    }
    most
}

/// Links what is around `driver` into the folders around `copy`, up to `outermost`.
pub(super) fn link(driver: &Path, copy: &Path, outermost: &Path) -> Result<(), Failure> {
    let original = fs::canonicalize(driver).map_err(|problem| Failure::file(driver, &problem))?;
    let around = copy.ancestors().skip(1).take_while(|folder| folder.starts_with(outermost));
    for (folder, original) in around.zip(original.ancestors().skip(1)) {
        for (name, path) in scratch::entries(original)? {
            let link: PathBuf = folder.join(&name);
            if name != INNER {
                symlink(&path, &link).map_err(|problem| Failure::file(&link, &problem))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_way_outwards_counts() {
        assert_eq!(outwards(b"#include \"a.h\"\n#include \"sub/../b.h\"\n"), 1);
        assert_eq!(outwards(b"#include \"../../scsi/sd.h\" and ../c.h"), 2);
        assert_eq!(outwards(b"..../x .. /"), 1);
        assert_eq!(outwards(b""), 0);
    }
}

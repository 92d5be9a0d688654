//! Which files of a kernel are compared.
//!
//! Invariant: the order depends on the list of files only, and every beginning of it is spread over the whole list, so
//! that one may stop after any number of files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folders that are drawn from; the rest of a kernel is tied to an architecture or has no modules.
const FOLDERS: [&str; 4] = ["drivers", "fs", "net", "sound"];

/// All C files below the folders, as paths from the kernel, in the order in which to try them.
pub(super) fn candidates(kernel: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(kernel, Path::new(folder), &mut files)?;
    }
    files.sort();
    Ok(spread(files.len()).map(|index| files[index].clone()).collect())
}

fn collect(kernel: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries =
        fs::read_dir(kernel.join(folder)).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            collect(kernel, &path, files)?;
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "c") {
            files.push(path);
        }
    }
    Ok(())
}

/// The numbers below `count`, each once: steps of the golden ratio leave no part of the list out for long.
fn spread(count: usize) -> impl Iterator<Item = usize> {
    let golden = (count as f64 * 0.618_033_988_749_895) as usize;
    let step = (golden.max(1)..).find(|&step| greatest_common_divisor(step, count) == 1);
    (0..count).map(move |turn| turn * step.unwrap_or(1) % count)
}

fn greatest_common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_occurs_once_and_beginnings_are_spread() {
        for count in [1, 2, 10, 100, 997] {
            let mut numbers: Vec<_> = spread(count).collect();
            numbers.sort_unstable();
            assert!(numbers.iter().copied().eq(0..count), "{count}");
        }
        let mut first: Vec<_> = spread(1000).take(10).collect();
        first.sort_unstable();
        assert!(first.windows(2).all(|pair| pair[1] - pair[0] < 200), "{first:?}");
        assert_eq!(spread(0).count(), 0);
    }
}

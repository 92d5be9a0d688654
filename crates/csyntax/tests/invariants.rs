//! The invariants of trees, on the fixtures and on every file that a fuzz target once failed on.
//!
//! A crash that `cargo fuzz` finds is made small (`cargo fuzz tmin`) and put into `crashes/`.

#![expect(clippy::disallowed_methods, reason = "the test reads its data")]

use std::path::Path;
use std::{fs, io};

use csyntax::{Names, invariants};

/// Parses all files of a folder below `tests`; returns how many there are.
#[track_caller]
fn check_folder(folder: &str) -> io::Result<usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut count = 0;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.is_file() {
            let tree = csyntax::parse(fs::read(&path)?.into(), &Names::default());
            assert_eq!(invariants::check(&tree), Ok(()), "{}", path.display());
            count += 1;
        }
    }
    Ok(count)
}

#[test]
fn fixtures() {
    assert!(check_folder(".").unwrap() > 0);
}

#[test]
fn crashes() {
    assert!(check_folder("crashes").unwrap() > 0);
}

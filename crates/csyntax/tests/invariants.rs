//! The invariants of trees, on the fixtures and on every file that a fuzz target once failed on.
//!
//! A crash that `cargo fuzz` finds is made small (`cargo fuzz tmin`) and put into `crashes/`.

#![expect(clippy::disallowed_methods, reason = "the test reads its data")]

use std::fs;
use std::path::Path;

use csyntax::{Names, invariants};

/// Parses all files of a folder below `tests`; returns how many there are.
#[track_caller]
fn check_folder(folder: &str) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut count = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let tree = csyntax::parse(fs::read(&path).unwrap().into(), &Names::default());
            assert_eq!(invariants::check(&tree), Ok(()), "{}", path.display());
            count += 1;
        }
    }
    count
}

#[test]
fn fixtures() {
    assert!(check_folder(".") > 0);
}

#[test]
fn crashes() {
    check_folder("crashes");
}

//! What is understood of semantic patches that other people wrote, as reviewed texts: `test_data/rules/*.txt`.
//!
//! The first line of each names the patch, which is no part of this repository; one that is not on the machine is skipped,
//! which is said. `UPDATE_DUMPS=1 cargo test -p smpl dumps` writes the texts anew; read the difference before it is
//! committed.

use std::path::{Path, PathBuf};

use diag::Source;

use super::corpus::{kernel, shared};
use crate::{Options, parse, render};

/// Where a patch may be.
fn source(name: &str) -> Option<Source> {
    let path = match name.split_once('/') {
        Some(("linux-6.1" | "linux-6.12", _)) => kernel(name),
        _ => shared(name),
    };
    #[expect(clippy::disallowed_methods, reason = "tests read their data")]
    let text = std::fs::read(path).ok()?;
    Some(Source::new(name, text))
}

fn snapshots() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("test_data/rules");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests read and, when asked to, write their data")]
fn each_patch_is_understood_as_it_was_when_it_was_reviewed() {
    let update = std::env::var_os("UPDATE_DUMPS").is_some();
    let snapshots = snapshots();
    assert!(snapshots.len() >= 40, "only {} snapshots", snapshots.len());
    let mut different = Vec::new();
    for path in snapshots {
        let expected = std::fs::read_to_string(&path).unwrap();
        let name = expected.lines().next().unwrap_or_default();
        let Some(source) = source(name) else {
            println!("skipped: {name} is not on this machine");
            continue;
        };
        let patch = match parse(source, &Options::default()) {
            Ok(patch) => patch,
            Err(failure) => panic!("{name}: {:?}", failure.diagnostics),
        };
        let text = format!("{name}\n\n{}", render(&patch));
        if update {
            std::fs::write(&path, text).unwrap();
        } else if text != expected {
            different.push(format!("{name} is now\n{text}"));
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

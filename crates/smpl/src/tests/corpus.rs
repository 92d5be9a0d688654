//! Real semantic patches that may be found on the machine; absent ones are skipped with a line that says so.

use std::path::{Path, PathBuf};

use diag::{Source, render_line};

use crate::{Options, parse};

/// The `.cocci` files of a folder, in order of name.
#[expect(clippy::disallowed_methods, reason = "tests read their data")]
fn sources(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        println!("skipped: no folder {}", folder.display());
        return Vec::new();
    };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "cocci"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

/// The first error of each file that does not parse, and how many files there are.
fn failures(folder: &Path) -> (Vec<String>, usize) {
    let sources = sources(folder);
    let failures = sources.iter().filter_map(|(path, source)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let source = Source::new(name, source.as_slice());
        let failure = parse(source, &Options::default()).err()?;
        let error = failure.diagnostics.iter().find(|e| e.severity == diag::Severity::Error)?;
        Some(format!("{} [{}]", render_line(error, &failure.sources), error.code))
    });
    (failures.collect(), sources.len())
}

/// A path below the kernels that `cargo xtask kernel` has unpacked.
pub(super) fn kernel(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/kernel").join(below)
}

/// A folder beside the project, or elsewhere when the environment says so.
pub(super) fn shared(below: &str) -> PathBuf {
    let root = std::env::var_os("REFIT_CONFORMANCE").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance"),
        PathBuf::from,
    );
    root.join(below)
}

#[test]
fn demo_and_kernel_patches_parse() {
    let demo = Path::new("/usr/share/doc/coccinelle/examples/demo_rule9");
    for folder in [demo.to_owned(), shared("kernel")] {
        let (failures, count) = failures(&folder);
        assert!(failures.is_empty(), "{count} files, of which fail:\n{}", failures.join("\n"));
    }
}

#[test]
fn all_but_a_few_conformance_patches_parse() {
    let (failures, count) = failures(&shared("coccinelle/tests"));
    println!("{} of {count} parse", count - failures.len());
    for failure in &failures {
        println!("{failure}");
    }
    // `cargo xtask read-patches` compares each with spatch; included files are not found here.
    assert!(failures.len() <= 12, "{} of {count} fail", failures.len());
}

#[test]
fn cut_off_patches_are_refused_or_read_but_never_crash() {
    let mut folders = vec![shared("kernel"), shared("coccinelle/tests")];
    folders.push(PathBuf::from("/usr/share/doc/coccinelle/examples/demo_rule9"));
    for (path, source) in folders.iter().flat_map(|folder| sources(folder)) {
        for part in 1..8 {
            let cut = &source[..source.len() * part / 8];
            let result = parse(Source::new("cut.cocci", cut), &Options::default());
            for error in result.err().into_iter().flat_map(|failure| failure.diagnostics) {
                let inside = error.labels.iter().all(|l| l.span.end as usize <= cut.len() + 1);
                assert!(inside, "{} cut at {}: {error:?}", path.display(), cut.len());
            }
        }
    }
}

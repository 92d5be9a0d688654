//! How fast the lexer and the parser are by themselves: `cargo bench -p csyntax`.
//!
//! On the drivers of `drivers/usb`, if `cargo xtask kernel 6.1` has unpacked a kernel, or if `REFIT_KERNEL` names one; else on
//! the sample driver of the tests, which is said.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads files")]
#![expect(clippy::print_stderr, reason = "a benchmark says what it measures")]

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use csyntax::Names;
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn lex(bencher: Bencher<'_, '_>) {
    let files = files();
    bencher.counter(bytes(files)).bench(|| {
        for file in files {
            black_box(csyntax::lexer::tokenize(file));
        }
    });
}

#[divan::bench(sample_count = 20)]
fn parse(bencher: Bencher<'_, '_>) {
    let files = files();
    let names = Names::default();
    bencher.counter(bytes(files)).bench(|| {
        for file in files {
            black_box(csyntax::parse(Arc::clone(file), &names));
        }
    });
}

fn bytes(files: &[Arc<[u8]>]) -> BytesCount {
    BytesCount::new(files.iter().map(|file| file.len()).sum::<usize>())
}

fn files() -> &'static [Arc<[u8]>] {
    static FILES: OnceLock<Vec<Arc<[u8]>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let kernel = std::env::var_os("REFIT_KERNEL")
            .map_or_else(|| here.join("../../target/kernel/linux-6.1"), PathBuf::from);
        let mut files = Vec::new();
        read_below(&kernel.join("drivers/usb"), &mut files);
        if files.is_empty() {
            eprintln!("no kernel at {}: the sample driver is parsed", kernel.display());
            let sample = std::fs::read(here.join("tests/driver.c")).unwrap_or_default();
            files = vec![sample.into(); 1000];
        }
        files
    })
}

fn read_below(folder: &Path, files: &mut Vec<Arc<[u8]>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    for path in paths {
        if path.is_dir() {
            read_below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "c") {
            files.extend(std::fs::read(&path).map(Arc::from));
        }
    }
}

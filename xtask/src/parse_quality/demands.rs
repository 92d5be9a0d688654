//! What the figures have to be.

use super::figures::Figures;

/// Which demands a folder has to meet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    /// Any part of a kernel.
    Any,
    /// A folder of drivers that stands for the work of most users.
    Drivers,
}

/// The share of lines that parse, in percent.
const LINES: f64 = 99.95;
/// The share of files without any problem, in percent; in a folder of drivers.
const FILES: f64 = 97.0;
const FILES_OF_DRIVERS: f64 = 98.0;
/// Millions of bytes a second on one core.
const SPEED: f64 = 40.0;
/// Peak memory: so many times the largest file, and so many bytes.
const MEMORY: (u64, u64) = (10, 100_000_000);

/// The demands that a folder does not meet.
pub(super) fn of_folder(figures: &Figures, name: &str, folder: Folder) -> Vec<String> {
    let mut failures = Vec::new();
    let files = if folder == Folder::Drivers { FILES_OF_DRIVERS } else { FILES };
    if figures.good_lines() < LINES {
        failures.push(format!(
            "{name}: {:.4} % of the lines parse, not {LINES} %",
            figures.good_lines()
        ));
    }
    if figures.good_files() < files {
        let share = figures.good_files();
        failures.push(format!("{name}: {share:.2} % of the files have no problem, not {files} %"));
    }
    failures
}

/// The demands on a whole run that it does not meet.
pub(super) fn of_run(figures: &Figures, largest_file: u64) -> Vec<String> {
    let mut failures = Vec::new();
    if figures.speed() < SPEED {
        failures.push(format!("{:.1} MB/s a core, not {SPEED}", figures.speed()));
    }
    let limit = MEMORY.0 * largest_file + MEMORY.1;
    if figures.peak_rss_bytes > limit {
        failures.push(format!("{} bytes of memory, not {limit}", figures.peak_rss_bytes));
    }
    failures
}

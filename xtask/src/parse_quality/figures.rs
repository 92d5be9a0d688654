//! What `refit parse --json` says of some folders.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The figures of a run; see `refit parse`.
#[derive(Debug, Deserialize)]
pub(super) struct Figures {
    pub(super) files: u64,
    pub(super) perfect_files: u64,
    pub(super) lines: u64,
    pub(super) bad_lines: u64,
    pub(super) hidden_lines: u64,
    pub(super) second_readings: u64,
    pub(super) bytes: u64,
    pub(super) tokens: u64,
    pub(super) macro_bodies: u64,
    pub(super) bare_macro_bodies: u64,
    pub(super) cpu_seconds: f64,
    pub(super) wall_seconds: f64,
    pub(super) peak_rss_bytes: u64,
    pub(super) per_file: Vec<File>,
}

/// The figures of a file.
#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) file: String,
    pub(super) problems: Vec<Problem>,
}

/// An item that could not be parsed.
#[derive(Debug, Deserialize)]
pub(super) struct Problem {
    pub(super) line: u32,
    pub(super) first_line: u32,
    pub(super) last_line: u32,
    pub(super) expected: String,
    pub(super) excerpt: String,
}

impl Figures {
    /// Bytes for each second of CPU, in millions.
    pub(super) fn speed(&self) -> f64 {
        self.bytes as f64 / 1e6 / self.cpu_seconds
    }

    pub(super) fn good_lines(&self) -> f64 {
        100.0 - 100.0 * self.bad_lines as f64 / self.lines as f64
    }

    pub(super) fn good_files(&self) -> f64 {
        100.0 * self.perfect_files as f64 / self.files as f64
    }

    /// A row of a table.
    pub(super) fn line(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {} | {:.2} % | {} | {} | {:.4} % | {} | {} | {} of {} |",
            self.files,
            self.files - self.perfect_files,
            floor(self.good_files(), 2),
            self.lines,
            self.bad_lines,
            floor(self.good_lines(), 4),
            self.hidden_lines,
            self.second_readings,
            self.bare_macro_bodies,
            self.macro_bodies,
        )
    }
}

/// Cut, not rounded: 100 means all.
fn floor(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).floor() / scale
}

/// Runs `refit parse` on one thread.
pub(super) fn measure(tool: &Path, kernel: &Path, folders: &[&str]) -> Result<Figures> {
    let mut command = Command::new(tool);
    command.current_dir(kernel).args(["parse", "--json", "--errors", "-j1"]).args(folders);
    let output = command.output().with_context(|| tool.display().to_string())?;
    if !output.status.success() {
        bail!(
            "refit parse ended with {}: {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    serde_json::from_slice(&output.stdout).context("what refit parse --json printed")
}

/// The size in bytes of the largest .c file.
pub(super) fn largest_file(kernel: &Path, folders: &[&str]) -> Result<u64> {
    let mut largest = 0;
    for folder in folders {
        for path in super::round_trip::files(&kernel.join(folder))? {
            if path.extension().is_some_and(|extension| extension == "c") {
                largest = largest.max(fs::metadata(&path)?.len());
            }
        }
    }
    Ok(largest)
}

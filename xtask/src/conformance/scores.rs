//! What the two programs beside the conformance data say of the release binary.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use serde::Deserialize;

use super::ratchet::{KernelCase, Ratchet, Status, SuiteCase};
use crate::kernel::{self, Version};
use crate::workspace;

/// Runs both programs. A kernel that cannot be had is said and leaves its cases out.
pub(super) fn measure(data: &Path, cases: &[String], show: bool) -> Result<Ratchet> {
    let tool = format!("{} spatch", workspace::target().join("release/refit").display());
    let suite = suite(data, &tool, cases, show)?;
    let kernel = match kernel::ensure(Version::V6_1) {
        Ok(folder) => kernel_cases(data, &tool, &folder, cases, show)?,
        Err(error) => {
            println!("skipped: the cases of the kernel: {error:#}");
            Vec::new()
        }
    };
    Ok(Ratchet { suite, kernel })
}

/// What `score.py --json` writes.
#[derive(Deserialize)]
struct Scores {
    results: Vec<Score>,
}

#[derive(Deserialize)]
struct Score {
    name: String,
    needs: Vec<String>,
    tokens: bool,
    exact: bool,
    stdout_ok: Option<bool>,
}

impl From<Score> for SuiteCase {
    fn from(score: Score) -> SuiteCase {
        let status = match score {
            Score { exact: true, .. } => Status::Exact,
            Score { tokens: true, .. } => Status::Tokens,
            _ if !score.needs.is_empty() => Status::Script,
            _ => Status::Differs,
        };
        SuiteCase { name: score.name, status, prints: score.stdout_ok == Some(true) }
    }
}

fn suite(data: &Path, tool: &str, cases: &[String], show: bool) -> Result<Vec<SuiteCase>> {
    let json = workspace::target().join("conformance.json");
    let mut score = program(data, "score.py", tool, cases);
    score.arg("--json").arg(&json).args(show.then_some("--diff"));
    if !show {
        score.stdout(Stdio::null());
    }
    // The status says whether all cases agree, which is not the question here.
    score.status().context("python3")?;
    let text = std::fs::read_to_string(&json).context("score.py wrote no result")?;
    let scores: Scores = serde_json::from_str(&text)?;
    std::fs::remove_file(&json)?;
    Ok(scores.results.into_iter().map(SuiteCase::from).collect())
}

fn kernel_cases(
    data: &Path,
    tool: &str,
    folder: &Path,
    cases: &[String],
    show: bool,
) -> Result<Vec<KernelCase>> {
    let mut score = program(data, "kernel.py", tool, cases);
    score.arg("--kernel").arg(folder).args(show.then_some("--show")).stderr(Stdio::inherit());
    let output = score.output().context("python3")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if show {
        print!("{text}");
    }
    Ok(text.lines().filter_map(kernel_case).collect())
}

/// `NAME rc=0 files=5 exact=5 tokens=5 missing=0 extra=0 0.08s (spatch 1.94s)`.
fn kernel_case(line: &str) -> Option<KernelCase> {
    let mut words = line.split_whitespace();
    let name = words.next()?.to_owned();
    let counts: Vec<(&str, &str)> = words.filter_map(|word| word.split_once('=')).collect();
    let count = |key| counts.iter().find(|(k, _)| *k == key)?.1.parse().ok();
    Some(KernelCase {
        name,
        files: count("files")?,
        tokens: count("tokens")?,
        exact: count("exact")?,
        extra: count("extra")?,
    })
}

fn program(data: &Path, name: &str, tool: &str, cases: &[String]) -> Command {
    let mut score = Command::new("python3");
    score.arg(data.join(name)).args(["--tool", tool]);
    if !cases.is_empty() {
        score.arg("--only").args(cases);
    }
    score
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_kernel_case_is_read() {
        let line = "disj_free  rc=0 files=280 exact=277 tokens=278 missing=1 extra=2 0.91s (spatch 20.25s)";
        let expected =
            KernelCase { name: "disj_free".into(), files: 280, tokens: 278, exact: 277, extra: 2 };
        assert_eq!(kernel_case(line), Some(expected));
    }

    #[test]
    fn other_lines_are_no_cases() {
        assert_eq!(kernel_case("   differs misc/usbtest.c"), None);
        assert_eq!(kernel_case("{\"cases\": 18, \"files\": 1948}"), None);
    }
}

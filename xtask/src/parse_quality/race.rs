//! `refit parse` beside `spatch --parse-c` on one folder: in turns, on one thread each, so that what else the machine does
//! slows both.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::packages;
use crate::process;

/// How often each runs; the fastest run counts.
const ROUNDS: usize = 3;

/// The fastest runs, wall clock.
#[derive(Debug)]
pub(super) struct Race {
    pub(super) folder: String,
    pub(super) refit: Duration,
    pub(super) spatch: Duration,
    /// What spatch says of the files and lines.
    pub(super) spatch_says: Vec<String>,
}

/// Runs both.
pub(super) fn run(tool: &Path, kernel: &Path, folder: &str) -> Result<Race> {
    if !process::is_there("spatch") {
        packages::install(&["coccinelle"])?;
    }
    let mut refit = Duration::MAX;
    let mut spatch = Duration::MAX;
    let mut spatch_says = Vec::new();
    for _ in 0..ROUNDS {
        let mut command = Command::new(tool);
        refit = refit.min(timed(command.args(["parse", "-j1", folder]), kernel)?.0);
        // Without a larger stack, spatch gives up.
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("ulimit -s unlimited; exec spatch --parse-c {folder}"));
        let (duration, output) = timed(&mut command, kernel)?;
        spatch = spatch.min(duration);
        spatch_says = output
            .lines()
            .filter(|line| line.starts_with("NB total") || line.starts_with("nb good"))
            .map(str::to_owned)
            .collect();
    }
    Ok(Race { folder: folder.to_owned(), refit, spatch, spatch_says })
}

fn timed(command: &mut Command, kernel: &Path) -> Result<(Duration, String)> {
    let start = Instant::now();
    let output = command
        .current_dir(kernel)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .context("a program of the race")?;
    if !output.status.success() {
        bail!("{:?} ended with {}", command.get_program(), output.status);
    }
    let said = [output.stdout, output.stderr].concat();
    Ok((start.elapsed(), String::from_utf8_lossy(&said).into_owned()))
}

//! What a document says of when and where it was measured.

use std::fs;
use std::process::Command;

use anyhow::Result;

/// Today.
pub(crate) fn date() -> Result<String> {
    said(Command::new("date").arg("+%Y-%m-%d"))
}

/// The version of a package.
pub(crate) fn package_version(package: &str) -> Result<String> {
    said(Command::new("dpkg-query").args(["--show", "--showformat=${Version}", package]))
}

/// The processor and how many cores of it there are.
pub(crate) fn shape() -> Result<String> {
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model);
    Ok(format!("{} cores of {model}, shared with others", cores()))
}

/// How many threads run at the same time.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn said(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8_lossy(&command.output()?.stdout).trim().to_owned())
}

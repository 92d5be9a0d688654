//! `cargo xtask read-patches`: whether every semantic patch at hand is read.
//!
//! A patch that Refit refuses must be refused by `spatch --parse-cocci` too, or stand in the table "Semantic patches that
//! are not read" of ledger.md; a line there whose patch is read is a fault as well.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use crate::kernel::{self, Version};
use crate::{process, workspace};

/// The heading of the table in ledger.md.
const HEADING: &str = "## Semantic patches that are not read";

#[derive(Args, Debug)]
pub(crate) struct ReadPatches {
    /// The kernels whose patches are read [default: both]
    #[arg(value_enum, value_name = "KERNEL")]
    kernels: Vec<Version>,
}

/// Reads all patches; whether each is read, refused for a reason that spatch shares, or in the ledger.
pub(crate) fn run(arguments: &ReadPatches) -> Result<bool> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root());
    process::run(build.args(["build", "--quiet", "--release", "--package", "refit"]))?;
    let ledger = ledger()?;
    let (mut count, mut shared, mut faults) = (0, Vec::new(), Vec::new());
    let mut excused: Vec<&str> = Vec::new();
    for folder in folders(&arguments.kernels)? {
        let mut patches = Vec::new();
        find(&folder, &mut patches)?;
        for patch in &patches {
            count += 1;
            let Some(message) = refused(patch)? else { continue };
            let shown = format!("{}: {message}", patch.display());
            if let Some(line) = ledger.iter().find(|line| patch.ends_with(line.as_str())) {
                excused.push(line);
            } else if spatch_refuses(patch)? {
                shared.push(shown);
            } else {
                faults.push(shown);
            }
        }
    }
    println!(
        "{count} semantic patches, of which are refused: {} by spatch too, {} as the ledger says, {} without a reason",
        shared.len(),
        excused.len(),
        faults.len(),
    );
    shared.iter().for_each(|shown| println!("spatch too: {shown}"));
    faults.iter().for_each(|shown| println!("no reason: {shown}"));
    let stale: Vec<_> = ledger.iter().filter(|line| !excused.contains(&line.as_str())).collect();
    if workspace::conformance_data().is_some() {
        stale.iter().for_each(|line| println!("read, though the ledger says it is not: {line}"));
        return Ok(faults.is_empty() && stale.is_empty());
    }
    println!("no conformance data beside the repository: its patches are not read");
    Ok(faults.is_empty())
}

/// Where semantic patches are: the conformance data, if any, and kernels.
fn folders(kernels: &[Version]) -> Result<Vec<PathBuf>> {
    let mut folders: Vec<PathBuf> = workspace::conformance_data().into_iter().collect();
    let kernels = if kernels.is_empty() { Version::value_variants() } else { kernels };
    for &version in kernels {
        folders.push(kernel::ensure(version)?.join("scripts/coccinelle"));
    }
    Ok(folders)
}

/// All `.cocci` files below a folder, in order of path.
fn find(folder: &Path, patches: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            find(&path, patches)?;
        } else if path.extension().is_some_and(|extension| extension == "cocci") {
            patches.push(path);
        }
    }
    Ok(())
}

/// The first error of Refit.
fn refused(patch: &Path) -> Result<Option<String>> {
    let program = workspace::target().join("release/refit");
    let mut command = Command::new(program.canonicalize()?);
    command.args(["check-patch", "--json"]).arg(patch.canonicalize()?);
    // Patches of the suite include others by a path from the folder above.
    let folder = patch.parent().and_then(Path::parent).unwrap_or(Path::new("/"));
    let output = command.current_dir(folder).output().context("refit")?;
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let diagnostic: serde_json::Value = serde_json::from_str(line)?;
        if diagnostic["severity"] == "error" {
            return Ok(Some(diagnostic["message"].as_str().unwrap_or_default().to_owned()));
        }
    }
    anyhow::ensure!(output.status.code() != Some(2), "{} cannot be opened", patch.display());
    Ok(None)
}

/// Whether spatch refuses to read a patch; not when it merely finds nothing to do in it.
fn spatch_refuses(patch: &Path) -> Result<bool> {
    if !process::is_there("spatch") {
        return Ok(false);
    }
    let output = Command::new("spatch").arg("--parse-cocci").arg(patch).output()?;
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(!output.status.success() && !message.contains("No rules apply"))
}

/// The paths in the first column of the table: `` | `tests/a.cocci` | reason | ``.
fn ledger() -> Result<Vec<String>> {
    let text = std::fs::read_to_string(workspace::root().join("ledger.md"))?;
    // No table says that every patch is read.
    let table = text.split(HEADING).nth(1).unwrap_or_default();
    let table = table.split("\n## ").next().unwrap_or_default();
    let names = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    Ok(names.map(str::to_owned).collect())
}

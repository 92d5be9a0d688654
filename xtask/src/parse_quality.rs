//! `cargo xtask parse-quality`: how well whole kernels parse, and `docs/parse-quality.md`, which says so.
//!
//! 1. `refit parse` over the folders of each kernel (`figures`), and what the figures have to be (`demands`);
//! 2. every .c and .h of each kernel is parsed and its tree checked: its text is the file (`round_trip`);
//! 3. `refit parse` beside `spatch --parse-c` on one folder, in turns (`race`);
//! 4. the figures of `cargo xtask right-trees`;
//! 5. all that becomes the document (`document`).
//!
//! With `--sample`, two folders of one kernel and no document.

mod demands;
mod document;
mod figures;
mod race;
mod round_trip;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::kernel::{self, Version};
use crate::{process, right_trees, workspace};
use document::{Document, Kernel};
use figures::{Figures, measure};

#[derive(Args, Debug)]
pub(crate) struct ParseQuality {
    /// Two folders of one kernel only, and write nothing
    #[arg(long)]
    sample: bool,
}

/// What of a kernel is measured: everything that is not of another architecture, a tool or a sample.
const FOLDERS: [&str; 10] =
    ["drivers", "sound", "net", "fs", "kernel", "mm", "lib", "block", "crypto", "arch/x86"];

/// Folders of drivers that are measured by themselves, too.
const SAMPLE: [&str; 2] = ["drivers/usb", "sound/pci"];

/// Measures; whether everything is as it has to be.
pub(crate) fn run(arguments: &ParseQuality) -> Result<bool> {
    if arguments.sample {
        return sample();
    }
    if cfg!(debug_assertions) {
        return process::run_optimised(&["parse-quality"]);
    }
    let tool = build()?;
    let mut kernels = Vec::new();
    for version in [Version::V6_1, Version::V6_12] {
        kernels.push(one_kernel(&tool, version)?);
    }
    eprintln!("drivers/usb beside spatch");
    let race = race::run(&tool, &kernel::ensure(Version::V6_1)?, SAMPLE[0])?;
    eprintln!("right trees");
    let right_trees = right_trees::figures(300)?;
    let document = Document { kernels, race, right_trees };
    let path = workspace::root().join("docs/parse-quality.md");
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(&path, document.text()?).with_context(|| path.display().to_string())?;
    println!("written: docs/parse-quality.md");
    let failures = document.failures();
    failures.iter().for_each(|failure| println!("not reached: {failure}"));
    Ok(failures.is_empty())
}

fn sample() -> Result<bool> {
    let tool = build()?;
    let kernel = kernel::ensure(Version::V6_1)?;
    let mut good = true;
    for folder in SAMPLE {
        let figures = measure(&tool, &kernel, &[folder])?;
        println!("{}", figures.line(folder));
        for failure in demands::of_folder(&figures, folder, demands::Folder::Drivers) {
            println!("not reached: {failure}");
            good = false;
        }
    }
    Ok(good)
}

fn build() -> Result<PathBuf> {
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root());
    process::run(build.args(["build", "--quiet", "--release", "--package", "refit"]))?;
    Ok(workspace::target().join("release/refit"))
}

fn one_kernel(tool: &Path, version: Version) -> Result<Kernel> {
    let folder = kernel::ensure(version)?;
    eprintln!("{}", folder.display());
    let all = measure(tool, &folder, &FOLDERS)?;
    let mut parts: Vec<(&'static str, Figures)> = Vec::new();
    for part in FOLDERS.into_iter().chain(SAMPLE) {
        parts.push((part, measure(tool, &folder, &[part])?));
    }
    let round_trip = round_trip::run(&folder)?;
    let largest_file = figures::largest_file(&folder, &FOLDERS)?;
    Ok(Kernel { name: version.package_version(), all, parts, round_trip, largest_file })
}

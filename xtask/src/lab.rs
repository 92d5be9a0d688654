//! `cargo xtask lab`: virtual machines that run Debian's kernels and real drivers.
//!
//! ```text
//! let kernel = Kernel::prepare(Version::V6_1, None)?;      // packages, image, accelerator: what is absent is got
//! let mut guest = Guest::new(&kernel, "load 8139cp\nnetwork\nreport word $WORD");
//! guest.devices.push(Device::Network("rtl8139"));
//! guest.add_module("8139cp")?;                             // with mii, which it needs
//! guest.add_built_module(&build_module(&sources, &kernel, &[], &out)?[0]);
//! guest.on_fault = OnFault::Panic;                         // a crash ends the machine at once
//! let outcome = guest.run(&folder)?;                       // blocks; call it from as many threads as you like
//! outcome.ending; outcome.exit(); outcome.crash(); outcome.values.get("word"); outcome.transfers;
//! ```
//!
//! **In a guest** there are busybox and
//! - `report KEY VALUE`: a value for `Outcome::values`. A program can write `KEY=VALUE` lines to `/dev/results` itself;
//! - `load MODULE [PARAMETER=VALUE]`: puts a module of `/modules` into the kernel, those that it needs before it;
//! - `network [CARD]`: an address, and a wait for the link; then `$PEER` answers;
//! - `stream send|receive $PEER $PEER_PORT SEED SECONDS >/dev/results`, if `add_program("stream")` put it there: traffic
//!   of which each byte is checked. The other side's account of it is `Outcome::transfers`;
//! - `recovered DRIVER [SECONDS]`: waits until a guarded driver runs.
//!
//! **A test** (`catalogue`) is a name, a function that makes a guest, and one that judges the outcome.
//! **A campaign** (`campaign`) puts faults into drivers, and counts what a kernel survives without and with the guard.
//!
//! Invariants: the console is the kernel's, results have a serial port of their own, so that no noise can spoil them. No
//! machine outlives its time or this process. What is in `target/lab` is there whole or not at all, so that several
//! processes can use it.

mod accelerator;
mod campaign;
mod catalogue;
mod cpio;
mod debian;
mod drivers;
mod guarded;
mod guest;
mod image;
mod initramfs;
mod modules;
mod outcome;
mod pattern;
mod peer;
mod programs;
mod report;
mod run;
mod tools;
mod vmlinux;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use rayon::prelude::*;

use crate::kernel::Version;
use crate::{machine, workspace};
use accelerator::Accelerator;
use campaign::Campaign;
use catalogue::Test;
use image::{Absent, Kernel};
use report::Record;

#[derive(Args, Debug)]
pub(crate) struct Lab {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand, Debug)]
enum Task {
    /// Print the tests' names and what they show
    List,
    /// Run tests; the result is JSON, and the exit code 1 if one fails
    Run(Run),
    /// Put faults into drivers, and count what a kernel survives without and with the guard
    Campaign(Campaign),
}

#[derive(Args, Debug)]
struct Run {
    /// Which tests, or `all`
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,
    /// On which kernels
    #[arg(long, value_enum, default_value_t = Kernels::Both)]
    kernel: Kernels,
    /// How many machines at the same time [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Write the result into a file, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Keep each machine's initramfs, so that `command` in its folder can be run again
    #[arg(long)]
    keep: bool,
    /// Do not try what runs the machines
    #[arg(long, value_enum)]
    accelerator: Option<Accelerator>,
    /// Succeed where QEMU, or a kernel, cannot be had
    #[arg(long)]
    skip_if_absent: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Kernels {
    #[value(name = "6.1")]
    V6_1,
    #[value(name = "6.12")]
    V6_12,
    Both,
}

/// Where the lab keeps what it makes.
fn folder() -> PathBuf {
    workspace::root().join("target/lab")
}

/// Whether all tests passed.
pub(crate) fn run(arguments: &Lab) -> Result<bool> {
    match &arguments.task {
        Task::List => {
            for test in catalogue::TESTS {
                println!("{:<20} {}", test.name, test.shows);
            }
            Ok(true)
        }
        Task::Run(arguments) => or_skip(run_tests(arguments), arguments.skip_if_absent),
        Task::Campaign(arguments) => or_skip(campaign::run(arguments), arguments.skip_if_absent),
    }
}

/// Where there can be no lab, a line that says so is enough for who asked for it.
fn or_skip(ended: Result<bool>, skip_if_absent: bool) -> Result<bool> {
    match ended {
        Err(error) if skip_if_absent && error.is::<Absent>() => {
            let reason = format!("{error:#}");
            println!("skipped: {}", reason.lines().next().unwrap_or_default());
            Ok(true)
        }
        ended => ended,
    }
}

fn run_tests(arguments: &Run) -> Result<bool> {
    let tests = chosen(&arguments.names)?;
    let kernels = kernels(arguments)?;
    let runs = new_runs_folder()?;
    let records = run_all(&tests, &kernels, arguments, &runs)?;
    let json = serde_json::to_string_pretty(&records)?;
    println!("{json}");
    if let Some(file) = &arguments.json {
        fs::write(file, json + "\n").with_context(|| file.display().to_string())?;
    }
    let failed = records.iter().filter(|record| !record.passed).count();
    eprintln!("{} passed, {failed} failed", records.len() - failed);
    Ok(failed == 0)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Test>> {
    if names == ["all"] {
        return Ok(catalogue::TESTS.iter().collect());
    }
    let find = |name: &String| {
        let test = catalogue::TESTS.iter().find(|test| test.name == name);
        test.with_context(|| format!("there is no test {name}; see cargo xtask lab list"))
    };
    names.iter().map(find).collect()
}

fn kernels(arguments: &Run) -> Result<Vec<Kernel>> {
    let prepare = |version: &Version| Kernel::prepare(*version, arguments.accelerator);
    versions(arguments.kernel).iter().map(prepare).collect()
}

fn versions(kernels: Kernels) -> &'static [Version] {
    match kernels {
        Kernels::V6_1 => &[Version::V6_1],
        Kernels::V6_12 => &[Version::V6_12],
        Kernels::Both => &[Version::V6_1, Version::V6_12],
    }
}

/// Each test on each kernel, in this order whatever ends first.
fn run_all(
    tests: &[&Test],
    kernels: &[Kernel],
    arguments: &Run,
    runs: &Path,
) -> Result<Vec<Record>> {
    let pairs: Vec<(&Test, &Kernel)> =
        tests.iter().flat_map(|test| kernels.iter().map(move |kernel| (*test, kernel))).collect();
    let jobs = arguments.jobs.unwrap_or_else(machine::cores);
    if jobs == 0 {
        bail!("--jobs 0 runs nothing");
    }
    // Two tests may be of one name; the number tells their folders apart.
    let run_one = |(number, (test, kernel)): (usize, &(&Test, &Kernel))| {
        let folder = runs.join(format!("{number}-{}-{}", test.name, kernel.series));
        let record = test.run(kernel, &folder, arguments.keep);
        record.announce();
        record
    };
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    Ok(threads.install(|| pairs.par_iter().enumerate().map(run_one).collect()))
}

/// A new folder for the machines of this process. Those of yesterday are removed.
fn new_runs_folder() -> Result<PathBuf> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let runs = folder().join("runs");
    fs::create_dir_all(&runs).with_context(|| runs.display().to_string())?;
    for entry in fs::read_dir(&runs)? {
        let entry = entry?;
        let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
        if age > DAY {
            // Another process may do the same.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    Ok(runs.join(format!("{now}-{}", std::process::id())))
}

//! `cargo xtask conformance`: the release binary against recorded results of Coccinelle 1.3.1.
//!
//! 1. the cases of Coccinelle's own tests and those of a kernel are scored (`scores`);
//! 2. no case may be worse than `xtask/conformance.ratchet` says (`ratchet`);
//! 3. each case that differs, and needs no script, has to stand in ledger.md (`reasons`).
//!
//! The data and the two programs that score are no part of this repository; without them the task says so and is done.

mod ratchet;
mod reasons;
mod scores;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{process, workspace};
use ratchet::Ratchet;

#[derive(Args, Debug)]
pub(crate) struct Conformance {
    /// The cases to run, of either kind [default: all]
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// Write down what is better than before, unless something is worse
    #[arg(long, conflicts_with = "cases")]
    update: bool,
    /// Print how the cases of the suite differ, and which files of the kernel do
    #[arg(long)]
    show: bool,
}

/// Scores; whether nothing is worse than it was, and each difference has its reason.
pub(crate) fn run(arguments: &Conformance) -> Result<bool> {
    let Some(data) = workspace::conformance_data() else {
        println!(
            "skipped: no conformance data beside the repository (REFIT_CONFORMANCE names another folder)"
        );
        return Ok(true);
    };
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root());
    process::run(build.args(["build", "--quiet", "--release", "--package", "refit"]))?;
    let before = Ratchet::parse(&std::fs::read_to_string(file()).unwrap_or_default())?;
    let now = scores::measure(&data, &arguments.cases, arguments.show)?;
    if let Some(name) = arguments.cases.iter().find(|name| !now.has(name)) {
        bail!("there is no case {name}");
    }
    println!("{}", now.summary());
    let all = arguments.cases.is_empty();
    let comparison = before.compare(&now, all);
    comparison.better.iter().for_each(|case| println!("better: {case}"));
    comparison.worse.iter().for_each(|case| println!("worse: {case}"));
    let mut faults = Vec::new();
    if all {
        let ledger = std::fs::read_to_string(workspace::root().join("ledger.md"))?;
        faults = reasons::check(&ledger, &now);
        faults.iter().for_each(|fault| println!("ledger.md: {fault}"));
    }
    if !comparison.worse.is_empty() {
        println!(
            "where that is meant, take the line out of xtask/conformance.ratchet and use --update"
        );
    } else if arguments.update {
        let text = before.updated(&now).to_string();
        std::fs::write(file(), text).with_context(|| file().display().to_string())?;
    } else if all && !comparison.better.is_empty() {
        println!("cargo xtask conformance --update writes down what is better");
    }
    Ok(comparison.worse.is_empty() && faults.is_empty())
}

fn file() -> PathBuf {
    workspace::root().join("xtask/conformance.ratchet")
}

//! `cargo xtask conformance`: the release binary against recorded results of Coccinelle 1.3.1.
//!
//! The data and the two programs that score are no part of this repository; without them the task says so and is done.

use std::process::Command;

use anyhow::Result;
use clap::Args;

use crate::kernel::{self, Version};
use crate::{process, workspace};

/// The cases of the kernel that hold today.
const FIRST: [&str; 4] = ["expr_list", "typed_len", "ops_probe_inherit", "struct_field"];

#[derive(Args, Debug)]
pub(crate) struct Conformance {
    /// The cases to run [default: the ones that are meant to hold today]
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
    /// Run all cases
    #[arg(long, conflicts_with = "cases")]
    all: bool,
    /// Run Coccinelle's own tests instead of a kernel
    #[arg(long)]
    suite: bool,
    /// Name the files, or print the cases, that differ
    #[arg(long)]
    show: bool,
}

/// Runs the comparison; whether everything agrees.
pub(crate) fn run(arguments: &Conformance) -> Result<bool> {
    let Some(data) = workspace::conformance_data() else {
        println!(
            "skipped: no conformance data beside the repository (REFIT_CONFORMANCE names another folder)"
        );
        return Ok(true);
    };
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root()).args([
        "build",
        "--quiet",
        "--release",
        "--package",
        "refit",
    ]);
    process::run(&mut build)?;
    let tool = format!("{} spatch", workspace::target().join("release/refit").display());
    let mut score = Command::new("python3");
    if arguments.suite {
        score.arg(data.join("score.py")).args(["--tool", &tool]);
        add_cases(&mut score, &arguments.cases);
        score.args(arguments.show.then_some("--diff"));
    } else {
        let kernel = kernel::ensure(Version::V6_1)?;
        score.arg(data.join("kernel.py")).args(["--tool", &tool]).arg("--kernel").arg(kernel);
        if arguments.cases.is_empty() && !arguments.all {
            score.arg("--only").args(FIRST);
        }
        add_cases(&mut score, &arguments.cases);
        score.args(arguments.show.then_some("--show"));
    }
    process::succeeds(&mut score)
}

fn add_cases(score: &mut Command, cases: &[String]) {
    if !cases.is_empty() {
        score.arg("--only").args(cases);
    }
}

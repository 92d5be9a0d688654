//! `cargo xtask`: everything about this repository that a person would otherwise script.
//!
//! Invariant: nothing here is needed to build or to use `refit`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]
#![expect(clippy::disallowed_methods, reason = "tasks read files and start programs")]

mod conformance;
mod demo;
mod kernel;
mod lab;
mod machine;
mod packages;
mod parse_quality;
mod process;
mod race;
mod read_patches;
mod right_trees;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use conformance::Conformance;
use kernel::Version;
use lab::Lab;
use parse_quality::ParseQuality;
use race::Race;
use read_patches::ReadPatches;
use right_trees::RightTrees;

/// Tasks of this repository.
#[derive(Parser, Debug)]
#[command(name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand, Debug)]
enum Task {
    /// Fetch and unpack a kernel of Debian below target/kernel, and print where it is
    Kernel {
        /// Which one
        #[arg(value_enum)]
        version: Version,
    },
    /// Compare with spatch on the drivers of coccinelle-doc's demo_rule9
    Demo,
    /// Compare with what Coccinelle 1.3.1 made of its own tests and of a kernel
    Conformance(Conformance),
    /// Measure the CPU time beside spatch on a kernel, and write it into docs/performance.md
    Race(Race),
    /// Compare the trees of a kernel's files as they are with those of the same files preprocessed by gcc
    RightTrees(RightTrees),
    /// Check that every semantic patch of two kernels and of the conformance data is read
    ReadPatches(ReadPatches),
    /// Measure how well whole kernels parse, and write docs/parse-quality.md
    ParseQuality(ParseQuality),
    /// Run kernels and drivers in virtual machines
    Lab(Lab),
    /// Check what neither the compiler nor clippy checks
    Tidy,
}

fn main() -> ExitCode {
    let done = match Arguments::parse().task {
        Task::Kernel { version } => kernel::ensure(version).map(|folder| {
            println!("{}", folder.display());
            true
        }),
        Task::Demo => demo::run(),
        Task::Conformance(arguments) => conformance::run(&arguments),
        Task::Race(arguments) => race::run(&arguments),
        Task::RightTrees(arguments) => right_trees::run(&arguments),
        Task::ReadPatches(arguments) => read_patches::run(&arguments),
        Task::ParseQuality(arguments) => parse_quality::run(&arguments),
        Task::Lab(arguments) => lab::run(&arguments),
        Task::Tidy => tidy::run(),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

//! The `refit` command.
//!
//! Invariant: only this crate prints, prompts and exits. Exit codes: 0 when the command ran, 1 when something matched and
//! `--exit-code` was given or when `check-patch` has something to say, 2 when something went wrong.

#![expect(clippy::print_stderr, reason = "this is the crate that prints")]

mod apply;
mod arguments;
mod check_patch;
mod dump;
mod explain;
mod guard;
mod knowledge;
mod output;
mod parse;
mod partial;
mod patch;
mod patch_options;
mod spatch;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Something went wrong; it has been said on the terminal.
pub(crate) struct Reported;

/// How a command ended.
pub(crate) type Ended = Result<ExitCode, Reported>;

fn main() -> ExitCode {
    // A panic in one file is reported with the file, by `apply`.
    std::panic::set_hook(Box::new(|_| {}));
    let name = std::env::args_os().next().map(std::path::PathBuf::from);
    let as_spatch =
        name.as_deref().and_then(std::path::Path::file_stem).is_some_and(|n| n == "spatch");
    if as_spatch {
        return exit(spatch::run(std::env::args_os().skip(1).collect()));
    }
    let ended = match Arguments::parse().command {
        Command::Apply(arguments) => apply::run(&arguments),
        Command::CheckPatch(arguments) => check_patch::run(&arguments),
        Command::Dump(arguments) => dump::run(&arguments),
        Command::Guard(arguments) => guard::run(&arguments),
        Command::Parse(arguments) => parse::run(&arguments),
        Command::Spatch(arguments) => spatch::run(arguments.arguments),
    };
    exit(ended)
}

fn exit(ended: Ended) -> ExitCode {
    ended.unwrap_or(ExitCode::from(2))
}

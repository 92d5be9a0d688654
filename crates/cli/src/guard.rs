//! `refit guard`: guarded kernel modules.

mod build;
mod compile;
mod failure;
mod make;
mod modules;
mod scratch;
mod surroundings;

use crate::arguments::{Guard, GuardCommand};
use crate::{Ended, Reported, output};

/// Runs the command.
pub(crate) fn run(arguments: &Guard) -> Ended {
    let GuardCommand::Build(arguments) = &arguments.command;
    build::build(arguments).map_err(|failure| {
        output::tell(&failure.to_string());
        Reported
    })
}

/// Says what is under way.
fn progress(what: &str) {
    output::tell(&format!("  {what}"));
}

//! `refit guard`: guarded kernel modules, and what the running kernel's guard knows of them.

mod build;
mod compile;
mod domains;
mod failure;
mod log;
mod make;
mod modules;
mod scratch;
mod status;
mod surroundings;

use crate::arguments::{Guard, GuardCommand};
use crate::{Ended, Reported, output};

/// Runs the command.
pub(crate) fn run(arguments: &Guard) -> Ended {
    let ended = match &arguments.command {
        GuardCommand::Build(arguments) => build::build(arguments),
        GuardCommand::Status(arguments) => status::show(arguments),
        GuardCommand::Log(arguments) => log::show(arguments),
    };
    ended.map_err(|failure| {
        output::tell(&failure.to_string());
        Reported
    })
}

/// Says what is under way.
fn progress(what: &str) {
    output::tell(&format!("  {what}"));
}

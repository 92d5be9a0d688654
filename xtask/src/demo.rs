//! `cargo xtask demo`: the drivers of coccinelle-doc, here and with spatch, a line a case.
//!
//! The comparison is a test of the command, `crates/cli/tests/demo_rule9.rs`; this task sees to it that the packages are
//! there, so that the test cannot pass by being skipped.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::{packages, process, workspace};

const DEMO: &str = "/usr/share/doc/coccinelle/examples/demo_rule9";

/// Runs the comparison; whether all cases agree.
pub(crate) fn run() -> Result<bool> {
    let are_there = || process::is_there("spatch") && Path::new(DEMO).is_dir();
    if !are_there() {
        packages::install(&["coccinelle", "coccinelle-doc"])?;
    }
    if !are_there() {
        bail!("the packages are installed, but spatch or {DEMO} is not there");
    }
    process::succeeds(
        Command::new(env!("CARGO"))
            .current_dir(workspace::root())
            .args(["test", "--quiet", "--package", "refit", "--test", "demo_rule9"])
            .args(["--", "--nocapture"]),
    )
}

//! Packages of Debian, installed where they are absent.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::process;

/// Installs packages. The package lists are brought up to date only if it does not work without.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    if !process::is_there("apt-get") {
        bail!("{} must be installed, and there is no apt-get here to do it", packages.join(", "));
    }
    eprintln!("installing {}", packages.join(", "));
    if process::succeeds(&mut install_command(packages))? {
        return Ok(());
    }
    process::run(quietly(apt_get().arg("update")))?;
    process::run(&mut install_command(packages))
}

fn install_command(packages: &[&str]) -> Command {
    let mut command = apt_get();
    quietly(command.args(["install", "-y", "--no-install-recommends"]).args(packages));
    command
}

/// What a task prints is its result; what apt-get prints is not.
fn quietly(command: &mut Command) -> &mut Command {
    command.arg("-q").stdin(Stdio::null()).stdout(Stdio::null())
}

fn apt_get() -> Command {
    let mut command = Command::new(if is_root() { "env" } else { "sudo" });
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    command
}

/// A process's own folder below /proc belongs to its user.
fn is_root() -> bool {
    Path::new("/proc/self").metadata().is_ok_and(|metadata| metadata.uid() == 0)
}

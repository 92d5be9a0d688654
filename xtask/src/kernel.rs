//! `cargo xtask kernel`: the source of a kernel, from Debian's package, below `target/kernel`.
//!
//! Invariant: the folder is there whole or not at all. It is unpacked beside its place and then renamed, by one thread at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{packages, process, workspace};

/// The kernels that tasks know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Version {
    /// linux-source-6.1
    #[value(name = "6.1")]
    V6_1,
    /// linux-source-6.12
    #[value(name = "6.12")]
    V6_12,
}

impl Version {
    /// What Debian calls the source, such as `6.1.192-2`.
    pub(crate) fn package_version(self) -> String {
        let package = format!("linux-source-{}", self.number());
        let output = Command::new("dpkg-query")
            .args(["--show", "--showformat=${Version}", &package])
            .output();
        let version = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        version.ok().filter(|version| !version.is_empty()).unwrap_or_else(|| self.number().into())
    }

    fn number(self) -> &'static str {
        match self {
            Version::V6_1 => "6.1",
            Version::V6_12 => "6.12",
        }
    }
}

static UNPACKING: Mutex<()> = Mutex::new(());

/// The folder of a kernel, which is fetched if it is not there.
pub(crate) fn ensure(version: Version) -> Result<PathBuf> {
    let number = version.number();
    let kernels = workspace::root().join("target/kernel");
    let folder = kernels.join(format!("linux-{number}"));
    // Whoever has panicked has left no part of a folder in its place.
    let _alone = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
    if folder.is_dir() {
        return Ok(folder);
    }
    let package = format!("linux-source-{number}");
    let archive = PathBuf::from(format!("/usr/src/{package}.tar.xz"));
    if !archive.is_file() {
        packages::install(&[&package]).with_context(|| {
            format!("{package} could not be installed; does this Debian have it?")
        })?;
    }
    if !archive.is_file() {
        bail!("the package {package} is installed, but {} is not there", archive.display());
    }
    unpack(&archive, &kernels.join(format!("unpacking-{number}-{}", std::process::id())), &folder)?;
    Ok(folder)
}

fn unpack(archive: &Path, beside: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(beside).with_context(|| beside.display().to_string())?;
    eprintln!("unpacking {}", archive.display());
    let unpacked = tar(archive, beside).and_then(|()| {
        fs::rename(beside, folder).with_context(|| format!("cannot rename to {}", folder.display()))
    });
    if unpacked.is_err() {
        // The error is worth more than the question whether the rest could be removed.
        let _ = fs::remove_dir_all(beside);
    }
    unpacked
}

/// The archive holds one folder; its name does not matter here.
fn tar(archive: &Path, folder: &Path) -> Result<()> {
    let mut command = Command::new("tar");
    command.arg("--extract").arg("--strip-components=1");
    process::run(command.arg("--directory").arg(folder).arg("--file").arg(archive))
}

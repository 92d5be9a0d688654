//! The kernels that guests run, each in a folder `target/lab/RELEASE`:
//!
//! - `vmlinux`, which QEMU starts;
//! - `lib/modules/RELEASE`, the image package's own modules, with depmod's tables;
//! - `modules`, those that were unpacked for a guest;
//! - `accelerator`, what it can be run with (`accelerator`).
//!
//! Invariant: the folder is there whole or not at all.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::kernel::Version;
use crate::lab::accelerator::{self, Accelerator};
use crate::lab::debian::{self, Choice};
use crate::lab::{folder, run, tools, vmlinux};

/// A kernel that guests can be started with.
#[derive(Clone, Debug)]
pub(crate) struct Kernel {
    pub(crate) version: Version,
    /// `6.1`.
    pub(crate) series: String,
    /// `6.1.0-56-amd64`.
    pub(crate) release: String,
    /// What modules are built with.
    pub(crate) headers: PathBuf,
    pub(crate) accelerator: Accelerator,
    folder: PathBuf,
}

/// The context of an error that says that this machine cannot have QEMU or the kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Absent;

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no lab here")
    }
}

impl Kernel {
    /// Gets what is absent: programs, headers and image; and finds out what the kernel can be run with,
    /// unless it is given.
    pub(crate) fn prepare(version: Version, accelerator: Option<Accelerator>) -> Result<Kernel> {
        tools::ensure().context(Absent)?;
        let series = series(version);
        let release = match unpacked(&series)? {
            Some(release) => release,
            None => unpack(&series)?,
        };
        let mut kernel = Kernel {
            version,
            series,
            headers: debian::headers(&release),
            folder: folder().join(&release),
            accelerator: Accelerator::Tcg,
            release,
        };
        kernel.accelerator = match accelerator {
            Some(accelerator) => accelerator,
            None => accelerator::choose(&kernel)?,
        };
        Ok(kernel)
    }

    pub(crate) fn vmlinux(&self) -> PathBuf {
        self.folder.join("vmlinux")
    }

    /// Where `kernel/drivers/...` and `modules.dep` lie.
    pub(crate) fn installed_modules(&self) -> PathBuf {
        self.folder.join("lib/modules").join(&self.release)
    }

    /// The folder that belongs to this kernel.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}

fn series(version: Version) -> String {
    version.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
}

/// The newest release of a series that is there, with its headers.
fn unpacked(series: &str) -> Result<Option<String>> {
    let Ok(entries) = fs::read_dir(folder()) else { return Ok(None) };
    let mut releases = Vec::new();
    for entry in entries {
        let release = entry?.file_name().to_string_lossy().into_owned();
        if release.starts_with(&format!("{series}.")) && debian::headers(&release).is_dir() {
            releases.push(release);
        }
    }
    releases.sort_by_key(|release| debian::numbers(release));
    Ok(releases.pop())
}

/// Gets the newest release of a series.
fn unpack(series: &str) -> Result<String> {
    let choice = debian::choose(series).context(Absent)?;
    debian::install_headers(&choice).context(Absent)?;
    eprintln!("fetching the image of {} {}", choice.release, choice.package_version);
    run::whole(&folder().join(&choice.release), |made| fill(&choice, made))?;
    Ok(choice.release)
}

fn fill(choice: &Choice, made: &Path) -> Result<()> {
    let release = &choice.release;
    fs::create_dir(made).with_context(|| made.display().to_string())?;
    debian::unpack_image(choice, made).context(Absent)?;
    let image = made.join(format!("boot/vmlinuz-{release}"));
    vmlinux::extract(&image, &made.join("vmlinux"))?;
    for unused in ["boot", "usr"] {
        fs::remove_dir_all(made.join(unused)).with_context(|| format!("{unused} of the image"))?;
    }
    let mut depmod = Command::new("/sbin/depmod");
    depmod.arg("--basedir").arg(made).arg(release).stderr(Stdio::piped());
    run::checked(&mut depmod)?;
    if !made.join("lib/modules").join(release).join("modules.dep").is_file() {
        bail!("depmod wrote no modules.dep for {release}");
    }
    Ok(())
}

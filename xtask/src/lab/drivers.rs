//! The drivers that the lab knows: where their sources are, and what card QEMU has for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::kernel::{self, Version};
use crate::lab::run;

/// A driver for a network card.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Driver {
    /// drivers/net/ethernet/realtek/8139cp.c
    #[value(name = "8139cp")]
    Cp8139,
    /// drivers/net/ethernet/intel/e1000
    E1000,
}

impl Driver {
    /// The module.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Driver::Cp8139 => "8139cp",
            Driver::E1000 => "e1000",
        }
    }

    /// QEMU's name for the card.
    pub(crate) fn card(self) -> &'static str {
        match self {
            Driver::Cp8139 => "rtl8139",
            Driver::E1000 => "e1000",
        }
    }

    /// Copies the driver's sources, as the kernel has them, into a new folder. One that is a single file among other drivers gets a
    /// `Kbuild` of its own.
    pub(crate) fn sources(self, version: Version, folder: &Path) -> Result<PathBuf> {
        let drivers = kernel::ensure(version)?.join("drivers/net/ethernet");
        let place = folder.join(self.name());
        match self {
            Driver::E1000 => copy(&drivers.join("intel/e1000"), &place)?,
            Driver::Cp8139 => {
                fs::create_dir_all(&place).with_context(|| place.display().to_string())?;
                copy(&drivers.join("realtek/8139cp.c"), &place)?;
                let kbuild = place.join("Kbuild");
                fs::write(&kbuild, "obj-m := 8139cp.o\n")
                    .with_context(|| kbuild.display().to_string())?;
            }
        }
        Ok(place)
    }
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new("cp");
    command.arg("--recursive").arg(from).arg(to).stderr(Stdio::piped());
    run::checked(&mut command).map(|_| ())
}

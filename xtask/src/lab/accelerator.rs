//! Whether a guest can run on the processor or must be emulated.
//!
//! A `/dev/kvm` can be there and still not run a stock kernel: where it is itself made of software, guests die or stand
//! still before they have said a word. So a guest is tried, once; the answer holds until the machine is started anew.

use std::fs::{self, File};
use std::time::Duration;

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde::Serialize;

use crate::lab::guest::Guest;
use crate::lab::image::Kernel;
use crate::lab::outcome::Ending;

/// What QEMU runs a guest with.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Accelerator {
    /// The processor.
    Kvm,
    /// QEMU's emulation.
    Tcg,
}

/// An emulated guest needs half of it; one that runs on the processor a tenth.
const TRIAL: Duration = Duration::from_secs(8);

/// The accelerator for a kernel: remembered, or tried.
pub(crate) fn choose(kernel: &Kernel) -> Result<Accelerator> {
    let file = kernel.folder().join("accelerator");
    let start = start_of_machine();
    let remembered = fs::read_to_string(&file).unwrap_or_default();
    if let Some(name) = remembered.strip_prefix(&start) {
        return Ok(if name.trim() == "kvm" { Accelerator::Kvm } else { Accelerator::Tcg });
    }
    let accelerator = if kvm_works(kernel)? { Accelerator::Kvm } else { Accelerator::Tcg };
    fs::write(&file, format!("{start}{}\n", accelerator.name()))
        .with_context(|| file.display().to_string())?;
    Ok(accelerator)
}

impl Accelerator {
    /// QEMU's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Accelerator::Kvm => "kvm",
            Accelerator::Tcg => "tcg",
        }
    }

    /// The processor that a guest sees, in QEMU's words.
    ///
    /// The emulation in QEMU 7.2 leaves nonsense in the flags behind `cmpxchg16b`, the direction and trap flags, too. They count once
    /// an interrupt comes before the next instruction that sets flags, and the guest writes over its memory. Its slab allocator uses the
    /// instruction where the processor has it.
    pub(crate) fn processor(self) -> &'static str {
        match self {
            Accelerator::Kvm => "max",
            Accelerator::Tcg => "max,-cx16",
        }
    }
}

/// One line that is another after each start of the machine.
fn start_of_machine() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    format!("{}\n", id.trim())
}

fn kvm_works(kernel: &Kernel) -> Result<bool> {
    if File::options().read(true).write(true).open("/dev/kvm").is_err() {
        return Ok(false);
    }
    let mut kernel = kernel.clone();
    kernel.accelerator = Accelerator::Kvm;
    eprintln!("{}: trying whether /dev/kvm runs it", kernel.release);
    let scratch = tempfile::tempdir().context("cannot make a scratch folder")?;
    let trial = Guest { limit: TRIAL, ..Guest::new(&kernel, "true") };
    // QEMU's own complaint is an answer, too.
    Ok(trial
        .run(scratch.path())
        .is_ok_and(|outcome| outcome.ending == Ending::Finished && outcome.crash().is_none()))
}

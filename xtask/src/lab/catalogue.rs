//! The tests, by name. To add one: a `Test` in one of the tables below.

mod guard;
mod network;
mod self_tests;

use std::path::Path;

use anyhow::{Result, bail, ensure};

use crate::lab::guest::Guest;
use crate::lab::image::Kernel;
use crate::lab::outcome::{Ending, Outcome};
use crate::lab::report::Record;

/// Something that is shown by one machine.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) name: &'static str,
    /// What it shows, for `cargo xtask lab list`.
    pub(crate) shows: &'static str,
    /// The machine. The folder is there for what is built for it.
    pub(crate) guest: fn(&Kernel, &Path) -> Result<Guest>,
    /// Whether what came back is what was wanted, or why not.
    pub(crate) check: fn(&Outcome) -> Result<()>,
}

/// All of them, in the order in which `all` starts them.
pub(crate) const TESTS: &[Test] = &[
    self_tests::BOOT,
    self_tests::DEVICE,
    self_tests::BUILT_MODULE,
    self_tests::OOPS,
    self_tests::PANIC,
    self_tests::LOCKUP,
    self_tests::TIME_LIMIT,
    network::PLAIN_8139CP,
    network::PLAIN_E1000,
    guard::FAULTY,
    guard::LOADING,
    guard::THROUGHPUT_8139CP,
    guard::THROUGHPUT_E1000,
    guard::RECOVERIES_8139CP,
    guard::RECOVERIES_E1000,
    guard::FIRST_PACKET_8139CP,
    guard::FIRST_PACKET_E1000,
    guard::APART,
    guard::RECEIVING,
    guard::PROCESSORS,
];

impl Test {
    /// Runs it. `folder` has the machine's logs afterwards.
    pub(crate) fn run(&self, kernel: &Kernel, folder: &Path, keep: bool) -> Record {
        match self.outcome(kernel, folder, keep) {
            Ok(outcome) => {
                let reason = (self.check)(&outcome).err().map(|error| format!("{error:#}"));
                Record::new(self.name, kernel, reason).with(outcome)
            }
            Err(error) => Record::new(self.name, kernel, Some(format!("{error:#}"))),
        }
    }

    fn outcome(&self, kernel: &Kernel, folder: &Path, keep: bool) -> Result<Outcome> {
        let scratch = tempfile::tempdir()?;
        let outcome = (self.guest)(kernel, scratch.path())?.run(folder)?;
        if !keep {
            outcome.remove_initramfs()?;
        }
        Ok(outcome)
    }
}

/// The usual check: the script ended with 0, and the kernel had nothing worse than a warning to say.
pub(crate) fn ended_well(outcome: &Outcome) -> Result<()> {
    if let Some(crash) = outcome.crash() {
        bail!("the kernel crashed: {crash}");
    }
    ensure!(outcome.ending != Ending::TimedOut, "the time was over");
    ensure!(outcome.exit() == Some(0), "the script ended with {:?}", outcome.exit());
    Ok(())
}

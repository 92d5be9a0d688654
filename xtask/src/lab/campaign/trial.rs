//! One fault: the driver with it is built, plain and guarded, and run.
//!
//! The guest's script is `lab/guest/fault`, the same for both.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::lab::campaign::blocks;
use crate::lab::campaign::choice::{self, Arming, Choice};
use crate::lab::campaign::row::Row;
use crate::lab::campaign::subject::{Fault, Subject};
use crate::lab::campaign::verdict::{self, Guarded, Plain};
use crate::lab::drivers::files_with_extension;
use crate::lab::guarded;
use crate::lab::guest::{Device, Guest, OnFault};
use crate::lab::image::Kernel;
use crate::lab::modules::build_module;
use crate::lab::outcome::Outcome;

/// What all trials have in common.
#[derive(Debug)]
pub(super) struct Bench {
    /// Where the guard is built, in a folder for each kernel. All faults meet the same.
    pub(super) guards: PathBuf,
    pub(super) seed: u64,
    /// All logs are kept, and what the machines can be started with again.
    pub(super) keep: bool,
}

/// The steps of the script that do not end take as long as they may, and the streams as long again.
const LIMIT: Duration = Duration::from_secs(200);

/// The script says each second that it is there. Lockups that the kernel sees take half of this.
const SILENCE: Duration = Duration::from_secs(40);

/// Seconds. A machine that takes longer to start, or does not, has no time from ours, and its kernel complains of that.
const STARVED: f64 = 20.0;
/// How often it is tried again then.
const STARVED_TRIES: usize = 2;

impl Bench {
    /// Where the guard for a kernel is.
    pub(super) fn guard(&self, kernel: &Kernel) -> PathBuf {
        self.guards.join(&kernel.release)
    }

    /// Runs the fault of a number: the first of its choices that compiles.
    pub(super) fn run(
        &self,
        subject: &Subject,
        index: usize,
        choices: &[Choice],
        folder: &Path,
    ) -> Result<Row> {
        for (number, choice) in choices.iter().enumerate() {
            let fault = subject.fault(*choice);
            let trial = Trial { bench: self, subject, fault: &fault, arming: Arming::of(index) };
            let row = Row { not_compiled: number, ..trial.row(index) };
            if let Some(row) = trial.run(row, &folder.join(number.to_string()))? {
                return Ok(row);
            }
        }
        bail!("fault {index} of {}: no choice compiles", subject.name())
    }

    /// Runs the guarded driver with a fault whose plain driver has been run in an earlier campaign.
    pub(super) fn run_guarded_again(
        &self,
        subject: &Subject,
        choices: &[Choice],
        earlier: &Row,
        folder: &Path,
    ) -> Result<Row> {
        let choice = choices.get(earlier.not_compiled);
        let fault = subject.fault(*choice.context("it has no such choice any more")?);
        let trial =
            Trial { bench: self, subject, fault: &fault, arming: Arming::of(earlier.index) };
        let row = Row {
            not_compiled: earlier.not_compiled,
            plain: earlier.plain.clone(),
            plain_reason: earlier.plain_reason.clone(),
            reached: earlier.reached.clone(),
            ..trial.row(earlier.index)
        };
        ensure!(row.is_same_fault(earlier), "it was {} in the earlier campaign", earlier.name());
        trial.write_sources(folder)?;
        trial.run_guarded_if_wanted(row, folder)
    }

    /// Runs the driver without a fault; what is measured means nothing if that does not go well.
    pub(super) fn check(&self, subject: &Subject, folder: &Path) -> Result<()> {
        let fault = subject.no_fault()?;
        let trial = Trial { bench: self, subject, fault: &fault, arming: Arming::Later };
        trial.build_plain(folder)?;
        let plain = trial.run_plain(folder)?.0;
        ensure!(plain == Plain::NoEffect, "{} without a fault: {plain:?}", subject.name());
        trial.build_guarded(folder)?;
        let guarded = trial.run_guarded(folder)?;
        let well = guarded.crash.is_none() && guarded.traffic.intact && guarded.failures == 0;
        ensure!(well, "{}, guarded, without a fault: {guarded:?}", subject.name());
        Ok(())
    }

    /// The blocks that the script comes by.
    pub(super) fn survey(&self, subject: &Subject, folder: &Path) -> Result<BTreeSet<String>> {
        let fault = subject.no_fault()?;
        let trial = Trial { bench: self, subject, fault: &fault, arming: Arming::Later };
        let sources = folder.join("sources");
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        subject.write_surveyed(&sources)?;
        trial.build_plain_from(&sources, folder)?;
        let (outcome, console) = trial.run_machine(folder, PLAIN)?;
        ensure!(outcome.exit() == Some(0), "{} without a fault: {outcome:?}", subject.name());
        Ok(blocks::told(&console))
    }
}

/// A fault on its way.
struct Trial<'a> {
    bench: &'a Bench,
    subject: &'a Subject,
    fault: &'a Fault,
    arming: Arming,
}

const PLAIN: &str = "plain";
const GUARDED: &str = "guarded";

impl Trial<'_> {
    fn row(&self, index: usize) -> Row {
        Row {
            index,
            driver: self.subject.driver.name().to_owned(),
            kernel: self.subject.kernel.series.clone(),
            seed: self.bench.seed,
            kind: self.fault.kind.clone(),
            file: self.fault.file.clone(),
            line: self.fault.line,
            armed: self.arming.name().to_owned(),
            shown: self.fault.shown.clone(),
            guarded: "not-run".to_owned(),
            ..Row::default()
        }
    }

    /// None if it does not compile; what the compiler said is then in the folder.
    fn run(&self, mut row: Row, folder: &Path) -> Result<Option<Row>> {
        if let Err(error) = self.build_plain(folder) {
            return does_not_compile(&row, &error, folder);
        }
        let (plain, reached) = self.run_plain(folder)?;
        row.set_plain(&plain);
        row.reached = reached;
        self.run_guarded_if_wanted(row, folder).map(Some)
    }

    /// The plain driver's part of the row and the sources are there.
    fn run_guarded_if_wanted(&self, mut row: Row, folder: &Path) -> Result<Row> {
        if row.plain_crashed() || choice::is_sample(row.index) {
            self.build_guarded(folder)?;
            row.set_guarded(self.run_guarded(folder)?);
        }
        if !self.bench.keep {
            self.remove_bulk(&row, folder)?;
        }
        Ok(row)
    }

    /// Logs stay where there is something to look into.
    fn remove_bulk(&self, row: &Row, folder: &Path) -> Result<()> {
        let interesting = row.was_guarded() && !(row.survived() && row.resumed && row.intact);
        let bulk = if interesting { folder.join("sources") } else { folder.to_owned() };
        fs::remove_dir_all(&bulk).with_context(|| bulk.display().to_string())
    }

    fn write_sources(&self, folder: &Path) -> Result<PathBuf> {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let sources = folder.join("sources");
        self.subject.write(self.fault, &sources)?;
        Ok(sources)
    }

    fn build_plain(&self, folder: &Path) -> Result<()> {
        self.build_plain_from(&self.write_sources(folder)?, folder)
    }

    fn build_plain_from(&self, sources: &Path, folder: &Path) -> Result<()> {
        let variables = self.subject.driver.variables();
        build_module(sources, &self.subject.kernel, variables, &self.modules(folder, PLAIN))?;
        Ok(())
    }

    fn build_guarded(&self, folder: &Path) -> Result<()> {
        let Subject { driver, kernel, .. } = self.subject;
        let guard = self.bench.guard(kernel);
        let (sources, out) = (folder.join("sources"), self.modules(folder, GUARDED));
        let guard = guarded::Guard::Built(&guard);
        guarded::Guarded::build(&sources, driver.name(), kernel, guard, &out)?;
        Ok(())
    }

    /// With `yes` or `no` for whether the fault was come by.
    fn run_plain(&self, folder: &Path) -> Result<(Plain, String)> {
        let (outcome, console) = self.run_machine(folder, PLAIN)?;
        let reached = match outcome.values.get("reached") {
            Some("1") => "yes",
            Some("0") => "no",
            _ => "",
        };
        Ok((verdict::plain(&outcome, &console), reached.to_owned()))
    }

    fn run_guarded(&self, folder: &Path) -> Result<Guarded> {
        let (outcome, console) = self.run_machine(folder, GUARDED)?;
        Ok(verdict::guarded(&outcome, &console))
    }

    fn run_machine(&self, folder: &Path, which: &str) -> Result<(Outcome, String)> {
        let guest = self.guest(&self.modules(folder, which))?;
        let mut outcome = guest.run(&folder.join(which))?;
        for _ in 0..STARVED_TRIES {
            if outcome.booted().is_some_and(|seconds| seconds < STARVED) {
                break;
            }
            outcome = guest.run(&folder.join(which))?;
        }
        if !self.bench.keep {
            outcome.remove_initramfs()?;
        }
        let console =
            fs::read(outcome.console()).with_context(|| outcome.console().display().to_string())?;
        Ok((outcome, String::from_utf8_lossy(&console).into_owned()))
    }

    fn modules(&self, folder: &Path, which: &str) -> PathBuf {
        folder.join(format!("{which}-modules"))
    }

    fn guest(&self, modules: &Path) -> Result<Guest> {
        let driver = self.subject.driver;
        let (name, seconds, arming) = (driver.name(), driver.seconds(), self.arming.name());
        let arguments = format!("{name} {seconds} {arming}");
        let mut guest = Guest::scripted(&self.subject.kernel, "fault", &arguments);
        guest.on_fault = OnFault::Panic;
        guest.limit = LIMIT;
        guest.silence = Some(SILENCE);
        guest.devices.push(Device::Network(driver.card()));
        guest.add_module(name)?;
        guest.add_program("stream")?;
        for module in files_with_extension(modules, "ko")? {
            guest.add_built_module(&module);
        }
        Ok(guest)
    }
}

fn does_not_compile(row: &Row, error: &anyhow::Error, folder: &Path) -> Result<Option<Row>> {
    let note = folder.join("does-not-compile");
    fs::write(&note, format!("{error:#}")).with_context(|| note.display().to_string())?;
    eprintln!("  does not compile: {}, see {}", row.name(), note.display());
    Ok(None)
}

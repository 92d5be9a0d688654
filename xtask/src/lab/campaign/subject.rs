//! A driver for a kernel: its sources, and each fault that it can have.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};
use tempfile::TempDir;

use crate::lab::campaign::choice::{self, Choice, Place};
use crate::lab::campaign::driver::{self, Driver};
use crate::lab::campaign::prelude;
use crate::lab::campaign::random::Random;
use crate::lab::campaign::sites::Changed;
use crate::lab::image::Kernel;
use crate::lab::run;
use crate::{kernel, workspace};

/// A driver for a kernel.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) driver: Driver,
    pub(super) kernel: Kernel,
    sources: PathBuf,
    mutations: Vec<Mutation>,
    seed: u64,
    /// Goes away with this.
    _folder: TempDir,
}

/// A file as one patch has it.
#[derive(Debug)]
struct Mutation {
    kind: String,
    file: String,
    changed: Changed,
}

/// One fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) kind: String,
    pub(super) file: String,
    pub(super) line: usize,
    /// The changed lines.
    pub(super) shown: String,
    /// The whole file, with the fault and what that needs.
    pub(super) text: String,
}

impl Subject {
    /// Applies each patch of `lab/faults` to each file of the driver.
    pub(super) fn new(
        driver: Driver,
        kernel: &Kernel,
        version: kernel::Version,
        refit: &Path,
        seed: u64,
    ) -> Result<Subject> {
        let folder = tempfile::tempdir().context("cannot make a scratch folder")?;
        let sources = folder.path().join("sources");
        driver.copy_sources(&kernel::ensure(version)?, &sources)?;
        let mut mutations = Vec::new();
        for patch in driver::files_with_extension(&workspace::root().join("lab/faults"), "cocci")? {
            for file in driver::files_with_extension(&sources, "c")? {
                mutations.push(mutation(refit, &patch, &file, &folder.path().join("changed.c"))?);
            }
        }
        let kernel = kernel.clone();
        Ok(Subject { driver, kernel, sources, mutations, seed, _folder: folder })
    }

    /// `8139cp on 6.1`.
    pub(super) fn name(&self) -> String {
        format!("{} on {}", self.driver.name(), self.kernel.series)
    }

    /// What may be tried for each of the first faults, in order.
    pub(super) fn choices(&self, count: usize) -> Vec<Vec<Choice>> {
        choice::choices(&self.places(), self.seed, &self.names(), count)
    }

    /// How many sites each kind of fault has, in order of kind.
    pub(super) fn places(&self) -> Vec<Place> {
        let place = |mutation: &Mutation| Place {
            kind: mutation.kind.clone(),
            sites: mutation.changed.sites(),
        };
        self.mutations.iter().map(place).collect()
    }

    pub(super) fn fault(&self, choice: Choice) -> Fault {
        let mutation = &self.mutations[choice.place];
        let words = [choice.place.to_string(), choice.site.to_string()];
        let names = [&self.names()[..], &[&*words[0], &*words[1]]].concat();
        let number = Random::new(self.seed, &names).next();
        Fault {
            kind: mutation.kind.clone(),
            file: mutation.file.clone(),
            line: mutation.changed.line(choice.site),
            shown: mutation.changed.shown(choice.site),
            text: prelude::inserted(&mutation.changed.with_site(choice.site), number),
        }
    }

    /// The driver as it is, with all that a fault needs but the fault.
    pub(super) fn no_fault(&self) -> Result<Fault> {
        let files = driver::files_with_extension(&self.sources, "c")?;
        let file = files.first().context("the driver has no source")?;
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Ok(Fault {
            kind: "none".to_owned(),
            file: file_name(file),
            line: 0,
            shown: String::new(),
            text: prelude::inserted(&text, 0),
        })
    }

    /// Writes the driver with a fault into the new folder `to`.
    pub(super) fn write(&self, fault: &Fault, to: &Path) -> Result<()> {
        let mut copy = Command::new("cp");
        run::checked(copy.arg("--recursive").arg(&self.sources).arg(to).stderr(Stdio::piped()))?;
        let file = to.join(&fault.file);
        fs::write(&file, &fault.text).with_context(|| file.display().to_string())
    }

    fn names(&self) -> [&str; 2] {
        [self.driver.name(), &self.kernel.series]
    }
}

fn mutation(refit: &Path, patch: &Path, file: &Path, scratch: &Path) -> Result<Mutation> {
    let mut apply = Command::new(refit);
    apply.args(["apply", "--no-includes", "--output"]).arg(scratch).arg(patch).arg(file);
    run::checked(apply.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let read = |path: &Path| {
        fs::read_to_string(path).with_context(|| path.display().to_string())
    };
    let changed = Changed::new(read(file)?, read(scratch)?)
        .with_context(|| format!("{} in {}", patch.display(), file.display()))?;
    let kind = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Mutation { kind, file: file_name(file), changed })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

//! A driver for a kernel: its sources, and each fault that it can have.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::lab::campaign::blocks;
use crate::lab::campaign::choice::{self, Arming, Choice, Place};
use crate::lab::campaign::prelude;
use crate::lab::campaign::random::Random;
use crate::lab::campaign::sites::Changed;
use crate::lab::drivers::{self, Driver};
use crate::lab::guarded;
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
    /// Only sites in blocks that are come by are chosen from.
    reached: bool,
    /// Goes away with this.
    _folder: TempDir,
}

/// A file as one patch has it.
#[derive(Debug)]
struct Mutation {
    kind: String,
    file: String,
    changed: Changed,
    /// The sites that are chosen from.
    place: Place,
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
        seed: u64,
        reached: bool,
    ) -> Result<Subject> {
        let folder = tempfile::tempdir().context("cannot make a scratch folder")?;
        let sources = folder.path().join("sources");
        driver.copy_sources(&kernel::ensure(version)?, &sources)?;
        let mut mutations = Vec::new();
        for patch in drivers::files_with_extension(&workspace::root().join("lab/faults"), "cocci")?
        {
            for file in drivers::files_with_extension(&sources, "c")? {
                mutations.push(mutation(&patch, &file, &folder.path().join("changed.c"))?);
            }
        }
        let kernel = kernel.clone();
        let mut subject =
            Subject { driver, kernel, sources, mutations, seed, reached, _folder: folder };
        if reached {
            subject.leave_out_unreached()?;
        }
        Ok(subject)
    }

    fn leave_out_unreached(&mut self) -> Result<()> {
        let list = self.reached_list();
        let context = || format!("{}: cargo xtask lab campaign --survey makes it", list.display());
        let text = fs::read_to_string(&list).with_context(context)?;
        let (head, blocks) = text.split_once('\n').with_context(context)?;
        ensure!(head == self.sources_line()?, "other sources than before; {}", context());
        let reached = blocks.lines().map(str::to_owned).collect();
        for Mutation { changed, file, place, .. } in &mut self.mutations {
            for (arming, sites) in
                [(Arming::Later, &mut place.later), (Arming::Loaded, &mut place.loaded)]
            {
                let reachable = blocks::reachable(changed.original(), file, &reached, arming);
                sites.retain(|site| reachable(changed.line(*site)));
            }
        }
        Ok(())
    }

    /// The first line of a list: which sources its lines are lines of.
    fn sources_line(&self) -> Result<String> {
        let mut hasher = DefaultHasher::new();
        for file in drivers::files_with_extension(&self.sources, "c")? {
            fs::read(&file).with_context(|| file.display().to_string())?.hash(&mut hasher);
        }
        Ok(format!("# sources {:016x}", hasher.finish()))
    }

    /// Keeps what a survey has found.
    pub(super) fn write_reached_list(&self, reached: &BTreeSet<String>) -> Result<()> {
        let list = self.reached_list();
        let folder = list.parent().context("a list without a folder")?;
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        let lines: String = reached.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&list, self.sources_line()? + "\n" + &lines)
            .with_context(|| list.display().to_string())
    }

    /// The blocks that the guest's script comes by, one a line.
    fn reached_list(&self) -> PathBuf {
        let name = format!("{}-{}", self.driver.name(), self.kernel.series);
        workspace::root().join("lab/faults/reached").join(name)
    }

    /// `8139cp on 6.1`.
    pub(super) fn name(&self) -> String {
        format!("{} on {}", self.driver.name(), self.kernel.series)
    }

    /// What may be tried for each of the first faults, in order.
    pub(super) fn choices(&self, count: usize) -> Vec<Vec<Choice>> {
        let all = self.names();
        let names = if self.reached { &[&all[..], &["reached"]].concat() } else { &all[..] };
        choice::choices(&self.places(), self.seed, names, count)
    }

    /// The sites of each kind of fault in each file, in order of kind.
    pub(super) fn places(&self) -> Vec<Place> {
        self.mutations.iter().map(|mutation| mutation.place.clone()).collect()
    }

    pub(super) fn fault(&self, choice: Choice) -> Fault {
        let mutation = &self.mutations[choice.place];
        let site = choice.site;
        let words = [choice.place.to_string(), site.to_string()];
        let names = [&self.names()[..], &[&*words[0], &*words[1]]].concat();
        let number = Random::new(self.seed, &names).next();
        Fault {
            kind: mutation.kind.clone(),
            file: mutation.file.clone(),
            line: mutation.changed.line(site),
            shown: mutation.changed.shown(site),
            text: prelude::inserted(&mutation.changed.with_site(site), number),
        }
    }

    /// The driver as it is, with all that a fault needs but the fault.
    pub(super) fn no_fault(&self) -> Result<Fault> {
        let files = drivers::files_with_extension(&self.sources, "c")?;
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
        self.copy_sources(to)?;
        let file = to.join(&fault.file);
        fs::write(&file, &fault.text).with_context(|| file.display().to_string())
    }

    /// Writes the driver, telling of each block that is entered, into the new folder `to`.
    pub(super) fn write_surveyed(&self, to: &Path) -> Result<()> {
        self.copy_sources(to)?;
        for (number, file) in drivers::files_with_extension(to, "c")?.iter().enumerate() {
            let context = || file.display().to_string();
            let text = fs::read_to_string(file).with_context(context)?;
            let text = blocks::surveyed(&text, &file_name(file), number == 0);
            fs::write(file, text).with_context(context)?;
        }
        Ok(())
    }

    fn copy_sources(&self, to: &Path) -> Result<()> {
        let mut copy = Command::new("cp");
        run::checked(copy.arg("--recursive").arg(&self.sources).arg(to).stderr(Stdio::piped()))?;
        Ok(())
    }

    fn names(&self) -> [&str; 2] {
        [self.driver.name(), &self.kernel.series]
    }
}

fn mutation(patch: &Path, file: &Path, scratch: &Path) -> Result<Mutation> {
    let mut apply = Command::new(guarded::refit()?);
    apply.args(["apply", "--no-includes", "--output"]).arg(scratch).arg(patch).arg(file);
    run::checked(apply.stdout(Stdio::piped()).stderr(Stdio::piped()))?;
    let read = |path: &Path| fs::read_to_string(path).with_context(|| path.display().to_string());
    let changed = Changed::new(read(file)?, read(scratch)?)
        .with_context(|| format!("{} in {}", patch.display(), file.display()))?;
    let kind = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let sites: Vec<usize> = (0..changed.sites()).collect();
    let place = Place { kind: kind.clone(), later: sites.clone(), loaded: sites };
    Ok(Mutation { kind, file: file_name(file), changed, place })
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

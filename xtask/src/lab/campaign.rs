//! `cargo xtask lab campaign`: how many faults of drivers a kernel survives, in the manner of Nooks (Swift, Bershad, Levy:
//! Improving the reliability of commodity operating systems, SOSP 2003).
//!
//! 1. Each patch of `lab/faults` is applied to each file of a driver; each place that it changes is a site (`sites`).
//! 2. A fault is one site, chosen by the seed (`choice`), from all or from those that may be come by (`blocks`). It is
//!    armed by a flag in the driver's data (`prelude`).
//! 3. The driver is built with it and run while its card has traffic (`trial`, `lab/guest/fault`), plain at first. If
//!    that crashes the kernel, and for a sample of the others, it is built by `refit guard build` and run again.
//! 4. What became of it (`verdict`) is a row of a CSV file (`row`); tables are made from rows (`table`).
//!
//! Invariants: driver, kernel, seed and number determine a fault (with `--reached`, and the list), whatever else is run.
//! The plain and the guarded machine differ in nothing but the modules. A row is written once its fault is through, so
//! that a campaign can be interrupted and resumed.

mod blocks;
mod choice;
mod prelude;
mod random;
mod row;
mod sites;
mod subject;
mod table;
mod trial;
mod verdict;

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use clap::Args;
use clap::ValueEnum;
use rayon::prelude::*;
use tempfile::TempDir;

use crate::lab::accelerator::Accelerator;
use crate::lab::drivers::Driver;
use crate::lab::guarded;
use crate::lab::image::Kernel;
use crate::lab::{Kernels, new_runs_folder, versions};
use crate::machine;
use choice::Choice;
use row::Row;
use subject::Subject;
use trial::Bench;

#[derive(Args, Debug)]
pub(super) struct Campaign {
    /// Into which drivers faults are put [default: all]
    #[arg(long, value_enum, value_name = "NAME")]
    driver: Vec<Driver>,
    /// On which kernels
    #[arg(long, value_enum, default_value_t = Kernels::Both)]
    kernel: Kernels,
    /// How many faults each driver has on each kernel
    #[arg(long, value_name = "N", default_value_t = 100)]
    faults: usize,
    /// What the faults are chosen by
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many machines at the same time [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Append each fault to a file as soon as it is through
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Go on with the file of an interrupted campaign
    #[arg(long, requires = "csv")]
    resume: bool,
    /// After a change of the guard: what became of the plain driver is taken from an earlier campaign's file
    #[arg(long, value_name = "CSV", conflicts_with = "survey")]
    plain_from: Option<PathBuf>,
    /// Run nothing but the fault of this number
    #[arg(long, value_name = "INDEX")]
    only: Option<usize>,
    /// Keep all logs, not only those of what the guard did not do, with what starts the machines again
    #[arg(long)]
    keep: bool,
    /// Choose only among sites in blocks that are entered, as `--survey` has found them
    #[arg(long)]
    reached: bool,
    /// Find out which blocks of the drivers are entered, keep a list in lab/faults/reached, and run nothing else
    #[arg(long, conflicts_with_all = ["reached", "csv", "only"])]
    survey: bool,
    /// Do not run the drivers without a fault first
    #[arg(long)]
    skip_check: bool,
    /// Do not try what runs the machines
    #[arg(long, value_enum)]
    accelerator: Option<Accelerator>,
    /// Succeed where QEMU, or a kernel, cannot be had
    #[arg(long)]
    pub(super) skip_if_absent: bool,
    /// Print the tables of a campaign's file, and run nothing
    #[arg(long, value_name = "CSV", exclusive = true)]
    table: Option<PathBuf>,
}

/// Whether all faults could be run, and no guarded kernel crashed.
#[expect(clippy::print_stdout, reason = "the tables are the result")]
pub(super) fn run(arguments: &Campaign) -> Result<bool> {
    if let Some(file) = &arguments.table {
        print!("{}", table::tables(&row::read(file)?));
        return Ok(true);
    }
    let before = rows_before(arguments)?;
    let earlier = arguments.plain_from.as_deref().map_or(Ok(Vec::new()), row::read)?;
    let (bench, _folder) = bench(arguments)?;
    let subjects = subjects(arguments, &bench)?;
    let runs = new_runs_folder()?;
    eprintln!("logs: {}", runs.display());
    let jobs = arguments.jobs.unwrap_or_else(machine::cores);
    if jobs == 0 {
        bail!("--jobs 0 runs nothing");
    }
    let threads = rayon::ThreadPoolBuilder::new().num_threads(jobs).build()?;
    if arguments.survey {
        return threads.install(|| survey(&bench, &subjects, &runs)).map(|()| true);
    }
    if arguments.only.is_none() && !arguments.skip_check {
        threads.install(|| check(&bench, &subjects, &runs))?;
    }
    let tasks = tasks(arguments, &subjects, &before, &earlier);
    let journal = Journal::new(arguments.csv.as_deref(), before, tasks.len())?;
    let run_one = |task: &Task<'_>| match task.run(&bench, &runs) {
        Ok(row) => journal.add(row).map(|()| true),
        Err(error) => {
            eprintln!("error: {} #{}: {error:#}", task.subject.name(), task.index);
            Ok(false)
        }
    };
    let next = AtomicUsize::new(0);
    let work = |_: rayon::BroadcastContext<'_>| -> Result<bool> {
        let mut all = true;
        while let Some(task) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
            all &= run_one(task)?;
        }
        Ok(all)
    };
    // In order, so that what was interrupted is a shorter campaign.
    let all = threads.broadcast(work).into_iter().collect::<Result<Vec<bool>>>()?;
    let rows = journal.rows();
    print!("{}", table::tables(&rows));
    let survived = rows.iter().all(|row| !row.was_guarded() || row.survived());
    Ok(survived && all.into_iter().all(|one| one))
}

/// One fault of one driver on one kernel.
struct Task<'a> {
    subject: &'a Subject,
    index: usize,
    choices: Vec<Choice>,
    /// What became of it in an earlier campaign.
    earlier: Option<&'a Row>,
}

impl Task<'_> {
    fn run(&self, bench: &Bench, runs: &Path) -> Result<Row> {
        let folder = runs.join(self.folder());
        match self.earlier {
            Some(earlier) => bench.run_guarded_again(self.subject, &self.choices, earlier, &folder),
            None => bench.run(self.subject, self.index, &self.choices, &folder),
        }
    }

    fn folder(&self) -> String {
        let Subject { driver, kernel, .. } = self.subject;
        format!("{}-{}-{}", driver.name(), kernel.series, self.index)
    }
}

/// What is to be run, the drivers and kernels in turn.
fn tasks<'a>(
    arguments: &Campaign,
    subjects: &'a [Subject],
    before: &[Row],
    earlier: &'a [Row],
) -> Vec<Task<'a>> {
    let done = by_fault(before);
    let earlier = by_fault(earlier);
    let fault = |subject: &'a Subject, index: usize| {
        (subject.driver.name(), &*subject.kernel.series, arguments.seed, index)
    };
    let count = arguments.only.map_or(arguments.faults, |only| only + 1);
    let mut tasks: Vec<Task<'a>> = Vec::new();
    for subject in subjects {
        let all = subject.choices(count).into_iter().enumerate();
        let wanted = all
            .filter(|(index, _)| arguments.only.is_none_or(|only| only == *index))
            .filter(|(index, _)| !done.contains_key(&fault(subject, *index)));
        tasks.extend(wanted.map(|(index, choices)| {
            let earlier = earlier.get(&fault(subject, index)).copied();
            Task { subject, index, choices, earlier }
        }));
    }
    tasks.sort_by_key(|task| task.index);
    tasks
}

/// Rows by what determines a fault: driver, kernel, seed and number.
fn by_fault(rows: &[Row]) -> BTreeMap<(&str, &str, u64, usize), &Row> {
    rows.iter().map(|row| ((&*row.driver, &*row.kernel, row.seed, row.index), row)).collect()
}

/// The rows that are not to be run again.
fn rows_before(arguments: &Campaign) -> Result<Vec<Row>> {
    match &arguments.csv {
        Some(file) if arguments.resume && file.exists() => row::read(file),
        Some(file) if file.exists() && arguments.only.is_none() => {
            bail!("{} is there already; --resume goes on with it", file.display())
        }
        _ => Ok(Vec::new()),
    }
}

/// The folder is the bench's, and goes away with it.
fn bench(arguments: &Campaign) -> Result<(Bench, TempDir)> {
    let folder = tempfile::tempdir().context("cannot make a scratch folder")?;
    let guards = folder.path().to_owned();
    Ok((Bench { guards, seed: arguments.seed, keep: arguments.keep }, folder))
}

fn subjects(arguments: &Campaign, bench: &Bench) -> Result<Vec<Subject>> {
    let mut drivers = arguments.driver.clone();
    if drivers.is_empty() {
        drivers = Driver::value_variants().to_vec();
    }
    let mut subjects = Vec::new();
    for version in versions(arguments.kernel) {
        let kernel = Kernel::prepare(*version, arguments.accelerator)?;
        guarded::build_guard(&kernel, &bench.guard(&kernel))?;
        for driver in &drivers {
            let (seed, reached) = (arguments.seed, arguments.reached);
            let subject = Subject::new(*driver, &kernel, *version, seed, reached)?;
            let sites: usize = subject.places().iter().map(|place| place.later.len()).sum();
            eprintln!("{}: {sites} sites", subject.name());
            subjects.push(subject);
        }
    }
    Ok(subjects)
}

/// Each driver without a fault.
fn check(bench: &Bench, subjects: &[Subject], runs: &Path) -> Result<()> {
    let check_one = |(number, subject): (usize, &Subject)| {
        bench.check(subject, &runs.join(format!("check-{number}")))
    };
    subjects.par_iter().enumerate().map(check_one).collect()
}

/// Which blocks of each driver are entered.
fn survey(bench: &Bench, subjects: &[Subject], runs: &Path) -> Result<()> {
    let survey_one = |(number, subject): (usize, &Subject)| {
        let reached = bench.survey(subject, &runs.join(format!("survey-{number}")))?;
        eprintln!("{}: {} blocks are entered", subject.name(), reached.len());
        subject.write_reached_list(&reached)
    };
    subjects.par_iter().enumerate().map(survey_one).collect()
}

/// Where rows go.
struct Journal {
    file: Option<Mutex<File>>,
    rows: Mutex<Vec<Row>>,
    done: AtomicUsize,
    all: usize,
}

impl Journal {
    fn new(file: Option<&Path>, rows: Vec<Row>, all: usize) -> Result<Journal> {
        let file = match file {
            Some(file) => Some(Mutex::new(begun(file, &rows)?)),
            None => None,
        };
        Ok(Journal { file, rows: Mutex::new(rows), done: AtomicUsize::new(0), all })
    }

    fn add(&self, row: Row) -> Result<()> {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        eprintln!("[{done}/{}] {}", self.all, progress(&row));
        if let Some(file) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            file.write_all(row.csv().as_bytes()).context("cannot append to the campaign's file")?;
        }
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).push(row);
        Ok(())
    }

    fn rows(self) -> Vec<Row> {
        self.rows.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that rows can be appended to. A line that was cut off is dropped from it.
fn begun(file: &Path, rows: &[Row]) -> Result<File> {
    let context = || file.display().to_string();
    let whole = match fs::read_to_string(file) {
        Ok(text) => text.rfind('\n').map_or(String::new(), |end| text[..=end].to_owned()),
        Err(_) => String::new(),
    };
    if whole.is_empty() {
        let all: String = rows.iter().map(Row::csv).collect();
        fs::write(file, row::head() + &all).with_context(context)?;
    } else {
        fs::write(file, whole).with_context(context)?;
    }
    OpenOptions::new().append(true).open(file).with_context(context)
}

/// What is told of a fault when it is through.
fn progress(row: &Row) -> String {
    let plain = match &*row.plain_reason {
        "" => row.plain.clone(),
        reason => format!("{} ({reason})", row.plain),
    };
    let guarded = match &*row.guarded {
        "survived" if row.intact => format!("survived, resumed, {} failures", row.failures),
        "survived" if row.resumed => format!("survived, NOT INTACT ({})", row.guarded_reason),
        "survived" => format!("survived, not resumed ({})", row.guarded_reason),
        "crashed" => format!("CRASHED ({})", row.guarded_reason),
        other => other.to_owned(),
    };
    format!("{}, armed {}: plain {plain}; guarded {guarded}", row.name(), row.armed)
}

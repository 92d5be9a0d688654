//! `cargo xtask race`: the CPU time of the release binary and of spatch, beside each other, on the kernel's cases of the
//! conformance data, and the table in docs/performance.md; spatch takes half an hour for all, so a case may run by itself.
//!
//! Both run with the command line that `kernel.py` uses, but from the folder above the kernel: the kernel's own `.cocciconfig` would have
//! spatch ask git for the files, which knows of none. What counts is user and system time of all their processes and threads: it
//! depends less than the clock on what else the machine does.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use serde::Deserialize;

use crate::kernel::{self, Version};
use crate::{machine, packages, process, workspace};

/// How many times less CPU time than spatch a run may take.
const DEMANDED: f64 = 100.0;

/// How often Refit runs; the best run counts. Spatch runs once: it takes minutes.
const ROUNDS: usize = 5;

/// After how many seconds spatch gives up a file, as the kernel's `.cocciconfig` has it; there are some that take it hours.
const TIMEOUT: &str = "200";

/// The name of the last line.
const SUM: &str = "all";

/// The lines around the table.
const BEGIN: &str = "<!-- written by `cargo xtask race` -->\n";
const END: &str = "<!-- end -->\n";

#[derive(Args, Debug)]
pub(crate) struct Race {
    /// The cases to run, whose lines in docs/performance.md are replaced [default: all]
    #[arg(value_name = "CASE")]
    cases: Vec<String>,
}

/// A case in `cases.json`.
#[derive(Deserialize)]
struct Case {
    name: String,
    folder: String,
}

/// What was measured of a case.
struct Lap {
    name: String,
    refit: Duration,
    spatch: Duration,
}

impl Lap {
    fn ratio(&self) -> f64 {
        self.spatch.as_secs_f64() / self.refit.as_secs_f64()
    }
}

/// Runs both. A ratio that is not reached is said; it is no error, as docs/performance.md has to say why.
pub(crate) fn run(arguments: &Race) -> Result<bool> {
    let Some(data) = workspace::conformance_data() else {
        println!(
            "skipped: no conformance data beside the repository (REFIT_CONFORMANCE names another folder)"
        );
        return Ok(true);
    };
    if !process::is_there("spatch") {
        packages::install(&["coccinelle"])?;
    }
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(workspace::root());
    process::run(build.args(["build", "--quiet", "--release", "--package", "refit"]))?;
    let kernel = kernel::ensure(Version::V6_1)?.canonicalize()?;
    let data = data.join("kernel").canonicalize()?;
    let mut laps = Vec::new();
    println!("{HEAD}");
    for case in cases(&data, &arguments.cases)? {
        let lap = lap(&case, &data, &kernel)?;
        println!("{}", line(&lap));
        laps.push(lap);
    }
    let slow = laps.iter().filter(|lap| lap.ratio() < DEMANDED).count();
    println!("{slow} of {} below {DEMANDED}", laps.len());
    write_document(laps, arguments.cases.is_empty())?;
    Ok(true)
}

fn cases(data: &Path, names: &[String]) -> Result<Vec<Case>> {
    let mut cases: Vec<Case> =
        serde_json::from_str(&std::fs::read_to_string(data.join("cases.json"))?)?;
    if let Some(name) = names.iter().find(|name| cases.iter().all(|case| case.name != **name)) {
        bail!("there is no case {name}");
    }
    cases.retain(|case| names.is_empty() || names.contains(&case.name));
    Ok(cases)
}

fn lap(case: &Case, data: &Path, kernel: &Path) -> Result<Lap> {
    let refit = workspace::target().join("release/refit").canonicalize()?;
    let (Some(above), Some(name)) = (kernel.parent(), kernel.file_name()) else {
        bail!("{} has no folder above it", kernel.display());
    };
    let run = |mut command: Command| {
        command.args(["--very-quiet", "--no-includes", "--sp-file"]);
        command.arg(data.join(format!("{}.cocci", case.name)));
        command.arg("--dir").arg(Path::new(name).join(&case.folder));
        command.args(["-j", &machine::cores().to_string()]);
        cpu_time(command.current_dir(above))
    };
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let mut command = Command::new(&refit);
        command.arg("spatch");
        best = best.min(run(command)?);
    }
    let mut spatch = Command::new("spatch");
    spatch.args(["--timeout", TIMEOUT]);
    let spatch = run(spatch)?;
    Ok(Lap { name: case.name.clone(), refit: best, spatch })
}

/// Runs a program to its end; what it and all it has started took of user and system time.
fn cpu_time(command: &mut Command) -> Result<Duration> {
    let before = of_children()?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().with_context(|| format!("{:?}", command.get_program()))?;
    Ok(of_children()? - before)
}

fn of_children() -> Result<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let microseconds = (usage.user_time() + usage.system_time()).num_microseconds();
    Ok(Duration::from_micros(microseconds.try_into()?))
}

const HEAD: &str = "| case | refit, s | spatch, s | ratio |\n|---|---|---|---|";

fn line(lap: &Lap) -> String {
    let (refit, spatch) = (lap.refit.as_secs_f64(), lap.spatch.as_secs_f64());
    format!("| {} | {refit:.3} | {spatch:.2} | {:.0} |", lap.name, lap.ratio())
}

/// `| case | 0.020 | 2.50 | 125 |`.
fn known_lap(line: &str) -> Option<Lap> {
    let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
    let [name, refit, spatch, _] = cells[..] else { return None };
    let seconds = |cell: &str| Some(Duration::from_secs_f64(cell.parse().ok()?));
    Some(Lap { name: name.to_owned(), refit: seconds(refit)?, spatch: seconds(spatch)? })
}

/// Puts the table into the document; the text around it is written by hand. Lines of cases that were not run stay.
fn write_document(mut laps: Vec<Lap>, all: bool) -> Result<()> {
    let path = workspace::root().join("docs/performance.md");
    let text = std::fs::read_to_string(&path).context("docs/performance.md")?;
    if !all {
        let known = text.lines().filter_map(known_lap).filter(|known| known.name != SUM);
        let others = known.filter(|known| laps.iter().all(|lap| lap.name != known.name));
        let others: Vec<Lap> = others.collect();
        laps.extend(others);
        laps.sort_by(|a, b| a.name.cmp(&b.name));
    }
    std::fs::write(&path, with_table(&text, &table(&laps)?)?)?;
    println!("written: docs/performance.md");
    Ok(())
}

fn table(laps: &[Lap]) -> Result<String> {
    let mut out = format!(
        "{}; {}; spatch is Debian's coccinelle {}, the kernel {}.\n\n{HEAD}\n",
        machine::date()?,
        machine::shape()?,
        machine::package_version("coccinelle")?,
        Version::V6_1.package_version(),
    );
    laps.iter().try_for_each(|lap| writeln!(out, "{}", line(lap)))?;
    let sum = |time: fn(&Lap) -> Duration| laps.iter().map(time).sum();
    let all = Lap { name: SUM.into(), refit: sum(|lap| lap.refit), spatch: sum(|lap| lap.spatch) };
    writeln!(out, "{}", line(&all))?;
    Ok(out)
}

fn with_table(text: &str, table: &str) -> Result<String> {
    let begin = text.find(BEGIN).map(|at| at + BEGIN.len());
    let (Some(begin), Some(end)) = (begin, text.find(END)) else {
        bail!("docs/performance.md has no lines around its table");
    };
    ensure!(begin <= end, "docs/performance.md has the lines around its table in the wrong order");
    Ok(format!("{}{table}{}", &text[..begin], &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_is_replaced() {
        let text = format!("before\n{BEGIN}old\n{END}behind\n");
        assert_eq!(
            with_table(&text, "new\n").unwrap(),
            format!("before\n{BEGIN}new\n{END}behind\n")
        );
        assert!(with_table("no table", "new\n").is_err());
        assert!(with_table(&format!("{END}{BEGIN}"), "new\n").is_err());
    }

    #[test]
    fn a_ratio_is_how_much_longer_spatch_takes() {
        let lap = Lap {
            name: "a".into(),
            refit: Duration::from_millis(20),
            spatch: Duration::from_millis(2500),
        };
        assert_eq!(line(&lap), "| a | 0.020 | 2.50 | 125 |");
        let known = known_lap(&line(&lap)).unwrap();
        assert_eq!((known.refit, known.spatch), (lap.refit, lap.spatch));
        assert!(HEAD.lines().all(|line| known_lap(line).is_none()));
    }
}

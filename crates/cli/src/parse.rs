//! `refit parse`: how well C files parse, in figures, and where they don't.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use nix::sys::resource::{Usage, UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use project::{Fault, FileProblem, Quality};
use serde::Serialize;

use crate::arguments::Parse;
use crate::{Ended, Reported, knowledge, output};

/// How many kinds of problems are shown.
const TOP: usize = 20;

/// The figures of a run.
#[derive(Default, Serialize)]
struct Totals {
    files: usize,
    perfect_files: usize,
    lines: usize,
    bad_lines: usize,
    hidden_lines: usize,
    second_readings: usize,
    bytes: usize,
    tokens: usize,
    macro_bodies: usize,
    bare_macro_bodies: usize,
    cpu_seconds: f64,
    wall_seconds: f64,
    peak_rss_bytes: u64,
    top_problems: Vec<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    per_file: Option<Vec<File>>,
    unreadable_files: usize,
}

/// Places that are alike: the same token, where the same was expected.
#[derive(Serialize)]
struct Problem {
    count: usize,
    token: String,
    expected: String,
    file: String,
    line: u32,
    column: u32,
    excerpt: String,
}

/// The figures of a file.
#[derive(Serialize)]
struct File {
    file: String,
    lines: usize,
    bad_lines: usize,
    bytes: usize,
    tokens: usize,
    problems: Vec<Place>,
}

/// An item that could not be parsed.
#[derive(Serialize)]
struct Place {
    line: u32,
    column: u32,
    first_line: u32,
    last_line: u32,
    token: String,
    expected: String,
    excerpt: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Parse) -> Ended {
    let start = Instant::now();
    let known = knowledge::read(&arguments.reading)?;
    let (files, problems) = project::find(&arguments.paths, arguments.walk.find());
    for problem in &problems {
        output::error(&problem.path, &problem.message);
    }
    let bar = output::progress(files.len());
    let measured = project::measure(files, &known, arguments.walk.threads(), &|| bar.inc(1));
    bar.finish_and_clear();
    let mut totals = totals(&measured, arguments.errors);
    totals.wall_seconds = start.elapsed().as_secs_f64();
    if let Ok(usage) = getrusage(UsageWho::RUSAGE_SELF) {
        totals.cpu_seconds = cpu_seconds(&usage);
        totals.peak_rss_bytes = project::peak_memory().unwrap_or_else(|| kibibytes(&usage));
    }
    let text = if arguments.json { json(&totals)? } else { summary(&totals) };
    output::text(text.as_bytes())?;
    if problems.is_empty() && totals.unreadable_files == 0 {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Reported)
    }
}

/// The peak as the usage has it, which is never below that of the program that started this one.
fn kibibytes(usage: &Usage) -> u64 {
    usage.max_rss() as u64 * 1024
}

fn cpu_seconds(usage: &Usage) -> f64 {
    let time = usage.user_time() + usage.system_time();
    time.num_microseconds() as f64 / 1e6
}

type Measured = (PathBuf, Result<Quality, FileProblem>);

fn totals(measured: &[Measured], with_files: bool) -> Totals {
    let mut totals = Totals::default();
    let mut alike: BTreeMap<(&str, &str), (usize, &Path, &Fault)> = BTreeMap::new();
    let mut files = Vec::new();
    for (path, quality) in measured {
        let quality = match quality {
            Ok(quality) => quality,
            Err(problem) => {
                output::error(&problem.path, &problem.message);
                totals.unreadable_files += 1;
                continue;
            }
        };
        totals.add(quality);
        for fault in &quality.faults {
            let kind = (fault.token.as_str(), fault.expected.as_str());
            alike.entry(kind).or_insert((0, path, fault)).0 += 1;
        }
        if with_files {
            files.push(File::new(path, quality));
        }
    }
    totals.top_problems = top_problems(alike);
    totals.per_file = with_files.then_some(files);
    totals
}

fn top_problems(alike: BTreeMap<(&str, &str), (usize, &Path, &Fault)>) -> Vec<Problem> {
    let mut kinds: Vec<_> = alike.into_values().collect();
    // The sort is stable, so kinds that are equally frequent stand by name.
    kinds.sort_by_key(|&(count, ..)| std::cmp::Reverse(count));
    let shown = kinds.into_iter().take(TOP);
    shown.map(|(count, path, fault)| Problem::new(count, path, fault)).collect()
}

impl Totals {
    fn add(&mut self, quality: &Quality) {
        self.files += 1;
        self.perfect_files += usize::from(quality.faults.is_empty());
        self.lines += quality.lines;
        self.bad_lines += quality.bad_lines;
        self.hidden_lines += quality.hidden_lines;
        self.second_readings += quality.second_readings;
        self.bytes += quality.bytes;
        self.tokens += quality.tokens;
        self.macro_bodies += quality.macro_bodies;
        self.bare_macro_bodies += quality.bare_macro_bodies;
    }
}

impl Problem {
    fn new(count: usize, path: &Path, fault: &Fault) -> Problem {
        Problem {
            count,
            token: fault.token.clone(),
            expected: fault.expected.clone(),
            file: path.to_string_lossy().into_owned(),
            line: fault.at.line,
            column: fault.at.column,
            excerpt: fault.excerpt.clone(),
        }
    }
}

impl File {
    fn new(path: &Path, quality: &Quality) -> File {
        File {
            file: path.to_string_lossy().into_owned(),
            lines: quality.lines,
            bad_lines: quality.bad_lines,
            bytes: quality.bytes,
            tokens: quality.tokens,
            problems: quality.faults.iter().map(Place::new).collect(),
        }
    }
}

impl Place {
    fn new(fault: &Fault) -> Place {
        Place {
            line: fault.at.line,
            column: fault.at.column,
            first_line: *fault.lines.start(),
            last_line: *fault.lines.end(),
            token: fault.token.clone(),
            expected: fault.expected.clone(),
            excerpt: fault.excerpt.clone(),
        }
    }
}

fn json(totals: &Totals) -> Result<String, Reported> {
    let json = serde_json::to_string_pretty(totals).map_err(|error| {
        output::error(Path::new("--json"), &error.to_string());
        Reported
    })?;
    Ok(json + "\n")
}

fn summary(totals: &Totals) -> String {
    let mut out = Vec::new();
    // Writing into memory does not fail.
    let _ = write_summary(&mut out, totals);
    String::from_utf8_lossy(&out).into_owned()
}

fn write_summary(out: &mut Vec<u8>, totals: &Totals) -> std::io::Result<()> {
    for file in totals.per_file.iter().flatten().filter(|file| !file.problems.is_empty()) {
        write_file(out, file)?;
    }
    if !totals.top_problems.is_empty() {
        writeln!(out, "Most frequent tokens at fault:")?;
        for problem in &totals.top_problems {
            write_problem(out, problem)?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "files   {:>12}   without any problem {} ({})",
        totals.files,
        totals.perfect_files,
        percent(totals.perfect_files, totals.files)
    )?;
    writeln!(
        out,
        "lines   {:>12}   in error items {} ({} parse), in dropped branches of #if {}",
        totals.lines,
        totals.bad_lines,
        percent(totals.lines - totals.bad_lines, totals.lines),
        totals.hidden_lines
    )?;
    writeln!(
        out,
        "macros  {:>12}   bodies of #define; bare tokens {}; items that needed a second reading {}",
        totals.macro_bodies, totals.bare_macro_bodies, totals.second_readings
    )?;
    writeln!(out, "bytes   {:>12}   tokens {}", totals.bytes, totals.tokens)?;
    writeln!(
        out,
        "time    {:>10.2} s   CPU {:.2} s, {:.1} MB/s a core, peak memory {:.1} MB",
        totals.wall_seconds,
        totals.cpu_seconds,
        totals.bytes as f64 / 1e6 / totals.cpu_seconds.max(1e-9),
        totals.peak_rss_bytes as f64 / 1e6
    )
}

fn write_file(out: &mut Vec<u8>, file: &File) -> std::io::Result<()> {
    let name = &file.file;
    writeln!(out, "{name}: {} of {} lines in error items", file.bad_lines, file.lines)?;
    for place in &file.problems {
        let Place { line, column, first_line, last_line, expected, excerpt, .. } = place;
        writeln!(out, "{name}:{line}:{column}: {expected} (lines {first_line}-{last_line})")?;
        writeln!(out, "    {excerpt}")?;
    }
    writeln!(out)
}

fn write_problem(out: &mut Vec<u8>, problem: &Problem) -> std::io::Result<()> {
    let Problem { count, token, expected, file, line, column, excerpt } = problem;
    writeln!(out, "{count:>6} `{token}`: {expected}")?;
    writeln!(out, "       {file}:{line}:{column}: {excerpt}")
}

/// Two digits, cut and not rounded: 100% means all.
fn percent(part: usize, whole: usize) -> String {
    let hundredths = (part * 10_000).checked_div(whole).unwrap_or(10_000);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

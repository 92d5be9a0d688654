//! `docs/parse-quality.md`.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;

use super::SAMPLE;
use super::demands::{self, Folder};
use super::figures::{Figures, Problem};
use super::race::Race;
use super::round_trip::RoundTrip;
use crate::machine;
use crate::right_trees::RightTreesFigures;

/// All that was measured.
pub(super) struct Document {
    pub(super) kernels: Vec<Kernel>,
    pub(super) race: Race,
    pub(super) right_trees: RightTreesFigures,
}

/// What was measured of a kernel.
pub(super) struct Kernel {
    pub(super) name: String,
    pub(super) all: Figures,
    pub(super) parts: Vec<(&'static str, Figures)>,
    pub(super) round_trip: RoundTrip,
    /// In bytes.
    pub(super) largest_file: u64,
}

const INTRO: &str = "# How well the kernel parses

Written by `cargo xtask parse-quality`; do not edit.

A *problem* is an item of a file (a function, a declaration, a directive) that did not parse: it becomes an error item, in which
nothing is matched and nothing changed. *In error items* counts the lines of such items. *Dropped* counts lines that the parser was
not shown: branches of `#if` that are known not to hold, such as `#if 0`, and branches beside another one where the group breaks a
term or a bracket. *Second readings* counts items that parse only because names were taken for macros where nothing else fitted.
*Bare bodies* are bodies of `#define` without a tree, such as an operator or half a loop; they are no problem.

Measured with `refit parse -j1` on the packaged sources, .c files only.
";

impl Document {
    /// The demands that are not met.
    pub(super) fn failures(&self) -> Vec<String> {
        let mut failures = Vec::new();
        for kernel in &self.kernels {
            let mut add = |list: Vec<String>| {
                failures.extend(list.into_iter().map(|text| format!("{}: {text}", kernel.name)));
            };
            add(demands::of_run(&kernel.all, kernel.largest_file));
            add(demands::of_folder(&kernel.all, "all", Folder::Any));
            for (name, figures) in &kernel.parts {
                let folder = if SAMPLE.contains(name) { Folder::Drivers } else { Folder::Any };
                add(demands::of_folder(figures, name, folder));
            }
            add(kernel.round_trip.failures.clone());
        }
        if !self.right_trees.good {
            failures.push("the figures of right-trees".to_owned());
        }
        failures
    }

    /// The whole text.
    pub(super) fn text(&self) -> Result<String> {
        let mut out = INTRO.to_owned();
        writeln!(out, "\nDate: {}. Machine: {}.", machine::date()?, machine::shape()?)?;
        for kernel in &self.kernels {
            kernel.write(&mut out)?;
        }
        self.write_race(&mut out)?;
        writeln!(out, "\n## Right trees\n")?;
        writeln!(
            out,
            "`cargo xtask right-trees`: files of Linux 6.1 beside what gcc's preprocessor makes of them. A function agrees when every \
             node whose tokens are in both texts is the same in both trees; what macros made is compared by extent.\n"
        )?;
        writeln!(out, "```text\n{}```", self.right_trees.text)?;
        Ok(out)
    }

    fn write_race(&self, out: &mut String) -> Result<()> {
        let Race { folder, refit, spatch, spatch_says } = &self.race;
        let (refit, spatch) = (refit.as_secs_f64(), spatch.as_secs_f64());
        writeln!(out, "\n## Beside spatch\n")?;
        writeln!(
            out,
            "{folder} of Linux 6.1, one thread each, in turns, the fastest of three runs: `refit parse` {refit:.2} s, `spatch --parse-c` \
             {spatch:.2} s, a ratio of 1 to {:.0}. spatch (Debian's {}) says:\n",
            spatch / refit,
            machine::package_version("coccinelle")?
        )?;
        writeln!(out, "```text\n{}\n```", spatch_says.join("\n"))?;
        Ok(())
    }
}

impl Kernel {
    fn write(&self, out: &mut String) -> Result<()> {
        writeln!(out, "\n## Linux {}\n", self.name)?;
        writeln!(
            out,
            "| folder | files | with a problem | without | lines | in error items | parse | dropped | second readings | bare bodies |"
        )?;
        writeln!(out, "|---|---|---|---|---|---|---|---|---|---|")?;
        for (name, figures) in &self.parts {
            writeln!(out, "{}", figures.line(name))?;
        }
        writeln!(out, "{}", self.all.line("all but the last two rows"))?;
        writeln!(
            out,
            "\n{:.1} MB and {:.1} million tokens in {:.1} s of CPU ({:.1} s by the clock): {:.1} MB/s on one core. Peak memory {:.0} MB; the \
             largest file has {:.1} MB.",
            self.all.bytes as f64 / 1e6,
            self.all.tokens as f64 / 1e6,
            self.all.cpu_seconds,
            self.all.wall_seconds,
            self.all.speed(),
            self.all.peak_rss_bytes as f64 / 1e6,
            self.largest_file as f64 / 1e6,
        )?;
        writeln!(
            out,
            "\nRound trip: of all {} .c and .h files ({:.0} MB), {} become a tree that is not the file or breaks another invariant.",
            self.round_trip.files,
            self.round_trip.bytes as f64 / 1e6,
            self.round_trip.failures.len(),
        )?;
        self.write_problems(out)
    }

    fn write_problems(&self, out: &mut String) -> Result<()> {
        let mut kinds: BTreeMap<&str, Vec<(&str, &Problem)>> = BTreeMap::new();
        for file in &self.all.per_file {
            for problem in &file.problems {
                kinds.entry(&problem.expected).or_default().push((&file.file, problem));
            }
        }
        writeln!(out, "\nThe remaining problems by kind:\n")?;
        for (expected, places) in kinds {
            writeln!(out, "- {expected}: {}", places.len())?;
            for (file, problem) in places {
                let lines = problem.last_line + 1 - problem.first_line;
                writeln!(
                    out,
                    "  - {file}:{} ({lines} lines): `{}`",
                    problem.line, problem.excerpt
                )?;
            }
        }
        Ok(())
    }
}

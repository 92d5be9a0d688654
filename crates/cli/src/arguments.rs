//! The command line, defined once.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};

/// Keeps Linux drivers alive.
///
/// Write a change of a kernel interface once, as a semantic patch, and every driver follows in its own coding style.
#[derive(Parser, Debug)]
#[command(version, about, long_about, max_term_width = 100, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Apply a semantic patch to C files; prints a diff unless told otherwise
    Apply(Apply),
    /// Say what is wrong or odd with semantic patches, without running them
    CheckPatch(CheckPatch),
    /// Show what was understood of a C file or of a semantic patch
    Dump(Dump),
    /// Make a driver restart after a fault instead of taking the kernel down
    Guard(Guard),
    /// Tell how well C files parse, and where they don't
    Parse(Parse),
    /// Take the command line of Coccinelle's spatch
    #[command(disable_help_flag = true)]
    Spatch(Spatch),
}

/// Apply a semantic patch to C files.
///
/// Prints a unified diff that `git apply` takes, relative to the current folder. Folders stand for the .c files below
/// them.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    group = ArgGroup::new("told").args(["partial", "explain"]),
    after_help = "Examples:\n  refit apply proc_info.cocci drivers/scsi/\n  \
                  refit apply proc_info.cocci drivers/scsi/ | git apply\n  \
                  refit apply --in-place proc_info.cocci drivers/scsi/foo.c\n  \
                  refit apply --partial proc_info.cocci drivers/scsi/ > proc_info.diff\n  \
                  refit apply --explain drivers/scsi/foo.c:120 proc_info.cocci\n\n\
                  Exit status: 0 when the patch ran, 2 when something went wrong;\n  \
                  with --exit-code, 1 when something matched."
)]
pub(crate) struct Apply {
    /// The semantic patch, a .cocci file
    #[arg(value_name = "PATCH.cocci")]
    pub(crate) patch: PathBuf,
    /// Files and folders
    #[arg(value_name = "PATH", required_unless_present = "explain")]
    pub(crate) paths: Vec<PathBuf>,
    /// Replace the files instead of printing a diff
    #[arg(long, short = 'i', conflicts_with = "output")]
    pub(crate) in_place: bool,
    /// Write the result for one C file to FILE, changed or not
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with status 1 when something matched
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Say on standard error where a rule begins to match and then does not: what is to be done by hand
    #[arg(long)]
    pub(crate) partial: bool,
    /// Say why each rule did nothing, or what it did, at a line of a C file; nothing is changed
    #[arg(
        long,
        value_name = "FILE:LINE",
        conflicts_with_all = ["paths", "in_place", "output", "exit_code"],
    )]
    pub(crate) explain: Option<FileLine>,
    /// Print what --partial or --explain has to say as JSON objects, one a line, and no diff
    #[arg(long, requires = "told", conflicts_with = "output")]
    pub(crate) json: bool,
    /// Set a name that the patch declares as `virtual`; with a value, what `virtual.NAME` stands for
    #[arg(short = 'D', value_name = "NAME[=VALUE]")]
    pub(crate) define: Vec<String>,
    /// Where added code wraps [default: 78]
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) max_width: Option<usize>,
    /// Give up a file after about as much work as takes SECONDS; counted in steps, so that what comes out does not depend
    /// on the machine [default: 4]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) timeout: Option<u64>,
    /// Look for `#include "..."` in FOLDER, too, where types of expressions matter; beside the file first
    #[arg(short = 'I', value_name = "FOLDER", help_heading = "Reading C")]
    pub(crate) include: Vec<PathBuf>,
    /// Read no headers
    #[arg(long, conflicts_with = "include", help_heading = "Reading C")]
    pub(crate) no_includes: bool,
    #[command(flatten)]
    pub(crate) isomorphisms: Isomorphisms,
    #[command(flatten)]
    pub(crate) walk: Walk,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// `FILE:LINE`; lines count from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct FileLine {
    pub(crate) file: PathBuf,
    pub(crate) line: u32,
}

impl FromStr for FileLine {
    type Err = String;

    fn from_str(text: &str) -> Result<FileLine, String> {
        let wanted = || "a file and a line are wanted, such as foo.c:120".to_owned();
        let (file, line) = text.rsplit_once(':').ok_or_else(wanted)?;
        match line.parse() {
            Ok(line) if line > 0 && !file.is_empty() => Ok(FileLine { file: file.into(), line }),
            _ => Err(wanted()),
        }
    }
}

/// Which terms a pattern may stand for as well.
#[derive(Args, Debug, Default)]
#[command(next_help_heading = "Isomorphisms")]
pub(crate) struct Isomorphisms {
    /// Take the isomorphisms of FILE in place of the default ones, which `refit dump isos` prints
    #[arg(long, value_name = "FILE")]
    pub(crate) iso_file: Option<PathBuf>,
    /// Do without an isomorphism
    #[arg(long, value_name = "NAME")]
    pub(crate) disable_iso: Vec<String>,
}

/// Which files of the paths, and how many at a time.
#[derive(Args, Debug)]
#[command(next_help_heading = "Files")]
pub(crate) struct Walk {
    /// How many files to work on at a time [default: one for each core]
    #[arg(long, short, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) jobs: Option<u16>,
    /// In folders, leave out what .gitignore names
    #[arg(long)]
    pub(crate) gitignore: bool,
    /// In folders, take .h files, too
    #[arg(long)]
    pub(crate) include_headers: bool,
}

impl Walk {
    /// What to look for in folders.
    pub(crate) fn find(&self) -> project::Find {
        project::Find { headers: self.include_headers, gitignore: self.gitignore }
    }

    /// The number of threads, 0 for one each core.
    pub(crate) fn threads(&self) -> usize {
        self.jobs.map_or(0, usize::from)
    }
}

/// What is known of the C files at hand.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Reading C")]
pub(crate) struct Reading {
    /// Take macros to be what FILE says: `#define NAME REFIT_ITERATOR` (or REFIT_ATTRIBUTE, REFIT_DECLARER,
    /// REFIT_STATEMENT, REFIT_STRING, REFIT_SUFFIX, REFIT_TYPE), or what their definitions in it say
    #[arg(long, value_name = "FILE")]
    pub(crate) macro_file: Vec<PathBuf>,
    /// Take `#ifdef NAME` to hold; NAME may also be all that stands behind `#if`
    #[arg(long, value_name = "NAME")]
    pub(crate) defined: Vec<String>,
    /// Take `#ifdef NAME` not to hold
    #[arg(long, value_name = "NAME")]
    pub(crate) undefined: Vec<String>,
}

/// Guarded kernel modules: what a driver does wrong is stopped, and the driver is started again.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct Guard {
    #[command(subcommand)]
    pub(crate) command: GuardCommand,
}

#[derive(Subcommand, Debug)]
pub(crate) enum GuardCommand {
    /// Build a guarded module from the unmodified source of a driver
    Build(GuardBuild),
    /// Show the guarded drivers of the running kernel: what they do and what they hold
    Status(GuardShow),
    /// Show how guarded drivers have failed, and how long it took until they ran again
    Log(GuardShow),
}

/// What the running kernel's guard knows.
///
/// Reads the folder refit of debugfs, which the kernel shows to root.
#[derive(Args, Debug)]
#[command(
    after_help = "Exit status: 0 when it was shown, 2 when there is no guard or it cannot be read."
)]
pub(crate) struct GuardShow {
    /// Only these drivers
    #[arg(value_name = "DRIVER")]
    pub(crate) drivers: Vec<String>,
    /// Print JSON, one object a driver or failure
    #[arg(long)]
    pub(crate) json: bool,
    /// Where debugfs is mounted
    #[arg(long, value_name = "DIR", default_value = "/sys/kernel/debug")]
    pub(crate) debugfs: PathBuf,
}

/// Build a guarded module from the unmodified source of a driver.
///
/// The source is compiled for the kernel with a check before each store, and linked with a guard around the functions that
/// the kernel calls and those that the driver calls. Makes NAME.ko and refit_guard.ko, which has to be loaded first.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  refit guard build drivers/net/ethernet/intel/e1000 --kernel /lib/modules/$(uname -r)/build\n  \
                  refit guard build realtek --module 8139cp --kernel /lib/modules/$(uname -r)/build -o guarded\n\n\
                  Exit status: 0 when the modules were built, 2 when something went wrong; then none is there."
)]
pub(crate) struct GuardBuild {
    /// The folder with the driver's sources and its Makefile or Kbuild
    #[arg(value_name = "DRIVER_DIR")]
    pub(crate) driver: PathBuf,
    /// The kernel's headers, prepared for building modules: /lib/modules/RELEASE/build
    #[arg(long, value_name = "HEADERS_DIR")]
    pub(crate) kernel: PathBuf,
    /// Which module, if the driver's Makefile has several
    #[arg(long, value_name = "NAME")]
    pub(crate) module: Option<String>,
    /// Where the modules go
    #[arg(long, short, value_name = "OUT_DIR", default_value = ".")]
    pub(crate) output: PathBuf,
    /// Take the guard's kernel-side sources from DIR instead of those that this command carries
    #[arg(long, value_name = "DIR")]
    pub(crate) runtime: Option<PathBuf>,
    /// Take the guard that was built in DIR, for the same kernel: the folder `runtime` in what an earlier --keep has left
    #[arg(long, value_name = "DIR", conflicts_with = "runtime")]
    pub(crate) guard: Option<PathBuf>,
    /// Build in the new folder DIR and leave it there, with all that was generated
    #[arg(long, value_name = "DIR")]
    pub(crate) keep: Option<PathBuf>,
}

/// Tell how well C files parse.
///
/// What does not parse is neither changed nor checked. Prints figures and the most frequent tokens at fault.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  refit parse drivers/usb/\n  refit parse --errors foo.c\n  \
                  refit parse --json drivers/ sound/ > quality.json\n\n\
                  Exit status: 0 when every file was read, whether it parses or not; 2 when one could not be."
)]
pub(crate) struct Parse {
    /// Files and folders
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// List what does not parse, file by file
    #[arg(long)]
    pub(crate) errors: bool,
    #[command(flatten)]
    pub(crate) walk: Walk,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Say what is wrong or odd with semantic patches, without running them.
///
/// Errors keep a patch from being used; warnings tell what is probably not meant.
#[derive(Args, Debug)]
#[command(
    arg_required_else_help = true,
    after_help = "Examples:\n  refit check-patch proc_info.cocci\n  \
                  refit check-patch --json scripts/coccinelle/*/*.cocci\n\n\
                  Exit status: 0 when there is nothing to say, 1 when there is, 2 when a file could not be read."
)]
pub(crate) struct CheckPatch {
    /// Semantic patches
    #[arg(value_name = "PATCH.cocci", required = true)]
    pub(crate) patches: Vec<PathBuf>,
    /// Print a JSON object for each error and warning, one a line
    #[arg(long)]
    pub(crate) json: bool,
    /// Take the isomorphisms of FILE in place of the default ones
    #[arg(long, value_name = "FILE")]
    pub(crate) iso_file: Option<PathBuf>,
}

/// Show what was understood of a file.
#[derive(Args, Debug)]
#[command(arg_required_else_help = true)]
pub(crate) struct Dump {
    /// What to show
    #[arg(value_enum)]
    pub(crate) what: Dumped,
    /// A C file for tokens, tree and cfg; a .cocci file for rules and formula; none for isos
    #[arg(required_if_eq_any([
        ("what", "tokens"), ("what", "tree"), ("what", "cfg"), ("what", "rules"), ("what", "formula"),
    ]))]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) isomorphisms: Isomorphisms,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Dumped {
    /// The tokens of a C file, a line each
    Tokens,
    /// The syntax tree of a C file
    Tree,
    /// The flow graph of each function of a C file
    Cfg,
    /// The rules of a semantic patch: metavariables, slices, additions
    Rules,
    /// The formula that each rule becomes
    Formula,
    /// The default isomorphisms, as a file that can be changed and given to --iso-file
    Isos,
}

#[derive(Args, Debug)]
pub(crate) struct Spatch {
    /// Options and files as spatch takes them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) arguments: Vec<OsString>,
}

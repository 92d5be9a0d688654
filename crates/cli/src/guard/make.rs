//! The kernel's build system, run over a folder.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::failure::Failure;
use super::scratch;

/// The kernel that modules are built for.
pub(super) struct Kernel<'a> {
    headers: &'a Path,
}

impl<'a> Kernel<'a> {
    /// The kernel whose headers are in a folder.
    pub(super) fn new(headers: &'a Path) -> Result<Kernel<'a>, Failure> {
        let configuration = headers.join("include/config/auto.conf");
        if !headers.join("Makefile").is_file() || !configuration.is_file() {
            return Err(no_headers(headers));
        }
        let text = String::from_utf8_lossy(&scratch::read(&configuration)?).into_owned();
        match unfit(&text) {
            Some(why) => Err(Failure::new(format!("{}: {why}", headers.display()))),
            None => Ok(Kernel { headers }),
        }
    }

    /// What it calls itself: `6.1.0-56-amd64`.
    pub(super) fn release(&self) -> Result<String, Failure> {
        let file = self.headers.join("include/generated/utsrelease.h");
        let text = String::from_utf8_lossy(&scratch::read(&file)?).into_owned();
        match text.split('"').nth(1) {
            Some(release) if text.contains("UTS_RELEASE") => Ok(release.to_owned()),
            _ => Err(Failure::new(format!("{} does not say UTS_RELEASE", file.display()))),
        }
    }

    /// Runs make over `folder` for `targets`; what it prints.
    pub(super) fn make<T: AsRef<OsStr>>(
        &self,
        folder: &Path,
        targets: impl IntoIterator<Item = T>,
    ) -> Result<Made, Failure> {
        let output =
            self.command(folder).args(targets).output().map_err(|problem| not_run(&problem))?;
        Ok(Made::new(&output, folder))
    }

    #[expect(clippy::disallowed_methods, reason = "make and the compiler are run from here only")]
    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new("make");
        let mut directory = OsString::from("M=");
        directory.push(folder);
        command.arg("-C").arg(self.headers).arg(directory);
        let jobs = std::thread::available_parallelism().map_or(1, usize::from);
        command.arg(format!("-j{jobs}"));
        // What a build around this one has set is not for us.
        for variable in
            ["MAKEFLAGS", "MFLAGS", "MAKELEVEL", "KBUILD_EXTMOD", "KBUILD_OUTPUT", "O", "M", "V"]
        {
            command.env_remove(variable);
        }
        command.env("LC_ALL", "C").stdin(Stdio::null());
        command
    }
}

fn no_headers(headers: &Path) -> Failure {
    let message = if headers.is_dir() {
        "these are no headers of a kernel that modules can be built with"
    } else {
        "there is no such folder"
    };
    Failure::new(format!("{}: {message}", headers.display())).hint(
        "a distribution has them in a package such as linux-headers; then they are at /lib/modules/RELEASE/build",
    )
}

/// Why a kernel of this configuration cannot have guarded modules yet.
fn unfit(configuration: &str) -> Option<&'static str> {
    let has = |option: &str| configuration.lines().any(|line| line == option);
    if !has("CONFIG_X86_64=y") {
        Some("this kernel is not for x86-64; others have no guard yet")
    } else if !has("CONFIG_MODULES=y") {
        Some("this kernel has no modules")
    } else if !has("CONFIG_CC_IS_GCC=y") {
        Some("this kernel was not built with gcc; others have no guard yet")
    } else {
        None
    }
}

fn not_run(problem: &io::Error) -> Failure {
    match problem.kind() {
        io::ErrorKind::NotFound => Failure::new("make was not found")
            .hint("install make and the compiler that the kernel was built with"),
        _ => Failure::new(format!("make could not be run: {problem}")),
    }
}

/// What make has done.
pub(super) struct Made {
    pub(super) succeeded: bool,
    /// What it has printed on its standard output, with names as the user knows them.
    pub(super) printed: String,
    /// What it and the compiler have complained about.
    complaints: String,
}

impl Made {
    fn new(output: &Output, folder: &Path) -> Made {
        // Files are the user's own, but for the place of the copy.
        let place = format!("{}/", folder.display());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&place, "");
        Made {
            succeeded: output.status.success(),
            printed: text(&output.stdout),
            complaints: text(&output.stderr),
        }
    }

    /// An error with what was complained about, unless make has succeeded.
    pub(super) fn or_fail(self, message: &str) -> Result<Made, Failure> {
        if self.succeeded {
            return Ok(self);
        }
        if let Some(failure) = self.known() {
            return Err(failure);
        }
        Err(Failure::new(message).output(self.said()))
    }

    /// What was complained about, without make's own remarks.
    fn said(&self) -> String {
        let lines = self.complaints.lines().filter(|line| !line.starts_with("make"));
        let said: Vec<&str> = lines.collect();
        if said.is_empty() { self.complaints.clone() } else { said.join("\n") }
    }

    /// What can be said more plainly.
    fn known(&self) -> Option<Failure> {
        if let Some(compiler) = missing_compiler(&self.complaints) {
            let message = format!("the compiler {compiler} was not found");
            return Some(
                Failure::new(message).hint("the kernel was built with it; install its package"),
            );
        }
        let messages = wrapped_errors(&self.complaints);
        if !messages.is_empty() {
            return Some(Failure::new(messages.join("\nerror: ")));
        }
        let undefined = undefined_symbols(&self.complaints);
        (!undefined.is_empty()).then(|| {
            Failure::new(format!("no module and not the kernel has {}", undefined.join(", ")))
                .hint("if another module of yours has it, set KBUILD_EXTRA_SYMBOLS to that one's Module.symvers")
        })
    }
}

/// `/bin/sh: 1: gcc-12: not found`
fn missing_compiler(complaints: &str) -> Option<&str> {
    let line = complaints
        .lines()
        .find(|line| line.ends_with(": not found") || line.ends_with(": command not found"))?;
    let words = line.trim_end_matches(": not found").trim_end_matches(": command not found");
    let name = words.rsplit([' ', ':']).next()?;
    name.contains("gcc").then_some(name)
}

/// What the generated file had the compiler say.
fn wrapped_errors(complaints: &str) -> Vec<String> {
    let found = complaints.lines().filter_map(|line| {
        let (_, message) = line.split_once("static assertion failed: \"refit: ")?;
        Some(message.trim_end_matches('"').to_owned())
    });
    found.collect()
}

/// `ERROR: modpost: "f" [/folder/name.ko] undefined!`
fn undefined_symbols(complaints: &str) -> Vec<String> {
    let lines = complaints.lines().filter(|line| line.ends_with("undefined!"));
    lines.filter_map(|line| line.split('"').nth(1)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(complaints: &str, expect: &str) {
        let made =
            Made { succeeded: false, printed: String::new(), complaints: complaints.to_owned() };
        let said = made.or_fail("it did not compile").err().map(|failure| failure.to_string());
        assert_eq!(said.as_deref(), Some(expect));
    }

    #[test]
    fn complaints_are_shown() {
        check(
            "a.c:3:1: error: unknown type\nmake[2]: *** [a.o] Error 1\n",
            "a.c:3:1: error: unknown type\nerror: it did not compile",
        );
    }

    #[test]
    fn known_ones_are_said_plainly() {
        check(
            "/bin/sh: 1: gcc-12: not found\nmake: *** [a.o] Error 127\n",
            "error: the compiler gcc-12 was not found\nhint: the kernel was built with it; install its package",
        );
        check(
            "ERROR: modpost: \"f\" [/x/a.ko] undefined!\nERROR: modpost: \"g\" [/x/a.ko] undefined!\n",
            "error: no module and not the kernel has f, g\n\
             hint: if another module of yours has it, set KBUILD_EXTRA_SYMBOLS to that one's Module.symvers",
        );
        check(
            "a.c:1:1: error: static assertion failed: \"refit: f takes a big struct\"\n",
            "error: f takes a big struct",
        );
    }
}

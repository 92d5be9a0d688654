//! What goes to the terminal: diagnostics, diffs in colour, a progress bar. Colour only where a person looks.

use std::io::{IsTerminal, Write};
use std::path::Path;

use diag::{Diagnostic, Sources};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use text::LineColumn;

use crate::Reported;

/// Whether a stream may have colour: it is a terminal, and nobody asked for none (no-color.org).
fn may_colour(terminal: bool) -> bool {
    terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Where a text goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Stream {
    /// Standard output: what was asked for.
    Result,
    /// Standard error: what went wrong on the way.
    Problem,
}

/// A diagnostic with the lines that it is about, as the reader of `stream` wants it.
pub(crate) fn rendered(diagnostic: &Diagnostic, sources: &Sources, stream: Stream) -> String {
    let terminal = match stream {
        Stream::Result => std::io::stdout().is_terminal(),
        Stream::Problem => std::io::stderr().is_terminal(),
    };
    let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let text = diag::render_terminal(diagnostic, sources, may_colour(terminal), width);
    text.trim_end().to_owned()
}

/// Shows a diagnostic with the lines that it is about.
pub(crate) fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) {
    eprintln!("{}", rendered(diagnostic, sources, Stream::Problem));
}

/// Shows diagnostics in their order.
pub(crate) fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources) {
    diagnostics.iter().for_each(|found| diagnostic(found, sources));
}

/// Shows a text on standard error; whether somebody still reads there.
pub(crate) fn tell(text: &str) -> bool {
    writeln!(std::io::stderr(), "{text}").is_ok()
}

/// Shows an error that has no lines.
pub(crate) fn error(path: &Path, message: &str) {
    plain("error", path, message);
}

/// Shows an error at a place of a file whose lines are not at hand.
pub(crate) fn error_at(path: &Path, at: Option<LineColumn>, message: &str) {
    match at {
        Some(LineColumn { line, column }) => {
            error(Path::new(&format!("{}:{line}:{column}", path.display())), message);
        }
        None => error(path, message),
    }
}

/// Shows a warning that has no lines.
pub(crate) fn warning(path: &Path, message: &str) {
    plain("warning", path, message);
}

fn plain(severity: &str, path: &Path, message: &str) {
    if may_colour(std::io::stderr().is_terminal()) {
        let colour = if severity == "error" { "31" } else { "33" };
        eprintln!("\x1b[1;{colour}m{severity}\x1b[0m: {}: {message}", path.display());
    } else {
        eprintln!("{severity}: {}: {message}", path.display());
    }
}

/// Prints a result. A reader that has gone away has seen enough.
pub(crate) fn text(text: &[u8]) -> Result<(), Reported> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(problem) if problem.kind() != std::io::ErrorKind::BrokenPipe => {
            error(Path::new("standard output"), &problem.to_string());
            Err(Reported)
        }
        _ => Ok(()),
    }
}

/// Prints a diff. A reader that has gone away (`| head`) ends the command quietly.
pub(crate) fn diff(diff: &[u8]) -> std::io::Result<()> {
    let stdout = std::io::stdout();
    let colour = may_colour(stdout.is_terminal());
    let mut out = std::io::BufWriter::new(stdout.lock());
    if !colour {
        out.write_all(diff)?;
        return out.flush();
    }
    for line in diff.split_inclusive(|&byte| byte == b'\n') {
        let colour: &[u8] = match line.first() {
            Some(b'+') if !line.starts_with(b"+++ ") => b"\x1b[32m",
            Some(b'-') if !line.starts_with(b"--- ") => b"\x1b[31m",
            Some(b'@') => b"\x1b[36m",
            Some(b' ') => b"",
            _ => b"\x1b[1m",
        };
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        out.write_all(colour)?;
        out.write_all(text)?;
        out.write_all(if colour.is_empty() { b"\n" } else { b"\x1b[0m\n" })?;
    }
    out.flush()
}

/// A bar over `files`, on a terminal only.
pub(crate) fn progress(files: usize) -> ProgressBar {
    if files < 2 || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(files as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} files, {eta} left") {
        bar.set_style(style);
    }
    bar
}

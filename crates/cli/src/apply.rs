//! `refit apply`: a semantic patch over files and folders.

use std::path::Path;
use std::process::ExitCode;

use project::{FileReport, FileResult};
use text::LineColumn;

use crate::arguments::Apply;
use crate::patch_options::PatchOptions;
use crate::{Ended, Reported, explain, output, partial, patch};

/// Runs the command.
pub(crate) fn run(arguments: &Apply) -> Ended {
    let mut options = PatchOptions {
        disabled: arguments
            .isomorphisms
            .disable_iso
            .iter()
            .map(|name| name.as_str().into())
            .collect(),
        iso_file: arguments.isomorphisms.iso_file.clone(),
        max_width: arguments.max_width,
        timeout: arguments.timeout,
        no_includes: arguments.no_includes,
        include_dirs: arguments.include.clone(),
        reading: arguments.reading.clone(),
        ..PatchOptions::default()
    };
    arguments.define.iter().for_each(|definition| options.given.add(definition));
    let (prefilter, prepared) = patch::ready(&arguments.patch, options, false)?;
    if let Some(place) = &arguments.explain {
        return explain::run(&prepared, place, arguments.json);
    }
    let (files, problems) = project::find(&arguments.paths, arguments.walk.find());
    for problem in &problems {
        output::error(&problem.path, &problem.message);
    }
    if !problems.is_empty() {
        return Err(Reported);
    }
    if arguments.output.is_some() && !matches!(&files[..], [only] if only.named) {
        let message = "-o takes the result of one C file; name exactly one";
        output::error(arguments.output.as_deref().unwrap_or(Path::new("-o")), message);
        return Err(Reported);
    }
    let threads = arguments.walk.threads();
    // Before anything is written.
    let partial = arguments.partial.then(|| {
        let bar = output::progress(files.len());
        let found = project::partial(&prepared, &prefilter, files.clone(), threads, &|| bar.inc(1));
        bar.finish_and_clear();
        found
    });
    let bar = output::progress(files.len());
    let reports = project::run(&prepared, &prefilter, files, threads, &|| bar.inc(1));
    bar.finish_and_clear();
    let mut tally = Tally::default();
    for report in &reports {
        one_report(arguments, report, &mut tally);
    }
    if let Some(found) = partial {
        let shown = partial::show(&found, prepared.patch(), arguments.json);
        tally.failed |= shown.is_err();
    }
    if arguments.in_place && !tally.failed {
        eprintln!("{} of {} files changed", tally.changed, reports.len());
    }
    if tally.failed {
        return Err(Reported);
    }
    Ok(if arguments.exit_code && tally.matched { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

#[derive(Default)]
struct Tally {
    failed: bool,
    matched: bool,
    changed: usize,
}

fn one_report(arguments: &Apply, report: &FileReport, tally: &mut Tally) {
    if let Some((at, message)) = trouble(report) {
        // What was not named is passed over with a word.
        if matches!(report.result, FileResult::Unreadable(_)) && !report.file.named {
            output::warning(&report.file.path, &message);
        } else {
            output::error_at(&report.file.path, at, &message);
            tally.failed = true;
        }
        return;
    }
    let written = match &report.result {
        FileResult::Ran { source, outcome } => {
            tally.matched |= !outcome.matched.is_empty();
            tally.changed += usize::from(outcome.text.is_some());
            deliver(arguments, &report.file.path, source, outcome.text.as_deref(), &outcome.starred)
        }
        _ => match &arguments.output {
            Some(target) => copy(&report.file.path, target),
            None => Ok(()),
        },
    };
    if written.is_err() {
        tally.failed = true;
    }
}

/// Why there is no result for a file: the place, if one place is at fault, and what is wrong.
pub(crate) fn trouble(report: &FileReport) -> Option<(Option<LineColumn>, String)> {
    match &report.result {
        FileResult::Irrelevant | FileResult::Ran { .. } => None,
        FileResult::Unreadable(problem) => Some((None, problem.message.clone())),
        FileResult::Failed { failure } if failure.out_of_steps => Some((
            failure.at,
            format!(
                "{failure} in the function that begins here; the file is left as it is. Give it more with --timeout SECONDS, or say \
                 more in the rule: `when` behind its dots, kinds and types of its metavariables"
            ),
        )),
        FileResult::Failed { failure } => {
            Some((failure.at, format!("{failure}; the file is left as it is")))
        }
        FileResult::Crashed(message) => Some((
            None,
            format!(
                "internal error: {message}; the file is left as it is. Please report this with the patch and the file"
            ),
        )),
    }
}

fn deliver(
    arguments: &Apply,
    path: &Path,
    source: &[u8],
    changed: Option<&[u8]>,
    starred: &[u32],
) -> Result<(), Reported> {
    if let Some(target) = &arguments.output {
        return write(target, changed.unwrap_or(source));
    }
    if !starred.is_empty() && !arguments.json {
        return print(&starred_lines(path, source, starred));
    }
    let Some(changed) = changed else { return Ok(()) };
    if arguments.in_place {
        return write(path, changed);
    }
    let name = path.to_string_lossy();
    let name = name.strip_prefix("./").unwrap_or(&name);
    let relative = name.trim_start_matches('/');
    if arguments.json {
        return Ok(());
    }
    let header = format!("diff --git a/{relative} b/{relative}\n").into_bytes();
    let hunks = rewrite::unified_diff(
        source,
        changed,
        &format!("a/{relative}"),
        &format!("b/{relative}"),
        3,
    );
    print(&[header, hunks].concat())
}

/// The lines that `*` marks, as `file:line: text`.
fn starred_lines(path: &Path, source: &[u8], starred: &[u32]) -> Vec<u8> {
    let lines = text::LineIndex::new(source);
    let mut out = Vec::new();
    for &line in starred {
        out.extend_from_slice(format!("{}:{line}: ", path.display()).as_bytes());
        out.extend_from_slice(source[lines.span(line).range()].trim_ascii_end());
        out.push(b'\n');
    }
    out
}

fn copy(from: &Path, to: &Path) -> Result<(), Reported> {
    let text = project::read_named(from).map_err(|problem| {
        output::error(&problem.path, &problem.message);
        Reported
    })?;
    write(to, &text)
}

fn write(path: &Path, text: &[u8]) -> Result<(), Reported> {
    project::replace(path, text).map_err(|problem| {
        output::error(&problem.path, &problem.message);
        Reported
    })
}

/// Prints; when nobody reads any more, the command is over.
fn print(text: &[u8]) -> Result<(), Reported> {
    output::diff(text).map_err(|error| {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            std::process::exit(0);
        }
        output::error(Path::new("standard output"), &error.to_string());
        Reported
    })
}

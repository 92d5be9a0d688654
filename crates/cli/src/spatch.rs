//! `refit spatch`: a first form of Coccinelle's command line.
//!
//! Options that are known and have no effect here are taken; others are refused by name. Exit status as spatch's: 0,
//! and 255 when something went wrong.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use project::{FileResult, Find};

use crate::patch_options::{PatchOptions, Written, number};
use crate::{Ended, apply, output, patch};

/// What the command line asks for.
#[derive(Debug, Default)]
struct Request {
    patch: Option<PathBuf>,
    paths: Vec<PathBuf>,
    folder: Option<PathBuf>,
    output: Option<PathBuf>,
    strip: Option<String>,
    in_place: bool,
    show_diff: bool,
    headers: bool,
    jobs: usize,
    options: PatchOptions,
}

/// Runs the command.
pub(crate) fn run(arguments: Vec<OsString>) -> Ended {
    let request = match read(arguments) {
        Ok(request) => request,
        Err(message) => {
            eprintln!("error: {message}");
            return Ok(ExitCode::from(2));
        }
    };
    Ok(if work(&request).is_ok() { ExitCode::SUCCESS } else { ExitCode::from(255) })
}

fn read(arguments: Vec<OsString>) -> Result<Request, String> {
    let mut request = Request { show_diff: true, jobs: 1, ..Request::default() };
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        let Some(Written { name, mut value }) = Written::read(&argument) else {
            let path = PathBuf::from(&argument);
            if path.extension().is_some_and(|e| e == "cocci") && request.patch.is_none() {
                request.patch = Some(path);
            } else {
                request.paths.push(path);
            }
            continue;
        };
        let shown = argument.to_string_lossy().into_owned();
        let mut next = || {
            let missing = || format!("option {shown} needs a value");
            value.take().or_else(|| arguments.next()).ok_or_else(missing)
        };
        match name.as_str() {
            "sp-file" | "cocci-file" => request.patch = Some(next()?.into()),
            "dir" => request.folder = Some(next()?.into()),
            "o" => request.output = Some(next()?.into()),
            "patch" => request.strip = Some(next()?.to_string_lossy().into_owned()),
            "in-place" => request.in_place = true,
            "no-show-diff" => request.show_diff = false,
            "include-headers" => request.headers = true,
            "j" | "jobs" => request.jobs = number(&next()?.to_string_lossy())?,
            name if request.options.take(name, &mut next)? => {}
            _ => return Err(format!("option {shown} is not known here")),
        }
    }
    if request.patch.is_none() {
        return Err("no semantic patch: use --sp-file FILE.cocci".to_owned());
    }
    Ok(request)
}

fn work(request: &Request) -> Result<(), crate::Reported> {
    let path = request.patch.as_deref().unwrap_or(Path::new(""));
    let (prefilter, prepared) = patch::ready(path, request.options.clone(), true)?;
    let roots: Vec<PathBuf> = request.paths.iter().cloned().chain(request.folder.clone()).collect();
    let (files, problems) =
        project::find(&roots, Find { headers: request.headers, gitignore: false });
    for problem in &problems {
        output::error(&problem.path, &problem.message);
    }
    let reports = project::run(&prepared, &prefilter, files, request.jobs, &|| ());
    let mut failed = !problems.is_empty();
    for report in &reports {
        if let Some((at, message)) = apply::trouble(report) {
            output::error_at(&report.file.path, at, &message);
            // Under --dir a file that fails does not fail the run.
            failed |= request.folder.is_none();
            continue;
        }
        failed |= deliver(request, &report.file.path, &report.result).is_err();
    }
    if failed { Err(crate::Reported) } else { Ok(()) }
}

fn deliver(request: &Request, path: &Path, result: &FileResult) -> Result<(), crate::Reported> {
    let FileResult::Ran { source, outcome } = result else { return Ok(()) };
    let write = |target: &Path, text: &[u8]| {
        project::replace(target, text).map_err(|problem| {
            output::error(&problem.path, &problem.message);
            crate::Reported
        })
    };
    let text = outcome.text.as_deref().unwrap_or(source);
    if let Some(target) = &request.output {
        write(target, text)?;
    } else if request.in_place && outcome.text.is_some() {
        write(path, text)?;
    }
    // What `*` lines matched is shown as if it were removed.
    let starred = (outcome.text.is_none() && !outcome.starred.is_empty())
        .then(|| without_lines(source, &outcome.starred));
    let shown = starred.as_deref().unwrap_or(text);
    if !request.show_diff || rewrite::same_but_for_blanks(source, shown) {
        return Ok(());
    }
    let name = path.to_string_lossy();
    let strip = request
        .strip
        .clone()
        .or_else(|| request.folder.as_ref().map(|folder| folder.to_string_lossy().into_owned()));
    let (header, old, new) = match strip {
        Some(prefix) => {
            let relative = name.strip_prefix(&prefix).unwrap_or(&name).trim_start_matches('/');
            let (old, new) = (format!("a/{relative}"), format!("b/{relative}"));
            (format!("diff -u -p {old} {new}\n"), old, new)
        }
        None => (String::new(), name.clone().into_owned(), name.into_owned()),
    };
    let diff = rewrite::unified_diff(source, shown, &old, &new, 3);
    output::diff(&[header.into_bytes(), diff].concat()).map_err(|_| crate::Reported)
}

/// A text without some of its lines, numbered from 1.
fn without_lines(text: &[u8], lines: &[u32]) -> Vec<u8> {
    let is_kept = |&(number, _): &(u32, &[u8])| lines.binary_search(&number).is_err();
    let numbered = (1..).zip(text.split_inclusive(|&byte| byte == b'\n'));
    numbered.filter(is_kept).flat_map(|(_, line)| line.iter().copied()).collect()
}

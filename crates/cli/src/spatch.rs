//! `refit spatch`: a first form of Coccinelle's command line.
//!
//! Options that are known and have no effect here are taken; others are refused by name. Exit status as spatch's: 0,
//! and 255 when something went wrong.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use engine::Settings;
use project::{FileResult, Find, Prefilter};

use crate::arguments::Reading;
use crate::patch::Given;
use crate::{Ended, apply, knowledge, output, patch};

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
    max_width: Option<usize>,
    given: Given,
    iso_file: Option<PathBuf>,
    disabled: Vec<Box<str>>,
    reading: Reading,
}

/// Options without value that change nothing here: there is one way to print progress, and no header is read.
const WITHOUT_EFFECT: [&str; 12] = [
    "very-quiet",
    "quiet",
    "no-includes",
    "local-includes",
    "all-includes",
    "recursive-includes",
    "no-loops",
    "linux-spacing",
    "show-diff",
    "no-gitgrep",
    "include-headers-for-types",
    "debug",
];

/// Options with a value that change nothing here.
const VALUE_WITHOUT_EFFECT: [&str; 3] = ["timeout", "macro-file-builtins", "I"];

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
        let text = argument.to_string_lossy().into_owned();
        if !text.starts_with('-') || text == "-" {
            let path = PathBuf::from(&argument);
            if path.extension().is_some_and(|e| e == "cocci") && request.patch.is_none() {
                request.patch = Some(path);
            } else {
                request.paths.push(path);
            }
            continue;
        }
        let bare = text.trim_start_matches('-').replace('_', "-");
        let (name, mut value) = match bare.split_once('=') {
            Some((name, _)) => {
                (name.to_owned(), text.split_once('=').map(|(_, value)| OsString::from(value)))
            }
            None => (bare, None),
        };
        // `-j4`, `-Dname`, `-Ifolder`
        let (name, value) = match name.chars().next() {
            Some(letter @ ('j' | 'D' | 'I'))
                if name.len() > 1 && text.starts_with(&format!("-{letter}")) =>
            {
                (letter.to_string(), Some(OsString::from(&text[2..])))
            }
            _ => (name, value.take()),
        };
        let mut next = || {
            value.clone().or_else(|| arguments.next()).ok_or(format!("option {text} needs a value"))
        };
        match name.as_str() {
            "sp-file" | "cocci-file" => request.patch = Some(next()?.into()),
            "dir" => request.folder = Some(next()?.into()),
            "o" => request.output = Some(next()?.into()),
            "patch" => request.strip = Some(next()?.to_string_lossy().into_owned()),
            "in-place" => request.in_place = true,
            "no-show-diff" => request.show_diff = false,
            "include-headers" => request.headers = true,
            "j" | "jobs" => request.jobs = number(&next()?)?,
            "max-width" => request.max_width = Some(number(&next()?)?),
            "D" => request.given.add(&next()?.to_string_lossy()),
            "disable-iso" => request.disabled.push(next()?.to_string_lossy().as_ref().into()),
            "iso-file" => request.iso_file = Some(next()?.into()),
            "macro-file" => request.reading.macro_file.push(next()?.into()),
            "defined" => request.reading.defined.push(next()?.to_string_lossy().into_owned()),
            "undefined" => request.reading.undefined.push(next()?.to_string_lossy().into_owned()),
            name if WITHOUT_EFFECT.contains(&name) => {}
            name if VALUE_WITHOUT_EFFECT.contains(&name) => drop(next()?),
            _ => return Err(format!("option {text} is not known here")),
        }
    }
    if request.patch.is_none() {
        return Err("no semantic patch: use --sp-file FILE.cocci".to_owned());
    }
    Ok(request)
}

fn number(value: &OsString) -> Result<usize, String> {
    let text = value.to_string_lossy();
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn work(request: &Request) -> Result<(), crate::Reported> {
    let path = request.patch.as_deref().unwrap_or(Path::new(""));
    let parsed = patch::read(path, request.iso_file.as_deref(), &request.given, true)?;
    let mut settings = Settings {
        virtuals: request.given.virtuals.clone(),
        values: request.given.values.clone(),
        disabled: request.disabled.clone(),
        known: knowledge::read(&request.reading)?,
        ..Settings::default()
    };
    if let Some(width) = request.max_width {
        settings.style.max_width = width;
    }
    let prefilter = Prefilter::new(&parsed, &request.given.virtuals);
    let prepared = patch::prepare(path, parsed, settings)?;
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
    if !request.show_diff || rewrite::same_but_for_blanks(source, text) {
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
    let diff = rewrite::unified_diff(source, text, &old, &new, 3);
    output::diff(&[header.into_bytes(), diff].concat()).map_err(|_| crate::Reported)
}

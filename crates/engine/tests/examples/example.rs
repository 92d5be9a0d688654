//! Examples: a semantic patch, and what it makes of a C file. The manuals and the cases by topic consist of them.
//!
//! What a patch does is written as a diff of the whole file: the patch has to make of the lines without `+` those without
//! `-`. For a patch with `*` lines, the lines with `-` are those that it reports. Words beside the patch set options:
//! - `define=a,b` sets virtual names, `define=a=x` what `virtual.a` stands for,
//! - `max-width=40`, `indent=4`, `keep-comments` and `smpl-spacing` say how added code is printed.

use diag::Source;
use engine::{Outcome, Prepared, Settings};
use smpl::{Options, Reference};

/// What an example promises.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Promise<'a> {
    /// The change that this diff shows.
    Change(&'a str),
    /// The patch is refused with an error of this code.
    Error(&'a str),
    /// The file, a diff without marks, is given up with a message that holds `why`.
    GivenUp { diff: &'a str, why: &'a str },
}

#[derive(Debug)]
pub(crate) struct Example<'a> {
    /// Of its first line.
    pub(crate) line: usize,
    pub(crate) patch: &'a str,
    pub(crate) settings: Settings,
    /// Files that it may refer to: name and text.
    pub(crate) files: Vec<(&'a str, &'a str)>,
    pub(crate) promise: Promise<'a>,
}

/// Takes a word that sets an option; whether it is one.
pub(crate) fn set(settings: &mut Settings, word: &str) -> bool {
    let style = &mut settings.style;
    match word.split_once('=') {
        Some(("define", definition)) => match definition.split_once('=') {
            Some((name, value)) => settings.values.push((name.into(), value.into())),
            None => settings.virtuals.extend(definition.split(',').map(Box::from)),
        },
        Some(("max-width", columns)) => style.max_width = columns.parse().expect("columns"),
        Some(("indent", columns)) => style.indent = Some(columns.parse().expect("columns")),
        None if word == "keep-comments" => style.keep_comments = true,
        None if word == "smpl-spacing" => style.smpl_spacing = true,
        _ => return false,
    }
    true
}

/// The lines of a diff that have no `without` mark, without their marks.
pub(crate) fn side(diff: &str, without: char) -> String {
    let lines = diff.split_inclusive('\n').filter(|line| !line.starts_with(without));
    lines.map(|line| line.get(1..).unwrap_or_default()).collect()
}

/// Why an example does not keep its promise.
pub(crate) fn check(example: &Example<'_>) -> Result<(), String> {
    let source = Source::new("example.cocci", example.patch.as_bytes());
    let load = |reference: Reference<'_>| {
        let file = example.files.iter().find(|(name, _)| *name == reference.name);
        file.map(|(name, text)| Source::new(*name, text.as_bytes())).ok_or("not there".to_owned())
    };
    let parsed = smpl::parse(source, &Options { load: &load, ..Options::default() });
    let patch = match (example.promise, parsed) {
        (Promise::Error(_), Ok(_)) => return Err("the patch is not refused".to_owned()),
        (_, Ok(patch)) => patch,
        (promise, Err(failure)) => {
            let errors = failure.diagnostics.iter();
            let mut codes = errors.clone().map(|error| error.code);
            if matches!(promise, Promise::Error(code) if codes.any(|found| found == code)) {
                return Ok(());
            }
            let lines = errors.map(|error| diag::render_line(error, &failure.sources));
            return Err(lines.collect::<Vec<_>>().join("\n"));
        }
    };
    let (Promise::Change(diff) | Promise::GivenUp { diff, .. }) = example.promise else {
        return Ok(());
    };
    if diff.lines().any(|line| !line.starts_with([' ', '-', '+'])) {
        return Err("a line of the diff has no mark".to_owned());
    }
    let before = side(diff, '+');
    let prepared = Prepared::new(patch, example.settings.clone());
    match (prepared.run("example.c", before.as_bytes().into()), example.promise) {
        (Ok(_), Promise::GivenUp { .. }) => Err("the file is not given up".to_owned()),
        (Err(failure), Promise::GivenUp { why, .. }) if failure.message.contains(why) => Ok(()),
        (Err(failure), _) => Err(failure.to_string()),
        (Ok(outcome), _) => {
            let after = result(&before, outcome);
            if after == side(diff, '-') { Ok(()) } else { Err(format!("the result is\n{after}")) }
        }
    }
}

/// The text afterwards; lines that were reported count as removed.
pub(crate) fn result(before: &str, outcome: Outcome) -> String {
    match outcome.text {
        Some(text) => String::from_utf8_lossy(&text).into_owned(),
        None => (1..)
            .zip(before.split_inclusive('\n'))
            .filter(|(line, _)| !outcome.starred.contains(line))
            .map(|(_, text)| text)
            .collect(),
    }
}

//! Runs the examples of the language manual, `docs/smpl.md`.
//!
//! An example is a fenced block `smpl` and behind it a fenced block `diff`, a whole C file: the patch has to make of the
//! lines without `+` those without `-`. Words behind `smpl` in the fence:
//! - `define=a,b` sets virtual names, `define=a=x` what `virtual.a` stands for,
//! - `file=name` says that this is a file, which all examples below may include or use; no `diff` follows,
//! - `error=code` says that the patch is refused with an error of this code; no `diff` follows,
//! - `(no run)` says that it cannot be run.
//!
//! For a patch with `*` lines, the lines with `-` are those that it reports.

use diag::Source;
use engine::{Outcome, Prepared, Settings};
use smpl::{Options, Reference};

const MANUAL: &str = include_str!("../../../docs/smpl.md");

/// A fenced block.
#[derive(Clone, Copy, Debug)]
struct Block<'a> {
    /// The line of its fence, from 1.
    line: usize,
    /// The first word behind the fence.
    language: &'a str,
    /// What follows this word.
    words: &'a str,
    text: &'a str,
}

/// All fenced blocks of a text; none may be left open.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, &str, usize)> = None;
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let start = offset;
        offset += line.len();
        let Some(info) = line.trim_end().strip_prefix("```") else { continue };
        match open.take() {
            None => open = Some((index + 1, info, offset)),
            Some((line, info, from)) => {
                let (language, words) = info.split_once(' ').unwrap_or((info, ""));
                blocks.push(Block { line, language, words, text: &text[from..start] });
            }
        }
    }
    assert_eq!(open, None, "a fence is not closed");
    blocks
}

/// What an example promises.
#[derive(Clone, Copy, Debug)]
enum Promise<'a> {
    /// The change that this diff shows.
    Change(&'a str),
    /// An error of this code.
    Error(&'a str),
}

#[derive(Debug)]
struct Example<'a> {
    line: usize,
    patch: &'a str,
    settings: Settings,
    /// Files that it may refer to: name and text.
    files: Vec<(&'a str, &'a str)>,
    promise: Promise<'a>,
}

/// The examples that can be run, or what is wrong with their form.
fn examples(text: &str) -> (Vec<Example<'_>>, Vec<String>) {
    let mut examples = Vec::new();
    let mut wrong = Vec::new();
    let mut files = Vec::new();
    let mut blocks = blocks(text).into_iter().peekable();
    while let Some(block) = blocks.next() {
        match block.language {
            "smpl" if block.words.contains("(no run)") => {}
            "smpl" => {
                let mut settings = Settings::default();
                let mut error = None;
                let mut file = None;
                for word in block.words.split_whitespace() {
                    match word.split_once('=') {
                        Some(("define", definition)) => match definition.split_once('=') {
                            Some((name, value)) => {
                                settings.values.push((name.into(), value.into()));
                            }
                            None => settings.virtuals.extend(definition.split(',').map(Box::from)),
                        },
                        Some(("file", name)) => file = Some(name),
                        Some(("error", code)) => error = Some(code),
                        _ => wrong.push(format!("docs/smpl.md:{}: `{word}`?", block.line)),
                    }
                }
                if let Some(name) = file {
                    files.push((name, block.text));
                    continue;
                }
                let promise = match error {
                    Some(code) => Promise::Error(code),
                    None => match blocks.next_if(|next| next.language == "diff") {
                        Some(diff) => Promise::Change(diff.text),
                        None => {
                            wrong.push(format!("docs/smpl.md:{}: no diff follows", block.line));
                            continue;
                        }
                    },
                };
                let files = files.clone();
                let (line, patch) = (block.line, block.text);
                examples.push(Example { line, patch, settings, files, promise });
            }
            "diff" => wrong.push(format!("docs/smpl.md:{}: a diff without patch", block.line)),
            _ => {}
        }
    }
    (examples, wrong)
}

/// The lines of a diff that have no `without` mark, without their marks.
fn side(diff: &str, without: char) -> String {
    let lines = diff.split_inclusive('\n').filter(|line| !line.starts_with(without));
    lines.map(|line| line.get(1..).unwrap_or_default()).collect()
}

/// Why an example does not keep its promise.
fn check(example: &Example<'_>) -> Result<(), String> {
    let source = Source::new("example.cocci", example.patch.as_bytes());
    let load = |reference: Reference<'_>| {
        let file = example.files.iter().find(|(name, _)| *name == reference.name);
        file.map(|(name, text)| Source::new(*name, text.as_bytes())).ok_or("not there".to_owned())
    };
    let parsed = smpl::parse(source, &Options { load: &load, ..Options::default() });
    let (diff, patch) = match (example.promise, parsed) {
        (Promise::Change(diff), Ok(patch)) => (diff, patch),
        (Promise::Error(_), Ok(_)) => return Err("the patch is not refused".to_owned()),
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
    if diff.lines().any(|line| !line.starts_with([' ', '-', '+'])) {
        return Err("a line of the diff has no mark".to_owned());
    }
    let before = side(diff, '+');
    let outcome = Prepared::new(patch, example.settings.clone())
        .run("example.c", before.as_bytes().into())
        .map_err(|failure| failure.to_string())?;
    let after = result(&before, outcome);
    if after == side(diff, '-') { Ok(()) } else { Err(format!("the result is\n{after}")) }
}

/// The text afterwards; lines that were reported count as removed.
fn result(before: &str, outcome: Outcome) -> String {
    match outcome.text {
        Some(text) => String::from_utf8_lossy(&text).into_owned(),
        None => (1..)
            .zip(before.split_inclusive('\n'))
            .filter(|(line, _)| !outcome.starred.contains(line))
            .map(|(_, text)| text)
            .collect(),
    }
}

#[test]
fn the_examples_do_what_the_manual_says() {
    let (examples, mut wrong) = examples(MANUAL);
    assert!(examples.len() > 100, "only {} examples found", examples.len());
    for example in &examples {
        if let Err(why) = check(example) {
            wrong.push(format!("docs/smpl.md:{}: {why}\n{}", example.line, example.patch));
        }
    }
    assert!(wrong.is_empty(), "{} examples fail:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// What is wrong with the only example of a text.
fn failure(text: &str) -> Option<String> {
    let (examples, mut wrong) = examples(text);
    wrong.extend(examples.iter().filter_map(|example| check(example).err()));
    wrong.pop()
}

#[test]
fn a_broken_promise_is_noticed() {
    let patch = "```smpl\n@@ @@\n- f();\n+ g();\n```\n";
    let with = |diff: &str| failure(&format!("{patch}\n```diff\n{diff}```\n"));
    assert_eq!(with(" void m(void)\n {\n-\tf();\n+\tg();\n }\n"), None);
    assert!(with(" void m(void)\n {\n-\tf();\n+\th();\n }\n").is_some());
    assert!(with(" void m(void)\n {\n \tf();\n }\n").is_some());
    assert!(with("void m(void)\n").is_some_and(|why| why.contains("no mark")));
    assert!(failure(patch).is_some_and(|why| why.contains("no diff follows")));
    assert!(failure("```diff\n int a;\n```\n").is_some_and(|why| why.contains("without patch")));
    assert!(failure("```smpl error=smpl/dots\n@@ @@\n- f();\n```\n").is_some());
    assert!(failure("```smpl error=smpl/dots\n@@ @@\n+ f();\n```\n").is_some());
    assert_eq!(failure("```smpl error=smpl/empty-minus\n@@ @@\n+ f();\n```\n"), None);
}

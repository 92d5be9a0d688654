//! Runs the examples of the manuals, `docs/smpl.md` and `docs/rewriting.md`.
//!
//! An example is a fenced block `smpl` and behind it a fenced block `diff`, a whole C file (see `example`). Words behind `smpl` in
//! the fence are options or:
//! - `file=name` says that this is a file, which all examples below may include or use; no `diff` follows,
//! - `error=code` says that the patch is refused with an error of this code; no `diff` follows,
//! - `(no run)` says that it cannot be run.
//!
//! Behind `diff` may stand `given up: why`, with words of the message; such a diff has no marks.

use crate::example::{Example, Promise, check, set};
use engine::Settings;

/// The manuals, and how many examples each has at least.
const MANUALS: [(&str, &str, usize); 2] = [
    ("docs/smpl.md", include_str!("../../../../docs/smpl.md"), 100),
    ("docs/rewriting.md", include_str!("../../../../docs/rewriting.md"), 40),
];

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

/// The examples that can be run, and what is wrong with the form of others, with the lines.
fn examples(text: &str) -> (Vec<Example<'_>>, Vec<(usize, String)>) {
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
                        Some(("file", name)) => file = Some(name),
                        Some(("error", code)) => error = Some(code),
                        _ if set(&mut settings, word) => {}
                        _ => wrong.push((block.line, format!("`{word}`?"))),
                    }
                }
                if let Some(name) = file {
                    files.push((name, block.text));
                    continue;
                }
                let promise = match error {
                    Some(code) => Promise::Error(code),
                    None => match blocks.next_if(|next| next.language == "diff") {
                        Some(diff) => match diff.words.strip_prefix("given up: ") {
                            Some(why) => Promise::GivenUp { diff: diff.text, why },
                            None => Promise::Change(diff.text),
                        },
                        None => {
                            wrong.push((block.line, "no diff follows".to_owned()));
                            continue;
                        }
                    },
                };
                let files = files.clone();
                let (line, patch) = (block.line, block.text);
                examples.push(Example { line, patch, settings, files, promise });
            }
            "diff" => wrong.push((block.line, "a diff without patch".to_owned())),
            _ => {}
        }
    }
    (examples, wrong)
}

/// What does not hold of the examples of a text, with the lines, and how many there are.
fn failures(text: &str) -> (Vec<(usize, String)>, usize) {
    let (examples, mut wrong) = examples(text);
    for example in &examples {
        if let Err(why) = check(example) {
            wrong.push((example.line, format!("{why}\n{}", example.patch)));
        }
    }
    (wrong, examples.len())
}

#[test]
fn the_examples_do_what_the_manuals_say() {
    for (name, manual, least) in MANUALS {
        let (wrong, count) = failures(manual);
        assert!(count > least, "only {count} examples found in {name}");
        let wrong: Vec<String> =
            wrong.iter().map(|(line, why)| format!("{name}:{line}: {why}")).collect();
        assert!(wrong.is_empty(), "{} examples fail:\n{}", wrong.len(), wrong.join("\n\n"));
    }
}

/// What is wrong with the only example of a text.
fn failure(text: &str) -> Option<String> {
    failures(text).0.pop().map(|(_, why)| why)
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
    let given_up = format!("{patch}\n```diff given up: why\n void m(void) {{ f(); }}\n```\n");
    assert!(failure(&given_up).is_some_and(|why| why.contains("is not given up")));
    assert_eq!(failure("```smpl error=smpl/empty-minus\n@@ @@\n+ f();\n```\n"), None);
}

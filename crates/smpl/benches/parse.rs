//! How long reading a semantic patch takes, and how that grows with its length: `cargo bench -p smpl`.
//!
//! Each shape is read at 10,000, 20,000 and 40,000 lines; a row that more than doubles is a fault. The longest must stay
//! under a second.

use std::fmt::Write;

use diag::Source;
use divan::{Bencher, black_box};
use smpl::{Options, parse};

const LINES: [usize; 3] = [10_000, 20_000, 40_000];

fn main() {
    divan::main();
}

/// Many rules of a few lines, each with metavariables, dots and a choice.
#[divan::bench(args = LINES, sample_count = 5)]
fn rules(bencher: Bencher<'_, '_>, lines: usize) {
    run(
        bencher,
        &repeated(lines / 16, "", |text, n| {
            write!(
                text,
                "@r{n} depends on !r0@\nexpression e, x;\nidentifier f =~ \"get_\";\nstatement S;\n@@\n\
             if (e == NULL) S\n...\n(\n- old_{n}(e, f(x));\n+ new_{n}(e);\n|\n- gone_{n}(x);\n)\n\
             ... when != e = x\nfree_{n}(e);\n\n"
            )
        }),
    );
}

/// One rule with many replaced lines.
#[divan::bench(args = LINES, sample_count = 5)]
fn replacements(bencher: Bencher<'_, '_>, lines: usize) {
    run(
        bencher,
        &repeated(lines / 2, "@r0@\n@@\n", |text, n| write!(text, "- old_{n}();\n+ new_{n}(1);\n")),
    );
}

/// One rule with many comments added between context lines.
#[divan::bench(args = LINES, sample_count = 5)]
fn comments(bencher: Bencher<'_, '_>, lines: usize) {
    run(
        bencher,
        &repeated(lines / 2, "@r0@\n@@\n", |text, n| write!(text, " f{n}();\n+ // note\n")),
    );
}

/// One choice with many branches.
#[divan::bench(args = LINES, sample_count = 5)]
fn branches(bencher: Bencher<'_, '_>, lines: usize) {
    run(
        bencher,
        &(repeated(lines / 3, "@r0@\n@@\n(\n f();\n", |text, n| {
            write!(text, "|\n- old_{n}();\n+ new_{n}();\n")
        }) + ")\n"),
    );
}

/// Rules that inherit, each from the one before.
#[divan::bench(args = LINES, sample_count = 5)]
fn inheritance(bencher: Bencher<'_, '_>, lines: usize) {
    run(
        bencher,
        &repeated(lines / 4, "@r0@\nexpression e;\n@@\n f(e);\n", |text, n| {
            let (before, rule) = (n, n + 1);
            write!(text, "@r{rule}@\nexpression r{before}.e;\n@@\n f_{n}(e);\n")
        }),
    );
}

fn repeated(
    count: usize,
    start: &str,
    mut one: impl FnMut(&mut String, usize) -> std::fmt::Result,
) -> String {
    let mut text = start.to_owned();
    // The first rule of those that refer to one.
    if start.is_empty() {
        text.push_str("@r0@\n@@\n never();\n");
    }
    let from = usize::from(start.is_empty());
    for n in from..count + from {
        one(&mut text, n).expect("writing to a string does not fail");
    }
    text
}

fn run(bencher: Bencher<'_, '_>, text: &str) {
    let source = Source::new("bench.cocci", text.as_bytes());
    assert!(parse(source.clone(), &Options::default()).is_ok(), "a benchmark of errors");
    bencher.bench(|| black_box(parse(source.clone(), &Options::default())));
}

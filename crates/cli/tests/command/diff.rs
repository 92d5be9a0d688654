//! The diff that `refit apply` prints: what is in it, and that git takes it.

use std::path::Path;

use super::folder::{Folder, is_there};
use super::{CALLER, CALLER_AFTER, RENAME};

const DIFF: &str = "diff --git a/a.c b/a.c\n--- a/a.c\n+++ b/a.c\n@@ -1,4 +1,4 @@\n int caller(int x)\n {\n-\treturn \
                    old_call(x);\n+\treturn new_call(x);\n }\n";

/// Applies the diff with git and compares.
#[track_caller]
fn check_applies(folder: &Folder, arguments: &[&str], name: &str, after: &str) {
    if !is_there("git") {
        return;
    }
    let diff = folder.refit(arguments).ended(0).out;
    folder.write("change.diff", diff);
    folder.run(Path::new("git"), &["apply", "change.diff"]).ended(0).was_quiet();
    assert_eq!(folder.read(name), after);
}

#[test]
fn the_diff_is_a_diff() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    folder.refit(&["apply", "p.cocci", "a.c"]).ended(0).printed(DIFF).was_quiet();
    folder.refit(&["apply", "p.cocci", "./a.c"]).ended(0).printed(DIFF);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn git_applies_it() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("drivers/net/a.c", CALLER)]);
    check_applies(&folder, &["apply", "p.cocci", "drivers"], "drivers/net/a.c", CALLER_AFTER);
}

#[test]
fn git_applies_it_where_no_newline_ends_the_file() {
    let text = "int x;\nint y = old_call(1);";
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", text)]);
    let ran = folder.refit(&["apply", "p.cocci", "a.c"]).ended(0);
    assert!(ran.out.contains("\\ No newline at end of file"), "{ran:#?}");
    check_applies(&folder, &["apply", "p.cocci", "a.c"], "a.c", "int x;\nint y = new_call(1);");
}

#[test]
fn bytes_that_are_not_utf8_survive() {
    let before = b"/* \xe9t\xe9 */\nint y = old_call(1); /* \xff */\n";
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    folder.write("a.c", before);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0);
    let after = std::fs::read(folder.path("out.c")).unwrap();
    assert_eq!(after, b"/* \xe9t\xe9 */\nint y = new_call(1); /* \xff */\n");
}

#[test]
fn line_ends_of_dos_survive() {
    let folder =
        Folder::with(&[("p.cocci", RENAME), ("a.c", "int x;\r\nint y = old_call(1);\r\n")]);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0);
    assert_eq!(folder.read("out.c"), "int x;\r\nint y = new_call(1);\r\n");
}

#[test]
fn two_changes_far_apart_are_two_hunks() {
    let gap = "int filler;\n".repeat(20);
    let text = format!("int a = old_call(1);\n{gap}int b = old_call(2);\n");
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", &text)]);
    let ran = folder.refit(&["apply", "p.cocci", "a.c"]).ended(0);
    assert_eq!(ran.out.matches("@@ -").count(), 2, "{}", ran.out);
    check_applies(
        &folder,
        &["apply", "p.cocci", "a.c"],
        "a.c",
        &text.replace("old_call", "new_call"),
    );
}

#[test]
fn there_is_no_colour_in_a_pipe() {
    let folder =
        Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER), ("bad.cocci", "@@\n@@\n+ x\n")]);
    let good = folder.refit(&["apply", "p.cocci", "a.c"]).ended(0);
    let bad = folder.refit(&["apply", "bad.cocci", "a.c"]).ended(2);
    let missing = folder.refit(&["apply", "p.cocci", "missing.c"]).ended(2);
    for ran in [good, bad, missing] {
        assert!(!ran.out.contains('\x1b') && !ran.err.contains('\x1b'), "{ran:#?}");
    }
}

//! Folders as arguments: which files they stand for, and in which order.

use std::os::unix::fs::symlink;

use super::folder::{Folder, Ran};
use super::{CALLER, CALLER_AFTER, RENAME};

fn folder(names: &[&str]) -> Folder {
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    for name in names {
        folder.write(name, CALLER);
    }
    folder
}

/// The files that a diff changes, in its order.
fn changed(ran: &Ran) -> Vec<&str> {
    ran.out.lines().filter_map(|line| line.strip_prefix("+++ b/")).collect()
}

#[test]
fn a_folder_stands_for_its_c_files_in_order() {
    let folder =
        folder(&["src/b.c", "src/a/z.c", "src/a.c", "src/c/d/e.c", "src/x.h", "src/y.txt"]);
    let ran = folder.refit(&["apply", "p.cocci", "src"]).ended(0);
    assert_eq!(changed(&ran), ["src/a/z.c", "src/a.c", "src/b.c", "src/c/d/e.c"]);
}

#[test]
fn arguments_keep_their_order_and_a_file_comes_once() {
    let folder = folder(&["b.c", "a.c", "sub/c.c"]);
    let ran = folder.refit(&["apply", "p.cocci", "sub", "b.c", "a.c", "b.c", "sub/c.c"]).ended(0);
    assert_eq!(changed(&ran), ["sub/c.c", "b.c", "a.c"]);
}

#[test]
fn headers_come_on_request_or_by_name() {
    let folder = folder(&["src/a.c", "src/b.h"]);
    let ran = folder.refit(&["apply", "--include-headers", "p.cocci", "src"]).ended(0);
    assert_eq!(changed(&ran), ["src/a.c", "src/b.h"]);
    let ran = folder.refit(&["apply", "p.cocci", "src/b.h"]).ended(0);
    assert_eq!(changed(&ran), ["src/b.h"]);
}

#[test]
fn gitignore_counts_on_request_only() {
    let folder = folder(&["src/a.c", "src/made.c", "src/.hidden/b.c"]);
    folder.write("src/.gitignore", "made.c\n");
    let ran = folder.refit(&["apply", "p.cocci", "src"]).ended(0);
    assert_eq!(changed(&ran), ["src/.hidden/b.c", "src/a.c", "src/made.c"]);
    let ran = folder.refit(&["apply", "--gitignore", "p.cocci", "src"]).ended(0);
    assert_eq!(changed(&ran), ["src/.hidden/b.c", "src/a.c"]);
}

#[test]
fn links_to_folders_are_not_followed() {
    let folder = folder(&["src/a.c", "elsewhere/b.c"]);
    symlink("../elsewhere", folder.path("src/link")).unwrap();
    let ran = folder.refit(&["apply", "p.cocci", "src"]).ended(0);
    assert_eq!(changed(&ran), ["src/a.c"]);
}

#[test]
fn what_is_no_text_in_a_folder_is_passed_over_with_a_word() {
    let folder = folder(&["src/a.c"]);
    folder.write("src/b.c", b"old_call\0\x01\x02");
    folder.write("src/empty.c", "");
    let ran = folder.refit(&["apply", "--in-place", "p.cocci", "src"]).ended(0);
    ran.complained(&["warning: src/b.c", "binary", "1 of 3 files changed"]);
    assert_eq!(folder.read("src/a.c"), CALLER_AFTER);
}

#[test]
fn a_folder_without_c_files_is_no_error() {
    let folder = folder(&["src/a.txt"]);
    folder.refit(&["apply", "p.cocci", "src"]).ended(0).printed("");
}

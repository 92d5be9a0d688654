//! Bad input: a clear message, exit status 2, and no file written.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::folder::Folder;
use super::{CALLER, RENAME};

/// Runs with `--in-place` and with `-o`: both end with 2 and the words, and leave the folder as it was.
#[track_caller]
fn check(folder: &Folder, input: &str, words: &[&str]) {
    let before = folder.names();
    folder.refit(&["apply", "p.cocci", input]).ended(2).printed("").complained(words);
    folder.refit(&["apply", "--in-place", "p.cocci", input]).ended(2).printed("").complained(words);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", input]).ended(2).printed("");
    assert_eq!(folder.names(), before);
}

#[test]
fn a_missing_file() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    check(&folder, "missing.c", &["error: missing.c: no such file"]);
    // Where one argument is wrong, nothing is changed at all.
    folder.refit(&["apply", "--in-place", "p.cocci", "a.c", "missing.c"]).ended(2);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn a_missing_patch() {
    let folder = Folder::with(&[("a.c", CALLER)]);
    let ran = folder.refit(&["apply", "--in-place", "missing.cocci", "a.c"]).ended(2);
    ran.complained(&["error: missing.cocci: no such file"]);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn a_folder_that_cannot_be_read() {
    let folder =
        Folder::with(&[("p.cocci", RENAME), ("src/a.c", CALLER), ("src/locked/b.c", CALLER)]);
    let locked = folder.path("src/locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read_dir(&locked).is_ok() {
        println!("skipped: this user may read every folder");
        return;
    }
    check(&folder, "src", &["error: src/locked: permission denied"]);
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(folder.read("src/a.c"), CALLER);
}

#[test]
fn a_file_that_cannot_be_read() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    std::fs::set_permissions(folder.path("a.c"), std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(folder.path("a.c")).is_ok() {
        println!("skipped: this user may read every file");
        return;
    }
    check(&folder, "a.c", &["error: a.c: permission denied"]);
}

#[test]
fn a_loop_of_folders() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("src/a.c", CALLER)]);
    std::fs::create_dir(folder.path("src/deep")).unwrap();
    symlink("..", folder.path("src/deep/up")).unwrap();
    check(&folder, "src", &["error: src/deep/up: ", "leads back to"]);
    assert_eq!(folder.read("src/a.c"), CALLER);
}

#[test]
fn a_link_to_itself() {
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    symlink("self.c", folder.path("self.c")).unwrap();
    check(&folder, "self.c", &["error: self.c: "]);
}

#[test]
fn a_binary_file() {
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    let bytes = b"\x7fELF\0\0old_call(1)";
    folder.write("a.c", bytes);
    check(&folder, "a.c", &["error: a.c: ", "binary"]);
    assert_eq!(std::fs::read(folder.path("a.c")).unwrap(), bytes);
}

#[test]
fn an_empty_file() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", "")]);
    check(&folder, "a.c", &["error: a.c: ", "empty"]);
    assert_eq!(folder.read("a.c"), "");
}

#[test]
fn an_output_that_cannot_be_written() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    let ran = folder.refit(&["apply", "-o", "nowhere/out.c", "p.cocci", "a.c"]).ended(2);
    ran.complained(&["error: nowhere/out.c: "]);
}

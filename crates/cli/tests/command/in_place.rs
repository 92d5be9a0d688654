//! `refit apply --in-place`: a file is replaced whole or not at all, and stays what it was otherwise.

use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};

use super::folder::Folder;
use super::{BYSTANDER, CALLER, CALLER_AFTER, RENAME};

fn folder() -> Folder {
    Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER), ("b.c", BYSTANDER)])
}

#[test]
fn the_file_is_changed_and_no_diff_is_printed() {
    let folder = folder();
    let ran = folder.refit(&["apply", "--in-place", "p.cocci", "a.c", "b.c"]).ended(0).printed("");
    ran.complained(&["1 of 2 files changed"]);
    assert_eq!(folder.read("a.c"), CALLER_AFTER);
    assert_eq!(folder.read("b.c"), BYSTANDER);
    assert_eq!(folder.names(), ["a.c", "b.c", "p.cocci"]);
}

#[test]
fn the_mode_stays() {
    for mode in [0o755, 0o640] {
        let folder = folder();
        let path = folder.path("a.c");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        folder.refit(&["apply", "-i", "p.cocci", "a.c"]).ended(0);
        assert_eq!(folder.read("a.c"), CALLER_AFTER);
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, mode);
    }
}

#[test]
fn the_file_is_replaced_by_one_that_is_complete() {
    let folder = folder();
    // A second name of the old file shows that nothing was ever written into it.
    std::fs::hard_link(folder.path("a.c"), folder.path("old_name")).unwrap();
    folder.refit(&["apply", "--in-place", "p.cocci", "a.c"]).ended(0);
    assert_eq!(folder.read("a.c"), CALLER_AFTER);
    assert_eq!(folder.read("old_name"), CALLER);
}

#[test]
fn a_file_that_does_not_change_is_not_touched() {
    let folder = folder();
    let before = folder.path("b.c").metadata().unwrap();
    folder.refit(&["apply", "--in-place", "p.cocci", "b.c"]).ended(0);
    let after = folder.path("b.c").metadata().unwrap();
    assert_eq!(
        (before.ino(), before.modified().unwrap()),
        (after.ino(), after.modified().unwrap())
    );
}

#[test]
fn a_link_stays_a_link() {
    let folder = folder();
    folder.write("real/c.c", CALLER);
    symlink("real/c.c", folder.path("link.c")).unwrap();
    folder.refit(&["apply", "--in-place", "p.cocci", "link.c"]).ended(0);
    assert!(folder.path("link.c").is_symlink());
    assert_eq!(folder.read("real/c.c"), CALLER_AFTER);
}

#[test]
fn a_read_only_file_is_refused_and_others_are_written() {
    let folder = folder();
    folder.write("c.c", CALLER);
    std::fs::set_permissions(folder.path("a.c"), std::fs::Permissions::from_mode(0o444)).unwrap();
    let ran = folder.refit(&["apply", "--in-place", "p.cocci", "a.c", "c.c"]).ended(2);
    ran.complained(&["a.c", "read-only"]);
    assert_eq!(folder.read("a.c"), CALLER);
    assert_eq!(folder.read("c.c"), CALLER_AFTER);
    assert_eq!(folder.names(), ["a.c", "b.c", "c.c", "p.cocci"]);
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let folder = folder();
    folder.refit(&["apply", "--in-place", "p.cocci", "."]).ended(0).complained(&["1 of"]);
    folder
        .refit(&["apply", "--in-place", "--exit-code", "p.cocci", "."])
        .ended(0)
        .complained(&["0 of"]);
}

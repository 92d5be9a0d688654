//! `refit apply --partial`: what is told beside the diff, and where.

use std::path::Path;

use super::folder::Folder;

const PAIR: &str =
    "@@\nexpression L;\n@@\n- lock(L);\n+ grab(L);\n  ...\n- unlock(L);\n+ drop(L);\n";

/// A function that the patch changes, and one that it changes in part only.
const HALF: &str = "void whole(int *a)\n{\n\tlock(a);\n\twork(a);\n\tunlock(a);\n}\n\n\
                    void half(int *a)\n{\n\tlock(a);\n\twork(a);\n}\n";

#[test]
fn a_partial_match_is_told_on_standard_error_beside_the_diff() {
    let folder = Folder::with(&[("p.cocci", PAIR), ("src/a.c", HALF)]);
    let ran = folder.refit(&["apply", "--partial", "p.cocci", "src"]).ended(0);
    assert_eq!(ran.out, folder.refit(&["apply", "p.cocci", "src"]).ended(0).was_quiet().out);
    assert!(ran.out.contains("+\tgrab(a);"), "{}", ran.out);
    ran.complained(&[
        "warning[partial/match]: the rule on line 1 matches in part",
        "`unlock(L);` comes on no path",
        "src/a.c:12:1",
        "p.cocci:4:3",
        "partial matches, left as they are: 1 in 1 of 1 files",
    ]);
}

#[test]
fn without_partial_matches_nothing_is_told() {
    let whole = HALF.split("void half").next().unwrap();
    let folder = Folder::with(&[("p.cocci", PAIR), ("a.c", whole)]);
    folder.refit(&["apply", "--partial", "p.cocci", "a.c"]).ended(0).was_quiet();
}

#[test]
fn a_file_without_the_other_words_is_looked_at() {
    let folder = Folder::with(&[("p.cocci", PAIR), ("a.c", "void m(int *a)\n{\n\tlock(a);\n}\n")]);
    let ran = folder.refit(&["apply", "--partial", "p.cocci", "a.c"]).ended(0).printed("");
    ran.complained(&["`unlock(L);` comes on no path"]);
}

#[test]
fn files_that_are_replaced_were_looked_at_before() {
    let folder = Folder::with(&[("p.cocci", PAIR), ("a.c", HALF)]);
    let ran = folder.refit(&["apply", "--in-place", "--partial", "p.cocci", "a.c"]).ended(0);
    ran.complained(&["a.c:12:1", "1 of 1 files changed"]);
    assert!(folder.read("a.c").contains("grab(a)"));
}

#[test]
fn json_takes_the_place_of_the_diff() {
    let folder = Folder::with(&[("p.cocci", PAIR), ("a.c", HALF)]);
    let ran =
        folder.refit(&["apply", "--partial", "--json", "p.cocci", "a.c"]).ended(0).was_quiet();
    let lines: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let [report] = &lines[..] else { panic!("{}", ran.out) };
    assert_eq!(report["code"], "partial/match");
    assert_eq!(report["file"], "a.c");
    let labels = report["labels"].as_array().unwrap();
    let primary = labels.iter().find(|label| label["primary"] == true).unwrap();
    assert_eq!((&primary["file"], &primary["line"]), (&"a.c".into(), &12.into()));
    assert!(
        labels.iter().any(|label| label["file"] == "p.cocci" && label["line"] == 7),
        "{report}"
    );
    folder.refit(&["apply", "--json", "p.cocci", "a.c"]).ended(2).complained(&["--partial"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::with(&[("p.cocci", PAIR)]);
    for number in 0..12 {
        folder.write(&format!("src/{number}.c"), HALF);
    }
    let one = folder.refit(&["apply", "--partial", "-j1", "p.cocci", "src"]).ended(0);
    let many = folder.refit(&["apply", "--partial", "-j4", "p.cocci", "src"]).ended(0);
    assert_eq!((one.out, one.err), (many.out, many.err));
}

#[test]
fn a_reader_that_goes_away_ends_nothing_badly() {
    let folder = Folder::with(&[("p.cocci", PAIR)]);
    for number in 0..200 {
        folder.write(&format!("src/{number}.c"), HALF);
    }
    let refit = env!("CARGO_BIN_EXE_refit");
    let script = format!(
        "({refit} apply --partial p.cocci src 2>&1 >/dev/null; echo $? >status) | head -n 1"
    );
    let ran = folder.run(Path::new("/bin/sh"), &["-c", &script]).ended(0);
    assert!(ran.out.starts_with("warning[partial/match]"), "{}", ran.out);
    assert_eq!(folder.read("status"), "0\n");
}

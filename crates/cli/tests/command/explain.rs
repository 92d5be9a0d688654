//! `refit apply --explain FILE:LINE`: one line, an answer on standard output.

use super::folder::Folder;
use super::{CALLER, RENAME};

#[test]
fn a_line_that_matches_is_said_to() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    let ran = folder.refit(&["apply", "--explain", "a.c:3", "p.cocci"]).ended(0).was_quiet();
    assert!(ran.out.starts_with("note[explain/matches]"), "{}", ran.out);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn a_line_that_differs_is_shown_with_the_pattern() {
    let text = "int caller(int x)\n{\n\treturn old_call(x, 2);\n}\n";
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", text)]);
    let ran = folder.refit(&["apply", "--explain", "a.c:3", "p.cocci"]).ended(0).was_quiet();
    assert!(ran.out.contains("there is more than it asks for"), "{}", ran.out);
    assert!(ran.out.contains("a.c:3:21") && ran.out.contains("p.cocci:4:13"), "{}", ran.out);
}

#[test]
fn a_file_without_the_words_of_the_patch_is_explained_too() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", "int x = 1;\n")]);
    let ran = folder.refit(&["apply", "--explain", "a.c:1", "p.cocci"]).ended(0).was_quiet();
    assert!(ran.out.contains("passes over what lacks `old_call`"), "{}", ran.out);
}

#[test]
fn json_has_a_line_for_each_answer() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    let ran = folder.refit(&["apply", "--json", "--explain", "a.c:2", "p.cocci"]).ended(0);
    let report: serde_json::Value = serde_json::from_str(ran.out.trim_end()).unwrap();
    assert_eq!(report["code"], "explain/unlike");
    assert_eq!(report["labels"][0]["line"], 2);
}

#[test]
fn a_place_that_is_none_is_refused() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    for place in ["a.c", "a.c:0", "a.c:x", ":3"] {
        let ran = folder.refit(&["apply", "--explain", place, "p.cocci"]).ended(2);
        ran.complained(&["a file and a line are wanted"]);
    }
    let ran = folder.refit(&["apply", "--explain", "a.c:99", "p.cocci"]).ended(2);
    ran.complained(&["a.c", "there is no line 99"]);
    folder.refit(&["apply", "--explain", "none.c:1", "p.cocci"]).ended(2).complained(&["none.c"]);
    folder.refit(&["apply", "--explain", "a.c:1", "p.cocci", "a.c"]).ended(2);
    folder.refit(&["apply", "p.cocci"]).ended(2);
}

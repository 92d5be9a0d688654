//! `refit check-patch`: only what there is to say about patches, for people and for programs.

use super::RENAME;
use super::folder::Folder;

const MISSPELT: &str = "@@\nexpresion e;\n@@\n- old_call(e)\n+ new_call(e)\n";

#[test]
fn nothing_to_say_is_silence() {
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    folder.refit(&["check-patch", "p.cocci"]).ended(0).printed("").was_quiet();
    folder.refit(&["check-patch", "--json", "p.cocci"]).ended(0).printed("").was_quiet();
}

#[test]
fn errors_and_warnings_end_with_one_and_stand_on_standard_output() {
    let folder = Folder::with(&[("p.cocci", MISSPELT)]);
    let ran = folder.refit(&["check-patch", "p.cocci"]).ended(1).was_quiet();
    assert!(ran.out.contains(" --> p.cocci:2:1\n"), "{}", ran.out);
    assert!(ran.out.contains("did you mean `expression`?"), "{}", ran.out);
    folder.write("p.cocci", "@@\nexpression e, f;\n@@\n- old_call(e);\n");
    let ran = folder.refit(&["check-patch", "p.cocci"]).ended(1).was_quiet();
    assert!(ran.out.starts_with("warning[smpl/unused-metavariable]"), "{}", ran.out);
}

#[test]
fn json_has_a_line_for_each() {
    let folder = Folder::with(&[("a.cocci", MISSPELT), ("b.cocci", "#include \"a.cocci\"\n")]);
    let ran = folder.refit(&["check-patch", "--json", "a.cocci", "b.cocci"]).ended(1).was_quiet();
    let lines: Vec<serde_json::Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    for line in &lines {
        assert_eq!(line["code"], "smpl/unknown-kind");
        assert_eq!(line["labels"][0]["file"], "a.cocci");
        assert_eq!(line["labels"][0]["line"], 2);
    }
}

#[test]
fn an_unreadable_file_does_not_hide_the_others() {
    let folder = Folder::with(&[("p.cocci", MISSPELT)]);
    let ran = folder.refit(&["check-patch", "none.cocci", "p.cocci"]).ended(2);
    assert!(ran.out.contains("expresion"), "{}", ran.out);
    ran.complained(&["none.cocci"]);
}

#[test]
fn included_files_are_found_beside_the_file_and_in_the_working_folder() {
    let folder = Folder::with(&[("here.cocci", "@r@\nexpression e;\n@@\n f(e);\n")]);
    folder.write("below/beside.cocci", "@s@\n@@\n g();\n");
    let patch =
        "#include \"beside.cocci\"\n#include \"here.cocci\"\n@@\nexpression r.e;\n@@\n- h(e);\n";
    folder.write("below/p.cocci", patch);
    folder.refit(&["check-patch", "below/p.cocci"]).ended(0).printed("");
    folder.write("below/p.cocci", "#include \"nowhere.cocci\"\n");
    let ran = folder.refit(&["check-patch", "below/p.cocci"]).ended(1);
    assert!(ran.out.contains("below/p.cocci:1:10"), "{}", ran.out);
    assert!(ran.out.contains("neither in below nor in the working directory"), "{}", ran.out);
}

#[test]
fn includes_in_a_circle_end() {
    let folder = Folder::with(&[
        ("a.cocci", "#include \"./b.cocci\"\n"),
        ("b.cocci", "#include \"a.cocci\"\n"),
    ]);
    let ran = folder.refit(&["check-patch", "a.cocci"]).ended(1);
    assert!(ran.out.contains("a.cocci -> b.cocci -> a.cocci"), "{}", ran.out);
}

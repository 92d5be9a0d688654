//! Wrong semantic patches: the place, what is wrong, exit status 2, and no file written.

use super::folder::Folder;
use super::{BYSTANDER, CALLER};

/// The patch is refused with these words, whatever is asked for.
#[track_caller]
fn check(patch: &str, words: &[&str]) {
    check_bytes(patch.as_bytes(), words);
}

#[track_caller]
fn check_bytes(patch: &[u8], words: &[&str]) {
    let folder = Folder::with(&[("a.c", CALLER)]);
    folder.write("p.cocci", patch);
    folder.refit(&["apply", "p.cocci", "a.c"]).ended(2).printed("").complained(words);
    folder.refit(&["apply", "--in-place", "p.cocci", "a.c"]).ended(2).printed("");
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(2).printed("");
    folder.refit(&["dump", "rules", "p.cocci"]).ended(2).printed("").complained(words);
    assert_eq!(folder.names(), ["a.c", "p.cocci"]);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn a_rule_that_does_not_parse() {
    check("@@\nexpression e;\n@@\n a(e)\n- b(e);\n", &["error", "p.cocci:5:3"]);
    check("@@\nexpression e;\n@@\n- old_call(e;\n", &["error", "p.cocci:4:"]);
}

#[test]
fn a_header_that_does_not_end() {
    check("@r\nexpression e;\n", &["error", "p.cocci:1:1"]);
    check("@r@\nexpression e;\n- f(e);\n", &["error", "p.cocci:"]);
}

#[test]
fn a_metavariable_from_a_rule_that_is_not_there() {
    check("@@\nexpression nowhere.e;\n@@\n- old_call(e)\n", &["error", "p.cocci:2:12", "nowhere"]);
}

#[test]
fn a_metavariable_that_its_rule_never_declared() {
    let patch = "@r@\nexpression e;\n@@\n old_call(e)\n\n@@\nexpression r.x;\n@@\n- f(x)\n";
    check(patch, &["error", "p.cocci:7:14", "x"]);
}

#[test]
fn a_metavariable_of_a_kind_that_is_not_there() {
    check(
        "@@\nexpresion e;\n@@\n- old_call(e)\n",
        &["error", "p.cocci:2:1", "expresion", "expression"],
    );
}

#[test]
fn a_position_that_was_never_declared() {
    check("@@\n@@\n- old_call@p(...)\n", &["error", "p.cocci:3:11", "p"]);
}

#[test]
fn an_added_metavariable_that_nothing_binds() {
    check(
        "@@\nexpression e, f;\n@@\n- old_call(e)\n+ new_call(f)\n",
        &["error", "p.cocci:2:15", "f"],
    );
}

#[test]
fn an_added_line_with_nothing_to_stand_on() {
    check("@@\n@@\n+ new_call();\n", &["error", "p.cocci:3:"]);
    check("@@\n@@\n  a();\n  ...\n+ new_call();\n", &["error", "p.cocci:5:3"]);
}

#[test]
fn a_rule_twice() {
    check("@r@\n@@\n- a();\n\n@r@\n@@\n- b();\n", &["error", "p.cocci:5:2", "r"]);
}

#[test]
fn all_errors_are_told_at_once() {
    check(
        "@@\nexpresion e;\n@@\n- f(e);\n\n@@\nexpression no.g;\n@@\n- h(g);\n",
        &["p.cocci:2:1", "p.cocci:7:12"],
    );
}

#[test]
fn a_patch_without_a_rule() {
    check("", &["error", "p.cocci"]);
    check("// a comment\n", &["error", "p.cocci"]);
    check("int x;\n", &["error", "p.cocci:1:1"]);
    check_bytes(b"@@\n@@\n- a\0b\n", &["error", "p.cocci"]);
}

#[test]
fn what_cannot_be_run_yet_is_refused_with_its_place() {
    let folder = Folder::with(&[("a.c", CALLER)]);
    folder.write(
        "p.cocci",
        "@r@\nposition p;\n@@\n old_call@p(...)\n\n@script:python@\np << r.p;\n@@\nprint(p)\n",
    );
    folder.refit(&["apply", "p.cocci", "a.c"]).ended(2).complained(&[
        "error",
        "p.cocci:6:1",
        "python",
    ]);
}

#[test]
fn a_virtual_name_that_was_never_declared() {
    let folder = Folder::with(&[("a.c", CALLER), ("p.cocci", "@@\n@@\n- old_call(...)\n+ 1\n")]);
    folder
        .refit(&["apply", "-D", "org", "p.cocci", "a.c"])
        .ended(2)
        .complained(&["p.cocci", "org"]);
}

#[test]
fn an_isomorphism_that_is_not_there() {
    let folder = Folder::with(&[("a.c", CALLER), ("p.cocci", "@@\n@@\n- old_call(...)\n+ 1\n")]);
    let ran = folder.refit(&["apply", "--disable-iso", "is_nul", "p.cocci", "a.c"]).ended(2);
    ran.complained(&["is_nul"]);
}

#[test]
fn a_warning_does_not_stop_the_run() {
    let folder =
        Folder::with(&[("a.c", BYSTANDER), ("p.cocci", "@@\nexpression e;\n@@\n- unused();\n")]);
    folder.refit(&["apply", "p.cocci", "a.c"]).ended(0).complained(&["warning", "p.cocci:2:12"]);
}

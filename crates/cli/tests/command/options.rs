//! The command line itself: help, wrong words, options of `apply`.

use super::folder::Folder;
use super::{CALLER, CALLER_AFTER, RENAME};

#[test]
fn without_arguments_it_says_what_it_can_do() {
    let folder = Folder::new();
    let ran = folder.refit(&[]).ended(2).printed("");
    ran.complained(&["Usage: refit", "apply", "dump", "spatch"]);
    folder.refit(&["apply"]).ended(2).complained(&["Usage: refit apply", "PATCH.cocci"]);
}

#[test]
fn help_and_version_are_a_success() {
    let folder = Folder::new();
    let help = folder.refit(&["--help"]).ended(0).was_quiet();
    assert!(help.out.contains("Usage: refit"), "{}", help.out);
    let help = folder.refit(&["apply", "--help"]).ended(0).was_quiet();
    for word in ["--in-place", "--exit-code", "--gitignore", "Exit status"] {
        assert!(help.out.contains(word), "no {word} in:\n{}", help.out);
    }
    let version = folder.refit(&["--version"]).ended(0).was_quiet();
    assert_eq!(version.out, format!("refit {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wrong_word_is_refused_by_name() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    folder.refit(&["aply", "p.cocci", "a.c"]).ended(2).complained(&["aply", "apply"]);
    folder.refit(&["apply", "--in-plac", "p.cocci", "a.c"]).ended(2).complained(&["--in-plac"]);
    folder.refit(&["apply", "p.cocci"]).ended(2).complained(&["PATH"]);
    folder.refit(&["apply", "-j", "0", "p.cocci", "a.c"]).ended(2).complained(&["-j", "0"]);
    folder.refit(&["dump", "trees", "a.c"]).ended(2).complained(&["trees", "tree"]);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn in_place_and_output_exclude_each_other() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    folder.refit(&["apply", "--in-place", "-o", "out.c", "p.cocci", "a.c"]).ended(2);
    assert_eq!(folder.names(), ["a.c", "p.cocci"]);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn a_virtual_name_switches_a_rule_on() {
    let patch = format!("virtual fix\n\n@depends on fix@\n{}", &RENAME[3..]);
    let folder = Folder::with(&[("p.cocci", &patch), ("a.c", CALLER)]);
    folder.refit(&["apply", "--exit-code", "p.cocci", "a.c"]).ended(0).printed("");
    folder.refit(&["apply", "--exit-code", "-D", "fix", "p.cocci", "a.c"]).ended(1);
}

#[test]
fn an_isomorphism_can_be_disabled() {
    let patch = "@@\nexpression e;\n@@\n- if (e == NULL) return;\n";
    let source = "void f(char *p)\n{\n\tif (!p)\n\t\treturn;\n\tg(p);\n}\n";
    let folder = Folder::with(&[("p.cocci", patch), ("a.c", source)]);
    folder.refit(&["apply", "--exit-code", "p.cocci", "a.c"]).ended(1);
    folder.refit(&["apply", "--exit-code", "--disable-iso", "is_null", "p.cocci", "a.c"]).ended(0);
}

#[test]
fn added_code_wraps_where_it_is_told_to() {
    let patch = "@@\n@@\n- old_call(x)\n+ new_call(a_long_argument, another_long_argument, a_third_argument)\n";
    let folder = Folder::with(&[("p.cocci", patch), ("a.c", CALLER)]);
    let lines = |width: &str| {
        folder.refit(&["apply", "--max-width", width, "-o", "out.c", "p.cocci", "a.c"]).ended(0);
        folder.read("out.c").lines().count()
    };
    assert_eq!(lines("120"), 4);
    assert!(lines("40") > 4, "{}", folder.read("out.c"));
}

#[test]
fn options_behind_spatch_in_the_patch_count() {
    let patch = "#spatch -D old --disable-iso paren\nvirtual old\n@depends on old@\nexpression e;\n@@\n- old_call((e))\n+ new_call(e)\n";
    let folder =
        Folder::with(&[("a.c", "int a = old_call(1), b = old_call((1));\n"), ("p.cocci", patch)]);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0).was_quiet();
    assert_eq!(folder.read("out.c"), "int a = old_call(1), b = new_call(1);\n");
}

#[test]
fn an_option_behind_spatch_without_effect_is_told() {
    let patch = format!("#spatch --fancy x\n{RENAME}");
    let folder = Folder::with(&[("a.c", CALLER), ("p.cocci", &patch)]);
    let ran = folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0);
    ran.complained(&["p.cocci:1:1", "without effect here: --fancy"]);
    assert_eq!(folder.read("out.c"), CALLER_AFTER);
    let patch = format!("#spatch --ignore-unknown-options --fancy x\n{RENAME}");
    folder.write("p.cocci", patch);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0).was_quiet();
}

#[test]
fn values_for_virtual_names() {
    let patch = "@@\nidentifier virtual.fn;\nexpression e;\n@@\n- fn(e)\n+ new_call(e)\n";
    let folder = Folder::with(&[("a.c", CALLER), ("p.cocci", patch)]);
    folder.refit(&["apply", "-D", "fn=old_call", "-o", "out.c", "p.cocci", "a.c"]).ended(0);
    assert_eq!(folder.read("out.c"), CALLER_AFTER);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0);
    assert_eq!(folder.read("out.c"), CALLER);
    let ran = folder.refit(&["apply", "-D", "fnn=x", "p.cocci", "a.c"]).ended(2);
    ran.complained(&["virtual.fnn", "it has fn"]);
}

//! Isomorphisms: the default ones, a file in their place, and one that a patch names.

use super::folder::Folder;

const PATCH: &str = "@@\nexpression e;\n@@\n- f(e + 0)\n+ g(e)\n";
const CODE: &str = "int m(int x)\n{\n\tf(x);\n\tf(x + 0);\n\tf(0 + x);\n\treturn 0;\n}\n";
const OWN: &str = "Expression\n@ nothing_added @ expression X; @@\n X + 0 => X\n";

/// What `f` becomes in the three lines.
#[track_caller]
fn check(patch: &str, arguments: &[&str], lines: [&str; 3]) {
    let folder = Folder::with(&[("own.iso", OWN), ("p.cocci", patch), ("a.c", CODE)]);
    let mut all = vec!["apply", "-o", "out.c"];
    all.extend(arguments);
    all.extend(["p.cocci", "a.c"]);
    folder.refit(&all).ended(0);
    let text = folder.read("out.c");
    let found: Vec<&str> = text.lines().skip(2).take(3).map(str::trim).collect();
    assert_eq!(found, lines);
}

#[test]
fn the_default_ones_swap_operands() {
    check(PATCH, &[], ["f(x);", "g(x);", "g(x);"]);
    check(PATCH, &["--disable-iso", "plus_comm"], ["f(x);", "g(x);", "f(0 + x);"]);
}

#[test]
fn a_file_takes_the_place_of_the_default_ones() {
    check(PATCH, &["--iso-file", "own.iso"], ["g(x);", "g(x);", "g(0 + x);"]);
}

#[test]
fn a_file_that_the_patch_names_comes_behind_the_default_ones() {
    // Of several alternatives the first one counts, and those that come later in the files stand closer to the term.
    let patch = format!("using \"own.iso\"\n{PATCH}");
    check(&patch, &[], ["g(x);", "g(x);", "g(0 + x);"]);
    let patch = PATCH.replacen("@@", "@using \"own.iso\" disable nothing_added@", 1);
    check(&patch, &[], ["f(x);", "g(x);", "g(x);"]);
}

#[test]
fn what_dump_prints_can_be_given_back() {
    let folder = Folder::with(&[("p.cocci", PATCH), ("a.c", CODE)]);
    let printed = folder.refit(&["dump", "isos"]).ended(0).was_quiet().out;
    assert_eq!(printed.matches("\n@ ").count(), 51);
    folder.write("all.iso", &printed);
    folder.refit(&["apply", "-o", "out.c", "--iso-file", "all.iso", "p.cocci", "a.c"]).ended(0);
    assert!(folder.read("out.c").contains("\tf(x);\n\tg(x);\n\tg(x);\n"));
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let folder = Folder::with(&[
        ("b.iso", "Expression\n@ a @ expression X; @@\n X + => X\n"),
        ("p.cocci", PATCH),
        ("a.c", CODE),
    ]);
    let ran =
        folder.refit(&["apply", "--iso-file", "b.iso", "p.cocci", "a.c"]).ended(2).printed("");
    ran.complained(&["b.iso:3:6"]);
}

//! `refit spatch`: the command line of Coccinelle, as far as it goes today.

use std::os::unix::fs::symlink;
use std::path::Path;

use super::folder::Folder;
use super::{BYSTANDER, CALLER, CALLER_AFTER, RENAME};

fn folder() -> Folder {
    Folder::with(&[("p.cocci", RENAME), ("src/a.c", CALLER), ("src/b.c", BYSTANDER)])
}

#[test]
fn spellings_of_one_option() {
    let folder = folder();
    for option in ["--sp-file", "-sp_file", "--cocci-file", "-sp-file"] {
        let ran = folder.refit(&["spatch", "--very-quiet", option, "p.cocci", "src/a.c"]).ended(0);
        assert!(ran.out.contains("+\treturn new_call(x);"), "{option}: {ran:#?}");
    }
    let ran = folder.refit(&["spatch", "p.cocci", "src/a.c", "-j2"]).ended(0);
    assert!(ran.out.contains("+\treturn new_call(x);"), "{ran:#?}");
}

#[test]
fn a_folder() {
    let folder = folder();
    let ran = folder
        .refit(&[
            "spatch",
            "--very-quiet",
            "--no-includes",
            "--sp-file",
            "p.cocci",
            "--dir",
            "src",
            "-j",
            "2",
        ])
        .ended(0);
    assert!(ran.out.contains("a.c") && !ran.out.contains("b.c"), "{ran:#?}");
}

#[test]
fn files_are_written_on_request() {
    let folder = folder();
    folder.refit(&["spatch", "--sp-file", "p.cocci", "src/a.c", "-o", "out.c"]).ended(0);
    assert_eq!(folder.read("out.c"), CALLER_AFTER);
    assert_eq!(folder.read("src/a.c"), CALLER);
    let ran = folder.refit(&[
        "spatch",
        "--in-place",
        "--no-show-diff",
        "--sp-file",
        "p.cocci",
        "src/a.c",
    ]);
    ran.ended(0).printed("");
    assert_eq!(folder.read("src/a.c"), CALLER_AFTER);
}

#[test]
fn trouble_is_255_and_an_unknown_option_is_named() {
    let folder = folder();
    folder.write("bad.cocci", "@@\nexpresion e;\n@@\n- f(e)\n");
    folder
        .refit(&["spatch", "--sp-file", "bad.cocci", "src/a.c"])
        .ended(255)
        .complained(&["bad.cocci:2:1"]);
    folder
        .refit(&["spatch", "--sp-file", "p.cocci", "missing.c"])
        .ended(255)
        .complained(&["missing.c"]);
    folder
        .refit(&["spatch", "--no-such-option", "p.cocci"])
        .ended(2)
        .complained(&["--no-such-option"]);
    folder.refit(&["spatch", "src/a.c"]).ended(2).complained(&["--sp-file"]);
}

#[test]
fn the_name_decides_who_it_is() {
    let folder = folder();
    symlink(env!("CARGO_BIN_EXE_refit"), folder.path("spatch")).unwrap();
    let spatch = folder.path("spatch");
    let ran = folder
        .run(Path::new(&spatch), &["--very-quiet", "--sp-file", "p.cocci", "src/a.c"])
        .ended(0);
    assert!(ran.out.contains("+\treturn new_call(x);"), "{ran:#?}");
}

#[test]
fn what_a_star_matched_is_shown_as_removed() {
    let folder = Folder::with(&[
        ("p.cocci", "@@\nexpression E;\n@@\n* old_call(E);\n"),
        ("a.c", "int f(int x)\n{\n\told_call(x);\n\treturn x;\n}\n"),
    ]);
    let ran = folder.refit(&["spatch", "--very-quiet", "--sp-file", "p.cocci", "a.c"]).ended(0);
    assert!(ran.out.contains("\n-\told_call(x);\n") && !ran.out.contains("\n+\t"), "{ran:#?}");
}

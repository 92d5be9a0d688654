//! `refit apply`: exit status, `-o`, threads, files that fail beside files that do not.

use super::folder::Folder;
use super::{BYSTANDER, CALLER, CALLER_AFTER, RENAME};

/// Twenty files in three folders, most of which are changed.
fn tree_of_files() -> Folder {
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    for number in 0..20 {
        let name = format!("src/{}/file{number}.c", number % 3);
        folder.write(&name, if number % 5 == 4 { BYSTANDER } else { CALLER });
    }
    folder
}

#[test]
fn a_run_that_changes_nothing_is_a_success() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", BYSTANDER)]);
    folder.refit(&["apply", "p.cocci", "a.c"]).ended(0).printed("").was_quiet();
    folder.refit(&["apply", "--exit-code", "p.cocci", "a.c"]).ended(0).printed("");
}

#[test]
fn a_match_is_an_exit_code_on_request_only() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER)]);
    folder.refit(&["apply", "p.cocci", "a.c"]).ended(0);
    folder.refit(&["apply", "--exit-code", "p.cocci", "a.c"]).ended(1).was_quiet();
}

#[test]
fn a_match_that_changes_nothing_counts_for_the_exit_code() {
    let folder = Folder::with(&[("p.cocci", "@@\n@@\n* old_call(...)\n"), ("a.c", CALLER)]);
    let ran = folder.refit(&["apply", "--exit-code", "p.cocci", "a.c"]).ended(1);
    ran.printed("a.c:3: \treturn old_call(x);\n");
}

#[test]
fn an_output_file_is_written_changed_or_not() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER), ("b.c", BYSTANDER)]);
    folder.refit(&["apply", "-o", "a.out", "p.cocci", "a.c"]).ended(0).printed("");
    folder.refit(&["apply", "--output", "b.out", "p.cocci", "b.c"]).ended(0).printed("");
    assert_eq!(folder.read("a.out"), CALLER_AFTER);
    assert_eq!(folder.read("b.out"), BYSTANDER);
    assert_eq!(folder.read("a.c"), CALLER);
}

#[test]
fn an_output_file_is_written_for_a_file_without_the_words() {
    let text = "int unrelated;\n";
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", text)]);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c"]).ended(0);
    assert_eq!(folder.read("out.c"), text);
}

#[test]
fn an_output_file_takes_one_file() {
    let folder = Folder::with(&[("p.cocci", RENAME), ("a.c", CALLER), ("b.c", CALLER)]);
    let ran = folder.refit(&["apply", "-o", "out.c", "p.cocci", "a.c", "b.c"]).ended(2);
    ran.complained(&["out.c", "exactly one"]);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "."]).ended(2);
    assert_eq!(folder.names(), ["a.c", "b.c", "p.cocci"]);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = tree_of_files();
    let one = folder.refit(&["apply", "-j", "1", "p.cocci", "src"]).ended(0);
    assert_eq!(one.out.matches("diff --git").count(), 16);
    for jobs in ["2", "4", "16"] {
        folder.refit(&["apply", "-j", jobs, "p.cocci", "src"]).ended(0).printed(&one.out);
    }
    folder.refit(&["apply", "p.cocci", "src"]).ended(0).printed(&one.out);
}

#[test]
fn two_changes_of_one_term_give_the_file_up_and_no_other() {
    let folder = Folder::with(&[
        ("p.cocci", "@@\nexpression e;\n@@\n- old_call(e)\n+ new_call(e)\n"),
        ("a.c", CALLER),
        ("b.c", "int g(void)\n{\n\treturn old_call(old_call(1));\n}\n"),
        ("c.c", CALLER),
    ]);
    let ran = folder.refit(&["apply", "p.cocci", "a.c", "b.c", "c.c"]).ended(2);
    assert!(ran.out.contains("b/a.c") && ran.out.contains("b/c.c"), "{ran:#?}");
    assert!(!ran.out.contains("b/b.c"), "{ran:#?}");
    ran.complained(&["b.c:3:", "left as it is"]);

    let before = folder.read("b.c");
    folder.refit(&["apply", "--in-place", "p.cocci", "."]).ended(2);
    assert_eq!(folder.read("a.c"), CALLER_AFTER);
    assert_eq!(folder.read("b.c"), before);
    assert_eq!(folder.read("c.c"), CALLER_AFTER);
}

#[test]
fn an_item_that_does_not_parse_costs_only_itself() {
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    folder.write("a.c", format!("int broken( {{ ] ;\n}}\n\n{CALLER}"));
    let ran = folder.refit(&["apply", "p.cocci", "a.c"]);
    assert_eq!(ran.status, Some(0), "{ran:#?}");
    assert!(ran.out.contains("+\treturn new_call(x);"), "{ran:#?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let folder = Folder::with(&[("p.cocci", RENAME)]);
    for number in 0..400 {
        folder.write(&format!("src/a_rather_long_name_for_a_file_{number}.c"), CALLER);
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_refit"))
        .args(["apply", "p.cocci", "src"])
        .current_dir(folder.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

/// A function that has ever more ways to leave a loop with the lock released.
fn exits(count: usize) -> String {
    let exits: String = (0..count)
        .map(|i| format!("\t\tif (x{i}) {{\n\t\t\tunlock(l);\n\t\t\treturn {i};\n\t\t}}\n"))
        .collect();
    format!(
        "int f(void)\n{{\n\tlock(l);\n\twhile (y) {{\n{exits}\t}}\n\tunlock(l);\n\treturn 0;\n}}\n"
    )
}

#[test]
fn a_file_whose_steps_are_used_up_is_given_up_and_no_other() {
    let patch = "@r@\nexpression L;\n@@\n- lock(L);\n+ locked(L);\n  ... when != unlock(L)\n\
                 - unlock(L);\n  return ...;\n";
    let folder = Folder::with(&[
        ("p.cocci", patch),
        ("a.c", &exits(2)),
        ("b.c", &exits(13)),
        ("c.c", &exits(2)),
    ]);
    let arguments = ["apply", "--timeout", "1", "p.cocci", "a.c", "b.c", "c.c"];
    let ran = folder.refit(&arguments).ended(2);
    assert!(ran.out.contains("b/a.c") && ran.out.contains("b/c.c"), "{ran:#?}");
    assert!(!ran.out.contains("b/b.c"), "{ran:#?}");
    ran.complained(&["b.c:1:1", "r: too many ways to match", "--timeout SECONDS"]);

    let spatch = ["spatch", "--timeout", "1", "--very-quiet", "--sp-file", "p.cocci", "b.c"];
    folder.refit(&spatch).complained(&["b.c:1:1", "--timeout SECONDS"]);
    folder.refit(&["apply", "--timeout", "0", "p.cocci", "a.c"]).ended(2);
    folder.refit(&["spatch", "--timeout", "0", "--sp-file", "p.cocci", "a.c"]).ended(0);
}

//! The example of the README and of ARCHITECTURE.md.

use std::path::{Path, PathBuf};

use super::folder::Folder;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/proc_info").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(example(name)).expect("a file of the example")
}

/// What a patch makes of a driver.
#[track_caller]
fn result(patch: &str, driver: &str) -> String {
    let folder = Folder::with(&[("p.cocci", patch), ("driver.c", driver)]);
    folder.refit(&["apply", "-o", "out.c", "p.cocci", "driver.c"]).ended(0).was_quiet();
    folder.read("out.c")
}

/// Both texts are the same; if not, the first line that differs is shown.
#[track_caller]
fn same(ours: &str, expected: &str) {
    let differs = ours.lines().zip(expected.lines()).position(|(our, their)| our != their);
    if let Some(line) = differs {
        let shown = |text: &str| text.lines().skip(line).take(4).collect::<Vec<_>>().join("\n");
        panic!("line {} is\n{}\ninstead of\n{}", line + 1, shown(ours), shown(expected));
    }
    assert_eq!(ours, expected);
}

/// The driver without its last `scsi_host_put` and the empty line above it.
fn without_last_put() -> String {
    let driver = read("before.c");
    let (head, tail) = driver.rsplit_once("\n\tscsi_host_put(host);\n").expect("a put");
    format!("{head}\n{tail}")
}

#[test]
fn before_becomes_after() {
    same(&result(&read("proc_info.cocci"), &read("before.c")), &read("after.c"));
}

#[test]
fn after_stays_as_it_is() {
    same(&result(&read("proc_info.cocci"), &read("after.c")), &read("after.c"));
}

#[test]
fn one_put_of_the_rule_is_two_of_the_driver() {
    let after = result(&read("proc_info.cocci"), &read("before.c"));
    assert_eq!(read("before.c").matches("scsi_host_put").count(), 2);
    assert_eq!(after.matches("scsi_host_put").count(), 0);
}

#[test]
fn a_path_may_lack_what_is_optional() {
    let after = result(&read("proc_info.cocci"), &without_last_put());
    same(&after, &read("after.c"));
}

#[test]
fn a_path_may_not_lack_what_is_not_optional() {
    let strict = read("proc_info.cocci").replace("?-  scsi_host_put", "-   scsi_host_put");
    same(&result(&strict, &read("before.c")), &read("after.c"));
    same(&result(&strict, &without_last_put()), &without_last_put());
}

#[test]
fn a_function_that_no_template_names_is_left_alone() {
    let driver = read("before.c").replace(".proc_info\t= vesper_proc_info,", ".proc_info\t= NULL,");
    same(&result(&read("proc_info.cocci"), &driver), &driver);
}

#[test]
fn another_structure_is_left_alone() {
    let driver = read("before.c")
        .replace("static Scsi_Host_Template vesper_template =", "static struct other vesper =");
    same(&result(&read("proc_info.cocci"), &driver), &driver);
}

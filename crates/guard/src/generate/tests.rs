//! What is generated, compared with files that were read through; `test_data/` has them.

use driver::{Tables, Unit};

use super::{GeneratedFile, sources};
use crate::analysis::Analysis;
use crate::object_file::ObjectFile;
use crate::plan::{Plan, Source};
use crate::sample;

const FUNCTIONS: &str = "\
    [kmalloc]\nclass = \"memory\"\nbefore = \"first($D, $1);\"\nafter = \"\"\"\nif ($R)\n\tgot($D, $R);\"\"\"\n\
    [kfree]\nclass = \"memory\"\nbefore = \"gone($D, $1);\"\nusually = \"gone_usual($D, $1)\"\n\
    [printk]\nclass = \"other\"\ninstead = \"said($*)\"\n";

#[track_caller]
fn check(source: &str, roles: &str, file: &str, expect: &str) {
    let bytes = sample::driver();
    let analysis = Analysis::new(&[ObjectFile::read("a.o", &bytes).unwrap()]).unwrap();
    let unit = Unit::new(source.as_bytes().into(), "/own/");
    let tables = Tables::parse(FUNCTIONS, roles).unwrap();
    let plan = Plan::new(&analysis, &[Source { name: "a", unit: Some(&unit) }], &tables).unwrap();
    let generated = sources("sample", &plan).unwrap();
    let found = generated.iter().find(|GeneratedFile { name, .. }| *name == file).unwrap();
    assert!(found.text == expect, "{file} is now:\n{}", found.text);
}

#[test]
fn entries_and_imports() {
    let roles = "kept = [\"kept\"]\n[\"table.open\"]\nfailure = \"-ENODEV\"\nafter = \"seen($C, $1, $R);\"\n\
                 refused = \"$R = -EBUSY;\"\n";
    check(
        sample::SOURCE,
        roles,
        "refit_guarded.c",
        include_str!("../../test_data/sample_guarded.c"),
    );
}

#[test]
fn structs_by_value_and_types_of_the_driver() {
    let source = sample::SOURCE
        .replace(
            "struct kept *kept, struct lent *lent",
            "struct kept a, own_t b, struct own *c, long d",
        )
        .replace(
            "static int opened",
            "typedef int own_t; struct own { int a; };\nstatic int opened",
        );
    let roles = "[\"table.open\"]\nbefore = \"f($1, $2, $3, $4);\"\n";
    check(&source, roles, "refit_guarded.c", include_str!("../../test_data/by_value_guarded.c"));
}

#[test]
fn thunks_and_markers() {
    let thunks = include_str!("../../test_data/sample_thunks.S");
    check(sample::SOURCE, "", "refit_thunks.S", thunks);
    let marker = include_str!("../../test_data/sample_first.S");
    check(sample::SOURCE, "", "refit_first.S", marker);
}

//! What is to be wrapped, and what cannot be.

use driver::{Tables, Unit};

use super::{Plan, Source};
use crate::analysis::Analysis;
use crate::error::GuardError;
use crate::object_file::ObjectFile;
use crate::sample;

const FUNCTIONS: &str = "[kmalloc]\nclass = \"memory\"\n";
const ROLES: &str = "kept = [\"kept\"]\n[\"table.open\"]\nafter = \"seen($R, $1);\"\n";

fn plan(source: &str, functions: &str, roles: &str) -> Result<Plan, Vec<GuardError>> {
    let bytes = sample::driver();
    let analysis = Analysis::new(&[ObjectFile::read("a.o", &bytes).unwrap()]).unwrap();
    let unit = Unit::new(source.as_bytes().into(), "/own/");
    let tables = Tables::parse(functions, roles).unwrap();
    Plan::new(&analysis, &[Source { name: "a", unit: Some(&unit) }], &tables)
}

#[track_caller]
fn check_error(source: &str, functions: &str, roles: &str, expect: &str) {
    let errors = plan(source, functions, roles).err().unwrap_or_default();
    let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(
        messages.iter().any(|message| message.contains(expect)),
        "{messages:?} do not contain {expect:?}"
    );
}

#[test]
fn roles_and_imports_come_from_source_and_tables() {
    let plan = plan(sample::SOURCE, FUNCTIONS, ROLES).unwrap();
    let [opened, started] = &plan.entries[..] else { panic!("{:?}", plan.entries) };
    assert_eq!(opened.roles, ["table.open", "int (struct kept *, struct lent *)"]);
    assert_eq!(opened.role.as_ref().map(|(role, _)| role.as_str()), Some("table.open"));
    assert_eq!(opened.lent, [2]);
    assert_eq!(started.roles, ["init", "int (void)"]);
    assert!(started.is_init && started.role.is_none());
    assert_eq!(plan.imports.keys().collect::<Vec<_>>(), ["kmalloc"]);
    assert_eq!(plan.untracked, ["kfree", "printk"]);
    assert_eq!(plan.headers, ["linux/slab.h"]);
}

#[test]
fn a_signature_is_a_role_where_no_member_is() {
    let roles = "[\"int (struct kept *, struct lent *)\"]\nbefore = \"f($1);\"\n";
    let plan = plan(sample::SOURCE, FUNCTIONS, roles).unwrap();
    assert_eq!(plan.entries[0].role.as_ref().unwrap().0, "int (struct kept *, struct lent *)");
    // What the row does before the call is all that is done.
    assert_eq!(plan.entries[0].lent, [0; 0]);
}

#[test]
fn harmless_functions_are_called_directly() {
    let functions = "[kfree]\nclass = \"harmless\"\n[kmalloc]\nclass = \"harmless\"\n\
        [printk]\nclass = \"harmless\"\n";
    let plan = plan(sample::SOURCE, functions, ROLES).unwrap();
    assert!(plan.imports.is_empty() && plan.untracked.is_empty());
}

#[test]
fn what_cannot_be_wrapped_is_named() {
    let with =
        |opened: &str| sample::SOURCE.replace("struct kept *kept, struct lent *lent", opened);
    let seven = "int a, int b, int c, int d, int e, int f, int g";
    check_error(&with(seven), FUNCTIONS, "", "opened, which has 7 parameters");
    check_error(&with("int a, ..."), FUNCTIONS, "", "opened, which takes variable arguments");
    let own = with("struct own own")
        .replace("static int opened", "struct own { int a; };\nstatic int opened");
    check_error(
        &own,
        FUNCTIONS,
        "",
        "opened, which takes or returns a struct of the driver's by value",
    );
    check_error("", "", "", "the kernel may call opened of a, which has no definition");
    // All at once.
    check_error("", "", "", "the kernel may call started of a, which has no definition");
}

#[test]
fn rows_must_fit_their_functions() {
    let functions = "[kmalloc]\nclass = \"memory\"\nafter = \"f($3);\"\n";
    check_error(sample::SOURCE, functions, "", "kmalloc: it has 2 parameters, and $3 is asked for");
    let void = sample::SOURCE.replace("void *kmalloc", "void kmalloc");
    let functions = "[kmalloc]\nclass = \"memory\"\nafter = \"f($R);\"\n";
    check_error(&void, functions, "", "kmalloc: it returns nothing, and $R is asked for");
    let unknown = sample::SOURCE.replace("kmalloc", "another");
    check_error(&unknown, FUNCTIONS, "", "the driver calls kmalloc, which the tables know");
    let roles = "[\"table.open\"]\nrefused = \"f($3);\"\n";
    check_error(
        sample::SOURCE,
        FUNCTIONS,
        roles,
        "\"table.open\" of the tables does not fit opened",
    );
}

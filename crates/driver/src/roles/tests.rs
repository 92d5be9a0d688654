//! Which members functions are stored in, and which they are not.

use crate::Unit;

const TYPES: &str = "# 1 \"include/linux/device.h\"\nstruct device;\n\
    struct pm_ops { int (*suspend)(struct device *); int (*resume)(struct device *); };\n\
    struct base { const struct pm_ops *pm; void (*shutdown)(struct device *); };\n\
    struct table { int (*open)(struct device *); struct base driver; int (*stop)(struct device *);\n\
        union { int (*poll)(struct device *); int number; }; };\n\
    typedef struct { int (*show)(struct device *); } shown_t;\n\
    struct work_struct { int (*func)(struct device *); };\n\
    # 1 \"/own/a.c\"\n\
    struct own { int (*hook)(struct device *); };\n\
    int f(struct device *d) { return 0; }\n\
    int g(struct device *d) { return 0; }\n";

#[track_caller]
fn check(source: &str, function: &str, expect: &[&str]) {
    let unit = Unit::new(format!("{TYPES}{source}").into_bytes().into(), "/own/");
    let found = unit.members().remove(function).unwrap_or_default();
    assert_eq!(found, expect, "{source}");
}

#[test]
fn a_designated_member() {
    check("static const struct table t = { .open = f, .stop = g };", "f", &["table.open"]);
    check("static const struct table t = { .open = f, .stop = g };", "g", &["table.stop"]);
}

#[test]
fn a_member_in_its_place() {
    check("struct pm_ops p = { f, g };", "g", &["pm_ops.resume"]);
    check("struct pm_ops p = { .suspend = 0, g };", "g", &["pm_ops.resume"]);
}

#[test]
fn a_member_of_a_table_in_the_table() {
    check("struct table t = { .driver = { .shutdown = f } };", "f", &["base.shutdown"]);
    check("struct table t = { .driver.shutdown = f };", "f", &["base.shutdown"]);
    check(
        "struct table t[] = { { .open = f }, [3] = { .stop = f } };",
        "f",
        &["table.open", "table.stop"],
    );
}

#[test]
fn a_member_of_an_unnamed_union_is_that_of_the_struct() {
    check("struct table t = { .poll = f };", "f", &["table.poll"]);
}

#[test]
fn a_struct_that_has_a_typedef_name_only() {
    check("shown_t s = { .show = f };", "f", &["shown_t.show"]);
}

#[test]
fn what_stands_for_the_function() {
    check("struct table t = { .open = &f };", "f", &["table.open"]);
    check("struct table t = { .open = (void *)(f) };", "f", &["table.open"]);
    check("struct table t = { .open = 1 ? (f) : (void *)0 };", "f", &["table.open"]);
}

#[test]
fn an_assignment_to_a_member() {
    check("void h(struct table *t) { t->open = f; }", "f", &["table.open"]);
    check("void h(struct table *t) { t->driver.shutdown = (void *)g; }", "g", &["base.shutdown"]);
    check("struct table t; void h(void) { t.stop = g; }", "g", &["table.stop"]);
}

#[test]
fn a_compound_literal() {
    check("void h(void) { use(&(struct pm_ops){ .resume = g }); }", "g", &["pm_ops.resume"]);
}

#[test]
fn callbacks_and_structs_of_the_driver_are_no_tables() {
    check("void h(struct work_struct *w) { w->func = f; }", "f", &[]);
    check("struct own o = { .hook = f };", "f", &[]);
}

#[test]
fn no_member() {
    // A plain variable, an unknown struct, the result of a call.
    check("int (*p)(struct device *) = f;", "f", &[]);
    check("struct unknown u = { .open = f };", "f", &[]);
    check("void h(void) { made()->open = f; }", "f", &[]);
    check("struct table t = { .driver = { .pm = made(f) } };", "f", &[]);
    check("struct table t = { .missing = f };", "f", &[]);
}

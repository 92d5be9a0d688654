//! Prototypes, put together again with other names.

use super::Kind;
use crate::Unit;

fn unit(source: &str) -> Unit {
    Unit::new(source.as_bytes().into(), "/own/")
}

/// Each parameter with the name `x`, behind the result with the name `f`.
#[track_caller]
fn check(source: &str, expect: &[&str]) {
    let prototype = unit(source).prototype("f").unwrap();
    let mut found = vec![prototype.result.with_name("f")];
    found.extend(prototype.parameters.iter().map(|parameter| parameter.spelling.with_name("x")));
    assert_eq!(found, expect);
}

#[track_caller]
fn check_signature(source: &str, expect: &str) {
    assert_eq!(unit(source).prototype("f").unwrap().signature, expect);
}

#[track_caller]
fn check_kinds(source: &str, expect: &[Kind]) {
    let prototype = unit(source).prototype("f").unwrap();
    let mut found = vec![prototype.result_kind];
    found.extend(prototype.parameters.into_iter().map(|parameter| parameter.kind));
    assert_eq!(found, expect);
}

fn pointer(lent: Option<&str>) -> Kind {
    Kind::Pointer { lent: lent.map(str::to_owned) }
}

#[test]
fn names_are_replaced_and_added() {
    check("int f(int a, const char *b);", &["int f", "int x", "const char *x"]);
    check("extern void f(unsigned long, void *);", &["void f", "unsigned long x", "void *x"]);
    check("struct s *f(void);", &["struct s *f"]);
}

#[test]
fn attributes_and_storage_are_left_out() {
    check(
        "static inline __attribute__((__unused__)) int *f(int a __attribute__((unused)));",
        &["int *f", "int x"],
    );
}

#[test]
fn arrays_and_functions_are_pointers() {
    check(
        "void f(char a[6], int b[][3], int c(int), int (*d)(char *));",
        &["void f", "char (*x)", "int (*x)[3]", "int (*x)(int)", "int (*x)(char *)"],
    );
}

#[test]
fn a_function_that_returns_one() {
    check("void (*f(int a))(char);", &["void (*f)(char)", "int x"]);
}

#[test]
fn signatures_have_one_spelling() {
    check_signature("irqreturn_t f(int irq, void *id) { return 0; }", "irqreturn_t (int, void *)");
    check_signature(
        "static int f(struct s *s, long unsigned n);",
        "int (struct s *, unsigned long)",
    );
    check_signature("void f(void);", "void (void)");
    check_signature("void f(const struct s *p, char **q);", "void (const struct s *, char **)");
    check_signature("int f(int (*g)(int), char a[4]);", "int (int (*)(int), char *)");
}

#[test]
fn kinds_look_through_typedefs() {
    check_kinds(
        "typedef unsigned int u32; typedef long ssize_t; typedef enum { A } e_t; typedef _Bool bool;\n\
         typedef struct { int a; } r_t;\n\
         ssize_t f(u32 a, e_t b, bool c, r_t d, enum e g);",
        &[
            Kind::Signed,
            Kind::Unsigned,
            Kind::Unsigned,
            Kind::Unsigned,
            Kind::Record,
            Kind::Unsigned,
        ],
    );
}

#[test]
fn structs_of_the_kernel_that_may_be_written_are_lent() {
    let text = "# 1 \"/k/include/linux/a.h\" 1\nstruct known { int a; };\nstruct opaque;\n\
                # 1 \"/own/a.c\" 2\nstruct own { int a; };\n\
                void f(struct known *a, const struct known *b, struct opaque *c, struct own *d, struct known **e);";
    check_kinds(
        text,
        &[
            Kind::Void,
            pointer(Some("known")),
            pointer(None),
            pointer(None),
            pointer(None),
            pointer(None),
        ],
    );
}

#[test]
fn types_of_the_driver_are_marked() {
    let text = "# 1 \"/own/a.c\"\nstruct own { int a; };\ntypedef int own_t;\n\
                void f(struct own *a, own_t b, int c);";
    let own: Vec<bool> =
        unit(text).prototype("f").unwrap().parameters.iter().map(|p| p.own).collect();
    assert_eq!(own, [true, true, false]);
}

#[test]
fn a_definition_counts_more_than_a_declaration() {
    let unit = unit("int f(int); int f(int named) { return named; } int g(int);");
    assert_eq!(unit.prototype("f").unwrap().parameters[0].name.as_deref(), Some("named"));
    assert!(unit.definition("f").is_some() && unit.definition("g").is_none());
    assert!(unit.prototype("g").is_some() && unit.prototype("h").is_none());
}

#[test]
fn variable_arguments_are_noted() {
    assert!(unit("int f(const char *format, ...);").prototype("f").unwrap().variable);
    assert!(!unit("int f(const char *format);").prototype("f").unwrap().variable);
}

#[test]
fn a_typedef_and_a_variable_are_no_functions() {
    let unit = unit("typedef int f(int); int (*g)(int); int h;");
    assert!(["f", "g", "h"].iter().all(|name| unit.prototype(name).is_none()));
}

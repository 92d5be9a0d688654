//! Attributes in patterns: each belongs to its place, and what the pattern has must be there.

use crate::run::{run, tokens};

/// A rule over a whole file.
#[track_caller]
fn check(rule: &str, before: &str, after: &str) {
    let patch =
        format!("@@ attribute name __a, __b, __c; declarer name DEF; identifier f; @@\n{rule}\n");
    assert_eq!(run(&patch, before), Ok(tokens(after.as_bytes())), "{patch}\n{before}");
}

#[test]
fn each_pointer_has_its_own() {
    let rule = " int\n- __a\n *\n- __b\n *f();";
    check(rule, "int __a * __b *x();", "int **x();");
    for other in ["int __a **x();", "int * __b *x();", "int __b * __a *x();"] {
        check(rule, other, other);
    }
}

#[test]
fn those_behind_a_structure_must_be_there() {
    let rule = "struct s { ...\n- int b;\n ... } __a;";
    check(rule, "struct s { int a; int b; } __a;", "struct s { int a; } __a;");
    let without = "struct s { int a; int b; };";
    check(rule, without, without);
}

#[test]
fn dots_stand_for_any_arguments() {
    let rule = "struct s { ...\n- int b;\n ... } __attribute__((aligned(...)));";
    let code = "struct s { int b; int c; } __attribute__((aligned(8)));";
    check(rule, code, "struct s { int c; } __attribute__((aligned(8)));");
    let packed = "struct s { int b; int c; } __attribute__((packed));";
    check(rule, packed, packed);
}

#[test]
fn a_declarer_may_have_one() {
    check(" DEF(...)\n- __a\n ;", "DEF(x, y) __a;\nDEF(z);", "DEF(x, y);\nDEF(z);");
}

#[test]
fn a_prototype_may_do_without() {
    check(
        " int f\n- (int x)\n+ (long x)\n  __attribute__((cold)) { ... }",
        "int g(int x);\nint g(int x) __attribute__((cold)) { return x; }",
        "int g(long x);\nint g(long x) __attribute__((cold)) { return x; }",
    );
}

#[test]
fn a_structure_that_a_typedef_defines_counts() {
    let rule = "@@ type T; @@\n T { ...,\n- int b;\n ... };";
    let rule = rule.replace("...,", "...");
    let run = |before: &str| run(&rule, before);
    for (before, after) in [
        ("typedef struct s { int a; int b; } s_t;", "typedef struct s { int a; } s_t;"),
        ("typedef struct { int b; int c; } s_t;", "typedef struct { int c; } s_t;"),
        ("struct s { int b; int c; } x;", "struct s { int b; int c; } x;"),
    ] {
        assert_eq!(run(before), Ok(tokens(after.as_bytes())), "{before}");
    }
}

#[test]
fn a_choice_of_declarers() {
    let rule = "@@ declarer name A, B; @@\n- \\(A\\|B\\)(...);\n";
    let before = "A(x);\nC(x);\nB(x);\n";
    assert_eq!(run(rule, before), Ok(tokens(b"C(x);")));
}

#[test]
fn with_a_function_goes_what_the_pattern_left_free() {
    let rule = "@@ identifier x; @@\n- gone(int x) { return; }\n";
    let before = "int a;\nstatic inline void gone(int y) { return; }\nint b;\n";
    assert_eq!(run(rule, before), Ok(tokens(b"int a; int b;")));
}

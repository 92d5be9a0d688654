//! Items that are no functions, and the order of all items.

use super::{check, parse};
use crate::items;

#[test]
fn a_declaration() {
    check(
        "int x;",
        "
        0 top [] -> 1 0
        1 declaration `int x;` [1] -> 2
        2 end [] -> 2",
    );
}

#[test]
fn a_macro_call() {
    check(
        "MODULE(x);",
        "
        0 top [] -> 1 0
        1 macro-call `MODULE(x);` [1] -> 2
        2 end [] -> 2",
    );
}

#[test]
fn an_include() {
    check(
        "#include <a.h>",
        "
        0 top [] -> 1 0
        1 directive `#include <a.h>` [1] -> 2
        2 end [] -> 2",
    );
}

#[test]
fn an_undef() {
    check(
        "#undef A",
        "
        0 top [] -> 1 0
        1 define `#undef A` [1] -> 2
        2 pre-exit [] -> 3
        3 end [] -> 3",
    );
}

#[test]
fn a_define_without_body() {
    check(
        "#define A",
        "
        0 top [] -> 1 0
        1 define `#define A` [1] -> 2
        2 pre-exit [] -> 3
        3 end [] -> 3",
    );
}

#[test]
fn a_define_of_an_expression() {
    check(
        "#define A(x) f(x)",
        "
        0 top [] -> 1 0
        1 define `#define A(x)` [1] -> 2
        2 define-body `f(x)` [1] -> 3
        3 pre-exit [] -> 4
        4 end [] -> 4",
    );
}

#[test]
fn a_define_of_a_do_while_zero() {
    check(
        "#define A do { f(); } while (0)",
        "
        0 top [] -> 1 0
        1 define `#define A` [1] -> 2
        2 do-while-zero [1] -> 3
        3 {1 [1,2] -> 4 ~>6
        4 expression `f();` [1,2,3] -> 5
        5 }1 [1,2] -> 7
        6 after [1,2] -> ~>5
        7 pre-exit [] -> 8
        8 end [] -> 8",
    );
}

#[test]
fn a_define_of_statements() {
    check(
        "#define A if (x) return; f();",
        "
        0 top [] -> 1 0
        1 define `#define A` [1] -> 4
        2 exit [] -> 2
        3 error-exit [] -> 3
        4 if `if (x)` [1,2,3] -> 5 6 ~>9
        5 true-escapes [1,2,3] -> 7
        6 fall [1,2,3] -> 8
        7 return `return;` [1,2,3,4] -> 3
        8 end-statement [1,2,3] -> 10
        9 after [1,2,3] -> ~>8
        10 expression `f();` [1,2,5] -> 11
        11 pre-exit [] -> 12
        12 end [] -> 12",
    );
}

#[test]
fn inner_functions_come_first_and_groups_are_opened() {
    let source = "int a;\n#if A\nvoid f(void) { int g(void) { } int h(void) { } }\n#endif\nint b;";
    let tree = parse(source);
    let starts = items(&tree).into_iter().map(|item| tree.text(item)[..6].to_vec());
    let starts: Vec<String> = starts.map(|text| String::from_utf8(text).unwrap()).collect();
    assert_eq!(starts, ["int a;", "int g(", "int h(", "void f", "int b;"]);
}

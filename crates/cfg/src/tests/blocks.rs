//! Blocks, plain statements, dead code, nested functions.

use super::check;

#[test]
fn a_function_is_its_header_and_its_block() {
    check(
        "void m(void) { a(); int b; ; }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 expression `a();` [1,2,3] -> 6
        6 declaration `int b;` [1,2,4] -> 7
        7 expression `;` [1,2,5] -> 8
        8 }1 [1] -> 2",
    );
}

#[test]
fn an_empty_function() {
    check(
        "void m(void) {}",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 }1 [1] -> 2",
    );
}

#[test]
fn a_plain_block_has_an_after_and_its_contents_a_longer_path() {
    check(
        "void m(void) { { a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 {2 [1,2,3] -> 6 ~>8
        6 expression `a();` [1,2,3,4] -> 7
        7 }2 [1,2,3] -> 9
        8 after [1,2,3] -> ~>7
        9 }1 [1] -> 2",
    );
}

#[test]
fn asm_macros_and_directives_are_one_node_each() {
    check(
        r#"
void m(void) {
  asm("nop");
#pragma p
#define Q 1
  MACRO(x)
  b();
}
"#,
        r#"
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 asm `asm("nop");` [1,2,3] -> 6
        6 directive `#pragma p` [1,2,4] -> 7
        7 directive `#define Q` [1,2,5] -> 8
        8 macro-statement `MACRO(x)` [1,2,6] -> 9
        9 expression `b();` [1,2,7] -> 10
        10 }1 [1] -> 2"#,
    );
}

#[test]
fn a_nested_function_is_one_node() {
    check(
        "void m(void) { int n(void) { return 1; } a(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 nested-function `int n(void)` [1,2,3] -> 6
        6 expression `a();` [1,2,4] -> 7
        7 }1 [1] -> 2",
    );
}

#[test]
fn dead_code_is_led_into_by_a_fake_node() {
    check(
        "void m(void) { return; a(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 return `return;` [1,2,3] -> 6
        6 }1 (fake) [1] -> 2
        7 expression `a();` [1,2,4] -> 8
        8 }1 [1] -> 2
        9 fake [] -> 9 7",
    );
}

#[test]
fn an_end_that_is_never_reached() {
    check(
        "void m(void) { l: goto l; }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 5
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 label* `l:` [1,2,3] -> 6
        5 {1 [1] -> 4
        6 goto `goto l;` [1,2,3,4] -> 4
        7 fake [] -> 7 2",
    );
}

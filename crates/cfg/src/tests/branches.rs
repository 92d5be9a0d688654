//! `if`, and conditional directives.

use super::check;

#[test]
fn if_without_else_falls_past() {
    check(
        "void m(void) { if (x) a(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 if `if (x)` [1,2,3] -> 6 7 ~>10
        6 true [1,2,3] -> 8
        7 fall [1,2,3] -> 9
        8 expression `a();` [1,2,3,4] -> 9
        9 end-statement [1,2,3] -> 11
        10 after [1,2,3] -> ~>9
        11 }1 [1] -> 2",
    );
}

#[test]
fn a_then_branch_that_returns_escapes_to_the_error_exit() {
    check(
        "int m(void) { if (x) return 1; return 0; }",
        "
        0 top [] -> 1 0
        1 function `int m(void)` [1] -> 5
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 error-exit [] -> 4
        5 {1 [1] -> 6
        6 if `if (x)` [1,2,3] -> 7 8 ~>12
        7 true-escapes [1,2,3] -> 9
        8 fall [1,2,3] -> 11
        9 return `return 1;` [1,2,3,4] -> 10
        10 }1 (fake) [1] -> 4
        11 end-statement [1,2,3] -> 13
        12 after [1,2,3] -> ~>11
        13 return `return 0;` [1,2,5] -> 14
        14 }1 (fake) [1] -> 2",
    );
}

#[test]
fn if_with_else() {
    check(
        "void m(void) { if (x) a(); else b(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 if `if (x)` [1,2,3] -> 6 7 ~>12
        6 true [1,2,3] -> 9
        7 false [1,2,3] -> 8
        8 else [1,2,3] -> 10
        9 expression `a();` [1,2,3,4] -> 11
        10 expression `b();` [1,2,3,5] -> 11
        11 end-statement [1,2,3] -> 13
        12 after [1,2,3] -> ~>11
        13 }1 [1] -> 2",
    );
}

#[test]
fn a_return_in_one_branch_of_an_if_else_is_no_error() {
    check(
        "void m(void) { if (x) return; else b(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 if `if (x)` [1,2,3] -> 6 7 ~>14
        6 true-escapes [1,2,3] -> 9
        7 false [1,2,3] -> 8
        8 else [1,2,3] -> 12
        9 return `return;` [1,2,3,4] -> 10
        10 end-statement [1,2,3] -> 11
        11 }1 (fake) [1] -> 2
        12 expression `b();` [1,2,3,5] -> 13
        13 end-statement [1,2,3] -> 15
        14 after [1,2,3] -> ~>13
        15 }1 [1] -> 2",
    );
}

/// An AFTER for each way out, none for a normal end.
#[test]
fn both_branches_of_an_if_else_return() {
    check(
        "void m(void) { if (x) { return; } else { return; } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 if `if (x)` [1,2,3] -> 6 7 ~>14 ~>21
        6 true-escapes [1,2,3] -> 9
        7 false [1,2,3] -> 8
        8 else [1,2,3] -> 16
        9 {2 [1,2,3,4] -> 10 ~>12
        10 return `return;` [1,2,3,4,5] -> 11
        11 }2 [1,2,3,4] -> 13
        12 after-return [1,2,3,4] -> ~>11
        13 end-statement [1,2,3] -> 15
        14 after-return [1,2,3] -> ~>13
        15 }1 (fake) [1] -> 2
        16 {3 [1,2,3,6] -> 17 ~>19
        17 return `return;` [1,2,3,6,7] -> 18
        18 }3 [1,2,3,6] -> 20
        19 after-return [1,2,3,6] -> ~>18
        20 end-statement [1,2,3] -> 22
        21 after-return [1,2,3] -> ~>20
        22 }1 (fake) [1] -> 2",
    );
}

#[test]
fn an_if_else_in_a_then_branch_keeps_its_error_exit() {
    check(
        "void m(void) { if (x) { if (y) return; else b(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 5
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 error-exit [] -> 4
        5 {1 [1] -> 6
        6 if `if (x)` [1,2,3] -> 7 8 ~>24
        7 true [1,2,3] -> 9
        8 fall [1,2,3] -> 23
        9 {2 [1,2,3,4] -> 10 ~>22
        10 if `if (y)` [1,2,3,4,5] -> 11 12 ~>20
        11 true-escapes [1,2,3,4,5] -> 14
        12 false [1,2,3,4,5] -> 13
        13 else [1,2,3,4,5] -> 18
        14 return `return;` [1,2,3,4,5,6] -> 15
        15 end-statement [1,2,3,4,5] -> 16
        16 }2 [1,2,3,4] -> 17
        17 }1 (fake) [1] -> 4
        18 expression `b();` [1,2,3,4,5,7] -> 19
        19 end-statement [1,2,3,4,5] -> 21
        20 after [1,2,3,4,5] -> ~>19
        21 }2 [1,2,3,4] -> 23
        22 after [1,2,3,4] -> ~>21
        23 end-statement [1,2,3] -> 25
        24 after [1,2,3] -> ~>23
        25 }1 [1] -> 2",
    );
}

#[test]
fn ifdef_without_else_falls_past() {
    check(
        "
void m(void) {
#ifdef A
  a();
#endif
}
",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 ifdef `#ifdef A` [1,2] -> 7 8
        6 ifdef-end `#endif` [1,2] -> 9
        7 fall [1,2] -> 6
        8 expression `a();` [1,2,3] -> 6
        9 }1 [1] -> 2",
    );
}

#[test]
fn ifdef_with_elif_and_else() {
    check(
        "
void m(void) {
#if A
  a();
#elif B
#else
  c();
#endif
}
",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 ifdef `#if A` [1,2] -> 7 8 9
        6 ifdef-end `#endif` [1,2] -> 11
        7 expression `a();` [1,2,3] -> 6
        8 ifdef-else `#elif B` [1,2] -> 6
        9 ifdef-else `#else` [1,2] -> 10
        10 expression `c();` [1,2,4] -> 6
        11 }1 [1] -> 2",
    );
}

/// And the one that nothing reaches stays.
#[test]
fn a_return_copies_the_endif() {
    check(
        "
void m(void) {
#if A
  return;
#else
  return;
#endif
}
",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 ifdef `#if A` [1,2] -> 7 10
        6 ifdef-end `#endif` [1,2] -> 14
        7 return `return;` [1,2,3] -> 8
        8 ifdef-end (fake) `#endif` [1,2] -> 9
        9 }1 (fake) [1] -> 2
        10 ifdef-else `#else` [1,2] -> 11
        11 return `return;` [1,2,4] -> 12
        12 ifdef-end (fake) `#endif` [1,2] -> 13
        13 }1 (fake) [1] -> 2
        14 }1 [1] -> 2
        15 fake [] -> 15 6",
    );
}

#[test]
fn a_directive_inside_a_term_puts_all_branches_of_the_function_in_a_row() {
    check(
        "void m(void) {\nif (x\n#ifdef A\n&& y\n#endif\n) a();\n#ifdef B\nb();\n#else\nc();\n#endif\n}",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 if `if (x #ifdef A && y #endif )` [1,2,3] -> 6 7 ~>10
        6 true [1,2,3] -> 8
        7 fall [1,2,3] -> 9
        8 expression `a();` [1,2,3,4] -> 9
        9 end-statement [1,2,3] -> 11
        10 after [1,2,3] -> ~>9
        11 expression `b();` [1,2,5] -> 12
        12 expression `c();` [1,2,6] -> 13
        13 }1 [1] -> 2",
    );
}

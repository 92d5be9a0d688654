//! Switches.

use super::check;

#[test]
fn switch_without_default_falls_past() {
    check(
        "void m(void) { switch (x) { case 1: a(); break; case 2 ... 3: b(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 switch `switch (x)` [1,2,3] -> 7 8 ~>16
        6 end-statement [1,2,3] -> 17
        7 {2 [1,2,3] -> 9 13
        8 fall [1,2,3] -> 6
        9 case `case 1:` [1,2,3,4,5] -> 10
        10 expression `a();` [1,2,3,4,5,6] -> 11
        11 break `break;` [1,2,3,4,7] leaves [1,2,3] -> 12
        12 }2 (fake) [1,2,3] -> 6
        13 case-range `case 2 ... 3:` [1,2,3,4,8] -> 14
        14 expression `b();` [1,2,3,4,8,9] -> 15
        15 }2 [1,2,3] -> 6
        16 after [1,2,3] -> ~>6
        17 }1 [1] -> 2",
    );
}

#[test]
fn switch_with_default_among_stacked_labels() {
    check(
        "void m(void) { switch (x) { case 1: default: a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 switch `switch (x)` [1,2,3] -> 7 ~>12
        6 end-statement [1,2,3] -> 13
        7 {2 [1,2,3] -> 8 9
        8 case `case 1:` [1,2,3,4,5] -> 9
        9 default `default:` [1,2,3,4,5,6] -> 10
        10 expression `a();` [1,2,3,4,5,6,7] -> 11
        11 }2 [1,2,3] -> 6
        12 after [1,2,3] -> ~>6
        13 }1 [1] -> 2",
    );
}

#[test]
fn statements_before_the_first_case() {
    check(
        "void m(void) { switch (x) { int i; case 1: a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 switch `switch (x)` [1,2,3] -> 7 8 ~>13
        6 end-statement [1,2,3] -> 14
        7 {2 [1,2,3] -> 9 10
        8 fall [1,2,3] -> 6
        9 declaration `int i;` [1,2,3,4,5] -> 10
        10 case `case 1:` [1,2,3,4,6] -> 11
        11 expression `a();` [1,2,3,4,6,7] -> 12
        12 }2 [1,2,3] -> 6
        13 after [1,2,3] -> ~>6
        14 }1 [1] -> 2",
    );
}

#[test]
fn switch_that_is_only_left_by_return_has_no_end() {
    check(
        "void m(void) { switch (x) { default: return; } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 switch `switch (x)` [1,2,3] -> 6
        6 {2 [1,2,3] -> 7
        7 default `default:` [1,2,3,4,5] -> 8
        8 return `return;` [1,2,3,4,5,6] -> 9
        9 }2 (fake) [1,2,3] -> 10
        10 }1 (fake) [1] -> 2",
    );
}

#[test]
fn case_in_a_loop_in_the_switch() {
    check(
        "void m(void) { switch (x) { while (y) { case 1: a(); } } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 switch `switch (x)` [1,2,3] -> 7 8 ~>19
        6 end-statement [1,2,3] -> 20
        7 {2 [1,2,3] -> 9 14
        8 fall [1,2,3] -> 6
        9 while* `while (y)` [1,2,3,4,5] -> 10 11
        10 in-loop [1,2,3,4,5] -> 13
        11 loop-fall [1,2,3,4,5] -> 12
        12 end-statement [1,2,3,4,5] -> 18
        13 {3 [1,2,3,4,5,6] -> 14 ~>17
        14 case `case 1:` [1,2,3,4,5,6,7] -> 15
        15 expression `a();` [1,2,3,4,5,6,7,8] -> 16
        16 }3 [1,2,3,4,5,6] -> 9
        17 after [1,2,3,4,5,6] -> ~>16
        18 }2 [1,2,3] -> 6
        19 after [1,2,3] -> ~>6
        20 }1 [1] -> 2",
    );
}

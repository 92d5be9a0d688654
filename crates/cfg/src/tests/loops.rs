//! Loops.

use super::check;

#[test]
fn while_loop() {
    check(
        "void m(void) { while (x) a(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 while* `while (x)` [1,2,3] -> 6 7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 10
        9 expression `a();` [1,2,3,4] -> 5
        10 }1 [1] -> 2",
    );
}

#[test]
fn for_loop_keeps_its_exit_without_condition() {
    check(
        "void m(void) { for (;;) { a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 for* `for (;;)` [1,2,3] -> 6 7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 13
        9 {2 [1,2,3,4] -> 10 ~>12
        10 expression `a();` [1,2,3,4,5] -> 11
        11 }2 [1,2,3,4] -> 5
        12 after [1,2,3,4] -> ~>11
        13 }1 [1] -> 2",
    );
}

#[test]
fn macro_that_loops() {
    check(
        "void m(void) { list_for_each(p, h) { a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 iterator* `list_for_each(p, h)` [1,2,3] -> 6 7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 13
        9 {2 [1,2,3,4] -> 10 ~>12
        10 expression `a();` [1,2,3,4,5] -> 11
        11 }2 [1,2,3,4] -> 5
        12 after [1,2,3,4] -> ~>11
        13 }1 [1] -> 2",
    );
}

#[test]
fn do_while() {
    check(
        "void m(void) { do { a(); } while (x); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 do* [1,2,3] -> ~>9 11
        6 do-tail `while (x);` [1,2,3] -> 7 10
        7 fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 15
        9 after [1,2,3] -> ~>8
        10 in-loop [1,2,3] -> 5
        11 {2 [1,2,3,4] -> 12 ~>14
        12 expression `a();` [1,2,3,4,5] -> 13
        13 }2 [1,2,3,4] -> 6
        14 after [1,2,3,4] -> ~>13
        15 }1 [1] -> 2",
    );
}

#[test]
fn do_while_zero_does_not_go_back() {
    check(
        "void m(void) { do a(); while (0); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 do [1,2,3] -> ~>9 10
        6 do-tail `while (0);` [1,2,3] -> 7
        7 fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 11
        9 after [1,2,3] -> ~>8
        10 expression `a();` [1,2,3,4] -> 6
        11 }1 [1] -> 2",
    );
}

#[test]
fn continue_in_do_while_goes_to_the_tail() {
    check(
        "void m(void) { do { if (x) continue; a(); } while (y); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 do* [1,2,3] -> ~>9 11
        6 do-tail `while (y);` [1,2,3] -> 7 10
        7 fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 22
        9 after [1,2,3] -> ~>8
        10 in-loop [1,2,3] -> 5
        11 {2 [1,2,3,4] -> 12 ~>21
        12 if `if (x)` [1,2,3,4,5] -> 13 14 ~>18
        13 true-escapes [1,2,3,4,5] -> 15
        14 fall [1,2,3,4,5] -> 17
        15 continue `continue;` [1,2,3,4,5,6] leaves [1,2,3] -> 16
        16 }2 [1,2,3,4] -> 6
        17 end-statement [1,2,3,4,5] -> 19
        18 after [1,2,3,4,5] -> ~>17
        19 expression `a();` [1,2,3,4,7] -> 20
        20 }2 [1,2,3,4] -> 6
        21 after [1,2,3,4] -> ~>20
        22 }1 [1] -> 2",
    );
}

#[test]
fn a_guarded_block_runs_once() {
    check(
        "void m(void) { scoped_guard(mutex, &x) { a(); } b(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 iterator `scoped_guard(mutex, &x)` [1,2,3] -> 6 ~>7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 13
        9 {2 [1,2,3,4] -> 10 ~>12
        10 expression `a();` [1,2,3,4,5] -> 11
        11 }2 [1,2,3,4] -> 7
        12 after [1,2,3,4] -> ~>11
        13 expression `b();` [1,2,6] -> 14
        14 }1 [1] -> 2",
    );
}

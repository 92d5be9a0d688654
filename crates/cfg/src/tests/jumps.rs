//! Jumps out of nested constructs.

use super::check;

#[test]
fn break_copies_the_ends_that_it_leaves() {
    check(
        "void m(void) { while (x) { if (y) { break; } else a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 while* `while (x)` [1,2,3] -> 6 7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 25
        9 {2 [1,2,3,4] -> 10 ~>24
        10 if `if (y)` [1,2,3,4,5] -> 11 12 ~>22
        11 true-escapes [1,2,3,4,5] -> 14
        12 false [1,2,3,4,5] -> 13
        13 else [1,2,3,4,5] -> 20
        14 {3 [1,2,3,4,5,6] -> 15 ~>17
        15 break `break;` [1,2,3,4,5,6,7] leaves [1,2,3] -> 16
        16 }3 [1,2,3,4,5,6] -> 18
        17 after-break [1,2,3,4,5,6] -> ~>16
        18 end-statement [1,2,3,4,5] -> 19
        19 }2 [1,2,3,4] -> 8
        20 expression `a();` [1,2,3,4,5,8] -> 21
        21 end-statement [1,2,3,4,5] -> 23
        22 after [1,2,3,4,5] -> ~>21
        23 }2 [1,2,3,4] -> 5
        24 after [1,2,3,4] -> ~>23
        25 }1 [1] -> 2",
    );
}

#[test]
fn continue_in_a_switch_finds_the_loop_around() {
    check(
        "void m(void) { while (x) { switch (y) { default: continue; } } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 while* `while (x)` [1,2,3] -> 6 7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 17
        9 {2 [1,2,3,4] -> 10 ~>16
        10 switch `switch (y)` [1,2,3,4,5] -> 11
        11 {3 [1,2,3,4,5] -> 12
        12 default `default:` [1,2,3,4,5,6,7] -> 13
        13 continue `continue;` [1,2,3,4,5,6,7,8] leaves [1,2,3] -> 14
        14 }3 (fake) [1,2,3,4,5] -> 15
        15 }2 [1,2,3,4] -> 5
        16 after-continue [1,2,3,4] -> ~>15
        17 }1 [1] -> 2",
    );
}

#[test]
fn break_in_a_block_of_a_case() {
    check(
        "void m(void) { switch (x) { case 1: { break; } } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 switch `switch (x)` [1,2,3] -> 7 8 ~>15
        6 end-statement [1,2,3] -> 16
        7 {2 [1,2,3] -> 9
        8 fall [1,2,3] -> 6
        9 case `case 1:` [1,2,3,4,5] -> 10
        10 {3 [1,2,3,4,5,6] -> 11 ~>13
        11 break `break;` [1,2,3,4,5,6,7] leaves [1,2,3] -> 12
        12 }3 [1,2,3,4,5,6] -> 14
        13 after-switch-break [1,2,3,4,5,6] -> ~>12
        14 }2 (fake) [1,2,3] -> 6
        15 after [1,2,3] -> ~>6
        16 }1 [1] -> 2",
    );
}

#[test]
fn goto_forward_leaves_blocks_but_not_the_function() {
    check(
        "void m(void) { { goto out; } out: a(); }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 5
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 label `out:` [1,2,5] -> 10
        5 {1 [1] -> 6
        6 {2 [1,2,3] -> 7 ~>9
        7 goto `goto out;` [1,2,3,4] -> 8
        8 }2 [1,2,3] -> 4
        9 after-goto [1,2,3] -> ~>8
        10 expression `a();` [1,2,5,6] -> 11
        11 }1 [1] -> 2",
    );
}

#[test]
fn goto_back_makes_its_label_a_loop() {
    check(
        "void m(void) { again: a(); if (x) goto again; }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 5
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 label* `again:` [1,2,3] -> 6
        5 {1 [1] -> 4
        6 expression `a();` [1,2,3,4] -> 7
        7 if `if (x)` [1,2,5] -> 8 9 ~>12
        8 true-escapes [1,2,5] -> 10
        9 fall [1,2,5] -> 11
        10 goto `goto again;` [1,2,5,6] -> 4
        11 end-statement [1,2,5] -> 13
        12 after [1,2,5] -> ~>11
        13 }1 [1] -> 2",
    );
}

#[test]
fn goto_within_a_block_leaves_it_all_the_same() {
    check(
        "void m(void) { { goto l; l: a(); } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 5
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 label `l:` [1,2,3,5] -> 9
        5 {1 [1] -> 6
        6 {2 [1,2,3] -> 7 ~>11
        7 goto `goto l;` [1,2,3,4] -> 8
        8 }2 [1,2,3] -> 4
        9 expression `a();` [1,2,3,5,6] -> 10
        10 }2 [1,2,3] -> 12
        11 after [1,2,3] -> ~>10
        12 }1 [1] -> 2",
    );
}

#[test]
fn return_in_nested_blocks() {
    check(
        "void m(void) { while (x) { { return; } } }",
        "
        0 top [] -> 1 0
        1 function `void m(void)` [1] -> 4
        2 pre-exit [] -> 3
        3 exit [] -> 3
        4 {1 [1] -> 5
        5 while `while (x)` [1,2,3] -> 6 7
        6 in-loop [1,2,3] -> 9
        7 loop-fall [1,2,3] -> 8
        8 end-statement [1,2,3] -> 17
        9 {2 [1,2,3,4] -> 10 ~>15
        10 {3 [1,2,3,4,5] -> 11 ~>13
        11 return `return;` [1,2,3,4,5,6] -> 12
        12 }3 [1,2,3,4,5] -> 14
        13 after-return [1,2,3,4,5] -> ~>12
        14 }2 [1,2,3,4] -> 16
        15 after-return [1,2,3,4] -> ~>14
        16 }1 (fake) [1] -> 2
        17 }1 [1] -> 2",
    );
}

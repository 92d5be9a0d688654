//! The path operators: next, until, always, and loops.

use super::*;

/// `a(); if (..) c(); else d(); b();` with its two arms.
const DIAMOND: &str = "
    a: a -> l r
    l: c -> b
    r: d -> b
    b: b -> e
    e: end -> e";

/// `a(); while (..) c(); b();`
const LOOP: &str = "
    a: a -> h
    h: loop -> i o
    i: -> c
    c: c -> h
    o: -> b
    b: b -> e
    e: end -> e";

fn not_ab() -> Formula<Label> {
    pred("a").negate().and(pred("b").negate())
}

#[test]
fn a_sequence_is_next_to_next() {
    let graph = "1: f(1) -> 2 \n 2: g(1) -> 3 \n 3: f(2) -> 4 \n 4: g(3) -> 4";
    check_all(graph, &bind("f", X).and(bind("g", X).ax()), &["1 v0=1"]);
    check_all(graph, &bind("f", X).and(bind("g", Y).ax()), &["1 v0=1 v1=1", "3 v0=2 v1=3"]);
}

#[test]
fn all_next_needs_every_arm_and_some_next_one() {
    check_all(DIAMOND, &pred("a").and(pred("c").ax()), &[]);
    check_all(DIAMOND, &pred("a").and(pred("c").ex()), &["a"]);
    check_all(DIAMOND, &pred("a").and(pred("c").or(pred("d")).ax()), &["a"]);
}

#[test]
fn all_next_fails_without_a_direct_successor() {
    let graph = "1: p -> ~>2 \n 2: q -> 2";
    check_all(graph, &pred("p").and(Formula::True.ax()), &[]);
    check_all(graph, &pred("p").and(pred("q").ex()), &["1"]);
}

#[test]
fn all_next_ignores_control_edges() {
    let graph = "1: p -> 2 ~>3 \n 2: q -> 3 \n 3: -> 3";
    check_all(graph, &pred("p").and(pred("q").ax()), &["1"]);
}

#[test]
fn variables_behind_a_branch_may_differ_per_path() {
    let graph = "
        a: a -> l r
        l: b(1) -> e
        r: b(2) -> e
        e: -> e";
    let per_path = pred("a").and(bind("b", X).exists(X).ax());
    check_all(graph, &per_path, &["a"]);
    let agreeing = pred("a").and(bind("b", X).ax()).exists(X);
    check_all(graph, &agreeing, &[]);
    check_all(
        graph,
        &pred("a").and(bind("b", X).ex()).exists_kept(X),
        &["a [a v0=1]", "a [a v0=2]"],
    );
}

#[test]
fn all_next_combines_the_alternatives_of_each_successor() {
    let graph = "
        a: a -> l r
        l: f(1) f(2) -> e
        r: f(2) f(3) g(5) -> e
        e: -> e";
    check_all(graph, &pred("a").and(bind("f", X).ax()), &["a v0=2"]);
    let mixed = bind("f", X).or(bind("g", Y));
    check_all(graph, &pred("a").and(mixed.ax()), &["a v0=2", "a v0=1 v1=5", "a v0=2 v1=5"]);
}

#[test]
fn dots_over_a_diamond_where_both_arms_reach() {
    let dots = pred("a").and(not_ab().au(pred("b")).ax());
    check_all(DIAMOND, &dots, &["a"]);
    check_all(DIAMOND, &not_ab().au(pred("b")), &["l", "r", "b"]);
}

#[test]
fn dots_over_a_diamond_where_one_arm_reaches() {
    let graph = "
        a: a -> l r
        l: c -> b
        r: d -> e
        b: b -> e
        e: end -> e";
    check_all(graph, &pred("a").and(not_ab().au(pred("b")).ax()), &[]);
    check_all(graph, &pred("a").and(not_ab().eu(pred("b")).ex()), &["a"]);
    check_all(DIAMOND, &pred("a").and(not_ab().and(pred("d").negate()).au(pred("b")).ax()), &[]);
}

#[test]
fn dots_with_values_that_agree_with_the_start() {
    let graph = "1: f(1) -> 2 \n 2: f(2) -> 3 \n 3: g(1) -> 4 \n 4: g(2) -> 5 \n 5: -> 5";
    let dots = |x: Var| {
        let avoid = bind("f", x).negate().and(bind("g", x).negate());
        bind("f", x).and(avoid.au(bind("g", x)).ax())
    };
    check_all(graph, &dots(X), &["1 v0=1", "2 v0=2"]);
    let blocked = "1: f(1) -> 2 \n 2: f(1) -> 3 \n 3: g(1) -> 4 \n 4: -> 4";
    check_all(blocked, &dots(X), &["2 v0=1"]);
}

#[test]
fn a_loop_between_is_no_obstacle() {
    let dots = pred("a").and(not_ab().au(pred("b")).ax());
    check_all(LOOP, &dots, &["a"]);
    check_all(LOOP, &not_ab().au(pred("b")), &["h", "i", "c", "o", "b"]);
}

#[test]
fn a_loop_without_way_out_is_an_obstacle() {
    let graph = "
        a: a -> n
        n: -> h b
        h: loop -> c
        c: c -> h
        b: b -> b";
    check_all(graph, &pred("a").and(not_ab().au(pred("b")).ax()), &[]);
    check_all(graph, &not_ab().au(pred("b")), &["b"]);
}

#[test]
fn a_loop_that_is_not_marked_is_taken_as_written() {
    let graph = "h: -> c b \n c: -> h \n b: b -> b";
    check_all(graph, &not_ab().au(pred("b")), &["b"]);
}

#[test]
fn a_loop_passes_over_a_forbidden_state() {
    let no_c = not_ab().and(pred("c").negate());
    check_all(LOOP, &pred("a").and(no_c.au(pred("b")).ax()), &[]);
}

#[test]
fn a_loop_with_a_shared_value() {
    let graph = "
        a: f(1) -> h
        h: loop -> c o
        c: -> h
        o: g(1) g(2) -> e
        e: -> e";
    let dots = bind("f", X).negate().au(bind("g", X)).ax();
    check_all(graph, &bind("f", X).and(dots), &["a v0=1"]);
}

#[test]
fn backward_operators_follow_edges_backward() {
    let back = |p| Formula::EX(Direction::Backward, Box::new(p));
    check_all(DIAMOND, &pred("b").and(back(pred("c"))), &["b"]);
    let all_back = |p| Formula::AX(Direction::Backward, Box::new(p));
    check_all(DIAMOND, &pred("b").and(all_back(pred("c"))), &[]);
    let before = Formula::AF(Direction::Backward, Box::new(pred("a")));
    check_all(DIAMOND, &pred("b").and(before), &["b"]);
    check_all(LOOP, &pred("b").and(Formula::AF(Direction::Backward, Box::new(pred("c")))), &[]);
}

#[test]
fn finally_and_always() {
    let forward = Direction::Forward;
    check_all(DIAMOND, &Formula::EF(forward, Box::new(pred("c"))), &["a", "l"]);
    check_all(DIAMOND, &Formula::AF(forward, Box::new(pred("b"))), &["a", "l", "r", "b"]);
    let no_b = Box::new(pred("b").negate());
    check_all(DIAMOND, &Formula::AG(forward, no_b.clone()), &["e"]);
    check_all(LOOP, &Formula::EG(forward, no_b), &["a", "h", "i", "c", "e"]);
    let bound = Formula::AG(forward, Box::new(bind("f", X)));
    check_all("1: f(1) -> 2 \n 2: f(1) f(2) -> 2", &bound, &["1 v0=1", "2 v0=1", "2 v0=2"]);
}

//! What is not evaluated, or only once: the same results in fewer steps.

use std::fmt::Write as _;

use super::*;

/// The steps that a formula takes.
fn steps(graph: &str, formula: &Formula<Label>) -> u64 {
    let graph = TextGraph::read(graph);
    let mut limit = Limit(1_000_000);
    check(&graph, &Numbers, &mut &graph, formula, &mut limit).expect("in limit");
    1_000_000 - limit.0
}

/// `a(0)`, `b(0)`, `a(1)`, `b(1)` and so on.
fn alternating(pairs: usize) -> String {
    let mut text = String::new();
    for pair in 0..pairs {
        let (a, b) = (2 * pair, 2 * pair + 1);
        write!(text, "{a}: a({pair}) -> {b}\n{b}: b({pair}) -> {}\n", b + 1).expect("a string");
    }
    write!(text, "{}: -> {0}", 2 * pairs).expect("a string");
    text
}

/// `a(X); ... b(Y);`, where the dots have no `a` and no `b`.
fn followed_by(second: Formula<Label>) -> Formula<Label> {
    let between = bind("a", Z).exists(Z).negate().and(bind("b", Z).exists(Z).negate());
    bind("a", X).and_then(between.eu(second).ex())
}

#[test]
fn what_lacks_a_label_takes_no_steps() {
    let graph = alternating(10);
    let without = followed_by(bind("b", Y).and(pred("none")));
    assert_eq!(steps(&graph, &without), 1, "21 states are looked at");
    check_all(&graph, &without, &[]);
}

#[test]
fn a_goal_is_looked_for_within_reach_only() {
    let graph = alternating(3);
    let expected = ["0 v0=0 v1=0", "2 v0=1 v1=1", "4 v0=2 v1=2"];
    check_all(&graph, &followed_by(bind("b", Y)), &expected);
}

#[test]
fn twice_the_bindings_take_about_twice_the_steps() {
    let formula = followed_by(bind("b", Y).and_then(pred("a").ex()));
    let (once, twice) = (steps(&alternating(40), &formula), steps(&alternating(80), &formula));
    assert!(twice < 4 * once, "{once} steps, then {twice}");
}

#[test]
fn from_one_state_and_from_all_the_same_is_reached() {
    let graph = "
        0: s -> 1
        1: p -> 2 3
        2: p f(2) -> 1 4
        3: f(3) -> 5
        4: -> 4
        5: p f(5) -> 5";
    let reached = pred("p").eu(bind("f", X));
    check_all(graph, &pred("s").and(reached.clone().ex()), &["0 v0=2", "0 v0=3"]);
    check_all(graph, &reached, &["1 v0=2", "1 v0=3", "2 v0=2", "2 v0=3", "3 v0=3", "5 v0=5"]);
}

#[test]
fn a_value_is_not_kept_where_it_depends_on_what_is_known() {
    let graph = "
        0: a(1) -> 1
        1: a(2) -> 2
        2: b(1) -> 3
        3: b(2) -> 3";
    let same = bind("a", X).and_then(Formula::True.eu(bind("b", X)));
    check_all(graph, &same, &["0 v0=1", "1 v0=2"]);
    let other = bind("a", X).and_then(Formula::True.eu(bind("b", X).negate().and(bind("b", Y))));
    check_all(graph, &other, &["0 v0=1 v1=2", "1 v0=2 v1=1"]);
}

//! Not, and, or, ordered choice, exists: no paths.

use super::*;

const THREE: &str = "
    1: f(1) g -> 2
    2: f(2) h(2) -> 3
    3: g h(3) -> 3";

#[test]
fn true_and_false() {
    check_all(THREE, &Formula::True, &["1", "2", "3"]);
    check_all(THREE, &Formula::False, &[]);
}

#[test]
fn a_predicate_binds_its_variable() {
    check_all(THREE, &bind("f", X), &["1 v0=1", "2 v0=2"]);
}

#[test]
fn negation_excludes_the_value_and_takes_all_other_states() {
    check_all(THREE, &bind("f", X).negate(), &["1 v0!=1", "2 v0!=2", "3"]);
    check_all(THREE, &pred("g").negate(), &["2"]);
}

#[test]
fn double_negation_restores_the_binding() {
    check_all(THREE, &bind("f", X).negate().negate(), &["1 v0=1", "2 v0=2"]);
}

#[test]
fn negation_of_several_ways_excludes_all_of_them() {
    check_all("1: f(1) f(2) -> 1", &bind("f", X).negate(), &["1 v0!=1 v0!=2"]);
    let both = bind("f", X).and(bind("g", Y));
    check_all("1: f(1) g(2) -> 1", &both.negate(), &["1 v0!=1", "1 v1!=2"]);
}

#[test]
fn conjunction_of_bindings() {
    check_all(THREE, &bind("f", X).and(bind("h", X)), &["2 v0=2"]);
    check_all(THREE, &bind("f", X).and(bind("h", Y)), &["2 v0=2 v1=2"]);
    check_all("1: f(1) h(2) -> 1", &bind("f", X).and(bind("h", X)), &[]);
    let with_negative = bind("f", X).and(bind("h", X).negate());
    check_all("1: f(1) h(2) -> 1", &with_negative, &["1 v0=1"]);
    check_all("1: f(1) h(1) -> 1", &with_negative, &[]);
    let negatives = bind("f", X).negate().and(bind("h", X).negate());
    check_all("1: f(1) h(2) -> 1", &negatives, &["1 v0!=1 v0!=2"]);
}

#[test]
fn disjunction_keeps_the_more_general_and_the_alternatives() {
    check_all(THREE, &bind("f", X).or(pred("g")), &["1", "2 v0=2", "3"]);
    check_all("1: f(1) h(2) -> 1", &bind("f", X).or(bind("h", X)), &["1 v0=1", "1 v0=2"]);
    let special = bind("f", X).and(bind("h", Y)).or(bind("f", X));
    check_all("1: f(1) h(2) -> 1", &special, &["1 v0=1"]);
}

#[test]
fn ordered_choice_prefers_the_first_per_value() {
    let choice = bind("f", X).or_else(bind("h", X));
    check_all("1: f(1) h(1) -> 1", &choice, &["1 v0=1"]);
    check_all("1: f(1) h(2) -> 1", &choice, &["1 v0=1", "1 v0=2"]);
    check_all("1: h(2) -> 1", &choice, &["1 v0=2"]);
    let unbound = bind("f", X).or_else(Formula::True);
    check_all("1: f(1) -> 2 \n 2: -> 2", &unbound, &["1 v0=1", "1 v0!=1", "2"]);
    let closed = bind("f", X).exists(X).or_else(pred("h"));
    check_all("1: f(1) h -> 2 \n 2: h -> 2", &closed, &["1", "2"]);
}

#[test]
fn exists_drops_positive_passes_unbound_and_removes_negative() {
    let any = bind("f", X).or(bind("h", Y).negate());
    check_all("1: f(1) h(2) -> 1", &any.clone().exists(X), &["1", "1 v1!=2"]);
    check_all("1: f(1) h(2) -> 1", &any.exists(Y), &["1 v0=1"]);
    check_all(THREE, &bind("f", X).negate().exists(X), &["3"]);
    let removed = bind("f", X).exists(X).negate();
    check_all(THREE, &removed, &["3"]);
}

#[test]
fn let_and_reference() {
    let shared = Formula::Let {
        name: 7,
        value: Box::new(bind("f", X)),
        body: Box::new(Formula::Ref(7).and(Formula::Ref(7).ex().exists(X).negate())),
    };
    check_all(THREE, &shared, &["2 v0=2"]);
}

#[test]
fn everywhere_gathers_what_is_ahead() {
    let gathered = pred("g").everywhere_reachable(bind("h", X).exists_kept(X));
    check_all(THREE, &gathered, &["1 [2 v0=2] [3 v0=3]", "3 [3 v0=3]"]);
}

#[test]
fn everywhere_with_a_shared_variable_groups_by_value() {
    let graph = "
        0: s -> 1
        1: b(1) -> 2
        2: b(2) -> 3
        3: b(1) -> 3";
    let gathered = pred("s").everywhere_reachable(bind("b", X).and(bind("b", Y).exists_kept(Y)));
    check_all(graph, &gathered.exists(X), &["0 [1 v1=1] [3 v1=1]", "0 [2 v1=2]"]);
}

#[test]
fn everywhere_skips_states_without_result_and_follows_control_edges() {
    let graph = "
        0: s -> 1 ~>2
        1: -> 1
        2: b(5) -> 2";
    let gathered = pred("s").everywhere_reachable(bind("b", X).exists_kept(X));
    check_all(graph, &gathered, &["0 [2 v0=5]"]);
}

#[test]
fn the_limit_ends_an_evaluation() {
    let graph = TextGraph::read(THREE);
    let formula = bind("f", X).and(bind("h", Y)).exists(X);
    let outcome = check(&graph, &Numbers, &mut &graph, &formula, &mut Limit(3));
    assert_eq!(outcome, Err(LimitReached));
}

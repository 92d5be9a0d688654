//! Witnesses: what is kept, how it travels along paths, and its leaves.

use super::*;

#[test]
fn a_kept_variable_leaves_a_witness_where_it_was_bound() {
    let graph = "1: f(1) -> 2 \n 2: g(1) -> 2";
    let sequence = bind("f", X).and(bind("g", X).and(bind("g", Y).exists_kept(Y)).ax());
    check_all(graph, &sequence.exists_kept(X), &["1 [1 v0=1 [2 v1=1]]"]);
}

#[test]
fn uncheck_makes_no_witnesses() {
    let graph = "1: f(1) -> 1";
    check_all(graph, &bind("f", X).exists_kept(X).uncheck(), &["1"]);
    let shared = Formula::Let {
        name: 0,
        value: Box::new(bind("f", X).exists_kept(X)),
        body: Box::new(Formula::Ref(0).uncheck()),
    };
    check_all(graph, &shared, &["1"]);
}

#[test]
fn a_negated_witness_stays_alone() {
    let graph = "1: f(1) g(2) -> 1";
    let kept = bind("f", X).exists_kept(X);
    check_all(graph, &kept.clone().negate(), &["1 [!1 v0=1]"]);
    check_all(graph, &kept.clone().negate().negate(), &["1 [1 v0=1]"]);
    let with_positive = kept.negate().and(bind("g", Y).exists_kept(Y));
    check_all(graph, &with_positive, &["1 [!1 v0=1]"]);
}

#[test]
fn a_scope_around_a_negated_witness_is_negated() {
    let graph = "1: f(1) g(2) -> 1";
    let inner = bind("f", X).exists_kept(X).negate();
    check_all(graph, &bind("g", Y).and(inner).exists_kept(Y), &["1 [!1 v1=2 [1 v0=1]]"]);
}

#[test]
fn each_witness_of_a_negated_row_is_one_way_to_fail() {
    let graph = "1: f(1) g(2) -> 1";
    let both = bind("f", X).exists_kept(X).and(bind("g", Y).exists_kept(Y));
    check_all(graph, &both.negate(), &["1 [!1 v0=1]", "1 [!1 v1=2]"]);
}

#[test]
fn all_paths_contribute_their_witnesses() {
    let graph = "
        a: a -> l r
        l: b(1) -> e
        r: n -> s
        s: b(2) -> e
        e: -> e";
    let dots = Formula::True.au(bind("b", X).exists_kept(X)).ax();
    check_all(graph, &pred("a").and(dots), &["a [l v0=1] [s v0=2]"]);
}

#[test]
fn some_paths_are_alternatives() {
    let graph = "
        a: a -> l r
        l: b(1) -> e
        r: b(2) -> e
        e: -> e";
    let dots = pred("a").negate().eu(bind("b", X).exists_kept(X)).ex();
    check_all(graph, &pred("a").and(dots), &["a [l v0=1]", "a [r v0=2]"]);
}

/// `a(); <... b(); ...> d();` on `a(); while (..) { if (..) b(1); if (..) b(2); } d();`
#[test]
fn a_nest_in_a_loop_gathers_all_of_its_body() {
    let graph = "
        a: a -> h
        h: loop -> i o
        i: -> t j
        t: b(1) -> j
        j: -> u k
        u: b(2) -> k
        k: -> h
        o: -> d
        d: d -> e
        e: -> e";
    let taken = bind("b", X).exists_kept(X).or_else(bind("b", X).exists(X).negate());
    let nest = taken.and(pred("d").negate()).au(pred("d")).ax();
    check_all(graph, &pred("a").and(nest), &["a [t v0=1] [u v0=2]"]);
}

/// `a(); ... when any b();` on `a(); while (..) c(); b(); b();`: the goal is an alternative at each b,
/// and the part that looks for a way out of the loop adds the choice of both.
#[test]
fn a_loop_before_two_goals_also_gives_both() {
    let graph = "
        a: a -> h
        h: loop -> c o
        c: -> h
        o: -> 4
        4: b(4) -> 5
        5: b(5) -> e
        e: end -> e";
    let dots = Formula::True.au(bind("b", X).exists_kept(X)).ax();
    check_all(graph, &pred("a").and(dots), &["a [4 v0=4]", "a [4 v0=4] [5 v0=5]", "a [5 v0=5]"]);
}

/// The same on `a(); while (..) { c(); b(); b(); d(); } b();`
#[test]
fn goals_in_and_behind_a_loop() {
    let graph = "
        a: a -> h
        h: loop -> c o
        c: -> 4
        4: b(4) -> 5
        5: b(5) -> d
        d: -> h
        o: -> 7
        7: b(7) -> e
        e: end -> e";
    let dots = Formula::True.au(bind("b", X).exists_kept(X)).ax();
    check_all(
        graph,
        &pred("a").and(dots),
        &[
            "a [4 v0=4] [5 v0=5] [7 v0=7]",
            "a [4 v0=4] [7 v0=7]",
            "a [5 v0=5] [7 v0=7]",
            "a [7 v0=7]",
        ],
    );
}

#[test]
fn leaves_are_the_paths_of_positive_witnesses() {
    let graph = TextGraph::read("a: f(9) -> l r \n l: b(1) -> e \n r: b(2) -> e \n e: -> e");
    let inner = bind("b", Y).exists_kept(Y).and(pred("n").exists_kept(Z).negate()).ax();
    let formula = bind("f", X).and(inner).exists_kept(X);
    let triples = check(&graph, &Numbers, &mut &graph, &formula, &mut Limit::default()).unwrap();
    let [triple] = &triples[..] else { panic!("one triple: {triples:?}") };
    assert!(!triple.has_negated_witness());
    assert_eq!(triple.leaves(), [vec![(0, X, 9), (1, Y, 1)], vec![(0, X, 9), (2, Y, 2)]]);
}

#[test]
fn negated_witnesses_have_no_leaves() {
    let graph = TextGraph::read("1: f(1) -> 1");
    let formula = bind("f", X).exists_kept(X).negate();
    let triples = check(&graph, &Numbers, &mut &graph, &formula, &mut Limit::default()).unwrap();
    assert_eq!(triples.len(), 1);
    assert!(triples[0].has_negated_witness());
    assert!(triples[0].leaves().is_empty());
}

#[test]
fn many_branches_with_a_nest_stay_within_the_limit() {
    let mut text = String::from("a: a -> h\nh: loop -> i0 o\n");
    for n in 0..40 {
        text += &format!("i{n}: -> t{n} i{}\nt{n}: b({n}) -> i{}\n", n + 1, n + 1);
    }
    text += "i40: -> h\no: -> d\nd: d -> d\n";
    let graph = TextGraph::read(&text);
    let taken = bind("b", X).exists_kept(X).or_else(bind("b", X).exists(X).negate());
    let nest = taken.and(pred("d").negate()).au(pred("d")).ax();
    let triples =
        check(&graph, &Numbers, &mut &graph, &pred("a").and(nest), &mut Limit(100_000)).unwrap();
    assert_eq!(triples.len(), 1);
    assert_eq!(triples[0].leaves().len(), 40);
}

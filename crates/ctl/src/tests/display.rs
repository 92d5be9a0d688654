//! Formulas as text.

use super::*;

#[track_caller]
fn check_text(formula: &Formula<Label>, expected: &str) {
    assert_eq!(formula.to_string(), expected);
}

#[test]
fn dots_as_text() {
    let dots = bind("f", X).and(pred("g").negate().au(pred("h")).ax());
    check_text(&dots.clone(), "f(v0) & AX A[!g U h]");
    check_text(&dots.exists_kept(X), "exists kept v0. f(v0) & AX A[!g U h]");
}

#[test]
fn brackets_where_needed() {
    let choice = pred("a").or(pred("b"));
    check_text(&choice.clone().and(pred("c")), "(a | b) & c");
    check_text(&pred("c").or(pred("a").and(pred("b"))), "c | a & b");
    check_text(&choice.clone().or_else(pred("c")).negate(), "!(a | b |> c)");
    check_text(&choice.exists(X).and(pred("c")), "(exists v0. a | b) & c");
    check_text(&Formula::EX(Direction::Backward, Box::new(pred("a").ex())), "EX^- EX a");
    let shared =
        Formula::Let { name: 1, value: Box::new(pred("a")), body: Box::new(Formula::Ref(1)) };
    check_text(&shared.uncheck(), "uncheck(let r1 = a in r1)");
    check_text(&pred("a").everywhere_reachable(pred("b")), "everywhere(a, b)");
    check_text(
        &Formula::AU(Direction::Backward, Box::new(Formula::True), Box::new(Formula::False)),
        "A^-[true U false]",
    );
}

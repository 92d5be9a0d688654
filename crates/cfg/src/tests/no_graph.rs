//! Items that have no graph, with the reason and the place.

use super::{graph_of, parse};
use crate::Reason;

#[track_caller]
fn check(source: &str, reason: Reason, place: &str) {
    let tree = parse(source);
    let failure = graph_of(&tree).expect_err("no graph");
    assert_eq!(failure.reason, reason);
    assert_eq!(String::from_utf8_lossy(tree.text(failure.syntax)), place);
}

#[test]
fn labels() {
    check("void m(void) { goto l; }", Reason::UnknownLabel, "goto l;");
    check("void m(void) { l: a(); l: b(); }", Reason::DuplicateLabel, "l: b();");
    check("void m(void) { goto *p; }", Reason::ComputedGoto, "goto *p;");
}

#[test]
fn jumps_and_cases_without_their_construct() {
    check("void m(void) { break; }", Reason::StrayBreak, "break;");
    check("void m(void) { continue; }", Reason::StrayContinue, "continue;");
    check("void m(void) { switch (x) { case 1: continue; } }", Reason::StrayContinue, "continue;");
    check("void m(void) { case 1: a(); }", Reason::StrayCase, "case 1: a();");
    let in_loop = "void m(void) { switch (x) { while (y) default: a(); } }";
    check(in_loop, Reason::StrayDefault, "default: a();");
}

#[test]
fn constructs_of_a_shape_that_is_not_handled() {
    let braceless = "void m(void) { switch (x) case 1: a(); }";
    check(braceless, Reason::SwitchWithoutBraces, "switch (x) case 1: a();");
    let unreached = "void m(void) { do { return; } while (x); }";
    check(unreached, Reason::UnreachedDoTail, "do { return; } while (x);");
}

#[test]
fn macros() {
    let returning = "#define A do { return; } while (0)\n";
    check(returning, Reason::ReturnInDoWhileZero, "return;");
    check("#define A ) x\n", Reason::Unparsed, ") x");
}

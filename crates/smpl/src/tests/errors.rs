//! What is said about a wrong patch, and where.

use super::{check_error, parse_text};

/// An error of a rule with these declarations and this body.
fn check_body(declarations: &str, body: &str, code: &str, at: &str) {
    check_error(&format!("@@\n{declarations}\n@@\n{body}"), code, at);
}

/// The codes of the warnings.
fn warnings(text: &str) -> Vec<&'static str> {
    parse_text(text).unwrap().warnings.iter().map(|warning| warning.code).collect()
}

#[test]
fn headers() {
    check_error("@r\nexpression e;\n@@\n f(e);\n", "smpl/unterminated-header", "@");
    check_error("@r@\nexpression e;\n f(e);\n", "smpl/unterminated-header", "@");
    check_error("@depends on later@\n@@\n f();\n", "smpl/undeclared-rule", "later");
    check_error("@r@\n@@\n f();\n@r@\n@@\n g();\n", "smpl/rule-redefined", "r");
    check_error("@r enable x@\n@@\n f();\n", "smpl/rule-header", "enable");
    check_error("virtual v;\n@@\n@@\n- f();\n", "smpl/prologue", ";");
    check_error("foo();\n@@\n@@\n- f();\n", "smpl/prologue", "foo");
    assert_eq!(parse_text("").unwrap_err()[0].code, "smpl/no-rule");
}

#[test]
fn declarations() {
    check_body("expresion e;", "- f(e);\n", "smpl/unknown-kind", "expresion");
    check_body("expression e", "- f(e);\n", "smpl/declaration", "");
    check_body("expression e;\nidentifier e;", "- f(e);\n", "smpl/declared-twice", "e");
    check_body("expression nope.e;", "- f(e);\n", "smpl/undeclared-rule", "nope");
    check_body("identifier f =~ \"(\";", "- f();\n", "smpl/regex", "\"(\"");
    let above = "@r@\nexpression e;\n@@\n f(e);\n";
    check_error(
        &format!("{above}@@\nexpression r.x;\n@@\n- f(x);\n"),
        "smpl/undeclared-metavariable",
        "x",
    );
    check_error(
        &format!("{above}@@\ntype r.e;\n@@\n- f(e);\n"),
        "smpl/incompatible-inheritance",
        "e",
    );
}

#[test]
fn a_word_that_is_used_as_a_type_is_no_typo() {
    assert!(parse_text("@@\ntypedef expresion;\nexpresion e;\n@@\n- f(e);\n").is_ok());
    assert!(parse_text("@@\nu32 e;\nfoo_t g;\n@@\n- f(e, g);\n").is_ok());
}

#[test]
fn additions_need_something_to_stand_on() {
    check_body("", "+ int y;\n", "smpl/empty-minus", "int");
    check_body("", " a();\n ...\n+ b();\n", "smpl/nothing-to-stand-on", "b();");
    check_body("", "(\n a();\n|\n b();\n)\n+ c();\n", "smpl/nothing-to-stand-on", "c();");
    check_body("expression e;", " f();\n- g();\n+ h(e);\n", "smpl/only-in-plus", "e");
    check_body("expression e;", "- foo(e)\n", "smpl/invalid-minus", "foo(e)");
    check_body("", " f();\n+ a();\n++ b();\n", "smpl/mixed-plus", "a();\n++ b();");
}

#[test]
fn dots() {
    check_body("", "...\n", "smpl/dots", "...");
    check_body("", " f();\n ...\n ...\n- g();\n", "smpl/dots", "...");
    check_body("", "- f();\n+ ...\n", "smpl/dots-in-plus", "...");
}

#[test]
fn markers_and_positions() {
    check_body("", "-? f();\n", "smpl/marker", "?");
    check_body("position p;", " f();\n- g();\n+ h@p();\n", "smpl/position", "@p");
    check_body("position p;", "- f(p);\n", "smpl/position", "p");
    check_body("", "- f@q();\n", "smpl/position", "@q");
    check_body("", "- f();\n  #ifdef X\n", "smpl/directive", "#ifdef X");
    check_body("", "- f() \\\n", "smpl/continuation", "\\");
    check_body("", "* a();\n- b();\n", "smpl/star-in-patch", "a");
}

#[test]
fn parentheses_of_two_kinds() {
    check_body("", "(\n- a();\n|\n b();\n )\n", "smpl/parenthesis", ")");
    check_body("", "- f(x\n);\n g(\n1);\n)\n", "smpl/parenthesis", ")");
}

#[test]
fn code_that_does_not_parse() {
    check_body("expression e;", " a(e)\n- b(e);\n", "smpl/parse", "b");
    check_body("expression e; statement S;", "- each_x(e) S\n", "smpl/parse", "S");
    let message = parse_text("@@\nexpression e;\n@@\n if (e)\n- f();\n").unwrap_err();
    assert!(message[0].message.contains("plus"), "{message:?}");
}

#[test]
fn a_branch_that_cannot_be_read_ends_the_choice() {
    check_body("", "- int s(\\(%\\|int a\\));\n", "smpl/parse", "%");
}

#[test]
fn warnings_do_not_stop() {
    assert_eq!(
        warnings("@@\nexpression e;\n@@\n- f(x);\n"),
        ["smpl/unused-metavariable", "smpl/undeclared-name",]
    );
    assert_eq!(warnings("@@\nsymbol x;\n@@\n- f(x, ABC, NULL);\n"), [""; 0]);
}

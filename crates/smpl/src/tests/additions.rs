//! Where added code hangs: the examples of attachment, each with the reason in its name.

use super::check;

/// A rule with these declarations and this body hangs its additions so.
fn check_body(declarations: &str, body: &str, expected: &[&str]) {
    check(&format!("@@\n{declarations}\n@@\n{body}"), expected);
}

#[test]
fn code_sits_on_what_precedes_it() {
    check_body("", " f(1);\n+ a();\n h(3);\n", &["+ statement after `f(1);` (line 4): a();"]);
}

#[test]
fn dots_hold_no_code() {
    check_body(
        "",
        " f(1);\n ...\n+ a();\n h(3);\n",
        &["+ statement before `h(3);` (line 7): a();"],
    );
}

#[test]
fn removed_code_is_replaced_at_its_first_token() {
    check_body(
        "",
        "- f(1);\n+ a();\n- g(2);\n+ b();\n h(3);\n",
        &[
            "+ statement in place of `f(1);` (line 4): a();",
            "+ statement in place of `g(2);` (line 6): b();",
        ],
    );
}

#[test]
fn kept_code_before_removed_code_takes_the_addition() {
    check_body("", " f(1);\n+ a();\n- g(2);\n", &["+ statement after `f(1);` (line 4): a();"]);
}

#[test]
fn an_argument_goes_behind_the_parenthesis_before_dots() {
    check_body("", " f(\n+ x,\n ...)\n", &["+ pieces after `(` (line 4): x ,"]);
}

#[test]
fn an_argument_goes_before_the_parenthesis_behind_dots() {
    check_body("", " f(...\n+ , x\n )\n", &["+ pieces before `)` (line 6): , x"]);
}

#[test]
fn an_argument_goes_behind_the_comma_of_another() {
    check_body("expression e;", " f(e,\n+ x,\n ...)\n", &["+ pieces after `,` (line 4): x ,"]);
}

#[test]
fn lines_in_a_row_form_one_chunk() {
    check_body("", " f(\n+ a,\n+ b,\n ...)\n", &["+ pieces after `(` (line 4): a , / b ,"]);
}

#[test]
fn declarations_go_to_the_mark_of_a_function() {
    check_body(
        "identifier g; type T;",
        "+ int k;\n T g(...) { ... }\n",
        &["+ lines before `$T $g(...) { ... }` (line 5): int k;"],
    );
    check_body(
        "identifier g; type T;",
        " T g(...) { ... }\n+ int k(void) { return 1; }\n",
        &["+ lines after `$T $g(...) { ... }` (line 4): int k(void) { return 1; }"],
    );
}

#[test]
fn storage_goes_to_the_first_token_and_no_mark() {
    check_body(
        "identifier g; type T;",
        "+ static\n T g(...) { ... }\n",
        &["+ pieces before `$T` (line 5): static"],
    );
}

#[test]
fn an_include_takes_code() {
    check_body(
        "",
        " #include <a.h>\n+ #include <n.h>\n",
        &["+ lines after `#include <a.h>` (line 4): #include <n.h>"],
    );
}

#[test]
fn several_additions_are_marked() {
    check_body(
        "expression e;",
        " h(e);\n++ a(e);\n",
        &["++ statement after `h($e);` (line 4): a($e);"],
    );
}

#[test]
fn a_name_is_replaced_alone() {
    check_body("", "- g\n+ a\n  (2);\n", &["+ term in place of `g` (line 4): a"]);
}

#[test]
fn code_in_a_nest_hangs_inside() {
    check_body(
        "",
        " f();\n <...\n g(2);\n+ a();\n ...>\n h();\n",
        &["+ statement after `g(2);` (line 6): a();"],
    );
    check_body(
        "identifier h; symbol p;",
        " f();\n <...\n- h\n+ p->n\n ...>\n",
        &["+ term in place of `$h` (line 6): p->n"],
    );
}

#[test]
fn a_wrapper_hangs_before_and_after() {
    check_body(
        "",
        "+ if (a) {\n  f(1);\n  g(1);\n+ }\n",
        &["+ pieces before `f(1);` (line 5): if ( a ) {", "+ pieces after `g(1);` (line 6): }"],
    );
    check_body("", "+ if (a)\n  f(1);\n", &["+ pieces before `f(1);` (line 5): if ( a )"]);
}

#[test]
fn an_else_hangs_behind_the_branch() {
    check_body(
        "statement S;",
        " if (a) S\n+ else k();\n",
        &["+ term after `$S` (line 4): else k();"],
    );
}

#[test]
fn a_braced_branch_may_lose_its_braces() {
    check_body(
        "expression x; statement S;",
        " if (x)\n- {\n S\n- }\n",
        &["-  {", "-  }", "plus slice: IfStatement", "if ($x)", "$S"],
    );
}

#[test]
fn branches_of_a_disjunction_hold_their_own() {
    check_body(
        "expression e;",
        "(\n- a(e);\n+ b(e);\n|\n- c(e);\n+ d(e);\n)\n",
        &[
            "+ statement in place of `a($e);` (line 5): b($e);",
            "+ statement in place of `c($e);` (line 8): d($e);",
        ],
    );
}

#[test]
fn a_removed_declaration_is_replaced_at_its_last_token() {
    check_body("", "- int x;\n+ long x;\n", &["+ lines in place of `int x;` (line 4): long x;"]);
}

#[test]
fn a_parameter_is_added_at_the_start() {
    check_body(
        "identifier f;",
        " f(\n+ int n,\n ...) { ... }\n",
        &["+ pieces after `(` (line 4): int n ,"],
    );
}

#[test]
fn what_is_added_inside_a_removed_term_replaces_it() {
    check_body(
        "",
        "- foo(a,\n+ bar(a);\n-     b);\n",
        &["+ statement in place of `foo(a, b);` (line 4): bar(a);"],
    );
}

#[test]
fn a_header_is_replaced_in_its_parts() {
    check_body(
        "",
        "- f(int x, int y) {\n+ f(int x) {\n   ...\n  }\n",
        &[
            "+ term in place of `f(int x, int y)` (line 4): f(int x)",
            "+ pieces in place of `{` (line 4): {",
        ],
    );
}

#[test]
fn comments_and_conditionals_are_kept() {
    check_body(
        "",
        " f(1);\n+ // c1\n+ a(1); // c2\n+\n+ #ifdef Q\n+ b(1);\n+ #endif\n",
        &[
            "+ lines after `f(1);` (line 4): // c1 / a(1); // c2 / (empty line) / #ifdef Q / b(1); / #endif",
        ],
    );
}

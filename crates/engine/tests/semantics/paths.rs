//! Rules over paths: dots, `when`, nests, choices, options, loops, error exits, histories. Each case says what a rule
//! does to the body of a function.

use crate::run::{check, refused, run, tokens, unchanged};

#[test]
fn final_dots_look_to_the_end_of_every_path() {
    check("- f();\n... when != g();", "f(); a();", "a();");
    unchanged("- f();\n... when != g();", "f(); g();");
    unchanged("- a();\n... when != b();", "while (x) { a(); c(); }");
    check("- a();\n... when != b() when any", "while (x) { a(); c(); }", "while (x) { c(); }");
    unchanged("- a();\n... when != b();", "a(); if (x) { b(); return; }");
}

#[test]
fn an_error_exit_need_not_reach_the_goal() {
    let rule = "a();\n...\n- b();";
    check(rule, "a(); if (x) return; b();", "a(); if (x) return;");
    check(rule, "a(); if (x) return; else c(); b();", "a(); if (x) return; else c();");
    unchanged(rule, "a(); if (x) c(); else return; b();");
    unchanged(rule, "a(); switch (x) { case 1: return; default: c(); } b();");
    check(
        rule,
        "while (y) { a(); if (x) { c(); continue; } b(); }",
        "while (y) { a(); if (x) { c(); continue; } }",
    );
    check(
        "a(x);\n... when != x\n- b();",
        "a(y); if (z) { c(y); return; } b();",
        "a(y); if (z) { c(y); return; }",
    );
}

#[test]
fn a_jump_out_of_a_block_leaves_it() {
    let rule = "{\na();\n...\n- b();\n...\n}";
    check(
        rule,
        "{ a(); if (x) goto out; b(); c(); } e(); out: d();",
        "{ a(); if (x) goto out; c(); } e(); out: d();",
    );
}

#[test]
fn loops_may_never_end() {
    unchanged("a();\n...\n- b();", "for (;;) { a(); c(); } b();");
}

#[test]
fn dots_are_shortest() {
    let rule = "- a();\n...\n- b();";
    check(rule, "a(); a(); b(); b();", "a(); b();");
    check("- a();\n... when any\n- b();", "a(); a(); b(); b();", "");
}

#[test]
fn a_function_body_is_one_stretch() {
    unchanged("@@ identifier f; @@\nf(...) {\n...\n- a();\n...\n}", "a(); c(); a();");
    check("@@ identifier f; @@\nf(...) {\n<...\n- a();\n...>\n}", "a(); c(); a();", "c();");
    check(
        "@@ identifier f; @@\nf(...) {\n... when any\n- a();\n... when any\n}",
        "a(); c(); a();",
        "c();",
    );
}

#[test]
fn a_variable_behind_a_branch_may_differ_by_path() {
    check("a();\n...\n- b(x);", "a(); if (z) b(1); else b(2);", "a(); if (z) {} else {}");
    unchanged("a();\n+ z(x);\n...\n- b(x);", "a(); if (z) b(1); else b(2);");
    check(
        "a();\n...\n- b(x);\n+ z(x);",
        "a(); if (z) { b(1); } else { b(2); }",
        "a(); if (z) { z(1); } else { z(2); }",
    );
}

#[test]
fn an_exported_variable_is_the_same_on_all_paths() {
    let rule = "@r@ expression x; @@\na();\n...\n- b(x);\n\n@@ expression r.x; @@\n- q(x);\n";
    unchanged(rule, "a(); if (z) b(1); else b(2);");
}

#[test]
fn statement_metavariables_take_statements_and_no_declarations() {
    unchanged("a();\n...\n- S\nb();", "a(); c(); d(); b();");
    check("a();\n- S", "a(); int i; a(); b();", "a(); int i; a();");
}

#[test]
fn adjacent_means_adjacent() {
    let rule = "a();\n- b();";
    check(rule, "a(); b();", "a();");
    unchanged(rule, "if (z) a(); b();");
    unchanged(rule, "a(); l: b();");
    unchanged(rule, "a(); { b(); }");
    unchanged(rule, "a(); ; b();");
}

#[test]
fn earlier_branches_keep_later_ones_from_their_places() {
    let rule = "(\nf(x)\n|\n- g(x)\n+ h(x)\n)";
    unchanged(rule, "f(g(1));");
    unchanged(rule, "g(f(1));");
    check(rule, "a = g(1) + f(2);", "a = h(1) + f(2);");
    check("(\na();\n...\n- b();\n|\na();\n...\n- c();\n)", "a(); c(); b();", "a(); c();");
}

#[test]
fn one_token_takes_one_change() {
    refused("- f(x)\n+ g(x)", "f(f(1));", "already tagged");
    check("- f\n+ g\n  (x)", "f(f(1));", "g(g(1));");
    refused("f(x);\n...\nb();\n+ g(x);", "f(1); f(2); b();", "already tagged");
    check("f(x);\n...\nb();\n+ g();", "f(1); f(2); b();", "f(1); f(2); b(); g();");
    check("f(x);\n...\n- b();", "f(1); f(2); b();", "f(1); f(2);");
    refused("f(x);\n...\n- b();\n+ c(x);", "f(1); f(2); b();", "already tagged");
}

#[test]
fn all_ways_to_a_change_must_be_ways_of_the_match() {
    refused("a();\n...\n- b();", "if (x) a(); b();", "inconsistent");
}

#[test]
fn exists_takes_the_paths_that_match() {
    let rule = |header: &str| format!("@{header}@ @@\n- a();\n...\n- b();\n");
    let code = "a(); if (x) b(); else c();";
    check(&rule("r exists"), code, "if (x) {} else c();");
    unchanged(&rule("r forall"), code);
}

#[test]
fn a_nest_that_must_match_may_match_in_an_error_exit() {
    let rule = "- a();\n<+...\nb();\n...+>\nc();";
    check(rule, "a(); if (z) { b(); return; } c();", "if (z) { b(); return; } c();");
    unchanged(rule, "a(); if (z) { q(); return; } c();");
}

#[test]
fn an_optional_line_matches_if_it_can() {
    let rule = "a();\n...\n?- b();\n...\nc();\n+ z();";
    check(rule, "a(); b(); c();", "a(); c(); z();");
    check(rule, "a(); q(); c();", "a(); q(); c(); z();");
}

#[test]
fn one_optional_line_is_found_on_several_paths() {
    let rule = "@@ identifier f; @@\nf(...) {\n...\n- get();\n...\n?- put();\n...\n}";
    check(rule, "get(); if (x) { put(); return; } c(); put();", "if (x) { return; } c();");
    let strict = "@@ identifier f; @@\nf(...) {\n...\n- get();\n...\n- put();\n...\n}";
    check(strict, "get(); if (x) { put(); return; } c(); put();", "if (x) { return; } c();");
    unchanged(strict, "get(); if (x) { put(); } c();");
}

#[test]
fn code_at_the_end_of_a_function_comes_before_each_last_brace() {
    let patch = "@@ identifier f; @@\nf(...) {\n...\n+ q();\n}\n";
    let code = "void m(void) { a(); if (x) { c(); return; } b(); }";
    let expected = "void m(void) { a(); if (x) { c(); return; q(); } b(); q(); }";
    assert_eq!(run(patch, code), Ok(tokens(expected.as_bytes())));
}

#[test]
fn a_condition_may_be_excluded() {
    let rule = "a(x);\n... when != true x\n- b(x);";
    unchanged(rule, "a(p); if (p) b(p);");
    check(rule, "a(p); if (q) b(p); else b(p);", "a(p); if (q) {} else {}");
}

#[test]
fn when_variables_are_shared_with_later_uses() {
    let rule = "a(x);\n... when != c(x,y)\n- b(y);";
    check(rule, "a(1); c(1, 2); b(3);", "a(1); c(1, 2);");
    unchanged(rule, "a(4); c(4, 3); b(3);");
}

#[test]
fn dots_at_the_start_begin_with_the_function() {
    check("...\n- a();", "if (x) return; a();", "if (x) return;");
    unchanged("...\n- a();", "if (x) { a(); c(); }");
}

#[test]
fn no_graph_no_match() {
    unchanged("- a();", "a(); goto *p;");
    unchanged("- a();", "a(); goto nowhere;");
    unchanged("- a();", "a(); switch (x) case 1: b();");
}

#[test]
fn an_if_without_else_is_not_one_with() {
    unchanged("if (x)\n- a();\n+ b();", "if (p) a(); else c();");
    check("if (x)\n- a();\n+ b();", "if (p) a();", "if (p) b();");
    unchanged("if (x)\n- a();\n+ b();", "if (p) { a(); }");
}

#[test]
fn declarations_match_outside_and_inside_functions() {
    let code = "int i; void m(void) { int i; a(); }";
    let patch = "@@ @@\n- int i;\n";
    assert_eq!(run(patch, code), Ok(tokens(b"void m(void) { a(); }")));
    let local = "@@ @@\n- int i;\n+ foo();\n";
    assert_eq!(run(local, code), Ok(tokens(b"int i; void m(void) { foo(); a(); }")));
}

#[test]
fn rules_run_once_for_each_value() {
    let rule = "@r@ expression x; @@\na(x);\n\n@@ expression r.x; @@\n- b(x);\n+ c(x);\n";
    check(rule, "a(1); a(2); b(1); b(2); b(3);", "a(1); a(2); c(1); c(2); b(3);");
    refused(
        "@r@ expression x; @@\na(x);\n\n@@ expression r.x; @@\n- b();\n+ c(x);\n",
        "a(1); a(2); b();",
        "already tagged",
    );
}

#[test]
fn histories_tell_what_depends_on_what() {
    let rules = "@r1@ expression x; @@\na(x);\n\n@r2@ expression r1.x; @@\nb(x);\n\n@depends on r2@ @@\n- p();\n\n@depends on !r2@ @@\n- q();\n";
    check(rules, "a(1); a(2); b(1); p(); q();", "a(1); a(2); b(1);");
    check(rules, "a(2); b(1); p(); q();", "a(2); b(1); p();");
    let strict = rules.replace("depends on !r2", "depends on forall !r2");
    check(&strict, "a(1); a(2); b(1); p(); q();", "a(1); a(2); b(1); q();");
    check(&strict, "a(1); a(2); p(); q();", "a(1); a(2); p();");
}

#[test]
fn an_if_that_loses_its_else_stays_one_branch() {
    let rule = "@@ expression x; statement S; @@\nif (x) {\n...\nreturn ...;\n}\n- else\n S\n";
    check(rule, "while (1) if (p) return; else b();", "while (1) { if (p) return; b(); }");
    check(rule, "if (p) return; else b();", "if (p) return; b();");
    check(
        rule,
        "if (p) return; else if (q) return; else b();",
        "if (p) return; { if (q) return; b(); }",
    );
}

#[test]
fn code_behind_a_compound_statement_comes_behind_all_of_it() {
    check(
        "for (...;...;...) {\n...\n}\n+ q();",
        "for (i = 0; i < 3; i++) { a(); } b();",
        "for (i = 0; i < 3; i++) { a(); } q(); b();",
    );
    check("if (x) {\n...\n}\n+ q();", "if (p) { a(); } b();", "if (p) { a(); } q(); b();");
}

#[test]
fn a_branch_that_ends_in_return_may_take_a_goto_first() {
    let rule = "@@ expression x; @@\nif (\n- x\n+ !x\n  ) {\n...\nreturn ...;\n}";
    check(
        rule,
        "if (p) goto out; c(); out: a(); return;",
        "if (!p) goto out; c(); out: a(); return;",
    );
    unchanged(rule, "if (p) { a(); } c();");
}

#[test]
fn an_implicit_return_is_a_return() {
    let patch = "@@ identifier f; @@\nf(...) {\na();\n...\n- return;\n+ return 1;\n}\n";
    assert_eq!(
        run(patch, "void m(void) { a(); b(); }"),
        Ok(tokens(b"void m(void) { a(); b(); return 1; }"))
    );
}

#[test]
fn a_break_belongs_to_its_loop() {
    let rule =
        "@exists@ expression x; @@\n  while (x) {\n  ... when any\n- break;\n  ... when any\n  }\n";
    check(
        rule,
        "while (a) { if (b) break; switch (c) { case 1: f(); break; } }",
        "while (a) { if (b) {} switch (c) { case 1: f(); break; } }",
    );
    let rule =
        "@exists@ expression x; @@\n  switch (x) {\n  case 1:\n  ...\n- continue;\n+ f();\n  }\n";
    check(
        rule,
        "while (a) { switch (c) { case 1: g(); continue; case 2: continue; } }",
        "while (a) { switch (c) { case 1: g(); f(); case 2: continue; } }",
    );
}

//! Headers, declarations, marks: what is understood.

use super::{check, parse_text};
use crate::{BodyKind, Constraint, Dependency, Purpose, Quantifier};

#[test]
fn a_header_has_all_its_clauses() {
    let text = "virtual patch\n@a@\n@@\n f();\n\n@b depends on patch && !a disable paren, ret exists@\n@@\n- g();\n";
    check(
        text,
        &[
            "virtual patch",
            "rule 0: a",
            "rule 1: b",
            "depends on virtual patch && !a",
            "exists",
            "disable paren",
            "disable ret",
        ],
    );
    let patch = parse_text(text).unwrap();
    assert_eq!(patch.rules[1].quantifier, Some(Quantifier::Exists));
    assert_eq!(patch.purpose, Purpose::Patch);
}

#[test]
fn ever_never_and_paths() {
    let text =
        "@a@\n@@\n f();\n@depends on ever a || never a && file in \"x\" expression@\n@@\n* g()\n";
    let patch = parse_text(text).unwrap();
    assert_eq!(patch.rules[1].body_kind, Some(BodyKind::Expression));
    let expected = Dependency::Or(
        Box::new(Dependency::Ever(0)),
        Box::new(Dependency::And(
            Box::new(Dependency::Never(0)),
            Box::new(Dependency::FileIn("x".into())),
        )),
    );
    assert_eq!(patch.rules[1].depends, expected);
    assert_eq!(patch.purpose, Purpose::Match);
}

#[test]
fn kinds_of_metavariables() {
    check(
        "@@\nexpression e;\nexpression *p;\nexpression list[n] es;\nidexpression struct s *x;\nlocal idexpression y;\n\
         {struct a, b_t} z;\nposition q;\nstatement list ss;\n@@\n f@q(e, p, es, x, y, z);\n ss\n",
        &[
            "expression e",
            "expression *p",
            "length n",
            "expression list[n] es",
            "idexpression struct s *x",
            "local idexpression y",
            "{struct a, b_t} z",
            "position q",
            "statement list ss",
            "f@q($e, $p, $es, $x, $y, $z);",
        ],
    );
}

#[test]
fn constraints_are_kept() {
    check(
        "@r@\nidentifier f = {a, b};\nidentifier g != {a} && =~ \"^x\";\nconstant c > 3;\n@@\n f(g, c);\n\
         @@\nidentifier r.f;\nidentifier h != r.g;\n@@\n- f(h);\n",
        &[
            "identifier f = {a, b}",
            "identifier g != a && =~ \"^x\"",
            "constant c > 3",
            "exports f to rule 1",
            "exports g to rule 1",
            "identifier r.f",
            "identifier h != r.g",
        ],
    );
}

#[test]
fn types_may_be_inherited() {
    check(
        "@r@\ntype T;\nT *x;\n@@\n f(x);\n@@\nr.T *y;\n{r.T, int} z;\n@@\n- g(y, z);\n",
        &["exports T to rule 1", "type r.T", "r.T *y", "{r.T, int} z"],
    );
}

#[test]
fn old_regex_groups_are_translated() {
    let patch = parse_text("@@\nidentifier f =~ \"^\\(get\\|put\\)_\";\n@@\n- f();\n").unwrap();
    let Some(Constraint::Matches(regex)) = &patch.rules[0].metavariables[0].constraint else {
        panic!("no regex");
    };
    assert_eq!(&*regex.pattern, "^(get|put)_");
}

#[test]
fn sticky_names_stay_in_force() {
    check(
        "@@\ntypedef foo_x;\niterator name each_x;\nexpression e;\nstatement S;\n@@\n each_x(e) S\n\
         @@\nexpression e;\nstatement S;\n@@\n- each_x(e) S\n- f((foo_x)e);\n",
        &["minus slice: IteratorStatement, ExpressionStatement", "-  each_x($e) $S"],
    );
}

#[test]
fn bit_fields_and_their_widths() {
    check(
        "@@\ntype T;\nT:b x;\nint:5 y;\nexpression e:n;\nexpression f : script:python(f) { f };\n@@\n- f(x, y, e);\n",
        &["type T", "length b", "T:b x", "int:5 y", "expression:n e", "length n"],
    );
}

#[test]
fn pragmas_have_a_name_and_a_rest() {
    let pragma =
        |rest: &str| format!("@@\nidentifier i;\npragmainfo p;\n@@\n- #pragma {rest}\n f();\n");
    check(&pragma("i p"), &["-  #pragma $i $p"]);
    check(&pragma("omp ..."), &["-  #pragma omp ..."]);
    check(&pragma("omp parallel for p"), &["-  #pragma omp parallel for p"]);
    check(&pragma("once"), &["-  #pragma once"]);
}

#[test]
fn scripts_may_make_fresh_identifiers() {
    let patch = parse_text(
        "@@\nexpression e;\nfresh identifier x = script:python(e) { \"new\" + e };\n@@\n- f(e);\n+ x();\n",
    )
    .unwrap();
    let [crate::SeedPart::Script(script)] = &patch.rules[0].metavariables[1].seed[..] else {
        panic!("no script");
    };
    assert_eq!(script.parameters, [crate::MetavariableId(0)]);
}

#[test]
fn fresh_identifiers_have_seeds() {
    let patch = parse_text(
        "@@\nidentifier x;\nfresh identifier y = \"old_\" ## x;\n@@\n- f(x);\n+ f(y);\n",
    )
    .unwrap();
    assert_eq!(patch.rules[0].metavariables[1].seed.len(), 2);
    assert!(patch.warnings.is_empty());
}

#[test]
fn scripts_are_kept_as_text() {
    check(
        "@r@\nposition p;\n@@\n f@p()\n@script:python s@\np << r.p;\nz;\n@@\nprint(p[0])\n\
         @@\nidentifier s.z;\n@@\n- z();\n",
        &["exports p to s", "rule 1: s", "script:python", "p << r.p", "identifier s.z"],
    );
}

#[test]
fn marks_and_optional_lines() {
    check(
        "@@\n@@\n f();\n ...\n?-g();\n ...\n- *p = 1;\n",
        &["f();", "...", "?- g();", "...", "-  *p = 1;"],
    );
    check("@@\n@@\n* f();\n", &["reports code", "*  f();"]);
}

#[test]
fn when_clauses_end_with_their_line_and_leave_the_plus_slice() {
    check(
        "@@\nexpression e;\n@@\n- f(e);\n ... when != g(e)\n     when any\n h(e);\n",
        &[
            "-  f($e);",
            "... when != g($e)",
            "when any",
            "h($e);",
            "plus slice: Dots, ExpressionStatement",
        ],
    );
}

#[test]
fn words_that_a_file_must_have() {
    check(
        "@r@\nidentifier i;\n@@\n foo(i)\n@@\nidentifier r.i;\n@@\n- bar(i);\n",
        &["words (bar & foo)", "words (bar & foo)"],
    );
    check("@@\n@@\n(\n- a();\n|\n- c();\n)\n b();\n", &["words (b & (a | c))"]);
    check("@@\n@@\n- a();\n <... b(); ...>\n", &["words a"]);
}

#[test]
fn options_are_data() {
    let patch = parse_text("#spatch --no-includes\n@@\n@@\n- f();\n").unwrap();
    assert_eq!(&*patch.options[0].text, "--no-includes");
}

#[test]
fn a_byte_order_mark_is_no_text() {
    assert!(parse_text("\u{feff}@@\n@@\n- f();\n").is_ok());
}

#[test]
fn line_ends_of_other_systems() {
    check("@@\r\n@@\r\n- f();\r\n+ g();\r\n", &["+ statement in place of `f();` (line 3): g();"]);
}

#[test]
fn a_word_that_is_used_as_a_type_is_no_typo() {
    assert!(parse_text("@@\ntypedef expresion;\nexpresion e;\n@@\n- f(e);\n").is_ok());
    assert!(parse_text("@@\nu32 e;\nfoo_t g;\n@@\n- f(e, g);\n").is_ok());
}

#[test]
fn nothing_is_said_about_names_that_are_meant() {
    let text = "@@\nsymbol x;\n@@\n- f(x, ABC, NULL);\n- \\(g\\|h\\)(x);\n";
    assert_eq!(parse_text(text).unwrap().warnings, []);
}

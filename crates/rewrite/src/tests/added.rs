//! Where added code lands, and its spacing.

use super::{check, check_whole};

#[test]
fn behind_a_statement_and_its_comment() {
    check(
        &[],
        " f(1);\n+ a();\n h(3);\n",
        "\tf(1);⟦A0⟧ /* c */   \n\n\t/* d */\n\th(3);\n",
        "\tf(1); /* c */\n\ta();   \n\n\t/* d */\n\th(3);\n",
    );
}

#[test]
fn before_a_statement_and_below_its_comment() {
    check(
        &[],
        " f(1);\n ...\n+ a();\n h(3);\n",
        "\tf(1);\n\n\t/* d */\n\t⟦B0⟧h(3);\n",
        "\tf(1);\n\n\t/* d */\n\ta();\n\th(3);\n",
    );
}

#[test]
fn neighbouring_replacements_share_a_line() {
    check(
        &[],
        "- f(1);\n+ a();\n- g(2);\n+ b();\n h(3);\n",
        "\t⟦R0⟧‹f(1);›\n\t⟦R1⟧‹g(2);› /* d */\n\th(3);\n",
        "\ta();b(); /* d */\n\th(3);\n",
    );
}

#[test]
fn first_arguments() {
    let body = " f(\n+ x,\n ...)\n";
    check(&[], body, "\tf(⟦A0⟧);\n\tf(⟦A0⟧1, 2);\n", "\tf(x);\n\tf(x, 1, 2);\n");
}

#[test]
fn last_arguments() {
    let body = " f(...\n+ , x\n )\n";
    check(&[], body, "\tf(⟦B0⟧);\n\tf(1⟦B0⟧);\n", "\tf(x);\n\tf(1, x);\n");
}

#[test]
fn middle_arguments() {
    check(
        &["expression e"],
        " f(e,\n+ x,\n ...)\n",
        "\tf(1,⟦A0⟧2);\n\tf(1 /* a */ ,⟦A0⟧ 2);\n",
        "\tf(1,x, 2);\n\tf(1 /* a */ , x, 2);\n",
    );
}

#[test]
fn arguments_on_rows() {
    check(&[], " f(\n+ a,\n+ b,\n ...)\n", "\tf(⟦A0⟧2,3);\n", "\tf(a,\n\t\tb, 2,3);\n");
}

#[test]
fn a_declaration_above_a_function() {
    check_whole(
        &["identifier g", "type T"],
        "+ int k;\n T g(...) { ... }\n",
        "int a;\n\n/* doc */\n⟦B0⟧int m(void)\n{\n}\n",
        "int a;\n\n/* doc */\nint k;\nint m(void)\n{\n}\n",
    );
}

#[test]
fn a_function_behind_a_function() {
    check_whole(
        &["identifier g", "type T"],
        " T g(...) { ... }\n+ int k(void) { return 1; }\n",
        "int m(void)\n{\n}⟦M0⟧\nint b;\n",
        "int m(void)\n{\n}\n\nint k(void)\n{\n\treturn 1;\n}\nint b;\n",
    );
}

#[test]
fn an_include_behind_an_include() {
    check_whole(
        &[],
        " #include <b.h>\n+ #include <n.h>\n",
        "#include <a.h>\n#include <b.h>⟦A0⟧ // b\n#include \"l.h\"\n",
        "#include <a.h>\n#include <b.h>\n#include <n.h> // b\n#include \"l.h\"\n",
    );
}

#[test]
fn values_are_printed_again() {
    check(
        &[
            "expression list es = list: a+ /* c */ b, \"x\"   \"y\", (int*)p,\n\t  a?b:c, ! x, k( 1,2 )",
        ],
        "- f(es);\n+ g(es);\n",
        "\t⟦R0⟧‹f(1);›\n",
        "\tg(a + b, \"x\" \"y\", (int *)p, a ? b : c, !x, k(1, 2));\n",
    );
}

#[test]
fn values_get_parentheses() {
    let body = "- f(e)\n+ e * 2\n";
    check(&["expression e = expr: a + b"], body, "\t⟦R0⟧‹f(1)›;\n", "\t(a + b) * 2;\n");
    check(&["expression e = expr: p->q"], body, "\t⟦R0⟧‹f(1)›;\n", "\tp->q * 2;\n");
    let body = "- f(e)\n+ e + 1\n";
    check(&["expression e = expr: a == b"], body, "\t⟦R0⟧‹f(1)›;\n", "\ta == b + 1;\n");
    check(&["expression e = expr: a ? b : c"], body, "\t⟦R0⟧‹f(1)›;\n", "\t(a ? b : c) + 1;\n");
}

#[test]
fn bound_statements() {
    check(
        &[
            "statement S = stm: {\n\t\tg(1); /* c */\n\n\t\tif (y) z(); else k();\n\t\tdo b(); while (w);\n\t}",
        ],
        "- if (x) S\n+ S\n",
        "\t⟦R0⟧‹if (x) {\n\t\tg(1);\n\t}›\n",
        "\t{\n\t\tg(1);\n\t\tif (y)\n\t\t\tz();else\n\t\t\tk();\n\t\tdo\n\t\tb();while(w);\n\t}\n",
    );
}

#[test]
fn bound_types() {
    let body = " T i;\n+ T q;\n";
    let check_type = |spec: &str, expected: &str| {
        let value = format!("type T = type: {spec}");
        check(
            &["identifier i", &value],
            body,
            &format!("\t{spec};⟦A0⟧\n"),
            &format!("\t{spec};\n\t{expected};\n"),
        );
    };
    check_type("struct a *  y", "struct a * q");
    check_type("int *p", "int *q");
    check_type("char z [ 3 ]", "char q[3]");
    check_type("int (*z)(int a)", "int (*q)(int a)");
}

#[test]
fn bound_types_without_a_name() {
    check(
        &["type T = type: struct a *y"],
        "- f(T);\n+ g((T)1, sizeof(T), T, T *);\n",
        "\t⟦R0⟧‹f();›\n",
        "\tg((struct a *)1, sizeof(struct a *), struct a *, struct a **);\n",
    );
}

#[test]
fn bound_initialisers() {
    check_whole(
        &["identifier i = name: a", "initializer is = init: { 1, .b=2 }"],
        " struct s i = is;\n+ struct t i = is;\n",
        "struct s a = { 1, .b=2 };⟦M0⟧\n",
        "struct s a = { 1, .b=2 };\nstruct t a = {\n\t1,\n\t.b = 2,\n};\n",
    );
}

#[test]
fn initialiser_entries() {
    check_whole(
        &["identifier x"],
        " struct a x = {\n  .z = 3,\n+ .y = 1,\n };\n",
        "struct a p = {\n\t.z = 3⟦A0⟧\n};\nstruct a q = { .z = 3⟦A0⟧ };\n",
        "struct a p = {\n\t.z = 3,\n\t.y = 1,\n};\nstruct a q = { .z = 3,\n\t.y = 1, };\n",
    );
    check_whole(
        &["identifier x"],
        " struct a x = {\n  .z = 3,\n+ .y = 1,\n };\n",
        "struct a p = {\n\t.z = 3,⟦A0⟧\n\t.b = 1,\n};\n",
        "struct a p = {\n\t.z = 3,\n\t.y = 1,\n\t.b = 1,\n};\n",
    );
}

#[test]
fn spacing_of_the_patch_is_ignored() {
    let values = ["expression e1 = expr: 1", "expression e2 = expr: 2"];
    check(&values, "- f(e1,e2)\n+ gg ( e2 ,  e1+3)\n", "\t⟦R0⟧‹f(1,  2)›;\n", "\tgg(2, 1 + 3);\n");
}

#[test]
fn spacing_of_the_patch_is_kept() {
    let values = ["expression e1 = expr: 1", "expression e2 = expr: 2"];
    let mut case = super::case(&values, "- f(e1,e2)\n+ gg ( e2 ,\n+        e1+3)\n");
    case.style.smpl_spacing = true;
    let result = super::apply(&case, "void m(void)\n{\n\t⟦R0⟧‹f(1,  2)›;\n}\n").unwrap();
    let expected = "void m(void)\n{\n\tgg ( 2 ,\n        1+3);\n}\n";
    assert_eq!(String::from_utf8(result).unwrap(), expected);
}

#[test]
fn pieces_touch_what_is_kept() {
    check(&["expression e"], "+ x =\n f\n (e\n+ +1\n  )\n", "\t⟦B0⟧f(1⟦A1⟧);\n", "\tx =f(1+ 1);\n");
}

#[test]
fn code_takes_the_indentation_of_its_neighbour() {
    check(
        &["expression e"],
        "+ g();\n f(e);\n",
        "\ta();\n  ⟦B0⟧f(1);   /* x */\n\tb();\n",
        "\ta();\n  g();\n  f(1);   /* x */\n\tb();\n",
    );
}

#[test]
fn code_in_macros_and_one_line_bodies() {
    check_whole(
        &["expression e"],
        " f(e);\n+ g();\n",
        "#define X(a) do { f(a);⟦A0⟧ } while (0)\nvoid m(void) { f(1);⟦A0⟧ }\n",
        "#define X(a) do { f(a); \\\n\tg(); } while (0)\nvoid m(void) { f(1);\n\tg(); }\n",
    );
}

#[test]
fn statements_of_all_kinds() {
    check(
        &[],
        " f(1);\n+ // c1\n+ a(1); // c2\n+\n+ #ifdef Q\n+ lab: b(1);\n+ #endif\n+ if (p) return; else k(2);\n\
         + do { x(1); } while (y);\n+ for(i=0;i<2;i++) z(1);\n",
        "\tf(1);⟦A0⟧\n",
        "\tf(1);\n\t// c1\n\ta(1); // c2\n\n#ifdef Q\nlab:\n\tb(1);\n#endif\n\tif (p)\n\t\treturn;\n\telse\n\
         \t\tk(2);\n\tdo {\n\t\tx(1);\n\t}while (y);\n\tfor(i = 0;i < 2;i++)\n\t\tz(1);\n",
    );
}

#[test]
fn a_switch() {
    check(
        &[],
        " f(1);\n+ switch (z) { case 1: a(1); break; default: b(2); }\n",
        "\tf(1);⟦A0⟧\n",
        "\tf(1);\n\tswitch (z) {\n\tcase 1:  a(1);\n\t\tbreak;\ndefault:  b(2);\n\t}\n",
    );
}

#[test]
fn declarations_of_all_kinds() {
    check(
        &[],
        " f(1);\n+ struct s q = { .a = 1, .b = 2 };\n+ enum e { A, B }; char *u, v;\n",
        "\tf(1);⟦A0⟧\n",
        "\tf(1);\n\tstruct s q = {\n\t\t.a = 1,\n\t\t.b = 2\n\t\t};\n\tenum e{A, B };\n\tchar *u;\n\tchar *v;\n",
    );
}

#[test]
fn a_block_that_was_empty() {
    check_whole(
        &["identifier o"],
        " void o(void) {\n+ a(1);\n ...\n }\n",
        "void o(void) {⟦A0⟧}\n",
        "void o(void) {\n\ta(1);}\n",
    );
    check_whole(
        &["identifier o"],
        " void o(void) {\n ...\n+ a(1);\n }\n",
        "void o(void) {⟦B0⟧}\n",
        "void o(void) {a(1);\n}\n",
    );
}

#[test]
fn an_unbound_metavariable_is_refused() {
    let result = super::apply(
        &super::case(&["expression e"], "- f(e);\n+ g(e);\n"),
        "void m(void)\n{\n\t⟦R0⟧‹f(1);›\n}\n",
    );
    assert!(matches!(result, Err(crate::Conflict::Unbound { .. })));
}

#[test]
fn code_before_removed_code_leaves_no_empty_line() {
    check(
        &["statement S"],
        "+ bar();\n- S\n  foo();\n",
        "\t⟦B0⟧‹a();›\n\tfoo();\n",
        "\tbar();\n\tfoo();\n",
    );
    check_whole(
        &["identifier I = name: b"],
        "+ static const int I;\n- static int I;\n",
        "int b;\n⟦B0⟧‹static int b;›\n",
        "int b;\nstatic const int b;\n",
    );
}

#[test]
fn added_operators_are_spaced_as_in_the_patch() {
    check(&["expression x"], " x\n+ * 27\n", "\tb = a⟦A0⟧;\n", "\tb = a * 27;\n");
    check(&["expression x"], " x\n+ *27\n", "\tb = a⟦A0⟧;\n", "\tb = a* 27;\n");
}

#[test]
fn a_header_with_its_brace() {
    check_whole(
        &[],
        "- f(int x, int y) {\n+ f(int x){\n   ...\n  }\n",
        "int ⟦R0⟧‹f(int x, int y)\n⟦R1⟧{› return x; }\n",
        "int f(int x) { return x; }\n",
    );
}

#[test]
fn added_directives_start_in_the_first_column() {
    check(
        &["expression e = expr: 1"],
        "+ #ifdef FOO\n+ call(e);\n+ #endif\n  foo(e);\n",
        "\t⟦B0⟧foo(1);\n",
        "#ifdef FOO\n\tcall(1);\n#endif\n\tfoo(1);\n",
    );
}

#[test]
fn the_iterator_of_a_replaced_header() {
    check(
        &["iterator name each"],
        "-for(bit = 0; bit < size; bit++)\n+each(bit, size)\n {\n ...\n }\n",
        "\t⟦R0⟧‹for(bit = 0; bit < size; bit++)› {\n\t\tx();\n\t}\n",
        "\teach(bit, size) {\n\t\tx();\n\t}\n",
    );
}

#[test]
fn an_empty_added_line_stays() {
    check(
        &[],
        "-foo();\n+FOO();\n+\n",
        "\txxx();\n\t⟦R0⟧‹foo();›\n\tyyy();\n",
        "\txxx();\n\tFOO();\n\n\tyyy();\n",
    );
}

#[test]
fn comments_inside_added_code() {
    check_whole(
        &["identifier f"],
        "+ #ifdef FOO\n+ int/*foo*/ xxx;\n+ #endif\n f(...) { ... }\n",
        "⟦B0⟧static int foo() {\n\treturn 12;\n}\n",
        "#ifdef FOO\nint/*foo*/ xxx;\n#endif\nstatic int foo() {\n\treturn 12;\n}\n",
    );
}

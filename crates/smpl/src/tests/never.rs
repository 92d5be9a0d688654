//! What comes near a rule or branch that can never match, and may match after all.

use crate::{Options, default_isomorphisms, parse};

use super::source;

const CODES: [&str; 6] = [
    "smpl/contradiction",
    "smpl/dead-branch",
    "smpl/never-runs",
    "smpl/same-position",
    "smpl/misplaced-marker",
    "smpl/misplaced-prologue",
];

/// The warnings of these codes.
fn warnings(text: &str) -> Vec<String> {
    let options = Options { isomorphisms: default_isomorphisms(), ..Options::default() };
    let patch = parse(source(text), &options).unwrap_or_else(|failure| panic!("{failure:?}"));
    let found = patch.warnings.iter().filter(|warning| CODES.contains(&warning.code));
    found.map(|warning| format!("{}: {}", warning.code, warning.message)).collect()
}

/// A rule with these declarations and this code.
fn rule(declarations: &str, code: &str) -> String {
    format!("@r@\n{declarations}\n@@\n{code}\n")
}

fn silent(texts: &[String]) {
    for text in texts {
        assert_eq!(warnings(text), Vec::<String>::new(), "{text}");
    }
}

fn warned(texts: &[String], code: &str) {
    for text in texts {
        let found = warnings(text);
        assert!(found.iter().any(|found| found.starts_with(code)), "{found:?} for {text}");
    }
}

#[test]
fn constraints_that_leave_something() {
    let declared = |declaration: &str| rule(declaration, "- f(x);");
    silent(&[
        declared("identifier x = {a, b} && != {a};"),
        declared("identifier x = {a, b} || != {a, b};"),
        declared("identifier x = {get_a, put_a} && =~ \"^get\";"),
        declared("identifier x =~ \"a\" && !~ \"b\";"),
        declared("identifier x =~ \"a\" || !~ \"a\";"),
        declared("identifier x != {a} && != {b};"),
        declared("identifier x = {a} && !(= {b});"),
        declared("constant x > 3 && < 5;"),
        declared("constant x > 3 || < 2;"),
        declared("constant x = {1...4, FOO} && != {1...4};"),
        declared("constant x = {1...100000} && != {1...99999};"),
        declared("expression x = {a, b} && : script:python(x) { x == 'c' };"),
        declared("type T = {int, u32} && != {signed}; T x;"),
        declared("type T = {int} && =~ \"signed\"; T x;"),
        declared("expression list[n = {1...4} && > 3] x;"),
    ]);
    warned(
        &[
            declared("constant x = {1...64} && != {1...64};"),
            declared("constant x = {4...1};"),
            declared("identifier x = {a} && (= {b} || = {c});"),
            declared("identifier x = {a} && !(!~ \"b\");"),
            declared("expression list[n < 0] x;"),
        ],
        "smpl/contradiction",
    );
}

#[test]
fn constraints_on_other_values() {
    silent(&[
        "@r@\nidentifier x;\n@@\nf(x);\n@@\nidentifier y != r.x;\n@@\n- g(y);\n".into(),
        "@r@\nidentifier x, y;\n@@\nf(x, y);\n@@\nidentifier r.x != r.y;\n@@\n- g(x);\n".into(),
        "@r@\nidentifier x;\n@@\nf(x);\n@@\nidentifier r.x != {a} || != r.x;\n@@\n- g(x);\n".into(),
        "@r@\nidentifier x = {a, b};\n@@\nf(x);\n@@\nidentifier r.x != a;\n@@\n- g(x);\n".into(),
        "@r@\nposition p;\n@@\nf@p();\n@@\nposition q != r.p;\n@@\n- f@q();\n".into(),
    ]);
}

#[test]
fn branches_with_something_of_their_own() {
    let of = |declarations: &str, first: &str, second: &str| {
        rule(declarations, &format!("(\n{first}\n|\n{second}\n)"))
    };
    silent(&[
        // The order is right.
        of("expression e;", "  f(1)", "- f(e)\n+ g(e)"),
        // The general one asks for more.
        of("expression e;", "  f(e, e)", "- f(1, 2)\n+ g()"),
        of("expression e; identifier x;", "  f(e)", "- f(x)\n+ g(e, x)"),
        of("expression e = {a};", "  f(e)", "- f(1)\n+ g()"),
        of("int e;", "  f(e)", "- f(x->y)\n+ g()"),
        of("expression *e;", "  f(e)", "- f(1)\n+ g()"),
        of("constant e;", "  f(e)", "- f(x)\n+ g()"),
        of("identifier e;", "  f(e)", "- f(x->y)\n+ g()"),
        of("idexpression e;", "  f(e)", "- f(x->y)\n+ g()"),
        of("expression e;", "  f(e)", "- f(...)\n+ g()"),
        of("expression e; expression list es;", "  f(e)", "- f(es)\n+ g()"),
        of("expression e; type T;", "  f(e)", "- f(T)\n+ g()"),
        of("expression e;", "  f(..., e)", "- f(1, 2)\n+ g()"),
        // Isomorphisms: `!x` is matched by the second only.
        of("expression e, x, y;", "  f(e == x)", "- f(y == NULL)\n+ g()"),
        of("expression e, x;", "  e == x", "- 0 == x\n+ !x"),
        // `likely` is also `unlikely`.
        of("identifier i; expression e;", "  i(e)", "- likely(e)\n+ e"),
        // Without `;` it may be a declaration.
        of("expression e, x;", "  e", "- x = 1\n+ f()"),
        of("expression x;", "- x = f(1)\n+ x = g(1)", "  x = f(1)"),
        // What is changed matches less.
        of("type T; identifier i;", "- T i;\n+ long i;", "  T i;"),
        of("expression list es;", "  f(es\n+ , 1\n  )", "- f(es)\n+ g(es)"),
        of("expression x;", "  f(x ==\n- NULL\n+ 0\n  )", "- f(x == NULL)\n+ f(!x)"),
        // A statement is no declaration, and `return;` may be the end of a function.
        of("statement S;", "  S", "- int x;\n+ f();"),
        of("statement S;", "  S", "- return;"),
        of("statement S;", "  f();\n  S", "- f();\n- break;"),
        // What stands behind the shorter one may fail.
        of("", "  a();", "  a();\n- b();") + "  c();\n",
        // Positions that ask for more.
        of("position p;", "  f@p(x)", "- f(x)@p\n+ g()"),
        of("position p; expression e;", "  f(x)@e", "- f(x)\n+ g()"),
        // Dots exclude what stands beside them.
        of("expression e;", "  f(e);\n  ...\n  g();", "  f(1);\n  ...\n- g();"),
        // A line that may be absent.
        of("expression e;", "?  f(e);", "-  f(1);"),
    ]);
}

#[test]
fn branches_that_ask_for_no_more() {
    let patch = |declarations: &str, first: &str, second: &str| {
        format!(
            "@q@\nposition p;\n@@\nk@p();\n@r@\n{declarations}\n@@\n(\n{first}\n|\n{second}\n)\n"
        )
    };
    warned(
        &[
            patch("position q.p;", "  f@p();", "- f@p();"),
            patch("identifier i; expression x;", "  x@i = f();", "- x@i = f();"),
            patch("int x;", "  f(x);", "- f(x);"),
            patch("position p1, p2;", "  f@p1();", "- f@p2();"),
            patch("position p; expression e;", "- f@p(e);\n+ g(e);", "- f@p(1);\n+ h();"),
            patch("expression e, x;", "  f(e, x == NULL);", "- f(1, x == NULL);"),
        ],
        "smpl/dead-branch",
    );
}

#[test]
fn branches_whose_choice_is_seen_elsewhere() {
    silent(&[
        // A later rule asks for the value, so that each value is a match of its own.
        "@r@\nexpression e;\n@@\n a();\n ...\n(\n f(e);\n|\n- f(1);\n)\n@@\nexpression r.e;\n@@\n- g(e);\n"
            .into(),
        "@r@\nexpression e;\n@@\n(\n f(e);\n|\n- f(1);\n)\n h(e);\n".into(),
        // The first asks for a value of another rule.
        "@r@\nexpression e;\n@@\ng(e);\n@@\nexpression r.e;\n@@\n(\n f(e);\n|\n- f(1);\n)\n".into(),
        "@r@\nexpression e;\n@@\ng(e);\n@@\nexpression r.e, x;\n@@\n(\n- f(x);\n+ h(e);\n|\n- f(1);\n)\n"
            .into(),
        "@r@\nposition p;\n@@\ng@p();\n@@\nposition r.p;\n@@\n(\n g@p();\n|\n- g();\n)\n".into(),
        "@r@\nposition p;\n@@\ng@p();\n@@\nposition q != r.p;\n@@\n(\n g@q();\n|\n- g();\n)\n".into(),
        // In a nest inside a term branches do not exclude each other.
        rule("expression e, x;", " x = <+... \\( f(e) \\| f(1) \\) ...+>;"),
        rule("expression e;", " a();\n ... when != \\( f(e) \\| f(1) \\)\n- b();"),
    ]);
}

#[test]
fn dependencies_that_can_hold() {
    let patch = |header: &str, declarations: &str, code: &str| {
        format!(
            "virtual patch\nvirtual context\n@a@\nidentifier x, y;\n@@\nf(x, y);\n@b depends on a@\n@@\ng();\n\
             @{header}@\n{declarations}\n@@\n{code}\n"
        )
    };
    silent(&[
        patch("c depends on a && !b", "", "- h();"),
        patch("c depends on !a && !b", "", "- h();"),
        patch("c depends on a || !a", "", "- h();"),
        patch("c depends on (a && !b) || (!a && b)", "", "- h();"),
        patch("c depends on patch && !context", "", "- h();"),
        patch("c depends on ever a && !a", "", "- h();"),
        patch("c depends on never b && a", "", "- h();"),
        patch("c depends on !b", "identifier a.x;", "- h(x);"),
        // What is not needed for a match need not be bound.
        patch("c depends on !a", "identifier a.x;", "(\n- h(x);\n|\n- h();\n)"),
        patch("c depends on !a", "identifier z != a.x;", "- h(z);"),
        patch("c depends on !a", "identifier a.x;", "  k();\n  <...\n- h(x);\n  ...>\n  l();"),
        patch("c depends on !a", "identifier a.x;", "  k();\n  ... when != x\n- h();"),
        patch("script:python depends on !a", "x << a.x = \"none\";", "print(x)"),
    ]);
}

#[test]
fn rules_that_may_match_without_what_is_wrong() {
    let patch = |first: &str, second: &str| format!("@r@\n{first}\n@@\n{second}\n");
    silent(&[
        patch("position p;\n@@\n(\n f@p();\n|\n g@p();\n)\n@s depends on r@", "- h();"),
        patch("position p;\n@@\nf@p@p();\n@s depends on r@", "- h();"),
        patch("position p;\nstatement S;\n@@\nwhile@p (...) S@p\n@s depends on r@", "- h();"),
        patch("position p, q;\n@@\nf@p(...)@q;\n@s depends on r@", "- h();"),
        patch("position p;\n@@\n f@p();\n ... when != g@p()\n h();\n@s depends on r@", "- h();"),
        patch("position p;\nexpression e;\n@@\n\\(f@p(...)\\&e@p\\)\n@s depends on r@", "- h();"),
        patch("position p;\n@@\n a();\n <...\n f@p();\n ...>\n g@p();\n@s depends on r@", "- h();"),
        patch(
            "position p;\n@@\n a@p();\n@s@\nposition r.p;\n@@\na@p();\n...\nb@p();\n@t@",
            "- h();",
        ),
        // `!r` holds when r never matches.
        "@r@\nexpression e;\n@@\n f(e);\n@s depends on !r@\n@@\n- g();\n".into(),
    ]);
    let dependent = "@r@\nposition p;\n@@\na@p();\n...\nb@p();\n@s depends on !r@\n@@\n- g();\n";
    assert_eq!(warnings(dependent).len(), 1, "{:?}", warnings(dependent));
}

#[test]
fn operators_that_are_meant() {
    silent(&[
        rule("expression e, x;", "- x\n- = -e;\n+ x = 0;"),
        rule("expression e;", "  return\n  -e;\n- f();"),
        rule("expression e, x;", "- x = e\n-     - 1;\n+ f();"),
        rule("expression e;", "-*e = 1;\n+ f(e);"),
        rule("expression e;", "- *f(e);\n+ g(e);"),
        rule("expression e;", "-*e++;\n+ f(e);"),
        rule("expression e;", "--e;\n- f(e);"),
        rule("expression e, x;", "(\n  f(e |\n    x)\n|\n- g(e\n-   | x)\n+ h()\n)"),
        rule("", "#include \"a.h\"\n+ #include \"b.h\""),
        rule("typedef virtual; identifier x;", "virtual x;\n- f();"),
        rule("expression e;", "  --e;") + "@script:python@\n@@\nprint(1)\n",
        rule("expression e;", "  e--"),
        rule("expression e;", "  f(e);\n  ...\n  *e"),
        rule("expression e;", "  -e"),
        rule("expression e;", "  *f(e);"),
    ]);
}

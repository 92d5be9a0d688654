//! Rules over terms: expressions, lists, types, declarations, initialisers, isomorphisms.

use crate::run::{check, refused, run, tokens, unchanged};

/// A rule on a whole file.
#[track_caller]
fn file(patch: &str, before: &str, after: &str) {
    assert_eq!(run(patch, before), Ok(tokens(after.as_bytes())), "{patch}\n{before}");
}

#[test]
fn arguments_come_in_runs() {
    check(
        "@@ expression x; expression list es; @@\n- f(x, es)\n+ g(es)\n",
        "f(1, 2, 3); f(4);",
        "g(2, 3); g();",
    );
    unchanged("@@ expression x, y; @@\n- f(x, y)\n+ g(y)\n", "f(1); f(1, 2, 3);");
    check("@@ expression x; @@\n- f(x, ...)\n+ g(x)\n", "f(1); f(1, 2);", "g(1); g(1);");
    check("@@ expression x; @@\n- f(..., x)\n+ g(x)\n", "f(1); f(1, 2);", "g(1); g(2);");
    check("@@ expression list[2] es; @@\n- f(es)\n+ g(es)\n", "f(1); f(1, 2);", "f(1); g(1, 2);");
    unchanged("@@ expression x; @@\n- f(x)\n+ g()\n", "f();");
}

#[test]
fn numbers_are_equal_by_value_strings_by_text() {
    check("@@ @@\n- f(16)\n+ g()\n", "f(0x10); f(16); f(16L); f(17);", "g(); g(); f(16L); f(17);");
    unchanged("@disable value_format@ @@\n- f(16)\n+ g()\n", "f(0x10);");
    check(
        "@@ @@\n- f(\"a\")\n+ g()\n",
        "f(\"a\"); f(\"b\"); f(\"a\" \"b\");",
        "g(); f(\"b\"); f(\"a\" \"b\");",
    );
}

#[test]
fn only_a_cast_to_any_type_may_be_missing() {
    check("@@ type T; expression x; @@\n- f((T)x)\n+ g(x)\n", "f((int)a); f(a);", "g(a); g(a);");
    check("@@ expression x; @@\n- f((int)x)\n+ g(x)\n", "f((int)a); f(a);", "g(a); f(a);");
}

#[test]
fn code_is_added_to_a_term_that_begins_or_ends_with_a_choice() {
    let rule = "@@ expression x; @@\n- \\(f\\|g\\)(x);\n+ h(x);\n";
    check(rule, "f(1); if (a) g(2); k(3);", "h(1); if (a) { h(2); } k(3);");
    let rule = "@@ expression x; @@\n- \\(f\\|g\\)(x)\n+ h(x)\n";
    check(rule, "if (a) g(2); k(3);", "if (a) h(2); k(3);");
    let rule = "@@ expression x; @@\n+ h(x);\n  \\(f\\|g\\)(x);\n";
    check(rule, "if (a) g(2); k(3);", "if (a) { h(2); g(2); } k(3);");
    let rule = "@@ expression x; @@\n- x->\\(a\\|b\\)\n+ x->c\n";
    check(rule, "f(p->a + p->b + p->d);", "f(p->c + p->c + p->d);");
}

#[test]
fn a_zero_character_is_zero_as_an_argument_only() {
    check("@@ @@\n- f(0)\n+ g()\n", "f('\\0'); f(NULL);", "g(); f(NULL);");
    check("@@ expression x; @@\n- x = 0;\n+ g(x);\n", "a = '\\0'; a = 1;", "g(a); a = 1;");
    unchanged("@@ expression x; @@\n- f(x == 0)\n+ g(x)\n", "f(a == '\\0');");
}

#[test]
fn one_member_of_an_isomorphism_matches() {
    check(
        "@@ expression x; @@\n- f(unlikely(x))\n+ g(x)\n",
        "f(unlikely(a)); f(likely(a)); f(a);",
        "g(a); g(a); g(a);",
    );
    check("@@ expression x; @@\n- if (x != 0) f();\n+ g(x);\n", "if (0 != a) f();", "g(a);");
}

#[test]
fn a_pointer_as_a_condition_stands_for_its_comparison() {
    check(
        "@@ expression *x; @@\n- if (x) f();\n+ g(x);\n",
        "int *p; int n; if (p) f(); if (p != NULL) f(); if (p != 0) f(); if (n) f();",
        "int *p; int n; g(p); g(p); if (p != 0) f(); if (n) f();",
    );
    unchanged("@@ expression *x; @@\n- f(x);\n+ g(x);\n", "int *p; f(p != NULL);");
}

#[test]
fn braces_may_be_missing_where_code_is_added_behind_the_statement() {
    check(
        "@@ expression x; @@\n  if (x) { ... }\n+ g();\n",
        "if (a) f(); if (b) { f(); f(); }",
        "if (a) f(); g(); if (b) { f(); f(); } g();",
    );
    unchanged("@@ expression x; @@\n  if (x) {\n  ...\n+ g();\n  }\n", "if (a) f();");
}

#[test]
fn the_size_of_a_type_is_the_size_of_what_has_it() {
    check(
        "@@ type T; @@\n- f(sizeof(T))\n+ g()\n",
        "int n; f(sizeof(int)); f(sizeof(n)); f(sizeof(unknown));",
        "int n; g(); g(); f(sizeof(unknown));",
    );
    // What is used twice, or no metavariable, means the type.
    unchanged("@@ type T; @@\n- f(sizeof(T))\n+ g(sizeof(T))\n", "int n; f(sizeof(n));");
    unchanged("@@ @@\n- f(sizeof(int))\n+ g()\n", "int n; f(sizeof(n));");
}

#[test]
fn counting_up_has_four_spellings() {
    check(
        "@@ identifier x; @@\n- x++;\n+ f(x);\n",
        "a++; ++a; a += 1; a = a + 1; a += 2; a--; p->a++;",
        "f(a); f(a); f(a); f(a); a += 2; a--; p->a++;",
    );
    unchanged("@disable inc@ identifier x; @@\n- x++;\n+ f(x);\n", "++a; a += 1;");
    check(
        "@@ identifier x; statement S; @@\n- for (x = 0; x < 3; x++) S\n+ f(x);\n",
        "for (i = 0; i < 3; ++i) g(); for (i = 0; i < 3; i += 1) g();",
        "f(i); for (i = 0; i < 3; i += 1) g();",
    );
    unchanged(
        "@@ identifier x; statement S; @@\n- for (...; ...; x++) S\n+ f(x);\n",
        "for (int i = 0; i < 3; ++i) g(); for (;; ++j) g();",
    );
    unchanged(
        "@disable for_inc@ identifier x; statement S; @@\n- for (x = 0; x < 3; x++) S\n+ f(x);\n",
        "for (i = 0; i < 3; ++i) g();",
    );
}

#[test]
fn an_attribute_behind_a_name_has_to_be_there() {
    let code = "int a __p; int b; int c __q; int d __p = 3;";
    file(
        "@@ attribute name __p, __q, __r; identifier x; @@\n- int x __p;\n+ int x __r;\n",
        code,
        "int a __r; int b; int c __q; int d __p = 3;",
    );
    file(
        "@@ attribute name __p, __q; attribute y; identifier x; @@\n  int x\n- y\n  ;\n",
        code,
        "int a; int b; int c; int d __p = 3;",
    );
    file(
        "@disable optional_attributes@ attribute name __p, __q; identifier x; @@\n- int x;\n+ long x;\n",
        code,
        "int a __p; long b; int c __q; int d __p = 3;",
    );
}

#[test]
fn a_sign_in_front_of_a_type_metavariable_is_matched_apart() {
    check(
        "@@ type T; identifier x; @@\n- unsigned T x;\n+ T x;\n",
        "unsigned long a; short unsigned int b; unsigned c; int d;",
        "long a; short int b; unsigned c; int d;",
    );
    check(
        "@@ type T; expression x; @@\n- f((unsigned T)x)\n+ g((T)x)\n",
        "f((unsigned char)1); f((unsigned *)1); f((signed char)1);",
        "g((char)1); f((unsigned *)1); f((signed char)1);",
    );
}

#[test]
fn one_metavariable_is_one_term() {
    check(
        "@@ expression x; @@\n- f(x, x)\n+ g(x)\n",
        "f(a + b, a+b); f(a, b); f((a), a);",
        "g(a + b); f(a, b); f((a), a);",
    );
}

#[test]
fn kinds_take_what_they_name() {
    check(
        "@@ constant c; @@\n- f(c)\n+ g()\n",
        "f(1); f(FOO); f(foo); f(\"a\"); f(-1); f(~1);",
        "g(); g(); f(foo); g(); g(); f(~1);",
    );
    check(
        "@@ idexpression i; @@\n- f(i)\n+ g()\n",
        "f(a); f(a.b); f((a));",
        "g(); f(a.b); f((a));",
    );
    check(
        "@@ local idexpression i; @@\n- f(i)\n+ g()\n",
        "int a; f(a); f(b);",
        "int a; g(); f(b);",
    );
    check("@@ identifier i; @@\n- f(i)\n+ g(i)\n", "f(a); f(1);", "g(a); f(1);");
}

#[test]
fn constraints_choose() {
    check(
        "@@ identifier i != {a, b}; @@\n- f(i)\n+ g(i)\n",
        "f(a); f(b); f(c);",
        "f(a); f(b); g(c);",
    );
    check("@@ identifier i =~ \"^pre_\"; @@\n- i(1)\n+ g()\n", "pre_x(1); x(1);", "g(); x(1);");
    check(
        "@@ expression x != {1, y}; @@\n- f(x)\n+ g(x)\n",
        "f(1); f(y); f(2);",
        "f(1); f(y); g(2);",
    );
}

#[test]
fn an_assignment_is_also_an_initialised_declaration() {
    check(
        "@@ expression x, y; @@\nx =\n- f(y)\n+ g(y)\n",
        "int a, b = f(3); y = f(2); z += f(7);",
        "int a, b = g(3); y = g(2); z += f(7);",
    );
    check(
        "@@ expression x, y; @@\nx =\n- f(y)\n+ g(y)\n  ;\n",
        "int b = f(3); y = f(2);",
        "int b = f(3); y = g(2);",
    );
}

#[test]
fn null_tests_are_alike() {
    let rule = "@@ expression *x; statement S; @@\n- if (x == NULL) S\n+ N;\n";
    check(
        rule,
        "int *p; if (!p) a(); if (p == NULL) a(); if (NULL == p) a(); if (p == 0) a();",
        "int *p; N; N; N; if (p == 0) a();",
    );
    let rule = "@@ expression x; statement S; @@\n- if (x != NULL) S\n+ N;\n";
    check(rule, "if (f(q)) a(); if (p && i) a(); if (p != NULL) a();", "N; N; N;");
    unchanged("@@ expression x; statement S; @@\n- if (!x) S\n+ N;\n", "if (p == NULL) a();");
    check(
        "@@ expression *x; statement S; @@\n- if (!x) S\n+ N;\n",
        "int *p; if (p == NULL) a();",
        "int *p; N;",
    );
    unchanged(
        "@disable is_null@ expression x; statement S; @@\n- if (x == NULL) S\n+ N;\n",
        "if (!p) a();",
    );
}

#[test]
fn a_changed_part_keeps_isomorphisms_away() {
    check(
        "@@ expression x, y; statement S; @@\nif (\n- x\n+ y0\n == NULL) S\n",
        "if (!p) a(); if (NULL == p) a(); if (p == NULL) a();",
        "if (!p) a(); if (NULL == p) a(); if (y0 == NULL) a();",
    );
}

#[test]
fn constants_swap_sides() {
    check(
        "@@ expression x; constant c; @@\n- x == c\n+ EQ(x, c)\n",
        "1 == a; FOO == a; b == c;",
        "EQ(a, 1); EQ(a, FOO); b == c;",
    );
}

#[test]
fn sums_commute() {
    check(
        "@@ expression x; @@\n- f(x + 1)\n+ g(x)\n",
        "f(1 + a); f(a + 1); f((a + 1));",
        "g(a); g(a); f((a + 1));",
    );
}

#[test]
fn braces_of_one_statement_are_free() {
    unchanged("@@ expression x; @@\nif (x) {\n- foo();\n...\n}\n", "if (p) foo();");
    check(
        "@@ expression x; @@\nif (x) {\n...\n- foo();\n+ bar();\n...\n}\n",
        "if (p) foo();",
        "if (p) bar();",
    );
    check(
        "@@ expression x; @@\n- if (x) { ... return ...; }\n",
        "if (p) return -1; if (q) { a(); return 1; } if (r) return;",
        "",
    );
}

#[test]
fn typed_metavariables_ask_for_types() {
    check(
        "@@ int *x; @@\n- f(x)\n+ g(x)\n",
        "int a[3], *p; const int *q; f(a); f(p); f(q); f(&a[1]); f(u);",
        "int a[3], *p; const int *q; f(a); g(p); g(q); g(&a[1]); f(u);",
    );
    file(
        "@@ struct s *x; @@\n- x->a\n+ get(x)\n",
        "struct s { int a; }; struct t { struct s *in; int a; }; int m(struct s *p, struct t *q) { return p->a + q->in->a + q->a; }",
        "struct s { int a; }; struct t { struct s *in; int a; }; int m(struct s *p, struct t *q) { return get(p) + get(q->in) + q->a; }",
    );
    file(
        "@@ typedef T; {struct s, T} x; expression e; @@\n- x.f = e;\n+ set(&x, e);\n",
        "void m(struct s a, T b, struct u c) { a.f = 1; b.f = 2; c.f = 3; }",
        "void m(struct s a, T b, struct u c) { set(&a, 1); set(&b, 2); c.f = 3; }",
    );
}

#[test]
fn fields_are_reached_through_pointers_too() {
    file(
        "@@ struct s x; identifier f; @@\n x.cb =\n- f\n+ wrap(f)\n ;\n",
        "void m(struct s a, struct s *b, struct u *c) { a.cb = g; b->cb = g; c->cb = g; }",
        "void m(struct s a, struct s *b, struct u *c) { a.cb = wrap(g); b->cb = wrap(g); c->cb = g; }",
    );
    let rules = "@r@ struct s x; identifier f; @@\n x.cb = f;\n\n@@ identifier r.f; @@\n- f\n+ renamed\n  (...) { ... }\n";
    file(
        rules,
        "int g(void) { } struct s t = { .cb = g };",
        "int renamed(void) { } struct s t = { .cb = g };",
    );
    file(
        rules,
        "int g(void) { } struct s t = { cb: g };",
        "int renamed(void) { } struct s t = { cb: g };",
    );
}

#[test]
fn declarations_of_several() {
    check(
        "@@ type T; identifier i; @@\n- T i;\n",
        "int a, *b = 3, c[4]; int d; k();",
        "int *b = 3; k();",
    );
    unchanged("@@ @@\n- int a;\n+ long a;\n", "int a, b;");
    check("@@ @@\n- int a;\n+ long a;\n", "int a;", "long a;");
    check(
        "@@ identifier x; @@\n- int x;\n",
        "const int a; static int b; unsigned c; int g, *h;",
        "unsigned c; int *h;",
    );
}

#[test]
fn types_are_read_inside_out() {
    check("@@ type T; identifier i; @@\nT i;\n+ T q;\n", "int *p;", "int *p; int *q;");
    check(
        "@@ identifier i; @@\n- long i;\n",
        "long a; unsigned long b; long int c;",
        "unsigned long b; long int c;",
    );
    file(
        "@@ @@\n- old_t\n+ new_t\n",
        "old_t *f(old_t a) { return (old_t *)0; }",
        "old_t *f(old_t a) { return (old_t *)0; }",
    );
}

#[test]
fn named_entries_come_in_any_order() {
    file(
        "@@ identifier s; @@\nstruct t s = {\n- .x = a,\n+ .z = a,\n};\n",
        "struct t p = { .y = 1, .x = a }; struct t q = { 1, 2 };",
        "struct t p = { .y = 1, .z = a, }; struct t q = { 1, 2 };",
    );
    file(
        "@@ identifier s; expression E; @@\nstruct t s = {\n- .x = E,\n};\n",
        "struct t p = { .y = 1, .x = 2 }; struct t q = { .x = 3, .y = 4, };",
        "struct t p = { .y = 1, }; struct t q = { .y = 4, };",
    );
}

#[test]
fn parameters_come_and_go() {
    file(
        "@@ identifier f, x; type T; @@\nf(\n- T x,\n  ...) { ... }\n",
        "int g(int a, char *b) { }",
        "int g(char *b) { }",
    );
    file(
        "@@ identifier f; parameter list ps; @@\nf(\n+ int n,\n  ps) { ... }\n",
        "int g(int a, int b) { }",
        "int g(int n, int a, int b) { }",
    );
    // The prototype follows.
    file(
        "@@ identifier f, x; @@\nf(\n+ long l,\n  int x) { ... }\n",
        "int g(int); int g(int a) { } int h(int);",
        "int g(long l, int); int g(long l, int a) { } int h(int);",
    );
}

#[test]
fn storage_is_free() {
    file(
        "@@ identifier f; @@\n- int\n+ long\n f(...) { ... }\n",
        "static inline int g(void) { }",
        "static inline long g(void) { }",
    );
    file(
        "@@ identifier f; @@\n static\n- int\n+ long\n f(...) { ... }\n",
        "int g(void) { }",
        "int g(void) { }",
    );
}

#[test]
fn fresh_names_count() {
    check(
        "@@ fresh identifier t = \"t\"; @@\n- f(1);\n+ t = f(2);\n",
        "f(1); a(); f(1);",
        "t0 = f(2); a(); t1 = f(2);",
    );
    check(
        "@@ identifier i; fresh identifier t = \"new_\" ## i; @@\n- f(i);\n+ f(t);\n",
        "f(a);",
        "f(new_a);",
    );
}

#[test]
fn values_that_differ_by_environment_clash() {
    refused(
        "@r@ expression x; @@\na(x);\n\n@@ expression r.x; @@\n- b()\n+ b(x)\n",
        "a(1); a(2); b();",
        "already tagged",
    );
}

#[test]
fn likely_is_no_obstacle_for_what_is_inside() {
    check(
        "@@ expression x; statement S; @@\nif (\n- f(x)\n+ g(x)\n ) S\n",
        "if (f(1)) a();",
        "if (g(1)) a();",
    );
}

#[test]
fn isomorphisms_that_undo_each_other_come_to_an_end() {
    check(
        "@@ identifier h; @@\n- struct s *h;\n...\n- if (!h) return;\n",
        "struct s *p; a(); if (p == NULL) return; b();",
        "a(); b();",
    );
    unchanged(
        "@@ identifier h; @@\n- struct s *h;\n...\n- if (!h) return;\n",
        "struct s *p; a(); if (p) return; b();",
    );
}

#[test]
fn each_place_of_a_nest_has_its_own_values() {
    let rule = "@@ expression x; @@\n y = <+...\n- old(x)\n+ new(x)\n ...+>\n";
    check(
        rule,
        "y = g(old(2), old(3)); y = g(1, old(2), -old(2)); y = g(1);",
        "y = g(new(2), new(3)); y = g(1, new(2), -new(2)); y = g(1);",
    );
}

#[test]
fn what_is_replaced_keeps_what_the_pattern_leaves_free() {
    let rule = "@@ identifier x; @@\n- struct a x;\n+ struct b x;\n";
    check(rule, "static struct a x; const struct a y;", "static struct b x; const struct b y;");
    check("@@ identifier x; @@\n- struct a x;\n", "static struct a x; const struct a y;", "");
    check(
        "@@ type T; identifier x; @@\n- T x = 0;\n+ T x;\n",
        "char *e = 0; int i = 0; int j = 1;",
        "char *e; int i; int j = 1;",
    );
}

#[test]
fn a_term_itself_comes_before_its_isomorphisms() {
    check("@@ expression e; type T; @@\n- foo((T)e)\n+ foo(e)\n", "foo((int)x);", "foo(x);");
}

#[test]
fn positions_are_excluded_together() {
    let rules = "@r1@ expression e; position p; @@\nif (ok(e)) foo@p(e);\n\n@@ expression e; position p != r1.p; @@\n- foo@p(e);\n+ safe(e);\n";
    check(
        rules,
        "if (ok(a)) foo(a); if (ok(b)) foo(b); foo(c);",
        "if (ok(a)) foo(a); if (ok(b)) foo(b); safe(c);",
    );
}

#[test]
fn prototypes_without_names_follow() {
    let rule =
        "@@ identifier f =~ \"_old$\"; identifier x; @@\n f(int x\n+   , int y\n  ) { ... }\n";
    file(
        rule,
        "int c_old(int); int c_old(int a) { } int d(int);",
        "int c_old(int, int y); int c_old(int a, int y) { } int d(int);",
    );
    file(
        "@@ identifier f =~ \"_old$\"; @@\n- int f(...) { ... }\n",
        "static int c_old(void); static int c_old(void) { return 2; } int d(void);",
        "int d(void);",
    );
}

#[test]
fn a_type_with_fields_is_a_structure_of_that_tag() {
    let patch = "@r@ type T; identifier X; @@\nT { ... struct bar X; ... };\n\n\
                 @@ r.T *a; identifier r.X; @@\n- f(a->X)\n+ g(a->X)\n";
    let fields = "struct foo { int a; struct bar x; int b; };\nstruct other { int x; };\n";
    let body = |first: &str| {
        format!(
            "{fields}void h(struct foo *p, struct other *q)\n{{\n\t{first}(p->x);\n\tf(q->x);\n}}\n"
        )
    };
    file(patch, &body("f"), &body("g"));
    let other = fields.replace("struct bar", "struct baz");
    assert_eq!(
        run(patch, &body("f").replace(fields, &other)),
        Ok(tokens(body("f").replace(fields, &other).as_bytes()))
    );
}

#[test]
fn the_name_of_a_typedef_may_be_a_type_metavariable() {
    let patch = "@r@ type T; identifier s; @@\ntypedef struct s T;\n\n\
                 @@ type r.T; identifier r.s, x; @@\n- T x;\n+ struct s x;\n";
    file(
        patch,
        "typedef struct s s_alias;\ntypedef int i_alias;\nvoid f(void)\n{\n\ts_alias a;\n\ti_alias b;\n}\n",
        "typedef struct s s_alias;\ntypedef int i_alias;\nvoid f(void)\n{\n\tstruct s a;\n\ti_alias b;\n}\n",
    );
}

#[test]
fn a_choice_may_stand_in_place_of_a_declared_name() {
    let before = "void f(void)\n{\n\tint a;\n\tint b = 0;\n\tint x;\n}\nvoid k(void)\n{\n}\n";
    let patch = "@@ @@\n- int \\(a\\|b\\);\n+ int c;\n\n@@ @@\n- int \\(a\\|b\\) = 0;\n+ int d = 0;\n\n\
                 @@ @@\n- void \\(f\\|g\\)(void) {\n+ void h(void) {\n  ...\n  }\n";
    let after = "void h(void)\n{\n\tint c;\n\tint d = 0;\n\tint x;\n}\nvoid k(void)\n{\n}\n";
    file(patch, before, after);
}

/// A rule about `pr(...)`, with a format, a format list of any length and one of two formats.
#[track_caller]
fn formats(pattern: &str, replacement: &str, before: &str, after: &str) {
    let declared = "format f; format list fs; format list[2] two; expression list es;";
    let rule = format!("@@ {declared} @@\n- pr({pattern}, es);\n+ pr({replacement}, es);\n");
    check(&rule, before, after);
}

#[test]
fn a_format_is_one_conversion_with_its_flags() {
    formats("\"a %@f@\\n\"", "\"b %@f@\\n\"", "pr(\"a %-5lu\\n\", x);", "pr(\"b %-5lu\\n\", x);");
    formats("\"%@f@\\n\"", "\"%@f@\"", "pr(\"%d %d\\n\", x, y);", "pr(\"%d %d\\n\", x, y);");
    formats(
        "\"%@f@\"",
        "\"%@f@!\"",
        "pr(\"none\", x); pr(\"50%%\", x);",
        "pr(\"none\", x); pr(\"50%%\", x);",
    );
}

#[test]
fn a_format_list_is_a_run_with_the_text_in_it() {
    formats(
        "\"%@fs@\\n\"",
        "\"<%@fs@>\"",
        "pr(\"a %d b %s\\n\", x, y);",
        "pr(\"<a %d b %s>\", x, y);",
    );
    formats("\"%@fs@\\n\"", "\"<%@fs@>\"", "pr(\"%d z\\n\", x);", "pr(\"%d z\\n\", x);");
    formats(
        "\"%@two@\"",
        "\"<%@two@>\"",
        "pr(\"%d %d\"); pr(\"%d\");",
        "pr(\"<%d %d>\"); pr(\"%d\");",
    );
}

#[test]
fn dots_in_a_string_with_a_conversion_are_any_pieces() {
    formats(
        "\"...%d...\"",
        "\"%d\"",
        "pr(\"a %u %d\", x); pr(\"%5d\", x);",
        "pr(\"%d\", x); pr(\"%5d\", x);",
    );
    formats(
        "\"...\"",
        "\"dots\"",
        "pr(\"abc\", x); pr(\"...\", x);",
        "pr(\"abc\", x); pr(\"dots\", x);",
    );
}

#[test]
fn a_typed_assignment_also_stands_for_an_initialised_declaration() {
    let rule = "@@ expression *p; @@\n  p =\n- 0\n+ NULL\n";
    check(
        rule,
        "char *a = 0; int b = 0; a = 0; b = 0;",
        "char *a = NULL; int b = 0; a = NULL; b = 0;",
    );
}

#[test]
fn the_comma_behind_the_last_entry_is_free() {
    let rule = "@@ @@\n int i[] = { ..., a,\n- b\n };\n";
    check(rule, "int i[] = { x, a, b, };", "int i[] = { x, a, };");
    check(rule, "int i[] = { a, b };", "int i[] = { a, };");
    let rule = "@@ @@\n enum e { ..., b,\n+ z\n };\n";
    check(rule, "enum e { a, b };", "enum e { a, b, z };");
    check(rule, "enum e { a, b, };", "enum e { a, b, z };");
}

#[test]
fn qualifiers_beside_a_type_metavariable_belong_to_its_level() {
    let rule = "@@ type T; identifier x; @@\n- const T x;\n+ volatile T x;\n";
    check(
        rule,
        "int *const b; const int c; const int a[2];",
        "volatile int *b; volatile int c; volatile int a[2];",
    );
    unchanged(rule, "const int *a; int d;");
}

#[test]
fn parentheses_of_a_declarator_go_with_it() {
    let rule = "@@ identifier f; @@\n- int (*f)(int);\n+ long (*f)(int, int);\n";
    check(rule, "int (*f)(int); int g;", "long (*f)(int, int); int g;");
}

#[test]
fn a_parameter_of_a_macro_is_local() {
    let rule = "@@ local idexpression x; @@\n- f(x)\n+ mine\n";
    let code = "#define A(x) f(x)\n#define B(x) f(y)\n";
    assert_eq!(run(rule, code), Ok(tokens(b"#define A(x) mine\n#define B(x) f(y)\n")));
}

#[test]
fn a_removed_return_goes_with_all_of_its_value() {
    check(
        "- return <+... f(x) ...+>;\n",
        "if (a) { b(); return 3 + f(1) + f(2); }",
        "if (a) { b(); }",
    );
}

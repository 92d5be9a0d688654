//! Rules that run once for each of several environments: from the third one on, elements are looked for only where
//! their words and inherited positions are.

use crate::run::{run, tokens};

/// Every use of what `begin` was called with, in whatever kind of statement.
#[test]
fn each_environment_finds_its_terms_in_every_statement() {
    let body = |old: &str| {
        let terms = ["a", "b", "c", "d->x", "d->y[2]", "0x10"];
        let uses = terms.iter().enumerate().map(|(n, e)| {
            format!(
                "{{ begin({e}); int v = {old}({e}); if ({old}({e})) w(); else {old}({e}); while ({old}({e})) w(); \
                 for (int i = {old}({e}); {old}({e}); {old}({e})) w(); for (i = 0; {old}({e}); i++) {{ {old}({e}); }} \
                 do w(); while ({old}({e})); switch ({old}({e})) {{ case 1: {old}({e}); break; default: {old}({e}); }} \
                 again{n}: {old}({e}); list_for_each(p, {old}({e})) w(); if (x) goto again{n}; if (y) return {old}({e}); }}"
            )
        });
        let uses: String = uses.collect();
        format!("int m(struct s *d) {{ {uses} }}\n#define M {old}(a)\n")
    };
    let patch =
        "@r@ expression E; @@\nbegin(E);\n\n@@ expression r.E; @@\n- finish(E)\n+ finished(E)\n";
    let after = body("finished");
    assert_eq!(run(patch, &body("finish")), Ok(tokens(after.as_bytes())));
}

#[test]
fn isomorphisms_count() {
    let body = |tests: fn(&str) -> String| {
        let all: String = ["a", "b", "c", "d"].map(tests).concat();
        format!("void m(void) {{ {all} }}\n")
    };
    let before = body(|e| format!("{e} = get(); if (!{e}) f(); if (NULL == {e}) f();"));
    let after = body(|e| format!("{e} = get(); if (none({e})) f(); if (none({e})) f();"));
    let patch =
        "@r@ identifier i; @@\ni = get();\n\n@@ identifier r.i; @@\n- i == NULL\n+ none(i)\n";
    assert_eq!(run(patch, &before), Ok(tokens(after.as_bytes())));
}

#[test]
fn each_environment_finds_its_position() {
    let body = |e: &str| {
        let uses: String = (1..7).map(|n| format!("if ({e}) {{ {e}; return {n}; }}")).collect();
        format!("int m(void) {{ {uses} return fail(x, 1); }}\n")
    };
    let patch = "@r@ expression E; position p; @@\nfail@p(E)\n\n\
                 @@ expression E; position r.p; @@\n- fail@p(E)\n+ failed(E)\n";
    assert_eq!(run(patch, &body("fail(0)")), Ok(tokens(body("failed(0)").as_bytes())));
    let patch = "@r@ expression E; position p; @@\nfail(E@p)\n\n\
                 @@ expression E; position r.p; @@\n- fail(E@p)\n+ failed(E)\n";
    assert_eq!(run(patch, &body("fail(x + 1)")), Ok(tokens(body("failed(x + 1)").as_bytes())));
}

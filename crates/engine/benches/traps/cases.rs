//! Semantic patches and code on which a careless algorithm takes quadratic or exponential time.
//!
//! The code of a case grows with a number; at that of [`Case::size`] it has about 5,000 lines, or the 500 branches, the
//! thousands of elements or edits that its name speaks of. Invariant: at every size something matches, or the name of
//! the case says that nothing does.

use std::fmt::Write;

/// A semantic patch, and code for it of any size.
pub struct Case {
    /// What could go wrong.
    pub name: &'static str,
    /// The text of the patch.
    pub patch: &'static str,
    /// C code that grows with a number.
    pub code: fn(usize) -> String,
    /// The number for about 5,000 lines.
    pub size: usize,
}

/// All of them.
pub const CASES: &[Case] = &[
    Case {
        name: "when_any",
        patch: "@@ @@\n- first();\n+ begun();\n... when any\nlast();\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "dots_over_branches",
        patch: "@@ expression E; @@\n- first();\n+ begun();\n... when != stop(E)\nlast();\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "when_strict",
        patch: "@@ @@\n- first();\n+ begun();\n... when strict\nlast();\n",
        code: |n| between(&plain_branches(n)),
        size: 500,
    },
    Case {
        name: "when_exists",
        patch: "@@ @@\nfirst();\n... when exists\n- step(10);\n+ stepped();\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "when_forall",
        patch: "@@ @@\n- first();\n+ begun();\n... when forall\n    when != stop()\nlast();\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "exists",
        patch: "@exists@ expression E; @@\nfirst();\n...\n- fail(E);\n+ failed(E);\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "error_exits",
        patch: "@exists@ expression L, E; @@\nlock(L);\n... when != unlock(L)\n- return E;\n+ return unlocked(E);\n",
        code: |n| {
            function(&format!("\tlock(&d->l);\n{}\tunlock(&d->l);\n\treturn 0;\n", branches(n)))
        },
        size: 500,
    },
    Case {
        name: "nest",
        patch: "@@ expression E; identifier f; @@\nf(...)\n{\n<...\n- step(E);\n+ stepped(E);\n...>\n}\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "nest_that_must_match",
        patch: "@@ expression E; @@\nfirst();\n<+...\n- step(E);\n+ stepped(E);\n...+>\nlast();\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "nest_of_positions",
        patch: "@r@ expression E; position p; @@\nfirst();\n<...\nstep@p(E);\n...>\nlast();\n\n\
                @@ expression E; position p != r.p; @@\n- step@p(E);\n+ elsewhere(E);\n",
        code: |n| between(&branches(n)) + "void other(void)\n{\n\tstep(1);\n}\n",
        size: 500,
    },
    Case {
        name: "positions_of_braces",
        patch: "@r@ expression E; position p; @@\nif (E) {\n...\nreturn ...;\n}@p\n\n\
                @@ expression E; position p != r.p; @@\nif (E) {\n...\n+ kept();\n}@p\n",
        code: |n| {
            let more = "\tif (other)\n\t\t{\n\t\tgo_on();\n\t}\n";
            function(&format!("{}{more}\treturn 0;\n", branches(n)))
        },
        size: 500,
    },
    Case {
        name: "inherited_positions",
        patch: "@r@ expression E; position p; @@\nfail@p(E)\n\n\
                @@ expression r.E; position r.p; @@\n- fail@p(E)\n+ failed(E)\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "eight_metavariables",
        patch: "@@ expression a, b, c, d, e, f, g, h; @@\n- one(a, b);\n+ uno(b, a);\n... when != a = b\n\
                two(c, d);\n...\nthree(e, f);\n...\nfour(g, h);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                write!(
                    text,
                    "\tone(a{i}, b{i});\n\ttwo(c{i}, d{i});\n\tif (x{i}) {{\n\t\tg{i}();\n\t\tlog({i});\n\t}}\n\tthree(e{i}, f{i});\n\tfour(g{i}, h{i});\n\n"
                )
            }))
        },
        size: 500,
    },
    Case {
        name: "metavariables_over_everything",
        patch: "@@ expression a, b, c, d; identifier f, g; type T; T x; @@\nf(a);\n... when any\n- g(x, b, c, d);\n+ g(d, c, b, x);\n",
        code: |n| {
            let calls = repeated(n, |text, i| writeln!(text, "\tcall{i}(v{i});"));
            function(&format!("\tint x;\n\tstart(1);\n{calls}\twork(x, 2, 3, 4);\n"))
        },
        size: 5000,
    },
    Case {
        name: "deep_nesting",
        patch: "@@ expression E; @@\nif (E) {\n...\n- deep();\n+ deeper();\n...\n}\n",
        code: |n| {
            let open = repeated(n, |text, i| writeln!(text, "{}if (x{i}) {{", "\t".repeat(i % 20)));
            function(&format!("{open}deep();\n{}", "}\n".repeat(n)))
        },
        size: 100,
    },
    Case {
        name: "else_if_chain",
        patch: "@@ expression E; statement S; @@\nif (E)\n- chosen(1);\n+ taken(1);\nelse S\n",
        code: |n| {
            let chain = repeated(n, |text, i| {
                writeln!(text, "\telse if (x == {i})\n\t\tchosen({});", i % 2)
            });
            function(&format!("\tif (x)\n\t\tlast();\n{chain}\telse\n\t\tnone();\n"))
        },
        size: 100,
    },
    Case {
        name: "dots_over_else_if_chain",
        patch: "@@ @@\n- first();\n+ begun();\n...\nlast();\n",
        code: |n| {
            let chain = repeated(n, |text, i| {
                writeln!(text, "\telse if (x == {i})\n\t\tchosen({});", i % 2)
            });
            between(&format!("\tif (x)\n\t\tnone();\n{chain}\telse\n\t\tnone();\n"))
        },
        size: 100,
    },
    Case {
        name: "statements_before_dots",
        patch: "@@ expression E; statement S, S1; @@\n  if (E) S\n  ...\n- old();\n+ new();\n  ...\n  S1\n",
        code: |n| {
            let ifs = |name: &str| {
                repeated(n, |text, i| writeln!(text, "\tif ({name}{i})\n\t\t{name}({i});"))
            };
            function(&format!("{}\told();\n{}", ifs("a"), ifs("b")))
        },
        size: 250,
    },
    Case {
        name: "statements_in_branches",
        patch: "@@ expression E; statement S, S1; @@\n- if (E) S else S1\n+ if (!E) S1 else S\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(text, "\tif (x{i})\n\t\ta({i});\n\telse\n\t\tb({i});")
            }))
        },
        size: 1000,
    },
    Case {
        name: "switch",
        patch: "@@ expression E; @@\n- first();\n+ begun();\n... when != stop(E)\nlast();\n",
        code: |n| between(&format!("\tswitch (x) {{\n{}\t}}\n", cases(n))),
        size: 1000,
    },
    Case {
        name: "switch_nest",
        patch: "@@ @@\nfirst();\n<...\n- one(1);\n+ uno(1);\n...>\nlast();\n",
        code: |n| between(&format!("\tswitch (x) {{\n{}\t}}\n", cases(n))),
        size: 1000,
    },
    Case {
        name: "gotos",
        patch: "@@ expression E; @@\n- first();\n+ begun();\n... when != stop(E)\nlast();\n",
        code: |n| {
            let jumps = repeated(n, |text, i| writeln!(text, "\tif (f{i}())\n\t\tgoto out{i};"));
            let labels = repeated(n, |text, i| writeln!(text, "out{}:\n\tundo({i});", n - 1 - i));
            function(&format!("\tfirst();\n{jumps}{labels}\tlast();\n"))
        },
        size: 500,
    },
    Case {
        name: "gotos_back",
        patch: "@@ expression E; @@\n- first();\n+ begun();\n... when != stop(E)\nlast();\n",
        code: |n| {
            between(&repeated(n, |text, i| {
                writeln!(text, "again{i}:\n\twork({i});\n\tif (f{i}())\n\t\tgoto again{};", i / 2)
            }))
        },
        size: 500,
    },
    Case {
        name: "loops",
        patch: "@@ expression E; @@\n- first();\n+ begun();\n... when != stop(E)\nlast();\n",
        code: |n| between(&loops(n)),
        size: 500,
    },
    Case {
        name: "loops_with_bindings",
        patch: "@@ expression E; @@\n- begin(E);\n+ begun(E);\n... when != stop(E)\nend(E);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(
                    text,
                    "\tbegin(a{i});\n\twhile (x{i}) {{\n\t\twork({i});\n\t\tif (y{i})\n\t\t\tbreak;\n\t}}\n\tend(a{i});"
                )
            }))
        },
        size: 500,
    },
    Case {
        name: "loops_in_loops",
        patch: "@@ @@\n- first();\n+ begun();\n...\nlast();\n",
        code: |n| {
            let open =
                repeated(n, |text, i| writeln!(text, "\tfor (i{i} = 0; i{i} < n; i{i}++) {{"));
            between(&format!("{open}work();\n{}", "}\n".repeat(n)))
        },
        size: 100,
    },
    Case {
        name: "environments",
        patch: "@r@ identifier f; @@\nregister_it(f);\n\n@@ identifier r.f; @@\n f(...)\n {\n+ entered();\n ...\n }\n",
        code: |n| {
            let functions =
                repeated(n, |text, i| writeln!(text, "void f{i}(int x)\n{{\n\twork(x);\n}}\n"));
            let calls = repeated(n, |text, i| writeln!(text, "\tregister_it(f{i});"));
            functions + &function(&calls)
        },
        size: 1000,
    },
    Case {
        name: "environments_in_one_function",
        patch: "@r@ expression E; @@\nbegin(E);\n\n@@ expression r.E; @@\n- finish(E);\n+ finished(E);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(text, "\tbegin(a{i});\n\twork({i});\n\tfinish(a{i});")
            }))
        },
        size: 1000,
    },
    Case {
        name: "other_positions",
        patch: "@r@ expression E; position p; @@\ngood(E);\nuse@p(E);\n\n\
                @@ expression E; position p != r.p; @@\n- use@p(E);\n+ bad(E);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                let word = if i % 5 == 0 { "poor" } else { "good" };
                writeln!(text, "\t{word}(a{i});\n\tuse(a{i});")
            }))
        },
        size: 2000,
    },
    Case {
        name: "initialisers",
        patch: "@@ identifier i; expression E; @@\nstruct table i = {\n- .old = E,\n+ .new = E,\n};\n",
        code: |n| {
            let fields = repeated(n, |text, i| writeln!(text, "\t.f{i} = {i},"));
            format!("struct table t = {{\n{fields}\t.old = 1,\n}};\n")
        },
        size: 5000,
    },
    Case {
        name: "initialisers_with_dots",
        patch: "@@ identifier i; @@\nint i[] = { ..., \n- 77\n+ 78\n, ... };\n",
        code: |n| {
            format!(
                "int t[] = {{\n{}\t77,\n}};\n",
                repeated(n, |text, i| writeln!(text, "\t{},", i + 100))
            )
        },
        size: 5000,
    },
    Case {
        name: "arguments_with_dots",
        patch: "@@ @@\n- f(..., x, ..., y, ..., z, ...)\n+ g()\n",
        code: |n| {
            let xs = "x, ".repeat(n);
            format!("void a(void)\n{{\n\tf({xs}{xs}x);\n\tf({xs}y);\n\tf({xs}y, z);\n}}\n")
        },
        size: 500,
    },
    Case {
        name: "arguments_with_lists",
        patch: "@@ expression list before, behind; expression E; @@\n- f(before, E, 0, E, behind)\n+ g(before, behind)\n",
        code: |n| {
            let many = repeated(n, |text, i| write!(text, "x{}, ", i % 7));
            format!("void a(void)\n{{\n\tf({many}z);\n\tf({many}y, 0, y);\n}}\n")
        },
        size: 500,
    },
    Case {
        name: "choice_in_dots",
        patch: "@@ expression E; @@\n- first();\n+ begun();\n... when != \\(stop(E)\\|halt(E)\\|die(E)\\)\n(\nlast();\n|\nfinal();\n)\n",
        code: |n| between(&branches(n)),
        size: 500,
    },
    Case {
        name: "choices_in_a_row",
        patch: "@@ expression E; @@\n(\n- a(E);\n+ x(E);\n|\n- b(E);\n+ y(E);\n)\n...\n(\nc(E);\n|\nd(E);\n)\n...\n(\ne(E);\n|\ng(E);\n)\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                let [one, two, three] =
                    [["a", "b"][i % 2], ["c", "d"][i / 2 % 2], ["e", "g"][i / 4 % 2]];
                writeln!(
                    text,
                    "\t{one}(v{i});\n\tif (x{i})\n\t\twork({i});\n\t{two}(v{i});\n\tlog({i});\n\t{three}(v{i});"
                )
            }))
        },
        size: 500,
    },
    Case {
        name: "optional_lines",
        patch: "@@ expression E; @@\n- begin(E);\n...\n?- middle(E);\n...\n?- trace(E);\n...\n- end(E);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                let middle = if i % 2 == 0 { format!("\tmiddle(v{i});\n") } else { String::new() };
                writeln!(text, "\tbegin(v{i});\n{middle}\tif (x{i})\n\t\twork({i});\n\tend(v{i});")
            }))
        },
        size: 500,
    },
    Case {
        name: "sums",
        patch: "@@ expression a; @@\n- a + 0\n+ a\n",
        code: |n| {
            format!(
                "int s(void)\n{{\n\treturn {}z + 0;\n}}\n",
                repeated(n, |text, i| write!(text, "v{i} + "))
            )
        },
        size: 1000,
    },
    Case {
        name: "long_sum_in_the_pattern",
        patch: "@@ expression a, b, c, d, e, f; @@\n- a + b + c + d + e + f + 1\n+ sum(a, b, c, d, e, f)\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(
                    text,
                    "\tx = a{i} + b + c + d + e + f + 1;\n\ty = a{i} + b + c + d + e + f + 2;"
                )
            }))
        },
        size: 1000,
    },
    Case {
        name: "conditions",
        patch: "@@ expression a, b; @@\n- a == NULL || b == NULL\n+ missing(a, b)\n",
        code: |n| {
            let tests = repeated(n, |text, i| write!(text, "!p{i} || "));
            format!(
                "int s(struct a *p, struct a *q)\n{{\n\tif ({tests}x)\n\t\treturn 1;\n\treturn !p || !q;\n}}\n"
            )
        },
        size: 1000,
    },
    Case {
        name: "dots_in_a_deep_expression",
        patch: "@@ expression E; @@\n f(<+...\n- g(E)\n+ h(E)\n ...+>)\n",
        code: |n| {
            format!("void a(void)\n{{\n\tf({}g(1){});\n}}\n", "k(1 + ".repeat(n), ")".repeat(n))
        },
        size: 50,
    },
    Case {
        name: "many_dots",
        patch: "@@ expression E; @@\n- a(E);\n+ begun(E);\n...\nb(E);\n...\nc(E);\n...\nd(E);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(
                    text,
                    "\ta(v{i});\n\tb(v{i});\n\tif (x{i}) {{\n\t\twork({i});\n\t\tb(w{i});\n\t}}\n\tc(v{i});\n\tlog({i});\n\td(v{i});"
                )
            }))
        },
        size: 500,
    },
    Case {
        name: "pairs_that_overlap",
        patch: "@@ expression E, F; @@\n- a(E);\n+ begun(E);\n... when any\nb(F);\n",
        code: |n| function(&(repeated(n, |text, i| writeln!(text, "\ta(v{i});")) + "\tb(1);\n")),
        size: 2500,
    },
    Case {
        name: "nothing_matches",
        patch: "@@ expression E; @@\n- a(E);\n... when any\n- never(E);\n",
        code: |n| function(&(repeated(n, |text, i| writeln!(text, "\ta(v{i});\n\tnever(w{i});")))),
        size: 2500,
    },
    Case {
        name: "edits",
        patch: "@@ expression E; @@\n- old(E);\n+ new(E, 0);\n",
        code: |n| {
            repeated(n, |text, i| {
                writeln!(
                    text,
                    "void f{i}(int x)\n{{\n\tif (x)\n\t\told(x + {i});\n\told({i});\n}}\n"
                )
            })
        },
        size: 4000,
    },
    Case {
        name: "edits_of_branches",
        patch: "@@ expression E; @@\n- old(E);\n+ one(E);\n+ two(E);\n",
        code: |n| {
            repeated(n, |text, i| {
                writeln!(
                    text,
                    "void f{i}(int x)\n{{\n\tif (x)\n\t\told(x + {i});\n\telse\n\t\tother({i});\n}}\n"
                )
            })
        },
        size: 4000,
    },
    Case {
        name: "edits_of_one_function",
        patch: "@@ expression E; @@\n- old(E);\n+ new(E, 0);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(text, "\tif (x)\n\t\told(x + {i});\n\tlog({i});")
            }))
        },
        size: 4000,
    },
    Case {
        name: "removed_statements",
        patch: "@@ expression E; @@\n- trace(E);\n",
        code: |n| {
            function(&repeated(n, |text, i| {
                writeln!(
                    text,
                    "\t/* {i} */\n\ttrace({i});\n\n\tif (x) {{\n\t\ttrace(x);\n\t\twork({i});\n\t}}"
                )
            }))
        },
        size: 1000,
    },
    Case {
        name: "declarations",
        patch: "@@ identifier x; @@\n- unsigned long x;\n+ unsigned long x = 0;\n... when != x\nsave(..., x)\n",
        code: |n| {
            repeated(n, |text, i| {
                writeln!(
                    text,
                    "void f{i}(void)\n{{\n\tunsigned long flags;\n\tint a;\n\n\ta = {i};\n\tif (a)\n\t\twork();\n\tsave(&l, flags);\n}}\n"
                )
            })
        },
        size: 500,
    },
];

/// A text for each number below `n`.
fn repeated(n: usize, write: impl Fn(&mut String, usize) -> std::fmt::Result) -> String {
    let mut text = String::new();
    for i in 0..n {
        write(&mut text, i).expect("a string takes everything");
    }
    text
}

fn function(body: &str) -> String {
    format!("int work_on(struct device *d, int x)\n{{\n{body}}}\n")
}

fn between(body: &str) -> String {
    function(&format!("\tfirst();\n{body}\tlast();\n\treturn 0;\n"))
}

/// `n` branches with ten lines each, of which each leaves the function.
fn branches(n: usize) -> String {
    repeated(n, |text, i| {
        writeln!(
            text,
            "\tstep({i});\n\tx = get(d, {i});\n\tif (x < {i}) {{\n\t\tlog(\"too few\", {i});\n\t\tfail({i});\n\t\treturn -1;\n\t}}\n\tput(d, x);\n\td->field[{i}] = x;\n"
        )
    })
}

/// The same without a way out.
fn plain_branches(n: usize) -> String {
    repeated(n, |text, i| {
        writeln!(
            text,
            "\tstep({i});\n\tx = get(d, {i});\n\tif (x < {i}) {{\n\t\tlog(\"too few\", {i});\n\t\tfix({i});\n\t}}\n\tput(d, x);\n\td->field[{i}] = x;\n"
        )
    })
}

fn cases(n: usize) -> String {
    repeated(n, |text, i| {
        let end = if i % 3 == 0 { "" } else { "\t\tbreak;\n" };
        write!(text, "\tcase {i}:\n\t\tone({});\n\t\twork({i});\n{end}", i % 2)
    })
}

fn loops(n: usize) -> String {
    repeated(n, |text, i| {
        writeln!(
            text,
            "\tfor (i = 0; i < {i}; i++) {{\n\t\tstep(i);\n\t\tif (x == i)\n\t\t\tcontinue;\n\t\tif (x > i)\n\t\t\tbreak;\n\t\tput(d, i);\n\t}}\n"
        )
    })
}

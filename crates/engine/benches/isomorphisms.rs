//! Isomorphisms must not multiply: a conjunction of comparisons, one to four of them, from the text of the patch to the
//! result: `cargo bench -p engine`.
//!
//! A matcher that expands isomorphisms into a choice before it matches gets thousands of branches for four. Here each
//! further comparison may add its own cost only, and four must stay under ten milliseconds.

use std::sync::Arc;

use diag::Source;
use divan::{Bencher, black_box};
use engine::{Prepared, Settings};

fn main() {
    divan::main();
}

/// As many conditions of the pattern as a row says, against as many of the code.
#[divan::bench(args = [1, 2, 3, 4])]
fn comparisons(bencher: Bencher<'_, '_>, terms: usize) {
    let ours = ["(a == NULL)", "(b != NULL)", "(c + d == 0)", "(e * f < g)"][..terms].join(" && ");
    let theirs = ["!p", "q", "!(n + m)", "3 > m * n"][..terms].join(" && ");
    let literal =
        ["(p == NULL)", "(NULL != q)", "(m + n == 0)", "(m * n < 3)"][..terms].join(" && ");
    let patch = format!("@@ expression a, b, c, d, e, f, g; @@\n- {ours}\n+ check()\n");
    let code = format!(
        "int f(struct s *p, struct s *q, int n, int m)\n{{\n\tif ({theirs})\n\t\treturn 1;\n\treturn {literal};\n}}\n"
    );
    let run = || {
        let options = smpl::Options::default();
        let patch = smpl::parse(Source::new("bench.cocci", patch.as_bytes()), &options);
        let prepared = Prepared::new(patch.expect("the patch is right"), Settings::default());
        prepared.run("bench.c", Arc::from(code.as_bytes())).expect("no match contradicts another")
    };
    assert!(run().text.is_some(), "nothing matched");
    bencher.bench(|| black_box(run()));
}

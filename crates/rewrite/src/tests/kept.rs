//! What no edit touches stays byte for byte, and no edit makes printing fail.

use super::parse;
use crate::{Plan, Removal, Style};

const SNIPPETS: [&str; 4] = [
    "// SPDX\n#include <a.h>\n\n#ifdef X\nstatic int a = 1; /* a */\n#else\nint b;\n#endif\n\nint f(int a,\n      int b)\n{\n\tif (a)\n\t\treturn g(a, \"x\" \"y\");\n\treturn 0;\n}\nEXPORT_SYMBOL(f);\n",
    "#define M(a, b) do {\t\\\n\tf(a);\t\\\n} while (0)\r\nstruct s {\n\tint a:3, *b;\r\n};\nstatic struct s t = {\n\t.a = 1,\n\t.b = NULL\n};",
    "void f(void)\n{\n#if A\n\tif (x) {\n#else\n\tif (y) {\n#endif\n\t\tg();\n\t}\nout:\n\tswitch (x) {\n\tcase 1: a(); break;\n\tdefault:\n\t\tb(1, 2, (3));\n\t}\n}\n",
    "\n\n  /* only a comment */ // and another\n",
];

#[test]
fn an_empty_plan_prints_the_input() {
    for snippet in SNIPPETS {
        let plan = Plan::new(parse(snippet.as_bytes()));
        assert!(plan.is_empty());
        assert_eq!(plan.print(&Style::default()), snippet.as_bytes());
    }
}

#[test]
fn other_items_stay() {
    let text = "int  a ;\n\nint b;\n\n /* c */ int  c;";
    let tree = parse(text.as_bytes());
    let mut plan = Plan::new(tree);
    plan.remove(3..6, Removal { match_id: 0, group: 0 }).unwrap();
    let printed = String::from_utf8(plan.print(&Style::default())).unwrap();
    assert_eq!(printed, "int  a ;\n\n /* c */ int  c;");
}

#[test]
fn random_removals_never_fail() {
    let mut seed = 1u64;
    let mut random = |limit: u32| {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 33) as u32 % limit
    };
    for round in 0..400 {
        let tree = parse(SNIPPETS[round % 3].as_bytes());
        let count = tree.tokens().len() as u32 - 1;
        let mut plan = Plan::new(tree);
        for match_id in 0..=random(3) {
            let start = random(count);
            let end = (start + 1 + random(12)).min(count);
            plan.remove(start..end, Removal { match_id, group: random(2) }).unwrap();
        }
        let printed = plan.print(&Style::default());
        assert!(printed.len() <= SNIPPETS[round % 3].len() + 8);
    }
}

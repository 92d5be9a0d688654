//! A semantic patch on any text: no panic, the same result twice, a result that parses as well as what was there, and
//! untouched code byte for byte.
//!
//! The first byte chooses the patch, the second how wide lines are and what the others are: the text itself, or one
//! fragment each. Fragments are what the patches look for, so nearly every such text is changed by some patch.

#![no_main]

use std::ops::Range;
use std::sync::LazyLock;

use csyntax::{Names, NodeId, TokenKind, Tree};
use engine::{Prepared, Settings};
use libfuzzer_sys::fuzz_target;

/// Semantic patches. Each changes only items in which `f` or `g` occurs as a word.
const PATCHES: &[&str] = &[
    // Removal, replacement, addition on either side.
    "@@ expression x; @@\n- f(x);\n",
    "@@ expression x; @@\n- f(x);\n+ h(x, 1);\n",
    "@@ expression x; @@\n- f(x);\n+ h(x);\n+ k(x);\n",
    "@@ expression x; @@\n  f(x);\n+ h();\n",
    "@@ expression x; @@\n+ h();\n  f(x);\n",
    "@@ expression x; @@\n- f(x)\n+ x * 2\n",
    "@@ @@\n- f\n+ longer_name\n",
    // Paths.
    "@@ expression x; @@\n- f(x);\n  ... when != k(x)\n- g(x);\n",
    "@@ expression x; @@\n- f(x);\n- ...\n- g(x);\n+ h(x);\n",
    "@exists@ expression x; @@\n  f(x);\n  ...\n- g(x);\n+ h();\n",
    "@@ identifier q; expression x; @@\n  q(...) {\n  <...\n- f(x);\n+ h(x);\n  ...>\n  }\n",
    "@@ expression x; @@\n  f(x);\n  <+...\n- g\n+ h\n  (...)\n  ...+>\n",
    "@@ expression x; @@\n  f(x);\n? k(x);\n- g(x);\n",
    // Choices and lists.
    "@@ expression x; @@\n(\n- f(x)\n+ h(x)\n|\n  g(...)\n)\n",
    "@@ expression x; @@\n  f(\n- x,\n  ...)\n",
    "@@ @@\n  f(...\n+ , h\n  )\n",
    "@@ @@\n  f(\n+ h, 1,\n  ...)\n",
    "@@ expression x, y; @@\n- f(x, y)\n+ f(y, x)\n",
    // Types, declarations, initialisers, fields.
    "@@ identifier x; @@\n- struct f *x;\n+ struct h *x;\n",
    "@@ type T; @@\n- T f;\n",
    "@@ type T; expression x; @@\n- T f = x;\n+ T h = x;\n",
    "@@ type T; @@\n  T\n- f\n+ h\n  ;\n",
    "@@ identifier v; expression x; @@\n  struct s v = {\n- .f = x,\n+ .h = x,\n  };\n",
    "@@ identifier v; @@\n  struct s v = {\n  .f = 1,\n+ .h = 2,\n  };\n",
    "@@ @@\n  struct f {\n  ...\n+ int h;\n  };\n",
    // Compound statements.
    "@@ expression x; statement S; @@\n- if (f(x)) S\n",
    "@@ expression x; statement S; @@\n- if (f(x)) S\n+ S\n",
    "@@ statement S1, S2; @@\n- if (f) S1 else S2\n+ if (!f) S2 else S1\n",
    "@@ expression x; @@\n- {\n  f(x);\n  ...\n- }\n",
    "@@ expression x; @@\n+ if (h) {\n  f(x);\n+ }\n",
    "@@ expression x; @@\n- while (f(x)) {\n  ...\n- }\n",
    "@@ expression x; @@\n  f(x);\n- return x;\n+ return h(x);\n",
    // Functions, directives, `++`, what hands over to a second rule.
    "@@ @@\n  f(\n+ int n,\n  ...) { ... }\n",
    "@@ type T; @@\n- T f(...) { ... }\n",
    "@@ type T; @@\n  T f(...) { ... }\n+ int h(void) { return 1; }\n",
    "@@ expression x; @@\n- #define f x\n+ #define h x\n",
    "@r@ expression x; @@\n  f(x);\n@@ expression r.x; @@\n  g(...);\n++ h(x);\n",
    "@@ expression x; @@\n- f(x);\n+ g(x);\n@@ expression x; @@\n- g(x);\n+ f(x);\n+ f(x);\n",
];

/// What texts are put together from.
const FRAGMENTS: &[&str] = &[
    "f(a);",
    "f(a, b);",
    "g(a);",
    "g();",
    "k(a);",
    "h(1);",
    "f",
    "g",
    "a",
    "f(f(a));",
    "x = f(a) + g(b);",
    "\n",
    "\n\t",
    "\n\t\t",
    "\n\n",
    "  ",
    " ",
    "\r\n",
    "/* c */",
    "/* c\n * d */",
    "// e\n",
    "{",
    "}",
    "(",
    ")",
    ";",
    ",",
    " else ",
    "if (a) ",
    "if (f(a)) ",
    "if (f) ",
    "else",
    "while (f(a)) ",
    "for (;;) ",
    "do ",
    " while (a);",
    "switch (a) {",
    "case 1:",
    "default:",
    "break;",
    "continue;",
    "return a;",
    "return;",
    "goto l;",
    "l:",
    "return f(a);",
    "int f;",
    "int a, f, *b = 1;",
    "int f = 1;",
    "struct f *p;",
    "struct f { int a; };",
    "struct s v = { .f = 1 };",
    "struct s v = {\n\t.f = 1,\n\t.b = f(a),\n};",
    "{ .f = 2, .c = 3, }",
    "void m(void)\n{\n",
    "\n}\n",
    "int f(int a, int b)\n{\n\treturn a;\n}\n",
    "int f(void);\n",
    "static int m(struct f *a) {",
    "#ifdef A\n",
    "\n#else\n",
    "\n#endif\n",
    "\n#if 0\n",
    "\n#define f 1\n",
    "\n#define m(a) f(a); g(a)\n",
    " \\\n",
    "\n#include <f.h>\n",
    "int z; // z\n",
    "char *z = \"f(a);\";\n",
    "({",
    "})",
    "= ",
    "- ",
    "&",
    "sizeof(f)",
    "(int *)",
    "f(\n\t\ta,\n\t\tb);",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "list_for_each(a, b) ",
    "int a;\n",
    "union { int f; } u;",
    "enum { f, a };",
    "__init ",
    "asm(\"f\");",
];

/// Each patch for lines of 80 and of 20 columns.
static PREPARED: LazyLock<Vec<[Prepared; 2]>> = LazyLock::new(|| {
    PATCHES.iter().map(|patch| [78, 20].map(|width| prepare(patch, width))).collect()
});

fn prepare(patch: &str, max_width: usize) -> Prepared {
    let source = diag::Source::new("fuzz.cocci", patch.as_bytes());
    let parsed = smpl::parse(source, &smpl::Options::default());
    let patch = parsed.unwrap_or_else(|failure| panic!("{patch}\n{:?}", failure.diagnostics));
    let mut settings = Settings { limit: ctl::Limit(200_000), ..Settings::default() };
    settings.style.max_width = max_width;
    Prepared::new(patch, settings)
}

fuzz_target!(|input: &[u8]| {
    let [which, how, rest @ ..] = input else { return };
    let prepared = &PREPARED[usize::from(*which) % PATCHES.len()][usize::from(how >> 1 & 1)];
    let text = match how & 1 {
        0 => rest.to_vec(),
        _ => rest
            .iter()
            .flat_map(|&byte| FRAGMENTS[usize::from(byte) % FRAGMENTS.len()].bytes())
            .collect(),
    };
    // A file that is given up is one answer; it has to be the same one each time.
    let answer = || prepared.run("fuzz.c", text.as_slice().into()).map(|outcome| outcome.text);
    let (first, second) = (answer(), answer());
    match (first, second) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first, second, "another result the second time");
            if let Some(after) = first {
                parses_as_well(&text, &after);
                keeps_what_is_untouched(&text, &after);
            }
        }
        (Err(first), Err(second)) => assert_eq!(first.to_string(), second.to_string()),
        (first, second) => panic!("first {first:?}, then {second:?}"),
    }
});

fn parse(text: &[u8]) -> Tree {
    csyntax::parse(text.into(), &Names::default())
}

fn parses_as_well(before: &[u8], after: &[u8]) {
    let (old, new) = (parse(before), parse(after));
    let problems = |tree: &Tree| tree.problems().len();
    assert!(
        problems(&new) <= problems(&old) && new.second_readings() <= old.second_readings(),
        "{}\ndoes not parse as well as\n{}",
        String::from_utf8_lossy(after),
        String::from_utf8_lossy(before)
    );
}

/// Where no item on a line has a word of the patches, the line is there up to its last token.
fn keeps_what_is_untouched(before: &[u8], after: &[u8]) {
    let tree = parse(before);
    let mut lines = after.split(|&byte| byte == b'\n');
    for kept in untouched_lines(&tree) {
        let text = &before[kept];
        assert!(
            lines.any(|line| line.starts_with(text)),
            "{:?} was not touched, and is not in\n{}\nwhich was\n{}",
            String::from_utf8_lossy(text),
            String::from_utf8_lossy(after),
            String::from_utf8_lossy(before)
        );
    }
}

/// From the start of each line to the end of the last token that ends on it, if all tokens on it belong to items in which
/// nothing can match. What stands behind that token belongs to the item that follows.
fn untouched_lines(tree: &Tree) -> Vec<Range<usize>> {
    let source = tree.source();
    let mut touched = vec![true; tree.tokens().len()];
    for item in tree.children(NodeId::ROOT) {
        let range = tree.token_range(item);
        let has_word = range.clone().any(|token| {
            let text = tree.token_text(csyntax::TokenId(token));
            // Directives that were passed over may be one token.
            text.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_')
                .any(|word| matches!(word, b"f" | b"g"))
        });
        touched[range.start as usize..range.end as usize].fill(has_word);
    }
    let mut lines: Vec<(Range<usize>, bool)> = Vec::new();
    for token in tree.tokens().ids().filter(|&token| tree.tokens().kind(token) != TokenKind::Eof) {
        let span = tree.tokens().span(token).range();
        let start =
            source[..span.start].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        match lines.last_mut() {
            // A token may span lines; such lines stay together.
            Some((line, is_touched)) if start < line.end => {
                line.end = span.end;
                *is_touched |= touched[token.index()];
            }
            _ => lines.push((start..span.end, touched[token.index()])),
        }
    }
    let untouched = lines.into_iter().filter(|(_, touched)| !touched).map(|(line, _)| line);
    // What spans several lines is compared by its first.
    untouched
        .map(|line| {
            let end = source[line.clone()].iter().position(|&byte| byte == b'\n');
            line.start..end.map_or(line.end, |at| line.start + at)
        })
        .collect()
}

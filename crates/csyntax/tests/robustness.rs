//! Odd, broken and huge texts: each becomes a tree that satisfies the invariants.
//!
//! Everything runs on the stack that a test's thread has, 2 MiB, in builds without optimisation, too. So the limits on
//! nesting (`MAX_DEPTH`) and on chains hold with room to spare on the 64 MiB that the program gives its threads.

use csyntax::{Names, NodeId, NodeKind, Tree, invariants};

/// How often each construct is repeated: many times more than terms may nest and chains may be long.
const MANY: usize = 10_000;

#[track_caller]
fn check(text: &[u8]) -> Tree {
    let tree = csyntax::parse(text.into(), &Names::default());
    if let Err(broken) = invariants::check(&tree) {
        let start = String::from_utf8_lossy(&text[..text.len().min(80)]);
        panic!("{broken}\nin {} bytes: {start}", text.len());
    }
    tree
}

/// How many items of a file do not parse.
#[track_caller]
fn errors(text: &[u8]) -> usize {
    check(text).problems().len()
}

/// The kinds of the items of a file.
#[track_caller]
fn items(text: &[u8]) -> Vec<NodeKind> {
    let tree = check(text);
    tree.children(NodeId::ROOT).map(|item| tree.kind(item)).collect()
}

/// `before`, then `open` repeated, `middle`, `close` repeated, and `after`: balanced, and with one side missing; and each
/// side alone.
#[track_caller]
fn nested(before: &str, open: &str, middle: &str, close: &str, after: &str) {
    let (opening, closing) = (open.repeat(MANY), close.repeat(MANY));
    check(format!("{before}{opening}{middle}{closing}{after}").as_bytes());
    check(format!("{before}{opening}{middle}").as_bytes());
    check(format!("{before}{middle}{closing}{after}").as_bytes());
    check(opening.as_bytes());
    check(closing.as_bytes());
}

#[track_caller]
fn in_function(open: &str, middle: &str, close: &str) {
    nested("void f(void)\n{\n\t", open, middle, close, "\n}\nint last;\n");
}

#[test]
fn a_hundred_thousand() {
    let many = 10 * MANY;
    for (before, open, close) in [
        ("int x = ", "(", ")"),
        ("void f(void)\n", "{", "}"),
        ("int x[] = ", "{", "}"),
        ("void f(void) { int x; ", "if (x) ; else ", ";"),
    ] {
        let (opening, closing) = (open.repeat(many), close.repeat(many));
        check(format!("{before}{opening}1{closing};\n").as_bytes());
        check(format!("{before}{opening}1").as_bytes());
        check(format!("{before}1{closing}").as_bytes());
    }
}

#[test]
fn nested_expressions() {
    nested("int x = ", "(", "1", ")", ";\n");
    nested("int x = ", "-", "1", "", ";\n");
    nested("int x = ", "- -", "1", "", ";\n");
    in_function("(", "a", ")");
    in_function("(a + ", "a", ")");
    in_function("(int)", "a", ";");
    in_function("(T *)(", "a", ")");
    in_function("*", "a = b;", "");
    in_function("!", "a", ";");
    in_function("&&a ", "a", ";");
    in_function("f(", "a", ")");
    in_function("f(a, ", "a", ")");
    in_function("f(a b, ", "a", ")");
    in_function("f(", "]", ")");
    in_function("f(1)", ";", "");
    in_function("a[", "0", "]");
    in_function("a ? ", "b", " : c");
    in_function("a ? b : ", "c", ";");
    in_function("a = ", "b", ";");
    in_function("sizeof ", "a", ";");
    in_function("sizeof(", "a", ")");
    in_function("({ ", "a;", " });");
    in_function("if (({ ", "a;", " })) ;");
    in_function("(a){ ", "0", " }");
    in_function("(T[]){ [", "0", "] = 1 }");
    in_function("a = { ", "0", " }");
    in_function("_Generic(", "a", ", int: 1)");
    in_function("_Generic(a, int: ", "1", ")");
}

#[test]
fn nested_types() {
    nested("", "typeof(", "int", ")", " x;\n");
    nested("int x = ", "(typeof(", "int", ")) 1", ";\n");
    nested("int x = ", "sizeof(typeof(", "int", "))", ";\n");
    nested("int x = ", "sizeof(enum { A = ", "1", " })", ";\n");
    nested("int x", "[sizeof(int", "[2]", ")]", ";\n");
    nested("", "struct { ", "int a;", " } b;", "\n");
    nested("", "struct s {\n", "int a;", "}\n", ";\n");
    nested("", "union { int a; ", "", " };", "\n");
    nested("", "enum { A = sizeof(", "int", ") };", "\n");
    nested("int ", "(", "x", ")", ";\n");
    nested("int ", "(*", "x", ")", ";\n");
    nested("int ", "(*", "x", ")(void)", ";\n");
    nested("int ", "*", "x", "", ";\n");
    nested("int ", "* const ", "x", "", ";\n");
    nested("int x", "[1]", "", "", ";\n");
    nested("int x", "(int)", "", "", ";\n");
    nested("int f", "(int a", "", ")", ";\n");
    nested("int f", "(int (*a)", "(void)", ")", ";\n");
    nested("", "__attribute__((", "packed", "))", " int x;\n");
    nested("int x ", "__attribute__((packed)) ", "", "", ";\n");
    nested("", "const ", "int x;", "", "\n");
    nested("", "_Alignas(", "8", ")", " int x;\n");
}

#[test]
fn nested_initialisers() {
    nested("int x[] = ", "{", "1", "}", ";\n");
    nested("int x[] = ", "{ 1, ", "1", "}", ";\n");
    nested("int x[] = ", "{ .a = ", "1", "}", ";\n");
    nested("int x[] = { ", ".a", " = 1", "", " };\n");
    nested("int x[] = { ", "[0]", " = 1", "", " };\n");
    nested("int x[] = ", "{ [", "0", "] = 1 }", ";\n");
    nested("int x[] = ", "{ F(", "0", ") }", ";\n");
}

#[test]
fn nested_statements() {
    in_function("{", ";", "}");
    in_function("{\n", "int a;", "}\n");
    in_function("if (x) ", ";", "");
    in_function("if (x) ", ";", " else ;");
    in_function("if (x) { ", ";", "} else { }");
    in_function("if (x) ; else ", ";", "");
    in_function("if (x) {\n} else ", "{}", "");
    in_function("while (x) ", ";", "");
    in_function("do ", ";", " while (x);");
    in_function("for (;;) ", ";", "");
    in_function("for (int i = 0; ", ";", ")");
    in_function("switch (x) { case 1: ", ";", "}");
    in_function("a: ", ";", "");
    in_function("case 1: ", ";", "");
    in_function("default: ", ";", "");
    in_function("for_each_a(x) ", ";", "");
    in_function("for_each_a(x) {", ";", "}");
    in_function("FOO(a)\n\t", ";", "");
    in_function("else ", ";", "");
}

#[test]
fn nested_items() {
    nested("", "extern \"C\" ", "int x;", "", "\n");
    nested("", "extern \"C\" {\n", "int x;\n", "}\n", "");
    nested("", "int f(void) {", ";", "}", "\n");
    nested("", "void f(void)\n{\n", ";", "}\n", "");
    nested("", "void f(a) int a; {", ";", "}", "\n");
    nested("", "f(a) ", "int a; {", "}", "\n");
    nested("", "F(", "a", ")", ";\n");
    nested("", "F(\n", "a", ")\n", ";\n");
}

#[test]
fn nested_conditionals() {
    for guard in ["#if X\n", "#if 0\n", "#if 1\n", "#ifdef __cplusplus\n"] {
        nested("", guard, "int x;\n", "#endif\n", "int y;\n");
        nested("", guard, "int x;\n", "#else\n#endif\n", "int y;\n");
        nested("void f(void)\n{\n", guard, "a();\n", "#endif\n", "}\n");
        nested("int x[] = {\n", guard, "1,\n", "#endif\n", "};\n");
        nested("struct s {\n", guard, "int a;\n", "#endif\n", "};\n");
        nested("enum e {\n", guard, "A,\n", "#endif\n", "};\n");
        nested("int f(\n", guard, "int a,\n", "#endif\n", "int b);\n");
        nested("int x = f(\n", guard, "a,\n", "#endif\n", "b);\n");
    }
    nested("", "#if X\nint x;\n#else\n", "", "#endif\n", "");
    nested("#if X\n", "#elif Y\nint x;\n", "", "", "#endif\n");
    nested("#if X\n", "#else\n{\n", "", "", "#endif\n");
    nested("", "#if X\n{\n#endif\n", "", "#if X\n}\n#endif\n", "");
    nested("", "#endif\n int x;\n", "", "", "");
}

#[test]
fn long_chains() {
    in_function("a + ", "b", ";");
    in_function("a, ", "b", ";");
    in_function("a && b || ", "c", ";");
    in_function("a * b + ", "c", ";");
    in_function("a", ";", "->b");
    in_function("a", ";", "++");
    in_function("\"a\" ", ";", "");
    in_function("\"a\" B ", ";", "");
    in_function("B(1) ", "\"a\";", "");
    in_function("a ", ";", "");
    in_function("a##", "a;", "");
    nested("int ", "a, ", "b", "", ";\n");
    nested("int f(", "int a, ", "int b", "", ");\n");
    nested("", "a ", ";", "", "\n");
    nested("", "static ", "int x;", "", "\n");
    nested("", "int ", "x;", "", "\n");
    nested("", "a + ", ";", "", "\n");
    nested("", "@ ", ";", "", "\n");
    nested("#define A ", "a + ", "b", "", "\n");
    nested("#define A ", "(", "b", ")", "\n");
    nested("#define A ", "{", "b", "}", "\n");
    nested("#define A(", "a, ", "b", "", ") 1\n");
    nested("", "#define A {\n", "b", "", "\n");
}

#[test]
fn brackets_alone() {
    for bracket in ["(", ")", "[", "]", "{", "}", "(]", "({[", "]})", "){", ")(", "}{", "{}", "()"]
    {
        nested("", bracket, "", "", "\n");
        nested("int x = ", bracket, "", "", ";\nint y;\n");
        nested("void f(void)\n{\n", bracket, "", "", "\n}\n");
        nested("void f(void)\n{\n", &format!("{bracket}\n"), "", "", "\n}\n");
    }
}

#[test]
fn a_broken_item_does_not_harm_the_next() {
    use NodeKind::*;
    let deep = format!("int x = {}1{};\nint y;\n", "(".repeat(MANY), ")".repeat(MANY));
    assert_eq!(items(deep.as_bytes()), [ErrorItem, Declaration]);
    let long = format!("int x = 1{};\nint y;\n", " + 1".repeat(MANY));
    assert_eq!(items(long.as_bytes()), [ErrorItem, Declaration]);
    assert_eq!(items(b"int x = (;\nint y;\n"), [ErrorItem, Declaration]);
}

#[test]
fn empty_and_almost() {
    for text in [
        "",
        " ",
        "\n",
        "\r",
        "\r\n",
        "\\",
        "\\\n",
        "\\\r\n",
        "\\\r",
        "\0",
        ";",
        "\"",
        "'",
        "#",
        "#\n",
        "# ",
        "/",
        "/*",
        "/*/",
        "//",
        "//\\",
        "/**",
        "\u{feff}",
        "\u{feff}\n",
        "\u{feff}int x;",
        "#define",
        "#define ",
        "#define A",
        "#define A(",
        "#define A(x",
        "#define A \\",
        "#define A \\\n",
        "#include",
        "#include <",
        "#include <a",
        "#include \"",
        "#include \"a",
        "#include A",
        "#undef",
        "#if",
        "#if X",
        "#endif",
        "#else",
        "#elif X",
        "#pragma",
        "#if X\n#else",
        "#else\n#endif",
        "#endif\n#if",
        "0x",
        "1e+",
        "1..",
        "...",
        "..",
        "L",
        "L\"",
        "u8'",
        "a##",
        "##",
    ] {
        for after in ["", "\n", "\nint last;\n", "\r\nint last;\r\n"] {
            check(format!("{text}{after}").as_bytes());
            check(format!("int a;\n{text}{after}").as_bytes());
            check(format!("void f(void)\n{{\n{text}{after}}}\n").as_bytes());
        }
    }
}

#[test]
fn odd_bytes() {
    check(b"int a\0b;\nint c;\n");
    check(b"\0\0\0");
    check(&[0; 10_000]);
    check(b"int \xff\xfe;\nchar *s = \"\xe9\xc0\";\n");
    check(&(0..=255).collect::<Vec<u8>>());
    check(&(0..=255).rev().collect::<Vec<u8>>());
    check(b"int a;\x0b\x0cint b;\n");
    check(b"int \\ a;\nint @ ` b;\n");
    check("int größe; /* \u{201c}quoted\u{201d} */\n".as_bytes());
}

#[test]
fn line_ends() {
    use NodeKind::*;
    assert_eq!(items(b"int a;\r\n#if X\r\nint b;\r\n#endif\r\n"), [Declaration, Conditional]);
    assert_eq!(items(b"#define A 1 \\\r\n + 2\r\nint b;\r\n"), [Define, Declaration]);
    assert_eq!(items(b"int a;\rint b;\r"), [Declaration, Declaration]);
    assert_eq!(items(b"int a;\nint b;"), [Declaration, Declaration]);
    assert_eq!(items(b"int a; // c \\\n int b;\nint c;"), [Declaration, Declaration]);
    assert_eq!(items(b"int\\\na;\\\n"), [Declaration]);
    assert_eq!(items(b"#define A\\"), [Define]);
}

#[test]
fn a_byte_order_mark_starts_a_line() {
    assert_eq!(items(b"\xef\xbb\xbf#include <a.h>\n"), [NodeKind::Include]);
    assert_eq!(items(b"\xef\xbb\xbfint a;\n"), [NodeKind::Declaration]);
}

#[test]
fn what_nothing_closes() {
    assert_eq!(items(b"int a;\n/* int b;\nint c;\n"), [NodeKind::Declaration]);
    assert_eq!(errors(b"char *s = \"abc;\nint c;\n"), 1);
    assert_eq!(errors(b"int s = 'a;\nint c;\n"), 1);
    check(b"#define A \"abc\nint c;\n");
    check(b"#if \"abc\nint c;\n#endif\n");
    check(b"#if X /* abc\nint c;\n#endif\n");
    check(b"#if X\nint c;\n");
    check(b"void f(void)\n{\n#if X\n");
    check(b"void f(void)\n{\n#endif\n}\n");
    check(b"#endif\nint c;\n");
    check(b"#else\nint c;\n");
    check(b"#if 0\nint c;\n#else\n");
}

/// Lines of megabytes. How long they may be for the time at hand depends on how many tokens they make.
#[test]
fn one_long_line() {
    for piece in ["a ", "a+", "(", "{", "[", "1", "\"\\\"", "'a'", "*", "@"] {
        check(piece.repeat(250_000 / piece.len()).as_bytes());
    }
    for piece in [" ", "a", "\\\r\n", "/**/"] {
        check(piece.repeat(4_000_000 / piece.len()).as_bytes());
    }
    let words = "a ".repeat(2_000_000);
    for start in ["\"", "'", "//", "/*", "#if ", "#pragma ", "#include <"] {
        check(format!("{start}{words}").as_bytes());
    }
    for start in ["#define A ", "#define A(", "int x = "] {
        check(format!("{start}{}", &words[..250_000]).as_bytes());
    }
}

//! No work is quadratic: a text that is twice as long takes at most about twice the steps.
//!
//! Steps are counted in builds with debug assertions; see `work.rs`.

#![cfg(debug_assertions)]

use csyntax::{Names, work};

/// How often each construct is repeated; then twice as often. More than terms may nest, so that no limit hides the growth.
const MANY: usize = 1_500;

fn steps(text: &str) -> u64 {
    work::count(|| drop(csyntax::parse(text.as_bytes().into(), &Names::default())))
}

/// Collects what is not linear, so that one run shows all.
#[derive(Default)]
struct Report(Vec<String>);

impl Report {
    fn text(&mut self, name: &str, text: impl Fn(usize) -> String) {
        let (once, twice) = (steps(&text(MANY)), steps(&text(2 * MANY)));
        if twice as f64 > 2.3 * once as f64 {
            self.0.push(format!("{once} steps, then {twice}: {name}"));
        }
    }

    /// `before`, `piece` over and over, `after`.
    fn repeated(&mut self, before: &str, piece: &str, after: &str) {
        let name = format!("{before}|{piece}|{after}");
        self.text(&name, |count| format!("{before}{}{after}", piece.repeat(count)));
    }

    /// `before`, `open`, `middle` and `close`, `after`: balanced, and with one side missing.
    fn nested(&mut self, before: &str, open: &str, middle: &str, close: &str, after: &str) {
        let name = format!("{before}|{open}|{middle}|{close}|{after}");
        self.text(&name, |count| {
            let (open, close) = (open.repeat(count), close.repeat(count));
            format!("{before}{open}{middle}{close}{after}")
        });
        self.repeated(before, open, &format!("{middle}{after}"));
        self.repeated(&format!("{before}{middle}"), close, after);
    }

    /// Nothing is longer than it should be.
    #[track_caller]
    fn finish(self) {
        assert!(self.0.is_empty(), "{}", self.0.join("\n"));
    }
}

const FUNCTION: (&str, &str) = ("void f(void)\n{\n", "\n}\nint last;\n");

#[test]
fn rows() {
    let mut report = Report::default();
    for piece in [
        "int f(int a)\n{\n\treturn a + 1;\n}\n",
        "int f(a) int a; { }\n",
        "int a = 1;\n",
        "int a, *b(int c), (*d)(void);\n",
        "struct s { int a; };\n",
        "static struct s s = { .a = 1 };\n",
        "typedef struct s s_x;\n",
        "#define A(x) ((x) + 1)\n",
        "#define A int f(a) int a\n",
        "#define A extern \"C\" {\n",
        "#include <a.h>\n",
        "#if X\nint a;\n#else\nint b;\n#endif\n",
        "#if X\nint a;\n#else\n#define A\n#endif\n",
        "#if 0\nint a;\n#endif\n",
        "#if X\nint f(int a) {\n#else\nint f(void) {\n#endif\n}\n",
        "int f(\n#if X\nint a\n#endif\n;\n",
        "f(;\n#if X\n#else\n()\n#endif\n",
        "f(;\n#if X\n#else\n#define A\n#endif\n",
        "f(\n",
        "f(;\n",
        "f(a)\n",
        "f(a)\n b;\n",
        "F(a) ",
        "F(a);\n",
        "F\n",
        "@\n",
        "@ ",
        "int a b c;\n",
        "}\n",
        " }",
        "{\n",
        "int x = {;\n",
        "int x = (;\n",
        "struct {\n",
        "#if X\n",
        "#if X\nint a;\n",
        "#else\n",
        "#endif\n",
        "#endif\n int a;\n",
        "@\n#if X\n@\n",
        "@\n#endif\n",
        "a ",
        "a\n",
        "a * ",
        "__a ",
        "__a(1) ",
        "A ",
        "A\n",
        "const ",
        "int ",
        "extern \"C\" int a; ",
        "/* */ ",
        "// a\n",
        "\n",
        "a /*\n*/ ",
        "\"a\" ",
        "\"",
        "'",
        "\\",
    ] {
        report.repeated("", piece, "");
        report.repeated("int first;\n", piece, "\nint last;\n");
        report.repeated("#if X\n", piece, "#endif\n");
        report.repeated("extern \"C\" {\n", piece, "}\n");
    }
    report.finish();
}

#[test]
fn rows_in_a_line() {
    let mut report = Report::default();
    for piece in
        ["int a; ", "f(a); ", "f() { } ", "f(a)\n", "a", "@", "F(a) ", "struct s { int a; }; "]
    {
        report.repeated("", piece, "");
        report.repeated("/* a */ ", piece, "\n");
        report.repeated("int x;\n ", piece, "\n");
        report.repeated("void f(void) {", piece, "}");
    }
    report.finish();
}

#[test]
fn statements() {
    let mut report = Report::default();
    let (before, after) = FUNCTION;
    for piece in [
        "a = b + c;\n",
        "f(a, b);\n",
        "f(a)\n",
        "f(a) ",
        "F(a)\n",
        "A\n",
        "int a = 1;\n",
        "if (a) b();\n",
        "if (a) { b(); } else { c(); }\n",
        "a: ",
        "case 1: ",
        "case 1:\n",
        "case 1: a(); break;\n",
        "for_each_a(b) c();\n",
        "for_each_a(b)\n",
        "#if X\na();\n#endif\n",
        "#if X\na();\n",
        "#define A a\n",
        "#if X\nif (a)\n#endif\nb();\n",
        "a * b; ",
        "a * * b; ",
        "a b ",
        "(a)(b); ",
        "x = (a){ 1 }; ",
        "({ a; }); ",
        "\"a\" ",
        "A \"a\" ",
        "A(1) \"a\" ",
        "f(\"a\" B(1) \"c\"); ",
        "do { } while (0); ",
        "else ",
        ";",
        "@ ",
    ] {
        report.repeated(before, piece, after);
        report.repeated(before, piece, "");
        report.repeated("#define A(x) do { ", &piece.replace('\n', " \\\n"), "} while (0)\n");
    }
    report.finish();
}

#[test]
fn lists() {
    let mut report = Report::default();
    for (before, piece, after) in [
        ("int x[] = {\n", "1, ", "};\n"),
        ("int x[] = {\n", "{ .a = 1, .b = { 2 } },\n", "};\n"),
        ("int x[] = {\n", "[A] = 1,\n", "};\n"),
        ("int x[] = {\n", "F(1)\n", "};\n"),
        ("int x[] = {\n", "#if X\n1,\n#endif\n", "};\n"),
        ("struct s {\n", "int a;\n", "};\n"),
        ("struct s {\n", "int a : 1, *b;\n", "};\n"),
        ("struct s {\n", "F(a)\n", "};\n"),
        ("struct s {\n", "#if X\nint a;\n#endif\n", "};\n"),
        ("enum e {\n", "A,\n", "};\n"),
        ("enum e {\n", "A = 1,\n", "};\n"),
        ("enum e {\n", "F(A)\n", "};\n"),
        ("int f(", "int a, ", "int b);\n"),
        ("int f(", "a, ", "b) int a; { }\n"),
        ("int f(", "a b c, ", "int b);\n"),
        ("int ", "a, ", "b;\n"),
        ("int ", "f(a), ", "b;\n"),
        ("int x = f(", "a, ", "b);\n"),
        ("int x = f(", "a b, ", "b);\n"),
        ("int x = f(", "struct a *, ", "b);\n"),
        ("F(", "a, ", "b);\n"),
        ("F(", "a b ", ");\n"),
        ("#define A(", "a, ", "b) 1\n"),
        ("#define A ", "a ", "\n"),
        ("#define A ", "a, ", "\n"),
        ("#define A ", "{ a } ", "\n"),
        ("#define A ", "a; ", "\n"),
        ("#define A ", "#a ", "\n"),
        ("#define A a", " ## b", "\n"),
        ("#define A ", "int a; ", "@\n"),
        ("#if X\n", "int a;\n", "#endif\n"),
        ("#if 0\n", "int a;\n", "#endif\n"),
        ("#if X\n#else\n", "int a;\n", "#endif\n"),
        ("#if X\n", "#elif X\nint a;\n", "#endif\n"),
        ("#if X\n{\n", "#elif X\n{\n", "#endif\n"),
        ("#if X\n", "a\n", "@\n#endif\n"),
        ("int x = ", "1 + ", "1;\n"),
        ("int x = ", "1 * 1 + ", "1;\n"),
        ("int x = ", "\"a\" ", ";\n"),
        ("int x = a", ".b", ";\n"),
        ("int x = a", "[1]", ";\n"),
        ("int x = a", "(1)", ";\n"),
        ("int x = a", "(b c)", ";\n"),
        ("int x", " __a", ";\n"),
        ("int x", " __a(1)", ";\n"),
        ("int x", " A", ";\n"),
        ("int x", "[1]", ";\n"),
        ("int x", "(int)", ";\n"),
        ("struct ", "__a ", "s { };\n"),
        ("void f(void) { asm(\"a\" ", ": \"b\"(c) ", "); }\n"),
        ("/*", "a *", "*/ int a;\n"),
        ("//", "a \\\n", "\nint a;\n"),
        ("#if ", "a \\\n", "\nint a;\n#endif\n"),
        ("#include <", "a", ">\n"),
        ("#pragma ", "a ", "\n"),
        ("int ", "a", ";\n"),
        ("int x = ", "1", ";\n"),
        ("char *x = \"", "a", "\";\n"),
    ] {
        report.repeated(before, piece, after);
        report.repeated(before, piece, "");
        report.repeated(before, piece, &format!("@{after}"));
        report.repeated("", &format!("{before}{piece}{after}"), "");
    }
    report.finish();
}

#[test]
fn nests() {
    let mut report = Report::default();
    for (open, middle, close) in [
        ("(", "a", ")"),
        ("-", "a", ""),
        ("(a + ", "a", ")"),
        ("(int)", "a", ""),
        ("(T *)(", "a", ")"),
        ("f(", "a", ")"),
        ("f(a, ", "a", ")"),
        ("f(", "a", " b)"),
        ("f(a b, ", "a", ")"),
        ("f(", "]", ")"),
        ("f(", "a", ") \"s\""),
        ("f(", "a", ") { }"),
        ("F(", "a", ")\n"),
        ("a[", "0", "]"),
        ("a ? ", "b", " : c"),
        ("a ? b : ", "c", ""),
        ("a = ", "b", ""),
        ("sizeof(", "a", ")"),
        ("({ ", "a;", " })"),
        ("({ int a = ", "1;", " })"),
        ("(a){ ", "0", " }"),
        ("{", "0", "}"),
        ("{ .a = ", "1", " }"),
        ("{ [", "0", "] = 1 }"),
        ("_Generic(", "a", ", int: 1)"),
        ("sizeof(typeof(", "int", "))"),
        ("sizeof(enum { A = ", "1", " })"),
        ("sizeof(struct { int a[", "1", "]; })"),
        ("sizeof(int (*(*)(", "int", "))(void))"),
    ] {
        report.nested("int x = ", open, middle, close, ";\n");
        report.nested("void f(void)\n{\n\t", open, middle, close, ";\n}\nint last;\n");
        report.nested("#define A ", open.trim_end(), middle, close.trim_end(), "\n");
        report.nested("F(", open, middle, close, ")\n");
    }
    report.finish();
}

#[test]
fn nested_statements() {
    let mut report = Report::default();
    let (before, after) = FUNCTION;
    for (open, middle, close) in [
        ("{", ";", "}"),
        ("{\n", "int a;", "}\n"),
        ("if (x) ", ";", ""),
        ("if (x) ", ";", " else ;"),
        ("if (x) {\n} else ", "{}", ""),
        ("while (x) ", ";", ""),
        ("do ", ";", " while (x);"),
        ("for (int i = 0; ", ";", ")"),
        ("switch (x) { case 1: ", ";", "}"),
        ("a: ", ";", ""),
        ("for_each_a(x) ", ";", ""),
        ("f(x) {", ";", "}"),
        ("F(a)\n\t", ";", ""),
        ("#if X\n", "a();\n", "#endif\n"),
        ("#if X\n#else\n", "a();\n", "#endif\n"),
        ("({ ", "a;", " });"),
    ] {
        report.nested(before, open, middle, close, after);
    }
    report.finish();
}

#[test]
fn nested_items() {
    let mut report = Report::default();
    for (open, middle, close) in [
        ("struct { ", "int a;", " } b;"),
        ("struct s {\n", "int a;", "}\n"),
        ("enum { A = sizeof(", "int", ") };"),
        ("typeof(", "int", ")"),
        ("int (", "x", ")"),
        ("int (*", "x", ")(void)"),
        ("int f(int (*a)", "(void)", ")"),
        ("int f(", "int a", ")"),
        ("* ", "x", ""),
        ("extern \"C\" ", "int x;", ""),
        ("extern \"C\" {\n", "int x;\n", "}\n"),
        ("int f(void) {", ";", "}"),
        ("void f(void)\n{\n", ";", "}\n"),
        ("void f(a) int a; {", ";", "}"),
        ("f(a) ", "int a; {", "}"),
        ("__attribute__((", "packed", "))"),
        ("F(\n", "a", ")\n"),
        ("#if X\n", "int x;\n", "#endif\n"),
        ("#if X\nint y;\n#else\n", "int x;\n", "#endif\n"),
        ("#if X\nint y;\n#else\n{\n", "int x;\n", "#endif\n"),
        ("#if X\n", "@\n", "#endif\n"),
        ("#if 0\n", "int x;\n", "#endif\n"),
        ("#if X\n", "int x;\n", "#else\nint z;\n#endif\n"),
        ("#if X\n{\n", "int x;\n", "}\n#endif\n"),
        ("#if X\n{\n#endif\n", "int x;\n", "#if X\n}\n#endif\n"),
    ] {
        report.nested("", open, middle, close, "\n");
        report.nested("int first;\n", open, middle, close, ";\nint last;\n");
        report.nested("int first;\n", open, middle, close, ";\n@;\nint last;\n");
    }
    report.finish();
}

#[test]
fn broken_items_inside_many_groups() {
    let mut report = Report::default();
    report.text("enclosing groups", |count| {
        format!("{}{}{}", "#if X\n".repeat(count), "@\n".repeat(count), "#endif\n".repeat(count))
    });
    report.text("groups behind", |count| {
        format!("{}{}", "int a b c;\n".repeat(count), "#if X\n@\n#endif\n".repeat(count))
    });
    report.text("brackets before", |count| {
        format!("{}{}", "f(\n".repeat(count), "#if X\n@\n#endif\n".repeat(count))
    });
    report.text("brackets behind", |count| {
        format!("{}{}", "#if X\n@\n#endif\n".repeat(count), "f(\n".repeat(count))
    });
    report.finish();
}

#[test]
fn long_lines() {
    let mut report = Report::default();
    for space in [" ", "\t", "/* */", "\\\n", "\n"] {
        report.text("blanks in front of each", |count| {
            format!("{}int a;\n", space.repeat(100)).repeat(count / 100)
        });
        report.text("blanks in front", |count| {
            format!("{}{}", space.repeat(count), "int a; ".repeat(count))
        });
        report.text("blanks in front of statements", |count| {
            format!("void f(void) {{{}{}", space.repeat(count), "f(a)\n".repeat(count))
        });
    }
    report.finish();
}

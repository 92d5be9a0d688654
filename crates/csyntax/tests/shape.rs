//! Small inputs and the trees that they become.

mod show;

use std::sync::Arc;

use csyntax::{Element, Names, NodeId, NodeKind, TokenKind, Tree};

use show::show;

fn parse(text: &str) -> Tree {
    csyntax::parse(Arc::from(text.as_bytes()), &Names::default())
}

/// The items of a file.
#[track_caller]
fn items(text: &str, expected: &[&str]) {
    let tree = parse(text);
    assert_eq!(tree.problems(), &[], "{text}");
    let shown: Vec<String> = tree.children(NodeId::ROOT).map(|item| show(&tree, item)).collect();
    assert_eq!(shown, expected, "{text}");
}

/// The statements of a function body.
#[track_caller]
fn body(text: &str, expected: &[&str]) {
    let tree = parse(&format!("void m(void)\n{{\n{text}\n}}\n"));
    assert_eq!(tree.problems(), &[], "{text}");
    let block = tree
        .ids()
        .find(|&node| tree.kind(node) == NodeKind::CompoundStatement)
        .expect("a function has a block");
    let shown: Vec<String> = tree.children(block).map(|item| show(&tree, item)).collect();
    assert_eq!(shown, expected, "{text}");
}

#[test]
fn expressions_bind_as_in_the_standard() {
    body(
        "a = b + c * d;",
        &[
            "ExpressionStatement(AssignmentExpression(a, BinaryExpression(b, BinaryExpression(c, d))))",
        ],
    );
    body(
        "x = a ? b : c ? d : e;",
        &[
            "ExpressionStatement(AssignmentExpression(x, ConditionalExpression(a, b, ConditionalExpression(c, d, e))))",
        ],
    );
    body(
        "*p++ = -a[i].f->g(1, 2);",
        &["ExpressionStatement(AssignmentExpression(PrefixExpression(PostfixExpression(p)), \
         PrefixExpression(CallExpression(ArrowExpression(MemberExpression(IndexExpression(a, i), f), g), ArgumentList(1, 2)))))"],
    );
    body("a, b;", &["ExpressionStatement(CommaExpression(a, b))"]);
    body(
        "f(\"a\" \"b\" PRIx64 \"c\");",
        &["ExpressionStatement(CallExpression(f, ArgumentList(\"a\" \"b\" PRIx64 \"c\")))"],
    );
}

#[test]
fn types_and_expressions_are_told_apart() {
    // Each pair: what looks alike and is not.
    body("foo_t *x;", &["Declaration(foo_t, InitDeclarator(PointerDeclarator(x)))"]);
    body(
        "int a, b; a * b;",
        &[
            "Declaration(int, InitDeclarator(a), InitDeclarator(b))",
            "ExpressionStatement(BinaryExpression(a, b))",
        ],
    );
    body("unknown *x;", &["Declaration(unknown, InitDeclarator(PointerDeclarator(x)))"]);
    body(
        "x = (foo_t)(y);",
        &[
            "ExpressionStatement(AssignmentExpression(x, CastExpression(TypeName(foo_t, _), ParenExpression(y))))",
        ],
    );
    body(
        "x = (foo)(y);",
        &[
            "ExpressionStatement(AssignmentExpression(x, CallExpression(ParenExpression(foo), ArgumentList(y))))",
        ],
    );
    body(
        "x = (foo) y;",
        &["ExpressionStatement(AssignmentExpression(x, CastExpression(TypeName(foo, _), y)))"],
    );
    body(
        "x = (foo) - y;",
        &[
            "ExpressionStatement(AssignmentExpression(x, BinaryExpression(ParenExpression(foo), y)))",
        ],
    );
    body(
        "x = (struct s *)p;",
        &[
            "ExpressionStatement(AssignmentExpression(x, CastExpression(TypeName(DeclSpecifiers(StructSpecifier), PointerDeclarator(_)), p)))",
        ],
    );
    body(
        "x = sizeof(int) + sizeof(y);",
        &[
            "ExpressionStatement(AssignmentExpression(x, BinaryExpression(SizeofType(TypeName(int, _)), SizeofExpression(ParenExpression(y)))))",
        ],
    );
    body(
        "f(struct a *, b);",
        &[
            "ExpressionStatement(CallExpression(f, ArgumentList(TypeName(DeclSpecifiers(StructSpecifier), PointerDeclarator(_)), b)))",
        ],
    );
    body(
        "int foo; foo = 1; { foo_t foo; foo.x = 2; }",
        &[
            "Declaration(int, InitDeclarator(foo))",
            "ExpressionStatement(AssignmentExpression(foo, 1))",
            "CompoundStatement(Declaration(foo_t, InitDeclarator(foo)), ExpressionStatement(AssignmentExpression(MemberExpression(foo, x), 2)))",
        ],
    );
}

#[test]
fn declarators_nest_inside_out() {
    items(
        "char *(*table[4])(int);",
        &[
            "Declaration(char, InitDeclarator(PointerDeclarator(FunctionDeclarator(ParenDeclarator(PointerDeclarator(ArrayDeclarator(table, 4))), \
         ParameterList(Parameter(int, _))))))",
        ],
    );
    items(
        "typedef int (*fn_t)(void); fn_t f;",
        &[
            "Declaration(typedef int, InitDeclarator(FunctionDeclarator(ParenDeclarator(PointerDeclarator(fn_t)), ParameterList(Parameter(void, _)))))",
            "Declaration(fn_t, InitDeclarator(f))",
        ],
    );
}

#[test]
fn macros_stand_where_attributes_may() {
    items(
        "static int __init start(void) { return 0; }",
        &[
            "FunctionDefinition(DeclSpecifiers(__init), FunctionDeclarator(start, ParameterList(Parameter(void, _))), CompoundStatement(ReturnStatement(0)))",
        ],
    );
    items(
        "static struct s x __read_mostly = { 1 };",
        &[
            "Declaration(DeclSpecifiers(StructSpecifier), InitDeclarator(x, __read_mostly, InitialiserList(InitialiserEntry(1))))",
        ],
    );
    items(
        "asmlinkage long f(int x);",
        &[
            "Declaration(DeclSpecifiers(asmlinkage), InitDeclarator(FunctionDeclarator(f, ParameterList(Parameter(int, x)))))",
        ],
    );
    body(
        "void __iomem *base = p;",
        &["Declaration(DeclSpecifiers(__iomem), InitDeclarator(PointerDeclarator(base), p))"],
    );
}

#[test]
fn macros_stand_for_declarations_and_statements() {
    items(
        "MODULE_LICENSE(\"GPL\");\nstatic DEFINE_MUTEX(lock);\nmodule_init(start)\nmodule_exit(stop)\n",
        &[
            "MacroDeclaration(MODULE_LICENSE, ArgumentList(\"GPL\"))",
            "MacroDeclaration(static, DEFINE_MUTEX, ArgumentList(lock))",
            "MacroDeclaration(module_init, ArgumentList(start))",
            "MacroDeclaration(module_exit, ArgumentList(stop))",
        ],
    );
    body(
        "\tlist_for_each_entry(p, &head, list)\n\t\tf(p);\n",
        &[
            "IteratorStatement(list_for_each_entry, ArgumentList(p, PrefixExpression(head), list), ExpressionStatement(CallExpression(f, ArgumentList(p))))",
        ],
    );
    body(
        "\tEACH_THING(p) {\n\t\tf(p);\n\t}\n",
        &[
            "IteratorStatement(EACH_THING, ArgumentList(p), CompoundStatement(ExpressionStatement(CallExpression(f, ArgumentList(p)))))",
        ],
    );
    body(
        "\tLOCK(x)\n\tf();\n",
        &[
            "MacroStatement(LOCK, ArgumentList(x))",
            "ExpressionStatement(CallExpression(f, ArgumentList))",
        ],
    );
    items(
        "SYSCALL_DEFINE1(foo, int, x)\n{\n\treturn x;\n}\n",
        &[
            "FunctionDefinition(FunctionDeclarator(SYSCALL_DEFINE1, ParameterList(foo, Parameter(int, _), x)), CompoundStatement(ReturnStatement(x)))",
        ],
    );
}

#[test]
fn gnu_c_of_the_kernel() {
    body(
        "x = ({ int y = 1; y; });",
        &[
            "ExpressionStatement(AssignmentExpression(x, StatementExpression(CompoundStatement(Declaration(int, InitDeclarator(y, 1)), ExpressionStatement(y)))))",
        ],
    );
    body(
        "switch (x) { case 1 ... 5: f(); break; default: ; }",
        &[
            "SwitchStatement(x, CompoundStatement(CaseRangeStatement(1, 5, ExpressionStatement(CallExpression(f, ArgumentList))), BreakStatement, DefaultStatement(EmptyStatement)))",
        ],
    );
    body(
        "asm volatile(\"nop\" : : \"r\" (x) : \"memory\");",
        &[
            "AsmStatement(\"nop\", AsmOperands, AsmOperands(AsmOperand(\"r\", x)), AsmOperands(AsmOperand(\"memory\")))",
        ],
    );
    body(
        "goto *p; a: b: f();",
        &[
            "GotoStatement(p)",
            "LabelStatement(LabelStatement(ExpressionStatement(CallExpression(f, ArgumentList))))",
        ],
    );
    items(
        "int t[] = { [0 ... 3] = 1, [5] = 2 };",
        &[
            "Declaration(int, InitDeclarator(ArrayDeclarator(t), InitialiserList(InitialiserEntry(Designator(0, 3), 1), InitialiserEntry(Designator(5), 2))))",
        ],
    );
    items(
        "struct ops o = { open: f, .close = g };",
        &[
            "Declaration(DeclSpecifiers(StructSpecifier), InitDeclarator(o, InitialiserList(InitialiserEntry(Designator, f), InitialiserEntry(Designator, g))))",
        ],
    );
    items(
        "int f(a, b)\nint a;\nchar *b;\n{\n}\n",
        &[
            "FunctionDefinition(int, FunctionDeclarator(f, ParameterList(a, b)), Declaration(int, InitDeclarator(a)), Declaration(char, InitDeclarator(PointerDeclarator(b))), CompoundStatement)",
        ],
    );
}

#[test]
fn whole_branches_of_conditionals_are_nodes() {
    body(
        "#ifdef A\na();\n#else\nb();\n#endif\nc();",
        &[
            "Conditional(ExpressionStatement(CallExpression(a, ArgumentList)), ExpressionStatement(CallExpression(b, ArgumentList)))",
            "ExpressionStatement(CallExpression(c, ArgumentList))",
        ],
    );
}

#[test]
fn conditionals_that_break_a_term_keep_their_first_branch() {
    body(
        "#ifdef A\nif (a) {\n#else\nif (b) {\n#endif\nc();\n}",
        &[
            "IfStatement(a, CompoundStatement(ExpressionStatement(CallExpression(c, ArgumentList))))",
        ],
    );
    body(
        "f(x,\n#ifdef A\n1\n#else\n2\n#endif\n);",
        &["ExpressionStatement(CallExpression(f, ArgumentList(x, 1)))"],
    );
    body("#if 0\nnot C\n#endif\na();", &["ExpressionStatement(CallExpression(a, ArgumentList))"]);
}

#[test]
fn macros_of_the_file_are_known_by_their_bodies() {
    items(
        "#define walk(p) for (p = 0; p; p++)\nvoid m(void)\n{\n\twalk(p)\n\t\t*q = 1;\n}\n",
        &[
            "Define(walk, MacroParameters(p), MacroBody(ForStatement(ForInit(AssignmentExpression(p, 0)), ForCondition(p), ForStep(PostfixExpression(p)))))",
            "FunctionDefinition(void, FunctionDeclarator(m, ParameterList(Parameter(void, _))), CompoundStatement(\
         IteratorStatement(walk, ArgumentList(p), ExpressionStatement(AssignmentExpression(PrefixExpression(q), 1)))))",
        ],
    );
}

#[test]
fn macro_bodies_are_trees() {
    items(
        "#define A(x) ((x) + 1)\n#define B do { f(); } while (0)\n#define C ]\n",
        &[
            "Define(A, MacroParameters(x), MacroBody(ParenExpression(BinaryExpression(ParenExpression(x), 1))))",
            "Define(B, MacroBody(DoStatement(CompoundStatement(ExpressionStatement(CallExpression(f, ArgumentList))), 0)))",
            "Define(C, MacroBody(]))",
        ],
    );
}

#[test]
fn an_item_that_does_not_parse_costs_itself_only() {
    let tree = parse("int a;\nint f(void)\n{\n\tif if;\n}\nint b;\n");
    let kinds: Vec<NodeKind> = tree.children(NodeId::ROOT).map(|item| tree.kind(item)).collect();
    assert_eq!(kinds, [NodeKind::Declaration, NodeKind::ErrorItem, NodeKind::Declaration]);
    assert_eq!(tree.problems().len(), 1);
    assert_eq!(tree.token_text(tree.problems()[0].token), b"if");
}

#[test]
fn nesting_has_an_end() {
    for open in ["(", "{", "[", "f(", "-", "!"] {
        let tree = parse(&format!("int x = {};\nint y;\n", open.repeat(50_000)));
        assert_eq!(tree.text(NodeId::ROOT).len(), tree.source().len() - 1);
    }
}

/// Nodes lie inside their parents, in order; every visible token is in exactly one node.
fn check_tree(tree: &Tree) {
    let mut owners = vec![0; tree.tokens().len()];
    for node in tree.ids() {
        let data = tree.data(node);
        if let Some(parent) = tree.parent(node) {
            let outer = tree.data(parent);
            assert!(outer.first <= data.first && data.end <= outer.end);
            assert!(parent < node && data.subtree_end <= outer.subtree_end);
        }
        let mut last = data.first;
        for element in tree.elements(node) {
            let (first, end) = match element {
                Element::Token(token) => {
                    owners[token.index()] += 1;
                    (token, token.next())
                }
                Element::Node(child) => (tree.data(child).first, tree.data(child).end),
            };
            assert!(first >= last, "{:?}", tree.kind(node));
            last = end;
        }
    }
    for token in tree.tokens().ids() {
        let expected =
            i32::from(!tree.is_hidden(token) && tree.tokens().kind(token) != TokenKind::Eof);
        assert_eq!(owners[token.index()], expected, "token {}", token.0);
    }
}

#[test]
fn chains_have_an_end() {
    for link in ["+ x", ".x", ", x", "->x", "(x)"] {
        let tree =
            parse(&format!("int f(void)\n{{\n\ty = x{};\n}}\nint z;\n", link.repeat(50_000)));
        assert_eq!(tree.problems().len(), 1, "{link}");
        check_tree(&tree);
    }
}

#[test]
fn trees_of_odd_texts_are_whole() {
    let texts: [&[u8]; 12] = [
        b"",
        b"\n",
        b"/* open",
        b"\"open",
        b"'",
        b"#if 1\nint a;\n",
        b"#endif\nint a;",
        b"int a\0b;\r\nint c;\r\n",
        b"\xff\xfe int \xe9;",
        b"#define A \\\n b \\\n\nint c;",
        b"#ifdef A\nint f(int a)\n#else\nint f(void)\n#endif\n{\n}\n",
        b"}}}} ) int x; {",
    ];
    for text in texts {
        let tree = csyntax::parse(Arc::from(text), &Names::default());
        assert_eq!(&tree.source()[..], text);
        check_tree(&tree);
    }
}

#[test]
fn every_prefix_of_a_driver_is_a_tree() {
    let text = include_bytes!("driver.c");
    for end in (0..text.len()).step_by(7) {
        let tree = csyntax::parse(Arc::from(&text[..end]), &Names::default());
        check_tree(&tree);
    }
}
